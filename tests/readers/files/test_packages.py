"""The ZIP container of a workbook and its small parts of XML, read with distrust."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from kwaliteitsmonitor.readers.files.limits import LIMITS
from kwaliteitsmonitor.readers.files.names import is_wanted, is_wanted_by_name
from kwaliteitsmonitor.readers.files.packages import opened
from kwaliteitsmonitor.readers.files.parts import elements, is_true, local
from kwaliteitsmonitor.readers.files.refusals import RefusedFileError, shown
from tests.readers.files.making import MAIN, put, zipped


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


@pytest.mark.parametrize(
    ("part", "most", "sentence"),
    [
        (b"<a", 10, "a.xml in this file is damaged"),
        (b"<a><b/><b/></a>", 2, "a.xml is written in a way"),
        (
            b'<?xml version="1.0" encoding="klingon"?><a/>',
            10,
            "a.xml is written in a way|a.xml in this file is damaged",
        ),
    ],
)
def test_a_part_that_no_office_program_writes_is_refused(part: bytes, most: int, sentence: str) -> None:
    with pytest.raises(RefusedFileError, match=sentence):
        elements("a.xml", part, replace(LIMITS, elements=most))


def test_names_are_asked_for_by_themselves_or_by_a_pattern() -> None:
    assert [is_wanted("BFR 2020", wanted) for wanted in ([], ["bfr *"], [" bfr  2020 "], ["BFR"])] == [
        True,
        True,
        True,
        False,
    ]
    assert [is_wanted_by_name("BFR 2020", wanted) for wanted in (["bfr 2020"], ["bfr *"], [])] == [True, False, False]


def test_a_name_in_a_sentence_is_printable_and_not_endless() -> None:
    assert shown("a\nb") == "a?b"
    assert len(shown("x" * 500)) == 80
