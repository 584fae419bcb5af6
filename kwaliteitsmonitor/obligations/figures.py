"""The figures that are owed as such: of each indicator that is delivered, per unit or for the whole, each year."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from kwaliteitsmonitor.obligations.accounts import met_by
from kwaliteitsmonitor.obligations.evidence import Arrival, Evidence, Taken
from kwaliteitsmonitor.obligations.obligation import Claim, Kind, Obligation, Subject
from kwaliteitsmonitor.obligations.periods import Expected, accounted_years, deadline
from kwaliteitsmonitor.obligations.wording import quoted
from schemas.calendar import Cycle
from schemas.profile import Indicator, Profile
from schemas.rows import DeliveredFiguresRow
from schemas.tables.shared.code_words import LEVEL
from schemas.words import Words

FIGURES = "delivered_figures"
LEVELS = ("Ba", "Ma")


def figures(profile: Profile, cycle: Cycle, evidence: Evidence) -> Iterator[Claim]:
    """The figure of each indicator, level, unit and year that is owed, with the delivery that gave it."""
    arrivals = evidence.arrivals()
    by_figure: dict[tuple[int, str, str, str], list[DeliveredFiguresRow]] = defaultdict(list)
    for r in evidence.of(FIGURES, DeliveredFiguresRow):
        if r["value"] is not None or None not in (r["numerator"], r["denominator"]):
            by_figure[(r["reporting_year"], r["indicator"], r["level"] or "", r["unit"] or "")].append(r)
    done: set[str] = set()
    for one in evidence.filling(FIGURES):
        for year, expected in accounted_years(one.feed, cycle, profile).items():
            for name in dict.fromkeys(indicator.id for indicator in profile.indicators):
                definition = profile.indicator(name, year)
                if definition is None or definition.delivered is None:
                    continue
                for level in LEVELS if definition.split_level else ("",):
                    for claim in _of(profile, definition, level, one, expected, by_figure, arrivals):
                        if claim.owed.id not in done:
                            done.add(claim.owed.id)
                            yield claim


def _of(
    profile: Profile,
    definition: Indicator,
    level: str,
    one: Taken,
    expected: Expected,
    by_figure: dict[tuple[int, str, str, str], list[DeliveredFiguresRow]],
    arrivals: dict[str, Arrival],
) -> Iterator[Claim]:
    """The figure of each unit; or of the institution, if figures of units do not combine or it has one of its own.

    An indicator that is reported per unit is owed by each of them. One that is not is met by a figure of the whole.
    """

    def claim(unit: str) -> Claim:
        rows = by_figure.get((expected.year, definition.id, level, unit), [])
        owed = _owed(definition, level, one, expected, unit)
        return Claim(owed, met_by(rows, arrivals))

    of = definition.delivered
    units = profile.delivering_figure(definition, expected.year)
    whole = claim("")
    if of is not None and of.combine == "none":
        yield whole
        yield from map(claim, units if definition.by_unit else ())
    elif whole.met is not None and not definition.by_unit:
        yield whole
    else:
        yield from map(claim, units)


def _owed(definition: Indicator, level: str, one: Taken, expected: Expected, unit: str) -> Obligation:
    what = quoted(Words(definition.nl, definition.en), "cijfer ", "figure ")
    if level:
        words = LEVEL[level]
        what = Words(f"{what.nl}, {words.nl}", f"{what.en}, {words.en}")
    about = Subject(indicator=definition.id, level=level)
    due = deadline(one.feed, expected)
    return Obligation(Kind.FIGURE, unit, expected.period, expected.year, one.feed.id, what, due, about)
