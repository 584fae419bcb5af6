"""The same form in every kind of file: what is read does not depend on the program that wrote it."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from kwaliteitsmonitor.readers.staging import Tally
from tests.readers.forms.making import taken, workbook, written

ROWS: list[list[Any]] = [
    ["Formatie", "", "", "", "", ""],
    ["Fac.", "Studiejaar", "Omvang", "Tijdelijk", "Certificaat", "Bezig"],
    ["Noord", "2019-2020", 6.5, 0.5, 2, 1],
    ["totaal", "", 6.5, 0.5, 2, 1],
    ["Oost", "2019-2020", 7, 0, 3.5, 0],
]
FORM = """
format: {format}
locale: {locale}
tables: [faculty_study_advisers]
forms:
  - table: faculty_study_advisers
    columns:
      fac.: unit
      OMVANG: fte
      Tijdelijk: fte_temporary
      Certificaat: certified
      Bezig: in_training
    skip: [{{header: Fac., matches: totaal}}]
"""
TABLE = "faculty_study_advisers"


def xls(path: Path) -> Path:
    import xlwt

    book = xlwt.Workbook()
    page = book.add_sheet("Studieadviseurs")
    for r, row in enumerate(ROWS):
        for c, value in enumerate(row):
            page.write(r, c, value)
    book.save(str(path))
    return path


def ods(path: Path) -> Path:
    from odf.opendocument import OpenDocumentSpreadsheet
    from odf.table import Table, TableCell, TableRow
    from odf.text import P

    document = OpenDocumentSpreadsheet()
    table = Table(name="Studieadviseurs")
    for row in ROWS:
        line = TableRow()
        for value in row:
            kind = {"valuetype": "string"} if isinstance(value, str) else {"valuetype": "float", "value": value}
            cell = TableCell(**kind)
            cell.addElement(P(text=str(value)))
            line.addElement(cell)
        table.addElement(line)
    document.spreadsheet.addElement(table)
    document.save(str(path))
    return path


def csv(path: Path) -> Path:
    return written(
        path,
        "\n".join(";".join(str(cell).replace(".", ",") for cell in row) for row in ROWS[1:]).replace("Fac,", "Fac."),
    )


def parquet(path: Path) -> Path:
    columns = {name: [row[at] if row[at] != "" else None for row in ROWS[2:]] for at, name in enumerate(ROWS[1])}
    pq.write_table(pa.table(columns), path)
    return path


def xlsx(path: Path) -> Path:
    return workbook(path, {"Studieadviseurs": ROWS})


@pytest.mark.parametrize(
    ("make", "form", "locale", "first", "bad"),
    [
        (xlsx, "workbook", "nl", 3, "E5"),
        (xls, "workbook", "nl", 3, "E5"),
        (ods, "workbook", "nl", 3, "E5"),
        (csv, "csv", "nl", 2, "row 4, certified"),
        (parquet, "parquet", "nl", 1, "row 3, certified"),
    ],
    ids=["xlsx", "xls", "ods", "csv", "parquet"],
)
def test_a_form_reads_the_same_rows_from_any_kind_of_file(
    tmp_path: Path, make: Any, form: str, locale: str, first: int, bad: str
) -> None:
    found = taken(make(tmp_path / "kept"), FORM.format(format=form, locale=locale), TABLE)
    assert found.rows("unit", "fte", "fte_temporary", "certified", "in_training", "_row") == [
        ("North", Decimal("6.5000"), Decimal("0.5000"), 2, 1, first)
    ]
    assert [(cell, rule) for cell, rule, _ in found.refused] == [(bad, "certified.type")]
    captions = int(form == "workbook")
    assert found.tally == Tally(2, 1, 1, left_out=1 + captions)
