"""Answers in a Parquet file: its combinations of cells are counted first, and it is read again only for what is wrong.

A Parquet file is read by its columns, and reading it again is cheap. So nothing is kept of an answer but that it counts
in its combination. If a combination turns out to be wrong, or if answers lack a respondent, the file is asked for
the rows that have it; and if the file says who answered, second answers are looked for in a pass of their own.

Each column that pivots (of a wide file) is counted by itself, as if it were a file with a row per answer: a *slice*.
The tables in the engine end in `_<at>_<slice>`: `view` is the file, `cells` its combinations of cells as they stand.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from kwaliteitsmonitor.readers.answers.columns import Columns, Named, name_of, quoted
from kwaliteitsmonitor.readers.answers.engines.counted import COUNT, SECOND, WITHOUT_RESPONDENT
from kwaliteitsmonitor.readers.answers.engines.engines import Embedded, Engine, duckdb_sql
from kwaliteitsmonitor.readers.answers.engines.expressions import (
    ANONYMOUS,
    ANSWERS,
    COMBINATION,
    GROUP,
    LATER,
    ROW,
    WHO,
    WHY,
    counts,
    filled,
    later_ones,
    of_combinations,
    put_together,
)

if TYPE_CHECKING:
    import duckdb
    import ibis.expr.types as ir

Hashes = npt.NDArray[np.uint64]

SORTED_AT_ONCE = 20_000_000
"""Answers among which second ones are looked for at once, 8 bytes each."""

ORDER = "_order"
"""The place of an answer in the file: the number of its row times the answers in a row, and its place in the row."""


@dataclass(frozen=True)
class Scanned:
    """A Parquet file, what counts its answers, and how it is called there."""

    engine: Engine
    path: Path
    at: int
    columns: Columns

    @property
    def slices(self) -> range:
        """The numbers of the slices: one for each column that pivots, else a single one."""
        return range(self.columns.answers_in_a_row)

    def by(self, part: int) -> tuple[str, ...]:
        """The columns by which the answers of a slice are counted: of the file, and what is wrong with who answered."""
        pivots = self.columns.pivots
        names = (*self.columns.used, *((pivots[part].name,) if pivots else ()))
        return tuple(dict.fromkeys((*names, *((WHY,) if self.columns.looks_at_who else ()))))

    def cells(self, part: int) -> str:
        """The table of combinations of cells of a slice."""
        return f"cells_{self.at}_{part}"

    def rows(self, part: int) -> ir.Table:
        """The rows of a slice: the cells by which it is counted, the number of the row, and who answered if it says so.

        No other column of the file is asked for. Of a wide file, rows of empty cells are none.
        """
        columns = self.columns
        file = self.engine.answers(self.path, f"view_{self.at}")
        if columns.pivots:
            counted = (*columns.used, *(pivot.name for pivot in columns.pivots))
            respondent = (piece.name for piece in columns.who if isinstance(piece, Named))
            file = file.filter(filled([file[name] for name in dict.fromkeys((*counted, *respondent))]))
        who = {WHO: self._who(file)} if columns.respondent else {}
        if columns.looks_at_who:
            name, wrong = self.engine.name_in(who[WHO])
            who = {WHO: name, WHY: wrong}
        return file.select(*(file[name] for name in self.by(part) if name != WHY), ROW, **who)

    def _who(self, file: ir.Table) -> ir.StringValue:
        """Who gave an answer; `None` if that is empty, or one of the texts that stand for nobody."""
        import ibis

        who = put_together([file[piece.name] if isinstance(piece, Named) else piece for piece in self.columns.who])
        if self.columns.nobody:
            who = ibis.ifelse(who.lower().isin(self.columns.nobody), ibis.null("string"), who)
        return who

    def place(self, rows: ir.Table, part: int) -> ir.IntegerValue:
        """The place of an answer in the file."""
        return (rows[ROW].cast("int64") * len(self.slices) + part).name(ORDER)


def count_scanned(connection: duckdb.DuckDBPyConnection, scanned: Scanned) -> None:
    """Count the cells of a file, and put them together to the table `combinations_<at>` of what they mean."""
    for part in scanned.slices:
        rows = scanned.rows(part)
        who = rows[WHO] if scanned.columns.respondent else None
        scanned.engine.keep(counts(rows, scanned.by(part), who), scanned.cells(part))
    put_in_combinations(connection, scanned.at, scanned.columns, [scanned.cells(part) for part in scanned.slices])


def take_counts(connection: duckdb.DuckDBPyConnection, at: int, columns: Columns, scan: str) -> None:
    """The table `combinations_<at>` of counts that a database made; `_row` is the row of each, from 0."""
    names = ", ".join(columns.counted)
    picked = ", ".join(f"{sql} AS {name}" for name, sql in columns.fields.items())
    connection.execute(
        f"CREATE OR REPLACE TABLE combinations_{at} AS SELECT *, hash({names}, 0) AS _hash FROM (SELECT {picked}, "
        f"{COUNT} AS {ANSWERS}, {WITHOUT_RESPONDENT} AS {ANONYMOUS}, {SECOND} AS {LATER}, "
        f"row_number() OVER () - 1 AS {ROW} FROM {scan})"
    )


def has_later_answers(connection: duckdb.DuckDBPyConnection, at: int) -> bool:
    """Whether a database reported answers that a respondent gave before."""
    [(later,)] = connection.execute(f"SELECT coalesce(sum({LATER}), 0) FROM combinations_{at}").fetchall()
    return bool(later)


def put_in_combinations(connection: duckdb.DuckDBPyConnection, at: int, columns: Columns, cells: list[str]) -> None:
    """The table `meant_<at>`: what each combination of cells means; and `combinations_<at>`: each meaning once.

    Cells are told by their slice and their place in the table of it (`_slice`, `_cells`).
    """
    names = ", ".join(columns.counted)
    meant = " UNION ALL ".join(_meant(columns, part, table) for part, table in enumerate(cells))
    connection.execute(f"CREATE OR REPLACE TABLE meant_{at} AS SELECT * FROM ({meant}) WHERE {ANSWERS} > 0")
    connection.execute(
        f"CREATE OR REPLACE TABLE combinations_{at} AS SELECT {names}, sum({ANSWERS})::BIGINT AS {ANSWERS}, "
        f"sum({ANONYMOUS})::BIGINT AS {ANONYMOUS}, hash({names}, 0) AS _hash FROM meant_{at} GROUP BY {names}"
    )


def _meant(columns: Columns, part: int, table: str) -> str:
    """The cells of a slice read as what they mean. A row of empty cells is no answer."""
    own = {**columns.fields, **{f"_where{n}": sql for n, (sql, _) in enumerate(columns.wheres)}}
    if columns.pivots:
        own |= {columns.name: quoted(columns.pivots[part].code), columns.value: columns.pivots[part].sql}
    empty = "FALSE" if columns.pivots else " AND ".join(f"({sql}) IS NULL" for sql in own.values())
    own |= {WHY: WHY} if columns.looks_at_who else {}
    picked = "".join(f"{sql} AS {name}, " for name, sql in own.items())
    nobody = ANONYMOUS if columns.respondent else ANSWERS
    return (
        f"SELECT * REPLACE (CASE WHEN _empty THEN {ANSWERS} - {nobody} ELSE {ANSWERS} END AS {ANSWERS}, "
        f"CASE WHEN _empty THEN 0 ELSE {ANONYMOUS} END AS {ANONYMOUS}) FROM (SELECT {picked}{part} AS _slice, "
        f"rowid AS _cells, {ANSWERS}, {ANONYMOUS}, {empty} AS _empty FROM {table})"
    )


def look_for_later_ones(connection: duckdb.DuckDBPyConnection, scanned: Scanned, salt: int) -> bool:
    """Look for answers that a respondent gave before, and note them as `later_<at>`; whether there are.

    `later_<at>` gives the place in the file (`o`) and the hash of the combination (`h`).
    """
    at, engine = scanned.at, scanned.engine
    choose(
        connection, scanned, salt, f"JOIN groups_{at} USING (h)", f"g::VARCHAR AS {GROUP}, h::VARCHAR AS {COMBINATION}"
    )
    rows = _suspects(connection, scanned) if isinstance(engine, Embedded) else keyed(scanned)
    if rows is None:
        return False
    repeats = later_ones(rows, (GROUP, WHO), (ORDER,))
    engine.keep(repeats.select(ORDER, COMBINATION), f"found_{at}")
    connection.execute(
        f"CREATE OR REPLACE TABLE later_{at} AS SELECT {ORDER} AS o, {COMBINATION}::UBIGINT AS h FROM found_{at}"
    )
    [(later,)] = connection.execute(f"SELECT count(*) FROM later_{at}").fetchall()
    return bool(later)


def keyed(scanned: Scanned) -> ir.Table:
    """Every answer with what it answers (`_group`), who gave it, its place and its combination."""
    import ibis

    parts = []
    for part in scanned.slices:
        rows = scanned.rows(part)
        who = rows[ROW].cast("string") if scanned.columns.by_row else rows[WHO]
        named = rows.mutate(scanned.place(rows, part), **{WHO: who})
        known = named.filter(named[WHO].notnull())
        chosen = scanned.engine.take(f"chosen_{scanned.at}_{part}")
        parts.append(of_combinations(known, chosen, scanned.by(part)).select(GROUP, WHO, ORDER, COMBINATION))
    return ibis.union(*parts) if len(parts) > 1 else parts[0]


def without_later(scanned: Scanned, rows: ir.Table) -> ir.Table:
    """Answers as `keyed` gives them, without those of a respondent who answered before."""
    later = scanned.engine.take(f"later_{scanned.at}")
    return rows.anti_join(later, rows[ORDER] == later["o"])


def _suspects(connection: duckdb.DuckDBPyConnection, scanned: Scanned) -> ir.Table | None:
    """The answers of which another may be by the same respondent, in the embedded engine; `None` if there are none.

    Of every answer a hash of what it answers and by whom is put aside, on disk if it does not fit. They are sorted a
    part at a time: sorting is cheap, and mostly no two are the same.
    """
    at = scanned.at
    parts = " UNION ALL ".join(_hashed(scanned, part) for part in scanned.slices)
    connection.execute(f"CREATE OR REPLACE TABLE keys_{at} AS {parts}")
    [(size,)] = connection.execute(f"SELECT count(*) FROM keys_{at}").fetchall()
    hashes = list(_twice(connection, at, 1 + size // SORTED_AT_ONCE))
    connection.execute(f"DROP TABLE keys_{at}")
    alike = np.concatenate([np.empty(0, np.uint64), *hashes])
    if not len(alike):
        return None
    connection.register("suspected", pa.table({"u": pa.array(alike, pa.uint64())}))
    connection.execute(
        f"CREATE OR REPLACE TABLE suspects_{at} AS SELECT * FROM ({duckdb_sql(keyed(scanned))}) "
        f"WHERE hash({GROUP}, {WHO}) IN (SELECT u FROM suspected)"
    )
    connection.unregister("suspected")
    return Embedded(connection).take(f"suspects_{at}")


def _hashed(scanned: Scanned, part: int) -> str:
    """The query for a hash of what each answer of a slice answers and by whom.

    Which combination an answer has is told by a hash of its cells, where `keyed` compares them: two combinations that
    happen to have the same one make more answers suspected, and never fewer.
    """
    names = ", ".join(name_of(name) for name in scanned.by(part))
    who = f"{ROW}::VARCHAR" if scanned.columns.by_row else WHO
    rows = f"SELECT hash({names}) AS k, {who} AS {WHO} FROM ({duckdb_sql(scanned.rows(part))})"
    chosen = f"SELECT hash({names}) AS k, {GROUP} FROM chosen_{scanned.at}_{part}"
    return f"SELECT hash({GROUP}, {WHO}) AS u FROM ({rows}) JOIN ({chosen}) USING (k) WHERE {WHO} IS NOT NULL"


def _twice(connection: duckdb.DuckDBPyConnection, at: int, parts: int) -> Iterator[Hashes]:
    """The hashes that are there more than once, those of one part after those of another."""
    for part in range(parts):
        some = f"WHERE u % {parts} = {part}" if parts > 1 else ""
        hashes = np.asarray(connection.execute(f"SELECT u FROM keys_{at} {some}").fetchnumpy()["u"], np.uint64)
        hashes.sort()
        yield np.unique(hashes[1:][hashes[1:] == hashes[:-1]])


def fetch_rows(connection: duckdb.DuckDBPyConnection, scanned: Scanned, salt: int) -> None:
    """Ask the file for the answers that are wrong, as `stored_<at>`: the place (`o`), the combination (`h`), `nobody`.

    Those are the answers with a wrong combination, those without a respondent where there must be one, and second ones.
    """
    at = scanned.at
    connection.execute(f"CREATE OR REPLACE TABLE stored_{at} (o BIGINT, h UBIGINT, nobody BOOLEAN)")
    wanted = (
        f"JOIN (SELECT h, true AS _whole FROM wrong_{at} UNION SELECT h, false FROM groups_{at} "
        f"WHERE h NOT IN (SELECT h FROM wrong_{at})) USING (h) WHERE _whole OR {ANONYMOUS} > 0"
    )
    choose(connection, scanned, salt, wanted, f"_whole, _empty, h::VARCHAR AS {COMBINATION}")
    for part in scanned.slices:
        [(some,)] = connection.execute(f"SELECT count(*) FROM chosen_{at}_{part}").fetchall()
        if some:
            _fetch(connection, scanned, part)
    [(later,)] = connection.execute(f"SELECT count(*) FROM duckdb_tables() WHERE table_name = 'later_{at}'").fetchall()
    if later:
        connection.execute(
            f"INSERT INTO stored_{at} SELECT o, h, false FROM later_{at} WHERE o NOT IN (SELECT o FROM stored_{at})"
        )


def _fetch(connection: duckdb.DuckDBPyConnection, scanned: Scanned, part: int) -> None:
    at, engine = scanned.at, scanned.engine
    rows = scanned.rows(part)
    nobody = rows[WHO if scanned.columns.respondent else ROW].isnull()  # of a row there always is a number
    placed = rows.mutate(scanned.place(rows, part), _nobody=nobody)
    answers = of_combinations(placed, engine.take(f"chosen_{at}_{part}"), scanned.by(part))
    answers = answers.filter((answers["_whole"] | answers["_nobody"]) & ~(answers["_empty"] & answers["_nobody"]))
    engine.keep(answers.select(ORDER, COMBINATION, "_nobody"), f"found_{at}")
    connection.execute(f"INSERT INTO stored_{at} SELECT {ORDER}, {COMBINATION}::UBIGINT, _nobody FROM found_{at}")
    connection.execute(f"DROP TABLE found_{at}")


def choose(connection: duckdb.DuckDBPyConnection, scanned: Scanned, salt: int, wanted: str, meaning: str) -> None:
    """Of each slice the table `chosen`: some of its combinations of cells, with what is known of their meaning."""
    at, names = scanned.at, ", ".join(scanned.columns.counted)
    for part in scanned.slices:
        chosen = (
            f"SELECT _cells, {meaning} FROM (SELECT *, hash({names}, {salt}) AS h FROM meant_{at} "
            f"WHERE _slice = {part}) {wanted}"
        )
        connection.execute(
            f"CREATE OR REPLACE TABLE chosen_{at}_{part} AS SELECT cells.* EXCLUDE ({ANSWERS}, {ANONYMOUS}), "
            f"meant.* EXCLUDE (_cells) FROM ({chosen}) AS meant "
            f"JOIN {scanned.cells(part)} AS cells ON cells.rowid = meant._cells"
        )
