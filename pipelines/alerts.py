"""The sensor that reports to the operators: runs that failed, cycles that began and are done, deadlines that passed.

It reads Dagster's list of runs and the workspace, and keeps what it reported in the workspace
(`kwaliteitsmonitor.exchange.notices.ledger`): each thing is reported once, whoever looks, and again at the next look
if a server refused it. It does not use the cursor of Dagster's own run-failure sensor, which moves on when a mail
was not taken.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime, time, timedelta

import dagster as dg

from assets.common.cycle_tables import CycleTables
from assets.common.resources import Institution
from assets.status.notices import unknown_feeds
from assets.status.states import status_of
from kwaliteitsmonitor.exchange.notices.alerts import LAPSES, Alert, failed, operators, tell, without_secrets
from kwaliteitsmonitor.exchange.notices.ledger import ALERTS, Ledger
from kwaliteitsmonitor.exchange.notices.overview import (
    Published,
    Standing,
    after_deadline,
    cycle_begun,
    cycle_done,
    deadlines_passed,
    key_of_deadline,
    standings,
)
from kwaliteitsmonitor.exchange.notices.sending import MAIL, TEAMS, Channels, Fate
from kwaliteitsmonitor.foundation.cycle_lock import let_go
from kwaliteitsmonitor.foundation.settings import Settings
from kwaliteitsmonitor.releases.format.places import newest
from kwaliteitsmonitor.releases.format.reader import ReleaseReader
from pipelines.failures import Wrong, what_went_wrong
from pipelines.jobs import CYCLE_JOB
from pipelines.open_cycle import cycle_at, now
from schemas.calendar import Cycle
from schemas.errors import KwaliteitsmonitorError
from schemas.flow import STAGED
from schemas.profile import Profile
from schemas.words import Words

NAME = "alerts"
INTERVAL = 30
"""Seconds between two looks."""
FIRST = timedelta(days=1)
"""How far back the first look goes: what failed before the sensor was switched on is not news."""
MORNING = time(8, 0)
"""From this hour on, where the institution is, a deadline that passed the day before is reported."""
PARTITION = "dagster/partition"
BY_SCHEDULE = "dagster/schedule_name"
NOTHING = "nothing"
"""The entry in the ledger of a deadline by which everything had come."""
COMPLETE = Words("Alles is ontvangen en heel", "everything was received and is whole")
Key = tuple[str, ...]
SILENT = timedelta(minutes=5)
"""A run that holds its cycle no more and has said nothing for so long was killed."""
NOT_YET = Words("nog niet opgenomen", "not taken up yet")
NO_CHANNEL = "There is no mail server and no channel in Teams: nobody is told of what fails."


def alerts_sensor() -> dg.SensorDefinition:
    """The sensor that sends alerts to the operators. It launches nothing."""

    @dg.sensor(
        name=NAME,
        minimum_interval_seconds=INTERVAL,
        default_status=dg.DefaultSensorStatus.STOPPED,
        description="Tells the operators by mail and Teams, each once: runs that failed, cycles that are done, "
        "deliveries that are missing after a deadline.",
    )
    def alerts(context: dg.SensorEvaluationContext, institution: Institution) -> dg.SkipReason | dg.SensorResult:
        settings = institution.settings
        try:
            channels = Channels.of(settings)
            if not channels.any:
                return dg.SkipReason(NO_CHANNEL)
            moment = now(settings.profile)
            since = _since(context.cursor, moment)
            ledger = Ledger(settings.workspace, ALERTS)
            news = list(due(context.instance, settings, ledger, since, moment, channels, _location(context)))
            outcomes = tell(settings.profile, news, ledger, channels, lambda: now(settings.profile))
        except KwaliteitsmonitorError as error:
            return dg.SkipReason(without_secrets(str(error), settings))
        wrong = failed(outcomes)
        if wrong:
            context.log.error(wrong)
        sent = [one for one in outcomes if one.fate is Fate.SENT]
        nobody = {one.sentence.en for one in outcomes if one.fate is Fate.NO_ADDRESS}
        reason = " ".join(
            [f"Told: {one.alert.subject.en} ({one.channel})." for one in sent]
            + ([wrong] if wrong else [])
            + sorted(nobody)
        )
        return dg.SensorResult(skip_reason=reason or "Nothing to tell.", cursor=since.isoformat())

    return alerts


def _location(context: dg.SensorEvaluationContext) -> str:
    """What Dagster calls the code location that looks; empty if it is not known, as in a test."""
    origin = context.code_location_origin
    return origin.location_name if origin is not None else ""


def _since(cursor: str | None, moment: datetime) -> datetime:
    """From when on things are reported: a day before the first look, never longer ago than an alert takes to lapse."""
    first = datetime.fromisoformat(cursor) if cursor else moment - FIRST
    return max(first, moment - LAPSES)


def due(
    instance: dg.DagsterInstance,
    settings: Settings,
    ledger: Ledger,
    since: datetime,
    moment: datetime,
    channels: Channels,
    location: str = "",
) -> Iterator[Alert]:
    """What is to be reported to the operators at a moment: what happened from `since` on and was not reported yet."""
    is_reported = _is_reported_by(ledger, ways(settings.profile, channels))
    _find_lost(instance, settings, moment, location)
    runs = _runs(instance, settings, since, location)
    for record in runs:
        run = record.dagster_run
        if run.status is dg.DagsterRunStatus.FAILURE and not is_reported(key_of_failure(run)):
            yield run_failed(settings, run, what_went_wrong(instance, run))
    yield from _cycles(settings, runs, is_reported)
    yield from _deadlines(settings, ledger, moment, is_reported)


def ways(profile: Profile, channels: Channels) -> tuple[str, ...]:
    """The channels to the operators; mail is none of them if they have no mailbox."""
    mailed = channels.server is not None and bool(operators(profile))
    return (*([MAIL] if mailed else []), *([TEAMS] if channels.webhook else []))


def _is_reported_by(ledger: Ledger, names: Sequence[str]) -> Callable[[Key], bool]:
    """Whether something with a key was reported by every channel, or there was nothing to report."""

    def is_reported(key: Key) -> bool:
        alert = Alert(key, Words("", ""), ())
        return ledger.has(NOTHING, alert) or all(ledger.has(name, alert) for name in names)

    return is_reported


def _find_lost(instance: dg.DagsterInstance, settings: Settings, moment: datetime, location: str) -> None:
    """Have Dagster know of runs that were killed: under way in its list, silent, and holding their cycle no more.

    The launcher of processes on this machine does not tell, and until it is known no other run of the cycle begins.
    """
    mine = dg.RunsFilter(statuses=[dg.DagsterRunStatus.STARTED], tags={"institution": settings.profile.id})
    for record in instance.get_run_records(mine):
        run = record.dagster_run
        if not _is_of(run, location) or not let_go(settings.workspace, partition_of(run), run.run_id):
            continue
        last = instance.get_records_for_run(run.run_id, limit=1, ascending=False).records
        if last and moment.timestamp() - last[0].event_log_entry.timestamp > SILENT.total_seconds():
            instance.report_run_failed(run, "The process of this run is gone.")


def _runs(instance: dg.DagsterInstance, settings: Settings, since: datetime, location: str) -> Sequence[dg.RunRecord]:
    """The runs of this location, or of this institution from the shell, that changed from a moment on; oldest first."""
    records = instance.get_run_records(
        dg.RunsFilter(updated_after=since, tags={"institution": settings.profile.id}), order_by="update_timestamp"
    )
    return [record for record in reversed(records) if _is_of(record.dagster_run, location)]


def _is_of(run: dg.DagsterRun, location: str) -> bool:
    origin = run.remote_job_origin
    return origin is None or not location or origin.location_name == location


def key_of_failure(run: dg.DagsterRun) -> tuple[str, ...]:
    """The key by which a failed run is reported once."""
    return ("failed", run.run_id)


def run_failed(settings: Settings, run: dg.DagsterRun, wrong: Wrong) -> Alert:
    """What is reported to the operators of a run that failed: which, what is wrong, what to do, and where to look."""
    cycle = partition_of(run)
    of = Words(f", cyclus {cycle}", f", cycle {cycle}") if cycle else Words("", "")
    if wrong.blocked:
        subject = Words(f"Niet gepubliceerd: cyclus {cycle}", f"not published: cycle {cycle}")
        remedy = Words(
            "Laat de leveringen herstellen en draai de cyclus opnieuw; de controle nothing_critical_failed in Dagster "
            f"noemt controle, aantal en cellen. Overzicht: kwaliteitsmonitor status --cycle {cycle}",
            "Have the deliveries mended and run the cycle again; the check nothing_critical_failed in Dagster names "
            f"rule, count and cells. Overview: kwaliteitsmonitor status --cycle {cycle}",
        )
    else:
        subject = Words(f"Mislukt: {run.job_name}{of.nl}", f"failed: {run.job_name}{of.en}")
        again = f"kwaliteitsmonitor run --cycle {cycle}" if run.job_name == CYCLE_JOB else ""
        remedy = Words(
            "Verhelp wat de zin noemt en draai de taak opnieuw"
            + (f" (in Dagster, of: {again})." if again else " (in Dagster).")
            + " Er is niets gepubliceerd en niets vervangen; wat ontvangen is blijft bewaard.",
            "Mend what the sentence names and run the job again"
            + (f" (in Dagster, or: {again})." if again else " (in Dagster).")
            + " Nothing was published and nothing was replaced; what was received is kept.",
        )
    step = Words(f", stap {wrong.step}", f", step {wrong.step}") if wrong.step else Words("", "")
    clean = Words(without_secrets(wrong.sentence.nl, settings), without_secrets(wrong.sentence.en, settings))
    return Alert(
        key_of_failure(run),
        subject,
        (
            Words(
                f"De taak {run.job_name}{of.nl}{step.nl} is niet gelukt.",
                f"The job {run.job_name}{of.en}{step.en} failed.",
            ),
            Words(f"Wat er mis is: {clean.nl}", f"What is wrong: {clean.en}"),
            Words(f"Wat te doen: {remedy.nl}", f"What to do: {remedy.en}"),
            _where(settings, run),
        ),
    )


def _where(settings: Settings, run: dg.DagsterRun) -> Words:
    """The run: a link to it where the address of the UI is known, else its id."""
    address = settings.url.rstrip("/")
    place = f"{address}/runs/{run.run_id}" if address else run.run_id
    return Words(f"De run: {place}", f"The run: {place}")


def _cycles(settings: Settings, runs: Sequence[dg.RunRecord], is_reported: Callable[[Key], bool]) -> Iterator[Alert]:
    """Cycles that began by their schedule, and those that are done; of one that is done already only that."""
    failed_before = {partition_of(r.dagster_run) for r in runs if _is_cycle(r) and _failed(r)}
    for record in runs:
        run = record.dagster_run
        # A cycle that somebody runs by hand is seen by who does, unless it mends one that was reported to have failed.
        if not _is_cycle(record) or not (BY_SCHEDULE in run.tags or partition_of(run) in failed_before):
            continue
        cycle = settings.profile.cycle(partition_of(run))
        if run.status is dg.DagsterRunStatus.STARTED and BY_SCHEDULE in run.tags:
            if not is_reported(("begun", cycle.key, run.run_id)):
                untold = {f.id: NOT_YET for f in settings.profile.feeds if not _is_taken_up(settings, cycle, f.id)}
                yield cycle_begun(cycle, run.run_id, _standings(settings, cycle, untold))
        elif run.status is dg.DagsterRunStatus.SUCCESS and not is_reported(("done", cycle.key, run.run_id)):
            yield cycle_done(cycle, run.run_id, _standings(settings, cycle), _published(settings, cycle))


def _is_taken_up(settings: Settings, cycle: Cycle, feed: str) -> bool:
    """Whether a feed was taken up for the cycle, now or before it began."""
    return settings.workspace.read_json_or_none(cycle.key, STAGED, feed) is not None


def partition_of(run: dg.DagsterRun) -> str:
    """The cycle of a run; empty if it has none."""
    return run.tags.get(PARTITION, run.tags.get("cycle", ""))


def _is_cycle(record: dg.RunRecord) -> bool:
    return record.dagster_run.job_name == CYCLE_JOB and bool(partition_of(record.dagster_run))


def _failed(record: dg.RunRecord) -> bool:
    return record.dagster_run.status is dg.DagsterRunStatus.FAILURE


def _standings(settings: Settings, cycle: Cycle, unknown: Mapping[str, Words] | None = None) -> list[Standing]:
    status = status_of(CycleTables(settings.workspace, settings.profile, cycle.key))
    return standings(settings.profile, cycle, status.report.rows, unknown or {}, status.owed.open())


def _published(settings: Settings, cycle: Cycle) -> Published:
    release = newest(settings.workspace, cycle.key)
    if release is None:
        return Published("–", False, False, str(settings.workspace.releases / cycle.key))
    own = ReleaseReader(release).manifest
    return Published(release.name, own.is_final, bool(own.lacking), str(release))


def _deadlines(
    settings: Settings, ledger: Ledger, moment: datetime, is_reported: Callable[[Key], bool]
) -> Iterator[Alert]:
    """The overview after each deadline of the open cycle, from the morning after it on."""
    cycle = cycle_at(settings, moment)
    if cycle is None or moment.time() < MORNING:
        return
    days = deadlines_passed(settings.profile, cycle, moment.date())
    passed = [day for day in days if not is_reported(key_of_deadline(cycle, day))]
    if not passed:
        return
    stand = _standings(settings, cycle, unknown_feeds(settings, cycle, moment))
    for last in passed:
        alert = after_deadline(cycle, last, stand)
        if alert is None:
            ledger.note(NOTHING, Alert(key_of_deadline(cycle, last), COMPLETE, ()), moment, {})
        else:
            yield alert
