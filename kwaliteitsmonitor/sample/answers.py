"""What the evaluations add up to: the groups that are asked, and how often each answer is given in each.

All of it is settled here, in a few thousand numbers whatever the size of the sample. `evaluations` then only hands the
answers out to respondents.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Literal

import numpy as np

from kwaliteitsmonitor.sample.apportion import (
    SCALE,
    deviation_of,
    divide,
    divide_among,
    maximum_entropy,
    mean_of,
    one_distribution,
    stream,
    whole_counts,
)
from kwaliteitsmonitor.sample.choices import Choices, EvaluationChoices
from kwaliteitsmonitor.sample.targets import Aim, Targets, rounded
from schemas.errors import ProfileError, UsageError
from schemas.profile import Profile
from schemas.profile.registers import Programme

if TYPE_CHECKING:
    from kwaliteitsmonitor.sample.apportion import Floats, Whole

FEWEST_RESPONSES = 5_000

Kind = Literal["course", "programme"]
LEVEL_OF = {"ba": "Ba", "ma": "Ma"}


@dataclass(frozen=True)
class Group:
    """Those who evaluate one course, or one programme as a whole (then `course` is None)."""

    unit: str
    programme: str
    level: str
    course: str | None
    respondents: int
    invited: int


@dataclass(frozen=True)
class Round:
    """One kind of evaluation in one year: its groups, its questions, and the counts per question, group and answer."""

    kind: Kind
    year: int
    groups: tuple[Group, ...]
    questions: tuple[str, ...]
    counts: tuple[Whole, ...]

    @property
    def answers(self) -> int:
        """How many answers are given."""
        return sum(g.respondents for g in self.groups) * len(self.questions)


def settle(profile: Profile, choices: Choices, targets: Targets, responses: int, seed: int) -> list[Round]:
    """Every evaluation of every year, with together at most `responses` answers.

    What is short of that is less than the answers of one respondent, per evaluation and year.
    Raises `UsageError` if there are too few answers to give the published figures.
    """
    if responses < FEWEST_RESPONSES:
        raise UsageError(
            f"{responses} responses are too few to give the published figures",
            expected=f"at least {FEWEST_RESPONSES}",
            remedy="Ask for more with --responses.",
        )
    kinds: dict[Kind, EvaluationChoices] = {
        "course": choices.evaluations.course,
        "programme": choices.evaluations.programme,
    }
    years = dict(zip(sorted(choices.years), divide(responses, [1] * len(choices.years)), strict=True))
    shares = {year: divide_among(total, {k: c.share for k, c in kinds.items()}) for year, total in years.items()}
    return [_round(profile, choices, targets, kind, year, shares[year][kind], seed) for year in years for kind in kinds]


def _round(
    profile: Profile, choices: Choices, targets: Targets, kind: Kind, year: int, answers: int, seed: int
) -> Round:
    questions = tuple(q.id for q in profile.questions if q.evaluation == kind)
    respondents = answers // len(questions)
    make = _courses if kind == "course" else _programmes
    groups = tuple(make(profile, choices, year, respondents, seed))
    aims = [
        a for a in targets.aims if a.year == year and a.indicator.answers and a.indicator.answers.evaluation == kind
    ]
    counts = tuple(_counts(choices, groups, question, aims, year, seed) for question in questions)
    return Round(kind, year, groups, questions, counts)


def _courses(profile: Profile, choices: Choices, year: int, respondents: int, seed: int) -> list[Group]:
    """The evaluated courses: the same ones every year, of a size of their own."""
    chosen = choices.evaluations.course
    taught = {u: p for u in choices.units if (p := _taught(profile, u)) and choices.units[u].courses}
    per_unit = divide_among(respondents, {u: choices.units[u].answers for u in taught})
    groups = []
    for unit, programmes in taught.items():
        rng = stream(seed, "courses", unit)
        number = max(2, min(choices.units[unit].courses, per_unit[unit] // chosen.fewest))
        weights = rng.lognormal(0, 0.55, choices.units[unit].courses)[:number]
        spare = per_unit[unit] - number * chosen.fewest
        sizes = [chosen.fewest + extra for extra in divide(max(spare, 0), list(weights))]
        invited = _invited(sizes, chosen, stream(seed, "invited", unit, year))
        for place, (size, invitees) in enumerate(zip(sizes, invited, strict=True)):
            programme = programmes[place % len(programmes)]
            code = f"{programme.programme}-{100 + place // len(programmes)}"
            groups.append(Group(unit, programme.programme, LEVEL_OF[programme.croho_type], code, size, invitees))
    return groups


def _programmes(profile: Profile, choices: Choices, year: int, respondents: int, seed: int) -> list[Group]:
    """The evaluated programmes: as many as there are respondents for."""
    chosen = choices.evaluations.programme
    groups = []
    for level, share in divide_among(respondents, choices.evaluations.levels).items():
        rng = stream(seed, "programmes", level)
        there = [p for u in profile.units for p in _taught(profile, u.id) if LEVEL_OF[p.croho_type] == level]
        order = [there[i] for i in rng.permutation(len(there))][: max(1, share // chosen.fewest)]
        weights = [choices.units[p.unit].answers * float(rng.lognormal(0, 0.4)) for p in order]
        sizes = [chosen.fewest + extra for extra in divide(max(share - len(order) * chosen.fewest, 0), weights)]
        invited = _invited(sizes, chosen, stream(seed, "invited", level, year))
        groups += [
            Group(p.unit, p.programme, level, None, size, invitees)
            for p, size, invitees in zip(order, sizes, invited, strict=True)
        ]
    places = {unit.id: place for place, unit in enumerate(profile.units)}
    return sorted(groups, key=lambda g: (places[g.unit], g.programme))


def _taught(profile: Profile, unit: str) -> list[Programme]:
    """The bachelor's and master's programmes of a unit, the bachelor's first."""
    there = [p for p in profile.programmes if p.unit == unit and p.croho_type in LEVEL_OF]
    return sorted(there, key=lambda p: (p.croho_type, p.programme))


def _invited(sizes: Sequence[int], chosen: EvaluationChoices, rng: np.random.Generator) -> list[int]:
    rates = rng.uniform(*chosen.response, len(sizes))
    return [max(size, round(size / rate)) for size, rate in zip(sizes, rates, strict=True)]


def _counts(
    choices: Choices, groups: Sequence[Group], question: str, aims: Sequence[Aim], year: int, seed: int
) -> Whole:
    """Counts per group and answer to a question, so that every figure over it comes out."""
    rng = stream(seed, "answers", question, year)
    wanted = choices.evaluations
    sizes = np.array([g.respondents for g in groups])
    means = rng.uniform(*wanted.mean) + rng.normal(0, wanted.between_courses, len(groups)).clip(-0.4, 0.4)
    deviations = rng.uniform(*wanted.deviation, len(groups))
    counts = whole_counts(
        maximum_entropy(means, deviations), sizes, _sums(sizes, means, np.array([g.unit for g in groups]))
    )
    for aim in aims:
        answers = aim.indicator.answers
        if answers is None or answers.question != question or aim.spread is None:
            continue
        rows = np.array([i for i, g in enumerate(groups) if aim.level in (None, g.level)])
        of_aim = [groups[i] for i in rows]
        match aim.indicator.spread_kind:
            case "sd_units":
                counts[rows] = _between_units(aim, of_aim, wanted.between_courses, deviations[rows], rng)
            case "sd_respondents":
                counts[rows] = _over_respondents(aim, of_aim, rng)
            case kind:
                raise ProfileError("sample", [f"{aim.name}: no sample can be made for the spread kind {kind}"])
        _check(aim, of_aim, counts[rows])
    return counts


def _over_respondents(aim: Aim, groups: Sequence[Group], rng: np.random.Generator) -> Whole:
    """One distribution with the mean and deviation of the figure, dealt out over the groups."""
    sizes = [g.respondents for g in groups]
    left = one_distribution(sum(sizes), float(aim.value), float(aim.spread or 0))
    dealt = []
    for size in sizes:
        hand = rng.multivariate_hypergeometric(left, size)
        left = left - hand
        dealt.append(hand)
    return np.array(dealt)


def _between_units(
    aim: Aim, groups: Sequence[Group], between: float, deviations: Floats, rng: np.random.Generator
) -> Whole:
    """Courses whose means average to the figure, in units whose means lie its spread apart."""
    units = np.array([g.unit for g in groups])
    names, place, courses = np.unique(units, return_inverse=True, return_counts=True)
    offsets = rng.permutation(np.linspace(-1, 1, len(names)))
    offsets = offsets / offsets.std(ddof=1) * float(aim.spread or 0)
    offsets = offsets - (offsets * courses).sum() / courses.sum()
    within = rng.normal(0, between, len(groups)).clip(-2 * between, 2 * between)
    for unit in range(len(names)):
        within[place == unit] -= within[place == unit].mean()
    means = float(aim.value) + offsets[place] + within
    sizes = np.array([g.respondents for g in groups])
    return whole_counts(maximum_entropy(means, deviations), sizes, _sums(sizes, means, units))


def _sums(sizes: Whole, means: Floats, units: np.ndarray) -> Whole:
    """Whole sums of answers; what rounding takes from the mean of one course, the next of the unit gets."""
    sums = np.zeros(len(sizes), dtype=np.int64)
    carried: dict[str, float] = {}
    for i, (size, mean, unit) in enumerate(zip(sizes, means, units, strict=True)):
        exact = size * (mean + carried.get(unit, 0.0))
        sums[i] = min(max(round(exact), size), 5 * size)
        carried[unit] = mean + carried.get(unit, 0.0) - sums[i] / size
    return sums


def _check(aim: Aim, groups: Sequence[Group], counts: Whole) -> None:
    """Raises `UsageError` if the figure would be printed otherwise, however its mean is taken."""
    total = counts.sum(axis=0)
    per_group = counts @ SCALE / counts.sum(axis=1)
    values, spreads = [mean_of(total)], [deviation_of(total)]
    if aim.indicator.spread_kind == "sd_units":
        units = np.array([g.unit for g in groups])
        names = np.unique(units)
        by_course = np.array([per_group[units == u].mean() for u in names])
        by_answer = np.array([mean_of(counts[units == u].sum(axis=0)) for u in names])
        values += [float(per_group.mean()), float(by_course.mean()), float(by_answer.mean())]
        spreads = [float(by_course.std(ddof=1)), float(by_answer.std(ddof=1))]
    decimals = aim.indicator.decimals
    for actual, wanted in [*((v, aim.value) for v in values), *((s, aim.spread or Decimal(0)) for s in spreads)]:
        if rounded(Decimal(str(actual)), decimals) != rounded(wanted, decimals):
            raise UsageError(
                f"these responses do not give {aim.name}: {actual:.3f} instead of {wanted}",
                remedy="Ask for more with --responses.",
            )
