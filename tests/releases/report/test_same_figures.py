"""The same figures in all four forms: each is read back and compared with what the report says."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from kwaliteitsmonitor.methods.figures.printing import Language
from kwaliteitsmonitor.releases.report.document.model import Document
from kwaliteitsmonitor.releases.report.excel.workbook import workbook
from kwaliteitsmonitor.releases.report.forms import maker
from kwaliteitsmonitor.releases.report.pdf.pages import pages
from kwaliteitsmonitor.releases.report.web.page import page
from kwaliteitsmonitor.releases.report.word.document import document as word
from schemas.report_forms import FORMS
from tests.releases.report import by_hand
from tests.releases.report.reading_back import in_document, in_excel, in_html, in_pdf, in_word

ROOT = Path(__file__).resolve().parents[3]
MADE_ELSEWHERE = """
import hashlib, sys
from schemas.report_forms import FORMS
from kwaliteitsmonitor.releases.report.forms import maker
from tests.releases.report.by_hand import report
for form in FORMS:
    print(form, hashlib.sha256(maker(form)(report())).hexdigest())
"""
LANGUAGES: tuple[Language, ...] = ("nl", "en")


def compared(document: Document) -> None:
    expected = in_document(document)
    assert in_html(page(document)) == expected
    assert in_word(word(document), document) == expected
    assert in_excel(workbook(document), document) == expected
    assert in_pdf(pages(document), document) == expected


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_form_shows_the_figures_of_the_document(language: Language) -> None:
    document = by_hand.report(language)
    assert {"×", "–"} < set(in_document(document))
    compared(document)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_form_shows_the_figures_of_a_release(language: Language, leiden: Mapping[Language, Document]) -> None:
    assert len(in_document(leiden[language])) > 500
    compared(leiden[language])


def test_every_form_is_the_same_to_the_byte_in_another_place_and_time_zone(tmp_path: Path) -> None:
    elsewhere = {
        "PYTHONPATH": str(ROOT),
        "PYTHONHASHSEED": "77",
        "TZ": "Pacific/Auckland",
        "LC_ALL": "C",
        "HOME": str(tmp_path),
        "PATH": os.environ["PATH"],
    }
    ran = subprocess.run(
        [sys.executable, "-c", MADE_ELSEWHERE], env=elsewhere, cwd=tmp_path, capture_output=True, text=True, check=True
    )
    here = [f"{form} {hashlib.sha256(maker(form)(by_hand.report())).hexdigest()}" for form in FORMS]
    assert ran.stdout.splitlines() == here
