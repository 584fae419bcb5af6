"""Files of evaluation answers as the engine reads them: which columns they have, and the query over them.

Text and Parquet are read by the engine itself, so that what they hold never comes into this process; other files, and
texts that their form takes apart further than columns, are read as any delivery is
(`kwaliteitsmonitor.readers.reading`) and handed to the engine as a table of texts. From there on the path is the same
(`kwaliteitsmonitor.readers.answers.counts`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

import pyarrow as pa

from kwaliteitsmonitor.readers.answers.engines.columns import ROW, Columns, Named, columns_of, name_of, quoted
from kwaliteitsmonitor.readers.answers.engines.counted import (
    BY_THEIR_VALUES,
    WITHOUT_RESPONDENT,
    counted_by,
    holds_counts,
)
from kwaliteitsmonitor.readers.answers.engines.engines import Embedded, Engine, engine_of, parquet
from kwaliteitsmonitor.readers.answers.records import LONGEST_LINE
from kwaliteitsmonitor.readers.answers.text_preparation import UNDECODED, UTF8, Text, below, mended, opened
from kwaliteitsmonitor.readers.cells.grid import Note, PathFields, RawTable
from kwaliteitsmonitor.readers.cells.texts import Cell, Refused, text_of
from kwaliteitsmonitor.readers.delivery import Delivery
from kwaliteitsmonitor.readers.files.encodings import encoding_of
from kwaliteitsmonitor.readers.files.kinds import PARQUET, TEXT, FileKind, checked
from kwaliteitsmonitor.readers.files.limits import LIMITS, MB
from kwaliteitsmonitor.readers.files.refusals import EXPORT_AGAIN, RefusedFileError
from kwaliteitsmonitor.readers.forms import captions, other_years
from kwaliteitsmonitor.readers.forms.headers import cleaner, find
from kwaliteitsmonitor.readers.forms.shaping import refuse_unknowable
from kwaliteitsmonitor.readers.forms.wanted import Shape
from kwaliteitsmonitor.readers.period import Agreed
from kwaliteitsmonitor.readers.reading import form_of, read
from schemas.contract import Table
from schemas.profile.feeds import FileSource, Format, SqlSource
from schemas.profile.forms import Form
from schemas.tables.counted import RESPONDENT
from schemas.values import Row, Value
from schemas.words import Words

if TYPE_CHECKING:
    import duckdb

LARGEST = replace(LIMITS, file_bytes=64 * 1024 * MB)
"""Answers are counted where they stand, so that a file of them may be larger than others."""

BUFFER = 16 * LONGEST_LINE
"""Bytes of a piece of text that the engine reads at once."""

REJECTS = "/* rejects */"
"""Stands in the query over a text for what to do with records that are none."""


@dataclass(frozen=True)
class PartRows:
    """Which rows of a file that was put together of parts are those of one: from `first` to `until`.

    Less `before`, the number of a row is that in the part.
    """

    name: str
    first: int
    until: int
    before: int


@dataclass(frozen=True)
class AnswerFile:
    """A kept file of answers: its delivery, where its bytes are, how to read it, and the fields in its path.

    `year` is the reporting year, which decides the form; `None` if it has no year. `agreed` is what its facts of time
    are compared with, by field. `parts` are those of which it was put together.
    """

    delivery: Delivery
    path: Path
    source: FileSource | SqlSource
    path_fields: PathFields
    year: int | None = None
    agreed: Mapping[str, Agreed] = field(default_factory=dict)
    parts: tuple[PartRows, ...] = ()


@dataclass(frozen=True)
class Selection:
    """A file in the engine: what to read (`scan`) and what its columns are.

    `text` is there if the engine reads a text, `raw` if this process has read the file. `notes` say what was
    decided on the way, `unknown` which headers nothing explains. `constants` are fields that are the same in every row.
    `engine` is what counts the answers, and `counts` says that the file holds counts and not answers.
    """

    engine: Engine
    scan: str
    columns: Columns
    constants: Row
    unknown: tuple[str, ...] = ()
    notes: tuple[Note, ...] = ()
    above: int = 0
    text: Text | None = None
    raw: RawTable | None = None
    table: pa.Table | None = field(default=None, repr=False)
    counts: bool = False


def form_for(table: Table, file: AnswerFile) -> Form:
    """The form of the answers in this file. Raises `UnreadableError` if the profile has no form for its year."""
    return form_of(file.source, table, file.year)


def selection(
    connection: duckdb.DuckDBPyConnection,
    table: Table,
    file: AnswerFile,
    aliases: Mapping[str, Mapping[str, str]],
    scratch: Path,
) -> Selection:
    """A file in the engine. Raises `UnreadableError` if it is not what the source says, or a column is not there.

    `scratch` is a new path for a copy of the file. An empty text is an empty cell, in whatever form the file has it,
    and a row of empty cells is no row.
    """
    form = form_for(table, file)
    wanted = Shape(form, table, file.path_fields, aliases)
    if isinstance(file.source, SqlSource) and holds_counts(file.path):
        return _of_counts(connection, file, wanted)
    source = file.source if isinstance(file.source, FileSource) else _pulled(file.source)
    if source.format is Format.PARQUET and _plain(form):
        return _of_parquet(connection, file, wanted)
    if source.format is Format.CSV and source.delimiter and _plain(form):
        selected = _of_text(connection, file, source, wanted, scratch)
        if selected is not None:
            return selected
    return _of_cells(connection, file, wanted)


def again(selected: Selection) -> Selection:
    """The selection of a text in which the engine met quotes that are not closed: a copy without those lines."""
    assert selected.text is not None  # noqa: S101 - only a text has them
    text = mended(selected.text)
    return replace(selected, text=text, scan=of_text(text, selected.columns.width))


def _pulled(source: SqlSource) -> FileSource:
    """The file in which a pull from a database is kept: CSV of our own making."""
    return FileSource(kind="files", path="", format=Format.CSV, encoding="utf-8", tables=source.tables)


def _plain(form: Form) -> bool:
    """Whether a form says nothing but which column is which, so that the engine can read the file by itself."""
    apart = form.slices or form.split or form.joins or form.skip or form.until or form.fill_down
    return not apart and not (form.header == "none" and form.where)


def _of_text(
    connection: duckdb.DuckDBPyConnection, file: AnswerFile, source: FileSource, wanted: Shape, scratch: Path
) -> Selection | None:
    """A text, or `None` if two columns say to be the same field, so that each of their cells must be compared."""
    checked(file.path, TEXT, FileKind.TEXT, limits=LARGEST)
    text = opened(file.path, source.encoding, source.delimiter, scratch)
    head = text.head
    headers = find(head, wanted.form, lambda texts: _lacking(texts, wanted))
    if UNDECODED in "".join(headers.written):
        with file.path.open("rb") as stream:
            encoding_of(stream, UTF8)  # refuses it, with what it is instead
    names = [Named(f"c{index}", header, True, text.trimmed, f"c{index}") for index, header in enumerate(headers.texts)]
    columns = columns_of(names, wanted)
    if columns is None:
        return None
    refuse_unknowable(wanted.form, headers.texts)
    _complete(wanted, columns)
    text = below(text, headers.last)
    notes = list(text.notes)
    notes.extend(captions.notes(head, headers, wanted.table, wanted.path_fields, wanted.aliases.get("units", {})))
    above = captions.captions(head, headers)
    notes.extend(other_years.notes(wanted.table, wanted.path_fields, "", above, (), wanted.form.columns))
    notes.extend(_absent(columns))
    return Selection(
        Embedded(connection),
        of_text(text, columns.width),
        columns,
        _constants(wanted),
        columns.unknown,
        tuple(notes),
        max(headers.first, 0),
        text,
    )


def _absent(columns: Columns) -> Iterator[Note]:
    """That headers which the form names are not there."""
    if columns.absent:
        named = ", ".join(columns.absent)
        yield Note("absent", Words(f"zonder de kolommen {named}", f"without the columns {named}"))


def of_text(text: Text, width: int) -> str:
    """What the engine is asked of a text with so many columns."""
    kinds = ", ".join(f"c{index}: 'VARCHAR'" for index in range(width))
    side_by_side = "true" if text.apart else "false"
    return (
        f"read_csv({quoted(text.path)}, delim = {quoted(text.delimiter)}, header = false, skip = {text.skip}, "
        f"quote = '\"', escape = '\"', strict_mode = true, auto_detect = false, columns = {{{kinds}}}, "
        f"parallel = {side_by_side}, buffer_size = {BUFFER}, max_line_size = {min(LONGEST_LINE, BUFFER)}, "
        f"{REJECTS})"
    )


def _of_parquet(connection: duckdb.DuckDBPyConnection, file: AnswerFile, wanted: Shape) -> Selection:
    checked(file.path, PARQUET, FileKind.PARQUET, limits=LARGEST)
    scan = parquet(file.path)
    described = connection.sql(f"DESCRIBE SELECT * FROM {scan}").fetchall()
    clean = cleaner(wanted.form)
    names = [
        Named(
            name_of(name),
            clean(" ".join(name.split())),
            kind == "VARCHAR",
            name=name,
            is_fraction=kind in ("FLOAT", "DOUBLE"),
        )
        for name, kind, *_ in described
    ]
    columns = columns_of(names, wanted)
    if columns is None:
        return _of_cells(connection, file, wanted)
    refuse_unknowable(wanted.form, [one.header for one in names])
    _complete(wanted, columns)
    assert isinstance(file.source, FileSource)  # noqa: S101 - what is pulled is no Parquet of answers
    engine = engine_of(file.source, connection)
    return Selection(engine, scan, columns, _constants(wanted), columns.unknown, tuple(_absent(columns)))


def _of_counts(connection: duckdb.DuckDBPyConnection, file: AnswerFile, wanted: Shape) -> Selection:
    """The counts that a database made of the answers in it."""
    texts = {name: Named(name_of(name), name, True, trimmed=True, name=name) for name in counted_by(wanted.table)}
    columns = Columns(
        {name: one.sql for name, one in texts.items()}, WITHOUT_RESPONDENT, used=tuple(texts), counts=True
    )
    return Selection(
        Embedded(connection),
        parquet(file.path),
        columns,
        _constants(wanted),
        notes=(Note("counts", BY_THEIR_VALUES),),
        counts=True,
    )


def _lacking(texts: Sequence[str], wanted: Shape) -> int:
    """How many of the fields that there must be have no column under these headers."""
    layout = wanted.plan.layout(texts)
    if not (layout.fields or layout.composed or layout.pivots):
        return len(wanted.table.names) + 1
    return layout.lacking(wanted.table, {*wanted.path_fields, *_by_row(wanted.form)})


def _by_row(form: Form) -> tuple[str, ...]:
    """The field that the number of the row is used for."""
    return (RESPONDENT,) if form.compose.get(RESPONDENT) == ROW else ()


def _complete(wanted: Shape, columns: Columns) -> None:
    """Refuse a file that lacks a column. Raises `UnreadableError`."""
    table = wanted.table
    provided = {*wanted.path_fields, *_by_row(wanted.form)}
    missing = [n for n in columns.missing if n not in provided and not table[n].nullable and not table[n].open_text]
    if missing:
        shown = ", ".join(missing)
        every = ", ".join(table.names)
        raise RefusedFileError(
            Words(f"er is geen kolom voor {shown}", f"there is no column for {shown}"),
            Words(f"de kolommen {every}", f"the columns {every}"),
            EXPORT_AGAIN,
        )


def _constants(wanted: Shape) -> dict[str, Value]:
    """The fields that are the same in every row: those of the form, and those in the path of the delivery."""
    constants = {name: wanted.constant(name) for name in wanted.form.constants}
    return {**wanted.path_fields, **constants}


def _of_cells(connection: duckdb.DuckDBPyConnection, file: AnswerFile, wanted: Shape) -> Selection:
    """A file that is read as any delivery is, and handed to the engine as texts."""
    provided = {**wanted.path_fields, **dict.fromkeys(_by_row(wanted.form), ROW)}
    raw = read(file.path, file.source, wanted.table, year=file.year, path_fields=provided, aliases=wanted.aliases)
    names = {name: cells for name, cells in raw.columns.items() if not wanted.table[name].open_text}
    if _by_row(wanted.form):
        names[RESPONDENT] = raw.rows
    columns = Columns(
        {name: name_of(name) for name in names if name != RESPONDENT},
        name_of(RESPONDENT) if RESPONDENT in names else None,
        missing=raw.missing,
        place=dict(raw.places),
        used=tuple(name for name in names if name != RESPONDENT),
    )
    _complete(wanted, columns)
    table = pa.table({name: pa.array(map(_as_text, cells), pa.string()) for name, cells in names.items()})
    if raw.flaws:
        flawed: list[str | None] = [None] * len(raw.rows)
        reasons = list(dict.fromkeys(raw.flaws.values()))
        for (name, position), words in raw.flaws.items():
            flawed[position] = f"{name} {reasons.index(words)}"
        table = table.append_column("_flaw", pa.array(flawed, pa.string()))
        columns = replace(columns, flaws=tuple(reasons))
    return Selection(
        Embedded(connection), "cells", columns, _constants(wanted), raw.unknown, raw.notes, raw=raw, table=table
    )


def _as_text(cell: Cell) -> str | None:
    """A cell as the text that it is counted by; what has no text is known by how it is written."""
    if cell is None:
        return None
    try:
        return text_of(cell).strip() or None
    except Refused:
        return repr(cell)
