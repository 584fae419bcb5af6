"""The cells of an evaluation, and how many answers of each kind they hold.

A cell is a unit, programme and level of which each may be none, for all of them together. Five kinds are published: the
whole, a level, a unit, a unit by level, and the leaf, which has all three. All others are sums of leaves.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import Any

from assets.statistics.sums import Asked, Cell, Sums

WHOLE = Cell()

Answers = Mapping[str, tuple[int, ...]]
"""Per question that was answered, the number of answers of each score, in the order of the scores of the evaluation."""

Evaluation = tuple[int, str]
"""A reporting year and a kind of evaluation."""


def covering(leaf: Cell) -> tuple[Cell, ...]:
    """The published cells that hold the answers of a leaf, from the leaf to the whole."""
    return (leaf, Cell(leaf.unit, None, leaf.level), Cell(leaf.unit), Cell(level=leaf.level), WHOLE)


def sizes(answers: Answers) -> dict[str, int]:
    """Per question, how many answers there are."""
    return {question: sum(counts) for question, counts in answers.items()}


def summed(leaves: Mapping[Cell, Answers]) -> dict[Cell, Answers]:
    """The answers in every published cell, from those in the leaves."""
    found: dict[Cell, dict[str, list[int]]] = {}
    for leaf, answers in leaves.items():
        for cell in covering(leaf):
            into = found.setdefault(cell, {})
            for question, counts in answers.items():
                total = into.setdefault(question, [0] * len(counts))
                for i, count in enumerate(counts):
                    total[i] += count
    return {cell: {q: tuple(counts) for q, counts in answers.items()} for cell, answers in found.items()}


@dataclass(frozen=True)
class Population:
    """The answers to one evaluation in one year, by leaf, question and score.

    `respondents` is how many different people at least gave those of a published cell, for the question that the fewest
    answered: a student answers once per course, so that a programme has at least as many people as answers in its
    largest course; programmes are added up, as if nobody studied two. `course` is the one course of a cell that rests
    on no more than one; it is empty where it is not sure which one that is.
    """

    leaves: Mapping[Cell, Mapping[str, Mapping[int, int]]]
    respondents: Mapping[Cell, int]
    course: Mapping[Cell, str]

    @property
    def scores(self) -> frozenset[int]:
        """The scores that were given."""
        return frozenset(s for answers in self.leaves.values() for counts in answers.values() for s in counts)

    def answers(self, scores: Iterable[int]) -> dict[Cell, Answers]:
        """The answers in every published cell, in the order of these scores."""
        order = sorted(scores)
        return summed(
            {
                leaf: {question: tuple(counts.get(score, 0) for score in order) for question, counts in answers.items()}
                for leaf, answers in sorted(self.leaves.items(), key=str)
            }
        )


def populations(
    found: Mapping[Asked, Mapping[Cell, Sums]], facts: Iterable[Mapping[str, Any]] = ()
) -> dict[Evaluation, Population]:
    """Per year and evaluation the answers that are published, from what was added up per question and cell.

    `facts` are rows of `fact_answers`, of which the courses of each leaf are taken.
    """
    courses: dict[tuple[int, str, Cell], set[str]] = defaultdict(set)
    for row in facts:
        for cell in covering(Cell(row["unit"], row["programme"], row["level"])):
            if row["course"]:
                courses[(row["reporting_year"], row["evaluation"], cell)].add(row["course"])
    by_evaluation: dict[Evaluation, dict[str, Mapping[Cell, Sums]]] = defaultdict(dict)
    for asked, cells in sorted(found.items()):
        by_evaluation[(asked.year, asked.evaluation)][asked.question] = cells
    return {
        evaluation: _population(
            questions, {cell: names for (*e, cell), names in courses.items() if (*e,) == evaluation}
        )
        for evaluation, questions in by_evaluation.items()
    }


def _population(questions: Mapping[str, Mapping[Cell, Sums]], courses: Mapping[Cell, AbstractSet[str]]) -> Population:
    leaves: dict[Cell, dict[str, Mapping[int, int]]] = defaultdict(dict)
    people: dict[Cell, list[int]] = defaultdict(list)
    named: dict[Cell, int] = defaultdict(int)
    for question, cells in questions.items():
        at_least: dict[Cell, int] = defaultdict(int)
        for cell, sums in cells.items():
            named[cell] = max(named[cell], sums.named)
            if sums.scores and cell.programme is not None:
                leaves[cell][question] = sums.scores
                largest = max((of_size.answers for of_size in sums.courses), default=sum(sums.scores.values()))
                for whole in covering(cell):
                    at_least[whole] += largest
        for cell, count in at_least.items():
            people[cell].append(count)
    alone = {cell for cell, count in named.items() if count == 1}
    return Population(
        leaves,
        {cell: min(counts) for cell, counts in people.items()},
        {cell: next(iter(courses[cell])) if len(courses.get(cell, ())) == 1 else "" for cell in alone},
    )
