"""Figures as people read them, in Dutch and in English, by the locale data of Babel."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Literal

from babel.numbers import format_decimal, format_percent

from kwaliteitsmonitor.methods.remarks import NOT_SHOWN
from schemas.profile.indicators import Printing

Language = Literal["nl", "en"]

SYMBOLS: dict[str, dict[Language, str]] = {
    "suppressed": {"nl": NOT_SHOWN, "en": NOT_SHOWN},
    "not_available": {"nl": "–", "en": "–"},
    "not_applicable": {"nl": "n.v.t.", "en": "n/a"},
}
"""What stands in place of a figure that is suppressed, missing, or does not apply."""


def rounded(value: Decimal, decimals: int) -> Decimal:
    """The value to so many decimals, halves away from zero, as people round and reports print; never a minus zero."""
    return value.quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_UP) + Decimal(0)


def number(value: Decimal, decimals: int, language: Language) -> str:
    """A number in the notation of the language: 7057 is `7.057` in Dutch and `7,057` in English."""
    form = "#,##0" + ("." + "0" * decimals if decimals else "")
    return str(format_decimal(rounded(value, decimals), format=form, locale=language))


def percentage(fraction: Decimal, decimals: int, language: Language) -> str:
    """A fraction as a percentage: 0.886 is `88,6%` in Dutch and `88.6%` in English."""
    form = "#,##0" + ("." + "0" * decimals if decimals else "") + "%"
    return str(format_percent(rounded(fraction, decimals + 2), format=form, locale=language))


def thousands(amount: Decimal, language: Language) -> str:
    """An amount in euro as a report prints it, in whole k€."""
    return number(amount / 1000, 0, language)


@dataclass(frozen=True)
class Exact:
    """The numbers that a report prints of a figure, before they are rounded.

    `beside` is the number in brackets behind a count; `None` with `beside_hidden` if it is not shown. The spread is
    printed in the decimals of the figure, unless `spread_decimals` says otherwise.
    """

    value: Decimal
    spread: Decimal | None = None
    beside: Decimal | None = None
    beside_hidden: bool = False
    spread_decimals: int | None = None


def figure(exact: Exact, decimals: int, printing: Printing, language: Language) -> str:
    """A figure of an indicator in the style of its definition: `25,8`, `88,6%`, `3,9 ± 0,1`, `12 (+ 9 in traject)`.

    A number beside it that is about too few people to be shown is `12 (+ × in traject)`.
    """
    value, spread, beside = exact.value, exact.spread, exact.beside
    match printing.style:
        case "percentage":
            return percentage(value, decimals, language)
        case "mean_and_spread" if spread is not None:
            of_spread = decimals if exact.spread_decimals is None else exact.spread_decimals
            return f"{number(value, decimals, language)} ± {number(spread, of_spread, language)}"
        case "count_and_beside" if beside or exact.beside_hidden:
            words = printing.beside_nl if language == "nl" else printing.beside_en
            shown = SYMBOLS["suppressed"][language]
            if beside is not None and not exact.beside_hidden:
                shown = number(beside, decimals, language)
            return f"{number(value, decimals, language)} (+ {shown} {words})"
        case _:
            return number(value, decimals, language)
