"""What was set aside of each delivery that was ever staged, kept by its id when another takes its place.

findings/<feed>/<delivery>.parquet    rows of `quarantine`
findings/<feed>/nothing.txt           the deliveries of which nothing was set aside, a line each

Earlier versions kept a file without rows for a delivery of which nothing was set aside; those are read too.
"""

from __future__ import annotations

import os
import re
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from kwaliteitsmonitor.foundation.engine import duckdb_for
from kwaliteitsmonitor.foundation.locks import lock
from kwaliteitsmonitor.foundation.workspace import Workspace, flush, replacing
from kwaliteitsmonitor.readers.quarantine import quarantine_table
from kwaliteitsmonitor.readers.set_aside import SetAside
from schemas.exports.arrow import arrow_schema
from schemas.tables import CATALOGUE

QUARANTINE = "quarantine"
NOTHING = "nothing.txt"
_IDENTITY = re.compile("[0-9a-f]{16}")

Items = Counter[tuple[str, str, str]]
"""How often a table, a rule and what was found go together in what is set aside."""


def keep_findings(workspace: Workspace, feed: str, deliveries: Iterable[str], set_aside: SetAside) -> None:
    """Keep what was set aside of each of these deliveries, by id."""
    well = []
    for identity, own in set_aside.by_delivery(deliveries):
        path = workspace.findings(feed, identity)
        if not own:
            well.append(identity)
        elif own.files or kept_findings(workspace, feed, identity) != quarantine_table(own.listed):
            with replacing(path) as partial:
                own.write(partial)
                flush(partial)
    _note_nothing(workspace, feed, well)
    for identity in well:
        workspace.findings(feed, identity).unlink(missing_ok=True)


def _note_nothing(workspace: Workspace, feed: str, deliveries: Iterable[str]) -> None:
    """Add deliveries to those of which nothing was set aside. Two runs that do so at once wait for each other."""
    path = _nothing(workspace, feed)
    if known := set(deliveries) - _without(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("ab") as file:
            lock(file)
            file.write("".join(f"\n{delivery}" for delivery in sorted(known)).encode())
            file.flush()
            os.fsync(file.fileno())


def _without(path: Path) -> set[str]:
    """The deliveries of a list; a line that broke off in a power cut names none."""
    lines = path.read_text(encoding="utf-8", errors="replace").splitlines() if path.is_file() else ()
    return {line for line in lines if _IDENTITY.fullmatch(line)}


def _nothing(workspace: Workspace, feed: str) -> Path:
    return workspace.findings(feed, "").with_name(NOTHING)


def kept_items(workspace: Workspace, feed: str, delivery: str) -> Items | None:
    """How often each table, rule and what was found go together in what was set aside of a delivery.

    `None` if it was never staged, or was kept in another form than today's. However many rows there are, they are
    counted where they stand.
    """
    path = workspace.findings(feed, delivery)
    if not path.is_file():
        return Counter() if delivery in _without(_nothing(workspace, feed)) else None
    if not _is_kept(path):
        return None
    with duckdb_for("findings") as connection:
        query = "SELECT \"table\", rule, coalesce(found, ''), count(*) FROM read_parquet(?) GROUP BY ALL"
        return Counter({row[:3]: row[3] for row in connection.execute(query, [str(path)]).fetchall()})


def kept_findings(workspace: Workspace, feed: str, delivery: str) -> pa.Table | None:
    """What was set aside of a delivery; `None` if it was never staged, or was kept in another form than today's."""
    path = workspace.findings(feed, delivery)
    if not path.is_file():
        there = delivery in _without(_nothing(workspace, feed))
        return arrow_schema(CATALOGUE[QUARANTINE]).empty_table() if there else None
    return pq.read_table(path) if _is_kept(path) else None


def _is_kept(path: Path) -> bool:
    """Whether a file has rows of `quarantine` in today's form. One that broke off, in a power cut, has none."""
    try:
        return bool(pq.read_schema(path).names == arrow_schema(CATALOGUE[QUARANTINE]).names)
    except pa.ArrowInvalid:
        return False
