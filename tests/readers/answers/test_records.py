"""A text taken apart in records: each line is one, part of one, or none by its number, and takes no others along."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings

from kwaliteitsmonitor.readers.answers import records as module
from kwaliteitsmonitor.readers.answers.records import OPEN_LINES, NoRecord, each_a_record, records
from tests.readers.answers.letters import HEADER, line, parsed, reading, texts


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("records") / "a.csv"


@given(content=texts())
@settings(max_examples=100, deadline=None)
def test_the_records_of_any_text_are_those_of_reading_it_letter_by_letter(place: Path, content: bytes) -> None:
    place.write_bytes(content)
    found = dict(records(place, ";", 2))
    expected = dict(reading(content))
    assert found.keys() == expected.keys()
    for number, cells in expected.items():
        record = found[number]
        own = None if isinstance(record, NoRecord) else parsed(record.decode())[0]
        assert own == cells, number


def test_a_line_that_is_no_record_is_so_for_a_reason(place: Path) -> None:
    never_closed = b'"open'
    lines = [HEADER, b"R-Jans\xe9n", b"a\x00b", never_closed, b'"a"b', b'"two', b'lines"', b"good"]
    place.write_bytes(b"\n".join(lines))
    assert list(records(place, ";", 2)) == [
        (2, NoRecord.ENCODING),
        (3, NoRecord.FORM),
        (4, NoRecord.FORM),
        (5, NoRecord.FORM),
        (6, b'"two\nlines"'),
        (8, b"good"),
    ]


def test_a_cell_goes_on_over_so_many_lines_and_a_record_is_so_long(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for inside, is_record in ((OPEN_LINES - 1, True), (OPEN_LINES + 1, False)):
        place.write_bytes(b"\n".join([b'"open', *[b"x"] * inside, b'closed"', b"good"]))
        numbers = [number for number, record in records(place, ";", 1) if record is not NoRecord.FORM]
        assert (1 in numbers, inside + 3 in numbers) == (is_record, True)
    monkeypatch.setattr(module, "LONGEST_LINE", 100)
    place.write_bytes(b"\n".join([b"x" * 101, b'"' + b"x" * 60, b"x" * 60 + b'"', b"good"]))
    assert list(records(place, ";", 1)) == [(1, NoRecord.FORM), (2, NoRecord.FORM), (4, b"good")]


def test_blocks_end_anywhere_and_line_ends_and_marks_are_no_part_of_a_record(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lines = [line(b"C", f"R-{n}".encode()) for n in range(9)]
    content = (
        b"\xef\xbb\xbf" + b"".join(map(bytes.__add__, lines, (b"\n", b"\r\n", b"\r") * 3)) + b"\xef\xbb\xbf" + lines[0]
    )
    place.write_bytes(content)
    for size in (3, 64, 65, 1000):
        monkeypatch.setattr(module, "BLOCK", size)
        assert [record for _, record in records(place, ";", 1)] == [*lines, lines[0]]


@pytest.mark.parametrize(("content", "expected"), [(b'a;"b;c"\nd', True), (b'a;"b\nc";d', False), (b'a"b\nc', True)])
def test_the_first_lines_are_records_by_themselves_or_not(place: Path, content: bytes, expected: bool) -> None:
    place.write_bytes(content)
    assert each_a_record(place, 2, ";") is expected
