"""The figures that are owed as such, and by whom."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from kwaliteitsmonitor.obligations.evidence import Row, Taken
from kwaliteitsmonitor.obligations.figures import figures
from tests.made_up import indicator
from tests.obligations.owing import FIGURES, arrived, claims, met, who


def row(unit: str = "", level: str | None = None, **numbers: Any) -> Row:
    empty = {"value": None, "numerator": None, "denominator": None}
    about = {"reporting_year": 2020, "indicator": "leave", "_delivery": "figures-2020-"}
    return {**about, "unit": unit or None, "level": level, **empty, **(numbers or {"value": Decimal(1)})}


def lacking(*rows: Row, combine: str = "sum", **more: Any) -> list[str]:
    """Who still owes the figure, at which level."""
    of = replace(who(FIGURES), indicators=(indicator("leave", "delivered", delivered={"combine": combine}, **more),))
    made = claims(figures, of, Taken(FIGURES, [arrived(FIGURES, "2020")]), rows={"delivered_figures": list(rows)})
    return [
        owed.removeprefix("figure:2020:").replace("leave", "").strip(":")
        for owed, is_met in met(made).items()
        if not is_met
    ]


@pytest.mark.parametrize(
    ("combine", "by_unit", "units", "expected"),
    [
        ("sum", True, ["North"], ["East"]),
        ("sum", True, [""], ["North", "East"]),
        ("sum", False, [""], []),
        ("sum", False, ["North"], ["East"]),
        ("none", False, ["North"], ["all"]),
        ("none", False, [""], []),
        ("none", True, [""], ["North", "East"]),
    ],
)
def test_a_figure_is_owed_by_who_its_definition_asks(
    combine: str, by_unit: bool, units: list[str], expected: list[str]
) -> None:
    assert lacking(*map(row, units), combine=combine, by_unit=by_unit) == expected


@pytest.mark.parametrize(
    ("numbers", "is_met"),
    [
        ({"numerator": Decimal(1)}, False),
        ({"numerator": Decimal(1), "denominator": Decimal(4)}, True),
        ({"value": Decimal(0)}, True),
    ],
)
def test_a_figure_is_told_by_its_value_or_by_both_parts_of_its_ratio(numbers: dict[str, Any], is_met: bool) -> None:
    assert lacking(row(**numbers), combine="none") == ([] if is_met else ["all"])


def test_a_figure_of_two_levels_is_owed_of_each_and_none_of_before_its_definition() -> None:
    assert lacking(row(level="Ba"), combine="none", split_level=True) == ["all::Ma"]
    assert lacking(combine="none", valid_from=2021) == []
