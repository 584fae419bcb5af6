"""The rows of a sample that are read again after they are made: of the plan, of a round, and the totals of those."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import TypedDict


class PlanLine(TypedDict):
    """A line of `spending_plan`."""

    version: str
    unit: str
    theme: str
    year: int
    amount: Decimal
    consent_by: str | None
    consent_on: date | None


class Line(TypedDict):
    """A line of a financial round (`bfr`)."""

    reporting_year: int
    round: int
    unit: str
    theme: str
    measure: str
    budget: Decimal
    realised: Decimal
    forecast: Decimal
    submitted_on: date
    explanation: str | None


class Total(TypedDict):
    """A row of `control_totals`."""

    statement: str
    origin: str
    reporting_year: int
    round: int | None
    subject: str
    indicator: str | None
    level: str | None
    unit: str | None
    theme: str | None
    printed: str
    value: Decimal
    printed_decimals: int
    unit_of_measure: str
