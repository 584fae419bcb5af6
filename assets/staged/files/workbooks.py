"""The worksheets of a workbook, by the program that writes such files."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from assets.staged.files.kinds import FileKind
from assets.staged.files.limits import LIMITS, Limits
from assets.staged.grid import Grid


def worksheets(path: Path, kind: FileKind, wanted: Sequence[str], limits: Limits = LIMITS) -> list[Grid]:
    """The worksheets that are asked for, of a workbook of this kind. Raises `UnreadableError`."""
    match kind:
        case FileKind.ODS:
            from assets.staged.files.opendocument import opendocument

            return opendocument(path, wanted, limits)
        case FileKind.XLS:
            from assets.staged.files.legacy import legacy

            return legacy(path, wanted, limits)
        case _:
            from assets.staged.files.excel import excel

            return excel(path, wanted, limits)
