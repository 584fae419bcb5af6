"""What is given back of deliveries in every form: their own workbook with marks, a new one, or a summary alone."""

from __future__ import annotations

import io
import zipfile
from dataclasses import replace
from datetime import date, datetime
from typing import Any

import openpyxl
import pytest
from openpyxl.comments import Comment
from openpyxl.formatting.rule import CellIsRule
from openpyxl.styles import PatternFill

from assets.staged.feed import stage_feed
from kwaliteitsmonitor.exchange.workbooks import highlighting as marking
from kwaliteitsmonitor.exchange.workbooks import received_workbook as own
from kwaliteitsmonitor.exchange.workbooks import rewriting, summary
from kwaliteitsmonitor.exchange.workbooks.comments import late
from kwaliteitsmonitor.exchange.workbooks.feedback import Delivered, feedback, name_of
from kwaliteitsmonitor.exchange.workbooks.highlighting import AUTHOR
from kwaliteitsmonitor.exchange.workbooks.summary import Received, summarise
from kwaliteitsmonitor.foundation.vault.store import keep
from kwaliteitsmonitor.foundation.workspace import Workspace
from kwaliteitsmonitor.methods.checks.outcomes import validate
from kwaliteitsmonitor.obligations.periods import Expected
from kwaliteitsmonitor.readers.delivery import Delivery
from kwaliteitsmonitor.readers.quarantine import quarantine_table
from schemas.consequences import Severity
from schemas.profile import Feed
from schemas.profile.feeds import FileSource, Format, Period
from schemas.tables import CATALOGUE
from schemas.words import Words
from tests import made_up
from tests.exchange.workbooks.filling import KEY, opened
from tests.exchange.workbooks.filling import saved as saved

EXPECTED = Expected("2019-2020", 2020)
HEADERS = ["Fte", "Waarvan tijdelijk", "Gecertificeerd", "In traject"]
SHEET = "Studieadviseurs"


def feed_of(table: str, form: Format, suffix: str, **more: Any) -> Feed:
    path = "{academic_year}/{unit}{suffix}" + suffix
    source = FileSource(kind="files", path=path, format=form, tables=[table], locale="nl", **more)
    return Feed(id="report", nl="verslag", en="report", period=Period.ACADEMIC_YEAR, sources=[source])


ADVISERS = feed_of("faculty_study_advisers", Format.WORKBOOK, ".xlsx")
PANELS = feed_of("faculty_panels", Format.CSV, ".csv")
PEOPLE = feed_of("staff", Format.CSV, ".csv")


def delivered(workspace: Workspace, feed: Feed, content: bytes, **more: Any) -> Delivered:
    """A delivery as staging leaves it."""
    profile = made_up.profile(feeds=[feed])
    suffix = feed.sources[0].path.removeprefix("{academic_year}/{unit}{suffix}")  # type: ignore[union-attr]
    sha256, size = keep(workspace, io.BytesIO(content))
    day = date(2020, 12, 18)
    delivery = Delivery(feed.id, 0, f"2019-2020/North{suffix}", sha256, size, day, "2019-2020", "North")
    staged = stage_feed(workspace, profile, feed, [delivery], KEY, validate)
    rows = quarantine_table([q for table in staged.tables.values() for q in table.quarantine]).to_pylist()
    tallies = {name: t.tallies[delivery.id] for name, t in staged.tables.items() if delivery.id in t.tallies}
    return Delivered(workspace, profile, feed, EXPECTED, delivery, rows, tallies, **more)


def advisers(*rows: list[Any], name: str = SHEET) -> openpyxl.Workbook:
    book = openpyxl.Workbook()
    book.worksheets[0].title = name
    for row in (HEADERS, *rows):
        book.worksheets[0].append(row)
    return book


def of_book(workspace: Workspace, book: openpyxl.Workbook, feed: Feed = ADVISERS) -> Delivered:
    return delivered(workspace, feed, saved(book))


def of_advisers(workspace: Workspace, *rows: list[Any], **more: Any) -> Delivered:
    return delivered(workspace, ADVISERS, saved(advisers(*rows)), **more)


def given_back(one: Delivered, language: str = "nl") -> tuple[openpyxl.Workbook, Received]:
    content, received = feedback(one, language)
    return opened(content), received


def marks(sheet: Any) -> set[str]:
    rules = [(str(area.sqref), rule) for area in sheet.conditional_formatting for rule in area.rules]
    return {cells for cells, rule in rules if any(AUTHOR in formula for formula in rule.formula)}


def text_of(book: openpyxl.Workbook, name: str = "Terugkoppeling") -> str:
    return "\n".join(str(cell) for row in book[name].iter_rows(values_only=True) for cell in row if cell is not None)


def test_the_same_delivery_is_given_back_as_the_same_bytes(workspace: Workspace) -> None:
    for one in (of_advisers(workspace, [1, 2, 0, 0]), delivered(workspace, PANELS, b"Thema;Datum\nx;y\n")):
        assert feedback(one, "nl")[0] == feedback(one, "nl")[0]


def test_a_rule_between_columns_marks_each_of_them(workspace: Workspace) -> None:
    book, received = given_back(of_advisers(workspace, [1, 2, 0, 0]))
    assert marks(book[SHEET]) == {"A2", "B2"}
    (item,) = received.items
    assert item.expected.nl == "de tijdelijke fte is deel van de fte"
    assert (item.actual, item.column.nl) == (Words("2; 1", "2; 1"), "Waarvan tijdelijk, Fte")
    assert "0 tot" not in text_of(book)


def test_the_facultys_own_notes_formats_and_formulas_stay_as_they_are(workspace: Workspace) -> None:
    theirs = advisers([3, 0, -1, 0])
    sheet = theirs[SHEET]
    sheet["C2"].comment = Comment("Nog navragen", "Controller")
    sheet["F1"], sheet["F2"] = "Som", "=SUM(A2:B2)"
    yellow = CellIsRule(operator="greaterThan", formula=["100"], fill=PatternFill("solid", bgColor="FFFF00"))
    sheet.conditional_formatting.add("A2:D2", yellow)
    book, _ = given_back(of_book(workspace, theirs))
    back = book[SHEET]
    assert (back["F2"].value, marks(back), back["C2"].comment.author) == ("=SUM(A2:B2)", {"C2"}, "Controller")
    assert back["C2"].comment.text.startswith(f"Nog navragen\n— {AUTHOR} —\n{AUTHOR}: telt niet mee\nGevonden: -1")
    kept = [(str(a.sqref), r.priority) for a in back.conditional_formatting for r in a.rules if r.type == "cellIs"]
    assert kept == [("A2:D2", 2)]
    # The same workbook, mended and delivered: of our marks and notes nothing is left, and theirs are there.
    back["C2"] = 1
    again, received = given_back(of_book(workspace, book))
    assert (received.to_mend, marks(again[SHEET])) == (0, set())
    assert again[SHEET]["C2"].comment.text == "Nog navragen"
    assert again.sheetnames == ["Terugkoppeling", SHEET]


def test_a_sheet_of_their_own_by_the_name_of_ours_stays(workspace: Workspace) -> None:
    theirs = advisers([1, 0, 0, 0])
    theirs.create_sheet("Terugkoppeling")["A1"] = "Wat studenten zeiden"
    book, _ = given_back(of_book(workspace, theirs))
    assert book.sheetnames == ["Terugkoppeling (2)", SHEET, "Terugkoppeling"]
    assert book["Terugkoppeling"]["A1"].value == "Wat studenten zeiden"
    assert "Er is niets te herstellen" in text_of(book, "Terugkoppeling (2)")


def test_what_is_given_back_is_read_again_where_the_profile_takes_any_sheet(workspace: Workspace) -> None:
    table = "faculty_study_advisers"
    anywhere = feed_of(table, Format.WORKBOOK, ".xlsx", forms=[{"table": table, "sheet": "*"}])
    book, _ = given_back(of_book(workspace, advisers([1, 0, -1, 0], name="Blad1"), anywhere))
    assert marks(book["Blad1"]) == {"C2"}
    book["Blad1"]["C2"] = 1
    again, received = given_back(of_book(workspace, book, anywhere))
    assert (received.to_mend, received.sheets[0].accepted) == (0, 1)
    assert again.sheetnames == ["Terugkoppeling", "Blad1"]


def test_macros_are_left_out_and_it_is_said(workspace: Workspace) -> None:
    packed = io.BytesIO(saved(advisers([1, 0, 0, 0])))
    with zipfile.ZipFile(packed, "a") as archive:
        archive.writestr("xl/vbaProject.bin", b"macro")
    content, received = feedback(delivered(workspace, ADVISERS, packed.getvalue()), "nl")
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert "xl/vbaProject.bin" not in archive.namelist()
        assert b"macroEnabled" not in archive.read("[Content_Types].xml")
    assert any("macro's" in remark.text.nl for remark in received.remarks)
    assert received.to_mend == 0


def test_a_workbook_that_cannot_be_written_in_comes_back_with_its_rows(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(own, "MOST_BYTES", 10)
    book, received = given_back(of_advisers(workspace, ["veel", 0, 0, 0]))
    assert book.sheetnames == ["Terugkoppeling", SHEET]
    assert (marks(book[SHEET]), book[SHEET]["A2"].value, received.mends_here) == ({"A2"}, "veel", False)
    assert "Herstel het in uw eigen bestand" in text_of(book)


def test_text_comes_back_as_a_workbook_with_the_number_of_each_row(workspace: Workspace) -> None:
    text = "Thema;Datum;Studenten;Uitkomst\nsmall_classes;8-10-2020;12;=1+1\nsmall_klasses;9-10-2020;veel;x\n"
    book, received = given_back(delivered(workspace, PANELS, text.encode()))
    sheet = book["Panelgesprekken"]
    assert [c.value for c in sheet[1]] == ["Rij in bestand", "Thema", "Datum", "Studenten", "Uitkomst"]
    assert [c.value for c in sheet[3]] == [3, "small_klasses", "9-10-2020", "veel", "x"]
    assert (sheet["E2"].data_type, sheet["E2"].value) == ("s", "=1+1")
    assert marks(sheet) == {"D3"}  # a row is read for its codes once it can be read for its types
    assert [(i.place.nl, i.cells) for i in received.items] == [("rij 3, kolom Studenten", ("D3",))]


def test_of_a_file_that_is_too_large_the_rows_that_have_something_come_back(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rewriting, "MOST_ROWS", 5)
    rows = [f"small_classes;{day}-10-2020;{-1 if day == 7 else day};" for day in range(1, 13)]
    book, _ = given_back(delivered(workspace, PANELS, "\n".join(["Thema;Datum;Studenten;Uitkomst", *rows]).encode()))
    sheet = book["Panelgesprekken"]
    assert [row[0] for row in sheet.iter_rows(min_row=2, values_only=True)] == [8]
    assert marks(sheet) == {"D2"}
    assert "te groot om heel terug te geven" in text_of(book)


def test_rows_about_people_do_not_come_back_and_no_value_of_theirs_does(workspace: Workspace) -> None:
    text = "person;category;fte;start_date;reference_date\nE-00017;lecturer;9,9;2015-09-01;1-10-2020\n"
    book, received = given_back(delivered(workspace, PEOPLE, text.encode()))
    assert book.sheetnames == ["Terugkoppeling"]
    assert "E-00017" not in text_of(book)
    assert "omdat ze over personen gaan" in text_of(book)
    assert [i.cells for i in received.items] == [()]


def test_cells_that_are_not_read_again_are_shown_as_a_spreadsheet_shows_them(workspace: Workspace) -> None:
    """Rows about people are left unread: what staging kept of their cells is told in the same way as of any other."""
    names = CATALOGUE["staff"].names
    held = [
        ("fte", 0.886, "88,6%"),
        ("fte", 1e-7, "0,0000001"),
        ("fte", "2.5", "2.5"),
        ("fte", -3.0, "-3"),
        ("fte", True, "WAAR"),
        ("start_date", 17.0, "17"),
        ("reference_date", datetime(2020, 11, 20, 14), "20-11-2020 14:00"),
    ]
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    sheet.title = "Personeel"
    sheet.append(list(names))
    good = {"reference_date": date(2020, 12, 31), "person": "p", "unit": "North", "category": "wp", "fte": 1}
    for name, value, _ in held:
        sheet.append([{**good, name: value}.get(field) for field in names])
    sheet.cell(2, names.index("fte") + 1).number_format = "0.0%"
    _, received = given_back(of_book(workspace, book, feed_of("staff", Format.WORKBOOK, ".xlsx")))
    shown = {(item.row, item.column.nl): item.actual.nl for item in received.items}
    for number, (name, _, text) in enumerate(held, start=2):
        assert shown[number, CATALOGUE["staff"][name].label.nl] == text


def test_remarks_that_are_no_more_than_a_warning_leave_nothing_to_mend(workspace: Workspace) -> None:
    remark = late(date(2021, 1, 5), date(2020, 12, 31), "accepted")
    book, received = given_back(of_advisers(workspace, [1, 0, 0, 0], remarks=[remark]))
    assert (remark.severity, received.to_mend) == (Severity.INFO, 0)
    assert "Ontvangen op 5 januari 2021, na de uiterste datum 31 december 2020." in text_of(book)
    assert received.place == "2019-2020/North_v2.xlsx"


@pytest.mark.parametrize(
    ("forms", "language", "names"),
    [
        ([Format.WORKBOOK], "en", {"feedback-v1"}),
        ([Format.WORKBOOK, Format.CSV], "nl", {"terugkoppeling-v1", "second-terugkoppeling-v1"}),
        ([Format.WORKBOOK] * 2, "nl", {"first-terugkoppeling-v1", "second-terugkoppeling-v1"}),
    ],
)
def test_the_feeds_of_one_unit_are_given_back_under_names_of_their_own(
    workspace: Workspace, forms: list[Format], language: str, names: set[str]
) -> None:
    """Without the name of a feed the one workbook is meant, where there is one."""
    one = of_advisers(workspace, [1, 0, 0, 0])
    feeds = [
        feed_of("faculty_study_advisers", form, f".{form}").model_copy(update={"id": name})
        for name, form in zip(("first", "second"), forms, strict=False)
    ]
    both = made_up.profile(feeds=feeds)
    made = {name_of(replace(one, profile=both, feed=feed), language) for feed in feeds}
    assert made == {f"North-{name}.xlsx" for name in names}


def test_no_more_is_marked_and_listed_than_people_can_go_through(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in (marking, summary):
        monkeypatch.setattr(module, "NOTES_SHOWN", 2)
    book, received = given_back(of_advisers(workspace, *([["veel", 0, 0, 0]] * 5)))
    assert (len(received.items), len(marks(book[SHEET]))) == (5, 2)
    assert "… en nog 3." in text_of(book)


@pytest.mark.parametrize("name", ["Studieadviseurs 2020", "Studieadviseurs (2)", "Blad1"])
def test_a_renamed_sheet_is_named_and_no_marked_cells_are_spoken_of(workspace: Workspace, name: str) -> None:
    back, received = given_back(of_book(workspace, advisers([6.5, 0.5, 2, 1], name=name)))
    assert received.to_mend == 1
    (remark,) = [r for r in received.remarks if r.severity is Severity.CRITICAL]
    assert f"het werkblad '{name}', niet gelezen, dat waarschijnlijk is bedoeld" in remark.text.nl
    assert remark.to_do.nl.startswith("Geef dat werkblad de naam 'Studieadviseurs'")
    assert name in text_of(back)
    assert "gemarkeerde cellen" not in text_of(back)


def test_of_what_is_read_from_a_database_nothing_is_to_be_delivered_again(workspace: Workspace) -> None:
    _, received = given_back(of_advisers(workspace, [-1, 0, 0, 0]))
    book = openpyxl.Workbook()
    summarise(book, replace(received, place="", mends_here=False), "nl")
    assert "Herstel het in het systeem waaruit dit is gelezen" in text_of(book)
    assert "de volgende run leest de herstelde rijen daar zelf" in text_of(book)
    assert "Lever " not in text_of(book)
