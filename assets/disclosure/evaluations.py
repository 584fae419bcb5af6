"""What is hidden of all evaluations of a cycle: one pattern for figures, results, shares and lineage."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from assets.disclosure.cells import Evaluation, Population
from assets.disclosure.circulation import Layer, State
from assets.disclosure.distributions import undistributed
from assets.disclosure.gate import decide, primary
from assets.statistics.sums import Cell


@dataclass(frozen=True)
class Withheld:
    """The cells that are not shown in full per evaluation, and per question those whose distribution is not shown.

    `unprotected` are those that nothing left to hide protects, as what protects them was shown by an earlier release.
    """

    cells: Mapping[Evaluation, State] = field(default_factory=dict)
    shares: Mapping[Evaluation, Mapping[str, frozenset[Cell]]] = field(default_factory=dict)
    unprotected: Mapping[Evaluation, tuple[Cell, ...]] = field(default_factory=dict)

    def state(self, year: int, evaluation: str, cell: Cell) -> str | None:
        """How a cell is withheld: `hidden` or `coarse`; none where it is shown."""
        return self.cells.get((year, evaluation), {}).get(cell)

    def distributed(self, year: int, evaluation: str, question: str, cell: Cell) -> bool:
        """Whether the distribution of the answers to a question is shown for a cell."""
        return cell not in self.shares.get((year, evaluation), {}).get(question, ())

    def covers_hidden(self, year: int, evaluation: str, cell: Cell) -> bool:
        """Whether some unit, or level of a unit, in a cell is not shown in full."""
        state = self.cells.get((year, evaluation), {})
        return any(part.programme is None and within(part, cell) for part in state)

    def sizes(self) -> dict[str, int]:
        """How many cells are withheld, and how many of them are unprotected: numbers that anyone may know."""
        return {
            "withheld": sum(map(len, self.cells.values())),
            "unprotected": sum(map(len, self.unprotected.values())),
        }

    def record(self) -> dict[str, Any]:
        """What is withheld as lists and texts, as JSON holds them."""
        cells = [[*e, *cell, how] for e, state in self.cells.items() for cell, how in state.items()]
        shares = [[*e, *c, q] for e, by_q in self.shares.items() for q, hidden in by_q.items() for c in hidden]
        return {"cells": sorted(cells, key=str), "shares": sorted(shares, key=str)}

    @classmethod
    def of_record(cls, record: Mapping[str, Any]) -> Withheld:
        """What `record` gave."""
        cells: dict[Evaluation, dict[Cell, str]] = {}
        for year, evaluation, *cell, how in record["cells"]:
            cells.setdefault((year, evaluation), {})[Cell(*cell)] = how
        shares: dict[Evaluation, dict[str, set[Cell]]] = {}
        for year, evaluation, *cell, question in record["shares"]:
            shares.setdefault((year, evaluation), {}).setdefault(question, set()).add(Cell(*cell))
        return cls(cells, {e: {q: frozenset(c) for q, c in by_q.items()} for e, by_q in shares.items()})


def within(part: Cell, whole: Cell) -> bool:
    """Whether a cell is another one or a part of it."""
    return all(name is None or name == of for name, of in zip(whole, part, strict=True))


@dataclass(frozen=True)
class Shown:
    """What a former release held of each evaluation, and what it withheld of it."""

    populations: Mapping[Evaluation, Population]
    withheld: Withheld


def withhold(
    found: Mapping[Evaluation, Population], threshold: int, several: Collection[str], earlier: Sequence[Shown] = ()
) -> Withheld:
    """What to withhold of each evaluation. `several` are the courses that more than one person teaches."""
    cells: dict[Evaluation, State] = {}
    shares: dict[Evaluation, dict[str, frozenset[Cell]]] = {}
    unprotected: dict[Evaluation, tuple[Cell, ...]] = {}
    for evaluation, population in found.items():
        before = _distinct(evaluation, earlier)
        scores = population.scores.union(*(one.populations[evaluation].scores for one in before))
        answers = population.answers(scores)
        former = [one.populations[evaluation].answers(scores) for one in before]
        layers = [Layer(a, one.withheld.cells.get(evaluation, {})) for a, one in zip(former, before, strict=True)]
        outcome = decide(answers, primary(population, answers, threshold, several), threshold, layers)
        state = cells[evaluation] = outcome.state
        if outcome.unprotected:
            unprotected[evaluation] = outcome.unprotected
        shares[evaluation] = undistributed(
            answers,
            state,
            threshold,
            [(a, one.withheld.shares.get(evaluation, {})) for a, one in zip(former, before, strict=True)],
        )
    return Withheld(cells, shares, unprotected)


def _distinct(evaluation: Evaluation, earlier: Iterable[Shown]) -> list[Shown]:
    """The releases that hold an evaluation, each once where several showed the same of it."""
    found: list[tuple[Any, ...]] = []
    kept = []
    for one in earlier:
        if evaluation in one.populations:
            what = (
                one.populations[evaluation].leaves,
                one.withheld.cells.get(evaluation, {}),
                one.withheld.shares.get(evaluation, {}),
            )
            if what not in found:
                found.append(what)
                kept.append(one)
    return kept
