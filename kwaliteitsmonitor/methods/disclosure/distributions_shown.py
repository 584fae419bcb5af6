"""How much is shown of the answers of a cell beside their number and mean: the distribution, the spread, or neither.

The distribution is shown if it gives away nobody (`kwaliteitsmonitor.methods.disclosure.distributions`). Elsewhere
the spread and the median are shown as printed, to one decimal, and not at all if they would say what the
distribution is hidden for. Each cell that tells of someone must have another world with everything that is shown the
same (`kwaliteitsmonitor.methods.disclosure.feasible_tables`); if it has none, the spread of more cells is withheld,
or their distribution, those of the fewest people.
"""

from __future__ import annotations

import heapq
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice
from operator import add

from kwaliteitsmonitor.methods.disclosure.cells import covering
from kwaliteitsmonitor.methods.disclosure.circulation import Node, ends
from kwaliteitsmonitor.methods.disclosure.feasible_tables import Counts, changes, lacking, spread_as_shown, telling
from kwaliteitsmonitor.methods.disclosure.milp import NOTHING, PRINTED, View, Wanted, another_world
from kwaliteitsmonitor.methods.statistics.sums import Cell

DISTRIBUTION = 1000
"""How much dearer it is to hide the distribution of a cell than its spread."""
SOLVES = 60
"""How many times another world is asked of the solver for a question; after that, cells are hidden instead."""
TOTALS = 100
"""How much dearer it is for the whole institution, for which a release is made, than for a unit."""

Step = tuple[Cell, bool]
"""A cell on a way, and whether it is passed in its direction."""


@dataclass
class Question:
    """The answers to a question, and how much is shown of each cell.

    `shown` are the cells whose distribution is not shown, with what of it is (`PRINTED` or `NOTHING`). `locked` are
    cells whose distribution an earlier release showed, with the same contents. `scores` are in steps, of which `points`
    make a point of the scale; `used` says which of them anybody gave. `unprotected` are cells for which no other world
    was found.
    """

    answers: Mapping[Cell, Counts]
    scores: Counts
    points: int
    threshold: int
    shown: dict[Cell, str]
    used: Sequence[bool]
    locked: frozenset[Cell] = frozenset()
    earlier: Sequence[View] = ()
    hidden: frozenset[Cell] = frozenset()
    unprotected: list[Cell] = field(default_factory=list)
    solves: int = SOLVES

    def __post_init__(self) -> None:
        self._next: dict[Node, dict[Node, list[Step]]] = defaultdict(lambda: defaultdict(list))
        for cell in sorted(self.answers, key=lambda cell: (-sum(self.answers[cell]), str(cell))):
            tail, head = ends(cell)
            self._next[tail][head].append((cell, True))
            self._next[head][tail].append((cell, False))
        self._kept = frozenset(
            cell for cell, counts in self.answers.items() for one in self.earlier if one.answers.get(cell) == counts
        )
        self._worlds: list[Mapping[Cell, Counts]] = []
        self._as_shown: dict[Cell, tuple[object, ...]] = {}
        self._same: dict[tuple[Cell, Counts], bool] = {}

    def protect(self, cells: Iterable[Cell]) -> None:
        """Withhold spreads, and distributions, until each of these cells that discloses someone has another world."""
        queue = sorted(cells, key=lambda cell: (sum(self.answers[cell]), str(cell)))
        for cell in queue:
            if self.shown[cell] == PRINTED:
                self._mute(cell)
        while queue:
            cell = queue.pop(0)
            for place in self._places(cell):
                hidden = self._open(cell, place)
                if hidden is None:
                    self.unprotected.append(cell)
                    break
                queue.extend(hidden)

    def _places(self, cell: Cell) -> list[int]:
        """The places of the answers of a cell of which the number is to stay open."""
        counts = self.answers[cell]
        return [*telling(counts, self.threshold), *lacking(counts, self.scores, self.used, self.threshold)]

    def _open(self, cell: Cell, place: int) -> list[Cell] | None:
        """Find another world for an answer of a cell, hiding what that takes, and of the whole institution last.

        Gives the cells whose distribution is hidden for it; `None` if there is no other world.
        """
        possible = changes(self.answers[cell], self.scores, place, self.threshold)
        if any(True for change in possible for _ in self._ways(cell, change, dearly=False)):
            return []
        candidates = [way for change in possible for way in islice(self._ways(cell, change, dearly=True), 1)]
        ways = sorted(candidates, key=lambda way: way[0])
        cheap = [hidden for _, hidden in ways if all(one.unit is not None for one in hidden)]
        if cheap:
            return self._hide(cheap[0])
        if not self.answers[cell][place]:
            # That nobody gave an answer tells less than that few did: for that no solver is asked.
            return self._hide(ways[0][1]) if ways else []
        if any(place not in telling(world[cell], self.threshold) for world in self._worlds):
            return []
        solved = self._solve(len(self.earlier), cell, place)
        return solved if solved is not None or not ways else self._hide(ways[0][1])

    def _solve(self, number: int, cell: Cell, place: int) -> list[Cell] | None:
        """Find another world for an answer of a cell in one of the releases, the last being this one.

        Gives the cells whose distribution is hidden for it; `None` if there is no other world.
        """
        views = [*self.earlier, View(self.answers, self.shown, self.hidden)]
        totals = self.locked | {one for one in self.answers if one.unit is None}
        for spreads, distributions, firm in (
            (True, False, totals),
            (True, True, totals),
            (True, True, self.locked),
        ):
            if not self.solves:
                return None
            self.solves -= 1
            wanted = Wanted(number, cell, place, self.threshold, len(self.earlier), spreads, distributions, firm)
            world = another_world(views, wanted, self.scores, self.points)
            if world is not None:
                # More is hidden later, never less: what is possible now stays so, and may serve other cells.
                self._worlds.append(world[-1])
                return self._hide([one for one, counts in world[-1].items() if self._tells(one, counts)])
        return None

    def _tells(self, cell: Cell, counts: Counts) -> bool:
        """Whether what is shown of a cell says that its answers are not these."""
        how = self.shown.get(cell)
        if cell in self.hidden or how == NOTHING or counts == self.answers[cell]:
            return False
        return how is None or self._as_printed(counts) != self._as_printed(self.answers[cell])

    def _mute(self, cell: Cell) -> None:
        """Withhold the spread of a cell if there is no other world with the same, whatever is shown elsewhere."""
        for place in self._places(cell):
            possible = changes(self.answers[cell], self.scores, place, self.threshold)
            if not any(self._stays(cell, change) for change in possible):
                self.shown[cell] = NOTHING
                return

    def _ways(self, cell: Cell, change: Counts, *, dearly: bool) -> Iterator[tuple[int, list[Cell]]]:
        """The cheapest way for a change, and what is to be withheld for it: nothing, unless `dearly`."""
        own = self._cost(cell, change)
        if own is None or (own and not dearly):
            return
        # A leaf that an earlier release holds too would have to be balanced there as well.
        for without in (frozenset(), self._kept) if self._kept else (frozenset(),):
            way = self._way(cell, change, dearly=dearly, without=without)
            if way is None or not self._holds_before(cell, way, change):
                continue
            steps = [(cell, True), *way]
            costs = [self._cost(c, change if forward else _opposite(change)) or 0 for c, forward in steps]
            yield sum(costs), [c for (c, _), cost in zip(steps, costs, strict=True) if cost]

    def _hide(self, cells: Sequence[Cell]) -> list[Cell]:
        hidden = [cell for cell in cells if cell not in self.shown]
        self.shown.update(dict.fromkeys(cells, NOTHING))
        if cells:
            self._same.clear()
        return hidden

    def _cost(self, cell: Cell, change: Counts) -> int | None:
        """What it costs to let the answers of a cell differ so: nothing if all that is shown stays the same.

        `None` if they cannot.
        """
        counts = self.answers[cell]
        how = self.shown.get(cell)
        if (how is None and cell in self.locked) or min(map(add, counts, change)) < 0:
            return None
        if how == NOTHING:
            return 0
        people = sum(counts) * (TOTALS if cell.unit is None else 1)
        if how is None:
            return DISTRIBUTION * people
        return 0 if self._stays(cell, change) else people

    def _stays(self, cell: Cell, change: Counts) -> bool:
        """Whether spread and median as printed stay the same."""
        key = (cell, change)
        if key not in self._same:
            counts = self.answers[cell]
            if cell not in self._as_shown:
                self._as_shown[cell] = spread_as_shown(counts, self.scores, self.points)
            other = tuple(map(add, counts, change))
            self._same[key] = spread_as_shown(other, self.scores, self.points) == self._as_shown[cell]
        return self._same[key]

    def _way(self, cell: Cell, change: Counts, *, dearly: bool, without: Collection[Cell] = ()) -> list[Step] | None:
        """The cheapest way back from the head of a cell to its tail along cells that can balance a change.

        It does not run over leaves that are in `without`.
        """
        end, start = ends(cell)
        opposite = _opposite(change)
        best: dict[Node, int] = {start: 0}
        came: dict[Node, tuple[Node, Step]] = {}
        heap: list[tuple[int, int, Node]] = [(0, 0, start)]
        pushed = 0
        while heap:
            cost, _, node = heapq.heappop(heap)
            if node == end:
                return _back(came, start, end)
            if cost > best[node]:
                continue
            nearby = self._next[node]
            # Mostly one cell leads straight back.
            for there in (end, *(other for other in nearby if other != end)):
                for step in nearby.get(there, ()):
                    if best.get(there, cost + 1) <= cost:
                        break
                    if step[0] == cell or (step[0].programme is not None and step[0] in without):
                        continue
                    more = self._cost(step[0], change if step[1] else opposite)
                    if more is None or (more and not dearly) or cost + more >= best.get(there, cost + more + 1):
                        continue
                    best[there], came[there] = cost + more, (node, step)
                    pushed += 1
                    heapq.heappush(heap, (cost + more, pushed, there))
                if there == end and best.get(end) == cost:
                    return _back(came, start, end)
        return None

    def _holds_before(self, cell: Cell, way: Sequence[Step], change: Counts) -> bool:
        """Whether nothing changes that an earlier release showed: a leaf that is the same there changes there too."""
        moved = _leaves([(cell, True), *way], change)
        return all(self._holds_in(moved, before) for before in self.earlier)

    def _holds_in(self, moved: Mapping[Cell, Counts], other: View) -> bool:
        """Whether some leaves can change as they do here with nothing changing that another release shows.

        What is the same there changes there too; what is not the same may balance it there alone.
        """
        seen = self._seen(moved, other)
        if not seen:
            return seen is not None
        same = frozenset(cell for cell, counts in self.answers.items() if other.answers.get(cell) == counts)
        then = replace(self, answers=other.answers, shown=dict(other.shown), earlier=(), unprotected=[])
        total: dict[Cell, list[int]] = {}
        for leaf in moved.keys() & same:
            way = then._way(leaf, moved[leaf], dearly=False, without=same)
            if way is None:
                return False
            for cell, forward in [(leaf, True), *way]:
                sums = total.setdefault(cell, [0] * len(moved[leaf]))
                for i, by in enumerate(moved[leaf]):
                    sums[i] += by if forward else -by
        return all(then._cost(cell, tuple(by)) == 0 for cell, by in total.items() if any(by))

    def _seen(self, moved: Mapping[Cell, Counts], other: View) -> list[Cell] | None:
        """The cells of which another release shows something that changes with some leaves of this one.

        `None` if these cannot change so in that release.
        """
        changed: dict[Cell, list[int]] = {}
        for leaf, change in moved.items():
            if other.answers.get(leaf) == self.answers[leaf]:
                for cell in covering(leaf):
                    total = changed.setdefault(cell, [0] * len(change))
                    for i, by in enumerate(change):
                        total[i] += by
        seen = []
        for cell, differs in changed.items():
            if any(differs):
                how, counts = other.shown.get(cell), other.answers[cell]
                then = tuple(map(add, counts, differs))
                if min(then) < 0:
                    return None
                if how is None or (how == PRINTED and self._as_printed(then) != self._as_printed(counts)):
                    seen.append(cell)
        return seen

    def _as_printed(self, counts: Counts) -> tuple[object, ...]:
        return spread_as_shown(counts, self.scores, self.points)

    def protect_earlier(self) -> None:
        """Withhold what would take away the other worlds of cells that earlier releases hid, and that changed since.

        What an earlier release gave away itself, alone or with those before it, is lost.
        """
        for number, before in enumerate(self.earlier):
            others = [*self.earlier[:number], *self.earlier[number + 1 :]]
            then = replace(self, answers=before.answers, shown=dict(before.shown), earlier=others, unprotected=[])
            for cell in sorted(before.shown, key=lambda cell: (sum(before.answers[cell]), str(cell))):
                if before.answers[cell] != self.answers.get(cell):
                    for place in then._places(cell) if cell not in before.hidden else ():
                        self.protect(self._keep_open(number, then, cell, place))

    def _keep_open(self, number: int, then: Question, cell: Cell, place: int) -> list[Cell]:
        """Hide what an answer of an earlier release needs to stay open, at the least cost; gives what is hidden."""
        now = View(self.answers, self.shown)
        options: list[tuple[int, list[Cell]]] = []
        for change in changes(then.answers[cell], self.scores, place, self.threshold):
            if then._cost(cell, change) != 0:
                continue
            way = then._way(cell, change, dearly=False)
            if way is None or not then._holds_before(cell, way, change):
                continue
            moved = _leaves([(cell, True), *way], change)
            if then._holds_in(moved, now):
                return []
            seen = then._seen(moved, now)
            if seen and self.locked.isdisjoint(seen):
                cost = sum(sum(self.answers[c]) * (TOTALS if c.unit is None else 1) for c in seen)
                options.append((cost, seen))
        if options:
            return self._hide(min(options, key=lambda one: one[0])[1])
        return self._solve(number, cell, place) or []


def _leaves(steps: Iterable[Step], change: Counts) -> dict[Cell, Counts]:
    """By how much each leaf on a way differs."""
    opposite = _opposite(change)
    return {cell: change if forward else opposite for cell, forward in steps if cell.programme is not None}


def _opposite(change: Counts) -> Counts:
    return tuple(-by for by in change)


def _back(came: Mapping[Node, tuple[Node, Step]], start: Node, end: Node) -> list[Step]:
    steps, node = [], end
    while node != start:
        node, step = came[node]
        steps.append(step)
    return steps
