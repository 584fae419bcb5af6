"""OpenDocument spreadsheets (ods), read as they stream: nothing is laid out that is not filled.

A cell of such a file says that it is repeated, a row too, a million times where the sheet ends. What is empty is
counted and passed by; what is filled counts for each time that it is repeated, up to the limits.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path

from kwaliteitsmonitor.readers.cells.grid import Grid, Note
from kwaliteitsmonitor.readers.cells.percents import percent_beside
from kwaliteitsmonitor.readers.cells.texts import Cell
from kwaliteitsmonitor.readers.cells.units import Shown
from kwaliteitsmonitor.readers.files.excel import visible
from kwaliteitsmonitor.readers.files.layout_grid import laid_out
from kwaliteitsmonitor.readers.files.limits import LIMITS, Limits
from kwaliteitsmonitor.readers.files.opendocument_formats import Formats
from kwaliteitsmonitor.readers.files.outline import EXTERNAL, MACROS, Worksheet
from kwaliteitsmonitor.readers.files.packages import Package, damaged, opened
from kwaliteitsmonitor.readers.files.parts import elements, parse, unusual
from kwaliteitsmonitor.readers.files.refusals import RefusedFileError
from kwaliteitsmonitor.readers.files.sheets import NO_RESULT, SheetScan, error_words, is_error
from kwaliteitsmonitor.readers.files.texts import too_many_cells
from schemas.words import Words

_CONTENT = "content.xml"
_SEEN = re.compile(r"([+-]?\d+(?:[.,]\d+)?)\s*(\D+)")
NO_SHEET = "\0"
"""What no worksheet can be called."""
_CELLS = ("table-cell", "covered-table-cell")
_VALUE_TYPE_OF_LIBREOFFICE = "urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0:value-type"
_ASIDE = ("annotation", "tracked-changes", "shapes", "forms", "dde-links", "ruby-text")
_PASSWORD = RefusedFileError(
    Words("dit rekenblad heeft een wachtwoord", "this spreadsheet has a password"),
    remedy=Words(
        "Sla het op zonder wachtwoord en lever het nog eens.", "Save it without a password, deliver it again."
    ),
)


def opendocument(path: Path, wanted: Sequence[str], limits: Limits = LIMITS) -> list[Grid]:
    """The worksheets of an OpenDocument spreadsheet that are asked for. Raises `UnreadableError`."""
    with opened(path, limits) as package:
        notes = _checked(package)
        reader = _Reader(wanted, limits)
        content = package.part(_CONTENT)
        parse(content, package.chunks(content), reader.start, reader.end, reader.text)
    chosen, skipped = visible(reader.sheets, wanted)
    outside = [EXTERNAL] if reader.outside else []
    return [
        laid_out(
            reader.scans[sheet.part],
            (0, 0),
            reader.rows[sheet.part],
            (*notes, *outside, *skipped),
            limits,
            reader.numbers[sheet.part],
        )
        for sheet in chosen
    ]


def names(path: Path, limits: Limits = LIMITS) -> list[str]:
    """The names of all worksheets. Raises `UnreadableError`."""
    with opened(path, limits) as package:
        _checked(package)
        reader = _Reader((NO_SHEET,), limits)
        content = package.part(_CONTENT)
        parse(content, package.chunks(content), reader.start, reader.end, reader.text)
    return [sheet.name for sheet in reader.sheets]


def _checked(package: Package) -> tuple[Note, ...]:
    manifest = package.part("META-INF/manifest.xml")
    if manifest and any(tag == "encryption-data" for tag, _ in elements(manifest, package.read(manifest))):
        raise _PASSWORD
    if not package.part(_CONTENT):
        raise damaged(_CONTENT)
    names = map(str.casefold, package.members)
    macros = any(name.startswith("scripts/") or (name.startswith("basic/") and name.count("/") > 1) for name in names)
    return (MACROS,) if macros else ()


@dataclass
class _CellRead:
    """The cell that is being read."""

    attributes: Mapping[str, str]
    repeated: int
    paragraphs: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class _Marks:
    """What is to be known of a cell beside what it holds."""

    flaw: Words | None
    percentage: Decimal | None
    shown: Shown | None
    code: str


class _Reader:
    """Reads `content.xml` element by element. Worksheets that are not asked for are passed by."""

    def __init__(self, wanted: Sequence[str], limits: Limits) -> None:
        self.wanted = wanted
        self.limits = limits
        self.sheets: list[Worksheet] = []
        self.scans: dict[str, SheetScan] = {}
        self.rows: dict[str, list[list[Cell]]] = {}
        self.numbers: dict[str, list[int]] = {}
        self.outside = False
        self._hidden_styles: set[str] = set()
        self._formats = Formats()
        self._defaults: list[str] = []
        self._style = ""
        self._tables = 0
        self._aside = 0
        self._sheet = ""
        self._row: list[Cell] = []
        self._row_repeated = 1
        self._row_hidden = False
        self._number = 0
        self._column = 0
        self._cell: _CellRead | None = None
        self._count = 0

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        if self._cell is None and not self._aside and self._formats.start(tag, attributes):
            return
        if self._aside or tag in _ASIDE:
            self._aside += 1
            self.outside = self.outside or tag == "dde-links"
        elif self._cell is not None:
            self._inside(tag, attributes)
        elif tag in _CELLS and self._tables == 1:
            self._cell = _CellRead(attributes, _times(attributes.get("number-columns-repeated")))
        elif tag == "table-column" and self._tables == 1:
            times = min(_times(attributes.get("number-columns-repeated")), self.limits.columns)
            self._defaults += [attributes.get("default-cell-style-name", "")] * times
        elif tag == "table-row" and self._tables == 1:
            self._row, self._column = [], 0
            self._row_repeated = _times(attributes.get("number-rows-repeated"))
            self._row_hidden = attributes.get("visibility", "visible") != "visible"
        elif tag == "table":
            self._tables += 1
            if self._tables == 1:
                self._begin_sheet(attributes)
        elif tag == "table-source" and "href" in attributes:
            self.outside = True
        elif tag == "style":
            self._style = attributes.get("name", "")
        elif tag == "table-properties" and attributes.get("display") == "false":
            self._hidden_styles.add(self._style)

    def end(self, tag: str) -> None:
        if self._cell is None and not self._aside and self._formats.end(tag):
            return
        if self._aside:
            self._aside -= 1
        elif self._cell is not None:
            if tag in _CELLS:
                self._end_cell(self._cell)
                self._cell = None
        elif tag == "table-row" and self._tables == 1:
            self._end_row()
        elif tag == "table":
            self._tables -= 1

    def text(self, characters: str) -> None:
        if self._cell is None:
            self._formats.text(characters)
        elif not self._aside and self._cell.paragraphs:
            self._cell.paragraphs[-1] += characters
            if len(self._cell.paragraphs[-1]) > self.limits.cell_characters:
                raise too_many_cells(self.limits)

    def _inside(self, tag: str, attributes: Mapping[str, str]) -> None:
        cell = self._cell
        if cell is None:
            return
        if tag == "p":
            cell.paragraphs.append("")
        elif tag in ("s", "tab", "line-break") and cell.paragraphs:
            count = min(_times(attributes.get("c")), self.limits.cell_characters) if tag == "s" else 1
            cell.paragraphs[-1] += {"s": " ", "tab": "\t", "line-break": "\n"}[tag] * count
        elif tag in (*_CELLS, "table"):
            raise unusual(_CONTENT)

    def _begin_sheet(self, attributes: Mapping[str, str]) -> None:
        name = attributes.get("name", "")
        if len(self.sheets) == self.limits.sheets:
            raise unusual(_CONTENT)
        hidden = attributes.get("style-name", "") in self._hidden_styles or attributes.get("display") == "false"
        self._sheet = str(len(self.sheets))
        sheet = Worksheet(name, self._sheet, hidden)
        self.sheets.append(sheet)
        self._number = 0
        self._defaults = []
        read, _ = visible([sheet], self.wanted)
        if read:
            self.scans[self._sheet] = SheetScan(name, limits=self.limits)
            self.rows[self._sheet] = []
            self.numbers[self._sheet] = []

    def _end_cell(self, cell: _CellRead) -> None:
        first, self._column = self._column, self._column + cell.repeated
        scan = self.scans.get(self._sheet)
        if scan is None:
            return
        formula = "formula" in cell.attributes
        value = value_of(cell.attributes, cell.paragraphs)
        flaw = None
        seen = "\n".join(cell.paragraphs).strip()
        if cell.attributes.get(_VALUE_TYPE_OF_LIBREOFFICE) == "error" or (formula and is_error(seen)):
            flaw = error_words(seen)
        elif formula and "value-type" not in cell.attributes:
            flaw = NO_RESULT
        percentage = self._percentage(cell, first, value, seen)
        code = _shown_as_code(value, seen)
        if value is None and flaw is None:
            return
        self._take(cell.repeated)
        if self._column > self.limits.columns:
            raise too_many_cells(self.limits)
        self._row.extend([""] * (first - len(self._row)))
        self._row.extend(["" if value is None else value] * cell.repeated)
        shown = self._shown(cell, first)
        if flaw or percentage or shown or code:
            self._mark(scan, range(first, self._column), _Marks(flaw, percentage, shown, code))
        spanned = (
            _times(cell.attributes.get("number-rows-spanned")),
            _times(cell.attributes.get("number-columns-spanned")),
        )
        if spanned != (1, 1):
            row = self._number + 1
            scan.merged.append((row, first, row + spanned[0] - 1, first + spanned[1] - 1))

    def _shown(self, cell: _CellRead, column: int) -> Shown | None:
        """How the format of a cell shows a number: divided, or in a unit that it names."""
        if cell.attributes.get("value-type") not in ("float", "currency"):
            return None
        return self._formats.shown(self._style_of(cell, column), cell.attributes.get("currency", ""))

    def _percentage(self, cell: _CellRead, column: int, value: Cell, seen: str) -> Decimal | None:
        """What makes a fraction of the number of a cell that shows a percentage; `None` if it shows none.

        Its format says so or, if that is none of the file's own, what the program wrote of what the cell shows.
        """
        kind = cell.attributes.get("value-type")
        if kind == "percentage":
            return Decimal(1)
        if kind != "float" or not isinstance(value, float):
            return None
        return self._formats.fraction(self._style_of(cell, column)) or _fraction_seen(value, seen)

    def _style_of(self, cell: _CellRead, column: int) -> str:
        return cell.attributes.get("style-name", self._defaults[column] if column < len(self._defaults) else "")

    def _mark(self, scan: SheetScan, columns: range, marks: _Marks) -> None:
        self._take(self._row_repeated * len(columns))
        for number in range(self._number + 1, self._number + 1 + self._row_repeated):
            for column in columns:
                if marks.flaw:
                    scan.flaws[(number, column)] = marks.flaw
                if marks.percentage:
                    scan.percentages[(number, column)] = marks.percentage
                if marks.shown:
                    scan.amounts[(number, column)] = marks.shown
                if marks.code:
                    scan.padded[(number, column)] = marks.code

    def _end_row(self) -> None:
        first, self._number = self._number + 1, self._number + self._row_repeated
        scan = self.scans.get(self._sheet)
        if scan is None or not self._row:
            return
        self._take(len(self._row) * self._row_repeated)
        numbers = range(first, self._number + 1)
        self.rows[self._sheet].extend(list(self._row) for _ in numbers)
        self.numbers[self._sheet].extend(numbers)
        if self._row_hidden:
            scan.hidden_rows.extend(numbers)

    def _take(self, cells: int) -> None:
        """Count cells before they are made. Raises `UnreadableError`."""
        self._count += cells
        if self._count > self.limits.box:
            raise too_many_cells(self.limits)


def _shown_as_code(value: Cell, shown: str) -> str:
    """How a cell shows its whole number with zeros before it or a text around it; empty if it does not."""
    if not isinstance(value, float) or not value.is_integer() or shown == str(int(value)):
        return ""
    match = re.fullmatch(rf"([A-Za-z-]*)(0*{int(value)})([A-Za-z-]*)", shown)
    return f"{match[1]}{{:0{len(match[2])}d}}{match[3]}" if match else ""


def _fraction_seen(value: float, seen: str) -> Decimal | None:
    """What a number is multiplied by to be the percentage that is seen: `17,3%` may be shown of 17.3 and of 0.173."""
    match = _SEEN.fullmatch(seen)
    times = percent_beside(match[2]) if match else None
    if match is None or times is None:
        return None
    number = float(match[1].replace(",", "."))
    return Decimal(1) if abs(number * float(times) - value) < abs(number - value) else times


def _times(text: str | None) -> int:
    if text is None or not text.isascii() or not text.isdigit():
        return 1
    return max(1, int(text[:12]))


def value_of(attributes: Mapping[str, str], paragraphs: Sequence[str]) -> Cell:
    """The value of a cell by its type; `None` for an empty one. What does not fit its type stays text."""
    shown = "\n".join(paragraphs)
    try:
        match attributes.get("value-type"):
            case None:
                return shown or None
            case "float" | "percentage" | "currency":
                return float(attributes["value"])
            case "boolean":
                return attributes["boolean-value"] == "true"
            case "date":
                return _date(attributes["date-value"])
            case "time":
                return _duration(attributes["time-value"])
            case _:
                return attributes.get("string-value", shown)
    except (KeyError, ValueError, OverflowError):
        return shown or None


def _date(text: str) -> date | datetime:
    return datetime.fromisoformat(text) if "T" in text else date.fromisoformat(text)


def _duration(text: str) -> time | timedelta:
    """A time of day or a duration, as `PT08H30M00S`."""
    hours, _, rest = text.removeprefix("PT").partition("H")
    minutes, _, rest = rest.partition("M")
    seconds = float(rest.rstrip("S").replace(",", ".") or 0)
    if int(hours) < 24:
        return time(int(hours), int(minutes), int(seconds), round(seconds % 1 * 1e6))
    return timedelta(hours=int(hours), minutes=int(minutes), seconds=seconds)
