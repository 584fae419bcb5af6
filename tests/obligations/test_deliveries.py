"""The deliveries that are owed: by each unit, or centrally with every unit in it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from kwaliteitsmonitor.obligations.deliveries import REFUSED, awaited, deliveries
from kwaliteitsmonitor.obligations.evidence import Arrival, Taken
from kwaliteitsmonitor.obligations.periods import Expected
from tests.obligations.owing import BOTH, DECEMBER, FIGURES, LATE, REPORT, arrived, claims, met, report_of, who

YEAR = Expected("2020", 2020)


def test_each_unit_owes_its_own_delivery_and_one_that_cannot_be_used_is_said_to_have_come() -> None:
    taken = replace(report_of("East"), refused=frozenset({("2019-2020", "North")}))
    made = claims(deliveries, who(REPORT), taken)
    north, east = (made[f"delivery:2019-2020:{unit}:report"] for unit in BOTH)
    assert (north.met, north.detail, north.owed.rule) == (None, REFUSED, "report.delivered")
    assert (east.met is not None, east.detail, east.owed.due) == (True, None, date(2020, 12, 31))


@pytest.mark.parametrize(
    ("units", "expected"),
    [
        (None, {"": False}),
        ((), {"": True, "North": False, "East": False}),
        (("North",), {"": True, "North": True, "East": False}),
        (("North", "East"), {"": True, "North": True, "East": True}),
    ],
    ids=str,
)  # fmt: skip
def test_in_a_central_delivery_each_unit_is_looked_for_once_it_is_there(
    units: tuple[str, ...] | None, expected: dict[str, bool]
) -> None:
    read = [] if units is None else [arrived(FIGURES, "2020")]
    taken = Taken(FIGURES, read, {"2020": frozenset(units or ())})
    assert {unit: bool(arrivals) for unit, arrivals in awaited(taken, YEAR, BOTH)} == expected


def test_a_feed_of_two_sources_is_there_once_both_are_and_counts_from_the_last() -> None:
    both = FIGURES.model_copy(update={"sources": [FIGURES.sources[0], FIGURES.sources[0]]})
    first = arrived(both, "2020")
    second = Arrival("second", "2020", "", 1, LATE, LATE)
    units = {"2020": frozenset(BOTH)}
    half = met(claims(deliveries, who(both), Taken(both, [first], units)))
    assert half == {"delivery:2020:all:figures": False, **{f"delivery:2020:{unit}:figures": True for unit in BOTH}}
    made = claims(deliveries, who(both), Taken(both, [first, second], units))
    assert {(claim.met.on, claim.met.by) for claim in made.values() if claim.met} == {(LATE, "second")}
    assert (len(made), DECEMBER < LATE) == (3, True)


def test_a_feed_that_is_not_required_is_owed_by_nobody() -> None:
    optional = REPORT.model_copy(update={"required": False})
    assert claims(deliveries, who(optional), Taken(optional)) == {}
