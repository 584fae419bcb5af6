"""Opening a faculty's own workbook to write in it, and knowing what of it cannot be kept.

Only what staging could read is opened here: it has been measured and checked by then.
"""

from __future__ import annotations

import warnings
import zipfile
from pathlib import Path

from openpyxl import load_workbook
from openpyxl.workbook import Workbook
from openpyxl.workbook.properties import CalcProperties

from schemas.words import Words

MOST_BYTES = 10_000_000
"""The size in bytes of a file above which its rows are written anew: opening it would take minutes."""
_MOST_INFLATED = 200_000_000
_LEFT_AWAY = (
    ("xl/vbaProject.bin", Words("macro's", "macros")),
    ("xl/charts/", Words("grafieken", "charts")),
    ("xl/media/", Words("afbeeldingen", "pictures")),
    ("xl/slicers/", Words("slicers", "slicers")),
    ("xl/threadedComments/", Words("gesprekken bij cellen", "conversations at cells")),
    ("xl/ctrlProps/", Words("knoppen en andere besturingselementen", "buttons and other controls")),
)
_EXTENSIONS = (
    ("Data Validation", Words("keuzelijsten die naar een ander werkblad wijzen", "lists that point to another sheet")),
    ("Conditional Formatting", Words("nieuwere voorwaardelijke opmaak", "newer conditional formats")),
    ("Slicer", Words("slicers", "slicers")),
)


def is_workbook(path: Path) -> bool:
    """Whether a file is a workbook of Excel that can be written in: .xlsx or .xlsm, and not too large."""
    if path.stat().st_size > MOST_BYTES or not zipfile.is_zipfile(path):
        return False
    with zipfile.ZipFile(path) as package:
        inflated = sum(entry.file_size for entry in package.infolist())
        return "xl/workbook.xml" in package.namelist() and inflated <= _MOST_INFLATED


def opened(path: Path) -> tuple[Workbook, list[Words]] | None:
    """The workbook without its macros, and what else of it is left away; `None` if it cannot be written in.

    Formulas are kept as they stand. Excel computes them once it opens the file: their last values are not kept.
    """
    with zipfile.ZipFile(path) as package:
        names = package.namelist()
    lost = [words for part, words in _LEFT_AWAY if any(name.startswith(part) for name in names)]
    # From a stream: kept bytes have no extension, which openpyxl would ask of a path.
    with warnings.catch_warnings(record=True) as caught, path.open("rb") as stream:
        warnings.simplefilter("always")
        try:
            book = load_workbook(stream, keep_vba=False)
        except Exception:  # what it raises for a file that Excel itself would mend differs from case to case
            return None
    messages = [str(one.message) for one in caught]
    lost.extend(what for part, what in _EXTENSIONS if any(part in message for message in messages))
    book.template = False
    book.calculation = CalcProperties(fullCalcOnLoad=True)
    return book, list(dict.fromkeys(lost))
