"""What protects a hidden cell, and what changed between releases, is counted in people where one gave several answers.

A student answers a question once per course. So six answers to six courses may be of one student, and two programmes
of one student each protect nobody: together they can be computed, and are about two people.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from kwaliteitsmonitor.foundation.workspace import Workspace
from kwaliteitsmonitor.methods.disclosure.cells import WHOLE, Behind, Population, populations
from kwaliteitsmonitor.methods.disclosure.circulation import COARSE, HIDDEN, Layer
from kwaliteitsmonitor.methods.disclosure.counted_people import People, people_of
from kwaliteitsmonitor.methods.disclosure.distributions import Asked, undistributed
from kwaliteitsmonitor.methods.disclosure.evaluations import Withheld
from kwaliteitsmonitor.methods.disclosure.gate import people_changed, primary
from kwaliteitsmonitor.methods.disclosure.release_history import recall, record, remember
from kwaliteitsmonitor.methods.disclosure.respondents import FewPeople, Respondents
from kwaliteitsmonitor.methods.statistics.scaling import factors
from kwaliteitsmonitor.methods.statistics.sums import Cell, distinct_scales
from tests.methods.disclosure.attacker import Attack
from tests.methods.disclosure.releasing import YEAR, Leaf, delivery, release, who
from tests.methods.statistics.counts import TEACHING, Count, answer_rows, counted, each_score, institution

THRESHOLD = 5
COURSES = 6
Students = Mapping[Leaf, int]
"""Per unit, programme and level how many students there are, each of whom answers every course."""

SMALL = {("North", "P1", "Ba"): 1, ("North", "P2", "Ba"): 1}
STUDENTS: Students = {**SMALL, ("North", "P3", "Ba"): 12, ("North", "P4", "Ba"): 60, ("East", "P5", "Ma"): 70}


def answers(students: Students, more: Sequence[tuple[Leaf, int, int]] = ()) -> list[dict[str, Any]]:
    """Rows of `fact_answers`; `more` are answers of one kind: of which programme, with which score, and how many."""
    counts: Counter[tuple[Leaf, int, int]] = Counter()
    for leaf, number in students.items():
        counts.update(
            (leaf, course, 1 + (student + course) % 5) for student in range(number) for course in range(COURSES)
        )
    for at, (leaf, score, number) in enumerate(more):
        counts[(leaf, at % COURSES, score)] += number
    of_leaf = {leaf: {"teaching": [n for key, n in sorted(counts.items()) if key[0] == leaf]} for leaf in students}
    deliveries = {leaf[0]: delivery(of_leaf, leaf[0]) for leaf in students}
    return [
        Count(score, n, *leaf, f"C{course}", delivery=deliveries[leaf[0]], evaluation="programme").row()
        for (leaf, course, score), n in sorted(counts.items())
    ]


def of_programmes(tables: Mapping[str, list[dict[str, Any]]], status: str) -> set[Leaf]:
    rows = tables["evaluation_results"]
    return {(r["unit"], r["programme"], r["level"]) for r in rows if r["programme"] and r["status"] == status}


def test_what_can_be_computed_of_hidden_programmes_together_is_about_enough_people() -> None:
    tables, _ = release(who(THRESHOLD), answers(STUDENTS))
    hidden = of_programmes(tables, "suppressed")
    attack = Attack([tables], YEAR, "teaching")
    together: dict[int, float] = {}
    for leaf in hidden:
        together |= attack.terms(0, leaf)
    low, high = attack.bounds(together)
    people = sum(STUDENTS[leaf] for leaf in hidden)
    assert low == high == COURSES * people, "it can be computed: it is the group without what is shown of it"
    assert hidden > SMALL.keys()
    assert people >= THRESHOLD
    for leaf in hidden:
        assert attack.width(0, leaf) >= THRESHOLD * COURSES, "five people, with an answer to each course"


LARGE = ("North", "P4", "Ba")
ONE_MORE = {**STUDENTS, LARGE: 61}


@pytest.mark.parametrize(
    ("then", "students", "now"),
    [
        pytest.param([], ONE_MORE, [], id="a student with answers to six courses came late"),
        pytest.param([(LARGE, 1, 5)], STUDENTS, [(LARGE, 2, 5)], id="five answers of who knows how few"),
        pytest.param([(LARGE, 1, 3)], STUDENTS, [(LARGE, 2, 3)], id="three people changed their answer"),
    ],
)
def test_what_changed_by_few_people_is_not_shown_in_full_however_many_their_answers(
    then: list[tuple[Leaf, int, int]], students: Students, now: list[tuple[Leaf, int, int]]
) -> None:
    institution = who(THRESHOLD)
    first, memory = release(institution, answers(STUDENTS, then))
    assert LARGE in of_programmes(first, "ok")
    second, shown = release(institution, answers(students, now), [memory])
    assert shown.withheld.cells[(YEAR, "programme")][Cell(*LARGE)] in (HIDDEN, COARSE)
    row = next(r for r in second["evaluation_results"] if (r["unit"], r["programme"], r["level"]) == LARGE)
    assert row["hidden_by"] == "changed_by_few" or "two digits" in row["note_en"]


def test_what_changed_by_enough_people_is_shown_again() -> None:
    institution = who(THRESHOLD)
    _, memory = release(institution, answers(STUDENTS))
    grown, _ = release(institution, answers({**STUDENTS, LARGE: 66}), [memory])
    assert LARGE in of_programmes(grown, "ok")


def test_who_came_and_went_and_the_room_that_is_wanted_are_counted_by_what_courses_make_of_answers() -> None:
    leaf = Cell(*LARGE)
    then, now = {leaf: {"q": (9, 0, 0)}}, {leaf: {"q": (0, 4, 8)}}
    assert people_changed(then, now, {}, {})[leaf] == {"q": 12}
    one, four = {leaf: {"q": Behind(9, 1)}}, {leaf: {"q": Behind(3, 4)}}
    assert people_changed(then, now, one, four)[leaf] == {"q": 9}
    assert people_changed(then, now, four, four)[Cell()] == {"q": 3}
    counts = {leaf: {"q": (6, 6), "r": (6, 6)}}
    layer = Layer.of_release(counts, {}, {leaf: {"q": Behind(5, 3)}})
    assert (layer.wanted(leaf, "q", THRESHOLD), layer.wanted(leaf, "r", THRESHOLD)) == (12, 5)


def test_the_people_behind_answers_are_remembered_and_nothing_where_each_answer_is_of_another(tmp_path: Path) -> None:
    workspace, leaf = Workspace(tmp_path), Cell(*LARGE)
    leaves = {leaf: {"q": {1: 6, 2: 6}}}
    evaluation = (YEAR, "course")
    for behind in (Behind(5, 3), Behind(12, 1)):
        shown = record({evaluation: Population(leaves, behind={leaf: {"q": behind}})}, Withheld())
        assert ("behind" in shown) == (behind.courses > 1)
        remember(workspace, shown)
    with_people, without = recall(workspace)
    assert with_people.populations[evaluation].behind == {leaf: {"q": Behind(5, 3)}}
    assert without.populations[evaluation].behind == {}


LEAF = Cell("North", "P1", "Ba")
KEY = ("course", "2019-2020", "teaching")
BUSY = [Count(score, 1, course=f"C{score}") for score in range(1, 6)]
"""Five answers to five courses."""
MANY = [Count(score, 9, course=f"C{score % 3}", programme="P2") for score in range(1, 6)]


def behind(counts: list[Count], people: dict[str, Respondents], threshold: int = 5) -> People:
    answers = answer_rows(counts)
    _, scaled = factors(institution().questions, distinct_scales(answers))
    return people_of(answers, scaled, people, threshold)


def populated(counts: list[Count], people: dict[str, Respondents]) -> Population:
    return populations(counted(counts).counted, 5, behind(counts, people))[(2020, "course")]


def hidden(population: Population) -> dict[Cell, str]:
    return primary(population, population.answers(population.scores), 5)


def undistributed_cells(of: Population) -> frozenset[Cell]:
    asked = Asked(of.answers(of.scores), tuple(sorted(of.scores)), {}, of.few_gave.keys())
    return undistributed(asked, {}, 5).hidden["teaching"]


def test_five_answers_of_four_people_are_hidden_and_where_it_is_not_known_who_answered_people_are_estimated() -> None:
    four = FewPeople(*KEY, "North", "P1", "Ba", None, 4)
    assert hidden(populated([*BUSY, *MANY], {"d": Respondents(5, (four,))}))[LEAF] == "few_people"
    five = populated([*BUSY, *MANY], {"d": Respondents(5)})
    assert (LEAF in hidden(five), five.estimated) == (False, frozenset())
    unknown = populated([*BUSY, *MANY], {"d": Respondents()})
    assert hidden(unknown)[LEAF] == "few_people", "each of its courses has one answer"
    assert {LEAF, WHOLE} <= unknown.estimated
    lower = populated([*BUSY, *MANY], {"d": Respondents(4)})
    assert LEAF in lower.estimated, "a lower threshold says nothing of a higher one"


def test_an_answer_that_five_times_was_that_of_three_people_hides_the_distribution_and_not_the_mean() -> None:
    three = FewPeople(*KEY, "North", "P2", "Ba", 5, 3)
    population = populated(MANY, {"d": Respondents(5, (three,))})
    of = Cell("North", "P2", "Ba")
    assert population.few_gave == {(of, "teaching"): frozenset({16})}, (
        "in quarters of a point, four points from the worst"
    )
    assert of not in hidden(population)
    assert of in undistributed_cells(population)
    assert of not in undistributed_cells(populated(MANY, {"d": Respondents(5)}))


def test_of_several_deliveries_the_one_with_most_people_counts_for_nobody_knows_who_is_in_both() -> None:
    three = [Count(score, 1, course="C1", delivery="one") for score in (1, 2, 3)]
    more = [Count(score, 1, course="C2", delivery="two") for score in (2, 3, 4)]
    both = {"one": Respondents(5), "two": Respondents(5)}
    assert not behind([*three, *more], both).enough(TEACHING, LEAF)
    assert behind([*three, *more, *BUSY], {**both, "d": Respondents(5)}).enough(TEACHING, LEAF)


def test_one_delivery_without_respondents_makes_an_estimate_of_the_cells_it_is_in_alone() -> None:
    unnamed = each_score(2, unit="East", programme="P3", delivery="e")
    population = populated([*MANY, *unnamed], {"d": Respondents(5), "e": Respondents()})
    assert Cell("East") in population.estimated
    assert {Cell("North"), WHOLE}.isdisjoint(population.estimated), "there are enough without them"
