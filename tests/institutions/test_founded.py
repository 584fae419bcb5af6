"""A profile that was founded by a command, for a year: the printed steps, its own template filled in, and all asked."""

from __future__ import annotations

import shlex
import shutil
from decimal import Decimal
from pathlib import Path

import openpyxl
import pyarrow.parquet as pq
import pytest

from pipelines.cli.commands import kwaliteitsmonitor

CYCLE, UNIT = "2025-03", "A1"
BUDGET, SPENT = Decimal("100000.00"), Decimal("90000.25")


def filled(template: Path, delivery: Path) -> int:
    """The workbook of a round, filled in as its columns say and delivered; returns the number of its measures."""
    book = openpyxl.load_workbook(template)
    page = book["BFR"]
    at = {str(cell.value).rstrip(" *"): cell.column for cell in page[1]}
    count = 0
    for row in range(2, page.max_row + 1):
        if page.cell(row, at["Maatregel"]).value:
            page.cell(row, at["Begroot"]).value = float(BUDGET)
            page.cell(row, at["Gerealiseerd"]).value = float(SPENT)
            page.cell(row, at["Ingediend op"]).value = "2025-02-10"
            page.cell(row, at["Toelichting"]).value = "een deel volgt in het voorjaar"
            count += 1
    book.save(delivery)
    return count


def test_a_founded_profile_runs_takes_up_its_own_template_and_answers_what_is_asked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("INSTITUTION", "LANDING", "OUT", "CYCLE"):
        monkeypatch.delenv(f"KWALITEITSMONITOR_{name}", raising=False)
    monkeypatch.setenv("KWALITEITSMONITOR_REPORTS", "none")  # other tests make those

    def said(*words: str) -> str:
        code = kwaliteitsmonitor.main(list(words))
        told = capfd.readouterr()
        assert code == 0, (words, told.err, told.out)
        return told.out

    steps = said("new-institution", "own", "--sector", "hbo", "--yes").splitlines()
    for step in (line.strip() for line in steps if line.startswith("  kwaliteitsmonitor")):
        assert said(*shlex.split(step)[1:])
        if " sample " in step:  # its control totals are those of the sample: other amounts would be held against them
            shutil.rmtree(tmp_path / "landing-voorbeeldinstelling" / "controletotalen")
    own = ["--institution", "own"]
    both, of_cycle = [*own, "--landing", "landing-voorbeeldinstelling"], ["--cycle", CYCLE]
    told = said("template", *own, *of_cycle, "--unit", UNIT, "--feed", "bfr", "--to", "back")
    place = next(word.rstrip(",") for word in told.split() if word.startswith("bfr/"))
    first = Path("landing-voorbeeldinstelling") / place
    assert first.is_file()
    measures = filled(Path("back") / f"{UNIT}.xlsx", first.with_name(f"{UNIT}_v2.xlsx"))
    said("feedback", *both, *of_cycle, "--unit", UNIT, "--feed", "bfr", "--to", "returned")
    assert "v2" in said("run", *both, *of_cycle)
    release = Path("data/voorbeeldinstelling/current") / CYCLE
    lines = pq.read_table(release / "tables" / "spending_by_unit.parquet").to_pylist()
    (whole,) = (r for r in lines if (r["reporting_year"], r["unit"], r["theme"]) == (2024, UNIT, None))
    assert (whole["budget"], whole["realised"]) == (measures * BUDGET, measures * SPENT)
    assert f"{UNIT}_v2.xlsx" in said("diff", *own, f"{CYCLE}/v1", f"{CYCLE}/v2")
    assert UNIT in said("status", *both, *of_cycle)
    assert "v2" in said("explain", *own, f"{CYCLE}:spending:2024:all", "--depth", "0")
    said("report", *own, *of_cycle, "--form", "html", "--to", "report")
    assert "holds" in said("verify", *own, CYCLE)
