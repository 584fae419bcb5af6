"""The tables of a sector view, and of the releases that it is made of."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypedDict

from schemas.rows import (
    CrosswalkRow,
    DefinitionsRow,
    IndicatorValuesRow,
    SectorIndicatorsRow,
    SectorLeftOutRow,
    SectorSourcesRow,
    SpendingByNationalThemeRow,
    SpendingOverviewRow,
)
from schemas.values import Row


@dataclass(frozen=True)
class Published:
    """The rows of the tables that are read of a release."""

    indicators: Sequence[IndicatorValuesRow]
    definitions: Sequence[DefinitionsRow]
    spending: Sequence[SpendingOverviewRow]
    national: Sequence[SpendingByNationalThemeRow]
    crosswalk: Sequence[CrosswalkRow]


class SectorTables(TypedDict):
    """The rows of the tables of a sector view, by the names of these.

    Those of spending hold every number that `schemas.figures` declares for them, whichever these are.
    """

    sector_indicators: list[SectorIndicatorsRow]
    sector_spending: list[Row]
    sector_left_out: list[SectorLeftOutRow]
    sector_sources: list[SectorSourcesRow]
