"""How an OpenDocument spreadsheet shows its numbers: by styles of cells, which name a style of numbers each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation

from kwaliteitsmonitor.readers.cells.percents import percent_beside
from kwaliteitsmonitor.readers.cells.units import Shown, Unit, named_by

_PERCENTAGE = "percentage-style"
_NUMBERS = ("number-style", "currency-style", _PERCENTAGE)
_TEXTS = ("text", "currency-symbol")


@dataclass
class _Format:
    """A style of numbers: what it divides a number by, and the text beside the digits."""

    percentage: bool = False
    divided: Decimal = Decimal(1)
    text: str = ""


@dataclass
class Formats:
    """The styles of cells and of numbers, read element by element before the worksheets."""

    _numbers: dict[str, _Format] = field(default_factory=dict)
    _of_cells: dict[str, str] = field(default_factory=dict)
    _open: _Format | None = None
    _in_text: bool = False

    def start(self, tag: str, attributes: Mapping[str, str]) -> bool:
        """Take in the start of an element; whether it is part of a style of numbers, and of no concern to others."""
        if tag in _NUMBERS:
            self._open = self._numbers[attributes.get("name", "")] = _Format(tag == _PERCENTAGE)
            return True
        if tag == "style" and "data-style-name" in attributes:
            self._of_cells[attributes.get("name", "")] = attributes["data-style-name"]
        if self._open is None:
            return False
        self._in_text = tag in _TEXTS
        if tag == "number":
            self._open.divided = _factor(attributes.get("display-factor", "1"))
        return True

    def end(self, tag: str) -> bool:
        """Take in the end of an element; whether it is part of a style of numbers."""
        if self._open is None:
            return False
        self._in_text = False
        if tag in _NUMBERS:
            self._open = None
        return True

    def text(self, characters: str) -> None:
        """Take in text."""
        if self._open is not None and self._in_text:
            self._open.text += characters

    def shown(self, style: str, currency: str) -> Shown | None:
        """How a cell of this style shows an amount, whose currency it may name itself; `None` if plainly."""
        known = self._of(style)
        unit = named_by(known.text) or (Unit(Decimal(1), currency) if currency else None)
        return None if unit is None and known.divided == 1 else Shown(known.divided, unit)

    def fraction(self, style: str) -> Decimal | None:
        """What a cell of this style multiplies its number by to show it as a percentage; `None` if it does not."""
        known = self._of(style)
        return Decimal(1) if known.percentage else percent_beside(known.text.strip())

    def _of(self, style: str) -> _Format:
        return self._numbers.get(self._of_cells.get(style, ""), _Format())


def _factor(written: str) -> Decimal:
    try:
        factor = Decimal(written)
    except InvalidOperation:
        return Decimal(1)
    return factor if factor.is_finite() and factor > 0 else Decimal(1)
