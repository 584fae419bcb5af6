"""What `feedback` says of files that nobody could read: a renamed worksheet, a copy, a page of the web named .xls."""

from __future__ import annotations

import shutil
from pathlib import Path

import openpyxl
import pytest

from pipelines.cli.commands import kwaliteitsmonitor

CASE = Path(__file__).parents[2] / "cases" / "sheet-renamed" / "FSW.xlsx"


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three files of faculties: one with a sheet of another name, one that is a copy, one that is no workbook."""
    base = tmp_path_factory.mktemp("odd")
    place = base / "landing" / "onderwijsjaarverslag" / "2019-2020"
    place.mkdir(parents=True)
    shutil.copy(CASE, place)
    shutil.copy(CASE, place / "Kopie van ICLON.xlsx")
    (place / "FdR.xls").write_text("<html><table><tr><td>x</td></tr></table></html>", encoding="utf-8")
    return base


def feedback(base: Path, unit: str) -> int:
    where = ["--landing", str(base / "landing"), "--out", str(base / "out"), "--to", str(base / f"{unit}.xlsx")]
    return int(kwaliteitsmonitor.main(["feedback", "--unit", unit, "--cycle", "2021-03", *where]))


def test_a_worksheet_that_was_left_unread_is_named_and_no_cell_is_said_to_be_marked(base: Path) -> None:
    assert feedback(base, "FSW") == 3
    sheet = openpyxl.load_workbook(base / "FSW.xlsx").worksheets[0]
    told = "\n".join(str(cell.value) for row in sheet for cell in row if cell.value)
    assert "Wel is er het werkblad 'Maatregelen 2020', niet gelezen" in told
    assert "gemarkeerde cellen" not in told


@pytest.mark.parametrize(
    ("unit", "named", "advice"),
    [("ICLON", "Kopie van ICLON.xlsx", "zet het neer als"), ("FdR", "FdR.xls", "sla het op als .xlsx")],
)
def test_a_file_that_no_feed_took_is_named_with_what_to_do(
    base: Path, unit: str, named: str, advice: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert feedback(base, unit) != 0
    printed = capsys.readouterr()
    told = " ".join(f"{printed.out} {printed.err}".split())
    assert f"onderwijsjaarverslag/2019-2020/{named}" in told
    assert advice in told
