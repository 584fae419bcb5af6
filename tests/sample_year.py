"""Cycles of the sample, each run once for all workers of a test run.

A cycle takes as long as thousands of other tests, and most that need one only look at it. The first worker makes it,
under a lock, in the folder that all workers of a run share; the others wait and read. Nobody changes what is there: who
wants to, copies it (`SampleYear.copied`), and a workspace that was changed fails the session.
"""

from __future__ import annotations

import fcntl
import json
import os
import shutil
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import dagster as dg
import pyarrow as pa
import pytest
from dagster._core.errors import DagsterInvariantViolationError

from assets.common.resources import Institution
from benchmarks.count_io import counting
from kwaliteitsmonitor.foundation.workspace import Workspace
from kwaliteitsmonitor.sample import write_sample
from pipelines.definitions import build_definitions
from pipelines.ephemeral import ephemeral_instance
from schemas.profile import load_profile, profile_folder

CYCLE = "2021-03"
RESPONSES = 20_000
QUIET = {"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}}


@dataclass(frozen=True)
class SampleYear:
    """Where the deliveries of the sample are, and the workspace in which its cycle was run."""

    landing: Path
    workspace: Workspace

    @property
    def metadata(self) -> dict[str, dict[str, int]]:
        """The names of the metadata of each asset in Dagster; of a lineage of columns, how many it has."""
        names: dict[str, dict[str, int]] = json.loads((self.workspace.root.parent / "metadata.json").read_text())
        return names

    @property
    def files(self) -> dict[str, int]:
        """How many files the cycle read and wrote, by kind."""
        files: dict[str, int] = json.loads((self.workspace.root.parent / "files.json").read_text())
        return files

    @property
    def reads(self) -> dict[str, list[list[str]]]:
        """What each step of Dagster read of the cycle: the step of the flow, the name and the kind."""
        reads: dict[str, list[list[str]]] = json.loads((self.workspace.root.parent / "reads.json").read_text())
        return reads

    @property
    def release(self) -> Path:
        """The release that counts."""
        return (self.workspace.current / CYCLE).resolve()

    def published(self, name: str) -> list[dict[str, Any]]:
        """The rows of a table of the release that counts."""
        return rows(self.release, name)

    def copied(self, folder: Path, landing: Path | None = None) -> SampleYear:
        """The same cycle with a workspace of its own in a new folder, and with other deliveries where they are named.

        What is there changes neither the deliveries nor the workspace that others look at.
        """
        shutil.copytree(self.workspace.root, folder, symlinks=True)
        return SampleYear(landing or self.landing, Workspace(folder))


def rows(release: Path, table: str) -> list[dict[str, Any]]:
    """The rows of a published table."""
    import pyarrow.parquet as pq

    return pq.read_table(release / "tables" / f"{table}.parquet").to_pylist()


def run(
    landing: Path,
    out: Path,
    cycle: str = CYCLE,
    reports: str = "",
    *,
    institution: str = "leiden",
    job: str = "cycle",
    assets: Iterable[str] = (),
    counted: Workspace | None = None,
) -> Any:
    """Run a job of a cycle, or some of its assets, in this process with a Dagster that forgets; gives Dagster's result.

    A step that makes several assets makes all of them where one is asked for, as the Dagster UI has it.
    What was `counted` in another workspace is known in this one: for tests of something else than evaluations.
    """
    if counted is not None:
        know(out, counted)
    where = Institution(institution=institution, landing=str(landing), out=str(out), reports=reports)
    definitions = build_definitions(where)
    graph = definitions.resolve_asset_graph()
    asked = [dg.AssetKey(name.split("/")) for name in assets]
    selection = [key for one in asked for key in graph.get(one).execution_set_asset_keys] or None
    with ephemeral_instance() as instance:
        return definitions.resolve_job_def(job).execute_in_process(
            instance=instance, partition_key=cycle, asset_selection=selection, run_config=QUIET, raise_on_error=False
        )


def know(out: Path, counted: Workspace) -> None:
    """Have a new workspace know what was counted and judged in another one, which has tests of its own."""
    out.mkdir(parents=True, exist_ok=True)
    shutil.copytree(counted.root / "evaluations", out / "evaluations")
    shutil.copy2(counted.root / "pseudonym.key", out)
    for judged in (counted.root / "work").glob("*/judged"):
        shutil.copytree(judged, out / judged.relative_to(counted.root))


def shared_by_workers(factory: pytest.TempPathFactory) -> Path:
    """The folder of a session of tests, whichever worker asks."""
    base = factory.getbasetemp()
    return base.parent if "PYTEST_XDIST_WORKER" in os.environ else base


@contextmanager
def made_once(factory: pytest.TempPathFactory, name: str, make: Callable[[Path], None]) -> Iterator[Path]:
    """A folder that the first worker that asks for it makes; fails at the end where somebody changed its workspace."""
    shared = shared_by_workers(factory) / name
    shared.mkdir(exist_ok=True)
    made, place = shared / "made.json", shared / "place"
    with (shared / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not made.exists():
            shutil.rmtree(place, ignore_errors=True)
            place.mkdir()
            make(place)
            made.write_text(json.dumps(_state(place)))
    yield place
    known, now = json.loads(made.read_text()), _state(place)
    changed = sorted(file for file in {*known, *now} if known.get(file) != now.get(file))
    assert changed == [], "a test changed what others look at"


UNWATCHED = {"catalog.duckdb", "dagster", "logs", "metrics", "upkeep"}
"""What commands that only look may write in a workspace."""


def _state(place: Path) -> dict[str, list[int]]:
    """The size and time of each file of which tests read what is in it."""
    files = (path for path in place.rglob("*") if not path.is_dir())
    watched = (path for path in files if not UNWATCHED.intersection(path.relative_to(place).parts))
    return {str(path): [path.lstat().st_size, path.lstat().st_mtime_ns] for path in watched}


def make_sample_year(place: Path) -> None:
    """The sample's year and its cycle."""
    write_sample(load_profile(profile_folder("leiden")), place / "zone", responses=RESPONSES)
    with counting() as files, noting_reads() as reads:
        result = run(place / "zone", place / "out")
    assert result.success
    (place / "reads.json").write_text(json.dumps({step: sorted(of) for step, of in reads.items()}))
    (place / "files.json").write_text(json.dumps(files.totals()))
    (place / "metadata.json").write_text(json.dumps(_metadata(result)))


@contextmanager
def noting_reads() -> Iterator[dict[str, set[tuple[str, str, str]]]]:
    """Note what each step of Dagster reads of the tables and records of a cycle, whether its file is opened or not."""
    reads: dict[str, set[tuple[str, str, str]]] = defaultdict(set)
    table, record = Workspace.read, Workspace.read_json_or_none

    def note(step: str, name: str, kind: str) -> None:
        with suppress(DagsterInvariantViolationError):  # before the first step and after the last there is none
            reads[dg.AssetExecutionContext.get().op_execution_context.op.name].add((step, name, kind))

    def noted_table(self: Workspace, cycle: str, step: str, name: str) -> pa.Table:
        note(step, name, "parquet")
        return table(self, cycle, step, name)

    def noted_record(self: Workspace, cycle: str, step: str, name: str) -> Any:
        note(step, name, "json")
        return record(self, cycle, step, name)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Workspace, "read", noted_table)
        patch.setattr(Workspace, "read_json_or_none", noted_record)
        yield reads


def _metadata(result: Any) -> dict[str, dict[str, int]]:
    made = (event.materialization for event in result.get_asset_materialization_events())
    return {
        one.asset_key.path[-1]: {name: len(getattr(m.value, "deps_by_column", ())) for name, m in one.metadata.items()}
        for one in made
    }
