"""The pages for controllers, policy advisers and auditors: the commands on them run, and show what they say."""

from __future__ import annotations

import html
import re
import shlex
from pathlib import Path

import openpyxl
import pytest

from schemas.packages import ROOT
from tests.command_line import CommandLine
from tests.sample_year import SampleYear

PAGES = {page: (ROOT / f"docs/{page}.md").read_text("utf-8") for page in ("leveren", "besluiten", "beleid", "auditor")}
LONG = ("verify 2021-03",)
"""Computing a release again is tested where it is about that: tests/releases/verify."""


def commands(page: str) -> list[str]:
    """The commands of a page, of code blocks and within sentences; one that is only named has no options."""
    blocks = re.findall(r'^ {4}kwaliteitsmonitor ((?:[^\n"]|"[^"]*")+)$', PAGES[page], re.MULTILINE)
    inline = re.findall(r"`kwaliteitsmonitor ([^`\n]+)`", PAGES[page])
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


@pytest.mark.parametrize(("page", "typed"), [one for one in ALL if one[1] not in LONG])
@pytest.mark.usefixtures("there")
def test_a_command_of_a_page_runs(page: str, typed: str, command: CommandLine) -> None:
    assert command.output(*shlex.split(typed)).strip(), page
    assert {of for of, _ in ALL} == set(PAGES)


@pytest.mark.usefixtures("there")
def test_explain_shows_the_lines_of_the_page_of_the_auditor_whose_tables_are_in_the_release(
    leiden_year: SampleYear, command: CommandLine
) -> None:
    output = "".join(command.output(*shlex.split(one)) for one in commands("auditor")[:2])
    lines = {line.strip() for line in output.splitlines()}
    printed = [line.strip() for line in re.findall(r"^ {4}(.*(?:[├│✓]|\bid  ).*)$", PAGES["auditor"], re.MULTILINE)]
    assert len(printed) > 8
    assert [line for line in printed if line not in lines] == []
    tables = r"`(lineage\w*|definitions|names|delivery_status|corrections|quality_results)`"
    named = set(re.findall(tables, PAGES["auditor"]))
    assert len(named) >= 8
    assert {name for name in named if not (leiden_year.release / "tables" / f"{name}.parquet").is_file()} == set()


@pytest.mark.usefixtures("there")
def test_the_workbooks_are_as_the_page_of_the_controller_has_them(command: CommandLine) -> None:
    command.output("template", "--unit", "FGW", "--cycle", "2021-03")
    command.output("template", "--feed", "decisions", "--cycle", "2021-03")
    report, decisions = openpyxl.load_workbook("FGW.xlsx"), openpyxl.load_workbook("besluiten.xlsx")
    visible, of_decisions = ([s.title for s in book if s.sheet_state == "visible"] for book in (report, decisions))
    assert visible[0] == "Toelichting"
    assert len(visible) == 6, "the explanation, and five sheets to fill in"
    assert not any(sheet.protection.password for sheet in report)
    assert any(str(cell.value).startswith("Ter vergelijking") for sheet in report for cell in sheet[1]), "in grey"
    text = PAGES["besluiten"]
    assert of_decisions[1:] == re.findall(r"^## (.+)$", text, re.MULTILINE)
    columns = re.findall(r"^\| (\w[\w ]*) \| ", text.partition("## Correcties")[2].partition("\n## ")[0], re.MULTILINE)
    assert [str(cell.value) for cell in decisions["Correcties"][1]][: len(columns) - 1] == columns[1:]


def test_the_signs_of_the_page_of_the_adviser_are_those_of_the_report(there: Path, command: CommandLine) -> None:
    command.output("report", "--cycle", "2021-03", "--form", "html")
    report = html.unescape(next(there.glob("*.html")).read_text(encoding="utf-8"))
    table = PAGES["beleid"].partition("## Wat u ziet")[2].partition("\n\n- ")[0]
    signs = re.findall(r"^\| (\S+) \| (\w[^|:;]+)", table, re.MULTILINE)
    assert {"×", "–", "n.v.t.", "±", "k€"} <= {sign for sign, _ in signs}
    for sign, meaning in signs[1:]:
        assert sign in report
        assert meaning.strip().split(" (")[0].casefold() in report.casefold(), sign
    for words in ("Tabel 1a.", "Kies een cijfer om te zien waar het vandaan komt.", "2021-03:spending:2020:guidance"):
        assert words in report
