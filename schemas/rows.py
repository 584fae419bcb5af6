"""The types of rows by their contracts. Written by `make dictionary` (`schemas.exports.row_types`), not by hand."""

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


class DeliveryStatusRow(TypedDict):
    """A row of `delivery_status`."""

    cycle: str
    feed: str
    period: str | None
    unit: str | None
    required: bool
    status: str
    received_on: date | None
    deadline: date | None
    late: bool
    file: str | None
    delivery: str | None
    sha256: str | None
    version: int | None
    rows_received: int | None
    rows_accepted: int | None
    rows_quarantined: int | None
    rows_left_out: int | None
    cells_corrected: int | None
    waived_because: str | None
    approval: str | None
    approved_on: date | None
    in_landing_zone: bool | None
    reason_nl: str | None
    reason_en: str | None


class ObligationsRow(TypedDict):
    """A row of `obligations`."""

    cycle: str
    obligation: str
    kind: str
    reporting_year: int
    feed: str
    period: str | None
    unit: str | None
    theme: str | None
    measure: str | None
    indicator: str | None
    level: str | None
    council: str | None
    subject: str | None
    programme: str | None
    due: date | None
    state: str
    met_on: date | None
    met_by: str | None
    waived_because: str | None
    part_of: str | None
    nl: str
    en: str


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
