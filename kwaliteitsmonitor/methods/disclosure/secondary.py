"""Which cells to hide with a hidden cell at the least cost: the cheapest way that leads back to it (Dijkstra, 1959)."""

from __future__ import annotations

import heapq
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

from kwaliteitsmonitor.methods.disclosure.circulation import COARSE, Layer, Node, Room, ends, most
from kwaliteitsmonitor.methods.statistics.sums import Cell

Choice = tuple[Cell, str, int]
"""A cell, how it is or would be shown, and what that costs: nothing where it is so already."""


@dataclass
class Partners:
    """Cells on which a way may run, in every one of some releases; `room` is what the hidden cell has already.

    Where `strict`, a single way must give all the room that is lacking.
    """

    view: Sequence[Layer]
    room: Room
    strict: bool
    _next: dict[Node, list[tuple[Node, Choice, bool]]] = field(default_factory=lambda: defaultdict(list))

    def add(self, cell: Cell, state: str, cost: int) -> None:
        """Let ways run over a cell."""
        tail, head = ends(cell)
        self._next[tail].append((head, (cell, state, cost), True))
        self._next[head].append((tail, (cell, state, cost), False))

    def cheapest(self, target: Cell) -> tuple[int, list[tuple[Cell, str]]] | None:
        """What to hide (or show coarsely) and what that costs; `None` if no path back hides more."""
        start, end = reversed(ends(target))
        best: dict[Node, int] = {start: 0}
        came: dict[Node, tuple[Node, Choice]] = {}
        heap: list[tuple[int, int, Node]] = [(0, 0, start)]
        pushed = 0
        while heap:
            cost, _, node = heapq.heappop(heap)
            if node == end:
                break
            if cost > best[node]:
                continue
            for there, choice, forward in self._next[node]:
                dearer = cost + choice[2]
                if (
                    choice[0] == target
                    or dearer >= best.get(there, dearer + 1)
                    or not self._fits(choice, forward=forward)
                ):
                    continue
                pushed += 1
                best[there], came[there] = dearer, (node, choice)
                heapq.heappush(heap, (dearer, pushed, there))
        chosen = []
        node = end
        while node in came and node != start:
            node, (cell, state, cost) = came[node]
            if cost:
                chosen.append((cell, state))
        return (best[end], chosen) if chosen else None

    def _fits(self, choice: Choice, *, forward: bool) -> bool:
        """Whether a cell leaves room for the questions that lack it."""
        cell, state, cost = choice
        if not self.strict and not cost and cell in self.room.used:
            return False
        for question in self.room.short if self.strict else self.room.short[:1]:
            lacking = max(1, self.room.wanted[question] - self.room.values[question]) if self.strict else 1
            for layer in self.view:
                counts = layer.answers[cell].get(question) if cell in layer.answers else None
                n = sum(counts) if counts else 0
                if not counts or not n:
                    return False
                # Only a release under way is shown otherwise than it was.
                how = state if cost else layer.state.get(cell, "")
                if most(layer, cell, n, forward=forward, state=how) < lacking:
                    return False
                others = {i for i, count in enumerate(counts) if count} - self.room.answers[question]
                if not forward and how != COARSE and len(self.room.answers[question]) < 2 and not others:
                    return False
        return True
