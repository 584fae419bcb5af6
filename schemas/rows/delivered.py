"""Rows of what comes in. Written by `make dictionary` (`schemas.exports.row_types`), not by hand."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import TypedDict


class StagedRow(TypedDict):
    """An accepted row of a delivered table: where it came from, by delivery, sheet, row and column."""

    _delivery: str
    _sheet: str | None
    _row: int
    _column: str | None


class FacultyMeasuresRow(StagedRow):
    """An accepted row of `faculty_measures`."""

    academic_year: str
    unit: str
    theme: str
    measure: str
    progress: str


class FacultyStudyAdvisersRow(StagedRow):
    """An accepted row of `faculty_study_advisers`."""

    academic_year: str
    unit: str
    fte: Decimal
    fte_temporary: Decimal
    certified: int
    in_training: int


class FacultyProgrammesRow(StagedRow):
    """An accepted row of `faculty_programmes`."""

    academic_year: str
    unit: str
    programme: str
    compulsory_matching: bool
    online_trial_study: bool


class FacultyConsultationsRow(StagedRow):
    """An accepted row of `faculty_consultations`."""

    academic_year: str
    unit: str
    council: str
    subject: str
    consulted_on: date
    decision: str


class FacultyPanelsRow(StagedRow):
    """An accepted row of `faculty_panels`."""

    academic_year: str
    unit: str
    theme: str
    held_on: date
    participants: int


class BfrRow(StagedRow):
    """An accepted row of `bfr`."""

    reporting_year: int
    round: int
    unit: str
    theme: str
    measure: str
    budget: Decimal
    realised: Decimal
    forecast: Decimal | None
    submitted_on: date


class SpendingPlanRow(StagedRow):
    """An accepted row of `spending_plan`."""

    version: str
    unit: str
    theme: str
    year: int
    amount: Decimal
    consent_by: str | None
    consent_on: date | None


class ControlTotalsRow(StagedRow):
    """An accepted row of `control_totals`."""

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


class DeliveredFiguresRow(StagedRow):
    """An accepted row of `delivered_figures`."""

    reporting_year: int
    unit: str | None
    level: str | None
    indicator: str
    value: Decimal | None
    n: int | None
    spread: Decimal | None
    numerator: Decimal | None
    denominator: Decimal | None


class CorrectionRecordsRow(StagedRow):
    """An accepted row of `correction_records`."""

    file: str
    sheet: str | None
    cell: str
    expected: str | None
    new_value: str | None
    reason: str
    role: str
    decided_on: date


class WaiverRecordsRow(StagedRow):
    """An accepted row of `waiver_records`."""

    cycle: str
    feed: str | None
    period: str | None
    unit: str | None
    rule: str | None
    obligation: str | None
    reason: str
    role: str
    decided_on: date


class ApprovalRecordsRow(StagedRow):
    """An accepted row of `approval_records`."""

    feed: str
    period: str
    unit: str | None
    council: str
    decision: str
    decided_on: date


class WithdrawalRecordsRow(StagedRow):
    """An accepted row of `withdrawal_records`."""

    file: str
    sha256: str | None
    reason: str
    role: str
    decided_on: date


class QuarantineRow(TypedDict):
    """A row of `quarantine`."""

    feed: str
    table: str
    delivery: str
    file: str
    sheet: str | None
    row: int
    column: str | None
    cell: str
    rule: str
    severity: str
    costs: str
    found: str | None
    expected_nl: str
    expected_en: str
