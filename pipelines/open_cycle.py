"""The open cycle: the one for which deliveries are taken up, pulled and asked for by themselves.

It follows from the calendar. `KWALITEITSMONITOR_CYCLE` names another, such as `2021-03` to take up the deliveries of an
earlier year.
"""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from assets.common.partitions import cycle_partitions
from kwaliteitsmonitor.foundation.settings import Settings
from schemas.calendar import Cycle
from schemas.environment import PREFIX
from schemas.errors import UsageError
from schemas.profile import Profile
from schemas.words import Words
from schemas.written import day_in_words

CYCLE = f"{PREFIX}CYCLE"


ANOTHER = Words(
    "Noem een andere, of laat de cyclus weg voor de cyclus die open is.",
    "Name another, or leave it out for the open cycle.",
)


def now(profile: Profile) -> datetime:
    """The moment it is where the institution is."""
    return datetime.now(ZoneInfo(profile.institution.timezone))


def cycle_at(settings: Settings, moment: datetime) -> Cycle | None:
    """The cycle that the environment names, else the one that is open at a moment; none once the agreements are over.

    Raises `UsageError` if the cycle that is named is none, or lies further ahead than the next to come.
    """
    profile = settings.profile
    named = settings.cycle
    if not named:
        return profile.open_cycle(moment.date())
    cycle = profile.cycle(named)
    demand_known(profile, cycle.key, moment, CYCLE, ANOTHER)
    return cycle


def demand_known(profile: Profile, cycle: str, moment: datetime, where: str, remedy: Words) -> None:
    """Raise `UsageError` if a cycle lies further ahead of a moment than the next to come."""
    known = cycle_partitions(profile).get_partition_keys(current_time=moment)
    if cycle not in known:
        day = day_in_words(moment.date())
        raise UsageError(
            Words(
                f"cyclus {cycle} kan op {day.nl} niet worden opgenomen",
                f"cycle {cycle} cannot be taken up on {moment.date().isoformat()}",
            ),
            where=where,
            expected=Words(
                f"een cyclus van {known[0]} tot en met {known[-1]}, de eerstvolgende",
                f"a cycle from {known[0]} up to {known[-1]}, the next to come",
            )
            if known
            else Words("een cyclus die is begonnen", "a cycle that has begun"),
            remedy=remedy,
        )


def over(profile: Profile) -> str:
    """The sentence for who expects something after the last year."""
    last = profile.institution.last_year
    return f"The agreements ended with {last}: there is no open cycle, and nothing to take up or to ask for."
