"""The report as a Word file: real headings, captions and tables, to be pasted into an annual report.

The contents are a field that Word brings up to date; it links to the headings and has no numbers of pages, which only
Word can know. The same document gives the same bytes.
"""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO
from typing import TYPE_CHECKING

from kwaliteitsmonitor.releases.report.document.model import Chart, Document, Paragraph, Table, Terms
from kwaliteitsmonitor.releases.report.document.paging import Heading, Item, pages_of
from kwaliteitsmonitor.releases.report.document.wording import CONTENTS, LOCALES, OF, PAGE, language_of, readable
from kwaliteitsmonitor.releases.report.word.elements import bookmarked, element, field, link, paragraph, run
from kwaliteitsmonitor.releases.report.word.package import settled
from kwaliteitsmonitor.releases.report.word.styles import FACT, NOTICE, TERM, styled
from kwaliteitsmonitor.releases.report.word.tables import table_of

if TYPE_CHECKING:
    from docx.document import Document as WordDocument
    from docx.oxml.xmlchemy import BaseOxmlElement

LONG, SHORT, MARGIN = 16838, 11906, 1247
"""A4 and its margins, in twentieths of a point."""
_LISTED = 2
"""How deep the contents go."""
_PICTURE = 7940
"""How wide a chart is at most, in twentieths of a point."""


def document(report: Document) -> bytes:
    """The report as the bytes of a `.docx` file.

    Raises:
        UsageError: the report is not made in the language of the document.
    """
    import docx

    language = language_of(report)
    word = docx.Document()
    styled(word, LOCALES[language])
    end = word.element.body[-1]
    for made in _parts(word, report):
        end.addprevious(made)
    # The last pages take their form from the element at the very end, which stands in the place of one of their own.
    final = end.getprevious()
    end.getparent().replace(end, final[0][0])
    final.getparent().remove(final)
    _running(word, report)
    _properties(word, report)
    held = BytesIO()
    word.save(held)
    return settled(held.getvalue())


def _parts(word: WordDocument, report: Document) -> Iterator[BaseOxmlElement]:
    """All paragraphs and tables in reading order; a section of pages upright or across ends in its own paragraph."""
    pages = pages_of(report)
    headings = [item for one in pages for item in one.items if isinstance(item, Heading)]
    yield from _front(report, headings)
    number = 0
    if not pages or pages[0].across:
        yield element("p", element("pPr", _page(False)))
    for one in pages:
        room = (LONG if one.across else SHORT) - 2 * MARGIN
        for item in one.items:
            if isinstance(item, Heading):
                number += 1
                words = bookmarked(_place(number), number, run(item.text))
                yield paragraph(f"Heading{min(item.level, 3)}", *words, new_page=number == 1 and not one.across)
            else:
                yield from _item(word, item, room)
        yield element("p", element("pPr", _page(one.across)))


def _item(word: WordDocument, item: Item, room: int) -> list[BaseOxmlElement]:
    match item:
        case Table():
            return table_of(item, room)
        case Chart():
            return [_picture(word, item, min(room, _PICTURE)), paragraph("Caption", run(item.caption))]
        case Paragraph():
            return [paragraph(NOTICE if item.kind == "notice" else "Normal", run(item.text))]
        case Terms():
            return [paragraph(TERM, run(term, bold=True), run("\u2002" + meaning)) for term, meaning in item.entries]
        case Heading():
            return []


def _front(report: Document, headings: list[Heading]) -> Iterator[BaseOxmlElement]:
    """Institution, title, facts, and the contents as a field of links."""
    yield paragraph("Subtitle", run(report.subtitle))
    yield paragraph("Title", run(report.title))
    for name, value in report.facts:
        yield paragraph(FACT, run(name, bold=True), element("r", element("tab")), run(value))
    yield paragraph("TOCHeading", run(CONTENTS.in_language(report.language)))
    listed = [(number, one) for number, one in enumerate(headings, 1) if one.level <= _LISTED]
    whole = field(f'TOC \\o "1-{_LISTED}" \\n \\h \\z \\u', "")
    begin, finish = whole[:3], whole[4:]
    for index, (number, one) in enumerate(listed):
        first, last = begin if index == 0 else [], finish if index == len(listed) - 1 else []
        yield paragraph(f"TOC{one.level}", *first, link(_place(number), one.text), *last)


def _place(number: int) -> str:
    """The name by which the contents find a heading."""
    return f"_Toc{number:08}"


def _page(across: bool) -> BaseOxmlElement:
    """How the pages of a section lie."""
    size = {"w": LONG, "h": SHORT, "orient": "landscape"} if across else {"w": SHORT, "h": LONG}
    around = dict.fromkeys(("top", "right", "bottom", "left"), MARGIN)
    return element("sectPr", element("pgSz", **size), element("pgMar", **around, header=680, footer=620, gutter=0))


def _picture(word: WordDocument, chart: Chart, width: int) -> BaseOxmlElement:
    """A chart as a picture, with what it shows in words for who cannot see it."""
    from docx.oxml.ns import qn
    from docx.shared import Twips

    from kwaliteitsmonitor.releases.report.charts import png

    holder = word.add_paragraph()
    holder.paragraph_format.keep_with_next = True
    holder.add_run().add_picture(BytesIO(png(chart)), width=Twips(width))
    made = holder._p
    for drawn in made.iter(qn("wp:docPr")):
        drawn.set("title", readable(chart.caption))
        drawn.set("descr", readable(chart.alternative))
    return made


def _running(word: WordDocument, report: Document) -> None:
    """The title above every page but the first, and the number of the page below it."""
    first = word.sections[0]
    first.different_first_page_header_footer = True
    header = first.header
    header.is_linked_to_previous = False
    _only(header._element, paragraph("Header", run(f"{report.title} · {report.subtitle}")))
    page, of = PAGE.in_language(report.language), OF.in_language(report.language)
    for footer in (first.footer, first.first_page_footer):
        footer.is_linked_to_previous = False
        words = [run(f"{page} "), *field("PAGE", "1"), run(f" {of} "), *field("NUMPAGES", "1")]
        _only(footer._element, paragraph("Footer", *words))


def _only(holder: BaseOxmlElement, made: BaseOxmlElement) -> None:
    """Put one paragraph in a header or footer, in place of what is there."""
    for one in list(holder):
        holder.remove(one)
    holder.append(made)


def _properties(word: WordDocument, report: Document) -> None:
    """Title, institution and language in the properties of the file; no dates, which would differ each time.

    The small picture of the first page that the empty document brings along is not one of this report.
    """
    package = word.part.package
    for key in [key for key, one in package.rels.items() if one.reltype.endswith("/thumbnail")]:
        del package.rels[key]
    properties = word.core_properties
    properties.title, properties.author = readable(report.title)[:255], readable(report.subtitle)[:255]
    properties.subject, properties.language = readable(report.subtitle)[:255], LOCALES[report.language]
    properties.comments = properties.keywords = properties.last_modified_by = properties.category = ""
    for one in list(properties._element):
        if one.tag.rsplit("}", 1)[-1] in {"created", "modified", "lastPrinted", "revision"}:
            properties._element.remove(one)
