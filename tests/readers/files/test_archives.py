"""ZIP files of texts, and the ZIP that a workbook is, read with distrust."""

from __future__ import annotations

import stat
from dataclasses import replace
from pathlib import Path

import pytest

from kwaliteitsmonitor.readers.files.limits import LIMITS
from kwaliteitsmonitor.readers.files.names import is_wanted, is_wanted_by_name
from kwaliteitsmonitor.readers.files.opening import grids
from kwaliteitsmonitor.readers.files.packages import opened
from kwaliteitsmonitor.readers.files.parts import elements, is_true, local
from kwaliteitsmonitor.readers.files.refusals import RefusedFileError, shown
from tests.readers.files.making import (
    MAIN,
    READ_TEXT,
    ROWS,
    packed,
    put,
    raw_zip,
    refusal,
    source,
    text_of,
    xlsx,
    zeros,
    zipped,
)

TEXT = text_of(ROWS)


def names(folder: Path, content: bytes, *wanted: str) -> list[str]:
    return [grid.name for grid in grids(put(folder, content), source("zip"), wanted)]


def refused(folder: Path, content: bytes) -> str:
    return refusal(folder, content, source("zip"))


def test_each_text_is_a_grid_asked_for_by_path_name_or_pattern_whatever_its_case(tmp_path: Path) -> None:
    members = grids(put(tmp_path, zipped({"a.csv": TEXT, "map/b.csv": TEXT})), source("zip"), [])
    assert [(grid.name, grid.cells) for grid in members] == [("a.csv", READ_TEXT), ("map/b.csv", READ_TEXT)]
    assert names(tmp_path, zipped({})) == []
    content = zipped({"Data/Antwoorden 2020.CSV": TEXT, "data/labels.csv": TEXT, "leesmij.txt": "hallo"})
    assert names(tmp_path, content, "antwoorden*.csv") == ["Data/Antwoorden 2020.CSV"]
    assert names(tmp_path, content, "data/*") == ["Data/Antwoorden 2020.CSV", "data/labels.csv"]
    assert names(tmp_path, content, "LABELS.csv", "leesmij.txt") == ["data/labels.csv", "leesmij.txt"]
    assert names(tmp_path, content, "schalen.csv") == []
    left = {"__MACOSX/._a.csv": b"\0\5\x16\7", ".DS_Store": b"\0", "map/Thumbs.db": b"\0"}
    assert names(tmp_path, zipped({"a.csv": TEXT, **left})) == ["a.csv"], "what computers leave behind is no member"


def test_a_zip_in_a_zip_is_refused_by_name_and_by_content(tmp_path: Path) -> None:
    inner = zipped({"a.csv": TEXT})
    for name, content in (("b.zip", inner), ("b.csv", inner), ("b.xlsx", xlsx({"x": ROWS}))):
        assert refused(tmp_path, zipped({name: content})).startswith(f"{name} is not a text file")


def test_a_member_that_wants_out_of_its_folder_is_refused(tmp_path: Path) -> None:
    for name in ("../../etc/passwd", "/etc/passwd", "map/../../x.csv", "..\\x.csv", "C:\\x.csv"):
        assert "outside its folder" in refused(tmp_path, zipped({"a.csv": TEXT, name: TEXT}))
        assert [path.name for path in tmp_path.iterdir()] == ["levering"]


def test_a_symbolic_link_as_a_member_is_refused(tmp_path: Path) -> None:
    content = raw_zip([("a.csv", packed(b"/etc/passwd"), 11, 0, (stat.S_IFLNK | 0o777) << 16)])
    assert refused(tmp_path, content).startswith("a.csv is a symbolic link; expected the file itself")


def test_a_member_with_a_password_is_refused(tmp_path: Path) -> None:
    assert refused(tmp_path, raw_zip([("a.csv", packed(b"a;b"), 3, 1, 0)])).startswith("a.csv has a password")


def test_a_name_that_stands_twice_is_refused(tmp_path: Path) -> None:
    content = raw_zip([("a.csv", packed(b"a;b"), 3, 0, 0), ("a.csv", packed(b"c;d"), 3, 0, 0)])
    assert refused(tmp_path, content).startswith("a.csv is in it more than once")


def test_a_bomb_is_not_unpacked(tmp_path: Path) -> None:
    for gigabytes, claimed in ((10, 10 << 30 & 0xFFFFFFFF), (10, 1000), (1, 1 << 30)):
        content = raw_zip([("a.csv", zeros(gigabytes), claimed, 0, 0)])
        assert "unpacks to far more than a delivery can be" in refused(tmp_path, content)


def test_too_many_members_are_refused(tmp_path: Path) -> None:
    content = zipped({f"{n}.csv": "" for n in range(10_001)}, packing=0)
    assert "holds too many files; expected at most 10,000" in refused(tmp_path, content)


def test_a_directory_of_endless_length_is_not_read(tmp_path: Path) -> None:
    content = zipped({f"{n}{'x' * 900}.csv": "" for n in range(6_000)}, packing=0)
    assert "holds too many files" in refused(tmp_path, content)


def test_what_is_wrong_is_said_with_the_name_of_the_member(tmp_path: Path) -> None:
    for content, sentence in (
        (zipped({"a.csv": TEXT, "map/b.csv": b"a;b\n1;\x002\n"}), "map/b.csv: line 2 has a NUL byte"),
        (raw_zip([("a.csv", packed(b"a;b\n1;2\n"), 8, 0, 0)]), "a.csv in this file is damaged"),
        (zipped({"a.csv": TEXT})[:60], "this file is damaged or cut off"),
    ):
        assert refused(tmp_path, content).startswith(sentence)


# -- the ZIP container of a workbook and its small parts of XML


def test_a_part_is_found_whatever_its_case_and_read_within_bounds(tmp_path: Path) -> None:
    with opened(put(tmp_path, zipped({"XL/Book.xml": "x" * 100, "map/": ""}))) as package:
        assert list(package.members) == ["XL/Book.xml"]
        assert [package.part(name) for name in ("xl/book.xml", "xl/sheet.xml")] == ["XL/Book.xml", ""]
        assert package.read("XL/Book.xml") == b"x" * 100
        with pytest.raises(RefusedFileError, match=r"XL/Book\.xml in this file is damaged"):
            package.read("XL/Book.xml", most=99)


def test_a_package_that_is_packed_in_another_way_or_of_too_many_members_is_refused(tmp_path: Path) -> None:
    unusual = pytest.raises(RefusedFileError, match="a is packed in an unusual way; expected an ordinary ZIP file")
    with opened(put(tmp_path, zipped({"a": "x" * 100}, packing=14))) as package, unusual:
        package.read("a")
    too_many = pytest.raises(RefusedFileError, match="too many files; expected at most 1")
    with too_many, opened(put(tmp_path, zipped({"a": "", "b": ""})), replace(LIMITS, members=1)):
        pass


def test_elements_are_known_by_their_names_without_a_prefix_where_they_are_of_the_form() -> None:
    part = f'<x:a xmlns:x="{MAIN}" xmlns:y="urn:y" n="1" y:n="2"><y:b/></x:a>'.encode()
    assert elements("a.xml", part) == [("a", {"n": "1", "urn:y:n": "2"}), ("urn:y:b", {})]
    assert (local(f"{MAIN} c"), local("c"), local("urn:y c")) == ("c", "c", "urn:y:c")
    assert [is_true(text) for text in ("1", " true\n", "0", None)] == [True, True, False, False]


def test_a_part_that_no_office_program_writes_is_refused() -> None:
    for part, most, sentence in (
        (b"<a", 10, "a.xml in this file is damaged"),
        (b"<a><b/><b/></a>", 2, "a.xml is written in a way"),
        (b'<?xml version="1.0" encoding="klingon"?><a/>', 10, "a.xml (is written in a way|in this file is damaged)"),
    ):
        with pytest.raises(RefusedFileError, match=sentence):
            elements("a.xml", part, replace(LIMITS, elements=most))


def test_names_are_asked_for_by_themselves_or_by_a_pattern_and_printable_in_a_sentence() -> None:
    assert [is_wanted("BFR 2020", w) for w in ([], ["bfr *"], [" bfr  2020 "], ["BFR"])] == [True, True, True, False]
    assert [is_wanted_by_name("BFR 2020", wanted) for wanted in (["bfr 2020"], ["bfr *"], [])] == [True, False, False]
    assert (shown("a\nb"), len(shown("x" * 500))) == ("a?b", 80)
