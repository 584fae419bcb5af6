"""Rows of published tables with figures. Written by `make dictionary` (`schemas.exports.row_types`), not by hand."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import TypedDict


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
    filter_nl: str | None
    filter_en: str | None


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
