"""Reading one cell: from what a file holds to a typed value, or a statement of what was expected.

Nothing is guessed. A number is read in the notation that the source declares; a cell that fits none is refused.
"""

from __future__ import annotations

import hashlib
import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal, InvalidOperation
from typing import Any, Literal, NoReturn

from schemas.contract import KIND_EN, Field, Kind

Locale = Literal["nl", "en", "iso"]

TRUE = frozenset({"ja", "j", "yes", "y", "true", "waar", "1", "x"})
FALSE = frozenset({"nee", "n", "no", "false", "onwaar", "0"})
_ISO_DATE = re.compile(r"\d{4}-\d{2}-\d{2}(?:[T ]00:00(?::00(?:\.0+)?)?)?", re.ASCII)
_DUTCH_DATE = re.compile(r"(\d{1,2})[-/](\d{1,2})[-/](\d{4})", re.ASCII)
_ISO_NUMBER = re.compile(r"[+-]?\d+(\.\d+)?", re.ASCII)
_LOCAL_NUMBER = re.compile(r"[+-]?\d[\d.,]*", re.ASCII)


class Refused(ValueError):  # noqa: N818 - no error of the program: a finding about a cell
    """The cell does not hold what its field asks for; the message says what was expected."""


@dataclass(frozen=True)
class CellReader:
    """Reads the cells of one field, in the notation of `locale`; `aliases` are other spellings of its codes.

    `key` is that of the pseudonyms. Raises `ValueError` where a field that identifies people has none, rather than
    let identifiers through.
    """

    field: Field
    locale: Locale
    aliases: Mapping[str, str]
    key: bytes = b""

    def __post_init__(self) -> None:
        if self.field.personal and self.field.kind is Kind.TEXT and not self.key:
            raise ValueError(f"{self.field.name} identifies people: it needs a key for pseudonyms")

    def __call__(self, raw: Any) -> Any:
        """The typed value of a cell, none for an empty one. Raises `Refused`."""
        if raw is None or (isinstance(raw, str) and not raw.strip()):
            return None
        value = _READERS[self.field.kind](raw, self.field, self.locale)
        if self.field.kind is Kind.TEXT:
            value = self.aliases.get(value, value)
            if self.field.personal:
                return pseudonym(value, self.key)
        return value


def pseudonym(identifier: str, key: bytes) -> str:
    """The keyed hash (BLAKE2b, 128 bits) that stands for a person's identifier from staging on."""
    return hashlib.blake2b(identifier.encode(), key=key, digest_size=16).hexdigest()


def _text(raw: Any, _field: Field, _locale: Locale) -> str:
    if isinstance(raw, str):
        return raw.strip()
    if isinstance(raw, float) and math.isfinite(raw):
        return str(int(raw)) if raw.is_integer() else str(raw)
    if isinstance(raw, datetime | date | time):
        return raw.isoformat()
    if isinstance(raw, bool | int | Decimal):
        return str(raw)
    raise Refused("text")


def _number(raw: Any, field: Field, locale: Locale) -> Decimal:
    if isinstance(raw, bool):
        raise Refused(f"{KIND_EN[field.kind]}, not yes or no")
    if isinstance(raw, Decimal | int):
        return _finite(Decimal(raw), field)
    if isinstance(raw, float):
        # A spreadsheet holds binary fractions; 15 digits is what it shows, and gives back the number that was typed.
        return _finite(Decimal(f"{raw:.15g}"), field) if math.isfinite(raw) else _refuse(field)
    if not isinstance(raw, str):
        return _refuse(field)
    return _finite(_parse(raw.strip(), field, locale), field)


def _parse(text: str, field: Field, locale: Locale) -> Decimal:
    if locale == "iso":
        if not _ISO_NUMBER.fullmatch(text):
            raise Refused(f"{KIND_EN[field.kind]} with a decimal point and no thousands separator, as 1234.5")
        return Decimal(text)
    from babel.numbers import NumberFormatError, parse_decimal

    try:
        if not _LOCAL_NUMBER.fullmatch(text):
            raise NumberFormatError(text)
        return parse_decimal(text, locale=locale, strict=True)
    except (NumberFormatError, InvalidOperation):
        example = "1.234,5" if locale == "nl" else "1,234.5"
        raise Refused(f"{KIND_EN[field.kind]} in the notation {example}") from None


def _finite(value: Decimal, field: Field) -> Decimal:
    return value if value.is_finite() and abs(value) < Decimal(10) ** 13 else _refuse(field)


def _refuse(field: Field) -> NoReturn:
    raise Refused(KIND_EN[field.kind])


def _integer(raw: Any, field: Field, locale: Locale) -> int:
    value = _number(raw, field, locale)
    if value != value.to_integral_value():
        raise Refused("a whole number")
    return int(value)


def _decimal(raw: Any, field: Field, locale: Locale) -> Decimal:
    value = _number(raw, field, locale)
    exact = value.quantize(Decimal(1).scaleb(-field.scale))
    if exact != value:
        raise Refused(f"{KIND_EN[field.kind]} with at most {field.scale} decimals")
    return exact


def _float(raw: Any, field: Field, locale: Locale) -> float:
    return float(_number(raw, field, locale))


def _date(raw: Any, _field: Field, locale: Locale) -> date:
    if isinstance(raw, datetime):
        if raw.time() != time(0):
            raise Refused("a date without a time of day")
        return raw.date()
    if isinstance(raw, date):
        return raw
    text = str(raw).strip()
    try:
        if _ISO_DATE.fullmatch(text):
            return date.fromisoformat(text[:10])
        match = _DUTCH_DATE.fullmatch(text)
        if match and locale == "nl":
            return date(int(match[3]), int(match[2]), int(match[1]))
    except ValueError:
        pass
    raise Refused("a date, as 2020-10-01" if locale != "nl" else "a date, as 1-10-2020 or 2020-10-01")


def _boolean(raw: Any, _field: Field, _locale: Locale) -> bool:
    if isinstance(raw, bool):
        return raw
    text = _text(raw, _field, _locale).casefold()
    if text in TRUE:
        return True
    if text in FALSE:
        return False
    raise Refused("ja or nee (yes or no)")


_READERS: Mapping[Kind, Callable[[Any, Field, Locale], Any]] = {
    Kind.TEXT: _text,
    Kind.INTEGER: _integer,
    Kind.DECIMAL: _decimal,
    Kind.MONEY: _decimal,
    Kind.NUMBER: _float,
    Kind.DATE: _date,
    Kind.BOOLEAN: _boolean,
}
