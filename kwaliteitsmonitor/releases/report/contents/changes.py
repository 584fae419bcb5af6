"""What changed since an earlier release, such as the one that the council saw: each figure with the causes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING, NamedTuple

from kwaliteitsmonitor.methods.figures.printing import SYMBOLS
from kwaliteitsmonitor.releases.format.reader import ReleaseReader
from kwaliteitsmonitor.releases.report.contents.columns import TITLES
from kwaliteitsmonitor.releases.report.document.model import Block, Cell, Figure, Paragraph, Provenance, Section, Table
from kwaliteitsmonitor.releases.report.document.reading import Reading
from kwaliteitsmonitor.releases.report.document.table_spec import ColumnSpec, TableSpec
from kwaliteitsmonitor.releases.report.document.wording import printed

if TYPE_CHECKING:
    from kwaliteitsmonitor.releases.diff.models import Cause, FigureChange

NAMED = 3
"""So many causes of a kind are named; of more the number is published."""
Shown = Mapping[tuple[str, str], tuple[Figure, str]]
"""The figures of the report by id and part, each with the title of its column."""


def changed(
    reading: Reading, sections: Iterable[Section], origins: Mapping[str, Provenance], since: ReleaseReader
) -> Section:
    """The section on what changed in the figures of the report from an earlier release to this one.

    Raises `UsageError` if the two cannot be compared.
    """
    from kwaliteitsmonitor.releases.diff.releases import changes

    differences = changes(since, reading.release)
    shown = _shown(sections)
    cycle = reading.cycle.key
    inside = [one for one in differences.figures if (f"{cycle}:{one.figure}", one.number) in shown]
    lines = [_line(reading, one, *shown[(f"{cycle}:{one.figure}", one.number)], origins) for one in inside]
    seen = [line for line in lines if line is not None]
    blocks: list[Block] = [
        Paragraph(_counted(reading, differences.old, len(seen), len(differences.figures) - len(seen)))
    ]
    if seen:
        blocks.append(_table(reading, differences.old, seen))
    title = reading.say(f"Wat is veranderd sinds {differences.old}", f"What changed since {differences.old}")
    return Section("changes", title, tuple(blocks))


def _shown(sections: Iterable[Section]) -> Shown:
    tables = (block for section in sections for block in section.blocks if isinstance(block, Table))
    return {
        (cell.figure_id, cell.part): (cell, column.title)
        for table in tables
        for row in table.rows
        for column, cell in zip(table.columns, row.cells, strict=False)
        if isinstance(cell, Figure) and cell.figure_id
    }


def _counted(reading: Reading, old: str, inside: int, others: int) -> str:
    """How many figures changed, in this report and beside it."""
    count, more = reading.count(inside), reading.count(others)
    if not inside and not others:
        return reading.say(f"Sinds {old} is geen cijfer veranderd.", f"No figure changed since {old}.")
    return reading.say(
        f"Veranderd sinds {old}: {count} cijfers zoals dit verslag ze afdrukt, en {more} die er niet in staan of na "
        "afronding gelijk zijn.",
        f"Changed since {old}: {count} figures as this report prints them, and {more} that are not in it or are the "
        "same once rounded.",
    )


class _Change(NamedTuple):
    """A figure as it was and as it is, the difference where there is one, and its causes."""

    name: str
    old: Figure
    new: Figure
    difference: Cell
    causes: str


def _table(reading: Reading, old: str, changes: Iterable[_Change]) -> Table:
    say, difference = reading.say, TITLES["difference"].in_language(reading.language)
    columns: tuple[ColumnSpec[_Change], ...] = (
        ColumnSpec("figure", say("Cijfer", "Figure"), lambda change: change.name),
        ColumnSpec("old", say("Was", "Was"), lambda change: change.old, figures=True),
        ColumnSpec("new", say("Is", "Is"), lambda change: change.new, figures=True),
        ColumnSpec("difference", difference, lambda change: change.difference, figures=True),
        ColumnSpec("causes", say("Oorzaak", "Cause"), lambda change: change.causes),
    )
    caption = say(f"Cijfers die sinds {old} zijn veranderd", f"Figures that changed since {old}")
    return TableSpec("table-changes", caption, columns).table(changes)


def _line(
    reading: Reading, change: FigureChange, shown: Figure, column: str, origins: Mapping[str, Provenance]
) -> _Change | None:
    """A figure as it was and as it is, in the form in which the report prints it; `None` if that is the same.

    A figure that is not shown any more is not shown as it was either.
    """
    origin = origins.get(shown.figure_id or "")
    name = origin.title if origin is not None else change.figure
    name = name if name.endswith(column) else f"{name}, {column}"
    hidden = change.new_status == "suppressed"
    old = _figure(reading, None if hidden else change.old, "suppressed" if hidden else change.old_status, shown)
    new = _figure(reading, None if hidden else change.new, change.new_status, shown)
    if old.text == new.text and not (hidden and change.old is not None):
        return None
    difference: Cell = ""
    if change.difference is not None and not hidden:
        difference = replace(_figure(reading, change.difference, "ok", shown), figure_id=None)
    causes = "; ".join(_causes(reading, change.causes, shown))
    return _Change(name, replace(old, figure_id=None), new, difference, causes)


def _figure(reading: Reading, value: Decimal | str | None, status: str, shown: Figure) -> Figure:
    """A value in the style of the figure that the report shows."""
    bare = replace(shown, notes=(), spread=None)
    if value is None:
        absent = status if status in SYMBOLS else "not_available"
        return replace(bare, text=SYMBOLS[absent][reading.language], value=None, status=absent)
    if isinstance(value, str):
        return replace(bare, text=value, value=None, style="text", status="ok")
    return replace(bare, text=printed(value, shown.style, shown.decimals, reading.language), value=value, status="ok")


def _causes(reading: Reading, causes: Iterable[Cause], shown: Figure) -> Iterator[str]:
    """What changed the figure, what that is about, and by how much if that is published; few of a kind are named."""
    from kwaliteitsmonitor.releases.diff.models import CALLED

    kinds: dict[str, list[str]] = {}
    for cause in causes:
        kinds.setdefault(CALLED[cause.kind].in_language(reading.language), []).append(_about(reading, cause, shown))
    for kind, about in kinds.items():
        named = [one for one in about[:NAMED] if one]
        more = reading.say(f"en nog {len(about) - NAMED}", f"and {len(about) - NAMED} more")
        listed = ", ".join([*named, *([more] if len(about) > NAMED else [])])
        yield f"{kind}: {listed}" if listed else kind


def _about(reading: Reading, cause: Cause, shown: Figure) -> str:
    if cause.size is None:
        return cause.about
    size = printed(cause.size, shown.style, shown.decimals, reading.language)
    return f"{cause.about} ({'+' if cause.size > 0 else ''}{size})".strip()
