"""What a figure has to do without: deliveries and units that are not there, and rows that were set aside."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

from kwaliteitsmonitor.methods.figures.left_out import Lacking, Missing, of_question
from kwaliteitsmonitor.methods.remarks import UNKNOWN, Remarks, RowsAside, going_without, sentences
from schemas.profile import Indicator
from schemas.tables.facts import FACTS


@dataclass(frozen=True)
class Lacks:
    """What the figures of one definition in one year do without.

    `missing` and `waived` say in sentences what is not there, `units` of which units something is missing or was set
    aside, and `aside` how many rows of a table and year are set aside that cost no more than themselves.
    """

    indicator: Indicator
    year: int
    missing: Missing
    waived: Missing
    units: Lacking
    aside: Mapping[tuple[str, int], int]

    @cached_property
    def tables(self) -> list[str]:
        """The delivered tables that the definition reads."""
        terms = [term.facts for term in self.indicator.terms]
        read = terms or ["fact_figures" if self.indicator.delivered else "fact_answers"]
        return list(dict.fromkeys(table for name in read for table in FACTS[name].reads))

    def among(self, absent: Missing) -> Remarks:
        """What is said of the delivered tables that the definition reads, each thing once."""
        reasons = (reason for table in self.tables for reason in absent.get((table, self.year), ()))
        return sentences(dict.fromkeys(reasons))

    def missing_of_whole(self, *, by_unit: bool) -> Remarks:
        """Why a figure of the whole is not available; `by_unit` says that it can be told without single units."""
        lacking = {table: self.units.get((table, self.year), ()) for table in self.tables}
        of_units = {table for table, units in lacking.items() if by_unit and units and "" not in units}
        whole = {(t, y): why for (t, y), why in self.missing.items() if t not in of_units}
        if not by_unit and self.without:
            return self.among(self.missing) or going_without(self.without)
        return self.among(whole)

    @cached_property
    def without(self) -> list[str]:
        """The units that a figure of the whole goes without."""
        tables = [table for table in self.tables if table != "evaluation_population"]  # of the response, not of a mean
        if self.indicator.answers is not None:
            tables.append(of_question("evaluations", self.indicator.answers.question))
        return sorted({u for table in tables for u in self.units.get((table, self.year), ()) if u})

    def rows_aside(self) -> Remarks:
        """How many rows the figure goes without that cost no more than themselves; nothing if it is whole."""
        number = sum(self.aside.get((table, year), 0) for table in self.tables for year in (self.year, 0))
        return (RowsAside(number),) if number else ()

    def delivered(self, units: Iterable[str]) -> set[str]:
        """The units of which delivered figures are not there or were set aside; any, if a row is of nobody."""
        lost = self.units.get(("delivered_figures", self.year), ())
        return set(units) if UNKNOWN in lost else {unit for unit in lost if unit}
