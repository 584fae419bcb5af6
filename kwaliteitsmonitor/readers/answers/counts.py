"""Counting the answers of a file in the engine: the few thousand combinations of values that they have.

Whatever the form of the file, of each answer is known in the engine which combination it has and who gave it
(`kwaliteitsmonitor.readers.answers.engines.engines`). The combinations tell which values are wrong; by them every
answer that has one is found back, and every second answer of a respondent. Counts that a database made are taken as
they are.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from kwaliteitsmonitor.readers.answers.engines.columns import quoted
from kwaliteitsmonitor.readers.answers.engines.counted import COUNT, SECOND, WITHOUT_RESPONDENT
from kwaliteitsmonitor.readers.answers.engines.engines import Scan, parquet, parquet_numbered
from kwaliteitsmonitor.readers.answers.engines.expressions import ANONYMOUS, ANSWERS, LATER, PLACE, ROW
from kwaliteitsmonitor.readers.answers.files import REJECTS, AnswerFile, Selection, again, of_text
from kwaliteitsmonitor.readers.answers.text_preparation import DisagreementError, Numbers, Text, excerpt, numbers_of
from schemas.profile.forms import Form
from schemas.words import Words

if TYPE_CHECKING:
    import duckdb

Hashes = npt.NDArray[np.uint64]

_RAGGED = ("MISSING COLUMNS", "TOO MANY COLUMNS")


@dataclass
class Counted:
    """The answers of one file in the engine.

    Its tables there end in `_<at>`: `combinations`, `answers` (which combination each has, and who gave it), `groups`
    (what a respondent answers once, `NULL` where that cannot be read) and `wrong` (combinations that are set aside,
    with the reason and what stood there).
    `received` counts answers and lines of which none could be made, `left_out` rows and cells that are no answer.
    `ragged` are the records that were not accepted, as the engine counts them, `aside` those of them in which something
    stands. `also_in_path` are the fields that both the file and its name hold, and `headless` the letters of columns
    without a header that hold something. `spelled` gives by field the one spelling for names that differ in capitals
    alone. `received_by` counts the answers of each unit and programme, and `names_read_otherwise` those with a name
    that was read otherwise than it is written, by the field and how.
    """

    at: int
    file: AnswerFile
    selected: Selection
    form: Form
    answers: int = 0
    anonymous: int = 0
    left_out: int = 0
    no_answer: int = 0
    other_records: int = 0
    ragged: Numbers = field(default_factory=lambda: np.empty(0, np.int64))
    aside: Numbers = field(default_factory=lambda: np.empty(0, np.int64))
    repeated: bool = False
    headless: tuple[str, ...] = ()
    also_in_path: tuple[str, ...] = ()
    spelled: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    received_by: dict[str, Counter[str]] = field(default_factory=dict)
    names_read_otherwise: dict[tuple[str, Words], int] = field(default_factory=dict)

    @property
    def scan(self) -> Scan:
        """The file as the engines read it, without the lines of which no record can be made."""
        rows, path = self.selected.scan.replace(REJECTS, "ignore_errors = true"), self.file.path
        in_order = f"(SELECT *, row_number() OVER () - 1 AS {ROW} FROM {rows})"
        numbered = parquet_numbered(path) if rows == parquet(path) else in_order
        return Scan(self.at, rows, numbered, path, self.selected.columns)

    @property
    def lines_aside(self) -> int:
        """The number of lines of which no answer could be made."""
        text, raw = self.selected.text, self.selected.raw
        return len(self.aside) + (text.aside if text else 0) + (len(raw.ragged) if raw else 0)

    @property
    def received(self) -> int:
        """The number of answers received."""
        return self.answers + self.lines_aside


def count(connection: duckdb.DuckDBPyConnection, counted: Counted) -> None:
    """Count the combinations of values in a file, as the table `combinations_<at>`.

    Raises `duckdb.Error` if the engine cannot read the file, and `DisagreementError`.
    """
    selected = counted.selected
    if selected.table is not None:
        connection.register(f"cells_{counted.at}", selected.table)
        counted.selected = replace(selected, scan=f"cells_{counted.at}")
    if selected.counts:
        _take_counts(connection, counted)
    elif selected.text is None:
        _count_answers(connection, counted)
    else:
        _count_sure(connection, counted, selected.text)
    counted.headless = _headless(connection, counted)


def _count_sure(connection: duckdb.DuckDBPyConnection, counted: Counted, text: Text) -> None:
    """Count what is in a text; if it is not sure where records end, in a copy of it that leaves no doubt."""
    import duckdb

    try:
        readable = _count_text(connection, counted, text)
    except (duckdb.Error, DisagreementError):
        if not text.apart:
            raise
        readable = False
    if not readable:
        counted.selected = again(counted.selected)
        assert counted.selected.text is not None  # noqa: S101 - it was one
        _count_text(connection, counted, counted.selected.text)


def _count_text(connection: duckdb.DuckDBPyConnection, counted: Counted, text: Text) -> bool:
    """Count what is in a text; false if there are records of which it is not sure where they end.

    If each line is a record, a text is read once: the combinations are those of the first lines that have them.
    """
    at = counted.at
    connection.execute(f"DROP TABLE IF EXISTS rejected_{at}")
    connection.execute(f"DROP TABLE IF EXISTS scans_{at}")
    noting = f"store_rejects = true, rejects_table = 'rejected_{at}', rejects_scan = 'scans_{at}'"
    scan = replace(counted.scan, rows=counted.selected.scan.replace(REJECTS, noting))
    counted.selected.engine.read(scan)
    sure = _rejects(connection, counted, text)
    if not text.apart:
        numbers_of(text, counted.ragged, accepted_by(connection, counted), np.empty(0, np.int64))
    elif not sure:
        return False
    _combine(connection, counted, text)
    return True


def _count_answers(connection: duckdb.DuckDBPyConnection, counted: Counted) -> None:
    """Count the answers of a file that the engine reads without a doubt."""
    counted.selected.engine.read(counted.scan)
    _combine(connection, counted)


def _combine(connection: duckdb.DuckDBPyConnection, counted: Counted, text: Text | None = None) -> None:
    """The table of combinations: the hashes of all answers counted, and the first answer with each read for its values.

    Counting hashes takes a fraction of counting texts. Raises `DisagreementError` if what is read is not what was
    counted.
    """
    at, scan, engine = counted.at, counted.scan, counted.selected.engine
    engine.keep(
        f"SELECT h, count(*) AS {ANSWERS}, count(CASE WHEN r IS NULL THEN 1 END) AS {ANONYMOUS}, min(o) AS {PLACE} "
        f"FROM answers_{at} WHERE h IS NOT NULL GROUP BY h",
        f"counts_{at}",
    )
    lines = _excerpt(connection, counted, text) if text is not None and text.apart else None
    rows = scan.columns.rows(lines or engine.first_rows(scan), placed=True)
    names = ", ".join(scan.columns.counted)
    connection.execute(
        f"CREATE OR REPLACE TABLE combinations_{at} AS SELECT {names}, {ANSWERS}, {ANONYMOUS}, h::UBIGINT AS _hash "
        f"FROM ({rows}) JOIN counts_{at} USING ({PLACE}) WHERE {engine.same} ORDER BY {PLACE}"
    )
    [(same,)] = connection.execute(
        f"SELECT (SELECT count(*) FROM combinations_{at}) = (SELECT count(*) FROM counts_{at})"
    ).fetchall()
    if not same:
        raise DisagreementError(f"{counted.file.delivery.path}: what was read again is not what was counted")


def _excerpt(connection: duckdb.DuckDBPyConnection, counted: Counted, text: Text) -> str:
    """The lines of a text with the first answer of each combination, and the number of each among all, as a table."""
    at, columns = counted.at, counted.selected.columns
    found = connection.execute(
        f"SELECT DISTINCT {PLACE} // {columns.answers_in_a_row} AS {ROW} FROM counts_{at} ORDER BY {ROW}"
    ).fetchnumpy()[ROW]
    places = np.asarray(found, np.int64)
    some = excerpt(text, numbers_of(text, counted.ragged, accepted_by(connection, counted), places))
    connection.register("places", pa.table({"nth": np.arange(1, len(places) + 1), ROW: places}))
    lines = of_text(some, columns.width).replace(REJECTS, "ignore_errors = false")
    connection.execute(
        f"CREATE OR REPLACE TABLE first_{at} AS SELECT lines.* EXCLUDE (nth), {ROW} FROM "
        f"(SELECT *, row_number() OVER () AS nth FROM {lines}) AS lines JOIN places USING (nth)"
    )
    connection.unregister("places")
    some.path.unlink()
    return f"first_{at}"


def accepted_by(connection: duckdb.DuckDBPyConnection, counted: Counted) -> int:
    """The number of records of a file that the engine accepted, rows of empty cells among them."""
    [(stored,)] = connection.execute(f"SELECT count(*) FROM answers_{counted.at}").fetchall()
    return int(stored) // counted.selected.columns.answers_in_a_row


def _headless(connection: duckdb.DuckDBPyConnection, counted: Counted) -> tuple[str, ...]:
    """The letters of the columns without a header that hold something."""
    columns = counted.selected.columns.headless
    if not columns:
        return ()
    filled_cells = ", ".join(f"count(nullif(trim(CAST({column} AS VARCHAR)), ''))" for column in columns.values())
    [numbers] = connection.execute(f"SELECT {filled_cells} FROM {counted.scan.rows}").fetchall()
    return tuple(letter for letter, filled in zip(columns, numbers, strict=True) if filled)


def _rejects(connection: duckdb.DuckDBPyConnection, counted: Counted, text: Text) -> bool:
    """Note the records that have another number of cells than the headers; false if there are others still."""
    kinds = ", ".join(f"'{kind}'" for kind in _RAGGED)
    blanks = r"[ \t\n\r\x{a0}]*"
    nothing = f'(?: *"{blanks}" *|{blanks})'
    empty = quoted(f"{nothing}(?:[{re.escape(text.delimiter)}]{nothing})*")
    rejected = connection.execute(
        f"SELECT line, bool_or(error_type NOT IN ({kinds})) AS other, "
        f"NOT bool_or(regexp_full_match(csv_line, {empty})) AS filled "
        f"FROM rejected_{counted.at} GROUP BY line ORDER BY line"
    ).fetchnumpy()
    counted.ragged = np.asarray(rejected["line"], np.int64)
    counted.aside = counted.ragged[np.asarray(rejected["filled"], bool)]
    return not bool(np.asarray(rejected["other"], bool).any())


def _take_counts(connection: duckdb.DuckDBPyConnection, counted: Counted) -> None:
    """The combinations that a database counted; `_row` is the row of each, from 0."""
    columns, names = counted.selected.columns, ", ".join(counted.selected.columns.counted)
    picked = ", ".join(f"{sql} AS {name}" for name, sql in columns.fields.items())
    connection.execute(
        f"CREATE OR REPLACE TABLE combinations_{counted.at} AS SELECT *, hash({names}, 0) AS _hash FROM "
        f"(SELECT {picked}, {COUNT} AS {ANSWERS}, {WITHOUT_RESPONDENT} AS {ANONYMOUS}, {SECOND} AS {LATER}, "
        f"row_number() OVER () - 1 AS {ROW} FROM {counted.selected.scan})"
    )


def repeated(connection: duckdb.DuckDBPyConnection, counted: Counted) -> bool:
    """Look for answers that a respondent gave before, and note them, later ones, as `later_<at>`; whether there are."""
    columns, at, engine = counted.selected.columns, counted.at, counted.selected.engine
    if counted.selected.counts:
        [(later,)] = connection.execute(f"SELECT coalesce(sum({LATER}), 0) FROM combinations_{at}").fetchall()
        return bool(later)
    if (columns.by_row and columns.answers_in_a_row == 1) or not (columns.by_row or columns.respondent):
        return False
    engine.share(f"groups_{at}")
    known = f"FROM answers_{at} JOIN groups_{at} USING (h) WHERE r IS NOT NULL AND g IS NOT NULL"
    suspected = engine.suspects(at, known)
    if suspected is None:
        return False
    engine.keep(
        "SELECT o, h FROM (SELECT o, h, row_number() OVER (PARTITION BY g, r ORDER BY o) AS nth "
        f"{known} AND {suspected}) AS numbered WHERE nth > 1",
        f"later_{at}",
    )
    [(later,)] = connection.execute(f"SELECT count(*) FROM later_{at}").fetchall()
    return bool(later)
