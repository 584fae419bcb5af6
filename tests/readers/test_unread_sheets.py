"""A worksheet under another name than agreed is named, with what it probably is."""

from __future__ import annotations

from pathlib import Path

import pytest

from kwaliteitsmonitor.readers.unread_sheets import MEANT, UNREAD, Unread
from schemas.consequences import Severity
from tests.readers.files.making import ods, xls, xlsx
from tests.readers.forms.making import Taken, source, taken

MEASURES = [["Thema", "Maatregel", "Voortgang", "Toelichting"], ["teachers", "m", "done", "x"]]
ADVISERS = [["Fte", "Waarvan tijdelijk", "Gecertificeerd", "In traject"], [1, 0, 1, 0]]
TOLD = {"academic_year": "2019-2020", "unit": "North"}
SOURCE = "{format: workbook, tables: [faculty_measures, faculty_study_advisers], locale: nl}"


def read(folder: Path, content: bytes, table: str = "faculty_measures") -> Taken:
    path = folder / "north.xlsx"
    path.write_bytes(content)
    return taken(path, SOURCE, table, told=TOLD)


def notes(found: Taken) -> str:
    return " / ".join(note.text.nl for note in found.raw.notes)


@pytest.mark.parametrize(
    ("names", "like"),
    [
        (("Maatregelen 2020", "Kladblok"), ("Maatregelen 2020",)), (("Maatregelen (2)",), ("Maatregelen (2)",)),
        (("Maatregelen 2019-2020",), ("Maatregelen 2019-2020",)), (("Maatregel",), ("Maatregel",)),
        (("maatregelen_2",), ("maatregelen_2",)), (("Blad1", "2020"), ()),
    ],
)  # fmt: skip
def test_a_name_is_that_of_the_table_but_for_a_year_a_number_or_a_slip(
    names: tuple[str, ...], like: tuple[str, ...]
) -> None:
    unread = Unread(names, "Maatregelen")
    assert unread.like() == like
    assert [note.code for note in unread.notes(first=True)] == [MEANT] * bool(like) + [UNREAD] * (
        len(names) > len(like)
    )
    assert [note.code for note in unread.notes(first=False)] == [MEANT] * bool(like)


@pytest.mark.parametrize("written", [xlsx, xls, ods], ids=["xlsx", "xls", "ods"])
def test_a_renamed_worksheet_is_named_as_what_was_probably_meant(tmp_path: Path, written: object) -> None:
    for name in ("Maatregelen 2020", "Blad1"):
        content = written({name: MEASURES, "Studieadviseurs": ADVISERS})  # type: ignore[operator]
        found = read(tmp_path, content)
        assert found.tally.received == 0
        assert f"wel is er het werkblad '{name}', niet gelezen, dat waarschijnlijk is bedoeld" in notes(found)
        (columns,) = found.said("columns")
        assert columns.quarantines
        assert "geef het de naam 'Maatregelen'" in columns.detail
        assert notes(read(tmp_path, content, "faculty_study_advisers")) == ""
    for name in ("MAATREGELEN", " maatregelen"):
        found = read(tmp_path, written({name: MEASURES, "Studieadviseurs": ADVISERS}))  # type: ignore[operator]
        assert (found.tally.received, notes(found)) == (1, ""), "case and spaces tell no worksheets apart"


def test_a_hidden_worksheet_under_another_name_is_named_too_and_of_two_both(tmp_path: Path) -> None:
    hidden = xlsx({"Studieadviseurs": ADVISERS, "Maatregelen oud": MEASURES}, hidden=["Maatregelen oud"])
    assert "'Maatregelen oud'" in notes(read(tmp_path, hidden))
    both = read(tmp_path, xlsx({"Maatregelen 2019": MEASURES, "Maatregelen 2020": MEASURES}))
    assert "een van de werkbladen 'Maatregelen 2019', 'Maatregelen 2020'" in notes(both)


def test_a_second_worksheet_of_nearly_the_name_is_named_beside_the_one_that_was_read(tmp_path: Path) -> None:
    sheets = {"Maatregelen": MEASURES, "Maatregelen (2)": MEASURES, "Studieadviseurs": ADVISERS, "Kladblok": [["x"]]}
    found = read(tmp_path, xlsx(sheets))
    assert found.tally.received == 1
    assert {r.detail.partition(": ")[2].partition(" / ")[0]: r.severity for r in found.said("read_as")} == {
        "niet gelezen: 'Maatregelen (2)'; gelezen is het werkblad 'Maatregelen'": Severity.WARNING,
        "niet gelezen werkbladen: 'Kladblok'": Severity.INFO,
    }


def test_worksheets_of_our_own_workbooks_need_no_word(tmp_path: Path) -> None:
    path = tmp_path / "north.xlsx"
    sheets = {"Toelichting": [["x"]], "Maatregelen": MEASURES, "Studieadviseurs": ADVISERS, "Lijsten": [["x"]]}
    path.write_bytes(xlsx(sheets))
    assert Unread.of(path, source(SOURCE), "Maatregelen", 2020).names == ()
