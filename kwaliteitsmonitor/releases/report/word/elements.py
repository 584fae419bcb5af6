"""The parts of a Word file that python-docx has no words for, as XML: text goes in as text, never as markup."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kwaliteitsmonitor.releases.report.document.wording import readable

if TYPE_CHECKING:
    from docx.oxml.xmlchemy import BaseOxmlElement


def element(tag: str, *inner: BaseOxmlElement, **attributes: str | int) -> BaseOxmlElement:
    """An element of WordprocessingML with its attributes and what is in it; an underscore after a name is left out."""
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    made = OxmlElement(f"w:{tag}")
    for name, value in attributes.items():
        made.set(qn(f"w:{name.rstrip('_')}"), str(value))
    for one in inner:
        made.append(one)
    return made


def run(text: str, *, bold: bool = False, superscript: bool = False, size: float | None = None) -> BaseOxmlElement:
    """A run of text; line ends in it are kept. `size` is in points, where it is not that of the style."""
    properties = element("rPr")
    if bold:
        properties.append(element("b"))
    if size is not None:
        properties.append(element("sz", val=round(2 * size)))
    if superscript:
        properties.append(element("vertAlign", val="superscript"))
    made = element("r", properties) if len(properties) else element("r")
    for number, line in enumerate(readable(text).split("\n")):
        if number:
            made.append(element("br"))
        made.append(_text("t", line))
    return made


def paragraph(style: str, *inner: BaseOxmlElement, keep: bool = False, new_page: bool = False) -> BaseOxmlElement:
    """A paragraph in a style, by the id of the style; `keep` it on the page of what follows."""
    properties = element("pPr", element("pStyle", val=style))
    if keep:
        properties.append(element("keepNext"))
    if new_page:
        properties.append(element("pageBreakBefore"))
    return element("p", properties, *inner)


def field(instruction: str, shown: str) -> list[BaseOxmlElement]:
    """A field, such as the number of the page, with what is shown until Word works it out."""
    return [
        element("r", element("fldChar", fldCharType="begin")),
        element("r", _text("instrText", f" {instruction} ")),
        element("r", element("fldChar", fldCharType="separate")),
        run(shown),
        element("r", element("fldChar", fldCharType="end")),
    ]


def bookmarked(name: str, number: int, *inner: BaseOxmlElement) -> list[BaseOxmlElement]:
    """A place that a link leads to."""
    return [element("bookmarkStart", id=number, name=name), *inner, element("bookmarkEnd", id=number)]


def link(to: str, text: str) -> BaseOxmlElement:
    """A link to a place in the same file."""
    return element("hyperlink", run(text), anchor=to, history=1)


def _text(tag: str, text: str) -> BaseOxmlElement:
    made = element(tag)
    made.text = text
    made.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")
    return made
