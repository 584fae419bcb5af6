"""The one way in: a kept file, by what the profile says it is."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from kwaliteitsmonitor.readers.cells.grid import Grid
from kwaliteitsmonitor.readers.files.collecting import no_garbage_search
from kwaliteitsmonitor.readers.files.kinds import PARQUET, TEXT, WORKBOOK, ZIPPED, FileKind, checked
from kwaliteitsmonitor.readers.files.packages import damaged
from schemas.errors import UnreadableError
from schemas.profile.feeds import FileSource, Format


def grids(path: Path, source: FileSource, wanted: Sequence[str]) -> list[Grid]:
    """The worksheets of a workbook, the text, or the texts in a ZIP, of a kept file.

    `wanted` are names or patterns (with `*`) of worksheets or of files in a ZIP, whatever their case; where it is
    empty, every visible worksheet and every file is read. What is asked for and is not there is not among the result.
    Raises `UnreadableError`, which carries the sentence in both languages as `words`.
    """
    try:
        with no_garbage_search():
            return _grids(path, source, wanted)
    except UnreadableError:
        raise
    except MemoryError:
        raise damaged() from None


def _grids(path: Path, source: FileSource, wanted: Sequence[str]) -> list[Grid]:
    match source.format:
        case Format.WORKBOOK:
            from kwaliteitsmonitor.readers.files.workbooks import worksheets

            kind = checked(path, WORKBOOK, FileKind.XLSX, FileKind.ODS, FileKind.XLS)
            return worksheets(path, kind, wanted)
        case Format.PARQUET:
            from kwaliteitsmonitor.readers.files.parquets import parquet

            checked(path, PARQUET, FileKind.PARQUET)
            return [parquet(path)]
        case Format.ZIP:
            from kwaliteitsmonitor.readers.files.archives import texts_in

            checked(path, ZIPPED, FileKind.ZIP)
            return texts_in(path, source, wanted)
        case Format.CSV | Format.FIXED:
            from kwaliteitsmonitor.readers.files.texts import delimited, lines_of

            # XML and HTML are text; a table in them is not read, and its first line tells.
            checked(path, TEXT, FileKind.TEXT)
            with path.open("rb") as stream:
                return [delimited(stream, source) if source.format is Format.CSV else lines_of(stream, source)]
