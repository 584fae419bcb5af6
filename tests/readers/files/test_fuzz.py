"""Files at random, within what a test run may take; `python -m tests.readers.files.fuzz` goes on for longer."""

from __future__ import annotations

import random
import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kwaliteitsmonitor.readers.files import RefusedFileError, grids
from tests.readers.files.fuzz import KINDS, candidates, changed, outcome
from tests.readers.files.making import put, source, text_of, valid

FILES = candidates()
STARTS = [b"", b"PK\x03\x04", b"PK\x05\x06", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"PAR1", b"\xff\xfe", b"<?xml"]
FORMS = [source(form, encoding="auto", delimiter="auto") for form in ("workbook", "csv", "fixed", "parquet", "zip")]


@settings(max_examples=200, deadline=None)
@given(st.sampled_from([*STARTS, b"a;b\n"]), st.binary(max_size=400), st.sampled_from(FORMS))
def test_of_random_bytes_nothing_comes_but_a_refusal_or_a_grid(start: bytes, rest: bytes, form: object) -> None:
    with tempfile.TemporaryDirectory() as folder:
        assert outcome(start + rest, form, Path(folder)) in ("read", "refused")  # type: ignore[arg-type]


@settings(max_examples=300, deadline=None)
@given(st.integers(0, len(FILES) - 1), st.integers(0, 2**32))
def test_of_a_file_changed_at_random_nothing_comes_but_a_refusal_or_a_grid(which: int, seed: int) -> None:
    content, form = FILES[which]
    with tempfile.TemporaryDirectory() as folder:
        assert outcome(changed(content, random.Random(seed)), form, Path(folder)) in ("read", "refused")


@settings(max_examples=100, deadline=None)
@given(st.sampled_from(KINDS), st.floats(0, 1))
def test_of_a_file_cut_off_anywhere_nothing_comes_but_a_refusal_or_a_grid(kind: str, share: float) -> None:
    content, form = valid(kind)  # type: ignore[arg-type]
    with tempfile.TemporaryDirectory() as folder:
        assert outcome(content[: int(len(content) * share)], form, Path(folder)) in ("read", "refused")


CELLS = st.text(st.characters(blacklist_categories=("Cs",), blacklist_characters="\0\r\n"), min_size=1, max_size=12)


@settings(max_examples=150, deadline=None)
@given(
    st.lists(st.tuples(CELLS, CELLS, CELLS), min_size=1, max_size=6),
    st.sampled_from([";", ",", "\t", "|"]),
    st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]),
)
def test_what_was_written_as_text_is_read_again(
    rows: list[tuple[str, str, str]], delimiter: str, encoding: str
) -> None:
    quoted = [[f'"{cell.replace(chr(34), chr(34) * 2)}"' for cell in row] for row in rows]
    with tempfile.TemporaryDirectory() as folder:
        path = put(Path(folder), text_of(quoted, delimiter).encode(encoding))
        form = source("csv", delimiter=delimiter, encoding=encoding.removesuffix("-sig"))
        expected = [list(row) for row in rows if any(cell.strip() for cell in row)]
        if not expected:
            with pytest.raises(RefusedFileError, match="there is nothing in this file"):
                grids(path, form, [])
            return
        (found,) = grids(path, form, [])
    assert found.cells == expected


@pytest.mark.parametrize("kept", sorted((Path(__file__).parent / "kept").iterdir()), ids=lambda path: path.name)
def test_what_once_ended_otherwise_is_refused(kept: Path, tmp_path: Path) -> None:
    assert outcome(kept.read_bytes(), source(kept.name.partition("-")[0]), tmp_path) == "refused"


def test_of_a_parquet_file_any_byte_may_be_wrong(tmp_path: Path) -> None:
    content, form = valid("parquet")
    outcomes = set()
    for at in range(4, len(content) - 8):
        broken = content[:at] + bytes([content[at] ^ 0x7F]) + content[at + 1 :]
        outcomes.add(outcome(broken, form, tmp_path))
    assert outcomes == {"read", "refused"}
