"""What is told beside the amounts: explanations, versions of the plan, and forecasts; and rounds beside each other."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

from kwaliteitsmonitor.releases.report.contents.narrative import story
from kwaliteitsmonitor.releases.report.contents.rounds import rounds
from kwaliteitsmonitor.releases.report.document.reading import Reading
from tests.releases.report.cells import cell, tables_of, texts

Read = Callable[..., Reading]


def explained(unit: str, explanation: str | None, state: str) -> dict[str, Any]:
    budget, outcome = Decimal("1000000"), Decimal("1300000")
    of = {"reporting_year": 2020, "cycle": "2021-03", "round": 3, "unit": unit, "theme": "teachers"}
    amounts = {"budget": budget, "outcome": outcome, "difference": outcome - budget, "difference_pct": 0.3}
    said = {"basis": "realised", "explained": state, "explanation": explanation}
    return of | amounts | said | {"about_figure": f"2021-03:unit_spending:2020:{unit}:teachers"}


def test_overspending_stands_with_its_explanation_or_that_it_was_asked_for(read: Read) -> None:
    rows = [explained("East", "Eerder gestart", "given"), explained("North", None, "asked")]
    table = tables_of(story(read({"spending_explanations": rows})))["table-explanations"]
    assert texts(table) == [
        ["East", "teachers", "1.000", "1.300", "300", "30%", "Eerder gestart"],
        ["North", "teachers", "1.000", "1.300", "300", "30%", "Toelichting gevraagd, nog niet gegeven."],
    ]


def test_versions_of_the_plan_stand_beside_each_other_with_the_consent_that_they_had(read: Read) -> None:
    def planned(version: str, theme: str | None, amount: str, year: int = 2020, **more: Any) -> dict[str, Any]:
        row = {"cycle": "2021-03", "version": version, "year": year, "theme": theme, "amount": Decimal(amount)}
        return row | {"status": "ok", "figure_id": f"2021-03:plan:{version}:{year}:{theme}"} | more

    consent = {"shift": Decimal("-100000"), "consent_by": "council", "consent_on": date(2020, 6, 1)}
    rows = [
        planned("first", "teachers", "1000000"),
        planned("first", None, "1000000"),
        planned("first", "teachers", "7000000", 2024),
        planned("revised", "teachers", "900000", **consent),
        planned("revised", None, "900000", **consent),
    ]
    table = tables_of(story(read({"spending_plan_versions": rows})))["table-plan"]
    assert texts(table) == [["teachers", "1.000", "900", "-100"], ["Totaal", "1.000", "900", "-100"]]
    titles = [column.title for column in table.columns if column.name.startswith("amount_")]
    assert titles == ["Oorspronkelijk plan", "Gewijzigd plan (1 juni 2020)"]
    assert table.notes == {"a": "De raad heeft op 1 juni 2020 met dit plan ingestemd."}
    assert cell(table, 1, "amount_1").notes == ("a",)


def expected(number: int, theme: str | None, forecast: str, realised: str, without: str = "") -> dict[str, Any]:
    """What a round expected of a theme, and what the year became of the units that it has."""
    amounts = {"forecast": Decimal(forecast), "realised": Decimal(realised)}
    return amounts | {
        "reporting_year": 2020,
        "cycle": "2021-03",
        "round": number,
        "theme": theme,
        "deviation": amounts["realised"] - amounts["forecast"],
        "without": without or None,
        "note": f"zonder {without} / without {without}" if without else None,
        "deviation_pct": -0.05,
        "status": "ok",
        "figure_id": f"2021-03:forecast:2020:{number}:{theme or 'all'}",
    }


def test_a_forecast_stands_beside_what_the_year_became(read: Read) -> None:
    first, second = (
        [expected(number, theme, forecast, "1900000") for theme in ("teachers", None)]
        for number, forecast in ((1, "2000000"), (2, "1850000"))
    )
    table = tables_of(story(read({"spending_forecasts": [*first, *second]}, "en")))["table-forecasts"]
    assert texts(table) == [[name, "2,000", "-100", "1,850", "50", "1,900"] for name in ("teachers", "Total")]
    of_fewer = [expected(1, theme, "1500000", "1400000", "N") for theme in ("teachers", None)]
    apart = tables_of(story(read({"spending_forecasts": [*of_fewer, *second]}, "en")))["table-forecasts"]
    each = ["1,500", "1,400", "-100", "1,850", "1,900", "50"]
    assert texts(apart) == [["teachers", *each], ["Total", *each]], "what the year became is of the same units"
    assert apart.notes == {"a": "Without N."}


def test_a_round_that_there_is_not_is_passed_over_in_what_a_round_drifts_from(read: Read) -> None:
    rows = [
        {
            "reporting_year": 2020,
            "cycle": "2021-03",
            "round": number,
            "theme": theme,
            "budget": Decimal(100),
            "realised": Decimal(10 * number),
            "forecast": Decimal(90 + number),
            "status": "ok",
            "figure_id": f"2021-03:round:2020:{number}:{theme or 'all'}",
        }
        for number in (1, 3)
        for theme in ("small_classes", None)
    ]
    table = tables_of(rounds(read({"spending_rounds": rows})))["table-rounds"]
    assert {column.name: column.formula for column in table.columns}["drift_3"] == "{forecast_3} - {forecast_1}"
