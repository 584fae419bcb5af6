"""What a figure goes without, by what its definition reads."""

from __future__ import annotations

from typing import Any

from assets.indicators.lacks import Lacks
from kwaliteitsmonitor.methods.remarks import UNKNOWN, RowsAside, WithoutUnits, sentences
from schemas.words import Words
from tests.made_up import indicator

STAFF = indicator("people", "count", numerator={"facts": "fact_staff", "count": "person"})
NOT_THERE = Words("niet geleverd: personeel", "not delivered: staff")


def lacks(**more: Any) -> Lacks:
    usual: dict[str, Any] = {"missing": {}, "waived": {}, "units": {}, "aside": {}}
    return Lacks(STAFF, 2020, **usual | more)


def test_a_figure_lacks_what_is_missing_of_the_tables_that_it_reads_in_its_year() -> None:
    missing = {("staff", 2020): [NOT_THERE, NOT_THERE], ("staff", 2019): [Words("x", "x")], ("bfr", 2020): []}
    assert lacks().tables == ["staff"]
    assert lacks(missing=missing).missing_of_whole(by_unit=True) == sentences([NOT_THERE])


def test_a_whole_goes_without_units_only_where_it_can_be_told_without_them() -> None:
    of_units = lacks(missing={("staff", 2020): [NOT_THERE]}, units={("staff", 2020): frozenset({"B", "A"})})
    assert of_units.without == ["A", "B"]
    assert of_units.missing_of_whole(by_unit=True) == ()
    assert of_units.missing_of_whole(by_unit=False) == sentences([NOT_THERE])
    assert lacks(units={("staff", 2020): frozenset({"A"})}).missing_of_whole(by_unit=False) == (WithoutUnits(("A",)),)


def test_rows_that_cost_no_more_than_themselves_are_counted_and_a_delivered_figure_of_nobody_may_be_of_any_unit() -> (
    None
):
    assert lacks(aside={("staff", 2020): 2, ("staff", 0): 1, ("staff", 2019): 9}).rows_aside() == (RowsAside(3),)
    assert lacks().rows_aside() == ()
    for lost, units in ((frozenset({"A", ""}), {"A"}), (frozenset({UNKNOWN}), {"A", "B"})):
        assert lacks(units={("delivered_figures", 2020): lost}).delivered(["A", "B"]) == units
