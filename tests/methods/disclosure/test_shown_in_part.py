"""Figures that are shown in part: in two digits, with a spread as printed, with a change over two years."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest

from kwaliteitsmonitor.methods.disclosure import applying
from kwaliteitsmonitor.methods.disclosure.circulation import COARSE
from kwaliteitsmonitor.methods.disclosure.evaluations import Withheld
from kwaliteitsmonitor.methods.figures.printing import Exact
from kwaliteitsmonitor.methods.figures.wording import indicator_rows
from kwaliteitsmonitor.methods.remarks import Sentence
from kwaliteitsmonitor.methods.statistics.moments import Moments, welch
from kwaliteitsmonitor.methods.statistics.sums import Cell
from schemas.words import Words
from tests.methods.disclosure import published_rows
from tests.methods.disclosure.published_rows import NORTH, NOW, OVER, PI

OF_NORTH = {"teaching": frozenset({NORTH})}


def figure(**more: Any) -> dict[str, Any]:
    spread = {"spread": 0.87654, "spread_kind": "sd_respondents", "invited": 4000, "response_rate": 0.3085}
    return published_rows.figure(**spread | {"exact": Exact(PI, Decimal("0.87654"))} | more)


def shown(row: dict[str, Any], withheld: Withheld) -> dict[str, Any]:
    (one,) = indicator_rows(applying.figures([row], OVER, withheld, 5), OVER)
    return one


def test_a_coarse_figure_has_two_digits_of_its_number_and_says_nothing_of_who_was_invited() -> None:
    coarse = Withheld({NOW: {NORTH: COARSE}})
    row = shown(figure(), coarse)
    assert (row["n"], row["value"], row["spread"], row["spread_shown"]) == (1200, 3.14, 0.88, "rounded")
    assert (row["invited"], row["response_rate"]) == (None, None)
    assert row["note_nl"].startswith("niet in bachelor of master: × antwoorden van niveau overig; ")
    assert "in two digits" in row["note_en"]
    assert shown(figure(remarks=()), coarse)["note_nl"].count(";") == 0


@pytest.mark.parametrize(
    ("mute", "spread", "printed"), [(frozenset(), 0.9, "3,14 ± 0,9"), (frozenset({NORTH}), None, "3,14")]
)
def test_a_spread_that_is_not_shown_in_full_keeps_its_note_or_says_why(
    mute: frozenset[Cell], spread: float | None, printed: str
) -> None:
    row = figure(remarks=(Sentence(Words("2019: andere vraag", "2019: other question")),))
    part = shown(row, Withheld({}, {NOW: OF_NORTH}, {NOW: {"teaching": mute}}))
    assert (part["spread"], part["printed_nl"]) == (spread, printed)
    assert part["note_en"].startswith("2019: other question")
    assert ("spread" in part["note_en"]) == (part["note_en"] != "2019: other question") == (spread is None)


@pytest.mark.parametrize("row", [{"spread": None}, {"spread_kind": "sd_units"}])
def test_a_spread_that_is_none_of_answers_is_left_alone(row: dict[str, Any]) -> None:
    (same,) = applying.figures([figure(**row)], OVER, Withheld({}, {NOW: OF_NORTH}, {NOW: OF_NORTH}), 5)
    assert same == figure(**row)


@pytest.mark.parametrize(
    ("withheld", "status"),
    [
        (Withheld({}), "ok"),
        (Withheld({}, {NOW: OF_NORTH}), "ok"),
        (Withheld({NOW: {NORTH: COARSE}}), "suppressed"),
        (Withheld({}, {NOW: OF_NORTH}, {NOW: OF_NORTH}), "suppressed"),
    ],
    ids=["all is shown", "the spread is rounded", "two digits", "the spread is not shown"],
)
def test_a_median_is_shown_where_the_results_show_one(withheld: Withheld, status: str) -> None:
    median = OVER[0].model_copy(update={"kind": "median", "unit_of_analysis": None, "spread_kind": None})
    row = figure(spread=None, spread_kind=None, value=3.0, exact=Exact(Decimal(3)))
    (made,) = applying.figures([row], [median], withheld, 5)
    value = 3.0 if status == "ok" else None
    assert (made["status"], made["value"], made["n"] is None) == (status, value, value is None)
    of_results = published_rows.result(number=None, n=50, mean=3.1, sd_respondents=0.8, median=3.0, remarks=())
    (shown_result,) = applying.results([of_results], withheld)
    assert shown_result["median"] == value, "as the results have it"


def result(year: int, mean: float, deviation: float, **more: Any) -> dict[str, Any]:
    own = {"n": 50, "mean": mean, "sd_respondents": deviation, "remarks": ()}
    return published_rows.result(year=year, number=None, **own | more)


def two_years(before: float, now: float) -> list[dict[str, Any]]:
    change = {"change": 0.5, "change_low": 0.2, "change_high": 0.8}
    return [result(2019, 3.0, before), result(2020, 3.5, now, **change)]


def moments(n: int, mean: float, deviation: float) -> Moments:
    m, s = Fraction(repr(mean)), Fraction(repr(deviation))
    return Moments(n, n * m, (n - 1) * s**2 + n * m**2)


@pytest.mark.parametrize("printed_in", [2019, 2020])
def test_the_interval_of_a_change_is_that_of_the_spreads_as_far_as_they_are_shown(printed_in: int) -> None:
    _, now = applying.results(two_years(0.912, 0.876), Withheld({}, {(printed_in, "programme"): OF_NORTH}))
    spreads = {2019: 0.912, 2020: 0.876} | {printed_in: 0.9}
    both = welch(moments(50, 3.5, spreads[2020]), moments(50, 3.0, spreads[2019]))
    assert both is not None
    half = float(both.high - both.low) / 2
    assert half > 0.3
    assert (now["change_low"], now["change_high"]) == (round(0.5 - half, 1), round(0.5 + half, 1))
    assert now["change"] == 0.5
    assert now["remarks"] == (applying.INTERVAL_ROUNDED if printed_in == 2019 else applying.SPREAD_ROUNDED,)
    assert now["spread_shown"] == ("exact" if printed_in == 2019 else "rounded")


@pytest.mark.parametrize("mute_in", [2019, 2020])
def test_without_the_spread_of_one_of_two_years_a_change_has_no_interval(mute_in: int) -> None:
    mute = {(mute_in, "programme"): OF_NORTH}
    _, now = applying.results(two_years(0.9, 0.9), Withheld({}, mute, mute))
    assert (now["change_low"], now["change_high"], now["change"]) == (None, None, 0.5)


def test_with_both_spreads_in_full_the_interval_of_a_change_is_as_it_was() -> None:
    rows = two_years(0.9, 0.9)
    as_made = {"people": "counted", "spread_shown": "exact"}
    assert applying.results(rows, Withheld())[1] == applying.results(rows[1:], Withheld())[0] == rows[1] | as_made
    (alone,) = applying.results(rows[1:], Withheld({}, {NOW: OF_NORTH}))
    ends = alone["change_low"], alone["change_high"]
    assert ends == (None, None), "with nothing of the year before, it would tell ours"
