"""Rows that were set aside and that figures need: what is known of each, so that the figures that need it can say so.

A row in which one cell cannot be read still says whose it is, of which year and for which theme, as far as its other
cells do, or the name of its file. What it says of itself is taken only if it is a known code.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypedDict

import pyarrow as pa

from kwaliteitsmonitor.readers.cells.grid import PathFields
from kwaliteitsmonitor.readers.columns import Column
from kwaliteitsmonitor.readers.quarantine import Quarantined, Read
from schemas.consequences import Costs
from schemas.contract import Table
from schemas.values import Row, Value

KEYS = (
    "reporting_year",
    "round",
    "academic_year",
    "year",
    "version",
    "unit",
    "theme",
    "measure",
    "indicator",
    "level",
    "question",
)
"""The fields by which a figure knows whether it needs a row."""


KEPT = "kept"
"""The rule by which at least half of the rows of a unit or programme count."""
AMOUNTS = ("budget", "realised", "forecast")
"""Amounts that a delivered total may hold, though the row does not count."""


class LossRecord(TypedDict):
    """A `Loss` as JSON holds it."""

    table: str
    delivery: str
    place: str
    rules: list[str]
    known: PathFields


@dataclass(frozen=True)
class Loss:
    """A row of a delivery that does not count and that figures need; `known` is what it says of itself.

    `rules` are those by which it was set aside, and `place` is its place in the file.
    """

    table: str
    delivery: str
    place: str
    rules: tuple[str, ...]
    known: PathFields = field(default_factory=dict)

    @property
    def whole(self) -> bool:
        """Whether it is no single row but every row of a unit."""
        return self.rules == (f"{self.table}.unit.{KEPT}",)

    @property
    def year(self) -> int | None:
        """The reporting year that it is about: 2020 reads 2019-2020. `None` if it does not say."""
        for name in ("reporting_year", "year"):
            if (value := self.known.get(name)) is not None:
                return int(value)
        year = (self.text("academic_year") or "")[-4:]
        return int(year) if year.isdigit() else None

    @property
    def round(self) -> int | None:
        """The financial round that it is about; `None` if it does not say."""
        value = self.known.get("round")
        return None if value is None else int(value)

    def text(self, name: str) -> str | None:
        """What the row says in a field of text; `None` if it says nothing there."""
        value = self.known.get(name)
        return None if value is None else str(value)

    def to_json(self) -> LossRecord:
        """The loss as plain values."""
        return {
            "table": self.table,
            "delivery": self.delivery,
            "place": self.place,
            "rules": list(self.rules),
            "known": dict(self.known),
        }

    @classmethod
    def from_json(cls, data: LossRecord) -> Loss:
        """The loss that `to_json` wrote."""
        return cls(data["table"], data["delivery"], data["place"], tuple(data["rules"]), data["known"])


def counts(table: Table) -> bool:
    """Whether a row of a table that is set aside costs figures, and so is a loss."""
    return table.costs is Costs.FIGURES


def of_cells(table: Table, read: Read, columns: Mapping[str, Column], refused: Iterable[Quarantined]) -> Iterator[Loss]:
    """The rows in which a cell was refused, each once; `columns` are the rows as they were typed."""
    by_row: dict[tuple[int, str], list[Quarantined]] = {}
    for one in refused:
        if one.costs is Costs.FIGURES:
            by_row.setdefault((one.row, one.column), []).append(one)
    if not counts(table) or not by_row:
        return
    places = {(row, read.column(at)): at for at, row in enumerate(read.raw.rows)}
    for row, items in by_row.items():
        values = {name: _plain(columns[name][places[row]]) for name in (*KEYS, *AMOUNTS) if name in columns}
        yield _loss(table, read, items, values)


def of_rows(table: Table, rows: Iterable[tuple[Quarantined, Row, Read]]) -> Iterator[Loss]:
    """The typed rows that broke a rule, each once."""
    by_place: dict[tuple[str, str, int, str], tuple[list[Quarantined], Row, Read]] = {}
    for item, values, read in rows:
        key = (item.delivery, item.sheet, item.row, item.column)
        by_place.setdefault(key, ([], values, read))[0].append(item)
    if counts(table):
        for items, values, read in by_place.values():
            yield _loss(table, read, items, values)


def of_whole(table: Table, read: Read, items: Sequence[Quarantined]) -> Iterator[Loss]:
    """Rows that cannot be read: of these only the fields in the path of their delivery are known."""
    if counts(table):
        for item in items:
            yield _loss(table, read, [item], {})


def of_table(table: Table, read: Read) -> Iterator[Loss]:
    """A table that cannot be relied on as a whole, in a delivery with no version before it that can."""
    if counts(table):
        rules = (f"{table.name}.columns",)
        yield Loss(table.name, read.delivery.id, read.delivery.path, rules, _known(table, read, {}))


def _loss(table: Table, read: Read, items: Sequence[Quarantined], values: Row) -> Loss:
    rules = tuple(dict.fromkeys(item.rule for item in items))
    return Loss(table.name, items[0].delivery, items[0].place, rules, _known(table, read, values))


def _known(table: Table, read: Read, values: Row) -> dict[str, str | int | None]:
    """The known fields of a row: those in the path of its delivery, else its own if they are known codes."""
    codes = {f.name: f.codes for f in table.fields}
    own = {name: value for name, value in values.items() if name in KEYS and isinstance(value, str | int)}
    own = {name: value for name, value in own.items() if not codes.get(name) or value in codes[name]}
    amounts = {name: str(values[name]) for name in AMOUNTS if values.get(name) is not None}
    return {**own, **{name: value for name, value in read.path_fields.items() if name in KEYS}, **amounts}


def _plain(value: Value | pa.Scalar) -> Value:
    return value.as_py() if isinstance(value, pa.Scalar) else value
