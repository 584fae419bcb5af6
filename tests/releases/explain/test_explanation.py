"""What is told of a figure, in every form: from the total to the cell, and nothing of what is suppressed."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest

from kwaliteitsmonitor.methods.figures.arithmetic import FUNCTIONS as KNOWN
from kwaliteitsmonitor.releases.explain import evidence
from kwaliteitsmonitor.releases.explain.as_json import as_json
from kwaliteitsmonitor.releases.explain.build import explain
from kwaliteitsmonitor.releases.explain.evidence_reader import TABLES, Released
from kwaliteitsmonitor.releases.explain.explanation import Explanation, Node
from kwaliteitsmonitor.releases.explain.labels import FUNCTIONS, KINDS
from kwaliteitsmonitor.releases.explain.numbers import amount, number, of_field
from kwaliteitsmonitor.releases.explain.page import as_html
from kwaliteitsmonitor.releases.explain.text import as_text
from kwaliteitsmonitor.releases.explain.tree import HALF_A_DIGIT, adds_up
from kwaliteitsmonitor.releases.format.reader import ReleaseReader
from pipelines.cli.commands import kwaliteitsmonitor
from schemas.errors import UsageError
from schemas.tables import CATALOGUE
from schemas.words import Words
from tests.publication.publishing import publish_made_up
from tests.sample_year import CYCLE, SampleYear

Capture = pytest.CaptureFixture[str]
FTE = f"{CYCLE}:indicator:2020:study_adviser_fte:all:all"
TOTAL = f"{CYCLE}:spending:2020:all"


def within(some: tuple[Node, ...]) -> Iterator[Node]:
    for node in some:
        yield node
        yield from within(node.below)


def nodes(explained: Explanation, kind: str = "") -> list[Node]:
    return [node for part in explained.parts for node in within(part.nodes) if kind in ("", node.kind)]


@pytest.fixture(scope="module")
def total(released: Released) -> Explanation:
    return explain(released, TOTAL)


def test_from_a_total_down_to_the_very_cells_of_the_workbooks(released: Released, leiden_year: SampleYear) -> None:
    explained = explain(released, FTE)
    cells = nodes(explained, "cell")
    assert len(cells) >= 9
    for cell in cells:
        at = cell.details
        sheet = openpyxl.load_workbook(leiden_year.landing / at["file"], data_only=True)[at["sheet"]]
        stood = Decimal(str(sheet[at["cell"]].value))
        assert stood == Decimal(at["written"])
        assert cell.amount in (stood, -stood), "what is subtracted counts with a minus"
    assert sum((cell.amount or Decimal(0) for cell in cells), Decimal(0)) == Decimal(str(explained.numbers[0].value))


def test_from_the_total_of_all_spending_down_to_the_lines_of_the_finance_database(total: Explanation) -> None:
    themes = next(part for part in total.parts if part.name == "budget").nodes[0].below
    assert [len(themes), themes[0].kind, themes[0].adds_up] == [5, "figure", True]
    units = themes[0].below
    assert all(unit.details["figure_id"].startswith(f"{CYCLE}:unit_spending:2020:") for unit in units)
    delivery = units[0].below[0].below[0]
    assert (delivery.kind, delivery.details["file"]) == ("delivery", "finance/bfr_lines/2020-3")
    line = delivery.below[0]
    assert (line.kind, line.details["column"], Decimal(line.details["written"])) == ("cell", "budget", line.amount)
    assert all(node.adds_up is not False for node in nodes(total))


def test_each_number_is_worked_out_again_and_agrees(released: Released, total: Explanation) -> None:
    for figure in (FTE, f"{CYCLE}:round:2020:3:all", f"{CYCLE}:evaluation:2020:teaching_methods:all:all:all"):
        assert {n.agrees for n in explain(released, figure).numbers} <= {True, None}
        assert explain(released, figure).numbers
    assert {n.agrees for n in total.numbers} <= {True, None}
    difference = next(n for n in total.numbers if n.name == "difference")
    assert (difference.rule, difference.in_words.nl) == ("realised - budget", "gerealiseerd − begroot")
    assert difference.filled == Words("7.993.400,00 − 7.710.600,00", "7,993,400.00 − 7,710,600.00")


def test_text_reads_in_two_languages_as_deep_as_asked_and_json_loses_no_digit(
    released: Released, total: Explanation
) -> None:
    dutch, english = as_text(total, "nl"), as_text(total, "en", 1)
    assert "gerealiseerd min begroot: € 282.800,00" in dutch
    assert "realised minus budget: € 282,800.00" in english
    assert ("rij " in dutch, "row " in english.partition("What it follows from")[2]) == (True, False)
    assert "(+9)" in as_text(total, "nl", 1)
    assert max(map(len, dutch.splitlines())) < 140
    content = json.loads(as_json(total))
    budget = next(part for part in content["parts"] if part["name"] == "budget")["nodes"][0]
    assert (content["form"], budget["amount"]) == (1, "7710600")
    assert sum(Decimal(theme["amount"]) for theme in budget["below"]) == Decimal(budget["amount"])
    assert content["release"]["manifest_sha256"] == released.release.manifest.sha256


def test_the_page_is_whole_needs_nothing_but_itself_and_what_comes_from_files_is_escaped(total: Explanation) -> None:
    html = as_html(total, "nl")
    tags = Counter(re.findall(r"<([a-z]\w*)", html))
    assert {tag for tag, number in tags.items() if html.count(f"</{tag}>") != number} == {"meta", "br"}
    assert not {"script", "img", "link", "iframe"} & tags.keys()
    assert not re.search(r"<[^>]*\s(src|href|onclick|style)=", html)
    assert (tags["h1"], tags["main"], '<html lang="nl">' in html) == (1, 1, True)
    assert tags["details"] == tags["summary"] > 50
    assert "7.993.400,00 − 7.710.600,00" in html
    evil = "<script>alert(1)</script>"
    names = ("cell", "expected", "new_value", "role", "reason")
    html = as_html(replace(total, corrections=(dict.fromkeys(names, evil) | {"decided_on": None},)), "nl")
    assert (evil in html, html.count("&lt;script&gt;")) == (False, 5)


def test_a_suppressed_figure_says_why_and_gives_no_number_away(released: Released) -> None:
    rows = [row for row in released.release.rows("evaluation_results") if row["status"] == "suppressed"]
    for row in rows[:20]:
        explained = explain(released, row["figure_id"])
        assert (explained.numbers, explained.parts, explained.deliveries) == ((), (), ())
        assert [*explained.corrections, *explained.waivers] == []
        forms = as_text(explained, "nl") + as_json(explained) + as_html(explained, "en")
        assert "minder mensen dan de drempel" in forms
        title = as_text(explained, "nl").partition("Publicatie")[0].replace(row["figure_id"], "")
        known = {str(row["reporting_year"]), row["programme"] or ""}
        assert set(re.findall(r"\d+", title)) <= known | set(re.findall(r"\d+", explained.title.nl))


def test_a_contribution_about_few_people_is_named_without_its_size(released: Released) -> None:
    explained = explain(released, f"{CYCLE}:indicator:2020:study_advisers_certified:all:all")
    hidden = [node for node in nodes(explained, "delivery") if node.amount is None]
    assert hidden
    assert all(node.below == () and node.details["rows"] is None for node in hidden)
    assert "niet getoond" in as_text(explained, "nl")
    assert any("weinig mensen" in note.nl for note in explained.notes)


def test_an_id_or_a_release_that_is_none_is_refused_with_the_one_meant(released: Released, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"did you mean '2021-03:spending:2020:guidance'"):
        explain(released, f"{CYCLE}:spending:2020:guidence")
    for nonsense in ("", "x", "2021-03", "2021-03::", "2021-03:spending:2020:all'; drop table x"):
        with pytest.raises(UsageError, match="there is no figure"):
            explain(released, nonsense)
    with pytest.raises(UsageError, match="no release whose figures can be explained"):
        Released(ReleaseReader(publish_made_up(tmp_path, "a").path))


def test_the_command_explains_the_release_that_counts(leiden_year: SampleYear, capsys: Capture, tmp_path: Path) -> None:
    def called(*arguments: str) -> tuple[int, str, str]:
        code = kwaliteitsmonitor.main(["explain", *arguments, "--out", str(leiden_year.workspace.root)])
        return (code, *capsys.readouterr())

    code, out, _ = called(FTE)
    assert (code, "Fte studieadviseurs" in out) == (0, True)
    code, out, _ = called(FTE, "--release", f"{CYCLE}/v1", "--language", "en", "--format", "json")
    assert (code, json.loads(out)["figure_id"]) == (0, FTE)
    assert called(FTE, "--format", "html", "--to", str(tmp_path / "why.html"))[0] == 0
    assert (tmp_path / "why.html").read_text(encoding="utf-8").startswith("<!doctype html>")
    for wrong in ((f"{FTE}x",), (FTE, "--release", f"{CYCLE}/v9"), ("2030-03:spending:2029:all",), ("../..:x:y",)):
        code, out, err = called(*wrong)
        assert (code, out, err[:7], "Traceback" in err) == (2, "", "Error: ", False), wrong
    code, _, err = called(FTE, "--to", str(tmp_path / "nowhere" / "why.txt"))
    assert (code, "cannot be written" in err) == (2, True)


def test_explaining_needs_no_dagster_and_no_pandas(leiden_year: SampleYear) -> None:
    code = (
        "import sys; from pipelines.cli.commands import kwaliteitsmonitor as k; "
        f"k.main(['explain', '{FTE}', '--out', '{leiden_year.workspace.root}']); "
        "print([m for m in ('dagster', 'pandas', 'duckdb', 'great_expectations') if m in sys.modules])"
    )
    root = Path(__file__).resolve().parents[3]
    done = subprocess.run([sys.executable, "-c", code], cwd=root, capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[]"


# --- what evidence is called, in both languages ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        (number(Decimal("-1234.5678901"), "nl"), "−1.234,56789"),
        (number(0.1, "en", 2), "0.10"),
        (amount(Decimal("7"), "nl", "EUR"), "7,00"),
        (of_field(CATALOGUE["spending_overview"]["budget"], Decimal("7710600")).en, "€ 7,710,600.00"),
        (of_field(CATALOGUE["spending_overview"]["difference_pct"], 0.0367).nl, "3,67%"),
        (evidence.day("2021-03-01T10:00", "nl"), "01-03-2021"),
        (evidence.day(None, "nl"), "–"),
        (evidence.day("begin maart", "nl"), "begin maart"),
        (evidence.status("final", "nl"), "definitief"),
        (evidence.status("of another hand", "nl"), "of another hand"),
        (evidence.waived({"feed": "bfr", "unit": "HA", "rule": "bfr.key"}, "en"), "bfr, HA, `bfr.key`"),
        (evidence.waived({"feed": "bfr", "feed_nl": "financiën", "period": "2020"}, "nl"), "financiën, 2020"),
    ],
)
def test_what_is_evidence_is_called_as_people_call_it(name: str, expected: str) -> None:
    assert name == expected


def test_every_kind_of_figure_and_every_function_of_a_rule_has_a_name() -> None:
    assert set(KINDS) == set(TABLES)
    assert set(FUNCTIONS) >= set(KNOWN)


def test_nodes_add_up_but_for_the_rounding_of_each_and_not_where_one_is_not_told() -> None:
    def added(*amounts: Decimal | None) -> bool | None:
        return adds_up(Decimal(3), [Node("cell", Words("", ""), one) for one in amounts])

    one, two = Decimal(1), Decimal(2)
    assert added(one + HALF_A_DIGIT, two) is True
    assert added(one + 4 * HALF_A_DIGIT, two) is False
    assert (added(one, None), added()) == (None, None)
