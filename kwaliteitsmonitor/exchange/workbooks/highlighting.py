"""Marks in a faculty's own workbook: on each cell that was not right a colour, a border and a note.

Colour and border are laid over the cell as a conditional format, so that the cell keeps the style that it has: once a
mark is taken away nothing of it stays behind. Marks and notes of an earlier time are taken away first.

What the faculty wrote stays as it is, its own formulas too; nothing that is added here is one that computes.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from openpyxl.comments import Comment
from openpyxl.formatting.formatting import ConditionalFormattingList
from openpyxl.formatting.rule import FormulaRule
from openpyxl.styles import Border, Font, PatternFill, Side
from openpyxl.utils.exceptions import CellCoordinatesException
from openpyxl.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from kwaliteitsmonitor.exchange.workbooks import styles, words
from kwaliteitsmonitor.exchange.workbooks.findings import Item
from schemas.consequences import Severity
from schemas.words import Words

AUTHOR = "Kwaliteitsmonitor"
NOTES_SHOWN = 2_000
"""Notes in one workbook; the summary lists as many items."""
_ALWAYS = f'LEN("{AUTHOR}")>0'
"""A condition that always holds, by which our marks are known again."""
_BEFORE_OURS = f"\n— {AUTHOR} —\n"
_LONGEST = 1_500
_LINE, _LINE_WIDTH = 18, 46


def unmark(book: Workbook) -> None:
    """Take away the marks and notes of an earlier feedback; what a faculty noted itself stays."""
    for sheet in book.worksheets:
        kept = ConditionalFormattingList()
        for area in sheet.conditional_formatting:
            for rule in area.rules:
                if AUTHOR not in "".join(rule.formula):
                    kept.add(str(area.sqref), rule)
        sheet.conditional_formatting = kept
        for row in sheet.iter_rows():
            for cell in row:
                if cell.comment is None:
                    continue
                own, ours, _ = cell.comment.text.partition(_BEFORE_OURS)
                if ours:
                    cell.comment = Comment(own, cell.comment.author)
                elif cell.comment.author == AUTHOR or own.startswith(f"{AUTHOR}:"):
                    cell.comment = None


def mark(book: Workbook, items: Iterable[Item], language: str) -> int:
    """Mark the cells that these items are about; returns how many cells were marked."""
    by_cell: dict[tuple[str, str], list[Item]] = {}
    for item in items:
        for cell in item.cells:
            by_cell.setdefault((item.sheet, cell), []).append(item)
    sheets = {sheet.title: sheet for sheet in book.worksheets}
    there = [place for place in by_cell if place[0] in sheets][:NOTES_SHOWN]
    for sheet in sheets.values():
        for area in sheet.conditional_formatting:
            for rule in area.rules:
                rule.priority += len(there)  # our marks come first
    for number, (name, place) in enumerate(there, start=1):
        _lay_over(sheets[name], place, by_cell[name, place], number)
        _note(sheets[name], place, by_cell[name, place], language)
    return len(there)


def _lay_over(sheet: Worksheet, place: str, items: Sequence[Item], priority: int) -> None:
    worst = any(item.severity is Severity.CRITICAL for item in items)
    edge = Side(style="thin", color=styles.RED)
    rule = FormulaRule(  # type: ignore[no-untyped-call]
        formula=[_ALWAYS],
        stopIfTrue=True,
        font=Font(bold=True, color=styles.RED if worst else styles.INK),
        border=Border(left=edge, right=edge, top=edge, bottom=edge),
        fill=PatternFill("solid", bgColor=styles.PINK if worst else styles.AMBER),
    )
    sheet.conditional_formatting.add(place, rule)
    rule.priority = priority


def _note(sheet: Worksheet, place: str, items: Sequence[Item], language: str) -> None:
    cell = sheet[place]
    text = "\n\n".join(note_of(item, language) for item in items)[:_LONGEST]
    own = cell.comment
    try:
        cell.comment = Comment(f"{own.text}{_BEFORE_OURS}{text}", own.author) if own else Comment(text, AUTHOR)
    except (AttributeError, CellCoordinatesException):  # a cell within a merged range holds no note
        return
    lines = sum(1 + len(line) // _LINE_WIDTH for line in cell.comment.text.splitlines())
    cell.comment.width, cell.comment.height = 340, max(90, _LINE * (lines + 1))


def note_of(item: Item, language: str) -> str:
    """What is noted at a cell: how bad, what was found, and what was expected. No value of a person."""
    lines: Mapping[str, str] = {
        FOUND.in_language(language): item.actual.in_language(language),
        EXPECTED.in_language(language): item.expected.in_language(language),
    }
    severity = words.SEVERITY[item.severity].in_language(language)
    return "\n".join([f"{AUTHOR}: {severity}", *(f"{what}: {value}" for what, value in lines.items())])


FOUND = Words("Gevonden", "Found")
EXPECTED = Words("Verwacht", "Expected")
REFERENCE = Words("Referentie", "Reference")
"""The id of a rule, for who runs the pipeline."""
