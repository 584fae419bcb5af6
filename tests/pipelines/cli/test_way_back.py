"""The way of a workbook as a faculty goes it: asked, filled in, delivered, given back, mended and delivered again."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from click.testing import CliRunner, Result

from kwaliteitsmonitor.exchange.workbooks.highlighting import AUTHOR
from kwaliteitsmonitor.foundation.workspace import Workspace
from kwaliteitsmonitor.readers.delivery import Delivery
from pipelines.cli.commands import kwaliteitsmonitor

CYCLE = "2021-03"
FOLDER = "onderwijsjaarverslag/2019-2020"
MISTAKES = {
    ("Studieadviseurs", "A2"): "6,5 fte",
    ("Maatregelen", "C3"): "bezig",
    ("Opleidingen", "B4"): "misschien",
    ("Medezeggenschap", "C2"): "31-2-2020",
    ("Panelgesprekken", "C2"): -3,
}
MENDED = {
    ("Studieadviseurs", "A2"): "6,5",
    ("Maatregelen", "C3"): "Loopt risico",
    ("Opleidingen", "B4"): "Nee",
    ("Medezeggenschap", "C2"): "12-11-2020",
    ("Panelgesprekken", "C2"): 12,
}


class Faculty:
    """Who delivers: with a landing zone to put files in, and the command line to ask what became of them."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.landing = folder / "landing"
        (self.landing / FOLDER).mkdir(parents=True)
        (folder / "mine").mkdir()

    def says(self, *command: str) -> Result:
        options = ["--institution", "leiden", "--landing", str(self.landing), "--out", str(self.folder / "out")]
        return CliRunner().invoke(kwaliteitsmonitor, [*command, "--cycle", CYCLE, *options])

    def fills_in(self) -> openpyxl.Workbook:
        """A template of its own, filled in as people do."""
        if not (self.folder / "mine" / "FGW.xlsx").is_file():
            assert self.says("template", "--unit", "FGW", "--to", f"{self.folder}/mine/").return_value == 0
        book = self.gets_back("FGW.xlsx")
        fill(book)
        return book

    def delivers(self, book: openpyxl.Workbook, name: str, day: str) -> None:
        path = self.landing / FOLDER / name
        book.save(path)
        stamp = datetime.fromisoformat(f"{day}T12:00:00+00:00").timestamp()
        os.utime(path, (stamp, stamp))

    def gets_back(self, name: str) -> openpyxl.Workbook:
        return openpyxl.load_workbook(self.folder / "mine" / name)

    def asks_back(self, *more: str) -> Result:
        return self.says("feedback", "--unit", "FGW", "--to", f"{self.folder}/mine/", *more)


@pytest.fixture
def faculty(tmp_path: Path) -> Faculty:
    return Faculty(tmp_path)


def fill(book: openpyxl.Workbook) -> None:
    """Fill in a template with the habits of people: decimal commas in text, capitals, blanks, dates as they speak."""
    for row in range(2, 12):
        book["Maatregelen"][f"C{row}"] = "Op koers "
    book["Maatregelen"]["A2"] = " intensiever en kleinschalig onderwijs "
    book["Maatregelen"]["D2"] = "=loopt goed"
    book["Maatregelen"]["D2"].data_type = "s"
    for letter, value in zip("ABCD", ("6,5", "0,5", "3 ", 1), strict=True):
        book["Studieadviseurs"][f"{letter}2"] = value
    programmes = book["Opleidingen"]
    for row in range(2, programmes.max_row + 1):
        if programmes[f"A{row}"].value:
            programmes[f"B{row}"], programmes[f"C{row}"] = "Ja", "nee"
    councils = (
        ("Faculteitsraad", "facultair onderwijsjaarverslag", "12-11-2020", "Goedgekeurd"),
        ("opleidingscommissie", "bestedingsplan", "1-12-2020", "besproken"),
        ("faculteitsraad", "bfr", "1-12-2020", "besproken"),
    )
    for row, values in enumerate(councils, start=2):
        for letter, value in zip("ABCD", values, strict=True):
            book["Medezeggenschap"][f"{letter}{row}"] = value
    for letter, value in zip("ABCD", ("Studiesucces", "8/10/2020", "12", "Tevreden"), strict=True):
        book["Panelgesprekken"][f"{letter}2"] = value


def put(book: openpyxl.Workbook, cells: dict[tuple[str, str], Any]) -> None:
    for (sheet, cell), value in cells.items():
        book[sheet][cell] = value


def marked(book: openpyxl.Workbook) -> set[tuple[str, str]]:
    """The cells over which a mark is laid."""
    return {
        (sheet.title, str(area.sqref))
        for sheet in book.worksheets
        for area in sheet.conditional_formatting
        if any(AUTHOR in formula for rule in area.rules for formula in rule.formula)
    }


def noted(book: openpyxl.Workbook) -> dict[tuple[str, str], str]:
    """The notes at cells."""
    return {
        (sheet.title, cell.coordinate): cell.comment.text
        for sheet in book.worksheets
        for row in sheet.iter_rows()
        for cell in row
        if cell.comment
    }


def text(book: openpyxl.Workbook) -> str:
    return "\n".join(
        str(cell) for row in book["Terugkoppeling"].iter_rows(values_only=True) for cell in row if cell is not None
    )


def test_a_workbook_goes_out_comes_back_marked_and_is_mended_in_place(faculty: Faculty) -> None:
    book = faculty.fills_in()
    put(book, MISTAKES)
    faculty.delivers(book, "FGW.xlsx", "2020-12-18")

    first = faculty.asks_back()
    assert first.return_value == 3, first.output
    back = faculty.gets_back("FGW-terugkoppeling-v1.xlsx")
    assert back.sheetnames == ["Terugkoppeling", *book.sheetnames]
    assert back["Lijsten"].sheet_state == "hidden"
    assert back.security.lockStructure
    for name in book.sheetnames:
        rules = [sheet.data_validations.dataValidation for sheet in (back[name], book[name])]
        assert [(r.formula1, str(r.sqref)) for r in rules[0]] == [(r.formula1, str(r.sqref)) for r in rules[1]]
    assert back["Maatregelen"]["C3"].fill.patternType is None  # the mark lies over the cell
    assert marked(back) == set(MISTAKES)
    notes = noted(back)
    assert set(notes) == set(MISTAKES)
    assert notes["Studieadviseurs", "A2"].startswith(f"{AUTHOR}: telt niet mee\nGevonden: 6,5 fte\nVerwacht: ")
    assert "een van: nog niet gestart; op koers; loopt risico; afgerond" in notes["Maatregelen", "C3"]
    assert "0 tot en met 2.000 personen" in notes["Panelgesprekken", "C2"]
    assert not any("faculty_panels" in note for note in notes.values()), "the id of a rule stands on the summary alone"
    links = {cell.hyperlink.location for row in back["Terugkoppeling"].iter_rows() for cell in row if cell.hyperlink}
    assert links == {f"'{sheet}'!{cell}" for sheet, cell in MISTAKES}
    assert "Te herstellen: 5 bevindingen in cellen." in text(back)
    assert f"{FOLDER}/FGW_v2.xlsx" in text(back)
    assert "31 december 2020" in text(back)
    assert back["Maatregelen"]["C3"].value == "bezig"  # what the faculty wrote is still there
    assert back["Maatregelen"]["D2"].data_type == "s"

    put(back, MENDED)
    faculty.delivers(back, "FGW_v2.xlsx", "2020-12-20")
    second = faculty.asks_back()
    assert second.return_value == 0, second.output
    thanks = faculty.gets_back("FGW-terugkoppeling-v2.xlsx")
    assert marked(thanks) == set()
    assert noted(thanks) == {}
    assert thanks.sheetnames == ["Terugkoppeling", *book.sheetnames]
    assert "Er is niets te herstellen. Dank voor uw levering." in text(thanks)

    shown = faculty.says("status").output
    line = next(row for row in shown.splitlines() if "FGW_v2" in row or ("FGW" in row and "aangenomen" in row))
    assert "deels" not in line


def test_nothing_delivered_is_told_with_what_is_expected_and_where(faculty: Faculty) -> None:
    told = faculty.asks_back()
    assert told.return_value == 2
    assert "Van FGW is nog niets ontvangen" in told.output
    assert f"{FOLDER}/FGW.xlsx. De uiterste datum was 31 december 2020." in told.output
    assert list((faculty.folder / "mine").iterdir()) == []


def test_what_cannot_be_read_comes_back_as_a_summary_that_says_why_and_what_counts_instead(faculty: Faculty) -> None:
    book = faculty.fills_in()
    faculty.delivers(book, "FGW.xlsx", "2020-12-01")
    bad = faculty.landing / FOLDER / "FGW_v2.xlsx"
    bad.write_bytes(b"%PDF-1.7 this is no workbook")
    os.utime(bad, (datetime(2020, 12, 2).timestamp(),) * 2)
    told = faculty.asks_back()
    assert told.return_value == 3, told.output
    back = faculty.gets_back("FGW-terugkoppeling-v2.xlsx")
    assert back.sheetnames == ["Terugkoppeling"]
    assert "Dit bestand kon niet worden gelezen." in text(back)
    assert "pdf" in text(back).casefold()
    assert f"Zolang geldt de eerdere levering {FOLDER}/FGW.xlsx." in text(back)
    # Asked again, and nothing new having come, it is not read again.
    staged = faculty.folder / "out" / "work" / CYCLE / "staged" / "faculty_report.json"
    before = staged.stat().st_mtime_ns
    assert faculty.asks_back("--replace").return_value == 3
    assert staged.stat().st_mtime_ns == before


def test_a_late_workbook_without_a_sheet_and_with_a_column_that_nobody_asked_for(faculty: Faculty) -> None:
    book = faculty.fills_in()
    book["Medezeggenschap"]["B2"] = "bestedingsplan"  # of the report itself no decision is told
    del book["Panelgesprekken"]
    book["Maatregelen"]["E1"], book["Maatregelen"]["E2"] = "Eigen notitie", "x"
    book["Studieadviseurs"]["A1"] = "Aantal fte's"
    faculty.delivers(book, "FGW.xlsx", "2021-01-05")
    told = faculty.asks_back()
    assert told.return_value == 3, told.output
    back = faculty.gets_back("FGW-terugkoppeling-v1.xlsx")
    said = text(back)
    assert marked(back) == set()
    assert "Het werkblad 'Panelgesprekken' is er niet" in said
    assert "Er is geen kolom Fte" in said
    assert "Deze kolommen zijn niet bekend en niet gelezen: Eigen notitie." in said
    assert "Ontvangen op 5 januari 2021, na de uiterste datum 31 december 2020." in said
    assert "De goedkeuring van de faculteitsraad is er nog niet." in said


VERSIONS = ("FGW.xlsx", "FGW_v2.xlsx", "FGW_v3.xlsx")
DAYS = ("2020-11-20", "2020-11-21", "2020-11-22")


def without_column(book: openpyxl.Workbook) -> None:
    book["Studieadviseurs"]["A1"] = "Aantal"


def without_sheet(book: openpyxl.Workbook) -> None:
    book.remove(book["Studieadviseurs"])


def without_rows(book: openpyxl.Workbook) -> None:
    for cell in book["Studieadviseurs"][2]:
        cell.value = None


@pytest.mark.parametrize("spoil", [without_column, without_sheet, without_rows])
def test_each_sheet_counts_from_the_newest_version_in_which_it_can_be_relied_on(
    faculty: Faculty, spoil: Callable[[openpyxl.Workbook], None]
) -> None:
    """The advisers are wrong in the second and third version, the measures in the third: three files count."""
    for number, (name, day) in enumerate(zip(VERSIONS, DAYS, strict=True), start=1):
        book = faculty.fills_in()
        book["Studieadviseurs"]["A2"] = f"{number},5"
        if number > 1:
            spoil(book)
        if number == 3:
            book["Maatregelen"]["C1"] = "Stand"
        faculty.delivers(book, name, day)
    found = faculty.asks_back()
    earlier = "Dit blad telt niet mee; voor dit blad geldt de eerdere levering {}, voor de andere bladen deze."
    assert f"Studieadviseurs: {earlier.format(f'{FOLDER}/FGW.xlsx')}" in found.output
    assert f"Maatregelen: {earlier.format(f'{FOLDER}/FGW_v2.xlsx')}" in found.output
    assert found.output.count("geldt de eerdere levering") == 2
    workspace = Workspace(faculty.folder / "out")
    files = {
        one["path"]: Delivery.from_json(one).id
        for one in workspace.read_json(CYCLE, "staged", "faculty_report")["deliveries"]
    }
    for table, version in (("study_advisers", 0), ("measures", 1), ("programmes", 2)):
        rows = workspace.read(CYCLE, "staged", f"faculty_{table}").to_pylist()
        assert {row["_delivery"] for row in rows} == {files[f"{FOLDER}/{VERSIONS[version]}"]}, table
    status = faculty.says("status", "--feed", "faculty_report", "--unit", "FGW").output
    advisers, measures = "studieadviseurs per eenheid", "voortgang per maatregel"
    told = {
        VERSIONS[0]: f"telt alleen nog voor {advisers}",
        VERSIONS[1]: f"niet voor {advisers}: daarvoor telt {FOLDER}/FGW.xlsx; telt alleen nog voor {measures}",
        VERSIONS[2]: f"niet voor {measures}: daarvoor telt {FOLDER}/FGW_v2.xlsx; "
        f"niet voor {advisers}: daarvoor telt {FOLDER}/FGW.xlsx",
    }
    for name, said in told.items():
        assert f"{FOLDER}/{name}; {said}" in status
