"""What `feedback` says of files that nobody could read: a renamed worksheet, a copy, a page of the web named .xls."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

import openpyxl
import pytest

from kwaliteitsmonitor.foundation.settings import Settings
from pipelines.cli.feedback import MEND, _due, write_feedback
from schemas.errors import KwaliteitsmonitorError

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
    settings = Settings(institution="leiden", landing=str(base / "landing"), out=str(base / "out"))
    return write_feedback(settings, "2021-03", unit, "", "", "nl", str(base / f"{unit}.xlsx"), False)


def test_a_worksheet_that_was_left_unread_is_named_and_no_cell_is_said_to_be_marked(base: Path) -> None:
    assert feedback(base, "FSW") == MEND == 3
    sheet = openpyxl.load_workbook(base / "FSW.xlsx").worksheets[0]
    text = "\n".join(str(cell.value) for row in sheet for cell in row if cell.value)
    assert "Wel is er het werkblad 'Maatregelen 2020', niet gelezen" in text
    assert "gemarkeerde cellen" not in text


@pytest.mark.parametrize(
    ("unit", "named", "advice"),
    [("ICLON", "Kopie van ICLON.xlsx", "zet het neer als"), ("FdR", "FdR.xls", "sla het op als .xlsx")],
)
def test_a_file_that_no_feed_took_is_named_with_what_to_do(
    base: Path, unit: str, named: str, advice: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(KwaliteitsmonitorError) as refused:
        feedback(base, unit)
    text = " ".join(f"{capsys.readouterr().out} {refused.value.in_words.nl}".split())
    assert f"onderwijsjaarverslag/2019-2020/{named}" in text
    assert advice in text


def test_a_deadline_is_or_was() -> None:
    days = (date(2020, 12, 31), date(9999, 1, 1), None)
    assert [_due(day) for day in days] == [
        "De uiterste datum was 31 december 2020.",
        "De uiterste datum is 1 januari 9999.",
        "Er is geen uiterste datum.",
    ]
