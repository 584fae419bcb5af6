"""In which unit the amounts of a table are, wherever a file says it: a unit that the profile does not say is refused.

A person sees it in the header of a column, above, beside or below the table, in the name of the worksheet or the file,
and in the format of a cell. An amount that is read a thousand times too small is wrong in every sum.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import lru_cache

from kwaliteitsmonitor.readers.cells.grid import Grid
from kwaliteitsmonitor.readers.cells.texts import Cell, is_blank
from kwaliteitsmonitor.readers.cells.units import Shown, Unit, is_about, is_plain, unit_alone, unit_of
from kwaliteitsmonitor.readers.forms.captions import captions
from kwaliteitsmonitor.readers.forms.headers import Headers, letter, text_in
from kwaliteitsmonitor.readers.forms.rows import Rows
from schemas.words import Words

HEADER = Words("de kop", "the header")
SHEET = Words("de naam van het werkblad", "the name of the worksheet")
FORMAT = Words("de opmaak van de cel", "the format of the cell")
ONE = Decimal(1)
_OF_CURRENCIES = re.compile(r"\b(?:valuta|currency|munt|munteenheid)\b", re.IGNORECASE)
_WORDS = re.compile(r"[\s_-]+")


@dataclass(frozen=True)
class Named:
    """What is known of the amounts in a file before it is opened.

    `currency` is the institution's own, by its ISO 4217 code; `names` are the names of the file or the table of a
    database, and `columns` the column of a database by field.
    """

    currency: str = "EUR"
    names: tuple[str, ...] = ()
    columns: Mapping[str, str] = field(default_factory=dict)


NOTHING_NAMED = Named()


@dataclass(frozen=True)
class Amounts:
    """The columns of money of a table: `money` gives their fields by position, `scale` what the form says of those.

    `read` are the positions of all columns that are read as a field.
    """

    grid: Grid
    headers: Headers
    data: Rows
    money: Mapping[int, str]
    read: frozenset[int]
    scale: Mapping[str, Decimal]
    named: Named

    def refused(self) -> dict[tuple[int, int], Words]:
        """The cells, by row number and column, whose unit is said to be another than they would be read in."""
        if not self.money:
            return {}
        of_all = list(self._of_all())
        by_row = dict(self._by_row())
        flaws: dict[tuple[int, int], Words] = {}
        for index, name in self.money.items():
            stated = [*self._of_column(index, name), *of_all]
            for number, cell in zip(self.data.numbers, self.data.columns[index], strict=True):
                if is_blank(cell):
                    continue
                of_row = by_row.get(number)
                all_stated = [*stated, of_row] if of_row else stated
                if wrong := self._wrong(name, all_stated, self.grid.amounts.get((number, index))):
                    flaws[number, index] = wrong
        return flaws

    def _wrong(self, name: str, stated: Sequence[tuple[Unit, Words]], shown: Shown | None) -> Words | None:
        """What is wrong with an amount of which this is stated, and that is shown so; nothing if all agrees."""
        scale, own = self.scale.get(name), self.named.currency
        if scale is not None and Unit(scale).is_meant:
            return None
        times = ONE if scale is None else scale
        if shown is not None:
            unit = shown.unit or Unit(shown.divided)
            if unit.foreign(own) or unit.factor != times * shown.divided:
                return _not_meant(unit, FORMAT, scale, own)
            if shown.divided != ONE:
                # What people see in thousands is held in full: headers speak of what they see.
                times = shown.divided
        for unit, where in stated:
            if unit.foreign(own) or unit.factor != times:
                return _not_meant(unit, where, scale, own)
        return None

    def _of_column(self, index: int, name: str) -> Iterator[tuple[Unit, Words]]:
        texts = [self.headers.written[index]] if index < len(self.headers.written) else []
        for text in [*texts, self.named.columns.get(name, "")]:
            if unit := self._unit(text):
                yield unit, HEADER

    def _of_all(self) -> Iterator[tuple[Unit, Words]]:
        """What is said of all amounts: in a name, above the table, or in a note beside or below it."""
        for name in self.named.names:
            # A number in a name is that of a round or a year, and makes no amount of the word behind it.
            if unit := next((known for part in (name, *_WORDS.split(name)) if (known := self._unit(part))), None):
                yield unit, Words("de naam van het bestand", "the name of the file")
        if self.grid.name and (unit := self._unit(self.grid.name)):
            yield unit, SHEET
        for number, text in captions(self.grid, self.headers):
            if unit := self._unit(text):
                yield unit, Words(f"de tekst boven de tabel (rij {number})", f"the text above the table (row {number})")
        for place, unit in self._notes():
            yield unit, Words(f"de tekst in {place}", f"the text in {place}")

    def _unit(self, text: str) -> Unit | None:
        return _unit_of(text, self.named.currency) if text else None

    def _alone(self, cell: Cell) -> Unit | None:
        return _unit_alone(text_in(cell), self.named.currency) if isinstance(cell, str) else None

    def _alone_under(self, header: str, cell: Cell) -> Unit | None:
        """The unit in a cell of a column that may be one of currencies, in which a code stands alone."""
        if isinstance(cell, str) and _OF_CURRENCIES.search(header):
            return self._alone(f"valuta: {text_in(cell)}")
        return self._alone(cell)

    def _notes(self) -> Iterator[tuple[str, Unit]]:
        """Notes beside and below the table, each with its place."""
        for number, row in self._rows():
            filled = [cell for cell in row if not is_blank(cell)]
            one_text = len(set(map(str, filled))) == 1  # in one cell, or in several that are merged
            amounts = not one_text and any(not is_blank(row[index]) for index in self.money if index < len(row))
            for index, cell in enumerate(row):
                if not isinstance(cell, str) or (index in self.read and amounts):
                    continue
                headed = index < len(self.headers.written) and bool(self.headers.written[index])
                about_all = not headed or index in self.read or is_about(cell)
                if about_all and (unit := self._alone(cell)):
                    yield f"{letter(index)}{number}", unit
        for index, header in enumerate(self.headers.written):
            empty = index < len(self.data.columns) and all(map(is_blank, self.data.columns[index]))
            if index not in self.read and empty and (unit := self._alone(header)):
                yield f"{letter(index)}{self.grid.numbers[self.headers.first]}", unit

    def _by_row(self) -> Iterator[tuple[int, tuple[Unit, Words]]]:
        """What a column of its own says of each row, such as `Valuta`; a row in which it is empty is as those above."""
        for index, header in enumerate(self.headers.written):
            if index in self.read or index >= len(self.data.columns) or not header:
                continue
            source = Words(f"de kolom {letter(index)}", f"the column {letter(index)}")
            units = [self._alone_under(header, cell) for cell in self.data.columns[index]]
            first = next((unit for unit in units if unit), None)
            if first is None:
                continue
            for number, cell, unit in zip(self.data.numbers, self.data.columns[index], units, strict=True):
                if is_blank(cell):
                    yield number, (first, source)
                elif unit:
                    yield number, (unit, source)

    def _rows(self) -> Iterator[tuple[int, Sequence[Cell]]]:
        below = self.headers.last + 1
        yield from zip(self.grid.numbers[below:], self.grid.cells[below:], strict=True)


@lru_cache(maxsize=4096)
def _unit_of(text: str, own: str) -> Unit | None:
    return unit_of(text, own)


@lru_cache(maxsize=4096)
def _unit_alone(text: str, own: str) -> Unit | None:
    return None if is_plain(text, own) else unit_alone(text, own)


def _not_meant(unit: Unit, where: Words, scale: Decimal | None, own: str) -> Words:
    stated, currency = unit.words(own), Words("euro", "euro") if own == "EUR" else Words(own, own)
    plural = "euro's" if own == "EUR" else own
    if scale is not None:
        meant = Unit(scale).words(own)
        return Words(
            f"een bedrag in {meant.nl}, zoals het profiel zegt (scale); {where.nl} zegt {stated.nl}",
            f"an amount in {meant.en}, as the profile says (scale); {where.en} says {stated.en}",
        )
    if unit.foreign(own):
        return Words(
            f"een bedrag in {currency.nl}; {where.nl} zegt {stated.nl}: lever {plural}",
            f"an amount in {currency.en}; {where.en} says {stated.en}: deliver {currency.en}",
        )
    return Words(
        f"een bedrag in {currency.nl}; {where.nl} zegt {stated.nl}: lever {plural}, of laat het profiel {stated.nl} "
        "zeggen (scale)",
        f"an amount in {currency.en}; {where.en} says {stated.en}: deliver {currency.en}, or let the profile say "
        f"{stated.en} (scale)",
    )
