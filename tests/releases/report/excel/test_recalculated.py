"""The published workbook in another program: LibreOffice works its formulas out anew, and shows what is printed."""

from __future__ import annotations

import csv
import re
import shutil
import subprocess
import zipfile
from collections.abc import Mapping
from typing import Any, NamedTuple

import openpyxl
import pytest
from openpyxl.utils import coordinate_to_tuple

from kwaliteitsmonitor.releases.report.document.model import Document
from kwaliteitsmonitor.releases.report.excel.workbook import workbook

OFFICE = shutil.which("soffice")
pytestmark = pytest.mark.skipif(
    OFFICE is None, reason="no LibreOffice on the PATH (apt-get install libreoffice-calc-nogui)"
)
AS_SHOWN = "csv:Text - txt - csv (StarCalc):44,34,76,1,,1033,false,false,true,false,false,-1"
"""Text as the cells show it, every sheet in a file of its own, in the numbers of English."""
AS_WORKBOOK = "xlsx:Calc MS Excel 2007 XML"


class Recalculated(NamedTuple):
    """A workbook as it is published, and what another program makes of it without the results that come with it."""

    formulas: Any
    kept: Any
    results: Any
    shown: dict[str, list[list[str]]]


@pytest.fixture(scope="module")
def recalculated(leiden: Mapping[str, Document], tmp_path_factory: pytest.TempPathFactory) -> Recalculated:
    folder = tmp_path_factory.mktemp("office")
    published, bare, made = folder / "published.xlsx", folder / "bare.xlsx", folder / "made"
    published.write_bytes(workbook(leiden["en"]))
    with zipfile.ZipFile(published) as source, zipfile.ZipFile(bare, "w") as target:
        bared = {part: re.subn(rb"(</f>)<v>[^<]*</v>", rb"\1", source.read(part)) for part in source.infolist()}
        assert sum(number for _, number in bared.values()) > 100, "there are formulas to work out"
        for part, (content, _) in bared.items():
            target.writestr(part, content)
    for form in (AS_WORKBOOK, AS_SHOWN):
        profile = f"-env:UserInstallation=file://{folder}/profile"
        command = [str(OFFICE), profile, "--headless", "--convert-to", form, "--outdir", str(made), str(bare)]
        subprocess.run(command, check=True, capture_output=True, timeout=240)
    sheets = {path.stem.removeprefix("bare-"): path.read_text(encoding="utf-8") for path in made.glob("*.csv")}
    shown = {name: list(csv.reader(text.splitlines(keepends=True))) for name, text in sheets.items()}
    formulas, kept = (openpyxl.load_workbook(published, data_only=values) for values in (False, True))
    return Recalculated(formulas, kept, openpyxl.load_workbook(made / "bare.xlsx", data_only=True), shown)


def test_every_formula_gives_the_result_that_comes_with_it(recalculated: Recalculated) -> None:
    compared = 0
    for sheet in recalculated.formulas.worksheets:
        for cell in (cell for row in sheet.iter_rows() for cell in row if cell.data_type == "f"):
            result, kept = (of[sheet.title][cell.coordinate].value for of in (recalculated.results, recalculated.kept))
            where = f"{sheet.title}!{cell.coordinate} {cell.value}"
            assert isinstance(result, int | float), f"{where}: {result}"
            assert result == pytest.approx(kept, rel=1e-9, abs=1e-6), where
            compared += 1
    assert compared > 100


def test_every_figure_is_shown_as_it_is_printed_and_no_cell_is_too_narrow(recalculated: Recalculated) -> None:
    """The number formats give the decimals, signs, percentages and words of the printed report."""
    shown = recalculated.shown
    assert [text for sheet in shown.values() for row in sheet for text in row if text.startswith("#")] == []
    otherwise, compared = [], 0
    *_, provenance = recalculated.kept.worksheets
    for sheet, cell, _, _, printed, *_ in provenance.iter_rows(min_row=2, values_only=True):
        row, column = coordinate_to_tuple(cell)
        own, beside = [*shown[sheet][row - 1][column - 1 :], ""][:2]
        compared += 1
        if printed not in (own, f"{own} ± {beside}"):
            otherwise.append((sheet, cell, printed, own))
    assert (otherwise, compared > 500) == ([], True)
