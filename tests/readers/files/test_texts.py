"""Delimited text and text of fixed width."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import pytest

from kwaliteitsmonitor.readers.cells.grid import Grid
from kwaliteitsmonitor.readers.files.refusals import RefusedFileError
from kwaliteitsmonitor.readers.files.texts import delimited, lines_of
from tests.readers.files.making import source, text_of


def read(content: bytes | str, **keys: Any) -> Grid:
    form = source("csv", **({"encoding": "auto", "delimiter": "auto"} | keys))
    return delimited(BytesIO(content.encode() if isinstance(content, str) else content), form)


def refusal(content: bytes | str, **keys: Any) -> str:
    with pytest.raises(RefusedFileError) as caught:
        read(content, **keys)
    return caught.value.words.en


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252", "latin-1"])
@pytest.mark.parametrize("delimiter", [";", ",", "\t", "|"])
def test_a_text_is_read_in_any_encoding_with_any_delimiter(encoding: str, delimiter: str) -> None:
    rows = [["naam", "plaats", "aantal"], ["José", "België", "3"], ["Zoë", f'"a{delimiter}b"', "4"]]
    found = read(text_of(rows, delimiter).encode(encoding))
    assert found.cells == [*rows[:2], ["Zoë", f"a{delimiter}b", "4"]]
    assert (list(found.numbers), found.addressed) == ([1, 2, 3], False)


@pytest.mark.parametrize(
    ("content", "keys", "cells", "numbers"),
    [
        ("sep=|\r\na;b|c\r\n1;2|3\r\n", {}, [["a;b", "c"], ["1;2", "3"]], [2, 3]),
        ("sep=|\r\na;b|c\r\n1;2|3\r\n", {"delimiter": "|"}, [["a;b", "c"], ["1;2", "3"]], [2, 3]),
        ("a;b\r\n1;2\r\n\x1a", {"delimiter": ";"}, [["a", "b"], ["1", "2"]], [1, 2]),
        ("ab\r\n\x1a", {"delimiter": ""}, [["ab"]], [1]),
        ("a;b\r\n\x1a\r\n1;2\r\n", {"delimiter": ";"}, [["a", "b"], ["\x1a"], ["1", "2"]], [1, 2, 3]),
        ("0012FdA;x\r\n0013FdB\r\n", {"delimiter": ""}, [["0012FdA;x"], ["0013FdB"]], [1, 2]),
        ("a;b\n1\x0b\u2028;2\x85\n", {}, [["a", "b"], ["1\x0b\u2028", "2\x85"]], [1, 2]),
        ('a;b\n"x;y";"zegt ""ja"""\n"twee\nregels";2\n3;4\n', {},
         [["a", "b"], ["x;y", 'zegt "ja"'], ["twee\nregels", "2"], ["3", "4"]], [1, 2, 3, 5]),
        ("a;b;c\n1;2;3\n1;2\n1;2;3;;\n", {"delimiter": ";"},
         [["a", "b", "c"], ["1", "2", "3"], ["1", "2"], ["1", "2", "3", "", ""]], [1, 2, 3, 4]),
        ("a;b\n\n;;\n \t;\n1;2\n\n", {}, [["a", "b"], ["1", "2"]], [1, 5]),
        ("a;b\nFd\u200eA;\u202e12\nFdB\ufeff;7\n", {"delimiter": ";"},
         [["a", "b"], ["Fd\u200eA", "\u202e12"], ["FdB\ufeff", "7"]], [1, 2, 3]),
        ("\ufeffa;b\n1;2\n", {"encoding": "utf-8"}, [["a", "b"], ["1", "2"]], [1, 2]),
    ],
    ids=["told-delimiter", "declared-and-told", "end-of-dos", "end-of-dos-alone", "end-of-dos-within", "no-delimiter",
         "likely-line-ends", "quotes", "ragged", "blank-lines", "unseen-marks", "mark-before-a-header"],
)  # fmt: skip
def test_rows_stand_as_they_are_written_with_the_number_of_their_first_line(
    content: str, keys: dict[str, str], cells: list[list[str]], numbers: list[int]
) -> None:
    found = read(content, **keys)
    assert (found.cells, list(found.numbers)) == (cells, numbers)


def test_mixed_line_ends_are_read_right() -> None:
    found = read(b"a;b\r\n1;2\n3;4\r5;6")
    assert found.cells == [["a", "b"], ["1", "2"], ["3", "4"], ["5", "6"]]
    assert list(found.numbers) == [1, 2, 3, 4]


def test_a_mark_where_one_file_was_put_after_another_is_no_part_of_a_cell() -> None:
    for encoding in ("auto", "utf-8"):
        joined = read(b"\xef\xbb\xbfa;b\n1;2\n\xef\xbb\xbf3;4\n", encoding=encoding)
        assert joined.cells == [["a", "b"], ["1", "2"], ["3", "4"]]


def test_a_quote_that_is_not_closed_is_refused_by_its_line() -> None:
    sentence = refusal('a;b\n1;2\n"geheim;3\n4;5\n')
    assert sentence.startswith("line 3 cannot be read; expected cells separated by semicolons, with quotes")
    assert "geheim" not in sentence


def test_a_zero_byte_is_refused_by_its_line() -> None:
    """And so is a cell without end."""
    assert refusal(b"a;b\n1;2\n3;\x004\n").startswith("line 3 has a NUL byte; expected text")
    sentence = refusal("a;b\n1;2\n" + "x" * 140_000 + ";3\n")
    assert sentence.startswith("the row that begins at line 3 has a cell of more than 131,072 characters")


def test_a_text_of_nothing_but_blank_lines_is_refused() -> None:
    assert refusal(b"\r\n ; \r\n").startswith("there is nothing in this file")


def test_lines_of_fixed_width_are_one_cell_each() -> None:
    for encoding in ("utf-8", "latin-1"):
        content = "  21PE 2020é\r\n\r\n  28DN 2021 \n".encode(encoding)
        lines = lines_of(BytesIO(content), source("fixed", encoding=encoding))
        assert (lines.cells, list(lines.numbers)) == ([["  21PE 2020é"], ["  28DN 2021 "]], [1, 3])
