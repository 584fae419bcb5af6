"""A release of years ago, computed again by the code of today: what differs is told, and why."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from kwaliteitsmonitor.releases.format import manifest, program
from kwaliteitsmonitor.releases.format.reader import ReleaseReader
from kwaliteitsmonitor.releases.verify.comparing import Comparison, compare
from kwaliteitsmonitor.releases.verify.summary import sentences
from schemas.packages import PACKAGES
from tests.publication.publishing import publish_made_up
from tests.releases.sealing import sealed_anew
from tests.sample_year import SampleYear

ROOT = Path(__file__).resolve().parents[2]
CODE = {"version": "0.0.1", "sha256": "f" * 64}
SPENDING = "tables/spending_overview.parquet"


@pytest.fixture
def both(tmp_path: Path) -> tuple[Path, Path]:
    """A release that says that other code made it, and the same release made by this code."""
    then, now = (publish_made_up(tmp_path / name, "a").path for name in ("then", "now"))
    parts = program.code_parts() | {"assets/spending": "0" * 12}
    _rewrite(then, None, code=CODE, code_parts=parts)
    return then, now


def _rewrite(release: Path, spending: pa.Table | None, **said: Any) -> None:
    """Write the spending overview anew, and the manifest as if it had been published so."""
    if spending is not None:
        (release / SPENDING).unlink()
        pq.write_table(spending, release / SPENDING)
    sealed_anew(release, **said)


def _with(release: Path, column: str, value: Any) -> pa.Table:
    table = pq.read_table(release / SPENDING)
    at = table.column_names.index(column)
    return table.set_column(at, table.schema.field(at), pa.array([value], table.schema.field(at).type))


def _said(found: Comparison, release: Path) -> str:
    return "\n".join(sentences(found, manifest.read(release)))


def compared(release: Path, again: Path) -> Comparison:
    return compare(ReleaseReader(release), ReleaseReader(again))


def test_it_is_said_which_parts_of_the_code_are_others(both: tuple[Path, Path]) -> None:
    then, now = both
    found = compared(then, now)
    assert found.holds
    assert found.made_otherwise == (
        f"code: 0.0.1 (ffffffffffff) then, {program.code_version()} ({program.code_digest()[:12]}) now, "
        "other in assets/spending",
    )


def test_a_release_that_does_not_tell_the_parts_of_its_code_says_no_more_than_it_knows(tmp_path: Path) -> None:
    then, now = (publish_made_up(tmp_path / name, "a").path for name in ("then", "now"))
    _rewrite(then, None, code=CODE, code_parts={})
    assert compared(then, now).made_otherwise[0].endswith(" now")


def test_parquet_that_is_written_otherwise_holds_and_is_named(both: tuple[Path, Path]) -> None:
    then, now = both
    _rewrite(then, pq.read_table(then / SPENDING))
    found = compared(then, now)
    assert (found.holds, found.same_values) == (True, (SPENDING,))
    assert f"Other bytes with the same values, as other code or libraries write them: {SPENDING}." in _said(found, then)


def test_a_fraction_that_was_added_up_in_another_order_is_close_and_an_amount_never_is(
    both: tuple[Path, Path],
) -> None:
    then, now = both
    _rewrite(now, _with(now, "share_of_budget", 0.3))
    _rewrite(then, _with(then, "share_of_budget", 0.1 + 0.2))
    found = compared(then, now)
    assert found.holds
    assert [d.text.partition(" in ")[0] for d in found.close] == ["column 'share_of_budget' differs"]
    assert "Closer than is ever printed" in _said(found, then)

    _rewrite(then, _with(then, "budget", Decimal("10.51")))
    assert not compared(then, now).holds


def test_nothing_is_close_where_the_same_code_made_it(tmp_path: Path) -> None:
    then, now = (publish_made_up(tmp_path / name, "a").path for name in ("then", "now"))
    _rewrite(now, _with(now, "share_of_budget", 0.3))
    _rewrite(then, _with(then, "share_of_budget", 0.1 + 0.2))
    assert not compared(then, now).holds


def test_a_column_and_a_table_that_came_since_are_no_differences_and_one_that_went_is(
    both: tuple[Path, Path],
) -> None:
    then, now = both
    _rewrite(then, pq.read_table(then / SPENDING).drop_columns(["forecast"]))
    (then / "tables" / "corrections.parquet").unlink()
    sealed_anew(then)
    found = compared(then, now)
    assert found.holds
    assert found.since == ("tables/corrections.parquet", f"column 'forecast' of {SPENDING}")
    gone = compared(now, then)
    assert [str(d) for d in gone.differences] == [
        "tables/corrections.parquet: is not made when it is computed again",
        f"{SPENDING}: other columns when it is computed again (forecast)",
    ]


def test_a_figure_that_is_another_is_told_with_both_values_and_its_cause(both: tuple[Path, Path]) -> None:
    then, now = both
    _rewrite(then, _with(then, "budget", Decimal("11.50")))
    found = compared(then, now)
    said = _said(found, then)
    assert not found.holds
    assert "figures 1 are others when they are computed again:" in said
    assert "spending:2020:all budget: 11.5 → 10.5 (-1)" in said
    assert "code: 0.0.1 (ffffffffffff) → " in said
    assert said.splitlines()[-1].startswith("Whether the code and libraries changed or the release did")
    assert "install kwaliteitsmonitor 0.0.1 (ffffffffffff) with its lock (python 3" in said


NEWER = {
    "assets/spending/tables.py": ("else available - sums.realised", "else available - sums.budget"),
    "kwaliteitsmonitor/foundation/workspace.py": ('compression="zstd"', 'compression="snappy"'),
    "kwaliteitsmonitor/releases/format/program.py": ('return _version("kwaliteitsmonitor")', 'return "4.0.0"'),
}
"""What a version of years later does otherwise: a definition, the way in which it writes files, and its number."""


def test_a_cycle_computed_again_by_a_version_of_years_later_says_what_it_makes_otherwise(
    leiden_year: SampleYear, tmp_path: Path
) -> None:
    newer = tmp_path / "newer"
    for name in (*PACKAGES, "institutions"):
        shutil.copytree(ROOT / name, newer / name, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "dagster.yaml", newer)
    for name, (old, new) in NEWER.items():
        text = (newer / name).read_text(encoding="utf-8")
        assert old in text, name
        (newer / name).write_text(text.replace(old, new), encoding="utf-8")
    release, again = leiden_year.release, tmp_path / "again"
    before = {path: path.stat().st_mtime_ns for path in leiden_year.workspace.root.rglob("*")}

    verify = ["-m", "pipelines.cli", "verify", "2021-03", "--out", str(leiden_year.workspace.root)]
    done = subprocess.run(
        [sys.executable, "-W", "ignore", *verify, "--institution", "leiden", "--keep", str(again)],
        cwd=newer,
        env=os.environ | {"PYTHONPATH": str(newer)},
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )

    assert done.returncode == 1, done.stderr[-2000:]
    said = done.stdout
    assert "2021-03/v1: every file is what was published." in said
    assert f"code: {program.code_version()} ({program.code_digest()[:12]}) then, 4.0.0 (" in said
    parts = said.partition("now, other in ")[2].partition(".\n")[0].split(", ")
    assert {"assets/spending", "kwaliteitsmonitor/foundation", "kwaliteitsmonitor/releases"} <= set(parts)
    assert "Other bytes with the same values, as other code or libraries write them: tables/approvals.parquet" in said
    (line,) = [line for line in said.splitlines() if "are others when they are computed again" in line]
    rows = pq.read_table(release / SPENDING, columns=["left_over", "available", "budget"]).to_pylist()
    others = [r for r in rows if r["left_over"] is not None and r["left_over"] != r["available"] - r["budget"]]
    assert line.split()[3] == str(len(others)), "every amount left over is told, and no other figure"
    assert "spending:2020:all left_over: " in said
    assert f"{SPENDING}: column 'left_over' differs in {len(others)} rows" in said
    assert "2021-03/v1 does not hold" in said
    assert {path: path.stat().st_mtime_ns for path in leiden_year.workspace.root.rglob("*")} == before

    assert manifest.read(again).code.version == "4.0.0"
    assert pq.read_table(again / "tables" / "measures.parquet").equals(
        pq.read_table(release / "tables" / "measures.parquet")
    )
