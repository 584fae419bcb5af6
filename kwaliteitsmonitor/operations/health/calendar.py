"""The calendar and the clock: did the last cycle run that should have, is the next one known, is it really now."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from kwaliteitsmonitor.foundation.vault.store import receipts_of
from kwaliteitsmonitor.foundation.workspace import Workspace
from kwaliteitsmonitor.operations.health.check import Looked, Problem, attention, broken
from kwaliteitsmonitor.releases.format.places import current
from schemas.calendar import DAYS_TO_PUBLISH, Cycle
from schemas.profile import Profile
from schemas.words import Words

LAST = Words("laatste cyclus", "last cycle")
NEXT = Words("volgende cyclus", "next cycle")
CLOCK = Words("klok", "clock")
GRACE = timedelta(days=DAYS_TO_PUBLISH)
"""A cycle that runs on the first of its month has published by then, or it is told that it has not."""
TOLERANCE = timedelta(minutes=10)


def last_expected(profile: Profile, today: date) -> Cycle | None:
    """The cycle that should have published last on a day, of those of the agreements; None before the first."""
    rules = profile.cycle_rules
    months = sorted(rule.month for rule in rules)
    begun = [
        f"{year}-{month:02d}"
        for year in range(profile.institution.first_year, today.year + 1)
        for month in months
        if date(year, month, 1) + GRACE <= today
    ]
    for key in reversed(begun):
        first = date(int(key[:4]), int(key[5:]), 1)
        cycle = profile.open_cycle(first)
        if cycle is not None and cycle.key == key:
            return cycle
    return None


def last(workspace: Workspace, profile: Profile, today: date) -> Looked:
    """Whether the cycle that should have published last did."""
    cycle = last_expected(profile, today)
    if cycle is None:
        return Looked("last_cycle", LAST, Words("er was er nog geen", "none was due yet"))
    release = current(workspace, cycle.key)
    if release is not None:
        return Looked("last_cycle", LAST, f"{cycle.key}: {release.name}")
    if profile.open_cycle(today) is None:
        return Looked("last_cycle", LAST, cycle.key, (_never_ended(profile, cycle),))
    says = Words(
        f"Cyclus {cycle.key} had moeten draaien en heeft niets gepubliceerd",
        f"Cycle {cycle.key} should have run and has published nothing",
    )
    remedy = Words(
        f"Kijk naar de runs in Dagster en draai de cyclus: kwaliteitsmonitor run --cycle {cycle.key}",
        f"Look at the runs in Dagster and run the cycle: kwaliteitsmonitor run --cycle {cycle.key}",
    )
    # A workspace in which nothing was ever published was not forgotten: it has yet to begin.
    weigh = broken if any(workspace.current.glob("*")) else attention
    return Looked("last_cycle", LAST, cycle.key, (weigh("last_cycle", says, remedy),))


def _never_ended(profile: Profile, cycle: Cycle) -> Problem:
    """That the last cycle of agreements that are over published nothing: nothing runs by itself any more."""
    year = profile.institution.last_year
    says = Words(
        f"De afspraken liepen tot en met {year}, en de laatste cyclus daarvan, {cycle.key}, heeft niets gepubliceerd",
        f"The agreements ended with {year}, and the last cycle of them, {cycle.key}, has published nothing",
    )
    remedy = Words(
        f"Moet die nog worden verantwoord: kwaliteitsmonitor run --cycle {cycle.key}. Anders hoeft u niets te doen.",
        f"Where it has yet to be accounted for: kwaliteitsmonitor run --cycle {cycle.key}. Else nothing is needed.",
    )
    return attention("last_cycle", says, remedy)


def _ended(profile: Profile) -> Words:
    last = profile.institution.last_year
    return Words(f"geen: de afspraken eindigden met {last}", f"none: the agreements ended with {last}")


def following(profile: Profile, today: date) -> Looked:
    """Whether the next cycle is known, and the plan has the years that it accounts for."""
    cycle = profile.open_cycle(today)
    if cycle is None:
        return Looked("next_cycle", NEXT, _ended(profile))
    lacking = lacking_years(profile, cycle)
    if not lacking:
        return Looked("next_cycle", NEXT, cycle.key)
    years = ", ".join(map(str, lacking))
    says = Words(
        f"Het bestedingsplan heeft geen bedragen voor {years}, die cyclus {cycle.key} verantwoordt",
        f"The spending plan has no amounts for {years}, for which cycle {cycle.key} accounts",
    )
    remedy = Words("Vul plan.csv van het profiel aan.", "Complete plan.csv of the profile.")
    return Looked("next_cycle", NEXT, cycle.key, (attention("next_cycle", says, remedy),))


def lacking_years(profile: Profile, cycle: Cycle) -> list[int]:
    """The years of the agreements for whose money a cycle accounts and of which the plan says nothing."""
    known = {line.year for line in profile.plan}
    if not cycle.round or not known:
        return []
    first, end = profile.institution.first_year, profile.institution.last_year
    return [year for year in range(first, min(cycle.spending_year, end) + 1) if year not in known]


def clock(workspace: Workspace, now: datetime) -> Looked:
    """Whether the clock was set back: nothing can have arrived later than now."""
    moments = [receipt.arrived for receipts in receipts_of(workspace).values() for receipt in receipts]
    newest = max(moments, default=None)
    if newest is None or newest <= now + TOLERANCE:
        return Looked("clock", CLOCK, Words(f"{now:%d-%m-%Y %H:%M}", now.isoformat(timespec="seconds")))
    says = Words(
        f"De klok loopt achter: hier is het {now:%d-%m-%Y %H:%M}, en er kwam iets binnen op {newest:%d-%m-%Y %H:%M}",
        f"The clock is behind: here it is {now:%Y-%m-%d %H:%M}, and something arrived on {newest:%Y-%m-%d %H:%M}",
    )
    remedy = Words(
        "Zet de klok hier en die van de aanleverzone gelijk (NTP); tot dan kloppen de data van leveringen niet.",
        "Set the clocks of this machine and of the landing zone right (NTP); until then dates of deliveries are wrong.",
    )
    return Looked(
        "clock",
        CLOCK,
        Words(f"{now:%d-%m-%Y %H:%M}", now.isoformat(timespec="seconds")),
        (broken("clock", says, remedy),),
    )
