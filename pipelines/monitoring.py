"""The Dagster asset that says what is broken now. Its job tells the operators; made from the graph, it only looks."""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta
from functools import partial
from zoneinfo import ZoneInfo

import dagster as dg

from assets.common.failures import failing_plainly
from assets.common.resources import Institution
from assets.common.specs import Made, Metadata, spec
from kwaliteitsmonitor.exchange.notices.alerts import failed, tell, without_secrets
from kwaliteitsmonitor.exchange.notices.ledger import ALERTS, Ledger
from kwaliteitsmonitor.exchange.notices.sending import Channels, Fate
from kwaliteitsmonitor.foundation.settings import Settings
from kwaliteitsmonitor.operations.health.alerting import of_rehearsal, pulse, tell_of
from kwaliteitsmonitor.operations.health.check import Looked, Problem, Weight, problems, worst
from kwaliteitsmonitor.operations.health.checks import examine
from kwaliteitsmonitor.operations.metrics.charting import table
from kwaliteitsmonitor.operations.metrics.records import read
from schemas.errors import KwaliteitsmonitorError
from schemas.profile import Profile

STEP = "watching"
HEALTH, REHEARSAL = "health", "rehearsal"
NOTHING_BROKEN = "nothing_broken"
WOULD_WORK = "would_work"
CYCLE = "cycle"
SHOWN = 12
"""So many of the last cycles are shown with how things stand."""
Orchestrating = Callable[[dg.DagsterInstance, Settings, datetime, str], Iterable[Looked]]
"""Looks at Dagster itself: its instance, for settings, at a moment, as the code location of this name."""


Rehearsing = Callable[[Settings, str, datetime], tuple[str, Sequence[Looked]]]
"""Rehearses a cycle, the next of the spring where none is named; gives its key and what was found."""


class Rehearsed(dg.Config):
    """Which cycle is rehearsed, such as `2027-03`; empty for the next one."""

    cycle: str = ""


def health_assets(profile: Profile, orchestrating: Orchestrating) -> list[dg.AssetsDefinition]:
    """What is broken now, as an asset that is made anew every hour, with a check that fails where anything is."""
    declared = spec(
        profile,
        [STEP, HEALTH],
        "What is broken now: disk, sources, certificates, key, calendar, backup, daemons, schedules and runs.",
    ).replace_attributes(
        freshness_policy=dg.FreshnessPolicy.time_window(fail_window=timedelta(hours=3), warn_window=timedelta(hours=2))
    )
    check = dg.AssetCheckSpec(NOTHING_BROKEN, asset=declared.key, description="Nothing that a cycle needs is broken.")

    # Not named as its job: Dagster knows a step and a job by one name.
    @dg.multi_asset(name="look", specs=[declared], check_specs=[check])
    def health(context: dg.AssetExecutionContext, institution: Institution) -> Made:
        settings = institution.settings
        now = datetime.now(ZoneInfo(settings.profile.institution.timezone))
        origin = context.run.remote_job_origin
        orchestration = partial(_orchestration, orchestrating, context.instance, origin.location_name if origin else "")
        looks = examine(settings, now, orchestration)
        messages = _tell(context, settings, looks) if context.run.job_name == HEALTH else {}
        broken = worst(looks) is Weight.BROKEN
        yield dg.MaterializeResult(
            asset_key=declared.key,
            metadata={
                "broken": len(problems(looks)),
                "attention": len(problems(looks, Weight.ATTENTION)) - len(problems(looks)),
                "looked at": _table(settings, looks),
                **_cycles(settings),
                **messages,
            },
            check_results=[
                dg.AssetCheckResult(
                    passed=not broken,
                    check_name=NOTHING_BROKEN,
                    asset_key=declared.key,
                    severity=dg.AssetCheckSeverity.ERROR,
                    description="; ".join(_clean(settings, one.says.en) for one in problems(looks)) or None,
                )
            ],
        )

    return [health]


def rehearsal_assets(profile: Profile, rehearsing: Rehearsing) -> list[dg.AssetsDefinition]:
    """The yearly rehearsal of the cycle to come, as an asset with a check that fails where something would."""
    declared = spec(
        profile,
        [STEP, REHEARSAL],
        "Would the next cycle work? Last year's deliveries with today's code and profile, and every source reached.",
    )
    check = dg.AssetCheckSpec(WOULD_WORK, asset=declared.key, description="Nothing of the next cycle would fail.")

    @dg.multi_asset(name="rehearse", specs=[declared], check_specs=[check])
    def rehearse(context: dg.AssetExecutionContext, config: Rehearsed, institution: Institution) -> Made:
        settings = institution.settings
        zone = ZoneInfo(settings.profile.institution.timezone)
        with failing_plainly():
            cycle, looks = rehearsing(settings, config.cycle, datetime.now(zone))
        failing = problems(looks)
        if failing:
            _tell_rehearsal(context, settings, cycle, failing)
        description = "; ".join(_clean(settings, one.says.en) for one in failing) or None
        yield dg.MaterializeResult(
            asset_key=declared.key,
            metadata={"cycle": cycle, "would fail": len(failing), "tried": _table(settings, looks)},
            check_results=[
                dg.AssetCheckResult(
                    passed=not failing,
                    check_name=WOULD_WORK,
                    asset_key=declared.key,
                    severity=dg.AssetCheckSeverity.ERROR,
                    description=description,
                )
            ],
        )

    return [rehearse]


def _tell_rehearsal(
    context: dg.AssetExecutionContext, settings: Settings, cycle: str, failing: Sequence[Problem]
) -> None:
    """Tell the operators what would fail, once per rehearsal."""
    zone = ZoneInfo(settings.profile.institution.timezone)
    alert = of_rehearsal(settings, cycle, context.run.run_id, failing)
    try:
        channels = Channels.of(settings)
        ledger = Ledger(settings.workspace, ALERTS)
        outcomes = tell(settings.profile, [alert], ledger, channels, lambda: datetime.now(zone))
        if failed(outcomes):
            context.log.error(failed(outcomes))
    except KwaliteitsmonitorError as error:
        context.log.error(_clean(settings, str(error)))


def _orchestration(
    look: Orchestrating, instance: dg.DagsterInstance, location: str, settings: Settings, now: datetime
) -> Iterable[Looked]:
    return look(instance, settings, now, location)


def _tell(context: dg.AssetExecutionContext, settings: Settings, looks: Sequence[Looked]) -> Metadata:
    """Tell of what is new and what is solved, and give a sign of life where nothing is broken."""
    zone = ZoneInfo(settings.profile.institution.timezone)
    present = problems(looks)
    metadata: Metadata = {}
    try:
        channels = Channels.of(settings)
        outcomes = tell_of(settings, present, channels, lambda: datetime.now(zone))
        metadata["told"] = sum(one.fate is Fate.SENT for one in outcomes)
        if failed(outcomes):
            context.log.error(failed(outcomes))
    except KwaliteitsmonitorError as error:
        context.log.error(_clean(settings, str(error)))
    try:
        metadata["sign of life"] = not present and pulse(settings)
    except KwaliteitsmonitorError as error:
        context.log.error(_clean(settings, str(error)))
    return metadata


def _cycles(settings: Settings) -> Metadata:
    """How the last cycles went, as a table; nothing if none ran."""
    try:
        runs = [run for run in read(settings.workspace) if run.job == CYCLE][-SHOWN:]
    except (KwaliteitsmonitorError, OSError):
        return {}
    if not runs:
        return {}
    return {"cycles": dg.MetadataValue.table([dg.TableRecord(dict(row)) for row in table(runs, "en")])}


def _table(settings: Settings, looks: Sequence[Looked]) -> dg.TableMetadataValue:
    return dg.MetadataValue.table(
        [
            dg.TableRecord(
                {
                    "what": look.name.en,
                    "outcome": look.weight.name.lower(),
                    "found": _clean(settings, "; ".join(p.says.en for p in look.problems) or look.wording.en),
                    "what to do": _clean(settings, " ".join(p.remedy.en for p in look.problems)),
                }
            )
            for look in looks
        ],
        schema=dg.TableSchema(
            [dg.TableColumn(name=name, type="string") for name in ("what", "outcome", "found", "what to do")]
        ),
    )


def _clean(settings: Settings, text: str) -> str:
    return without_secrets(text, settings)
