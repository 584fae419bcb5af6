"""Files that mean harm, or are merely odd, as `docs/hostile-input.md` lists them: refused with a sentence, in bounds.

What asks for time or memory is read in a process of its own, whose memory is measured.
"""

from __future__ import annotations

import ast
import os
import re
import stat
from pathlib import Path
from typing import Any

import pytest

from kwaliteitsmonitor.readers.files.limits import LIMITS, MB
from kwaliteitsmonitor.readers.files.opening import grids
from kwaliteitsmonitor.readers.files.refusals import RefusedFileError
from schemas.profile.feeds import FileSource
from tests.readers.files.apart import ROOT, Apart, Read
from tests.readers.files.making import (
    MAIN,
    ROWS,
    Kind,
    by_hand,
    flaws,
    ods,
    packed,
    parts_by_hand,
    put,
    raw_zip,
    read,
    refusal,
    source,
    spreadsheet,
    table,
    text_of,
    valid,
    worksheet,
    xls,
    xlsx,
    zeros,
    zipped,
)

WORKBOOK = source("workbook")
ODS = "application/vnd.oasis.opendocument.spreadsheet"
PARTS = ["xl/worksheets/sheet1.xml", "xl/sharedStrings.xml", "xl/styles.xml", "xl/workbook.xml"]
PLAIN_MEGABYTES = 600
"""What a process may take that reads a small file, Python and the libraries included."""


def measured(
    apart: Apart, folder: Path, content: bytes, form: FileSource = WORKBOOK, most: int = PLAIN_MEGABYTES
) -> Read:
    """What comes of a file in a process of its own, which takes no more memory than it may."""
    done = apart.read(put(folder, content), form)
    assert done.megabytes < most
    return done


def cell(value: str, address: str = "A1") -> str:
    row = address.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
    return f'<row r="{row}"><c r="{address}"><v>{value}</v></c></row>'


@pytest.mark.parametrize("kind", ["xlsx", "xls", "ods", "parquet", "zip"])
def test_a_file_that_is_cut_off_is_refused(tmp_path: Path, kind: Kind) -> None:
    content, form = valid(kind)
    for share in (0.1, 0.5, 0.9, 0.99):
        sentence = refusal(tmp_path, content[: int(len(content) * share)], form)
        assert "damaged" in sentence or "this is an old Office file" in sentence


def test_a_worksheet_without_rows_is_an_empty_grid(tmp_path: Path) -> None:
    for content in (xlsx({"data": []}), ods({"data": []}), by_hand(worksheet(""))):
        assert list(read(tmp_path, content).cells) == []


def test_a_million_empty_rows_cost_nothing(apart: Apart, tmp_path: Path) -> None:
    rows = "".join(f'<row r="{n}"><c r="A{n}" s="0"/><c r="XFD{n}" s="0"/></row>' for n in range(2, 1_048_577))
    done = measured(apart, tmp_path, by_hand(worksheet(cell("1") + rows)))
    assert (done.rows, done.columns, done.refused) == (1, 1, "")


def test_a_million_repeated_empty_rows_cost_nothing(tmp_path: Path) -> None:
    row = '<table:table-row table:number-rows-repeated="{}"><table:table-cell {}/></table:table-row>'.format
    for body in (row(1048576, 'table:number-columns-repeated="16384"'), row(99999999999, "")):
        assert list(read(tmp_path, spreadsheet(table(body))).cells) == []


def test_filled_cells_that_are_repeated_beyond_measure_are_refused(apart: Apart, tmp_path: Path) -> None:
    for rows, columns, flaw in (
        (1_048_576, 16_384, ""),
        (2_000_000_000, 1, ""),
        (700_000, 20, ' calcext:value-type="error"'),
    ):
        value = f'office:value-type="float" office:value="1"{flaw}'
        filled = f'<table:table-cell table:number-columns-repeated="{columns}" {value}/>'
        body = f'<table:table-row table:number-rows-repeated="{rows}">{filled}</table:table-row>'
        assert "larger than a delivery can be" in measured(apart, tmp_path, spreadsheet(table(body))).refused


def test_sixteen_thousand_columns_are_read(tmp_path: Path) -> None:
    numbers = read(tmp_path, xlsx({"data": [range(16_384), range(16_384)]}))
    line = ";".join(["x"] * 16_384)
    texts = read(tmp_path, f"{line}\n{line}\n", source("csv"))
    assert [len(row) for row in (*numbers.cells, *texts.cells)] == [16_384] * 4
    assert numbers.cells[1][-1] == 16_383


FAR = [
    cell("1", "XFD1048576"),
    cell("1", "ZZZ99"),
    cell("1", "A1048577"),
    '<row r="1048576"><x:c xmlns:x="x" r="XFD1048576"><x:v>1</x:v></x:c></row>',
    "<row r='1048576'><c r='XFD1048576'><v>1</v></c></row>",
    '<row r="1048576"><c>' + "</c><c>".join(["<v>1</v>"] * 16_384) + "</c></row>",
    '<row r="1048576"><c r="XFD1048576"><f>1</f></c></row>',
]
MISLEADING = [
    cell("1") + '<row r="2"><c foo=">" r="XFD1048576"><v>1</v></c></row>',
    cell("1") + '<row r="1048576"><c\tr="XFD1048576"><v>1</v></c></row>',
    cell("1") + '<row r="99999999999"><c><v>1</v></c></row>',
    cell("1", "A99999999999999999999"),
    cell("1", f"A{'9' * 5000}"),
    cell("1") + '<row r="1048576"><c r="&#88;FD1048576"><v>1</v></c></row>',
]


def test_a_cell_at_the_far_end_is_refused_before_anything_is_laid_out(apart: Apart, tmp_path: Path) -> None:
    for far in FAR:
        done = measured(apart, tmp_path, by_hand(worksheet(cell("1") + far)))
        assert "worksheet data reaches to column" in done.refused, far
        assert "Delete the rows and columns outside the table" in done.refused


def test_addresses_written_to_mislead_end_in_a_refusal_or_in_a_small_grid(apart: Apart, tmp_path: Path) -> None:
    for body in MISLEADING:
        done = measured(apart, tmp_path, by_hand(worksheet(body)))
        assert done.refused or done.rows <= 2, body


def test_what_reaches_far_is_refused_or_does_not_widen_the_table(tmp_path: Path) -> None:
    rows = "".join(cell("1", f"XFD{n}") for n in range(1, 1_001))
    assert "reaches to column XFD and row 1,000;" in refusal(tmp_path, by_hand(worksheet(rows)))
    hiding = worksheet(cell("1")).replace("?>", ' encoding="UTF-16"?>').encode("utf-16")
    assert "no office program uses" in refusal(tmp_path, by_hand(hiding))
    rows = "".join(cell("1", f"A{n}") for n in range(1, 2_000)) + '<row r="2001"><c r="XFD2001" t="e"/></row>'
    grid = read(tmp_path, by_hand(worksheet(rows)))
    assert (len(grid.cells), len(grid.cells[0]), grid.flaws) == (1_999, 1, {})


def test_one_wide_row_among_many_short_ones_is_not_squared_beyond_measure(tmp_path: Path) -> None:
    row = "<table:table-row{}><table:table-cell{}/>{}</table:table-row>".format
    number = '<table:table-cell office:value-type="float" office:value="1"/>'
    wide = row("", ' table:number-columns-repeated="16383"', number)
    content = spreadsheet(table(wide + row(' table:number-rows-repeated="800"', "", number)))
    assert "larger than a delivery can be" in refusal(tmp_path, content)


def test_a_merged_range_reaches_no_further_than_the_table(tmp_path: Path) -> None:
    after = '<mergeCells><mergeCell ref="A1:XFD1048576"/></mergeCells>'
    grid = read(tmp_path, by_hand(worksheet(cell("1") + cell("2", "B3"), after)))
    assert (grid.cells, grid.merged) == ([[1.0, 1.0], [1.0, 2.0]], ((1, 0, 3, 1),))
    assert flaws(grid) == {(3, 1): "een zichtbare waarde: deze staat onder een samengevoegde cel"}


def test_merged_ranges_over_the_whole_worksheet_cost_nothing(apart: Apart, tmp_path: Path) -> None:
    after = "<mergeCells>" + '<mergeCell ref="A1:XFD1048576"/>' * 1_000 + "</mergeCells>"
    done = measured(apart, tmp_path, by_hand(worksheet(cell("1"), after)))
    assert (done.rows, done.columns) == (1, 1) or "no office program" in done.refused


@pytest.mark.parametrize("claimed", [10 << 30 & 0xFFFFFFFF, 1000], ids=["honest", "lying"])
@pytest.mark.parametrize("part", [*PARTS, "content.xml"])
def test_a_bomb_of_ten_gigabytes_is_refused(apart: Apart, tmp_path: Path, part: str, claimed: int) -> None:
    parts: dict[str, Any] = {"mimetype": ODS, part: ""}
    if part in PARTS:
        parts = parts_by_hand(worksheet(cell("1")), strings=f'<sst xmlns="{MAIN}"/>')
    plain = {name: text.encode() for name, text in parts.items()}
    members = [
        (name, zeros(10), claimed, 0, 0) if name == part else (name, packed(text), len(text), 0, 0)
        for name, text in plain.items()
    ]
    assert measured(apart, tmp_path, raw_zip(members, sums=True)).refused


def test_a_text_that_is_shown_in_a_million_cells_is_counted_for_each(apart: Apart, tmp_path: Path) -> None:
    strings = f'<sst xmlns="{MAIN}"><si><t>{"x" * 32_767}</t></si></sst>'
    rows = "".join(
        f'<row r="{n}">' + "".join(f'<c r="{c}{n}" t="s"><v>0</v></c>' for c in "ABCDEFGHIJ") + "</row>"
        for n in range(1, 100_001)
    )
    done = measured(apart, tmp_path, by_hand(worksheet(rows), strings=strings))
    assert "holds more text than a delivery can hold" in done.refused


def test_a_shared_text_longer_than_any_cell_is_refused(tmp_path: Path) -> None:
    strings = f'<sst xmlns="{MAIN}"><si><t>{"x" * 5_000_000}</t></si></sst>'
    content = by_hand(worksheet('<row r="1"><c r="A1" t="s"><v>0</v></c></row>'), strings=strings)
    assert "more text than Excel allows" in refusal(tmp_path, content)


LAUGHS = '<!DOCTYPE x [<!ENTITY a "ha">' + "".join(
    f'<!ENTITY {b} "{f"&{a};" * 10}">' for a, b in zip("abcdefghi", "bcdefghij", strict=True)
)


TRICKS = [
    f"{LAUGHS}]>",
    '<!DOCTYPE x [<!ENTITY j SYSTEM "file:///etc/passwd">]>',
    '<!DOCTYPE x SYSTEM "http://127.0.0.1:9/">',
]


@pytest.mark.parametrize("part", PARTS)
def test_tricks_with_entities_are_refused_in_every_part(tmp_path: Path, part: str) -> None:
    body = '<row r="1"><c r="A1" t="inlineStr"><is><t>&j;</t></is></c></row>'
    parts = parts_by_hand(worksheet(body), strings=f'<sst xmlns="{MAIN}"><si><t>&j;</t></si></sst>')
    plain, head = str(parts[part]), '<?xml version="1.0"?>'
    for trick in TRICKS:
        parts[part] = head + trick + plain.replace(head, "")
        assert "is written in a way that no office program uses" in refusal(tmp_path, zipped(parts))


def test_tricks_with_entities_in_opendocument_are_refused(tmp_path: Path) -> None:
    assert read(tmp_path, spreadsheet(table(""))).cells == []
    content = zipped({"mimetype": ODS, "content.xml": f"{LAUGHS}]><x>&j;</x>"})
    assert "is written in a way that no office program uses" in refusal(tmp_path, content)


def test_a_tag_without_end_is_refused_in_time(apart: Apart, tmp_path: Path) -> None:
    content = zipped({"mimetype": ODS, "content.xml": "<x y='" + os.urandom(1 << 24).hex()})
    assert "no office program uses" in apart.read(put(tmp_path, content), WORKBOOK).refused


def test_a_part_that_wants_out_of_the_package_or_is_a_symbolic_link_is_refused(tmp_path: Path) -> None:
    for name in ("../../evil.xml", "/etc/evil.xml"):
        assert "outside its folder" in refusal(tmp_path, by_hand(worksheet(cell("1")), extra={name: "x"}))
        assert [path.name for path in tmp_path.iterdir()] == ["levering"]
    members = [("[Content_Types].xml", packed(b"x"), 1, 0, 0), ("xl/a.xml", packed(b"/"), 1, 0, stat.S_IFLNK << 16)]
    assert "is a symbolic link" in refusal(tmp_path, raw_zip(members))


def test_numbers_that_are_none_come_as_what_they_are(tmp_path: Path) -> None:
    for number, value in (("NaN", "nan"), ("INF", "inf"), ("1e400", "inf"), ("-1e400", "-inf")):
        assert str(read(tmp_path, by_hand(worksheet(cell(number)))).cells[0][0]) == value
        assert read(tmp_path, f"a;b\n{number};1\n", source("csv")).cells[1] == [number, "1"], "in a text it stays text"


def test_a_cell_of_32767_characters_is_read_whole(tmp_path: Path) -> None:
    text = "é" * 32_767
    workbook, lines = read(tmp_path, xlsx({"data": [[text]]})), read(tmp_path, f"a;b\n{text};1\n", source("csv"))
    assert workbook.cells[0][0] == lines.cells[1][0] == text


def test_sql_in_the_name_of_a_worksheet_is_but_a_name(tmp_path: Path) -> None:
    name = "x'; DROP TABLE bfr; --"
    assert read(tmp_path, xlsx({name: ROWS})).name == name


def test_marks_of_direction_stay_in_their_cells(tmp_path: Path) -> None:
    marked = [["Fd\u200eA", "\u202e12", "FdB\ufeff"]]
    assert read(tmp_path, xlsx({"data": marked})).cells == marked


def test_a_line_of_a_hundred_megabytes_is_refused(apart: Apart, tmp_path: Path) -> None:
    for sign in (b"x", b";"):
        done = measured(apart, tmp_path, b"a;b\n" + sign * (100 << 20), source("csv"))
        assert "line 2 is longer than 4,194,304 characters" in done.refused


def test_a_text_of_too_many_lines_is_refused(apart: Apart, tmp_path: Path) -> None:
    done = measured(apart, tmp_path, b"a;b\n" + b"1;2\n" * 3_100_000, source("csv"), most=2_000)
    assert "larger than a delivery can be" in done.refused


def test_what_is_refused_quotes_no_cell(tmp_path: Path) -> None:
    secret = "s1234567"
    rows = [[secret, "b"], [secret, secret]]
    texts = [text_of(rows).encode(encoding) + b'"\xff\0' for encoding in ("utf-8", "utf-16")]
    for content in (xlsx({"data": rows}), xls({"data": rows}), ods({"data": rows}), *texts):
        for form in ("workbook", "csv", "fixed", "parquet", "zip"):
            for cut in (len(content), len(content) // 2):
                said = ""
                try:
                    grids(put(tmp_path, content[:cut]), source(form), [])
                except RefusedFileError as error:
                    said = error.words.nl + error.words.en
                assert secret not in said


# -- what the documentation lists

PAGE = (ROOT / "docs" / "hostile-input.md").read_text(encoding="utf-8")
NAMED = re.findall(r"`(tests/[\w/]+\.py)::(\w+)`", PAGE)
CASES = PAGE.partition("## The cases")[2].partition("\n`python -m")[0]


def functions_of(path: Path) -> set[str]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")}


def test_each_case_of_the_page_names_a_test_that_is_there() -> None:
    for path in {path for path, _ in NAMED}:
        assert {name for file, name in NAMED if file == path} <= functions_of(ROOT / path)
    rows = [line for line in CASES.splitlines() if line.startswith("| ")][2:]
    assert len(rows) > 50
    assert [row for row in rows if not re.search(r"`tests/[\w/]+\.py::\w+` \|$", row)] == []


def test_the_limits_are_those_of_the_code() -> None:
    for value in (
        f"| {LIMITS.file_bytes // MB} MB |",
        f"| {LIMITS.inflated_bytes // (1024 * MB)} GB |",
        f"| {LIMITS.inflation} to 1 |",
        f"| {LIMITS.members:,} |",
        f"| {LIMITS.box // 1_000_000} million cells |",
        f"| {LIMITS.rows:,} × {LIMITS.columns:,} |",
        f"| {LIMITS.cells // 1_000_000} million cells, {LIMITS.lines // 1_000_000} million rows |",
        f"| {LIMITS.cell_characters:,} characters |",
        f"| {LIMITS.line_characters // 1_000_000} million characters |",
    ):
        assert value in PAGE
