"""Write values as a sender does: in its notation of numbers and dates, its words and its scale."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from schemas.contract import Field, Kind
from schemas.profile.forms import Form, Locale


def cell(value: object, field: Field, form: Form) -> object:
    """A value as a form writes it, before it becomes text: its word, its number in the sender's unit, its date."""
    if value is None:
        return None
    for words in (form.values, form.bands):
        for word, code in words.get(field.name, {}).items():
            if code == text(value, locale="iso") and word.strip():
                return word
    if isinstance(value, date) and field.kind is Kind.DATE and (form_of_date := form.date_formats.get(field.name)):
        return value.strftime(form_of_date)
    scale = form.scale.get(field.name)
    if scale is not None and isinstance(value, int | Decimal):
        return _plain(Decimal(value) / scale)
    return value


def text(value: object, *, locale: Locale) -> str:
    """A cell as it is written in a text file.

    >>> text(Decimal("1234.50"), locale="nl"), text(date(2020, 10, 1), locale="nl")
    ('1234,50', '01-10-2020')
    """
    match value:
        case None:
            return ""
        case bool():
            return yes(value, locale)
        case Decimal():
            shown = format(value, "f")
            return shown.replace(".", ",") if locale == "nl" else shown
        case date():
            return value.strftime("%d-%m-%Y") if locale == "nl" else value.isoformat()
        case _:
            return str(value)


def yes(value: bool, locale: Locale) -> str:
    """The word for true or false."""
    if locale == "en":
        return "yes" if value else "no"
    return "ja" if value else "nee"


def _plain(value: Decimal) -> Decimal:
    """A number without digits that say nothing: 1250.00 in thousands is 1.25."""
    short = value.normalize()
    return short.quantize(Decimal(1)) if short == short.to_integral_value() else short
