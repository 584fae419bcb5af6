"""Holding a release against itself computed again: its bytes, or its values if code or libraries differ."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

import pyarrow as pa

from kwaliteitsmonitor.releases.format.manifest import NAME, TABLES, Manifest, same
from kwaliteitsmonitor.releases.format.reader import ReleaseReader
from schemas.tables import CATALOGUE
from schemas.values import Row, Value

if TYPE_CHECKING:
    from kwaliteitsmonitor.releases.diff.models import Changes

Key: TypeAlias = int | tuple[str, ...]
"""By what a row is known: its key, or its position."""
SHOWN = 5
CLOSE = 1e-9
"""Two fractions that differ by less than this part of themselves were added up in another order; no report prints more
than six digits of one. Amounts are exact, and never close."""


@dataclass(frozen=True)
class Difference:
    """A difference in a file; `values` if the values of a table were compared."""

    file: str
    text: str

    def __str__(self) -> str:
        """The difference as a clause."""
        return f"{self.file}: {self.text}"


@dataclass(frozen=True)
class Comparison:
    """The result of comparing a release with its recomputation.

    `made_otherwise` names code and libraries that differ. Only if there is such a thing it explains the following:
    `not_compared`, files without values of which the bytes differ; `same_values`, tables of which the bytes differ and
    no value does; `close`, fractions that differ by less than is ever printed; `since`, tables and columns that were
    not made then. `figures` are the figures that are others, of a release that was made otherwise.
    """

    made_otherwise: tuple[str, ...]
    differences: tuple[Difference, ...]
    not_compared: tuple[str, ...] = ()
    same_values: tuple[str, ...] = ()
    close: tuple[Difference, ...] = ()
    since: tuple[str, ...] = ()
    figures: Changes | None = None

    @property
    def holds(self) -> bool:
        """Whether the release was found again."""
        return not self.differences


@dataclass
class _Found:
    """What is found while files are compared; see `Comparison`."""

    exact: bool
    differences: list[Difference] = field(default_factory=list)
    not_compared: list[str] = field(default_factory=list)
    same_values: list[str] = field(default_factory=list)
    close: list[Difference] = field(default_factory=list)
    since: list[str] = field(default_factory=list)


def compare(release: ReleaseReader, again: ReleaseReader) -> Comparison:
    """Compare a release with its recomputation: byte for byte if code and libraries are the same."""
    own, other = release.manifest, again.manifest
    otherwise = tuple(_made_otherwise(own, other))
    outcome = _Found(exact=not otherwise)
    for name in sorted({*own.files, *other.files}):
        if own.files.get(name) == other.files.get(name):
            continue
        if name not in other.files:
            outcome.differences.append(Difference(name, "is not made when it is computed again"))
        elif name not in own.files:
            _surplus(name, outcome)
        elif name.startswith(f"{TABLES}/"):
            _tables(release, again, name, outcome)
        elif otherwise:
            outcome.not_compared.append(name)
        else:
            outcome.differences.append(Difference(name, "other bytes when it is computed again"))
    if not otherwise and not same(own, other):
        unlike = own.unlike(other)
        outcome.differences.extend(Difference(NAME, f"'{one}' differs when it is computed again") for one in unlike)
    return Comparison(
        otherwise,
        tuple(outcome.differences),
        tuple(outcome.not_compared),
        tuple(outcome.same_values),
        tuple(outcome.close),
        tuple(outcome.since),
        _figures(release, again) if otherwise and outcome.differences else None,
    )


def _figures(release: ReleaseReader, again: ReleaseReader) -> Changes | None:
    """The figures that are others; `None` if the two have no figure in common."""
    from kwaliteitsmonitor.releases.diff.releases import changes
    from schemas.errors import UsageError

    try:
        return changes(release, again)
    except UsageError:
        return None


def _made_otherwise(own: Manifest, other: Manifest) -> Iterator[str]:
    """What a release was made by that is another now."""
    if own.code.sha256 != other.code.sha256:
        parts, now = own.code_parts, other.code_parts
        unlike = [part for part in sorted({*parts, *now}) if parts.get(part) != now.get(part)]
        yield (
            f"code: {own.code} then, {other.code} now" + (f", other in {', '.join(unlike)}" if parts and now else "")
        )
    for name in sorted({*own.libraries, *other.libraries}):
        then, is_now = own.libraries.get(name, "none"), other.libraries.get(name, "none")
        if then != is_now:
            yield f"{name}: {then} then, {is_now} now"


def _surplus(name: str, outcome: _Found) -> None:
    if outcome.exact:
        outcome.differences.append(Difference(name, "is made, and no part of the release, when it is computed again"))
    else:
        outcome.since.append(name)


def _tables(release: ReleaseReader, again: ReleaseReader, name: str, outcome: _Found) -> None:
    table = Path(name).stem
    one, other = release.table(table), again.table(table)
    more = [column for column in other.column_names if column not in one.column_names]
    if more and not outcome.exact:
        outcome.since.extend(f"column '{column}' of {name}" for column in more)
        other = other.select([column for column in other.column_names if column not in more])
    unlike, close = _values(table, one, other, exact=outcome.exact)
    outcome.differences.extend(Difference(name, text) for text in unlike)
    outcome.close.extend(Difference(name, text) for text in close)
    if outcome.exact and not unlike:
        outcome.differences.append(Difference(name, "other bytes with the same values when it is computed again"))
    elif not (unlike or close or more):
        outcome.same_values.append(name)


def _values(table: str, one: pa.Table, other: pa.Table, *, exact: bool) -> tuple[list[str], list[str]]:
    """How two tables differ in their values, per column with the keys of the first rows. No value is reported.

    What differs, and apart from that what is close; nothing is close if it has to be `exact`.
    """
    sentences = []
    if one.column_names != other.column_names:
        lacking = sorted(set(one.column_names) ^ set(other.column_names))
        sentences.append(f"other columns when it is computed again ({', '.join(lacking) or 'another order'})")
    shared = [name for name in one.column_names if name in other.column_names]
    key = [name for name in (CATALOGUE[table].key if table in CATALOGUE else ()) if name in shared]
    rows, others = (_by_key(t.select(shared), key) for t in (one, other))
    gone, new = [k for k in rows if k not in others], [k for k in others if k not in rows]
    if gone:
        sentences.append(f"{_rows(gone)} not made when it is computed again")
    if new:
        sentences.append(f"{_rows(new)} made, and no part of the release, when it is computed again")
    unlike: dict[str, list[Key]] = {}
    close: dict[str, list[Key]] = {}
    for k, row in rows.items():
        for column in shared if k in others else ():
            then, now = row[column], others[k][column]
            if then != now:
                (close if not exact and _is_close(then, now) else unlike).setdefault(column, []).append(k)
    columns = [[f"column '{column}' differs in {_rows(keys)}" for column, keys in of.items()] for of in (unlike, close)]
    return sentences + columns[0], columns[1]


def _is_close(then: Value, now: Value) -> bool:
    if not (isinstance(then, float) and isinstance(now, float)):
        return False
    return math.isclose(then, now, rel_tol=CLOSE, abs_tol=CLOSE) or (then != then and now != now)


def _by_key(table: pa.Table, key: list[str]) -> dict[Key, Row]:
    """Rows by their key; by their position if the table has none or it is not one."""
    rows: list[Row] = table.to_pylist()
    by_key: dict[Key, Row] = {tuple(str(row[name]) for name in key): row for row in rows} if key else {}
    return by_key if len(by_key) == len(rows) and key else dict(enumerate(rows, 1))


def _rows(keys: Sequence[Key]) -> str:
    count = "1 row" if len(keys) == 1 else f"{len(keys)} rows"
    first = ", ".join(" ".join(k) if isinstance(k, tuple) else f"number {k}" for k in keys[:SHOWN])
    return f"{count} ({first}{', …' if len(keys) > SHOWN else ''})"
