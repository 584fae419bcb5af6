"""For which cells the distribution of the answers is shown: only where it gives away nobody.

- *Minimum threshold*: each answer to a question was given by at least as many people in the cell as the threshold.
  ACRO holds every cell of a frequency table to a minimum (`safe_threshold`; Green and others, *SACRO*, 2023).
- *Zero cells*: an answer that others gave and nobody in the cell did tells of each of them that they did not
  (`zeros_are_disclosive` in ACRO; *class disclosure* in the Handbook on Statistical Disclosure Control for Outputs,
  Griffiths and others, 2019).
- *Group disclosure*: where nearly all gave one answer, it is known of each with near certainty (Hundepool and others,
  *Statistical Disclosure Control*, 2012, chapter 5, on tables of frequencies). The share is that of ACRO's rule of
  dominance, `safe_nk_k`.

A distribution that is not shown follows neither from those that are: each question passes the same gate as the cells.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from assets.disclosure.cells import Answers
from assets.disclosure.circulation import HIDDEN, Layer, State
from assets.disclosure.gate import decide
from assets.statistics.sums import Cell

NEARLY_ALL = 0.9
"""From this share of the answers on, one answer is that of nearly all."""


def tells(counts: Sequence[int], given: Sequence[bool], threshold: int) -> bool:
    """Whether a distribution gives someone away; `given` says which answers anybody gave to the question."""
    n = sum(counts)
    return any(wanted and count < threshold for count, wanted in zip(counts, given, strict=True)) or (
        max(counts) >= NEARLY_ALL * n
    )


def undistributed(
    answers: Mapping[Cell, Answers],
    state: State,
    threshold: int,
    earlier: Sequence[tuple[Mapping[Cell, Answers], Mapping[str, frozenset[Cell]]]] = (),
) -> dict[str, frozenset[Cell]]:
    """Per question the cells whose distribution is not shown; `state` is what of the cells themselves is not shown.

    `earlier` are the releases that hold the same evaluation: their answers, and what this gave for them.
    """
    found = {}
    for question in sorted({q for of_cell in answers.values() for q in of_cell}):
        asked = _of_question(answers, question)
        total = [
            sum(of_score) for of_score in zip(*(a[question] for c, a in asked.items() if c.programme), strict=True)
        ]
        first = {c for c, a in asked.items() if c in state or tells(a[question], [n > 0 for n in total], threshold)}
        layers = [
            Layer(_of_question(before, question), dict.fromkeys(hidden.get(question, ()), HIDDEN))
            for before, hidden in earlier
        ]
        found[question] = frozenset(decide(asked, first, threshold, layers, coarsely=False).state)
    return found


def _of_question(answers: Mapping[Cell, Answers], question: str) -> dict[Cell, Answers]:
    return {cell: {question: of_cell[question]} for cell, of_cell in answers.items() if question in of_cell}
