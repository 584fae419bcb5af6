"""A whole cycle, run once by the same job as the Dagster UI and the command line; and one with known defects."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from kwaliteitsmonitor.foundation.workspace import Workspace
from kwaliteitsmonitor.sample import write_sample
from kwaliteitsmonitor.sample.defects import Defect
from schemas.profile import Profile, load_profile, profile_folder
from tests.sample_year import CYCLE, QUIET, RESPONSES, SampleYear, run

__all__ = ["CYCLE", "QUIET", "Ran", "run"]


@dataclass(frozen=True)
class Ran:
    """A cycle that ran: where its deliveries and its workspace are, what Dagster says of it, and the known defects."""

    landing: Path
    workspace: Workspace
    result: Any = None
    defects: tuple[Defect, ...] = ()

    def published(self, name: str) -> list[dict[str, Any]]:
        """The rows of a table of the current release."""
        import pyarrow.parquet as pq

        return pq.read_table(self.workspace.current / CYCLE / "tables" / f"{name}.parquet").to_pylist()

    def findings(self) -> dict[str, dict[str, Any]]:
        """Per rule that did not pass, its row in the quality results of the run."""
        rows = self.workspace.read(CYCLE, "validation", "quality_results").to_pylist()
        return {row["rule"]: row for row in rows if row["outcome"] != "passed"}


@pytest.fixture(scope="session")
def leiden() -> Profile:
    return load_profile(profile_folder("leiden"))


@pytest.fixture(scope="session")
def landing(leiden_year: SampleYear) -> Path:
    return leiden_year.landing


@pytest.fixture(scope="session")
def ran(leiden_year: SampleYear) -> Ran:
    """A cycle of the sample, which all tests look at and none changes."""
    return Ran(leiden_year.landing, leiden_year.workspace)


@pytest.fixture
def own(ran: Ran, tmp_path: Path) -> Ran:
    """A copy of the workspace of that cycle, to run in."""
    copy = tmp_path / "own"
    shutil.copytree(ran.workspace.root, copy, symlinks=True)
    return Ran(ran.landing, Workspace(copy))


@pytest.fixture(scope="session")
def ran_with_defects(leiden: Profile, ran: Ran, tmp_path_factory: pytest.TempPathFactory) -> Ran:
    folder = tmp_path_factory.mktemp("defects") / "zone"
    made = write_sample(leiden, folder, responses=RESPONSES, defects=True)
    out = tmp_path_factory.mktemp("defects-out")
    return Ran(folder, Workspace(out), run(folder, out, counted=ran.workspace), made.defects)
