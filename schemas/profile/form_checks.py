"""Holding the forms of a source against its contracts: every field, header, code and pattern that leads nowhere."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from itertools import combinations

from schemas.contract import Field, Kind, Table
from schemas.profile.feeds import FileSource, Format
from schemas.profile.forms import PLACEHOLDER, Form
from schemas.profile.near_misses import unknown
from schemas.tables import CATALOGUE

FILE = "feeds.yaml"
ROW_NUMBER = "#"
"""In `compose`, the number of the row: a respondent of a file that knows none."""

_NUMBERS = frozenset({Kind.INTEGER, Kind.DECIMAL, Kind.MONEY, Kind.NUMBER})
_YES_OR_NO = ("ja", "nee", "yes", "no", "true", "false")
_MEASURED = {"scale": _NUMBERS, "date_formats": frozenset({Kind.DATE}), "locales": _NUMBERS | {Kind.DATE}}

Lists = Mapping[str, Sequence[str] | None]
"""By code list the words that stand for a code; none for a list that is incomplete, so that it cannot be judged."""


def form_problems(feed: str, source: FileSource, lists: Lists) -> Iterator[str]:
    """What is wrong with the forms of a source, each with the key and what was expected."""
    if source.format is Format.FIXED and not any(form.slices for form in source.forms):
        yield f"{FILE}: {feed}.forms: a file of fixed width without slices; expected where each cell begins"
    for form in source.forms:
        where = f"{feed}.forms.{form.table}"
        yield from unknown(FILE, f"{where}.table", [form.table], source.tables, "table of this source")
        yield from _of_format(where, form, source.format)
        yield from _headers(where, form)
        if form.table in CATALOGUE:
            yield from _fields(where, form, CATALOGUE[form.table], lists)
    for one, other in combinations(source.forms, 2):
        if one.table == other.table and one.overlaps(other):
            yield (
                f"{FILE}: {feed}.forms.{one.table}: two forms hold in the same year ({one.years} and {other.years}); "
                "expected one form per year (valid_from, valid_until)"
            )
    for form in source.forms:
        if (form.valid_from or 0) > (form.valid_until or 9999):
            yield (
                f"{FILE}: {feed}.forms.{form.table}.valid_until: ends before it begins ({form.years}); "
                "expected a year from valid_from on"
            )


def _of_format(where: str, form: Form, kind: Format) -> Iterator[str]:
    """Keys that mean something in another kind of file only."""
    for key, kinds in (
        ("sheet", (Format.WORKBOOK,)),
        ("member", (Format.ZIP,)),
        ("joins", (Format.WORKBOOK, Format.ZIP)),
        ("slices", (Format.FIXED,)),
    ):
        if getattr(form, key) and kind not in kinds:
            yield f"{FILE}: {where}.{key}: means nothing in a {kind} file; expected it with {' or '.join(kinds)} only"


def _headers(where: str, form: Form) -> Iterator[str]:
    """Headers that cannot be there, where the form itself says which there are, and templates without a header."""
    for name, text in form.compose.items():
        if not PLACEHOLDER.search(text) or re.search(r"[{}]", PLACEHOLDER.sub("", text)):
            yield (
                f"{FILE}: {where}.compose.{name}: '{text}' names no header; expected one in braces, as "
                "{Jaar}-10-01, or the value under constants"
            )
    named = form.headers_named()
    named["ignored"] = {header for header in form.ignored if "*" not in header}
    named["unpivot"] = {header for header in (form.unpivot.headers if form.unpivot else {}) if "*" not in header}
    taken = [name for join in form.joins for name in join.take]
    for key, headers in named.items():
        asked = sorted(headers - {ROW_NUMBER} - set(taken))
        if form.slices:
            yield from unknown(FILE, f"{where}.{key}", asked, list(form.slices), "slice")
        elif form.header == "none":
            yield from (
                f"{FILE}: {where}.{key}: there is no header '{header}' in a file without headers; expected the number "
                "of the column, in quotes"
                for header in asked
                if not re.fullmatch(r"[1-9]\d*", header)
            )


def _fields(where: str, form: Form, table: Table, lists: Lists) -> Iterator[str]:
    for key, names in form.fields_named().items():
        yield from unknown(FILE, f"{where}.{key}", sorted(names), table.names, f"field of {table.name}")
    yield from _given_twice(where, form)
    for key, kinds in _MEASURED.items():
        for name in getattr(form, key):
            if name in table.names and table[name].kind not in kinds:
                yield f"{FILE}: {where}.{key}.{name}: is {table[name].kind}; expected a field of {_words(kinds)}"
    for name, text in form.date_formats.items():
        if not _tells_a_day(text):
            yield (
                f"{FILE}: {where}.date_formats.{name}: '{text}' does not tell year, month and day; "
                "expected a form as %Y%m%d or %d/%m/%Y"
            )
    for name, text in form.constants.items():
        if name in table.names:
            yield from _constant(f"{where}.constants.{name}", table[name], text, lists)
    for name, words in form.values.items():
        if name in table.names:
            yield from _codes(f"{where}.values.{name}", table[name], words.values(), lists)
    if form.unpivot and form.unpivot.name in table.names:
        yield from _unpivot(f"{where}.unpivot", form, table[form.unpivot.name], lists)


def _given_twice(where: str, form: Form) -> Iterator[str]:
    keys: dict[str, set[str]] = defaultdict(set)
    for name, key in [*form.given(), *((name, "columns") for name in form.columns.values())]:
        keys[name].add(key)
    for name, found in keys.items():
        if len(found) > 1:
            yield f"{FILE}: {where}.{name}: comes from {' and from '.join(sorted(found))}; expected one of them"
    if form.unpivot and form.unpivot.name == form.unpivot.value:
        yield f"{FILE}: {where}.unpivot: name and value are the same field; expected two"


def _unpivot(where: str, form: Form, named: Field, lists: Lists) -> Iterator[str]:
    headers = form.unpivot.headers if form.unpivot else {}
    closed = bool(named.codes or named.code_list) or (
        named.kind is Kind.INTEGER and named.minimum is not None and named.maximum is not None
    )
    if not headers and not closed:
        yield (
            f"{FILE}: {where}: any header could be a value of {named.name}; expected headers, which say which columns "
            "are meant"
        )
    yield from _codes(f"{where}.headers", named, (code for code in headers.values() if "*" not in code), lists)


def _constant(where: str, named: Field, text: str, lists: Lists) -> Iterator[str]:
    if named.personal:
        yield f"{FILE}: {where}: identifies people, who are not the same in every row; expected a column"
    elif not _readable(named, text):
        yield f"{FILE}: {where}: '{text}' is no {named.kind}; expected it as {named.example}"
    yield from _codes(where, named, [text], lists)


def _codes(where: str, named: Field, found: Iterable[str], lists: Lists) -> Iterator[str]:
    """Words that stand for none of the codes of a field that has a closed list of them, in whatever case."""
    known: Sequence[str] | None = None
    if named.code_list:
        known = lists.get(named.code_list)
    elif named.codes:
        known = [*named.codes, *named.code_aliases]
    spelled = {" ".join(word.split()).casefold() for word in known or ()}
    strange = [word for word in dict.fromkeys(found) if " ".join(word.split()).casefold() not in spelled]
    yield from unknown(FILE, where, strange, known, named.en.split(";")[0])


def _readable(named: Field, text: str) -> bool:
    try:
        match named.kind:
            case Kind.DATE:
                date.fromisoformat(text)
            case Kind.INTEGER:
                int(text)
            case Kind.DECIMAL | Kind.MONEY | Kind.NUMBER:
                return Decimal(text).is_finite()
            case Kind.BOOLEAN:
                return text.casefold() in _YES_OR_NO
            case Kind.TEXT:
                return bool(text.strip())
    except (ValueError, InvalidOperation):
        return False
    return True


def _tells_a_day(form: str) -> bool:
    """Whether a date that is written in this form can be read back."""
    day = datetime(2019, 11, 23)  # noqa: DTZ001 - a day, in no time zone
    try:
        return datetime.strptime(day.strftime(form), form) == day  # noqa: DTZ007
    except (ValueError, re.error):
        return False


def _words(kinds: Iterable[Kind]) -> str:
    return " or ".join(sorted(kinds))
