"""Staging evaluation answers: they stay where they were kept, and only their counts travel.

An answer is a whole number on a short scale, so the number of answers per (evaluation, programme, course, question,
score) says all that any mean, spread or share needs. DuckDB counts them straight from the kept file, in bounded memory.
Value rules are judged on the few thousand counts, with the same verdict as on all answers; what needs every row (a
respondent who answers twice) runs in the engine. Rows that fail are found back by their number in the file.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from assets.delivered.delivery import Delivery
from assets.staged.cells import CellReader, Refused
from assets.staged.readers import headers_of
from assets.staged.staging import MASK, Quarantined, StagedTable, Tally, Validate, expected_of
from assets.validation.results import Outcome, RuleResult, of_constraint
from schemas.contract import Aspect, Constraint, Field, Kind, Layer, Table
from schemas.errors import UnreadableError
from schemas.exports.arrow import arrow_schema
from schemas.profile.models import FileSource, Format

if TYPE_CHECKING:
    import duckdb

MEMORY = "1GB"
RESPONDENT = "respondent"
WEIGHT = Field("answers", Kind.INTEGER, "aantal antwoorden", "number of answers", 25)


@dataclass(frozen=True)
class AnswerFile:
    """A kept file of answers: its delivery, where its bytes are, how to read it, and what the delivery itself tells."""

    delivery: Delivery
    path: Path
    source: FileSource
    given: Mapping[str, str]


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
    """Count the answers of a bound contract in these files.

    Returns the counts of accepted answers, the answers set aside (row by row), what each rule found, in answers, and
    the reason per delivery that could not be read at all.
    """
    own = counted(table)
    parts: list[_Counted] = []
    rejected: dict[str, str] = {}
    with engine() as connection:
        for file in files:
            try:
                parts.append(_count(connection, table, own, file, readers))
            except UnreadableError as error:
                rejected[file.delivery.id] = str(error)
        rows = pa.concat_tables([p.rows for p in parts]) if parts else arrow_schema(own).empty_table()
        results = validate(own, rows)
        staged = _set_aside(connection, table, rows, results, parts, readers)
    return staged, rejected


@dataclass
class _Counted:
    """The counts of one file, typed, beside the raw combination of each, and those that could not be read."""

    file: AnswerFile
    select: str
    fields: tuple[str, ...]
    rows: pa.Table
    raw: list[dict[str, Any]]
    received: int
    refused: list[tuple[dict[str, Any], str, str]]
    anonymous: int
    repeated: int


def _count(
    connection: duckdb.DuckDBPyConnection, table: Table, own: Table, file: AnswerFile,
    readers: Mapping[str, CellReader],
) -> _Counted:
    select, fields = _selection(connection, table, file)
    counted_fields = [name for name in fields if name != RESPONDENT]
    groups = ", ".join(counted_fields)
    counts = connection.execute(
        f"SELECT {groups}, count(*) AS answers, count(*) FILTER ({RESPONDENT} IS NULL) AS anonymous "  # noqa: S608
        f"FROM ({select}) GROUP BY ALL ORDER BY ALL"
    ).to_arrow_table()
    unique = _one_answer(table)
    keys = ", ".join(name for name in unique.fields if name in fields)
    repeated = connection.execute(f"SELECT count(*) - count(DISTINCT hash({keys})) FROM ({select})").fetchone()  # noqa: S608
    received = sum(counts.column("answers").to_pylist())
    rows, raw, refused = _typed(own, counts, counted_fields, readers, file)
    anonymous = sum(counts.column("anonymous").to_pylist())
    return _Counted(file, select, fields, rows, raw, received, refused, anonymous, repeated[0] if repeated else 0)


def _selection(
    connection: duckdb.DuckDBPyConnection, table: Table, file: AnswerFile
) -> tuple[str, tuple[str, ...]]:
    """The query that gives a file's columns by the contract's names, and those names."""
    import duckdb

    quoted = str(file.path).replace("'", "''")
    if file.source.format is Format.PARQUET:
        scan = f"read_parquet('{quoted}', file_row_number = true)"
        number = "file_row_number + 1"
    else:
        delimiter = file.source.delimiter.replace("'", "''")
        scan = (
            f"read_csv('{quoted}', delim = '{delimiter}', header = true, all_varchar = true, quote = '\"', "
            f"strict_mode = true, encoding = '{file.source.encoding}', auto_detect = false"
        )
        number = "row_number() OVER () + 1"
    try:
        if file.source.format is Format.CSV:
            with file.path.open(encoding=file.source.encoding) as lines:
                names = [name.strip().strip('"\ufeff') for name in lines.readline().strip().split(file.source.delimiter)]
            columns = ", ".join(f"'{name.replace(chr(39), chr(39) * 2)}': 'VARCHAR'" for name in names)
            scan = f"{scan}, columns = {{{columns}}})"
        else:
            names = [row[0] for row in connection.execute(f"DESCRIBE SELECT * FROM {scan}").fetchall()]  # noqa: S608
    except (duckdb.Error, UnicodeDecodeError) as error:
        raise _unreadable(file) from error
    known = headers_of(table, file.source.columns)
    found = {known[name.strip().casefold()]: name for name in names if name.strip().casefold() in known}
    missing = [n for n in table.names if n not in found and n not in file.given and not table[n].nullable]
    if missing:
        raise UnreadableError(
            f"there is no column for {', '.join(missing)}", expected=f"the columns {', '.join(table.names)}",
            remedy="Export it again with those columns.",
        )
    fields = tuple(name for name in table.names if name in found and not table[name].open_text)
    # An empty text is an empty cell, in whatever form the file has it.
    picked = ", ".join(f"nullif(trim(CAST(\"{found[n]}\" AS VARCHAR)), '') AS {n}" if file.source.format is Format.CSV
                       else f'"{found[n]}" AS {n}' for n in fields)
    return f"SELECT {number} AS _row, {picked} FROM {scan}", fields  # noqa: S608


def _unreadable(file: AnswerFile) -> UnreadableError:
    return UnreadableError(
        f"this is not a readable {file.source.format} file", remedy="Export it again and deliver it once more."
    )


def _typed(
    own: Table, counts: pa.Table, fields: Sequence[str], readers: Mapping[str, CellReader], file: AnswerFile
) -> tuple[pa.Table, list[dict[str, Any]], list[tuple[dict[str, Any], str, str]]]:
    """The counts with typed cells and the raw ones; what cannot be read is apart, with field and expectation."""
    schema = arrow_schema(own)
    refused: list[tuple[dict[str, Any], str, str]] = []
    bad: set[int] = set()
    columns: dict[str, list[Any]] = {}
    for name in own.names[:-2]:
        if name not in fields:
            columns[name] = [file.given.get(name)] * counts.num_rows
            continue
        known: dict[Any, Any] = {}
        values = []
        for position, raw in enumerate(counts.column(name).to_pylist()):
            if raw not in known:
                try:
                    known[raw] = readers[name](raw)
                except Refused as refusal:
                    known[raw] = refusal
            value = known[raw]
            if isinstance(value, Refused):
                bad.add(position)
                refused.append((counts.slice(position, 1).to_pylist()[0], name, str(value)))
                value = None
            values.append(value)
        columns[name] = values
    columns["answers"] = counts.column("answers").to_pylist()
    columns["_delivery"] = [file.delivery.id] * counts.num_rows
    data = pa.table({n: pa.array(columns[n], type=schema.field(n).type) for n in schema.names}, schema=schema)
    keep = pa.array([i for i in range(counts.num_rows) if i not in bad], type=pa.int64())
    return data.take(keep), counts.take(keep).to_pylist(), refused


def _one_answer(table: Table) -> Constraint:
    return next(c for c in table.constraints() if c.aspect is Aspect.UNIQUE)


def _set_aside(
    connection: duckdb.DuckDBPyConnection, table: Table, rows: pa.Table, results: Sequence[RuleResult],
    parts: Sequence[_Counted], readers: Mapping[str, CellReader],
) -> StagedTable:
    constraints = {c.id: c for c in table.constraints()}
    weights = rows.column("answers").to_pylist()
    by_sha = {part.file.delivery.id: part for part in parts}
    quarantine: list[Quarantined] = []
    bad: set[int] = set()
    raw = [(part, values) for part in parts for values in part.raw]
    for result in results:
        bad.update(result.rows)
        for position in result.rows:
            part, values = raw[position]
            quarantine.extend(_located(connection, part, table, constraints[result.rule], values))
    for part in parts:
        for combination, name, expected in part.refused:
            constraint = constraints[f"{table.name}.{name}.type"]
            quarantine.extend(_located(connection, part, table, constraint, combination, expected))
    accepted = rows.take(pa.array([i for i in range(rows.num_rows) if i not in bad], type=pa.int64()))
    lost = _lost(connection, table, parts, readers)
    quarantine.extend(q for q, _ in lost)
    accepted = _without(accepted, [values for _, values in lost])
    received = sum(part.received for part in parts)
    weighted = [
        replace(r, checked=received, failed=sum(weights[i] for i in r.rows), rows=()) for r in results
    ]
    others = [
        of_constraint(table.name, c, Outcome.PASSED, received, ())
        for c in table.constraints()
        if c.id not in {r.rule for r in results}
    ]
    staged = StagedTable(accepted, quarantine, _with_counts([*weighted, *others], quarantine))
    staged.tallies = {sha: _tally(part, accepted, quarantine) for sha, part in by_sha.items()}
    return staged


def _with_counts(results: Sequence[RuleResult], quarantine: Sequence[Quarantined]) -> list[RuleResult]:
    places: dict[str, list[str]] = {}
    for item in quarantine:
        places.setdefault(item.rule, []).append(item.place)
    return [
        replace(r, failed=len(places[r.rule]), outcome=Outcome.FAILED, cells=tuple(places[r.rule]))
        if r.rule in places else r
        for r in results
    ]


def _located(
    connection: duckdb.DuckDBPyConnection, part: _Counted, table: Table, constraint: Constraint,
    values: Mapping[str, Any], expected: str = "",
) -> list[Quarantined]:
    """The rows of a file that hold this combination of values."""
    names = [name for name in part.fields if name in values and name != RESPONDENT]
    test = " AND ".join(f"CAST({name} AS VARCHAR) IS NOT DISTINCT FROM CAST(? AS VARCHAR)" for name in names)
    found = connection.execute(
        f"SELECT _row FROM ({part.select}) WHERE {test} ORDER BY _row",  # noqa: S608
        [None if values[name] is None else str(values[name]) for name in names],
    ).fetchall()
    name = constraint.fields[0]
    shown = MASK if table[name].personal else str(values.get(name))
    return [
        _item(part, table, constraint, row, None if constraint.aspect is Aspect.REQUIRED else shown, expected)
        for (row,) in found
    ]


def _lost(
    connection: duckdb.DuckDBPyConnection, table: Table, parts: Sequence[_Counted],
    readers: Mapping[str, CellReader],
) -> list[tuple[Quarantined, dict[str, Any]]]:
    """Answers without a respondent, and second answers of a respondent to the same question."""
    constraints = {c.id: c for c in table.constraints()}
    unique = _one_answer(table)
    found: list[tuple[Quarantined, dict[str, Any]]] = []
    for part in parts:
        if part.anonymous:
            query = f"SELECT * FROM ({part.select}) WHERE {RESPONDENT} IS NULL ORDER BY _row"  # noqa: S608
            rule = constraints[f"{table.name}.{RESPONDENT}.required"]
            found.extend(_taken(connection, part, table, rule, query, readers))
        if part.repeated:
            keys = ", ".join(name for name in unique.fields if name in part.fields)
            query = (
                f"SELECT * FROM ({part.select}) WHERE {RESPONDENT} IS NOT NULL "  # noqa: S608
                f"QUALIFY row_number() OVER (PARTITION BY {keys} ORDER BY _row) > 1 ORDER BY _row"
            )
            found.extend(_taken(connection, part, table, unique, query, readers))
    return found


def _taken(
    connection: duckdb.DuckDBPyConnection, part: _Counted, table: Table, rule: Constraint, query: str,
    readers: Mapping[str, CellReader],
) -> Iterator[tuple[Quarantined, dict[str, Any]]]:
    for values in connection.execute(query).to_arrow_table().to_pylist():
        row = values.pop("_row")
        values.pop(RESPONDENT)
        read = {name: readers[name](value) for name, value in values.items()}
        full = {**part.file.given, **read, "_delivery": part.file.delivery.id}
        yield _item(part, table, rule, row, None if rule.aspect is Aspect.REQUIRED else MASK, ""), full


def _item(
    part: _Counted, table: Table, constraint: Constraint, row: int, found: str | None, expected: str
) -> Quarantined:
    delivery = part.file.delivery
    cell = f"row {row}, {constraint.fields[0]}" if len(constraint.fields) == 1 else f"row {row}"
    return Quarantined(
        delivery.feed, table.name, delivery.id, delivery.path, "", row, cell, constraint.id, constraint.severity,
        found, expected or expected_of(table, constraint),
    )


def _without(rows: pa.Table, lost: Sequence[Mapping[str, Any]]) -> pa.Table:
    """The counts less one for each answer that was set aside row by row."""
    if not lost:
        return rows
    names = [name for name in rows.column_names if name != "answers"]
    records = rows.to_pylist()
    index = {tuple(str(record[name]) for name in names): record for record in records}
    for values in lost:
        record = index.get(tuple(str(values.get(name)) for name in names))
        if record is not None:
            record["answers"] -= 1
    return pa.Table.from_pylist([r for r in records if r["answers"] > 0], schema=rows.schema)


def _tally(part: _Counted, accepted: pa.Table, quarantine: Sequence[Quarantined]) -> Tally:
    sha = part.file.delivery.id
    taken = sum(
        n for n, of in zip(accepted.column("answers").to_pylist(), accepted.column("_delivery").to_pylist(), strict=True)
        if of == sha
    )
    return Tally(part.received, taken, len({q.row for q in quarantine if q.delivery == sha}))
