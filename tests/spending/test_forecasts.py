"""Forecasts beside what March showed, and who is asked why it spent more or less than budgeted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from assets.spending.explanations import explanations, explanations_result
from assets.spending.forecasts import NO_FORECAST, forecasts
from kwaliteitsmonitor.methods.checks.results import Outcome
from kwaliteitsmonitor.methods.figures.contributions import Contribution, as_table, per_delivery
from kwaliteitsmonitor.methods.figures.left_out import Lost
from schemas.consequences import Costs
from schemas.exports.arrow import to_arrow
from schemas.profile.spending import ExplainFrom
from schemas.words import Words
from tests.made_up import NO_NOTE, line, note_of
from tests.spending.lines import MEASURE, OTHER, SECOND, THEME, UNIT, judged, ledger

YEAR = [
    line(UNIT, THEME, MEASURE, "1000.00", "100.00", number=2, forecast="800.00", delivery="a" * 16),
    line(OTHER, SECOND, "courses", "10.00", "1.00", number=2, forecast="0.00", delivery="b" * 16),
    line(UNIT, THEME, MEASURE, "1000.00", "990.00", number=3, delivery="c" * 16),
]
SETTLED = [
    line(UNIT, THEME, MEASURE, "1000.00", "100.00", number=1, forecast="900.00"),
    line(UNIT, THEME, MEASURE, "1000.00", "600.00", number=2, forecast="1000.00"),
    line(UNIT, THEME, MEASURE, "1000.00", "990.00", number=3, forecast="990.00"),
]
BESIDE = [one | {"unit": OTHER, "_delivery": "b" * 16} for one in SETTLED]
ELSEWHERE = [
    line(OTHER, SECOND, "courses", "10.00", "7.00", number=n, forecast="8.00", delivery="c" * 16) for n in (1, 2, 3)
]

NOBODY = "niet geleverd: alle eenheden / not delivered: all units"


def made(rows: Sequence[dict[str, Any]], missing: Any = None, lost: Sequence[Lost] = ()) -> Any:
    """The rows by round and theme, and their evidence."""
    made, evidence = forecasts(replace(ledger(rows, missing=missing), lost=lost))
    to_arrow("spending_forecasts", made)
    return {(r["round"], r["theme"]): r for r in made}, evidence


def test_a_forecast_is_this_row_with_this_evidence() -> None:
    rows, contributions = forecasts(ledger(YEAR))
    place = {"reporting_year": 2020, "cycle": "2021-03", "round": 2, "status": "ok", "without": None} | NO_NOTE
    one = {"forecast": Decimal("800.00"), "realised": Decimal("990.00"), "deviation": Decimal("190.00")}
    none = dict.fromkeys(one, Decimal("0.00"))
    first, second, whole = (f"2021-03:forecast:2020:2:{theme}" for theme in (THEME, SECOND, "all"))
    assert rows == [
        place | one | {"theme": THEME, "deviation_pct": pytest.approx(0.2375), "figure_id": first},
        place | none | {"theme": SECOND, "deviation_pct": None, "figure_id": second},
        place | one | {"theme": None, "deviation_pct": pytest.approx(0.2375), "figure_id": whole},
    ]
    assert set(per_delivery(as_table(contributions))) == {
        Contribution(first, "forecast", "a" * 16, 1, Decimal("800.00")),
        Contribution(first, "realised", "c" * 16, 1, Decimal("990.00")),
        Contribution(second, "forecast", "b" * 16, 1, Decimal("0.00")),
        # No line of that theme in March: it is the delivery of March that has none.
        Contribution(second, "realised", "c" * 16, 0, Decimal("0.00")),
        Contribution(whole, "forecast", "a" * 16, 1, Decimal("800.00")),
        Contribution(whole, "forecast", "b" * 16, 1, Decimal("0.00")),
        Contribution(whole, "realised", "c" * 16, 1, Decimal("990.00")),
    }


def test_each_round_is_held_against_the_last() -> None:
    rows, _ = made(SETTLED)
    assert [rows[(n, THEME)]["deviation"] for n in (1, 2)] == [Decimal("90.00"), Decimal("-10.00")]
    assert rows[(1, None)]["deviation_pct"] == pytest.approx(0.1)
    assert {number for number, _ in made(SETTLED[1:])[0]} == {2}, "a round that is not there hides no other"


@pytest.mark.parametrize(
    ("rows", "more", "note"),
    [
        ([YEAR[0] | {"forecast": None}, YEAR[2]], {}, f"{NO_FORECAST.nl} / {NO_FORECAST.en}"),
        (YEAR, {"missing": {(2020, 2): [OTHER], (2020, 3): [UNIT]}}, NOBODY),
        (SETTLED[1:], {"missing": {(2020, 2): [UNIT]}, "lost": [Lost(2020, 3, UNIT, THEME)]}, NOBODY),
    ],
)
def test_a_forecast_that_cannot_be_compared_is_not_available(rows: list[dict[str, Any]], more: Any, note: str) -> None:
    result, evidence = made(rows, **more)
    numbers = ("forecast", "realised", "deviation", "deviation_pct")
    assert [result[(2, None)][name] for name in numbers] == [None] * 4
    assert (result[(2, None)]["status"], note_of(result[(2, None)]), evidence) == ("not_available", note, [])


@pytest.mark.parametrize(
    ("there", "missing", "lost"),
    [
        (BESIDE[1:], {(2020, 1): [OTHER]}, []),
        ([*BESIDE[:2], *ELSEWHERE], {}, [Lost(2020, 3, OTHER, THEME)]),
        ([*BESIDE[1:], *ELSEWHERE], {}, [Lost(2020, 1, OTHER, THEME)]),
    ],
)
def test_a_unit_that_either_round_is_without_is_left_out_of_both_and_named(
    there: list[dict[str, Any]], missing: Any, lost: list[Lost]
) -> None:
    rows, evidence = made([*SETTLED, *there], missing, lost)
    for theme, forecast in ((THEME, "900.00"), (None, "908.00" if lost else "900.00")):
        row = rows[(1, theme)]
        assert (row["status"], row["without"], note_of(row)) == ("ok", OTHER, f"zonder {OTHER} / without {OTHER}")
        assert row["forecast"] == Decimal(forecast)
        of = [e for e in evidence if e.figure_id == row["figure_id"]]
        assert "b" * 16 not in {e.delivery for e in of}
        for part in ("forecast", "realised"):
            assert sum(e.contribution for e in of if e.part == part) == row[part]
    if lost:
        assert (rows[(1, SECOND)]["without"], note_of(rows[(1, SECOND)])) == (None, None), "a line costs its theme"


def test_a_year_that_is_not_settled_has_no_forecast_to_judge_and_hides_none_that_is() -> None:
    running = line(UNIT, THEME, MEASURE, "1000.00", "100.00", year=2021, number=1, forecast="900.00")
    assert forecasts(ledger([running], "2021-05"))[0] == []
    rows, _ = forecasts(ledger([*SETTLED, running], "2021-05"))
    assert [row["reporting_year"] for row in rows] == [2020] * 4


RULE = ExplainFrom(eur=Decimal(100), fraction=Decimal("0.10"))
SHORT = line(UNIT, THEME, MEASURE, "1000.00", "400.00")


def explained(rows: Sequence[dict[str, Any]], cycle: str = "2021-03", **more: Any) -> list[dict[str, Any]]:
    result = explanations(ledger(rows, cycle, **more), RULE, rows)
    to_arrow("spending_explanations", result)
    return result


@pytest.mark.parametrize(
    ("budget", "outcome", "departs"),
    [
        ("1000.00", "1101.00", True),
        ("1000.00", "899.00", True),
        ("100.00", "190.00", False),  # much of very little
        ("0.00", "101.00", True),
        ("500.00", "600.00", False),  # just one of both thresholds
        ("500.00", "600.01", True),
        ("5000.00", "5500.00", False),
        ("5000.00", "5500.01", True),
    ],
)
def test_a_unit_is_asked_why_if_it_passes_both_thresholds(budget: str, outcome: str, departs: bool) -> None:
    difference = Decimal(outcome) - Decimal(budget)
    assert RULE.departure(Decimal(budget), Decimal(outcome)) == (difference if departs else None)


def test_an_explanation_is_this_row() -> None:
    result = explained(
        [
            SHORT | {"explanation": " Later gestart "},
            line(UNIT, THEME, "groups", "200.00", "100.00") | {"explanation": "Werving"},
            line(UNIT, SECOND, "courses", "0.00", "500.00") | {"explanation": None},
            line(OTHER, THEME, MEASURE, "1000.00", "1000.00"),
        ]
    )
    place = {"reporting_year": 2020, "cycle": "2021-03", "round": 3, "unit": UNIT, "basis": "realised"}
    given = {
        "theme": THEME,
        "budget": 1200,
        "outcome": 500,
        "difference": -700,
        "explanation": "Later gestart; Werving",
    }
    silent = {"theme": SECOND, "budget": 0, "outcome": 500, "difference": 500, "explanation": None}
    about = [f"2021-03:unit_spending:2020:{UNIT}:{theme}" for theme in (THEME, SECOND)]
    assert result == [
        place | given | {"difference_pct": pytest.approx(-7 / 12), "explained": "given", "about_figure": about[0]},
        place | silent | {"difference_pct": None, "explained": "asked", "about_figure": about[1]},
    ]
    cells = (Words(f"{UNIT}, Thema, 2020", f"{UNIT}, Theme, 2020"),)
    explained_rule = judged("bfr.departure_explained", Costs.NOTE, Outcome.FAILED, 9, 1, cells=cells)
    assert explanations_result(result, 9, {SECOND: Words("Thema", "Theme")}) == explained_rule
    assert explanations_result(result, 9, {}).cells == (Words(*2 * (f"{UNIT}, {SECOND}, 2020",)),)
    assert explanations_result(result[:1], 7, {}).outcome == "passed"


def test_who_is_not_read_or_did_not_deliver_is_not_said_to_be_silent_and_hides_no_other() -> None:
    result = explained([SHORT])
    assert [(row["explained"], row["explanation"]) for row in result] == [("not_read", None)]
    assert explanations_result(result, 1, {}).outcome == "passed"
    rows = [line(one, THEME, MEASURE, "1000.00", "0.00") for one in (UNIT, OTHER)]
    assert [row["unit"] for row in explained(rows, missing={(2020, 3): [UNIT]})] == [OTHER]


@pytest.mark.parametrize(("forecast", "outcome"), [(None, []), ("1000.00", []), ("1500.00", ["1500.00"])])
def test_during_the_year_the_forecast_is_held_against_the_budget(forecast: str | None, outcome: list[str]) -> None:
    running = line(UNIT, THEME, MEASURE, "1000.00", "300.00", year=2021, number=1, forecast=forecast)
    expected = [("forecast", Decimal(amount), 1) for amount in outcome]
    assert [(row["basis"], row["outcome"], row["round"]) for row in explained([running], "2021-05")] == expected
