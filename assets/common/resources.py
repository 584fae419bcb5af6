"""The one resource of the pipeline: where an institution's data come from and go to, and who works on a cycle."""

import logging
import re
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime

import dagster as dg
from pydantic import PrivateAttr

from assets.common.cycle_tables import CycleTables
from kwaliteitsmonitor.foundation import logs
from kwaliteitsmonitor.foundation.cleanup import clear
from kwaliteitsmonitor.foundation.cycle_lock import holding, note_code
from kwaliteitsmonitor.foundation.settings import Settings
from kwaliteitsmonitor.operations.metrics.recording import is_recorded, record, record_cut_off
from kwaliteitsmonitor.releases.format.program import code_digest
from schemas.errors import KwaliteitsmonitorError
from schemas.flow import STAGED
from schemas.profile import Profile

LOG = logging.getLogger(__name__)
PARTITION = "dagster/partition"
WHOLE = "cycle"
"""The job of a whole cycle."""
_CYCLE = re.compile(r"\d{4}-\d{2}")


class Institution(dg.ConfigurableResource):  # type: ignore[type-arg]
    """An institution's settings. Empty values take those of the environment (`KWALITEITSMONITOR_…`) or the default.

    Addresses of databases and the key for pseudonyms are read from the environment alone, so that the configuration of
    a run holds no secret.
    """

    institution: str = ""
    landing: str = ""
    out: str = ""
    reproduces: str = ""
    reports: str = ""
    location: str = ""
    _began: datetime | None = PrivateAttr(default=None)
    _log: logs.RunLog | None = PrivateAttr(default=None)
    _tables: dict[str, CycleTables] = PrivateAttr(default_factory=dict)

    def setup_for_execution(self, context: dg.InitResourceContext) -> None:
        """Note when a run begins in this process, and begin its log."""
        run, instance = context.run, context.instance
        if run is None or instance is None or self.reproduces:
            return
        self._began = datetime.now(UTC)
        try:
            self._log = logs.begin(
                self.settings,
                {
                    "institution": self.settings.profile.id,
                    "job": run.job_name,
                    "run": run.run_id,
                    "cycle": run.tags.get(PARTITION, ""),
                },
                lambda log: instance.add_event_listener(run.run_id, log),
            )
        except (KwaliteitsmonitorError, OSError) as error:
            LOG.warning("there is no log of run %s (%s)", run.run_id[:8], type(error).__name__)

    def teardown_after_execution(self, context: dg.InitResourceContext) -> None:
        """Record how the run went. A run is not spoiled by a record that cannot be written: that is logged."""
        for tables in self._tables.values():
            try:
                tables.close()
            except OSError as error:
                LOG.warning("verdicts of cycle %s could not be kept (%s)", tables.key, type(error).__name__)
        run, began = context.run, self._began
        if run is None or began is None or context.instance is None:
            return
        if is_recorded(run.job_name):
            try:
                events = [one.event_log_entry for one in context.instance.get_records_for_run(run.run_id).records]
                ours = [event for event in events if event.dagster_event is not None]
                cycle = run.tags.get(PARTITION, "")
                workspace = self._tables[cycle].workspace if cycle in self._tables else None
                record(self.settings, run.run_id, run.job_name, cycle, began, ours, workspace)
            except Exception as error:
                LOG.warning("how run %s went could not be recorded (%s)", run.run_id[:8], type(error).__name__)
        if self._log is not None:
            self._log.end()

    @property
    def settings(self) -> Settings:
        """The settings as a run sees them."""
        return Settings.from_environment(
            institution=self.institution,
            landing=self.landing,
            out=self.out,
            reproduces=self.reproduces,
            reports=self.reports,
            location=self.location,
        )

    def tables(self, cycle: str) -> CycleTables:
        """The tables of a cycle, the same ones for all steps of a run in this process."""
        if cycle not in self._tables:
            settings = self.settings
            self._tables[cycle] = CycleTables(settings.workspace, settings.profile, cycle)
        return self._tables[cycle]

    @contextmanager
    def yield_for_execution(self, context: dg.InitResourceContext) -> Iterator["Institution"]:
        """The resource for as long as a run lives, which holds its cycle: no other run works on it meanwhile.

        A run that died while it held the cycle is marked as failed. Takes no lock without a cycle (sensor ticks) or
        with invalid settings, which the step will report.
        """
        run = context.run
        cycle = run.tags.get(PARTITION, "") if run is not None else ""
        try:
            workspace = self.settings.workspace if _CYCLE.fullmatch(cycle) else None
        except KwaliteitsmonitorError:
            workspace = None
        with ExitStack() as stack:
            if run is not None and workspace is not None:
                message = f"Another run works on cycle {cycle}; this one waits for it."
                before = stack.enter_context(
                    holding(workspace, cycle, run.run_id, waiting=lambda: _say(context, message))
                )
                tell_dead(context.instance, before, self.settings)
                clear(workspace)
                if _is_whole(run, self.settings.profile):
                    note_code(workspace, cycle, code_digest())
            yield stack.enter_context(super().yield_for_execution(context))


def _is_whole(run: dg.DagsterRun, profile: Profile) -> bool:
    """Whether a run makes a cycle anew from its deliveries to its release, and does not go on with what another made.

    From the shell and by a schedule it is the job; the Dagster UI may name the assets of it one by one.
    """
    steps = {f"{step}_{feed.id}" for feed in profile.feeds for step in ("deliver", "stage")} | {"release"}
    if run.step_keys_to_execute and not steps <= set(run.step_keys_to_execute):
        return False  # a run in one process names all of its steps
    if not run.asset_selection:
        return run.job_name == WHOLE
    made = {tuple(key.path[-2:]) for key in run.asset_selection}  # before them the place, where there are several
    tables = {(STAGED, table) for feed in profile.feeds for table in feed.tables}
    return made >= {("publication", "release"), *(("delivered", feed.id) for feed in profile.feeds), *tables}


def _say(context: dg.InitResourceContext, sentence: str) -> None:
    if context.log is not None:
        context.log.info(sentence)


def tell_dead(instance: dg.DagsterInstance | None, runs: str, settings: Settings) -> None:
    """Mark runs as failed that Dagster lists as running although they released the lock on their cycle.

    Their process was killed before it could report that. Dagster would count them as running and start no other run of
    that cycle from its queue. What they did until then is recorded.
    """
    if instance is None:
        return
    for run in runs.split():
        listed = instance.get_run_by_id(run)
        if listed is None:
            continue
        _record_cut_off(instance, listed, settings)
        if not listed.is_finished:
            instance.report_run_failed(
                listed, "The process of this run ended before the run did; the next found it so."
            )


def _record_cut_off(instance: dg.DagsterInstance, run: dg.DagsterRun, settings: Settings) -> None:
    """Record how far a run came whose process is gone. That it cannot be recorded is logged, and spoils nothing."""
    if not is_recorded(run.job_name):
        return
    try:
        (kept,) = instance.get_run_records(dg.RunsFilter(run_ids=[run.run_id]))
        began = datetime.fromtimestamp(kept.start_time or kept.create_timestamp.timestamp(), UTC)
        ours = [event for event in instance.all_logs(run.run_id) if event.dagster_event is not None]
        record_cut_off(settings, run.run_id, run.job_name, run.tags.get(PARTITION, ""), began, ours)
    except Exception as error:
        LOG.warning("how run %s went could not be recorded (%s)", run.run_id[:8], type(error).__name__)
