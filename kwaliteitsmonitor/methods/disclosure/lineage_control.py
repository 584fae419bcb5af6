"""Which contributions per delivery may be published: those that reveal nothing beyond the published cells."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from kwaliteitsmonitor.methods.disclosure.cells import Evaluation, covering
from kwaliteitsmonitor.methods.disclosure.evaluations import Withheld
from kwaliteitsmonitor.methods.statistics.sums import Cell

Sources = Mapping[Evaluation, Mapping[Cell, frozenset[str]]]
"""Per evaluation and leaf, the deliveries that its answers came in."""


@dataclass(frozen=True)
class Contributions:
    """The figures over answers, by id, with their evaluation and cell; and where the answers came from.

    `questions` is what each figure is about, as far as its spread is published.
    """

    figures: Mapping[str, tuple[Evaluation, Cell]] = field(default_factory=dict)
    sources: Sources = field(default_factory=dict)
    withheld: Withheld = field(default_factory=Withheld)
    questions: Mapping[str, str] = field(default_factory=dict)
    _known: dict[tuple[Evaluation, Cell, str], bool] = field(default_factory=dict, compare=False, repr=False)
    _covers: dict[tuple[int, str, Cell], bool] = field(default_factory=dict, compare=False, repr=False)

    def size_published(self, figure: str, delivery: str) -> bool:
        """Whether the size of a delivery's contribution is published: if it is that of cells which are shown together.

        A delivery that holds a part of a leaf, or cells of which one is withheld, would say what they hold. That is the
        same for every question of an evaluation.
        """
        evaluation, cell = self.figures[figure]
        key = (evaluation, cell, delivery)
        if key not in self._known:
            self._known[key] = self._is_published(evaluation, cell, delivery)
        return self._known[key]

    def course_sums_published(self, figure: str, delivery: str) -> bool:
        """Whether sums over courses are published: they are not if something in the cell is hidden.

        They are shown of no other cell, so that they would give away what a hidden cell holds.
        """
        (year, evaluation), cell = self.figures[figure]
        of_cell = (year, evaluation, cell)
        if of_cell not in self._covers:
            self._covers[of_cell] = self.withheld.covers_hidden(*of_cell)
        return not self._covers[of_cell] and self.size_published(figure, delivery)

    def squares_published(self, figure: str, delivery: str) -> bool:
        """Whether the sum of the squares of answers is published: only if their spread is shown in full."""
        (year, evaluation), cell = self.figures[figure]
        question = self.questions.get(figure, "")
        return self.withheld.spread(year, evaluation, question, cell) is None and self.size_published(figure, delivery)

    def _is_published(self, evaluation: Evaluation, cell: Cell, delivery: str) -> bool:
        sources = self.sources.get(evaluation, {})
        leaves = {leaf for leaf in self._leaves.get(evaluation, {}).get(cell, ()) if delivery in sources[leaf]}
        if any(len(sources[leaf]) > 1 for leaf in leaves):
            return False
        return any(self._shown(evaluation, leaves, order) for order in ("unit", "level"))

    def _shown(self, evaluation: Evaluation, leaves: set[Cell], order: str) -> bool:
        """Whether some leaves fall apart into cells that are shown, the largest first."""
        withheld = self.withheld.cells.get(evaluation, {})
        parts_of = self._leaves.get(evaluation, {})
        left = set(leaves)
        for cell in _by_size(leaves, order):
            if cell not in withheld and parts_of[cell] <= left:
                left -= parts_of[cell]
        return not left

    @cached_property
    def _leaves(self) -> Mapping[Evaluation, Mapping[Cell, set[Cell]]]:
        """Per evaluation and cell, the leaves in it."""
        leaves: dict[Evaluation, dict[Cell, set[Cell]]] = {}
        for evaluation, sources in self.sources.items():
            cells = leaves.setdefault(evaluation, {})
            for leaf in sources:
                for cell in covering(leaf):
                    cells.setdefault(cell, set()).add(leaf)
        return leaves


def _by_size(leaves: Iterable[Cell], order: str) -> list[Cell]:
    """The cells that hold some leaves, from the whole to the leaves, units before levels or the other way round."""
    cells = {cell for leaf in leaves for cell in covering(leaf)}
    return sorted(cells, key=lambda cell: (sum(p is not None for p in cell), getattr(cell, order) is None, str(cell)))
