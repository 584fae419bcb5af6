"""How days, numbers and amounts are written in a sentence, in Dutch and in English."""

from __future__ import annotations

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


def number(value: Decimal | int | float | None, *, digits: int | None = None) -> Words:
    """A number with a point for thousands and a comma for decimals in Dutch, the other way about in English.

    All its decimals, without those that say nothing, or so many digits of them.

    >>> number(Decimal("7057000.50"))
    Words(nl='7.057.000,5', en='7,057,000.5')
    >>> number(5.0), number(Decimal("-1"), digits=2).nl
    (Words(nl='5', en='5'), '−1,00')
    """
    if value is None:
        return Words("", "")
    exact = Decimal(f"{value:.15g}") if isinstance(value, float) else Decimal(value)
    text = f"{exact:,f}" if digits is None else f"{exact:,.{digits}f}"
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
