"""Figures that are delivered as such: what a cell means follows from the indicator of its row, in any kind of file.

`17,3%`, a cell that shows 17,3% and 0,173 are the same share; a count is never taken for a percentage; and what can be
no share is refused with its cell.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import xlwt

from assets.staged.feed import stage_feed
from kwaliteitsmonitor.foundation.vault.store import keep
from kwaliteitsmonitor.foundation.workspace import Workspace
from kwaliteitsmonitor.methods.checks.expectations import validate
from kwaliteitsmonitor.readers.delivery import Delivery, in_order
from kwaliteitsmonitor.readers.staging import StagedTable
from schemas.profile import Feed, Indicator
from schemas.profile.feeds import FileSource, Format, Period, SqlSource
from schemas.profile.forms import Form, Locale
from tests.made_up import indicator, profile
from tests.readers.files.making import ods, spreadsheet, xls

TABLE = "delivered_figures"
KEY = b"k" * 32


def of_kind(identity: str, nl: str, en: str, style: str = "percentage", **more: Any) -> Indicator:
    given = {"nl": nl, "en": en, "delivered": {"combine": "none"}, "unit_of_measure": "fraction"}
    if style != "percentage":
        given["unit_of_measure"] = "number"
    return indicator(identity, "delivered", style, **(given | more))


WHO = profile(
    indicators=[
        of_kind("dropout", "Uitval", "Drop-out"),
        of_kind("growth", "Groei", "Growth", minimum=-1, maximum=5),
        of_kind("degrees", "Aantal diploma's", "Degrees", "number"),
        of_kind("rating", "Oordeel", "Rating", "mean_and_spread", minimum=1, maximum=5),
        of_kind("certified", "Docenten met certificaat", "Certified", delivered={"combine": "ratio"}),
    ]
)
WIDE: dict[str, Any] = {"columns": {"Indicator": "indicator"}, "unpivot": {"name": "reporting_year", "value": "value"}}

Cells = Sequence[Sequence[Any]]


def staged(tmp: Path, data: bytes, kind: Format, locale: Locale = "nl", **form: Any) -> StagedTable:
    forms = [Form.model_validate({"table": TABLE, **({"sheet": "*"} if kind is Format.WORKBOOK else {}), **form})]
    source = FileSource(kind="files", path="x", format=kind, tables=[TABLE], locale=locale, forms=forms)
    return of_source(tmp, data, source, "kerncijfers.xlsx" if kind is Format.WORKBOOK else "kerncijfers.csv")


def of_source(tmp: Path, data: bytes, source: FileSource | SqlSource, path: str) -> StagedTable:
    workspace = Workspace(tmp / "workspace")
    feed = Feed(id="key_figures", nl="kerncijfers", en="key figures", period=Period.NONE, sources=[source])
    sha256, size = keep(workspace, io.BytesIO(data))
    one = Delivery("key_figures", 0, path, sha256, size, date(2022, 2, 1))
    return stage_feed(workspace, WHO, feed, in_order([one]), KEY, validate).tables[TABLE]


def book(cells: Cells, formats: dict[str, str] | None = None) -> bytes:
    made = openpyxl.Workbook()
    sheet = made.active
    assert sheet is not None
    for row in cells:
        sheet.append(list(row))
    for place, code in (formats or {}).items():
        sheet[place].number_format = code
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def text(cells: Cells) -> bytes:
    out = io.StringIO()
    csv.writer(out, delimiter=";").writerows(cells)
    return out.getvalue().encode()


def parquet(cells: Cells) -> bytes:
    out = io.BytesIO()
    head, *rows = cells
    pq.write_table(pa.table({name: [row[at] for row in rows] for at, name in enumerate(head)}), out)
    return out.getvalue()


def values(found: StagedTable, field: str = "value") -> dict[tuple[str, int], Decimal | None]:
    return {(row["indicator"], row["reporting_year"]): row[field] for row in found.rows.to_pylist()}


def refused(found: StagedTable) -> dict[str, str]:
    return {item.cell: item.expected.nl for item in found.quarantine}


def one(tmp: Path, cell: Any, name: str = "Uitval", code: str = "General", header: str = "2021", **form: Any) -> Any:
    """The value of a single cell in a workbook, or what was expected where it is refused."""
    found = staged(tmp, book([("Indicator", header), (name, cell)], {"B2": code}), Format.WORKBOOK, **(WIDE | form))
    said = refused(found)
    return said["B2"] if said else next(iter(values(found).values()))


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        ("17,3%", "General"), ("17,3 %", "General"), ("17,3\u00a0%", "General"), ("17,3\u202f%", "General"),
        ("17,3 procent", "General"), ("17,3 pct", "General"), ("173‰", "General"), ("173 promille", "General"),
        (0.173, "0.0%"), (0.173, "0%"), (0.173, "General"), ("0,173", "General"), ("17,3%", "@"),
    ],
)  # fmt: skip
def test_a_share_is_the_same_however_it_is_written(tmp_path: Path, cell: Any, code: str) -> None:
    assert one(tmp_path, cell, code=code) == Decimal("0.173")


@pytest.mark.parametrize(("cell", "share"), [("0%", 0), (0, 0), ("100%", 1), (1, 1), (1.0, 1), ("100,0 %", 1)])
def test_none_and_all_are_shares(tmp_path: Path, cell: Any, share: int) -> None:
    assert one(tmp_path, cell) == share


def test_a_share_that_a_spreadsheet_computed_is_kept_to_six_decimals(tmp_path: Path) -> None:
    assert one(tmp_path, 84 / 241, code="0.0%") == Decimal("0.348548")
    assert one(tmp_path, 1 / 3) == Decimal("0.333333")


@pytest.mark.parametrize(
    "cell", [17.3, "17,3", "173%", 1.01, -0.02, "-2%", "<5%", "<5", "n.v.t.", "-", "ca. 17%", True]
)
def test_what_can_be_no_share_is_refused_with_its_cell_and_what_was_expected(tmp_path: Path, cell: Any) -> None:
    assert one(tmp_path, cell) == "een aandeel van 0 tot en met 1, of een percentage, bijvoorbeeld 17,3%"


@pytest.mark.parametrize(("cell", "share"), [("173%", "1.73"), (1.73, "1.73"), ("-2%", "-0.02"), ("(2%)", "-0.02")])
def test_a_definition_may_allow_more_than_a_whole_and_less_than_nothing(tmp_path: Path, cell: Any, share: str) -> None:
    assert one(tmp_path, cell, "Groei") == Decimal(share)


def test_what_lies_outside_the_ends_of_the_definition_is_refused_by_them(tmp_path: Path) -> None:
    said = "een aandeel van -1 tot en met 5, of een percentage, bijvoorbeeld 17,3%"
    assert one(tmp_path, 17.3, "Groei") == said


@pytest.mark.parametrize("name", ["Aantal diploma's", "Oordeel"])
@pytest.mark.parametrize(
    ("cell", "code"), [("3,9%", "General"), (0.039, "0.0%"), ("3,9 procent", "General"), ("3‰", "@")]
)
def test_a_count_or_a_mean_is_no_percentage(tmp_path: Path, name: str, cell: Any, code: str) -> None:
    assert one(tmp_path, cell, name, code) == "een getal, geen percentage"


@pytest.mark.parametrize("scale", ["0.01", "0.001"])
def test_a_scale_of_percentages_leaves_counts_and_means_alone(tmp_path: Path, scale: str) -> None:
    cells = [("Indicator", 2021), ("Uitval", 17.3), ("Aantal diploma's", 2417), ("Oordeel", 3.9)]
    found = staged(tmp_path, book(cells), Format.WORKBOOK, **WIDE, scale={"value": scale})
    share = Decimal("17.3") * Decimal(scale)
    assert values(found) == {("dropout", 2021): share, ("degrees", 2021): 2417, ("rating", 2021): Decimal("3.9")}


def test_with_a_declared_scale_what_says_itself_that_it_is_a_percentage_is_scaled_once(tmp_path: Path) -> None:
    form = {"scale": {"value": "0.01"}}
    assert one(tmp_path, "17,3%", **form) == one(tmp_path, 0.173, code="0.0%", **form) == Decimal("0.173")
    assert one(tmp_path, 0.8, **form) == Decimal("0.008")
    assert "aandeel" in one(tmp_path, 173, **form)


def test_a_scale_of_amounts_leaves_shares_alone(tmp_path: Path) -> None:
    cells = [("Indicator", 2021), ("Uitval", 0.173), ("Aantal diploma's", 2.4)]
    found = staged(tmp_path, book(cells), Format.WORKBOOK, **WIDE, scale={"value": "1000"})
    assert values(found) == {("dropout", 2021): Decimal("0.173"), ("degrees", 2021): 2400}


@pytest.mark.parametrize("name", ["Uitval (%)", "Uitval (in %)", "Uitval in procenten", "% uitval", "UITVAL, %"])
def test_a_name_that_says_per_cent_is_the_indicator_and_says_what_its_numbers_are(tmp_path: Path, name: str) -> None:
    assert one(tmp_path, 17.3, name) == one(tmp_path, "17,3%", name) == Decimal("0.173")
    assert one(tmp_path, 0.173, name, code="0.0%") == Decimal("0.173")


@pytest.mark.parametrize("cell", [0.173, "0,8", 1])
def test_under_per_cent_a_number_that_may_be_a_fraction_is_not_guessed(tmp_path: Path, cell: Any) -> None:
    assert "met het teken erbij" in one(tmp_path, cell, "Uitval (%)")
    assert one(tmp_path, 0, "Uitval (%)") == 0


def test_beside_a_number_that_can_only_be_a_percentage_a_small_one_is_one_too(tmp_path: Path) -> None:
    cells = [("Indicator", 2021, 2020), ("Uitval (%)", 0.8, 1.2)]
    found = staged(tmp_path, book(cells), Format.WORKBOOK, **WIDE)
    assert values(found) == {("dropout", 2021): Decimal("0.008"), ("dropout", 2020): Decimal("0.012")}


def test_a_count_whose_name_says_per_cent_is_no_count(tmp_path: Path) -> None:
    assert one(tmp_path, "17,3%", "Aantal diploma's (%)") == "een getal, geen percentage"
    assert one(tmp_path, 2417, "Aantal diploma's (%)") == 2417


def test_a_header_or_a_caption_says_per_cent_of_shares_alone(tmp_path: Path) -> None:
    cells = [("Indicator", "2021 (%)"), ("Uitval", 17.3), ("Aantal diploma's", 2417)]
    expected = {("dropout", 2021): Decimal("0.173"), ("degrees", 2021): 2417}
    assert values(staged(tmp_path, book(cells), Format.WORKBOOK, **WIDE)) == expected
    long = [("Kerncijfers, aandelen in procenten", None, None), ("Indicator", "Verslagjaar", "Waarde"),
            ("Uitval", 2021, 17.3), ("Aantal diploma's", 2021, 2417)]  # fmt: skip
    assert values(staged(tmp_path, book(long), Format.WORKBOOK)) == expected
    headed = [("Indicator", "Verslagjaar", "Waarde (%)"), *long[2:]]
    assert values(staged(tmp_path, book(headed), Format.WORKBOOK)) == expected


def test_a_column_per_indicator_says_per_cent_in_its_header(tmp_path: Path) -> None:
    cells = [("Jaar", "Uitval (%)", "Aantal diploma's"), (2021, 17.3, 2417), (2020, 18.1, 2290)]
    form = {"columns": {"Jaar": "reporting_year"}, "unpivot": {"name": "indicator", "value": "value"}}
    found = staged(tmp_path, book(cells), Format.WORKBOOK, **form)
    assert values(found) == {
        ("dropout", 2021): Decimal("0.173"), ("degrees", 2021): 2417,
        ("dropout", 2020): Decimal("0.181"), ("degrees", 2020): 2290,
    }  # fmt: skip


def test_the_own_name_of_an_indicator_says_nothing_of_its_numbers(tmp_path: Path, monkeypatch: Any) -> None:
    named = replace(WHO, indicators=(of_kind("dropout", "Uitval (%)", "Drop-out (%)"),))
    monkeypatch.setattr("tests.readers.test_shares.WHO", named)
    assert one(tmp_path, 0.173, "Uitval (%)") == Decimal("0.173")


@pytest.mark.parametrize("name", ["Uitval", "uitval ", "Drop-out", "DROP-OUT", "dropout"])
def test_names_that_people_read_are_codes(tmp_path: Path, name: str) -> None:
    assert one(tmp_path, 0.2, name) == Decimal("0.2")


WRITERS: dict[str, tuple[Format, Callable[[Cells], bytes]]] = {
    "csv": (Format.CSV, text),
    "parquet": (Format.PARQUET, parquet),
    "ods": (Format.WORKBOOK, lambda cells: ods({"Kerncijfers": cells})),
    "xls": (Format.WORKBOOK, lambda cells: xls({"Kerncijfers": cells})),
    "xlsx": (Format.WORKBOOK, book),
}


@pytest.mark.parametrize("kind", sorted(WRITERS))
def test_each_kind_of_file_gives_the_same_shares(tmp_path: Path, kind: str) -> None:
    shape, write = WRITERS[kind]
    cells = [("Indicator", "2021", "2020"), ("Uitval", "17,3%", "0,181"), ("Aantal diploma's", "2.417", "2290")]
    found = staged(tmp_path, write(cells), shape, **WIDE)
    assert values(found) == {
        ("dropout", 2021): Decimal("0.173"), ("dropout", 2020): Decimal("0.181"),
        ("degrees", 2021): 2417, ("degrees", 2020): 2290,
    }  # fmt: skip


def xlsx_cell(value: Any, code: str) -> bytes:
    return book([("Indicator", "2021"), ("Uitval", value)], {"B2": code})


def xls_cell(value: Any, code: str) -> bytes:
    made = xlwt.Workbook()
    sheet = made.add_sheet("Kerncijfers")
    for at, text_ in enumerate(("Indicator", "2021")):
        sheet.write(0, at, text_)
    sheet.write(1, 0, "Uitval")
    style = xlwt.XFStyle()
    style.num_format_str = code
    sheet.write(1, 1, value, style)
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def ods_cell(value: Any, code: str, seen: str | None = None) -> bytes:
    """A sheet as LibreOffice writes it: its styles of numbers, and what a cell shows beside what it holds."""
    kind = "percentage" if code == "0.0%" else "float" if isinstance(value, int | float) else "string"
    style = "percentage-style" if kind == "percentage" else "number-style"
    beside = "%" if kind == "percentage" else code.removeprefix("0").removeprefix(".0").strip('"\\')
    styles = (
        f'<number:{style} xmlns:number="urn:oasis:names:tc:opendocument:xmlns:datastyle:1.0" style:name="N1">'
        f"<number:number/><number:text>{beside}</number:text></number:{style}>"
        '<style:style style:name="ce1" style:family="table-cell" style:data-style-name="N1"/>'
    )
    held = f' office:value="{value}"' if kind != "string" else ""
    text_cell = '<table:table-cell office:value-type="string"><text:p>{}</text:p></table:table-cell>'
    shown = f"<text:p>{value if seen is None else seen}</text:p>"
    share = f'<table:table-cell table:style-name="ce1" office:value-type="{kind}"{held}>{shown}</table:table-cell>'
    head = text_cell.format("Indicator") + text_cell.format("2021")
    rows = "".join(f"<table:table-row>{row}</table:table-row>" for row in (head, text_cell.format("Uitval") + share))
    return spreadsheet(
        f'<table:table table:name="Kerncijfers">{rows}</table:table>', styles=styles if code != "General" else ""
    )


CELLS = {"xlsx": xlsx_cell, "xls": xls_cell, "ods": ods_cell}
SHARE_WANTED = "een aandeel van 0 tot en met 1, of een percentage, bijvoorbeeld 17,3%"


@pytest.mark.parametrize("kind", sorted(CELLS))
@pytest.mark.parametrize(
    ("value", "code", "share"),
    [
        ("17,3%", "General", "0.173"), (0.173, "General", "0.173"), (0.173, "0.0%", "0.173"), (17.3, '0.0"%"', "0.173"),
        (17.3, '0.0" %"', "0.173"), (17.3, "0.0\\%", "0.173"), (17.3, '0.0" procent"', "0.173"), (173, '0"‰"', "0.173"),
        (0.8, '0.0"%"', "0.008"), (1, '0.0"%"', "0.01"), (0.8, "0.0%", "0.8"), (1, "0.0%", "1"), (0, '0.0"%"', "0"),
        (17.3, "General", None), (173, '0.0"%"', None), (-2, '0.0"%"', None), (17.3, "0.0%", None),
        (17.3, '0.0" procentpunt"', None),
    ],
)  # fmt: skip
def test_each_spreadsheet_gives_the_share_that_its_cell_shows(
    tmp_path: Path, kind: str, value: Any, code: str, share: str | None
) -> None:
    found = staged(tmp_path, CELLS[kind](value, code), Format.WORKBOOK, **WIDE)
    assert values(found) == ({("dropout", 2021): Decimal(share)} if share else {})
    assert refused(found) == ({} if share else {"B2": SHARE_WANTED})


@pytest.mark.parametrize("kind", sorted(CELLS))
def test_a_count_is_no_percentage_whatever_shows_it_as_one(tmp_path: Path, kind: str, monkeypatch: Any) -> None:
    counted = replace(WHO, indicators=(of_kind("dropout", "Uitval", "Drop-out", "number"),))
    monkeypatch.setattr("tests.readers.test_shares.WHO", counted)
    for value, code in ((0.39, "0.0%"), (39, '0.0"%"'), (390, '0"‰"')):
        found = staged(tmp_path, CELLS[kind](value, code), Format.WORKBOOK, **WIDE)
        assert refused(found) == {"B2": "een getal, geen percentage"}


@pytest.mark.parametrize(("held", "seen"), [(17.3, "17,3%"), (0.173, "17,3%"), (17.3, "17.3 %")])
def test_what_an_open_document_shows_tells_what_a_style_outside_it_does(tmp_path: Path, held: float, seen: str) -> None:
    found = staged(tmp_path, ods_cell(held, "General", seen), Format.WORKBOOK, **WIDE)
    assert values(found) == {("dropout", 2021): Decimal("0.173")}


@pytest.mark.parametrize("kind", sorted(CELLS))
def test_a_sign_in_the_format_is_enough_where_the_name_or_the_profile_says_per_cent_too(
    tmp_path: Path, kind: str
) -> None:
    cells = CELLS[kind](0.8, '0.0"%"')
    found = staged(tmp_path, cells, Format.WORKBOOK, **WIDE, scale={"value": "0.01"})
    assert values(found) == {("dropout", 2021): Decimal("0.008")}


def test_numbers_in_parquet_and_what_a_database_gave_are_read_alike(tmp_path: Path) -> None:
    numbers = parquet([("Indicator", "2021"), ("Uitval", 0.173), ("Aantal diploma's", 2417.0)])
    expected = {("dropout", 2021): Decimal("0.173"), ("degrees", 2021): 2417}
    assert values(staged(tmp_path, numbers, Format.PARQUET, **WIDE)) == expected
    pulled = b"reporting_year;indicator;value\n2021;dropout;17.3%\n2021;Aantal diploma's;2417\n"
    source = SqlSource(kind="sql", connection="students", database_table="figures", tables=[TABLE])
    assert values(of_source(tmp_path, pulled, source, "students/figures/all")) == expected


def test_the_spread_of_a_share_is_one_and_that_of_a_mean_is_not(tmp_path: Path) -> None:
    cells = [("Indicator", "Verslagjaar", "Waarde", "Spreiding"),
             ("Uitval", 2021, "17,3%", "2,1%"), ("Oordeel", 2021, 3.9, 0.8)]  # fmt: skip
    found = staged(tmp_path, book(cells), Format.WORKBOOK)
    assert values(found, "spread") == {("dropout", 2021): Decimal("0.021"), ("rating", 2021): Decimal("0.8")}
    wrong = [cells[0], ("Uitval", 2021, "17,3%", 2.1), ("Oordeel", 2021, 3.9, "8%")]
    assert set(refused(staged(tmp_path, book(wrong), Format.WORKBOOK))) == {"D2", "D3"}


def test_numerators_denominators_and_numbers_of_people_are_counts(tmp_path: Path) -> None:
    head = ("Indicator", "Verslagjaar", "Waarde", "Teller", "Noemer", "Aantal")
    right = [head, ("Docenten met certificaat", 2021, "35%", 84, 240, 240)]
    assert values(staged(tmp_path, book(right), Format.WORKBOOK), "numerator") == {("certified", 2021): 84}
    wrong = [head, ("Docenten met certificaat", 2021, "35%", "35%", 240, 240),
             ("Docenten met certificaat", 2020, "35%", 84, "100%", 240),
             ("Docenten met certificaat", 2019, "35%", 84, 240, "40%")]  # fmt: skip
    assert set(refused(staged(tmp_path, book(wrong), Format.WORKBOOK))) == {"D2", "E3", "F4"}


def test_a_numerator_that_is_more_than_its_denominator_makes_no_share(tmp_path: Path) -> None:
    cells = [("Indicator", "Verslagjaar", "Teller", "Noemer"), ("Docenten met certificaat", 2021, 241, 240),
             ("Docenten met certificaat", 2020, 240, 240)]  # fmt: skip
    found = staged(tmp_path, book(cells), Format.WORKBOOK)
    assert refused(found) == {"C2": "een teller van 0 tot en met 240"}
    assert list(values(found)) == [("certified", 2020)]


def test_what_a_row_measures_is_said_by_the_definition_of_its_year(tmp_path: Path, monkeypatch: Any) -> None:
    counted = of_kind("dropout", "Uitval", "Drop-out", "number", valid_until=2020)
    share = of_kind("dropout", "Uitval", "Drop-out", valid_from=2021, version="2")
    monkeypatch.setattr("tests.readers.test_shares.WHO", replace(WHO, indicators=(counted, share)))
    found = staged(tmp_path, book([("Indicator", 2021, 2020), ("Uitval", "17,3%", 173)]), Format.WORKBOOK, **WIDE)
    assert values(found) == {("dropout", 2021): Decimal("0.173"), ("dropout", 2020): 173}


def test_a_row_of_no_indicator_is_set_aside_for_its_name(tmp_path: Path) -> None:
    found = staged(tmp_path, book([("Indicator", 2021), ("Uitvall", 0.2), ("Uitval", 0.3)]), Format.WORKBOOK, **WIDE)
    assert [item.rule for item in found.quarantine] == [f"{TABLE}.indicator.codes"]
    assert values(found) == {("dropout", 2021): Decimal("0.3")}
