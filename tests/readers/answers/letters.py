"""The records of a text of answers read letter by letter, to hold the engine and the records that it gets against."""

from __future__ import annotations

import re
from collections.abc import Iterator

from hypothesis import strategies as st

from tests.readers.answering import HISTORY, NAMES

HEADER = ";".join(NAMES).encode()
FIRST = b"course;2019-2020;FGW;56034;Ba"
CELLS = st.sampled_from(
    [b"C", b"", b'"C"', b'"a;b"', b'"a\nb"', b'"a""b"', b'""', b'x"y', b' "s" ', b" C ", "één".encode()]
)
ODD = st.sampled_from(
    [b'"', b'"open', b'"a"b', b";", b"\x00", b"\xe9", b"\n", b"\r\n", b"\r", b" ", b"\xc2\xa0", b'"\n"', b'";', b"x;y"]
)


def line(course: bytes, respondent: bytes = b"R-1", score: bytes = b"4") -> bytes:
    """An answer as a line, with this text in the column of the course."""
    return b";".join((FIRST, course, b"teaching_methods", score, respondent))


@st.composite
def texts(draw: st.DrawFn) -> bytes:
    """A text with good lines, and between them bytes of any kind."""
    end = draw(st.sampled_from([b"\n", b"\n", b"\r\n"]))
    pieces = [HEADER, end]
    for number in range(draw(st.integers(0, 30))):
        if draw(st.integers(0, 5)):
            score = draw(st.sampled_from([b"4", b"4", b"5", b"x"]))
            pieces += [line(draw(CELLS), f"R-{number}".encode(), score), end]
        else:
            pieces += draw(st.lists(ODD | CELLS, min_size=1, max_size=4))
            pieces += draw(st.sampled_from([[], [end], [b"\r\n"]]))
    return draw(st.sampled_from([b"", b"\xef\xbb\xbf"])) + b"".join(pieces)


def blankless(text: str) -> str:
    """A cell without the blanks around it."""
    return text.strip(" \t\n\r\u00a0")


def acceptable(cells: list[str]) -> bool:
    """Whether a row of these cells meets the contract."""
    plain = list(map(blankless, cells))
    fixed = plain[:5] == ["course", "2019-2020", "FGW", HISTORY, "Ba"] and plain[6] == "teaching_methods"
    return fixed and plain[7] in "12345" and plain[7] != "" and plain[8] != ""


def reading(content: bytes) -> Iterator[tuple[int, list[str] | None]]:
    """Each record under the header with its line, as cells; `None` for a line that is not a record."""
    lines = re.split(b"\r\n|\r|\n", content.removeprefix(b"\xef\xbb\xbf"))
    if lines[-1] == b"":
        lines.pop()
    at = 1
    while at < len(lines):
        cells, used = _record(lines[at : at + 201])
        yield at + 1, cells
        at += used


def _record(lines: list[bytes]) -> tuple[list[str] | None, int]:
    """The cells of the record that these lines begin with, and how many it takes; no cells where it is none."""
    for used in range(1, len(lines) + 1):
        if not all(b"\0" not in one and _is_utf8(one) for one in lines[:used]):
            return None, 1
        cells, is_open = parsed(b"\n".join(lines[:used]).decode())
        if cells is not None:
            return cells, used
        if not is_open:
            return None, 1
    return None, 1


def _is_utf8(text: bytes) -> bool:
    try:
        text.decode()
    except UnicodeDecodeError:
        return False
    return True


def parsed(text: str) -> tuple[list[str] | None, bool]:
    """The cells of a text, or `None`; then whether it ends within quotes."""
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
