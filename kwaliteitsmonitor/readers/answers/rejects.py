"""Select the answers of a file that are set aside, with place and reason: found in the engine, and written from there.

However many there are, each is counted and kept. Only the first of each rule become objects of this process; the others
go from the engine to a file.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from kwaliteitsmonitor.readers.answers.counts import Counted, Hashes, accepted_by
from kwaliteitsmonitor.readers.answers.engines.columns import name_of, quoted
from kwaliteitsmonitor.readers.answers.engines.expressions import ANONYMOUS, ANSWERS, LATER, ROW
from kwaliteitsmonitor.readers.answers.files import PartRows
from kwaliteitsmonitor.readers.answers.text_preparation import Numbers, lines_of, numbers_of
from kwaliteitsmonitor.readers.answers.typed_answers import SCORE, Kind, Kinds
from kwaliteitsmonitor.readers.cells.grid import AS_THE_HEADER
from kwaliteitsmonitor.readers.findings import COLUMNS
from kwaliteitsmonitor.readers.quarantine import MASK, Quarantined, expected_of
from schemas.contract import Aspect, Table
from schemas.exports.arrow import arrow_schema
from schemas.tables import CATALOGUE
from schemas.tables.counted import RESPONDENT
from schemas.words import Words

if TYPE_CHECKING:
    import duckdb

LISTED = 10_000
"""Answers set aside by one rule in one delivery that become objects; those beyond are kept in a file only."""

READABLE = Words(
    "een regel tekst, met aanhalingstekens die ook weer sluiten", "a line of text, with quotes that are closed again"
)
UTF_8 = Words(
    "tekst in utf-8; de letters van deze regel zijn in een andere tekencodering geschreven",
    "text in utf-8; the letters of this line are written in another encoding",
)


@dataclass
class Faults:
    """The rejected answers of one file: how many by each reason and in all, and the first of each.

    `lines` is the number of lines of `quarantine` that this takes: one for each answer and reason, or, of counts, one
    for each combination and reason.
    `lost` gives, for combinations of which not every answer is wrong, how many answers are set aside all the same.
    """

    counts: Mapping[int, int]
    answers: int
    lost: tuple[Hashes, Numbers]
    listed: list[Quarantined] = field(default_factory=list)
    lines: int = 0

    @property
    def more(self) -> bool:
        """Whether more is set aside than is listed."""
        return self.lines > len(self.listed)


def faults_of(connection: duckdb.DuckDBPyConnection, table: Table, counted: Counted, kinds: Kinds) -> Faults:
    """Find the answers of a file that are set aside. Leaves them in the engine, as `placed_<at>`."""
    at = counted.at
    lost, answers = (_find_in_counts if counted.selected.counts else _find)(connection, table, counted, kinds)
    lines = _lines(table, counted, kinds)
    connection.register(f"lines_{at}", lines)
    rows = connection.execute(
        f"SELECT kind, sum(n)::BIGINT, count(*) FROM (SELECT kind, n FROM faults_{at} "
        f"UNION ALL SELECT kind, 1 FROM lines_{at}) GROUP BY kind"
    ).fetchall()
    counts = {kind: number for kind, number, _ in rows}
    faults = Faults(counts, answers + lines.num_rows, lost, lines=sum(number for *_, number in rows))
    if counts:
        _place(connection, counted)
        faults.listed = _listed(connection, table, counted, kinds, counts)
    return faults


def _find(
    connection: duckdb.DuckDBPyConnection, table: Table, counted: Counted, kinds: Kinds
) -> tuple[tuple[Hashes, Numbers], int]:
    """The table `faults_<at>`: the place of each answer in the file (from 0), the reason, and the value.

    Returns how many answers of a combination are lost though it is not wrong, and how many answers there are in all.
    """
    at, engine = counted.at, counted.selected.engine
    engine.share(f"wrong_{at}", f"groups_{at}")
    engine.keep(
        f"SELECT o, h, r IS NULL AS nobody FROM answers_{at} WHERE h IN (SELECT h FROM wrong_{at}) "
        f"OR (r IS NULL AND h IN (SELECT h FROM groups_{at}))",
        f"found_{at}",
    )
    connection.execute(
        f"CREATE TABLE faults_{at} AS SELECT o, kind, found, 1 AS n FROM found_{at} JOIN wrong_{at} USING (h)"
    )
    nobody, twice = _by_row(table, counted, kinds)
    by_row: list[str] = []
    if nobody is not None:
        of_nobody = f"FROM found_{at} JOIN groups_{at} USING (h) WHERE nobody"
        by_row.append(f"SELECT o, {nobody} AS kind, NULL AS found, 1 AS n, h {of_nobody}")
    if twice is not None:
        by_row.append(f"SELECT o, {twice} AS kind, {quoted(MASK)} AS found, 1 AS n, h FROM later_{at}")
    lost = np.empty(0, np.uint64), np.empty(0, np.int64)
    if by_row:
        connection.execute(f"CREATE TABLE lost_{at} AS {' UNION ALL '.join(by_row)}")
        connection.execute(f"INSERT INTO faults_{at} SELECT * EXCLUDE (h) FROM lost_{at}")
        lost = _lost(connection, f"SELECT h, count(*) AS answers FROM lost_{at} GROUP BY h")
    [(answers,)] = connection.execute(f"SELECT count(DISTINCT o) FROM faults_{at}").fetchall()
    return lost, answers


def _by_row(table: Table, counted: Counted, kinds: Kinds) -> tuple[int | None, int | None]:
    """The reasons for which answers are set aside one by one: without a respondent, and given before."""
    nobody = twice = None
    if counted.anonymous:
        nobody = kinds.number(Kind(f"{table.name}.{RESPONDENT}.required", RESPONDENT, Words("een waarde", "a value")))
    if counted.repeated:
        rule = next(c for c in table.constraints() if c.aspect is Aspect.UNIQUE)
        twice = kinds.number(Kind(rule.id, "", expected_of(table, rule)))
    return nobody, twice


def _lost(connection: duckdb.DuckDBPyConnection, query: str) -> tuple[Hashes, Numbers]:
    columns = connection.execute(query).fetchnumpy()
    return np.asarray(columns["h"], np.uint64), np.asarray(columns["answers"], np.int64)


def _find_in_counts(
    connection: duckdb.DuckDBPyConnection, table: Table, counted: Counted, kinds: Kinds
) -> tuple[tuple[Hashes, Numbers], int]:
    """The same for counts: `o` is the row of a combination, and `n` the number of its answers that are set aside."""
    at = counted.at
    combined = f"combinations_{at} AS c"
    parts = [f"SELECT {ROW} AS o, kind, found, {ANSWERS} AS n FROM {combined} JOIN wrong_{at} AS w ON w.h = c._hash"]
    of_answers = f"FROM {combined} JOIN groups_{at} AS g ON g.h = c._hash"
    nobody, twice = _by_row(table, counted, kinds)
    if nobody is not None:
        parts.append(f"SELECT {ROW}, {nobody}, NULL, {ANONYMOUS} {of_answers} WHERE {ANONYMOUS} > 0")
    if twice is not None:
        parts.append(f"SELECT {ROW}, {twice}, {quoted(MASK)}, {LATER} {of_answers} WHERE {LATER} > 0")
    connection.execute(f"CREATE TABLE faults_{at} AS {' UNION ALL '.join(parts)}")
    # All answers of a combination that is wrong; of another those without a respondent and those given before.
    aside = (
        f"SELECT c._hash AS h, least(c.{ANSWERS}, sum(n))::BIGINT AS answers FROM faults_{at} "
        f"JOIN {combined} ON c.{ROW} = o GROUP BY c._hash, c.{ANSWERS}"
    )
    [(answers,)] = connection.execute(f"SELECT coalesce(sum(answers), 0)::BIGINT FROM ({aside})").fetchall()
    return _lost(connection, aside), answers


def _lines(table: Table, counted: Counted, kinds: Kinds) -> pa.Table:
    """The lines of which no answer could be made, by their number, with the reason."""
    text, raw = counted.selected.text, counted.selected.raw
    rule = f"{table.name}.{COLUMNS}"
    numbers: list[Numbers] = []
    reasons: list[Numbers] = []

    def add(rows: Numbers, expected: Words) -> None:
        if len(rows):
            numbers.append(rows)
            reasons.append(np.full(len(rows), kinds.number(Kind(rule, "", expected)), np.int64))

    if text is not None:
        add(lines_of(text, counted.aside), AS_THE_HEADER)
        add(text.broken, READABLE)
        add(text.undecoded, UTF_8)
    if raw is not None:
        add(np.array(raw.ragged, np.int64), raw.as_expected)
    empty = np.empty(0, np.int64)
    return pa.table({
        "row": pa.array(np.concatenate([empty, *numbers]), pa.int64()),
        "kind": pa.array(np.concatenate([empty, *reasons]), pa.int32()),
    })  # fmt: skip


def _place(connection: duckdb.DuckDBPyConnection, counted: Counted) -> None:
    """The view `placed_<at>`: the place of each answer that is set aside, and the number of the reason."""
    at, selected = counted.at, counted.selected
    times = selected.columns.answers_in_a_row
    if selected.counts:
        _place_counts(connection, counted)
        return
    column = "NULL::VARCHAR"
    if selected.columns.pivots:
        headers = ", ".join(quoted(pivot.header) for pivot in selected.columns.pivots)
        column = f"([{headers}])[1 + o % {times}]"
    row = _row(connection, counted)
    if row is not None:
        answers = f'SELECT {row} AS "row", {column} AS "column", kind, found FROM faults_{at}'
    else:
        wanted = connection.execute(f"SELECT DISTINCT o // {times} AS p FROM faults_{at} ORDER BY p").fetchnumpy()["p"]
        connection.register(f"places_{at}", _places(connection, counted, np.asarray(wanted, np.int64)))
        column = "places.col" if selected.raw is not None else column
        answers = (
            f'SELECT places."row", {column} AS "column", kind, found FROM faults_{at} '
            f"JOIN places_{at} AS places ON o // {times} = places.p"
        )
    connection.execute(f'CREATE VIEW placed_{at} AS {answers} UNION ALL SELECT "row", NULL, kind, NULL FROM lines_{at}')


def _place_counts(connection: duckdb.DuckDBPyConnection, counted: Counted) -> None:
    """The same for counts: the row is that of the counts, and the column says how many answers, and to what.

    A score is an answer of a person, and is not said.
    """
    at = counted.at
    to_what = ", ".join(name_of(name) for name in counted.selected.columns.fields if name != SCORE)
    text = f"n || CASE n WHEN 1 THEN ' answer: ' ELSE ' answers: ' END || concat_ws(', ', {to_what})"
    connection.execute(
        f'CREATE VIEW placed_{at} AS SELECT o + 1 AS "row", {text} AS "column", kind, found FROM faults_{at} '
        f'JOIN combinations_{at} AS c ON c.{ROW} = o UNION ALL SELECT "row", NULL, kind, NULL FROM lines_{at}'
    )


def _row(connection: duckdb.DuckDBPyConnection, counted: Counted) -> str | None:
    """The number of the row of an answer as an expression, if each row of the file is a record that was accepted."""
    selected, text = counted.selected, counted.selected.text
    place = f"o // {selected.columns.answers_in_a_row}"
    if selected.raw is not None:
        return None
    if text is None:
        return f"{place} + 1"
    whole = text.numbers is None and text.lines == accepted_by(connection, counted)
    return f"{place} + {text.skip + 1}" if whole else None


def _places(connection: duckdb.DuckDBPyConnection, counted: Counted, wanted: Numbers) -> pa.Table:
    """The row in the file, and the column if there is one, of the records at these places."""
    raw, text = counted.selected.raw, counted.selected.text
    columns: pa.Array = pa.nulls(len(wanted), pa.string())
    if raw is not None:
        rows = np.array(raw.rows, np.int64)[wanted]
        if raw.pivoted:
            columns = pa.array([raw.pivoted[place] for place in wanted.tolist()], pa.string())
    else:
        assert text is not None  # noqa: S101 - rows of Parquet are numbered by the engine
        rows = numbers_of(text, counted.ragged, accepted_by(connection, counted), wanted)
    return pa.table({"p": pa.array(wanted, pa.int64()), "row": pa.array(rows, pa.int64()), "col": columns})


def _rendered(table: Table, counted: Counted, kinds: Kinds, placed: str) -> str:
    """A query that gives what `placed` says as rows of `quarantine`, in order.

    The rows are put in order while they are narrow; what is the same in each is added after.
    """
    delivery, raw = counted.file.delivery, counted.selected.raw
    of_kind = {
        "rule": [kind.rule for kind in kinds.known],
        "severity": [str(table.costs.severity)] * len(kinds.known),
        "costs": [str(table.costs)] * len(kinds.known),
        "expected_nl": [kind.expected.nl for kind in kinds.known],
        "expected_en": [kind.expected.en for kind in kinds.known],
    }
    by_kind = {name: f"([{', '.join(map(quoted, texts))}])[1 + kind]" for name, texts in of_kind.items()}
    same = {"feed": delivery.feed, "table": table.name, "delivery": delivery.id, "file": delivery.path}
    picked = {
        **{name: f"{quoted(value)}" for name, value in same.items()},
        "sheet": quoted(raw.sheet) if raw and raw.sheet else "NULL",
        "row": '"row"',
        "column": '"column"',
        "cell": _cell(counted, kinds),
        "found": "found",
        **by_kind,
    }
    names = arrow_schema(CATALOGUE["quarantine"]).names
    ranks = {kind: rank for rank, kind in enumerate(sorted(kinds.known, key=lambda k: (k.rule, k.name)))}
    order = ", ".join(str(ranks[kind]) for kind in kinds.known)
    rows = f"SELECT * FROM {placed}"
    whole = '"row"'
    if counted.file.parts:
        picked["sheet"], whole = "part", "whole"
        rows = _by_part(counted.file.parts, placed)
    return (
        f"SELECT {', '.join(f'{picked[name]} AS {name_of(name)}' for name in names)} FROM "
        f'({rows} ORDER BY {whole}, "column" NULLS FIRST, ([{order}])[1 + kind])'
    )


def _cell(counted: Counted, kinds: Kinds) -> str:
    """An expression for the cell that a reason is about: its address in a worksheet, or its row and its field.

    If each cell of a row is an answer, it is that of the column; of counts, the answers are known by their values.
    """
    raw, columns = counted.selected.raw, counted.selected.columns
    lettered = bool(raw and raw.sheet and raw.addressed)
    pivot = raw.pivot if raw else columns.value
    pivoted = bool(raw.pivoted) if raw else bool(columns.pivots)
    cells: list[str] = []
    for kind in kinds.known:
        if counted.selected.counts:
            after = f" || {quoted('; ' + kind.name)}" if kind.name else ""
            cells.append(f"'row ' || \"row\" || ', ' || \"column\"{after}")
        elif kind.name and not (pivoted and kind.name == pivot):
            letter = columns.place.get(kind.name) if lettered else None
            cells.append(f'{quoted(letter)} || "row"' if letter else f"'row ' || \"row\" || {quoted(', ' + kind.name)}")
        else:
            by_column = '"column" || "row"' if lettered else "'row ' || \"row\" || ', ' || \"column\""
            cells.append(f'CASE WHEN "column" IS NULL THEN \'row \' || "row" ELSE {by_column} END')
    whens = " ".join(f"WHEN {number} THEN {cell}" for number, cell in enumerate(cells))
    return f"CASE kind {whens} END"


def _by_part(parts: Sequence[PartRows], placed: str) -> str:
    """The rows of `placed`, with the part of each row and its number there."""
    of_part = ", ".join(f"({quoted(p.name)}, {p.first}, {p.until}, {p.before})" for p in parts)
    return (
        f'SELECT placed.* REPLACE (placed."row" - parts.before AS "row"), parts.name AS part, placed."row" AS whole '
        f"FROM {placed} AS placed JOIN (VALUES {of_part}) AS parts(name, first, until, before) "
        f'ON placed."row" BETWEEN parts.first AND parts.until'
    )


def _listed(
    connection: duckdb.DuckDBPyConnection, table: Table, counted: Counted, kinds: Kinds, counts: Mapping[int, int]
) -> list[Quarantined]:
    """The first answers that are set aside by each rule, as objects."""
    at = counted.at
    by_rule: dict[str, list[int]] = {}
    for number, kind in enumerate(kinds.known):
        if number in counts:
            by_rule.setdefault(kind.rule, []).append(number)
    first = " UNION ALL ".join(
        f"(SELECT * FROM placed_{at} WHERE kind IN ({', '.join(map(str, numbers))}) "
        f'ORDER BY "row", "column" NULLS FIRST LIMIT {LISTED})'
        for numbers in by_rule.values()
    )
    rows = connection.sql(_rendered(table, counted, kinds, f"({first})")).to_arrow_table()
    return [Quarantined.of_row(row) for row in rows.to_pylist()]


def written(connection: duckdb.DuckDBPyConnection, table: Table, counted: Counted, kinds: Kinds, target: Path) -> Path:
    """Write all that is set aside of a file as rows of `quarantine`, in order, without passing this process."""
    query = _rendered(table, counted, kinds, f"placed_{counted.at}")
    connection.execute(f"COPY ({query}) TO {quoted(target)} (FORMAT parquet)")
    return target
