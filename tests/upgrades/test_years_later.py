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
from tests.faults.small import CYCLE, write_small
from tests.institutions.running import run_cycle
from tests.publication.publishing import publish_made_up
from tests.releases.sealing import sealed_anew

ROOT = Path(__file__).resolve().parents[2]
CODE = {"version": "0.0.1", "sha256": "f" * 64}
SPENDING = "tables/spending_overview.parquet"
NATIONAL = "tables/spending_by_national_theme.parquet"
CARRIED = "tables/carry_over.parquet"


@pytest.fixture
def both(tmp_path: Path) -> tuple[Path, Path]:
    """A release that says that other code made it, and the same release made by this code."""
    then, now = (publish_made_up(tmp_path / name, "a").path for name in ("then", "now"))
    return sealed_anew(then, code=CODE, code_parts=program.code_parts() | {"assets/spending": "0" * 12}), now


def written(release: Path, spending: pa.Table) -> None:
    """Write the spending overview anew, as if it had been published so."""
    (release / SPENDING).unlink()
    pq.write_table(spending, release / SPENDING)
    sealed_anew(release)


def altered(release: Path, column: str, value: Any) -> None:
    table = pq.read_table(release / SPENDING)
    at = table.column_names.index(column)
    written(release, table.set_column(at, table.schema.field(at), pa.array([value], table.schema.field(at).type)))


def told(comparison: Comparison, release: Path) -> str:
    return "\n".join(sentences(comparison, manifest.read(release)))


def compared(release: Path, again: Path) -> Comparison:
    return compare(ReleaseReader(release), ReleaseReader(again))


def test_it_is_said_which_parts_of_the_code_are_others_and_no_more_than_is_known(both: tuple[Path, Path]) -> None:
    then, now = both
    comparison = compared(then, now)
    assert comparison.holds
    today = f"{program.code_version()} ({program.code_digest()[:12]}) now"
    assert comparison.made_otherwise == (f"code: 0.0.1 (ffffffffffff) then, {today}, other in assets/spending",)
    sealed_anew(then, code=CODE, code_parts={})
    assert compared(then, now).made_otherwise[0].endswith(" now")


def test_other_bytes_and_a_fraction_added_up_in_another_order_hold_where_other_code_made_it_and_an_amount_never(
    both: tuple[Path, Path],
) -> None:
    then, now = both
    written(then, pq.read_table(then / SPENDING))
    comparison = compared(then, now)
    assert (comparison.holds, comparison.same_values) == (True, (SPENDING,))
    sentence = f"Other bytes with the same values, as other code or libraries write them: {SPENDING}."
    assert sentence in told(comparison, then)

    altered(now, "share_of_budget", 0.3)
    altered(then, "share_of_budget", 0.1 + 0.2)
    comparison = compared(then, now)
    assert comparison.holds
    assert [d.text.partition(" in ")[0] for d in comparison.close] == ["column 'share_of_budget' differs"]
    assert "Closer than is ever printed" in told(comparison, then)
    own = manifest.parsed(now)
    assert own is not None
    sealed_anew(then, **{name: own.content[name] for name in ("code", "code_parts")})
    assert not compared(then, now).holds, "nothing is close where the same code made it"

    sealed_anew(then, code=CODE)
    altered(then, "budget", Decimal("10.51"))
    assert not compared(then, now).holds


def test_a_column_and_a_table_that_came_since_are_no_differences_and_one_that_went_is(both: tuple[Path, Path]) -> None:
    then, now = both
    (then / "tables" / "corrections.parquet").unlink()
    written(then, pq.read_table(then / SPENDING).drop_columns(["forecast"]))
    comparison = compared(then, now)
    assert comparison.holds
    assert comparison.since == ("tables/corrections.parquet", f"column 'forecast' of {SPENDING}")
    assert [str(d) for d in compared(now, then).differences] == [
        "tables/corrections.parquet: is not made when it is computed again",
        f"{SPENDING}: other columns when it is computed again (forecast)",
    ]


def test_a_figure_that_is_another_is_told_with_both_values_and_its_cause(both: tuple[Path, Path]) -> None:
    then, now = both
    altered(then, "budget", Decimal("11.50"))
    comparison = compared(then, now)
    lines = told(comparison, then)
    assert not comparison.holds
    for words in (
        "figures 1 are others when they are computed again:",
        "spending:2020:all budget: 11.5 → 10.5 (-1)",
        "code: 0.0.1 (ffffffffffff) → ",
        "install kwaliteitsmonitor 0.0.1 (ffffffffffff) with its lock (python 3",
    ):
        assert words in lines
    assert lines.splitlines()[-1].startswith("Whether the code and libraries changed or the release did")


NEWER = {
    "schemas/figures/money.py": (
        '    "left_over": "budget + carried_over - realised",',
        '    "left_over": "budget + carried_over - budget",',
    ),
    "kwaliteitsmonitor/foundation/workspace.py": ('compression="zstd"', 'compression="snappy"'),
    "kwaliteitsmonitor/releases/format/program.py": ('return _version("kwaliteitsmonitor")', 'return "4.0.0"'),
}
"""What a version of years later does otherwise: a definition, the way in which it writes files, and its number."""


def changed(table: str, *releases: Path) -> int:
    """In how many rows two releases say otherwise what is left over."""
    then, now = (pq.read_table(release / table).column("left_over").to_pylist() for release in releases)
    return sum(a != b for a, b in zip(then, now, strict=True))


def test_a_cycle_computed_again_by_a_version_of_years_later_says_what_it_makes_otherwise(tmp_path: Path) -> None:
    newer, out, again = tmp_path / "newer", tmp_path / "out", tmp_path / "again"
    for name in (*PACKAGES, "institutions"):
        shutil.copytree(ROOT / name, newer / name, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "dagster.yaml", newer)
    for name, (old, new) in NEWER.items():
        text = (newer / name).read_text(encoding="utf-8")
        assert old in text, name
        (newer / name).write_text(text.replace(old, new), encoding="utf-8")
    write_small(tmp_path)
    release = run_cycle(tmp_path / "profile", tmp_path / "landing", out, CYCLE)
    before = {path: path.stat().st_mtime_ns for path in out.rglob("*")}

    verify = ["-m", "pipelines.cli", "verify", CYCLE, "--out", out, "--keep", again]
    done = subprocess.run(
        [sys.executable, "-W", "ignore", *verify, "--institution", tmp_path / "profile"],
        cwd=newer,
        env=os.environ | {"PYTHONPATH": str(newer)},
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )

    printed = done.stdout
    assert done.returncode == 1, done.stderr[-2000:]
    parts = printed.partition("now, other in ")[2].partition(".\n")[0].split(", ")
    assert {"schemas/figures", "kwaliteitsmonitor/foundation", "kwaliteitsmonitor/releases"} <= set(parts)
    (line,) = [line for line in printed.splitlines() if "are others when they are computed again" in line]
    others, *elsewhere = (changed(name, release, again) for name in (SPENDING, NATIONAL, CARRIED))
    assert others
    assert all(elsewhere)
    by_formula = [
        sum(r["left_over"] is not None and r["left_over"] != r["available"] - r["budget"] for r in rows)
        for rows in (pq.read_table(release / table).to_pylist() for table in (SPENDING, NATIONAL))
    ]
    assert [others, elsewhere[0]] == by_formula, "each that the formula changes, and no other"
    assert line.split()[3] == str(others + sum(elsewhere)), "each of what is left over, and no other"
    for words in (
        f"{CYCLE}/v1: every file is what was published.",
        f"code: {program.code_version()} ({program.code_digest()[:12]}) then, 4.0.0 (",
        "Other bytes with the same values, as other code or libraries write them: tables/approvals.parquet",
        "spending:2021:all left_over: ",
        f"{SPENDING}: column 'left_over' differs in {others} rows",
        f"{CYCLE}/v1 does not hold",
    ):
        assert words in printed
    assert {path: path.stat().st_mtime_ns for path in out.rglob("*")} == before
    assert manifest.read(again).code.version == "4.0.0"
    measures = [pq.read_table(made / "tables" / "measures.parquet") for made in (release, again)]
    assert measures[0].equals(measures[1])
