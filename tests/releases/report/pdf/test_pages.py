"""The PDF: accessible by an independent check, the same to the byte, and nothing from a file run as markup."""

from __future__ import annotations

from dataclasses import replace
from io import BytesIO
from pathlib import Path
from typing import Any

import pikepdf
import pypdf
import pytest

from kwaliteitsmonitor.releases.report.document.model import Paragraph, Section
from kwaliteitsmonitor.releases.report.pdf.pages import pages, template
from kwaliteitsmonitor.releases.report.pdf.printable import _PRINTED, printable
from schemas.errors import UsageError
from tests.releases.report import by_hand


@pytest.fixture(scope="module")
def dutch() -> bytes:
    return pages(by_hand.report())


def tags(file: bytes) -> list[pikepdf.Dictionary]:
    """Every element of the structure of the file."""
    with pikepdf.open(BytesIO(file)) as pdf:
        waiting, found = [pdf.Root.StructTreeRoot], []
        while waiting:
            one = waiting.pop()
            if isinstance(one, pikepdf.Array):
                waiting += list(one)
            elif isinstance(one, pikepdf.Dictionary):
                if "/S" in one:
                    found.append({"S": str(one.S), "Alt": str(one.Alt) if "/Alt" in one else ""})
                if "/K" in one:
                    waiting.append(one.K)
    return found  # type: ignore[return-value]


@pytest.mark.parametrize("language", ["nl", "en"])
def test_an_independent_check_of_pdf_ua_finds_nothing(language: Any, tmp_path: Path) -> None:
    import pdfua

    path = tmp_path / "report.pdf"
    path.write_bytes(pages(by_hand.report(language)))
    assert [(one.rule_id, one.message) for one in pdfua.validate(path).findings] == []


@pytest.mark.parametrize(("language", "locale"), [("nl", "nl-NL"), ("en", "en-GB")])
def test_it_is_tagged_and_says_its_title_and_language(language: Any, locale: str) -> None:
    with pikepdf.open(BytesIO(pages(by_hand.report(language)))) as pdf:
        root = pdf.Root
        assert bool(root.MarkInfo.Marked)
        assert str(root.Lang) == locale
        assert bool(root.ViewerPreferences.DisplayDocTitle)
        with pdf.open_metadata() as metadata:
            assert metadata["dc:title"] == by_hand.report(language).title
            assert metadata["pdfuaid:part"] == "1"


def test_tables_have_headers_and_charts_words_for_who_cannot_see_them(dutch: bytes) -> None:
    found = tags(dutch)
    kinds = [one["S"] for one in found]
    assert kinds.count("/Table") == 3
    assert kinds.count("/TH") == 4 + 2 + 5 + 10
    assert kinds.count("/Caption") >= 3
    assert [one["Alt"] for one in found if one["S"] == "/Figure"] == ["Staven: aan beide thema's is besteed."]


def test_the_outline_holds_the_sections_and_every_page_its_number(dutch: bytes) -> None:
    read = pypdf.PdfReader(BytesIO(dutch))
    titles = [
        one["/Title"] if not isinstance(one, list) else [inner["/Title"] for inner in one] for one in read.outline
    ]
    assert titles[-4:] == ["Resultaten", ["Toelichting"], "Geld", "Begrippen"]
    count = len(read.pages)
    for number, page in enumerate(read.pages, 1):
        assert f"Pagina {number} van {count}" in page.extract_text()


def test_fonts_are_those_that_come_along(dutch: bytes) -> None:
    with pikepdf.open(BytesIO(dutch)) as pdf:
        fonts = {str(one.FontName) for one in pdf.objects if isinstance(one, pikepdf.Dictionary) and "/FontName" in one}
    assert fonts
    assert all("Libertinus" in name or "DejaVu" in name or "NewCM" in name for name in fonts)


def test_markup_in_text_from_a_file_is_shown_and_not_run(dutch: bytes) -> None:
    text = "".join(page.extract_text() for page in pypdf.PdfReader(BytesIO(dutch)).pages)
    assert "#panic() *vet* <script>x</script> $y$ \\ @doel" in " ".join(text.split())


def test_what_the_fonts_lack_is_a_box_and_marks_that_steer_text_are_left_out() -> None:
    assert printable("één – “x” ≥ 3 €, \U0001f600 en 漢\u202e\x01!") == "één – “x” ≥ 3 €, □ en □!"
    assert printable("e\u0301\u2028x") == "é x"


def test_every_character_that_is_let_through_has_a_shape() -> None:
    everything = printable("".join(chr(code) for first, last in _PRINTED for code in range(first, last + 1)))
    assert len(everything) > 2000
    block = Paragraph(" ".join(everything))
    assert pages(replace(by_hand.report(), sections=(Section("all", "Alles", (block,)),))).startswith(b"%PDF")


def test_a_report_with_nothing_in_it_is_a_front_page() -> None:
    assert len(pypdf.PdfReader(BytesIO(pages(replace(by_hand.report(), sections=(), facts=())))).pages) == 1


def test_a_template_that_is_not_there_is_named() -> None:
    with pytest.raises(UsageError, match=r"the template `other\.typ` of the report is not there"):
        template("other.typ")
