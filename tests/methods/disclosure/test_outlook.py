"""What is said before publishing: what is hidden, which courses to confirm, and what a correction would cost."""

from __future__ import annotations

from pathlib import Path

import pytest

from assets.evaluations.findings import shown_before
from kwaliteitsmonitor.foundation.workspace import Workspace
from kwaliteitsmonitor.methods.disclosure.outlook import Cost, courses_question, newest, outlook, remarks
from kwaliteitsmonitor.methods.disclosure.pattern import about_to_show, choose
from tests.methods.statistics.counts import Count, answer_rows, counted, each_score, institution

CYCLE = "2021-03"


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    return Workspace(tmp_path / "out")


def chosen(workspace: Workspace, counts: list[Count]) -> None:
    choose(workspace, institution(), CYCLE, counted(counts, (), None, (2019, 2020)), answer_rows(counts))


ALONE = [*each_score(4), *each_score(4, programme="P2", level="Ma")]
OTHERS = [one for c in ("C2", "C3") for one in each_score(30, unit="East", programme="P3", course=c)]
MORE = [one for c in ("C4", "C5") for one in each_score(30, unit="South", programme="P4", course=c)]


def test_before_a_run_nothing_is_known_and_nothing_asked(workspace: Workspace) -> None:
    assert outlook(workspace, CYCLE, institution()) is None
    assert newest(workspace, institution()) is None
    assert remarks(None) == []


def test_the_courses_on_which_cells_rest_are_listed_for_the_profile(workspace: Workspace) -> None:
    chosen(workspace, [*ALONE, *OTHERS, *MORE])
    found = newest(workspace, institution())
    assert found is not None
    assert set(found.courses) == {"C1"}
    assert found.alone == found.courses["C1"] >= 5, "two programmes, two groups, the unit, and the level of masters"
    question = courses_question(found)
    assert question is not None
    assert question.en.endswith("which of these several people teach: C1")


def test_what_one_corrected_answer_costs_is_counted_in_figures(workspace: Workspace) -> None:
    """One question; a programme of 300 with its group, unit, level and the whole, each of a hundred or more."""
    chosen(workspace, [*OTHERS, *MORE])
    found = outlook(workspace, CYCLE, institution())
    assert found is not None
    assert found.shown == found.cells == 8
    assert found.costs == (Cost(1, 0, 5), Cost(4, 3, 2)), "four need 400 people: the level and the whole have 600"
    assert any("Een correctie van één antwoord" in words.nl for words in remarks(found))


def test_what_an_earlier_release_showed_and_is_hidden_now_is_told_by_name_to_who_runs_it(workspace: Workspace) -> None:
    two = [*each_score(4), *each_score(4, course="C9")]
    chosen(workspace, [*two, *OTHERS, *MORE])
    about_to_show(workspace, CYCLE)
    chosen(workspace, [*each_score(8), *OTHERS, *MORE])
    found = outlook(workspace, CYCLE, institution())
    assert found is not None
    assert "2020 course North" in found.exposed
    assert any("2020 course North" in words.en for words in remarks(found))
    assert "North" not in str(shown_before(len(found.exposed))), "the release says how many, and not which"
    assert (shown_before(2).failed, shown_before(0).outcome) == (2, "passed")
