"""The styles of the Word file: those that Word knows, restrained, so that a report that it is pasted into prevails."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kwaliteitsmonitor.releases.report.word.elements import element

if TYPE_CHECKING:
    from docx.document import Document as WordDocument
    from docx.styles.style import ParagraphStyle

FONT, BLUE, INK, GREY, LINE, PALE = "Calibri", "1F3864", "1F2933", "52606D", "B8C2CC", "EEF2F7"
TABLE, CELL, FIGURE, HEADER, NOTE = "ReportTable", "TableText", "TableFigure", "TableHeader", "TableNote"
NOTICE, FACT, TERM = "Notice", "Fact", "Term"
"""The ids of the styles that Word does not have of itself."""
_AFTER_BORDERS = ("w:spacing", "w:ind", "w:jc", "w:outlineLvl")
"""What must stand after borders and shading in the properties of a paragraph."""
CELL_SIZE = 9
"""The size of the letters of a table, in points."""
_HEADINGS = ((1, 17, 22, 8), (2, 13, 16, 6), (3, 11, 12, 4))
"""Level of the heading, size, room above and below, in points."""


def styled(word: WordDocument, locale: str) -> None:
    """Give an empty document its styles and its language, such as `nl-NL`."""
    _language(word, locale)
    _text(_style(word, "Normal"), 10.5, after=6)
    _text(_style(word, "Title"), 23, bold=True, colour=BLUE, after=10)
    _text(_style(word, "Subtitle"), 11, colour=GREY, after=0)
    for level, size, before, after in _HEADINGS:
        _text(_style(word, f"Heading {level}"), size, bold=True, colour=BLUE, before=before, after=after)
    _text(_style(word, "Caption"), 10, bold=True, colour=BLUE, before=10, after=4)
    for name in ("Header", "Footer"):
        _text(_style(word, name), 8.5, colour=GREY, after=0)
    _own(word, "Table Text", CELL_SIZE, after=0)
    _own(word, "Table Figure", CELL_SIZE, after=0, right=True)
    _own(word, "Table Header", CELL_SIZE, bold=True, colour=BLUE, after=0)
    _own(word, "Table Note", 8.5, colour=GREY, before=2, after=0)
    _hanging(_own(word, "Fact", 10.5, after=2), 120)
    _hanging(_own(word, "Term", 10.5, after=4), 12)
    notice = _own(word, "Notice", 10.5, before=6, after=8).element.get_or_add_pPr()
    bar = element("pBdr", element("left", val="single", sz=24, space=8, color=BLUE))
    notice.insert_element_before(bar, *_AFTER_BORDERS)
    notice.insert_element_before(element("shd", val="clear", color="auto", fill=PALE), *_AFTER_BORDERS)
    _text(_style(word, "TOC Heading"), 13, bold=True, colour=BLUE, before=22, after=6)
    for level in (1, 2):
        form = _own(word, f"TOC {level}", 10.5, bold=level == 1, after=2).paragraph_format
        form.left_indent = _points(12 * (level - 1))
    word.styles.element.append(_table_style())


def _language(word: WordDocument, locale: str) -> None:
    """The language of all text, in the defaults of the styles and in the settings; words are hyphenated by it."""
    from docx.oxml.ns import qn

    for node in word.styles.element.iter(qn("w:lang")):
        node.set(qn("w:val"), locale)
        node.set(qn("w:eastAsia"), locale)
    for node in word.settings.element.iter(qn("w:themeFontLang")):
        node.set(qn("w:val"), locale)
    for node in word.settings.element.iter(qn("w:defaultTabStop")):
        node.addnext(element("autoHyphenation"))


def _style(word: WordDocument, name: str) -> ParagraphStyle:
    style: ParagraphStyle = word.styles[name]
    return style


def _own(
    word: WordDocument,
    name: str,
    size: float,
    *,
    bold: bool = False,
    colour: str = INK,
    before: float = 0,
    after: float = 6,
    right: bool = False,
) -> ParagraphStyle:
    """A style of our own; its id is its name without spaces."""
    from docx.enum.style import WD_STYLE_TYPE

    made: ParagraphStyle = word.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
    made.base_style = word.styles["Normal"]
    made.quick_style = True
    _text(made, size, bold=bold, colour=colour, before=before, after=after, right=right)
    return made


def _hanging(style: ParagraphStyle, indent: float) -> None:
    """Lines after the first begin further to the right, in points."""
    style.paragraph_format.left_indent = _points(indent)
    style.paragraph_format.first_line_indent = _points(-indent)


def _qualified(name: str) -> str:
    from docx.oxml.ns import qn

    return str(qn(f"w:{name}"))


def _text(
    style: ParagraphStyle,
    size: float,
    *,
    bold: bool = False,
    colour: str = INK,
    before: float = 0,
    after: float = 6,
    right: bool = False,
) -> None:
    """Font, size, colour and room of a style, in points."""
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.shared import RGBColor

    font, form = style.font, style.paragraph_format
    font.name, font.size, font.bold, font.italic = FONT, _points(size), bold, False
    font.color.rgb = RGBColor.from_string(colour)
    fonts = style.element.get_or_add_rPr().find(_qualified("rFonts"))
    for name in list(fonts.attrib):
        del fonts.attrib[name]
    for name in ("ascii", "hAnsi", "cs", "eastAsia"):
        fonts.set(_qualified(name), FONT)
    form.space_before, form.space_after = _points(before), _points(after)
    form.line_spacing = 1.0 if size < 10 else 1.08
    if right:
        form.alignment = WD_ALIGN_PARAGRAPH.RIGHT


def _points(size: float) -> int:
    from docx.shared import Pt

    return Pt(size)


def _table_style() -> object:
    """The looks of a table: lines between rows, a heavier one under the header; no meaning by colour."""
    line: dict[str, str | int] = {"val": "single", "space": 0, "color": LINE}
    borders = element("tblBorders", element("bottom", sz=4, **line), element("insideH", sz=4, **line))
    margins = element("tblCellMar", element("top", w=40, type="dxa"), element("left", w=55, type="dxa"),
                      element("bottom", w=40, type="dxa"), element("right", w=55, type="dxa"))  # fmt: skip
    under = element("tcBorders", element("bottom", val="single", sz=8, space=0, color=BLUE))
    return element(
        "style",
        element("name", val="Report Table"),
        element("basedOn", val="TableNormal"),
        element("uiPriority", val=99),
        element("qFormat"),
        element("tblPr", element("tblInd", w=0, type="dxa"), borders, margins),
        element("tblStylePr", element("tcPr", under), type="firstRow"),
        type="table",
        customStyle=1,
        styleId=TABLE,
    )
