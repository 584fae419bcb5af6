"""Finding another world by integer programming, if no single way of cells gives one.

What few people answered may lie in several programmes, so that no one of them can make up for it. Then all releases are
taken together: whole numbers per leaf and answer, and everything that is shown as equations over them. A world that
differs little is asked of HiGHS by way of SciPy (Huangfu and Hall, *Mathematical Programming Computation* 10, 2018).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from math import ceil, floor
from typing import TYPE_CHECKING

from kwaliteitsmonitor.methods.disclosure.cells import covering
from kwaliteitsmonitor.methods.disclosure.feasible_tables import DECIMALS, Counts, middles, nearly_all, spread_as_shown
from kwaliteitsmonitor.methods.statistics.sums import Cell

if TYPE_CHECKING:
    from scipy.optimize import OptimizeResult

PRINTED, NOTHING = "printed", "nothing"
"""What is shown of a distribution that is not: spread and median to one decimal, or nothing."""
NODES = 20
"""How many branches are tried to find a world; after that it is taken not to be there. A limit of time would make what
is hidden depend on the machine."""
GAP = 3.0
"""A world that differs up to this much more than the one that differs least will do: any shows that it is possible."""
CLOSE = 1e-6

Terms = dict[int, int]


@dataclass(frozen=True)
class View:
    """What a release holds of a question, and how much it shows of each cell whose distribution it does not.

    Of those that are `hidden` it shows neither number nor mean; of all that are not in `shown`, everything.
    """

    answers: Mapping[Cell, Counts]
    shown: Mapping[Cell, str]
    hidden: frozenset[Cell] = frozenset()


@dataclass(frozen=True)
class Wanted:
    """The answer of a cell in one of the views whose number is to tell of nobody; `loose` is the view under way.

    With `spreads` that one may still withhold spreads, with `distributions` distributions as well, except of those that
    are `firm`.
    """

    number: int
    cell: Cell
    place: int
    threshold: int
    loose: int = -1
    spreads: bool = False
    distributions: bool = False
    firm: frozenset[Cell] = frozenset()


def another_world(
    views: Sequence[View], wanted: Wanted, scores: Counts, points: int
) -> list[Mapping[Cell, Counts]] | None:
    """Other answers per cell of each view with the same published figures; `None` if none were found."""
    system = _System(views, wanted, scores, points)
    for least, most in _harmless(views[wanted.number].answers[wanted.cell], wanted):
        world = system.solve(least, most)
        if world is not None:
            return world
    return None


def _harmless(counts: Counts, wanted: Wanted) -> list[tuple[int, int]]:
    """The ranges of numbers at which an answer discloses nobody, the nearest to its own first."""
    own, n = counts[wanted.place], sum(counts)
    most = nearly_all(n) - 1
    if not own:
        return [(1, n)]
    if own > most:
        return [(0, most)] if most >= 0 else []
    ranges = [(0, 0), (wanted.threshold, most)] if wanted.threshold <= most else [(0, 0)]
    return sorted(ranges, key=lambda ends: min(abs(own - end) for end in ends))


@dataclass
class _System:
    """The equations; a leaf that is the same in two views stands in them once."""

    views: Sequence[View]
    wanted: Wanted
    scores: Counts
    points: int
    rows: list[tuple[Terms, float, float]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._at: dict[tuple[int, Cell], int] = {}
        self._own: list[int] = []
        for number, view in enumerate(self.views):
            for leaf, counts in view.answers.items():
                if leaf.programme is not None:
                    same = next((i for i in range(number) if self.views[i].answers.get(leaf) == counts), None)
                    if same is None:
                        self._at[(number, leaf)] = len(self._own)
                        self._own.extend(counts)
                    else:
                        self._at[(number, leaf)] = self._at[(same, leaf)]
        self._under: dict[tuple[int, Cell], list[int]] = {}
        for (number, leaf), at in self._at.items():
            for cell in covering(leaf):
                self._under.setdefault((number, cell), []).append(at)
        for number, view in enumerate(self.views):
            for cell, counts in view.answers.items():
                self._add_bounds(number, view, cell, counts)

    def _sum(self, number: int, cell: Cell, weights: Sequence[int]) -> Terms:
        return {at + i: w for at in self._under[(number, cell)] for i, w in enumerate(weights) if w}

    def _add_bounds(self, number: int, view: View, cell: Cell, counts: Counts) -> None:
        """What a view says of a cell, as bounds on sums over its leaves."""
        ones = [1] * len(self.scores)
        if cell in view.hidden:
            self.rows.append((self._sum(number, cell, ones), 1, float("inf")))
            return
        loose = number == self.wanted.loose and cell not in self.wanted.firm
        free = loose and self.wanted.distributions
        if cell not in view.shown and not free:
            for i, count in enumerate(counts):
                self._equal(self._sum(number, cell, [int(i == j) for j in range(len(counts))]), count)
            return
        self._equal(self._sum(number, cell, ones), sum(counts))
        self._equal(self._sum(number, cell, self.scores), sum(s * c for s, c in zip(self.scores, counts, strict=True)))
        if view.shown.get(cell) == PRINTED and not (loose and self.wanted.spreads):
            self._spread(number, cell, counts)

    def _equal(self, terms: Terms, value: float) -> None:
        self.rows.append((terms, value, value))

    def _spread(self, number: int, cell: Cell, counts: Counts) -> None:
        """That the spread rounds to the same decimal, and that the middle answers are the same."""
        n = sum(counts)
        first = sum(s * c for s, c in zip(self.scores, counts, strict=True))
        shown, half = float(spread_as_shown(counts, self.scores, self.points)[0]), 0.5 * 10**-DECIMALS
        ends = [
            (max(0.0, end) * self.points) ** 2 * (n - 1) + first * first / n for end in (shown - half, shown + half)
        ]
        squares = self._sum(number, cell, [s * s for s in self.scores])
        self.rows.append((squares, ceil(ends[0] + CLOSE), floor(ends[1] - CLOSE)))
        low, high = middles(counts, self.scores)
        self.rows.append((self._sum(number, cell, [int(s < low) for s in self.scores]), 0, (n + 1) // 2 - 1))
        self.rows.append((self._sum(number, cell, [int(s <= low) for s in self.scores]), (n + 1) // 2, n))
        self.rows.append((self._sum(number, cell, [int(s < high) for s in self.scores]), 0, n // 2))
        self.rows.append((self._sum(number, cell, [int(s <= high) for s in self.scores]), n // 2 + 1, n))

    def solve(self, least: int, most: int) -> list[Mapping[Cell, Counts]] | None:
        """The world that differs least, with the answer that is wanted given by so many."""
        import numpy as np
        from scipy.optimize import Bounds, LinearConstraint, milp
        from scipy.sparse import coo_array

        wanted = self.wanted
        target = self._sum(wanted.number, wanted.cell, [int(i == wanted.place) for i in range(len(self.scores))])
        rows = [*self.rows, (target, least, most)]
        own = np.array(self._own)
        width = len(own)
        entries = [(i, c, w) for i, (terms, _, _) in enumerate(rows) for c, w in terms.items()]
        line, column, weight = (np.array(part) for part in zip(*entries, strict=True))
        held = coo_array((weight, (line, column)), shape=(len(rows), width)).tocsr()
        now = held @ own
        # What comes and what goes, apart: their sum is how much the world differs.
        matrix = coo_array(
            (np.concatenate([weight, -weight]), (np.tile(line, 2), np.concatenate([column, column + width]))),
            shape=(len(rows), 2 * width),
        )
        answer: OptimizeResult = milp(
            np.ones(2 * width),
            constraints=LinearConstraint(
                matrix, [low - at for (_, low, _), at in zip(rows, now, strict=True)],
                [high - at for (_, _, high), at in zip(rows, now, strict=True)],
            ),
            integrality=np.ones(2 * width),
            bounds=Bounds(0, np.concatenate([np.full(width, np.inf), own])),
            options={"node_limit": NODES, "mip_rel_gap": GAP},
        )  # fmt: skip
        if answer.x is None:
            return None
        differs = np.rint(answer.x[:width] - answer.x[width:]).astype(int)
        return [self._cells(number, [int(c) for c in own + differs]) for number in range(len(self.views))]

    def _cells(self, number: int, held: Sequence[int]) -> dict[Cell, Counts]:
        cells = {}
        width = len(self.scores)
        for cell in self.views[number].answers:
            parts = [held[at : at + width] for at in self._under[(number, cell)]]
            cells[cell] = tuple(map(sum, zip(*parts, strict=True)))
        return cells
