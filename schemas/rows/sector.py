"""Rows of a view of several institutions. Written by `make dictionary` (`schemas.exports.row_types`), not by hand."""

from __future__ import annotations

from datetime import date
from typing import TypedDict


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
