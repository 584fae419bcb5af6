"""A workbook of which a sheet cannot be relied on: that sheet counts from the version before it, and all say so."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
from openpyxl.workbook import Workbook
from tests.exchange.workbooks.test_way_back import CYCLE, FOLDER, Faculty, fill

from kwaliteitsmonitor.foundation.workspace import Workspace
from kwaliteitsmonitor.readers.delivery import Delivery

VERSIONS = ("FGW.xlsx", "FGW_v2.xlsx", "FGW_v3.xlsx")
DAYS = ("2020-11-20", "2020-11-21", "2020-11-22")


def without_column(book: Workbook) -> None:
    book["Studieadviseurs"]["A1"] = "Aantal"


def without_sheet(book: Workbook) -> None:
    book.remove(book["Studieadviseurs"])


def without_rows(book: Workbook) -> None:
    for cell in book["Studieadviseurs"][2]:
        cell.value = None


@pytest.mark.parametrize("spoil", [without_column, without_sheet, without_rows])
def test_each_sheet_counts_from_the_newest_version_in_which_it_can_be_relied_on(
    tmp_path: Path, spoil: Callable[[Workbook], None]
) -> None:
    """The advisers are wrong in the second and third version, the measures in the third: three files count."""
    faculty = Faculty(tmp_path)
    assert faculty.says("template", "--unit", "FGW", "--to", f"{tmp_path}/mine/FGW.xlsx").exit_code == 0
    for number, (name, day) in enumerate(zip(VERSIONS, DAYS, strict=True), start=1):
        book = openpyxl.load_workbook(tmp_path / "mine" / "FGW.xlsx")
        fill(book)
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
    workspace = Workspace(tmp_path / "out")
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
