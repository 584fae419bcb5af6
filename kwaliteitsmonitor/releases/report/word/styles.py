"""The styles of the Word file: those that Word knows, restrained, so that a report that it is pasted into prevails."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
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


@dataclass(frozen=True)
class _Letters:
    """How the text of a style looks: size, and room before and after its paragraphs, in points."""

    size: float
    bold: bool = False
    colour: str = INK
    before: float = 0
    after: float = 6
    right: bool = False


_KNOWN: Mapping[str, _Letters] = {
    "Normal": _Letters(10.5),
    "Title": _Letters(23, bold=True, colour=BLUE, after=10),
    "Subtitle": _Letters(11, colour=GREY, after=0),
    "Heading 1": _Letters(17, bold=True, colour=BLUE, before=22, after=8),
    "Heading 2": _Letters(13, bold=True, colour=BLUE, before=16),
    "Heading 3": _Letters(11, bold=True, colour=BLUE, before=12, after=4),
    "Caption": _Letters(10, bold=True, colour=BLUE, before=10, after=4),
    "Header": _Letters(8.5, colour=GREY, after=0),
    "Footer": _Letters(8.5, colour=GREY, after=0),
}
"""The styles that Word has of itself, in the order in which they are set."""
_OWN: Mapping[str, _Letters] = {
    "Table Text": _Letters(CELL_SIZE, after=0),
    "Table Figure": _Letters(CELL_SIZE, after=0, right=True),
    "Table Header": _Letters(CELL_SIZE, bold=True, colour=BLUE, after=0),
    "Table Note": _Letters(8.5, colour=GREY, before=2, after=0),
    "Fact": _Letters(10.5, after=2),
    "Term": _Letters(10.5, after=4),
    "Notice": _Letters(10.5, before=6, after=8),
}
_OF_CONTENTS: Mapping[str, _Letters] = {
    "TOC 1": _Letters(10.5, bold=True, after=2),
    "TOC 2": _Letters(10.5, after=2),
}
_HANGING = {"Fact": 120, "Term": 12}
"""How far the lines after the first stand to the right, in points."""


def styled(word: WordDocument, locale: str) -> None:
    """Give an empty document its styles and its language, such as `nl-NL`."""
    _language(word, locale)
    for name, letters in _KNOWN.items():
        _text(_style(word, name), letters)
    own = {name: _own(word, name, letters) for name, letters in _OWN.items()}
    for name, indent in _HANGING.items():
        _hanging(own[name], indent)
    notice = own["Notice"].element.get_or_add_pPr()
    bar = element("pBdr", element("left", val="single", sz=24, space=8, color=BLUE))
    notice.insert_element_before(bar, *_AFTER_BORDERS)
    notice.insert_element_before(element("shd", val="clear", color="auto", fill=PALE), *_AFTER_BORDERS)
    _text(_style(word, "TOC Heading"), _Letters(13, bold=True, colour=BLUE, before=22))
    for level, (name, letters) in enumerate(_OF_CONTENTS.items()):
        _own(word, name, letters).paragraph_format.left_indent = _points(12 * level)
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


def _own(word: WordDocument, name: str, letters: _Letters) -> ParagraphStyle:
    """A style of our own; its id is its name without spaces."""
    from docx.enum.style import WD_STYLE_TYPE

    made: ParagraphStyle = word.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
    made.base_style = word.styles["Normal"]
    made.quick_style = True
    _text(made, letters)
    return made


def _hanging(style: ParagraphStyle, indent: float) -> None:
    """Lines after the first begin further to the right, in points."""
    style.paragraph_format.left_indent = _points(indent)
    style.paragraph_format.first_line_indent = _points(-indent)


def _qualified(name: str) -> str:
    from docx.oxml.ns import qn

    return str(qn(f"w:{name}"))


def _text(style: ParagraphStyle, letters: _Letters) -> None:
    """Font, size, colour and room of a style."""
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.shared import RGBColor

    font, form = style.font, style.paragraph_format
    font.name, font.size, font.bold, font.italic = FONT, _points(letters.size), letters.bold, False
    font.color.rgb = RGBColor.from_string(letters.colour)
    fonts = style.element.get_or_add_rPr().find(_qualified("rFonts"))
    for name in list(fonts.attrib):
        del fonts.attrib[name]
    for name in ("ascii", "hAnsi", "cs", "eastAsia"):
        fonts.set(_qualified(name), FONT)
    form.space_before, form.space_after = _points(letters.before), _points(letters.after)
    form.line_spacing = 1.0 if letters.size < 10 else 1.08
    if letters.right:
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
