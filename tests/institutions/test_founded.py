"""A profile that was founded by a command, for a year: the printed steps, its own template filled in, and all asked."""

from __future__ import annotations

import shlex
import shutil
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest

from tests.command_line import CommandLine
from tests.sample_year import rows

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
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command: CommandLine
) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("INSTITUTION", "LANDING", "OUT", "CYCLE"):
        monkeypatch.delenv(f"KWALITEITSMONITOR_{name}", raising=False)
    monkeypatch.setenv("KWALITEITSMONITOR_REPORTS", "none")  # other tests make those

    printed = command.output("new-institution", "our profile", "--sector", "hbo", "--yes").splitlines()
    steps = [shlex.split(line)[1:] for line in printed if line.startswith("  kwaliteitsmonitor")]
    assert [step[0] for step in steps] == ["check-profile", "sample", "run"]
    for step in steps:
        assert command.output(*step)
        if step[0] == "sample":  # its control totals are those of the sample: other amounts would be held against them
            shutil.rmtree(tmp_path / "landing-voorbeeldinstelling" / "controletotalen")
    own, of_cycle = ["--institution", "our profile"], ["--cycle", CYCLE]
    both = [*own, "--landing", "landing-voorbeeldinstelling"]
    of_unit = [*of_cycle, "--unit", UNIT, "--feed", "bfr"]
    template = command.output("template", *own, *of_unit, "--to", "back")
    place = next(word.rstrip(",") for word in template.split() if word.startswith("bfr/"))
    first = Path("landing-voorbeeldinstelling") / place
    assert first.is_file()
    measures = filled(Path("back") / f"{UNIT}.xlsx", first.with_name(f"{UNIT}_v2.xlsx"))
    command.output("feedback", *both, *of_unit, "--to", "returned")
    assert "v2" in command.output("run", *both, *of_cycle)
    by_unit = rows(Path("data/voorbeeldinstelling/current") / CYCLE, "spending_by_unit")
    (whole,) = (r for r in by_unit if (r["reporting_year"], r["unit"], r["theme"]) == (2024, UNIT, None))
    assert (whole["budget"], whole["realised"]) == (measures * BUDGET, measures * SPENT)
    assert f"{UNIT}_v2.xlsx" in command.output("diff", *own, f"{CYCLE}/v1", f"{CYCLE}/v2")
    assert UNIT in command.output("status", *both, *of_cycle)
    assert "v2" in command.output("explain", *own, f"{CYCLE}:spending:2024:all", "--depth", "0")
    command.output("report", *own, *of_cycle, "--form", "html", "--to", "report")
    assert "holds" in command.output("verify", *own, CYCLE)
