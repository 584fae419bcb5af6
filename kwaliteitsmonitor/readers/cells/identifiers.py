"""Reading a cell that names somebody or something: the very name, or a statement of what was made of it.

What a closed list of the profile knows is right, whatever it looks like. Of other names what a spreadsheet or an export
did to them (`schemas.identifiers`) is undone if the name is the same, and refused if it is not known any more,
with the name that was perhaps meant if the list has one that fits.
"""

from __future__ import annotations

import math
import re
from collections.abc import Collection, Iterable, Mapping
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from kwaliteitsmonitor.readers.cells.texts import Cell
from schemas.contract import Field
from schemas.identifiers import BROKEN, FOLDS, ODD, PATTERNS, SPELLED, Damage, expected_of
from schemas.words import Words

_MOST_DIGITS = 1e15
"""From here on a spreadsheet does not hold each whole number: it shows 15 digits and zeros after them."""

_SPELLED = str.maketrans(*SPELLED)
_FOLDS = [(re.compile(pattern), name) for pattern, name in FOLDS]
_PATTERNS = [(damage, re.compile(pattern)) for damage, pattern in PATTERNS.items()]
_ODD = re.compile(ODD)
_BROKEN = re.compile(BROKEN)
_PLAIN = re.compile(r"[0-9]+(?:\.[0-9]+)?")
_POWER = re.compile(r"([0-9]+)[eE]\+?([0-9]{1,3})")
_NUMBER = re.compile(r"[+]?[0-9]+(?:[.,][0-9]+)?(?:[eE][+-]?[0-9]{1,2})?")
_MONTHS = (
    "jan",
    "feb",
    "mrt|mar|maa|mrz|mär",
    "apr",
    "mei|may|mai",
    "jun",
    "jul",
    "aug",
    "sep",
    "okt|oct",
    "nov",
    "dec|dez",
)
_MONTH_OF = {name: number for number, names in enumerate(_MONTHS, start=1) for name in names.split("|")}
_TWO_PARTS = re.compile(r"([0-9]{1,4}|[a-zä]{3,})\.?[-/. ]*([0-9]{1,4}|[a-zä]{3,})\.?", re.IGNORECASE)


class Padded(float):
    """A whole number that its cell shows with zeros before it; `shown` is what people see."""

    shown: str

    def __new__(cls, value: float, shown: str) -> Padded:
        """The number and what is shown of it."""
        made = super().__new__(cls, value)
        made.shown = shown
        return made

    def __str__(self) -> str:
        return str(int(self))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Padded) and self.shown == other.shown

    def __hash__(self) -> int:
        return hash(self.shown)


def is_odd(text: str) -> bool:
    """Whether a text may be a name that something was done to; most names are not, and this is cheap to tell."""
    return _ODD.search(text) is not None


def folded(text: str) -> str:
    """The name that a text is another way to write: single plain spaces, without guards and `.0`; else the text."""
    text = text.translate(_SPELLED)
    for pattern, name in _FOLDS:
        text = pattern.sub(name, text)
    return text


def is_error(text: str) -> bool:
    """Whether a text is the name of an error of a spreadsheet, in Dutch, English or German: no field holds one."""
    return text.startswith("#") and damage_of(text) is Damage.ERROR


def damage_of(text: str) -> Damage | None:
    """What a folded text is if it is no name any more."""
    return next((damage for damage, pattern in _PATTERNS if pattern.fullmatch(text)), None)


def damage_of_value(raw: Cell) -> Damage | None:
    """What a cell is that is no text, if it can be no name."""
    match raw:
        case bool():
            return Damage.LOGICAL
        case date():
            return Damage.DATE
        case time() | timedelta():
            return Damage.TIME
        case float() if math.isnan(raw):
            return Damage.NOTHING
        case float() if abs(raw) >= _MOST_DIGITS:
            return Damage.PRECISION
    return None


def is_broken(raw: Cell, text: str) -> bool:
    """Whether a cell holds a number with decimals that is no name as it stands; `text` is what it reads as.

    In a cell of text only a long one is: a short one may be a name.
    """
    match raw:
        case str():
            return _BROKEN.fullmatch(text) is not None
        case float() | Decimal():
            return Decimal(raw) % 1 != 0
    return False


def expected(field: Field, damage: Damage, meant: str = "") -> Words:
    """What was expected in a field if a name is damaged; `meant` is the name that was perhaps meant."""
    named = _named(field)
    if field.nullable and damage in (Damage.NOTHING, Damage.ZERO):
        return stands_for_nothing(field)
    words = expected_of(damage, named)
    return Words(f"{words.nl}; {_meant(meant).nl}", f"{words.en}; {_meant(meant).en}") if meant else words


def expected_instead(field: Field, meant: str) -> Words:
    """What was expected in a field if the list has a name that was perhaps meant."""
    named, words = _named(field), _meant(meant)
    return Words(f"{named.nl}; {words.nl}", f"{named.en}; {words.en}")


def stands_for_nothing(field: Field) -> Words:
    """What is said of a word for nothing in a field that may be empty."""
    words = expected_of(Damage.NOTHING, _named(field))
    return Words(
        f"{words.nl}: laat de cel leeg waar er geen is", f"{words.en}: leave the cell empty where there is none"
    )


def _named(field: Field) -> Words:
    return field.identifier or Words(field.nl, field.en)


def _meant(name: str) -> Words:
    return Words(f"bedoeld is wellicht {name}: maak de cel tekst", f"perhaps {name} is meant: make the cell text")


def meant_by(raw: Cell, text: str, names: Collection[str]) -> str:
    """The only one of these names that a spreadsheet makes this cell of; empty if none is, or several are."""
    day = raw if isinstance(raw, date) else _day_in(text)
    if day is not None:
        matches = {name for name in names if _same_day(name, day)}
    elif _NUMBER.fullmatch(text):
        matches = _as_number(text, names)
    else:
        matches = set()
    return matches.pop() if len(matches) == 1 else ""


def _as_number(text: str, names: Collection[str]) -> set[str]:
    """The names that are the same number: with zeros before it, as a power of ten, or rounded to what is shown."""
    number = Decimal(text.replace(",", "."))
    matches = {name for name in names if _number_of(name) == number}
    if not matches and "e" in text.lower():
        digits = len(number.as_tuple().digits)
        matches = {
            n for n in names if n.isdigit() and n.isascii() and Decimal(f"{Decimal(n):.{digits - 1}E}") == number
        }
    return matches


def _number_of(name: str) -> Decimal | None:
    if _PLAIN.fullmatch(name):
        return Decimal(name)
    power = _POWER.fullmatch(name)
    return Decimal(f"{power[1]}E{power[2]}") if power else None


def _day_in(text: str) -> date | None:
    """The day that a text is, as a spreadsheet writes one with a year."""
    try:
        return datetime.fromisoformat(text).date() if text[:1].isdigit() and "-" in text else None
    except ValueError:
        return None


def _same_day(name: str, day: date) -> bool:
    """Whether a spreadsheet makes a name this day: as a day and a month, or a month and a year."""
    match = _TWO_PARTS.fullmatch(name)
    if match is None:
        return False
    one, other = (_MONTH_OF.get(part[:3].casefold()) if part.isalpha() else int(part) for part in match.groups())
    words = [part.isalpha() for part in match.groups()]
    pairs = {(one, other), (other, one)}
    if all(words) or None in (one, other):
        return False
    month_first = {(month, number) for month, number in pairs if not any(words) or month == day.month}
    return any(
        m == day.month and (n == day.day or (day.day == 1 and n in (day.year, day.year % 100))) for m, n in month_first
    )


def one_spelling(texts: Iterable[str], known: Collection[str] = ()) -> Mapping[str, str]:
    """For texts that differ from another in capitals alone: the spelling that stands for both, capitals first.

    What is `known` is left as it is, and so are names that are damaged.
    """
    alike: dict[str, dict[str, str]] = {}
    for text in texts:
        own = text.strip()
        if is_odd(own):  # most names are not, and those are their own spelling
            own = folded(own)
            if damage_of(own) is not None:
                continue
        if own and own not in known:
            alike.setdefault(own.casefold(), {}).setdefault(text, own)
    spellings: dict[str, str] = {}
    for group in alike.values():
        first = min(group.values())
        if len(set(group.values())) > 1:
            spellings |= {text: first for text, own in group.items() if own != first}
    return spellings
