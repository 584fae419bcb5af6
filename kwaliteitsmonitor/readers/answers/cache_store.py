"""The store of counts: what was made of each delivery of answers, kept by its name.

    evaluations/ab/<name>-<hash>.parquet          the counts of one delivery, and in the metadata of the file the record
                                                  of the rest: its tally, what each rule found, what was set aside
    evaluations/ab/<name>-<hash>.aside.parquet    all that was set aside, if it is more than a record should hold

Each file has the hash of its bytes in its name, and gets that name in one step. What does not fit its hash is as good
as not there: the delivery is counted again, and its file replaced. Two processes that count the same delivery at once
write the same file, or one after the other.
"""

from __future__ import annotations

import hashlib
import json
import os
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TypedDict

import pyarrow as pa
import pyarrow.parquet as pq

from kwaliteitsmonitor.foundation.workspace import Workspace, flush, write_parquet
from kwaliteitsmonitor.methods.checks.results import Outcome, RecordOfRule, RuleResult
from kwaliteitsmonitor.methods.disclosure.respondents import Respondents, RespondentsRecord
from kwaliteitsmonitor.readers.answers.cache_digests import Names
from kwaliteitsmonitor.readers.answers.files import AnswerFile
from kwaliteitsmonitor.readers.answers.outcomes import CountedDelivery
from kwaliteitsmonitor.readers.quarantine import Quarantined, as_listed
from kwaliteitsmonitor.readers.staging import Tally
from schemas.consequences import Costs
from schemas.contract import Table
from schemas.exports.arrow import arrow_schema
from schemas.rows import QuarantineRow
from schemas.words import Words, WordsRecord, as_record, of_record

RECORD = b"kwaliteitsmonitor"
"""Where the metadata of a file has the record."""
ASIDE = ".aside"
DAY = 86_400
KEPT_DAYS = 30
"""Days for which what no delivery refers to is left alone: a run of other code or another profile may still use it."""


class FindingRecord(RecordOfRule):
    """What a rule found, as JSON holds it; `cells` are places in files, as they are written there."""

    cells: list[str]
    detail: dict[str, str] | None
    rows: list[int]
    waived_because: str


class CountsRecord(TypedDict):
    """What was made of a delivery beside its counts, as JSON holds it: a `CountedDelivery` without its rows.

    `way` is a digest over how the delivery was read, `told` are the fields that both the file and its path hold, and
    `beyond` is the hash of the file with all that was set aside, if there is one.
    """

    delivery: str
    sha256: str
    way: str
    reason: WordsRecord | str | None
    tally: dict[str, int]
    failed: dict[str, int]
    told: list[str]
    people: RespondentsRecord
    findings: list[FindingRecord]
    listed: list[QuarantineRow]
    beyond: str


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
        """What was made of a delivery; `None` if it was never counted as it is read now, or the record is damaged."""
        known = self._load(self.names.name(file), file)
        self.met["known" if known is not None else "new"] += 1
        return known

    def keep(self, file: AnswerFile, made: CountedDelivery) -> CountedDelivery:
        """Keep what was made of a delivery, unless it may come out otherwise the next time; returns it as it is."""
        if not made.lasting:
            return made
        name = self.names.name(file)
        beyond = self._copy(name, made.beyond) if made.beyond else ""
        record: CountsRecord = {
            "delivery": file.delivery.id,
            "sha256": file.delivery.sha256,
            "way": self.names.way(file),
            "reason": as_record(made.reason),
            "tally": vars(made.tally),
            "failed": dict(made.failed),
            "told": list(made.also_in_path),
            "people": made.people.record(),
            "findings": [_result_to_json(result) for result in made.findings],
            "listed": as_listed(made.listed).to_pylist(),
            "beyond": beyond,
        }
        metadata = {**(made.rows.schema.metadata or {}), RECORD: json.dumps(record, ensure_ascii=False).encode()}
        rows = made.rows.replace_schema_metadata(metadata)
        before = self._kept(name)
        partial = self._partial(name)
        try:
            write_parquet(rows, partial)
            kept = self._settle(name, partial)
        finally:
            partial.unlink(missing_ok=True)
        for path in before:
            if path != self._file(name, kept):
                path.unlink(missing_ok=True)
        return replace(made, beyond=self._aside(name, beyond)) if made.beyond else made

    def _load(self, name: str, file: AnswerFile) -> CountedDelivery | None:
        return next((record for path in self._kept(name) if (record := self._of(name, path, file)) is not None), None)

    def _of(self, name: str, path: Path, file: AnswerFile) -> CountedDelivery | None:
        """What a file holds; `None` if it is not what was written, or is of another delivery."""
        if self._file(name, _sha256(path)) != path:
            return None
        rows = pq.read_table(path)
        record = _record_of(rows.schema)
        rows = rows.replace_schema_metadata({k: v for k, v in (rows.schema.metadata or {}).items() if k != RECORD})
        if record is None or record["delivery"] != file.delivery.id or not rows.schema.equals(arrow_schema(self.own)):
            return None
        beyond = self._aside(name, record["beyond"]) if record["beyond"] else None
        if beyond is not None and _sha256(beyond) != record["beyond"]:
            return None
        return CountedDelivery(
            rows,
            Tally(**record["tally"]),
            record["failed"],
            tuple(Quarantined.of_row(row) for row in record["listed"]),
            tuple(_result_from_json(result) for result in record["findings"]),
            tuple(record["told"]),
            people=Respondents.of_record(record["people"]),
            beyond=beyond,
            reason=of_record(record["reason"]),
        )

    def _copy(self, name: str, path: Path) -> str:
        partial = self._partial(name)
        try:
            with path.open("rb") as source, partial.open("wb") as target:
                while chunk := source.read(1 << 20):
                    target.write(chunk)
            flush(partial)
            sha256 = _sha256(partial)
            partial.replace(self._aside(name, sha256))
            return sha256
        finally:
            partial.unlink(missing_ok=True)

    def _settle(self, name: str, partial: Path) -> str:
        """Give a file that was written the name that its bytes have."""
        flush(partial)
        sha256 = _sha256(partial)
        partial.replace(self._file(name, sha256))
        return sha256

    def _partial(self, name: str) -> Path:
        folder = self._folder(name)
        folder.mkdir(parents=True, exist_ok=True)
        return folder / f".{name[:16]}-{os.getpid()}-{time.monotonic_ns()}"

    def _folder(self, name: str) -> Path:
        return self.workspace.counts / name[:2]

    def _kept(self, name: str) -> list[Path]:
        """The files of a delivery, of which one is right."""
        return sorted(path for path in self._folder(name).glob(f"{name}-*.parquet") if not path.stem.endswith(ASIDE))

    def _file(self, name: str, sha256: str) -> Path:
        return self._folder(name) / f"{name}-{sha256[:32]}.parquet"

    def _aside(self, name: str, sha256: str) -> Path:
        return self._folder(name) / f"{name}-{sha256[:32]}{ASIDE}.parquet"


@dataclass(frozen=True)
class Pruned:
    """The number and size of the files that were removed from a store."""

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
        live = {_name_of(path) for path, record in records(folder) if record["way"] in wanted}
        for path in sorted(folder.iterdir()):
            stat = path.stat()
            if _name_of(path) not in live and stat.st_mtime < before:
                path.unlink(missing_ok=True)
                files, size = files + 1, size + stat.st_size
    return Pruned(files, size)


def records(folder: Path) -> Iterator[tuple[Path, CountsRecord]]:
    """The files of counts in a folder, each with its record; what is not whole has none."""
    for path in sorted(folder.glob("*.parquet")):
        try:
            record = _record_of(pq.read_schema(path))
        except (OSError, pa.ArrowInvalid):
            continue
        if record is not None:
            yield path, record


def _name_of(path: Path) -> str:
    """The name by which what is in a file is known, which is that of all files of a delivery."""
    return path.name.partition(".")[0].partition("-")[0]


def _record_of(schema: pa.Schema) -> CountsRecord | None:
    """The record in the metadata of a file; `None` if it has none."""
    try:
        record: CountsRecord = json.loads((schema.metadata or {})[RECORD])
    except (KeyError, ValueError):
        return None
    return record


def _sha256(path: Path) -> str:
    try:
        with path.open("rb") as stream:
            return hashlib.file_digest(stream, "sha256").hexdigest()
    except OSError:
        return ""


def _result_to_json(result: RuleResult) -> FindingRecord:
    return {
        "table": result.table,
        "rule": result.rule,
        "costs": str(result.costs),
        "outcome": str(result.outcome),
        "checked": result.checked,
        "failed": result.failed,
        "nl": result.nl,
        "en": result.en,
        "quarantines": result.quarantines,
        "cells": list(map(str, result.cells)),
        "detail": None if result.detail is None else vars(result.detail),
        "rows": list(result.rows),
        "waived_because": result.waived_because,
    }


def _result_from_json(data: FindingRecord) -> RuleResult:
    return RuleResult(
        data["table"],
        data["rule"],
        Costs(data["costs"]),
        Outcome(data["outcome"]),
        data["checked"],
        data["failed"],
        data["nl"],
        data["en"],
        data["quarantines"],
        tuple(data["cells"]),
        None if data["detail"] is None else Words(**data["detail"]),
        tuple(data["rows"]),
        data["waived_because"],
    )
