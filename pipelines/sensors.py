"""The sensor: looks into the landing zone and has new and changed deliveries taken up, feed by feed.

It asks for a run if the bytes of a feed are not those last taken up (`assets.staged.uptake`); dates and names
do not count. It looks at files alone: what is pulled from a database has no sign by which it shows that it changed, and
is pulled by the cycle and once on every working day (`pipelines.schedules`).

What it knows stands in the workspace and in Dagster's list of runs: losing its cursor, or turning it off and on, has
nothing taken up again. A run that fails is asked for again twice, and then left to a person.
"""

import time
from collections.abc import Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import dagster as dg
from dagster._core.definitions.unresolved_asset_job_definition import UnresolvedAssetJobDefinition as AssetJob

from assets.common.cycle_tables import CycleTables
from assets.common.resources import Institution
from assets.decisions.records import decides, decisions_of
from assets.staged.uptake import Change, ListedOnce, change
from kwaliteitsmonitor.foundation.retrying import Patience
from kwaliteitsmonitor.foundation.settings import Settings
from pipelines.jobs import take_up
from pipelines.open_cycle import cycle_at, now, over
from schemas.calendar import Cycle
from schemas.errors import KwaliteitsmonitorError
from schemas.profile import Feed
from schemas.profile.feeds import comes_by_file

LANDING_ZONE = "landing_zone"
INTERVAL = 30
"""Seconds between two looks: a delivery is taken up within a minute."""
PATIENCE = Patience(attempts=2, total=10.0)
"""How long a landing zone that does not answer is waited for: the next look is soon."""
BUDGET = 20.0
"""Seconds after which a look does not begin on another feed; Dagster ends one that takes more than a minute."""
CONTENTS = "kwaliteitsmonitor/contents"
"""The tag of a run that says for which contents it was asked."""
PAUSES = (timedelta(minutes=5), timedelta(minutes=30))
"""How long after a failed run its contents are tried again: twice, and then no more."""


def landing_zone_sensor(jobs: Sequence[AssetJob]) -> dg.SensorDefinition:
    """The sensor over the landing zone; `jobs` are those that take up a feed."""

    @dg.sensor(
        name=LANDING_ZONE,
        jobs=jobs,
        minimum_interval_seconds=INTERVAL,
        default_status=dg.DefaultSensorStatus.STOPPED,
        description="Takes up new and changed deliveries for the open cycle, by their bytes, within a minute.",
    )
    def landing_zone(context: dg.SensorEvaluationContext, institution: Institution) -> dg.SensorResult | dg.SkipReason:
        settings = institution.settings
        try:
            cycle = cycle_at(settings, now(settings.profile))
            if cycle is None:
                return dg.SkipReason(over(settings.profile))
            landing = ListedOnce(settings.landing_url, settings.profile.institution.timezone, patience=PATIENCE)
            landing.files()
        except KwaliteitsmonitorError as error:
            return dg.SkipReason(str(error))
        return _look(context, settings, cycle, landing)

    return landing_zone


def _look(
    context: dg.SensorEvaluationContext, settings: Settings, cycle: Cycle, landing: ListedOnce
) -> dg.SensorResult | dg.SkipReason:
    requests: list[dg.RunRequest] = []
    messages: list[str] = []
    until = time.monotonic() + BUDGET
    decisions = decisions_of(CycleTables(settings.workspace, settings.profile, cycle.key))
    # What is decided is taken up first: the others are read by it.
    ordered = sorted(settings.profile.feeds, key=lambda feed: not decides(feed))
    feeds = _from([feed for feed in ordered if comes_by_file(feed)], context.cursor)
    following = ""
    for looked, feed in enumerate(feeds):
        if looked and time.monotonic() > until:
            following = feed.id
            messages.append(f"reading took long, and goes on with {feed.id} the next time")
            break
        try:
            news = change(settings.workspace, settings.profile, cycle, feed, landing, decisions)
        except KwaliteitsmonitorError as error:
            messages.append(str(error))
            continue
        if news is not None:
            wanted = _request(context.instance, settings, cycle, news)
            requests.extend([wanted] if isinstance(wanted, dg.RunRequest) else [])
            messages.extend([wanted] if isinstance(wanted, str) else [])
    if not requests:
        reason = " ".join(messages) or f"Cycle {cycle.key}: nothing new in the landing zone."
        return dg.SensorResult(skip_reason=reason, cursor=following)
    for sentence in messages:
        context.log.warning(sentence)
    return dg.SensorResult(run_requests=requests, cursor=following)


def _from(feeds: Sequence[Feed], first: str | None) -> Sequence[Feed]:
    """The feeds, starting with the one at which the look before this one stopped."""
    at = next((i for i, feed in enumerate(feeds) if feed.id == first), 0)
    return [*feeds[at:], *feeds[:at]]


def _request(instance: dg.DagsterInstance, settings: Settings, cycle: Cycle, change: Change) -> dg.RunRequest | str:
    """The run to ask for, or a sentence that says why none is asked for."""
    job, profile = take_up(change.feed), settings.profile
    key = f"{settings.location or profile.id}-{cycle.key}-{change.feed.id}-{change.key[:32]}"
    runs = instance.get_run_records(dg.RunsFilter(tags={CONTENTS: key}))
    newest = runs[0] if runs else None
    attempt = len(runs)
    if newest is not None:
        if not newest.dagster_run.is_finished:
            return f"{job}: a run is under way."
        if newest.dagster_run.status is not dg.DagsterRunStatus.FAILURE or attempt > len(PAUSES):
            return f"{job}: run {newest.dagster_run.run_id[:8]} did not take up these deliveries; look into it."
        again = datetime.fromtimestamp(newest.end_time or 0, tz=ZoneInfo("UTC")) + PAUSES[attempt - 1]
        if datetime.now(ZoneInfo("UTC")) < again:
            when = again.astimezone(ZoneInfo(profile.institution.timezone))
            return f"{job}: run {newest.dagster_run.run_id[:8]} failed; it is tried again after {when:%H:%M}."
    return dg.RunRequest(
        run_key=f"{key}-{attempt}" if attempt else key,
        job_name=job,
        partition_key=cycle.key,
        tags={"institution": profile.id, "cycle": cycle.key, "feed": change.feed.id, CONTENTS: key},
    )
