"""The first sheet of the workbook that is given back: what came in, what became of it, and what there is to do."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from openpyxl.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from kwaliteitsmonitor.exchange.workbooks import styles, words
from kwaliteitsmonitor.exchange.workbooks.comments import Remark
from kwaliteitsmonitor.exchange.workbooks.explanation import lead
from kwaliteitsmonitor.exchange.workbooks.findings import Item
from kwaliteitsmonitor.exchange.workbooks.highlighting import EXPECTED, FOUND, NOTES_SHOWN, REFERENCE
from kwaliteitsmonitor.exchange.workbooks.styles import cell_at
from kwaliteitsmonitor.foundation.spreadsheet_text import put
from schemas.consequences import Severity
from schemas.delivering import again
from schemas.words import Words
from schemas.workbooks import FEEDBACK
from schemas.written import day_in_words

_WIDTHS = (20, 22, 24, 30, 50, 16, 30)
_OURS = Words("Terugkoppeling:", "Feedback:")


PULLED = Words(
    "U hoeft niets aan te leveren: de volgende run leest de herstelde rijen daar zelf.",
    "There is nothing to deliver: the next run reads the mended rows there itself.",
)


@dataclass(frozen=True)
class SheetCount:
    """What became of the rows of a sheet. The rows left out are those that a form says are no data."""

    sheet: str
    received: int
    accepted: int
    set_aside: int
    left_out: int = 0


@dataclass(frozen=True)
class Still:
    """Something that the sender still owes; `here` says that it belongs in this delivery and is due."""

    text: Words
    here: bool


@dataclass(frozen=True)
class Received:
    """A delivery and what was found of it: everything that the summary says.

    `place` is where the next version is to be delivered, empty if a database is read; `mends_here` says that the
    workbook that is given back can be mended and delivered itself. `passed` says that the deadline lies behind us.
    """

    name: Words
    whose: str
    period: str
    file: str
    version: int
    received_on: date
    deadline: date | None
    place: str
    sheets: Sequence[SheetCount]
    items: Sequence[Item]
    remarks: Sequence[Remark]
    mends_here: bool = True
    passed: bool = False
    owed: Sequence[Still] = ()

    @property
    def to_mend(self) -> int:
        """How many things there are to mend: cells, remarks that are more than information, and what is lacking."""
        remarks = [r for r in self.remarks if r.severity is Severity.CRITICAL]
        return len(self.items) + len(remarks) + self.lacking

    @property
    def lacking(self) -> int:
        """How many things belong in this delivery and are not there."""
        return sum(one.here for one in self.owed)


def summarise(book: Workbook, received: Received, language: str) -> Worksheet:
    """Put the summary in front of a workbook, in place of one of an earlier time."""
    sheet: Worksheet = book.create_sheet(_free_name(book, language), 0)
    for letter, columns in zip("ABCDEFG", _WIDTHS, strict=True):
        sheet.column_dimensions[letter].width = columns
    title = f"{_OURS.in_language(language)} {received.name.in_language(language)}"
    put(sheet["A1"], " ".join(part for part in (title, received.period, received.whose) if part))
    styles.title(sheet["A1"])
    sheet.row_dimensions[1].height = 26
    put(sheet["A2"], verdict(received).in_language(language))
    styles.heading(sheet["A2"])
    row = _facts(sheet, received, language, 4)
    row = _counts(sheet, received, language, row + 1)
    row = _to_do(sheet, received, language, row + 1)
    row = _owed(sheet, received, language, row + 1)
    row = _remarks(sheet, received, language, row + 1)
    _items(sheet, book, received, language, row + 1)
    styles.printable(sheet)
    book.active = 0
    for other in book.worksheets:
        other.sheet_view.tabSelected = other is sheet
    return sheet


def drop_earlier(book: Workbook) -> None:
    """Take a summary of an earlier time out of a workbook. A sheet of that name that is not ours stays."""
    for sheet in list(book.worksheets):
        first = str(sheet["A1"].value or "")
        if sheet.title.startswith((FEEDBACK.nl, FEEDBACK.en)) and first.startswith((_OURS.nl, _OURS.en)):
            book.remove(sheet)


def verdict(received: Received) -> Words:
    """The outcome in one sentence."""
    if not received.to_mend:
        return Words(
            "Er is niets te herstellen. Dank voor uw levering.", "There is nothing to mend. Thank you for delivering."
        )
    cells = len(received.items)
    others = received.to_mend - cells - received.lacking
    nl = [f"{cells} {'bevinding' if cells == 1 else 'bevindingen'} in cellen"] if cells else []
    en = [f"{cells} {'finding' if cells == 1 else 'findings'} in cells"] if cells else []
    if others:
        nl.append(f"{others} {'opmerking' if others == 1 else 'opmerkingen'} over het geheel")
        en.append(f"{others} {'remark' if others == 1 else 'remarks'} about the whole")
    if received.lacking:
        several = "onderdeel dat ontbreekt" if received.lacking == 1 else "onderdelen die ontbreken"
        nl.append(f"{received.lacking} {several}")
        en.append(f"{received.lacking} {'thing' if received.lacking == 1 else 'things'} lacking")
    return Words(f"Te herstellen: {' en '.join(nl)}.", f"To be mended: {' and '.join(en)}.")


def _free_name(book: Workbook, language: str) -> str:
    name, number = FEEDBACK.in_language(language), 2
    taken = {sheet.title.casefold() for sheet in book.worksheets}
    while name.casefold() in taken:
        name, number = f"{FEEDBACK.in_language(language)} ({number})", number + 1
    return name


def _facts(sheet: Worksheet, received: Received, language: str, row: int) -> int:
    due = received.deadline
    facts = [
        (Words("Ontvangen bestand", "File received"), received.file),
        (Words("Versie", "Version"), str(received.version)),
        (Words("Ontvangen op", "Received on"), words.day(received.received_on, language)),
        (Words("Uiterste datum", "Deadline"), words.day(due, language)),
    ]
    for what, value in facts:
        put(cell_at(sheet, row, 1), what.in_language(language))
        styles.line(cell_at(sheet, row, 1), bold=True)
        put(cell_at(sheet, row, 2), value)
        styles.line(cell_at(sheet, row, 2))
        row += 1
    return row


def _counts(sheet: Worksheet, received: Received, language: str, row: int) -> int:
    if not received.sheets:
        return row
    headers = (
        Words("Werkblad", "Sheet"),
        Words("Rijen ontvangen", "Rows received"),
        Words("Aangenomen", "Accepted"),
        Words("Apart gezet", "Set aside"),
        Words("Overgeslagen (leeg)", "Passed over (empty)"),
    )
    row = _table_head(sheet, Words("Wat is ontvangen", "What was received"), headers, language, row)
    for count in received.sheets:
        cells: tuple[str | int, ...] = (count.sheet, count.received, count.accepted, count.set_aside, count.left_out)
        for column, value in enumerate(cells, start=1):
            put(cell_at(sheet, row, column), value)
            styles.row_of_table(cell_at(sheet, row, column))
        row += 1
    return row


def _to_do(sheet: Worksheet, received: Received, language: str, row: int) -> int:
    if not received.to_mend:
        return row
    put(cell_at(sheet, row, 1), Words("Wat te doen", "What to do").in_language(language))
    styles.heading(cell_at(sheet, row, 1))
    if received.mends_here and not any(item.cells for item in received.items):
        first = Words(
            "Herstel in dit bestand wat hieronder over het geheel wordt gezegd.",
            "Mend in this file what is said below of the whole.",
        )
    elif received.mends_here:
        first = Words(
            "Herstel de gemarkeerde cellen in dit bestand; in de notitie bij elke cel staat wat u kunt invullen.",
            "Mend the marked cells in this file; the note at each says what to fill in.",
        )
    elif not received.place:
        first = Words(
            "Herstel het in het systeem waaruit dit is gelezen; dit bestand laat zien waar.",
            "Mend it in the system that this was read from; this file shows where.",
        )
    else:
        first = Words(
            "Herstel het in uw eigen bestand; dit bestand laat zien waar.",
            "Mend it in your own file; this file shows where.",
        )
    stays = Words(
        "Dit blad en de notities mogen erin blijven staan: ze worden niet meegelezen.",
        "This sheet and the notes may stay in: they are not read.",
    )
    once_more = [again(received.place), _when(received)] if received.place else [PULLED]
    steps = [first, *([stays] if received.mends_here else []), *once_more]
    for number, step in enumerate(steps, start=1):
        put(cell_at(sheet, row + number, 1), f"{number}. {step.in_language(language)}")
        styles.line(cell_at(sheet, row + number, 1))
    return row + len(steps) + 1


def _when(received: Received) -> Words:
    """By when it is to be delivered again; a passed day is reported as such."""
    if received.deadline is None:
        return Words("Lever aan zodra het kan.", "Deliver as soon as you can.")
    day = day_in_words(received.deadline)
    if received.passed:
        return Words(
            f"De uiterste datum was {day.nl}. Lever zo snel mogelijk opnieuw aan.",
            f"The deadline was {day.en}. Deliver again as soon as you can.",
        )
    return Words(f"Doe dit uiterlijk {day.nl}.", f"Do this by {day.en}.")


def _owed(sheet: Worksheet, received: Received, language: str, row: int) -> int:
    """What the sender still owes, in this delivery and in others, each with when it is due if that is to come."""
    if not received.owed:
        return row
    title = Words(f"Wat nog komt van {received.whose}", f"What is still to come from {received.whose}")
    put(cell_at(sheet, row, 1), title.in_language(language))
    styles.heading(cell_at(sheet, row, 1))
    for one in sorted(received.owed, key=lambda one: not one.here):
        row += 1
        put(cell_at(sheet, row, 1), one.text.in_language(language))
        styles.line(cell_at(sheet, row, 1))
    return row + 1


def _remarks(sheet: Worksheet, received: Received, language: str, row: int) -> int:
    if not received.remarks:
        return row
    put(
        cell_at(sheet, row, 1),
        Words("Over de levering als geheel", "About the delivery as a whole").in_language(language),
    )
    styles.heading(cell_at(sheet, row, 1))
    for remark in received.remarks:
        row += 1
        severity = words.SEVERITY[remark.severity].in_language(language)
        put(cell_at(sheet, row, 1), severity)
        put(cell_at(sheet, row, 2), remark.sheet)
        text = f"{remark.text.in_language(language)} {remark.to_do.in_language(language)}"
        put(cell_at(sheet, row, 3), text.strip())
        for column in (1, 2, 3):
            styles.line(cell_at(sheet, row, column), bold=column == 1)
    return row + 1


def _items(sheet: Worksheet, book: Workbook, received: Received, language: str, row: int) -> None:
    if not received.items:
        return
    headers = (
        Words("Werkblad", "Sheet"),
        Words("Cel", "Cell"),
        Words("Kolom", "Column"),
        FOUND,
        EXPECTED,
        Words("Ernst", "Severity"),
        REFERENCE,
    )
    row = _table_head(sheet, Words("Bevindingen per cel", "Findings per cell"), headers, language, row)
    there = {s.title for s in book.worksheets}
    model = cell_at(sheet, row, 1)
    styles.row_of_table(model)
    for item in received.items[:NOTES_SHOWN]:
        cells = (
            item.sheet,
            item.place.in_language(language),
            item.column.in_language(language),
            item.actual.in_language(language),
            item.expected.in_language(language),
            words.SEVERITY[item.severity].in_language(language),
            item.rule,
        )
        for column, value in enumerate(cells, start=1):
            styles.like(cell_at(sheet, row, column), model)
            put(cell_at(sheet, row, column), value)
        if item.cells and item.sheet in there:
            lead(cell_at(sheet, row, 2), item.sheet, item.cells[0])
        sheet.row_dimensions[row].height = 16 * max(1, *(-(-len(c) // w) for c, w in zip(cells, _WIDTHS, strict=True)))
        row += 1
    more = len(received.items) - NOTES_SHOWN
    if more > 0:
        put(cell_at(sheet, row, 1), Words(f"… en nog {more}.", f"… and {more} more.").in_language(language))
        styles.line(cell_at(sheet, row, 1))


def _table_head(sheet: Worksheet, title: Words, headers: Sequence[Words], language: str, row: int) -> int:
    put(cell_at(sheet, row, 1), title.in_language(language))
    styles.heading(cell_at(sheet, row, 1))
    for column, header in enumerate(headers, start=1):
        put(cell_at(sheet, row + 1, column), header.in_language(language))
        styles.header(cell_at(sheet, row + 1, column))
    sheet.row_dimensions[row + 1].height = 32
    return row + 2
