"""The columns of a report over rows of a release: words, days, amounts, shares and counts.

A figure that is suppressed, missing, or that the release does not give has its sign in its place.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Generic

from kwaliteitsmonitor.methods.figures.house_words import heading
from kwaliteitsmonitor.methods.figures.money import scale_of, shown, unit
from kwaliteitsmonitor.methods.figures.printing import SYMBOLS
from kwaliteitsmonitor.releases.format import fields
from kwaliteitsmonitor.releases.format.reader import R
from kwaliteitsmonitor.releases.report.document.model import Cell, Figure, Style
from kwaliteitsmonitor.releases.report.document.reading import Reading, decimal
from kwaliteitsmonitor.releases.report.document.table_spec import Beside, ColumnSpec, any_of
from kwaliteitsmonitor.releases.report.document.wording import printed
from schemas.exports.row_types import table_of
from schemas.figures import PUBLISHED
from schemas.formula import Formula
from schemas.values import AnyRow
from schemas.words import Words

TITLES: Mapping[str, Words] = {
    "budget": Words("Begroot", "Budget"),
    "realised": Words("Gerealiseerd", "Realised"),
    "difference": Words("Verschil", "Difference"),
    "difference_pct": Words("Verschil t.o.v. begroot", "Difference vs budget"),
    "realised_pct_of_budget": Words("Gerealiseerd t.o.v. begroot", "Realised vs budget"),
    "share_of_budget": Words("Aandeel in begroot", "Share of budget"),
    "share_of_realised": Words("Aandeel in gerealiseerd", "Share of realised"),
    "share_shift_pp": Words("Verschuiving van aandeel", "Shift of share"),
    "available": Words("Beschikbaar", "Available"),
    "left_over": Words("Over", "Left over"),
    "shift": Words("Verschuiving", "Shift"),
    "deviation": Words("Het werd meer of minder", "It became more or less"),
    "indicator": Words("Indicator", "Indicator"),
    "level": Words("Niveau", "Level"),
    "council": Words("Raad", "Council"),
    "explanation": Words("Toelichting", "Explanation"),
    "response_rate": Words("Respons", "Response"),
    "period": Words("Periode", "Period"),
    "reason": Words("Reden", "Reason"),
    "role": Words("Wie besloot", "Who decided"),
    "decided_on": Words("Datum", "Date"),
    "national": Words("Landelijk thema", "National theme"),
}
"""The titles of columns that stand in more than one table, by the name of the column."""


@dataclass(frozen=True)
class Columns(Generic[R]):
    """Declares the columns of tables of rows, in the language and the unit of money of a report.

    `name` is the column of the row, and of the table; `title` may be left out where `TITLES` has it. An amount, share
    or shift has the formula that is declared for it in `published`, the table that the rows are of; without that none.
    """

    reading: Reading
    published: str = ""

    @classmethod
    def of(cls, reading: Reading, row: type[R]) -> Columns[R]:
        """Columns of a table that is told by the type of its rows, with the formulas that are declared for it."""
        return Columns(reading, table_of(row))

    def cells(self, name: str, title: str, cell: Callable[[R], Cell]) -> ColumnSpec[R]:
        """A column of words that a function gives."""
        return ColumnSpec(name, title or self._title(name), cell)

    def figures(self, name: str, title: str, cell: Callable[[R], Cell], measure: str = "") -> ColumnSpec[R]:
        """A column of figures that a function gives."""
        return ColumnSpec(name, title or self._title(name), cell, figures=True, measure=measure)

    def text(self, name: str, title: str = "", absent: str = "") -> ColumnSpec[R]:
        """Words as they stand in the row; `absent` in place of none."""
        return self.cells(name, title, lambda row: fields.text(row[name]) or absent)

    def named(self, name: str, called: Callable[[str], str], title: str = "") -> ColumnSpec[R]:
        """What a code is called."""
        return self.cells(name, title, lambda row: called(str(row[name])))

    def word(self, name: str, words: Mapping[str, Words], title: str = "") -> ColumnSpec[R]:
        """The word for a code; nothing for none."""
        return self.cells(name, title, lambda row: self.reading.word(words, fields.text(row[name])))

    def day(self, name: str, title: str = "", *, short: bool = False) -> ColumnSpec[R]:
        """A day; nothing for none."""
        return self.cells(name, title, lambda row: self.reading.day(fields.day(row[name]), short=short))

    def unit(self, absent: str = "") -> ColumnSpec[R]:
        """The code of a unit; `absent` if the row is of none."""
        return self.cells("unit", heading(self.reading.house.unit), lambda row: fields.text(row.get("unit")) or absent)

    def theme(self) -> ColumnSpec[R]:
        """The name of a theme; `Totaal` if the row is of none."""
        title = heading(self.reading.house.theme)
        return self.cells("theme", title, lambda row: self.reading.theme(fields.text(row["theme"])))

    def money(self, name: str, title: str = "") -> ColumnSpec[R]:
        """Amounts, which add up, in the unit in which the institution shows money."""
        scale = scale_of(self.reading.profile.institution.money)
        amounts = self._numbers(name, title, scale.style, scale.decimals, money_unit(self.reading))
        return replace(amounts, adds_up=True, formula=self._formula(name))

    def fraction(self, name: str, title: str = "") -> ColumnSpec[R]:
        """Fractions of amounts as whole percentages, which do not add up."""
        return replace(self._numbers(name, title, "percentage", 0, "%"), formula=self._formula(name))

    def points(self, name: str, title: str = "") -> ColumnSpec[R]:
        """Shifts of shares in percentage points, with a decimal."""
        measure = self.reading.say("procentpunt", "percentage points")
        return replace(self._numbers(name, title, "percentage_points", 1, measure), formula=self._formula(name))

    def rate(self, name: str, title: str = "") -> ColumnSpec[R]:
        """Rates as percentages with a decimal."""
        return self._numbers(name, title, "percentage", 1)

    def number(self, name: str, title: str = "", decimals: int = 0) -> ColumnSpec[R]:
        """Counts and scores."""
        return self._numbers(name, title, "number", decimals)

    def _numbers(self, name: str, title: str, style: Style, decimals: int, measure: str = "") -> ColumnSpec[R]:
        return self.figures(name, title, lambda row: figure(self.reading, row, name, style, decimals), measure)

    def count(self, name: str, title: str = "") -> ColumnSpec[R]:
        """How many there are of something that is no figure of the release; nothing for `None`."""

        def cell(row: R) -> Cell:
            number = fields.whole(row[name])
            return "" if number is None else Figure(self.reading.count(number), Decimal(number))

        return self.figures(name, title, cell)

    def _formula(self, name: str) -> Formula:
        """How a number follows from parts; empty for one that is a part itself."""
        rule = PUBLISHED[self.published].numbers.get(name, "") if self.published else ""
        return "" if rule == name else rule

    def _title(self, name: str) -> str:
        return TITLES[name].in_language(self.reading.language)


def figure(reading: Reading, row: AnyRow, name: str, style: Style, decimals: int) -> Figure:
    """A number of a row as a figure, or the sign in place of one that is not shown."""
    value, identity = decimal(fields.number(row.get(name))), fields.text(row.get("figure_id"))
    status = str(row.get("status", "ok"))
    if value is None or status != "ok":
        absent = status if status != "ok" else "not_available"
        return Figure(SYMBOLS[absent][reading.language], None, style, decimals, identity, name, absent)
    return Figure(printed(value, style, decimals, reading.language), value, style, decimals, identity, name)


def optional(column: ColumnSpec[R]) -> ColumnSpec[R]:
    """The column without a sign where a figure has no such number: its cell is empty."""

    def cell(row: R) -> Cell:
        made = column.cell(row)
        return "" if isinstance(made, Figure) and made.status == "not_available" else made

    return replace(column, cell=cell)


def amount(reading: Reading, value: Decimal) -> str:
    """An amount in words, in the unit in which the institution shows money."""
    return shown(value, reading.profile.institution.money, reading.language)


def money_unit(reading: Reading) -> str:
    """The unit in which the institution shows money: `k€`."""
    return unit(reading.profile.institution.money, reading.language)


def is_total(row: AnyRow) -> bool:
    """Whether a row of money is over all themes."""
    return row["theme"] is None


# --- lines of several rows -------------------------------------------------------------------------------------------


def by_theme(reading: Reading, rows: Iterable[R], name: str, needed: Collection[object] = ()) -> Iterator[Beside[R]]:
    """A line per theme and one for the total, with their rows by the column `name`.

    A line that lacks one of those `needed` is left out.
    """
    lines: dict[object, dict[object, R]] = {theme: {} for theme in (*reading.themes, None)}
    for row in rows:
        lines.get(row["theme"], {})[row[name]] = row
    yield from (line for line in lines.values() if line and all(key in line for key in needed))


def is_total_line(line: Beside[AnyRow]) -> bool:
    """Whether a line of rows of money is over all themes."""
    return is_total(any_of(line))
