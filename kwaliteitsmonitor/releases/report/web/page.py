"""Render a document as HTML: the template defines the layout, this module the contents."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from kwaliteitsmonitor.methods.figures.printing import SYMBOLS
from kwaliteitsmonitor.releases.report.charts import svg
from kwaliteitsmonitor.releases.report.document.model import (
    Cell,
    Chart,
    Document,
    Figure,
    Paragraph,
    Row,
    Section,
    Table,
    Terms,
)
from kwaliteitsmonitor.releases.report.document.wording import LOCALES, language_of, readable
from schemas.words import Words

if TYPE_CHECKING:
    from jinja2 import Template

HERE = Path(__file__).parent
CODE = 16
"""A header of a row that is longer than this is no code but a name, and is not set narrow."""
WIDE = 8
"""A table with more columns than this is set smaller on paper."""

SAID: Mapping[str, Words] = {
    "contents": Words("Inhoud", "Contents"),
    "skip": Words("Naar de inhoud", "Skip to the contents"),
    "notes": Words("Noten bij", "Notes to"),
    "note": Words("noot", "note"),
    "back": Words("terug naar het cijfer bij noot", "back to the figure with note"),
    "close": Words("Sluiten", "Close"),
    "origin": Words("Herkomst", "Where it comes from"),
    "origin_of": Words("Herkomst van de cijfers", "Where the figures come from"),
    "how": Words("Kies een cijfer om te zien waar het vandaan komt.", "Choose a figure to see where it comes from."),
    "figure": Words("Figuur", "Figure"),
}
NOT_SHOWN: Mapping[str, Words] = {
    "suppressed": Words("niet getoond", "not shown"),
    "not_available": Words("niet beschikbaar", "not available"),
    "not_applicable": Words("niet van toepassing", "not applicable"),
}


@dataclass(frozen=True)
class Line:
    """A row as the template sets it; `spans` is the number of rows of its header, 0 if that begins in a row above."""

    row: Row
    spans: int


def page(document: Document) -> bytes:
    """The document as one HTML page in UTF-8, the same to the byte each time. All text in it is escaped."""
    language = language_of(document)
    popovers = {identity: f"origin-{number}" for number, identity in enumerate(document.provenance, start=1)}
    text = _template().render(
        document=document,
        lang=LOCALES[language],
        css=(HERE / "page.css").read_text(encoding="utf-8"),
        say={name: words.in_language(language) for name, words in SAID.items()},
        not_shown={SYMBOLS[status][language]: words.in_language(language) for status, words in NOT_SHOWN.items()},
        popovers=popovers,
        kind=_kind,
        groups=_groups,
        noted=_noted,
        named=_named,
        drawn=_drawn,
        is_figure=_is_figure,
        first=_First(),
        wide=WIDE,
    )
    return text.encode("utf-8")


@cache
def _template() -> Template:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    environment = Environment(
        loader=FileSystemLoader(HERE),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_finalized,
    )
    return environment.get_template("page.html.j2")


def _finalized(value: object) -> object:
    """Text without characters that no page may hold; what the template made itself stays as it is."""
    return readable(value) if type(value) is str else value


def _kind(block: object) -> str:
    """What a block is, as the template asks it."""
    return {Table: "table", Chart: "chart", Paragraph: "paragraph", Terms: "terms", Section: "section"}[type(block)]


def _is_figure(cell: Cell) -> bool:
    return isinstance(cell, Figure)


def _named(table: Table) -> bool:
    """Whether the headers of the rows are names that take room, and not codes."""
    return any(len(str(row.cells[0])) > CODE for row in table.rows if row.kind == "body")


def _noted(table: Table) -> frozenset[int]:
    """The columns in which a figure has a note: beside its figures there is room for the letter."""
    return frozenset(
        place for row in table.rows for place, cell in enumerate(row.cells) if isinstance(cell, Figure) and cell.notes
    )


def _groups(table: Table) -> list[list[Line]]:
    """The rows in groups, each starting with its heading where it has one."""
    groups: list[list[Row]] = [[]]
    for row in table.rows:
        if row.kind == "heading" and groups[-1]:
            groups.append([])
        groups[-1].append(row)
    split = any(column.name == "level" for column in table.columns)
    return [list(_spanned(group, split=split)) for group in groups if group]


def _spanned(rows: list[Row], *, split: bool) -> Iterator[Line]:
    """The rows of a group; where a table is split by level, rows under each other share the header that they repeat."""
    left = 0
    for place, row in enumerate(rows):
        if left:
            left -= 1
            yield Line(row, 0)
            continue
        same = 1
        while split and row.kind == "body" and place + same < len(rows) and _repeats(row, rows[place + same]):
            same += 1
        left = same - 1
        yield Line(row, same)


def _repeats(row: Row, other: Row) -> bool:
    return other.kind == "body" and other.cells[0] == row.cells[0]


def _drawn(chart: Chart, *, dark: bool) -> Mapping[str, str]:
    """A drawing as an address that holds it, with its size."""
    drawing = svg(chart, dark=dark)
    head = drawing[: drawing.index(">")]
    width, height = (head.partition(f' {name}="')[2].partition('"')[0] for name in ("width", "height"))
    return {
        "address": "data:image/svg+xml;base64," + b64encode(drawing.encode()).decode(),
        "width": width,
        "height": height,
    }


class _First:
    """Whether something occurs for the first time on this page: a name may occur on it once."""

    def __init__(self) -> None:
        self._met: set[str] = set()

    def __call__(self, name: str) -> bool:
        new = name not in self._met
        self._met.add(name)
        return new
