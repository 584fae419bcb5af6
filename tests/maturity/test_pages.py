"""The pages for controllers, policy advisers and auditors: the commands on them run, and show what they say."""

from __future__ import annotations

import html
import re
import shlex
from pathlib import Path

import openpyxl
import pytest

from pipelines.cli.commands import kwaliteitsmonitor
from tests.sample_year import SampleYear

DOCS = Path(__file__).resolve().parents[2] / "docs"
PAGES = ("leveren", "besluiten", "beleid", "auditor")
LONG = ("verify 2021-03",)
"""Computing a release again is tested where it is about that: tests/releases/verify."""


def commands(page: str) -> list[str]:
    """The commands of a page, of code blocks and within sentences; one that is only named has no options."""
    text = (DOCS / f"{page}.md").read_text(encoding="utf-8")
    blocks = re.findall(r'^ {4}kwaliteitsmonitor ((?:[^\n"]|"[^"]*")+)$', text, re.MULTILINE)
    inline = re.findall(r"`kwaliteitsmonitor ([^`\n]+)`", text)
    return list(dict.fromkeys(re.sub(r"\s+", " ", one).strip() for one in (*blocks, *inline)))


ALL = [(page, command) for page in PAGES for command in commands(page)]


@pytest.fixture
def there(leiden_year: SampleYear, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder in which the reader types, with the settings of the administrator."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("KWALITEITSMONITOR_INSTITUTION", "leiden")
    monkeypatch.setenv("KWALITEITSMONITOR_LANDING", str(leiden_year.landing))
    monkeypatch.setenv("KWALITEITSMONITOR_OUT", str(leiden_year.workspace.root))
    return tmp_path


def test_every_page_has_something_to_type() -> None:
    assert {page for page, _ in ALL} == set(PAGES)
    assert len(ALL) >= 14


@pytest.mark.parametrize(("page", "command"), [one for one in ALL if one[1] not in LONG])
def test_a_command_of_a_page_runs(there: Path, page: str, command: str, capfd: pytest.CaptureFixture[str]) -> None:
    code = kwaliteitsmonitor.main(shlex.split(command))
    shown = capfd.readouterr()
    assert code == 0, f"{page}: {command}: {shown.err}"
    assert shown.out.strip()


def test_explain_shows_the_lines_of_the_page_of_the_auditor(there: Path, capfd: pytest.CaptureFixture[str]) -> None:
    for number in (0, 1):
        assert kwaliteitsmonitor.main(shlex.split(commands("auditor")[number])) == 0
    shown = [line.strip() for line in capfd.readouterr().out.splitlines()]
    text = (DOCS / "auditor.md").read_text(encoding="utf-8")
    printed = [line.strip() for line in re.findall(r"^ {4}(.*(?:[├│✓]|\bid  ).*)$", text, re.MULTILINE)]
    assert len(printed) > 8
    assert [line for line in printed if line not in shown] == []


def test_the_tables_of_the_page_of_the_auditor_are_in_the_release(leiden_year: SampleYear) -> None:
    text = (DOCS / "auditor.md").read_text(encoding="utf-8")
    named = set(re.findall(r"`(lineage\w*|definitions|names|delivery_status|corrections|quality_results)`", text))
    assert len(named) >= 8
    assert {name for name in named if not (leiden_year.release / "tables" / f"{name}.parquet").is_file()} == set()


def test_the_workbooks_are_as_the_page_of_the_controller_has_them(there: Path) -> None:
    assert kwaliteitsmonitor.main(["template", "--unit", "FGW", "--cycle", "2021-03"]) == 0
    assert kwaliteitsmonitor.main(["template", "--feed", "decisions", "--cycle", "2021-03"]) == 0
    report = openpyxl.load_workbook("FGW.xlsx")
    visible = [sheet.title for sheet in report if sheet.sheet_state == "visible"]
    assert visible[0] == "Toelichting"
    assert len(visible) == 6, "the explanation, and five sheets to fill in"
    assert not any(sheet.protection.password for sheet in report)
    grey = [cell.value for sheet in report for cell in sheet[1] if str(cell.value).startswith("Ter vergelijking")]
    assert grey

    decisions = openpyxl.load_workbook("besluiten.xlsx")
    text = (DOCS / "besluiten.md").read_text(encoding="utf-8")
    headings = re.findall(r"^## (.+)$", text, re.MULTILINE)
    assert [sheet.title for sheet in decisions if sheet.sheet_state == "visible"][1:] == headings
    columns = re.findall(r"^\| (\w[\w ]*) \| ", text.partition("## Correcties")[2].partition("\n## ")[0], re.MULTILINE)
    assert [str(cell.value) for cell in decisions["Correcties"][1]][: len(columns) - 1] == columns[1:]


def test_the_signs_of_the_page_of_the_adviser_are_those_of_the_report(there: Path) -> None:
    assert kwaliteitsmonitor.main(["report", "--cycle", "2021-03", "--form", "html"]) == 0
    report = html.unescape(next(there.glob("*.html")).read_text(encoding="utf-8"))
    table = (DOCS / "beleid.md").read_text(encoding="utf-8").partition("## Wat u ziet")[2].partition("\n\n- ")[0]
    signs = re.findall(r"^\| (\S+) \| (\w[^|:;]+)", table, re.MULTILINE)
    assert {"×", "–", "n.v.t.", "±", "k€"} <= {sign for sign, _ in signs}
    for sign, meaning in signs[1:]:
        assert sign in report
        assert meaning.strip().split(" (")[0].casefold() in report.casefold(), sign
    assert "Tabel 1a." in report
    assert "Kies een cijfer om te zien waar het vandaan komt." in report
    assert "2021-03:spending:2020:guidance" in report
