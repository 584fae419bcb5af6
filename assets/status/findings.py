"""What is set aside now, and what was closed: items that an earlier delivery had and a later one has no more.

Items are compared by what they are about (table, rule and what was found), not by their row: adding a row above does
not close what stands below.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from assets.staged.findings import QUARANTINE, Items, kept_items
from kwaliteitsmonitor.foundation.engine import duckdb_for
from kwaliteitsmonitor.foundation.workspace import Workspace
from kwaliteitsmonitor.readers.delivery import Delivery, Standing
from schemas.exports.arrow import arrow_schema
from schemas.tables import CATALOGUE

AT_ONCE = 100_000
"""So many rows are held at a time."""


@dataclass(frozen=True)
class Closed:
    """Items of one rule that stood in a version of a delivery and that `closed_by`, a later file, has no more."""

    feed: str
    period: str
    unit: str
    table: str
    rule: str
    items: int
    file: str
    version: int
    closed_by: str


def closed(workspace: Workspace, feed: str, deliveries: Iterable[Delivery]) -> list[Closed]:
    """What was closed of the deliveries of a feed, in the order of subject, table, rule and version.

    An item is closed by the first later version without it, and open again once a yet later one has it. The delivery
    that counts comes last, also if those after it were withdrawn.
    """
    by_subject: dict[tuple[str | int, ...], list[Delivery]] = defaultdict(list)
    for delivery in deliveries:
        if delivery.standing in (Standing.CURRENT, Standing.SUPERSEDED, Standing.WITHDRAWN):
            by_subject[delivery.subject].append(delivery)
    entries: list[Closed] = []
    for _, versions in sorted(by_subject.items(), key=lambda pair: tuple(map(str, pair[0]))):
        if len(versions) == 1:
            continue
        ordered = sorted(versions, key=lambda d: (d.standing is Standing.CURRENT, d.version))
        staged = [(d, items) for d in ordered if (items := kept_items(workspace, feed, d.id)) is not None]
        if staged and staged[-1][0].standing is Standing.CURRENT:
            entries.extend(_closed(feed, staged))
    return entries


def _closed(feed: str, versions: Sequence[tuple[Delivery, Items]]) -> Iterator[Closed]:
    counts: Counter[tuple[str, str, int]] = Counter()
    for item in sorted({item for _, items in versions for item in items}):
        gone: list[int] = []  # for each that is closed, the position of the version that still had it
        for position, ((_, had), (_, has)) in enumerate(pairwise(versions)):
            more = has[item] - had[item]
            gone = [*gone, *[position] * -more] if more < 0 else gone[: max(0, len(gone) - more)]
        for position in gone:
            counts[(item[0], item[1], position)] += 1
    for (table, rule, position), items in counts.items():
        before, after = versions[position][0], versions[position + 1][0]
        yield Closed(feed, before.period, before.unit, table, rule, items, before.path, before.version, after.path)


def open_items(files: Iterable[Path]) -> Iterator[pa.Table]:
    """Every row that is set aside now, of the files of all feeds one after the other, some at a time."""
    schema = arrow_schema(CATALOGUE[QUARANTINE])
    yield schema.empty_table()
    for path in files:
        with pq.ParquetFile(path) as file:
            for batch in file.iter_batches(AT_ONCE):
                yield pa.Table.from_batches([batch]).cast(schema)


def places_aside(files: Sequence[str], deliveries: Sequence[str]) -> int:
    """How many rows of these deliveries are set aside in files of what was set aside; a row that breaks two rules once.

    They are counted where they stand, since there may be millions.
    """
    if not files or not deliveries:
        return 0
    query = """
        SELECT count(*) FROM (
            SELECT DISTINCT "table", delivery, sheet, "row", "column"
            FROM read_parquet(?) WHERE delivery IN (SELECT unnest(?))
        )
    """
    with duckdb_for("status") as connection:
        count: int = connection.execute(query, [list(files), list(deliveries)]).fetchall()[0][0]
    return count


def counted(file: Path, units: Mapping[str, str]) -> list[dict[str, str | int]]:
    """How many items each rule set aside, per feed and unit; `units` gives the unit of each delivery. No values."""
    counts: Counter[tuple[str, str, str]] = Counter()
    with duckdb_for("status") as connection:
        query = "SELECT feed, delivery, rule, count(*) FROM read_parquet(?) GROUP BY ALL"
        for feed, delivery, rule, items in connection.execute(query, [str(file)]).fetchall():
            counts[(feed, units.get(delivery, ""), rule)] += items
    return [
        {"feed": feed, "unit": unit, "rule": rule, "items": items}
        for (feed, unit, rule), items in sorted(counts.items())
    ]
