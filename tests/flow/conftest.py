"""A whole cycle, run once by the same job as the Dagster UI and the command line; and one with known defects."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from pydantic import TypeAdapter

from kwaliteitsmonitor.foundation.workspace import Workspace
from kwaliteitsmonitor.sample import write_sample
from kwaliteitsmonitor.sample.defects import Defect
from schemas.profile import Profile, load_profile, profile_folder
from tests.sample_year import CYCLE, RESPONSES, SampleYear, made_once, run

DEFECTS = TypeAdapter(tuple[Defect, ...])


@dataclass(frozen=True)
class Ran(SampleYear):
    """A cycle that ran: its deliveries and workspace, what Dagster says of it, and the known defects."""

    result: Any = None
    defects: tuple[Defect, ...] = ()

    @property
    def events(self) -> str:
        """Everything that Dagster kept of the run with known defects."""
        return (self.workspace.root.parent / "events.txt").read_text(encoding="utf-8")

    def findings(self) -> dict[str, dict[str, Any]]:
        """Per rule that did not pass, its row in the quality results of the run."""
        results = self.workspace.read(CYCLE, "validation", "quality_results").to_pylist()
        return {row["rule"]: row for row in results if row["outcome"] != "passed"}


@pytest.fixture(scope="session")
def leiden() -> Profile:
    return load_profile(profile_folder("leiden"))


@pytest.fixture(scope="session")
def landing(leiden_year: SampleYear) -> Path:
    return leiden_year.landing


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
        result = run(place / "zone", place / "out", counted=ran.workspace)
        (place / "events.txt").write_text("\n".join(repr(event) for event in result.all_events), encoding="utf-8")
        (place / "defects.json").write_bytes(DEFECTS.dump_json(made.defects))

    with made_once(tmp_path_factory, "sample-defects", make) as place:
        defects = DEFECTS.validate_json((place / "defects.json").read_bytes())
        yield Ran(place / "zone", Workspace(place / "out"), defects=defects)
