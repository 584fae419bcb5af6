"""The sensor with a Dagster, a landing zone and a workspace of its own; ticks and runs happen when a test says so."""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import dagster as dg
import pytest

from assets.common.resources import Institution
from kwaliteitsmonitor.foundation.workspace import Workspace
from pipelines.definitions import build_definitions
from tests.sample_year import QUIET

CYCLE = "2021-03"
FEED = "evaluation_population"
FILE = "evaluatiepopulatie/2019-2020.csv"
HEADER = "evaluation;academic_year;unit;programme;level;course;invited\n"


@dataclass
class Monitor:
    """One institution: `tick` has the sensor look, `run` does what it asked for, as the daemon of Dagster would."""

    landing: Path
    workspace: Workspace
    instance: dg.DagsterInstance
    resource: Institution
    definitions: dg.Definitions
    cursor: str | None = None
    ran: list[str] = field(default_factory=list)

    def put(self, content: str, path: str = FILE, *, age: float = 3600.0) -> Path:
        """Lay a file in the landing zone, `age` seconds ago."""
        file = self.landing / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(content, encoding="utf-8")
        moment = time.time() - age
        os.utime(file, (moment, moment))
        return file

    def tick(self) -> tuple[list[dg.RunRequest], str]:
        """What the sensor asks for, and why it asks for nothing where it does."""
        sensor = self.definitions.resolve_sensor_def("landing_zone")
        with dg.build_sensor_context(
            instance=self.instance, cursor=self.cursor, resources={"institution": self.resource}
        ) as context:
            result: Any = sensor(context)
        if isinstance(result, dg.SkipReason):
            return [], str(result.skip_message)
        self.cursor = result.cursor
        reason = result.skip_reason.skip_message if result.skip_reason else ""
        return list(result.run_requests or []), str(reason)

    def run(self, request: dg.RunRequest) -> Any:
        """The run that was asked for. Dagster refuses a run key that it has run before, and so does this."""
        assert request.run_key is not None
        assert request.run_key not in self.ran
        self.ran.append(request.run_key)
        return self.definitions.resolve_job_def(str(request.job_name)).execute_in_process(
            instance=self.instance,
            partition_key=request.partition_key,
            tags={**request.tags, "dagster/run_key": request.run_key},
            run_config=QUIET,
            raise_on_error=False,
        )

    def take_up(self) -> list[Any]:
        """Tick, and run everything that was asked for."""
        requests, _ = self.tick()
        return [self.run(request) for request in requests]


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Institution, dg.Definitions]:
    """Where the institution of a module is, and its definitions, which take a second to make."""
    folder = tmp_path_factory.mktemp("monitor")
    resource = Institution(institution="leiden", landing=str(folder / "landing"), out=str(folder / "out"))
    return folder, resource, build_definitions(resource)


@pytest.fixture
def monitor(place: tuple[Path, Institution, dg.Definitions], monkeypatch: pytest.MonkeyPatch) -> Iterator[Monitor]:
    """The institution with nothing delivered, nothing made and nothing run."""
    monkeypatch.setenv("KWALITEITSMONITOR_CYCLE", CYCLE)
    folder, resource, definitions = place
    for inside in folder.iterdir():
        shutil.rmtree(inside)
    (folder / "landing").mkdir()
    with dg.DagsterInstance.ephemeral() as instance:
        yield Monitor(folder / "landing", Workspace(folder / "out"), instance, resource, definitions)
