"""How an indicator is defined: what it reads, what it leaves out, and how it is printed.

A definition is data. The same definition drives the computation, the data dictionary, the report and its footnotes.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import ConfigDict, model_validator
from pydantic import Field as Key

from schemas.kinds import BY_UNIT, DEMANDS, IndicatorKind, how_made
from schemas.profile.breaks import Break as Break
from schemas.profile.breaks import Note
from schemas.profile.strict import Meant, MonthDay, Strict

FRACTIONS = ("fraction", "share")
"""Units of measure of what is a share of a whole."""

Name = Annotated[
    str,
    Key(pattern=r"^[a-z][a-z0-9_]*$"),
    Meant("name of an indicator", "lower case letters, digits and underscores", "names of indicators", "indicator"),
]


@dataclass(frozen=True)
class Measured:
    """What the number of a delivered figure measures: a `share`, or something that is no fraction of anything.

    It lies from `lowest` to `highest`, None where there is no such end; both of a share are known unless its definition
    gives others. With `by_parts` it follows from a numerator and a denominator where those are delivered.
    """

    share: bool
    lowest: Decimal | None = None
    highest: Decimal | None = None
    by_parts: bool = False


class Condition(Strict):
    """Which rows count. Exactly one test is given, of a `field`; what it leaves out is counted and told."""

    model_config = ConfigDict(populate_by_name=True)

    field: str = Key(default="", examples=["category"])
    """The field of the table of facts that is looked at."""
    is_: str | bool | None = Key(default=None, alias="is", examples=["main"])
    """Keeps rows with this value."""
    in_: list[str] | None = Key(default=None, alias="in", examples=[["professor", "lecturer"]])
    """Keeps rows with one of these values."""
    not_in: list[str] | None = Key(default=None, examples=[["CARE"]])
    """Drops rows with one of these values."""
    at_least: str | None = Key(default=None, examples=["0.5"])
    """Keeps numbers from here on."""
    filled: bool | None = None
    """Keeps rows where the field is filled in (true), or is not (false)."""
    years_before_reference: int | None = Key(default=None, examples=[1])
    """Keeps dates that lie at least so many years before the reference date; 0: on or before it."""
    any_of: list[str] | None = Key(default=None, examples=[["compulsory_matching", "online_trial_study"]])
    """Keeps rows where one of these fields is true; it stands without `field`."""
    reason_nl: str = Key(default="", examples=["een neveninschrijving telt dezelfde student nog eens"])
    """Why the others are left out, in Dutch."""
    reason_en: str = Key(default="", examples=["a secondary enrolment counts the same student again"])
    """The same in English."""

    @model_validator(mode="after")
    def _one_test(self) -> Condition:
        tests = [
            self.is_,
            self.in_,
            self.not_in,
            self.at_least,
            self.filled,
            self.years_before_reference,
            self.any_of,
        ]
        number = sum(test is not None for test in tests)
        if number != 1:
            raise ValueError(
                "a condition takes exactly one of is, in, not_in, at_least, filled, years_before_reference, any_of"
            )
        if (self.any_of is None) == (self.field == ""):
            raise ValueError("a condition names a field, unless it is any_of, which names its fields itself")
        return self


class Term(Strict):
    """A number counted or summed over a table of facts: exactly one of `count` and `sum`."""

    facts: str = Key(examples=["fact_staff"])
    """The table: fact_answers, fact_enrolments, fact_staff, fact_study_advisers, fact_programme_offers and so on."""
    count: str = Key(default="", examples=["person"])
    """The field whose distinct values are counted."""
    sum: str = Key(default="", examples=["fte"])
    """The field that is added up."""
    less: str = Key(default="", examples=["fte_temporary"])
    """The field that is subtracted from what is added up."""
    less_units: list[str] = Key(default=[], examples=[["LAW"]])
    """The units in which it is subtracted; without them, in all."""
    where: list[Condition] = []
    """Which rows count, in this order."""
    reference_date: MonthDay = "10-01"
    """The day in the reporting year by which conditions on dates are judged."""

    @model_validator(mode="after")
    def _one_aggregate(self) -> Term:
        if bool(self.count) == bool(self.sum):
            raise ValueError("a term takes exactly one of count, sum")
        if self.less and not self.sum:
            raise ValueError("less goes with sum")
        return self


class Answers(Strict):
    """Which answers a mean is taken over."""

    evaluation: Literal["course", "programme"]
    """The evaluation in which the question is asked."""
    question: str = Key(examples=["methods"])
    """The question of `questions.yaml`."""


class Delivered(Strict):
    """How figures that are delivered as such make the figure of the whole institution."""

    combine: Literal["sum", "weighted_by_n", "ratio", "none"]
    """How figures of units combine: `sum` adds them up (energy use), `weighted_by_n` takes the mean of means over the
    people or cases behind them, `ratio` divides the sum of the numerators by that of the denominators. With `none` they
    do not combine, and only a figure that is delivered for the institution counts: a mean of means is never taken."""
    units: list[str] = Key(default=[], examples=[["LAW", "CARE"]])
    """The units that deliver it, where those are not all that deliver such figures or, where one delivery holds them
    all, every unit that is not part of another."""
    n_is: Literal["delivered", "denominator", "none"] = "delivered"
    """What counts people: the `n` that is delivered, or the denominator; with `none` the figure is not about people at
    all (energy use)."""

    @model_validator(mode="after")
    def _denominators_are_there(self) -> Delivered:
        if self.n_is == "denominator" and self.combine != "ratio":
            raise ValueError("expected n_is: denominator only where combine is ratio")
        if self.n_is == "none" and self.combine == "weighted_by_n":
            raise ValueError("expected n_is: delivered where combine is weighted_by_n")
        return self


class Target(Strict):
    """What an indicator is to be in a reporting year."""

    reporting_year: int = Key(examples=[2028])
    """The reporting year."""
    value: Decimal = Key(examples=[0.9])
    """The value in the unit of the indicator, a share as a fraction."""
    level: Literal["Ba", "Ma"] | None = None
    """The level, of an indicator with `split_level`."""
    nl: str = Key(default="", examples=["instellingsplan, p. 12"])
    """Where that stands or what it means, in Dutch."""
    en: str = Key(default="", examples=["institutional plan, p. 12"])
    """The same in English."""

    @model_validator(mode="after")
    def _in_both(self) -> Target:
        if bool(self.nl) != bool(self.en):
            raise ValueError("expected `nl` and `en` together")
        return self


class Baseline(Strict):
    """What an indicator was in the year from which its targets count."""

    reporting_year: int = Key(examples=[2023])
    """The reporting year."""
    value: Decimal = Key(examples=[0.81])
    """The value in the unit of the indicator, a share as a fraction."""
    level: Literal["Ba", "Ma"] | None = None
    """The level, of an indicator with `split_level`."""


class Printing(Strict):
    """How the figure is written: a number, a percentage, a mean with its spread, or a count with another beside it."""

    style: Literal["number", "percentage", "mean_and_spread", "count_and_beside"]
    """How the figure is written."""
    beside_nl: str = Key(default="", examples=["in traject"])
    """What the number beside a count is, in Dutch."""
    beside_en: str = Key(default="", examples=["in training"])
    """The same in English."""


class MeasuredIn(Strict):
    """What an indicator is counted in, in the words of the report."""

    nl: str = Key(min_length=1, examples=["maanden"])
    """In Dutch."""
    en: str = Key(min_length=1, examples=["months"])
    """In English."""


class Indicator(Strict):
    """A definition of an indicator in one version.

    When a definition changes, the old one ends with `valid_until`, and a second with the same `id` and a higher
    `version` goes on from there: figures of two versions are never compared without saying so.
    """

    id: Name = Key(examples=["qualified_teachers"])
    """How the indicator is named in every table."""
    sector_id: Annotated[str, Key(pattern=r"^([a-z][a-z0-9_]*(@[0-9]+)?)?$")] = Key(
        default="", examples=["students_per_teacher@2"]
    )
    """The name under which institutions agreed on this definition, so that a sector view may add it up with theirs;
    `name@2` is the second version of what was agreed."""
    version: str = Key(examples=["1"])
    """The version of the definition, which stands with every figure."""
    valid_from: int = Key(examples=[2019])
    """The first reporting year in which it holds."""
    valid_until: int | None = Key(default=None, examples=[2021])
    """The last reporting year in which it holds; without it, for good."""
    theme: str = Key(examples=["teaching_quality"])
    """The theme of `themes.yaml` that it says something of."""
    nl: str = Key(examples=["Docenten met een BKO"])
    """Its name in Dutch."""
    en: str = Key(examples=["Teachers with a BKO"])
    """Its name in English."""
    definition_nl: str = Key(examples=["Docenten met een BKO op de peildatum, gedeeld door alle docenten."])
    """What it is, in Dutch: a footnote of the report."""
    definition_en: str = Key(examples=["Teachers with a BKO on the reference date, divided by all teachers."])
    """The same in English."""
    kind: IndicatorKind = Key(description=how_made())
    direction: Literal["higher_is_better", "lower_is_better", "neutral"]
    """Which way is better."""
    unit_of_measure: str = Key(examples=["students_per_fte"])
    """What it is counted in."""
    measured_in: MeasuredIn | None = None
    """The same in the words of the report, where it has none of its own for it."""
    decimals: Annotated[int, Key(ge=0, le=6)] = Key(examples=[1])
    """So many decimals are printed."""
    minimum: float | None = Key(default=None, examples=[1])
    """The lowest value that can be right; a figure below it blocks publication. That of a share is 0 where nothing is
    said: a growth, which may be negative, says -1. A share is a fraction here: 0.1 is 10%."""
    maximum: float | None = Key(default=None, examples=[5])
    """The highest value that can be right; a figure above it blocks publication. That of a share is 1 where nothing is
    said: a growth, which may be more than 100%, says 5, which is 500%."""
    split_level: bool = False
    """Whether bachelor and master are told apart."""
    by_unit: bool = Key(default=False, description=f"Whether a {' or '.join(BY_UNIT)} figure is told per unit as well.")
    answers: Answers | None = None
    """Over which answers it is taken, if it is over answers."""
    unit_of_analysis: Literal["respondent", "course", "unit"] | None = None
    """For a mean: what it is the mean of, respondents, courses or units."""
    spread_kind: Literal["sd_respondents", "sd_courses", "sd_units", "ci95"] | None = None
    """For a mean: the number after the plus-minus sign, a standard deviation or a confidence interval of 95%."""
    numerator: Term | None = None
    """What is counted or added up."""
    denominator: Term | None = None
    """For a ratio or a share: what that is divided by."""
    beside: Term | None = None
    """For the printing style `count_and_beside`: the number beside it."""
    delivered: Delivered | None = None
    """For kind `delivered`: how figures of units combine."""
    printing: Printing
    """How the figure is written."""
    breaks: list[Break] = []
    """Years from which it does not compare with the year before. What breaks all evaluations is said once, in `breaks`
    of `evaluations` in `profile.yaml`."""
    notes: list[Note] = []
    """What is said of its figures of some year and is no break in the series."""
    targets: list[Target] = []
    """What it is to be in some year."""
    baselines: list[Baseline] = []
    """What it was in the year from which targets count."""

    @model_validator(mode="after")
    def _parts_fit_the_kind(self) -> Indicator:
        demands = DEMANDS[self.kind]
        if lacking := [name for name in demands.takes if getattr(self, name) is None]:
            raise ValueError(f"a {self.kind} takes {', '.join(demands.takes)}; {', '.join(lacking)} is not there")
        if more := [name for name in demands.refuses if getattr(self, name) is not None]:
            raise ValueError(f"a {self.kind} takes no {', '.join(more)}")
        if self.by_unit and not demands.by_unit:
            raise ValueError(f"by_unit is for a {' or '.join(BY_UNIT)} figure; a {self.kind} is of the whole")
        if (self.printing.style == "count_and_beside") != (self.beside is not None):
            raise ValueError("beside goes with the printing style count_and_beside")
        return self

    @model_validator(mode="after")
    def _aims_in_order(self) -> Indicator:
        for name, entries in (("targets", self.targets), ("baselines", self.baselines)):
            places = [(one.reporting_year, one.level) for one in entries]
            if len(places) != len(set(places)):
                raise ValueError(f"{name}: a year stands there twice; expected each once")
            if any((one.level is None) == self.split_level for one in entries):
                raise ValueError(f"{name}: expected `level` where split_level is true, and only there")
        if self.targets and self.direction == "neutral":
            raise ValueError("expected a direction other than neutral where there are targets")
        return self

    @property
    def terms(self) -> tuple[Term, ...]:
        """What it counts or adds up over tables of facts: its numerator and what there is besides."""
        return tuple(term for term in (self.numerator, self.denominator, self.beside) if term is not None)

    @property
    def is_share(self) -> bool:
        """Whether it is a fraction, which is printed or may be written as a percentage."""
        return self.unit_of_measure in FRACTIONS or self.printing.style == "percentage"

    @property
    def lowest(self) -> Decimal | None:
        """The lowest value that can be right; that of a share is 0, unless its definition says otherwise."""
        return Decimal(str(self.minimum)) if self.minimum is not None else Decimal(0) if self._is_part else None

    @property
    def highest(self) -> Decimal | None:
        """The highest value that can be right; that of a share is 1, unless its definition says otherwise."""
        return Decimal(str(self.maximum)) if self.maximum is not None else Decimal(1) if self._is_part else None

    @property
    def _is_part(self) -> bool:
        """Whether it is part of a whole: a share, computed or delivered. A ratio may exceed 1."""
        return self.kind == "share" or (self.kind == "delivered" and self.is_share)

    @property
    def measured(self) -> Measured:
        """What the number in a cell measures, where it is delivered."""
        by_parts = self.delivered is not None and self.delivered.combine == "ratio"
        return Measured(self.is_share, self.lowest, self.highest, by_parts)

    def target(self, year: int, level: str | None = None) -> Target | None:
        """The target with which a figure of a reporting year is compared: the next, else the last, or `None`."""
        targets = sorted((one for one in self.targets if one.level == level), key=lambda one: one.reporting_year)
        return next((one for one in targets if one.reporting_year >= year), targets[-1] if targets else None)

    def better(self, one: Decimal, other: Decimal) -> bool | None:
        """Whether one value is better than another; `None` if they are equal or no direction is better."""
        if one == other or self.direction == "neutral":
            return None
        return (one > other) == (self.direction == "higher_is_better")
