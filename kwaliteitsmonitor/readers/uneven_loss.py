"""Uneven loss: a unit or a programme most of whose rows are set aside, in a delivery that counts.

Of a delivery that loses a few rows the others count. If those few are all rows of one faculty, its figures are missing,
though the share of the whole is small: it is as if that faculty did not deliver.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence

import pyarrow as pa

from kwaliteitsmonitor.methods.checks.results import Outcome, RuleResult
from kwaliteitsmonitor.readers.cells.grid import PathFields
from kwaliteitsmonitor.readers.delivery import Delivery
from kwaliteitsmonitor.readers.findings import of_file
from kwaliteitsmonitor.readers.losses import KEPT, Loss
from kwaliteitsmonitor.readers.quarantine import PERIODS, Read
from kwaliteitsmonitor.readers.typed_rows import Typed
from schemas.consequences import Costs
from schemas.contract import Table
from schemas.values import Value
from schemas.words import Words

BY = {"unit": Words("eenheid", "unit"), "programme": Words("opleiding", "programme")}
FEWEST = 5
"""Fewer rows than this are most of something only where they are all of it."""


def is_most(lost: int, received: int) -> bool:
    """Whether the lost rows are most of the rows."""
    return received > 0 and (lost >= received or (lost >= FEWEST and 2 * lost >= received))


def uneven(
    table: Table, name: str, read: Read, received: Mapping[str, int], accepted: Mapping[str, int]
) -> RuleResult | None:
    """That most rows of some units or programmes of one delivery are set aside; `None` if that is so of all or none.

    `received` and `accepted` are rows by the value of the field. No number of rows is reported, for they may be people.
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
        cells=tuple(f"{read.delivery.path}, {value}" for value in most),
        detail=of_file(read, Words(f"rijen apart gezet van {nl}", f"rows set aside of {en}")),
    )


def received_by(table: Table, typed: Typed) -> dict[str, Counter[str]]:
    """The rows of each unit and programme among typed ones, whatever becomes of them, but for those of other periods.

    None are counted for tables in which a row costs the figures that need it.
    """
    by_name: dict[str, Counter[str]] = {}
    for name in (name for name in BY if name in table.names and table.row_costs is Costs.ROW):
        values: Iterable[Value] = typed.column(name)
        if typed.elsewhere:
            values = (value for at, value in enumerate(values) if at not in typed.elsewhere)
        codes = set(table[name].codes)
        counts = Counter(values)
        by_name[name] = Counter({v: count for v, count in counts.items() if isinstance(v, str) and v in codes})
    return by_name


def of_rows(
    table: Table, reads: Sequence[Read], received: Mapping[str, Mapping[str, Counter[str]]], accepted: pa.Table
) -> Iterator[RuleResult]:
    """The same for deliveries whose rows are typed here; `received` counts, by delivery, what `received_by` does."""
    first = {read.delivery.id: read for read in reversed(reads)}
    for name in BY:
        if not any(name in counts for counts in received.values()):
            continue
        summed = accepted.group_by(["_delivery", name]).aggregate([([], "count_all")])
        kept = {(row["_delivery"], row[name]): row["count_all"] for row in summed.to_pylist()}
        for delivery, counts in received.items():
            mine = {value: kept.get((delivery, value), 0) for value in counts.get(name, ())}
            result = uneven(table, name, first[delivery], counts.get(name, {}), mine)
            if result is not None:
                yield result


def lost_units(
    table: Table, delivery: Delivery, declared: PathFields, findings: Iterable[RuleResult], accepted: pa.Table
) -> Iterator[Loss]:
    """The units of which every row in a delivery was set aside: their figures are gone, and the whole goes without.

    `declared` is what the delivery tells of all its rows, its period among them; if it tells none, the years of
    the loss are unknown. `accepted` are its rows that count, and `findings` those of `uneven`.
    """
    period = {name: declared[name] for name in PERIODS if name in declared}
    for finding in findings if period else ():
        if finding.rule == f"{table.name}.unit.{KEPT}":
            there = set(accepted.column("unit").to_pylist())
            for place in map(str, finding.cells):
                prefix, _, unit = place.rpartition(", ")
                if prefix == delivery.path and unit not in there:
                    yield Loss(table.name, delivery.id, place, (finding.rule,), {**period, "unit": unit})
