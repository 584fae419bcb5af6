"""Answers that came in parts, put together as one file for the engine: a respondent may answer in any of them.

Each part is a file by itself, with a header if it is text. A field in the name of a folder (`unit=FGW`) becomes a
column. The part and row of each row of the whole are recorded, so that findings are reported by part.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, TextIO

from kwaliteitsmonitor.foundation.vault.assembled import KeptPart, kept_parts
from kwaliteitsmonitor.readers.answers.engines.columns import name_of, quoted
from kwaliteitsmonitor.readers.answers.files import LARGEST, AnswerFile, PartRows
from kwaliteitsmonitor.readers.files.delimiters import delimiter_of
from kwaliteitsmonitor.readers.files.encodings import Lines, encoding_of, is_utf_8
from kwaliteitsmonitor.readers.files.kinds import PARQUET, TEXT, FileKind, checked
from kwaliteitsmonitor.readers.files.limits import MB
from kwaliteitsmonitor.readers.files.refusals import EXPORT_AGAIN, RefusedFileError
from schemas.profile.feeds import FileSource, Format
from schemas.profile.forms import Form
from schemas.spelling import fold
from schemas.words import Words

if TYPE_CHECKING:
    import duckdb


def joined(connection: duckdb.DuckDBPyConnection, file: AnswerFile, form: Form, target: Path) -> AnswerFile:
    """The file itself, or its parts as one file at `target`. Raises `UnreadableError` if a part cannot be read."""
    parts = kept_parts(file.path)
    if not parts[0].name or not isinstance(file.source, FileSource):
        return file
    if file.source.format is Format.PARQUET:
        rows = _parquet(connection, parts, target)
        return replace(file, path=target, parts=tuple(rows))
    has_header = file.source.format is Format.CSV and form.header != "none"
    rows = _text(parts, file.source, target, has_header)
    return replace(file, path=target, parts=tuple(rows), source=file.source.model_copy(update={"encoding": "utf-8"}))


def _parquet(connection: duckdb.DuckDBPyConnection, parts: Sequence[KeptPart], target: Path) -> list[PartRows]:
    import pyarrow as pa
    import pyarrow.parquet as pq

    rows: list[PartRows] = []
    scans: list[str] = []
    total = 0
    for part in parts:
        try:
            checked(part.path, PARQUET, FileKind.PARQUET, limits=LARGEST)
            with pq.ParquetFile(part.path) as opened:
                count, names = opened.metadata.num_rows, set(opened.schema_arrow.names)
        except RefusedFileError as error:
            raise error.at(part.name) from None
        except (pa.ArrowException, OSError):
            raise _damaged(part) from None
        constants = {name: value for name, value in part.path_fields.items() if name not in names and value is not None}
        extra = "".join(f", {quoted(value)} AS {name_of(name)}" for name, value in constants.items())
        scans.append(f"SELECT *{extra} FROM read_parquet({quoted(part.path)}, hive_partitioning = false)")
        rows.append(PartRows(part.name, total + 1, total + count, total))
        total += count
    connection.execute(f"COPY ({' UNION ALL BY NAME '.join(scans)}) TO {quoted(target)} (FORMAT parquet)")
    return rows


def _damaged(part: KeptPart) -> RefusedFileError:
    return RefusedFileError(
        Words("dit bestand is beschadigd of afgebroken", "this file is damaged or cut off"), remedy=EXPORT_AGAIN
    ).at(part.name)


def _text(parts: Sequence[KeptPart], source: FileSource, target: Path, has_header: bool) -> list[PartRows]:
    rows: list[PartRows] = []
    first: list[str] = []
    total = 0
    with target.open("w", encoding="utf-8", errors="surrogateescape", newline="") as out:
        for part in parts:
            try:
                checked(part.path, TEXT, FileKind.TEXT, FileKind.EMPTY, limits=LARGEST)
                with part.path.open("rb") as stream, _opened(stream, source) as text:
                    lines = _with_path_fields(text, part, source) if part.path_fields and has_header else None
                    header, above = _header(lines or _lines(text), source) if has_header else ([], [])
                    if first and header and list(map(fold, header)) != list(map(fold, first)):
                        raise _other_header()
                    kept = above if above and not first else []
                    first = first or header
                    out.writelines(kept)
                    count = len(kept)
                    skipped = len(above) - len(kept)
                    body = _copied(lines, out) if lines is not None else _copied_whole(text, out)
            except RefusedFileError as error:
                raise error.at(part.name) from None
            rows.append(PartRows(part.name, total + 1, total + count + body, total - skipped))
            total += count + body
    return rows


def _opened(stream: BinaryIO, source: FileSource) -> TextIO:
    codec = "utf-8-sig" if is_utf_8(stream, source.encoding) else encoding_of(stream, source.encoding).codec
    stream.seek(0)
    errors = "surrogateescape" if codec.startswith("utf-8") else "strict"
    return io.TextIOWrapper(stream, encoding=codec, errors=errors, newline="")


def _lines(text: TextIO) -> Iterator[str]:
    return iter(text.readline, "")


def _header(lines: Iterator[str], source: FileSource) -> tuple[list[str], list[str]]:
    """The cells of the first record, and the lines that it takes; nothing of a part that is empty."""
    taken: list[str] = []

    def noted() -> Iterator[str]:
        for line in lines:
            taken.append(line)
            yield line

    reader = noted()
    for line in reader:
        if line.strip():
            delimiter = delimiter_of([line], source.delimiter).character
            cells = next(csv.reader(chain([line], reader), delimiter=delimiter))
            if taken and not taken[-1].endswith(("\n", "\r")):
                taken[-1] += "\n"
            return [cell.strip() for cell in cells], taken
    return [], []


def _copied_whole(text: TextIO, out: TextIO) -> int:
    """Copy what is left of a text, and end its last line; returns the number of lines."""
    lines, last = Lines(), ""
    while piece := text.read(MB):
        lines.add(piece)
        out.write(piece)
        last = piece[-1]
    if last and last not in "\r\n":
        out.write("\n")
        return lines.number
    return lines.number - 1


def _copied(lines: Iterator[str], out: TextIO) -> int:
    counted = Lines()
    for line in lines:
        counted.add(line)
        out.write(line)
    return counted.number - 1


def _with_path_fields(text: TextIO, part: KeptPart, source: FileSource) -> Iterator[str]:
    """The records of a part with what its folders tell as columns at the end, each as text that ends in a new line."""
    first = text.readline()
    delimiter = delimiter_of([first], source.delimiter).character
    reader = csv.reader(chain([first], _lines(text)), delimiter=delimiter)
    header = next(reader, [])
    constants = {name: value or "" for name, value in part.path_fields.items() if fold(name) not in map(fold, header)}
    made = io.StringIO()
    writer = csv.writer(made, delimiter=delimiter, lineterminator="\n")
    for row, more in chain([(header, list(constants))], ((row, list(constants.values())) for row in reader)):
        writer.writerow([*row, *more] if row else row)
        yield made.getvalue()
        made.seek(0)
        made.truncate()


def _other_header() -> RefusedFileError:
    return RefusedFileError(
        Words("de kop is een andere dan die van het eerste onderdeel", "its header is not that of the first part"),
        Words("dezelfde kolommen in elk onderdeel, in dezelfde volgorde", "the same columns in each part, in order"),
        EXPORT_AGAIN,
    )
