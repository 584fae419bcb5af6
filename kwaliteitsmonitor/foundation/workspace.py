"""Where things are kept: the bytes received, the tables of a cycle under way, and the releases.

One folder holds one institution:

    institution                      whose it is (`kwaliteitsmonitor.foundation.ownership`), never changed
    format                           how it is laid out, if not as here (`kwaliteitsmonitor.foundation.ownership`)
    delivered/sha256/ab/ab12…        bytes as received, by their hash, never changed; removed past their time
    delivered/receipts/<feed>.jsonl  when and under which name they arrived, in the order of uptake, never changed
    delivered/removed.jsonl          which bytes were removed, when and by which rule, never changed
    delivered/fingerprints.json      by which signs files are known to be unchanged; may be thrown away
    profiles/<sha256>/…              profiles by which releases were made, by their digest, never changed
    findings/<feed>/…                what was set aside of each delivery, also of those that were replaced
    evaluations/…                    counts of answers by all that they follow from; may be thrown away
    disclosure/…                     what releases showed and hid of evaluations, for later ones to know; never removed
    work/<cycle>/<step>/…            tables between the steps, written anew by each run
    releases/<cycle>/v<N>/…          releases, immutable
    current/<cycle>                  points to the release that counts
    catalog.duckdb                   a view per published table over the releases that count; may be thrown away
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any
from uuid import uuid4

import pyarrow as pa
import pyarrow.parquet as pq

from kwaliteitsmonitor.foundation.read_once import ReadOnce
from schemas.errors import UsageError


@dataclass(frozen=True)
class Kept:
    """The tables and the records of cycles that one run read or wrote, as long as there is room for them."""

    tables: ReadOnce[pa.Table] = field(default_factory=lambda: ReadOnce(256 * 1024 * 1024, lambda one: int(one.nbytes)))
    texts: ReadOnce[str] = field(default_factory=lambda: ReadOnce(64 * 1024 * 1024, len))


@dataclass(frozen=True)
class Workspace:
    """The folder of one institution, and the paths in it.

    With `kept`, what was read or written of a cycle is not read again while its file is the same.
    """

    root: Path
    kept: Kept | None = field(default=None, compare=False, repr=False)

    def keeping(self) -> Workspace:
        """The same folder, of which each table and record of a cycle is read once."""
        return self if self.kept else replace(self, kept=Kept())

    @property
    def store(self) -> Path:
        """The bytes received, by hash."""
        return self.root / "delivered" / "sha256"

    @property
    def receipts(self) -> Path:
        """A ledger per feed of when and under which name bytes arrived."""
        return self.root / "delivered" / "receipts"

    @property
    def fingerprints(self) -> Path:
        """By which signs files of a landing zone are known to be unchanged."""
        return self.root / "delivered" / "fingerprints.json"

    @property
    def profiles(self) -> Path:
        """The files of each profile by which a release was made, by its digest."""
        return self.root / "profiles"

    def findings(self, feed: str, delivery: str) -> Path:
        """What was set aside of a delivery of a feed, as rows of `quarantine`."""
        return self.root / "findings" / feed / f"{delivery}.parquet"

    @property
    def counts(self) -> Path:
        """The counts of answers, each by all that it follows from."""
        return self.root / "evaluations"

    @property
    def releases(self) -> Path:
        """The releases of all cycles."""
        return self.root / "releases"

    @property
    def current(self) -> Path:
        """A link per cycle to the release that counts."""
        return self.root / "current"

    def step(self, cycle: str, step: str) -> Path:
        """The folder of a step's tables in a cycle under way."""
        return self.root / "work" / cycle / step

    def path(self, cycle: str, step: str, name: str) -> Path:
        """The Parquet file of a table in a cycle under way."""
        return self.step(cycle, step) / f"{name}.parquet"

    def write(self, cycle: str, step: str, name: str, data: pa.Table) -> Path:
        """Write a table of a cycle under way; a reader sees the old file whole or the new one whole."""
        path = self.path(cycle, step, name)
        with replacing(path) as partial:
            write_parquet(data, partial)
        if self.kept:
            self.kept.tables.put(path, data)
        return path

    def read(self, cycle: str, step: str, name: str) -> pa.Table:
        """A table that an earlier step wrote. Raises `UsageError` if it is not there, or broke off."""
        path = self.path(cycle, step, name)
        if not path.is_file():
            raise _not_made(path, f"{step}/{name} has not been made for cycle {cycle}")
        try:
            return self.kept.tables.get(path, pq.read_table) if self.kept else pq.read_table(path)
        except pa.ArrowInvalid:
            raise _not_made(path, f"{step}/{name} of cycle {cycle} broke off when it was made") from None

    def write_json(self, cycle: str, step: str, name: str, data: object) -> None:
        """Write a small record of a cycle under way."""
        # Without indents the encoder is the fast one; these records are for steps, not for people.
        self.write_text(self.step(cycle, step) / f"{name}.json", json.dumps(data, ensure_ascii=False))

    def read_json_or_none(self, cycle: str, step: str, name: str) -> Any:
        """A record that an earlier step wrote; `None` if it is not there, or broke off in a power cut."""
        try:
            return json.loads(self.read_text(self.step(cycle, step) / f"{name}.json"))
        except (FileNotFoundError, ValueError):
            return None

    def read_json(self, cycle: str, step: str, name: str) -> Any:
        """A record that an earlier step wrote. Raises `UsageError` if it is not there, or broke off."""
        record = self.read_json_or_none(cycle, step, name)
        if record is None:
            path = self.step(cycle, step) / f"{name}.json"
            raise _not_made(path, f"{step}/{name} has not been made for cycle {cycle}, or broke off")
        return record

    def write_text(self, path: Path, text: str) -> None:
        """Write a text; a reader sees the old one whole or the new one whole."""
        with replacing(path) as partial:
            partial.write_text(text, encoding="utf-8")
        if self.kept:
            self.kept.texts.put(path, text)

    def read_text(self, path: Path) -> str:
        """A text that was written. Raises `OSError` if it is not there, and `ValueError` if it is none."""
        return self.kept.texts.get(path, _text) if self.kept else _text(path)


def _text(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def _not_made(path: Path, what: str) -> UsageError:
    return UsageError(what, where=str(path), remedy="Materialise the assets before it first, or run the whole cycle.")


def write_parquet(data: pa.Table, path: Path) -> None:
    """Write Parquet the one way that this project does, so that the same rows give the same bytes."""
    pq.write_table(data, path, compression="zstd", version="2.6", row_group_size=1_000_000)


def write_parquet_in_parts(parts: Iterable[pa.Table], schema: pa.Schema, path: Path) -> None:
    """Write Parquet in the same way from tables that are never in memory at the same time."""
    with pq.ParquetWriter(path, schema, compression="zstd", version="2.6") as writer:
        for part in parts:
            writer.write_table(part, row_group_size=1_000_000)


def flush(path: Path) -> None:
    """Make sure that a file, or the names in a folder, are on the disk and not just on their way."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """A path beside `path` to write to; it takes the place of `path` in one step once the block ends well."""
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(f".{path.name}.{uuid4().hex}")
    try:
        yield partial
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)
