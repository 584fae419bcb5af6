"""Rows of facts. Written by `make dictionary` (`schemas.exports.row_types`), not by hand."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import TypedDict


class FactSpendingRow(TypedDict):
    """A row of `fact_spending`."""

    reporting_year: int
    round: int
    unit: str
    theme: str
    measure: str
    budget: Decimal
    realised: Decimal
    forecast: Decimal | None
    submitted_on: date
    _delivery: str
    _sheet: str | None
    _row: int
    _column: str | None


class FactPlanRow(TypedDict):
    """A row of `fact_plan`."""

    version: str
    unit: str
    theme: str
    year: int
    amount: Decimal
    _delivery: str
    _sheet: str | None
    _row: int
    _column: str | None


class FactMeasuresRow(TypedDict):
    """A row of `fact_measures`."""

    reporting_year: int
    unit: str
    theme: str
    measure: str
    progress: str
    _delivery: str
    _sheet: str | None
    _row: int
    _column: str | None


class FactFiguresRow(TypedDict):
    """A row of `fact_figures`."""

    reporting_year: int
    unit: str | None
    level: str | None
    indicator: str
    value: Decimal | None
    n: int | None
    spread: Decimal | None
    numerator: Decimal | None
    denominator: Decimal | None
    _delivery: str
    _sheet: str | None
    _row: int
    _column: str | None
