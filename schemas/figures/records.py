"""The published tables whose rows are no figures: what was delivered, decided, checked and derived from what."""

from __future__ import annotations

from schemas import flow
from schemas.figures.model import Published
from schemas.tables import CATALOGUE

RECORDS: tuple[Published, ...] = (
    Published(
        CATALOGUE["council_consultations"],
        flow.PROGRESS,
        needs=("faculty_consultations",),
        reads=("faculty_consultations",),
        about=("reporting_year",),
    ),
    Published(
        CATALOGUE["panel_discussions"],
        flow.PROGRESS,
        needs=("faculty_panels",),
        reads=("faculty_panels",),
        about=("reporting_year",),
        taken={"participants": "the delivery, unless hidden"},
    ),
    Published(
        CATALOGUE["indicator_targets"],
        flow.COMPARISON,
        reads=("indicator_values",),
        about=("reporting_year", "target_year", "first_year"),
        taken={"target": "the profile", "first_value": "the figure of the first year"},
    ),
    Published(
        CATALOGUE["reference_values"],
        flow.COMPARISON,
        reads=("indicator_values",),
        about=("reporting_year", "beside_year"),
        taken={"value": "the profile"},
    ),
    Published(CATALOGUE["crosswalk"], flow.COMPARISON, taken={"part": "the profile"}),
    Published(
        CATALOGUE["national_theme_counts"],
        flow.COMPARISON,
        about=("reporting_year",),
        taken=dict.fromkeys(("measures", "measures_shared", "indicators", "indicators_shared"), "how many there are"),
    ),
    Published(CATALOGUE["classifications"], flow.COMPARISON),
    Published(
        CATALOGUE["measures_by_class"],
        flow.COMPARISON,
        needs=("faculty_measures", "bfr"),
        reads=("measures",),
        about=("reporting_year",),
        taken=dict.fromkeys(("reports", "measures"), "how many there are"),
    ),
    Published(CATALOGUE["units"], flow.COMPARISON, about=("valid_from", "valid_until")),
    Published(CATALOGUE["unit_changes"], flow.COMPARISON, about=("from_year",)),
    Published(
        CATALOGUE["delivery_status"],
        flow.STATUS,
        about=("version",),
        taken=dict.fromkeys(
            ("rows_received", "rows_accepted", "rows_quarantined", "rows_left_out", "cells_corrected"),
            "how many there are",
        ),
    ),
    Published(CATALOGUE["obligations"], flow.STATUS, about=("reporting_year",)),
    Published(CATALOGUE["approvals"], flow.STATUS),
    Published(
        CATALOGUE["quality_results"],
        flow.VALIDATION,
        taken=dict.fromkeys(("checked", "failed"), "how many rows or values there are"),
    ),
    Published(CATALOGUE["waivers"], flow.VALIDATION),
    Published(CATALOGUE["corrections"], flow.LINEAGE),
    Published(
        CATALOGUE["definitions"],
        flow.LINEAGE,
        about=("valid_from", "valid_until"),
        taken=dict.fromkeys(("scale_minimum", "scale_maximum"), "the profile"),
    ),
    Published(
        CATALOGUE["lineage"],
        flow.LINEAGE,
        taken={"rows": "how many rows of the delivery", "contribution": "the sum over them"},
    ),
    Published(CATALOGUE["lineage_figures"], flow.LINEAGE),
    Published(
        CATALOGUE["lineage_cells"],
        flow.LINEAGE,
        about=("row", "last_row"),
        taken={"contribution": "the cell"},
    ),
    Published(CATALOGUE["lineage_rules"], flow.LINEAGE),
    Published(CATALOGUE["names"], flow.LINEAGE),
)
