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


class UnwordedIndicatorValuesRow(TypedDict):
    """A row of `indicator_values` before it is worded."""

    reporting_year: int
    cycle: str
    indicator: str
    theme: str
    unit: str | None
    level: str | None
    value: float | None
    spread: float | None
    spread_kind: str | None
    n: int | None
    invited: int | None
    response_rate: float | None
    numerator: float | None
    denominator: float | None
    unit_of_measure: str
    decimals: int
    status: str
    definition_version: str
    figure_id: str
    without: str | None
    hidden_by: str | None
    spread_shown: str | None


class IndicatorValuesRow(UnwordedIndicatorValuesRow):
    """A row of `indicator_values`."""

    printed_nl: str
    printed_en: str
    break_note_nl: str | None
    break_note_en: str | None
    note_nl: str | None
    note_en: str | None


class UnwordedEvaluationResultsRow(TypedDict):
    """A row of `evaluation_results` before it is worded."""

    reporting_year: int
    cycle: str
    evaluation: str
    question: str
    question_version: str
    unit: str | None
    programme: str | None
    level: str | None
    courses: int | None
    n: int | None
    invited: int | None
    response_rate: float | None
    mean: float | None
    sd_respondents: float | None
    sd_courses: float | None
    sd_units: float | None
    ci95_low: float | None
    ci95_high: float | None
    median: float | None
    change: float | None
    change_low: float | None
    change_high: float | None
    status: str
    figure_id: str
    hidden_by: str | None
    spread_shown: str | None
    people: str | None
    without: str | None


class EvaluationResultsRow(UnwordedEvaluationResultsRow):
    """A row of `evaluation_results`."""

    note_nl: str | None
    note_en: str | None


class EvaluationSharesRow(TypedDict):
    """A row of `evaluation_shares`."""

    reporting_year: int
    cycle: str
    evaluation: str
    question: str
    question_version: str
    unit: str | None
    programme: str | None
    level: str | None
    score: float
    share: float | None
    answers: int | None
    status: str
    figure_id: str
    hidden_by: str | None


class SpendingOverviewRow(TypedDict):
    """A row of `spending_overview`."""

    reporting_year: int
    cycle: str
    round: int
    theme: str | None
    budget: Decimal | None
    realised: Decimal | None
    forecast: Decimal | None
    difference: Decimal | None
    difference_pct: float | None
    share_of_budget: float | None
    share_of_realised: float | None
    share_shift_pp: float | None
    realised_pct_of_budget: float | None
    carried_over: Decimal | None
    available: Decimal | None
    left_over: Decimal | None
    budget_printed_nl: str | None
    realised_printed_nl: str | None
    difference_printed_nl: str | None
    status: str
    note_nl: str | None
    note_en: str | None
    figure_id: str
    without: str | None
    realised_pct_of_plan: float | None


class SpendingByUnitRow(TypedDict):
    """A row of `spending_by_unit`."""

    reporting_year: int
    cycle: str
    round: int
    unit: str
    theme: str | None
    budget: Decimal | None
    realised: Decimal | None
    forecast: Decimal | None
    difference: Decimal | None
    difference_pct: float | None
    status: str
    note_nl: str | None
    note_en: str | None
    figure_id: str
    realised_pct_of_budget: float | None


class SpendingRoundsRow(TypedDict):
    """A row of `spending_rounds`."""

    reporting_year: int
    cycle: str
    round: int
    theme: str | None
    budget: Decimal | None
    realised: Decimal | None
    forecast: Decimal | None
    difference: Decimal | None
    difference_pct: float | None
    budget_drift: Decimal | None
    realised_drift: Decimal | None
    forecast_drift: Decimal | None
    status: str
    note_nl: str | None
    note_en: str | None
    figure_id: str
    without: str | None


class CarryOverRow(TypedDict):
    """A row of `carry_over`."""

    from_year: int
    to_year: int
    cycle: str
    unit: str
    theme: str
    left_over: Decimal | None
    status: str
    note_nl: str | None
    note_en: str | None
    figure_id: str


class MeasuresRow(TypedDict):
    """A row of `measures`."""

    reporting_year: int
    cycle: str
    unit: str
    theme: str
    measure: str
    measure_nl: str
    measure_en: str
    progress: str | None
    budget: Decimal | None
    realised: Decimal | None
    status: str
    figure_id: str
    explanation: str | None


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


class SpendingPlanVersionsRow(TypedDict):
    """A row of `spending_plan_versions`."""

    cycle: str
    version: str
    year: int
    theme: str | None
    amount: Decimal
    shift: Decimal | None
    consent_by: str | None
    consent_on: date | None
    status: str
    figure_id: str
    note_nl: str | None
    note_en: str | None
    without: str | None


class SpendingForecastsRow(TypedDict):
    """A row of `spending_forecasts`."""

    reporting_year: int
    cycle: str
    round: int
    theme: str | None
    forecast: Decimal | None
    realised: Decimal | None
    deviation: Decimal | None
    deviation_pct: float | None
    status: str
    note_nl: str | None
    note_en: str | None
    figure_id: str
    without: str | None


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


class SpendingByNationalThemeRow(TypedDict):
    """A row of `spending_by_national_theme`."""

    reporting_year: int
    cycle: str
    round: int
    kind: str
    national_theme: str | None
    theme: str | None
    budget: Decimal | None
    realised: Decimal | None
    forecast: Decimal | None
    difference: Decimal | None
    difference_pct: float | None
    realised_pct_of_budget: float | None
    share_of_budget: float | None
    share_of_realised: float | None
    carried_over: Decimal | None
    available: Decimal | None
    left_over: Decimal | None
    status: str
    note_nl: str | None
    note_en: str | None
    figure_id: str
    without: str | None


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


class LineageRow(TypedDict):
    """A row of `lineage`."""

    figure_id: str
    part: str
    feed: str
    delivery: str
    file: str
    rows: int | None
    contribution: Decimal | None
    filter: str | None


class LineageFiguresRow(TypedDict):
    """A row of `lineage_figures`."""

    figure_id: str
    relation: str
    of_figure: str


class LineageCellsRow(TypedDict):
    """A row of `lineage_cells`."""

    figure_id: str
    part: str
    delivery: str
    sheet: str | None
    row: int | None
    last_row: int | None
    cell: str | None
    column: str | None
    key: str | None
    written: str | None
    contribution: Decimal | None


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


class SectorIndicatorsRow(TypedDict):
    """A row of `sector_indicators`."""

    reporting_year: int
    indicator: str
    definition_version: str
    level: str | None
    institution: str | None
    label_nl: str
    label_en: str
    method: str | None
    unit_of_measure: str
    value: float | None
    spread: float | None
    spread_kind: str | None
    n: int | None
    numerator: float | None
    denominator: float | None
    decimals: int
    printed_nl: str
    printed_en: str
    status: str
    institutions: int
    counts: bool
    release_status: str
    note_nl: str | None
    note_en: str | None
    figure_id: str
    of_figure: str | None


class SectorSpendingRow(TypedDict):
    """A row of `sector_spending`."""

    reporting_year: int
    kind: str
    national_theme: str | None
    theme_nl: str | None
    theme_en: str | None
    institution: str | None
    currency: str
    moment: str
    budget: Decimal | None
    realised: Decimal | None
    forecast: Decimal | None
    difference: Decimal | None
    difference_pct: float | None
    realised_pct_of_budget: float | None
    share_of_realised: float | None
    institutions: int
    counts: bool
    release_status: str
    note_nl: str | None
    note_en: str | None
    figure_id: str
    of_figure: str | None


class SectorLeftOutRow(TypedDict):
    """A row of `sector_left_out`."""

    subject: str
    reporting_year: int | None
    indicator: str | None
    level: str | None
    institution: str
    own_indicator: str | None
    label_nl: str | None
    label_en: str | None
    part: str
    reason: str
    reason_nl: str
    reason_en: str


class SectorSourcesRow(TypedDict):
    """A row of `sector_sources`."""

    institution: str
    nl: str
    en: str
    sector: str
    cycle: str
    reporting_year: int
    release_status: str
    lacking: int
    currency: str
    profile_version: str
    profile_sha256: str
    code_sha256: str
    seal: str
    manifest_sha256: str
    signed_off_on: date | None
    signed_off_by: str | None
