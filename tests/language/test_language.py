"""Each thing that people read is in their language: no code, no word of another language, no number of the program."""

from __future__ import annotations

import io
import re
from collections.abc import Iterable
from datetime import date
from pathlib import Path

import openpyxl
import pytest

from kwaliteitsmonitor.exchange.notices.schedule import Moment, State
from kwaliteitsmonitor.exchange.notices.teams import card
from kwaliteitsmonitor.exchange.notices.wording import letter
from kwaliteitsmonitor.exchange.workbooks.request import requests, unit_of
from kwaliteitsmonitor.exchange.workbooks.template import template
from kwaliteitsmonitor.foundation.workspace import Workspace
from schemas.exports.dictionary import markdown
from schemas.profile.models import Profile
from schemas.tables import CATALOGUE
from tests.exchange.notices.university import notice, set_aside, university
from tests.exchange.workbooks import test_feedback as deliveries
from tests.language.scanning import faults, names_of

LANGUAGES = ("nl", "en")


def texts_of(book: openpyxl.Workbook, but: Iterable[str] = ()) -> str:
    """All that a workbook says: its cells, notes, prompts and errors."""
    texts = []
    for sheet in (sheet for sheet in book.worksheets if sheet.title not in but):
        for cell in (cell for row in sheet.iter_rows() for cell in row):
            texts += [cell.value if isinstance(cell.value, str) else "", cell.comment.text if cell.comment else ""]
        for rule in sheet.data_validations.dataValidation:
            texts += [rule.prompt or "", rule.error or "", rule.promptTitle or "", rule.errorTitle or ""]
    return "\n".join(texts)


@pytest.mark.parametrize(
    ("text", "language", "expected"),
    [
        ("Er zijn 3 rows apart gezet na the deadline", "nl", ["word: rows", "word: the", "word: deadline"]),
        ("Verwacht: een van smaller_groups", "nl", ["code: smaller_groups"]),
        ("Ontvangen op 2020-12-31", "nl", ["day: 2020-12-31"]),
        ("Gevonden: 17.0, niet 1.234,5 of 7.057.000", "nl", ["point: 17.0"]),
        ("Lever aan als verslag/2019-2020/aan_te_leveren.xlsx", "nl", []),
        ("3 rijen in the levering were set aside", "en", ["word: rijen", "word: levering"]),
        ("found 88,6%, not 7,057,000", "en", ["comma: 88,6"]),
    ],
)
def test_what_does_not_belong_is_a_fault(text: str, language: str, expected: list[str]) -> None:
    assert faults(text, language) == expected


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("feed", ["faculty_report", "spending_plan", "decisions"])
def test_a_template(leiden: Profile, feed: str, language: str) -> None:
    unit = unit_of(leiden, "FGW") if feed == "faculty_report" else None
    (one,) = requests(leiden, leiden.cycle("2021-03"), leiden.feed(feed), unit)
    book = openpyxl.load_workbook(io.BytesIO(template(one, language)))
    # Sheets and examples are named by the contract in the institution's own language.
    but = [*names_of(leiden), *(sheet for sheet in book.sheetnames), leiden.institution.nl]
    assert faults(texts_of(book, ["Lijsten", "Lists"]), language, but) == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_feedback_on_a_workbook_and_a_text_with_all_kinds_of_mistakes(tmp_path: Path, language: str) -> None:
    book = deliveries.advisers([17.5, 20, -1, 2.5], ["2.5", "veel", True, date(2020, 11, 20)], [None, 1, 600, 0])
    one = deliveries.delivered(Workspace(tmp_path / "book"), deliveries.ADVISERS, deliveries.saved(book))
    back, received = deliveries.given_back(one, language)
    assert len(received.items) >= 6
    text = _of_feedback(back).replace("1.234,5", "")  # how numbers are to be written in this delivery
    typed = ["point: 2.5"]  # what a person typed is shown as it is
    own = [*deliveries.HEADERS, "veel", "Studieadviseurs"]
    assert faults(text, language, own) == (typed if language == "nl" else [])

    lines = "Thema;Datum;Studenten;Uitkomst\nsmall_classes;8-10-2020;12;x\nklein;9-10-2020;veel;x\nklein;1-1-99;12;x\n"
    one = deliveries.delivered(Workspace(tmp_path / "text"), deliveries.PANELS, lines.encode())
    back, received = deliveries.given_back(one, language)
    assert received.items
    own = ["klein", "veel", "Panelgesprekken", "Studenten", "Thema", "Datum", "Uitkomst"]
    assert faults(_of_feedback(back).replace("small_classes", ""), language, own) == []


def _of_feedback(book: openpyxl.Workbook) -> str:
    """The summary and the notes; the last column of the findings holds ids, for who runs the pipeline."""
    summary = book.worksheets[0]
    for row in summary.iter_rows():
        if row[0].value in ("Werkblad", "Sheet") and row[6].value:
            for below in summary.iter_rows(min_row=row[0].row + 1, min_col=7, max_col=7):
                below[0].value = None
    notes = [cell.comment.text for s in book.worksheets[1:] for row in s.iter_rows() for cell in row if cell.comment]
    rest = {sheet.title for sheet in book.worksheets[1:]}
    return "\n".join([texts_of(book, rest), *notes])


@pytest.mark.parametrize("after", [False, True])
def test_a_reminder_and_a_card_in_teams_are_half_in_dutch_and_half_in_english(*, after: bool) -> None:
    of, moment = university(), Moment(after, 7)
    names = names_of(of)
    kinds = (notice(state=state, moment=moment) for state in (State.MISSING, State.REFUSED, State.INCOMPLETE))
    letters = [letter(of, one).text for one in (*kinds, set_aside("B4", "C9"))]
    body = card(of, [notice(moment=moment)])["attachments"][0]["content"]["body"]
    for halves in (*(re.split(r"\n-{20,}\n", text) for text in letters), [body[1]["text"], body[2]["text"]]):
        assert [faults(half, language, names) for half, language in zip(halves, LANGUAGES, strict=True)] == [[], []]


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_the_dictionary_says_of_each_rule(language: str) -> None:
    constraints = [c for table in CATALOGUE.values() for c in table.constraints()]
    assert faults("\n".join(dict.fromkeys(c.nl if language == "nl" else c.en for c in constraints)), language) == []
    units = {line.split("|")[3] for line in markdown(CATALOGUE.values(), language).splitlines() if line.count("|") == 7}
    assert faults("\n".join(units), language) == []
