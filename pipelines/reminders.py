"""The Dagster asset that sends notices. Only the job for it sends: made from the graph, it tells what is due."""

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

import dagster as dg

from assets.common.failures import failing_plainly
from assets.common.resources import Institution
from assets.common.specs import Made, Partitions, spec
from assets.status.assets import STATUS
from assets.status.assets import STEP as STATUS_STEP
from assets.status.notices import parse_day, standing
from kwaliteitsmonitor.exchange.notices.ledger import Ledger
from kwaliteitsmonitor.exchange.notices.sending import NO_CHANNEL, Channels, Fate, Outcome, planned, send, undelivered
from schemas.profile import Profile

STEP = "notices"
SENT = dg.AssetKey([STEP, "sent"])
REMINDERS = "reminders"
"""The job in which notices are sent."""


class Reminding(dg.Config):
    """How to remind. `on` is a day as YYYY-MM-DD, else today; `dry_run` tells what is due and sends nothing."""

    on: str = ""
    dry_run: bool = False


def notices_assets(profile: Profile, partitions: Partitions) -> list[dg.AssetsDefinition]:
    """The notices that went out for a cycle."""
    declared = spec(
        profile,
        SENT.path,
        "Notices to units about what they still have to deliver, each once. Sent by the job for it alone.",
        deps=[[STATUS_STEP, STATUS]],
        partitions=partitions,
    )

    @dg.multi_asset(name="remind", specs=[declared])
    def remind(context: dg.AssetExecutionContext, config: Reminding, institution: Institution) -> Made:
        settings = institution.settings
        profile, workspace = settings.profile, settings.workspace
        zone = ZoneInfo(profile.institution.timezone)
        cycle = profile.cycle(context.partition_key)
        with failing_plainly():
            moment = datetime.now(zone)
            channels = Channels.of(settings)
            due = standing(settings, cycle, parse_day(config.on, moment.date()), moment)
            ledger = Ledger(workspace, cycle.key)
            if config.dry_run or context.run.job_name != REMINDERS:
                outcomes = planned(profile, due.notices, ledger, channels)
            else:
                outcomes = send(profile, due.notices, ledger, channels, lambda: datetime.now(zone))
        for sentence in due.unknown.values():
            context.log.warning(f"No notices about {sentence.en}")
        if not channels.any:
            context.log.info(NO_CHANNEL.en)
        yield dg.MaterializeResult(asset_key=SENT, metadata={**_counts(outcomes), "notices": _listed(outcomes)})
        with failing_plainly():
            undelivered(outcomes)

    return [remind]


def _counts(outcomes: Sequence[Outcome]) -> dict[str, int]:
    return {str(fate): sum(outcome.fate is fate for outcome in outcomes) for fate in Fate}


def _listed(outcomes: Sequence[Outcome]) -> dg.TableMetadataValue:
    return dg.MetadataValue.table(
        [
            dg.TableRecord(
                {
                    "feed": outcome.notice.feed.id,
                    "period": outcome.notice.expected.period,
                    "unit": outcome.notice.unit,
                    "deadline": outcome.notice.deadline.isoformat(),
                    "moment": outcome.notice.moment.key,
                    "state": str(outcome.notice.state),
                    "channel": outcome.channel,
                    "outcome": str(outcome.fate),
                    "why": outcome.sentence.en,
                }
            )
            for outcome in outcomes
        ],
        schema=dg.TableSchema(
            [
                dg.TableColumn(name=name, type="string")
                for name in ("feed", "period", "unit", "deadline", "moment", "state", "channel", "outcome", "why")
            ]
        ),
    )
