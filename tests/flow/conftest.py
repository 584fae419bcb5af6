"""A whole cycle, run once by the same job as the Dagster UI; and one with known defects, by the command line."""

from __future__ import annotations

import io
import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing, redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from pydantic import TypeAdapter

from kwaliteitsmonitor.foundation.workspace import Workspace
from kwaliteitsmonitor.sample import write_sample
from kwaliteitsmonitor.sample.defects import Defect
from pipelines.cli.commands import kwaliteitsmonitor
from schemas.profile import Profile, load_profile, profile_folder
from tests.command_line import Ended
from tests.sample_year import CYCLE, RESPONSES, SampleYear, know, made_once
from tests.sample_year import run as run

DEFECTS = TypeAdapter(tuple[Defect, ...])


@dataclass(frozen=True)
class Ran(SampleYear):
    """A cycle that ran: its deliveries and workspace, how the command ended, and the known defects."""

    ended: Ended | None = None
    defects: tuple[Defect, ...] = ()

    @property
    def events(self) -> str:
        """Everything that Dagster's databases hold of the run."""
        dumped = []
        for path in sorted((self.workspace.root / "dagster").rglob("*.db")):
            with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as database:
                dumped += database.iterdump()
        return "\n".join(dumped)

    def findings(self) -> dict[str, dict[str, Any]]:
        """Per rule that did not pass, its row in the quality results of the run."""
        results = self.workspace.read(CYCLE, "validation", "quality_results").to_pylist()
        return {row["rule"]: row for row in results if row["outcome"] != "passed"}


@pytest.fixture(scope="session")
def leiden() -> Profile:
    return load_profile(profile_folder("leiden"))


@pytest.fixture(scope="session")
def ran(leiden_year: SampleYear) -> SampleYear:
    """A cycle of the sample, which all tests look at and none changes."""
    return leiden_year


@pytest.fixture
def own(ran: SampleYear, tmp_path: Path) -> SampleYear:
    """That cycle with a workspace of its own, to run in."""
    return ran.copied(tmp_path / "own")


@pytest.fixture(scope="session")
def ran_with_defects(leiden: Profile, ran: SampleYear, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ran]:
    """A cycle of the sample with its known defects, which blocks; also to look at, not to change."""

    def make(place: Path) -> None:
        made = write_sample(leiden, place / "zone", responses=RESPONSES, defects=True)
        know(place / "out", ran.workspace)
        places = ["--institution", "leiden", "--landing", str(place / "zone"), "--out", str(place / "out")]
        out, err = io.StringIO(), io.StringIO()
        with pytest.MonkeyPatch.context() as patch, redirect_stdout(out), redirect_stderr(err):
            patch.setenv("COLUMNS", "200")
            patch.delenv("DAGSTER_HOME", raising=False)
            code = kwaliteitsmonitor.main(["run", "--cycle", CYCLE, *places])
        (place / "ended.json").write_text(json.dumps([code, out.getvalue(), err.getvalue()]))
        (place / "defects.json").write_bytes(DEFECTS.dump_json(made.defects))

    with made_once(tmp_path_factory, "sample-defects", make) as place:
        defects = DEFECTS.validate_json((place / "defects.json").read_bytes())
        ended = Ended(*json.loads((place / "ended.json").read_text()))
        yield Ran(place / "zone", Workspace(place / "out"), ended, defects)
