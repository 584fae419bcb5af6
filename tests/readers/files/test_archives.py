"""ZIP files of texts."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from kwaliteitsmonitor.readers.files.opening import grids
from kwaliteitsmonitor.readers.files.refusals import RefusedFileError
from tests.readers.files.making import READ_TEXT, ROWS, packed, put, raw_zip, source, text_of, xlsx, zeros, zipped

TEXT = text_of(ROWS)


def names(folder: Path, content: bytes, *wanted: str) -> list[str]:
    return [grid.name for grid in grids(put(folder, content), source("zip"), wanted)]


def refusal(folder: Path, content: bytes) -> str:
    with pytest.raises(RefusedFileError) as caught:
        grids(put(folder, content), source("zip"), [])
    return caught.value.words.en


def test_each_text_is_a_grid_by_its_name(tmp_path: Path) -> None:
    found = grids(put(tmp_path, zipped({"a.csv": TEXT, "map/b.csv": TEXT})), source("zip"), [])
    assert [(grid.name, grid.cells) for grid in found] == [("a.csv", READ_TEXT), ("map/b.csv", READ_TEXT)]
    assert names(tmp_path, zipped({})) == []


def test_members_are_asked_for_by_path_name_or_pattern_whatever_their_case(tmp_path: Path) -> None:
    content = zipped({"Data/Antwoorden 2020.CSV": TEXT, "data/labels.csv": TEXT, "leesmij.txt": "hallo"})
    assert names(tmp_path, content, "antwoorden*.csv") == ["Data/Antwoorden 2020.CSV"]
    assert names(tmp_path, content, "data/*") == ["Data/Antwoorden 2020.CSV", "data/labels.csv"]
    assert names(tmp_path, content, "LABELS.csv", "leesmij.txt") == ["data/labels.csv", "leesmij.txt"]
    assert names(tmp_path, content, "schalen.csv") == []


def test_what_computers_leave_behind_is_no_member(tmp_path: Path) -> None:
    content = zipped({"a.csv": TEXT, "__MACOSX/._a.csv": b"\0\5\x16\7", ".DS_Store": b"\0", "map/Thumbs.db": b"\0"})
    assert names(tmp_path, content) == ["a.csv"]


def test_a_zip_in_a_zip_is_refused_by_name_and_by_content(tmp_path: Path) -> None:
    inner = zipped({"a.csv": TEXT})
    for name, content in (("b.zip", inner), ("b.csv", inner), ("b.xlsx", xlsx({"x": ROWS}))):
        assert refusal(tmp_path, zipped({name: content})).startswith(f"{name} is not a text file")


@pytest.mark.parametrize("name", ["../../etc/passwd", "/etc/passwd", "map/../../x.csv", "..\\x.csv", "C:\\x.csv"])
def test_a_member_that_wants_out_of_its_folder_is_refused(tmp_path: Path, name: str) -> None:
    assert "outside its folder" in refusal(tmp_path, zipped({"a.csv": TEXT, name: TEXT}))
    assert [path.name for path in tmp_path.iterdir()] == ["levering"]


def test_a_symbolic_link_as_a_member_is_refused(tmp_path: Path) -> None:
    content = raw_zip([("a.csv", packed(b"/etc/passwd"), 11, 0, (stat.S_IFLNK | 0o777) << 16)])
    assert refusal(tmp_path, content).startswith("a.csv is a symbolic link; expected the file itself")


def test_a_member_with_a_password_is_refused(tmp_path: Path) -> None:
    assert refusal(tmp_path, raw_zip([("a.csv", packed(b"a;b"), 3, 1, 0)])).startswith("a.csv has a password")


def test_a_name_that_stands_twice_is_refused(tmp_path: Path) -> None:
    content = raw_zip([("a.csv", packed(b"a;b"), 3, 0, 0), ("a.csv", packed(b"c;d"), 3, 0, 0)])
    assert refusal(tmp_path, content).startswith("a.csv is in it more than once")


@pytest.mark.parametrize(
    ("gigabytes", "claimed"), [(10, 10 << 30 & 0xFFFFFFFF), (10, 1000), (1, 1 << 30)], ids=["honest", "lying", "within"]
)
def test_a_bomb_is_not_unpacked(tmp_path: Path, gigabytes: int, claimed: int) -> None:
    content = raw_zip([("a.csv", zeros(gigabytes), claimed, 0, 0)])
    assert "unpacks to far more than a delivery can be" in refusal(tmp_path, content)


def test_too_many_members_are_refused(tmp_path: Path) -> None:
    content = zipped({f"{n}.csv": "" for n in range(10_001)}, packing=0)
    assert "holds too many files; expected at most 10,000" in refusal(tmp_path, content)


def test_a_directory_of_endless_length_is_not_read(tmp_path: Path) -> None:
    content = zipped({f"{n}{'x' * 900}.csv": "" for n in range(6_000)}, packing=0)
    assert "holds too many files" in refusal(tmp_path, content)


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (zipped({"a.csv": TEXT, "map/b.csv": b"a;b\n1;\x002\n"}), "map/b.csv: line 2 has a NUL byte"),
        (raw_zip([("a.csv", packed(b"a;b\n1;2\n"), 8, 0, 0)]), "a.csv in this file is damaged"),
        (zipped({"a.csv": TEXT})[:60], "this file is damaged or cut off"),
    ],
    ids=["wrong-text", "wrong-sum", "cut-off"],
)
def test_what_is_wrong_is_said_with_the_name_of_the_member(tmp_path: Path, content: bytes, sentence: str) -> None:
    assert refusal(tmp_path, content).startswith(sentence)
