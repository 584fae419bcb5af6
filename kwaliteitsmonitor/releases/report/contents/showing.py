"""Show figures in cells, with a sign if they are not shown, and their notes under the table."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from string import ascii_lowercase

from kwaliteitsmonitor.methods.figures.money import scale_of, shown, unit
from kwaliteitsmonitor.methods.figures.printing import SYMBOLS
from kwaliteitsmonitor.releases.format.reader import Row
from kwaliteitsmonitor.releases.report.document.model import Column, Figure, Style
from kwaliteitsmonitor.releases.report.document.reading import Reading, decimal
from kwaliteitsmonitor.releases.report.document.wording import printed


@dataclass
class Notes:
    """The notes of a table: each text once, under a letter in the order in which the figures call for it."""

    texts: dict[str, str] = field(default_factory=dict)

    def keys(self, texts: Iterable[str]) -> tuple[str, ...]:
        """The letters of these notes, new ones where they are not there yet."""
        return tuple(self._key(text) for text in texts if text)

    def _key(self, text: str) -> str:
        sentence = f"{text[:1].upper()}{text[1:]}"
        sentence += "" if sentence.endswith((".", "!", "?")) else "."
        if sentence not in self.texts:
            self.texts[sentence] = _letter(len(self.texts))
        return self.texts[sentence]

    @property
    def by_key(self) -> dict[str, str]:
        """The notes by letter, as a table holds them."""
        return {key: text for text, key in self.texts.items()}


def _letter(index: int) -> str:
    """`a` to `z`, then `aa`."""
    more, rest = divmod(index, len(ascii_lowercase))
    return (_letter(more - 1) if more else "") + ascii_lowercase[rest]


def money(reading: Reading, row: Row, name: str, notes: Iterable[str] = ()) -> Figure:
    """An amount of a row of money, in the unit in which the institution shows money."""
    scale = scale_of(reading.profile.institution.money)
    return _shown(reading, row, name, scale.style, scale.decimals, notes)


def amount(reading: Reading, value: Decimal) -> str:
    """An amount in words, in the unit in which the institution shows money."""
    return shown(value, reading.profile.institution.money, reading.language)


def money_unit(reading: Reading) -> str:
    """The unit in which the institution shows money: `k€`."""
    return unit(reading.profile.institution.money, reading.language)


def fraction(reading: Reading, row: Row, name: str, decimals: int = 0, notes: Iterable[str] = ()) -> Figure:
    """A fraction of a row, as a percentage."""
    return _shown(reading, row, name, "percentage", decimals, notes)


def points(reading: Reading, row: Row, name: str, decimals: int = 1, notes: Iterable[str] = ()) -> Figure:
    """A shift of a row, in percentage points."""
    return _shown(reading, row, name, "percentage_points", decimals, notes)


def plain(reading: Reading, row: Row, name: str, decimals: int = 0, notes: Iterable[str] = ()) -> Figure:
    """A number of a row: a count or a score."""
    return _shown(reading, row, name, "number", decimals, notes)


def _shown(reading: Reading, row: Row, name: str, style: Style, decimals: int, notes: Iterable[str]) -> Figure:
    """The figure, or the sign in place of one that is suppressed, missing, or that the release does not give."""
    value, status, identity = decimal(row.get(name)), row.get("status", "ok"), row.get("figure_id")
    keys = tuple(notes)
    if value is None or status != "ok":
        absent = status if status != "ok" else "not_available"
        return Figure(SYMBOLS[absent][reading.language], None, style, decimals, identity, name, absent, keys)
    return Figure(printed(value, style, decimals, reading.language), value, style, decimals, identity, name, "ok", keys)


def amounts(reading: Reading, name: str, title: str, formula: str = "") -> Column:
    """A column of amounts, which add up, in the unit in which the institution shows money."""
    return Column(name, title, figures=True, measure=money_unit(reading), formula=formula, adds_up=True)


def shares(name: str, title: str, formula: str = "") -> Column:
    """A column of percentages, which do not add up unless a formula says how."""
    return Column(name, title, figures=True, measure="%", formula=formula)


def numbers(name: str, title: str, measure: str = "") -> Column:
    """A column of plain numbers."""
    return Column(name, title, figures=True, measure=measure)
