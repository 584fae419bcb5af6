"""The sensor with a Dagster, a landing zone and a workspace of its own; ticks and runs happen when a test says so."""

from __future__ import annotations

import os
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

CYCLE = "2021-03"
FEED = "evaluation_population"
FILE = "evaluatiepopulatie/2019-2020.csv"
HEADER = "evaluation;academic_year;unit;programme;level;course;invited\n"
QUIET = {"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}}


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


@pytest.fixture
def monitor(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Monitor]:
    monkeypatch.setenv("KWALITEITSMONITOR_CYCLE", CYCLE)
    landing = tmp_path / "landing"
    landing.mkdir()
    resource = Institution(institution="leiden", landing=str(landing), out=str(tmp_path / "out"))
    with dg.DagsterInstance.ephemeral() as instance:
        yield Monitor(landing, Workspace(tmp_path / "out"), instance, resource, build_definitions(resource))
