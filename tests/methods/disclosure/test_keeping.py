"""What is withheld of a cycle is chosen once, in the light of what was shown, and kept for every step that shows it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from kwaliteitsmonitor.foundation.workspace import Workspace
from kwaliteitsmonitor.methods.disclosure.cells import populations
from kwaliteitsmonitor.methods.disclosure.circulation import HIDDEN
from kwaliteitsmonitor.methods.disclosure.evaluations import Withheld, withhold
from kwaliteitsmonitor.methods.disclosure.pattern import (
    STEP,
    about_to_show,
    choose,
    known_of,
    points_of,
    seen_of,
    sources_of,
    withheld_of,
)
from kwaliteitsmonitor.methods.disclosure.release_history import FIGURES, memories, record
from kwaliteitsmonitor.methods.statistics.summaries import Statistics
from kwaliteitsmonitor.methods.statistics.sums import Cell
from schemas.errors import KwaliteitsmonitorError
from tests.made_up import table
from tests.methods.disclosure.releasing import delivery, facts, statistics_of, who

CYCLE = "2021-03"
THRESHOLD = 5
SMALL, LARGE, OTHER = ("North", "1", "Ba"), ("North", "2", "Ba"), ("South", "1", "Ma")
MANY = (0, 3, 9, 20, 12)
COUNTS = {SMALL: {"teaching": (0, 0, 1, 1, 1)}, LARGE: {"teaching": MANY}, OTHER: {"teaching": MANY}}
PROGRAMME = (2020, "programme")


def chosen(workspace: Workspace, counts: Any = COUNTS, cycle: str = CYCLE) -> Withheld:
    rows = facts(counts)
    return choose(workspace, who(THRESHOLD), cycle, found(rows), table("fact_answers", rows))


def found(rows: list[dict[str, Any]]) -> Statistics:
    return statistics_of(who(THRESHOLD), rows)


def expected() -> Withheld:
    counted = populations(found(facts(COUNTS)).counted, THRESHOLD)
    return withhold(counted, THRESHOLD, (), [], {PROGRAMME: {"teaching": 4}})


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    return Workspace(tmp_path / "out")


def test_what_was_chosen_is_what_every_later_step_finds(workspace: Workspace) -> None:
    made = chosen(workspace)
    assert made.cells[PROGRAMME][Cell("North", "1", "Ba")] == HIDDEN
    assert made == expected()
    kept = withheld_of(workspace, CYCLE)
    assert (kept.cells, kept.shares, kept.spreads) == (made.cells, made.shares, made.spreads)


def test_of_each_leaf_the_deliveries_are_kept_that_its_answers_came_in(workspace: Workspace) -> None:
    rows = facts(COUNTS)
    rows += [{**row, "_delivery": "another", "score": 1} for row in rows if row["unit"] == "South"][:1]
    choose(workspace, who(THRESHOLD), CYCLE, found(rows), table("fact_answers", rows))
    north, south = delivery(COUNTS, "North"), delivery(COUNTS, "South")
    assert sources_of(workspace, CYCLE) == {
        PROGRAMME: {Cell(*SMALL): {north}, Cell(*LARGE): {north}, Cell(*OTHER): {south, "another"}}
    }


def test_a_choice_is_made_in_the_light_of_what_was_shown_before_and_says_of_what(workspace: Workspace) -> None:
    chosen(workspace)
    assert seen_of(workspace, CYCLE) == []
    about_to_show(workspace, CYCLE)
    (first,) = memories(workspace)
    later = {**COUNTS, OTHER: {"teaching": (1, 3, 9, 20, 12)}}
    chosen(workspace, later)
    assert seen_of(workspace, CYCLE) == [first]
    about_to_show(workspace, CYCLE)
    assert next(iter(memories(workspace))) == first
    assert len(memories(workspace)) == 2


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
    later = {**COUNTS, OTHER: {"teaching": (1, 3, 9, 20, 12)}}
    chosen(other, later, "2021-05")
    about_to_show(other, "2021-05")
    with pytest.raises(KwaliteitsmonitorError, match="another release came out") as caught:
        about_to_show(workspace, CYCLE)
    assert caught.value.where == f"cycle {CYCLE}"
    assert caught.value.remedy == "Run the cycle again."


def test_a_point_has_so_many_steps_that_each_scale_of_a_question_falls_on_them() -> None:
    rows = facts(COUNTS)
    of_ten = [{**row, "best": 10} if row["unit"] == "South" else row for row in rows]
    assert points_of(found(rows)) == {PROGRAMME: {"teaching": 4}}, "four from 1 to 5"
    assert points_of(found(of_ten)) == {PROGRAMME: {"teaching": 36}}, "and nine from 1 to 10"


def test_how_much_is_withheld_is_told_in_numbers() -> None:
    made = expected()
    sizes = made.sizes()
    assert sizes["withheld"] == sum(map(len, made.cells.values())) > 0
    assert sizes["unprotected"] == 0
    assert record(populations({}, THRESHOLD), made)["format"] == 1


def test_figures_of_another_delivery_make_another_memory_and_the_same_choice_of_evaluations(
    workspace: Workspace,
) -> None:
    """Staff were delivered anew between two runs, evaluations were not: these are hidden by the same rules."""
    made = []
    for held in ({"indicator:2020:i:A": [1.0, 3, 3, None]}, {"indicator:2020:i:A": [2.0, 4, 4, None]}, {}):
        made.append(chosen(workspace))
        assert seen_of(workspace, CYCLE) == []
        known = known_of(workspace, CYCLE)
        workspace.write_json(CYCLE, STEP, FIGURES, {"known": known, "seen": known[:1], "held": held})
        assert seen_of(workspace, CYCLE) == known[:1], "what decided of figures is named as well"
        about_to_show(workspace, CYCLE)
    assert made[1:] == made[:-1]
    assert len(memories(workspace)) == 3
