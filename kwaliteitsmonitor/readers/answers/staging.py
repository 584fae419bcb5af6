"""Staging evaluation answers: they stay where they were kept, and only their counts travel.

An answer is a whole number on a short scale, so the number of answers per (evaluation, programme, course, question,
score) says all that any mean, spread or share needs. DuckDB counts them straight from the kept file, in bounded memory.
Value rules are judged on the few thousand counts, with the same verdict as on all answers; what needs every answer (a
respondent who answers twice) runs in the engine. Answers that fail are found back by the number of their line.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from kwaliteitsmonitor.foundation.engine import duckdb_for
from kwaliteitsmonitor.foundation.scratch import ScratchFolder
from kwaliteitsmonitor.methods.checks.results import Outcome, RuleResult
from kwaliteitsmonitor.readers.answers.counts import Counted, Hashes, count, repeated
from kwaliteitsmonitor.readers.answers.engines.names import macros
from kwaliteitsmonitor.readers.answers.files import AnswerFile, form_for, selection
from kwaliteitsmonitor.readers.answers.joining import joined
from kwaliteitsmonitor.readers.answers.outcomes import CountedDelivery, Nothing, Remembered, together
from kwaliteitsmonitor.readers.answers.people import respondents
from kwaliteitsmonitor.readers.answers.rejects import Faults, faults_of, written
from kwaliteitsmonitor.readers.answers.reports import failed_by, findings_of, uneven_of
from kwaliteitsmonitor.readers.answers.scales import RULE, Places, Scales
from kwaliteitsmonitor.readers.answers.text_preparation import DisagreementError
from kwaliteitsmonitor.readers.answers.typed_answers import Kind, Kinds, Typed, typed
from kwaliteitsmonitor.readers.files.refusals import EXPORT_AGAIN, RefusedFileError, why_unread
from kwaliteitsmonitor.readers.quarantine import LONGEST_SHOWN, MASK, expected_of
from kwaliteitsmonitor.readers.set_aside import Beyond
from kwaliteitsmonitor.readers.staging import Readers, StagedTable, Tally, Validate
from schemas.contract import Aspect, Table
from schemas.errors import KwaliteitsmonitorError, UnreadableError
from schemas.exports.arrow import arrow_schema
from schemas.profile.questions import Question
from schemas.tables.counted import DELIVERY, SCORE, WEIGHT, _counted, counted
from schemas.words import Words

if TYPE_CHECKING:
    import duckdb

MEMORY = "1GB"
JUDGED_AT_ONCE = 200_000
"""Combinations that are held against the rules at once."""

ANSWERS_AT_ONCE = 50_000_000
FILES_AT_ONCE = 500
"""Answers and files that are in the engine at once; once they are more, what was made of them is settled first."""


@contextmanager
def engine() -> Iterator[duckdb.DuckDBPyConnection]:
    """A DuckDB of its own, with a bound on its memory and a place to spill to."""
    with duckdb_for("answers") as connection:
        connection.execute(f"SET memory_limit = '{MEMORY}'")
        connection.execute("SET preserve_insertion_order = true")
        connection.execute("SET enable_progress_bar = false")
        for macro in macros():
            connection.execute(macro)
        yield connection


@dataclass(frozen=True)
class HowRead:
    """How the answers of a bound contract are read and judged.

    `readers` gives the reader of each field for a delivery, `aliases` other spellings of codes, by code list, and
    `questions` on which scale each was asked. `threshold` is what the number of people behind answers is compared with,
    if it is to be.
    """

    table: Table
    readers: Readers
    aliases: Mapping[str, Mapping[str, str]]
    validate: Validate
    questions: Sequence[Question] = ()
    threshold: int = 0


def stage_answers(
    how: HowRead, files: Sequence[AnswerFile], remembered: Remembered | None = None
) -> tuple[StagedTable, dict[str, Words]]:
    """Count the answers in these files; of files about the same subject the first that can be read.

    A delivery of which `remembered` knows what is made is not read. Returns the counts of accepted answers, the answers
    set aside (row by row), what each rule found, in answers, and the reason per delivery that could not be read at all.
    """
    known = remembered or Nothing()
    beyond = Beyond()
    rejected: dict[str, Words] = {}
    parts: dict[tuple[str | int, ...], tuple[AnswerFile, CountedDelivery | None]] = {}
    with _Counting(how, beyond) as counting:

        def settle() -> None:
            for file, made in counting.settle():
                parts[file.delivery.subject] = (file, known.keep(file, made))

        for file in files:
            if file.delivery.subject in parts:
                continue
            made = known.find(file)
            if made is None and counting.full:
                settle()
            if made is None:
                made = counting.count(file)
                made = known.keep(file, made) if made else None
            if made is not None and made.reason:
                rejected[file.delivery.id] = made.reason
            else:
                parts[file.delivery.subject] = (file, made)
        settle()
    settled = [(file, made) for file, made in parts.values() if made is not None]
    return together(how.table, counting.own, settled, beyond), rejected


class _Counting:
    """Counting files in the engine, several together because judging a few costs as much as judging many.

    The engine is started with the first file that there is to count, and emptied each time what is in it is settled.
    """

    def __init__(self, how: HowRead, beyond: Beyond) -> None:
        self.how, self.own, self.beyond = how, counted(how.table), beyond
        self._stack = ExitStack()
        self._judging: _Judging | None = None
        self._parts: list[Counted] = []
        self._files: dict[int, AnswerFile] = {}
        self._tried = 0

    def __enter__(self) -> _Counting:
        """Nothing is started yet."""
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        """End the engine."""
        self._stack.close()

    @property
    def full(self) -> bool:
        """Whether what is in the engine is to be settled before another file is counted."""
        answers = sum(part.answers for part in self._parts)
        return answers >= ANSWERS_AT_ONCE or len(self._parts) >= FILES_AT_ONCE

    def count(self, file: AnswerFile) -> CountedDelivery | None:
        """Count a file; what is made of it if it cannot be read, else nothing until it is settled."""
        judging = self._judging or self._start()
        copy = judging.scratch / f"{self._tried}.txt"
        kinds = judging.kinds[self._tried] = Kinds()
        at, self._tried = self._tried, self._tried + 1
        self._files[at] = file
        try:
            part = _count(judging, self.how, file, at, kinds, copy)
        except UnreadableError as error:
            empty = arrow_schema(self.own).empty_table()
            return CountedDelivery(empty, reason=why_unread(error), lasting=not isinstance(error, _DamagedError))
        self._parts.append(part)
        return None

    def settle(self) -> Iterator[tuple[AnswerFile, CountedDelivery]]:
        """What is made of each file that is in the engine, which is then emptied."""
        parts, judging = self._parts, self._judging
        if judging is not None and parts:
            judging.finish()
            good = judging.accepted()
            for part in parts:
                made = _account(judging, self.how.table, part, good, self.beyond, self.how.threshold)
                yield self._files[part.at], made
        self._stack.close()
        self._judging, self._parts = None, []

    def _start(self) -> _Judging:
        connection = self._stack.enter_context(engine())
        scratch = Path(self._stack.enter_context(ScratchFolder("answers")))
        scales = Scales(self.how.questions)
        self._judging = _Judging(connection, _counted(self.how.table), scales, self.how.validate, scratch)
        return self._judging


class _DamagedError(RefusedFileError):
    """The engine gave up on a file: mostly for what is in it, but it may have been for something that passes."""


def _count(judging: _Judging, how: HowRead, file: AnswerFile, at: int, kinds: Kinds, scratch: Path) -> Counted:
    import duckdb

    connection = judging.connection
    try:
        file = joined(connection, file, form_for(how.table, file), scratch.with_suffix(".joined"))
        selected = selection(connection, how.table, file, how.aliases, scratch)
        part = Counted(at, file, selected, form_for(how.table, file))
        count(connection, part)
    except duckdb.OutOfMemoryException:
        raise KwaliteitsmonitorError(
            "counting answers takes more memory and room for temporary files than there is",
            where=file.delivery.path,
            remedy="Make room in the folder for temporary files, or name a larger one with TMPDIR, and run it again.",
        ) from None
    except (duckdb.Error, DisagreementError):
        raise _unreadable() from None  # its message quotes what stands in the file
    for some in typed(connection, how.table, judging.own, part, how.readers(file.delivery), kinds):
        judging.add(judging.scales.answered(connection, part, some))
    part.repeated = repeated(connection, part)
    return part


def _unreadable() -> RefusedFileError:
    return _DamagedError(
        Words("dit bestand is beschadigd of niet te lezen", "this file is damaged or cannot be read"),
        remedy=EXPORT_AGAIN,
    )


@dataclass
class _Judging:
    """Holding combinations against the rules of the contract, many at a time: each time costs as much as thousands.

    `scratch` is a folder for copies of files, as long as the engine runs.
    """

    connection: duckdb.DuckDBPyConnection
    own: Table
    scales: Scales
    validate: Validate
    scratch: Path
    kinds: dict[int, Kinds] = field(default_factory=dict)
    waiting: list[Typed] = field(default_factory=list)
    good: list[Typed] = field(default_factory=list)
    unjudged: dict[str, RuleResult] = field(default_factory=dict)

    def add(self, some: Typed) -> None:
        """Take in combinations, and judge those that wait if they are many."""
        self.waiting.append(some)
        if sum(one.rows.num_rows for one in self.waiting) >= JUDGED_AT_ONCE:
            self.judge()

    def finish(self) -> None:
        """Judge what still waits."""
        if self.waiting:
            self.judge()
        self.good = [self._of_its_scale(some) for some in self.good]

    def judge(self) -> None:
        """Judge the combinations that wait, note those that are wrong, and keep the others."""
        empty = arrow_schema(self.own).empty_table()
        rows = pa.concat_tables([empty, *(one.rows for one in self.waiting)])
        hashes = np.concatenate([np.empty(0, np.uint64), *(one.hashes for one in self.waiting)])
        origin = np.concatenate([np.empty(0, np.int64), *(one.file for one in self.waiting)])
        self.waiting = []
        keep = np.ones(rows.num_rows, bool)
        for own, of_scale in self.scales.apart(self.own, rows):
            alike, which = self._alike(rows.take(pa.array(of_scale)))
            for result in self.validate(own, alike):
                if result.outcome is Outcome.NOT_RUN:
                    self.unjudged[result.rule] = replace(result, rows=())
                if result.quarantines and result.rows:
                    positions = of_scale[np.isin(which, result.rows)]
                    keep[positions] = False
                    self._note(own, result.rule, rows.take(pa.array(positions)), hashes[positions], origin[positions])
        self.good.append(Typed(rows.filter(pa.array(keep)), hashes[keep], origin[keep]))

    def _alike(self, rows: pa.Table) -> tuple[pa.Table, Places]:
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

    def _of_its_scale(self, some: Typed) -> Typed:
        """Combinations without those of questions that were asked on another scale than is said; they are noted."""
        keep = np.ones(some.rows.num_rows, bool)
        for expected, positions in self.scales.mistaken(some):
            keep[positions] = False
            kind = Kind(RULE, SCORE, expected)
            self._as_wrong(kind, [MASK] * len(positions), some.hashes[positions], some.file[positions])
        return Typed(some.rows.filter(pa.array(keep)), some.hashes[keep], some.file[keep])

    def _note(self, own: Table, rule: str, rows: pa.Table, hashes: Hashes, origin: Places) -> None:
        constraint = next(c for c in own.constraints() if c.id == rule)
        name = constraint.fields[0]
        kind = Kind(rule, name, expected_of(own, constraint))
        shown: list[str | None]
        if constraint.aspect is Aspect.REQUIRED:
            shown = [None] * rows.num_rows
        elif self.own[name].personal:
            shown = [MASK] * rows.num_rows
        else:
            shown = ["" if v is None else str(v)[:LONGEST_SHOWN] for v in rows.column(name).to_pylist()]
        self._as_wrong(kind, shown, hashes, origin)

    def _as_wrong(self, kind: Kind, shown: Sequence[str | None], hashes: Hashes, origin: Places) -> None:
        wrong = pa.table({"h": hashes, "found": pa.array(shown, pa.string())})
        for at in np.unique(origin).tolist():
            mine = wrong.filter(pa.array(origin == at))  # noqa: F841 - the engine reads it by name
            number = self.kinds[at].number(kind)
            self.connection.execute(f"INSERT INTO wrong_{at} SELECT h, {number}, found FROM mine")

    def accepted(self) -> Typed:
        """The combinations of which nothing is wrong."""
        return Typed(
            pa.concat_tables([arrow_schema(self.own).empty_table(), *(one.rows for one in self.good)]),
            np.concatenate([np.empty(0, np.uint64), *(one.hashes for one in self.good)]),
            np.concatenate([np.empty(0, np.int64), *(one.file for one in self.good)]),
        )


def _account(
    judging: _Judging, table: Table, part: Counted, good: Typed, beyond: Beyond, threshold: int
) -> CountedDelivery:
    """What was accepted and what was set aside of one file, so that each answer is in one of both."""
    kinds = judging.kinds[part.at]
    faults = faults_of(judging.connection, table, part, kinds)
    mine = np.flatnonzero(good.file == part.at)
    own = good.rows.take(pa.array(mine))
    numbers = own.column("answers").to_numpy().copy()
    _take_off(numbers, good.hashes[mine], faults)
    rows = own.set_column(own.column_names.index("answers"), "answers", pa.array(numbers, pa.int64()))
    people = respondents(judging.connection, part, rows, good.hashes[mine], threshold)
    rows = judging.scales.marked(rows.filter(pa.array(numbers > 0)))
    rows = _together(rows.cast(arrow_schema(counted(table))))
    accepted = int(rows.column("answers").to_numpy().sum())
    target = None
    if faults.more:
        target = written(judging.connection, table, part, kinds, beyond.add(part.file.delivery.id))
    return CountedDelivery(
        rows,
        Tally(part.received, accepted, faults.answers, part.left_out),
        failed_by(kinds, faults.counts),
        tuple(faults.listed),
        (
            *findings_of(table, part, faults.listed),
            *uneven_of(table, part, rows),
            *judging.scales.results(part.file.delivery.id),
        ),
        part.also_in_path,
        tuple(judging.unjudged.values()),
        people,
        target,
        lasting=not judging.unjudged,
    )


def _take_off(numbers: Places, hashes: Hashes, faults: Faults) -> None:
    """Take the answers that are set aside one by one off the counts of their combinations."""
    wanted, lost = faults.lost
    if not len(wanted):
        return
    order = np.argsort(hashes)
    sought = np.searchsorted(hashes[order], wanted)
    there = sought < len(order)
    there[there] = hashes[order[sought[there]]] == wanted[there]
    numbers[order[sought[there]]] -= lost[there]


def _together(rows: pa.Table) -> pa.Table:
    """The counts in order, with one row for each combination of values: two spellings of a unit are one unit."""
    names = [name for name in rows.column_names if name != "answers"]
    summed = rows.group_by(names, use_threads=False).aggregate([("answers", "sum")])
    ordered = summed.rename_columns([*names, "answers"]).select(rows.column_names).cast(rows.schema)
    return ordered.sort_by([(name, "ascending") for name in ("_delivery", *names[:-1])])
