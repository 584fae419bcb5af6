"""Workbooks as bytes: the same content gives the same bytes, whenever and wherever it is written."""

from __future__ import annotations

import io
import re
import zipfile
from datetime import date
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from openpyxl import Workbook

_NEW_YEAR = date(2000, 1, 1)
_LONG_AGO = (1980, 1, 1, 0, 0, 0)
_STAMP = re.compile(rb"(<dcterms:(created|modified)[^>]*>)[^<]*(</dcterms:)")


def bytes_of(book: Workbook, day: date = _NEW_YEAR) -> bytes:
    """The workbook as the bytes of an .xlsx file, without the moment at which it was made: `day` stands for it."""
    kept = io.BytesIO()
    book.save(kept)
    stamp = f"{day.isoformat()}T00:00:00Z".encode()
    fixed = io.BytesIO()
    with zipfile.ZipFile(kept) as old, zipfile.ZipFile(fixed, "w", zipfile.ZIP_DEFLATED) as new:
        for entry in sorted(old.namelist()):
            content = old.read(entry)
            if entry == "docProps/core.xml":
                content = _STAMP.sub(lambda match: match[1] + stamp + match[3], content)
            new.writestr(zipfile.ZipInfo(entry, _LONG_AGO), content, zipfile.ZIP_DEFLATED)
    return fixed.getvalue()
