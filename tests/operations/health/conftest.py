"""An institution with real mailboxes and a Dagster of its own, of which a test looks what the operators are told."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import dagster as dg
import pytest

from assets.common.resources import Institution
from assets.validation.assets import gate_failure
from kwaliteitsmonitor.foundation.workspace import Workspace
from kwaliteitsmonitor.methods.checks.results import Outcome, RuleResult
from pipelines.alerts import alerts_sensor
from pipelines.definitions import build_definitions
from schemas.consequences import Severity
from schemas.profile import profile_folder
from tests.exchange.notices.conftest import post_office, serving, webhook  # noqa: F401 - fixtures

CYCLE = "2021-03"
QUIET = {"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}}


@dataclass
class Watched:
    """An institution: `look` has the sensor look once, as the daemon of Dagster does."""

    institution: Path
    landing: Path
    out: Path
    instance: dg.DagsterInstance
    cursor: str | None = None
    said: list[str] = field(default_factory=list)

    @property
    def workspace(self) -> Workspace:
        return Workspace(self.out)

    @property
    def resource(self) -> Institution:
        return Institution(institution=str(self.institution), landing=str(self.landing), out=str(self.out))

    @property
    def definitions(self) -> dg.Definitions:
        return build_definitions(self.resource)

    def run(self, job: str, cycle: str = CYCLE, **tags: str) -> Any:
        """Run a job as the daemon would; it may fail."""
        return self.definitions.resolve_job_def(job).execute_in_process(
            instance=self.instance, partition_key=cycle, run_config=QUIET, tags=tags, raise_on_error=False
        )

    def look(self) -> str:
        """Have the sensor look, and what it says of it."""
        with dg.build_sensor_context(
            instance=self.instance, cursor=self.cursor, resources={"institution": self.resource}
        ) as context:
            result: Any = alerts_sensor()(context)
        if isinstance(result, dg.SkipReason):
            return str(result.skip_message)
        self.cursor = result.cursor
        return str(result.skip_reason.skip_message)


@pytest.fixture
def watched(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Watched]:
    monkeypatch.setenv("COLUMNS", "200")
    for name in os.environ:
        if name.startswith("KWALITEITSMONITOR_"):
            monkeypatch.delenv(name)
    institution = tmp_path / "institution"
    institution.mkdir()
    for path in profile_folder("leiden").glob("*.*"):
        text = path.read_text(encoding="utf-8").replace("@universiteit.example", "@universiteit.test")
        (institution / path.name).write_text(text, encoding="utf-8")
    (tmp_path / "landing").mkdir()
    with dg.DagsterInstance.ephemeral() as instance:
        yield Watched(institution, tmp_path / "landing", tmp_path / "out", instance)


BROKEN = RuleResult("control_totals", "control_totals.kept", Severity.CRITICAL, Outcome.FAILED, 1, 1, "klopt", "holds")


@pytest.fixture
def gated() -> Callable[[dg.DagsterInstance, bool], Any]:
    """Runs a small job named as the cycle, of which the gate is held or not."""

    def run(instance: dg.DagsterInstance, held: bool = True) -> Any:
        days = dg.StaticPartitionsDefinition([CYCLE])
        gate = dg.AssetCheckSpec("nothing_critical_failed", asset="quality", blocking=True)

        @dg.multi_asset(specs=[dg.AssetSpec("quality", partitions_def=days)], check_specs=[gate])
        def quality() -> Iterator[Any]:
            yield dg.MaterializeResult(asset_key="quality")
            yield dg.AssetCheckResult(passed=not held, asset_key="quality", check_name="nothing_critical_failed")
            if held:
                raise gate_failure(CYCLE, [BROKEN], [])

        job = dg.define_asset_job("cycle", tags={"institution": "leiden"}, executor_def=dg.in_process_executor)
        made = dg.Definitions(assets=[quality], jobs=[job]).resolve_job_def("cycle")
        return made.execute_in_process(
            instance=instance,
            partition_key=CYCLE,
            raise_on_error=False,
            run_config=QUIET,
            tags={"dagster/schedule_name": "cycle_march"},
        )

    return run
