"""The published workbook in another program: LibreOffice works its formulas out anew, and shows what is printed."""

from __future__ import annotations

import csv
import re
import shutil
import subprocess
import zipfile
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from openpyxl.utils import coordinate_to_tuple

from kwaliteitsmonitor.releases.format.reader import ReleaseReader
from kwaliteitsmonitor.releases.report.document.model import Document
from kwaliteitsmonitor.releases.report.excel.workbook import workbook as excel

OFFICE = shutil.which("soffice")
pytestmark = pytest.mark.skipif(
    OFFICE is None, reason="no LibreOffice on the PATH (apt-get install libreoffice-calc-nogui)"
)
AS_SHOWN = "csv:Text - txt - csv (StarCalc):44,34,76,1,,1033,false,false,true,false,false,-1"
"""Text as the cells show it, every sheet in a file of its own, in the numbers of English."""
AS_WORKBOOK = "xlsx:Calc MS Excel 2007 XML"
KEPT = re.compile(rb"(</f>)<v>[^<]*</v>")
OTHERWISE = str.maketrans(",.", ".,")
IN_THOUSANDS = re.compile(r"\(k€\)")
CLOSE = Decimal("1e-9")


@dataclass(frozen=True)
class Place:
    """Where a figure stands, as the sheet of provenance says it."""

    sheet: str
    cell: str
    column: str
    printed: str
    figure: str


@dataclass(frozen=True)
class Recalculated:
    """A workbook as it is published, and what another program makes of it without the results that come with it."""

    language: str
    published: Path
    results: Path
    shown: dict[str, list[list[str]]]

    def places(self) -> Iterator[Place]:
        *_, provenance = openpyxl.load_workbook(self.published, read_only=True).worksheets
        for sheet, cell, _, column, printed, figure, *_ in provenance.iter_rows(min_row=2, values_only=True):
            yield Place(str(sheet), str(cell), str(column), str(printed), str(figure or ""))


def converted(source: Path, to: str, folder: Path) -> Path:
    profile = f"-env:UserInstallation=file://{folder}/profile"
    command = [str(OFFICE), profile, "--headless", "--convert-to", to, "--outdir", str(folder / "made"), str(source)]
    subprocess.run(command, check=True, capture_output=True, timeout=240)
    return folder / "made"


@pytest.fixture(scope="module", params=["nl", "en"])
def workbook(
    request: pytest.FixtureRequest, leiden: Mapping[str, Document], tmp_path_factory: pytest.TempPathFactory
) -> Any:
    folder = tmp_path_factory.mktemp("office")
    published, bare = folder / "published.xlsx", folder / "bare.xlsx"
    published.write_bytes(excel(leiden[request.param]))
    taken_out = 0
    with zipfile.ZipFile(published) as source, zipfile.ZipFile(bare, "w") as target:
        for part in source.infolist():
            content, formulas = KEPT.subn(rb"\1", source.read(part))
            taken_out += formulas
            target.writestr(part, content)
    assert taken_out > 100, "there are formulas to work out"
    made = converted(bare, AS_WORKBOOK, folder)
    results = (made / "bare.xlsx").rename(folder / "results.xlsx")
    shown = {}
    for path in converted(bare, AS_SHOWN, folder).glob("*.csv"):
        with path.open(encoding="utf-8", newline="") as lines:
            shown[path.stem.removeprefix("bare-")] = list(csv.reader(lines))
    return Recalculated(str(request.param), published, results, shown)


def test_every_formula_gives_the_result_that_comes_with_it(workbook: Recalculated) -> None:
    formulas = openpyxl.load_workbook(workbook.published)
    kept = openpyxl.load_workbook(workbook.published, data_only=True)
    made = openpyxl.load_workbook(workbook.results, data_only=True)
    compared = 0
    for sheet in formulas.worksheets:
        for cell in (cell for row in sheet.iter_rows() for cell in row if cell.data_type == "f"):
            result = made[sheet.title][cell.coordinate].value
            where = f"{sheet.title}!{cell.coordinate} {cell.value}"
            assert isinstance(result, int | float), f"{where}: {result}"
            assert result == pytest.approx(kept[sheet.title][cell.coordinate].value, rel=1e-9, abs=1e-6), where
            compared += 1
    assert compared > 100


def test_no_cell_shows_an_error_or_is_too_narrow(workbook: Recalculated) -> None:
    errors = [text for sheet in workbook.shown.values() for row in sheet for text in row if text.startswith("#")]
    assert errors == []


def test_every_figure_is_shown_as_it_is_printed(workbook: Recalculated) -> None:
    """The number formats give the decimals, signs, percentages and words of the printed report."""
    otherwise, compared = [], 0
    for place in workbook.places():
        row, column = coordinate_to_tuple(place.cell)
        own, *beside = [*workbook.shown[place.sheet][row - 1][column - 1 :], ""][:2]
        texts = [own, f"{own} ± {beside[0]}"]
        if workbook.language == "nl":
            texts.extend([text.translate(OTHERWISE) for text in list(texts)])
        compared += 1
        if place.printed not in texts:
            otherwise.append((place, own))
    assert otherwise == []
    assert compared > 500


def test_every_number_is_the_published_one_in_the_unit_of_its_header(
    workbook: Recalculated, leiden_release: ReleaseReader
) -> None:
    published: dict[str, set[Decimal]] = defaultdict(set)
    for name in leiden_release.names:
        for row in leiden_release.rows(name) if "figure_id" in leiden_release.table(name).column_names else ():
            published[row["figure_id"]] |= {
                Decimal(repr(v)) if isinstance(v, float) else Decimal(v)
                for v in row.values()
                if isinstance(v, int | float | Decimal) and not isinstance(v, bool)
            }
    made = openpyxl.load_workbook(workbook.results, data_only=True)
    otherwise, compared = [], 0
    for place in workbook.places():
        held = made[place.sheet][place.cell].value
        if not isinstance(held, int | float) or not place.figure:
            continue
        number = Decimal(repr(held)) * (1000 if IN_THOUSANDS.search(place.column) else 1)
        compared += 1
        bound = max(CLOSE, abs(number) * CLOSE)
        if not any(abs(number - value) <= bound for value in published[place.figure]):
            otherwise.append((place, held))
    assert otherwise == []
    assert compared > 500
