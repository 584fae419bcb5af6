"""What was set aside of each delivery that was ever staged, kept by its id when another takes its place.

findings/<feed>/<delivery>.parquet    rows of `quarantine`; none is kept too, which says that all was well
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from kwaliteitsmonitor.foundation.engine import duckdb_for
from kwaliteitsmonitor.foundation.workspace import Workspace, flush, replacing
from kwaliteitsmonitor.readers.quarantine import quarantine_table
from kwaliteitsmonitor.readers.set_aside import SetAside
from schemas.exports.arrow import arrow_schema
from schemas.tables import CATALOGUE

QUARANTINE = "quarantine"

Items = Counter[tuple[str, str, str]]
"""How often a table, a rule and what was found go together in what is set aside."""


def keep_findings(workspace: Workspace, feed: str, deliveries: Iterable[str], set_aside: SetAside) -> None:
    """Keep what was set aside of each of these deliveries, by id."""
    for identity, own in set_aside.by_delivery(deliveries):
        if not own.files and kept_findings(workspace, feed, identity) == quarantine_table(own.listed):
            continue
        with replacing(workspace.findings(feed, identity)) as partial:
            own.write(partial)
            flush(partial)


def kept_items(workspace: Workspace, feed: str, delivery: str) -> Items | None:
    """How often each table, rule and what was found go together in what was set aside of a delivery.

    None where it was never staged, or was kept in another form than today's. However many rows there are, they are
    counted where they stand.
    """
    path = workspace.findings(feed, delivery)
    if not _is_kept(path):
        return None
    with duckdb_for("findings") as connection:
        query = "SELECT \"table\", rule, coalesce(found, ''), count(*) FROM read_parquet(?) GROUP BY ALL"
        return Counter({row[:3]: row[3] for row in connection.execute(query, [str(path)]).fetchall()})


def kept_findings(workspace: Workspace, feed: str, delivery: str) -> pa.Table | None:
    """What was set aside of a delivery; none where it was never staged, or was kept in another form than today's."""
    path = workspace.findings(feed, delivery)
    return pq.read_table(path) if _is_kept(path) else None


def _is_kept(path: Path) -> bool:
    """Whether a file has rows of `quarantine` in today's form. One that broke off, in a power cut, has none."""
    try:
        return path.is_file() and pq.read_schema(path).names == arrow_schema(CATALOGUE[QUARANTINE]).names
    except pa.ArrowInvalid:
        return False
