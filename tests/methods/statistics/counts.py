"""Counts of answers for tests, and the answers themselves as a calculation by hand would take them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

from kwaliteitsmonitor.methods.statistics.summaries import Statistics, Summary, statistics
from kwaliteitsmonitor.methods.statistics.sums import Asked, Cell
from schemas.profile import Profile
from schemas.profile.questions import Evaluations, Question, Scale
from tests.made_up import profile, table

WHOLE = Cell()
TEACHING = Asked(2020, "course", "teaching")
FIVE = Scale(worst=1, best=5)
SCALES = (FIVE, Scale(worst=5, best=1), Scale(worst=1, best=10), Scale(worst=0, best=10), Scale(worst=1, best=4))


@dataclass(frozen=True)
class Count:
    """So many answers of a score on a scale, in one course."""

    score: int
    answers: int = 1
    unit: str = "North"
    programme: str = "P1"
    level: str = "Ba"
    course: str | None = "C1"
    year: int = 2020
    scale: Scale = FIVE
    version: str = "1"
    delivery: str = "d"
    question: str = "teaching"
    evaluation: str = "course"

    @property
    def value(self) -> Fraction:
        """The answer on five points, by the straight line through both ends."""
        share = Fraction(self.score - self.scale.worst) / (self.scale.best - self.scale.worst)
        return FIVE.worst + share * (FIVE.best - FIVE.worst)

    def row(self) -> dict[str, Any]:
        """As a row of `fact_answers`, with names that a table leaves out."""
        named = {"reporting_year": self.year, "question_version": self.version, "_delivery": self.delivery}
        return vars(self) | named | {"worst": self.scale.worst, "best": self.scale.best}


@dataclass(frozen=True)
class Invited:
    """How many were invited to one course."""

    invited: int
    unit: str = "North"
    programme: str = "P1"
    level: str = "Ba"
    course: str | None = "C1"
    year: int = 2020
    open_link: bool | None = None

    def row(self) -> dict[str, Any]:
        """As a row of `fact_population`, with a name that a table leaves out."""
        return vars(self) | {"reporting_year": self.year, "evaluation": "course"}


def each_score(answers: int, **where: Any) -> list[Count]:
    """So many answers of each of five scores."""
    return [Count(score, answers, **where) for score in range(1, 6)]


def institution(*questions: dict[str, Any], minimum: Sequence[dict[str, Any]] = ()) -> Profile:
    """A profile with these questions, or one that never changed, and a minimum response."""
    made = profile()
    usual = {"id": "teaching", "evaluation": "course", "nl": "…", "en": "…"}
    own = tuple(Question.model_validate(usual | question) for question in questions)
    rules = Evaluations.model_validate({"minimum_response": list(minimum)})
    settled = made.institution.model_copy(update={"evaluations": rules})
    return replace(made, questions=own or made.questions, institution=settled)


def answer_rows(counts: Iterable[Count]) -> Any:
    """The table `fact_answers` of these counts."""
    return table("fact_answers", [count.row() for count in counts])


def counted(
    counts: Iterable[Count], invited: Iterable[Invited] = (), of: Profile | None = None, years: Sequence[int] = (2020,)
) -> Statistics:
    """The statistics of these counts."""
    population = table("fact_population", [one.row() for one in invited])
    return statistics(of or institution(), answer_rows(counts), population, years)


def summary(statistics: Statistics, cell: Cell = WHOLE, question: Asked = TEACHING) -> Summary:
    """The summary of a cell that there is."""
    one = statistics.of(question, cell)
    assert one is not None
    return one
