"""A cycle that was signed off twice, as runs and sign-offs write it, read by all that reads releases."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from kwaliteitsmonitor.releases.diff.releases import changes
from kwaliteitsmonitor.releases.format import manifest
from kwaliteitsmonitor.releases.format.reader import ReleaseReader
from kwaliteitsmonitor.releases.report.contents.report import report_of
from pipelines.cli.commands import kwaliteitsmonitor
from schemas.profile import load_profile
from tests.institutions.running import run_cycle
from tests.institutions.test_five_schools import CYCLE
from tests.publication.five_schools import PROFILE, five_schools
from tests.releases.report.cells import tables_of, texts

FIGURE = "indicator:2024:student_satisfaction:LAW:all"


@dataclass(frozen=True)
class Twice:
    """The versions of a cycle: a draft, signed off, a draft with another mark, signed off."""

    out: Path

    def version(self, number: int) -> Path:
        return self.out / "releases" / CYCLE / f"v{number}"

    def call(self, *arguments: str) -> int:
        return int(kwaliteitsmonitor.main([*arguments, "--institution", str(PROFILE), "--out", str(self.out)]))


@pytest.fixture(scope="module")
def twice(tmp_path_factory: pytest.TempPathFactory) -> Twice:
    with five_schools(tmp_path_factory) as place:
        base = Path(shutil.copytree(place, tmp_path_factory.mktemp("twice") / "place", symlinks=True))
    made = Twice(base / "out")
    signed = ("finalise", "--cycle", CYCLE, "--role", "board", "--date", "2025-04-20", "--reason")
    assert made.call(*signed, "adopted") == 0
    marks = base / "landing" / "satisfaction" / "2024.csv"
    marks.write_text(marks.read_text().replace("Law,7.1,163", "Law,6.1,163"))
    run_cycle(PROFILE, base / "landing", made.out, CYCLE, reports="html")
    assert made.call(*signed, "a mark was wrong") == 0
    return made


def test_the_last_one_counts_and_what_it_says_that_it_changes_is_what_a_diff_says(twice: Twice) -> None:
    states = [manifest.read(twice.version(number)).status for number in range(1, 5)]
    assert states == ["draft", "final", "draft", "final"]
    assert (twice.out / "current" / CYCLE).resolve() == twice.version(4)
    rows = pq.read_table(twice.version(4) / "changes" / "changes.parquet").to_pylist()
    difference = changes(ReleaseReader(twice.version(2)), ReleaseReader(twice.version(4)))
    assert {row["figure"] for row in rows} >= {f.figure for f in difference.figures} >= {FIGURE}
    (cause,) = [row for row in rows if (row["figure"], row["number"]) == (FIGURE, "value")]
    assert (cause["cause"], float(cause["size"])) == ("changed_delivery", -1.0)
    assert difference.unexplained == ()


def test_the_report_tells_a_figure_as_it_was_and_as_it_is(twice: Twice) -> None:
    now, then = (ReleaseReader(twice.version(number)) for number in (4, 2))
    document = report_of(load_profile(PROFILE), now, "nl", then)
    (section,) = [one for one in document.sections if one.id == "changes"]
    assert any({"7,1", "6,1"} <= {*row} for table in tables_of(section).values() for row in texts(table))


def test_the_one_before_is_computed_again_and_both_are_read(twice: Twice, capsys: pytest.CaptureFixture[str]) -> None:
    assert twice.call("verify", f"{CYCLE}/v2") == 0
    capsys.readouterr()
    question = "select value from indicator_values where unit = 'LAW' and reporting_year = 2024"
    assert twice.call("query", question, "--format", "csv") == 0
    assert "6.1" in capsys.readouterr().out
    assert twice.call("explain", f"{CYCLE}:{FIGURE}", "--release", f"{CYCLE}/v2") == 0
    assert "7.1" in capsys.readouterr().out
