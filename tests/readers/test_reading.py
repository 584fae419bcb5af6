"""Reading a file: the cells under each field, the row and place of each, and one sentence if it cannot be read."""

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
from schemas.profile.feeds import Format, SqlSource
from tests.readers.feeding import source_of, written
from tests.readers.files.making import parquet, xlsx

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
ROW = ("FGW", 12.5, "later")


def read_of(folder: Path, content: bytes, form: Format = Format.CSV, **more: Any) -> RawTable:
    (folder / "kept").write_bytes(content)
    return read(folder / "kept", source_of("spending_plan", form, **more), LINES)


def of_workbook(folder: Path, rows: Sequence[Sequence[Any]], sheet: str = "Bestedingsplan", **more: Any) -> RawTable:
    return read_of(folder, xlsx({"Toelichting": [("Zo vult u dit in",)], sheet: rows}), Format.WORKBOOK, **more)


@pytest.mark.parametrize(
    ("header", "columns", "order"),
    [
        (("Eenheid", "Gepland bedrag", "Toelichting"), {}, "ABC"),
        (("Toelichting", "Gepland bedrag", "Eenheid"), {}, "CBA"),
        (("amount", "note", "unit"), {}, "CAB"),
        ((" EENHEID ", "gepland  bedrag", "toelichting\n"), {}, "ABC"),
        (("unit", "Gepland bedrag", "Note"), {}, "ABC"),
        (("Fac.", "Begroot", "Note"), {"Fac.": "unit", "begroot": "amount"}, "ABC"),
    ],
)
def test_headers_are_dutch_english_the_contract_s_or_the_profile_s_in_any_order(
    tmp_path: Path, header: tuple[str, ...], columns: dict[str, str], order: str
) -> None:
    row = sorted(ROW, key=lambda cell: order[ROW.index(cell)])
    raw = of_workbook(tmp_path, [header, row], columns=columns)
    assert raw.columns == {"unit": ["FGW"], "amount": [12.5], "note": ["later"]}
    assert raw.places == dict(zip(NAMES, order, strict=True))
    assert (raw.missing, raw.unknown) == ((), ())


def test_blank_rows_are_no_rows_and_columns_that_are_unknown_or_missing_are_named(tmp_path: Path) -> None:
    blanks: list[tuple[Any, ...]] = [(None, None, None), ("", " ", None), ("\u00a0",)]
    raw = of_workbook(tmp_path, [NAMES, blanks[0], ("FGW", 1, None), *blanks, ("FdA", 2, None), blanks[2]])
    assert (raw.columns["unit"], list(raw.rows)) == (["FGW", "FdA"], [3, 7])
    rows = [("unit", "Opmerking Jan", "amount", None, None), ("FGW", "?", 1, None, "navragen bij de controller")]
    raw = of_workbook(tmp_path, rows)
    assert (raw.unknown, raw.missing) == (("Opmerking Jan", "E"), ("note",))
    for raw in (of_workbook(tmp_path, [("unit",), ("FGW",)], "Blad1"), of_workbook(tmp_path, [])):
        assert (raw.missing, list(raw.rows)) == (NAMES, [])


PDF = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj"


@pytest.mark.parametrize(
    ("content", "form", "sentence"),
    [
        (PDF, Format.WORKBOOK, "this is a PDF"),
        (PDF, Format.PARQUET, "this is a PDF"),
        (PDF, Format.ZIP, "this is a PDF"),
        ("unit;note\nFGW;Müller\n".encode("latin-1"), Format.CSV, "this is not text in utf-8"),
        (b'unit;note\nFGW;a\nFdA;"Jansen\n', Format.CSV, "line 3 cannot be read"),
    ],
)
def test_a_file_is_refused_with_one_sentence_that_repeats_nothing_of_it(
    tmp_path: Path, content: bytes, form: Format, sentence: str
) -> None:
    with pytest.raises(UnreadableError) as caught:
        read_of(tmp_path, content, form, encoding="utf-8")
    words = str(caught.value)
    assert words.startswith(sentence)
    assert not [part for part in ("\n", "Error", "Traceback", str(tmp_path), "ller", "Jansen") if part in words]
    assert caught.value.remedy


@pytest.mark.parametrize("form", [Format.WORKBOOK, Format.CSV, Format.PARQUET])
def test_a_spoiled_file_is_read_or_refused_and_never_raises_anything_else(tmp_path: Path, form: Format) -> None:
    whole = written(form, [NAMES, *[(f"F{n}", n, "x") for n in range(50)]], "Bestedingsplan")
    chance = random.Random(2020)
    for _ in range(60):
        spoiled = bytearray(whole)
        for _ in range(chance.randint(1, 12)):
            spoiled[chance.randrange(len(spoiled))] = chance.randrange(256)
        try:
            raw = read_of(tmp_path, bytes(spoiled), form)
        except UnreadableError:
            continue
        assert all(len(cells) == len(raw.rows) for cells in raw.columns.values())


@pytest.mark.parametrize(
    ("text", "columns", "rows", "ragged"),
    [
        (
            'unit;amount;note\nFGW;1,5;"een\ntwee;\n""drie"""\n\n ; ;\nFdA;2;\n',
            {"unit": ["FGW", "FdA"], "amount": ["1,5", "2"], "note": ['een\ntwee;\n"drie"', ""]}, [2, 7], (),
        ),
        ("unit;amount;note", {"unit": [], "amount": [], "note": []}, [], ()),
        (
            "unit;amount\nFGW;1\nFdA;1;234\nHA;2;;\nFdR\n",
            {"unit": ["FGW", "HA"], "amount": ["1", "2"]}, [2, 4], (3, 5),
        ),
    ],
    ids=["quoted cells and blank lines", "headers alone", "rows with other cells than the header"],
)  # fmt: skip
def test_a_text_is_read_with_its_line_numbers(
    tmp_path: Path, text: str, columns: dict[str, list[str]], rows: list[int], ragged: tuple[int, ...]
) -> None:
    raw = read_of(tmp_path, text.encode())
    assert (raw.columns, list(raw.rows), raw.ragged, raw.sheet) == (columns, rows, ragged, "")


def test_parquet_is_read_with_its_row_numbers_and_what_was_pulled_by_the_names_of_the_contract(tmp_path: Path) -> None:
    content = parquet([("Gepland bedrag", "unit", "x"), (1.5, "FGW", 1), (None, "FdA", 2)])
    raw = read_of(tmp_path, content, Format.PARQUET)
    assert raw.columns == {"unit": ["FGW", "FdA"], "amount": [1.5, None]}
    assert raw.places == {"unit": "unit", "amount": "Gepland bedrag"}
    assert (list(raw.rows), raw.missing, raw.unknown) == ([1, 2], ("note",), ("x",))
    (tmp_path / "kept").write_bytes(b"unit;amount;note\nFGW;0.10;\n")
    keys = {"kind": "sql", "connection": "c", "database_table": "t", "tables": ["spending_plan"]}
    pulled = SqlSource.model_validate({**keys, "columns": {"Fac": "unit"}})
    assert read(tmp_path / "kept", pulled, LINES).columns == {"unit": ["FGW"], "amount": ["0.10"], "note": [""]}
