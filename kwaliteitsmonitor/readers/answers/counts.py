"""Counting the answers of a file in the engine: the few thousand combinations of values that they have.

Parquet is counted as `kwaliteitsmonitor.readers.answers.parquet_counts` says, and counts that a database made are taken
as they are. Of each answer in a text is kept which combination it has and who gave it, as two hashes of 64 bits in the
order of the file. The combinations tell which values are wrong; from the hashes every answer that has them is found
back, and every second answer of a respondent, without reading the file again. That two of a hundred thousand
combinations have the same hash by chance happens once in four billion files.
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

from kwaliteitsmonitor.readers.answers.columns import quoted
from kwaliteitsmonitor.readers.answers.files import REJECTS, AnswerFile, Selection, again, of_text
from kwaliteitsmonitor.readers.answers.parquet_counts import (
    SORTED_AT_ONCE,
    Scanned,
    count_scanned,
    has_later_answers,
    look_for_later_ones,
    take_counts,
)
from kwaliteitsmonitor.readers.answers.text_preparation import DisagreementError, Numbers, Text, excerpt, numbers_of
from schemas.profile.forms import Form
from schemas.tables.counted import RESPONDENT
from schemas.words import Words

if TYPE_CHECKING:
    import duckdb

Hashes = npt.NDArray[np.uint64]

_RAGGED = ("MISSING COLUMNS", "TOO MANY COLUMNS")


@dataclass
class Counted:
    """The answers of one file in the engine.

    Its tables there end in `_<at>`: `combinations`, `answers` (their hashes, in the order of the file), `groups` (what
    a respondent answers once) and `wrong` (combinations that are set aside, with the reason and what stood there).
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
    salt: int = 0
    spelled: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    received_by: dict[str, Counter[str]] = field(default_factory=dict)
    names_read_otherwise: dict[tuple[str, Words], int] = field(default_factory=dict)

    @property
    def scanned(self) -> Scanned | None:
        """The Parquet file that is read again for its rows, if it is one."""
        engine, file = self.selected.engine, self.file
        return Scanned(engine, file.path, self.at, self.selected.columns) if engine else None

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
    """Count the combinations of values in a file, and keep of each answer which it has.

    Raises `duckdb.Error` if the engine cannot read the file, and `DisagreementError`.
    """
    selected = counted.selected
    if selected.table is not None:
        connection.register(f"cells_{counted.at}", selected.table)
        counted.selected = replace(selected, scan=f"cells_{counted.at}")
    if selected.counts:
        take_counts(connection, counted.at, selected.columns, selected.scan)
        counted.salt = _salt(connection, counted)
    elif scanned := counted.scanned:
        count_scanned(connection, scanned)
        counted.salt = _salt(connection, counted)
    elif selected.text is None:
        _combine(connection, counted)
        _keep_hashes(connection, counted, _salt(connection, counted))
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
    if not text.apart:
        _combine(connection, counted)
        _rejects(connection, counted, text)
        _keep_hashes(connection, counted, _salt(connection, counted))
        numbers_of(text, counted.ragged, accepted_by(connection, counted), np.empty(0, np.int64))
        return True
    _keep_hashes(connection, counted, 0, noting=True)
    return _rejects(connection, counted, text) and _combine_from_first_lines(connection, counted, text)


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
    [numbers] = connection.execute(f"SELECT {filled_cells} FROM {_scan(counted, noting=False)}").fetchall()
    return tuple(letter for letter, filled in zip(columns, numbers, strict=True) if filled)


def _scan(counted: Counted, *, noting: bool) -> str:
    """The rows of a file; if `noting`, with a table of the records of it that are none."""
    at = counted.at
    rejects = f"store_rejects = true, rejects_table = 'rejected_{at}', rejects_scan = 'scans_{at}'"
    return counted.selected.scan.replace(REJECTS, rejects if noting else "ignore_errors = true")


def _note_rejects_anew(connection: duckdb.DuckDBPyConnection, at: int) -> None:
    connection.execute(f"DROP TABLE IF EXISTS rejected_{at}")
    connection.execute(f"DROP TABLE IF EXISTS scans_{at}")


def _combine(connection: duckdb.DuckDBPyConnection, counted: Counted) -> None:
    """The table of combinations, by all that they are."""
    at, columns = counted.at, counted.selected.columns
    names = ", ".join(columns.counted)
    _note_rejects_anew(connection, at)
    nobody = f"count(*) FILTER ({RESPONDENT} IS NULL)" if columns.respondent else "0"
    connection.execute(
        f"CREATE OR REPLACE TABLE combinations_{at} AS SELECT *, hash({names}, 0) AS _hash FROM ("
        f"SELECT {names}, count(*) AS _answers, {nobody} AS _anonymous FROM "
        f"({columns.rows(_scan(counted, noting=True))}) WHERE _filled GROUP BY ALL)"
    )


def _combine_from_first_lines(connection: duckdb.DuckDBPyConnection, counted: Counted, text: Text) -> bool:
    """The table of combinations, by the hashes of all answers and the first line with each.

    Counting hashes takes a fraction of counting texts. False if the combinations are not as many as the hashes.
    """
    at, columns = counted.at, counted.selected.columns
    nobody = "count(*) FILTER (r IS NULL)" if columns.respondent else "0"
    connection.execute(
        f"CREATE OR REPLACE TABLE counts_{at} AS SELECT h, count(*) AS _answers, {nobody} AS _anonymous, "
        f"min(rowid) // {columns.answers_in_a_row} AS p FROM answers_{at} WHERE h IS NOT NULL GROUP BY h"
    )
    places = connection.execute(f"SELECT DISTINCT p FROM counts_{at} ORDER BY p").fetchnumpy()["p"]
    places = np.asarray(places, np.int64)
    some = excerpt(text, numbers_of(text, counted.ragged, accepted_by(connection, counted), places))
    names = ", ".join(columns.counted)
    scan = of_text(some, columns.width).replace(REJECTS, "ignore_errors = false")
    connection.execute(
        f"CREATE OR REPLACE TABLE combinations_{at} AS SELECT {names}, _answers, _anonymous, h AS _hash FROM "
        f"(SELECT DISTINCT {names}, hash({names}, 0) AS h FROM ({columns.rows(scan)}) WHERE _filled) "
        f"JOIN counts_{at} USING (h)"
    )
    [(combined, wanted)] = connection.execute(
        f"SELECT (SELECT count(*) FROM combinations_{at}), (SELECT count(*) FROM counts_{at})"
    ).fetchall()
    some.path.unlink()
    return bool(combined == wanted)


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


def _salt(connection: duckdb.DuckDBPyConnection, counted: Counted) -> int:
    """A number with which no two combinations of the file have the same hash, after which they are known by theirs."""
    at, names = counted.at, ", ".join(counted.selected.columns.counted)
    salt = 0
    while True:
        [(alike,)] = connection.execute(f"SELECT count(*) - count(DISTINCT _hash) FROM combinations_{at}").fetchall()
        if not alike:
            return salt
        salt += 1
        connection.execute(f"UPDATE combinations_{at} SET _hash = hash({names}, {salt})")


def _keep_hashes(connection: duckdb.DuckDBPyConnection, counted: Counted, salt: int, *, noting: bool = False) -> None:
    """Keep of each answer of a file which combination it has, and who gave it, in the order of the file."""
    at, columns = counted.at, counted.selected.columns
    names = ", ".join(columns.counted)
    if noting:
        _note_rejects_anew(connection, at)
    who = f", CASE WHEN {RESPONDENT} IS NOT NULL THEN hash({RESPONDENT}) END AS r" if columns.respondent else ""
    connection.execute(
        f"CREATE OR REPLACE TABLE answers_{at} AS SELECT CASE WHEN _filled THEN hash({names}, {salt}) END AS h{who} "
        f"FROM ({columns.rows(_scan(counted, noting=noting))})"
    )
    if noting:
        return
    [(kept,)] = connection.execute(f"SELECT count(h) FROM answers_{at}").fetchall()
    [(combined,)] = connection.execute(f"SELECT sum(_answers) FROM combinations_{at}").fetchall()
    if kept != (combined or 0):
        raise DisagreementError(f"{counted.file.delivery.path}: counted {combined} answers, and then {kept}")


def repeated(connection: duckdb.DuckDBPyConnection, counted: Counted) -> bool:
    """Look for answers that a respondent gave before, and note them, later ones, as `later_<at>`; whether there are.

    Their hashes are sorted first: sorting is cheap, and mostly there are none.
    """
    columns, at = counted.selected.columns, counted.at
    if counted.selected.counts:
        return has_later_answers(connection, at)
    times = columns.answers_in_a_row
    if (columns.by_row and times == 1) or not (columns.by_row or columns.respondent):
        return False
    if scanned := counted.scanned:
        return look_for_later_ones(connection, scanned, counted.salt)
    who = f"(answers.rowid // {times})" if columns.by_row else "answers.r"
    known = "TRUE" if columns.by_row else "answers.r IS NOT NULL"
    joined = f"FROM answers_{at} AS answers JOIN groups_{at} AS groups USING (h) WHERE {known}"
    [(size,)] = connection.execute(f"SELECT count(*) FROM answers_{at}").fetchall()
    parts = 1 + size // SORTED_AT_ONCE
    suspects: list[Hashes] = []
    for part in range(parts):
        some = f"AND {who} % {parts} = {part}" if parts > 1 else ""
        hashes = connection.execute(f"SELECT hash(g, {who}) AS u {joined} {some}").fetchnumpy()["u"]
        hashes = np.sort(np.asarray(hashes, np.uint64))
        suspects.append(np.unique(hashes[1:][hashes[1:] == hashes[:-1]]))
    suspected = pa.table({"u": pa.array(np.concatenate(suspects), pa.uint64())})
    if not suspected.num_rows:
        return False
    connection.register("suspected", suspected)
    connection.execute(
        f"CREATE TABLE later_{at} AS SELECT o FROM (SELECT answers.rowid AS o, g, {who} AS who {joined} "
        f"AND hash(g, {who}) IN (SELECT u FROM suspected)) "
        "QUALIFY row_number() OVER (PARTITION BY g, who ORDER BY o) > 1"
    )
    connection.unregister("suspected")
    return True
