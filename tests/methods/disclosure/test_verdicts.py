"""Of a whole year: what is hidden is said, and what a rounded spread cannot decide is left open and said."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pyarrow.parquet as pq
import pytest

from assets.common.cycle_tables import CycleTables
from assets.evaluations.of_cycle import statistics_of
from assets.evaluations.results import results
from kwaliteitsmonitor.methods.disclosure.pattern import NAME, STEP, withheld_of
from kwaliteitsmonitor.methods.figures.house_words import heading
from kwaliteitsmonitor.methods.figures.printing import SYMBOLS, Language, number
from kwaliteitsmonitor.methods.statistics.moments import Moments, welch
from kwaliteitsmonitor.methods.statistics.sums import Cell
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
    rows = pq.read_table(leiden_year.release / "tables" / "evaluation_results.parquet").to_pylist()
    shown = number(Decimal(sum(row["status"] == "ok" for row in rows)), 0, "nl")
    coarse = hidden["cost_of_a_correction"][0]["coarse"]
    assert f"cijfers verborgen en {coarse} in twee cijfers, van {shown};" in printed


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


ROUNDED = "rounded to one decimal", "is rounded"


@dataclass(frozen=True)
class Change:
    """A change that is published: its interval as it is shown, as it is exactly, and from spreads as they are shown."""

    row: dict[str, Any]
    exact: tuple[float, float]
    from_shown: tuple[float, float]

    @property
    def shown(self) -> tuple[float, float]:
        return self.row["change_low"], self.row["change_high"]

    @property
    def open(self) -> bool:
        """Whether an end is zero, so that it is not said on which side of it that lies."""
        return 0 in self.shown

    @property
    def told(self) -> bool:
        return any(words in (self.row["note_en"] or "") for words in ROUNDED)


def verdict(interval: tuple[float, float]) -> str:
    return "more" if interval[0] > 0 else "less" if interval[1] < 0 else "chance"


def _changes(year: SampleYear) -> Iterator[Change]:
    profile, workspace = load_profile(profile_folder("leiden")), year.workspace
    cycle = profile.cycle(CYCLE)
    statistics = statistics_of(CycleTables(workspace, profile, CYCLE))
    made = {row["figure_id"]: row for row in results(profile, cycle, statistics, {}).results}
    rows = pq.read_table(year.release / "tables" / "evaluation_results.parquet").to_pylist()
    by_place = {_place(row): row for row in rows if row["status"] == "ok"}
    for row in rows:
        if row["change_low"] is None:
            continue
        before = by_place[(row["reporting_year"] - 1, *_place(row)[1:])]
        shown = welch(_moments(row), _moments(before))
        assert shown is not None
        half, exact = float(shown.high - shown.low) / 2, made[row["figure_id"]]
        yield Change(row, (exact["change_low"], exact["change_high"]), (row["change"] - half, row["change"] + half))


def _place(row: dict[str, Any]) -> tuple[Any, ...]:
    return tuple(row[name] for name in ("reporting_year", "evaluation", "question", "unit", "programme", "level"))


def _moments(row: dict[str, Any]) -> Moments:
    n, mean, spread = row["n"], Fraction(repr(row["mean"])), Fraction(repr(row["sd_respondents"]))
    return Moments(n, n * mean, (n - 1) * spread**2 + n * mean**2)


@pytest.fixture(scope="module")
def changes(leiden_year: SampleYear) -> list[Change]:
    return list(_changes(leiden_year))


def test_an_interval_is_exact_or_says_that_it_is_rounded_as_the_gate_chose(
    changes: list[Change], leiden_year: SampleYear
) -> None:
    assert len(changes) > 150
    told = [change.told for change in changes]
    assert 10 < told.count(True) < len(told) - 10
    withheld = withheld_of(leiden_year.workspace, CYCLE)
    for change in changes:
        if not change.told:
            assert change.shown == pytest.approx(change.exact, abs=1e-12)
        else:
            assert change.shown == tuple(round(end, 1) for end in change.shown)
        year, evaluation, question, *cell = _place(change.row)
        of_both = [withheld.spread(one, evaluation, question, Cell(*cell)) for one in (year, year - 1)]
        assert change.told == any(of_both)


def test_a_verdict_that_the_rounded_spread_turns_round_is_left_open_and_no_other_says_otherwise(
    changes: list[Change],
) -> None:
    (one,) = (c for c in changes if c.told and verdict(c.exact) != verdict(c.from_shown))
    assert one.row["figure_id"] == "2021-03:evaluation:2020:assessment:FGGA:60155:Ma"
    assert (verdict(one.exact), verdict(one.from_shown), one.shown[1], one.open) == ("less", "chance", 0.0, True)
    assert [c.row["figure_id"] for c in changes if verdict(c.shown) != verdict(c.exact) and not c.open] == []
