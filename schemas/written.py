"""How days, numbers and amounts are written in a sentence, in Dutch and in English."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from decimal import Decimal

from schemas.words import Words

MINUS = "−"


def day_in_words(day: date) -> Words:
    """A day with its month in words, as it stands in a sentence: `31 december 2020`."""
    from babel.dates import format_date

    return Words(format_date(day, "d MMMM y", locale="nl"), format_date(day, "d MMMM y", locale="en"))


def short_day(day: date) -> Words:
    """A day as it stands in a narrow table: `31-12-2020`, and in English as ISO 8601 has it.

    >>> short_day(date(2020, 12, 31))
    Words(nl='31-12-2020', en='2020-12-31')
    """
    return Words(f"{day:%d-%m-%Y}", f"{day:%Y-%m-%d}")


def number(value: Decimal | int | float | None, *, digits: int | None = None, grouped: bool = True) -> Words:
    """A number with a point for thousands and a comma for decimals in Dutch, the other way about in English.

    All its decimals, without those that say nothing, or so many digits of them; a year is not `grouped` by thousands.

    >>> number(Decimal("7057000.50"))
    Words(nl='7.057.000,5', en='7,057,000.5')
    >>> number(5.0), number(Decimal("-1"), digits=2).nl
    (Words(nl='5', en='5'), '−1,00')
    """
    if value is None:
        return Words("", "")
    exact = Decimal(f"{value:.15g}") if isinstance(value, float) else Decimal(value)
    sign = "," if grouped else ""
    text = f"{exact:{sign}f}" if digits is None else f"{exact:{sign}.{digits}f}"
    if digits is None and "." in text:
        text = text.rstrip("0").rstrip(".")
    text = text.replace("-", MINUS)
    return Words(text.translate(str.maketrans(",.", ".,")), text)


def money(value: Decimal, currency: str = "EUR") -> Words:
    """An amount in a sentence, with cents where it has any: `€ 7.057.000`, `€7,056,998.50`."""
    from babel.numbers import format_currency

    whole = value == value.to_integral_value()
    nl, en = (
        format_currency(value, currency, f"{form}{'' if whole else '.00'}", locale=language, currency_digits=False)
        for language, form in (("nl", "¤ #,##0"), ("en", "¤#,##0"))
    )
    return Words(*(text.replace("\xa0", " ").replace("-", MINUS) for text in (nl, en)))


def bounds(low: Decimal | None, high: Decimal | None, measure: Words | None = None, *, grouped: bool = True) -> Words:
    """Between which numbers a value lies, both inclusive; either may be none, and there may be a unit of measure.

    >>> bounds(Decimal(0), None).nl, bounds(Decimal(1), Decimal(5)).en
    ('ten minste 0', '1 to 5')
    """
    least, most = number(low, grouped=grouped), number(high, grouped=grouped)
    nl, en = (f" {measure.nl}", f" {measure.en}") if measure and measure.nl else ("", "")
    if high is None:
        return Words(f"ten minste {least.nl}{nl}", f"at least {least.en}{en}")
    if low is None:
        return Words(f"ten hoogste {most.nl}{nl}", f"at most {most.en}{en}")
    return Words(f"{least.nl} tot en met {most.nl}{nl}", f"{least.en} to {most.en}{en}")


UNITS_OF_MEASURE: Mapping[str, Words] = {
    "fraction": Words("aandeel (0 tot 1)", "fraction (0 to 1)"),
    "percentage points": Words("procentpunt", "percentage points"),
    "fte": Words("fte", "fte"),
    "persons": Words("personen", "persons"),
    "persons or answers": Words("personen of antwoorden", "persons or answers"),
    "persons or cases": Words("personen of gevallen", "persons or cases"),
    "rows": Words("rijen", "rows"),
    "score": Words("score", "score"),
    "number": Words("aantal", "number"),
    "programmes": Words("opleidingen", "programmes"),
    "students_per_fte": Words("studenten per fte", "students per fte"),
    "EUR": Words("euro", "euro"),
}
"""What the units are called in which a contract or a definition measures."""


def unit_of_measure(name: str) -> Words:
    """What a unit of measure is called: its own name, where people know it by no other."""
    spaced = name.replace("_", " ")
    return UNITS_OF_MEASURE.get(name, Words(spaced, spaced))


_ROW = re.compile(r"\brow ([1-9]\d*)(?:, (?:(\w+)\b)?)?")


def place(cell: str, labels: Mapping[str, Words]) -> Words:
    """A cell as people find it: `D14` as it is, `row 14, fte` as row and column, by the label that the column has.

    >>> place("row 14, fte", {"fte": Words("Fte", "Fte")})
    Words(nl='rij 14, kolom Fte', en='row 14, column Fte')
    >>> place("D14", {}).nl, place("e/a.csv row 3", {}).nl
    ('D14', 'e/a.csv rij 3')
    """

    def located(row: str, column: str, language: str) -> str:
        def one(match: re.Match[str]) -> str:
            if not match[0].partition(",")[1]:
                return f"{row} {match[1]}"
            name = labels.get(match[2] or "")
            return f"{row} {match[1]}, {column} {name.in_language(language) if name else match[2] or ''}"

        return _ROW.sub(one, cell)

    return Words(located("rij", "kolom", "nl"), located("row", "column", "en"))
