"""Compare, row by row, the numbers and texts of two releases other than the figures that have causes.

Compared are each table of either release, with all columns that both have. A row is identified by the key of its
contract; without one, by all of its columns but one.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

from kwaliteitsmonitor.releases.diff.models import Other, Value
from kwaliteitsmonitor.releases.format.reader import ReleaseReader
from schemas.figures import compared
from schemas.tables import CATALOGUE

if TYPE_CHECKING:
    import duckdb

Row = tuple[str | None, ...]
"""The values of a row, each as text."""
Pair = tuple[Row | None, Row | None]
NUMBERS = ("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT", "FLOAT", "DOUBLE", "DECIMAL")


@dataclass(frozen=True)
class Beside:
    """What else is not as it was, how many rows only one cycle has, and which files are others."""

    others: tuple[Other, ...]
    rows_only: tuple[int, int]
    files: tuple[str, ...]


def beside(old: ReleaseReader, new: ReleaseReader) -> Beside:
    """Every number and text that differs between two releases, except figures reported with their causes.

    Rows that only one of two cycles has are counted and not listed: it reports on another year, or on more of it.
    """
    import duckdb

    cycles = old.manifest.cycle, new.manifest.cycle
    files = old.manifest.files, new.manifest.files
    others: list[Other] = []
    only = [0, 0]
    with duckdb.connect() as connection:
        for name in sorted(old.names | new.names):
            if cycles[0] == cycles[1] and _same(files, f"tables/{name}.parquet"):
                continue
            if not (name in old.names and name in new.names):
                others.append(Other(name, "", "", *(_count(release, name) for release in (old, new))))
                continue
            table = _Table.of(connection, name, (old.path(name), new.path(name)))
            others.extend(table.columns_only())
            for pair in table.unlike(connection, cycles):
                if None not in pair or cycles[0] == cycles[1]:
                    others.extend(table.differences(pair))
                elif not compared(name):
                    only[pair[0] is None] += 1
    return Beside(tuple(others), (only[0], only[1]), tuple(_files(*files)))


def _same(files: tuple[Mapping[str, str], Mapping[str, str]], name: str) -> bool:
    return name in files[0] and files[0][name] == files[1].get(name)


def _files(old: Mapping[str, str], new: Mapping[str, str]) -> Iterator[str]:
    """The files beside the tables that are others: reports and descriptions, which are made of texts as well."""
    for name in sorted({*old, *new}):
        if not name.startswith(("tables/", "changes/")) and old.get(name) != new.get(name):
            yield name


def _count(release: ReleaseReader, name: str) -> Value:
    return Decimal(release.table(name).num_rows) if name in release.names else None


@dataclass(frozen=True)
class _Table:
    """A table that both releases have: the columns of each, and by which its rows are known."""

    name: str
    paths: tuple[Path, Path]
    columns: tuple[str, ...]
    kinds: Mapping[str, str]
    gone: tuple[str, ...]
    come: tuple[str, ...]
    key: tuple[int, ...]

    @classmethod
    def of(cls, connection: duckdb.DuckDBPyConnection, name: str, paths: tuple[Path, Path]) -> _Table:
        """The table by this name in these two files."""
        described = [
            {row[0]: row[1] for row in connection.execute(f"DESCRIBE FROM '{_quoted(path)}'").fetchall()}
            for path in paths
        ]
        columns = tuple(column for column in described[0] if column in described[1])
        contract = CATALOGUE.get(name)
        key = contract.key if contract is not None else ()
        return cls(
            name,
            paths,
            columns,
            described[1],
            tuple(column for column in described[0] if column not in described[1]),
            tuple(column for column in described[1] if column not in described[0]),
            tuple(columns.index(column) for column in key) if key and set(key) <= set(columns) else (),
        )

    def columns_only(self) -> Iterator[Other]:
        """The columns that only one of the two has."""
        yield from (Other(self.name, "", column, column, None) for column in self.gone)
        yield from (Other(self.name, "", column, None, column) for column in self.come)

    def unlike(self, connection: duckdb.DuckDBPyConnection, cycles: tuple[str, str]) -> list[Pair]:
        """The rows that are not the same in both, each with what it was; none on the side that has no such row."""
        selected = [self._selected(path, cycle) for path, cycle in zip(self.paths, cycles, strict=True)]
        # The engine gives them in another order each time, and the same changes are to give the same bytes.
        gone, come = (
            sorted(connection.execute(f"{selected[one]} EXCEPT ALL {selected[1 - one]}").fetchall(), key=repr)
            for one in (0, 1)
        )
        return list(self._by_key(gone, come) if self._is_key(gone, come) else _by_all_but_one(gone, come))

    def _selected(self, path: Path, cycle: str) -> str:
        """All columns as text, without the cycle, which stands in ids as well."""
        shown = []
        for column in self.columns:
            text = f'CAST("{column}" AS VARCHAR)'
            if column == "cycle":
                text = f"nullif({text}, '{cycle}')"
            elif self.kinds[column] == "VARCHAR":
                inside = f"starts_with({text}, '{cycle}:')"
                text = f"CASE WHEN {inside} THEN substr({text}, {len(cycle) + 2}) ELSE {text} END"
            shown.append(f'{text} AS "{column}"')
        return f"SELECT {', '.join(shown)} FROM '{_quoted(path)}'"

    def _is_key(self, *sides: Sequence[Row]) -> bool:
        return bool(self.key) and all(len({self._known_by(row) for row in rows}) == len(rows) for rows in sides)

    def _by_key(self, gone: Iterable[Row], come: Iterable[Row]) -> Iterator[Pair]:
        was, now = ({self._known_by(row): row for row in rows} for rows in (gone, come))
        for known_by in sorted({*was, *now}, key=str):
            yield was.get(known_by), now.get(known_by)

    def _known_by(self, row: Row) -> Row:
        return tuple(row[at] for at in self.key)

    def differences(self, pair: Pair) -> Iterator[Other]:
        """The differences in a row, column by column; a row that only one side has is reported as a whole.

        Figures that are reported with their causes are left out.
        """
        was, now = pair
        elsewhere = compared(self.name)
        named = self._named(now or was or ())
        if was is None or now is None:
            if not elsewhere:
                whole = [None if one is None else self._words(one) for one in pair]
                yield Other(self.name, named, "", whole[0], whole[1])
            return
        for column, before, after in zip(self.columns, was, now, strict=True):
            if before != after and column not in elsewhere:
                yield Other(self.name, named, column, self._value(column, before), self._value(column, after))

    def _named(self, row: Row) -> str:
        """A row by its key, else by its first words."""
        parts = [row[at] for at in self.key] if self.key else row[:6]
        return " ".join(str(part) for part in parts if part is not None)

    def _words(self, row: Row) -> str:
        return ", ".join(f"{name}={value}" for name, value in zip(self.columns, row, strict=True) if value is not None)

    def _value(self, column: str, text: str | None) -> Value:
        kind = self.kinds[column].partition("(")[0]
        return Decimal(text) if text is not None and kind in NUMBERS and text not in ("nan", "inf", "-inf") else text


def _by_all_but_one(gone: Sequence[Row], come: Sequence[Row]) -> Iterator[Pair]:
    """Rows without a key: one that is the same but for one column is that row; all others went or came."""
    left, there = dict(enumerate(gone)), dict(enumerate(come))
    for at in range(len(gone[0]) if gone and come else 0):
        alike: dict[Row, list[int]] = defaultdict(list)
        for number, row in there.items():
            alike[row[:at] + row[at + 1 :]].append(number)
        for number, row in list(left.items()):
            same = alike.get(row[:at] + row[at + 1 :])
            if same:
                yield left.pop(number), there.pop(same.pop(0))
    yield from ((row, None) for row in left.values())
    yield from ((None, row) for row in there.values())


def _quoted(path: Path) -> str:
    return str(path).replace("'", "''")
