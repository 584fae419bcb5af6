"""What is hidden is said: to who runs it before anything is published, and in the report to who reads it."""

from __future__ import annotations

import json
from collections import Counter
from decimal import Decimal
from typing import Any

import pyarrow.parquet as pq
import pytest

from kwaliteitsmonitor.methods.disclosure.pattern import NAME, STEP
from kwaliteitsmonitor.methods.figures.house_words import heading
from kwaliteitsmonitor.methods.figures.printing import SYMBOLS, Language, number
from kwaliteitsmonitor.releases.format.reader import ReleaseReader
from kwaliteitsmonitor.releases.report.contents.report import report_of
from kwaliteitsmonitor.releases.report.document.model import Terms
from pipelines.cli.commands import kwaliteitsmonitor
from schemas.profile import load_profile, profile_folder
from schemas.tables.shared.code_words import HIDDEN_BY
from tests.sample_year import CYCLE, SampleYear


@pytest.fixture
def kept(leiden_year: SampleYear) -> dict[str, Any]:
    """What the run chose to hide, and why."""
    chosen: dict[str, Any] = leiden_year.workspace.read_json(CYCLE, STEP, NAME)
    return chosen


def by_rule(kept: dict[str, Any]) -> Counter[str]:
    return Counter(rule for *_, rule in kept["reasons"]["rules"])


def test_status_says_how_much_each_rule_hides_what_a_correction_costs_and_what_to_confirm(
    leiden_year: SampleYear, kept: dict[str, Any], capsys: pytest.CaptureFixture[str]
) -> None:
    where = ["--landing", str(leiden_year.landing), "--out", str(leiden_year.workspace.root)]
    kwaliteitsmonitor.main(["status", "--cycle", CYCLE, *where])
    printed = capsys.readouterr().out
    rules = by_rule(kept)
    assert {"few_people", "one_course"} <= rules.keys()
    for rule, cells in rules.items():
        assert f"Verborgen of in twee cijfers: {cells} van " in printed
        assert HIDDEN_BY[rule].nl in printed
    assert "Een correctie van één antwoord in één opleiding na publicatie: ten hoogste " in printed
    assert "Een correctie van 4 antwoorden in één opleiding" in printed
    assert f"{rules['one_course']} cellen zijn verborgen omdat zij op één cursus berusten" in printed
    assert set(kept["courses"]) <= set(printed.replace(",", " ").split()), "each of them, to confirm"
    kwaliteitsmonitor.main(["status", "--cycle", CYCLE, *where, "--format", "json"])
    hidden = json.loads(capsys.readouterr().out)["hidden"]
    assert hidden["hidden_by"] == rules
    assert hidden["courses_to_confirm"] == kept["courses"]
    assert [cost["answers"] for cost in hidden["cost_of_a_correction"]] == [1, 4]
    kwaliteitsmonitor.main(["status", "--cycle", CYCLE, "--feed", "staff", *where])
    assert "Verborgen" not in capsys.readouterr().out, "of one feed nothing is said of it"
    shown = number(Decimal(_shown(leiden_year)), 0, "nl")
    assert (
        f"cijfers verborgen en {hidden['cost_of_a_correction'][0]['coarse']} in twee cijfers, van {shown};" in printed
    )


def _shown(year: SampleYear) -> int:
    rows = pq.read_table(year.release / "tables" / "evaluation_results.parquet").to_pylist()
    return sum(row["status"] == "ok" for row in rows)


def test_check_profile_asks_which_courses_several_people_teach(
    leiden_year: SampleYear,
    kept: dict[str, Any],
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("KWALITEITSMONITOR_OUT", str(leiden_year.workspace.root))
    assert kwaliteitsmonitor.main(["check-profile", "leiden"]) == 0
    printed = capsys.readouterr().out
    assert f"{by_rule(kept)['one_course']} cells are hidden because they rest on one course" in printed
    assert "disclosure.courses_taught_by_several" in printed
    assert set(kept["courses"]) <= set(printed.replace(",", " ").split())
    assert kwaliteitsmonitor.main(["check-profile", "leiden", "--json"]) == 0
    (question,) = json.loads(capsys.readouterr().out)["asks"]
    assert question["en"] in printed
    assert question["nl"].endswith(", ".join(sorted(kept["courses"])))
    monkeypatch.setenv("KWALITEITSMONITOR_OUT", str(leiden_year.workspace.root / "none"))
    assert kwaliteitsmonitor.main(["check-profile", "leiden"]) == 0
    assert "rest on one course" not in capsys.readouterr().out


@pytest.mark.parametrize("language", ["nl", "en"])
def test_the_report_says_with_its_sign_by_which_rules_figures_are_hidden_and_how_many(
    language: Language, leiden_year: SampleYear
) -> None:
    release = leiden_year.release
    tables = ("indicator_values", "evaluation_results")
    rows = [row for name in tables for row in pq.read_table(release / "tables" / f"{name}.parquet").to_pylist()]
    hidden = Counter(row["hidden_by"] for row in rows if row["status"] == "suppressed")
    assert None not in hidden
    document = report_of(load_profile(profile_folder("leiden")), ReleaseReader(release), language)
    signs = {
        term: words
        for section in document.sections
        for part in section.sections
        for block in part.blocks
        if isinstance(block, Terms)
        for term, words in block.entries
    }
    printed = signs[SYMBOLS["suppressed"][language]]
    for rule, times in hidden.items():
        words = HIDDEN_BY[rule].in_language(language)
        count = f"{times} keer" if language == "nl" else f"{times} times"
        assert f"{heading(f'{count}: {words}')}." in printed
