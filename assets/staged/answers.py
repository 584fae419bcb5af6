"""Staging evaluation answers: they stay where they were kept, and only their counts travel.

An answer is a whole number on a short scale, so the number of answers per (evaluation, programme, course, question,
score) says all that any mean, spread or share needs. DuckDB counts them straight from the kept file, in bounded memory.
Value rules are judged on the few thousand counts, with the same verdict as on all answers; what needs every row (a
respondent who answers twice) runs in the engine. Rows that fail are found back by their number in the file.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.compute as pc

from assets.staged.answer_files import AnswerFile, selection, unreadable
from assets.staged.cells import CellReader, Refused
from assets.staged.staging import MASK, Quarantined, StagedTable, Tally, Validate, expected_of, read_column
from assets.validation.results import Outcome, RuleResult, of_constraint
from schemas.contract import Aspect, Constraint, Field, Kind, Layer, Table
from schemas.errors import UnreadableError
from schemas.exports.arrow import arrow_schema

if TYPE_CHECKING:
    import duckdb

MEMORY = "1GB"
RESPONDENT = "respondent"
WEIGHT = Field("answers", Kind.INTEGER, "aantal antwoorden", "number of answers", 25)


def counted(table: Table) -> Table:
    """The form in which answers are staged: the contract without the respondent, a count, and the delivery."""
    fields = tuple(f for f in table.fields if f.name != RESPONDENT and not f.open_text)
    delivery = Field("_delivery", Kind.TEXT, "kenmerk van de levering", "id of the delivery", "0" * 16)
    return Table(table.name, Layer.DELIVERED, table.nl, table.en, (*fields, WEIGHT, delivery))


@contextmanager
def engine() -> Iterator[duckdb.DuckDBPyConnection]:
    """A DuckDB of its own, with a bound on its memory and a place to spill to."""
    import duckdb

    with TemporaryDirectory(prefix="answers-") as spill, duckdb.connect() as connection:
        connection.execute(f"SET memory_limit = '{MEMORY}'")
        connection.execute("SET temp_directory = ?", [spill])
        yield connection


def stage_answers(
    table: Table, files: Sequence[AnswerFile], readers: Mapping[str, CellReader], validate: Validate
) -> tuple[StagedTable, dict[str, str]]:
    """Count the answers of a bound contract in these files; of files about the same subject the first that can be read.

    Returns the counts of accepted answers, the answers set aside (row by row), what each rule found, in answers, and
    the reason per delivery that could not be read at all.
    """
    own = counted(table)
    parts: dict[Any, _Counted] = {}
    rejected: dict[str, str] = {}
    with engine() as connection, TemporaryDirectory(prefix="answers-") as scratch:
        for file in files:
            if file.delivery.subject in parts:
                continue
            try:
                parts[file.delivery.subject] = _count(connection, table, own, file, readers, Path(scratch))
            except UnreadableError as error:
                rejected[file.delivery.id] = str(error)
        staged = _set_aside(connection, table, own, list(parts.values()), readers, validate)
    return staged, rejected


@dataclass(frozen=True)
class _Refusal:
    """A field that could not be read in some of the counts, by their positions, and what was expected there."""

    name: str
    expected: str
    positions: list[int]


@dataclass(frozen=True)
class _Counted:
    """The counts of one file as they stand in it, those of them that could be read, typed, and the others.

    `kept` gives for each typed row the position of its raw count.
    """

    file: AnswerFile
    select: str
    fields: tuple[str, ...]
    raw: pa.Table
    rows: pa.Table
    kept: list[int]
    received: int
    refused: list[_Refusal]
    anonymous: int
    repeated: int


def _count(
    connection: duckdb.DuckDBPyConnection,
    table: Table,
    own: Table,
    file: AnswerFile,
    readers: Mapping[str, CellReader],
    scratch: Path,
) -> _Counted:
    import duckdb

    unique = _one_answer(table)
    try:
        chosen = selection(connection, table, file, scratch)
        fields = chosen.fields
        counted_fields = [name for name in fields if name != RESPONDENT]
        counts = connection.sql(
            f"SELECT {', '.join(counted_fields)}, count(*) AS answers, "
            f"count(*) FILTER ({RESPONDENT} IS NULL) AS anonymous FROM ({chosen.rows}) GROUP BY ALL ORDER BY ALL"
        ).to_arrow_table()
        keys = ", ".join(name for name in unique.fields if name in fields)
        [(repeated,)] = connection.sql(
            f"SELECT count(*) - count(DISTINCT hash({keys})) FROM ({chosen.rows})"
        ).fetchall()
    except duckdb.Error as error:
        raise unreadable(file, error) from None  # its message quotes what stands in the file
    received, anonymous = (sum(counts.column(name).to_pylist()) for name in ("answers", "anonymous"))
    rows, kept, refused = _typed(own, counts, counted_fields, readers, file)
    return _Counted(file, chosen.numbered, fields, counts, rows, kept, received, refused, anonymous, repeated)


def _typed(
    own: Table, counts: pa.Table, fields: Sequence[str], readers: Mapping[str, CellReader], file: AnswerFile
) -> tuple[pa.Table, list[int], list[_Refusal]]:
    """The counts with typed cells, the position of each among the raw ones, and what could not be read."""
    schema = arrow_schema(own)
    refused: dict[tuple[str, str], list[int]] = {}
    columns: dict[str, list[Any]] = {}
    for name in own.names[:-2]:
        if name not in fields:
            columns[name] = [file.given.get(name)] * counts.num_rows
            continue
        values, problems = read_column(counts.column(name).to_pylist(), readers[name])
        columns[name] = values
        for position, expected in problems:
            refused.setdefault((name, expected), []).append(position)
    columns["answers"] = counts.column("answers").to_pylist()
    columns["_delivery"] = [file.delivery.id] * counts.num_rows
    data = pa.table({n: pa.array(columns[n], type=schema.field(n).type) for n in schema.names}, schema=schema)
    bad = {position for positions in refused.values() for position in positions}
    kept = [position for position in range(counts.num_rows) if position not in bad]
    refusals = [_Refusal(name, expected, positions) for (name, expected), positions in refused.items()]
    return data.take(pa.array(kept, type=pa.int64())), kept, refusals


def _one_answer(table: Table) -> Constraint:
    return next(c for c in table.constraints() if c.aspect is Aspect.UNIQUE)


def _set_aside(
    connection: duckdb.DuckDBPyConnection,
    table: Table,
    own: Table,
    parts: Sequence[_Counted],
    readers: Mapping[str, CellReader],
    validate: Validate,
) -> StagedTable:
    constraints = {c.id: c for c in table.constraints()}
    rows = pa.concat_tables([p.rows for p in parts]) if parts else arrow_schema(own).empty_table()
    results = validate(own, rows)
    quarantine: list[Quarantined] = []
    start = 0
    for part in parts:
        for refusal in part.refused:
            constraint = constraints[f"{table.name}.{refusal.name}.type"]
            quarantine.extend(_located(connection, part, table, constraint, refusal.positions, refusal.expected))
        for result in results:
            positions = [part.kept[p - start] for p in result.rows if start <= p < start + len(part.kept)]
            if positions:
                quarantine.extend(_located(connection, part, table, constraints[result.rule], positions))
        start += len(part.kept)
    bad = {position for result in results for position in result.rows}
    accepted = rows.take(pa.array([i for i in range(rows.num_rows) if i not in bad], type=pa.int64()))
    lost = _lost(connection, table, parts, readers)
    quarantine.extend(q for q, _ in lost)
    accepted = _without(_together(accepted), [values for _, values in lost if values is not None])
    received = sum(part.received for part in parts)
    judged = {r.rule for r in results}
    found = [
        *(replace(r, checked=received, failed=0, rows=()) for r in results),
        *(
            of_constraint(table.name, c, Outcome.PASSED, received, ())
            for c in table.constraints()
            if c.id not in judged
        ),
    ]
    staged = StagedTable(accepted, quarantine, _with_counts(found, quarantine))
    staged.tallies = {part.file.delivery.id: _tally(part, accepted, quarantine) for part in parts}
    return staged


def _with_counts(results: Sequence[RuleResult], quarantine: Sequence[Quarantined]) -> list[RuleResult]:
    places: dict[str, list[str]] = {}
    for item in quarantine:
        places.setdefault(item.rule, []).append(item.place)
    return [
        replace(r, failed=len(places[r.rule]), outcome=Outcome.FAILED, cells=tuple(places[r.rule]))
        if r.rule in places
        else r
        for r in results
    ]


def _located(
    connection: duckdb.DuckDBPyConnection,
    part: _Counted,
    table: Table,
    constraint: Constraint,
    positions: Sequence[int],
    expected: str = "",
) -> Iterator[Quarantined]:
    """The rows of a file that hold the combinations of values at these positions of its counts."""
    name = constraint.fields[0]
    sought = part.raw.take(pa.array(positions, type=pa.int64()))
    shown = sought.column(name).to_pylist() if name in part.fields else [None] * len(positions)
    same = " AND ".join(f"rows.{n} IS NOT DISTINCT FROM sought.{n}" for n in part.fields if n != RESPONDENT)
    query = f"SELECT _row, _at FROM ({part.select}) AS rows JOIN sought ON {same} ORDER BY _row"
    with connection.cursor() as cursor:
        cursor.register("sought", sought.append_column("_at", pa.array(range(len(positions)), type=pa.int64())))
        found = cursor.sql(query).fetchall()
    for row, at in found:
        value = None if constraint.aspect is Aspect.REQUIRED else MASK if table[name].personal else str(shown[at])[:200]
        yield _item(part, table, constraint, row, value, expected)


def _lost(
    connection: duckdb.DuckDBPyConnection,
    table: Table,
    parts: Sequence[_Counted],
    readers: Mapping[str, CellReader],
) -> list[tuple[Quarantined, dict[str, Any] | None]]:
    """Answers without a respondent, and second answers of a respondent to the same question.

    With each stand its values as they were counted, or none for a row that is not among the counts that could be read.
    """
    constraints = {c.id: c for c in table.constraints()}
    unique = _one_answer(table)
    found: list[tuple[Quarantined, dict[str, Any] | None]] = []
    for part in parts:
        if part.anonymous:
            query = f"SELECT * FROM ({part.select}) WHERE {RESPONDENT} IS NULL ORDER BY _row"
            rule = constraints[f"{table.name}.{RESPONDENT}.required"]
            found.extend(_taken(connection, part, table, rule, query, readers))
        if part.repeated:
            keys = ", ".join(name for name in unique.fields if name in part.fields)
            query = (
                f"SELECT * FROM ({part.select}) WHERE {RESPONDENT} IS NOT NULL "
                f"QUALIFY row_number() OVER (PARTITION BY {keys} ORDER BY _row) > 1 ORDER BY _row"
            )
            found.extend(_taken(connection, part, table, unique, query, readers))
    return found


def _taken(
    connection: duckdb.DuckDBPyConnection,
    part: _Counted,
    table: Table,
    rule: Constraint,
    query: str,
    readers: Mapping[str, CellReader],
) -> Iterator[tuple[Quarantined, dict[str, Any] | None]]:
    for values in connection.sql(query).to_arrow_table().to_pylist():
        row = values.pop("_row")
        values.pop(RESPONDENT)
        item = _item(part, table, rule, row, None if rule.aspect is Aspect.REQUIRED else MASK, "")
        try:
            read = {name: readers[name](value) for name, value in values.items()}
        except Refused:
            yield item, None
        else:
            yield item, {**part.file.given, **read, "_delivery": part.file.delivery.id}


def _item(
    part: _Counted, table: Table, constraint: Constraint, row: int, found: str | None, expected: str
) -> Quarantined:
    delivery = part.file.delivery
    cell = f"row {row}, {constraint.fields[0]}" if len(constraint.fields) == 1 else f"row {row}"
    return Quarantined(
        delivery.feed,
        table.name,
        delivery.id,
        delivery.path,
        "",
        row,
        cell,
        constraint.id,
        constraint.severity,
        found,
        expected or expected_of(table, constraint),
    )


def _together(rows: pa.Table) -> pa.Table:
    """The counts with one row for each combination of values: two spellings of a unit are one unit."""
    names = [name for name in rows.column_names if name != "answers"]
    summed = rows.group_by(names, use_threads=False).aggregate([("answers", "sum")])
    return summed.rename_columns([*names, "answers"]).select(rows.column_names).cast(rows.schema)


def _without(rows: pa.Table, lost: Sequence[Mapping[str, Any]]) -> pa.Table:
    """The counts less one for each answer that was set aside row by row."""
    if not lost:
        return rows
    names = [name for name in rows.column_names if name != "answers"]
    less = Counter(tuple(values.get(name) for name in names) for values in lost)
    records = rows.to_pylist()
    for record in records:
        record["answers"] -= less[tuple(record[name] for name in names)]
    return pa.Table.from_pylist([r for r in records if r["answers"] > 0], schema=rows.schema)


def _tally(part: _Counted, accepted: pa.Table, quarantine: Sequence[Quarantined]) -> Tally:
    sha = part.file.delivery.id
    mine = accepted.filter(pc.equal(accepted.column("_delivery"), sha))
    taken = pc.sum(mine.column("answers")).as_py() or 0
    return Tally(part.received, taken, len({q.row for q in quarantine if q.delivery == sha}))
