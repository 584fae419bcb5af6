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
from typing import Any

import pyarrow as pa

from schemas.profile.flow import ANSWERS
from schemas.tables import CATALOGUE, DELIVERED

Row = Mapping[str, Any]
Part = tuple[str, str]
"""A figure and a part of it."""

_Place = tuple[str, str | None, int, str | None]
"""The delivery, sheet, row and column of a row that was read."""
OF_PEOPLE = frozenset(table.name for table in DELIVERED if table.personal and table.name != ANSWERS)
"""The delivered tables with a row for each person, of which a range of rows is published and no cell."""


@dataclass(frozen=True)
class Followed:
    """The staged tables whose rows are followed, and what was written in the cells of their rows."""

    staged: Mapping[str, pa.Table]
    written: Mapping[str, pa.Table]

    def cells(self, contributions: pa.Table) -> Iterator[tuple[Part, dict[str, Any]]]:
        """The cell of each contribution that stands in a row of a delivery, by the part of a figure that it is of."""
        for one in contributions.to_pylist():
            table, place = one["table"], (one["delivery"], one["sheet"], one["row"], one["column"])
            cell = self._cells.get((table, *place, one["field"]), {})
            row = self._rows[(table, *place)]
            yield (
                (one["figure_id"], one["part"]),
                {
                    "delivery": one["delivery"],
                    "sheet": one["sheet"],
                    "row": one["row"],
                    "cell": cell.get("cell"),
                    "column": cell.get("column"),
                    "key": " ".join(str(row[name]) for name in CATALOGUE[table].key if row[name] is not None),
                    "written": cell.get("written"),
                    "contribution": one["contribution"],
                },
            )

    @cached_property
    def _rows(self) -> Mapping[tuple[object, ...], Row]:
        return {(name, *_place(row)): row for name, rows in self.staged.items() for row in rows.to_pylist()}

    @cached_property
    def _cells(self) -> Mapping[tuple[object, ...], Row]:
        return {
            (name, *_place(row), row["field"]): row for name, rows in self.written.items() for row in rows.to_pylist()
        }


def _place(row: Row) -> _Place:
    return row["_delivery"], row["_sheet"], row["_row"], row["_column"]


def direct(lineage: Iterable[Row], resting: Iterable[Row]) -> dict[Part, dict[str, Decimal]]:
    """Per part of a figure that follows from no other figure, the contributions that are published."""
    parts: dict[str, set[str]] = defaultdict(set)
    rows = list(lineage)
    for row in rows:
        parts[row["figure_id"]].add(row["part"])
    below: dict[str, list[str]] = defaultdict(list)
    carried = set()
    for row in resting:
        if row["relation"] == "below":
            below[row["figure_id"]].append(row["of_figure"])
        elif row["relation"] == "carried":
            carried.add((row["figure_id"], "carried_over"))
    contributions: dict[Part, dict[str, Decimal]] = defaultdict(dict)
    for row in rows:
        figure, part = row["figure_id"], row["part"]
        others = below.get(figure, ())
        follows = bool(others) and all(part in parts[other] for other in others)
        if row["contribution"] is not None and not follows and (figure, part) not in carried:
            contributions[(figure, part)][row["delivery"]] = row["contribution"]
    return dict(contributions)


def cells(
    contributing: Iterable[tuple[Part, dict[str, Any]]], published: Mapping[Part, Mapping[str, Decimal]]
) -> list[dict[str, Any]]:
    """The rows of `lineage_cells`: of parts that follow from no other figure, and of published contributions."""
    rows = [
        {"figure_id": part[0], "part": part[1], **cell, "contribution": _exact(cell["contribution"])}
        for part, cell in contributing
        if cell["delivery"] in published.get(part, ())
    ]
    return sorted(rows, key=_order)


@dataclass(frozen=True)
class RowRange:
    """The first and the last row that were accepted of a delivery, or of one sheet or part of it."""

    sheet: str | None
    first: int
    last: int


def ranges(
    published: Mapping[Part, Mapping[str, Decimal]], rows: Mapping[str, Sequence[RowRange]]
) -> Iterator[tuple[Part, dict[str, Any]]]:
    """The ranges of rows of each delivery about people that contributes; `rows` gives them by delivery.

    Of a delivery in parts there is one for each, and what each of them contributes is not told apart.
    """
    for part, deliveries in published.items():
        for delivery, contribution in deliveries.items():
            of = rows.get(delivery, ())
            for one in of:
                yield (
                    part,
                    {
                        "delivery": delivery,
                        "sheet": one.sheet,
                        "row": one.first,
                        "last_row": one.last,
                        "contribution": contribution if len(of) == 1 else None,
                    },
                )


def _exact(number: Any) -> Decimal | None:
    return None if number is None else Decimal(number)


def _order(row: Row) -> tuple[Any, ...]:
    names = ("figure_id", "part", "delivery", "sheet", "row", "cell", "column")
    return tuple((row.get(name) is not None, row.get(name) or 0) for name in names)
