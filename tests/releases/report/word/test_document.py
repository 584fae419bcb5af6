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

from kwaliteitsmonitor.releases.report.document.model import Column, Row, Section, Table
from kwaliteitsmonitor.releases.report.word.document import document
from tests.releases.report import by_hand

WORDY = "een toelichting van een eenheid die veel te zeggen heeft over wat zij deed " * 6


@pytest.fixture(scope="module")
def dutch() -> WordDocument:
    return docx.Document(BytesIO(document(by_hand.report())))


def styles_of(word: WordDocument, style: str) -> list[str]:
    return [one.text for one in word.paragraphs if one.style is not None and one.style.name == style]


def test_sections_are_headings_by_which_word_navigates(dutch: WordDocument) -> None:
    assert styles_of(dutch, "Title") == ["Voortgang kwaliteitsafspraken"]
    assert styles_of(dutch, "Heading 1") == ["Resultaten", "Geld", "Begrippen"]
    assert styles_of(dutch, "Heading 2") == ["Toelichting"]


def test_the_contents_are_a_field_whose_links_lead_to_the_headings(dutch: WordDocument) -> None:
    body = dutch.element.body
    places = {one.get(qn("w:name")) for one in body.iter(qn("w:bookmarkStart"))}
    links = [one.get(qn("w:anchor")) for one in body.iter(qn("w:hyperlink"))]
    assert len(links) == 4
    assert set(links) == places
    assert any("TOC" in (one.text or "") for one in body.iter(qn("w:instrText")))
    kinds = [one.get(qn("w:fldCharType")) for one in body.iter(qn("w:fldChar"))]
    assert kinds == ["begin", "separate", "end"]


def test_a_table_has_a_caption_a_header_that_repeats_and_rows_that_stay_whole(dutch: WordDocument) -> None:
    assert [text for text in styles_of(dutch, "Caption") if text.startswith("Tabel")] == [
        "Tabel 1: Indicatoren per thema",
        "Tabel 2: Besteding per thema",
        "Tabel 3: Besteding per eenheid",
    ]
    for table in dutch.tables:
        first, *others = table._tbl.tr_lst
        assert first.find(qn("w:trPr")).find(qn("w:tblHeader")) is not None
        assert all(row.find(qn("w:trPr")).find(qn("w:cantSplit")) is not None for row in others)


def test_figures_stand_at_the_right_and_totals_are_bold(dutch: WordDocument) -> None:
    spending = dutch.tables[1]
    body, total = spending.rows[1].cells, spending.rows[3].cells
    assert [cell.paragraphs[0].style.name for cell in body if cell.paragraphs[0].style] == [
        "Table Text",
        *["Table Figure"] * 4,
    ]
    assert all(cell.paragraphs[0].runs[0].bold for cell in total)
    assert not any(cell.paragraphs[0].runs[0].bold for cell in body)


def test_a_note_is_called_out_beside_its_figure_and_stands_under_the_table(dutch: WordDocument) -> None:
    cell = dutch.tables[0].rows[2].cells[3].paragraphs[0]
    assert [(run.text, bool(run.font.superscript)) for run in cell.runs] == [
        ("3,9\u00a0±\u00a00,1", False),
        ("a", True),
    ]
    assert styles_of(dutch, "Table Note")[:2] == ["a Andere vraagstelling sinds 2019.", f"b {by_hand.HOSTILE}"]


def test_a_chart_is_a_picture_with_words_for_who_cannot_see_it(dutch: WordDocument) -> None:
    drawn = list(dutch.element.body.iter(qn("wp:docPr")))
    assert [one.get("descr") for one in drawn] == ["Staven: aan beide thema's is besteed."]
    assert len(dutch.inline_shapes) == 1


@pytest.mark.parametrize(("language", "locale"), [("nl", "nl-NL"), ("en", "en-GB")])
def test_the_file_says_in_which_language_it_is_and_what_it_is(language: Any, locale: str) -> None:
    word = docx.Document(BytesIO(document(by_hand.report(language))))
    found = {one.get(qn("w:val")) for one in word.styles.element.iter(qn("w:lang"))}
    assert found == {locale}
    properties = word.core_properties
    assert (properties.title, properties.language) == (by_hand.report(language).title, locale)
    assert properties.author == "Hogeschool Noord"


def test_a_table_that_is_too_wide_or_wordy_lies_across_with_its_heading() -> None:
    columns = tuple(Column(f"c{index}", f"Kolom {index}") for index in range(6))
    wide = Table("wide", "Breed", columns, (Row(tuple(WORDY for _ in columns)),))
    sections = (Section("one", "Smal"), Section("two", "Breed", (wide,)), Section("three", "Daarna"))
    word = docx.Document(BytesIO(document(replace(by_hand.report(), sections=sections))))
    orientations = [int(section.page_width or 0) > int(section.page_height or 0) for section in word.sections]
    assert orientations == [False, True, False]
    kinds = [one.tag for one in word.element.body.iter(qn("w:sectPr"), qn("w:tbl"))]
    assert kinds == [qn("w:sectPr"), qn("w:tbl"), qn("w:sectPr"), qn("w:sectPr")]
    assert all("Voortgang" in section.header.paragraphs[0].text for section in word.sections)


def test_the_file_does_not_say_when_it_was_written() -> None:
    with zipfile.ZipFile(BytesIO(document(by_hand.report()))) as package:
        assert {part.date_time for part in package.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        core = package.read("docProps/core.xml")
    assert b"created" not in core
    assert b"python-docx" not in core


def test_text_from_a_file_is_text_and_what_no_file_can_hold_is_left_out() -> None:
    strange = replace(by_hand.report(), title="A\x00B\x0b <w:p/>", sections=())
    word = docx.Document(BytesIO(document(strange)))
    assert styles_of(word, "Title") == ["AB <w:p/>"]
