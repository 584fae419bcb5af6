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
from kwaliteitsmonitor.releases.report.forms import maker
from schemas.report_forms import FORMS
from tests.releases.report import by_hand
from tests.releases.report.reading_back import in_document, in_excel, in_html, in_pdf, in_word

Reports = Mapping[Language, Document]
ROOT = Path(__file__).resolve().parents[3]
MADE_ELSEWHERE = """
import hashlib
from schemas.report_forms import FORMS
from kwaliteitsmonitor.releases.report.forms import maker
from tests.releases.report.by_hand import report
for form in FORMS:
    print(form, hashlib.sha256(maker(form)(report())).hexdigest())
"""


@pytest.mark.parametrize("language", ["nl", "en"])
@pytest.mark.parametrize("of", ["made by hand", "a release"])
def test_every_form_shows_the_figures_of_the_document(language: Language, of: str, leiden: Reports) -> None:
    document = by_hand.report(language) if of == "made by hand" else leiden[language]
    figures = in_document(document)
    assert ({"×", "–"} < set(figures), len(figures) > 500) == (True, of == "a release")
    assert in_html(maker("html")(document)) == figures
    assert in_word(maker("docx")(document), document) == figures
    assert in_excel(maker("xlsx")(document), document) == figures
    assert in_pdf(maker("pdf")(document), document) == figures


def test_every_form_is_the_same_to_the_byte_in_another_place_and_time_zone(tmp_path: Path) -> None:
    elsewhere = {"PYTHONPATH": str(ROOT), "PYTHONHASHSEED": "77", "TZ": "Pacific/Auckland", "LC_ALL": "C"}
    environment = elsewhere | {"HOME": str(tmp_path), "PATH": os.environ["PATH"]}
    command = [sys.executable, "-c", MADE_ELSEWHERE]
    ran = subprocess.run(command, env=environment, cwd=tmp_path, capture_output=True, text=True, check=True)
    here = [f"{form} {hashlib.sha256(maker(form)(by_hand.report())).hexdigest()}" for form in FORMS]
    assert ran.stdout.splitlines() == here
