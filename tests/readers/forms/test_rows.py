"""Which rows of a file are data: one of several records, lines of fixed width and rows that are none."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from kwaliteitsmonitor.readers.cells.texts import pseudonym
from kwaliteitsmonitor.readers.forms.remarks import ALONE, without_remarks
from kwaliteitsmonitor.readers.forms.rows import Rows, fill_down, keep_where, skip
from kwaliteitsmonitor.readers.staging import Tally
from schemas.consequences import Severity
from schemas.errors import UnreadableError
from schemas.profile.forms import Skip
from tests.made_up import told
from tests.readers.forms.making import KEY, rows_taken, taken, workbook, written


def test_rows_are_skipped_filled_down_and_kept_by_their_cells() -> None:
    data = Rows([2, 3, 4, 5], [["a", "", "Totaal", "b"], ["x", "y", "z", "Y"]])
    at = {"naam": 0, "soort": 1}
    fill_down(data, [0])
    assert data.columns[0] == ["a", "a", "Totaal", "b"]
    skip(data, [Skip(header="naam", matches="tot.*"), Skip(header="elders", matches=".*")], at)
    keep_where(data, {"soort": ["y"], "elders": ["z"]}, at)
    assert (data.numbers, data.columns) == ([3, 5], [["a", "b"], ["y", "Y"]])
    assert {said.en: numbers for said, numbers in data.left.items()} == {
        "without data, as agreed of this file": [4], "of another kind than asked for": [2],
    }  # fmt: skip


def test_a_text_alone_is_a_remark_where_it_is_no_name_and_data_lacks_more_than_one_cell() -> None:
    texts = ["Bron: SAP", "Let op:", "woord", "Noord Holland", None]
    data = Rows([2, 3, 4, 5, 6], [texts, [None] * 4 + [1.0]], ragged=(7, 8), short={7: "nog een noot", 8: "woord"})
    found = without_remarks(data, {0, 1}, lambda text: text == "Noord Holland")
    assert (found.numbers, found.ragged, found.left[ALONE]) == ([4, 5, 6], (8,), [2, 3, 7])
    assert without_remarks(data, (), lambda _: False) is data


def test_a_line_of_fixed_width_is_cut_where_the_form_says(tmp_path: Path) -> None:
    lines = [
        "000000007" + "2020" + "H" + "B Geschiedenis      " + "Zoë  ",
        "000000009" + "2020" + "N" + "B Tandheelkunde     " + "Anaïs",
        "000000010" + "2020" + "H",
        "",
        "000000011" + "2020" + "?" + "B Tandheelkunde     " + "Piet ",
        "000000012" + "    " + "H" + "M  GESCHIEDENIS     " + "Anna ",
    ]
    form = """
        {format: fixed, encoding: latin-1, tables: [enrolments], forms: [{table: enrolments,
          slices: {nummer: [1, 9], jaar: [10, 4], soort: [14, 1], opleiding: [15, 20], naam: [35, 5]},
          columns: {nummer: student, soort: enrolment, opleiding: programme}, compose: {reference_date: "{jaar}1001"},
          date_formats: {reference_date: "%Y%m%d"}, values: {enrolment: {H: main, N: secondary}}}]}
    """
    found = taken(written(tmp_path / "1cho.asc", "\r\n".join(lines) + "\r\n", "latin-1"), form, "enrolments")
    assert found.rows("student", "programme", "enrolment", "reference_date", "_row") == [
        (pseudonym("000000007", KEY), "P1", "main", date(2020, 10, 1), 1),
        (pseudonym("000000009", KEY), "30008", "secondary", date(2020, 10, 1), 2),
    ]
    assert sorted(found.refused, key=str) == [
        ("row 3", "columns", None), ("row 5, enrolment", "enrolment.codes", "?"),
        ("row 6, reference_date", "reference_date.required", None),
    ]  # fmt: skip
    assert found.expected["row 3"] == "a line of at least 39 characters"
    assert found.tally == Tally(5, 2, 3)
    assert "Piet" not in str(found.staged.quarantine)


RECORDS = """
{format: csv, delimiter: "|", tables: [enrolments], forms: [{table: enrolments, header: none,
  where: {"1": [BRD], "4": [99XX]}, columns: {"2": student, "9": programme, "12": reference_date},
  constants: {enrolment: main}, date_formats: {reference_date: "%Y%m%d"}}]}
"""


def test_of_a_file_of_several_records_the_one_that_is_asked_for_is_read(tmp_path: Path) -> None:
    lines = [
        "VLP|99XX|2026|20250115||||",
        "BRD|700000001|800000001|99XX|99XX0001|N|mv|HOOG|30008|HBO-BA|B|20230901|20240831|J",
        "BLB|700000002|800000002",
        "BRD|700000002|800000002|99XX|99XX0002|J|pi|LAAG|P1|HBO-AD|A|20240931|20250831|J",
        "BRD|700000003|800000003|99YY|99XX0002|J|pi|LAAG|P1|HBO-AD|A|20240901|20250831|J",
        "BRD|700000004|800000004|99XX|99XX0002|J",
    ]
    found = taken(written(tmp_path / "vlpbek.txt", "\n".join(lines) + "\n"), RECORDS, "enrolments")
    assert found.rows("student", "programme", "reference_date", "enrolment", "_row") == [
        (pseudonym("700000001", KEY), "30008", date(2023, 9, 1), "main", 2)
    ]
    wrong = "row 4, reference_date"
    assert found.refused == [("row 6", "columns", None), (wrong, "reference_date.type", "20240931")]
    assert found.expected[wrong] == "a date, for example 20201001"
    assert found.tally == Tally(3, 1, 2, left_out=3)
    assert found.left_out == [("3 rows of another kind than asked for", (1, 3, 5))]
    assert [r.severity for r in found.said("read_as")] == [Severity.INFO]


def test_without_what_tells_which_rows_are_data_a_file_is_refused(tmp_path: Path) -> None:
    rows = [("peildatum", "student", "opleiding", "inschrijving"), ("2020-10-01", 1, "P1", "main")]
    for tells in ("where: {Soort: [hoofd]}", "skip: [{header: Soort, matches: totaal}]"):
        form = f"{{format: csv, tables: [enrolments], forms: [{{table: enrolments, {tells}}}]}}"
        with pytest.raises(UnreadableError, match="the column Soort is not there, which tells which rows are data"):
            rows_taken(rows, form, "enrolments")
        lacking = rows_taken([(*rows[0][:2], "iets", rows[0][3]), rows[1]], form, "enrolments")
        assert "without programme" in told(lacking.said("columns")[0])
    path = workbook(tmp_path / "oktober.xlsx", {"Sheet1": [("Collegejaar",)], "Sheet2": [("Collegejaar",)]})
    form = "{format: workbook, tables: [enrolment_counts], forms: [{table: enrolment_counts, sheet: '*'}]}"
    with pytest.raises(UnreadableError, match="there are 2 tables"):
        taken(path, form, "enrolment_counts")
