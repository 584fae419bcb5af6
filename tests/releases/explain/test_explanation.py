"""What is told of a figure, in every form: from the total to the cell, and nothing of what is suppressed."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from decimal import Decimal
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from kwaliteitsmonitor.releases.explain.as_json import as_json
from kwaliteitsmonitor.releases.explain.build import explain
from kwaliteitsmonitor.releases.explain.evidence_reader import Released
from kwaliteitsmonitor.releases.explain.explanation import Explanation, Node
from kwaliteitsmonitor.releases.explain.page import as_html
from kwaliteitsmonitor.releases.explain.text import as_text
from kwaliteitsmonitor.releases.format.reader import ReleaseReader
from schemas.errors import UsageError
from tests.publication.publishing import publish_made_up
from tests.sample_year import CYCLE, SampleYear

FTE = f"{CYCLE}:indicator:2020:study_adviser_fte:all:all"
TOTAL = f"{CYCLE}:spending:2020:all"


def nodes(explained: Explanation) -> Iterator[Node]:
    def within(some: tuple[Node, ...]) -> Iterator[Node]:
        for node in some:
            yield node
            yield from within(node.below)

    for part in explained.parts:
        yield from within(part.nodes)


def test_from_a_total_down_to_the_very_cells_of_the_workbooks(released: Released, landing: Path) -> None:
    explained = explain(released, FTE)
    cells = [node for node in nodes(explained) if node.kind == "cell"]
    assert len(cells) >= 9
    for cell in cells:
        at = cell.details
        sheet = openpyxl.load_workbook(landing / at["file"], data_only=True)[at["sheet"]]
        stood = Decimal(str(sheet[at["cell"]].value))
        assert stood == Decimal(at["written"])
        assert cell.amount in (stood, -stood), "what is subtracted counts with a minus"
    assert sum((cell.amount or Decimal(0) for cell in cells), Decimal(0)) == Decimal(str(explained.numbers[0].value)), (
        "the cells add up to the figure"
    )


def test_from_the_total_of_all_spending_down_to_the_lines_of_the_finance_database(released: Released) -> None:
    explained = explain(released, TOTAL)
    budget = next(part for part in explained.parts if part.name == "budget")
    themes = budget.nodes[0].below
    assert [len(themes), themes[0].kind, themes[0].adds_up] == [5, "figure", True]
    units = themes[0].below
    assert all(unit.details["figure_id"].startswith(f"{CYCLE}:unit_spending:2020:") for unit in units)
    measure = units[0].below[0]
    delivery = measure.below[0]
    assert (delivery.kind, delivery.details["file"]) == ("delivery", "finance/bfr_lines/2020-3")
    line = delivery.below[0]
    assert (line.kind, line.details["column"]) == ("cell", "budget")
    assert Decimal(line.details["written"]) == line.amount
    assert all(node.adds_up is not False for node in nodes(explained))


def test_each_number_is_worked_out_again_and_agrees(released: Released) -> None:
    for figure in (TOTAL, FTE, f"{CYCLE}:round:2020:3:all", f"{CYCLE}:evaluation:2020:teaching_methods:all:all:all"):
        explained = explain(released, figure)
        assert explained.numbers
        assert [number.name for number in explained.numbers if number.agrees is False] == []
    difference = next(n for n in explain(released, TOTAL).numbers if n.name == "difference")
    assert difference.rule == "realised - budget"
    assert difference.in_words.nl == "gerealiseerd − begroot"
    assert difference.filled.nl == "7.993.400,00 − 7.710.600,00"
    assert difference.filled.en == "7,993,400.00 − 7,710,600.00"


def test_text_reads_in_dutch_and_in_english_and_as_deep_as_is_asked(released: Released) -> None:
    explained = explain(released, TOTAL)
    dutch, english = as_text(explained, "nl"), as_text(explained, "en", 1)
    assert "gerealiseerd min begroot: € 282.800,00" in dutch
    assert "rij " in dutch
    assert "realised minus budget: € 282,800.00" in english
    assert "row " not in english.partition("What it follows from")[2]
    assert "(+9)" in as_text(explained, "nl", 1)
    assert max(map(len, dutch.splitlines())) < 140


def test_json_holds_the_same_tree_with_amounts_that_lose_no_digit(released: Released) -> None:
    found = json.loads(as_json(explain(released, TOTAL)))
    assert found["form"] == 1
    budget = next(part for part in found["parts"] if part["name"] == "budget")["nodes"][0]
    assert budget["amount"] == "7710600"
    assert sum(Decimal(theme["amount"]) for theme in budget["below"]) == Decimal(budget["amount"])
    assert found["release"]["manifest_sha256"] == released.release.manifest.sha256


class Page(HTMLParser):
    """The structure of a page: which elements it opens, what they refer to, and its text."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.text = ""
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag not in ("meta", "br"):
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data


def test_the_page_is_whole_and_needs_nothing_but_itself(released: Released) -> None:
    page = Page(as_html(explain(released, TOTAL), "nl"))
    assert page.open == []
    tags = [tag for tag, _ in page.elements]
    assert not {"script", "img", "link", "iframe"} & set(tags)
    assert not [1 for _, attributes in page.elements if {"src", "href", "onclick", "style"} & attributes.keys()]
    assert dict(page.elements)["html"] == {"lang": "nl"}
    assert tags.count("h1") == tags.count("main") == 1
    assert tags.count("details") == tags.count("summary") > 50
    assert "7.993.400,00 − 7.710.600,00" in page.text


def test_what_comes_from_files_is_escaped(released: Released) -> None:
    from dataclasses import replace

    explained = explain(released, FTE)
    evil = "<script>alert(1)</script>"
    correction = {"cell": evil, "expected": evil, "new_value": evil, "role": evil, "decided_on": None, "reason": evil}
    html = as_html(replace(explained, corrections=(correction,)), "nl")
    assert evil not in html
    assert html.count("&lt;script&gt;") == 5


def test_a_suppressed_figure_says_why_and_gives_no_number_away(released: Released) -> None:
    rows = [row for row in released.release.rows("evaluation_results") if row["status"] == "suppressed"]
    for row in rows[:20]:
        explained = explain(released, row["figure_id"])
        assert (explained.numbers, explained.parts, explained.deliveries) == ((), (), ())
        assert [*explained.corrections, *explained.waivers] == []
        said = as_text(explained, "nl") + as_json(explained) + as_html(explained, "en")
        assert "minder mensen dan de drempel" in said
        title = as_text(explained, "nl").partition("Publicatie")[0].replace(row["figure_id"], "")
        known = {str(row["reporting_year"]), row["programme"] or ""}
        assert set(re.findall(r"\d+", title)) <= known | set(re.findall(r"\d+", explained.title.nl))


def test_a_contribution_about_few_people_is_named_without_its_size(released: Released) -> None:
    explained = explain(released, f"{CYCLE}:indicator:2020:study_advisers_certified:all:all")
    deliveries = [node for node in nodes(explained) if node.kind == "delivery"]
    hidden = [node for node in deliveries if node.amount is None]
    assert hidden
    assert all(node.below == () and node.details["rows"] is None for node in hidden)
    assert "niet getoond" in as_text(explained, "nl")
    assert any("weinig mensen" in note.nl for note in explained.notes)


def test_an_id_that_does_not_exist_is_refused_with_the_one_that_was_meant(released: Released) -> None:
    with pytest.raises(UsageError, match=r"did you mean '2021-03:spending:2020:guidance'"):
        explain(released, f"{CYCLE}:spending:2020:guidence")
    for nonsense in ("", "x", "2021-03", "2021-03::", "2021-03:spending:2020:all'; drop table x"):
        with pytest.raises(UsageError, match="there is no figure"):
            explain(released, nonsense)


def test_a_folder_that_is_no_release_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="there is no release here"):
        Released(ReleaseReader(tmp_path))
    without = publish_made_up(tmp_path, "a").path
    with pytest.raises(UsageError, match="no release whose figures can be explained"):
        Released(ReleaseReader(without))


def test_the_command_explains_the_release_that_counts(
    ran: SampleYear, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    from pipelines.cli.commands import kwaliteitsmonitor

    def called(*arguments: str) -> tuple[Any, str, str]:
        code = kwaliteitsmonitor.main(["explain", *arguments, "--out", str(ran.workspace.root)])
        said = capsys.readouterr()
        return code, said.out, said.err

    code, out, _ = called(FTE)
    assert (code, "Fte studieadviseurs" in out) == (0, True)
    code, out, _ = called(FTE, "--release", f"{CYCLE}/v1", "--language", "en", "--format", "json")
    assert (code, json.loads(out)["figure_id"]) == (0, FTE)
    code, _, _ = called(FTE, "--format", "html", "--to", str(tmp_path / "why.html"))
    assert (code, (tmp_path / "why.html").read_text(encoding="utf-8")[:15]) == (0, "<!doctype html>")
    for wrong in ((f"{FTE}x",), (FTE, "--release", f"{CYCLE}/v9"), ("2030-03:spending:2029:all",), ("../..:x:y",)):
        code, out, err = called(*wrong)
        assert (code, out) == (2, ""), wrong
        assert err.startswith("Error: ")
        assert "Traceback" not in err
    code, _, err = called(FTE, "--to", str(tmp_path / "nowhere" / "why.txt"))
    assert (code, "cannot be written" in err) == (2, True)


def test_explaining_needs_no_dagster_and_no_pandas(ran: SampleYear) -> None:
    import subprocess
    import sys

    code = (
        "import sys; from pipelines.cli.commands import kwaliteitsmonitor as k; "
        f"k.main(['explain', '{FTE}', '--out', '{ran.workspace.root}']); "
        "print([m for m in ('dagster', 'pandas', 'duckdb', 'great_expectations') if m in sys.modules])"
    )
    root = Path(__file__).resolve().parents[3]
    done = subprocess.run([sys.executable, "-c", code], cwd=root, capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[]"
