"""What is hidden of all evaluations of a cycle: one pattern for figures, results, shares and lineage."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple, NotRequired, TypedDict

from kwaliteitsmonitor.methods.disclosure.cells import Answers, Evaluation, Population
from kwaliteitsmonitor.methods.disclosure.circulation import HIDDEN, Layer, State
from kwaliteitsmonitor.methods.disclosure.distributions import Asked, Former, Shares, undistributed
from kwaliteitsmonitor.methods.disclosure.gate import FEW_PEOPLE, SUBTRACTION, decide, primary
from kwaliteitsmonitor.methods.disclosure.milp import NOTHING, PRINTED
from kwaliteitsmonitor.methods.statistics.sums import Cell

Entry = list[int | str | None]
"""An entry of a list in a record, about a cell of an evaluation: JSON knows no tuples."""


class Place(NamedTuple):
    """An entry that names a cell of an evaluation."""

    year: int
    evaluation: str
    unit: str | None
    programme: str | None
    level: str | None


class Listed(NamedTuple):
    """An entry that says one thing of a cell: how it is withheld, by which rule, or of which question."""

    year: int
    evaluation: str
    unit: str | None
    programme: str | None
    level: str | None
    said: str


class Record(TypedDict):
    """What is withheld. A memory of before spreads were withheld lists none."""

    cells: list[Entry]
    shares: NotRequired[list[Entry]]
    spreads: NotRequired[list[Entry]]


class Reasons(TypedDict, total=False):
    """Why it is withheld."""

    rules: list[Entry]
    estimated: list[Entry]
    exposed: list[Entry]


@dataclass(frozen=True)
class Withheld:
    """The cells that are not shown in full per evaluation, and per question those whose distribution is not shown.

    `spreads` are those of which the spread is not shown either. `unprotected` are those that nothing left to hide
    protects, as what protects them was shown by an earlier release. `rules` say by which rule a cell is withheld,
    `estimated` in which the people are estimated, and `exposed` which cells are hidden for what they hold themselves
    though an earlier release showed the very same.
    """

    cells: Mapping[Evaluation, State] = field(default_factory=dict)
    shares: Mapping[Evaluation, Mapping[str, frozenset[Cell]]] = field(default_factory=dict)
    spreads: Mapping[Evaluation, Mapping[str, frozenset[Cell]]] = field(default_factory=dict)
    unprotected: Mapping[Evaluation, tuple[Cell, ...]] = field(default_factory=dict)
    rules: Mapping[Evaluation, Mapping[Cell, str]] = field(default_factory=dict)
    estimated: Mapping[Evaluation, frozenset[Cell]] = field(default_factory=dict)
    exposed: Mapping[Evaluation, frozenset[Cell]] = field(default_factory=dict)

    def state(self, year: int, evaluation: str, cell: Cell) -> str | None:
        """How a cell is withheld: `hidden` or `coarse`; `None` if it is shown."""
        return self.cells.get((year, evaluation), {}).get(cell)

    def rule(self, year: int, evaluation: str, cell: Cell) -> str:
        """By which rule a cell is withheld, as `hidden_by` has it."""
        return self.rules.get((year, evaluation), {}).get(cell, SUBTRACTION)

    def people(self, year: int, evaluation: str, cell: Cell) -> str:
        """Whether the people in a cell were `counted`, or `estimated` from its answers."""
        return "estimated" if cell in self.estimated.get((year, evaluation), ()) else "counted"

    def distributed(self, year: int, evaluation: str, question: str, cell: Cell) -> bool:
        """Whether the distribution of the answers to a question is shown for a cell."""
        return cell not in self.shares.get((year, evaluation), {}).get(question, ())

    def spread(self, year: int, evaluation: str, question: str, cell: Cell) -> str | None:
        """How the spread of the answers to a question is withheld: `printed` or `nothing`; `None` if it is shown."""
        if self.distributed(year, evaluation, question, cell):
            return None
        return NOTHING if cell in self.spreads.get((year, evaluation), {}).get(question, ()) else PRINTED

    def of(self, evaluation: Evaluation) -> Shares:
        """What is shown of the distributions of an evaluation."""
        whole = frozenset(cell for cell, how in self.cells.get(evaluation, {}).items() if how == HIDDEN)
        return Shares(self.shares.get(evaluation, {}), self.spreads.get(evaluation, {}), whole)

    def covers_hidden(self, year: int, evaluation: str, cell: Cell) -> bool:
        """Whether some unit, or level of a unit, in a cell is not shown in full."""
        state = self.cells.get((year, evaluation), {})
        return any(part.programme is None and within(part, cell) for part in state)

    def sizes(self) -> dict[str, int]:
        """How many cells are withheld, and how many of them are unprotected: numbers that anyone may know."""
        by_rule = Counter(rule for of in self.rules.values() for rule in of.values())
        return {
            **{f"withheld: {rule}": by_rule[rule] for rule in sorted(by_rule)},
            "shown by an earlier release": sum(map(len, self.exposed.values())),
            "withheld": sum(map(len, self.cells.values())),
            "without spread": sum(len(cells) for by_q in self.spreads.values() for cells in by_q.values()),
            "unprotected": sum(map(len, self.unprotected.values())),
        }

    def record(self) -> Record:
        """What is withheld as lists and texts, as JSON holds them."""
        return {
            "cells": _sorted([*e, *cell, how] for e, state in self.cells.items() for cell, how in state.items()),
            "shares": _of_questions(self.shares),
            "spreads": _of_questions(self.spreads),
        }

    def reasons(self) -> Reasons:
        """Why it is withheld, as JSON holds it: what a release says of it, and later ones need not know."""
        return {
            "rules": _sorted([*e, *cell, rule] for e, of in self.rules.items() for cell, rule in of.items()),
            "estimated": _sorted([*e, *cell] for e, cells in self.estimated.items() for cell in cells),
            "exposed": _sorted([*e, *cell] for e, cells in self.exposed.items() for cell in cells),
        }

    @classmethod
    def of_record(cls, record: Record, reasons: Reasons | None = None) -> Withheld:
        """What `record` and `reasons` gave."""
        known: Reasons = reasons or {}
        return cls(
            _said(record["cells"]),
            _by_question(record.get("shares", [])),
            _by_question(record.get("spreads", [])),
            rules=_said(known.get("rules", [])),
            estimated=_cells(known.get("estimated", [])),
            exposed=_cells(known.get("exposed", [])),
        )


def _sorted(entries: Iterable[Entry]) -> list[Entry]:
    return sorted(entries, key=str)


def _of_questions(by_evaluation: Mapping[Evaluation, Mapping[str, frozenset[Cell]]]) -> list[Entry]:
    return _sorted([*e, *cell, q] for e, by_q in by_evaluation.items() for q, cells in by_q.items() for cell in cells)


def _said(entries: Iterable[Entry]) -> dict[Evaluation, dict[Cell, str]]:
    by_evaluation: dict[Evaluation, dict[Cell, str]] = {}
    for year, evaluation, *cell, said in map(Listed._make, entries):
        by_evaluation.setdefault((year, evaluation), {})[Cell(*cell)] = said
    return by_evaluation


def _cells(entries: Iterable[Entry]) -> dict[Evaluation, frozenset[Cell]]:
    by_evaluation: dict[Evaluation, set[Cell]] = {}
    for year, evaluation, *cell in map(Place._make, entries):
        by_evaluation.setdefault((year, evaluation), set()).add(Cell(*cell))
    return {e: frozenset(cells) for e, cells in by_evaluation.items()}


def _by_question(entries: Iterable[Entry]) -> dict[Evaluation, dict[str, frozenset[Cell]]]:
    by_evaluation: dict[Evaluation, dict[str, set[Cell]]] = {}
    for year, evaluation, *cell, question in map(Listed._make, entries):
        by_evaluation.setdefault((year, evaluation), {}).setdefault(question, set()).add(Cell(*cell))
    return {e: {q: frozenset(cells) for q, cells in by_q.items()} for e, by_q in by_evaluation.items()}


def within(part: Cell, whole: Cell) -> bool:
    """Whether a cell is another one or a part of it."""
    return all(name is None or name == of for name, of in zip(whole, part, strict=True))


@dataclass(frozen=True)
class Shown:
    """What a former release held of each evaluation, and what it withheld of it."""

    populations: Mapping[Evaluation, Population]
    withheld: Withheld


class _Before(NamedTuple):
    """What an earlier release held of an evaluation, and what it showed of it."""

    population: Population
    state: State
    shares: Shares


class _OfOne(NamedTuple):
    """What is withheld of one evaluation; see `Withheld`."""

    state: State
    shares: Shares
    rules: Mapping[Cell, str]
    exposed: frozenset[Cell]
    unprotected: tuple[Cell, ...]


def withhold(
    populations: Mapping[Evaluation, Population],
    threshold: int,
    several: Collection[str],
    earlier: Sequence[Shown],
    points: Mapping[Evaluation, Mapping[str, int]],
) -> Withheld:
    """What to withhold of each evaluation. `several` are the courses that more than one person teaches.

    `points` are into how many steps a point of the scale of a question is divided.
    """
    made = {
        e: _withheld(population, threshold, several, _distinct(e, earlier), points.get(e, {}))
        for e, population in populations.items()
    }
    return Withheld(
        {e: one.state for e, one in made.items()},
        {e: one.shares.hidden for e, one in made.items()},
        {e: one.shares.mute for e, one in made.items()},
        {e: one.unprotected for e, one in made.items() if one.unprotected},
        {e: one.rules for e, one in made.items()},
        {e: population.estimated for e, population in populations.items()},
        {e: one.exposed for e, one in made.items()},
    )


def _withheld(
    population: Population,
    threshold: int,
    several: Collection[str],
    before: Sequence[_Before],
    points: Mapping[str, int],
) -> _OfOne:
    """What to withhold of one evaluation, in the light of the releases that held it before."""
    scores = tuple(sorted(population.scores.union(*(one.population.scores for one in before))))
    answers = population.answers(scores)
    former = [(one, one.population.answers(scores)) for one in before]
    layers = [Layer.of_release(held, one.state, one.population.behind) for one, held in former]
    history = [Former(held, one.shares, one.population.behind) for one, held in former]
    questions = Asked(answers, scores, points, population.few_gave.keys(), population.behind)
    known = _shown_the_same(answers, layers)
    first = primary(population, answers, threshold, several, scores)
    while True:
        outcome = decide(answers, first, threshold, layers, population.behind)
        shares = undistributed(questions, outcome.state, threshold, history)
        # What number and mean give away together with the rest is hidden whole, unless it was shown before.
        lost = set(shares.unprotected) - known - first.keys()
        if not lost:
            break
        first |= dict.fromkeys(lost, FEW_PEOPLE)
    rules = {cell: first.get(cell) or outcome.rules[cell] for cell in outcome.state}
    unprotected = tuple(dict.fromkeys((*outcome.unprotected, *shares.unprotected)))
    return _OfOne(outcome.state, shares, rules, frozenset(known & first.keys()), unprotected)


def _shown_the_same(answers: Mapping[Cell, Answers], layers: Iterable[Layer]) -> set[Cell]:
    """The cells that an earlier release showed in full, with the very same answers."""
    return {
        cell
        for layer in layers
        for cell, held in layer.answers.items()
        if held == answers.get(cell) and cell not in layer.state
    }


def _distinct(evaluation: Evaluation, earlier: Iterable[Shown]) -> list[_Before]:
    """What the releases that hold an evaluation showed of it, once if several showed the same."""
    contents: list[object] = []
    kept = []
    for one in earlier:
        if evaluation in one.populations:
            withheld = one.withheld
            before = _Before(one.populations[evaluation], withheld.cells.get(evaluation, {}), withheld.of(evaluation))
            what = (before.population.leaves, before.state, before.shares)
            if what not in contents:
                contents.append(what)
                kept.append(before)
    return kept
