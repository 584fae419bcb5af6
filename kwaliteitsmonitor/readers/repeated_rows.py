"""Rows that repeat those of a delivery of another period, such as a plan that is delivered each year unchanged.

The same statement in the files of two periods counts once, and is no mistake. Twice in one file it breaks the key of
the contract.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import pyarrow as pa

from kwaliteitsmonitor.methods.checks.results import SHOWN_CELLS, Outcome, RuleResult
from kwaliteitsmonitor.readers.columns import origins
from kwaliteitsmonitor.readers.contradictions import is_compared
from kwaliteitsmonitor.readers.findings import READ_AS, of_file
from kwaliteitsmonitor.readers.quarantine import Read
from schemas.calendar import PERIOD_FIELDS
from schemas.consequences import Costs
from schemas.contract import Table
from schemas.rows import StagedRow
from schemas.values import Row, Value
from schemas.words import ROWS, Words, counted

_PLACES = frozenset({"_delivery", "_row", "_column", "_sheet"})
_TIME = frozenset({*PERIOD_FIELDS, "year", "version"})
"""Fields that say of when a row is; a register without any says what is so now."""

_SAME = Words("staat ook in {} en telt één keer", "also in {}, and counts once")
_NEWER = Words("{} is nieuwer en telt in plaats hiervan", "{} is newer and counts instead")


@dataclass(frozen=True)
class Once:
    """The rows of a table, each statement once; `again` are the repeated ones, and `results` report them."""

    rows: pa.Table
    again: pa.Table
    results: list[RuleResult] = field(default_factory=list)


def counted_once(own: Table, rows: pa.Table, reads: Sequence[Read]) -> Once:
    """Take out the rows that a delivery of another period says as well, in everything but the place where they stand.

    Of a register without time, what the newest period says of something goes before what earlier ones say of it.
    """
    nothing = Once(rows, rows.slice(0, 0))
    if not is_compared(own) or len({read.delivery.id for read in reads}) < 2:
        return nothing
    if rows.group_by(list(own.key)).aggregate([]).num_rows == rows.num_rows:
        return nothing
    of_delivery = {read.delivery.id: read.delivery.period for read in reads}
    values: list[Row] = rows.to_pylist()
    places = origins(rows)
    periods = [of_delivery[place["_delivery"]] for place in places]
    by_key: dict[tuple[Value, ...], list[int]] = defaultdict(list)
    for position, row in enumerate(values):
        by_key[tuple(row[name] for name in own.key)].append(position)
    timeless = not _TIME & set(own.key)
    names = [name for name in rows.column_names if name not in _PLACES]
    same: dict[tuple[str, str], list[int]] = defaultdict(list)
    older: dict[tuple[str, str], list[int]] = defaultdict(list)
    for positions in by_key.values():
        if timeless:
            positions = _newest(positions, places, periods, older)
        for position, first in _repeats(positions, values, names, periods):
            same[places[position]["_delivery"], places[first]["_delivery"]].append(position)
    out = sorted({at for repeats in (same, older) for positions in repeats.values() for at in positions})
    if not out:
        return nothing
    gone = set(out)
    keep = [at for at in range(len(values)) if at not in gone]
    results = [*_results(own, reads, same, _SAME, places), *_results(own, reads, older, _NEWER, places)]
    return Once(_taken(rows, keep), _taken(rows, out), results)


def _newest(
    positions: Sequence[int],
    places: Sequence[StagedRow],
    periods: Sequence[str],
    older: dict[tuple[str, str], list[int]],
) -> list[int]:
    """The rows about one thing that are of the newest period; the others are noted, with the delivery that has it."""
    newest = max(periods[at] for at in positions)
    kept = [at for at in positions if periods[at] == newest]
    for at in positions:
        if periods[at] != newest:
            older[places[at]["_delivery"], places[kept[0]]["_delivery"]].append(at)
    return kept


def _repeats(
    positions: Sequence[int],
    values: Sequence[Row],
    names: Sequence[str],
    periods: Sequence[str],
) -> Iterator[tuple[int, int]]:
    """Of the rows about one thing those that say what a row of another period said, each with that row."""
    first: dict[tuple[Value, ...], int] = {}
    for position in positions:
        row = values[position]
        at = first.setdefault(tuple(row[name] for name in names), position)
        if periods[at] != periods[position]:
            yield position, at


def _results(
    own: Table,
    reads: Sequence[Read],
    repeats: Mapping[tuple[str, str], Sequence[int]],
    message: Words,
    places: Sequence[StagedRow],
) -> Iterator[RuleResult]:
    by_id = {read.delivery.id: read for read in reversed(reads)}
    for (mine, other), positions in repeats.items():
        read, path = by_id[mine], by_id[other].delivery.path
        rows = counted(len(positions), ROWS)
        yield RuleResult(
            own.name,
            f"{own.name}.{READ_AS}",
            Costs.NOTHING,
            Outcome.FAILED,
            len(read.raw.rows),
            len(positions),
            "het bestand is gelezen zoals het er staat, zonder keuzes",
            "the file was read as it stands, without choices",
            cells=tuple(read.place(places[at]["_row"], "", ()) for at in positions[:SHOWN_CELLS]),
            detail=of_file(
                read, Words(f"{rows.nl}: {message.nl.format(path)}", f"{rows.en}: {message.en.format(path)}")
            ),
        )


def _taken(rows: pa.Table, positions: Sequence[int]) -> pa.Table:
    return rows.take(pa.array(positions, type=pa.int64()))
