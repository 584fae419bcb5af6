"""How far a hidden cell can still differ, given everything that is shown.

The published cells of an evaluation are the edges of one circulation: answers flow from the whole to units, on to unit
and level, through the leaves to levels and back to the whole; what flows into a node flows out of it. That is all that
adds up. So a hidden cell can hold one person more, with all that is shown the same, exactly if hidden cells
lead back from its head to its tail (Gusfield, *A graph theoretic approach to statistical data security*, SIAM Journal
on Computing 17, 1988; Hundepool and others, *Statistical Disclosure Control*, 2012, chapter 4). A cell on the way that
is passed against its direction holds one person fewer, down to one, for that somebody is in it is known.
Each way is a proof: it names another world with the same published figures. People who gave the same answer are
exchanged, so that also the distribution of what is shown stays the same, and with it every mean and spread.
"""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from kwaliteitsmonitor.methods.disclosure.cells import WHOLE, Answers, AtLeast, Behinds, at_least
from kwaliteitsmonitor.methods.statistics.sums import Cell

Node = tuple[str, str | None, str | None]
MANY = 10**12
HIDDEN, COARSE = "hidden", "coarse"
State = Mapping[Cell, str]
"""The cells that are not shown in full: `hidden`, or `coarse`, which is shown in two significant digits."""


def ends(cell: Cell) -> tuple[Node, Node]:
    """The tail and the head of a cell's edge."""
    if cell == WHOLE:
        return ("levels", None, None), ("units", None, None)
    if cell.unit is None:
        return ("level", None, cell.level), ("levels", None, None)
    if cell.level is None:
        return ("units", None, None), ("unit", cell.unit, None)
    group = ("group", cell.unit, cell.level)
    return (("unit", cell.unit, None), group) if cell.programme is None else (group, ("level", None, cell.level))


def coarse(n: int) -> int:
    """A number of people in two significant digits, and never finer than in tens; halves go up."""
    base = _base(n)
    return (n + base // 2) // base * base


def _base(n: int) -> int:
    return int(10 ** max(1, len(str(n)) - 2))


@dataclass(frozen=True)
class Layer:
    """What one release, or the difference between two, says about an evaluation: answers per cell, and their state.

    `people` are at least how many gave these answers, and `behind` is what is known of them of each leaf.
    """

    answers: Mapping[Cell, Answers]
    state: State
    people: AtLeast = field(default_factory=dict)
    behind: Behinds = field(default_factory=dict)

    @classmethod
    def of_release(cls, answers: Mapping[Cell, Answers], state: State, behind: Behinds) -> Layer:
        """What a release says, with the people behind the answers in its leaves."""
        return cls(answers, state, at_least(answers, behind), behind)

    def open_edge(self, cell: Cell) -> bool:
        """Whether the reader of the release does not know exactly what is in a cell that is there."""
        return cell in self.state and cell in self.answers

    def wanted(self, cell: Cell, question: str, threshold: int) -> int:
        """About how many numbers of answers a hidden cell must possibly be, so that its people are enough.

        Whatever hidden cells can be computed together then hold as many answers as make it people: the cell of them
        with the most answers per person is among them.
        """
        n = sum(self.answers[cell][question])
        people = self.people.get(cell, {}).get(question, n)
        return threshold if people >= n else -(-threshold * n // people)


Step = tuple[Cell, bool]
"""A cell passed on a way, and whether it is passed in its direction."""


@dataclass
class Room:
    """How many values a hidden cell can take, per question, and how many are wanted.

    `used` are the cells on the ways found, and `short` the questions for which they are not enough.
    """

    values: dict[str, int]
    wanted: dict[str, int]
    answers: dict[str, set[int]]
    used: set[Cell] = field(default_factory=set)
    short: list[str] = field(default_factory=list)

    def enough(self, question: str) -> bool:
        """Whether at least the wanted number of values, spread over more than one answer, are possible."""
        return self.values[question] >= self.wanted[question] and len(self.answers[question]) > 1


class Circulation:
    """The open edges that all of some layers have in common, and the ways along them.

    A person is moved in all layers alike: in each the same cells change, and nothing that any of them shows does.
    """

    def __init__(self, layers: Sequence[Layer], without: Collection[Cell] = ()) -> None:
        self.layers = layers
        first, *others = layers
        self._next: dict[Node, dict[Node, list[Step]]] = defaultdict(lambda: defaultdict(list))
        for cell in sorted(first.state, key=str):
            if first.open_edge(cell) and cell not in without and all(o.open_edge(cell) for o in others):
                tail, head = ends(cell)
                self._next[tail][head].append((cell, True))
                self._next[head][tail].append((cell, False))

    def room(self, target: Cell, of: Layer, threshold: int) -> Room:
        """How many values a cell can take in one of the layers, counted up to what is wanted at this threshold."""
        tail, head = ends(target)
        questions = {q: n for q, n in ((q, sum(c)) for q, c in of.answers[target].items()) if n}
        room = Room(
            dict.fromkeys(questions, 1),
            {q: of.wanted(target, q, threshold) for q in questions},
            {q: {i for i, c in enumerate(of.answers[target][q]) if c} for q in questions},
        )
        # Fewer people in this cell: the way runs from its tail to its head, and passes the cell itself backwards.
        self._ways(room, tail, head, target, [(target, False)])
        self._ways(room, head, tail, target, [])
        room.short = [q for q in room.values if not room.enough(q)]
        return room

    def _ways(self, room: Room, start: Node, end: Node, target: Cell, before: list[Step]) -> None:
        ways: list[list[Step]] = []
        for question in room.values:
            used = {target}
            known = iter(list(ways))
            while not room.enough(question):
                way = next(known, None)
                new = way is None
                if way is None:
                    way = self._way(start, end, question, used)
                    if way is None:
                        break
                    ways.append(way)
                elif not used.isdisjoint(cell for cell, _ in way):
                    continue
                people, answers = self.capacity([*before, *way], question)
                room.values[question] += people
                if people and not before:
                    room.answers[question] |= answers
                if people or new:
                    used.update(cell for cell, _ in way)
                if before and people:
                    break  # the cell itself is passed, and can be passed once
            room.used |= used

    def _way(self, start: Node, end: Node, question: str, used: set[Cell]) -> list[Step] | None:
        """The shortest way along open edges that are not used yet, for a question."""
        came: dict[Node, tuple[Node, Step]] = {}
        queue = deque([start])
        while queue:
            node = queue.popleft()
            for there, steps in self._next[node].items() if node in self._next else ():
                if there in came or there == start:
                    continue
                step = next((s for s in steps if s[0] not in used and self.capacity([s], question)[0] > 0), None)
                if step is None:
                    continue
                came[there] = (node, step)
                if there == end:
                    return list(_back(came, start, end))
                queue.append(there)
        return None

    def capacity(self, way: Sequence[Step], question: str) -> tuple[int, set[int]]:
        """How many people can be moved along a way, in every layer at once, and which answers they may have given."""
        people = MANY
        by_answer: list[int] | None = None
        answers = 0
        for layer in self.layers:
            for cell, forward in way:
                counts = layer.answers.get(cell, {}).get(question)
                n = sum(counts) if counts else 0
                if not counts or not n:
                    return 0, set()
                answers = len(counts)
                people = min(people, most(layer, cell, n, forward=forward))
                if not forward and layer.state.get(cell) != COARSE:
                    by_answer = list(counts) if by_answer is None else list(map(min, by_answer, counts))
        if by_answer is None:
            return people, set(range(answers)) if people else set()
        return min(people, sum(by_answer)), {i for i, c in enumerate(by_answer) if c}


def most(layer: Layer, cell: Cell, n: int, *, forward: bool, state: str = "") -> int:
    """How many people a cell can gain (or lose) with the same figures shown of it."""
    if (state or layer.state.get(cell, HIDDEN)) != COARSE:
        return MANY if forward else n - 1
    half = _base(n) // 2
    return coarse(n) + half - 1 - n if forward else min(n - 1, n - coarse(n) + half)


def _back(came: Mapping[Node, tuple[Node, Step]], start: Node, end: Node) -> Iterator[Step]:
    node = end
    while node != start:
        node, step = came[node]
        yield step
