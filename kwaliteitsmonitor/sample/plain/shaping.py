"""Putting the rows of a contract into the table of a sender: what a form of the profile says, the other way round."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass

from kwaliteitsmonitor.sample.plain.cells import cell, text
from schemas.contract import Field, Table
from schemas.errors import UsageError
from schemas.profile.forms import PLACEHOLDER, Form, Locale
from schemas.values import AnyRow


@dataclass(frozen=True)
class Shaped:
    """A table as a sender has it: the headers, the cells of each row below them, and the field of each column.

    The cells are values, not yet text. A column that only marks which rows are data has no field.
    """

    headers: list[str]
    rows: list[list[object]]
    fields: list[Field | None]


@dataclass(frozen=True)
class _Column:
    header: str
    value: Callable[[AnyRow], object]
    field: Field | None = None


@dataclass(frozen=True)
class Wanted:
    """What a table of a sender has to look like: its contract and form, the feed's name for messages, its notation.

    `path_fields` are the fields in the path of the file, which it need not hold. `labels` says which headers stand for
    fields that the form does not name: the contract's own names, or its labels in a language.
    """

    feed: str
    table: Table
    form: Form
    locale: Locale
    year: int | None
    path_fields: Collection[str]
    labels: str = ""

    def locale_of(self, field: Field | None) -> Locale:
        """The notation of a column."""
        return self.locale if field is None else self.form.locales.get(field.name, self.locale)


def shape(rows: Sequence[AnyRow], wanted: Wanted) -> Shaped:
    """The rows as a sender writes them. Raises `UsageError` for a form that cannot be written backwards."""
    form = wanted.form
    if form.joins or form.split:
        part = "joins" if form.joins else "split"
        raise refused(wanted.feed, f"its form of {wanted.table.name} has `{part}`")
    rows = [row for row in rows if _has_constants(row, wanted)]
    columns = _columns(wanted)
    rows = [row for row in rows if _is_kept(row, wanted, columns)]
    if form.unpivot:
        return _pivoted(rows, wanted, columns)
    cells = [[c.value(row) for c in columns] for row in rows]
    return Shaped([c.header for c in columns], cells, [c.field for c in columns])


def refused(feed: str, why: str) -> UsageError:
    """The error for a feed of which no sample can be made."""
    return UsageError(
        f"no sample can be made of the feed '{feed}': {why}",
        where="feeds.yaml",
        expected="files whose columns stand for fields, or a table of a database",
        remedy="Put deliveries of that feed in the landing zone yourself.",
    )


def _columns(wanted: Wanted) -> list[_Column]:
    form, table = wanted.form, wanted.table
    settled = {name for name, _ in form.settled()}
    named = set(form.columns.values())
    unlabelled = form.header == "none" or bool(
        form.slices
    )  # no header stands for a field but those that the form names
    columns = []
    for field in table.fields:
        if field.name in settled or (field.name not in named and (unlabelled or field.name in wanted.path_fields)):
            continue
        columns.append(_Column(_header(field, wanted), _writing(field, wanted), field))
    for name, template in form.compose.items():
        columns += _parts(name, template, wanted, {c.header for c in columns})
    there = {column.header for column in columns}
    for header, values in form.where.items():
        if header not in there:
            columns.append(_Column(header, lambda _row, value=values[0]: value))  # type: ignore[misc]
    if form.slices:
        columns = [column for column in columns if column.header in form.slices]
    return columns


def _header(field: Field, wanted: Wanted) -> str:
    theirs = [header for header, ours in wanted.form.columns.items() if ours == field.name]
    if theirs:
        return theirs[0].replace("*", str(wanted.year or "")).strip()
    label = {"nl": field.label_nl, "en": field.label_en}.get(wanted.labels, "")
    return label or field.name


def _writing(field: Field, wanted: Wanted) -> Callable[[AnyRow], object]:
    return lambda row: cell(row.get(field.name), field, wanted.form)


def _parts(name: str, template: str, wanted: Wanted, there: Collection[str]) -> list[_Column]:
    """The columns from which a composed field is put together, each with its part of the value."""
    parts = list(dict.fromkeys(PLACEHOLDER.findall(template)))
    pieces = PLACEHOLDER.split(template)
    pattern = re.compile("".join("(.+?)" if at % 2 else re.escape(piece) for at, piece in enumerate(pieces)))

    def part(row: AnyRow, place: int) -> str:
        value = text(row.get(name), locale="iso")
        match = pattern.fullmatch(value)
        if match is None:
            raise refused(wanted.feed, f"`compose` of {name} does not give values such as those that it needs")
        return match[place + 1]

    return [
        _Column(header, lambda row, place=place: part(row, place))  # type: ignore[misc]
        for place, header in enumerate(parts)
        if header != "#" and header not in there
    ]


def _has_constants(row: AnyRow, wanted: Wanted) -> bool:
    """Whether a row is one of those that a form with these constants can hold.

    A constant that tells what a row is about, as a theme or a round does, leaves out what is about another. Of all else
    (the day on which something was handed in) it says what the file does not hold: that is so in every row.
    """
    return all(
        text(row.get(name), locale="iso") == value
        for name, value in wanted.form.constants.items()
        if _tells_apart(name, wanted.table)
    )


def _tells_apart(name: str, table: Table) -> bool:
    """Whether a field says what a row is about: it is part of the key, or a code."""
    return name in table.key or any(f.name == name and (f.codes or f.code_list) for f in table.fields)


def _is_kept(row: AnyRow, wanted: Wanted, columns: Sequence[_Column]) -> bool:
    """Whether a row passes `where`, for headers that name fields."""
    by_header = {column.header: column for column in columns if column.field is not None}
    return all(
        text(by_header[header].value(row), locale="iso") in values
        for header, values in wanted.form.where.items()
        if header in by_header
    )


def _pivoted(rows: Sequence[AnyRow], wanted: Wanted, columns: Sequence[_Column]) -> Shaped:
    """A row for all that is the same but for the field that stands in the headers."""
    unpivot = wanted.form.unpivot
    assert unpivot is not None  # noqa: S101 - only asked for where there is one
    others = [name for name in wanted.table.names if name not in (unpivot.name, unpivot.value)]
    value = _writing(wanted.table[unpivot.value], wanted)
    names = list(dict.fromkeys(row[unpivot.name] for row in rows))
    together: dict[tuple[object, ...], tuple[AnyRow, dict[object, object]]] = {}
    for row in rows:
        _, cells = together.setdefault(tuple(row.get(name) for name in others), (row, {}))
        cells[row[unpivot.name]] = value(row)
    headers = [_pivot_header(unpivot.headers, text(name, locale="iso"), wanted) for name in names]
    return Shaped(
        [*(c.header for c in columns), *headers],
        [[*(c.value(row) for c in columns), *(cells.get(n) for n in names)] for row, cells in together.values()],
        [*(c.field for c in columns), *(wanted.table[unpivot.value] for _ in names)],
    )


def _pivot_header(headers: Mapping[str, str], code: str, wanted: Wanted) -> str:
    for header, theirs in headers.items():
        if theirs == code:
            return header.replace("*", "").strip()
        if theirs == "*":
            return header.replace("*", code)
    if headers:
        raise refused(wanted.feed, f"`unpivot` has no header for '{code}'")
    return code
