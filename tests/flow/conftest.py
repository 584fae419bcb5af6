"""A whole cycle, run once per worker by the same job as the Dagster UI and the command line."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import dagster as dg
import pytest

from assets.resources import Institution
from assets.workspace import Workspace
from pipelines.definitions import build_definitions
from pipelines.sample import write_sample
from pipelines.sample.defects import Defect
from schemas.profile import Profile, load_profile, profile_folder

CYCLE = "2021-03"
RESPONSES = 20_000
QUIET = {"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}}


@dataclass(frozen=True)
class Ran:
    """A cycle that ran: where its deliveries and its workspace are, what Dagster says of it, and the known defects."""

    landing: Path
    workspace: Workspace
    result: Any
    defects: tuple[Defect, ...] = ()

    def published(self, name: str) -> list[dict[str, Any]]:
        """The rows of a table of the current release."""
        import pyarrow.parquet as pq

        return pq.read_table(self.workspace.current / CYCLE / "tables" / f"{name}.parquet").to_pylist()

    def findings(self) -> dict[str, dict[str, Any]]:
        """Per rule that did not pass, its row in the quality results of the run."""
        rows = self.workspace.read(CYCLE, "validation", "quality_results").to_pylist()
        return {row["rule"]: row for row in rows if row["outcome"] != "passed"}


def run(landing: Path, out: Path, cycle: str = CYCLE) -> Any:
    """Run a cycle in this process, with a Dagster that forgets."""
    definitions = build_definitions(Institution(institution="leiden", landing=str(landing), out=str(out)))
    with dg.DagsterInstance.ephemeral() as instance:
        return definitions.resolve_job_def("cycle").execute_in_process(
            instance=instance, partition_key=cycle, run_config=QUIET, raise_on_error=False
        )


@pytest.fixture(scope="session")
def leiden() -> Profile:
    return load_profile(profile_folder("leiden"))


@pytest.fixture(scope="session")
def landing(leiden: Profile, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("landing") / "zone"
    write_sample(leiden, folder, responses=RESPONSES)
    return folder


@pytest.fixture(scope="session")
def ran(landing: Path, tmp_path_factory: pytest.TempPathFactory) -> Ran:
    out = tmp_path_factory.mktemp("out")
    return Ran(landing, Workspace(out), run(landing, out))


@pytest.fixture(scope="session")
def ran_with_defects(leiden: Profile, tmp_path_factory: pytest.TempPathFactory) -> Ran:
    folder = tmp_path_factory.mktemp("defects") / "zone"
    made = write_sample(leiden, folder, responses=RESPONSES, defects=True)
    out = tmp_path_factory.mktemp("defects-out")
    return Ran(folder, Workspace(out), run(folder, out), made.defects)
