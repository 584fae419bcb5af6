"""What an attacker can compute: the range of what a hidden cell may hold, given everything that all releases show.

The attacker is taken to know of each shown cell how many gave which answer, for n, mean and spread nearly say so, and
which leaves are the same in two releases. What follows for hidden cells are bounds on sums of whole numbers; they are
found by linear programming over the leaves (HiGHS by way of SciPy), with no use of how the gate came to its choice.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import TYPE_CHECKING

from kwaliteitsmonitor.methods.disclosure.cells import Answers, covering
from kwaliteitsmonitor.methods.disclosure.circulation import COARSE, HIDDEN, MANY, Layer, most
from kwaliteitsmonitor.methods.statistics.sums import Cell

if TYPE_CHECKING:
    from scipy.sparse import csr_array


@dataclass(frozen=True)
class Range:
    """A cell that is hidden in a release, by its place in their order, and what it may hold for a question."""

    release: int
    cell: Cell
    question: str
    low: int
    high: int

    @property
    def values(self) -> int:
        """How many values the cell can take."""
        return self.high - self.low + 1


def ranges(layers: Sequence[Layer], question: str, release: int | None = None) -> Iterator[Range]:
    """The range of each cell that is hidden in a release (the last one), given what all releases show of a question."""
    wanted = len(layers) - 1 if release is None else release
    system = _System(layers, question)
    for cell, how in layers[wanted].state.items():
        held = layers[wanted].answers.get(cell, {})
        if how == HIDDEN and sum(held.get(question, ())) > 0:
            yield Range(wanted, cell, question, *system.bounds(wanted, cell))


def narrowed(layers: Sequence[Layer], release: int, cell: Cell, questions: Iterable[str], threshold: int) -> bool:
    """Whether a cell hidden in one of the releases can take fewer values than the threshold asks, for any question."""
    for question in questions:
        low, high = _System(layers, question).bounds(release, cell)
        if high - low + 1 < layers[release].wanted(cell, question, threshold):
            return True
    return False


class _System:
    """The linear relations over what each leaf holds per answer, in each of its versions."""

    def __init__(self, layers: Sequence[Layer], question: str) -> None:
        self.layers = layers
        self.question = question
        self._columns: dict[tuple[Cell, int], int] = {}
        self._size = 0
        self._scores = max((len(a[question]) for y in layers for a in y.answers.values() if question in a), default=0)
        for number, layer in enumerate(layers):
            for leaf in layer.answers:
                if leaf.programme is not None and question in layer.answers[leaf]:
                    self._columns[(leaf, number)] = self._column(leaf, number)
        self._under: dict[tuple[int, Cell], list[int]] = defaultdict(list)
        for (leaf, number), column in self._columns.items():
            for cell in covering(leaf):
                self._under[(number, cell)].append(column)
        self._equal: list[tuple[Mapping[int, int], int]] = []
        self._most: list[tuple[Mapping[int, int], int]] = []
        for number, layer in enumerate(layers):
            for cell, answers in layer.answers.items():
                if question in answers:
                    self._add_bounds(number, cell, answers)

    def _column(self, leaf: Cell, number: int) -> int:
        """The place of a leaf's version: that of an earlier release if its contents are the same."""
        for earlier in range(number):
            if self.layers[earlier].answers.get(leaf) == self.layers[number].answers[leaf]:
                return self._columns[(leaf, earlier)]
        self._size += 1
        return self._size - 1

    def _add_bounds(self, number: int, cell: Cell, answers: Answers) -> None:
        layer, counts = self.layers[number], answers[self.question]
        n, state = sum(counts), layer.state.get(cell)
        if state is None:
            for score, count in enumerate(counts):
                self._equal.append((self._sum(number, cell, [score]), count))
            return
        whole = self._sum(number, cell, range(self._scores))
        less = dict.fromkeys(whole, -1)
        if state == COARSE:
            self._most.append((whole, n + most(layer, cell, n, forward=True)))
            self._most.append((less, -(n - most(layer, cell, n, forward=False))))
        elif n:
            self._most.append((less, -1))

    def _sum(self, number: int, cell: Cell, scores: Sequence[int]) -> dict[int, int]:
        return {column * self._scores + score: 1 for column in self._under[(number, cell)] for score in scores}

    def bounds(self, number: int, cell: Cell) -> tuple[int, int]:
        """The least and the most that a cell may hold; `MANY` if nothing bounds it."""
        import numpy as np
        from scipy.optimize import linprog

        width = self._size * self._scores
        equal, least = self._equal, self._most
        a_eq, a_ub = _matrix(equal, width), _matrix(least, width)
        objective = np.zeros(width)
        objective[list(self._sum(number, cell, range(self._scores)))] = 1
        ends = []
        for sign in (1, -1):
            answer = linprog(
                sign * objective,
                A_ub=a_ub if least else None,
                b_ub=[value for _, value in least] if least else None,
                A_eq=a_eq if equal else None,
                b_eq=[value for _, value in equal] if equal else None,
                method="highs",
            )
            ends.append(MANY if answer.status == 3 else sign * answer.fun)  # 3: nothing bounds it
        return int(np.ceil(ends[0] - 1e-6)), int(np.floor(ends[1] + 1e-6))


def _matrix(rows: Sequence[tuple[Mapping[int, int], int]], width: int) -> csr_array:
    from scipy.sparse import csr_array

    factors = [factor for terms, _ in rows for factor in terms.values()]
    columns = [column for terms, _ in rows for column in terms]
    starts = [0, *accumulate(len(terms) for terms, _ in rows)]
    return csr_array((factors, columns, starts), shape=(len(rows), width))
