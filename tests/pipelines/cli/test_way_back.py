"""The way of a workbook as a faculty goes it: asked, filled in, delivered, given back, mended and delivered again."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from click.testing import CliRunner, Result
from openpyxl import Workbook

from kwaliteitsmonitor.exchange.workbooks.highlighting import AUTHOR
from kwaliteitsmonitor.foundation.settings import Settings
from kwaliteitsmonitor.foundation.workspace import Workspace
from kwaliteitsmonitor.readers.delivery import Delivery
from pipelines.cli.commands import kwaliteitsmonitor
from pipelines.cli.feedback import MEND, _due, write_feedback
from pipelines.cli.options import WorkbookOptions
from schemas.errors import KwaliteitsmonitorError
from tests.exchange.workbooks.test_feedback import marks, text_of

CYCLE = "2021-03"
FOLDER = "onderwijsjaarverslag/2019-2020"
MISTAKES = {
    ("Studieadviseurs", "A2"): "6,5 fte",
    ("Maatregelen", "C3"): "bezig",
    ("Opleidingen", "B4"): "misschien",
    ("Medezeggenschap", "C2"): "31-2-2020",
    ("Panelgesprekken", "C2"): -3,
}
MENDED = dict(zip(MISTAKES, ("6,5", "Loopt risico", "Nee", "12-11-2020", 12), strict=True))


class Faculty:
    """Who delivers: with a landing zone to put files in, and the command line to ask what became of them."""

    def __init__(self, folder: Path) -> None:
        self.mine, self.landing, self.out = (folder / name for name in ("mine", "landing", "out"))
        (self.landing / FOLDER).mkdir(parents=True)
        self.mine.mkdir()

    def says(self, *command: str) -> Result:
        options = ["--institution", "leiden", "--landing", str(self.landing), "--out", str(self.out)]
        return CliRunner().invoke(kwaliteitsmonitor, [*command, "--cycle", CYCLE, *options])

    def fills_in(self) -> Workbook:
        """A template of its own, filled in as people do."""
        if not (self.mine / "FGW.xlsx").is_file():
            assert self.says("template", "--unit", "FGW", "--to", f"{self.mine}/").return_value == 0
        book = self.gets_back("FGW.xlsx")
        fill(book)
        return book

    def delivers(self, book: Workbook | bytes, name: str, day: str) -> None:
        path = self.landing / FOLDER / name
        if isinstance(book, bytes):
            path.write_bytes(book)
        else:
            book.save(path)
        os.utime(path, (datetime.fromisoformat(f"{day}T12:00:00+00:00").timestamp(),) * 2)

    def gets_back(self, name: str) -> Workbook:
        return openpyxl.load_workbook(self.mine / name)

    def asks_back(self, *more: str) -> Result:
        return self.says("feedback", "--unit", "FGW", "--to", f"{self.mine}/", *more)


@pytest.fixture
def faculty(tmp_path: Path) -> Faculty:
    return Faculty(tmp_path)


def fill(book: Workbook) -> None:
    """Fill in a template with the habits of people: decimal commas in text, capitals, blanks, dates as they speak."""
    measures, programmes = book["Maatregelen"], book["Opleidingen"]
    for row in range(2, 12):
        measures[f"C{row}"] = "Op koers "
    measures["A2"] = " intensiever en kleinschalig onderwijs "
    measures["D2"] = "=loopt goed"
    measures["D2"].data_type = "s"
    for row in range(2, programmes.max_row + 1):
        if programmes[f"A{row}"].value:
            programmes[f"B{row}"], programmes[f"C{row}"] = "Ja", "nee"
    for name, rows in {
        "Studieadviseurs": [("6,5", "0,5", "3 ", 1)],
        "Medezeggenschap": [
            ("Faculteitsraad", "facultair onderwijsjaarverslag", "12-11-2020", "Goedgekeurd"),
            ("opleidingscommissie", "bestedingsplan", "1-12-2020", "besproken"),
            ("faculteitsraad", "bfr", "1-12-2020", "besproken"),
        ],
        "Panelgesprekken": [("Studiesucces", "8/10/2020", "12", "Tevreden")],
    }.items():
        for number, values in enumerate(rows, start=2):
            for letter, value in zip("ABCD", values, strict=True):
                book[name][f"{letter}{number}"] = value


def put(book: Workbook, cells: dict[tuple[str, str], Any]) -> None:
    for (sheet, cell), value in cells.items():
        book[sheet][cell] = value


def marked(book: Workbook) -> set[tuple[str, str]]:
    return {(sheet.title, cell) for sheet in book.worksheets for cell in marks(sheet)}


def noted(book: Workbook) -> dict[tuple[str, str], str]:
    """The notes at cells."""
    cells = ((sheet.title, cell) for sheet in book.worksheets for row in sheet.iter_rows() for cell in row)
    return {(name, cell.coordinate): cell.comment.text for name, cell in cells if cell.comment}


def test_a_workbook_goes_out_comes_back_marked_and_is_mended_in_place(faculty: Faculty) -> None:
    book = faculty.fills_in()
    put(book, MISTAKES)
    faculty.delivers(book, "FGW.xlsx", "2020-12-18")
    first = faculty.asks_back()
    assert first.return_value == MEND == 3, first.output
    back = faculty.gets_back("FGW-terugkoppeling-v1.xlsx")
    assert back.sheetnames == ["Terugkoppeling", *book.sheetnames]
    assert back["Lijsten"].sheet_state == "hidden"
    assert back.security.lockStructure
    for name in book.sheetnames:
        rules = [sheet.data_validations.dataValidation for sheet in (back[name], book[name])]
        assert [(r.formula1, str(r.sqref)) for r in rules[0]] == [(r.formula1, str(r.sqref)) for r in rules[1]]
    notes = noted(back)
    assert marked(back) == set(notes) == set(MISTAKES)
    assert notes["Studieadviseurs", "A2"].startswith(f"{AUTHOR}: telt niet mee\nGevonden: 6,5 fte\nVerwacht: ")
    assert "een van: nog niet gestart; op koers; loopt risico; afgerond" in notes["Maatregelen", "C3"]
    assert "0 tot en met 2.000 personen" in notes["Panelgesprekken", "C2"]
    assert not any("faculty_panels" in note for note in notes.values()), "the id of a rule stands on the summary alone"
    links = {cell.hyperlink.location for row in back["Terugkoppeling"].iter_rows() for cell in row if cell.hyperlink}
    assert links == {f"'{sheet}'!{cell}" for sheet, cell in MISTAKES}
    for text in ("Te herstellen: 5 bevindingen in cellen.", f"{FOLDER}/FGW_v2.xlsx", "31 december 2020"):
        assert text in text_of(back)
    # What the faculty wrote is still there, and the mark lies over the cell.
    measures = back["Maatregelen"]
    assert (measures["C3"].value, measures["C3"].fill.patternType, measures["D2"].data_type) == ("bezig", None, "s")

    put(back, MENDED)
    faculty.delivers(back, "FGW_v2.xlsx", "2020-12-20")
    second = faculty.asks_back()
    assert second.return_value == 0, second.output
    thanks = faculty.gets_back("FGW-terugkoppeling-v2.xlsx")
    assert (marked(thanks), noted(thanks)) == (set(), {})
    assert thanks.sheetnames == ["Terugkoppeling", *book.sheetnames]
    assert "Er is niets te herstellen. Dank voor uw levering." in text_of(thanks)
    shown = faculty.says("status").output
    line = next(row for row in shown.splitlines() if "FGW_v2" in row or ("FGW" in row and "aangenomen" in row))
    assert "deels" not in line


def test_nothing_delivered_is_told_with_what_is_expected_and_where(faculty: Faculty) -> None:
    answer = faculty.asks_back()
    assert answer.return_value == 2
    assert "Van FGW is nog niets ontvangen" in answer.output
    assert f"{FOLDER}/FGW.xlsx. De uiterste datum was 31 december 2020." in answer.output
    assert list(faculty.mine.iterdir()) == []
    assert [_due(day) for day in (date(9999, 1, 1), None)] == [
        "De uiterste datum is 1 januari 9999.",
        "Er is geen uiterste datum.",
    ]


def test_what_cannot_be_read_comes_back_as_a_summary_that_says_why_and_what_counts_instead(faculty: Faculty) -> None:
    faculty.delivers(faculty.fills_in(), "FGW.xlsx", "2020-12-01")
    faculty.delivers(b"%PDF-1.7 this is no workbook", "FGW_v2.xlsx", "2020-12-02")
    assert faculty.asks_back().return_value == MEND
    back = faculty.gets_back("FGW-terugkoppeling-v2.xlsx")
    assert back.sheetnames == ["Terugkoppeling"]
    for text in ("kon niet worden gelezen.", "pdf", f"zolang geldt de eerdere levering {FOLDER}/fgw.xlsx."):
        assert text.casefold() in text_of(back).casefold()
    # Asked again, and nothing new having come, it is not read again.
    staged = faculty.out / "work" / CYCLE / "staged" / "faculty_report.json"
    before = staged.stat().st_mtime_ns
    assert faculty.asks_back("--replace").return_value == MEND
    assert staged.stat().st_mtime_ns == before


def test_a_late_workbook_without_a_sheet_and_with_a_column_that_nobody_asked_for(faculty: Faculty) -> None:
    book = faculty.fills_in()
    book["Medezeggenschap"]["B2"] = "bestedingsplan"  # of the report itself no decision is told
    del book["Panelgesprekken"]
    book["Maatregelen"]["E1"], book["Maatregelen"]["E2"] = "Eigen notitie", "x"
    book["Studieadviseurs"]["A1"] = "Aantal fte's"
    faculty.delivers(book, "FGW.xlsx", "2021-01-05")
    assert faculty.asks_back().return_value == MEND
    back = faculty.gets_back("FGW-terugkoppeling-v1.xlsx")
    assert marked(back) == set()
    for text in (
        "Het werkblad 'Panelgesprekken' is er niet",
        "Er is geen kolom Fte",
        "Deze kolommen zijn niet bekend en niet gelezen: Eigen notitie.",
        "Ontvangen op 5 januari 2021, na de uiterste datum 31 december 2020.",
        "De goedkeuring van de faculteitsraad is er nog niet.",
    ):
        assert text in text_of(back)


def without_column(book: Workbook) -> None:
    book["Studieadviseurs"]["A1"] = "Aantal"


def without_sheet(book: Workbook) -> None:
    book.remove(book["Studieadviseurs"])


def without_rows(book: Workbook) -> None:
    for cell in book["Studieadviseurs"][2]:
        cell.value = None


@pytest.mark.parametrize("spoil", [without_column, without_sheet, without_rows])
def test_each_sheet_counts_from_the_newest_version_in_which_it_can_be_relied_on(
    faculty: Faculty, spoil: Callable[[Workbook], None]
) -> None:
    """The advisers are wrong in the second and third version, the measures in the third: three files count."""
    names = [f"{FOLDER}/FGW{version}.xlsx" for version in ("", "_v2", "_v3")]
    for number, name in enumerate(names, start=1):
        book = faculty.fills_in()
        if number > 1:
            spoil(book)
        if number == 3:
            book["Maatregelen"]["C1"] = "Stand"
        faculty.delivers(book, Path(name).name, f"2020-11-{20 + number}")
    answer = faculty.asks_back().output
    earlier = "Dit blad telt niet mee; voor dit blad geldt de eerdere levering {}, voor de andere bladen deze."
    for sheet, name in (("Studieadviseurs", names[0]), ("Maatregelen", names[1])):
        assert f"{sheet}: {earlier.format(name)}" in answer
    assert answer.count("geldt de eerdere levering") == 2
    workspace = Workspace(faculty.out)
    deliveries = workspace.read_json(CYCLE, "staged", "faculty_report")["deliveries"]
    ids = {one["path"]: Delivery.from_json(one).id for one in deliveries}
    for table, name in zip(("study_advisers", "measures", "programmes"), names, strict=True):
        rows = workspace.read(CYCLE, "staged", f"faculty_{table}").to_pylist()
        assert {row["_delivery"] for row in rows} == {ids[name]}, table
    status = faculty.says("status", "--feed", "faculty_report", "--unit", "FGW").output
    advisers, measures = "studieadviseurs per eenheid", "voortgang per maatregel"
    for name, sentence in zip(
        names,
        (
            f"telt alleen nog voor {advisers}",
            f"niet voor {advisers}: daarvoor telt {names[0]}; telt alleen nog voor {measures}",
            f"niet voor {measures}: daarvoor telt {names[1]}; niet voor {advisers}: daarvoor telt {names[0]}",
        ),
        strict=True,
    ):
        assert f"{name}; {sentence}" in status


def test_files_that_nobody_could_read_are_named_with_what_to_do(
    faculty: Faculty, capsys: pytest.CaptureFixture[str]
) -> None:
    """One with a sheet of another name, one that is a copy, one that is no workbook."""
    renamed = Path(__file__).parents[2] / "cases" / "sheet-renamed" / "FSW.xlsx"
    for name in ("FSW.xlsx", "Kopie van ICLON.xlsx"):
        shutil.copy(renamed, faculty.landing / FOLDER / name)
    (faculty.landing / FOLDER / "FdR.xls").write_text("<html><table><tr><td>x</td></tr></table></html>")
    settings = Settings(institution="leiden", landing=str(faculty.landing), out=str(faculty.out))

    def feedback(unit: str) -> int:
        return write_feedback(
            settings, CYCLE, WorkbookOptions(unit, language="nl", to=str(faculty.mine / f"{unit}.xlsx"))
        )

    assert feedback("FSW") == MEND
    text = text_of(faculty.gets_back("FSW.xlsx"))
    assert "Wel is er het werkblad 'Maatregelen 2020', niet gelezen" in text
    assert "gemarkeerde cellen" not in text
    for unit, name, advice in (
        ("ICLON", "Kopie van ICLON.xlsx", "zet het neer als"),
        ("FdR", "FdR.xls", "sla het op als .xlsx"),
    ):
        with pytest.raises(KwaliteitsmonitorError) as refused:
            feedback(unit)
        answer = " ".join(f"{capsys.readouterr().out} {refused.value.in_words.nl}".split())
        assert f"{FOLDER}/{name}" in answer
        assert advice in answer
