r"""Detect names of people and things that a spreadsheet or an export has damaged.

A student number, a course code and a unit are names. Programs that take them for numbers, dates or formulas write
something else in their place: `1,61803E+14`, `6-jan`, `#N/A`, `50035.0`, `="50035"`. What stands for the very same name
is read as that name (`FOLDS`, `SPELLED`); of the others the name cannot be known any more, and each is a `Damage`.

The patterns are written so that Python, DuckDB, PostgreSQL and Spark read them alike: a whole column of text is checked
at once, wherever it is.
"""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from schemas.words import Words

if TYPE_CHECKING:
    from collections.abc import Mapping


class Damage(StrEnum):
    """What stands where a name should."""

    ERROR = "error"
    FORMULA = "formula"
    NOTHING = "nothing"
    ZERO = "zero"
    SCIENTIFIC = "scientific"
    DATE = "date"
    TIME = "time"
    LOGICAL = "logical"
    PRECISION = "precision"
    FRACTION = "fraction"


_SPACES = (
    "\t\n\r\x0b\x0c\x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000"
)
_HYPHENS = "\u2010\u2011\u2012\u2013\u2014\u2015\u2212\ufe58\ufe63\uff0d"
_WIDE = "".join(map(chr, range(0xFF01, 0xFF5F))).replace("\uff0d", "")
_FOREIGN_QUOTES = "\u2018\u2019\u201b\u2032\u02bc"

SPELLED: tuple[str, str] = (
    _SPACES + _HYPHENS + _WIDE + _FOREIGN_QUOTES,
    " " * len(_SPACES)
    + "-" * len(_HYPHENS)
    + "".join(chr(ord(c) - 0xFEE0) for c in _WIDE)
    + "'" * len(_FOREIGN_QUOTES),
)
"""Characters that look like another and stand for it in a name, and which: spaces, hyphens, full width, quotes."""

FOLDS: tuple[tuple[str, str], ...] = (
    (" +", " "),
    ("^ | $", ""),
    (r'^= ?"([^"]*)"$', r"\1"),
    (r"^'([^' ].*)'$", r"\1"),
    (r"^'([0-9A-Za-z._/-]*[0-9][0-9A-Za-z._/-]*)$", r"\1"),
    (r"^([0-9]+)[.,]0+$", r"\1"),
    ("^ | $", ""),
)
"""What is another way to write the same name, and what of it is the name: the guard `="…"`, the apostrophe that says
that a cell is text, and the `.0` of a whole number that was held as a fraction."""

_MONTH = (
    "jan|feb|mrt|maa|mar|m\u00e4r|mrz|apr|mei|may|mai|jun|jul|aug|sep|sept|okt|oct|nov|dec|dez|januari|februari|maart|april|"
    "juni|juli|augustus|september|oktober|november|december|january|february|march|june|july|august|october|januar|"
    "februar|m\u00e4rz|dezember"
)
_AS_EXCEL = "|".join(f"[{month[0]}{month[0].upper()}]{month[1:]}" for month in _MONTH.split("|"))
_ANY_CASE = "|".join("".join(f"[{c}{c.upper()}]" for c in month) for month in _MONTH.split("|"))
_DAY = "[0-3]?[0-9]"


def _any_case(word: str) -> str:
    return "".join(f"[{c}{c.upper()}]" if c.isalpha() else ("\\" + c if c in ".?*+()" else c) for c in word)


_NO_VALUE = (
    "n/a",
    "n.a.",
    "na",
    "<na>",
    "nan",
    "-nan",
    "nat",
    "nil",
    "none",
    "nvt",
    "n.v.t.",
    "n.v.t",
    "n.b.",
    "n.n.",
    "niet van toepassing",
    "not applicable",
    "nicht zutreffend",
    "onbekend",
    "unknown",
    "unbekannt",
    "undefined",
    "ontbreekt",
    "missing",
    "fehlt",
    "leeg",
    "(leeg)",
    "empty",
    "(empty)",
    "blank",
    "(blank)",
    "geen",
    "anoniem",
    "anonymous",
    "anonym",
    "tbd",
    "dummy",
)

PATTERNS: Mapping[Damage, str] = {
    Damage.ERROR: (
        r"#(?:[Nn]/[AaBb]|[Nn][Vv]|GETTING_DATA)[!?]?|#[A-Za-z\u00c4\u00d6\u00dc/0]+[!?]"
        r"|(?:[Ee][Rr][Rr]|[Ff]out|[Ff]ehler):[0-9]+"
    ).replace("\\u00c4\\u00d6\\u00dc", "\u00c4\u00d6\u00dc"),
    Damage.FORMULA: "=.*",
    Damage.ZERO: "[+-]?0+(?:[.,]0+)?",
    Damage.NOTHING: "|".join(
        (*map(_any_case, _NO_VALUE), "NULL|null", "9{7,}", r"-[0-9]+", r"[!-/:-@\[-`{-~]+|\u2026")
    ).replace("\\u2026", "\u2026"),
    Damage.SCIENTIFIC: (
        r"[+-]?[0-9]+(?:[.,][0-9]+)?[eE](?:\+[0-9]{1,3}|-[0-9]{2,3})|[+-]?[0-9]+[.,][0-9]+[eE][0-9]{1,3}"
    ),
    Damage.DATE: "|".join(
        (
            rf"{_DAY}[-. /]{{1,2}}(?:{_AS_EXCEL})\.?",
            rf"(?:{_AS_EXCEL})\.?[-. /](?:[0-9]{{2}}|[0-9]{{4}})",
            rf"{_DAY}[-. /]{{1,2}}(?:{_ANY_CASE})\.?[-. /]{{1,2}}(?:[0-9]{{2}}|[0-9]{{4}})(?: .*)?",
            r"[12][0-9]{3}-[01][0-9]-[0-3][0-9](?:[T ].*)?",
            rf"{_DAY}[-/.]{_DAY}[-/.](?:19|20)[0-9]{{2}}(?: .*)?",
            rf"{_DAY}/{_DAY}/[0-9]{{2}}",
        )
    ),
    Damage.TIME: "[0-2]?[0-9]:[0-5][0-9](?::[0-5][0-9])?",
    Damage.LOGICAL: "|".join(map(_any_case, ("true", "false", "waar", "onwaar", "wahr", "falsch"))),
}
"""What a whole text is where it is no name any more, once folded, in the order in which it is looked for.

A code such as `1E05`, `E1`, `MAR1` or `12-DEC` is none of these: spreadsheets write a sign in an exponent, and months
not in capitals.
"""

BROKEN = r"[0-9]{5,}[.,][0-9]+"
"""A text that is a long number with decimals: of a code that is a number, a spreadsheet made another number. A short
one, as `2.1` or `10.12`, may be a code."""

ODD = (
    r"^[^0-9A-Za-z]|[^!-~ ]|  |^[0-9]+[.,]0+$|^0+$|^9{7,}$|[eE][+-]?[0-9]{1,3}$|^[0-9]{1,4}[-. /:]|^[0-9]{5,}[.,]"
    r"|^[A-Za-z]{3,9}\.?[-. /][0-9]{2,4}$|^[A-Za-z./ <>()]{2,20}$|^(?:[Ff]out|[Ff]ehler|[Ee][Rr][Rr]):"
)
"""Where a text may be any of these, or written in another way: looked for first, since most names are none."""

EXPECTED: Mapping[Damage, Words] = {
    Damage.ERROR: Words(
        "{nl}, geen foutmelding van een rekenblad: herstel de formule of typ het over",
        "{en}, not an error of a spreadsheet: mend the formula or type it in",
    ),
    Damage.FORMULA: Words("{nl}, geen formule: lever de uitkomst", "{en}, not a formula: deliver its result"),
    Damage.NOTHING: Words(
        "{nl}, geen woord of teken dat voor niets staat", "{en}, not a word or sign that stands for nothing"
    ),
    Damage.ZERO: Words("{nl}, geen nul", "{en}, not a zero"),
    Damage.SCIENTIFIC: Words(
        "{nl}, niet in wetenschappelijke notatie: maak de kolom tekst en neem de waarden opnieuw over uit de bron",
        "{en}, not in scientific notation: make the column text and copy the values from the source again",
    ),
    Damage.DATE: Words(
        "{nl}; een rekenblad heeft er een datum van gemaakt: maak de cel tekst en typ het opnieuw",
        "{en}; a spreadsheet made it a date: make the cell text and type it again",
    ),
    Damage.TIME: Words(
        "{nl}; een rekenblad heeft er een tijdstip van gemaakt: maak de cel tekst en typ het opnieuw",
        "{en}; a spreadsheet made it a time of day: make the cell text and type it again",
    ),
    Damage.LOGICAL: Words(
        "{nl}; een rekenblad heeft er waar of onwaar van gemaakt: maak de cel tekst en typ het opnieuw",
        "{en}; a spreadsheet made it true or false: make the cell text and type it again",
    ),
    Damage.PRECISION: Words(
        "{nl} van ten hoogste 15 cijfers, of als tekst: een rekenblad houdt van een getal niet meer vast",
        "{en} of at most 15 digits, or as text: a spreadsheet keeps no more of a number",
    ),
    Damage.FRACTION: Words(
        "{nl}, geen getal met decimalen: maak de cel tekst en neem de waarde opnieuw over uit de bron",
        "{en}, not a number with decimals: make the cell text and copy the value from the source again",
    ),
}


def expected_of(damage: Damage, named: Words) -> Words:
    """What was expected where a name is damaged; `named` is what such a name is called."""
    words = EXPECTED[damage]
    return Words(words.nl.format(nl=named.nl), words.en.format(en=named.en))


MOST_EXACT = 1e15
"""Whole numbers below this are exact as fractions, and have the 15 digits that a spreadsheet keeps."""
