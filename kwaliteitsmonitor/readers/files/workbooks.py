"""The worksheets of a workbook, by the program that writes such files."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from kwaliteitsmonitor.readers.cells.grid import Grid
from kwaliteitsmonitor.readers.files.kinds import FileKind, kind_of
from kwaliteitsmonitor.readers.files.limits import LIMITS, Limits


def worksheets(path: Path, kind: FileKind, wanted: Sequence[str], limits: Limits = LIMITS) -> list[Grid]:
    """The worksheets that are asked for, of a workbook of this kind. Raises `UnreadableError`."""
    match kind:
        case FileKind.ODS:
            from kwaliteitsmonitor.readers.files.opendocument import opendocument

            return opendocument(path, wanted, limits)
        case FileKind.XLS:
            from kwaliteitsmonitor.readers.files.legacy import legacy

            return legacy(path, wanted, limits)
        case _:
            from kwaliteitsmonitor.readers.files.excel import excel

            return excel(path, wanted, limits)


def names_of(path: Path) -> list[str]:
    """The names of all worksheets of a workbook, hidden ones too. Raises `UnreadableError`."""
    match kind_of(path):
        case FileKind.ODS:
            from kwaliteitsmonitor.readers.files import opendocument

            return opendocument.names(path)
        case FileKind.XLS:
            from kwaliteitsmonitor.readers.files import legacy

            return legacy.names(path)
        case _:
            from kwaliteitsmonitor.readers.files.outline import outline
            from kwaliteitsmonitor.readers.files.packages import opened

            with opened(path) as package:
                return [sheet.name for sheet in outline(package).sheets]
