"""What changed, in the forms in which people and programs read it: text, JSON and Parquet."""

from __future__ import annotations

import io
import json
from collections import Counter
from collections.abc import Iterator
from decimal import Decimal

import pyarrow as pa
import pyarrow.parquet as pq

from assets.changes.models import ABSENT, CALLED, ORDER, Cause, Changes, FigureChange, Kind, Value
from assets.indicators.printing import Language, number
from schemas.words import Words

_SIZE = pa.decimal128(38, 12)
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
"""A row per number and cause: old and new as numbers or as words, and the part of the difference that is its."""

_NOTHING = Words("geen verschillen", "no differences")
_UNKNOWN = Words("omvang niet te zeggen", "size not told")
_STATES = {
    ABSENT: Words("er niet", "not there"),
    "suppressed": Words("onderdrukt", "suppressed"),
    "not_available": Words("niet beschikbaar", "not available"),
    "not_applicable": Words("niet van toepassing", "not applicable"),
    "ok": Words("leeg", "empty"),
}


def as_parquet(found: Changes) -> bytes:
    """The changes as a Parquet file with the columns of `SCHEMA`; the same changes give the same bytes."""
    rows = [row for change in found.figures for row in _rows(change)]
    sink = io.BytesIO()
    pq.write_table(pa.Table.from_pylist(rows, SCHEMA), sink, compression="zstd", version="2.6")
    return sink.getvalue()


def as_json(found: Changes) -> str:
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
        for f in found.figures
    ]
    told = {"old": found.old, "new": found.new, "compared": found.compared, "figures": figures}
    return json.dumps({**told, "only_old": found.only_old, "only_new": found.only_new}, indent=1, ensure_ascii=False)


def as_text(found: Changes, language: Language) -> Iterator[str]:
    """The changes line by line: first how many each cause changed, then every figure with its causes."""
    yield f"{found.old} → {found.new}: {_counted(found, language)}"
    counts = Counter((cause.kind, cause.about) for figure in found.figures for cause in figure.causes)
    for (kind, about), times in sorted(counts.items(), key=lambda item: (ORDER.index(item[0][0]), item[0][1])):
        yield f"  {times:>6}  {_called(kind, about, language)}"
    table = ""
    for figure in found.figures:
        if figure.table != table:
            table = figure.table
            yield ""
            yield table
        yield f"  {figure.figure} {figure.number}: {_way(figure, language)}"
        yield from (f"    {_cause(cause, language)}" for cause in figure.causes)


def _counted(found: Changes, language: Language) -> str:
    of = number(Decimal(found.compared), 0, language)
    come = sum(f.old_status == ABSENT for f in found.figures)
    gone = sum(f.new_status == ABSENT for f in found.figures)
    changed = number(Decimal(len(found.figures) - come - gone), 0, language)
    said = f"{changed} van {of} cijfers anders" if language == "nl" else f"{changed} of {of} numbers differ"
    if not found.figures:
        said = _NOTHING.in_language(language)
    if come or gone:
        said += f", {come} erbij en {gone} weg" if language == "nl" else f", {come} more and {gone} gone"
    if found.only_old or found.only_new:
        left_out = Words(
            f"; niet vergeleken: {found.only_old} cijfers die alleen de oude hoort te hebben, {found.only_new} die "
            "alleen de nieuwe",
            f"; not compared: {found.only_old} numbers that only the old one is to have, {found.only_new} that only "
            "the new one is",
        )
        said += left_out.in_language(language)
    return said


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


def _rows(change: FigureChange) -> Iterator[dict[str, object]]:
    for cause in change.causes:
        yield {
            "figure": change.figure,
            "table": change.table,
            "number": change.number,
            **{name: v if isinstance(v, Decimal) else None for name, v in (("old", change.old), ("new", change.new))},
            "old_text": change.old if isinstance(change.old, str) else None,
            "new_text": change.new if isinstance(change.new, str) else None,
            "old_status": change.old_status,
            "new_status": change.new_status,
            "difference": change.difference,
            "cause": str(cause.kind),
            "about": cause.about,
            "size": cause.size,
        }
