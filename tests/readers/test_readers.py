"""Reading a file: the cells under each field, the row and place of each, and one sentence where it cannot be read."""

from __future__ import annotations

import csv
import io
import random
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kwaliteitsmonitor.readers.cells.grid import RawTable
from kwaliteitsmonitor.readers.reading import read
from schemas.contract import Field, Kind, Layer, Table
from schemas.errors import UnreadableError
from schemas.profile.feeds import FileSource, Format, SqlSource

LINES = Table(
    "spending_plan", Layer.DELIVERED, "regels", "lines",
    (
        Field("unit", Kind.TEXT, "eenheid", "unit", "FGW", "Eenheid", "Unit"),
        Field("amount", Kind.MONEY, "bedrag", "amount", "1.00", "Gepland bedrag", "Planned amount"),
        Field("note", Kind.TEXT, "toelichting", "note", "x", "Toelichting", "Note", nullable=True),
    ),
    sheet="Bestedingsplan",
)  # fmt: skip


def source(form: Format, **more: Any) -> FileSource:
    return FileSource(kind="files", path="x", format=form, tables=["spending_plan"], **more)


def workbook(path: Path, rows: Sequence[Sequence[Any]], sheet: str = "Bestedingsplan") -> Path:
    book = openpyxl.Workbook()
    book.create_sheet("Toelichting", 0)["A1"] = "Zo vult u dit in"
    page = book.create_sheet(sheet)
    for number, row in enumerate(rows, start=1):
        for column, value in enumerate(row, start=1):
            page.cell(number, column, value)
    book.save(path)
    return path


def of_workbook(tmp_path: Path, rows: Sequence[Sequence[Any]], sheet: str = "Bestedingsplan", **more: Any) -> RawTable:
    return read(workbook(tmp_path / "kept", rows, sheet), source(Format.WORKBOOK, **more), LINES)


def of_csv(tmp_path: Path, content: bytes, **more: Any) -> RawTable:
    (tmp_path / "kept").write_bytes(content)
    return read(tmp_path / "kept", source(Format.CSV, **more), LINES)


def of_parquet(tmp_path: Path, data: pa.Table, **more: Any) -> RawTable:
    pq.write_table(data, tmp_path / "kept")
    return read(tmp_path / "kept", source(Format.PARQUET, **more), LINES)


def refusal(tmp_path: Path, content: bytes, form: Format, **more: Any) -> str:
    """What is said of a file: one sentence on one line, without the words of a program."""
    (tmp_path / "kept").write_bytes(content)
    with pytest.raises(UnreadableError) as caught:
        read(tmp_path / "kept", source(form, **more), LINES)
    said = str(caught.value)
    assert "\n" not in said
    assert "Error" not in said
    assert "Traceback" not in said
    assert str(tmp_path) not in said
    assert caught.value.remedy
    return said


# -- workbooks


@pytest.mark.parametrize(
    "header",
    [
        ("Eenheid", "Gepland bedrag", "Toelichting"),
        ("Unit", "Planned amount", "Note"),
        ("unit", "amount", "note"),
        (" EENHEID ", "gepland  bedrag", "toelichting\n"),
        ("unit", "Gepland bedrag", "Note"),
    ],
)
def test_headers_may_be_dutch_english_or_the_names_of_the_contract(tmp_path: Path, header: tuple[str, ...]) -> None:
    found = of_workbook(tmp_path, [header, ("FGW", 12.5, "later")])
    assert found.columns == {"unit": ["FGW"], "amount": [12.5], "note": ["later"]}
    assert found.missing == ()
    assert found.unknown == ()


@pytest.mark.parametrize("order", [(0, 1, 2), (2, 1, 0), (1, 2, 0)])
def test_columns_may_stand_in_any_order_and_keep_their_letters(tmp_path: Path, order: tuple[int, ...]) -> None:
    header, row = ("Eenheid", "Gepland bedrag", "Toelichting"), ("FGW", 12.5, "later")
    found = of_workbook(tmp_path, [[header[i] for i in order], [row[i] for i in order]])
    assert found.columns == {"unit": ["FGW"], "amount": [12.5], "note": ["later"]}
    assert found.places == {name: "ABC"[order.index(i)] for i, name in enumerate(("unit", "amount", "note"))}


def test_a_column_beyond_z_has_two_letters(tmp_path: Path) -> None:
    found = of_workbook(tmp_path, [[*(f"x{i}" for i in range(27)), "unit"], [*[None] * 27, "FGW"]])
    assert found.places == {"unit": "AB"}


def test_the_profile_may_name_a_header(tmp_path: Path) -> None:
    found = of_workbook(tmp_path, [("Fac.", "Begroot"), ("FGW", 1)], columns={"Fac.": "unit", "begroot": "amount"})
    assert found.columns == {"unit": ["FGW"], "amount": [1]}


@pytest.mark.parametrize("blank", [(None, None, None), ("", " ", None), ("\u00a0",)])
def test_blank_rows_are_no_rows_and_the_numbers_are_those_of_the_sheet(tmp_path: Path, blank: tuple[Any, ...]) -> None:
    rows = [("unit", "amount", "note"), blank, ("FGW", 1, None), blank, blank, ("FdA", 2, None), blank]
    found = of_workbook(tmp_path, rows)
    assert found.columns["unit"] == ["FGW", "FdA"]
    assert list(found.rows) == [3, 6]


def test_numbers_dates_and_texts_are_taken_as_the_sheet_holds_them(tmp_path: Path) -> None:
    rows = [("unit", "amount", "note"), (56034, 0.5, date(2020, 10, 1)), ("FGW", "7.057", True)]
    found = of_workbook(tmp_path, rows)
    assert found.columns == {"unit": [56034.0, "FGW"], "amount": [0.5, "7.057"], "note": [date(2020, 10, 1), True]}


@pytest.mark.parametrize("name", ["bestedingsplan", "BESTEDINGSPLAN", " Bestedingsplan "])
def test_the_name_of_a_sheet_may_be_in_any_case(tmp_path: Path, name: str) -> None:
    found = of_workbook(tmp_path, [("unit",), ("FGW",)], name)
    assert found.columns == {"unit": ["FGW"]}
    assert found.sheet == name


def test_of_a_sheet_that_is_missing_every_column_is_missing(tmp_path: Path) -> None:
    found = of_workbook(tmp_path, [("unit",), ("FGW",)], "Blad1")
    assert found.missing == ("unit", "amount", "note")
    assert list(found.rows) == []


def test_an_empty_sheet_misses_every_column(tmp_path: Path) -> None:
    assert of_workbook(tmp_path, []).missing == ("unit", "amount", "note")


def test_headers_that_are_not_known_are_told(tmp_path: Path) -> None:
    found = of_workbook(tmp_path, [("unit", "Opmerking Jan", "amount", None), ("FGW", "?", 1, None)])
    assert found.unknown == ("Opmerking Jan",)
    assert found.missing == ("note",)


def test_what_stands_beside_the_table_under_no_header_is_told(tmp_path: Path) -> None:
    found = of_workbook(tmp_path, [("unit", "amount", None, None), ("FGW", 1, None, "navragen bij de controller")])
    assert found.unknown == ("D",)


def test_of_two_columns_for_one_field_cells_that_differ_are_refused_and_others_read(tmp_path: Path) -> None:
    rows = [("unit", "amount", "Gepland bedrag"), ("FGW", 1, 2), ("FdA", 3, 3), ("HA", None, None), ("FdR", 4, None)]
    found = of_workbook(tmp_path, rows)
    assert found.columns["amount"] == [1, 3, "", 4]
    assert found.places["amount"] == "B"
    assert found.unknown == ()
    assert list(found.flaws) == [("amount", 0), ("amount", 3)]
    assert found.flaws["amount", 0].en == "one value: B and C are both amount, and differ"


@pytest.mark.parametrize("form", [Format.WORKBOOK, Format.PARQUET, Format.ZIP])
def test_a_file_that_is_something_else_is_refused_with_a_sentence(tmp_path: Path, form: Format) -> None:
    assert "this is a PDF" in refusal(tmp_path, b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj", form)


@pytest.mark.parametrize("form", [Format.WORKBOOK, Format.CSV, Format.PARQUET])
def test_a_spoiled_file_is_read_or_refused_and_never_raises_anything_else(tmp_path: Path, form: Format) -> None:
    rows = [("unit", "amount", "note"), *[(f"F{n}", n, "x") for n in range(50)]]
    if form is Format.WORKBOOK:
        whole = workbook(tmp_path / "whole", rows).read_bytes()
    elif form is Format.CSV:
        whole = "\n".join(";".join(map(str, row)) for row in rows).encode()
    else:
        made = io.BytesIO()
        pq.write_table(pa.table({"unit": [r[0] for r in rows[1:]], "amount": [r[1] for r in rows[1:]]}), made)
        whole = made.getvalue()
    chance = random.Random(2020)
    for _ in range(60):
        spoiled = bytearray(whole)
        for _ in range(chance.randint(1, 12)):
            spoiled[chance.randrange(len(spoiled))] = chance.randrange(256)
        (tmp_path / "kept").write_bytes(spoiled)
        try:
            found = read(tmp_path / "kept", source(form), LINES)
        except UnreadableError:
            continue
        assert all(len(cells) == len(found.rows) for cells in found.columns.values())


# -- text


def test_a_text_file_is_read_with_its_line_numbers(tmp_path: Path) -> None:
    found = of_csv(tmp_path, b"unit;amount;note\nFGW;1,5;a\nFdA;2;\n")
    assert found.columns == {"unit": ["FGW", "FdA"], "amount": ["1,5", "2"], "note": ["a", ""]}
    assert list(found.rows) == [2, 3]
    assert found.sheet == ""


@pytest.mark.parametrize("encoding", ["utf-8", "UTF-8", "utf8"])
def test_a_byte_order_mark_is_no_part_of_the_first_header(tmp_path: Path, encoding: str) -> None:
    found = of_csv(tmp_path, b"\xef\xbb\xbfunit;amount\nFGW;1\n", encoding=encoding)
    assert found.columns == {"unit": ["FGW"], "amount": ["1"]}


@pytest.mark.parametrize("end", [b"\n", b"\r\n", b"\r"])
def test_lines_may_end_in_any_way(tmp_path: Path, end: bytes) -> None:
    found = of_csv(tmp_path, end.join([b"unit;amount", b"FGW;1", b"FdA;2"]))
    assert found.columns["amount"] == ["1", "2"]
    assert list(found.rows) == [2, 3]


def test_the_number_of_a_row_is_that_of_the_line_on_which_it_begins(tmp_path: Path) -> None:
    found = of_csv(tmp_path, b'unit;amount;note\nFGW;1;"een\ntwee;\n""drie"""\n\nFdA;2;\n')
    assert found.columns["note"] == ['een\ntwee;\n"drie"', ""]
    assert list(found.rows) == [2, 6]


@pytest.mark.parametrize("blank", [b"", b";;", b" ; ;", b"  "])
def test_blank_lines_are_no_rows(tmp_path: Path, blank: bytes) -> None:
    found = of_csv(tmp_path, b"\n".join([b"unit;amount;note", blank, b"FGW;1;", blank, b""]))
    assert list(found.rows) == [3]
    assert found.ragged == ()


def test_the_separator_and_the_encoding_are_those_of_the_source(tmp_path: Path) -> None:
    found = of_csv(tmp_path, "unit\tnote\nFGW\tgeïnd €\n".encode("cp1252"), delimiter="\t", encoding="cp1252")
    assert found.columns == {"unit": ["FGW"], "note": ["geïnd €"]}


def test_text_in_another_encoding_is_unreadable_and_is_not_repeated(tmp_path: Path) -> None:
    said = refusal(tmp_path, "unit;note\nFGW;Müller\n".encode("latin-1"), Format.CSV, encoding="utf-8")
    assert said.startswith("this is not text in utf-8")
    assert "ller" not in said


def test_a_quote_that_is_not_closed_is_said_with_its_line(tmp_path: Path) -> None:
    said = refusal(tmp_path, b'unit;note\nFGW;a\nFdA;"Jansen\n', Format.CSV)
    assert said.startswith("line 3 cannot be read")
    assert "Jansen" not in said


def test_a_text_file_of_headers_alone_has_no_rows(tmp_path: Path) -> None:
    found = of_csv(tmp_path, b"unit;amount;note")
    assert list(found.rows) == []
    assert found.columns == {"unit": [], "amount": [], "note": []}


def test_a_row_with_cells_beyond_the_header_is_told_and_not_cut(tmp_path: Path) -> None:
    found = of_csv(tmp_path, b"unit;amount\nFGW;1\nFdA;1;234\nHA;2\n")
    assert found.ragged == (3,)
    assert found.columns == {"unit": ["FGW", "HA"], "amount": ["1", "2"]}
    assert list(found.rows) == [2, 4]


def test_a_row_with_too_few_cells_is_told_and_not_filled(tmp_path: Path) -> None:
    found = of_csv(tmp_path, b"unit;amount;note\nFGW;1;\nFdA;2\n")
    assert found.ragged == (3,)
    assert list(found.rows) == [2]


def test_empty_cells_beyond_the_header_are_of_no_account(tmp_path: Path) -> None:
    found = of_csv(tmp_path, b"unit;amount\nFGW;1;;\n")
    assert found.ragged == ()
    assert found.columns == {"unit": ["FGW"], "amount": ["1"]}


texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=6)


@given(rows=st.lists(st.tuples(st.sampled_from(["FGW", "FdR"]), texts, texts), max_size=6))
@settings(max_examples=60, deadline=None)
def test_what_is_written_as_csv_is_read_back(
    tmp_path_factory: pytest.TempPathFactory, rows: list[tuple[str, ...]]
) -> None:
    written = io.StringIO(newline="")
    writer = csv.writer(written, delimiter=";", quoting=csv.QUOTE_ALL, lineterminator="\n")
    writer.writerows([("unit", "amount", "note"), *rows])
    found = of_csv(tmp_path_factory.mktemp("csv"), written.getvalue().encode())
    assert list(zip(*(found.columns[name] for name in ("unit", "amount", "note")), strict=True)) == rows


def test_what_was_pulled_from_a_database_is_read_by_the_names_of_the_contract(tmp_path: Path) -> None:
    (tmp_path / "kept").write_bytes(b"unit;amount;note\nFGW;0.10;\n")
    pulled = SqlSource(
        kind="sql", connection="c", database_table="t", tables=["spending_plan"], columns={"Fac": "unit"}
    )
    assert read(tmp_path / "kept", pulled, LINES).columns == {"unit": ["FGW"], "amount": ["0.10"], "note": [""]}


# -- Parquet


def test_a_parquet_file_is_read_with_its_row_numbers(tmp_path: Path) -> None:
    found = of_parquet(tmp_path, pa.table({"Gepland bedrag": [1.5, None], "unit": ["FGW", "FdA"], "x": [1, 2]}))
    assert found.columns == {"unit": ["FGW", "FdA"], "amount": [1.5, None]}
    assert list(found.rows) == [1, 2]
    assert found.places == {"unit": "unit", "amount": "Gepland bedrag"}
    assert found.missing == ("note",)
    assert found.unknown == ("x",)


def test_two_parquet_columns_for_one_field_are_refused_where_they_differ(tmp_path: Path) -> None:
    data = pa.Table.from_arrays(
        [pa.array(["FGW", "FdA"]), pa.array(["FGW", "FdA"]), pa.array(["FGW", "HA"])], ["unit", "unit", "Eenheid"]
    )
    found = of_parquet(tmp_path, data)
    assert found.columns == {"unit": ["FGW", "FdA"]}
    assert {place: said.en for place, said in found.flaws.items()} == {
        ("unit", 1): "one value: unit (A) and Eenheid are both unit, and differ"
    }
