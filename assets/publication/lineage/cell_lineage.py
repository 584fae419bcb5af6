"""The places in deliveries where the parts of a figure stand, as rows of `lineage_cells`.

A figure that adds up from others has no cells of its own: they are those of the others. Of deliveries about people
there is a range of rows and no cell.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import TypedDict

import pyarrow as pa

from assets.common.cycle_tables import WrittenRow
from schemas.profile.flow import ANSWERS
from schemas.rows import LineageCellsRow, LineageFiguresRow, LineageRow
from schemas.tables import CATALOGUE, DELIVERED
from schemas.values import AnyRow, Row

Part = tuple[str, str]
"""A figure and a part of it."""

OF_PEOPLE = frozenset(table.name for table in DELIVERED if table.personal and table.name != ANSWERS)
"""The delivered tables with a row for each person, of which a range of rows is published and no cell."""


class _Placed(TypedDict):
    """A contribution that stands in a row of a delivery, as a step kept it."""

    figure_id: str
    part: str
    delivery: str
    contribution: Decimal
    table: str
    sheet: str | None
    row: int
    column: str | None
    field: str | None


@dataclass(frozen=True)
class Followed:
    """The staged tables whose rows are followed, and what was written in the cells of their rows."""

    staged: Mapping[str, pa.Table]
    written: Mapping[str, pa.Table]

    def cells(self, contributions: pa.Table) -> Iterator[LineageCellsRow]:
        """The cell of each contribution that stands in a row of a delivery."""
        placed: list[_Placed] = contributions.to_pylist()
        for one in placed:
            table, place = one["table"], (one["delivery"], one["sheet"], one["row"], one["column"])
            cell = self._cells.get((table, *place, one["field"]))
            row = self._rows[(table, *place)]
            yield {
                "figure_id": one["figure_id"],
                "part": one["part"],
                "delivery": one["delivery"],
                "sheet": one["sheet"],
                "row": one["row"],
                "last_row": None,
                "cell": cell["cell"] if cell else None,
                "column": cell["column"] if cell else None,
                "key": " ".join(str(row[name]) for name in CATALOGUE[table].key if row[name] is not None),
                "written": cell["written"] if cell else None,
                "contribution": one["contribution"],
            }

    @cached_property
    def _rows(self) -> Mapping[tuple[object, ...], Row]:
        followed: dict[tuple[object, ...], Row] = {}
        for name, table in self.staged.items():
            rows: list[Row] = table.to_pylist()
            followed |= {(name, *_place(row)): row for row in rows}
        return followed

    @cached_property
    def _cells(self) -> Mapping[tuple[object, ...], WrittenRow]:
        cells: dict[tuple[object, ...], WrittenRow] = {}
        for name, table in self.written.items():
            rows: list[WrittenRow] = table.to_pylist()
            cells |= {(name, *_place(row), row["field"]): row for row in rows}
        return cells


def _place(row: AnyRow) -> tuple[object, ...]:
    """The delivery, sheet, row and column of a row that was read."""
    return row["_delivery"], row["_sheet"], row["_row"], row["_column"]


def direct(lineage: Iterable[LineageRow], resting: Iterable[LineageFiguresRow]) -> dict[Part, dict[str, Decimal]]:
    """Per part of a figure that follows from no other figure, the contributions that are published."""
    parts: dict[str, set[str]] = defaultdict(set)
    rows = list(lineage)
    for row in rows:
        parts[row["figure_id"]].add(row["part"])
    below: dict[str, list[str]] = defaultdict(list)
    carried = set()
    for on in resting:
        if on["relation"] == "below":
            below[on["figure_id"]].append(on["of_figure"])
        elif on["relation"] == "carried":
            carried.add((on["figure_id"], "carried_over"))
    contributions: dict[Part, dict[str, Decimal]] = defaultdict(dict)
    for row in rows:
        figure, part = row["figure_id"], row["part"]
        others = below.get(figure, ())
        follows = bool(others) and all(part in parts[other] for other in others)
        if row["contribution"] is not None and not follows and (figure, part) not in carried:
            contributions[(figure, part)][row["delivery"]] = row["contribution"]
    return dict(contributions)


def cells(
    contributing: Iterable[LineageCellsRow], published: Mapping[Part, Mapping[str, Decimal]]
) -> list[LineageCellsRow]:
    """The rows of `lineage_cells`: of parts that follow from no other figure, and of published contributions."""
    told = (cell for cell in contributing if cell["delivery"] in published.get((cell["figure_id"], cell["part"]), ()))
    return sorted(told, key=_order)


@dataclass(frozen=True)
class RowRange:
    """The first and the last row that were accepted of a delivery, or of one sheet or part of it."""

    sheet: str | None
    first: int
    last: int


def ranges(
    published: Mapping[Part, Mapping[str, Decimal]], rows: Mapping[str, Sequence[RowRange]]
) -> Iterator[LineageCellsRow]:
    """The ranges of rows of each delivery about people that contributes; `rows` gives them by delivery.

    Of a delivery in parts there is one for each, and what each of them contributes is not told apart.
    """
    for (figure, part), deliveries in published.items():
        for delivery, contribution in deliveries.items():
            of = rows.get(delivery, ())
            for one in of:
                yield {
                    "figure_id": figure,
                    "part": part,
                    "delivery": delivery,
                    "sheet": one.sheet,
                    "row": one.first,
                    "last_row": one.last,
                    "cell": None,
                    "column": None,
                    "key": None,
                    "written": None,
                    "contribution": contribution if len(of) == 1 else None,
                }


def _order(row: LineageCellsRow) -> tuple[tuple[bool, str | int], ...]:
    about = (row["figure_id"], row["part"], row["delivery"])
    place = (row["sheet"], row["row"], row["cell"], row["column"])
    return tuple((one is not None, one or 0) for one in (*about, *place))
