"""How an indicator is defined: what it reads, what it leaves out, and how it is printed.

A definition is data. The same definition drives the computation, the data dictionary, the report and its footnotes.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, model_validator
from pydantic import Field as Key


class Strict(BaseModel):
    """A model that refuses keys it does not know."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Condition(Strict):
    """Which rows count. Exactly one test is given.

    `is` and `in` keep rows with that value, `not_in` drops them; `at_least` keeps numbers from there on;
    `filled` keeps rows where the field is (or is not) filled in; `years_before_reference` keeps dates that lie at
    least so many years before the reference date (0: on or before it); `any_of` names boolean fields of which one
    must be true.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)

    field: str = ""
    is_: str | bool | None = Key(default=None, alias="is")
    in_: list[str] | None = Key(default=None, alias="in")
    not_in: list[str] | None = None
    at_least: str | None = None
    filled: bool | None = None
    years_before_reference: int | None = None
    any_of: list[str] | None = None
    reason_nl: str = ""
    reason_en: str = ""

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
        given = sum(test is not None for test in tests)
        if given != 1:
            raise ValueError(
                "a condition takes exactly one of is, in, not_in, at_least, filled, years_before_reference, any_of"
            )
        if (self.any_of is None) == (self.field == ""):
            raise ValueError("a condition names a field, unless it is any_of, which names its fields itself")
        return self


class Term(Strict):
    """A number counted or summed over a table of facts.

    `count` counts distinct values of a field, `sum` adds a field up, `less` is subtracted from it, only in
    `less_units` where those are given. `reference_date` (`MM-DD` in the reporting year) is the date that the staff
    conditions look at.
    """

    facts: str
    count: str = ""
    sum: str = ""
    less: str = ""
    less_units: list[str] = []
    where: list[Condition] = []
    reference_date: Annotated[str, Key(pattern=r"^\d\d-\d\d$")] = "10-01"

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
    question: str


class Break(Strict):
    """A year from which a figure does not compare with the year before, or only with a reservation."""

    reporting_year: int
    nl: str
    en: str


class Printing(Strict):
    """How the figure is written: a number, a percentage, a mean with its spread, or a count with another beside it."""

    style: Literal["number", "percentage", "mean_and_spread", "count_and_beside"]
    beside_nl: str = ""
    beside_en: str = ""


class Indicator(Strict):
    """A definition of an indicator in one version."""

    id: Annotated[str, Key(pattern=r"^[a-z][a-z0-9_]*$")]
    version: str
    valid_from: int
    valid_until: int | None = None
    theme: str
    nl: str
    en: str
    definition_nl: str
    definition_en: str
    kind: Literal["mean", "ratio", "share", "count", "sum"]
    direction: Literal["higher_is_better", "lower_is_better", "neutral"]
    unit_of_measure: str
    decimals: Annotated[int, Key(ge=0, le=6)]
    minimum: float | None = None
    maximum: float | None = None
    split_level: bool = False
    by_unit: bool = False
    answers: Answers | None = None
    unit_of_analysis: Literal["respondent", "course", "unit"] | None = None
    spread_kind: Literal["sd_respondents", "sd_courses", "sd_units", "ci95"] | None = None
    numerator: Term | None = None
    denominator: Term | None = None
    beside: Term | None = None
    printing: Printing
    breaks: list[Break] = []

    @model_validator(mode="after")
    def _parts_fit_the_kind(self) -> Indicator:
        if self.kind == "mean":
            if self.answers is None or self.unit_of_analysis is None or self.spread_kind is None:
                raise ValueError("a mean takes answers, unit_of_analysis and spread_kind")
            if self.numerator or self.denominator:
                raise ValueError("a mean takes no numerator or denominator")
        elif self.numerator is None:
            raise ValueError(f"a {self.kind} takes a numerator")
        elif (self.kind in ("ratio", "share")) != (self.denominator is not None):
            raise ValueError("a ratio and a share take a denominator, a count and a sum do not")
        if (self.printing.style == "count_and_beside") != (self.beside is not None):
            raise ValueError("beside goes with the printing style count_and_beside")
        return self
