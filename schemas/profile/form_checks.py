"""Holding the forms of a source against its contracts: every field, header, code and pattern that leads nowhere."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from itertools import combinations
from pathlib import PurePosixPath

from schemas.contract import Field, Kind, Table
from schemas.profile.faults import Fault, Path
from schemas.profile.feeds import FileSource, Format
from schemas.profile.forms import PLACEHOLDER, Form
from schemas.profile.near_misses import unknown
from schemas.spelling import fold
from schemas.tables import CATALOGUE

FILE = "feeds.yaml"
ROW_NUMBER = "#"
"""In `compose`, the number of the row: a respondent of a file that knows none."""

_NUMBERS = frozenset({Kind.INTEGER, Kind.DECIMAL, Kind.MONEY, Kind.NUMBER})
_YES_OR_NO = ("ja", "nee", "yes", "no", "true", "false")
_MEASURED = {
    "bands": frozenset({Kind.TEXT}),
    "scale": _NUMBERS,
    "date_formats": frozenset({Kind.DATE}),
    "locales": _NUMBERS | {Kind.DATE},
}

_ENDINGS = {
    Format.WORKBOOK: (".xlsx", ".xlsm", ".xls", ".ods"),
    Format.CSV: (".csv", ".tsv", ".txt", ".tab", ".dat"),
    Format.FIXED: (".txt", ".dat", ".asc", ".prn", ".fix"),
    Format.PARQUET: (".parquet", ".pq"),
    Format.ZIP: (".zip",),
}
"""How the names of files of each kind end; another ending says nothing."""
_OF_TEXTS = {
    "delimiter": (Format.CSV, Format.ZIP),
    "encoding": (Format.CSV, Format.FIXED, Format.ZIP),
}

Lists = Mapping[str, Sequence[str] | None]
"""By code list the words that stand for a code; none for a list that is incomplete, so that it cannot be judged."""


def form_problems(at: Path, source: FileSource, lists: Lists) -> Iterator[Fault]:
    """What is wrong with the forms of a source that stands at a path of `feeds.yaml`."""
    if source.format is Format.FIXED and not any(form.slices for form in source.forms):
        mistake = "is fixed without slices in a form"
        yield Fault(FILE, (*at, "format"), mistake, "a form that says where each cell begins")
    yield from _of_name(at, source)
    for number, form in enumerate(source.forms):
        where: Path = (*at, "forms", number)
        yield from unknown(FILE, (*where, "table"), [form.table], source.tables, "table of this source")
        yield from _of_format(where, form, source.format)
        yield from _headers(where, form)
        if form.table in CATALOGUE:
            yield from _fields(where, form, CATALOGUE[form.table], lists)
        if (form.valid_from or 0) > (form.valid_until or 9999):
            mistake = f"ends before it begins ({form.years})"
            yield Fault(FILE, (*where, "valid_until"), mistake, "a year from valid_from on")
    for (_, one), (number, other) in combinations(enumerate(source.forms), 2):
        if one.table == other.table and one.overlaps(other):
            mistake = f"two forms hold in the same year ({one.years} and {other.years})"
            yield Fault(FILE, (*at, "forms", number), mistake, "one form per year (valid_from, valid_until)")


def _of_name(at: Path, source: FileSource) -> Iterator[Fault]:
    """A path that ends as files of another kind do, and what is said of texts where a file is none."""
    ending = PurePosixPath(PLACEHOLDER.sub("x", source.path)).suffix.casefold()
    kinds = [kind for kind, endings in _ENDINGS.items() if ending in endings]
    if kinds and source.format not in kinds:
        mistake = f"is {source.format}, and the path ends in {ending}"
        own = " or ".join(_ENDINGS[source.format])
        expected = f"{' or '.join(kinds)}, or a path that ends in {own}"
        yield Fault(FILE, (*at, "format"), mistake, expected, rests_on=((FILE, (*at, "path")),))
    for key, of_kinds in _OF_TEXTS.items():
        if key in source.model_fields_set and source.format not in of_kinds:
            mistake = f"means nothing in a {source.format} file"
            yield Fault(FILE, (*at, key), mistake, f"it with {' or '.join(of_kinds)} only")


def _of_format(where: Path, form: Form, kind: Format) -> Iterator[Fault]:
    """Keys that mean something in another kind of file only."""
    for key, kinds in (
        ("sheet", (Format.WORKBOOK,)),
        ("member", (Format.ZIP,)),
        ("joins", (Format.WORKBOOK, Format.ZIP)),
        ("slices", (Format.FIXED,)),
    ):
        if getattr(form, key) and kind not in kinds:
            yield Fault(FILE, (*where, key), f"means nothing in a {kind} file", f"it with {' or '.join(kinds)} only")


def _headers(where: Path, form: Form) -> Iterator[Fault]:
    """Headers that cannot be there, where the form itself says which there are, and templates without a header."""
    for name, text in form.compose.items():
        if not PLACEHOLDER.search(text) or re.search(r"[{}]", PLACEHOLDER.sub("", text)):
            expected = "one in braces, as {Jaar}-10-01, or the value under constants"
            yield Fault(FILE, (*where, "compose", name), f"'{text}' names no header", expected)
    named = form.headers_named()
    named["ignored"] = {header for header in form.ignored if "*" not in header}
    named["unpivot"] = {header for header in (form.unpivot.headers if form.unpivot else {}) if "*" not in header}
    taken = [name for join in form.joins for name in join.take]
    for key, headers in named.items():
        wanted = sorted(headers - {ROW_NUMBER} - set(taken))
        if form.slices:
            yield from unknown(FILE, (*where, key), wanted, list(form.slices), "slice")
        elif form.header == "none":
            for header in wanted:
                if not re.fullmatch(r"[1-9]\d*", header):
                    mistake = f"there is no header '{header}' in a file without headers"
                    yield Fault(FILE, (*where, key, header), mistake, "the number of the column, in quotes")


def _fields(where: Path, form: Form, table: Table, lists: Lists) -> Iterator[Fault]:
    for key, names in form.fields_named().items():
        for name in sorted(names):
            path = (*where, key, *_header_of(form, key, name))
            yield from unknown(FILE, path, [name], table.names, f"field of {table.name}")
    yield from _settled_twice(where, form)
    for key, kinds in _MEASURED.items():
        for name in getattr(form, key):
            if name in table.names and table[name].kind not in kinds:
                mistake, expected = f"is {table[name].kind}", f"a field of {_words(kinds)}"
                yield Fault(FILE, (*where, key, name), mistake, expected)
    for name, text in form.date_formats.items():
        if not _tells_a_day(text):
            mistake = f"'{text}' does not tell year, month and day"
            yield Fault(FILE, (*where, "date_formats", name), mistake, "a form as %Y%m%d or %d/%m/%Y")
    for name, text in form.constants.items():
        if name in table.names:
            yield from _constant((*where, "constants", name), table[name], text, lists)
    for key, of_field in (("values", form.values), ("bands", form.bands)):
        for name, words in of_field.items():
            if name in table.names:
                for word, code in words.items():
                    yield from _codes((*where, key, name, word), table[name], [code], lists)
    if form.unpivot and form.unpivot.name in table.names:
        yield from _unpivot((*where, "unpivot"), form, table[form.unpivot.name], lists)


def _header_of(form: Form, key: str, name: str) -> Path:
    """The rest of the path to where a form names a field."""
    if key == "columns":
        return (next(header for header, field in form.columns.items() if field == name),)
    if key == "unpivot" and form.unpivot:
        return ("name" if form.unpivot.name == name else "value",)
    if key == "split":
        return (next(at for at, one in enumerate(form.split) if name in one.fields),)
    return (name,)


def _settled_twice(where: Path, form: Form) -> Iterator[Fault]:
    keys: dict[str, set[str]] = defaultdict(set)
    for name, key in [*form.settled(), *((name, "columns") for name in form.columns.values())]:
        keys[name].add(key)
    for name, sources in keys.items():
        if len(sources) > 1:
            mistake = f"the field {name} comes from {' and from '.join(sorted(sources))}"
            yield Fault(FILE, (*where, min(sources)), mistake, "one of them")
    if form.unpivot and form.unpivot.name == form.unpivot.value:
        yield Fault(FILE, (*where, "unpivot", "value"), "name and value are the same field", "two")


def _unpivot(where: Path, form: Form, named: Field, lists: Lists) -> Iterator[Fault]:
    headers = form.unpivot.headers if form.unpivot else {}
    closed = bool(named.codes or named.code_list) or (
        named.kind is Kind.INTEGER and named.minimum is not None and named.maximum is not None
    )
    if not headers and not closed:
        mistake = f"any header could be a value of {named.name}"
        yield Fault(FILE, where, mistake, "headers, which say which columns are meant")
    for header, code in headers.items():
        yield from _codes((*where, "headers", header), named, [code] if "*" not in code else [], lists)


def _constant(where: Path, named: Field, text: str, lists: Lists) -> Iterator[Fault]:
    if named.personal:
        yield Fault(FILE, where, "identifies people, who are not the same in every row", "a column")
    elif not _readable(named, text):
        yield Fault(FILE, where, f"'{text}' is no {named.kind}", f"it as {named.example}")
    yield from _codes(where, named, [text], lists)


def _codes(where: Path, named: Field, words: Iterable[str], lists: Lists) -> Iterator[Fault]:
    """Words that stand for none of the codes of a field that has a closed list of them, in whatever case."""
    known: Sequence[str] | None = None
    if named.code_list:
        known = lists.get(named.code_list)
    elif named.codes:
        known = [*named.codes, *named.code_aliases]
    spelled = set(map(fold, known or ()))
    strange = [word for word in dict.fromkeys(words) if fold(word) not in spelled]
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
