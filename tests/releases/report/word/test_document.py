"""The Word file: headings, captions and tables that Word knows as such, in the language of the report."""

from __future__ import annotations

import zipfile
from dataclasses import replace
from io import BytesIO
from typing import Any

import docx
import pytest
from docx.document import Document as WordDocument
from docx.oxml.ns import qn

from kwaliteitsmonitor.releases.report.document.model import Column, Document, Row, Section, Table
from kwaliteitsmonitor.releases.report.word.document import document
from kwaliteitsmonitor.releases.report.word.elements import bookmarked, link, paragraph, run
from kwaliteitsmonitor.releases.report.word.package import settled
from kwaliteitsmonitor.releases.report.word.styles import styled
from kwaliteitsmonitor.releases.report.word.tables import table_of
from tests.releases.report import by_hand

WORDY = "een toelichting van een eenheid die veel te zeggen heeft over wat zij deed " * 6


def opened(report: Document) -> WordDocument:
    return docx.Document(BytesIO(document(report)))


@pytest.fixture(scope="module")
def dutch() -> WordDocument:
    return opened(by_hand.report())


def styles_of(word: WordDocument, style: str) -> list[str]:
    return [one.text for one in word.paragraphs if one.style is not None and one.style.name == style]


def values(element: Any, tag: str, attribute: str = "val") -> list[Any]:
    """An attribute of every element of a kind, in their order."""
    return [one.get(qn(f"w:{attribute}")) for one in element.iter(qn(f"w:{tag}"))]


def test_sections_are_headings_by_which_word_navigates_and_the_contents_lead_to_them(dutch: WordDocument) -> None:
    assert styles_of(dutch, "Title") == ["Voortgang kwaliteitsafspraken"]
    assert styles_of(dutch, "Heading 1") == ["Resultaten", "Geld", "Begrippen"]
    assert styles_of(dutch, "Heading 2") == ["Toelichting"]
    body = dutch.element.body
    links = values(body, "hyperlink", "anchor")
    assert (len(links), {*links}) == (4, {*values(body, "bookmarkStart", "name")})
    assert any("TOC" in (one.text or "") for one in body.iter(qn("w:instrText")))
    assert values(body, "fldChar", "fldCharType") == ["begin", "separate", "end"]


def test_a_table_has_a_caption_a_header_that_repeats_and_rows_that_stay_whole(dutch: WordDocument) -> None:
    captions = ["Tabel 1: Indicatoren per thema", "Tabel 2: Besteding per thema", "Tabel 3: Besteding per eenheid"]
    assert [text for text in styles_of(dutch, "Caption") if text.startswith("Tabel")] == captions
    for table in dutch.tables:
        first, *others = (row.find(qn("w:trPr")) for row in table._tbl.tr_lst)
        assert first.find(qn("w:tblHeader")) is not None
        assert all(row.find(qn("w:cantSplit")) is not None for row in others)
    body, total = ([cell.paragraphs[0] for cell in dutch.tables[1].rows[row].cells] for row in (1, 3))
    assert [one.style.name for one in body if one.style] == ["Table Text", *["Table Figure"] * 4]
    assert all(one.runs[0].bold for one in total)
    assert not any(one.runs[0].bold for one in body)


def test_a_note_is_called_out_beside_its_figure_and_a_chart_has_words(dutch: WordDocument) -> None:
    runs = dutch.tables[0].rows[2].cells[3].paragraphs[0].runs
    assert [(one.text, bool(one.font.superscript)) for one in runs] == [("3,9\u00a0±\u00a00,1", False), ("a", True)]
    assert styles_of(dutch, "Table Note")[:2] == ["a Andere vraagstelling sinds 2019.", f"b {by_hand.HOSTILE}"]
    drawn = [one.get("descr") for one in dutch.element.body.iter(qn("wp:docPr"))]
    assert (drawn, len(dutch.inline_shapes)) == (["Staven: aan beide thema's is besteed."], 1)


@pytest.mark.parametrize(("language", "locale"), [("nl", "nl-NL"), ("en", "en-GB")])
def test_the_file_says_in_which_language_it_is_and_what_it_is(language: Any, locale: str) -> None:
    report = by_hand.report(language)
    word = opened(report)
    assert {*values(word.styles.element, "lang")} == {locale}
    own = word.core_properties
    assert (own.title, own.language, own.author) == (report.title, locale, "Hogeschool Noord")


def test_a_table_that_is_too_wide_or_wordy_lies_across_with_its_heading() -> None:
    columns = tuple(Column(f"c{index}", f"Kolom {index}") for index in range(6))
    wide = Table("wide", "Breed", columns, (Row(tuple(WORDY for _ in columns)),))
    sections = (Section("one", "Smal"), Section("two", "Breed", (wide,)), Section("three", "Daarna"))
    word = opened(replace(by_hand.report(), sections=sections))
    across = [int(section.page_width or 0) > int(section.page_height or 0) for section in word.sections]
    assert across == [False, True, False]
    kinds = [one.tag for one in word.element.body.iter(qn("w:sectPr"), qn("w:tbl"))]
    assert kinds == [qn("w:sectPr"), qn("w:tbl"), qn("w:sectPr"), qn("w:sectPr")]
    assert all("Voortgang" in section.header.paragraphs[0].text for section in word.sections)


def test_a_package_has_the_same_bytes_whenever_it_was_written() -> None:
    packages = set()
    for moment in ((2021, 3, 1, 9, 0, 0), (2026, 11, 30, 19, 0, 0)):
        held = BytesIO()
        with zipfile.ZipFile(held, "w") as package:
            package.writestr(zipfile.ZipInfo("word/document.xml", moment), "<w/>")
        packages.add(settled(held.getvalue()))
    assert len(packages) == 1


def test_text_goes_in_as_text_keeps_its_lines_and_what_no_file_can_hold_is_left_out() -> None:
    strange = opened(replace(by_hand.report(), title="A\x00B\x0b <w:p/>", sections=()))
    assert styles_of(strange, "Title") == ["AB <w:p/>"]
    made = run("<b>een</b>\ntwee", bold=True, superscript=True, size=9.5)
    assert [one.text for one in made.iter(qn("w:t"))] == ["<b>een</b>", "twee"]
    assert (len(list(made.iter(qn("w:br")))), values(made, "sz")) == (1, ["19"])


def test_a_link_leads_to_the_place_of_its_name() -> None:
    start, *_ = bookmarked("kop", 7)
    made = paragraph("Heading1", link("kop", "Naar de kop"), keep=True, new_page=True)
    assert values(made, "hyperlink", "anchor") == [start.get(qn("w:name"))]
    assert [len(values(made, name)) for name in ("keepNext", "pageBreakBefore")] == [1, 1]


def test_a_table_is_as_wide_as_its_room_in_the_styles_of_the_file() -> None:
    word = docx.Document()
    styled(word, "nl-NL")
    caption, table, *notes = table_of(by_hand.spending("nl"), 9000)
    assert sum(map(int, values(table, "gridCol", "w"))) == 9000
    used = {style for made in (caption, table, *notes) for style in values(made, "pStyle")}
    assert used <= {style.style_id for style in word.styles}
