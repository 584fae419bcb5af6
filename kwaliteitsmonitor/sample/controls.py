"""Control totals: what came with the financial rounds, and the figures that the report printed."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import TypedDict

from kwaliteitsmonitor.sample.choices import Choices
from kwaliteitsmonitor.sample.lines import Line, Total
from kwaliteitsmonitor.sample.targets import PublishedIndicator, Targets


class _About(TypedDict):
    round: int | None
    indicator: str | None
    level: str | None
    unit: str | None
    theme: str | None


_EMPTY: _About = {"round": None, "indicator": None, "level": None, "unit": None, "theme": None}


def delivered_rows(lines: Iterable[Line], year: int) -> list[Total]:
    """Per unit and round of a year the totals of its lines, as their sender added them up."""
    totals: dict[tuple[int, str, str], Decimal] = {}
    for line in lines:
        if line["reporting_year"] == year:
            for subject, amount in (("budget", line["budget"]), ("realised", line["realised"])):
                key = (line["round"], line["unit"], subject)
                totals[key] = totals.get(key, Decimal(0)) + amount
    return [
        {
            **_EMPTY,
            "statement": f"bfr-{year}-{number}-{unit}",
            "origin": "delivered",
            "reporting_year": year,
            "round": number,
            "subject": subject,
            "unit": unit,
            "printed": format(total.quantize(Decimal("0.01")), "f"),
            "value": total.quantize(Decimal("0.01")),
            "printed_decimals": 2,
            "unit_of_measure": "eur",
        }
        for (number, unit, subject), total in totals.items()
    ]


def printed_rows(targets: Targets, choices: Choices, last_round: int) -> list[Total]:
    """Every figure that the report printed, the misprinted ones too, exactly as it printed them."""
    rows: list[Total] = []
    for total in targets.totals:
        difference = f"{total.difference_in_text_keur:f}"
        for subject, printed, value in (
            ("budget", total.budget_printed, total.budget_keur),
            ("realised", total.realised_printed, total.realised_keur),
            ("difference", difference, total.difference_in_text_keur),
        ):
            rows.append(
                {
                    **_EMPTY,
                    "statement": choices.statements.spending,
                    "origin": "printed",
                    "reporting_year": total.reporting_year,
                    "round": last_round,
                    "subject": subject,
                    "printed": printed,
                    "value": value,
                    "printed_decimals": 0,
                    "unit_of_measure": "keur",
                }
            )
    return rows + [_indicator(row, choices.statements.indicators) for row in targets.indicators]


def _indicator(row: PublishedIndicator, statement: str) -> Total:
    number = row.printed_number
    return {
        **_EMPTY,
        "statement": statement,
        "origin": "printed",
        "reporting_year": row.reporting_year,
        "subject": "indicator",
        "indicator": row.indicator_id,
        "level": row.level,
        "printed": row.printed,
        "value": Decimal(number),
        "printed_decimals": len(number.partition(".")[2]),
        "unit_of_measure": "percent" if "%" in row.printed else "number",
    }
