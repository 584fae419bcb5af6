"""Mapping answers to the scale on which their question is reported, in whole numbers that the engine can add up.

A question may have been asked on more than one scale: reversed in one year, from 1 to 10 by one delivery. An answer x
on a scale from w (worst) to b (best) stands at y = W + (x − w)·(B − W)/(b − w) on the reporting scale from W to B. With
D the least common multiple of all |b − w| of a question, z = D·(y − W) = (x − w)·(B − W)·D/(b − w) is a whole number.
The engine adds up z and z²; the mean is W + Σz/(D·N), exactly.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from math import lcm

import pyarrow as pa

from schemas.profile.questions import FIVE_POINTS, Question, Scale


@dataclass(frozen=True)
class Reported:
    """The scale on which a question is reported, and the scales on which it was asked."""

    scale: Scale
    original_scales: tuple[Scale, ...]

    @cached_property
    def steps(self) -> int:
        """Into how many whole steps a point of the reporting scale is divided."""
        return lcm(*(abs(one.best - one.worst) for one in self.original_scales))

    def factor(self, original: Scale) -> int:
        """How many steps a point of a scale is on which the question was asked."""
        return (self.scale.best - self.scale.worst) * self.steps // (original.best - original.worst)

    def value(self, steps: int) -> Fraction:
        """The value on the reporting scale at a number of steps from its bad end."""
        if steps not in self._values:
            self._values[steps] = self.scale.worst + Fraction(steps, self.steps)
        return self._values[steps]

    @cached_property
    def _values(self) -> dict[int, Fraction]:
        return {}

    @cached_property
    def possible(self) -> frozenset[int]:
        """Every answer that could be given, in steps from the bad end."""
        return frozenset(
            (score - one.worst) * self.factor(one)
            for one in self.original_scales
            for score in range(one.low, one.high + 1)
        )


def reported(questions: Sequence[Question], distinct: Iterable[tuple[str, int, int]]) -> dict[str, Reported]:
    """How each question is reported, given the scales (question, worst, best) that occur among its answers.

    A question that the profile does not know is reported on five points.
    """
    scales = {question.id: question.scale for question in questions}
    met: dict[str, set[Scale]] = {}
    for question, worst, best in distinct:
        met.setdefault(question, set()).add(Scale(worst=worst, best=best))
    return {
        question: Reported(scales.get(question, FIVE_POINTS), tuple(sorted(of, key=lambda s: (s.worst, s.best))))
        for question, of in sorted(met.items())
    }


def factors(
    questions: Sequence[Question], distinct: Iterable[tuple[str, int, int]]
) -> tuple[dict[str, Reported], pa.Table]:
    """How each question is reported, and a table of the factor for each scale on which it was asked."""
    by_question = reported(questions, distinct)
    rows = [
        {"question": question, "worst": scale.worst, "best": scale.best, "factor": one.factor(scale)}
        for question, one in by_question.items()
        for scale in one.original_scales
    ]
    kinds = {"question": pa.string(), "worst": pa.int64(), "best": pa.int64(), "factor": pa.int64()}
    return by_question, pa.Table.from_pylist(rows, pa.schema(list(kinds.items())))
