"""Forecasts of May and September beside what March showed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from assets.spending.forecasts import NO_FORECAST, forecasts
from kwaliteitsmonitor.methods.figures.evidence import Evidence
from kwaliteitsmonitor.methods.figures.left_out import Lost
from schemas.exports.arrow import to_arrow
from tests.made_up import line
from tests.spending.lines import MEASURE, OTHER, SECOND, THEME, UNIT, ledger

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


def made(rows: Sequence[dict[str, Any]], missing: Any = None, lost: Sequence[Lost] = ()) -> Any:
    """The rows by round and theme, and their evidence."""
    found, evidence = forecasts(replace(ledger(rows, missing=missing), lost=lost))
    to_arrow("spending_forecasts", found)
    return {(r["round"], r["theme"]): r for r in found}, evidence


def test_a_forecast_is_this_row_with_this_evidence() -> None:
    found, evidence = forecasts(ledger(YEAR))
    place = {"reporting_year": 2020, "cycle": "2021-03", "round": 2, "status": "ok", "note": None, "without": None}
    one = {"forecast": Decimal("800.00"), "realised": Decimal("990.00"), "deviation": Decimal("190.00")}
    none = {"forecast": Decimal("0.00"), "realised": Decimal("0.00"), "deviation": Decimal("0.00")}
    first, second, whole = (f"2021-03:forecast:2020:2:{theme}" for theme in (THEME, SECOND, "all"))
    assert found == [
        place | one | {"theme": THEME, "deviation_pct": pytest.approx(0.2375), "figure_id": first},
        place | none | {"theme": SECOND, "deviation_pct": None, "figure_id": second},
        place | one | {"theme": None, "deviation_pct": pytest.approx(0.2375), "figure_id": whole},
    ]
    assert evidence == [
        Evidence(first, "forecast", "a" * 16, 1, Decimal("800.00")),
        Evidence(first, "realised", "c" * 16, 1, Decimal("990.00")),
        Evidence(second, "forecast", "b" * 16, 1, Decimal("0.00")),
        # No line of that theme in March: it is the delivery of March that has none.
        Evidence(second, "realised", "c" * 16, 0, Decimal("0.00")),
        Evidence(whole, "forecast", "a" * 16, 1, Decimal("800.00")),
        Evidence(whole, "forecast", "b" * 16, 1, Decimal("0.00")),
        Evidence(whole, "realised", "c" * 16, 1, Decimal("990.00")),
    ]


def test_each_round_is_held_against_the_last() -> None:
    found, _ = made(SETTLED)
    assert [found[(n, THEME)]["deviation"] for n in (1, 2)] == [Decimal("90.00"), Decimal("-10.00")]
    assert found[(1, None)]["deviation_pct"] == pytest.approx(0.1)
    later, _ = made(SETTLED[1:])
    assert {number for number, _ in later} == {2}, "a round that is not there hides no other"


def test_a_forecast_that_cannot_be_compared_is_this_row() -> None:
    nothing = dict.fromkeys(("forecast", "realised", "deviation", "deviation_pct")) | {"status": "not_available"}
    without, evidence = forecasts(ledger([YEAR[0] | {"forecast": None}, YEAR[2]]))
    assert [{k: row[k] for k in nothing} for row in without] == [nothing, nothing]
    assert {row["note"] for row in without} == {NO_FORECAST}
    assert evidence == []
    lacking, _ = made(YEAR, {(2020, 2): [OTHER], (2020, 3): [UNIT]})
    whole = lacking[(2, None)]
    assert (whole["status"], whole["note"]) == (
        "not_available",
        "niet geleverd: alle eenheden / not delivered: all units",
    )
    nobody, evidence = made(SETTLED, {(2020, 1): [UNIT]}, [Lost(2020, 3, UNIT, THEME)])
    assert (nobody[(1, None)]["status"], nobody[(1, None)]["forecast"], evidence) == ("not_available", None, [])


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
    found, evidence = made([*SETTLED, *there], missing, lost)
    for theme, expects in ((THEME, "900.00"), (None, "908.00" if lost else "900.00")):
        row = found[(1, theme)]
        assert (row["status"], row["without"], row["note"]) == ("ok", OTHER, f"zonder {OTHER} / without {OTHER}")
        assert row["forecast"] == Decimal(expects)
        of = [e for e in evidence if e.figure_id == row["figure_id"]]
        assert "b" * 16 not in {e.delivery for e in of}
        for part in ("forecast", "realised"):
            assert sum(e.contribution for e in of if e.part == part) == row[part]
    if lost:
        assert (found[(1, SECOND)]["without"], found[(1, SECOND)]["note"]) == (None, None), "a line costs its theme"


def test_a_year_that_is_not_settled_has_no_forecast_to_judge_and_hides_none_that_is() -> None:
    running = line(UNIT, THEME, MEASURE, "1000.00", "100.00", year=2021, number=1, forecast="900.00")
    assert forecasts(ledger([running], "2021-05"))[0] == []
    found, _ = forecasts(ledger([*SETTLED, running], "2021-05"))
    assert Counter(row["reporting_year"] for row in found) == {2020: 4}
