"""Excel workbooks (xlsx, xlsm): looked through part by part, and read by calamine from what was looked through.

Calamine is given a package of our own making, which holds only the worksheets that are asked for, their texts and
formats, as they were inflated and measured here. So nothing that the file says of itself, such as sizes, targets of
relations or macros, reaches it.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from tempfile import SpooledTemporaryFile
from typing import IO
from zipfile import ZipFile

from kwaliteitsmonitor.readers.cells.grid import Grid, Note
from kwaliteitsmonitor.readers.cells.texts import Cell
from kwaliteitsmonitor.readers.files.layout_grid import laid_out
from kwaliteitsmonitor.readers.files.limits import LIMITS, MB, Limits
from kwaliteitsmonitor.readers.files.names import is_wanted, is_wanted_by_name
from kwaliteitsmonitor.readers.files.outline import Outline, Worksheet, outline
from kwaliteitsmonitor.readers.files.packages import Package, damaged, opened
from kwaliteitsmonitor.readers.files.parts import unusual
from kwaliteitsmonitor.readers.files.refusals import RefusedFileError, number_nl, shown
from kwaliteitsmonitor.readers.files.sheets import SheetScan
from schemas.words import Words

_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"


def excel(path: Path, wanted: Sequence[str], limits: Limits = LIMITS) -> list[Grid]:
    """The worksheets of an Excel workbook that are asked for. Raises `UnreadableError`."""
    with opened(path, limits) as package, SpooledTemporaryFile(max_size=64 * MB) as spool:
        book = outline(package)
        chosen, notes = visible(book.sheets, wanted)
        if not chosen:
            return []
        scans = _repacked(package, book, chosen, spool)
        spool.seek(0)
        rows = _read(spool, len(chosen))
        return [
            laid_out(scan, start, cells, (*book.notes, *notes), limits)
            for scan, (start, cells) in zip(scans, rows, strict=True)
        ]


def visible(sheets: Sequence[Worksheet], wanted: Sequence[str]) -> tuple[list[Worksheet], tuple[Note, ...]]:
    """The worksheets that are read: those asked for that people see, and hidden ones that are asked for by name."""
    chosen = [s for s in sheets if is_wanted(s.name, wanted) and (not s.hidden or is_wanted_by_name(s.name, wanted))]
    skipped = [s.name for s in sheets if s not in chosen and is_wanted(s.name, wanted)]
    if not skipped:
        return chosen, ()
    names = ", ".join(map(shown, skipped))
    message = Words(f"verborgen werkbladen zijn niet gelezen: {names}", f"hidden worksheets were not read: {names}")
    return chosen, (Note("hidden_sheet", message),)


def _repacked(package: Package, book: Outline, chosen: Sequence[Worksheet], target: IO[bytes]) -> list[SheetScan]:
    lengths = array("L")
    scans = []
    with ZipFile(target, "w") as pack:
        pack.writestr("_rels/.rels", _relations([("officeDocument", "xl/workbook.xml")]))
        related = [("worksheet", f"worksheets/sheet{number}.xml") for number in range(1, len(chosen) + 1)]
        if book.strings:
            related.append(("sharedStrings", "sharedStrings.xml"))
            _copy(pack, "xl/sharedStrings.xml", _texts(package, book.strings, lengths))
        if book.styles:
            related.append(("styles", "styles.xml"))
            _copy(pack, "xl/styles.xml", package.chunks(book.styles))
        pack.writestr("xl/_rels/workbook.xml.rels", _relations(related))
        pack.writestr("xl/workbook.xml", _workbook(len(chosen), book.since_1904))
        for number, sheet in enumerate(chosen, start=1):
            scan = SheetScan(sheet.name, book.formats, lengths, book.to_calculate, package.limits)
            _copy(pack, f"xl/worksheets/sheet{number}.xml", scan.pieces(package.chunks(sheet.part)))
            scans.append(scan)
    return scans


def _copy(pack: ZipFile, name: str, pieces: Iterable[bytes]) -> None:
    with pack.open(name, "w", force_zip64=True) as part:
        for piece in pieces:
            part.write(piece)


def _relations(related: Sequence[tuple[str, str]]) -> str:
    entries = "".join(
        f'<Relationship Id="rId{number}" Type="{_OFFICE}/{kind}" Target="{target}"/>'
        for number, (kind, target) in enumerate(related, start=1)
    )
    return f'<Relationships xmlns="{_PACKAGE}">{entries}</Relationships>'


def _workbook(count: int, since_1904: bool) -> str:
    sheets = "".join(f'<sheet name="{n}" sheetId="{n}" r:id="rId{n}"/>' for n in range(1, count + 1))
    dates = '<workbookPr date1904="1"/>' if since_1904 else ""
    return f'<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}">{dates}<sheets>{sheets}</sheets></workbook>'


def _texts(package: Package, part: str, lengths: array[int]) -> Iterator[bytes]:
    """The shared texts, with the length of each in `lengths`. Raises `UnreadableError` at one that no cell can hold."""
    limits = package.limits
    rest = b""
    for piece in package.chunks(part):
        if b"<!" in piece or b"\0" in piece:
            raise unusual(part)
        *whole, rest = (rest + piece).split(b"</si>")
        for text in whole:
            lengths.append(len(text))
        yield piece
        if max(map(len, whole), default=0) > 8 * limits.cell_characters or len(rest) > 8 * limits.cell_characters:
            raise _long_text(limits)
        if len(lengths) > limits.cells:
            raise unusual(part)


def _long_text(limits: Limits) -> RefusedFileError:
    most = limits.cell_characters
    return RefusedFileError(
        Words("een cel bevat meer tekst dan Excel toelaat", "a cell holds more text than Excel allows"),
        Words(f"ten hoogste {number_nl(most)} tekens", f"at most {most:,} characters"),
        Words("Kort de tekst in.", "Shorten the text."),
    )


def _read(stream: IO[bytes], count: int) -> list[tuple[tuple[int, int], list[list[Cell]]]]:
    """The first filled cell and the rows of each worksheet, by position from 0."""
    import python_calamine

    try:
        book = python_calamine.CalamineWorkbook.from_filelike(stream)
        sheets = [book.get_sheet_by_index(number) for number in range(count)]
        return [(sheet.start or (0, 0), sheet.to_python(skip_empty_area=True)) for sheet in sheets]
    except (KeyboardInterrupt, SystemExit):
        raise
    except BaseException:  # a panic of the Rust code is none of Python's exceptions
        raise damaged() from None
