"""Formulas of a table: the sums and differences that a controller sees add up.

A cell holds a formula only if the figures that it reads give the published figure. If one of them is suppressed, or the
published figure was corrected for what is not in the table, the cell holds the number itself.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal

from kwaliteitsmonitor.methods.figures.arithmetic import Parts, worked_out
from kwaliteitsmonitor.releases.report.document.model import Figure, Table
from kwaliteitsmonitor.releases.report.excel.numbers import as_read, unit_of

_NAMED = re.compile(r"(whole\.)?\b([a-z_]\w*)")
_CENT = Decimal("0.005")
_MONEY = ("amount", "thousands", "millions")


@dataclass(frozen=True)
class Sheet:
    """A table with the places of its cells in a sheet."""

    table: Table
    address: Callable[[int, int], str]

    def value(self, row: int, column: int) -> Decimal | None:
        """The number in a cell, if there is one."""
        cells = self.table.rows[row].cells
        cell = cells[column] if column < len(cells) else None
        return cell.value if isinstance(cell, Figure) and cell.status == "ok" else None

    def formula(self, row: int, column: int) -> str | None:
        """The formula of a cell, without the equals sign; `None` if no formula gives the published figure."""
        figure, published = self.table.rows[row].cells[column], self.value(row, column)
        if published is None or not isinstance(figure, Figure):
            return None
        for text, result in self._candidates(row, column):
            if result is not None and _same(figure, published, result):
                return text
        return None

    def _candidates(self, row: int, column: int) -> Iterator[tuple[str, Decimal | None]]:
        definition = self.table.columns[column]
        if definition.formula:
            yield self._written(definition.formula, row)
        if definition.adds_up and self.table.rows[row].kind == "total":
            for rows in (self._group(row), self._bodies(0, row), self._bodies(0, len(self.table.rows))):
                yield self._sum(rows, column)

    def _group(self, row: int) -> list[int]:
        """The rows of kind `body` just before a total, after a heading or another total."""
        start = row
        while start and self.table.rows[start - 1].kind == "body":
            start -= 1
        return list(range(start, row))

    def _bodies(self, start: int, end: int) -> list[int]:
        return [index for index in range(start, end) if self.table.rows[index].kind == "body"]

    def _sum(self, rows: list[int], column: int) -> tuple[str, Decimal | None]:
        values = [self.value(row, column) for row in rows]
        known = [value for value in values if value is not None]
        ranges = ",".join(
            self.address(first, column)
            if first == last
            else f"{self.address(first, column)}:{self.address(last, column)}"
            for first, last in _runs(rows)
        )
        return f"SUM({ranges})", sum(known, Decimal(0)) if known else None

    def _written(self, rule: str, row: int) -> tuple[str, Decimal | None]:
        """A rule of the document as Excel reads it, and what it gives; `None` if it reads what is no number."""
        total = self._total(row)
        parts = Parts(lambda name: self._read(row, name), lambda _, name: [self._read(total, name)])
        result = worked_out(rule, parts)

        def address(match: re.Match[str]) -> str:
            return self.address(total if match[1] else row, self._column(match[2]))

        return _NAMED.sub(address, rule), result

    def _read(self, row: int, name: str) -> Decimal | None:
        return self.value(row, self._column(name))

    def _total(self, row: int) -> int:
        """The total that follows on a row, or else the first; the row itself in a table without one."""
        totals = [index for index, line in enumerate(self.table.rows) if line.kind == "total"]
        return next((index for index in totals if index >= row), totals[0] if totals else row)

    def _column(self, name: str) -> int:
        """Where the column of a name stands.

        Raises:
            ValueError: the table has no such column.
        """
        for place, column in enumerate(self.table.columns):
            if column.name == name:
                return place
        raise ValueError(f"a formula of the table `{self.table.id}` reads the column `{name}`, which it does not have")


def _same(figure: Figure, published: Decimal, result: Decimal) -> bool:
    """Whether a formula gives the published figure: as it is read, and amounts to the cent.

    Published shares are rounded to six decimals, so that a formula over them may differ a little further on.
    """
    bound = min(unit_of(figure) / 100, _CENT) if figure.style in _MONEY else unit_of(figure) / 100
    return as_read(figure, result) == as_read(figure, published) and abs(result - published) <= bound


def _runs(rows: list[int]) -> list[tuple[int, int]]:
    """Rows in a line as first and last: 1, 2, 3, 5 are 1 to 3 and 5 to 5."""
    runs: list[tuple[int, int]] = []
    for row in rows:
        if runs and runs[-1][1] == row - 1:
            runs[-1] = (runs[-1][0], row)
        else:
            runs.append((row, row))
    return runs
