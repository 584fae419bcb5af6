"""The PDF: accessible by an independent check, the same to the byte, and nothing from a file run as markup."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from typing import Any

import pdfua
import pikepdf
import pypdf
import pytest

from kwaliteitsmonitor.releases.report.document.model import Paragraph, Section
from kwaliteitsmonitor.releases.report.pdf.contents import data_of
from kwaliteitsmonitor.releases.report.pdf.pages import pages, template
from kwaliteitsmonitor.releases.report.pdf.printable import _PRINTED, printable
from schemas.errors import UsageError
from tests.releases.report import by_hand


@pytest.fixture(scope="module")
def dutch() -> bytes:
    return pages(by_hand.report())


def test_the_template_is_given_every_block_in_order_with_its_kind() -> None:
    data = data_of(by_hand.report(), {"spent": "<svg/>"})
    blocks = [block for page in data["pages"] for block in page["blocks"]]
    assert (data["language"], data["region"], data["words"]["contents"]) == ("nl", "NL", "Inhoud")
    kinds = [block["kind"] for block in blocks if block["kind"] != "heading"]
    assert kinds == ["paragraph", "table", "paragraph", "table", "chart", "table", "terms"]
    assert [block["svg"] for block in blocks if block["kind"] == "chart"] == ["<svg/>"]
    (table,) = [block for block in blocks if block.get("caption", "").startswith("Tabel 1")]
    assert table["rows"][1]["cells"][2] == {"text": "×", "marks": "b", "figure": True}
    assert "□" in str(blocks), "what no font has is a box"


@pytest.mark.parametrize(("language", "locale"), [("nl", "nl-NL"), ("en", "en-GB")])
def test_an_independent_check_finds_nothing_in_a_tagged_file(language: Any, locale: str, tmp_path: Path) -> None:
    path = tmp_path / "report.pdf"
    path.write_bytes(pages(by_hand.report(language)))
    assert [(one.rule_id, one.message) for one in pdfua.validate(path).findings] == []
    with pikepdf.open(path) as pdf, pdf.open_metadata() as metadata:
        assert (bool(pdf.Root.MarkInfo.Marked), bool(pdf.Root.ViewerPreferences.DisplayDocTitle)) == (True, True)
        assert (str(pdf.Root.Lang), metadata["pdfuaid:part"]) == (locale, "1")
        assert metadata["dc:title"] == by_hand.report(language).title


def elements(one: Any) -> Iterator[tuple[str, str]]:
    """Every element of the structure of the file: its kind, and its words for who cannot see it."""
    if isinstance(one, pikepdf.Array):
        for inner in one:
            yield from elements(inner)
    elif isinstance(one, pikepdf.Dictionary):
        if "/S" in one:
            yield str(one.S), str(one.get("/Alt", ""))
        if "/K" in one:
            yield from elements(one.K)


def test_tables_have_headers_charts_words_and_the_fonts_are_those_that_come_along(dutch: bytes) -> None:
    with pikepdf.open(BytesIO(dutch)) as pdf:
        structure = list(elements(pdf.Root.StructTreeRoot))
        fonts = {str(one.FontName) for one in pdf.objects if isinstance(one, pikepdf.Dictionary) and "/FontName" in one}
    kinds = [kind for kind, _ in structure]
    assert (kinds.count("/Table"), kinds.count("/TH"), kinds.count("/Caption") >= 3) == (3, 4 + 2 + 5 + 10, True)
    assert [words for kind, words in structure if kind == "/Figure"] == ["Staven: aan beide thema's is besteed."]
    assert fonts
    assert all("Libertinus" in name or "DejaVu" in name or "NewCM" in name for name in fonts)


def test_the_outline_holds_the_sections_and_markup_from_a_file_is_shown_and_not_run(dutch: bytes) -> None:
    read = pypdf.PdfReader(BytesIO(dutch))
    titles = [[i["/Title"] for i in one] if isinstance(one, list) else one["/Title"] for one in read.outline]
    assert titles[-4:] == ["Resultaten", ["Toelichting"], "Geld", "Begrippen"]
    texts = [page.extract_text() for page in read.pages]
    assert all(f"Pagina {number} van {len(texts)}" in text for number, text in enumerate(texts, 1))
    assert "#panic() *vet* <script>x</script> $y$ \\ @doel" in " ".join("".join(texts).split())


def test_what_the_fonts_lack_is_a_box_marks_that_steer_text_are_left_out_and_all_else_has_a_shape() -> None:
    assert printable("één – “x” ≥ 3 €, \U0001f600 en 漢\u202e\x01!") == "één – “x” ≥ 3 €, □ en □!"
    assert printable("e\u0301\u2028x") == "é x"
    everything = printable("".join(chr(code) for first, last in _PRINTED for code in range(first, last + 1)))
    assert len(everything) > 2000
    section = Section("all", "Alles", (Paragraph(" ".join(everything)),))
    assert pages(replace(by_hand.report(), sections=(section,))).startswith(b"%PDF")


def test_a_report_with_nothing_in_it_is_a_front_page_and_a_template_that_is_not_there_is_named() -> None:
    assert len(pypdf.PdfReader(BytesIO(pages(replace(by_hand.report(), sections=(), facts=())))).pages) == 1
    with pytest.raises(UsageError, match=r"the template `other\.typ` of the report is not there"):
        template("other.typ")
