"""Reading the combinations of values that the answers of a file have: typed, or noted as wrong with the reason."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from kwaliteitsmonitor.readers.answers.counts import Counted, Hashes
from kwaliteitsmonitor.readers.answers.engines.expressions import OTHERWISE, WHY
from kwaliteitsmonitor.readers.answers.text_preparation import Numbers
from kwaliteitsmonitor.readers.cells import names
from kwaliteitsmonitor.readers.cells.reading import CellReader
from kwaliteitsmonitor.readers.cells.texts import Cell, Refused, is_blank, text_of
from kwaliteitsmonitor.readers.findings import PATH
from kwaliteitsmonitor.readers.quarantine import LONGEST_SHOWN, MASK
from kwaliteitsmonitor.readers.typed_rows import agreed_on, read_column
from kwaliteitsmonitor.readers.uneven_loss import BY
from schemas.contract import Aspect, Constraint, Table
from schemas.exports.arrow import arrow_schema
from schemas.identifiers import Damage, expected_of
from schemas.spelling import fold
from schemas.tables.counted import RESPONDENT
from schemas.values import Value
from schemas.words import Words

if TYPE_CHECKING:
    import duckdb

AT_ONCE = 100_000
"""Combinations that are read at once: a file in which values hardly repeat takes longer, and not more memory."""

SCORE = "score"


@dataclass(frozen=True)
class Kind:
    """A reason for which an answer is set aside: the rule, the field that it is about, and what was expected."""

    rule: str
    name: str
    expected: Words


@dataclass
class Kinds:
    """The reasons met with, each known by its number."""

    known: dict[Kind, int] = field(default_factory=dict)

    def number(self, kind: Kind) -> int:
        """The number of a reason."""
        return self.known.setdefault(kind, len(self.known))


@dataclass(frozen=True)
class Typed:
    """Combinations with typed values, a row each, and the hash of each."""

    rows: pa.Table
    hashes: Hashes
    file: npt.NDArray[np.int64]


def typed(
    connection: duckdb.DuckDBPyConnection,
    table: Table,
    own: Table,
    counted: Counted,
    readers: Mapping[str, CellReader],
    kinds: Kinds,
) -> Iterator[Typed]:
    """The combinations of a file of which every value can be read, some at a time; the others are noted as wrong.

    Combinations that the form says are no answer are counted apart. `own` is the contract as answers are staged.
    """
    at = counted.at
    connection.execute(f"CREATE TABLE wrong_{at} (h UBIGINT, kind INTEGER, found VARCHAR)")
    connection.execute(f"CREATE TABLE groups_{at} (h UBIGINT, g UBIGINT)")
    rule = _once(table)
    unique = {name: rule.unless.get(name, "") for name in rule.fields if name in own.names and name != RESPONDENT}
    constants = _typed_constants(counted, readers)
    counted.spelled = {name: _spelled(connection, counted, readers[name]) for name in counted.selected.columns.fields}
    with connection.cursor() as cursor:
        combinations = cursor.sql(f"SELECT * FROM combinations_{at} ORDER BY rowid")
        for batch in combinations.to_arrow_reader(AT_ONCE):
            reading = _Reading(table, own, counted, readers, kinds, pa.table(batch), constants)
            reading.read()
            counted.answers += reading.total(reading.is_answer)
            counted.anonymous += reading.nobody()
            _note_groups(connection, at, reading, unique)
            if reading.wrong:
                wrong = pa.concat_tables(reading.wrong)  # noqa: F841 - the engine reads it by name
                connection.execute(f"INSERT INTO wrong_{at} SELECT * FROM wrong")
            yield reading.typed()
    raw = counted.selected.raw
    before = counted.selected.above + (raw.left_out if raw else 0)
    counted.left_out = before + counted.no_answer + counted.other_records
    agreed = dict.fromkeys([*constants, *counted.file.agreed])
    counted.also_in_path = tuple(name for name in agreed if name in counted.selected.columns.fields)


def _spelled(connection: duckdb.DuckDBPyConnection, counted: Counted, reader: CellReader) -> Mapping[str, str]:
    """For the names of a field in a file that differ from another in capitals alone, the one that is read for both."""

    def texts() -> Iterator[Cell]:
        rows = connection.execute(f"SELECT DISTINCT {reader.field.name} FROM combinations_{counted.at}")
        return (text for (text,) in rows.fetchall())

    return names.spellings(texts, reader)


def _typed_constants(counted: Counted, readers: Mapping[str, CellReader]) -> dict[str, Value | Refused]:
    """The fields that are the same in every row, typed; a `Refused` for a value that the field cannot hold."""
    constants: dict[str, Value | Refused] = {}
    for name, value in counted.selected.constants.items():
        if name in readers:
            try:
                constants[name] = replace(readers[name], split=None, scale=None)(value)
            except Refused as refusal:
                constants[name] = refusal
    return constants


def _once(table: Table) -> Constraint:
    """The rule that says what a respondent answers once."""
    return next(c for c in table.constraints() if c.aspect is Aspect.UNIQUE)


def _note_groups(connection: duckdb.DuckDBPyConnection, at: int, reading: _Reading, unique: Mapping[str, str]) -> None:
    """Note of each combination that is an answer what it answers, as one hash of the values that were read.

    `unique` are the fields that say so, each with the one that must be empty for it to tell answers apart, if any. If
    one of them cannot be read it is not known what is answered: there is no hash, and the answer is the second of none.
    """
    columns = [f"u{number}" for number in range(len(unique))]
    unread = reading.unread(unique)
    values = [reading.columns[name] for name in unique]
    groups = pa.table([pa.array(reading.hashes), *values, pa.array(unread)], ["h", *columns, "unread"])
    groups = groups.filter(pa.array(reading.is_answer & ~reading.nameless))
    known = dict(zip(unique, columns, strict=True))
    texts = ", ".join(
        f"CASE WHEN coalesce(CAST({known[other]} AS VARCHAR), '') = '' THEN CAST({known[name]} AS VARCHAR) END"
        if other
        else f"CAST({known[name]} AS VARCHAR)"
        for name, other in unique.items()
    )
    connection.execute(f"INSERT INTO groups_{at} SELECT h, CASE WHEN NOT unread THEN hash({texts}) END FROM groups")


@dataclass(frozen=True)
class _Cells:
    """A column of combinations: the values that it has, and for each combination which of them."""

    values: Sequence[Cell]
    which: npt.NDArray[np.int64]

    @classmethod
    def of(cls, column: pa.ChunkedArray) -> _Cells:
        """The values of a column, each once; those of a kind that cannot be told apart by Arrow as they are written."""
        try:
            encoded = column.combine_chunks().dictionary_encode("encode")
        except (pa.ArrowNotImplementedError, pa.ArrowInvalid):
            written = pa.array([None if cell is None else repr(cell) for cell in column.to_pylist()], pa.string())
            return cls.of(pa.chunked_array([written]))
        return cls(encoded.dictionary.to_pylist(), encoded.indices.to_numpy(zero_copy_only=False).astype(np.int64))

    def those(self, chosen: Iterable[int]) -> npt.NDArray[np.int64]:
        """The positions of the combinations that have one of these values."""
        wanted = np.zeros(len(self.values), bool)
        wanted[list(chosen)] = True
        return np.flatnonzero(wanted[self.which])

    def spread(self, values: pa.Array) -> pa.Array:
        """A value for each combination, by what is given for each value."""
        return values.take(pa.array(self.which))


class _Reading:
    """Some combinations of a file, of which the values are read: each value once."""

    def __init__(
        self,
        table: Table,
        own: Table,
        counted: Counted,
        readers: Mapping[str, CellReader],
        kinds: Kinds,
        combined: pa.Table,
        constants: Mapping[str, Value | Refused],
    ) -> None:
        self.table, self.counted, self.readers, self.kinds, self.constants = table, counted, readers, kinds, constants
        self.schema = arrow_schema(own)
        self.size = combined.num_rows
        self.raw = {name: _Cells.of(combined.column(name)) for name in counted.selected.columns.counted}
        self.hashes: Hashes = combined.column("_hash").to_numpy()
        self.counts: npt.NDArray[np.int64] = combined.column("_answers").to_numpy()
        self.anonymous: npt.NDArray[np.int64] = combined.column("_anonymous").to_numpy()
        self.columns: dict[str, pa.Array] = {}
        self.is_answer = np.ones(self.size, bool)
        self.fits = np.ones(self.size, bool)
        self.nameless = np.zeros(self.size, bool)
        self.elsewhere = np.zeros(self.size, bool)
        self.wrong: list[pa.Table] = []
        self.flawed: dict[str, npt.NDArray[np.bool_]] = {}
        self.refused: dict[str, npt.NDArray[np.bool_]] = {}

    def read(self) -> None:
        """Read every value, and tell what is no answer and what cannot be read."""
        self._leave_out()
        self._flaws()
        for name in self.table.names:
            if name == RESPONDENT or self.table[name].open_text:
                continue
            if name not in self.raw:
                self._as_constant(name)
                continue
            cells, reader = self.raw[name], self.readers[name]
            spelled = self.counted.spelled.get(name, {})
            values, problems = read_column(names.in_one_spelling(cells.values, spelled), reader)
            self.columns[name] = cells.spread(pa.array(values, self.schema.field(name).type))
            by_reason: dict[Words, list[int]] = {}
            for at, expected in problems:
                by_reason.setdefault(expected, []).append(at)
            for expected, wrong in by_reason.items():
                positions = self._not_rightly_empty(name, cells.those(wrong), expected)
                self.refused.setdefault(name, np.zeros(self.size, bool))[positions] = True
                self._refuse(name, "type", positions, expected)
            otherwise = names.respelled(cells.values, spelled, reader, dict(problems))
            self._tell(name, names.RESPELLED, cells.those(otherwise))
            self._against_the_path(name, values)
        self._who()
        for name in BY:
            self._count_by(name)

    def _count_by(self, name: str) -> None:
        """Count the answers of each unit and programme that the file names, whatever becomes of them."""
        if name in self.raw:
            mine = pa.table({"by": self.columns[name], "n": self.counts}).filter(
                pa.array(self.is_answer & ~self.elsewhere)
            )
            summed = mine.group_by("by").aggregate([("n", "sum")]).to_pydict()
            of_field = self.counted.received_by.setdefault(name, Counter())
            of_field.update(
                {by: n for by, n in zip(summed["by"], summed["n_sum"], strict=True) if by in self.table[name].codes}
            )

    def _not_rightly_empty(self, name: str, wrong: Numbers, expected: Words) -> Numbers:
        """Of combinations with a word for nothing in a field, those that should have something there."""
        empty = names.rightly_empty(
            self.table[name], dict.fromkeys(wrong.tolist(), expected), lambda other: self.columns[other].to_pylist()
        )
        self._tell(name, names.EMPTIED, np.array(empty, np.int64))
        return np.setdiff1d(wrong, np.array(empty, np.int64))

    def _who(self) -> None:
        """Set aside what nobody is known to have answered, since something was done to the name."""
        if WHY not in self.raw:
            return
        cells, named = self.raw[WHY], self.table[RESPONDENT].identifier
        for at, what in enumerate(cells.values):
            if what == OTHERWISE:
                self._tell(RESPONDENT, names.RESPELLED, cells.those([at]))
            elif isinstance(what, str) and named is not None:
                self.nameless[cells.those([at])] = True
                self._refuse(RESPONDENT, "type", cells.those([at]), expected_of(Damage(what), named))

    def _tell(self, name: str, what: Words, positions: Numbers) -> None:
        """Count the answers of which a name was read otherwise than it is written."""
        answers = int(self.counts[positions[self.is_answer[positions]]].sum())
        if answers:
            totals = self.counted.names_read_otherwise
            totals[name, what] = totals.get((name, what), 0) + answers

    def _leave_out(self) -> None:
        """Leave out combinations that are no answer: of another kind of record, or with a score that means none."""
        columns = self.counted.selected.columns
        for at, (_, allowed) in enumerate(columns.wheres):
            cells = self.raw[f"_where{at}"]
            texts = ("" if cell is None else fold(_text(cell)) for cell in cells.values)
            self.is_answer[cells.those(at for at, text in enumerate(texts) if text not in allowed)] = False
        self.counted.other_records += self.total(~self.is_answer)
        value = columns.value or SCORE
        if value not in self.raw:
            return
        cells = self.raw[value]
        empty = set(map(fold, self.counted.form.empty.get(value, ())))
        nothing = bool(columns.pivots) or "" in empty
        none = (nothing if is_blank(cell) else fold(_text(cell)) in empty for cell in cells.values)
        left = np.zeros(self.size, bool)
        left[cells.those(at for at, is_none in enumerate(none) if is_none)] = True
        self.counted.no_answer += self.total(left & self.is_answer)
        self.is_answer &= ~left

    def _as_constant(self, name: str) -> None:
        value, kind = self.constants.get(name), self.schema.field(name).type
        refused = isinstance(value, Refused)
        self.columns[name] = pa.repeat(pa.scalar(None if refused else value, kind), self.size)
        if isinstance(value, Refused):
            self.refused[name] = np.ones(self.size, bool)
            self._refuse(name, "type", np.arange(self.size), value.expected)

    def _against_the_path(self, name: str, values: Sequence[Value]) -> None:
        """Set aside what says otherwise than the name of the file does: one of both is wrong."""
        declared = self.constants.get(name)
        known = None if isinstance(declared, Refused) else declared
        agreed = agreed_on(self.table, self.table[name], known, self.counted.file.agreed)
        if agreed is None:
            return
        by_reason: dict[tuple[str, Words], list[int]] = {}
        for at, value in enumerate(values):
            if value is not None and value not in agreed.values:
                aspect = "type" if agreed.is_none(self.table[name], value) else PATH
                by_reason.setdefault((aspect, agreed.expected(value)), []).append(at)
        for (aspect, expected), others in by_reason.items():
            self._refuse(name, aspect, self.raw[name].those(others), expected)

    def _flaws(self) -> None:
        if "_flaw" not in self.raw:
            return
        cells, reasons = self.raw["_flaw"], self.counted.selected.columns.flaws
        for at, flaw in enumerate(cells.values):
            if isinstance(flaw, str):
                name, number = flaw.split(" ")
                self._refuse(name, "type", cells.those([at]), reasons[int(number)])
                self.flawed.setdefault(name, np.zeros(self.size, bool))[cells.those([at])] = True
        self.nameless |= self.flawed.get(RESPONDENT, False)

    def _refuse(self, name: str, aspect: str, positions: npt.NDArray[np.int64], expected: Words) -> None:
        """Note that combinations are wrong, by their positions; those that are no answer are not."""
        wrong = positions[self.is_answer[positions]]
        if name in self.flawed:  # whatever stands in such a cell, it was said what is wrong with it
            wrong = wrong[~self.flawed[name][wrong]]
        if not len(wrong):
            return
        kind = self.kinds.number(Kind(f"{self.table.name}.{name}.{aspect}", name, expected))
        self.fits[wrong] = False
        if aspect == PATH and self.table[name].clock is not None:
            self.elsewhere[wrong] = True
        kinds = np.full(len(wrong), kind, np.int32)
        self.wrong.append(pa.table({"h": self.hashes[wrong], "kind": kinds, "found": self._shown(name, wrong)}))

    def _shown(self, name: str, positions: npt.NDArray[np.int64]) -> pa.Array:
        """The values of a field of combinations, as they may be reported."""
        if name not in self.raw or self.table[name].personal:
            masked = MASK if name in self.raw or (name == RESPONDENT and WHY in self.raw) else None
            return pa.repeat(pa.scalar(masked, pa.string()), len(positions))
        cells = self.raw[name]
        texts = pa.array([None if cell is None else str(cell)[:LONGEST_SHOWN] for cell in cells.values], pa.string())
        return texts.take(pa.array(cells.which[positions]))

    def unread(self, unique: Mapping[str, str]) -> npt.NDArray[np.bool_]:
        """Of which combinations it is not known what they answer; `unique` is as for `_note_groups`."""
        unread, none = np.zeros(self.size, bool), np.zeros(self.size, bool)
        for name, other in unique.items():
            of_field = self.refused.get(name, none) | self.flawed.get(name, none)
            if other:
                of_field = of_field & self.columns[other].is_null().to_numpy(zero_copy_only=False)
            unread |= of_field
        return unread

    def total(self, which: npt.NDArray[np.bool_]) -> int:
        """The number of answers of these combinations."""
        return int(self.counts[which].sum())

    def nobody(self) -> int:
        """The number of answers without a respondent."""
        return int(self.anonymous[self.is_answer & ~self.nameless].sum())

    def typed(self) -> Typed:
        """The combinations that are answers of which every value could be read."""
        keep = self.is_answer & self.fits
        delivery = pa.repeat(pa.scalar(self.counted.file.delivery.id, pa.string()), self.size)
        columns = {**self.columns, "answers": pa.array(self.counts, pa.int64()), "_delivery": delivery}
        rows = pa.table({name: columns[name] for name in self.schema.names}, self.schema)
        if not keep.all():
            rows = rows.filter(pa.array(keep))
        return Typed(rows, self.hashes[keep], np.full(rows.num_rows, self.counted.at))


def _text(cell: Cell) -> str:
    try:
        return text_of(cell)
    except Refused:
        return repr(cell)
