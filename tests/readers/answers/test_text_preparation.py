"""Texts of answers as people and systems write them: each line is an answer, or is set aside by its number."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from hypothesis import assume, given, settings

from kwaliteitsmonitor.methods.checks.results import Outcome
from kwaliteitsmonitor.readers.answers import files as answer_files
from kwaliteitsmonitor.readers.answers import records as record_reading
from kwaliteitsmonitor.readers.answers.records import OPEN_LINES, NoRecord, each_a_record, records
from kwaliteitsmonitor.readers.answers.text_preparation import (
    DisagreementError,
    below,
    excerpt,
    lines_of,
    numbers_of,
    opened,
)
from kwaliteitsmonitor.readers.staging import Tally
from schemas.consequences import Costs
from schemas.profile.feeds import Format
from tests.made_up import told
from tests.readers.answering import NAMES, Answers, answer, as_csv, as_parquet, result, tally
from tests.readers.answers.letters import HEADER, acceptable, blankless, line, parsed, reading, texts

CASES = Path(__file__).parents[2] / "cases"


@pytest.mark.parametrize(
    ("content", "apart", "trimmed", "lines"),
    [
        (b"a;b\n1;2\n3;4\n", True, True, 3),
        (b"a;b\n1;2\n3;4", True, True, 3),
        (b"a;b\r\n1;2\r\n", True, True, 2),
        (b"a;b\n1; 2\n", True, False, 2),
        (b'a;b\n"1;1";2\n', True, True, 2),
        (b'a;b\n"1\n1";2\n', False, True, 3),
        (b"a;b\n1;2\r\n", False, False, 0),
        (b"a;b\n\x00;2\n", False, False, 0),
        (b"a;b\n\xe9;2\n", False, False, 0),
        (b"a;b\n\xef\xbb\xbf1;2\n", False, False, 0),
    ],
    ids=str,
)
def test_a_look_at_every_byte_tells_whether_each_line_is_a_record(
    tmp_path: Path, content: bytes, apart: bool, trimmed: bool, lines: int
) -> None:
    (tmp_path / "a.csv").write_bytes(content)
    text = opened(tmp_path / "a.csv", "utf-8", ";", tmp_path / "copy")
    assert (text.apart, text.trimmed, text.lines) == (apart, trimmed, lines)
    under = below(text, 0)
    assert (under.path == text.path, under.numbers is None) == (apart, apart)


def test_what_is_read_of_a_copy_is_numbered_as_in_the_file(tmp_path: Path) -> None:
    content = b'a;b\n1;2\n"two\nlines";4\n\xe9;5\n"open;6\n\n7;8\n'
    (tmp_path / "a.csv").write_bytes(content)
    text = below(opened(tmp_path / "a.csv", "utf-8", ";", tmp_path / "copy"), 0)
    assert text.path.read_bytes() == b'1;2\n"two\nlines";4\n7;8\n'
    assert (list(text.broken), list(text.undecoded), text.aside) == ([6], [5], 2)
    assert "1 line set aside" in text.notes[-1].text.en
    places, nothing = np.array([0, 1]), np.empty(0, np.int64)
    assert list(numbers_of(text, nothing, 3, places)) == [2, 3]
    assert list(numbers_of(text, np.array([1]), 2, places)) == [3, 8]
    assert list(lines_of(text, np.array([3]))) == [8]
    with pytest.raises(DisagreementError, match="4 records were read, and 3 lines are theirs"):
        numbers_of(text, nothing, 4, places)


def test_what_is_read_in_place_is_numbered_with_rows_of_nothing_and_some_lines_are_taken_out(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_bytes(b"a;b\n1;2\n\n3\n4;5\n6;7")
    text = below(opened(tmp_path / "a.csv", "utf-8", ";", tmp_path / "copy"), 0)
    assert list(numbers_of(text, np.array([4]), 3, np.arange(3))) == [2, 5, 6], "the third line is a row of nothing"
    some = excerpt(text, np.array([2, 6]))
    assert (some.path.read_bytes(), some.lines) == (b"1;2\n6;7\n", 2)


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_text_may_have_a_byte_order_mark_and_any_line_end(answers: Answers, end: str) -> None:
    for mark in (b"", b"\xef\xbb\xbf"):  # also if one file was put after another
        lines = [HEADER, line(b"C", b"R-1"), mark + line(b"C", b"R-2"), line(b"C", b"R-3", b"9"), b""]
        table = answers.text(mark + end.encode().join(lines))
        assert tally(table) == Tally(3, 2, 1)
        assert [q.row for q in table.quarantine] == [4]


@pytest.mark.parametrize(
    ("encoding", "declared", "delimiter"),
    [("cp1252", "cp1252", ";"), ("cp1252", "auto", "\t"), ("iso-8859-1", "iso-8859-1", ";"), ("utf-16", "auto", ";"),
     ("utf-8-sig", "auto", ";")],
)  # fmt: skip
def test_text_in_the_encoding_of_the_source_is_read_and_what_was_found_is_reported(
    answers: Answers, encoding: str, declared: str, delimiter: str
) -> None:
    rows = [answer("R-1", course="Café één"), answer("R-2", 8)]
    content = as_csv(rows).decode().replace(";", delimiter).encode(encoding)
    table = answers.text(content, encoding=declared, delimiter=delimiter if delimiter == ";" else "auto")
    assert table.rows.column("course").to_pylist() == ["Café één"]
    assert [q.row for q in table.quarantine] == [3]
    details = [told(r) for r in table.results if r.rule == "evaluations.read_as"]
    if delimiter == "\t":
        assert [("windows-1252" in one, "tabs" in one) for one in details] == [(True, False), (False, True)]


WINDOWS = b"\n".join((HEADER, line(b"C", b"R-1"), line("Café".encode("cp1252"), b"R-2"), line(b"C", b"R-3"), b""))
BELGIE = WINDOWS.replace(b"course;", "opleiding België;".encode("cp1252"), 1)


@pytest.mark.parametrize(
    ("content", "more", "reason"),
    [
        (as_csv([answer()]).replace(b";", b","), {}, "its cells are separated by commas"),
        (as_csv([answer(course="Café")]), {"encoding": "cp1252"}, "this is text in utf-8"),
        (as_csv([answer()]).decode().encode("utf-16-le"), {}, "this is text in utf-16"),
        (
            BELGIE,
            {"columns": {"opleiding België": "course"}},
            "this is not text in utf-8 but in windows-1252: see line 1",
        ),
    ],
    ids=["commas", "utf-8", "utf-16 without a mark", "a header in another encoding"],
)
def test_text_in_another_form_than_declared_is_rejected_with_what_it_is(
    answers: Answers, content: bytes, more: dict[str, str], reason: str
) -> None:
    assert reason in answers.rejection(answers.file(content, **more))


def test_lines_in_another_encoding_are_set_aside_as_such_and_the_encoding_is_named(answers: Answers) -> None:
    table = answers.text(WINDOWS)
    assert [(q.row, q.expected.nl) for q in table.quarantine] == [
        (3, "tekst in utf-8; de letters van deze regel zijn in een andere tekencodering geschreven")
    ]
    (note,) = [r for r in table.results if r.rule == "evaluations.read_as"]
    assert "dit is geen tekst in utf-8 maar in windows-1252; 1 regel apart gezet" in told(note)
    assert (note.costs, "Caf" in told(note)) == (Costs.NOTE, False)
    as_it_is = answers.text(WINDOWS, encoding="auto")
    assert tally(as_it_is) == Tally(3, 3, 0)
    assert "Café" in as_it_is.rows.column("course").to_pylist()


CUT_OFF = as_csv([answer("R-é"), answer("R-é2", course="één")]).rstrip()[:-1] + "é".encode()[:1]


@pytest.mark.parametrize(
    ("content", "row", "words"),
    [
        ((CASES / "answers-windows-1252" / "programma.csv").read_bytes(), 2, "maar in windows-1252"),
        (CUT_OFF, 3, "afgebroken midden in een letter"),
    ],
    ids=["a case", "cut off in a letter"],
)
def test_what_is_wrong_with_the_encoding_is_named(answers: Answers, content: bytes, row: int, words: str) -> None:
    table = answers.text(content)
    assert [q.row for q in table.quarantine] == [row]
    assert any(words in told(r) for r in table.results)


def test_blanks_around_a_cell_are_no_part_of_it(answers: Answers) -> None:
    spaced = [f"{q}{blank}C-1{blank}{q}" for blank in (" ", "\t", "\u00a0", "  ") for q in ("", '"')]
    lines = [line(cell.encode(), cell.replace("C-1", f"R-{at}").encode()) for at, cell in enumerate(spaced)]
    table = answers.text(b"\n".join((HEADER, *lines, line(b"C-1", b"R-0"))))
    assert {row["course"]: row["answers"] for row in table.rows.to_pylist()} == {"C-1": 8}
    assert [(q.row, q.rule) for q in table.quarantine] == [(10, "evaluations.one_answer")]


def test_quotes_separators_and_line_ends_in_a_cell_or_header_are_part_of_it(answers: Answers) -> None:
    names = [*(n for n in NAMES if n != "score"), 'de "score"', "it's"]
    rows = [{**answer(course='a;"b"'), 'de "score"': 4, "it's": 1}]
    for form, content in ((Format.CSV, as_csv(rows, names)), (Format.PARQUET, as_parquet(rows, names))):
        (row,) = answers.stage(answers.file(content, form, columns={'de "score"': "score"})).rows.to_pylist()
        assert (row["course"], row["score"]) == ('a;"b"', 4)
    header = HEADER.replace(b"score", b'"Geef een\ncijfer"')
    content = b"\n".join((header, line(b"C", b"R-1"), line(b"C", b"R-2", b"9")))
    found = answers.text(content, columns={"geef een cijfer": "score"})
    assert tally(found) == Tally(2, 1, 1)
    assert [q.row for q in found.quarantine] == [4]


WRONG = {
    "longer": line(b"C") + b";R-Jansen",
    "shorter": b"course;2019-2020;FGW;R-Jansen",
    "open quote": line(b"C", b'"R-Jansen'),
    "stray quote": line(b"C", b'"R-"Jansen'),
    "encoding": line(b"C", b"R-Jans\xe9n"),
    "zero": line(b"C", b"R-\x00Jansen"),
    "open quote inside": line(b'"Jansen', b"R-9"),
}


@pytest.mark.parametrize("wrong", WRONG.values(), ids=WRONG)
def test_a_line_that_is_no_answer_is_set_aside_by_its_number_and_the_others_go_on(
    answers: Answers, wrong: bytes
) -> None:
    for course in (b"C", b'"C;1"'):
        table = answers.text(b"\n".join((HEADER, line(course, b"R-1"), wrong, line(course, b"R-2"), b"")))
        assert [(q.row, q.cell, q.rule, q.costs, q.found) for q in table.quarantine] == [
            (3, "row 3", "evaluations.columns", Costs.ROW, None)
        ]
        assert tally(table) == Tally(3, 2, 1)
        finding = result(table, "columns")
        assert (finding.outcome, finding.costs, finding.blocks) == (Outcome.FAILED, Costs.ROW, False)
        assert told(finding) == "a.csv: 1 regel zonder leesbaar antwoord: 3 / 1 line without a readable answer: 3"
        assert "Jansen" not in str((table.quarantine, table.results))


def test_of_an_engine_that_reads_pieces_side_by_side_no_piece_begins_within_a_cell(
    answers: Answers, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(answer_files, "BUFFER", 256)
    lines = [line(b'"one\n;two\nC;3"', f"R-{n}".encode()) for n in range(500)]
    found = answers.text(b"\n".join((HEADER, *lines)))
    assert {row["course"]: row["answers"] for row in found.rows.to_pylist()} == {"one ;two C;3": 500}
    assert tally(found) == Tally(500, 500, 0)


@given(content=texts())
@settings(max_examples=12, deadline=None)
def test_every_line_of_any_text_is_an_answer_or_set_aside_by_its_number(any_answers: Answers, content: bytes) -> None:
    pieces = 1_000
    # A record must fit the piece in which it is read: really one of 2 MB fits, and a longer one has the file refused.
    records = [cells for _, cells in reading(content) if cells is not None]
    assume(max(sum(len(cell.encode()) + 3 for cell in cells) for cells in [[""], *records]) < pieces)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(answer_files, "BUFFER", pieces)
        found = any_answers.text(content)
    accepted: Counter[str | None] = Counter()
    aside: set[int] = set()
    received = 0
    for number, cells in reading(content):
        if cells is not None and not any(map(blankless, cells)):
            continue
        received += 1
        if cells is None or len(cells) < 9 or any(map(blankless, cells[9:])) or not acceptable(cells):
            aside.add(number)
        else:
            accepted[" ".join(cells[5].split()) or None] += 1  # in a name all blanks are one space
    assert {q.row for q in found.quarantine} == aside
    assert tally(found) == Tally(received, accepted.total(), len(aside))
    by_course: Counter[str | None] = Counter()
    for row in found.rows.to_pylist():
        by_course[row["course"]] += row["answers"]
    assert by_course == accepted


# -- a text taken apart in records


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
    monkeypatch.setattr(record_reading, "LONGEST_LINE", 100)
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
        monkeypatch.setattr(record_reading, "BLOCK", size)
        assert [record for _, record in records(place, ";", 1)] == [*lines, lines[0]]


@pytest.mark.parametrize(("content", "expected"), [(b'a;"b;c"\nd', True), (b'a;"b\nc";d', False), (b'a"b\nc', True)])
def test_the_first_lines_are_records_by_themselves_or_not(place: Path, content: bytes, expected: bool) -> None:
    place.write_bytes(content)
    assert each_a_record(place, 2, ";") is expected
