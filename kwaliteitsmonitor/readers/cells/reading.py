"""Reading one cell: from what a file holds to a typed value, or a statement of what was expected.

Nothing is guessed. A number is read in the notation that the source declares; a cell that fits none is refused.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from functools import cached_property

from kwaliteitsmonitor.readers.cells.bands import OutsideBandsError, banded
from kwaliteitsmonitor.readers.cells.days import read_day
from kwaliteitsmonitor.readers.cells.identifiers import (
    Padded,
    damage_of,
    damage_of_value,
    expected,
    expected_instead,
    folded,
    is_broken,
    is_error,
    is_odd,
    meant_by,
)
from kwaliteitsmonitor.readers.cells.numbers import OF_ONE, Measure, Percentage, Written, written
from kwaliteitsmonitor.readers.cells.percents import percent_in, without_percent
from kwaliteitsmonitor.readers.cells.texts import (
    INVISIBLE,
    LONGEST_TEXT,
    Cell,
    Refused,
    is_blank,
    pseudonym,
    text_of,
)
from schemas.contract import KIND_EN, KIND_NL, Field, Kind
from schemas.identifiers import Damage
from schemas.profile.forms import Form, Locale, Split
from schemas.profile.indicators import Measured
from schemas.spelling import composed, fold
from schemas.values import Value

TRUE = frozenset({"ja", "j", "yes", "y", "true", "waar", "1", "x"})
FALSE = frozenset({"nee", "n", "no", "false", "onwaar", "0"})
SHARES = frozenset({"share", "fraction"})
"""Units of measure of fields that hold a fraction, which may be written as a percentage."""

_LARGEST = Decimal(10) ** 13


@dataclasses.dataclass(frozen=True)
class CellReader:
    """Reads the cells of one field, in the notation of `locale`; `aliases` are other spellings of its codes.

    `key` is that of the pseudonyms. The others are what a form says of the field (`schemas.profile.forms`): `scale`,
    `date_format`, `values` and `empty` texts, `bands` of numbers that stand for a word, and `split`, the pattern whose
    group of the field's name is its part of a cell. `measured` says what the number of a row measures, by the code and
    the year that the row has; of one kind of row, `share` says whether that is a fraction. Raises `ValueError` if a
    field that identifies people has no key, rather than let identifiers through.
    """

    field: Field
    locale: Locale
    aliases: Mapping[str, str]
    key: bytes = b""
    scale: Decimal | None = None
    date_format: str = ""
    values: Mapping[str, str] = dataclasses.field(default_factory=dict)
    empty: frozenset[str] = frozenset()
    split: Split | None = None
    bands: Mapping[str, str] = dataclasses.field(default_factory=dict)
    measured: Callable[[str, int | None], Measured | None] | None = None
    share: bool | None = None
    as_shown: bool = False  # amounts in another unit, read as they stand there

    def __post_init__(self) -> None:
        if self.field.personal and self.field.kind is Kind.TEXT and not self.key:
            raise ValueError(f"{self.field.name} identifies people: it needs a key for pseudonyms")

    def __call__(self, raw: Cell) -> Value:
        """The typed value of a cell, `None` for an empty one. Raises `Refused`."""
        if self.translates:
            raw = self.part(raw)
        if is_blank(raw):
            return None
        if self.field.identifier:
            return self.of_text(_name(raw, self))
        if self.field.kind is Kind.TEXT:
            return self.of_text(_text(raw, self))
        return _READERS[self.field.kind](raw, self)

    def of_text(self, text: str) -> str | None:
        """The code or the pseudonym of a text, or the text itself; `None` for an empty one."""
        text = self.code(composed(text.strip()))
        return pseudonym(text, self.key) if text and self.field.personal else text or None

    def part(self, raw: Cell) -> Cell:
        """What a cell holds for this field by its form, not yet typed; `None` if that is nothing. Raises `Refused`."""
        if self.split is not None and not is_blank(raw):
            match = self._pattern.fullmatch(" ".join(text_of(raw).split()))
            if match is None:
                raise Refused(f"een cel als: {self.split.example}", f"a cell as: {self.split.example}")
            raw = match[self.field.name]
        if self._translated and not is_blank(raw):
            translation = self._translated.get(fold(text_of(raw)), raw)
            if translation is not raw:
                return translation
        if self.bands and not is_blank(raw):
            try:
                return banded(raw, self.bands, self.locale)
            except OutsideBandsError as error:
                raise Refused(error.expected.nl, error.expected.en) from None
        return raw

    def code(self, text: str) -> str:
        """The code of a text: itself, another spelling, or either in another case or spacing.

        The text itself if it stands for none, or if case alone tells two codes apart.
        """
        if not self.aliases and not self.field.codes:
            return text
        if text in self.field.codes:
            return text
        if text in self.aliases:
            return self.aliases[text]
        code = self._folded.get(fold(text))
        if code is None and self.field.says_percent:
            code = self._folded.get(fold(without_percent(text)))
        return text if code is None else code

    def percent_of(self, raw: Cell) -> Decimal | None:
        """What the number beside a word is to be multiplied by, as `Uitval (%)` says beside a code; `None` if nothing.

        What is the name of a code itself says nothing of the number.
        """
        if not isinstance(raw, str) or not self.field.says_percent or fold(raw) in self._folded:
            return None
        return percent_in(raw)

    def knows(self, text: str) -> bool:
        """Whether a list of the profile, or the form, has a text as a name, whatever it looks like."""
        field = self.field
        return (
            text in field.known
            or text in self.values.values()
            or (bool(field.codes) and self.code(text) in field.codes)
        )

    def takes(self, text: str) -> bool:
        """Whether a text is a name as it stands, so that nothing more has to be looked at."""
        return self.knows(text) if self.field.codes else not is_odd(text)

    def respells(self, raw: Cell) -> bool:
        """Whether the name that is read stands there in another way than it is written, as `="50035"`."""
        if isinstance(raw, Padded):
            return not self.field.codes
        if not self.field.identifier or not isinstance(raw, str) or self.takes(raw.strip()) or self.knows(raw.strip()):
            return False
        own = folded(raw)
        return own != raw.strip() and (self.knows(own) if self.field.codes else damage_of(own) is None)

    @cached_property
    def _folded(self) -> Mapping[str, str]:
        codes: dict[str, str | None] = {}
        for spelling, code in (*((code, code) for code in self.field.codes), *self.aliases.items()):
            other = codes.setdefault(fold(spelling), code)
            if other != code:
                codes[fold(spelling)] = None
        return {spelling: code for spelling, code in codes.items() if code is not None}

    @cached_property
    def _translated(self) -> Mapping[str, str | None]:
        texts: dict[str, str | None] = {fold(text): value for text, value in self.values.items()}
        return texts | dict.fromkeys(map(fold, self.empty))

    @cached_property
    def _pattern(self) -> re.Pattern[str]:
        assert self.split is not None  # noqa: S101 - only asked for where there is one
        return self.split.compiled

    @cached_property
    def translates(self) -> bool:
        """Whether what a cell holds is not yet what is read: it falls apart, or stands for another number or word."""
        return bool(self.split or self.values or self.bands or self.empty or self.scale is not None)

    @property
    def takes_percentages(self) -> bool:
        """Whether a percentage is what this field may be written as: a fraction."""
        if self.share is not None:
            return self.share
        return self.field.unit_of_measure in SHARES or self.scale == Decimal("0.01")


def cell_readers(
    fields: tuple[Field, ...], form: Form, locale: Locale, aliases: Mapping[str, Mapping[str, str]], key: bytes
) -> dict[str, CellReader]:
    """The reader of each field of a bound contract, as a form says; `locale` is the notation of the source.

    `aliases` are other spellings of codes, by code list.
    """
    splits = {name: split for split in form.split for name in split.fields}
    return {
        f.name: CellReader(
            f,
            form.locales.get(f.name, locale),
            {**f.code_aliases, **aliases.get(f.code_list, {})},
            key,
            form.scale.get(f.name),
            form.date_formats.get(f.name, ""),
            form.values.get(f.name, {}),
            frozenset(form.empty.get(f.name, ())),
            splits.get(f.name),
            form.bands.get(f.name, {}),
        )
        for f in fields
    }


def _text(raw: Cell, reader: CellReader) -> str:
    text = text_of(raw)
    if len(text) > LONGEST_TEXT:
        raise Refused(f"tekst van ten hoogste {LONGEST_TEXT} tekens", f"text of at most {LONGEST_TEXT} characters")
    if is_error(text) and not reader.field.identifier:
        raise Refused("tekst, geen foutmelding van een rekenblad", "text, not an error of a spreadsheet")
    if INVISIBLE.search(text):
        raise Refused(
            "tekst zonder onzichtbare tekens; typ de cel opnieuw", "text without invisible characters; type it again"
        )
    return text


def _name(raw: Cell, reader: CellReader) -> str:
    """The name in a cell of a field that names somebody or something. Raises `Refused` if it is none any more."""
    field = reader.field
    damage = damage_of_value(raw)
    if damage is not None:
        raise Refused.of(expected(field, damage, meant_by(raw, "", field.codes)))
    if isinstance(raw, Percentage):
        named = expected_instead(field, "")
        raise Refused(f"{named.nl.split(';')[0]}, geen percentage", f"{named.en.split(';')[0]}, not a percentage")
    text = raw.shown if isinstance(raw, Padded) and not field.codes else _text(raw, reader)
    if reader.takes(text) or reader.knows(text):
        return text
    own = folded(text)
    if own != text and reader.knows(own):
        return own
    damage, meant = damage_of(own), meant_by(raw, own, field.codes)
    if damage is None and is_broken(raw, own):
        damage = Damage.FRACTION
    if damage is not None and not (field.codes and damage in (Damage.NOTHING, Damage.ZERO)):
        raise Refused.of(expected(field, damage, meant))  # of a word for nothing, a closed list says it better
    if meant:
        raise Refused.of(expected_instead(field, meant))
    return own


def _number(raw: Cell, reader: CellReader) -> Decimal:
    if isinstance(raw, str):
        return _finite(_parsed(raw, reader), reader)
    if isinstance(raw, Percentage):
        if not reader.takes_percentages:
            raise _no_percentage(reader)
        return _finite(Decimal(f"{raw:.15g}"), reader)
    if isinstance(raw, float):
        # A spreadsheet holds binary fractions; 15 digits is what it shows, and gives back the number that was typed.
        return _finite(_scaled(Decimal(f"{raw:.15g}"), reader), reader)
    nl, en = _kind(reader)
    if isinstance(raw, bool):
        raise Refused(f"{nl}, geen ja of nee", f"{en}, not yes or no")
    if isinstance(raw, date):
        raise _became_a_date(reader)
    if isinstance(raw, Decimal | int):
        return _finite(_scaled(Decimal(raw), reader), reader)
    raise Refused(nl, en)


_THREE = {
    "nl": re.compile(r"(?<![\d.,])[1-9]\d{0,2},\d{3}(?![\d.,])"),
    "en": re.compile(r"(?<![\d.,])[1-9]\d{0,2}\.\d{3}(?![\d.,])"),
}


def _may_be_thousands(text: str, number: Written, reader: CellReader) -> bool:
    """Whether an amount in whole currency has three decimals: no one writes those, and abroad they are thousands."""
    whole = reader.field.kind is Kind.MONEY and reader.scale in (None, Decimal(1)) and not reader.as_shown
    plain = number.measure in (Measure.PLAIN, Measure.EURO) and reader.locale in _THREE
    return whole and plain and bool(_THREE[reader.locale].search(text))


def _in_doubt(reader: CellReader) -> Refused:
    nl, en = _kind(reader)
    shown = {"nl": ("1.300", "1,30"), "en": ("1,300", "1.30")}[reader.locale]
    return Refused(
        f"{nl} met ten hoogste twee decimalen: schrijf {shown[0]} voor duizenden, {shown[1]} voor centen",
        f"{en} with at most two decimals: write {shown[0]} for thousands, {shown[1]} for cents",
    )


def _parsed(text: str, reader: CellReader) -> Decimal:
    number = written(text, reader.locale)
    if number is None:
        raise _another_notation(text, reader)
    if _may_be_thousands(text, number, reader):
        raise _in_doubt(reader)
    match number.measure:
        case Measure.PERCENT | Measure.PERMILLE if reader.takes_percentages:
            return number.value * OF_ONE[number.measure]
        case Measure.PERCENT | Measure.PERMILLE:
            raise _no_percentage(reader)
        case Measure.THOUSANDS if reader.field.kind is Kind.MONEY:
            return number.value * 1000
        case Measure.EURO if reader.field.kind is Kind.MONEY and reader.scale in (None, Decimal(1)):
            return number.value
        case Measure.EURO | Measure.THOUSANDS:
            nl, en = _kind(reader)
            raise Refused(f"{nl}, zonder {number.measure}", f"{en}, without {number.measure}")
        case _:
            return _scaled(number.value, reader)


def _another_notation(text: str, reader: CellReader) -> Refused:
    nl, en = _kind(reader)
    if damage_of(text) is Damage.DATE:
        return _became_a_date(reader)
    if reader.locale == "iso" and reader.field.kind is not Kind.INTEGER:
        return Refused(
            f"{nl} met een decimale punt en zonder scheiding van duizendtallen, bijvoorbeeld 1234.5",
            f"{en} with a decimal point and no thousands separator, for example 1234.5",
        )
    if "%" in text and not reader.takes_percentages:
        return _no_percentage(reader)
    if reader.field.kind is Kind.INTEGER:
        if reader.field.clock is not None:
            return Refused(f"{nl}, bijvoorbeeld {reader.field.example}", f"{en}, for example {reader.field.example}")
        return Refused(f"{nl} zonder tekst erbij, bijvoorbeeld 12", f"{en} without text beside it, for example 12")
    example = "1.234,5" if reader.locale == "nl" else "1,234.5"
    return Refused(f"{nl} in de notatie {example}", f"{en} in the notation {example}")


def _became_a_date(reader: CellReader) -> Refused:
    nl, en = _kind(reader)
    return Refused(
        f"{nl}; een rekenblad heeft er een datum van gemaakt: geef de cel de opmaak van een getal en typ het opnieuw",
        f"{en}; a spreadsheet made a date of it: format the cell as a number and type it again",
    )


def _no_percentage(reader: CellReader) -> Refused:
    nl, en = _kind(reader)
    return Refused(f"{nl}, geen percentage", f"{en}, not a percentage")


def _scaled(value: Decimal, reader: CellReader) -> Decimal:
    return value if reader.scale is None else value * reader.scale


def _finite(value: Decimal, reader: CellReader) -> Decimal:
    if value.is_finite() and abs(value) < _LARGEST:
        return value
    raise Refused(*_kind(reader))


def _kind(reader: CellReader) -> tuple[str, str]:
    return KIND_NL[reader.field.kind], KIND_EN[reader.field.kind]


def _integer(raw: Cell, reader: CellReader) -> int:
    value = _number(raw, reader)
    if value != value.to_integral_value():
        raise Refused("een geheel getal", "a whole number")
    return int(value)


def _decimal(raw: Cell, reader: CellReader) -> Decimal:
    value = _number(raw, reader)
    scale = reader.field.scale
    exact = value.quantize(Decimal(1).scaleb(-scale))
    if exact != value and not reader.field.rounded:
        nl, en = _kind(reader)
        raise Refused(f"{nl} met ten hoogste {scale} decimalen", f"{en} with at most {scale} decimals")
    return exact


def _float(raw: Cell, reader: CellReader) -> float:
    return float(_number(raw, reader))


def _date(raw: Cell, reader: CellReader) -> date:
    return read_day(raw, reader.locale, reader.date_format)


def _boolean(raw: Cell, _reader: CellReader) -> bool:
    if isinstance(raw, bool):
        return raw
    text = fold(text_of(raw))
    if text in TRUE:
        return True
    if text in FALSE:
        return False
    raise Refused("ja of nee", "yes or no (ja or nee)")


_READERS: Mapping[Kind, Callable[[Cell, CellReader], Value]] = {
    Kind.INTEGER: _integer,
    Kind.DECIMAL: _decimal,
    Kind.MONEY: _decimal,
    Kind.NUMBER: _float,
    Kind.DATE: _date,
    Kind.BOOLEAN: _boolean,
}
