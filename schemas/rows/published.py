"""Rows of the other published tables. Written by `make dictionary` (`schemas.exports.row_types`), not by hand."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import TypedDict


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


class QualityResultsRow(TypedDict):
    """A row of `quality_results`."""

    cycle: str
    table: str
    rule: str
    severity: str
    outcome: str
    checked: int
    failed: int
    quarantines: bool
    waived_because: str | None
    cells: str | None
    nl: str
    en: str
    detail_nl: str | None
    detail_en: str | None
    costs: str
    costs_nl: str
    costs_en: str


class CouncilConsultationsRow(TypedDict):
    """A row of `council_consultations`."""

    reporting_year: int
    cycle: str
    unit: str
    council: str
    subject: str
    consulted_on: date
    decision: str


class PanelDiscussionsRow(TypedDict):
    """A row of `panel_discussions`."""

    reporting_year: int
    cycle: str
    unit: str
    theme: str
    held_on: date
    participants: int | None
    status: str


class CorrectionsRow(TypedDict):
    """A row of `corrections`."""

    cycle: str
    delivery: str
    table: str
    cell: str
    expected: str | None
    new_value: str | None
    reason: str
    role: str
    decided_on: date


class WaiversRow(TypedDict):
    """A row of `waivers`."""

    cycle: str
    feed: str | None
    period: str | None
    unit: str | None
    rule: str | None
    reason: str
    role: str
    decided_on: date
    used: bool
    obligation: str | None


class ApprovalsRow(TypedDict):
    """A row of `approvals`."""

    cycle: str
    feed: str
    period: str
    unit: str
    council: str
    approval: str
    decided_on: date | None


class SpendingExplanationsRow(TypedDict):
    """A row of `spending_explanations`."""

    reporting_year: int
    cycle: str
    round: int
    unit: str
    theme: str
    budget: Decimal
    basis: str
    outcome: Decimal
    difference: Decimal | None
    difference_pct: float | None
    explained: str
    explanation: str | None
    about_figure: str


class IndicatorTargetsRow(TypedDict):
    """A row of `indicator_targets`."""

    reporting_year: int
    cycle: str
    indicator: str
    level: str | None
    target_year: int | None
    target: float | None
    first_year: int | None
    first_value: float | None
    outcome: str
    target_printed_nl: str
    target_printed_en: str
    note_nl: str | None
    note_en: str | None
    about_figure: str


class ReferenceValuesRow(TypedDict):
    """A row of `reference_values`."""

    cycle: str
    indicator: str
    level: str | None
    sector: str
    reporting_year: int
    value: float | None
    printed_nl: str
    printed_en: str
    source: str
    comparable: str
    note_nl: str | None
    note_en: str | None
    beside_year: int | None
    about_figure: str | None


class CrosswalkRow(TypedDict):
    """A row of `crosswalk`."""

    cycle: str
    theme: str
    national_theme: str | None
    national_nl: str | None
    national_en: str | None
    part: Decimal


class NationalThemeCountsRow(TypedDict):
    """A row of `national_theme_counts`."""

    reporting_year: int
    cycle: str
    kind: str
    national_theme: str | None
    theme: str | None
    measures: int
    measures_shared: int
    indicators: int
    indicators_shared: int


class UnitsRow(TypedDict):
    """A row of `units`."""

    unit: str
    unit_nl: str
    unit_en: str
    parent: str | None
    valid_from: int | None
    valid_until: int | None


class UnitChangesRow(TypedDict):
    """A row of `unit_changes`."""

    unit: str
    becomes: str
    from_year: int


class LineageRulesRow(TypedDict):
    """A row of `lineage_rules`."""

    kind: str
    number: str
    rule: str


class NamesRow(TypedDict):
    """A row of `names`."""

    list: str
    code: str
    nl: str
    en: str


class DefinitionsRow(TypedDict):
    """A row of `definitions`."""

    indicator: str
    version: str
    theme: str
    label_nl: str
    label_en: str
    definition_nl: str
    definition_en: str
    kind: str
    unit_of_measure: str
    unit_of_analysis: str | None
    spread_kind: str | None
    direction: str
    valid_from: int
    valid_until: int | None
    combine: str | None
    sector_id: str | None
    scale_minimum: float | None
    scale_maximum: float | None
