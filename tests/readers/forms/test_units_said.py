"""Wherever a file says the unit of its amounts, cells are refused unless the profile says it too."""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping, Sequence
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
from kwaliteitsmonitor.readers.delivery import Delivery
from kwaliteitsmonitor.readers.staging import StagedTable
from schemas.profile import Feed, Profile, load_profile, profile_folder
from schemas.profile.feeds import FileSource, Format, Period, SqlSource
from schemas.profile.forms import Form
from tests.readers.files.making import spreadsheet

HEADER = ["Eenheid", "Thema", "Maatregel", "Begroot", "Gerealiseerd", "Ingediend op"]
LINE: list[Any] = ["FGW", "intensive", "smaller_groups", 1250, 500, "15-02-2021"]
OTHER: list[Any] = ["FSW", "intensive", "smaller_groups", 1300, 600, "15-02-2021"]
Rows = Sequence[Sequence[Any]]


@pytest.fixture(scope="module")
def profile() -> Profile:
    return load_profile(profile_folder("leiden"))


def xlsx(rows: Rows, formats: Mapping[str, str], sheet: str = "BFR", merged: str = "") -> bytes:
    book = openpyxl.Workbook()
    page = book.active
    page.title = sheet
    for row in rows:
        page.append(list(row))
    for cell, code in formats.items():
        page[cell].number_format = code
    if merged:
        page.merge_cells(merged)
    made = io.BytesIO()
    book.save(made)
    return made.getvalue()


def xls(rows: Rows, formats: Mapping[str, str]) -> bytes:
    book = xlwt.Workbook()
    page = book.add_sheet("BFR")
    for r, row in enumerate(rows):
        for c, value in enumerate(row):
            style = xlwt.XFStyle()
            style.num_format_str = formats.get(f"{chr(65 + c)}{r + 1}", "General")
            page.write(r, c, value, style)
    made = io.BytesIO()
    book.save(made)
    return made.getvalue()


ODS_FORMATS = {
    "#,##0,": '<number:number number:display-factor="1000"/>',
    '0.0,"k"': '<number:number number:display-factor="1000"/><number:text>k</number:text>',
    '#,##0 "k€"': "<number:number/><number:text> k€</number:text>",
    "[$$-409]#,##0": "<number:currency-symbol>$</number:currency-symbol><number:number/>",
    '"€" #,##0': "<number:currency-symbol>€</number:currency-symbol><number:number/>",
}


def ods(rows: Rows, formats: Mapping[str, str]) -> bytes:
    known = dict(enumerate(sorted(set(formats.values()))))
    space = 'xmlns:number="urn:oasis:names:tc:opendocument:xmlns:datastyle:1.0"'
    styles = "".join(
        f'<number:number-style {space} style:name="N{n}">{ODS_FORMATS[code]}</number:number-style>'
        f'<style:style style:name="ce{n}" style:family="table-cell" style:data-style-name="N{n}"/>'
        for n, code in known.items()
    )
    number_of = {code: n for n, code in known.items()}
    lines = []
    for r, row in enumerate(rows):
        cells = []
        for c, value in enumerate(row):
            code = formats.get(f"{chr(65 + c)}{r + 1}")
            style = f' table:style-name="ce{number_of[code]}"' if code else ""
            kind = (
                f'office:value-type="float" office:value="{value}"'
                if isinstance(value, int)
                else ('office:value-type="string"')
            )
            cells.append(f"<table:table-cell{style} {kind}><text:p>{value}</text:p></table:table-cell>")
        lines.append(f"<table:table-row>{''.join(cells)}</table:table-row>")
    return spreadsheet(f'<table:table table:name="BFR">{"".join(lines)}</table:table>', styles=styles)


def staged(
    folder: Path,
    profile: Profile,
    content: bytes,
    form: Format = Format.WORKBOOK,
    name: str = "bfr/2020-3.x",
    source: SqlSource | None = None,
    **said: Any,
) -> StagedTable:
    workspace = Workspace(folder / "workspace")
    forms = [Form(table="bfr", **said)] if said else []
    files = FileSource(kind="files", path="x", format=form, tables=["bfr"], locale="nl", forms=forms)
    feed = Feed(id="bfr", nl="b", en="b", period=Period.ROUND, sources=[source or files])
    sha256, size = keep(workspace, io.BytesIO(content))
    delivery = Delivery("bfr", 0, name, sha256, size, date(2021, 3, 1), "2020-3", "")
    found = stage_feed(workspace, profile, feed, [delivery], b"k" * 32, validate)
    assert found.rejected == {}
    return found.tables["bfr"]


def refused(found: StagedTable) -> set[str]:
    """The cells of amounts that are refused."""
    return {q.cell for q in found.quarantine if q.rule in ("bfr.budget.type", "bfr.realised.type")}


def text(rows: Rows) -> bytes:
    return "".join(";".join(map(str, row)) + "\n" for row in rows).encode()


BOTH = {"D2", "E2"}
PLACES: list[tuple[str, Callable[[str], tuple[Rows, dict[str, Any]]], set[str]]] = [
    ("header", lambda unit: ([[*HEADER[:3], f"Begroot ({unit})", *HEADER[4:]], LINE], {}), {"D2"}),
    ("above", lambda unit: ([[f"BFR 3, bedragen in {unit}"], HEADER, LINE], {}), {"D3", "E3"}),
    ("below", lambda unit: ([HEADER, LINE, [f"Bedragen in {unit}"]], {}), BOTH),
    ("below, apart", lambda unit: ([HEADER, LINE, [], [None, unit]], {}), BOTH),
    ("beside", lambda unit: ([HEADER, [*LINE, unit]], {}), BOTH),
    ("beside the header", lambda unit: ([[*HEADER, unit], [*LINE, None]], {}), BOTH),
    ("a column of its own", lambda unit: ([[*HEADER, "Valuta"], [*LINE, unit], [*OTHER, "euro"]], {}), BOTH),
    ("merged", lambda unit: ([[f"in {unit}", None, None], HEADER, LINE], {"merged": "A1:C1"}), {"D3", "E3"}),
    ("worksheet", lambda unit: ([HEADER, LINE], {"sheet": f"BFR ({unit})"}), BOTH),
]
UNITS = ["k€", "mln", "centen", "TEUR", "USD", "£", "shekels"]


@pytest.mark.parametrize("unit", UNITS)
@pytest.mark.parametrize(("where", "made", "cells"), PLACES, ids=[where for where, _, _ in PLACES])
def test_a_unit_is_heard_wherever_a_workbook_says_it(
    tmp_path: Path,
    profile: Profile,
    where: str,
    made: Callable[[str], tuple[Rows, dict[str, Any]]],
    cells: set[str],
    unit: str,
) -> None:
    rows, kept = made(unit)
    said: dict[str, Any] = {"columns": {f"Begroot ({unit})": "budget"}} if where == "header" else {}
    if where == "worksheet":
        said = {"sheet": f"BFR ({unit})"}
    found = staged(tmp_path, profile, xlsx(rows, {}, **kept), **said)
    assert refused(found) == cells


@pytest.mark.parametrize("unit", ["euro", "€", "hele euro's", "EUR"])
@pytest.mark.parametrize(("where", "made", "cells"), PLACES, ids=[where for where, _, _ in PLACES])
def test_and_euro_is_read_as_euro(
    tmp_path: Path,
    profile: Profile,
    where: str,
    made: Callable[[str], tuple[Rows, dict[str, Any]]],
    cells: set[str],
    unit: str,
) -> None:
    rows, kept = made(unit)
    said: dict[str, Any] = {"columns": {f"Begroot ({unit})": "budget"}} if where == "header" else {}
    if where == "worksheet":
        said = {"sheet": f"BFR ({unit})"}
    found = staged(tmp_path, profile, xlsx(rows, {}, **kept), **said)
    assert cells
    assert refused(found) == set()
    assert Decimal("1250.00") in found.rows.column("budget").to_pylist()


@pytest.mark.parametrize(
    ("rows", "row"),
    [([["Bedragen in miljoenen euro"], HEADER, LINE], 3), ([HEADER, LINE, ["bedragen x 1.000"]], 2),
     ([HEADER, [*LINE, "k€"]], None), ([["Bedragen in kwartjes"], HEADER, LINE], 3),
     ([["bedragen in goudstukken"], HEADER, LINE], 3), ([[*HEADER, "Valuta"], [*LINE, "PLN"]], 2)],
)  # fmt: skip
def test_a_unit_is_heard_in_a_text(tmp_path: Path, profile: Profile, rows: Rows, row: int | None) -> None:
    found = staged(tmp_path, profile, text(rows), Format.CSV)
    assert found.rows.num_rows == 0
    if row is not None:
        assert refused(found) == {f"row {row}, budget", f"row {row}, realised"}


@pytest.mark.parametrize("column", ["budget_keur", "budget_mln", "budgetTEUR", "budget_cents", "budget_usd"])
def test_a_unit_is_heard_in_the_names_of_columns(tmp_path: Path, profile: Profile, column: str) -> None:
    made = io.BytesIO()
    names = ["unit", "theme", "measure", column, "realised", "submitted_on"]
    pq.write_table(pa.table({n: [v] for n, v in zip(names, [*LINE[:5], "2021-02-15"], strict=True)}), made)
    found = staged(tmp_path, profile, made.getvalue(), Format.PARQUET, columns={column: "budget"})
    assert refused(found) == {"row 1, budget"}
    pulled = text([["unit", "theme", "measure", "budget", "realised", "submitted_on"], [*LINE[:5], "2021-02-15"]])
    database = SqlSource(
        kind="sql", connection="finance", database_table="lines", tables=["bfr"], columns={column: "budget"}
    )
    assert refused(staged(tmp_path, profile, pulled, source=database)) == {"row 2, budget"}


@pytest.mark.parametrize("name", ["2020-3 (k€).xlsx", "2020-3_x1000.xlsx", "2020-3_mln.xlsx", "2020 USD.x"])
def test_a_unit_is_heard_in_the_name_of_a_file(tmp_path: Path, profile: Profile, name: str) -> None:
    assert refused(staged(tmp_path, profile, xlsx([HEADER, LINE], {}), name=name)) == BOTH


@pytest.mark.parametrize("made", [xlsx, xls, ods])
def test_a_unit_is_heard_in_the_format_of_a_cell(
    tmp_path: Path, profile: Profile, made: Callable[[Rows, Mapping[str, str]], bytes]
) -> None:
    formats = {"D2": '#,##0 "k€"', "E2": "[$$-409]#,##0", "D3": '0.0,"k"', "E3": '"€" #,##0'}
    found = staged(tmp_path, profile, made([HEADER, LINE, OTHER], formats))
    assert refused(found) == BOTH
    assert found.rows.column("budget").to_pylist() == [Decimal("1300.00")]


@pytest.mark.parametrize("made", [xlsx, xls, ods])
def test_what_is_held_in_euro_and_shown_in_thousands_is_euro_whatever_the_header_says(
    tmp_path: Path, profile: Profile, made: Callable[[Rows, Mapping[str, str]], bytes]
) -> None:
    rows = [["bedragen in k€"], HEADER, [*LINE[:3], 7057000, 6696000, "15-02-2021"]]
    formats = {"D3": "#,##0,", "E3": "#,##0,"}
    found = staged(tmp_path, profile, made(rows, formats))
    assert found.rows.column("budget").to_pylist() == [Decimal("7057000.00")]
    again = staged(tmp_path, profile, made(rows, formats), scale={"budget": 1000, "realised": 1000})
    assert refused(again) == {"D3", "E3"}


@pytest.mark.parametrize(
    ("said", "scale", "budget"),
    [("k€", 1000, "1250000.00"), ("mln", 10**6, "1250000000.00"), ("centen", "0.01", "12.50"), ("k€", 1, "1250.00"),
     ("mln", 1000, None), ("USD", 1000, None)],
)  # fmt: skip
def test_what_the_profile_says_is_obeyed_and_what_contradicts_it_is_refused(
    tmp_path: Path, profile: Profile, said: str, scale: Any, budget: str | None
) -> None:
    rows = [[f"Bedragen in {said}"], HEADER, LINE]
    found = staged(tmp_path, profile, xlsx(rows, {}), scale={"budget": scale, "realised": scale})
    assert found.rows.column("budget").to_pylist() == ([Decimal(budget)] if budget else [])


NOTES = ["Bedragen in honderdtallen", "bedragen x 100", "in mln dollars", "Bron: SAP, stand 1 maart", "Alles in euro:"]


@pytest.mark.parametrize("note", NOTES)
@pytest.mark.parametrize("made", ["cell", "another column", "merged", "csv, short", "csv"])
def test_a_note_under_the_table_is_no_row_of_data_and_costs_no_other_rows_by_itself(
    tmp_path: Path, profile: Profile, note: str, made: str
) -> None:
    rows: list[list[Any]] = [HEADER, LINE, OTHER, [None, note] if made == "another column" else [note]]
    if made == "csv":
        rows[-1] = [note, *[""] * 5]
    content = text(rows) if "csv" in made else xlsx(rows, {}, merged="A4:F4" if made == "merged" else "")
    found = staged(tmp_path, profile, content, Format.CSV if "csv" in made else Format.WORKBOOK)
    says = note not in NOTES[3:]
    assert {q.row for q in found.quarantine} == ({2, 3} if says else set())
    assert len({q.expected for q in found.quarantine}) == int(says)
    assert found.rows.num_rows == (0 if says else 2)
    assert {loss.known.get("unit") for loss in found.losses} == ({"FGW", "FSW"} if says else set())
    (told,) = [r.detail for r in found.results if "alleen een tekst" in r.detail]
    assert "1 rij met alleen een tekst" in told


@pytest.mark.parametrize(
    "row", [["FGW"], ["Geesteswetenschappen"], ["FGX"], ["FGW en FSW", "intensive"], ["Een kop", 12]]
)
def test_what_is_left_of_a_row_of_data_is_set_aside_and_no_note(
    tmp_path: Path, profile: Profile, row: list[Any]
) -> None:
    found = staged(tmp_path, profile, xlsx([HEADER, LINE, row], {}))
    assert {q.row for q in found.quarantine} == {3}


def test_remarks_about_money_are_no_unit(tmp_path: Path, profile: Profile) -> None:
    rows = [["Plafond € 1,5 mln, geen k€"], [*HEADER, "Opmerking"], [*LINE, "k€ 5 hoger door ziekte, zie x 1.000"]]
    found = staged(tmp_path, profile, xlsx(rows, {}))
    assert refused(found) == set()
    assert found.rows.num_rows == 1


@pytest.mark.parametrize(("name", "table"), [("bfr.csv", "bfr"), ("bestedingsplan.xlsx", "spending_plan")])
def test_the_case_is_refused_as_thousands_are(tmp_path: Path, profile: Profile, name: str, table: str) -> None:
    workspace = Workspace(tmp_path / "workspace")
    form = Format.CSV if name.endswith("csv") else Format.WORKBOOK
    source = FileSource(kind="files", path="x", format=form, tables=[table], locale="nl")
    period = Period.ROUND if table == "bfr" else Period.NONE
    made = Feed(id="f", nl="f", en="f", period=period, sources=[source])
    with (Path("tests/cases/captions-not-thousands") / name).open("rb") as stream:
        sha256, size = keep(workspace, stream)
    delivery = Delivery("f", 0, name, sha256, size, date(2021, 3, 1), "2020-3" if table == "bfr" else "", "")
    found = stage_feed(workspace, profile, made, [delivery], b"k" * 32, validate).tables[table]
    assert found.rows.num_rows == 0
    said = {q.expected.nl for q in found.quarantine}
    assert any("zegt miljoenen" in text or "zegt duizenden" in text for text in said), said


@pytest.mark.parametrize(
    ("locale", "amount", "read"),
    [("nl", "1,300", None), ("nl", "(1,300)", None), ("nl", "€ -2,450", None), ("en", "1.300", None),
     ("nl", "0,250", "0.25"), ("nl", "1.300", "1300.00"), ("en", "1,300", "1300.00"), ("nl", "1.250,50", "1250.50")],
)  # fmt: skip
@pytest.mark.parametrize("made", [text, lambda rows: xlsx(rows, {}), lambda rows: xls(rows, {})])
def test_an_amount_with_three_decimals_that_may_be_thousands_is_refused(
    tmp_path: Path, profile: Profile, made: Callable[[Rows], bytes], locale: Any, amount: str, read: str | None
) -> None:
    rows = [HEADER, [*LINE[:3], amount, 500, "2021-02-15"]]
    form = Format.CSV if made is text else Format.WORKBOOK
    workspace = Workspace(tmp_path / "workspace")
    files = FileSource(kind="files", path="x", format=form, tables=["bfr"], locale=locale)
    feed = Feed(id="bfr", nl="b", en="b", period=Period.ROUND, sources=[files])
    sha256, size = keep(workspace, io.BytesIO(made(rows)))
    delivery = Delivery("bfr", 0, "bfr/2020-3.x", sha256, size, date(2021, 3, 1), "2020-3", "")
    found = stage_feed(workspace, profile, feed, [delivery], b"k" * 32, validate).tables["bfr"]
    assert found.rows.column("budget").to_pylist() == ([] if read is None else [Decimal(read)])
    if read is None:
        (said,) = {q.expected.nl for q in found.quarantine}
        assert "met ten hoogste twee decimalen: schrijf" in said
