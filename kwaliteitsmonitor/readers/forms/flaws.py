"""What cells are beside what they hold: shown as a percentage or a code, or wrong whatever they hold."""

from __future__ import annotations

from decimal import Decimal

from kwaliteitsmonitor.readers.cells.grid import Grid
from kwaliteitsmonitor.readers.cells.identifiers import Padded
from kwaliteitsmonitor.readers.cells.numbers import Percentage
from kwaliteitsmonitor.readers.forms import captions
from kwaliteitsmonitor.readers.forms.amounts import Amounts
from kwaliteitsmonitor.readers.forms.headers import Headers, letter, text_in
from kwaliteitsmonitor.readers.forms.layout import Layout
from kwaliteitsmonitor.readers.forms.rows import Rows
from kwaliteitsmonitor.readers.forms.wanted import Shape
from schemas.contract import Kind
from schemas.words import Words


def flaws_of(grid: Grid, headers: Headers, data: Rows, layout: Layout, wanted: Shape) -> dict[tuple[int, int], Words]:
    """What is wrong with cells whatever they hold, by row number and column."""
    flaws: dict[tuple[int, int], Words] = dict(grid.flaws)
    columns = dict(layout.fields)
    unpivot = wanted.form.unpivot
    if unpivot:
        columns[unpivot.value] = tuple(index for index, _ in layout.pivots)
    money = {index: name for name, at in columns.items() if wanted.table[name].kind is Kind.MONEY for index in at}
    read = frozenset(index for at in columns.values() for index in at)
    flaws |= Amounts(grid, headers, data, money, read, wanted.form.scale, wanted.named).refused()
    flaws |= dict.fromkeys(captions.shared_numbers(grid, wanted.table, columns), captions.ONE_NUMBER)
    for name, (first, *more) in layout.fields.items():
        for index in more:
            one_place, other_place = place_of(grid, headers, first), place_of(grid, headers, index)
            reason = Words(
                f"een waarde: {one_place} en {other_place} zijn allebei {name}, en verschillen",
                f"one value: {one_place} and {other_place} are both {name}, and differ",
            )
            for number, one, other in zip(data.numbers, data.columns[first], data.columns[index], strict=True):
                if one != other and text_in(one) != text_in(other):
                    flaws[number, first] = reason
    return flaws


def place_of(grid: Grid, headers: Headers, index: int) -> str:
    """How people find a column: by its letter, or its header if a file has no letters."""
    if grid.addressed or index >= len(headers.texts) or not headers.texts[index]:
        return letter(index)
    text = headers.texts[index]
    return text if headers.texts.count(text) == 1 else f"{text} ({letter(index)})"


def mark_percentages(grid: Grid, data: Rows) -> None:
    """Make fractions of the numbers that are shown as percentages: 0.173 shown so, and 17.3 with a sign behind it."""
    marked: dict[int, dict[int, Decimal]] = {}
    for (number, index), times in grid.percentages.items():
        marked.setdefault(index, {})[number] = times
    for index, numbers in marked.items():
        if index < len(data.columns):
            data.columns[index] = [
                Percentage(Decimal(f"{cell:.15g}") * numbers[number])
                if number in numbers and isinstance(cell, int | float) and not isinstance(cell, bool)
                else cell
                for number, cell in zip(data.numbers, data.columns[index], strict=True)
            ]


def mark_codes(grid: Grid, data: Rows) -> None:
    """Mark the cells that show a whole number as a code, with zeros before it: of a name that is what was meant."""
    shown: dict[int, dict[int, str]] = {}
    for (number, index), code in grid.padded.items():
        shown.setdefault(index, {})[number] = code
    for index, codes in shown.items():
        if index < len(data.columns):
            data.columns[index] = [
                Padded(cell, codes[number].format(int(cell)))
                if number in codes and isinstance(cell, float) and cell.is_integer()
                else cell
                for number, cell in zip(data.numbers, data.columns[index], strict=True)
            ]
