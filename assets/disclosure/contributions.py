"""Which contributions of deliveries to a figure over answers are told: those that say nothing that is not shown."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from assets.disclosure.cells import Evaluation, covering
from assets.disclosure.evaluations import Withheld, within
from assets.statistics.sums import Cell

Sources = Mapping[Evaluation, Mapping[Cell, frozenset[str]]]
"""Per evaluation and leaf, the deliveries that its answers came in."""


@dataclass(frozen=True)
class Contributions:
    """The figures over answers, by id, with their evaluation and cell; and where the answers came from."""

    figures: Mapping[str, tuple[Evaluation, Cell]] = field(default_factory=dict)
    sources: Sources = field(default_factory=dict)
    withheld: Withheld = field(default_factory=Withheld)

    def told(self, figure: str, delivery: str) -> bool:
        """Whether the size of a delivery's contribution is told: where it is that of cells which are shown together.

        A delivery that holds a part of a leaf, or cells of which one is withheld, would say what they hold.
        """
        evaluation, cell = self.figures[figure]
        leaves = {
            leaf: deliveries
            for leaf, deliveries in self.sources.get(evaluation, {}).items()
            if within(leaf, cell) and delivery in deliveries
        }
        if any(len(deliveries) > 1 for deliveries in leaves.values()):
            return False
        return any(self._shown(evaluation, set(leaves), order) for order in ("unit", "level"))

    def _shown(self, evaluation: Evaluation, leaves: set[Cell], order: str) -> bool:
        """Whether some leaves fall apart into cells that are shown, the largest first."""
        withheld = self.withheld.cells.get(evaluation, {})
        left = set(leaves)
        for cell in _by_size(leaves, order):
            parts = {leaf for leaf in self.sources[evaluation] if within(leaf, cell)}
            if cell not in withheld and parts <= left:
                left -= parts
        return not left


def _by_size(leaves: Iterable[Cell], order: str) -> list[Cell]:
    """The cells that hold some leaves, from the whole to the leaves, units before levels or the other way round."""
    cells = {cell for leaf in leaves for cell in covering(leaf)}
    return sorted(cells, key=lambda cell: (sum(p is not None for p in cell), getattr(cell, order) is None, str(cell)))
