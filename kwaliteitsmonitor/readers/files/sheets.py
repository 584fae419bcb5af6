"""A worksheet of an Excel package, measured and looked through before it is laid out in memory.

A worksheet is laid out as one block from its first to its last filled cell: two cells may ask for all memory there is.
And what a cell shows is not all there is to it: a formula that was never calculated shows nothing, an error is a text,
a percentage is a fraction. All of that is found here in one pass over the XML, by expressions over its bytes: a parser
that calls Python for each cell takes longer than reading the whole workbook may.

The expressions know one form, in which every cell names its address (`<c r="A1"`), as Excel, LibreOffice and others
write it. If a worksheet is written otherwise, it is first brought into that form, and read from it too.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import groupby

from kwaliteitsmonitor.readers.cells.grid import Note
from kwaliteitsmonitor.readers.cells.units import Shown
from kwaliteitsmonitor.readers.files.limits import LIMITS, MB, Limits
from kwaliteitsmonitor.readers.files.outline import EXTERNAL, NO_FORMATS, Formats
from kwaliteitsmonitor.readers.files.parts import unusual
from kwaliteitsmonitor.readers.files.refusals import RefusedFileError, number_nl, shown
from schemas.words import Words

PIECE = 4 * MB
LONGEST_ROW = 64 * MB
LONGEST_TAG = 400

_ODD_START = re.compile(rb"<c[>/\t\n\r]")
_ANY = re.compile(rb'<c r="([^"]*)"')
_PREFIXED = re.compile(rb":c[\s/>]")
_FILLED = re.compile(rb'<c r="([A-Z]{1,3}[0-9]{1,7})"[^>/]*>')
_EMPTY = re.compile(rb'<c r="[A-Z]{1,3}[0-9]{1,7}"[^>/]*/>')
_ERROR = re.compile(rb' t="e"')
_VALUE = re.compile(rb"<v[^>]*>([^<]*)<")
_RESULT = re.compile(rb"<(?:/f>|f(?:\s[^>]*)?/>)\s*(<v\s*/>|<v[^>]*>\s*0?\s*</v>|)\s*</c>")
_CALLS = re.compile(rb"<f[^>]*>[^<]*\b(?:WEBSERVICE|RTD|DDE)\s*\(")
_MERGED = re.compile(rb'<mergeCell\s+ref="([A-Z]{1,3})([0-9]{1,7}):([A-Z]{1,3})([0-9]{1,7})"')
_HIDDEN_ROW = re.compile(rb'<row\s(?=[^>]*\shidden="(?:1|true)")[^>]*?\br="([0-9]{1,7})"')
_SHARED = re.compile(rb'\st="s"[^>]*>\s*<v[^>]*>\s*([0-9]{1,9})')
_DIGITS, _LETTERS = b"0123456789", b"ABCDEFGHIJKLMNOPQRSTUVWXYZ"

_NO_DATE = (
    rb"([^>/]*>(?:<f[^>]*?(?:/>|>[^<]*</f>))?\s*<v>)(?![1-9][0-9]{2,5}(?:\.[0-9]+)?</v>)"
    rb"([+-]?(?:[0-9.]+(?:[eE][+-]?[0-9]+)?|(?i:nan|inf|infinity))(?=</v>))"
)
"""What follows the style of a cell whose number may be no date: most that are one are passed by."""
_PAST_LAST_DATE = 2_958_466
_NO_SUCH_DAY = 60
"""29 February 1900, which Excel knows and the calendar does not."""

NO_RESULT = Words(
    "een waarde in plaats van een formule zonder uitkomst", "a value instead of a formula without a result"
)
_ERRORS_NL = {
    "#N/A": "#N/B",
    "#REF!": "#VERW!",
    "#DIV/0!": "#DEEL/0!",
    "#VALUE!": "#WAARDE!",
    "#NAME?": "#NAAM?",
    "#NUM!": "#GETAL!",
    "#NULL!": "#LEEG!",
}


def is_error(text: str) -> bool:
    """Whether a result of a formula is an error, by what is shown of it in English (`Err:502` is LibreOffice's own)."""
    return text in _ERRORS_NL or text.startswith("Err:")


def error_words(error: str) -> Words:
    """What is asked for in place of an error of a formula, which Dutch Excel shows by another name."""
    nl = _ERRORS_NL.get(error)
    if nl is None:
        return Words("een waarde in plaats van een foutmelding", "a value instead of an error")
    return Words(f"een waarde in plaats van de foutmelding {nl}", f"a value instead of the error {error}")


@dataclass
class SheetScan:
    """What is found in looking through a worksheet. Rows are numbered from 1, columns counted from 0.

    `formats` are the styles of the workbook, `lengths` the lengths of its shared texts.
    """

    name: str
    formats: Formats = NO_FORMATS
    lengths: Sequence[int] = ()
    to_calculate: bool = False
    limits: Limits = LIMITS
    flaws: dict[tuple[int, int], Words] = field(default_factory=dict)
    percentages: dict[tuple[int, int], Decimal] = field(default_factory=dict)
    amounts: dict[tuple[int, int], Shown] = field(default_factory=dict)
    padded: dict[tuple[int, int], str] = field(default_factory=dict)
    merged: list[tuple[int, int, int, int]] = field(default_factory=list)
    hidden_rows: list[int] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._percentage = _with_style(tuple(self.formats.percentages))
        self._amount = _with_style(tuple(self.formats.amounts))
        self._padded = _with_style(tuple(self.formats.padded))
        self._no_date = _with_style(self.formats.dates, _NO_DATE)
        self._row = self._column = 0
        self._first_row = self._last_row = 0
        self._letters: set[bytes] = set()
        self._longest = max(self.lengths, default=0)
        self._copied = 0
        self._formulas = False

    def pieces(self, inflated: Iterable[bytes]) -> Iterator[bytes]:
        """The worksheet in whole rows, each piece looked through before it is handed on.

        Raises `UnreadableError` if it is larger than a delivery can be, or so written that what is read would not be
        what stands there.
        """
        held: list[bytes] = []
        size = 0
        for part in inflated:
            held.append(part)
            size += len(part)
            if size < PIECE:
                continue
            piece = b"".join(held)
            cut = max(piece.rfind(b"<row"), piece.rfind(b":row"))
            cut = piece.rfind(b"<", 0, cut + 1) if cut > 0 else 0
            if cut > 0:
                yield self._looked_through(piece[:cut])
                held, size = [piece[cut:]], len(piece) - cut
            elif size > LONGEST_ROW:
                raise unusual(self.name)
        yield self._looked_through(b"".join(held))

    def _looked_through(self, piece: bytes) -> bytes:
        if (b"!" in piece and b"<!" in piece) or b"\0" in piece:
            raise unusual(self.name)
        cells = _addresses(piece)
        if cells is None:
            piece = self._in_known_form(piece)
            cells = _addresses(piece)
            if cells is None:
                raise unusual(self.name)
        if cells:
            self._measure(cells)
        if self._no_date is not None and self._no_date.search(piece):
            piece = self._no_date.sub(_as_number, piece)
        self._find(piece)
        self._count_copies(piece)
        return piece

    def _measure(self, cells: list[bytes]) -> None:
        together = b" ".join(cells)
        letters = set(together.translate(None, _DIGITS).split())
        numbers = [digits for digits, _ in groupby(together.translate(None, _LETTERS).split())]
        odd = together.translate(None, _DIGITS + _LETTERS + b" ")
        if odd or max(map(len, letters), default=9) > 3 or max(map(len, numbers), default=9) > 7:
            raise unusual(self.name)
        rows = [int(digits) for digits in numbers]
        ascending = all(map(int.__lt__, rows, rows[1:])) and rows[0] > self._last_row
        if not ascending or len(set(cells)) != len(cells):
            # Cells that stand twice, or after a later row, would be lost without a word.
            raise unusual(self.name)
        self._first_row = self._first_row or rows[0]
        self._last_row = rows[-1]
        self._letters |= letters
        columns = [position(letters) for letters in self._letters]
        width = max(columns) + 1  # rows are filled up from column A on
        limits = self.limits
        if self._last_row > limits.rows or max(columns) >= limits.columns:
            raise self._too_large()
        if width * (self._last_row - self._first_row + 1) > limits.box:
            raise self._too_large()

    def _too_large(self) -> RefusedFileError:
        last = max(self._letters, key=position).decode()
        most = self.limits.box
        return RefusedFileError(
            Words(
                f"werkblad {shown(self.name)} loopt door tot kolom {last} en rij {number_nl(self._last_row)}",
                f"worksheet {shown(self.name)} reaches to column {last} and row {self._last_row:,}",
            ),
            Words(
                f"een tabel van ten hoogste {number_nl(most)} cellen, lege meegeteld",
                f"a table of at most {most:,} cells, empty ones included",
            ),
            Words(
                "Verwijder de rijen en kolommen buiten de tabel (Ctrl+End gaat naar de laatste) en lever het nog eens.",
                "Delete the rows and columns outside the table (Ctrl+End goes to the last) and deliver it again.",
            ),
        )

    def _find(self, piece: bytes) -> None:
        if b't="e"' in piece:
            self._find_errors(piece)
        self._formulas = self._formulas or b"</f>" in piece or b"<f/>" in piece
        if self._formulas:
            self._find_formulas(piece)
        if self._percentage is not None:
            for match in self._percentage.finditer(piece):
                cell = _begun(piece, match.start())
                if cell:
                    self.percentages[cell] = self.formats.percentages[match[0].decode()[4:-1]]
        if self._amount is not None:
            for match in self._amount.finditer(piece):
                cell = _begun(piece, match.start())
                if cell:
                    self.amounts[cell] = self.formats.amounts[match[0].decode()[4:-1]]
        if self._padded is not None:
            for match in self._padded.finditer(piece):
                cell = _begun(piece, match.start())
                if cell:
                    self.padded[cell] = self.formats.padded[match[0][4:-1].decode()]
        if b"<mergeCell " in piece:
            for left, top, right, bottom in _MERGED.findall(piece):
                self.merged.append((*place(left, top), *place(right, bottom)))
        if b' hidden="' in piece:
            self.hidden_rows.extend(map(int, _HIDDEN_ROW.findall(piece)))

    def _find_errors(self, piece: bytes) -> None:
        for match in _ERROR.finditer(piece):
            cell = _begun(piece, match.start())
            if cell:
                value = _VALUE.search(piece, match.end(), piece.find(b"</c>", match.end()))
                self.flaws[cell] = error_words(value[1].decode(errors="replace").strip() if value else "")

    def _find_formulas(self, piece: bytes) -> None:
        """The formulas without a result: none at all, or 0 if the workbook was never calculated.

        An empty text is a result, if the cell says that it is a text.
        """
        for match in _RESULT.finditer(piece):
            value = match[1]
            zero = b"0" in value
            begun = piece.rfind(b'<c r="', 0, match.start())
            text = b't="str"' in piece[begun : piece.find(b">", begun)]
            cell = _address(piece, begun)
            if cell and ((zero and self.to_calculate) or (not zero and not (text and value))):
                self.flaws[cell] = NO_RESULT
        if EXTERNAL not in self.notes and _CALLS.search(piece):
            self.notes.append(EXTERNAL)

    def _count_copies(self, piece: bytes) -> None:
        """Refuse a text that is long, stands in the workbook once and is shown in a great many cells."""
        if not self._longest or piece.count(b't="s"') * self._longest <= len(piece):
            return
        known = len(self.lengths)
        self._copied += sum(self.lengths[i] for i in map(int, _SHARED.findall(piece)) if i < known)
        if self._copied > self.limits.copied_characters:
            most = self.limits.copied_characters
            raise RefusedFileError(
                Words(
                    f"werkblad {shown(self.name)} bevat meer tekst dan een levering kan bevatten",
                    f"worksheet {shown(self.name)} holds more text than a delivery can hold",
                ),
                Words(f"ten hoogste {number_nl(most)} tekens", f"at most {most:,} characters"),
                Words("Lever alleen de gegevens.", "Deliver the data alone."),
            )

    def _in_known_form(self, piece: bytes) -> bytes:
        """The same with the address in each cell, without prefixes and with double quotes.

        A cell without an address stands next to the one before it, a row without a number under the one before it.
        """

        def written(match: re.Match[bytes]) -> bytes:
            closing, name, rest = match[1], match[2], match[3]
            if closing:
                return b"</" + name + b">"
            empty = b"/" if rest.endswith(b"/") else b""
            attributes = dict(_ATTRIBUTE.findall(rest.rstrip(b"/")))
            attributes = {key: value[1:-1] for key, value in attributes.items() if b'"' not in value[1:-1]}
            if name == b"row":
                number = attributes.get(b"r", b"")
                self._row = int(number) if number.isdigit() and len(number) < 9 else self._row + 1
                self._column = 0
            if name == b"c":
                address = _ADDRESS.fullmatch(attributes.pop(b"r", b"").strip().upper())
                if address:
                    self._column = position(address[1])
                    self._row = int(address[2])
                here = b"%s%d" % (letters_of(self._column).encode(), self._row)
                attributes = {b"r": here, **attributes}
                self._column += 1
            kept = b"".join(b' %s="%s"' % pair for pair in attributes.items())
            return b"<" + name + kept + empty + b">"

        return _ELEMENT.sub(written, piece)


def _addresses(piece: bytes) -> list[bytes] | None:
    """The addresses of the cells that are not empty; `None` if the piece is not written in the known form."""
    if _PREFIXED.search(piece):
        return None
    cells = _ANY.findall(piece)
    begun = len(cells)
    # The first and the last piece have other elements that begin so.
    if piece.count(b"<c") != begun and (_ODD_START.search(piece) or piece.count(b"<c ") != begun):
        return None
    if piece.count(b"</c>") != begun:
        cells = _FILLED.findall(piece)
        return cells if len(cells) + len(_EMPTY.findall(piece)) == begun else None
    return cells


def _with_style(styles: Sequence[str], before: bytes = b"") -> re.Pattern[bytes] | None:
    """An expression for the style of a cell, one of these, if what follows is `before`; `None` without styles."""
    return re.compile(rb' s="(?:' + "|".join(styles).encode() + rb')"' + before) if styles else None


def _as_number(match: re.Match[bytes]) -> bytes:
    """A cell with the format of a date whose number is no date, as a number: so it is refused for what it is."""
    try:
        serial = float(match[2])
    except ValueError:
        return match[0]
    wrong = not 0 <= serial < _PAST_LAST_DATE or int(serial) == _NO_SUCH_DAY
    return b' s="0"' + match[1] + match[2] if wrong else match[0]


def _begun(piece: bytes, at: int) -> tuple[int, int] | None:
    """The cell in whose first tag this position is; `None` if it is in no cell's tag, or the cell is empty."""
    begun = piece.rfind(b'<c r="', max(0, at - LONGEST_TAG), at)
    if begun < 0 or piece.find(b">", begun, at) >= 0 or piece.endswith(b"/", at, piece.find(b">", at)):
        return None
    return _address(piece, begun)


def _address(piece: bytes, begun: int) -> tuple[int, int] | None:
    match = _ADDRESS.match(piece, begun + 6) if begun >= 0 else None
    return place(match[1], match[2]) if match else None


_ELEMENT = re.compile(rb"<(/?)(?:[\w.-]+:)?(worksheet|sheetData|row|c|f|v|is|t|r|mergeCell)(?=[\s/>])([^>]*)>")
_ATTRIBUTE = re.compile(rb"([\w:.-]+)\s*=\s*(\"[^\"]*\"|'[^']*')")
_ADDRESS = re.compile(rb"([A-Z]{1,3})([0-9]{1,7})")


def position(letters: bytes) -> int:
    """The position, from 0, of the column with these letters."""
    value = 0
    for letter in letters:
        value = value * 26 + letter - 64
    return value - 1


def place(letters: bytes, digits: bytes) -> tuple[int, int]:
    """The row number and the column position of an address."""
    return int(digits), position(letters)


def letters_of(index: int) -> str:
    """The letters of the column at this position, from 0."""
    letters = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        letters = chr(65 + rest) + letters
    return letters
