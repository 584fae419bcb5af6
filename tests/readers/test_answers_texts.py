"""Texts of answers as people and systems write them: each line is an answer, or is set aside by its number."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from kwaliteitsmonitor.methods.checks.results import Outcome
from kwaliteitsmonitor.readers.answers import files as answer_files
from kwaliteitsmonitor.readers.staging import Tally
from schemas.consequences import Costs
from schemas.profile.feeds import Format
from tests.readers.answering import HISTORY, NAMES, Answers, answer, as_csv, as_parquet, result, tally

CASES = Path(__file__).parents[1] / "cases"
HEADER = ";".join(NAMES).encode()
FIRST = b"course;2019-2020;FGW;56034;Ba"


def line(course: bytes, respondent: bytes = b"R-1", score: bytes = b"4") -> bytes:
    """An answer as a line, with this text in the column of the course."""
    return b";".join((FIRST, course, b"teaching_methods", score, respondent))


def courses(answers: Answers, content: bytes, **more: str) -> dict[str | None, int]:
    """The number of answers per course that are accepted of a text."""
    return {row["course"]: row["answers"] for row in answers.text(content, **more).rows.to_pylist()}


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
def test_text_may_have_a_byte_order_mark_and_any_line_end(answers: Answers, end: str, mark: bytes) -> None:
    content = mark + as_csv([answer("R-1"), answer("R-2"), answer("R-3", 9)], end=end)
    found = answers.text(content)
    assert tally(found) == Tally(3, 2, 1)
    assert [q.row for q in found.quarantine] == [4]


def test_line_ends_may_be_mixed_in_one_file(answers: Answers) -> None:
    lines = [line(b"C", b"R-1"), line(b"C", b"R-2"), line(b"C", b"R-3", b"9"), line(b"C", b"R-4")]
    found = answers.text(HEADER + b"\r\n" + b"".join(map(bytes.__add__, lines, (b"\n", b"\r\n", b"\r", b"\n"))))
    assert tally(found) == Tally(4, 3, 1)
    assert [q.row for q in found.quarantine] == [4]


@pytest.mark.parametrize(
    ("encoding", "declared"),
    [("cp1252", "cp1252"), ("cp1252", "auto"), ("iso-8859-1", "iso-8859-1"), ("utf-16", "auto"), ("utf-8-sig", "auto")],
)
def test_text_in_the_encoding_of_the_source_is_read(answers: Answers, encoding: str, declared: str) -> None:
    content = as_csv([answer("R-1", course="Café één"), answer("R-2", 8)]).decode().encode(encoding)
    found = answers.text(content, encoding=declared)
    assert found.rows.column("course").to_pylist() == ["Café één"]
    assert [q.row for q in found.quarantine] == [3]


def test_that_an_encoding_and_a_delimiter_were_found_is_said(answers: Answers) -> None:
    content = as_csv([answer("R-1", course="Café")]).decode().replace(";", "\t").encode("cp1252")
    found = answers.text(content, encoding="auto", delimiter="auto")
    assert found.rows.column("course").to_pylist() == ["Café"]
    said = [r.detail for r in found.results if r.rule == "evaluations.read_as"]
    assert [("windows-1252" in one, "tabs" in one) for one in said] == [(True, False), (False, True)]


def test_text_in_another_form_than_declared_is_rejected_with_what_it_is(answers: Answers) -> None:
    comma = as_csv([answer("R-1")]).replace(b";", b",")
    assert "its cells are separated by commas" in answers.rejection(answers.file(comma))
    utf8 = as_csv([answer("R-1", course="Café")])
    assert "this is text in utf-8" in answers.rejection(answers.file(utf8, encoding="cp1252"))


def test_rows_of_empty_cells_are_no_rows(answers: Answers) -> None:
    lines = as_csv([answer("R-1"), answer("R-2", 9)]).splitlines()
    content = b"\n".join([lines[0], lines[1], b";" * 8, lines[2], b";" * 8, b"", b";;", b'" ";', b""])
    found = answers.text(content)
    assert tally(found) == Tally(2, 1, 1)
    assert [q.row for q in found.quarantine] == [4]


@pytest.mark.parametrize("blank", [" ", "\t", "\u00a0", "  "])
@pytest.mark.parametrize("quote", ["", '"'])
def test_blanks_around_a_cell_are_no_part_of_it(answers: Answers, blank: str, quote: str) -> None:
    spaced = f"{quote}{blank}C-1{blank}{quote}".encode()
    last = f"{quote}R-2{blank}{quote}".encode()
    content = b"\n".join((HEADER, line(b"C-1"), line(spaced, b"R-1"), line(b"C-1", last), line(spaced, b"R-3")))
    found = answers.text(content)
    assert {row["course"]: row["answers"] for row in found.rows.to_pylist()} == {"C-1": 3}
    assert [(q.row, q.rule) for q in found.quarantine] == [(3, "evaluations.one_answer")]


def test_a_quote_and_a_separator_in_a_cell_are_part_of_it(answers: Answers) -> None:
    found = answers.rows([answer(course='a;"b"')], Format.CSV)
    assert found.rows.column("course").to_pylist() == ['a;"b"']


def test_a_header_may_hold_quotes(answers: Answers) -> None:
    rows = [{**answer(), 'de "score"': 4, "it's": 1}]
    names = [*(n for n in NAMES if n != "score"), 'de "score"', "it's"]
    for form, content in ((Format.CSV, as_csv(rows, names)), (Format.PARQUET, as_parquet(rows, names))):
        found = answers.stage(answers.file(content, form, columns={'de "score"': "score"}))
        assert found.rows.column("score").to_pylist() == [4]


def test_a_header_may_go_on_over_lines(answers: Answers) -> None:
    header = HEADER.replace(b"score", b'"Geef een\ncijfer"')
    content = b"\n".join((header, line(b"C", b"R-1"), line(b"C", b"R-2", b"9")))
    found = answers.text(content, columns={"geef een cijfer": "score"})
    assert tally(found) == Tally(2, 1, 1)
    assert [q.row for q in found.quarantine] == [4]


@pytest.mark.parametrize(
    "wrong",
    [
        line(b"C") + b";R-Jansen",
        b"course;2019-2020;FGW;R-Jansen",
        line(b"C", b'"R-Jansen'),
        line(b"C", b'"R-"Jansen'),
        line(b"C", b"R-Jans\xe9n"),
        line(b"C", b"R-\x00Jansen"),
        line(b'"Jansen', b"R-9"),
    ],
    ids=["longer", "shorter", "open-quote", "stray-quote", "encoding", "zero", "open-quote-inside"],
)
@pytest.mark.parametrize("quoted", [False, True])
def test_a_line_that_is_no_answer_is_set_aside_by_its_number_and_the_others_go_on(
    answers: Answers, wrong: bytes, quoted: bool
) -> None:
    course = b'"C;1"' if quoted else b"C"
    good = [line(course, b"R-1"), line(course, b"R-2")]
    found = answers.text(b"\n".join((HEADER, good[0], wrong, good[1], b"")))
    assert [(q.row, q.cell, q.rule, q.costs, q.found) for q in found.quarantine] == [
        (3, "row 3", "evaluations.columns", Costs.ROW, None)
    ]
    assert tally(found) == Tally(3, 2, 1)
    told = result(found, "columns")
    assert (told.outcome, told.costs, told.blocks) == (Outcome.FAILED, Costs.ROW, False)
    assert told.detail == "a.csv: 1 regel zonder leesbaar antwoord: 3 / 1 line without a readable answer: 3"
    assert "Jansen" not in str((found.quarantine, found.results))


def test_a_cell_may_go_on_over_lines_and_those_after_it_keep_their_numbers(answers: Answers) -> None:
    lines = [line(b'"a\nb\n\nc"', b"R-1"), line(b"C", b"R-2", b"9"), line(b"C"), line(b"C") + b";x"]
    found = answers.text(b"\n".join((HEADER, *lines)))
    assert [(q.row, q.rule) for q in found.quarantine] == [(6, "evaluations.score.range"), (8, "evaluations.columns")]
    assert tally(found) == Tally(4, 2, 2)


def test_a_quote_that_is_never_closed_takes_no_other_lines_along(answers: Answers) -> None:
    lines = [line(b"C", f"R-{n}".encode()) for n in range(1000)]
    lines[499] = line(b'"C', b"R-499")
    found = answers.text(b"\n".join((HEADER, *lines)))
    assert [q.row for q in found.quarantine] == [501]
    assert tally(found) == Tally(1000, 999, 1)


def test_of_an_engine_that_reads_pieces_side_by_side_no_piece_begins_within_a_cell(
    answers: Answers, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(answer_files, "BUFFER", 256)
    lines = [line(b'"one\n;two\nC;3"', f"R-{n}".encode()) for n in range(500)]
    found = answers.text(b"\n".join((HEADER, *lines)))
    assert {row["course"]: row["answers"] for row in found.rows.to_pylist()} == {"one ;two C;3": 500}
    assert tally(found) == Tally(500, 500, 0)


cell = st.sampled_from(
    [b"C", b"", b'"C"', b'"a;b"', b'"a\nb"', b'"a""b"', b'""', b'x"y', b' "s" ', b" C ", "één".encode()]
)
odd = st.sampled_from(
    [b'"', b'"open', b'"a"b', b";", b"\x00", b"\xe9", b"\n", b"\r\n", b"\r", b" ", b"\xc2\xa0", b'"\n"', b'";', b"x;y"]
)


@st.composite
def texts(draw: st.DrawFn) -> bytes:
    """A text with good lines, and between them bytes of any kind."""
    end = draw(st.sampled_from([b"\n", b"\n", b"\r\n"]))
    pieces = [HEADER, end]
    for number in range(draw(st.integers(0, 30))):
        if draw(st.integers(0, 5)):
            score = draw(st.sampled_from([b"4", b"4", b"5", b"x"]))
            pieces += [line(draw(cell), f"R-{number}".encode(), score), end]
        else:
            pieces += draw(st.lists(odd | cell, min_size=1, max_size=4))
            pieces += draw(st.sampled_from([[], [end], [b"\r\n"]]))
    return draw(st.sampled_from([b"", b"\xef\xbb\xbf"])) + b"".join(pieces)


@given(content=texts(), pieces=st.sampled_from([200, 1000, answer_files.BUFFER]))
@settings(max_examples=40, deadline=None)
def test_every_line_of_any_text_is_an_answer_or_set_aside_by_its_number(
    any_answers: Answers, content: bytes, pieces: int
) -> None:
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
    assert sum(accepted.values()) + len(aside) == received
    assert tally(found) == Tally(received, sum(accepted.values()), len(aside))
    assert by_course(found.rows.to_pylist()) == accepted


def by_course(rows: list[dict[str, object]]) -> Counter[object]:
    """Answers per course."""
    found: Counter[object] = Counter()
    for row in rows:
        found[row["course"]] += row["answers"]  # type: ignore[operator]
    return found


def blankless(text: str) -> str:
    """A cell without the blanks around it."""
    return text.strip(" \t\n\r\u00a0")


def acceptable(cells: list[str]) -> bool:
    """Whether a row of these cells meets the contract."""
    plain = list(map(blankless, cells))
    fixed = plain[:5] == ["course", "2019-2020", "FGW", HISTORY, "Ba"] and plain[6] == "teaching_methods"
    return fixed and plain[7] in "12345" and plain[7] != "" and plain[8] != ""


def reading(content: bytes) -> Iterator[tuple[int, list[str] | None]]:
    """Each record under the header with its line, as cells; none for a line that is not a record. Letter by letter."""
    lines = re.split(b"\r\n|\r|\n", content.removeprefix(b"\xef\xbb\xbf"))
    if lines[-1] == b"":
        lines.pop()
    at = 1
    while at < len(lines):
        cells, used = record(lines[at : at + 201])
        yield at + 1, cells
        at += used


def record(lines: list[bytes]) -> tuple[list[str] | None, int]:
    """The cells of the record that these lines begin with, and how many it takes; no cells where it is none."""
    for used in range(1, len(lines) + 1):
        if not all(b"\0" not in one and is_utf8(one) for one in lines[:used]):
            return None, 1
        cells, is_open = parsed(b"\n".join(lines[:used]).decode())
        if cells is not None:
            return cells, used
        if not is_open:
            return None, 1
    return None, 1


def is_utf8(text: bytes) -> bool:
    """Whether these bytes are text."""
    try:
        text.decode()
    except UnicodeDecodeError:
        return False
    return True


def parsed(text: str) -> tuple[list[str] | None, bool]:
    """The cells of a text, or none; then whether it ends within quotes."""
    cells: list[str] = []
    current, state = "", "start"
    for letter in text:
        if state == "start" and letter == '"' and not current.strip(" "):
            current, state = "", "quoted"
        elif state in ("start", "plain", "after") and letter == ";":
            cells.append(current)
            current, state = "", "start"
        elif state in ("start", "plain"):
            current, state = current + letter, "start" if state == "start" and letter == " " else "plain"
        elif state == "quoted":
            current, state = (current, "quote") if letter == '"' else (current + letter, "quoted")
        elif state == "quote" and letter == '"':
            current, state = current + '"', "quoted"
        elif state == "quote" and letter == ";":
            cells.append(current)
            current, state = "", "start"
        elif state in ("quote", "after") and letter == " ":
            state = "after"
        else:
            return None, False
    return (None, True) if state == "quoted" else ([*cells, current], False)


WINDOWS = b"\n".join((HEADER, line(b"C", b"R-1"), line("Café".encode("cp1252"), b"R-2"), line(b"C", b"R-3"), b""))


def test_lines_in_another_encoding_are_set_aside_as_such_and_the_encoding_is_named(answers: Answers) -> None:
    found = answers.text(WINDOWS)
    assert [(q.row, q.expected.nl) for q in found.quarantine] == [
        (3, "tekst in utf-8; de letters van deze regel zijn in een andere tekencodering geschreven")
    ]
    (told,) = [r for r in found.results if r.rule == "evaluations.read_as"]
    assert "dit is geen tekst in utf-8 maar in windows-1252; 1 regel apart gezet" in told.detail
    assert told.costs is Costs.NOTE
    assert "Caf" not in told.detail


def test_a_header_in_another_encoding_refuses_the_file_with_what_it_is(answers: Answers) -> None:
    content = WINDOWS.replace(b"course;", "opleiding België;".encode("cp1252"), 1)
    said = answers.rejection(answers.file(content, columns={"opleiding België": "course"}))
    assert "this is not text in utf-8 but in windows-1252: see line 1" in said


def test_answers_are_read_in_the_encoding_that_they_have_where_none_was_agreed(answers: Answers) -> None:
    found = answers.text(WINDOWS, encoding="auto")
    assert tally(found) == Tally(3, 3, 0)
    assert "Café" in found.rows.column("course").to_pylist()


def test_utf_16_without_a_mark_is_refused_as_what_it_is(answers: Answers) -> None:
    content = as_csv([answer("R-1")]).decode().encode("utf-16-le")
    assert "this is text in utf-16" in answers.rejection(answers.file(content))


def test_answers_that_end_in_the_middle_of_a_letter_are_told_as_such(answers: Answers) -> None:
    content = as_csv([answer("R-é"), answer("R-é2", course="één")]).rstrip()[:-1] + "é".encode()[:1]
    found = answers.text(content)
    assert [q.row for q in found.quarantine] == [3]
    assert any("afgebroken midden in een letter" in r.detail for r in found.results)


@pytest.mark.parametrize("end", [b"\n", b"\r\n", b"\r"])
def test_a_mark_where_one_file_was_put_after_another_is_no_part_of_an_answer(answers: Answers, end: bytes) -> None:
    lines = [HEADER, line(b"C", b"R-1"), b"\xef\xbb\xbf" + line(b"C", b"R-2"), line(b"C", b"R-3", b"9"), b""]
    found = answers.text(end.join(lines))
    assert tally(found) == Tally(3, 2, 1)
    assert [q.row for q in found.quarantine] == [4]


def test_the_case_of_answers_in_windows_1252_names_the_encoding(answers: Answers) -> None:
    content = (CASES / "answers-windows-1252" / "programma.csv").read_bytes()
    found = answers.text(content)
    assert [q.row for q in found.quarantine] == [2]
    assert any("maar in windows-1252" in r.detail for r in found.results)
