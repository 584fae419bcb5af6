"""Delimited text and text of fixed width."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from kwaliteitsmonitor.readers.cells.grid import Grid
from kwaliteitsmonitor.readers.files import RefusedFileError, grids
from tests.readers.files.making import ROWS, put, source, text_of

WRITTEN = [["eenheid", "thema", "bedrag"], ["FdA", "klein", "12.5"], ["FdB", "groot", "7"]]
CASES = Path(__file__).parents[2] / "cases"
ACCENTS = "naam;bedrag\r\nJosé Ångström;12\r\n"


def read(folder: Path, content: bytes | str, **keys: Any) -> Grid:
    keys = {"encoding": "auto", "delimiter": "auto"} | keys
    return grids(put(folder, content), source("csv", **keys), [])[0]


def refusal(folder: Path, content: bytes | str, form: str = "csv", **keys: Any) -> str:
    with pytest.raises(RefusedFileError) as caught:
        grids(put(folder, content), source(form, **keys), [])
    return caught.value.words.en


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252", "latin-1"])
@pytest.mark.parametrize("delimiter", [";", ",", "\t", "|"])
def test_a_text_is_read_in_any_encoding_with_any_delimiter(tmp_path: Path, encoding: str, delimiter: str) -> None:
    rows = [["naam", "plaats", "aantal"], ["José", "België", "3"], ["Zoë", f'"a{delimiter}b"', "4"]]
    found = read(tmp_path, text_of(rows, delimiter).encode(encoding))
    assert found.cells == [["naam", "plaats", "aantal"], ["José", "België", "3"], ["Zoë", f"a{delimiter}b", "4"]]
    assert list(found.numbers) == [1, 2, 3]
    assert not found.addressed


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "cp1252", "latin-1"])
def test_a_declared_encoding_holds_and_is_not_remarked_upon(tmp_path: Path, encoding: str) -> None:
    found = read(tmp_path, ACCENTS.encode(encoding), encoding=encoding, delimiter=";")
    assert found.cells[1] == ["José Ångström", "12"]
    assert found.notes == ()


@pytest.mark.parametrize(
    ("encoding", "name"), [("utf-16", "utf-16"), ("utf-16-be", "utf-16"), ("cp1252", "windows-1252")]
)
def test_an_encoding_that_was_found_by_rules_is_reported(tmp_path: Path, encoding: str, name: str) -> None:
    notes = read(tmp_path, ACCENTS.encode(encoding)).notes
    assert [(note.code, name in note.said.nl) for note in notes] == [("encoding", True), ("delimiter", False)]


def test_utf_8_that_was_found_needs_no_report(tmp_path: Path) -> None:
    assert [note.code for note in read(tmp_path, ACCENTS).notes] == ["delimiter"]


def test_a_text_in_another_encoding_than_declared_is_refused_by_its_line(tmp_path: Path) -> None:
    said = refusal(tmp_path, "a;b\r\n1;2\r\nJosé;3\r\n".encode("cp1252"), encoding="utf-8")
    assert said.startswith("this is not text in utf-8 but in windows-1252: see line 3; expected text in utf-8. Export")
    assert "Jos" not in said


@pytest.mark.parametrize("declared", ["latin-1", "cp1252"])
def test_utf_8_under_a_declared_one_byte_encoding_is_refused_and_not_garbled(tmp_path: Path, declared: str) -> None:
    said = refusal(tmp_path, ACCENTS.encode(), encoding=declared)
    assert said.startswith("this is text in utf-8; expected text in")


def test_a_byte_order_mark_that_contradicts_the_profile_is_refused(tmp_path: Path) -> None:
    assert "this is text in utf-16" in refusal(tmp_path, ACCENTS.encode("utf-16"), encoding="utf-8")


def test_an_encoding_that_does_not_exist_is_a_matter_of_the_profile(tmp_path: Path) -> None:
    assert "the profile names an encoding" in refusal(tmp_path, ACCENTS, encoding="utf-9")


def test_bytes_of_no_encoding_are_refused(tmp_path: Path) -> None:
    assert "cannot be recognised" in refusal(tmp_path, b"a;b\n\x81\x8d;2\n", encoding="auto", delimiter="auto")


def test_decimal_commas_do_not_make_the_comma_the_delimiter(tmp_path: Path) -> None:
    found = read(tmp_path, "eenheid;bedrag;deel\nFdA;1,5;2,5\nFdB;2,5;3,5\n")
    assert found.cells[1] == ["FdA", "1,5", "2,5"]
    assert "puntkomma's" in found.notes[0].said.nl


def test_commas_in_remarks_do_not_make_the_comma_the_delimiter(tmp_path: Path) -> None:
    found = read(tmp_path, "naam;opmerking\n1;x,y,z,w\n2;p,q,r,s\n3;t\n4;u,v\n")
    assert found.cells[1] == ["1", "x,y,z,w"]


def test_a_title_above_the_header_does_not_hide_the_delimiter(tmp_path: Path) -> None:
    found = read(tmp_path, "Overzicht, voorlopig\n\neenheid;bedrag;deel\nFdA;1;2\nFdB;2;3\nFdC;3;4\n")
    assert found.cells[-1] == ["FdC", "3", "4"]
    assert list(found.numbers) == [1, 3, 4, 5, 6]


def test_a_text_without_a_delimiter_is_one_column_and_says_so(tmp_path: Path) -> None:
    found = read(tmp_path, "eenheid\nFdA\nFdB\n")
    assert found.cells == [["eenheid"], ["FdA"], ["FdB"]]
    assert "één kolom" in found.notes[0].said.nl


def test_another_delimiter_than_declared_is_refused_with_both(tmp_path: Path) -> None:
    said = refusal(tmp_path, text_of(ROWS, ","), delimiter=";")
    assert said.startswith("its cells are separated by commas; expected cells separated by semicolons")


def test_a_first_line_that_tells_the_delimiter_is_followed_and_is_no_data(tmp_path: Path) -> None:
    for delimiter in ("auto", "|"):
        found = read(tmp_path, "sep=|\r\na;b|c\r\n1;2|3\r\n", delimiter=delimiter)
        assert (found.cells, list(found.numbers)) == ([["a;b", "c"], ["1;2", "3"]], [2, 3])
    said = refusal(tmp_path, "sep=,\na,b\n1,2\n", delimiter=";")
    assert said.startswith("its cells are separated by commas; expected cells separated by semicolons")


def test_the_mark_by_which_dos_ended_its_files_is_no_row(tmp_path: Path) -> None:
    assert read(tmp_path, "a;b\r\n1;2\r\n\x1a", delimiter=";").cells == [["a", "b"], ["1", "2"]]
    assert read(tmp_path, "ab\r\n\x1a", delimiter="").cells == [["ab"]]
    assert read(tmp_path, "a;b\r\n\x1a\r\n1;2\r\n", delimiter=";").cells == [["a", "b"], ["\x1a"], ["1", "2"]]


def test_one_column_under_a_declared_delimiter_is_read(tmp_path: Path) -> None:
    assert read(tmp_path, "eenheid\nFdA\n", delimiter=";").cells == [["eenheid"], ["FdA"]]


def test_a_delimiter_that_can_separate_nothing_is_a_matter_of_the_profile(tmp_path: Path) -> None:
    assert "Change the profile" in refusal(tmp_path, text_of(ROWS), delimiter=";;")


def test_without_a_delimiter_each_line_is_one_cell(tmp_path: Path) -> None:
    assert read(tmp_path, "0012FdA;x\r\n0013FdB\r\n", delimiter="").cells == [["0012FdA;x"], ["0013FdB"]]


def test_mixed_line_ends_are_read_right(tmp_path: Path) -> None:
    found = read(tmp_path, b"a;b\r\n1;2\n3;4\r5;6")
    assert found.cells == [["a", "b"], ["1", "2"], ["3", "4"], ["5", "6"]]
    assert list(found.numbers) == [1, 2, 3, 4]


def test_characters_that_merely_look_like_line_ends_stay_in_their_cell(tmp_path: Path) -> None:
    found = read(tmp_path, "a;b\n1\x0b\u2028;2\x85\n")
    assert found.cells[1] == ["1\x0b\u2028", "2\x85"]


def test_quotes_hold_delimiters_quotes_and_lines_and_rows_keep_the_number_of_their_first_line(tmp_path: Path) -> None:
    found = read(tmp_path, 'a;b\n"x;y";"zegt ""ja"""\n"twee\nregels";2\n3;4\n')
    assert found.cells == [["a", "b"], ["x;y", 'zegt "ja"'], ["twee\nregels", "2"], ["3", "4"]]
    assert list(found.numbers) == [1, 2, 3, 5]


def test_a_quote_that_is_not_closed_is_refused_by_its_line(tmp_path: Path) -> None:
    said = refusal(tmp_path, 'a;b\n1;2\n"geheim;3\n4;5\n')
    assert said.startswith("line 3 cannot be read; expected cells separated by semicolons, with quotes")
    assert "geheim" not in said


def test_rows_longer_and_shorter_than_the_header_stand_as_they_are(tmp_path: Path) -> None:
    found = read(tmp_path, "a;b;c\n1;2;3\n1;2\n1;2;3;4\n1;2;3;;\n", delimiter=";")
    assert [len(row) for row in found.cells] == [3, 3, 2, 4, 5]


def test_blank_lines_are_left_out_and_rows_keep_their_number(tmp_path: Path) -> None:
    found = read(tmp_path, "a;b\n\n;;\n \t;\n1;2\n\n")
    assert found.cells == [["a", "b"], ["1", "2"]]
    assert list(found.numbers) == [1, 5]


def test_a_zero_byte_is_refused_by_its_line(tmp_path: Path) -> None:
    said = refusal(tmp_path, b"a;b\n1;2\n3;\x004\n")
    assert said.startswith("line 3 has a NUL byte; expected text")


def test_a_text_of_nothing_but_blank_lines_is_refused(tmp_path: Path) -> None:
    assert refusal(tmp_path, b"\r\n ; \r\n").startswith("there is nothing in this file")


def test_a_cell_without_end_is_refused_by_its_line(tmp_path: Path) -> None:
    said = refusal(tmp_path, "a;b\n1;2\n" + "x" * 140_000 + ";3\n")
    assert said.startswith("the row that begins at line 3 has a cell of more than 131,072 characters")


def test_marks_that_are_not_seen_stay_in_the_cell(tmp_path: Path) -> None:
    found = read(tmp_path, "a;b\nFd\u200eA;\u202e12\nFdB\ufeff;7\n", delimiter=";")
    assert found.cells[1:] == [["Fd\u200eA", "\u202e12"], ["FdB\ufeff", "7"]]


def test_a_byte_order_mark_is_no_part_of_the_first_header(tmp_path: Path) -> None:
    assert read(tmp_path, "a;b\n1;2\n".encode("utf-8-sig"), encoding="utf-8").cells[0] == ["a", "b"]


@pytest.mark.parametrize("encoding", ["utf-8", "latin-1"])
def test_lines_of_fixed_width_are_one_cell_each(tmp_path: Path, encoding: str) -> None:
    content = "  21PE 2020é\r\n\r\n  28DN 2021 \n".encode(encoding)
    found = grids(put(tmp_path, content), source("fixed", encoding=encoding), [])[0]
    assert found.cells == [["  21PE 2020é"], ["  28DN 2021 "]]
    assert list(found.numbers) == [1, 3]


@pytest.mark.parametrize(
    ("encoding", "name"), [("cp1252", "windows-1252"), ("mac-roman", "MacRoman"), ("cp850", "DOS (cp850)")]
)
def test_letters_tell_the_encoding_of_windows_a_mac_or_dos(tmp_path: Path, encoding: str, name: str) -> None:
    content = "naam;plaats\nZoë;één café\n".encode(encoding)
    found = read(tmp_path, content)
    assert found.cells[1] == ["Zoë", "één café"]
    assert name in found.notes[0].said.nl
    assert f"but in {name}: see line 2" in refusal(tmp_path, content, encoding="utf-8")


@pytest.mark.parametrize("encoding", ["auto", "cp1252"])
def test_quotes_dashes_and_names_of_windows_are_not_taken_for_letters_of_another(tmp_path: Path, encoding: str) -> None:
    rows = [["foto’s", "“woord” ‘woord’"], ["Škoda", "a—b k€"], ["Ž", "CAFÉ’s\u00a0open"]]
    found = read(tmp_path, text_of([["a", "b"], *rows]).encode("cp1252"), encoding=encoding)
    assert found.cells[1][0] == "foto’s"
    assert found.cells[3] == ["Ž", "CAFÉ’s\u00a0open"]


def test_a_text_of_a_mac_where_windows_was_agreed_is_refused_and_not_garbled(tmp_path: Path) -> None:
    said = refusal(tmp_path, "naam;plaats\nZoë;één café\n".encode("mac-roman"), encoding="cp1252")
    assert said.startswith("this is text in MacRoman; expected text in windows-1252")


@pytest.mark.parametrize("encoding", ["auto", "utf-8", "cp1252"])
def test_two_encodings_in_one_text_are_told_with_the_line(tmp_path: Path, encoding: str) -> None:
    content = "naam;p\r\nZoë;a\r\n".encode() + "José;b\r\n".encode("cp1252")
    assert "mixes two encodings: utf-8 and another one: see line 3" in refusal(tmp_path, content, encoding=encoding)


@pytest.mark.parametrize("encoding", ["auto", "utf-8"])
def test_a_text_that_ends_in_the_middle_of_a_letter_is_told_as_such(tmp_path: Path, encoding: str) -> None:
    content = "naam;p\nZoë;a\nb;José".encode()[:-1]
    assert "cut off in the middle of a letter: see line 3" in refusal(tmp_path, content, encoding=encoding)


@pytest.mark.parametrize("form", ["utf-16-le", "utf-16-be"])
def test_utf_16_without_a_mark_is_known_by_its_zeros(tmp_path: Path, form: str) -> None:
    assert read(tmp_path, ACCENTS.encode(form), encoding="utf-16").cells[1] == ["José Ångström", "12"]
    assert "this is text in utf-16; expected" in refusal(tmp_path, ACCENTS.encode(form), encoding="utf-8")


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("before", [1, 3, 400_000])
def test_the_line_of_a_wrong_byte_is_counted_by_any_end_of_line(tmp_path: Path, end: str, before: int) -> None:
    lines = ["a;b", *["1;2"] * (before - 1)]
    content = end.join([*lines, ""]).encode() + b"S-\x80;2" + end.encode()
    assert f"see line {before + 1};" in refusal(tmp_path, content, encoding="utf-8")


@pytest.mark.parametrize("encoding", ["auto", "utf-8"])
def test_a_mark_where_one_file_was_put_after_another_is_no_part_of_a_cell(tmp_path: Path, encoding: str) -> None:
    found = read(tmp_path, b"\xef\xbb\xbfa;b\n1;2\n\xef\xbb\xbf3;4\n", encoding=encoding)
    assert found.cells == [["a", "b"], ["1", "2"], ["3", "4"]]


def test_the_case_of_lines_that_end_in_a_return_alone_names_line_3(tmp_path: Path) -> None:
    content = (CASES / "cr-only-line-number" / "2020.csv").read_bytes()
    assert "but in windows-1252: see line 3;" in refusal(tmp_path, content, encoding="utf-8")
