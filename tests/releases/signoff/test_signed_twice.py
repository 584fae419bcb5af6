"""A cycle that was signed off twice, as runs and sign-offs write it, read by all that reads releases."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from kwaliteitsmonitor.methods.figures.printing import Language
from kwaliteitsmonitor.releases.diff.releases import changes
from kwaliteitsmonitor.releases.format import manifest
from kwaliteitsmonitor.releases.format.reader import ReleaseReader
from kwaliteitsmonitor.releases.report.contents.report import report_of
from kwaliteitsmonitor.releases.report.document.model import Figure, Table
from pipelines.cli.commands import kwaliteitsmonitor
from schemas.profile import load_profile
from tests.institutions.running import run_cycle
from tests.institutions.test_five_schools import CYCLE, HERE

PROFILE = HERE / "profile"
THEN, NOW = "Law,7.1,163", "Law,6.1,163"


@dataclass(frozen=True)
class Twice:
    """The versions of a cycle: a draft, signed off, a draft with another mark, signed off."""

    out: Path

    def version(self, number: int) -> Path:
        return self.out / "releases" / CYCLE / f"v{number}"

    def call(self, command: str, *arguments: str) -> int:
        return int(kwaliteitsmonitor.main([command, *arguments, "--institution", str(PROFILE), "--out", str(self.out)]))


@pytest.fixture(scope="module")
def twice(tmp_path_factory: pytest.TempPathFactory) -> Twice:
    base = tmp_path_factory.mktemp("twice")
    shutil.copytree(HERE / "deliveries", base / "landing")
    marks = base / "landing" / "satisfaction" / "2024.csv"
    made = Twice(base / "out")
    signed = ("--cycle", CYCLE, "--role", "board", "--date", "2025-04-20", "--reason")
    run_cycle(PROFILE, base / "landing", made.out, CYCLE)
    assert made.call("finalise", *signed, "adopted") == 0
    marks.write_text(marks.read_text().replace(THEN, NOW))
    run_cycle(PROFILE, base / "landing", made.out, CYCLE)
    assert made.call("finalise", *signed, "a mark was wrong") == 0
    return made


def test_the_last_one_counts_and_says_what_it_follows(twice: Twice) -> None:
    states = [manifest.read(twice.version(number)).status for number in range(1, 5)]
    assert states == ["draft", "final", "draft", "final"]
    assert (twice.out / "current" / CYCLE).resolve() == twice.version(4)


def test_what_it_says_that_it_changes_is_what_a_diff_says(twice: Twice) -> None:
    told = pq.read_table(twice.version(4) / "changes" / "changes.parquet").to_pylist()
    found = changes(ReleaseReader(twice.version(2)), ReleaseReader(twice.version(4)))
    mark = "indicator:2024:student_satisfaction:LAW:all"
    assert {row["figure"] for row in told} >= {f.figure for f in found.figures} >= {mark}
    (cause,) = [row for row in told if (row["figure"], row["number"]) == (mark, "value")]
    assert (cause["cause"], float(cause["size"])) == ("changed_delivery", -1.0)
    assert found.unexplained == ()


@pytest.mark.parametrize("language", ["nl", "en"])
def test_the_report_tells_a_figure_as_it_was_and_as_it_is(twice: Twice, language: Language) -> None:
    document = report_of(
        load_profile(PROFILE), ReleaseReader(twice.version(4)), language, ReleaseReader(twice.version(2))
    )
    (section,) = [one for one in document.sections if one.id == "changes"]
    tables = [block for block in section.blocks if isinstance(block, Table)]
    rows = [[cell.text if isinstance(cell, Figure) else cell for cell in row.cells] for t in tables for row in t.rows]
    before, after = ("7,1", "6,1") if language == "nl" else ("7.1", "6.1")
    assert any(before in row and after in row for row in rows)


def test_both_finals_can_be_computed_again_and_read(twice: Twice, capsys: pytest.CaptureFixture[str]) -> None:
    for number in (2, 4):
        assert twice.call("verify", f"{CYCLE}/v{number}") == 0
    capsys.readouterr()
    asked = "select value from indicator_values where unit = 'LAW' and reporting_year = 2024"
    assert twice.call("query", asked, "--format", "csv") == 0
    assert "6.1" in capsys.readouterr().out
    assert (
        twice.call("explain", f"{CYCLE}:indicator:2024:student_satisfaction:LAW:all", "--release", f"{CYCLE}/v2") == 0
    )
    assert "7.1" in capsys.readouterr().out
