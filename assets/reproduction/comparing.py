"""Holding a release against itself computed again: its bytes, or its values where code or libraries differ."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from assets.publication import manifest
from schemas.tables import CATALOGUE

SHOWN = 5


@dataclass(frozen=True)
class Difference:
    """What is not the same in a file; `values` where the values of a table were held against each other."""

    file: str
    said: str

    def __str__(self) -> str:
        """The difference as a clause."""
        return f"{self.file}: {self.said}"


@dataclass(frozen=True)
class Comparison:
    """What came of holding a release against itself computed again.

    `made_otherwise` names code and libraries that differ; `not_compared` files of which only the bytes differ, which
    other code or libraries explain.
    """

    made_otherwise: tuple[str, ...]
    differences: tuple[Difference, ...]
    not_compared: tuple[str, ...] = ()

    @property
    def holds(self) -> bool:
        """Whether the release was found again."""
        return not self.differences


def compare(release: Path, again: Path) -> Comparison:
    """A release and what came of computing it again: byte for byte where code and libraries are the same."""
    own, other = manifest.read(release), manifest.read(again)
    otherwise = tuple(_made_otherwise(own, other))
    names = sorted({*own["files"], *other["files"]})
    unlike = [name for name in names if own["files"].get(name) != other["files"].get(name)]
    differences: list[Difference] = []
    not_compared: list[str] = []
    for name in unlike:
        if name not in other["files"] or name not in own["files"]:
            where = "is not made" if name in own["files"] else "is made, and no part of the release,"
            differences.append(Difference(name, f"{where} when it is computed again"))
        elif name.startswith("tables/"):
            differences.extend(_tables(release, again, name, exact=not otherwise))
        elif otherwise:
            not_compared.append(name)
        else:
            differences.append(Difference(name, "other bytes when it is computed again"))
    if not otherwise and not manifest.same(own, other):
        differences.extend(_manifests(own, other))
    return Comparison(otherwise, tuple(differences), tuple(not_compared))


def _made_otherwise(own: Mapping[str, Any], other: Mapping[str, Any]) -> Iterator[str]:
    """What a release was made by that is another now."""
    if own["code"]["sha256"] != other["code"]["sha256"]:
        yield f"code: {own['code']['version']} ({own['code']['sha256'][:12]}) then, " + (
            f"{other['code']['version']} ({other['code']['sha256'][:12]}) now"
        )
    for name in sorted({*own["libraries"], *other["libraries"]}):
        then, now = own["libraries"].get(name, "none"), other["libraries"].get(name, "none")
        if then != now:
            yield f"{name}: {then} then, {now} now"


def _manifests(own: Mapping[str, Any], other: Mapping[str, Any]) -> Iterator[Difference]:
    for key in sorted({*own, *other} - {"files", *manifest.APART}):
        if own.get(key) != other.get(key):
            yield Difference(manifest.NAME, f"'{key}' differs when it is computed again")


def _tables(release: Path, again: Path, name: str, *, exact: bool) -> Iterator[Difference]:
    one, other = (pq.read_table(folder / name) for folder in (release, again))
    found = list(_values(Path(name).stem, one, other))
    yield from (Difference(name, said) for said in found)
    if exact and not found:
        yield Difference(name, "other bytes with the same values when it is computed again")


def _values(table: str, one: pa.Table, other: pa.Table) -> Iterator[str]:
    """How two tables differ in their values, per column with the keys of the first rows. No value is told."""
    if one.column_names != other.column_names:
        lacking = sorted(set(one.column_names) ^ set(other.column_names))
        yield f"other columns when it is computed again ({', '.join(lacking) or 'another order'})"
    shared = [name for name in one.column_names if name in other.column_names]
    key = [name for name in (CATALOGUE[table].key if table in CATALOGUE else ()) if name in shared]
    rows, others = (_by_key(t.select(shared), key) for t in (one, other))
    gone, new = [k for k in rows if k not in others], [k for k in others if k not in rows]
    if gone:
        yield f"{_rows(gone)} not made when it is computed again"
    if new:
        yield f"{_rows(new)} made, and no part of the release, when it is computed again"
    unlike: dict[str, list[Any]] = {}
    for k, row in rows.items():
        for column in shared if k in others else ():
            if row[column] != others[k][column]:
                unlike.setdefault(column, []).append(k)
    for column, keys in unlike.items():
        yield f"column '{column}' differs in {_rows(keys)}"


def _by_key(table: pa.Table, key: list[str]) -> dict[Any, dict[str, Any]]:
    """Rows by their key; by their position where the table has none or it is not one."""
    rows = table.to_pylist()
    found = {tuple(str(row[name]) for name in key): row for row in rows} if key else {}
    return found if len(found) == len(rows) and key else dict(enumerate(rows, 1))


def _rows(keys: list[Any]) -> str:
    count = "1 row" if len(keys) == 1 else f"{len(keys)} rows"
    first = ", ".join(" ".join(k) if isinstance(k, tuple) else f"number {k}" for k in keys[:SHOWN])
    return f"{count} ({first}{', …' if len(keys) > SHOWN else ''})"
