"""Rows of `evaluation_results` and `evaluation_shares`: every question in every cell, with what contributed to it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from fractions import Fraction
from functools import cached_property, lru_cache
from typing import TypedDict

from kwaliteitsmonitor.methods.figures.contributions import Contribution
from kwaliteitsmonitor.methods.figures.left_out import Lacking, Missing, of_question
from kwaliteitsmonitor.methods.figures.unworded import UnwordedResult
from kwaliteitsmonitor.methods.remarks import Remarks, Sentence, going_without, sentences
from kwaliteitsmonitor.methods.statistics.caveats import NOBODY, response_of, too_few
from kwaliteitsmonitor.methods.statistics.comparison import Comparison, Measured, compare, not_comparable
from kwaliteitsmonitor.methods.statistics.summaries import Statistics, Summary
from kwaliteitsmonitor.methods.statistics.sums import Asked, Cell
from schemas.calendar import Cycle
from schemas.figures import SHARE
from schemas.profile import Profile
from schemas.profile.questions import ONLY, Question
from schemas.rows import EvaluationSharesRow
from schemas.words import Words

FEEDS = ("evaluations", "evaluation_population")
SPREAD = "sd_respondents"
MANY_COURSES = 10
"""From so many courses on the contributions to a unit are sums over them, from which no single course can be told."""


class _Place(TypedDict):
    """What a result and the shares of its answers are about."""

    reporting_year: int
    cycle: str
    evaluation: str
    question: str
    question_version: str
    unit: str | None
    programme: str | None
    level: str | None


@dataclass
class Results:
    """The rows of both tables, and what contributed to each result.

    A result is worded once the disclosure gate has decided.
    """

    results: list[UnwordedResult] = field(default_factory=list)
    shares: list[EvaluationSharesRow] = field(default_factory=list)
    contributions: list[Contribution] = field(default_factory=list)


def cell_id(cycle: str, question: Asked, cell: Cell) -> str:
    """The id of a result: `2021-03:evaluation:2020:teaching_methods:FGW:56034:Ba`; `all` stands for all together."""
    return ":".join([cycle, "evaluation", str(question.year), question.question, *(part or "all" for part in cell)])


def share_id(result: str, score: Fraction) -> str:
    """The id of the share of an answer: that of its result, `share`, and the score with at most four decimals."""
    return f"{result}{SHARE}{number(score)}"


@lru_cache(maxsize=1000)
def number(score: Fraction) -> str:
    """A score as it is written: `4`, `2.3333`."""
    if score.denominator == 1:
        return f"{score.numerator}"
    return f"{float(score):.4f}".rstrip("0")


def results(
    profile: Profile,
    cycle: Cycle,
    statistics: Statistics,
    missing: Missing,
    waived: Missing | None = None,
    lacking: Lacking | None = None,
) -> Results:
    """Every result of a cycle: its year and the year before.

    If a required delivery is missing, what is said of the whole institution is not available; if it is that of
    some units, which `lacking` says, it is of the others and says without whom. `waived` says what a decision lets it
    do without. A unit's own results stand.
    """
    made = Results()
    questions = {question.id: question for question in profile.questions}
    first = min(cycle.years(profile.institution.first_year), default=0)
    for place in sorted(statistics.questions):
        maker = _Maker(
            profile,
            cycle,
            place,
            questions.get(place.question),
            statistics,
            missing,
            waived or {},
            first,
            lacking or {},
        )
        for row, shares, contributions in maker.cells():
            made.results.append(row)
            made.shares.extend(shares)
            made.contributions.extend(contributions)
    return made


@dataclass(frozen=True)
class _Maker:
    """Makes the results of one question in one year."""

    profile: Profile
    cycle: Cycle
    key: Asked
    question: Question | None
    statistics: Statistics
    missing: Missing
    waived: Missing
    first_year: int
    units_lacking: Lacking = field(default_factory=dict)

    def cells(self) -> Iterator[tuple[UnwordedResult, list[EvaluationSharesRow], list[Contribution]]]:
        """The row of each cell, its shares and what contributed to it; the whole first, then units by name.

        A cell in which every course is left out has a row that says so.
        """
        cells = self.statistics.every(self.key)
        for cell in sorted(cells, key=lambda c: tuple(part or "" for part in c)):
            one = self.statistics.of(self.key, cell)
            identity = cell_id(self.cycle.key, self.key, cell)
            lacking = self._lacking if cell.unit is None else ()
            if one is None or lacking:
                remarks = lacking or too_few(cells[cell], self.profile.institution.disclosure.threshold)
                yield self._empty(cell) | {"remarks": remarks}, [], []
                continue
            shares = list(self._shares(one, identity))
            yield self._result(one), shares, [*_of_answers(one, identity), *_of_shares(one, shares)]
        for row in self._silent():
            yield row, [], []

    def _silent(self) -> Iterator[UnwordedResult]:
        """A row with a response of 0% for each cell of enough people of whom nobody answered.

        `None` if answers may have been given that are not there: of a unit that did not deliver, or of all.
        """
        silent = self.statistics.silent.get((self.key.year, self.key.evaluation), {})
        if self._lacking:
            return
        without = self._without(self.key.year)
        for cell in sorted(silent, key=lambda c: tuple(part or "" for part in c)):
            response = response_of(0, silent[cell])
            enough = (response.invited or 0) >= self.profile.institution.disclosure.threshold
            if response.rate is None or not enough or cell.unit in without:
                continue
            yield self._empty(cell) | {
                "n": 0,
                "invited": response.invited,
                "response_rate": 0.0,
                "remarks": (Sentence(NOBODY),),
            }

    def _place(self, cell: Cell) -> _Place:
        version = self.question.version_in(self.key.year) if self.question else None
        return {
            "reporting_year": self.key.year,
            "cycle": self.cycle.key,
            "evaluation": self.key.evaluation,
            "question": self.key.question,
            "question_version": version.version if version else ONLY,
            "unit": cell.unit,
            "programme": cell.programme,
            "level": cell.level,
        }

    def _empty(self, cell: Cell) -> UnwordedResult:
        """The row of a cell that is not available."""
        return {
            **self._place(cell),
            "courses": None,
            "n": None,
            "invited": None,
            "response_rate": None,
            "mean": None,
            "sd_respondents": None,
            "sd_courses": None,
            "sd_units": None,
            "ci95_low": None,
            "ci95_high": None,
            "median": None,
            "change": None,
            "change_low": None,
            "change_high": None,
            "remarks": (),
            "status": "not_available",
            "figure_id": cell_id(self.cycle.key, self.key, cell),
            "hidden_by": None,
            "spread_shown": None,
            "people": None,
            "without": None,
        }

    def _result(self, one: Summary) -> UnwordedResult:
        by_course = bool(one.sums.named)
        mean = one.respondents.mean
        half = one.respondents.half_width
        response = response_of(one.n, one.population)
        comparison = self._change(one)
        change = comparison.change
        units = sorted(self._without(self.key.year)) if one.cell.unit is None else []
        remarks: Remarks = (
            *sentences(self._breaks),
            *response.remarks,
            *too_few(one.sums, self.profile.institution.disclosure.threshold),
            *self.statistics.set_aside(one.sums),
            *sentences(comparison.reasons),
            *(self._waived if one.cell.unit is None else ()),
            *going_without(units),
        )
        return self._empty(one.cell) | {
            "courses": one.sums.named if by_course else None,
            "n": one.n,
            "invited": response.invited,
            "response_rate": _float(response.rate),
            "mean": _float(mean),
            "sd_respondents": _float(one.respondents.deviation),
            "sd_courses": _float(one.courses.deviation) if by_course else None,
            "sd_units": _float(one.spread("respondent", "sd_units")),
            "ci95_low": None if half is None else float(_decimal(mean) - half),
            "ci95_high": None if half is None else float(_decimal(mean) + half),
            "median": _float(one.median),
            "change": None if change is None else float(change.value),
            "change_low": None if change is None else float(change.low),
            "change_high": None if change is None else float(change.high),
            "remarks": remarks,
            "status": "ok",
            "without": ", ".join(units) or None,
        }

    @cached_property
    def _lacking(self) -> Remarks:
        """What of this year is missing."""
        return self._of_the_whole(self.key.year)

    @cached_property
    def _lacking_before(self) -> Remarks:
        """What of the year before is missing."""
        return self._of_the_whole(self.key.year - 1)

    @cached_property
    def _waived(self) -> Remarks:
        """What a decision lets this year do without."""
        return self._among(self.waived, self.key.year)

    @cached_property
    def _broken(self) -> tuple[Words, ...]:
        """Why the series of the question breaks between this year and the one before."""
        return tuple(self.question.breaks_between(self.key.year - 1, self.key.year)) if self.question else ()

    @cached_property
    def _breaks(self) -> list[Words]:
        """Why this year does not compare with the one before, or with what reservation.

        The versions of the question say so, the profile of all evaluations of the year, and the definitions of
        indicators that are taken over it.
        """
        breaks = self._broken
        definitions = (self.profile.indicator(one.id, self.key.year) for one in self.profile.indicators)
        of_all = (
            Words(b.nl, b.en) for b in self.profile.institution.evaluations.breaks if b.reporting_year == self.key.year
        )
        reservations = (
            Words(b.nl, b.en)
            for one in definitions
            if one and one.answers
            if (one.answers.evaluation, one.answers.question) == (self.key.evaluation, self.key.question)
            for b in one.breaks
            if b.reporting_year == self.key.year
        )
        return [*([not_comparable(breaks)] if breaks else []), *of_all, *reservations]

    def _change(self, one: Summary) -> Comparison:
        year = self.key.year
        if year <= self.first_year:
            return Comparison(None)  # the year before is not part of the cycle
        before = self.statistics.of(self.key._replace(year=year - 1), one.cell)
        alike = not self._lacking_before and self._without(year) == self._without(year - 1)
        known = before if before and (one.cell.unit is not None or alike) else None
        return compare(measured(one), None if known is None else self._of_this_year(measured(known)), self._broken)

    def _of_this_year(self, before: Measured) -> Measured:
        """What was measured the year before, its units by what they are this year: a merger leaves nobody out."""
        units = (self.profile.afterwards(unit, self.key.year) for unit in before.units)
        return replace(before, units=frozenset().union(*units))

    def _shares(self, one: Summary, identity: str) -> Iterator[EvaluationSharesRow]:
        """Of every answer that could be given the number and the share, those that nobody gave among them."""
        scores, place = one.sums.scores, self._place(one.cell)
        for steps in sorted({*one.scale.possible, *scores}):
            score, answers = one.scale.value(steps), scores.get(steps, 0)
            yield {
                **place,
                "score": float(score),
                "share": answers / one.n,
                "answers": answers,
                "status": "ok",
                "figure_id": share_id(identity, score),
                "hidden_by": None,
            }

    def _of_the_whole(self, year: int) -> Remarks:
        """Why what is said of the whole is not available in a year: what is missing, and not of single units."""
        by_unit = {t for t in FEEDS if (units := self.units_lacking.get((t, year), ())) and "" not in units}
        return self._among({place: why for place, why in self.missing.items() if place[0] not in by_unit}, year)

    def _without(self, year: int) -> set[str]:
        """The units of which the answers of a year, or those to the question, are not there."""
        of = (FEEDS[0], of_question(FEEDS[0], self.key.question))
        return {unit for name in of for unit in self.units_lacking.get((name, year), ()) if unit}

    def _among(self, absent: Missing, year: int) -> Remarks:
        reasons = (reason for table in FEEDS for reason in absent.get((table, year), ()))
        return sentences(dict.fromkeys(reasons))


def _of_answers(one: Summary, identity: str) -> Iterator[Contribution]:
    """What a figure over answers was computed from: their number by delivery, and what a mean and a spread need.

    Sums and squares of answers, and of the means of courses, are those of one delivery. If several contributed, they
    follow from the figures of the units below. Of a programme, or a unit with few courses, sums over courses are left
    out: of two courses they would say the mean of each, however few answered.
    """
    deliveries = sorted(one.sums.deliveries.items())
    for delivery, n in deliveries:
        yield Contribution(identity, "n", delivery, n, Decimal(n), people=n)
    if len(deliveries) != 1:
        return
    delivery, n = deliveries[0]
    parts = {"sum": one.respondents.first, "squares": one.respondents.second}
    if one.sums.named:
        parts["coded"] = Fraction(one.sums.named)
    if one.sums.named >= MANY_COURSES and one.cell.programme is None:
        parts |= {"courses": Fraction(one.courses.n), "course_sum": one.courses.first}
        parts["course_squares"] = one.courses.second
    for part, value in parts.items():
        yield Contribution(identity, part, delivery, n, _decimal(value), people=n)


def _of_shares(one: Summary, shares: Sequence[EvaluationSharesRow]) -> Iterator[Contribution]:
    """How often an answer was given, by delivery; if several contributed, it follows from the units below."""
    if len(one.sums.deliveries) == 1:
        delivery = next(iter(one.sums.deliveries))
        for row in shares:
            answers = row["answers"]
            if answers is None:
                continue
            yield Contribution(row["figure_id"], "answers", delivery, answers, Decimal(answers), people=answers)


def measured(one: Summary) -> Measured:
    """A summary as far as a comparison looks at it."""
    return Measured(
        one.respondents,
        SPREAD,
        frozenset(unit.cell.unit or "" for unit in one.units) if one.cell.unit is None else frozenset({one.cell.unit}),
        one.levels,
        bool(one.population and one.population.open_link),
    )


def _decimal(value: Fraction) -> Decimal:
    return Decimal(value.numerator) / Decimal(value.denominator)


def _float(value: Fraction | Decimal | None) -> float | None:
    if isinstance(value, Fraction):
        value = _decimal(value)
    return None if value is None else float(value)
