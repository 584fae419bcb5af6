"""A figure in a cell: its number, and a number format by which Excel shows it as it is printed."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from kwaliteitsmonitor.methods.figures.printing import Language, number, rounded
from kwaliteitsmonitor.releases.report.document.model import Figure, Style
from kwaliteitsmonitor.releases.report.document.wording import SIZES, printed

_SIGNS: dict[Style, str] = {"percentage": "%"}
"""By which a number format multiplies what it shows."""


@dataclass(frozen=True)
class InCell:
    """A number with its format, and the spread in the column beside it.

    It is in the unit that the header names: under k€ in thousands, with all digits, so that the cell without its format
    agrees with the header.
    """

    value: Decimal
    form: str
    spread: Decimal | None = None


def in_cell(figure: Figure, language: Language) -> InCell | None:
    """A figure as a cell holds it; `None` if there is no number, or none that a format shows as it is printed.

    What stands around the number, such as `(+ 9 in traject)`, goes into the format: the cell stays a number.
    """
    if figure.value is None or figure.status != "ok" or figure.style == "text":
        return None
    shown, spread = as_printed(figure, figure.value, language), None
    text = figure.text
    if figure.spread is not None:
        beside = f" ± {number(figure.spread, figure.decimals, language)}"
        if text.endswith(beside):
            text, spread = text.removesuffix(beside), figure.spread
    for plus, minus in (("", "-"), ("+", "-"), ("", "−"), ("+", "−")):
        signed = plus + shown if figure.value > 0 else shown.replace("-", minus)
        before, middle, after = text.partition(signed)
        if middle and not _touches(before, after):
            held = figure.value / SIZES.get(figure.style, 1)
            return InCell(held, _form(figure, before, after, plus, minus), spread)
    return None


def as_printed(figure: Figure, value: Decimal, language: Language) -> str:
    """A number in the style of a figure: to so many decimals, in thousands or millions, as a percentage."""
    return printed(value, figure.style, figure.decimals, language)


def as_read(figure: Figure, value: Decimal) -> Decimal:
    """The number that a reader sees: rounded as the figure is printed, in its style."""
    return rounded(value * _scale(figure), figure.decimals)


def unit_of(figure: Figure) -> Decimal:
    """What the last printed digit of a figure counts: 1000 for whole thousands, 0.001 for 88,6%."""
    return Decimal(1).scaleb(-figure.decimals) / _scale(figure)


def _scale(figure: Figure) -> Decimal:
    """By how much the number of a figure is multiplied when it is printed."""
    return Decimal(100) if figure.style == "percentage" else Decimal(1) / SIZES.get(figure.style, 1)


def spread_form(figure: Figure) -> str:
    """The number format of a spread: as many decimals as its figure."""
    return _digits(figure.decimals)


def _touches(before: str, after: str) -> bool:
    """Whether the number found is but a part of a longer one."""
    return before[-1:].isdigit() or (bool(before) and before[-1] in "-−+.,") or after[:1].isdigit()


def _form(figure: Figure, before: str, after: str, plus: str, minus: str) -> str:
    digits = _digits(figure.decimals) + _SIGNS.get(figure.style, "")
    lead, trail = _literal(before), _literal(after)
    if not plus and minus == "-":
        return f"{lead}{digits}{trail}"
    return ";".join(f"{lead}{_literal(sign)}{digits}{trail}" for sign in (plus, minus, ""))


def _digits(decimals: int) -> str:
    return "#,##0" + ("." + "0" * decimals if decimals else "")


def _literal(text: str) -> str:
    """Words in a number format; a quotation mark would end them."""
    return f'"{text.replace(chr(34), chr(39))}"' if text else ""
