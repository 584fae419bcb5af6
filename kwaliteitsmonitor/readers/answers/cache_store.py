"""The store of counts: what was made of each delivery of answers, kept by its name.

    evaluations/ab/<name>.json                 what was made of one delivery: its tally, what each rule found, and
    evaluations/ab/<name>-<hash>.parquet       which files hold its counts and what was set aside, by their SHA-256

The files are written first and the record last, each in one step, so that a record that is there is complete. It holds
a hash of itself. What does not fit its hash is as good as not there: the delivery is counted again, and its record
replaced. Two processes that count the same delivery at once write the same record, or one after the other.
"""

from __future__ import annotations

import hashlib
import json
import os
import time
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from kwaliteitsmonitor.foundation.workspace import Workspace, flush, replacing, write_parquet
from kwaliteitsmonitor.methods.checks.results import Outcome, RuleResult
from kwaliteitsmonitor.methods.disclosure.respondents import Respondents
from kwaliteitsmonitor.readers.answers.cache_digests import Names
from kwaliteitsmonitor.readers.answers.files import AnswerFile
from kwaliteitsmonitor.readers.answers.outcomes import CountedDelivery
from kwaliteitsmonitor.readers.quarantine import Quarantined, as_listed
from kwaliteitsmonitor.readers.staging import Tally
from schemas.consequences import Costs
from schemas.contract import Table
from schemas.exports.arrow import arrow_schema
from schemas.tables import CATALOGUE

DAY = 86_400
KEPT_DAYS = 30
"""Days for which what no delivery refers to is left alone: a run of other code or another profile may still use it."""


@dataclass
class Store:
    """The store of counts of one institution, for deliveries that are read by one contract.

    `own` is the contract as answers are staged. `met` counts how often a delivery was known, and how often it was not.
    """

    workspace: Workspace
    names: Names
    own: Table
    met: Counter[str] = field(default_factory=Counter)

    def find(self, file: AnswerFile) -> CountedDelivery | None:
        """What was made of a delivery; none where it was never counted as it is read now, or the record is damaged."""
        found = self._load(self.names.name(file), file)
        self.met["known" if found is not None else "new"] += 1
        return found

    def keep(self, file: AnswerFile, made: CountedDelivery) -> CountedDelivery:
        """Keep what was made of a delivery, unless it may come out otherwise the next time; returns it as it is."""
        if not made.lasting:
            return made
        name = self.names.name(file)
        record: dict[str, Any] = {
            "delivery": file.delivery.id,
            "sha256": file.delivery.sha256,
            "way": self.names.way(file),
            "reason": made.reason,
            "tally": vars(made.tally),
            "failed": dict(made.failed),
            "told": list(made.told),
            "people": made.people.record(),
            "findings": [_result_to_json(result) for result in made.findings],
            "rows": self._write(name, made.rows) if made.rows.num_rows else "",
            "listed": self._write(name, as_listed(made.listed)) if made.listed else "",
            "beyond": self._copy(name, made.beyond) if made.beyond else "",
        }
        with replacing(self._record(name)) as partial:
            partial.write_text(json.dumps({**record, "hash": _hash_of(record)}, ensure_ascii=False), encoding="utf-8")
            flush(partial)
        return replace(made, beyond=self._file(name, record["beyond"])) if made.beyond else made

    def _load(self, name: str, file: AnswerFile) -> CountedDelivery | None:
        record = _read(self._record(name))
        if record is None or record["delivery"] != file.delivery.id:
            return None
        rows = self._table(name, record["rows"], arrow_schema(self.own))
        listed = self._table(name, record["listed"], arrow_schema(CATALOGUE["quarantine"]))
        beyond = self._file(name, record["beyond"]) if record["beyond"] else None
        if rows is None or listed is None or (beyond is not None and _sha256(beyond) != record["beyond"]):
            return None
        return CountedDelivery(
            rows,
            Tally(**record["tally"]),
            record["failed"],
            tuple(Quarantined.of_row(row) for row in listed.to_pylist()),
            tuple(_result_from_json(result) for result in record["findings"]),
            tuple(record["told"]),
            people=Respondents.of_record(record["people"]),
            beyond=beyond,
            reason=record["reason"],
        )

    def _table(self, name: str, sha256: str, schema: pa.Schema) -> pa.Table | None:
        """A table of a record, empty where there is none; nothing where it is not what was written."""
        if not sha256:
            return schema.empty_table()
        path = self._file(name, sha256)
        if _sha256(path) != sha256:
            return None
        found = pq.read_table(path)
        return found if found.schema.equals(schema) else None

    def _write(self, name: str, rows: pa.Table) -> str:
        partial = self._partial(name)
        try:
            write_parquet(rows, partial)
            return self._settle(name, partial)
        finally:
            partial.unlink(missing_ok=True)

    def _copy(self, name: str, path: Path) -> str:
        partial = self._partial(name)
        try:
            with path.open("rb") as source, partial.open("wb") as target:
                while chunk := source.read(1 << 20):
                    target.write(chunk)
            return self._settle(name, partial)
        finally:
            partial.unlink(missing_ok=True)

    def _settle(self, name: str, partial: Path) -> str:
        """Give a file that was written the name that its bytes have."""
        flush(partial)
        sha256 = _sha256(partial)
        partial.replace(self._file(name, sha256))
        return sha256

    def _partial(self, name: str) -> Path:
        self._record(name).parent.mkdir(parents=True, exist_ok=True)
        return self._record(name).with_name(f".{name[:16]}-{os.getpid()}-{time.monotonic_ns()}")

    def _record(self, name: str) -> Path:
        return self.workspace.counts / name[:2] / f"{name}.json"

    def _file(self, name: str, sha256: str) -> Path:
        return self.workspace.counts / name[:2] / f"{name}-{sha256[:32]}.parquet"


@dataclass(frozen=True)
class Pruned:
    """What was removed from a store: so many files, of so many bytes."""

    files: int
    size: int


def prune(workspace: Workspace, ways: Iterable[str], days: int = KEPT_DAYS) -> Pruned:
    """Delete cached counts made by code, contracts or keys that are no longer used, and files without a record.

    `ways` are those in use. Entries younger than `days` are kept. Nothing is lost: a delivery without cached counts is
    counted again.
    """
    wanted, before = set(ways), time.time() - days * DAY
    files = size = 0
    for folder in sorted(path for path in workspace.counts.glob("*") if path.is_dir()):
        live = {
            path.stem
            for path in folder.glob("*.json")
            if (record := _read(path)) is not None and record["way"] in wanted
        }
        for path in sorted(folder.iterdir()):
            belongs = path.name.partition(".")[0].partition("-")[0] in live
            stat = path.stat()
            if not belongs and stat.st_mtime < before:
                path.unlink(missing_ok=True)
                files, size = files + 1, size + stat.st_size
    return Pruned(files, size)


def _read(path: Path) -> dict[str, Any] | None:
    """A record, or none where it is not there, not whole, or not what was written."""
    try:
        record = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    if not isinstance(record, dict) or record.pop("hash", "") != _hash_of(record):
        return None
    return record


def _hash_of(record: Mapping[str, Any]) -> str:
    return hashlib.sha256(json.dumps(record, sort_keys=True).encode()).hexdigest()


def _sha256(path: Path) -> str:
    try:
        with path.open("rb") as stream:
            return hashlib.file_digest(stream, "sha256").hexdigest()
    except OSError:
        return ""


def _result_to_json(result: RuleResult) -> dict[str, Any]:
    return {**vars(result), "costs": str(result.costs), "outcome": str(result.outcome)}


def _result_from_json(data: Mapping[str, Any]) -> RuleResult:
    return RuleResult(
        **{
            **data,
            "costs": Costs(data["costs"]),
            "outcome": Outcome(data["outcome"]),
            "cells": tuple(data["cells"]),
            "rows": tuple(data["rows"]),
        }
    )
