"""What units owe of their money: a line per measure in each round, and why they spent otherwise than budgeted."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from decimal import Decimal

from kwaliteitsmonitor.obligations.accounts import met_by, reporting_units
from kwaliteitsmonitor.obligations.evidence import HAS_TEXT, Arrival, Evidence, Taken
from kwaliteitsmonitor.obligations.obligation import Claim, Kind, Obligation, Subject
from kwaliteitsmonitor.obligations.periods import Expected, deadline, settled_rounds
from kwaliteitsmonitor.obligations.wording import amount, quoted
from schemas.calendar import Cycle
from schemas.profile import Profile
from schemas.rows import BfrRow, SpendingPlanRow
from schemas.words import Words

LINES, PLAN = "bfr", "spending_plan"
UNEXPLAINED = "bfr.departure_explained"
"""The rule that says the same of the published table; a waiver of it waives every explanation."""


def money(profile: Profile, cycle: Cycle, evidence: Evidence) -> Iterator[Claim]:
    """Every line of a round and every explanation that is owed, with the delivery that gave it."""
    arrivals = evidence.arrivals()
    done: set[tuple[str, int, int]] = set()
    for one in evidence.filling(LINES):
        for expected in settled_rounds(one.feed, cycle, profile):
            yield from _lines(profile, evidence, one, expected, arrivals)
            if (LINES, expected.year, expected.round) not in done:
                done.add((LINES, expected.year, expected.round))
                yield from _explanations(profile, cycle, evidence, one, expected, arrivals)


def _lines(
    profile: Profile, evidence: Evidence, one: Taken, expected: Expected, arrivals: dict[str, Arrival]
) -> Iterator[Claim]:
    """A line for each measure of a unit, in themes in which the plan gives the unit money that year."""
    planned = _planned(profile, evidence)
    by_measure = {
        (r["unit"], r["theme"], r["measure"]): r
        for r in evidence.of(LINES, BfrRow)
        if (r["reporting_year"], r["round"]) == (expected.year, expected.round)
    }
    reporting = set(reporting_units(profile, one, expected.year)) if one.feed.units else None
    for measure in profile.measures_in(expected.year):
        for unit in profile.having(measure, expected.year):
            if (reporting is not None and unit not in reporting) or not _has_money(
                profile, planned, unit, measure.theme, expected.year
            ):
                continue
            row = by_measure.get((unit, measure.theme, measure.id))
            what = quoted(Words(measure.nl, measure.en), "rij voor ", "line for ")
            about = Subject(theme=measure.theme, measure=measure.id)
            owed = _owed(Kind.LINE, one, expected, unit, what, about)
            yield Claim(owed, met_by([row] if row else [], arrivals))


def _owed(
    kind: Kind, one: Taken, expected: Expected, unit: str, what: Words, about: Subject, rule: str = ""
) -> Obligation:
    due = deadline(one.feed, expected)
    return Obligation(
        kind, unit, expected.period, expected.year, one.feed.id, what, due, about, expected.round, rule
    )  # fmt: skip


def _planned(profile: Profile, evidence: Evidence) -> dict[tuple[str, str, int], Decimal]:
    """Per unit, theme and year what the plan gives, as its last version leaves it; nothing if none is delivered."""
    rows = evidence.of(PLAN, SpendingPlanRow)
    amounts: dict[tuple[str, str, int], Decimal] = {}
    for version in profile.versions_in_order(r["version"] for r in rows):
        amounts |= {(r["unit"], r["theme"], r["year"]): r["amount"] for r in rows if r["version"] == version}
    return amounts


def _has_money(
    profile: Profile, planned: dict[tuple[str, str, int], Decimal], unit: str, theme: str, year: int
) -> bool:
    """Whether a unit has money for a theme in a year: by the plan, or if there is none by its theme."""
    if planned:
        return bool(planned.get((unit, theme, year)))
    return any(one.id == theme for one in profile.funded_themes)


def _explanations(
    profile: Profile, cycle: Cycle, evidence: Evidence, one: Taken, expected: Expected, arrivals: dict[str, Arrival]
) -> Iterator[Claim]:
    """Why a unit departed from its budget for a theme, in the years of the spending that the cycle shows.

    Owed if the profile asks for it (`spending`): by a threshold of its own, or as it publishes explanations. Whether
    there is any is known, also where what it says is not read.
    """
    years = [y for y in (cycle.spending_year - 1, cycle.spending_year) if y >= profile.institution.first_year]
    settles = profile.last_round if expected.year < cycle.spending_year else cycle.round
    if not profile.institution.spending.asks or expected.year not in years or expected.round != settles:
        return
    sums: dict[tuple[str, str], list[BfrRow]] = defaultdict(list)
    for r in evidence.of(LINES, BfrRow):
        if (r["reporting_year"], r["round"]) == (expected.year, expected.round):
            sums[(r["unit"], r["theme"])].append(r)
    rule = profile.institution.spending.explain_from
    names = {theme.id: Words(theme.nl, theme.en) for theme in profile.themes}
    for (unit, theme), lines in sorted(sums.items()):
        budget = sum((r["budget"] for r in lines), Decimal(0))
        outcome = _outcome(lines, definitive=expected.round == profile.last_round)
        departure = None if outcome is None else rule.departure(budget, outcome)
        if departure is None:
            continue
        explained = [r for r in lines if r.get(HAS_TEXT)]
        what = _why(profile, names[theme], departure)
        owed = _owed(Kind.EXPLANATION, one, expected, unit, what, Subject(theme=theme), UNEXPLAINED)
        yield Claim(owed, met_by(explained, arrivals))


def _outcome(lines: list[BfrRow], *, definitive: bool) -> Decimal | None:
    """The outcome that is compared with the budget: what was spent, or during the year the forecast of all lines."""
    if definitive:
        return sum((r["realised"] for r in lines), Decimal(0))
    forecasts = [r["forecast"] for r in lines if r["forecast"] is not None]
    return sum(forecasts, Decimal(0)) if len(forecasts) == len(lines) else None


def _why(profile: Profile, theme: Words, difference: Decimal) -> Words:
    size = amount(profile, abs(difference))
    nl, en = ("meer", "more") if difference > 0 else ("minder", "less")
    what = quoted(theme, "toelichting bij ", "explanation of ")
    return Words(f"{what.nl} ({size.nl} {nl} dan begroot)", f"{what.en} ({size.en} {en} than budgeted)")
