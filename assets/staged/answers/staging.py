"""Staging evaluation answers: they stay where they were kept, and only their counts travel.

An answer is a whole number on a short scale, so the number of answers per (evaluation, programme, course, question,
score) says all that any mean, spread or share needs. DuckDB counts them straight from the kept file, in bounded memory.
Value rules are judged on the few thousand counts, with the same verdict as on all answers; what needs every answer (a
respondent who answers twice) runs in the engine. Answers that fail are found back by the number of their line.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

from assets.staged.answers.counts import Counted, count, repeated
from assets.staged.answers.faults import Faults, faults_of, written
from assets.staged.answers.files import RESPONDENT, AnswerFile, form_for, selection
from assets.staged.answers.reading import Kind, Kinds, Typed, typed
from assets.staged.answers.reports import in_both, results_of
from assets.staged.answers.texts import DisagreementError
from assets.staged.files.refusals import EXPORT_AGAIN, RefusedFileError
from assets.staged.quarantine import LONGEST_SHOWN, MASK, expected_of
from assets.staged.set_aside import Beyond
from assets.staged.staging import Readers, StagedTable, Tally, Validate
from assets.validation.results import Outcome, RuleResult
from schemas.contract import Aspect, Field, Layer, Table
from schemas.contract import Kind as FieldKind
from schemas.errors import UnreadableError
from schemas.exports.arrow import arrow_schema
from schemas.words import Words

if TYPE_CHECKING:
    import duckdb

MEMORY = "1GB"
JUDGED_AT_ONCE = 200_000
"""Combinations that are held against the rules at once."""

WEIGHT = Field("answers", FieldKind.INTEGER, "aantal antwoorden", "number of answers", 25)
DELIVERY = Field("_delivery", FieldKind.TEXT, "kenmerk van de levering", "id of the delivery", "0" * 16)


def counted(table: Table) -> Table:
    """The form in which answers are staged: the contract without the respondent, a count, and the delivery."""
    fields = tuple(f for f in table.fields if f.name != RESPONDENT and not f.open_text)
    return Table(table.name, Layer.DELIVERED, table.nl, table.en, (*fields, WEIGHT, DELIVERY))


@contextmanager
def engine() -> Iterator[duckdb.DuckDBPyConnection]:
    """A DuckDB of its own, with a bound on its memory and a place to spill to."""
    import duckdb

    with TemporaryDirectory(prefix="answers-") as spill, duckdb.connect() as connection:
        connection.execute(f"SET memory_limit = '{MEMORY}'")
        connection.execute("SET temp_directory = ?", [spill])
        connection.execute("SET preserve_insertion_order = true")
        connection.execute("SET enable_progress_bar = false")
        yield connection


def stage_answers(
    table: Table,
    files: Sequence[AnswerFile],
    readers: Readers,
    aliases: Mapping[str, Mapping[str, str]],
    validate: Validate,
) -> tuple[StagedTable, dict[str, str]]:
    """Count the answers of a bound contract in these files; of files about the same subject the first that can be read.

    `readers` gives the reader of each field for a delivery, `aliases` other spellings of codes, by code list.
    Returns the counts of accepted answers, the answers set aside (row by row), what each rule found, in answers, and
    the reason per delivery that could not be read at all.
    """
    own = counted(table)
    kinds = Kinds()
    rejected: dict[str, str] = {}
    parts: dict[Any, Counted] = {}
    with engine() as connection, TemporaryDirectory(prefix="answers-") as scratch:
        judging = _Judging(connection, own, kinds, validate)
        for file in files:
            if file.delivery.subject in parts:
                continue
            copy = Path(scratch) / f"{len(parts)}-{len(rejected)}.txt"
            try:
                part = _count(connection, table, own, file, len(parts), readers, aliases, kinds, judging, copy)
            except UnreadableError as error:
                rejected[file.delivery.id] = in_both(error)
            else:
                parts[file.delivery.subject] = part
        judging.finish()
        staged = _account(connection, table, own, list(parts.values()), kinds, judging)
    return staged, rejected


def _count(
    connection: duckdb.DuckDBPyConnection,
    table: Table,
    own: Table,
    file: AnswerFile,
    at: int,
    readers: Readers,
    aliases: Mapping[str, Mapping[str, str]],
    kinds: Kinds,
    judging: _Judging,
    scratch: Path,
) -> Counted:
    import duckdb

    try:
        found = selection(connection, table, file, aliases, scratch)
        part = Counted(at, file, found, form_for(table, file))
        count(connection, part)
    except (duckdb.Error, DisagreementError):
        raise _unreadable() from None  # its message quotes what stands in the file
    for some in typed(connection, table, own, part, readers(file.delivery), kinds):
        judging.add(some)
    part.repeated = repeated(connection, part)
    return part


def _unreadable() -> RefusedFileError:
    return RefusedFileError(
        Words("dit bestand is beschadigd of niet te lezen", "this file is damaged or cannot be read"),
        remedy=EXPORT_AGAIN,
    )


@dataclass
class _Judging:
    """Holding combinations against the rules of the contract, many at a time: each time costs as much as thousands."""

    connection: duckdb.DuckDBPyConnection
    own: Table
    kinds: Kinds
    validate: Validate
    waiting: list[Typed] = field(default_factory=list)
    good: list[Typed] = field(default_factory=list)
    results: dict[str, RuleResult] = field(default_factory=dict)

    def add(self, some: Typed) -> None:
        """Take in combinations, and judge those that wait where they are many."""
        self.waiting.append(some)
        if sum(one.rows.num_rows for one in self.waiting) >= JUDGED_AT_ONCE:
            self.judge()

    def finish(self) -> None:
        """Judge what still waits; without a single combination every rule holds."""
        if self.waiting or not self.results:
            self.judge()

    def judge(self) -> None:
        """Judge the combinations that wait, note those that are wrong, and keep the others."""
        empty = arrow_schema(self.own).empty_table()
        rows = pa.concat_tables([empty, *(one.rows for one in self.waiting)])
        hashes = np.concatenate([np.empty(0, np.uint64), *(one.hashes for one in self.waiting)])
        origin = np.concatenate([np.empty(0, np.int64), *(one.file for one in self.waiting)])
        self.waiting = []
        keep = np.ones(rows.num_rows, bool)
        alike, which = self._alike(rows)
        for result in self.validate(self.own, alike):
            before = self.results.get(result.rule)
            if before is None or before.outcome is not Outcome.NOT_RUN:
                self.results[result.rule] = replace(result, rows=())
            if result.quarantines and result.rows:
                positions = np.flatnonzero(np.isin(which, result.rows))
                keep[positions] = False
                self._note(result.rule, rows.take(pa.array(positions)), hashes[positions], origin[positions])
        self.good.append(Typed(rows.filter(pa.array(keep)), hashes[keep], origin[keep]))

    def _alike(self, rows: pa.Table) -> tuple[pa.Table, Any]:
        """The rows that differ in what the rules look at, and for each row which of those it is.

        A course has no rule of its own, and there are many.
        """
        looked_at = {name for c in self.own.constraints() if c.aspect is not Aspect.TYPE for name in c.fields}
        which = np.zeros(rows.num_rows, np.int64)
        for name in sorted(looked_at - {WEIGHT.name, DELIVERY.name}):
            codes = rows.column(name).combine_chunks().dictionary_encode("encode").indices.to_numpy()
            _, which = np.unique(which * (rows.num_rows + 1) + codes, return_inverse=True)
        _, first = np.unique(which, return_index=True)
        return rows.take(pa.array(first)), which

    def _note(self, rule: str, rows: pa.Table, hashes: Any, origin: Any) -> None:
        constraint = next(c for c in self.own.constraints() if c.id == rule)
        name = constraint.fields[0]
        kind = self.kinds.number(Kind(rule, name, expected_of(self.own, constraint)))
        shown: list[str | None]
        if constraint.aspect is Aspect.REQUIRED:
            shown = [None] * rows.num_rows
        elif self.own[name].personal:
            shown = [MASK] * rows.num_rows
        else:
            shown = ["" if v is None else str(v)[:LONGEST_SHOWN] for v in rows.column(name).to_pylist()]
        wrong = pa.table({"h": hashes, "found": pa.array(shown, pa.string())})
        for at in np.unique(origin).tolist():
            mine = wrong.filter(pa.array(origin == at))  # noqa: F841 - the engine reads it by name
            self.connection.execute(f"INSERT INTO wrong_{at} SELECT h, {kind}, found FROM mine")

    def accepted(self) -> Typed:
        """The combinations of which nothing is wrong."""
        return Typed(
            pa.concat_tables([one.rows for one in self.good]),
            np.concatenate([one.hashes for one in self.good]),
            np.concatenate([one.file for one in self.good]),
        )


def _account(
    connection: duckdb.DuckDBPyConnection,
    table: Table,
    own: Table,
    parts: Sequence[Counted],
    kinds: Kinds,
    judging: _Judging,
) -> StagedTable:
    """Put together what was accepted and what was set aside, so that each answer is in one of both."""
    good = judging.accepted()
    numbers = good.rows.column("answers").to_numpy().copy()
    faults: list[Faults] = []
    for part in parts:
        found = faults_of(connection, table, part, kinds)
        faults.append(found)
        _take_off(numbers, good, part.at, found)
    rows = good.rows.set_column(good.rows.column_names.index("answers"), "answers", pa.array(numbers, pa.int64()))
    rows = rows.cast(arrow_schema(own)).filter(pa.array(numbers > 0))
    staged = StagedTable(_together(rows), [item for one in faults for item in one.listed])
    taken = Counter(dict(_by_delivery(staged.rows)))
    staged.tallies = {
        part.file.delivery.id: Tally(part.received, taken[part.file.delivery.id], found.answers, part.left_out)
        for part, found in zip(parts, faults, strict=True)
    }
    staged.results = results_of(table, parts, faults, kinds, judging.results)
    _keep_all(connection, table, parts, faults, kinds, staged)
    return staged


def _take_off(numbers: np.ndarray[Any, Any], good: Typed, at: int, found: Faults) -> None:
    """Take the answers that are set aside one by one off the counts of their combinations."""
    hashes, lost = found.lost
    if not len(hashes):
        return
    mine = np.flatnonzero(good.file == at)
    order = mine[np.argsort(good.hashes[mine])]
    sought = np.searchsorted(good.hashes[order], hashes)
    there = sought < len(order)
    there[there] = good.hashes[order[sought[there]]] == hashes[there]
    numbers[order[sought[there]]] -= lost[there]


def _together(rows: pa.Table) -> pa.Table:
    """The counts in order, with one row for each combination of values: two spellings of a unit are one unit."""
    names = [name for name in rows.column_names if name != "answers"]
    summed = rows.group_by(names, use_threads=False).aggregate([("answers", "sum")])
    ordered = summed.rename_columns([*names, "answers"]).select(rows.column_names).cast(rows.schema)
    return ordered.sort_by([(name, "ascending") for name in ("_delivery", *names[:-1])])


def _by_delivery(rows: pa.Table) -> Iterator[tuple[str, int]]:
    summed = rows.group_by("_delivery").aggregate([("answers", "sum")])
    for row in summed.to_pylist():
        yield row["_delivery"], row["answers_sum"]


def _keep_all(
    connection: duckdb.DuckDBPyConnection,
    table: Table,
    parts: Sequence[Counted],
    faults: Sequence[Faults],
    kinds: Kinds,
    staged: StagedTable,
) -> None:
    """Keep all that is set aside of the deliveries of which more is than is listed."""
    for part, found in zip(parts, faults, strict=True):
        if found.more:
            staged.beyond = staged.beyond or Beyond()
            target = staged.beyond.add(part.file.delivery.id)
            written(connection, table, part, kinds, target)
