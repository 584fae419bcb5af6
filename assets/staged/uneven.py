"""Loss that falls on a few: a unit or a programme of which most rows are set aside, in a delivery that counts.

Of a delivery that loses a few rows the others count. Where those few are all that one faculty sent, its figures are
gone, and the share of the whole does not tell.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterable, Mapping, Sequence
from typing import Any

import pyarrow as pa

from assets.staged.cells.reading import CellReader, Refused
from assets.staged.quarantine import Read
from assets.staged.reports import in_both
from assets.validation.results import Outcome, RuleResult
from schemas.consequences import Costs
from schemas.contract import Table
from schemas.words import Words

BY = {"unit": Words("eenheid", "unit"), "programme": Words("opleiding", "programme")}
FEWEST = 5
"""Fewer rows than this are most of something only where they are all of it."""

KEPT = "kept"


def is_most(lost: int, received: int) -> bool:
    """Whether so many rows are most of what there was."""
    return received > 0 and (lost >= received or (lost >= FEWEST and 2 * lost >= received))


def uneven(
    table: Table, name: str, read: Read, received: Mapping[str, int], accepted: Mapping[str, int]
) -> RuleResult | None:
    """That most rows of some units or programmes of one delivery are set aside; none where that is so of all or none.

    `received` and `accepted` are rows by the value of the field. No number of rows is told, for they may be people.
    """
    lost = {value: count - accepted.get(value, 0) for value, count in received.items()}
    most = sorted(value for value, count in received.items() if is_most(lost[value], count))
    if not most or len(most) == len(received):
        return None
    every = {value for value in most if not accepted.get(value)}
    nl = ", ".join(f"{value} ({'alle' if value in every else 'de meeste'})" for value in most)
    en = ", ".join(f"{value} ({'all' if value in every else 'most'})" for value in most)
    return RuleResult(
        table.name,
        f"{table.name}.{name}.{KEPT}",
        Costs.NOTE,
        Outcome.FAILED,
        len(received),
        len(most),
        f"van elke {BY[name].nl} telt ten minste de helft van de rijen",
        f"of each {BY[name].en} at least half of the rows count",
        cells=(read.delivery.path,),
        detail=in_both(read, Words(f"rijen apart gezet van {nl}", f"rows set aside of {en}")),
    )


def of_rows(
    table: Table, reads: Sequence[Read], readers: Mapping[str, Mapping[str, CellReader]], accepted: pa.Table
) -> Iterable[RuleResult]:
    """The same for deliveries whose rows are typed here; `readers` gives, by delivery, the reader of each field."""
    if table.row_costs is not Costs.ROW:
        return
    for name in (name for name in BY if name in table.names):
        summed = accepted.group_by(["_delivery", name]).aggregate([([], "count_all")])
        kept = {(row["_delivery"], row[name]): row["count_all"] for row in summed.to_pylist()}
        for read in reads:
            if name in read.raw.columns:
                received = _values(read.raw.columns[name], readers[read.delivery.id][name])
                mine = {value: kept.get((read.delivery.id, value), 0) for value in received}
                found = uneven(table, name, read, received, mine)
                if found is not None:
                    yield found


def _values(cells: Sequence[Any], reader: CellReader) -> Counter[str]:
    """How many cells of a column stand for each code of the list; each of the cells that there are is read once."""
    found: Counter[str] = Counter()
    for cell, count in Counter(cell if isinstance(cell, Hashable) else repr(cell) for cell in cells).items():
        try:
            value = reader(cell)
        except Refused:
            continue
        if value in reader.field.codes:
            found[value] += count
    return found
