"""What is withheld is chosen once, in the light of what was shown, kept for every later step, and told beforehand."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from assets.evaluations.findings import shown_before
from kwaliteitsmonitor.foundation.workspace import Workspace
from kwaliteitsmonitor.methods.disclosure import pattern
from kwaliteitsmonitor.methods.disclosure.cells import populations
from kwaliteitsmonitor.methods.disclosure.circulation import HIDDEN
from kwaliteitsmonitor.methods.disclosure.evaluations import Withheld, withhold
from kwaliteitsmonitor.methods.disclosure.outlook import Cost, courses_question, newest, outlook, remarks
from kwaliteitsmonitor.methods.disclosure.pattern import about_to_show, choose, points_of, seen_of
from kwaliteitsmonitor.methods.disclosure.release_history import FIGURES, memories, record
from kwaliteitsmonitor.methods.statistics.sums import Cell
from schemas.errors import KwaliteitsmonitorError
from tests.made_up import table
from tests.methods.disclosure.releasing import delivery, facts, statistics_of, who
from tests.methods.statistics.counts import Count, answer_rows, counted, each_score, institution

CYCLE = "2021-03"
THRESHOLD = 5
SMALL, LARGE, OTHER = ("North", "1", "Ba"), ("North", "2", "Ba"), ("South", "1", "Ma")
MANY = (0, 3, 9, 20, 12)
COUNTS = {SMALL: {"teaching": (0, 0, 1, 1, 1)}, LARGE: {"teaching": MANY}, OTHER: {"teaching": MANY}}
PROGRAMME = (2020, "programme")


def chosen(workspace: Workspace, counts: Any = COUNTS, cycle: str = CYCLE, rows: Any = None) -> Withheld:
    rows = rows or facts(counts)
    return choose(workspace, who(THRESHOLD), cycle, statistics_of(who(THRESHOLD), rows), table("fact_answers", rows))


def expected() -> Withheld:
    counted = populations(statistics_of(who(THRESHOLD), facts(COUNTS)).counted, THRESHOLD)
    return withhold(counted, THRESHOLD, (), [], {PROGRAMME: {"teaching": 4}})


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    return Workspace(tmp_path / "out")


def test_what_was_chosen_is_what_every_later_step_finds_and_is_counted(workspace: Workspace) -> None:
    made = chosen(workspace)
    assert made.cells[PROGRAMME][Cell("North", "1", "Ba")] == HIDDEN
    assert made == expected()
    kept = pattern.withheld_of(workspace, CYCLE)
    assert (kept.cells, kept.shares, kept.spreads) == (made.cells, made.shares, made.spreads)
    sizes = made.sizes()
    assert sizes["withheld"] == sum(map(len, made.cells.values())) > 0
    assert sizes["unprotected"] == 0
    assert record(populations({}, THRESHOLD), made)["format"] == 1


def test_of_each_leaf_the_deliveries_are_kept_that_its_answers_came_in(workspace: Workspace) -> None:
    rows = facts(COUNTS)
    rows += [{**row, "_delivery": "another", "score": 1} for row in rows if row["unit"] == "South"][:1]
    chosen(workspace, rows=rows)
    north, south = delivery(COUNTS, "North"), delivery(COUNTS, "South")
    assert pattern.sources_of(workspace, CYCLE) == {
        PROGRAMME: {Cell(*SMALL): {north}, Cell(*LARGE): {north}, Cell(*OTHER): {south, "another"}}
    }


LATER = {**COUNTS, OTHER: {"teaching": (1, 3, 9, 20, 12)}}


def test_a_choice_is_made_in_the_light_of_what_was_shown_before_and_says_of_what(workspace: Workspace) -> None:
    chosen(workspace)
    assert seen_of(workspace, CYCLE) == []
    about_to_show(workspace, CYCLE)
    (first,) = memories(workspace)
    chosen(workspace, LATER)
    assert seen_of(workspace, CYCLE) == [first]
    about_to_show(workspace, CYCLE)
    assert (next(iter(memories(workspace))), len(memories(workspace))) == (first, 2)


def test_a_run_that_was_killed_before_it_showed_what_it_remembered_chooses_the_same_again(workspace: Workspace) -> None:
    made = chosen(workspace)
    about_to_show(workspace, CYCLE)
    assert chosen(workspace) == made
    assert seen_of(workspace, CYCLE) == [], "its own memory is none of before"
    about_to_show(workspace, CYCLE)
    assert len(memories(workspace)) == 1


def test_a_release_that_came_out_in_between_is_not_passed_over(workspace: Workspace) -> None:
    chosen(workspace)
    other = Workspace(workspace.root)
    chosen(other, LATER, "2021-05")
    about_to_show(other, "2021-05")
    with pytest.raises(KwaliteitsmonitorError, match="another release came out") as caught:
        about_to_show(workspace, CYCLE)
    assert (caught.value.where, caught.value.remedy) == (f"cycle {CYCLE}", "Run the cycle again.")


def test_a_point_has_so_many_steps_that_each_scale_of_a_question_falls_on_them() -> None:
    rows = facts(COUNTS)
    of_ten = [{**row, "best": 10} if row["unit"] == "South" else row for row in rows]
    points = [points_of(statistics_of(who(THRESHOLD), some)) for some in (rows, of_ten)]
    assert points == [{PROGRAMME: {"teaching": steps}} for steps in (4, 36)], "four from 1 to 5, nine from 1 to 10"


def test_figures_of_another_delivery_make_another_memory_and_the_same_choice_of_evaluations(
    workspace: Workspace,
) -> None:
    """Staff were delivered anew between two runs, evaluations were not: these are hidden by the same rules."""
    made = []
    for held in ({"indicator:2020:i:A": [1.0, 3, 3, None]}, {"indicator:2020:i:A": [2.0, 4, 4, None]}, {}):
        made.append(chosen(workspace))
        assert seen_of(workspace, CYCLE) == []
        known = pattern.known_of(workspace, CYCLE)
        workspace.write_json(CYCLE, pattern.STEP, FIGURES, {"known": known, "seen": known[:1], "held": held})
        assert seen_of(workspace, CYCLE) == known[:1], "what decided of figures is named as well"
        about_to_show(workspace, CYCLE)
    assert made[1:] == made[:-1]
    assert len(memories(workspace)) == 3


def counted_and_chosen(workspace: Workspace, counts: list[Count]) -> None:
    choose(workspace, institution(), CYCLE, counted(counts, (), None, (2019, 2020)), answer_rows(counts))


ALONE = [*each_score(4), *each_score(4, programme="P2", level="Ma")]
OTHERS = [one for c in ("C2", "C3") for one in each_score(30, unit="East", programme="P3", course=c)]
MORE = [one for c in ("C4", "C5") for one in each_score(30, unit="South", programme="P4", course=c)]


def test_before_a_run_nothing_is_known_and_nothing_asked(workspace: Workspace) -> None:
    assert outlook(workspace, CYCLE, institution()) is None
    assert newest(workspace, institution()) is None
    assert remarks(None) == []


def test_the_courses_on_which_cells_rest_are_listed_for_the_profile(workspace: Workspace) -> None:
    counted_and_chosen(workspace, [*ALONE, *OTHERS, *MORE])
    view = newest(workspace, institution())
    assert view is not None
    assert set(view.courses) == {"C1"}
    assert view.alone == view.courses["C1"] >= 5, "two programmes, two groups, the unit, and the level of masters"
    question = courses_question(view)
    assert question is not None
    assert question.en.endswith("which of these several people teach: C1")


def test_what_one_corrected_answer_costs_is_counted_in_figures(workspace: Workspace) -> None:
    """One question; a programme of 300 with its group, unit, level and the whole, each of a hundred or more."""
    counted_and_chosen(workspace, [*OTHERS, *MORE])
    view = outlook(workspace, CYCLE, institution())
    assert view is not None
    assert view.shown == view.cells == 8
    assert view.costs == (Cost(1, 0, 5), Cost(4, 3, 2)), "four need 400 people: the level and the whole have 600"
    assert any("Een correctie van één antwoord" in words.nl for words in remarks(view))


def test_what_an_earlier_release_showed_and_is_hidden_now_is_told_by_name_to_who_runs_it(workspace: Workspace) -> None:
    two = [*each_score(4), *each_score(4, course="C9")]
    counted_and_chosen(workspace, [*two, *OTHERS, *MORE])
    about_to_show(workspace, CYCLE)
    counted_and_chosen(workspace, [*each_score(8), *OTHERS, *MORE])
    view = outlook(workspace, CYCLE, institution())
    assert view is not None
    assert "2020 course North" in view.exposed
    assert any("2020 course North" in words.en for words in remarks(view))
    assert "North" not in str(shown_before(len(view.exposed))), "the release says how many, and not which"
    assert (shown_before(2).failed, shown_before(0).outcome) == (2, "passed")
