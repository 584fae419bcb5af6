"""A column of a template: its header, what may be chosen or typed in it, and what is said of anything else."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from openpyxl.workbook import Workbook
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from kwaliteitsmonitor.exchange.workbooks import styles, words
from kwaliteitsmonitor.exchange.workbooks.request import Request
from kwaliteitsmonitor.exchange.workbooks.styles import cell_at
from kwaliteitsmonitor.foundation.spreadsheet_text import put
from schemas.contract import Field, Kind, Table
from schemas.profile.spellings import spellings
from schemas.values import Value
from schemas.workbooks import LISTS

FIRST_DAY, LAST_DAY = date(1950, 1, 1), date(2100, 12, 31)
LAST_ROW = 1_048_576
_FURTHEST = Decimal(10) ** 12
_LONGEST_PROMPT = 250
_LONGEST_TITLE = 31


@dataclass
class Lists:
    """The hidden sheet with the lists to choose from, each under a name of the workbook.

    By name, because a program that saves the workbook keeps those, while it may lose references to another sheet.
    """

    book: Workbook
    language: str
    sheet: Worksheet = field(init=False)
    _names: dict[tuple[str, ...], str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.sheet = self.book.create_sheet(LISTS.in_language(self.language))
        self.sheet.sheet_state = "hidden"
        styles.protect(self.sheet)

    def name_of(self, field_name: str, label: str, choices: Sequence[str]) -> str:
        """The name under which these choices are kept, which are written the first time that they are asked for."""
        known = self._names.get(tuple(choices))
        if known:
            return known
        column = len(self._names) + 1
        put(cell_at(self.sheet, 1, column), label)
        styles.header(cell_at(self.sheet, 1, column))
        for row, choice in enumerate(choices, start=2):
            put(cell_at(self.sheet, row, column), choice)
        letter = cell_at(self.sheet, 1, column).column_letter
        self.sheet.column_dimensions[letter].width = max(12, *(len(choice) for choice in choices))
        name = f"lijst_{column}_{field_name}"
        where = f"'{self.sheet.title}'!${letter}$2:${letter}${len(choices) + 1}"
        self.book.defined_names[name] = DefinedName(name, attr_text=where)
        self._names[tuple(choices)] = name
        return name


def sheet_name(request: Request, table: Table) -> str:
    """The name of a table's worksheet."""
    form = request.form(table)
    return (form.sheet if form and form.sheet else table.sheet) or table.name


def label(request: Request, table: str, of: Field, language: str) -> str:
    """The header of a field: the institution's own word if its profile has one, else the contract's."""
    form = next((f for t in request.tables if t.name == table if (f := request.form(t))), None)
    columns = form.columns if form else request.source.columns
    theirs = next((header for header, name in columns.items() if name == of.name), "")
    return theirs or (of.label_nl if language == "nl" else of.label_en) or of.name


def choices(request: Request, of: Field, language: str, first: Sequence[object] = ()) -> list[str]:
    """What may be chosen in a column, in words, the codes in `first` on top; nothing for free cells."""
    if of.kind is Kind.BOOLEAN:
        return [words.YES.in_language(language), words.NO.in_language(language)]
    spelled = spellings(request.profile, of, language)
    ordered = [code for code in dict.fromkeys((*first, *spelled)) if code in spelled]
    return [spelled[code] for code in ordered]


def validation(of: Field, header: str, listed: str, language: str) -> DataValidation | None:
    """What Excel lets be typed in a column; `None` if that is any text. `listed` is the name of its list."""
    rule = _rule(of, listed)
    prompt = words.instruction(of, language)
    if rule is None:
        rule = DataValidation()
    rule.allow_blank = True
    rule.errorStyle = "stop"
    rule.showErrorMessage = rule.type is not None
    rule.errorTitle = words.NOT_THIS.in_language(language)[:_LONGEST_TITLE]
    rule.error = words.refused(of, language, listed=bool(listed))[:_LONGEST_PROMPT]
    rule.showInputMessage = True
    rule.promptTitle = header[:_LONGEST_TITLE]
    rule.prompt = prompt[:_LONGEST_PROMPT]
    return rule


def _rule(of: Field, listed: str) -> DataValidation | None:
    if listed:
        return DataValidation(type="list", formula1=listed)
    match of.kind:
        case Kind.DATE:
            return _between("date", _serial(FIRST_DAY), _serial(LAST_DAY))
        case Kind.INTEGER | Kind.DECIMAL | Kind.MONEY | Kind.NUMBER:
            kind = "whole" if of.kind is Kind.INTEGER else "decimal"
            low = -_FURTHEST if of.minimum is None else of.minimum
            high = _FURTHEST if of.maximum is None else of.maximum
            return _between(kind, low, high)
        case _:
            return None


def _between(kind: str, low: object, high: object) -> DataValidation:
    return DataValidation(type=kind, operator="between", formula1=str(low), formula2=str(high))  # type: ignore[arg-type]


def _serial(day: date) -> int:
    """The number by which a spreadsheet knows a day."""
    return (day - date(1899, 12, 30)).days


def number_format(of: Field, language: str) -> str:
    """How a column shows its cells. Numbers are shown as they are: a rounded one would hide what is delivered."""
    match of.kind:
        case Kind.DATE:
            return "d-m-yyyy" if language == "nl" else "yyyy-mm-dd"
        case Kind.MONEY:
            return "#,##0.00"
        case Kind.TEXT:
            return "@"
        case _:
            return "General"


def shown(request: Request, of: Field, value: Value, language: str) -> Value:
    """A typed value as the template shows it: codes and yes or no in words, all else as it is."""
    if value is None:
        return None
    if isinstance(value, bool):
        return (words.YES if value else words.NO).in_language(language)
    return spellings(request.profile, of, language).get(value, value) if isinstance(value, str) else value


def width(of: Field, header: str, longest: int) -> float:
    """How wide a column is, in characters."""
    if of.open_text or of.as_typed:
        return 60
    return min(60, max(17, longest + 2, len(header) // 2 + 4))
