"""What a template offers to who fills it in, beside what reading it back finds."""

from __future__ import annotations

import io
import re
import zipfile
from typing import Any

import openpyxl

from kwaliteitsmonitor.exchange.workbooks.template import template
from schemas.profile import Profile
from tests.exchange.workbooks.filling import opened, report, rules_of

SHEETS = ["Maatregelen", "Studieadviseurs", "Opleidingen", "Medezeggenschap", "Panelgesprekken"]


def listed(book: openpyxl.Workbook, rule: Any) -> list[str]:
    """The choices of a list, by the name that the validation gives."""
    ((sheet, area),) = book.defined_names[rule.formula1].destinations
    return [cell.value for (cell,) in book[sheet][area]]


def test_the_sheets_are_those_of_the_contracts_between_an_explanation_and_hidden_lists(
    book: openpyxl.Workbook,
) -> None:
    assert book.sheetnames == ["Toelichting", *SHEETS, "Lijsten"]
    assert book["Lijsten"].sheet_state == "hidden"
    assert all(book[name].sheet_state == "visible" for name in ("Toelichting", *SHEETS))


def test_the_units_own_measures_and_programmes_are_filled_in_with_the_words_that_people_know(
    profile: Profile, book: openpyxl.Workbook
) -> None:
    rows = list(book["Maatregelen"].iter_rows(min_row=2, max_row=4, max_col=4, values_only=True))
    assert rows[0] == ("Intensiever en kleinschalig onderwijs", "Kleinere onderwijsgroepen", None, None)
    names = {m.nl for m in profile.measures if "FGW" in m.units}
    assert {r[1] for r in book["Maatregelen"].iter_rows(min_row=2, values_only=True) if r[1]} == names
    programmes = [r[0] for r in book["Opleidingen"].iter_rows(min_row=2, values_only=True) if r[0]]
    own = [p for p in profile.programmes if p.unit == "FGW" and p.croho_type in ("ba", "ma")]
    assert programmes == [f"{p.name} ({p.programme})" for p in own]


def test_the_lists_offer_the_units_own_first_and_then_every_other(profile: Profile, book: openpyxl.Workbook) -> None:
    offered = listed(book, rules_of(book["Maatregelen"])["Maatregel"])
    own = [m.nl for m in profile.measures if "FGW" in m.units]
    assert offered[: len(own)] == own
    assert set(offered) == {m.nl for m in profile.measures}
    assert listed(book, rules_of(book["Medezeggenschap"])["Besluit"]) == [
        "goedgekeurd",
        "geadviseerd",
        "besproken",
        "afgewezen",
    ]
    assert listed(book, rules_of(book["Opleidingen"])["Verplichte matching"]) == ["ja", "nee"]


def test_numbers_and_dates_are_kept_within_what_the_contract_allows(book: openpyxl.Workbook) -> None:
    advisers = rules_of(book["Studieadviseurs"])
    assert (advisers["Fte"].type, advisers["Fte"].formula1, advisers["Fte"].formula2) == ("decimal", "0", "200")
    assert (advisers["In traject"].type, advisers["In traject"].formula2) == ("whole", "500")
    assert advisers["Fte"].error == "Verwacht: een getal van 0 tot en met 200 fte."
    assert advisers["Fte"].errorStyle == "stop"
    date_rule = rules_of(book["Panelgesprekken"])["Datum"]
    assert date_rule.type == "date"
    assert date_rule.error == "Verwacht: een datum, bijvoorbeeld 1-10-2020."
    assert book["Panelgesprekken"]["B2"].number_format == "d-m-yyyy"
    for name in SHEETS:
        for rule in book[name].data_validations.dataValidation:
            assert len(rule.prompt) <= 255
            assert len(rule.error or "") <= 225
            assert len(rule.promptTitle) <= 32


def test_headers_and_structure_are_protected_and_cells_to_fill_in_are_not(book: openpyxl.Workbook) -> None:
    assert book.security.lockStructure
    assert book.security.workbookPassword is None
    for name in ("Toelichting", "Lijsten", *SHEETS):
        assert book[name].protection.sheet
        assert book[name].protection.password is None
    sheet = book["Maatregelen"]
    assert sheet["A1"].protection.locked
    assert not sheet["C2"].protection.locked
    assert not sheet.column_dimensions["C"].protection.locked
    assert sheet.freeze_panes == "A2"


def test_a_sheet_of_one_row_has_room_for_one(book: openpyxl.Workbook) -> None:
    sheet = book["Studieadviseurs"]
    assert not sheet["A2"].protection.locked
    assert sheet["A3"].protection.locked
    assert sheet.column_dimensions["A"].protection.locked
    assert str(rules_of(sheet)["Fte"].sqref) == "A2"


def test_required_columns_show_an_asterisk_that_is_no_part_of_the_header(book: openpyxl.Workbook) -> None:
    sheet = book["Maatregelen"]
    assert [(c.value, c.number_format) for c in sheet[1] if c.value] == [
        ("Thema", '@" *"'),
        ("Maatregel", '@" *"'),
        ("Voortgang", '@" *"'),
        ("Toelichting", "General"),
    ]


def test_in_english_the_words_are_english(profile: Profile) -> None:
    book = opened(template(report(profile), "en"))
    assert book.sheetnames == ["Explanation", *SHEETS, "Lists"]
    assert book["Maatregelen"]["A2"].value == "More intensive, small-scale teaching"
    assert [c.value for c in book["Studieadviseurs"][1]] == ["Fte", "Of which temporary", "Certified", "In training"]
    assert listed(book, rules_of(book["Maatregelen"])["Progress"])[0] == "not started"
    assert book.properties.language == "en-GB"
    assert book.properties.title == "faculty's annual education report 2019-2020 FGW"


def test_the_same_template_is_the_same_bytes(profile: Profile) -> None:
    assert template(report(profile), "nl") == template(report(profile), "nl")
    assert template(report(profile), "nl") != template(report(profile, "FdA"), "nl")
    with zipfile.ZipFile(io.BytesIO(template(report(profile), "nl"))) as archive:
        assert {entry.date_time for entry in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert re.findall(rb">([0-9T:-]+Z)<", archive.read("docProps/core.xml")) == [b"2000-01-01T00:00:00Z"] * 2
