"""The parts of a Word file: text as text, and a package without the time of writing."""

from __future__ import annotations

import zipfile
from io import BytesIO

import docx
from docx.oxml.ns import qn

from kwaliteitsmonitor.releases.report.word.elements import bookmarked, link, paragraph, run
from kwaliteitsmonitor.releases.report.word.package import settled
from kwaliteitsmonitor.releases.report.word.styles import styled
from kwaliteitsmonitor.releases.report.word.tables import table_of
from tests.releases.report import by_hand


def test_text_goes_in_as_text_and_keeps_its_lines() -> None:
    made = run("<b>een</b>\ntwee", bold=True, superscript=True, size=9.5)
    assert [one.text for one in made.iter(qn("w:t"))] == ["<b>een</b>", "twee"]
    assert len(list(made.iter(qn("w:br")))) == 1
    (size,) = made.iter(qn("w:sz"))
    assert size.get(qn("w:val")) == "19"


def test_a_link_leads_to_the_place_of_its_name() -> None:
    start, *_ = bookmarked("kop", 7)
    made = paragraph("Heading1", link("kop", "Naar de kop"), keep=True, new_page=True)
    (anchor,) = [one.get(qn("w:anchor")) for one in made.iter(qn("w:hyperlink"))]
    assert anchor == start.get(qn("w:name"))
    assert [len(list(made.iter(qn(f"w:{name}")))) for name in ("keepNext", "pageBreakBefore")] == [1, 1]


def test_a_package_has_the_same_bytes_whenever_it_was_written() -> None:
    packages = []
    for moment in ((2021, 3, 1, 9, 0, 0), (2026, 11, 30, 19, 0, 0)):
        held = BytesIO()
        with zipfile.ZipFile(held, "w") as package:
            package.writestr(zipfile.ZipInfo("word/document.xml", moment), "<w/>")
        packages.append(settled(held.getvalue()))
    assert packages[0] == packages[1]


def test_a_table_is_as_wide_as_its_room_in_the_styles_of_the_file() -> None:
    word = docx.Document()
    styled(word, "nl-NL")
    caption, table, *notes = table_of(by_hand.spending("nl"), 9000)
    assert sum(int(one.get(qn("w:w"))) for one in table.iter(qn("w:gridCol"))) == 9000
    used = {one.get(qn("w:val")) for made in (caption, table, *notes) for one in made.iter(qn("w:pStyle"))}
    assert used <= {style.style_id for style in word.styles}
