"""An institution with real mailboxes and a Dagster of its own, of which a test looks at what it tells people."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import dagster as dg
import pytest

from assets.common.resources import Institution
from assets.validation.assets import gate_failure
from kwaliteitsmonitor.foundation.settings import Settings
from kwaliteitsmonitor.foundation.workspace import Workspace
from kwaliteitsmonitor.methods.checks.results import Outcome, RuleResult
from pipelines.alerts import alerts_sensor
from pipelines.cli.commands import kwaliteitsmonitor
from pipelines.definitions import build_definitions
from schemas.consequences import Severity
from schemas.profile import profile_folder
from tests.exchange.notices.conftest import MailServer, post_office, serving, webhook  # noqa: F401 - fixtures
from tests.sample_year import QUIET

CYCLE = "2021-03"


@dataclass
class Watched:
    """An institution: `look` has the sensor look once, as the daemon of Dagster does."""

    institution: Path
    landing: Path
    out: Path
    instance: dg.DagsterInstance
    cursor: str | None = None

    @property
    def workspace(self) -> Workspace:
        return Workspace(self.out)

    @property
    def resource(self) -> Institution:
        return Institution(institution=str(self.institution), landing=str(self.landing), out=str(self.out))

    @property
    def settings(self) -> Settings:
        return self.resource.settings

    @cached_property
    def definitions(self) -> dg.Definitions:
        return build_definitions(self.resource)

    def run(self, job: str, **ops: dict[str, Any]) -> Any:
        """Run a job for the cycle as the daemon would, with the configuration of its steps; it may fail."""
        return self.definitions.resolve_job_def(job).execute_in_process(
            instance=self.instance,
            partition_key=CYCLE if job != "health" else None,
            run_config={**QUIET, "ops": {name: {"config": config} for name, config in ops.items()}},
            raise_on_error=False,
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

    def call(self, *command: str) -> int:
        """The command line, for this institution."""
        where = ["--institution", str(self.institution), "--landing", str(self.landing), "--out", str(self.out)]
        return int(kwaliteitsmonitor.main([*command, *where]))

    def rewrite(self, name: str, old: str, new: str) -> None:
        """Replace a text in a file of the profile."""
        path = self.institution / name
        path.write_text(path.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")


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


@pytest.fixture
def office(watched: Watched) -> Watched:
    """An institution with nothing delivered yet, that reminds before deadlines alone."""
    watched.rewrite("profile.yaml", "days_after: [1, 7]", "days_after: []")
    return watched


@pytest.fixture
def mailing(post_office: MailServer, monkeypatch: pytest.MonkeyPatch) -> MailServer:  # noqa: F811 - the fixture
    """A mail server that the environment names."""
    monkeypatch.setenv("KWALITEITSMONITOR_SMTP_URL", post_office.url)
    return post_office


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
