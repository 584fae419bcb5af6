"""Workbooks whose parts are named otherwise than most programs name them: names of parts are not case sensitive."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from kwaliteitsmonitor.readers.files import RefusedFileError, grids
from tests.readers.files.making import ROWS, ods, put, source, xlsx

CASES = Path(__file__).parents[2] / "cases"
READ = [["eenheid", "thema", "bedrag"], ["FdA", "klein", 12.5], ["FdB", "groot", 7.0]]
RENAMED = pytest.mark.parametrize(
    "renamed",
    [str.upper, str.title, lambda name: name.replace("/", "\\"), lambda name: name.upper().replace("/", "\\")],
    ids=["upper", "title", "backslashes", "both"],
)


def with_names(content: bytes, renamed: Callable[[str], str]) -> bytes:
    """The same package with its parts under other names."""
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(target, "w") as new:
        for info in old.infolist():
            entry = zipfile.ZipInfo("x")
            entry.filename = renamed(info.filename)
            new.writestr(entry, old.read(info))
    return target.getvalue()


@RENAMED
@pytest.mark.parametrize("written", [xlsx, ods], ids=["xlsx", "ods"])
def test_a_workbook_is_read_however_its_parts_are_named(
    tmp_path: Path, written: Callable[..., bytes], renamed: Callable[[str], str]
) -> None:
    content = with_names(written({"data": ROWS}), renamed)
    (found,) = grids(put(tmp_path, content), source("workbook"), [])
    assert (found.name, found.cells) == ("data", READ)


@RENAMED
def test_a_binary_workbook_is_named_for_what_it_is(tmp_path: Path, renamed: Callable[[str], str]) -> None:
    parts = {"[Content_Types].xml": "<Types/>", "xl/workbook.bin": "x"}
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as pack:
        for name, content in parts.items():
            pack.writestr(name, content)
    with pytest.raises(RefusedFileError) as caught:
        grids(put(tmp_path, with_names(target.getvalue(), renamed)), source("workbook"), [])
    assert "xlsb" in caught.value.words.en


def test_targets_with_backslashes_are_followed(tmp_path: Path) -> None:
    content = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(xlsx({"data": ROWS}))) as old, zipfile.ZipFile(content, "w") as new:
        for name in old.namelist():
            part = old.read(name)
            new.writestr(name, part.replace(b"/worksheets/", b"\\worksheets\\") if name.endswith(".rels") else part)
    (found,) = grids(put(tmp_path, content.getvalue()), source("workbook"), [])
    assert found.cells == READ


def test_the_case_of_upper_case_parts_is_read() -> None:
    (found,) = grids(CASES / "uppercase-parts" / "FGW.xlsx", source("workbook"), ["Medezeggenschap"])
    assert [row[3] for row in found.cells] == ["Besluit", "approved"]
