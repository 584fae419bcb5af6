"""Files of evaluation answers as the engine reads them: which columns they have, and the query over them.

What the file holds is never read into this process: the query is run where its result is counted
(`assets.staged.answers`).
"""

from __future__ import annotations

import csv
import re
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from assets.delivered.delivery import Delivery
from assets.staged.readers import codec, headers_of, not_text
from schemas.contract import Table
from schemas.errors import UnreadableError
from schemas.profile.models import FileSource, Format

if TYPE_CHECKING:
    import duckdb

BLANKS = (32, 9, 10, 13, 160)
"""Space, tab, line feed, carriage return and no-break space, by their code."""


@dataclass(frozen=True)
class AnswerFile:
    """A kept file of answers: its delivery, where its bytes are, how to read it, and what the delivery itself tells."""

    delivery: Delivery
    path: Path
    source: FileSource
    given: Mapping[str, str]


@dataclass(frozen=True)
class Selection:
    """Queries over a file: `rows` gives its columns by the contract's `fields`, `numbered` the number of each row too.

    Numbering the rows of a text file takes as long as counting them, and only rows that fail need a number.
    """

    rows: str
    numbered: str
    fields: tuple[str, ...]


def selection(connection: duckdb.DuckDBPyConnection, table: Table, file: AnswerFile, scratch: Path) -> Selection:
    """The queries that give a file's columns by the contract's names.

    Raises `UnreadableError` where a column of the contract is not there, or a text file is not in its encoding.
    An empty text is an empty cell, in whatever form the file has it, and a row of empty cells is no row.
    """
    if file.source.format is Format.PARQUET:
        scan = f"read_parquet({_quoted(file.path)}, file_row_number = true)"
        described = connection.sql(f"DESCRIBE SELECT * FROM {scan}").fetchall()
        columns = [(name, _name(name), kind == "VARCHAR") for name, kind, *_ in described if name != "file_row_number"]
        number = "file_row_number + 1"
    else:
        path = _in_utf8(file, scratch)
        header = _header(path, file.source.delimiter)
        columns = [(name, f"c{index}", True) for index, name in enumerate(header)]
        kinds = ", ".join(f"c{index}: 'VARCHAR'" for index in range(len(header)))
        scan = (
            f"read_csv({_quoted(path)}, delim = {_quoted(file.source.delimiter)}, header = true, quote = '\"', "
            f"escape = '\"', strict_mode = true, auto_detect = false, columns = {{{kinds}}})"
        )
        number = "row_number() OVER () + 1"
    known = headers_of(table, file.source.columns)
    found: dict[str, str] = {}
    for name, column, is_text in columns:
        field = known.get(" ".join(name.split()).casefold())
        if field is not None and field not in found:
            found[field] = _trimmed(column) if is_text else column
    missing = [n for n in table.names if n not in found and n not in file.given and not table[n].nullable]
    if missing:
        raise UnreadableError(
            f"there is no column for {', '.join(missing)}",
            expected=f"the columns {', '.join(table.names)}",
            remedy="Export it again with those columns.",
        )
    fields = tuple(name for name in table.names if name in found and not table[name].open_text)
    picked = ", ".join(f"{found[name]} AS {name}" for name in fields)
    filled = " OR ".join(f"{name} IS NOT NULL" for name in fields)
    return Selection(
        f"SELECT * FROM (SELECT {picked} FROM {scan}) WHERE {filled}",
        f"SELECT * FROM (SELECT {number} AS _row, {picked} FROM {scan}) WHERE {filled}",
        fields,
    )


def _trimmed(column: str) -> str:
    """A text without blanks around it, and none where nothing is left.

    Trimming every cell costs five times what counting does. So it is asked first, and cheaply, whether a cell begins or
    ends with a blank: no printable ASCII sorts before `!`, and the no-break space and all beyond it sort after.
    """
    ends = " OR ".join(f"ends_with({column}, chr({code}))" for code in BLANKS)
    blanks = " || ".join(f"chr({code})" for code in BLANKS)
    doubtful = f"{column} < '!' OR {column} >= chr(160) OR {ends}"
    return f"CASE WHEN {doubtful} THEN nullif(trim({column}, {blanks}), '') ELSE {column} END"


def _quoted(value: object) -> str:
    return "'" + str(value).replace("'", "''") + "'"


def _name(column: str) -> str:
    return '"' + column.replace('"', '""') + '"'


def _in_utf8(file: AnswerFile, scratch: Path) -> Path:
    """The file itself where it is UTF-8, else a copy that is: the engine knows few other encodings."""
    encoding = codec(file.source.encoding)
    if encoding == "utf-8-sig":
        return file.path
    copy = scratch / file.delivery.id
    try:
        with file.path.open(encoding=encoding, newline="") as text, copy.open("w", encoding="utf-8", newline="") as out:
            shutil.copyfileobj(text, out)
    except UnicodeDecodeError:
        raise not_text(file.source.encoding, file.source.delimiter) from None
    return copy


def _header(path: Path, delimiter: str) -> list[str]:
    try:
        with path.open(encoding="utf-8-sig", newline="") as lines:
            return next(csv.reader(lines, delimiter=delimiter), [])
    except UnicodeDecodeError:
        raise not_text("utf-8", delimiter) from None
    except csv.Error:
        raise UnreadableError("line 1 cannot be read", expected="headers", remedy="Export it again.") from None


def unreadable(file: AnswerFile, error: Exception) -> UnreadableError:
    """What is said of a file that the engine refuses: the line where it stopped, and nothing of what stands there."""
    line = re.search(r"\bLine: (\d+)", str(error))
    if file.source.format is Format.PARQUET or line is None:
        return UnreadableError(
            f"this is not a readable {file.source.format} file", remedy="Export it again and deliver it once more."
        )
    return UnreadableError(
        f"line {line[1]} cannot be read",
        expected=f"text in {file.source.encoding}, with as many cells separated by '{file.source.delimiter}' as the "
        "header has",
        remedy="Export it again and deliver it once more.",
    )
