"""The statistics of one question in one cell, from its sums: exact fractions, and roots of them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from functools import cached_property
from math import lcm

import pyarrow as pa

from kwaliteitsmonitor.methods.statistics.caveats import AnswersAside, set_aside
from kwaliteitsmonitor.methods.statistics.moments import Moments, median
from kwaliteitsmonitor.methods.statistics.scaling import Reported, factors
from kwaliteitsmonitor.methods.statistics.sums import (
    Asked,
    ByCell,
    Cell,
    Population,
    Populations,
    Sums,
    added_up,
    distinct_scales,
    units_of,
)
from schemas.profile import Profile


@dataclass(frozen=True)
class Summary:
    """A question in a cell, with the levels of which there are answers.

    `units` are the summaries of the units in it; of a cell within a unit there are none.
    """

    question: Asked
    cell: Cell
    sums: Sums
    scale: Reported
    population: Population | None = None
    units: tuple[Summary, ...] = ()
    levels: frozenset[str] = frozenset()

    @cached_property
    def n(self) -> int:
        """The number of answers."""
        return sum(self.sums.scores.values())

    @cached_property
    def scores(self) -> dict[Fraction, int]:
        """How often each answer was given, on the scale on which the question is reported."""
        counts = {self.scale.value(steps): n for steps, n in self.sums.scores.items()}
        return dict(sorted(counts.items()))

    @cached_property
    def respondents(self) -> Moments:
        """Over the answers."""
        first = sum(z * n for z, n in self.sums.scores.items())
        second = sum(z * z * n for z, n in self.sums.scores.items())
        return self._moments(self.n, first, second, self.scale.steps)

    @cached_property
    def courses(self) -> Moments:
        """Over the means of courses."""
        of_size = self.sums.courses
        whole = lcm(*(one.answers for one in of_size))
        first = sum(one.first * (whole // one.answers) for one in of_size)
        second = sum(one.second * (whole // one.answers) ** 2 for one in of_size)
        return self._moments(sum(one.courses for one in of_size), first, second, whole * self.scale.steps)

    def _moments(self, n: int, first: int, second: int, parts: int) -> Moments:
        """Of values that lie so many parts of a point from the bad end: Σ(W + z/p) and Σ(W + z/p)²."""
        start = self.scale.scale.worst * parts
        return Moments(
            n,
            Fraction(first + n * start, parts),
            Fraction(second + 2 * start * first + n * start * start, parts * parts),
        )

    def value(self, kind: str, unit_of_analysis: str) -> Fraction:
        """The value of an indicator of a kind over these answers; there is at least one of them."""
        return self.mean(unit_of_analysis) if kind == "mean" else self.median or Fraction(0)

    def mean(self, unit_of_analysis: str) -> Fraction:
        """The mean over respondents, or the mean of the means of courses or units.

        Within one unit the mean over units is that of the unit.
        """
        return self._over_units("respondent").mean if unit_of_analysis == "unit" else self._over(unit_of_analysis).mean

    def spread(self, unit_of_analysis: str, kind: str) -> Decimal | None:
        """The spread of a kind; `None` if there are fewer than two of what it is taken over.

        `sd_respondents`, `sd_courses` and `sd_units` are standard deviations; `ci95` is half the width of the 95%
        interval of the mean, by Student's t, over respondents.
        """
        match kind:
            case "sd_courses":
                return self.courses.deviation
            case "sd_units":
                return self._over_units("respondent" if unit_of_analysis == "unit" else unit_of_analysis).deviation
            case "ci95":
                return self.respondents.half_width
            case _:
                return self.respondents.deviation

    @property
    def median(self) -> Fraction | None:
        """The median answer."""
        middle = median(self.sums.scores)
        return None if middle is None else self.scale.scale.worst + middle / self.scale.steps

    def _over(self, unit_of_analysis: str) -> Moments:
        return self.courses if unit_of_analysis == "course" else self.respondents

    def _over_units(self, inner: str) -> Moments:
        return Moments.of(one._over(inner).mean for one in self.units or (self,))


@dataclass(frozen=True)
class Statistics:
    """The statistics of every question in every cell; `sums` holds cells, too, of which every course is left out.

    `silent` gives, per year and evaluation, the cells of which people were invited and nobody answered anything;
    `aside` how many answers of a delivery were set aside.
    """

    summaries: Mapping[Asked, Mapping[Cell, Summary]]
    sums: Mapping[Asked, Mapping[Cell, Sums]]
    silent: Mapping[tuple[int, str], Mapping[Cell, Population]] = field(default_factory=dict)
    aside: Mapping[str, int] = field(default_factory=dict)

    @property
    def questions(self) -> Collection[Asked]:
        """Every question of which there are answers."""
        return self.sums.keys()

    @property
    def counted(self) -> dict[Asked, dict[Cell, Sums]]:
        """What was added up in each cell of which something counts."""
        return {question: {cell: one.sums for cell, one in cells.items()} for question, cells in self.summaries.items()}

    def of(self, question: Asked, cell: Cell) -> Summary | None:
        """A question in a cell; `None` if there are no answers, or none that count."""
        return self.summaries.get(question, {}).get(cell)

    def every(self, question: Asked) -> Mapping[Cell, Sums]:
        """What was added up in each cell of a question, also if every course is left out by a minimum response."""
        return self.sums.get(question, {})

    def set_aside(self, sums: Sums) -> tuple[AnswersAside, ...]:
        """What is to be said of the answers that were set aside in the deliveries of a cell."""
        return set_aside(sum(self.aside.get(one, 0) for one in sums.deliveries), len(sums.deliveries))

    def answers_of_levels(self, question: Asked, unit: str | None, levels: Iterable[str]) -> int:
        """The number of answers in a unit, or all, from other levels than these."""
        own = frozenset(levels)
        cells = self.summaries.get(question, {}).items()
        return sum(
            one.n for cell, one in cells if cell.unit == unit and not cell.programme and cell.level not in (None, *own)
        )


def statistics(profile: Profile, answers: pa.Table, population: pa.Table, years: Sequence[int]) -> Statistics:
    """The statistics of all answers of these years: tables of facts in, a summary per question and cell out."""
    scales, table = factors(profile.questions, distinct_scales(answers))
    minimum = profile.institution.evaluations.minimum_response
    by_cell, populations = added_up(answers, population, table, years, minimum)
    summaries: dict[Asked, dict[Cell, Summary]] = {}
    for key, cells in by_cell.items():
        of_evaluation = populations.get((key.year, key.evaluation), {})
        kept = {cell: sums for cell, sums in cells.items() if sums.scores}
        levels: dict[str | None, set[str]] = defaultdict(set)
        for cell in kept:
            if cell.level and not cell.programme:
                levels[cell.unit].add(cell.level)
        made: dict[Cell, Summary] = {}
        for cell in sorted(kept, key=lambda c: (c.unit is None, c.programme is None)):
            units = tuple(made[one] for one in units_of(kept, cell.level)) if cell.unit is None else ()
            answered = frozenset({cell.level} if cell.level else levels[cell.unit])
            invited = of_evaluation.get(cell)
            made[cell] = Summary(key, cell, kept[cell], scales[key.question], invited, units, answered)
        summaries[key] = made
    return Statistics(summaries, by_cell, _silent(by_cell, populations))


def _silent(by_cell: ByCell, populations: Populations) -> dict[tuple[int, str], dict[Cell, Population]]:
    """The cells of an evaluation in a year of which people were invited, and nobody answered any question."""
    answered: dict[tuple[int, str], set[Cell]] = defaultdict(set)
    for key, cells in by_cell.items():
        answered[(key.year, key.evaluation)].update(cells)
    return {
        evaluation: {cell: one for cell, one in populations.get(evaluation, {}).items() if cell not in cells}
        for evaluation, cells in answered.items()
    }
