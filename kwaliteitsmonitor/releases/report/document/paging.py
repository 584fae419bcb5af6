"""The report in reading order, on pages upright and across: what forms on paper have in common."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from kwaliteitsmonitor.releases.report.document.model import Block, Document, Paragraph, Section, Table
from kwaliteitsmonitor.releases.report.document.widths import layout_of


@dataclass(frozen=True)
class Heading:
    """The heading of a section, 1 for the highest."""

    level: int
    text: str


Item = Heading | Block


@dataclass(frozen=True)
class Pages:
    """The contents of successive pages of one kind, portrait or landscape."""

    across: bool
    items: list[Item]


def pages_of(document: Document) -> list[Pages]:
    """The whole report; a heading goes along with the wide table below it.

    Once pages lie across, they do so until the next section of the highest level: a reader does not turn the report
    over for each table.
    """
    parts = [Pages(False, [])]
    for item in _items(document.sections, 1):
        if isinstance(item, Heading):
            across = parts[-1].across and item.level > 1
        else:
            across = parts[-1].across or (isinstance(item, Table) and layout_of(item).across)
        if across == parts[-1].across:
            parts[-1].items.append(item)
            continue
        moved = _leading(parts[-1].items) if across else []
        parts.append(Pages(across, [*moved, item]))
    return [pages for pages in parts if pages.items]


def _items(sections: tuple[Section, ...], level: int) -> Iterator[Item]:
    for section in sections:
        yield Heading(level, section.title)
        yield from section.blocks
        yield from _items(section.sections, level + 1)


def _leading(items: list[Item]) -> list[Item]:
    """Take from the end of pages what stands over the next table: its section's headings, with their paragraphs."""
    start, level = len(items), 0
    for index in range(len(items) - 1, -1, -1):
        item = items[index]
        if isinstance(item, Heading) and (not level or item.level < level):
            start, level = index, item.level
        elif not isinstance(item, Paragraph):
            break
    moved = items[start:]
    del items[start:]
    return moved
