"""A worksheet under another name than agreed is named, with what it probably is."""

from __future__ import annotations

from pathlib import Path

import pytest

from schemas.consequences import Severity
from tests.readers.files.making import ods, xls, xlsx
from tests.readers.forms.making import Taken, taken

MEASURES = [["Thema", "Maatregel", "Voortgang", "Toelichting"], ["teaching", "m", "done", "x"]]
ADVISERS = [["Fte", "Waarvan tijdelijk", "Gecertificeerd", "In traject"], [1, 0, 1, 0]]
TOLD = {"academic_year": "2019-2020", "unit": "North"}
SOURCE = "format: workbook\ntables: [faculty_measures, faculty_study_advisers]\nlocale: nl"
WRITERS = pytest.mark.parametrize("written", [xlsx, xls, ods], ids=["xlsx", "xls", "ods"])


def read(folder: Path, content: bytes, table: str = "faculty_measures") -> Taken:
    path = folder / "north.xlsx"
    path.write_bytes(content)
    return taken(path, SOURCE, table, told=TOLD)


def told(found: Taken) -> str:
    return " / ".join(note.said.nl for note in found.raw.notes)


@WRITERS
@pytest.mark.parametrize(
    "name", ["Maatregelen 2020", "Maatregelen (2)", "Maatregelen 2019-2020", "Maatregel", "maatregelen_2", "Blad1"]
)
def test_a_renamed_worksheet_is_named_as_what_was_probably_meant(tmp_path: Path, written: object, name: str) -> None:
    found = read(tmp_path, written({name: MEASURES, "Studieadviseurs": ADVISERS}))  # type: ignore[operator]
    assert found.tally.received == 0
    assert f"wel is er het werkblad '{name}', niet gelezen, dat waarschijnlijk is bedoeld" in told(found)
    (columns,) = found.said("columns")
    assert columns.quarantines
    assert "geef het de naam 'Maatregelen'" in columns.detail
    assert told(read(tmp_path, written({name: MEASURES, "Studieadviseurs": ADVISERS}), "faculty_study_advisers")) == ""  # type: ignore[operator]


@WRITERS
@pytest.mark.parametrize("name", ["Maatregelen", "MAATREGELEN", "maatregelen "])
def test_case_and_spaces_tell_no_worksheets_apart(tmp_path: Path, written: object, name: str) -> None:
    if name.endswith(" ") and written is xls:
        name = " maatregelen"
    found = read(tmp_path, written({name: MEASURES, "Studieadviseurs": ADVISERS}))  # type: ignore[operator]
    assert found.tally.received == 1
    assert told(found) == ""


def test_a_hidden_worksheet_under_another_name_is_named_too(tmp_path: Path) -> None:
    found = read(tmp_path, xlsx({"Studieadviseurs": ADVISERS, "Maatregelen oud": MEASURES}, hidden=["Maatregelen oud"]))
    assert "'Maatregelen oud'" in told(found)


def test_of_two_that_may_be_meant_both_are_named(tmp_path: Path) -> None:
    found = read(tmp_path, xlsx({"Maatregelen 2019": MEASURES, "Maatregelen 2020": MEASURES}))
    assert "een van de werkbladen 'Maatregelen 2019', 'Maatregelen 2020'" in told(found)


def test_a_second_worksheet_of_nearly_the_name_is_named_beside_the_one_that_was_read(tmp_path: Path) -> None:
    content = xlsx(
        {"Maatregelen": MEASURES, "Maatregelen (2)": MEASURES, "Studieadviseurs": ADVISERS, "Kladblok": [["x"]]}
    )
    found = read(tmp_path, content)
    assert found.tally.received == 1
    said = {r.detail.partition(": ")[2].partition(" / ")[0]: r.severity for r in found.said("read_as")}
    assert said == {
        "niet gelezen: 'Maatregelen (2)'; gelezen is het werkblad 'Maatregelen'": Severity.WARNING,
        "niet gelezen werkbladen: 'Kladblok'": Severity.INFO,
    }


def test_worksheets_of_our_own_workbooks_need_no_word(tmp_path: Path) -> None:
    content = xlsx({"Toelichting": [["x"]], "Maatregelen": MEASURES, "Studieadviseurs": ADVISERS, "Lijsten": [["x"]]})
    assert told(read(tmp_path, content)) == ""
