"""Rows of units that are not there in their year: counted and named, and never moved."""

from __future__ import annotations

from dataclasses import replace

from assets.validation.unit_years import timed, unit_years
from kwaliteitsmonitor.methods.checks.results import Outcome
from tests.made_up import DELIVERY, line, profile, table


def test_rows_of_a_unit_that_is_not_there_are_counted_with_file_unit_and_year() -> None:
    who = profile()
    ended = [unit.model_copy(update={"valid_until": 2019} if unit.id == "East" else {}) for unit in who.units]
    who = replace(who, units=tuple(ended))
    assert timed(who)
    rows = [line("North"), line("East"), line("East", measure="groups"), line("East", year=2019)]
    spending = table("fact_spending", [row | {"_delivery": DELIVERY} for row in rows])
    (found,) = unit_years(who, {"fact_spending": spending}, {DELIVERY: "bfr.csv"})
    assert (found.outcome, found.checked, found.failed) == (Outcome.FAILED, 4, 2)
    assert found.cells == ("bfr.csv: East, 2020",)


def test_units_that_are_always_there_are_not_asked_about() -> None:
    assert not timed(profile())
    (found,) = unit_years(profile(), {"fact_spending": table("fact_spending", [line("East")])}, {})
    assert found.outcome is Outcome.PASSED
