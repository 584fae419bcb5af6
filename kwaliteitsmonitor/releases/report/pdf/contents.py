"""The document as plain data for the template of the PDF: pages upright and across, with the blocks on them."""

from __future__ import annotations

from collections.abc import Mapping

from kwaliteitsmonitor.releases.report.document.model import (
    Cell,
    Chart,
    Document,
    Figure,
    Paragraph,
    Table,
    Terms,
)
from kwaliteitsmonitor.releases.report.document.paging import Heading, Item, pages_of
from kwaliteitsmonitor.releases.report.document.widths import layout_of
from kwaliteitsmonitor.releases.report.document.wording import CONTENTS, LOCALES, OF, PAGE, title_of
from kwaliteitsmonitor.releases.report.pdf.printable import printable
from schemas.json_types import Json

Data = Mapping[str, Json]


def data_of(document: Document, drawn: Mapping[str, str]) -> Data:
    """Everything that the template shows; `drawn` are the charts as SVG by their id."""
    language, region = LOCALES[document.language].split("-")
    words = {"contents": CONTENTS, "page": PAGE, "of": OF}
    return {
        "language": language,
        "region": region,
        "title": printable(document.title),
        "subtitle": printable(document.subtitle),
        "facts": [[printable(name), printable(value)] for name, value in document.facts],
        "words": {name: one.in_language(document.language) for name, one in words.items()},
        "pages": [
            {"across": pages.across, "blocks": [_of_item(item, drawn) for item in pages.items]}
            for pages in pages_of(document)
        ],
    }


def _of_item(item: Item, drawn: Mapping[str, str]) -> Data:
    match item:
        case Heading():
            return {"kind": "heading", "level": item.level, "text": printable(item.text)}
        case Table():
            return _of_table(item)
        case Chart():
            caption, alternative = printable(item.caption), printable(item.alternative)
            return {"kind": "chart", "caption": caption, "alternative": alternative, "svg": drawn[item.id]}
        case Paragraph():
            return {"kind": "paragraph", "text": printable(item.text), "notice": item.kind == "notice"}
        case Terms():
            return {"kind": "terms", "entries": [[printable(one), printable(other)] for one, other in item.entries]}


def _of_table(table: Table) -> Data:
    layout = layout_of(table)
    columns: list[Data] = [
        {"title": printable(title_of(table, index)), "figures": column.figures, "share": share}
        for index, (column, share) in enumerate(zip(table.columns, layout.shares, strict=True))
    ]
    return {
        "kind": "table",
        "caption": printable(table.caption),
        "size": layout.size,
        "columns": columns,
        "rows": [{"kind": row.kind, "cells": [_of_cell(cell) for cell in row.cells]} for row in table.rows],
        "notes": [[printable(key), printable(text)] for key, text in table.notes.items()],
    }


def _of_cell(cell: Cell) -> Data:
    if isinstance(cell, Figure):
        return {"text": printable(cell.text), "marks": printable(",".join(cell.notes)), "figure": True}
    return {"text": printable(cell), "marks": "", "figure": False}
