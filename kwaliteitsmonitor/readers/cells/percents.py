"""Words beside a number that say it is in per cent: a header `Waarde (%)`, a name `Uitval (%)`, a caption, a format."""

from __future__ import annotations

import re
from decimal import Decimal

from kwaliteitsmonitor.readers.cells.numbers import OF_ONE, PERMILLE, Measure
from kwaliteitsmonitor.readers.cells.numbers import PERCENT as SIGN

_PERCENT = rf"(?:{SIGN}|percentages?)"
_IN = r"(?:(?:in|als|as)\s+)?"
_BEHIND = re.compile(
    rf"(?:^|(?<=[\s(\[,;:]))[(\[]?\s*{_IN}(?:(?P<percent>{_PERCENT})|(?P<permille>{PERMILLE}))\s*[)\]]?\s*\.?\s*$",
    re.IGNORECASE,
)
_BEFORE = re.compile(rf"^\s*(?:(?P<percent>{_PERCENT})|(?P<permille>{PERMILLE}))(?=\s|:)\s*:?", re.IGNORECASE)
_OF_ALL = re.compile(
    rf"\b(?:in|als|as)\s+(?:(?P<percent>{_PERCENT})|(?P<permille>{PERMILLE}))(?!\w)"
    rf"|[(\[]\s*{_IN}(?:(?P<percent2>{_PERCENT})|(?P<permille2>{PERMILLE}))\s*[)\]]",
    re.IGNORECASE,
)

_NO_DIGITS = re.compile(r'"[^"]*"|\\.|\[[^\]]*\]|_.|\*.')
_LITERAL = re.compile(r'"([^"]*)"|\\(.)|\[\$([^\]-]*)[^\]]*\]')
_BESIDE = re.compile(
    rf"(?:^|(?<=[\s(\[]))(?:(?P<percent>{_PERCENT})|(?P<permille>{PERMILLE}))(?!\w)(?!\s*-?\s*(?:punt|point))",
    re.IGNORECASE,
)


def fraction_shown(code: str) -> Decimal | None:
    """What makes a fraction of the number that a format shows as a percentage; `None` if it shows no percentage.

    `0.0%` shows 0.173 as 17,3%. A sign in quotes is but text: `0.0"%"` shows 17.3 so, which people read as the same.

    >>> fraction_shown("0.0%"), fraction_shown('0.0"%"'), fraction_shown('0.0" procentpunt"')
    (Decimal('1'), Decimal('0.01'), None)
    """
    bare = _NO_DIGITS.sub("", code)
    if "%" in bare:
        return Decimal(1)
    numbers = (part for part in code.split(";") if re.search("[0#?]", _NO_DIGITS.sub("", part)))
    texts = ("".join(map("".join, _LITERAL.findall(part))) for part in numbers)
    return next(filter(None, map(percent_beside, texts)), None)


def percent_beside(text: str) -> Decimal | None:
    """The same of the text that stands beside a number in its cell."""
    return _of(_BESIDE.search(text))


def percent_in(text: str) -> Decimal | None:
    """What a number under or beside this name is multiplied by to be a fraction; `None` if it says nothing of it.

    >>> percent_in("Uitval (in %)"), percent_in("Uitval"), percent_in("Verschil in procentpunt")
    (Decimal('0.01'), None, None)
    """
    return _of(_BEHIND.search(text) or _BEFORE.search(text))


def percent_in_caption(text: str) -> Decimal | None:
    """The same of a text above a table, in which a percentage may stand that is about something else."""
    return _of(_OF_ALL.search(text))


def without_percent(text: str) -> str:
    """A name without what says that it is in per cent.

    >>> without_percent("Uitval (%)"), without_percent("% uitval")
    ('Uitval', 'uitval')
    """
    bare = _BEHIND.sub("", text)
    return (bare if bare != text else _BEFORE.sub("", text)).strip(" \t\u00a0,;:")


def _of(match: re.Match[str] | None) -> Decimal | None:
    if match is None:
        return None
    percent = any(value for name, value in match.groupdict().items() if name.startswith("percent"))
    return OF_ONE[Measure.PERCENT if percent else Measure.PERMILLE]
