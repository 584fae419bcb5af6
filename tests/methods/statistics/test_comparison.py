"""What may be held against the year before."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

from kwaliteitsmonitor.methods.statistics.comparison import Measured, compare
from kwaliteitsmonitor.methods.statistics.moments import Moments
from schemas.words import Words

ONE = Measured(Moments.of([Fraction(3), Fraction(5)]), "sd_respondents", frozenset({"North"}), frozenset({"Ba"}))


def reasons(before: Measured, *breaks: Words) -> list[str]:
    found = compare(ONE, before, breaks)
    assert found.change is None
    return [reason.en for reason in found.reasons]


def test_the_same_kind_of_figure_is_compared() -> None:
    found = compare(ONE, replace(ONE, moments=Moments.of([Fraction(2), Fraction(4)])))
    assert found.change is not None
    assert (found.change.value, found.reasons) == (1, ())


def test_another_kind_of_spread_is_refused() -> None:
    assert reasons(replace(ONE, spread_kind="sd_units")) == ["another kind of spread than the year before (sd_units)"]


def test_an_open_link_in_either_year_is_refused() -> None:
    open_one = replace(ONE, open_link=True)
    assert reasons(open_one) == ["not compared with the year before: a questionnaire was open to anyone with the link"]
    assert compare(open_one, ONE).change is None


def test_every_reason_is_given() -> None:
    other = replace(ONE, units=frozenset({"East"}), levels=frozenset({"Ma"}), open_link=True)
    assert len(reasons(other, Words("nl", "en"))) == 4
