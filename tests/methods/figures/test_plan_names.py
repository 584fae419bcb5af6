"""What versions of the plan are called: a name that people know, whatever id the delivery has."""

from __future__ import annotations

from datetime import date

from kwaliteitsmonitor.methods.figures.plan_names import plan_names
from schemas.words import Words


def test_the_first_version_is_the_original_plan_with_the_day_of_its_consent() -> None:
    rows = [
        {"version": "original", "consent_on": None},
        {"version": "original", "consent_on": date(2018, 12, 10)},
        {"version": "rev_2", "consent_on": None},
    ]
    assert plan_names(rows) == {
        "original": Words("oorspronkelijk plan (10 december 2018)", "original plan (10 December 2018)"),
        "rev_2": Words("gewijzigd plan", "amended plan"),
    }


def test_several_amendments_are_numbered_so_that_no_two_are_called_the_same() -> None:
    names = plan_names({"version": version, "consent_on": None} for version in ("a", "b", "c"))
    assert [name.nl for name in names.values()] == ["oorspronkelijk plan", "gewijzigd plan 1", "gewijzigd plan 2"]
