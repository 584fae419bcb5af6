"""What does not belong in a text of one language: words of the other, codes, and numbers and days of the program.

The words of a language are those of the sentences that the code itself declares in both. What is typed by people, the
names of the profile, addresses and ids are no words: who scans a text leaves those out.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator
from functools import cache

from schemas.packages import PACKAGES, ROOT
from schemas.profile.models import Profile

_PAIR = {"Words", "say", "Refused"}
_WORD = re.compile(r"[a-zà-ÿ]{3,}")
_ADDRESS = re.compile(
    r"`[^`]*`|'[^' ]*'|https?://\S+|[\w.+-]+@[\w.-]+|[\w{}.\-]*(?:/[\w{}.\-]+)+|\b[\w-]+\.(?:xlsx|csv|parquet|yaml|md|html|json)\b"
    r"|\b[0-9a-f]{16,}\b|\b20\d\d-\d\d:[\w:.-]+|--[a-z-]+|\b[A-Z]+(?:_[A-Z]+)+\b"
)
IN_BOTH = frozenset({"student", "apart"})
"""Words of both languages that the code happens to use in one alone."""
CODE = re.compile(r"\b[a-z]+_[a-z]+\w*")
ISO_DAY = re.compile(r"\b(?:19|20)\d\d-\d\d-\d\d\b")
POINT = re.compile(r"(?<![\d.])\d+\.(?!\d{3}(?!\d))\d+(?![\d.])")
COMMA = re.compile(r"(?<![\d,])\d+,(?!\d{3}(?!\d))\d+(?![\d,])")


def _literals(node: ast.expr) -> Iterator[str]:
    """The text of a literal, of an f-string without what is filled in."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    elif isinstance(node, ast.JoinedStr):
        yield " ".join(str(part.value) for part in node.values if isinstance(part, ast.Constant))


def _pairs() -> Iterator[tuple[str, str]]:
    """Each sentence that the code declares in Dutch and in English."""
    for path in sorted(path for top in PACKAGES for path in (ROOT / top).rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Call) or len(node.args) < 2:
                continue
            name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            if name in _PAIR:
                for nl in _literals(node.args[0]):
                    for en in _literals(node.args[1]):
                        yield nl, en


@cache
def vocabulary() -> dict[str, frozenset[str]]:
    """Per language the words that it has and the other has not, by what the code declares in both."""
    nl: set[str] = set()
    en: set[str] = set()
    for dutch, english in _pairs():
        nl |= set(_WORD.findall(dutch.lower()))
        en |= set(_WORD.findall(english.lower()))
    return {"nl": frozenset(nl - en - IN_BOTH), "en": frozenset(en - nl - IN_BOTH)}


def without_addresses(text: str) -> str:
    """A text without addresses, names of files, ids and what stands between signs of code."""
    return _ADDRESS.sub(" ", text)


def names_of(profile: Profile) -> list[str]:
    """What a profile and people call things, in either language."""
    of = profile.institution
    things = [*profile.units, *profile.themes, *profile.measures, *profile.feeds, *profile.questions, *of.councils]
    words = [of.words.plan, of.words.theme, of.words.measure, of.words.unit, of.words.round, of]
    every = [*things, *profile.national_themes, *profile.indicators, *words]
    return [text for one in every for text in (one.nl, one.en)] + [p.name for p in profile.programmes]


def codes_of(profile: Profile) -> list[str]:
    things = [*profile.feeds, *profile.themes, *profile.measures, *profile.indicators, *profile.questions]
    return [one.id for one in things]


def without_ids(text: str, known: Iterable[str] = ()) -> str:
    """A text without ids: those of figures, of rules, and the codes that a profile has."""
    text = re.sub(r"\b20\d\d-\d\d:\S+|\b\w+(?:\.\w+)+\b|take_up_\w+", " ", text)
    for one in sorted(known, key=len, reverse=True):
        text = re.sub(rf"\b{re.escape(one)}\b", " ", text)
    return text


def without_markup(page: str) -> str:
    """What one reads of a page."""
    return re.sub(r"(?s)<(script|style|svg)\b.*?</\1>|<code>.*?</code>|<[^>]+>", " ", page)


def faults(text: str, language: str, but: Iterable[str] = ()) -> list[str]:
    """What in a text of a language does not belong there; `but` are words of the profile or of a person."""
    left = without_addresses(text)
    other = vocabulary()["en" if language == "nl" else "nl"]
    own = {word for one in but for word in _WORD.findall(one.lower())}
    strange = [f"word: {word}" for word in _WORD.findall(left.lower()) if word in other and word not in own]
    strange += [f"code: {code}" for code in CODE.findall(left)]
    if language == "nl":
        strange += [f"day: {day}" for day in ISO_DAY.findall(left)]
        strange += [f"point: {number}" for number in POINT.findall(left)]
    else:
        strange += [f"comma: {number}" for number in COMMA.findall(left)]
    return list(dict.fromkeys(strange))
