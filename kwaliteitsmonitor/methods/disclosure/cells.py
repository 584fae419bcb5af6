"""The cells of an evaluation, and how many answers of each kind they hold.

A cell is a unit, programme and level of which each may be `None`, for all of them together. Five kinds are published:
the whole, a level, a unit, a unit by level, and the leaf, which has all three. All others are sums of leaves.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from kwaliteitsmonitor.methods.disclosure.counted_people import People
from kwaliteitsmonitor.methods.statistics.sums import Asked, Cell, Sums

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
    totals: dict[Cell, dict[str, list[int]]] = {}
    for leaf, answers in leaves.items():
        for cell in covering(leaf):
            into = totals.setdefault(cell, {})
            for question, counts in answers.items():
                total = into.setdefault(question, [0] * len(counts))
                for i, count in enumerate(counts):
                    total[i] += count
    return {cell: {q: tuple(counts) for q, counts in answers.items()} for cell, answers in totals.items()}


class Behind(NamedTuple):
    """The people behind the answers of a leaf to a question: their minimum, and the most courses of one of them."""

    people: int
    courses: int


Behinds = Mapping[Cell, Mapping[str, Behind]]
"""Per leaf and question the people behind the answers; if it is not said, each answer is of somebody else."""

AtLeast = Mapping[Cell, Mapping[str, int]]
"""Per published cell and question, at least how many people answered; if it is not said, as many as answers."""


def at_least(answers: Mapping[Cell, Answers], behind: Behinds) -> dict[Cell, dict[str, int]]:
    """At least how many people answered in every published cell, programmes added up as if nobody studied two."""
    people: dict[Cell, dict[str, int]] = {}
    for leaf, questions in answers.items():
        for cell in covering(leaf) if leaf.programme is not None else ():
            into = people.setdefault(cell, {})
            for question, counts in questions.items():
                known = behind.get(leaf, {}).get(question)
                into[question] = into.get(question, 0) + (known.people if known else sum(counts))
    return people


@dataclass(frozen=True)
class Population:
    """The answers to one evaluation in one year, by leaf, question and score.

    `few` are the published cells in which fewer people than the threshold answered a question, and `few_gave` the
    answers (by cell and question) that fewer gave. `estimated` are the cells in which it is not known who answered, so
    that people are estimated from answers. `alone` are the courses on which a question of a cell rests by itself,
    whatever the programmes of its students. `behind` are the people behind the answers of leaves, if one of them may
    have given several.
    """

    leaves: Mapping[Cell, Mapping[str, Mapping[int, int]]]
    few: frozenset[Cell] = frozenset()
    few_gave: Mapping[tuple[Cell, str], frozenset[int]] = field(default_factory=dict)
    estimated: frozenset[Cell] = frozenset()
    alone: Mapping[Cell, frozenset[str]] = field(default_factory=dict)
    behind: Behinds = field(default_factory=dict)

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
    sums: Mapping[Asked, Mapping[Cell, Sums]], threshold: int, people: People | None = None
) -> dict[Evaluation, Population]:
    """Per year and evaluation the answers that are published, from what was added up per question and cell.

    `people` are those behind the answers, as far as it is known who answered.
    """
    by_evaluation: dict[Evaluation, dict[str, Mapping[Cell, Sums]]] = defaultdict(dict)
    for key, cells in sorted(sums.items()):
        by_evaluation[(key.year, key.evaluation)][key.question] = cells
    return {
        evaluation: _population(evaluation, questions, threshold, people)
        for evaluation, questions in by_evaluation.items()
    }


def _population(
    evaluation: Evaluation, questions: Mapping[str, Mapping[Cell, Sums]], threshold: int, people: People | None
) -> Population:
    leaves: dict[Cell, dict[str, Mapping[int, int]]] = defaultdict(dict)
    alone: dict[Cell, set[str]] = defaultdict(set)
    few: set[Cell] = set()
    few_gave: dict[tuple[Cell, str], frozenset[int]] = {}
    estimated: set[Cell] = set()
    behind: dict[Cell, dict[str, Behind]] = defaultdict(dict)
    for question, cells in questions.items():
        key = Asked(*evaluation, question)
        people_in = _at_least(cells)
        for cell, sums in cells.items():
            if sums.named == 1:
                alone[cell].add(sums.course)
            if not sums.scores:
                continue
            if cell.programme is not None:
                leaves[cell][question] = sums.scores
                behind[cell][question] = Behind(people_in[cell], max(1, sum(one.courses for one in sums.courses)))
            if people is None or people.estimated(key, cell):
                estimated.add(cell)
                enough = people_in[cell] >= threshold
            else:
                enough = people.enough(key, cell) and (not sums.dropped_courses or people_in[cell] >= threshold)
                gave = frozenset(
                    s for s, n in sums.scores.items() if n >= threshold and not people.enough(key, cell, s)
                )
                few_gave |= {(cell, question): gave} if gave else {}
            few |= set() if enough else {cell}
    return Population(
        leaves,
        frozenset(few),
        few_gave,
        frozenset(estimated),
        {cell: frozenset(names) for cell, names in alone.items()},
        behind,
    )


def _at_least(cells: Mapping[Cell, Sums]) -> dict[Cell, int]:
    """How many people there are in each cell as far as answers say: a student answers once per course.

    So a programme has at least as many people as answers in its largest course; programmes are added up, as if nobody
    studied two.
    """
    people: dict[Cell, int] = defaultdict(int)
    for cell, sums in cells.items():
        if sums.scores and cell.programme is not None:
            largest = max((of_size.answers for of_size in sums.courses), default=sum(sums.scores.values()))
            for whole in covering(cell):
                people[whole] += largest
    return people
