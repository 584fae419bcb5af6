"""The same form in every kind of file: what is read does not depend on the program that wrote it."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from kwaliteitsmonitor.readers.staging import Tally
from tests.readers.files.making import ods, parquet, text_of, xls, xlsx
from tests.readers.forms.making import taken

ROWS: list[list[Any]] = [
    ["Formatie", "", "", "", "", ""],
    ["Fac.", "Studiejaar", "Omvang", "Tijdelijk", "Certificaat", "Bezig"],
    ["Noord", "2019-2020", 6.5, 0.5, 2, 1],
    ["totaal", "", 6.5, 0.5, 2, 1],
    ["Oost", "2019-2020", 7, 0, 3.5, 0],
]
FORM = """
format: {format}
locale: nl
tables: [faculty_study_advisers]
forms:
  - table: faculty_study_advisers
    columns: {{fac.: unit, OMVANG: fte, Tijdelijk: fte_temporary, Certificaat: certified, Bezig: in_training}}
    skip: [{{header: Fac., matches: totaal}}]
"""
IN_DUTCH = [ROWS[1], *([str(cell).replace(".", ",") for cell in row] for row in ROWS[2:])]


@pytest.mark.parametrize(
    ("write", "form", "first", "bad"),
    [
        (lambda: xlsx({"Studieadviseurs": ROWS}), "workbook", 3, "E5"),
        (lambda: xls({"Studieadviseurs": ROWS}), "workbook", 3, "E5"),
        (lambda: ods({"Studieadviseurs": ROWS}), "workbook", 3, "E5"),
        (lambda: text_of(IN_DUTCH).encode(), "csv", 2, "row 4, certified"),
        (lambda: parquet(ROWS[1:]), "parquet", 1, "row 3, certified"),
    ],
    ids=["xlsx", "xls", "ods", "csv", "parquet"],
)
def test_a_form_reads_the_same_rows_from_any_kind_of_file(
    tmp_path: Path, write: Callable[[], bytes], form: str, first: int, bad: str
) -> None:
    path = tmp_path / "kept"
    path.write_bytes(write())
    found = taken(path, FORM.format(format=form), "faculty_study_advisers")
    assert found.rows("unit", "fte", "fte_temporary", "certified", "in_training", "_row") == [
        ("North", Decimal("6.5"), Decimal("0.5"), 2, 1, first)
    ]
    assert [(cell, rule) for cell, rule, _ in found.refused] == [(bad, "certified.type")]
    assert found.tally == Tally(2, 1, 1, left_out=1 + int(form == "workbook"))
