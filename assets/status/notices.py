"""How deliveries stand when notices are made: from what runs have left in the workspace, as far as that is up to date.

What is known is as old as the run that took it up. Whoever delivered since must not be told that they did not: of a
feed of which that is not known, no notice goes out.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from assets.common.cycle_tables import CycleTables
from assets.decisions.records import Decisions, decisions_of
from assets.staged.uptake import ListedOnce, change
from assets.status.states import status_of
from kwaliteitsmonitor.exchange.notices.schedule import Notice, SetAside, due
from kwaliteitsmonitor.foundation.settings import Settings
from kwaliteitsmonitor.readers.feed_record import taken_up
from schemas.calendar import Cycle
from schemas.errors import KwaliteitsmonitorError, UsageError
from schemas.flow import STAGED
from schemas.profile import Feed
from schemas.profile.feeds import comes_by_file, is_pulled
from schemas.words import Words
from schemas.written import day_in_words


@dataclass(frozen=True)
class Standing:
    """The notices that are due, and the feeds about which nothing is said, by id, each with why in a sentence."""

    notices: list[Notice]
    unknown: dict[str, Words]


def standing(settings: Settings, cycle: Cycle, day: date, moment: datetime) -> Standing:
    """What is due on `day`, as things stand at `moment`, which is now where the institution is."""
    profile = settings.profile
    tables = CycleTables(settings.workspace, profile, cycle.key)
    status = status_of(tables, day)
    unknown = unknown_feeds(settings, cycle, moment)
    set_aside = [row for feed in profile.feeds for row in _set_aside(tables, feed)]
    notices = due(profile, cycle, day, status.report.rows, set_aside, unknown, status.owed.open())
    return Standing(notices, unknown)


def parse_day(text: str, today: date) -> date:
    """The day that a text names as `YYYY-MM-DD`, or today if it is empty. Raises `UsageError` if it is no day."""
    try:
        return date.fromisoformat(text) if text else today
    except ValueError:
        raise UsageError(
            f"'{text}' is no day",
            expected="a day as YYYY-MM-DD",
            nl=f"'{text}' is geen datum. Schrijf een datum als JJJJ-MM-DD.",
        ) from None


def unknown_feeds(settings: Settings, cycle: Cycle, moment: datetime) -> dict[str, Words]:
    """The feeds of which the status may not be what it is at a moment, by id, each with the sentence that says why.

    Those are feeds with files that no run has taken up, feeds that were not pulled on the day of `moment`, and all that
    come by file while the landing zone cannot be reached.
    """
    reasons: dict[str, Words] = {}
    required = [feed for feed in settings.profile.feeds if feed.required]
    by_file = [feed for feed in required if comes_by_file(feed)]
    try:
        landing = ListedOnce(settings.landing_url, settings.profile.institution.timezone)
        decisions = decisions_of(CycleTables(settings.workspace, settings.profile, cycle.key))
        for feed in by_file:
            reasons |= _not_taken_up(settings, cycle, feed, landing, decisions)
    except KwaliteitsmonitorError as error:
        reasons |= {feed.id: _of(feed, error.in_words) for feed in by_file}
    for feed in required:
        if is_pulled(feed) and feed.id not in reasons:
            pulled = taken_up(settings.workspace, cycle.key, feed.id).moment
            if not pulled or datetime.fromisoformat(pulled).date() < moment.date():
                reasons[feed.id] = _not_pulled(feed, pulled)
    return reasons


def _not_taken_up(
    settings: Settings, cycle: Cycle, feed: Feed, landing: ListedOnce, decisions: Decisions
) -> dict[str, Words]:
    if change(settings.workspace, settings.profile, cycle, feed, landing, decisions) is None:
        return {}
    return {
        feed.id: _of(
            feed,
            Words(
                f"er zijn leveringen die nog niet zijn opgenomen; draai take_up_{feed.id}.",
                f"there are deliveries that were not taken up yet; run take_up_{feed.id}.",
            ),
        )
    }


def _not_pulled(feed: Feed, pulled: str) -> Words:
    """That a database was not pulled today, and when it last was."""
    on = day_in_words(date.fromisoformat(pulled[:10])) if pulled else None
    last = Words(f"laatst op {on.nl}", f"last on {on.en}") if on else Words("nog nooit", "never yet")
    return _of(
        feed,
        Words(
            f"de database is vandaag niet gelezen ({last.nl}); draai take_up_{feed.id}.",
            f"the database was not pulled today ({last.en}); run take_up_{feed.id}.",
        ),
    )


def _of(feed: Feed, why: Words) -> Words:
    return Words(f"{feed.nl}: {why.nl}", f"{feed.en}: {why.en}")


def _set_aside(tables: CycleTables, feed: Feed) -> list[SetAside]:
    """What staging set aside of a feed: places and what was expected, without what was found there."""
    name = f"{feed.id}.quarantine"
    if not tables.is_staged(name):
        return []
    columns = ["delivery", "table", "file", "sheet", "cell", "expected_nl", "expected_en"]
    rows: list[SetAside] = tables.made(STAGED, name).select(columns).to_pylist()
    return rows
