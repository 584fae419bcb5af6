"""The report as an accessible PDF (PDF/UA-1): tagged, with title, language, outline and words for every chart.

The template `report.typ` says how it looks. What the report says reaches it as data, never as markup, so that nothing
from a file is run. Fonts come with typst, and no date is written: the same document gives the same bytes.
"""

from __future__ import annotations

import json
from importlib.resources import files

from kwaliteitsmonitor.releases.report.document.model import Chart, Document
from kwaliteitsmonitor.releases.report.document.wording import language_of, sections_of
from kwaliteitsmonitor.releases.report.pdf.contents import data_of
from schemas.errors import UsageError

TEMPLATE = "report.typ"


def pages(document: Document) -> bytes:
    """The report as the bytes of a `.pdf` file.

    Raises:
        UsageError: the report is not made in the language of the document, or the template is not there.
    """
    import typst

    language_of(document)
    data = json.dumps(data_of(document, _drawn(document)), ensure_ascii=False)
    return typst.compile(
        template(TEMPLATE),
        sys_inputs={"report": data},
        font_paths=typst.Fonts(include_system_fonts=False),
        format="pdf",
        pdf_standards="ua-1",
        timestamp=0,
    )


def template(name: str) -> bytes:
    """A template of this package.

    Raises:
        UsageError: it is not there.
    """
    file = files(__package__).joinpath(name)
    if not file.is_file():
        raise UsageError(
            f"the template `{name}` of the report is not there",
            expected="a file that is installed along with the program",
            remedy="Install the program again.",
        )
    return file.read_bytes()


def _drawn(document: Document) -> dict[str, str]:
    """The charts as SVG by their id."""
    from kwaliteitsmonitor.releases.report.charts import svg

    blocks = [block for section in sections_of(document) for block in section.blocks]
    return {block.id: svg(block) for block in blocks if isinstance(block, Chart)}
