"""Reading a file: the cells under each field, the row and place of each, and one sentence where it cannot be read."""

from __future__ import annotations

import random
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from kwaliteitsmonitor.readers.cells.grid import RawTable
from kwaliteitsmonitor.readers.reading import read
from schemas.contract import Field, Kind, Layer, Table
from schemas.errors import UnreadableError
from schemas.profile.feeds import FileSource, Format, SqlSource
from tests.readers.files.making import parquet, text_of, xlsx

LINES = Table(
    "spending_plan", Layer.DELIVERED, "regels", "lines",
    (
        Field("unit", Kind.TEXT, "eenheid", "unit", "FGW", "Eenheid", "Unit"),
        Field("amount", Kind.MONEY, "bedrag", "amount", "1.00", "Gepland bedrag", "Planned amount"),
        Field("note", Kind.TEXT, "toelichting", "note", "x", "Toelichting", "Note", nullable=True),
    ),
    sheet="Bestedingsplan",
)  # fmt: skip
NAMES = ("unit", "amount", "note")


def read_of(folder: Path, content: bytes, form: Format, **more: Any) -> RawTable:
    (folder / "kept").write_bytes(content)
    source = FileSource(kind="files", path="x", format=form, tables=["spending_plan"], **more)
    return read(folder / "kept", source, LINES)


def of_workbook(folder: Path, rows: Sequence[Sequence[Any]], sheet: str = "Bestedingsplan", **more: Any) -> RawTable:
    sheets = {"Toelichting": [("Zo vult u dit in",)], sheet: rows}
    return read_of(folder, xlsx(sheets), Format.WORKBOOK, **more)


def of_csv(folder: Path, text: str, **more: Any) -> RawTable:
    return read_of(folder, text.encode(), Format.CSV, **more)


@pytest.mark.parametrize(
    ("header", "columns"),
    [
        (("Eenheid", "Gepland bedrag", "Toelichting"), {}),
        (("Unit", "Planned amount", "Note"), {}),
        (NAMES, {}),
        ((" EENHEID ", "gepland  bedrag", "toelichting\n"), {}),
        (("unit", "Gepland bedrag", "Note"), {}),
        (("Fac.", "Begroot", "Note"), {"Fac.": "unit", "begroot": "amount"}),
    ],
)
def test_headers_may_be_dutch_english_the_names_of_the_contract_or_those_of_the_profile(
    tmp_path: Path, header: tuple[str, ...], columns: dict[str, str]
) -> None:
    found = of_workbook(tmp_path, [header, ("FGW", 12.5, "later")], columns=columns)
    assert found.columns == {"unit": ["FGW"], "amount": [12.5], "note": ["later"]}
    assert (found.missing, found.unknown) == ((), ())


@pytest.mark.parametrize("order", [(0, 1, 2), (2, 1, 0), (1, 2, 0)])
def test_columns_may_stand_in_any_order_and_keep_their_letters(tmp_path: Path, order: tuple[int, ...]) -> None:
    row = ("FGW", 12.5, "later")
    found = of_workbook(tmp_path, [[NAMES[i] for i in order], [row[i] for i in order]])
    assert found.columns == {"unit": ["FGW"], "amount": [12.5], "note": ["later"]}
    assert found.places == {name: "ABC"[order.index(i)] for i, name in enumerate(NAMES)}


@pytest.mark.parametrize("blank", [(None, None, None), ("", " ", None), ("\u00a0",)])
def test_blank_rows_are_no_rows_and_the_numbers_are_those_of_the_sheet(tmp_path: Path, blank: tuple[Any, ...]) -> None:
    found = of_workbook(tmp_path, [NAMES, blank, ("FGW", 1, None), blank, blank, ("FdA", 2, None), blank])
    assert (found.columns["unit"], list(found.rows)) == (["FGW", "FdA"], [3, 6])


def test_of_a_sheet_that_is_missing_or_empty_every_column_is_missing(tmp_path: Path) -> None:
    for found in (of_workbook(tmp_path, [("unit",), ("FGW",)], "Blad1"), of_workbook(tmp_path, [])):
        assert (found.missing, list(found.rows)) == (NAMES, [])


def test_what_is_not_known_is_told_by_its_header_or_its_letter(tmp_path: Path) -> None:
    rows = [("unit", "Opmerking Jan", "amount", None, None), ("FGW", "?", 1, None, "navragen bij de controller")]
    found = of_workbook(tmp_path, rows)
    assert (found.unknown, found.missing) == (("Opmerking Jan", "E"), ("note",))


@pytest.mark.parametrize(
    ("content", "form", "more", "sentence"),
    [
        (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj", Format.WORKBOOK, {}, "this is a PDF"),
        (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj", Format.PARQUET, {}, "this is a PDF"),
        (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj", Format.ZIP, {}, "this is a PDF"),
        ("unit;note\nFGW;Müller\n".encode("latin-1"), Format.CSV, {"encoding": "utf-8"}, "this is not text in utf-8"),
        (b'unit;note\nFGW;a\nFdA;"Jansen\n', Format.CSV, {}, "line 3 cannot be read"),
    ],
)
def test_a_file_is_refused_with_one_sentence_that_repeats_nothing_of_it(
    tmp_path: Path, content: bytes, form: Format, more: dict[str, str], sentence: str
) -> None:
    with pytest.raises(UnreadableError) as caught:
        read_of(tmp_path, content, form, **more)
    words = str(caught.value)
    assert words.startswith(sentence)
    assert not [part for part in ("\n", "Error", "Traceback", str(tmp_path), "ller", "Jansen") if part in words]
    assert caught.value.remedy


@pytest.mark.parametrize("form", [Format.WORKBOOK, Format.CSV, Format.PARQUET])
def test_a_spoiled_file_is_read_or_refused_and_never_raises_anything_else(tmp_path: Path, form: Format) -> None:
    rows = [NAMES, *[(f"F{n}", n, "x") for n in range(50)]]
    whole = {
        Format.WORKBOOK: lambda: xlsx({"Bestedingsplan": rows}),
        Format.CSV: lambda: text_of(rows).encode(),
        Format.PARQUET: lambda: parquet(rows),
    }[form]()
    chance = random.Random(2020)
    for _ in range(60):
        spoiled = bytearray(whole)
        for _ in range(chance.randint(1, 12)):
            spoiled[chance.randrange(len(spoiled))] = chance.randrange(256)
        try:
            found = read_of(tmp_path, bytes(spoiled), form)
        except UnreadableError:
            continue
        assert all(len(cells) == len(found.rows) for cells in found.columns.values())


# -- text


def test_a_text_file_is_read_with_its_line_numbers(tmp_path: Path) -> None:
    found = of_csv(tmp_path, 'unit;amount;note\nFGW;1,5;"een\ntwee;\n""drie"""\n\n ; ;\nFdA;2;\n')
    assert found.columns == {"unit": ["FGW", "FdA"], "amount": ["1,5", "2"], "note": ['een\ntwee;\n"drie"', ""]}
    assert (list(found.rows), found.sheet, found.ragged) == ([2, 7], "", ())


def test_a_text_file_of_headers_alone_has_no_rows(tmp_path: Path) -> None:
    found = of_csv(tmp_path, "unit;amount;note")
    assert (list(found.rows), found.columns) == ([], {"unit": [], "amount": [], "note": []})


def test_a_row_with_other_cells_than_the_header_is_told_and_neither_cut_nor_filled(tmp_path: Path) -> None:
    found = of_csv(tmp_path, "unit;amount\nFGW;1\nFdA;1;234\nHA;2;;\nFdR\n")
    assert (found.ragged, list(found.rows)) == ((3, 5), [2, 4])
    assert found.columns == {"unit": ["FGW", "HA"], "amount": ["1", "2"]}


def test_what_was_pulled_from_a_database_is_read_by_the_names_of_the_contract(tmp_path: Path) -> None:
    (tmp_path / "kept").write_bytes(b"unit;amount;note\nFGW;0.10;\n")
    pulled = SqlSource(
        kind="sql", connection="c", database_table="t", tables=["spending_plan"], columns={"Fac": "unit"}
    )
    assert read(tmp_path / "kept", pulled, LINES).columns == {"unit": ["FGW"], "amount": ["0.10"], "note": [""]}


# -- Parquet


def test_a_parquet_file_is_read_with_its_row_numbers(tmp_path: Path) -> None:
    found = read_of(
        tmp_path, parquet([("Gepland bedrag", "unit", "x"), (1.5, "FGW", 1), (None, "FdA", 2)]), Format.PARQUET
    )
    assert found.columns == {"unit": ["FGW", "FdA"], "amount": [1.5, None]}
    assert found.places == {"unit": "unit", "amount": "Gepland bedrag"}
    assert (list(found.rows), found.missing, found.unknown) == ([1, 2], ("note",), ("x",))
