"""Files that mean harm, or are merely odd, as `docs/hostile-input.md` lists them: refused with a sentence, in bounds.

What asks for time or memory is read in a process of its own, whose memory is measured.
"""

from __future__ import annotations

import io
import os
import stat
from pathlib import Path

import pytest

from kwaliteitsmonitor.readers.cells.grid import Grid
from kwaliteitsmonitor.readers.files import RefusedFileError, grids
from schemas.profile.feeds import FileSource
from tests.readers.files.apart import read_apart
from tests.readers.files.making import (
    MAIN,
    ROWS,
    by_hand,
    ods,
    packed,
    parquet,
    parts_by_hand,
    put,
    raw_zip,
    source,
    spreadsheet,
    text_of,
    valid,
    worksheet,
    xls,
    xlsx,
    zeros,
    zipped,
)

KINDS = ("xlsx", "xls", "ods", "csv", "utf-16", "parquet", "zip")
FORMATS = ("workbook", "csv", "fixed", "parquet", "zip")
WORKBOOK = source("workbook")
PLAIN_MEGABYTES = 600
"""What a process may take that reads a small file, Python and the libraries included."""


def read(folder: Path, content: bytes | str, form: FileSource = WORKBOOK) -> list[Grid]:
    return grids(put(folder, content), form, [])


def refusal(folder: Path, content: bytes | str, form: FileSource = WORKBOOK) -> str:
    with pytest.raises(RefusedFileError) as caught:
        read(folder, content, form)
    words = caught.value.words
    assert words.nl != words.en
    assert words.en == str(caught.value)
    return words.en


def cell(value: str, address: str = "A1") -> str:
    row = address.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
    return f'<row r="{row}"><c r="{address}"><v>{value}</v></c></row>'


def text_cell(value: str) -> str:
    return f'<row r="1"><c r="A1" t="inlineStr"><is><t>{value}</t></is></c></row>'


@pytest.mark.parametrize("form", FORMATS)
def test_an_empty_file_is_refused(tmp_path: Path, form: str) -> None:
    assert refusal(tmp_path, b"", source(form)).startswith("this file is empty (0 bytes); expected")


@pytest.mark.parametrize("kind", ["xlsx", "xls", "ods", "parquet", "zip"])
@pytest.mark.parametrize("share", [0.1, 0.5, 0.9, 0.99])
def test_a_file_that_is_cut_off_is_refused(tmp_path: Path, kind: str, share: float) -> None:
    content, form = valid(kind)  # type: ignore[arg-type]
    said = refusal(tmp_path, content[: int(len(content) * share)], form)
    assert "damaged" in said or "this is an old Office file" in said


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (
            b"%PDF-1.7\n...",
            "this is a PDF; expected an Excel workbook (.xlsx) without a password. Deliver the workbook",
        ),
        (b"<html><table><tr><td>1</td></tr></table></html>", "this is a web page (HTML)"),
        (b"\xef\xbb\xbf \n<!DOCTYPE html>\n<html>", "this is a web page (HTML)"),
        (b'<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?><Workbook/>', "this is XML"),
        (text_of(ROWS).encode(), "this is text"),
        (parquet(), "this is a Parquet file"),
        (b"\x89PNG\r\n\x1a\n", "this is a picture"),
        (b"Rar!\x1a\x07\x00", "this is a packed file"),
        (b"L\x00\x00\x00\x01\x14\x02\x00", "this is a shortcut and not the file itself"),
        (b"[InternetShortcut]\nURL=http://x", "this is a shortcut and not the file itself"),
        (zipped({"a.csv": "a"}), "this is a ZIP file"),
        (zipped({"[Content_Types].xml": "", "word/document.xml": ""}), "this is a document (Word"),
        (zipped({"mimetype": "application/vnd.oasis.opendocument.text"}), "this is a document (Word"),
        (zipped({"[Content_Types].xml": "", "xl/workbook.bin": ""}), "this is a binary Excel workbook (.xlsb)"),
        (zipped({"Index/Document.iwa": ""}), "this is a file of Apple Numbers"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "this is an old Office file and not a workbook"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_renamed_file_is_refused_by_what_it_is(tmp_path: Path, content: bytes, said: str) -> None:
    assert refusal(tmp_path, content).startswith(said)


@pytest.mark.parametrize("form", ["csv", "fixed", "parquet", "zip"])
@pytest.mark.parametrize(("content", "said"), [(xlsx({"x": ROWS}), "an Excel workbook"), (xls({"x": ROWS}), "an old")])
def test_a_workbook_where_something_else_was_agreed_is_refused(
    tmp_path: Path, form: str, content: bytes, said: str
) -> None:
    assert refusal(tmp_path, content, source(form)).startswith(f"this is {said}")


def test_a_workbook_with_a_password_is_refused_with_how_to_take_it_away(tmp_path: Path) -> None:
    from msoffcrypto.format.ooxml import OOXMLFile

    target = io.BytesIO()
    OOXMLFile(io.BytesIO(xlsx({"data": ROWS}))).encrypt("geheim", target)
    said = refusal(tmp_path, target.getvalue())
    assert said.startswith("this workbook has a password; expected an Excel workbook (.xlsx) without a password.")
    assert "Remove the password" in said


def test_an_opendocument_spreadsheet_with_a_password_is_refused(tmp_path: Path) -> None:
    manifest = "<manifest><file-entry><encryption-data/></file-entry></manifest>"
    assert "has a password" in refusal(tmp_path, spreadsheet("", extra={"META-INF/manifest.xml": manifest}))


@pytest.mark.parametrize("content", [xlsx({"data": []}), ods({"data": []}), by_hand(worksheet(""))])
def test_a_worksheet_without_rows_is_an_empty_grid(tmp_path: Path, content: bytes) -> None:
    assert [list(grid.cells) for grid in read(tmp_path, content)] == [[]]


def test_a_million_empty_rows_cost_nothing(tmp_path: Path) -> None:
    rows = "".join(f'<row r="{n}"><c r="A{n}" s="0"/><c r="XFD{n}" s="0"/></row>' for n in range(2, 1_048_577))
    done = read_apart(put(tmp_path, by_hand(worksheet(cell("1") + rows))), WORKBOOK)
    assert (done.rows, done.columns, done.refused) == (1, 1, "")
    assert done.megabytes < PLAIN_MEGABYTES


@pytest.mark.parametrize(
    "body",
    [
        '<table:table-row table:number-rows-repeated="1048576">'
        '<table:table-cell table:number-columns-repeated="16384"/></table:table-row>',
        '<table:table-row table:number-rows-repeated="99999999999"><table:table-cell/></table:table-row>',
    ],
)
def test_a_million_repeated_empty_rows_cost_nothing(tmp_path: Path, body: str) -> None:
    (found,) = read(tmp_path, spreadsheet(f'<table:table table:name="data">{body}</table:table>'))
    assert list(found.cells) == []


@pytest.mark.parametrize(
    ("rows", "columns", "flawed"), [(1_048_576, 16_384, ""), (2_000_000_000, 1, ""), (700_000, 20, "calcext:")]
)
def test_filled_cells_that_are_repeated_beyond_measure_are_refused(
    tmp_path: Path, rows: int, columns: int, flawed: str
) -> None:
    given = 'office:value-type="float" office:value="1"' + (' calcext:value-type="error"' if flawed else "")
    body = (
        f'<table:table table:name="data"><table:table-row table:number-rows-repeated="{rows}"><table:table-cell '
        f'table:number-columns-repeated="{columns}" {given}/></table:table-row></table:table>'
    )
    done = read_apart(put(tmp_path, spreadsheet(body)), WORKBOOK)
    assert "larger than a delivery can be" in done.refused
    assert done.megabytes < PLAIN_MEGABYTES


def test_sixteen_thousand_columns_are_read(tmp_path: Path) -> None:
    (found,) = read(tmp_path, xlsx({"data": [range(16_384), range(16_384)]}))
    assert [len(row) for row in found.cells] == [16_384, 16_384]
    assert found.cells[1][-1] == 16_383


def test_sixteen_thousand_columns_of_text_are_read(tmp_path: Path) -> None:
    line = ";".join(["x"] * 16_384)
    (found,) = read(tmp_path, f"{line}\n{line}\n", source("csv"))
    assert [len(row) for row in found.cells] == [16_384, 16_384]


@pytest.mark.parametrize(
    "far",
    [
        cell("1", "XFD1048576"),
        cell("1", "ZZZ99"),
        cell("1", "A1048577"),
        '<row r="1048576"><x:c xmlns:x="x" r="XFD1048576"><x:v>1</x:v></x:c></row>',
        "<row r='1048576'><c r='XFD1048576'><v>1</v></c></row>",
        '<row r="1048576"><c>' + "</c><c>".join(["<v>1</v>"] * 16_384) + "</c></row>",
        '<row r="1048576"><c r="XFD1048576"><f>1</f></c></row>',
    ],
    ids=["last cell", "beyond the columns", "beyond the rows", "prefixed", "single quotes", "no addresses", "formula"],
)
def test_a_cell_at_the_far_end_is_refused_before_anything_is_laid_out(tmp_path: Path, far: str) -> None:
    done = read_apart(put(tmp_path, by_hand(worksheet(cell("1") + far))), WORKBOOK)
    assert "worksheet data reaches to column" in done.refused
    assert "Delete the rows and columns outside the table" in done.refused
    assert done.megabytes < PLAIN_MEGABYTES


@pytest.mark.parametrize(
    "body",
    [
        cell("1") + '<row r="2"><c foo=">" r="XFD1048576"><v>1</v></c></row>',
        cell("1") + '<row r="1048576"><c\tr="XFD1048576"><v>1</v></c></row>',
        cell("1") + '<row r="99999999999"><c><v>1</v></c></row>',
        cell("1", "A99999999999999999999"),
        cell("1", f"A{'9' * 5000}"),
        cell("1") + '<row r="1048576"><c r="&#88;FD1048576"><v>1</v></c></row>',
    ],
)
def test_addresses_written_to_mislead_end_in_a_refusal_or_in_a_small_grid(tmp_path: Path, body: str) -> None:
    done = read_apart(put(tmp_path, by_hand(worksheet(body))), WORKBOOK)
    assert done.refused or done.rows <= 2
    assert done.megabytes < PLAIN_MEGABYTES


def test_a_table_in_the_last_column_is_measured_from_the_first(tmp_path: Path) -> None:
    rows = "".join(cell("1", f"XFD{n}") for n in range(1, 1_001))
    assert "reaches to column XFD and row 1,000;" in refusal(tmp_path, by_hand(worksheet(rows)))


def test_a_worksheet_in_an_encoding_that_hides_its_cells_is_refused(tmp_path: Path) -> None:
    content = worksheet(cell("1")).replace("?>", ' encoding="UTF-16"?>').encode("utf-16")
    assert "no office program uses" in refusal(tmp_path, by_hand(content))


def test_an_empty_error_far_away_does_not_widen_the_table(tmp_path: Path) -> None:
    rows = "".join(cell("1", f"A{n}") for n in range(1, 2_000)) + '<row r="2001"><c r="XFD2001" t="e"/></row>'
    (found,) = read(tmp_path, by_hand(worksheet(rows)))
    assert (len(found.cells), len(found.cells[0]), found.flaws) == (1_999, 1, {})


def test_one_wide_row_among_many_short_ones_is_not_squared_beyond_measure(tmp_path: Path) -> None:
    row = "<table:table-row{}><table:table-cell{}/>{}</table:table-row>".format
    number = '<table:table-cell office:value-type="float" office:value="1"/>'
    rows = row("", ' table:number-columns-repeated="16383"', number) + row(
        ' table:number-rows-repeated="800"', "", number
    )
    content = spreadsheet(f'<table:table table:name="data">{rows}</table:table>')
    assert "larger than a delivery can be" in refusal(tmp_path, content)


def test_a_merged_range_reaches_no_further_than_the_table(tmp_path: Path) -> None:
    after = '<mergeCells><mergeCell ref="A1:XFD1048576"/></mergeCells>'
    (found,) = read(tmp_path, by_hand(worksheet(cell("1") + cell("2", "B3"), after)))
    assert found.merged == ((1, 0, 3, 1),)
    assert found.cells == [[1.0, 1.0], [1.0, 2.0]]
    assert {place: words.nl for place, words in found.flaws.items()} == {
        (3, 1): "een zichtbare waarde: deze staat onder een samengevoegde cel"
    }


def test_merged_ranges_over_the_whole_worksheet_cost_nothing(tmp_path: Path) -> None:
    after = "<mergeCells>" + '<mergeCell ref="A1:XFD1048576"/>' * 1_000 + "</mergeCells>"
    done = read_apart(put(tmp_path, by_hand(worksheet(cell("1"), after))), WORKBOOK)
    assert (done.rows, done.columns) == (1, 1) or "no office program" in done.refused
    assert done.megabytes < PLAIN_MEGABYTES


@pytest.mark.parametrize("claimed", [10 << 30 & 0xFFFFFFFF, 1000], ids=["honest", "lying"])
@pytest.mark.parametrize(
    "part", ["xl/worksheets/sheet1.xml", "xl/sharedStrings.xml", "xl/styles.xml", "xl/workbook.xml"]
)
def test_a_bomb_of_ten_gigabytes_is_refused(tmp_path: Path, part: str, claimed: int) -> None:
    parts = parts_by_hand(worksheet(cell("1")), strings=f'<sst xmlns="{MAIN}"/>')
    members = [
        (name, packed(text.encode() if isinstance(text, str) else text), len(text), 0, 0)
        for name, text in parts.items()
    ]
    members = [(n, zeros(10), claimed, 0, 0) if n == part else (n, *rest) for n, *rest in members]  # type: ignore[misc]
    done = read_apart(put(tmp_path, with_sums(members)), WORKBOOK)
    assert done.refused
    assert done.megabytes < PLAIN_MEGABYTES


def test_a_bomb_in_opendocument_is_refused(tmp_path: Path) -> None:
    kind = b"application/vnd.oasis.opendocument.spreadsheet"
    content = with_sums([("mimetype", packed(kind), len(kind), 0, 0), ("content.xml", zeros(10), 1000, 0, 0)])
    done = read_apart(put(tmp_path, content), WORKBOOK)
    assert done.refused
    assert done.megabytes < PLAIN_MEGABYTES


def with_sums(members: list[tuple[str, bytes, int, int, int]]) -> bytes:
    """The ZIP with the check sums of its small members."""
    import zlib

    content = bytearray(raw_zip(members))
    for name, data, _, _, _ in members:
        if len(data) > 1 << 20:
            continue
        check = zlib.crc32(zlib.decompress(data, -15)).to_bytes(4, "little")
        title = name.encode()
        for mark, at, length in ((b"PK\x03\x04", 14, 30), (b"PK\x01\x02", 16, 46)):
            found = content.find(mark)
            while found >= 0 and content[found + length : found + length + len(title)] != title:
                found = content.find(mark, found + 1)
            content[found + at : found + at + 4] = check
    return bytes(content)


def test_a_text_that_is_shown_in_a_million_cells_is_counted_for_each(tmp_path: Path) -> None:
    strings = f'<sst xmlns="{MAIN}"><si><t>{"x" * 32_767}</t></si></sst>'
    rows = "".join(
        f'<row r="{n}">' + "".join(f'<c r="{c}{n}" t="s"><v>0</v></c>' for c in "ABCDEFGHIJ") + "</row>"
        for n in range(1, 100_001)
    )
    done = read_apart(put(tmp_path, by_hand(worksheet(rows), strings=strings)), WORKBOOK)
    assert "holds more text than a delivery can hold" in done.refused
    assert done.megabytes < PLAIN_MEGABYTES


def test_a_shared_text_longer_than_any_cell_is_refused(tmp_path: Path) -> None:
    strings = f'<sst xmlns="{MAIN}"><si><t>{"x" * 5_000_000}</t></si></sst>'
    content = by_hand(worksheet('<row r="1"><c r="A1" t="s"><v>0</v></c></row>'), strings=strings)
    assert "more text than Excel allows" in refusal(tmp_path, content)


LAUGHS = '<!DOCTYPE x [<!ENTITY a "ha">' + "".join(
    f'<!ENTITY {b} "{f"&{a};" * 10}">' for a, b in zip("abcdefghi", "bcdefghij", strict=True)
)


@pytest.mark.parametrize(
    "document",
    [
        f"{LAUGHS}]>",
        '<!DOCTYPE x [<!ENTITY j SYSTEM "file:///etc/passwd">]>',
        '<!DOCTYPE x SYSTEM "http://127.0.0.1:9/">',
    ],
)
@pytest.mark.parametrize(
    "part", ["xl/worksheets/sheet1.xml", "xl/sharedStrings.xml", "xl/styles.xml", "xl/workbook.xml"]
)
def test_tricks_with_entities_are_refused_in_every_part(tmp_path: Path, part: str, document: str) -> None:
    strings = f'<sst xmlns="{MAIN}"><si><t>&j;</t></si></sst>'
    parts = parts_by_hand(worksheet(text_cell("&j;")), strings=strings)
    parts[part] = '<?xml version="1.0"?>' + document + str(parts[part]).replace('<?xml version="1.0"?>', "")
    said = refusal(tmp_path, zipped(parts))
    assert "is written in a way that no office program uses" in said


def test_tricks_with_entities_in_opendocument_are_refused(tmp_path: Path) -> None:
    content = spreadsheet('<table:table table:name="data"/>', extra={})
    parts = {"mimetype": "application/vnd.oasis.opendocument.spreadsheet", "content.xml": f"{LAUGHS}]><x>&j;</x>"}
    assert read(tmp_path, content)
    assert "is written in a way that no office program uses" in refusal(tmp_path, zipped(parts))


def test_a_tag_without_end_is_refused_in_time(tmp_path: Path) -> None:
    kind = "application/vnd.oasis.opendocument.spreadsheet"
    content = zipped({"mimetype": kind, "content.xml": "<x y='" + os.urandom(1 << 24).hex()})
    done = read_apart(put(tmp_path, content), WORKBOOK)
    assert "no office program uses" in done.refused


@pytest.mark.parametrize("name", ["../../evil.xml", "/etc/evil.xml"])
def test_a_part_that_wants_out_of_the_package_is_refused(tmp_path: Path, name: str) -> None:
    assert "outside its folder" in refusal(tmp_path, by_hand(worksheet(cell("1")), extra={name: "x"}))
    assert [path.name for path in tmp_path.iterdir()] == ["levering"]


def test_a_part_that_is_a_symbolic_link_is_refused(tmp_path: Path) -> None:
    members = [("[Content_Types].xml", packed(b"x"), 1, 0, 0), ("xl/a.xml", packed(b"/"), 1, 0, stat.S_IFLNK << 16)]
    assert "is a symbolic link" in refusal(tmp_path, raw_zip(members))


@pytest.mark.parametrize(("number", "given"), [("NaN", "nan"), ("INF", "inf"), ("1e400", "inf"), ("-1e400", "-inf")])
def test_numbers_that_are_none_come_as_what_they_are(tmp_path: Path, number: str, given: str) -> None:
    (found,) = read(tmp_path, by_hand(worksheet(cell(number))))
    assert str(found.cells[0][0]) == given


def test_numbers_that_are_none_stay_text_in_a_text(tmp_path: Path) -> None:
    (found,) = read(tmp_path, "a;b;c\nNaN;inf;1e400\n", source("csv"))
    assert found.cells[1] == ["NaN", "inf", "1e400"]


def test_a_cell_of_32767_characters_is_read_whole(tmp_path: Path) -> None:
    text = "é" * 32_767
    (workbook,) = read(tmp_path, xlsx({"data": [[text]]}))
    (lines,) = read(tmp_path, f"a;b\n{text};1\n", source("csv"))
    assert workbook.cells[0][0] == lines.cells[1][0] == text


def test_sql_in_the_name_of_a_worksheet_is_but_a_name(tmp_path: Path) -> None:
    name = "x'; DROP TABLE bfr; --"
    (found,) = read(tmp_path, xlsx({name: ROWS}))
    assert found.name == name


def test_marks_of_direction_stay_in_their_cells(tmp_path: Path) -> None:
    (found,) = read(tmp_path, xlsx({"data": [["Fd\u200eA", "\u202e12", "FdB\ufeff"]]}))
    assert found.cells == [["Fd\u200eA", "\u202e12", "FdB\ufeff"]]


def test_a_line_of_a_hundred_megabytes_is_refused(tmp_path: Path) -> None:
    done = read_apart(put(tmp_path, b"a;b\n" + b"x" * (100 << 20)), source("csv"))
    assert "line 2 is longer than 4,194,304 characters" in done.refused
    assert done.megabytes < PLAIN_MEGABYTES


def test_a_line_of_a_hundred_megabytes_of_delimiters_is_refused(tmp_path: Path) -> None:
    done = read_apart(put(tmp_path, b"a;b\n" + b";" * (100 << 20)), source("csv"))
    assert done.refused
    assert done.megabytes < PLAIN_MEGABYTES


def test_a_text_of_too_many_lines_is_refused(tmp_path: Path) -> None:
    done = read_apart(put(tmp_path, b"a;b\n" + b"1;2\n" * 3_100_000), source("csv"))
    assert "larger than a delivery can be" in done.refused
    assert done.megabytes < 2_000


def test_a_file_of_unreasonable_size_is_not_opened(tmp_path: Path) -> None:
    path = tmp_path / "levering"
    with path.open("wb") as stream:
        stream.truncate(600 << 20)
    with pytest.raises(RefusedFileError, match="this file is 600 MB; expected at most 512 MB"):
        grids(path, source("csv"), [])


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_refused_quotes_no_cell(tmp_path: Path, kind: str) -> None:
    secret = "s1234567"
    rows = [[secret, "b"], [secret, secret]]
    written = {"xlsx": xlsx({"data": rows}), "xls": xls({"data": rows}), "ods": ods({"data": rows})}
    content = written.get(kind, text_of(rows).encode("utf-16" if kind == "utf-16" else "utf-8") + b'"\xff\0')
    for form in FORMATS:
        for cut in (len(content), len(content) // 2):
            assert secret not in sentence(tmp_path, content[:cut], source(form))


def sentence(folder: Path, content: bytes, form: FileSource) -> str:
    """The sentence in which a file is refused, in both languages; none where it is read."""
    try:
        grids(put(folder, content), form, [])
    except RefusedFileError as error:
        return error.words.nl + error.words.en
    return ""
