"""What is hidden because few people gave many answers, and what is said where it is not known who answered."""

from __future__ import annotations

from kwaliteitsmonitor.methods.disclosure.cells import WHOLE, Population, populations
from kwaliteitsmonitor.methods.disclosure.counted_people import People, people_of
from kwaliteitsmonitor.methods.disclosure.distributions import Asked, undistributed
from kwaliteitsmonitor.methods.disclosure.gate import primary
from kwaliteitsmonitor.methods.disclosure.respondents import FewPeople, Respondents
from kwaliteitsmonitor.methods.statistics.scaling import factors
from kwaliteitsmonitor.methods.statistics.sums import Cell, distinct_scales
from tests.methods.statistics.counts import TEACHING, Count, answer_rows, counted, each_score, institution

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


def test_five_answers_of_four_people_are_hidden_and_of_five_people_are_shown() -> None:
    four = FewPeople(*KEY, "North", "P1", "Ba", None, 4)
    assert hidden(populated([*BUSY, *MANY], {"d": Respondents(5, (four,))}))[LEAF] == "few_people"
    assert LEAF not in hidden(populated([*BUSY, *MANY], {"d": Respondents(5)}))


def test_where_it_is_not_known_who_answered_people_are_estimated_from_the_largest_course() -> None:
    found = populated([*BUSY, *MANY], {"d": Respondents()})
    assert hidden(found)[LEAF] == "few_people", "each of its courses has one answer"
    assert {LEAF, WHOLE} <= found.estimated
    assert populated([*BUSY, *MANY], {"d": Respondents(5)}).estimated == frozenset()


def test_people_that_were_held_against_a_lower_threshold_say_nothing_of_a_higher_one() -> None:
    assert LEAF in populated([*BUSY, *MANY], {"d": Respondents(4)}).estimated


def test_an_answer_that_five_times_was_that_of_three_people_hides_the_distribution_and_not_the_mean() -> None:
    three = FewPeople(*KEY, "North", "P2", "Ba", 5, 3)
    found = populated(MANY, {"d": Respondents(5, (three,))})
    of = Cell("North", "P2", "Ba")
    assert found.few_gave == {(of, "teaching"): frozenset({16})}, "in quarters of a point, four points from the worst"
    assert of not in hidden(found)
    assert of in undistributed_cells(found)
    assert of not in undistributed_cells(populated(MANY, {"d": Respondents(5)}))


def undistributed_cells(of: Population) -> frozenset[Cell]:
    asked = Asked(of.answers(of.scores), tuple(sorted(of.scores)), {}, of.few_gave.keys())
    return undistributed(asked, {}, 5).hidden["teaching"]


def test_of_several_deliveries_the_one_with_most_people_counts_for_nobody_knows_who_is_in_both() -> None:
    three = [Count(score, 1, course="C1", delivery="one") for score in (1, 2, 3)]
    more = [Count(score, 1, course="C2", delivery="two") for score in (2, 3, 4)]
    both = {"one": Respondents(5), "two": Respondents(5)}
    assert not behind([*three, *more], both).enough(TEACHING, LEAF)
    assert behind([*three, *more, *BUSY], {**both, "d": Respondents(5)}).enough(TEACHING, LEAF)


def test_one_delivery_without_respondents_makes_an_estimate_of_the_cells_it_is_in_alone() -> None:
    unnamed = each_score(2, unit="East", programme="P3", delivery="e")
    found = populated([*MANY, *unnamed], {"d": Respondents(5), "e": Respondents()})
    assert Cell("East") in found.estimated
    assert {Cell("North"), WHOLE}.isdisjoint(found.estimated), "there are enough without them"
