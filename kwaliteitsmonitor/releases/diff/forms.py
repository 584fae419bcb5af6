"""What changed, in the forms in which people and programs read it: text, JSON and Parquet."""

from __future__ import annotations

import io
import json
from collections import Counter
from collections.abc import Iterator
from decimal import Decimal
from itertools import groupby
from typing import TypedDict

import pyarrow as pa
import pyarrow.parquet as pq

from kwaliteitsmonitor.methods.figures.printing import Language, number
from kwaliteitsmonitor.releases.diff.models import (
    ABSENT,
    CALLED,
    ORDER,
    Cause,
    Changes,
    FigureChange,
    Kind,
    Other,
    Value,
)
from schemas.words import Words

_DECIMALS = 12
_SIZE = pa.decimal128(38, _DECIMALS)
SCHEMA = pa.schema(
    [
        pa.field("figure", pa.string(), nullable=False),
        pa.field("table", pa.string(), nullable=False),
        pa.field("number", pa.string(), nullable=False),
        pa.field("old", _SIZE),
        pa.field("new", _SIZE),
        pa.field("old_text", pa.string()),
        pa.field("new_text", pa.string()),
        pa.field("old_status", pa.string(), nullable=False),
        pa.field("new_status", pa.string(), nullable=False),
        pa.field("difference", _SIZE),
        pa.field("cause", pa.string(), nullable=False),
        pa.field("about", pa.string(), nullable=False),
        pa.field("size", _SIZE),
    ]
)
"""A row per number and cause: old and new as numbers or as words, and the part of the difference that is its, to twelve
decimals. JSON has every digit.

Of what is published beside the figures a row per value, without a cause; `figure` is the key of its row.
"""
SHOWN = 20
"""So many values of a column are shown in text; of more the number is published."""

_NOTHING = Words("geen verschillen", "no differences")
_OTHERS = Words("Verder is anders in wat de publicaties vermelden", "Also different in what the releases publish")
_WITHOUT = Words(
    "Veranderd, zonder dat een cijfer erdoor anders is", "Changed, without any figure being different because of it"
)
_FILES = Words("Anders zijn ook de bestanden", "Files that are different as well")
_MORE = Words("… en nog {} (alle met --format json)", "… and {} more (all with --format json)")
_CAME = Words("erbij gekomen", "came")
_WENT = Words("weggevallen", "went")
_REPLACED = Words("vervangen", "replaced")
_UNKNOWN = Words("omvang niet te zeggen", "size not told")
_STATES = {
    ABSENT: Words("er niet", "not there"),
    "suppressed": Words("onderdrukt", "suppressed"),
    "not_available": Words("niet beschikbaar", "not available"),
    "not_applicable": Words("niet van toepassing", "not applicable"),
    "ok": Words("leeg", "empty"),
}


def as_parquet(changes: Changes) -> bytes:
    """The changes as a Parquet file with the columns of `SCHEMA`; the same changes give the same bytes."""
    rows = [row for change in changes.figures for row in _rows(change)] + [_other_row(one) for one in changes.others]
    sink = io.BytesIO()
    pq.write_table(pa.Table.from_pylist(rows, SCHEMA), sink, compression="zstd", version="2.6")
    return sink.getvalue()


def as_json(changes: Changes) -> str:
    """The changes as JSON: numbers as text, so that no digit is lost."""
    figures = [
        {
            "figure": f.figure,
            "table": f.table,
            "number": f.number,
            "old": _plain(f.old),
            "new": _plain(f.new),
            "old_status": f.old_status,
            "new_status": f.new_status,
            "difference": _plain(f.difference),
            "causes": [{"cause": str(c.kind), "about": c.about, "size": _plain(c.size)} for c in f.causes],
        }
        for f in changes.figures
    ]
    others = [
        {"table": o.table, "row": o.row, "column": o.column, "old": _plain(o.old), "new": _plain(o.new)}
        for o in changes.others
    ]
    content = {
        "old": changes.old,
        "new": changes.new,
        "compared": changes.compared,
        "figures": figures,
        "only_old": changes.only_old,
        "only_new": changes.only_new,
        "others": others,
        "rows_only_old": changes.rows_only[0],
        "rows_only_new": changes.rows_only[1],
        "without_figure": [{"cause": str(kind), "about": about} for kind, about in changes.without_figure],
        "files": list(changes.files),
    }
    return json.dumps(content, indent=1, ensure_ascii=False)


def as_text(changes: Changes, language: Language) -> Iterator[str]:
    """The changes line by line: first how many each cause changed, then every figure with its causes."""
    yield f"{changes.old} → {changes.new}: {_counted(changes, language)}"
    counts = Counter((cause.kind, cause.about) for figure in changes.figures for cause in figure.causes)
    for (kind, about), times in sorted(counts.items(), key=lambda item: (ORDER.index(item[0][0]), item[0][1])):
        yield f"  {times:>6}  {_called(kind, about, language)}"
    table = ""
    for figure in changes.figures:
        if figure.table != table:
            table = figure.table
            yield ""
            yield table
        yield f"  {figure.figure} {figure.number}: {_way(figure, language)}"
        yield from (f"    {_cause(cause, language)}" for cause in figure.causes)
    yield from _beside(changes, language)


def _beside(changes: Changes, language: Language) -> Iterator[str]:
    """What is another beside the figures: values by table and column, what no figure changed for, and files."""
    if changes.others:
        yield ""
        yield _OTHERS.in_language(language)
    for (table, column), of_column in groupby(
        sorted(changes.others, key=lambda one: (one.table, one.column)), key=lambda one: (one.table, one.column)
    ):
        values = list(of_column)
        yield f"  {table}{f'.{column}' if column else ''}: {number(Decimal(len(values)), 0, language)}"
        yield from (f"    {_other(one, language)}" for one in values[:SHOWN])
        if len(values) > SHOWN:
            yield f"    {_MORE.in_language(language).format(len(values) - SHOWN)}"
    if changes.without_figure:
        yield ""
        yield _WITHOUT.in_language(language)
        yield from (f"  {_called(kind, about, language)}" for kind, about in changes.without_figure)
    if changes.files:
        yield ""
        yield f"{_FILES.in_language(language)}: {', '.join(changes.files)}"


def _other(one: Other, language: Language) -> str:
    """A value with what it was; a row, column or table that only one of the two has, with which of the two."""
    if one.column and one.row:
        old, new = (_value_text(value, language) for value in (one.old, one.new))
        return f"{one.row}: {old} → {new}"
    event = _CAME if one.old is None else _WENT if one.new is None else _REPLACED
    value = one.new if one.old is None else one.old
    return f"{event.in_language(language)}: {one.row or _value_text(value, language)}"


def _value_text(value: Value, language: Language) -> str:
    if isinstance(value, str):
        return f"“{value}”"
    return _STATES["ok"].in_language(language) if value is None else _written(value, language)


def _fits(value: Decimal) -> bool:
    """Whether a number has no more digits than the columns of `SCHEMA`; a fraction may, and is reported as text."""
    return abs(value) < Decimal(10) ** 26 and value == round(value, 12)


class _Row(TypedDict):
    """A row of `SCHEMA`."""

    figure: str
    table: str
    number: str
    old: Decimal | None
    new: Decimal | None
    old_text: str | None
    new_text: str | None
    old_status: str
    new_status: str
    difference: Decimal | None
    cause: str
    about: str
    size: Decimal | None


def _other_row(one: Other) -> _Row:
    old, new = (value if isinstance(value, Decimal) and _fits(value) else None for value in (one.old, one.new))
    return {
        "figure": one.row,
        "table": one.table,
        "number": one.column,
        "old": old,
        "new": new,
        "old_text": _plain(one.old) if old is None else None,
        "new_text": _plain(one.new) if new is None else None,
        "old_status": "ok" if one.old is not None else ABSENT,
        "new_status": "ok" if one.new is not None else ABSENT,
        "difference": None,
        "cause": "",
        "about": "",
        "size": None,
    }


def _counted(changes: Changes, language: Language) -> str:
    of = number(Decimal(changes.compared), 0, language)
    come = sum(f.old_status == ABSENT for f in changes.figures)
    gone = sum(f.new_status == ABSENT for f in changes.figures)
    changed = number(Decimal(len(changes.figures) - come - gone), 0, language)
    sentence = f"{changed} van {of} cijfers anders" if language == "nl" else f"{changed} of {of} numbers differ"
    if changes.nothing:
        sentence = _NOTHING.in_language(language)
    elif not changes.figures:
        sentence = f"geen van {of} cijfers anders" if language == "nl" else f"none of {of} numbers differs"
    if changes.others:
        more = number(Decimal(len(changes.others)), 0, language)
        sentence += f", en {more} andere waarden" if language == "nl" else f", and {more} other values"
    if come or gone:
        sentence += f", {come} erbij en {gone} weg" if language == "nl" else f", {come} more and {gone} gone"
    if changes.only_old or changes.only_new:
        left_out = Words(
            f"; niet vergeleken: {changes.only_old} cijfers die alleen de oude hoort te hebben, {changes.only_new} die "
            "alleen de nieuwe",
            f"; not compared: {changes.only_old} numbers that only the old one is to have, {changes.only_new} that "
            "only the new one is",
        )
        sentence += left_out.in_language(language)
    if any(changes.rows_only):
        one, other = changes.rows_only
        rows = Words(
            f"; ook niet vergeleken: {one} rijen die alleen de oude heeft, {other} die alleen de nieuwe heeft",
            f"; not compared either: {one} rows that only the old one has, {other} that only the new one has",
        )
        sentence += rows.in_language(language)
    return sentence


def _way(figure: FigureChange, language: Language) -> str:
    """From old to new, with the difference."""
    old, new = _shown(figure.old, figure.old_status, language), _shown(figure.new, figure.new_status, language)
    return f"{old} → {new}" + (f" ({_signed(figure.difference, language)})" if figure.difference is not None else "")


def _cause(cause: Cause, language: Language) -> str:
    size = _UNKNOWN.in_language(language) if cause.size is None else _signed(cause.size, language)
    return f"{size}  {_called(cause.kind, cause.about, language)}"


def _called(kind: Kind, about: str, language: Language) -> str:
    name = CALLED[kind].in_language(language)
    return f"{name}: {about}" if about else name


def _shown(value: Value, status: str, language: Language) -> str:
    if value is None:
        return _STATES.get(status, _STATES["ok"]).in_language(language)
    return value if isinstance(value, str) else _written(value, language)


def _signed(value: Decimal, language: Language) -> str:
    return ("+" if value > 0 else "") + _written(value, language)


def _written(value: Decimal, language: Language) -> str:
    """A number with the digits that it has, up to six decimals."""
    places = max(0, min(6, -int(value.normalize().as_tuple().exponent)))
    return number(value, places, language)


def _plain(value: Value) -> str | None:
    return format(value, "f") if isinstance(value, Decimal) else value


def _rows(change: FigureChange) -> Iterator[_Row]:
    """A row per cause. A mean has more digits than the columns: rounded, the sizes still add up to the difference."""
    old, new = (_rounded(v) if isinstance(v, Decimal) else None for v in (change.old, change.new))
    difference = None if old is None or new is None else new - old
    sizes = [None if cause.size is None else _rounded(cause.size) for cause in change.causes]
    known = [size for size in sizes if size is not None]
    if difference is not None and known and len(known) == len(sizes):
        sizes[-1] = known[-1] + difference - sum(known)
    for cause, size in zip(change.causes, sizes, strict=True):
        yield {
            "figure": change.figure,
            "table": change.table,
            "number": change.number,
            "old": old,
            "new": new,
            "old_text": change.old if isinstance(change.old, str) else None,
            "new_text": change.new if isinstance(change.new, str) else None,
            "old_status": change.old_status,
            "new_status": change.new_status,
            "difference": difference,
            "cause": str(cause.kind),
            "about": cause.about,
            "size": size,
        }


def _rounded(value: Decimal) -> Decimal:
    return round(value, _DECIMALS)
