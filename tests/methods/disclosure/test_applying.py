"""What is withheld is nowhere in the published rows, and what is shown beside it does not say it either."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from kwaliteitsmonitor.foundation.workspace import Workspace
from kwaliteitsmonitor.methods.disclosure import applying
from kwaliteitsmonitor.methods.disclosure.circulation import COARSE, HIDDEN
from kwaliteitsmonitor.methods.disclosure.evaluations import Withheld, withhold
from kwaliteitsmonitor.methods.disclosure.people import HIDDEN as NUMBERS
from kwaliteitsmonitor.methods.disclosure.release_history import memories, recall, record, remember
from kwaliteitsmonitor.methods.statistics.caveats import set_aside
from kwaliteitsmonitor.methods.statistics.sums import Cell
from tests.made_up import mean
from tests.methods.disclosure.published_rows import ANSWERS, BEFORE, NORTH, NOW, OVER, figure, result
from tests.methods.disclosure.releasing import facts, release, who

AS_MADE = {"people": "counted", "spread_shown": "exact"}


def test_a_hidden_row_holds_no_number_and_says_nothing_but_the_rule() -> None:
    (row,) = applying.results([result()], Withheld({NOW: {NORTH: HIDDEN}}))
    assert (row["status"], row["hidden_by"]) == ("suppressed", "subtraction")
    assert not [name for name in applying.RESULTS if row[name] is not None]
    assert row["note"] == (
        "verborgen: zou een ander verborgen cijfer verraden, als verschil met wat getoond wordt / "
        "hidden: would give away another hidden figure, by subtraction from what is shown"
    )


def test_a_coarse_row_has_two_digits_and_says_so() -> None:
    (row,) = applying.results([result()], Withheld({NOW: {NORTH: COARSE}}))
    shown = {name: row[name] for name in applying.RESULTS if row[name] is not None}
    assert shown == {"n": 1200, "mean": 3.1, "sd_respondents": 3.1}
    assert "in two digits" in row["note"]
    assert "7" not in row["note"]


def test_beside_a_hidden_part_spreads_are_rounded_and_after_a_hidden_year_no_change_is_shown() -> None:
    row, other = applying.results([result(), result("South")], Withheld({BEFORE: {NORTH: HIDDEN}}))
    assert ([row[name] for name in applying.CHANGE], row["mean"]) == ([None] * 3, 3.14159)
    assert "no comparison: the year before is suppressed" in row["note"]
    assert other == result("South") | AS_MADE
    whole, south = applying.results([result(None), result("South")], Withheld({NOW: {NORTH: HIDDEN}}))
    assert (whole["sd_units"], whole["sd_courses"], whole["mean"]) == (3.1, 3.1, 3.14159)
    assert south["sd_courses"] == 3.14159


def test_shares_are_hidden_all_together() -> None:
    rows = [result(score=score, share=0.5, answers=9) for score in (1.0, 2.0)]
    hidden = applying.shares(rows, Withheld({}, {NOW: {"teaching": frozenset({NORTH})}}))
    assert {(r["share"], r["answers"], r["status"]) for r in hidden} == {(None, None, "suppressed")}
    assert applying.shares(rows, Withheld()) == rows


@pytest.mark.parametrize("analysis", ["respondent", "course", "unit"])
def test_an_indicator_over_answers_follows_the_cells_of_its_evaluation(analysis: str) -> None:
    over = [mean(answers=ANSWERS, unit_of_analysis=analysis)]
    (hidden,) = applying.figures([figure()], over, Withheld({NOW: {NORTH: HIDDEN}}), 5)
    assert (hidden["status"], hidden["printed_nl"], hidden["note_nl"]) == ("suppressed", "×", None)
    assert not [name for name in NUMBERS if hidden[name] is not None]
    (whole,) = applying.figures([figure(unit=None)], over, Withheld({NOW: {NORTH: HIDDEN}}), 5)
    assert whole["value"] == (3.14159 if analysis == "respondent" else 3.14)
    assert whole["spread"] == 3.14
    assert "12" not in whole["note_nl"] + whole["note_en"]
    (shown,) = applying.figures([figure(n=3)], over, Withheld(), 5)
    assert shown == figure(n=3), "the evaluation decides, not the number beside the figure"


@pytest.mark.parametrize("beside", [{}, {NOW: {Cell("North", "P1", "Ba"): HIDDEN, Cell("North", None, "Ba"): HIDDEN}}])
@pytest.mark.parametrize(
    ("mute", "spread", "text"), [(frozenset(), 3.1, "3,14 ± 3,1"), (frozenset({NORTH}), None, "3,14")]
)
def test_an_indicator_shows_no_more_of_a_spread_than_the_evaluation_does(
    mute: frozenset[Cell], spread: float | None, text: str, beside: Any
) -> None:
    withheld = Withheld(beside, {NOW: {"teaching": frozenset({NORTH})}}, {NOW: {"teaching": mute}})
    row = figure(spread_kind="sd_respondents", printed_nl="3,14 ± 3,14", printed_en="3.14 ± 3.14")
    (shown,) = applying.figures([row], OVER, withheld, 5)
    assert (shown["spread"], shown["printed_nl"]) == (spread, text)
    (full,) = applying.figures([row], OVER, Withheld(beside), 5)
    assert (full["spread"], full["printed_nl"]) == (3.14159, "3,14 ± 3,14")


COUNTS = {
    ("North", "P1", "Ba"): {"teaching": [1, 1, 1, 0, 0]},
    ("North", "P2", "Ba"): {"teaching": [4, 5, 6, 7, 8]},
    ("South", "P3", "Ba"): {"teaching": [9, 9, 9, 9, 9]},
}
POINTS = {NOW: {"teaching": 4}}
"""A scale of five points lies in quarters, so that answers on other scales lie on it too."""


def test_what_was_shown_is_remembered_once_and_recalled_the_same(tmp_path: Path) -> None:
    workspace = Workspace(tmp_path)
    _, shown = release(who(5), facts(COUNTS))
    written = record(shown.populations, shown.withheld)
    assert remember(workspace, written) == remember(workspace, written)
    (recalled,) = recall(workspace)
    assert recalled.withheld.record() == shown.withheld.record()
    assert withhold(shown.populations, 5, [], [recalled], POINTS).record() == shown.withheld.record()
    assert [oct(path.stat().st_mode & 0o777) for path in memories(workspace).values()] == ["0o600"]


def test_a_course_is_personal_unless_the_profile_says_that_several_teach_it() -> None:
    counts = {("North", "P1", "Ba"): {"teaching": [9] * 5}, ("South", "P2", "Ba"): {"teaching": [9] * 5}}
    south = dict(list(counts.items())[1:])
    rows = facts(counts, course="C-1", evaluation="course") + facts(south, course="C-2", evaluation="course")
    institution = who(5)
    tables, _ = release(institution, rows)
    status = {r["unit"]: r["status"] for r in tables["evaluation_results"] if r["programme"]}
    assert status == {"North": "suppressed", "South": "suppressed"}, "South protects North"
    rules = institution.institution.disclosure.model_copy(update={"courses_taught_by_several": ["C-1"]})
    settled = institution.institution.model_copy(update={"disclosure": rules})
    tables, _ = release(replace(institution, institution=settled), rows)
    assert {r["status"] for r in tables["evaluation_results"]} == {"ok"}


@pytest.mark.parametrize(
    ("note", "kept"),
    [
        ("zonder 12 antwoorden van 1 cursus met te weinig respons", "zonder × antwoorden van"),
        ("niet in bachelor of master: 7 antwoorden van niveau overig", "master: × antwoorden"),
        (str(set_aside(12, 1)), "zonder 12 antwoorden die"),
        (str(set_aside(1, 2)), "zonder 1 antwoord dat"),
        (str(set_aside(1, 2)), "without 1 answer that"),
    ],
)
def test_a_note_in_two_digits_keeps_numbers_of_what_was_lost_and_no_others(note: str, kept: str) -> None:
    """The sign of privacy stands for no loss."""
    (coarse,) = applying.figures([figure(note_nl=note)], OVER, Withheld({NOW: {NORTH: COARSE}}), 5)
    assert kept in str(coarse["note_nl"])
