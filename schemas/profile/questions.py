"""The questions of the evaluations: in which words and on which scale each was asked, from year to year.

A question that stays the same needs no versions. One that changes has a version for every run of years, so that answers
of different years are compared only where that is right: each later version says either that it is equivalent to the
one before, with the reason, or that the series breaks there, in words that follow the figure wherever it is printed.

    - id: teaching_methods
      evaluation: course
      nl: De gebruikte werkvormen hielpen mij de stof te begrijpen.
      en: The teaching methods used helped me to understand the material.
      scale: {worst: 1, best: 5}             # on which the question is reported
      versions:
        - {version: "1", valid_until: 2019, scale: {worst: 5, best: 1}, no_answer: [0, 6]}
        - version: "2"
          valid_from: 2020
          equivalent_to_previous: true
          reason_nl: alleen de schaal is omgedraaid
          reason_en: the scale was turned round, and nothing else

Answers on another scale are mapped linearly onto the one on which the question is reported, the bad end on the bad end
and the good end on the good end.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from itertools import pairwise
from typing import Annotated, Literal

from pydantic import ConfigDict, model_validator
from pydantic import Field as Key

from schemas.profile.breaks import Break
from schemas.profile.faults import Fault, Path
from schemas.profile.near_misses import unknown_in
from schemas.profile.strict import Code, Strict, Year
from schemas.words import Words

FILE = "questions.yaml"
FURTHEST = 100
"""The furthest end of a scale: from there on it is no scale on which people answer."""

ONLY = "1"
"""The version of a question that never changed."""

EVERY_QUESTION = "*"
"""In the `scales` of a form: every question that is not named there."""

End = Annotated[int, Key(ge=-FURTHEST, le=FURTHEST)]


class Scale(Strict):
    """The whole numbers by which a question is answered; `worst` is the higher one where the scale is reversed."""

    worst: End = Key(examples=[1])
    """The number for the answer that is worst."""
    best: End = Key(examples=[5])
    """The number for the answer that is best."""

    @model_validator(mode="after")
    def _has_two_ends(self) -> Scale:
        if self.worst == self.best:
            raise ValueError(f"begins and ends at {self.worst}; expected a worst answer and another that is best")
        return self

    @property
    def low(self) -> int:
        """The lowest answer, good or bad."""
        return min(self.worst, self.best)

    @property
    def high(self) -> int:
        """The highest answer, good or bad."""
        return max(self.worst, self.best)


FIVE_POINTS = Scale(worst=1, best=5)


class SeriesBreak(Strict):
    """Why figures from a version on do not compare with those before, in the words that are printed."""

    nl: str = Key(min_length=1, examples=["De vraag is anders gesteld."])
    """In Dutch."""
    en: str = Key(min_length=1, examples=["The question was asked otherwise."])
    """In English."""


class QuestionVersion(Strict):
    """A question as it was asked in a run of reporting years."""

    model_config = ConfigDict(populate_by_name=True)

    version: Code = Key(examples=["2"])
    """Its name, which stands with every result."""
    valid_from: Year | None = None
    """The first reporting year in which it was asked so."""
    valid_until: Year | None = None
    """The last reporting year in which it was asked so."""
    scale: Scale | None = Key(default=None, examples=[{"worst": 5, "best": 1}])
    """The scale on which it was asked; without it, the one on which the question is reported."""
    no_answer: list[int] = Key(default=[], examples=[[0, 6]])
    """Numbers that stand for no answer."""
    wordings: list[str] = Key(default=[], examples=[["The methods helped me."]])
    """Other texts by which it was asked."""
    equivalent_to_previous: Literal[True] | None = None
    """That answers compare with those of the version before; says why in `reason_nl` and `reason_en`."""
    reason_nl: str = Key(default="", examples=["alleen de schaal is omgedraaid"])
    """Why they compare, in Dutch."""
    reason_en: str = Key(default="", examples=["the scale was turned round, and nothing else"])
    """The same in English."""
    series_break: SeriesBreak | None = Key(default=None, alias="break")
    """Why they do not, in the words that are printed with the figure."""

    @property
    def years(self) -> str:
        """The years in which it holds, as people write them."""
        return f"{self.valid_from or '…'}-{self.valid_until or '…'}"

    def holds_in(self, year: int) -> bool:
        """Whether the question was asked so in a reporting year."""
        return (self.valid_from or year) <= year <= (self.valid_until or year)


class Question(Strict):
    """A question of an evaluation, on the scale on which it is reported."""

    id: Code = Key(examples=["methods"])
    """How the question is named in every table."""
    evaluation: Literal["course", "programme"]
    """Whether courses or programmes are evaluated by it."""
    nl: str = Key(examples=["De gebruikte werkvormen hielpen mij de stof te begrijpen."])
    """Its text in Dutch."""
    en: str = Key(examples=["The teaching methods used helped me to understand the material."])
    """Its text in English."""
    wordings: list[str] = Key(default=[], examples=[["The methods helped me."]])
    """Other texts by which it was asked, in any year or language."""
    scale: Scale = FIVE_POINTS
    """The scale on which it is reported, and asked where its version says no other."""
    no_answer: list[int] = Key(default=[], examples=[[0, 6]])
    """Numbers that stand for no answer, in every version that names none itself."""
    versions: list[QuestionVersion] = []
    """How it was asked in each run of years, where that changed; without gaps or overlaps between them."""

    @property
    def words(self) -> tuple[str, ...]:
        """Every text that stands for the question."""
        return (self.nl, self.en, *self.wordings, *(text for one in self.versions for text in one.wordings))

    def version_in(self, year: int) -> QuestionVersion | None:
        """The version of a reporting year, complete with its scale; `None` if the question was not asked."""
        known = self.versions or [QuestionVersion(version=ONLY)]
        version = next((one for one in known if one.holds_in(year)), None)
        if version is None:
            return None
        return version.model_copy(
            update={"scale": version.scale or self.scale, "no_answer": version.no_answer or self.no_answer}
        )

    def breaks_between(self, earlier: int, later: int) -> tuple[Words, ...]:
        """Why answers of a later year are not comparable with those of an earlier one; empty if they are.

        A year in which the question was not asked has nothing to compare.
        """
        between = [one for one in self.versions if one.valid_from and earlier < one.valid_from <= later]
        return tuple(Words(b.nl, b.en) for one in between if (b := one.series_break) is not None)

    @model_validator(mode="after")
    def _versions_follow_each_other(self) -> Question:
        problems = [*_numbers(self), *_versions(self.versions)]
        if problems:
            raise ValueError("; ".join(problems))
        return self


def _numbers(question: Question) -> Iterator[str]:
    """Numbers that would stand both for an answer and for none."""
    for one in question.versions or [QuestionVersion(version=ONLY)]:
        scale = one.scale or question.scale
        for code in one.no_answer or question.no_answer:
            if scale.low <= code <= scale.high:
                of = f"version {one.version}: " if question.versions else ""
                yield (
                    f"{of}no_answer {code} lies within the scale {scale.low} to {scale.high}; "
                    "expected a number that is no answer"
                )


def _versions(versions: Sequence[QuestionVersion]) -> Iterator[str]:
    names = [one.version for one in versions]
    yield from (
        f"version {n} stands there twice; expected once" for n in sorted({n for n in names if names.count(n) > 1})
    )
    for one in versions:
        if (one.valid_from or 0) > (one.valid_until or 9999):
            yield f"version {one.version} ends before it begins ({one.years}); expected valid_until from valid_from on"
    for number, one in enumerate(versions):
        yield from _against_previous(one, first=number == 0)
    for before, after in pairwise(versions):
        expected = f"expected version {after.version} to begin in the year after version {before.version} ends"
        if before.valid_until is None or after.valid_from is None or after.valid_from <= before.valid_until:
            yield f"versions {before.version} ({before.years}) and {after.version} ({after.years}) overlap; {expected}"
        elif after.valid_from > before.valid_until + 1:
            yield (
                f"between versions {before.version} ({before.years}) and {after.version} ({after.years}) is a gap; "
                f"{expected}"
            )


def _against_previous(one: QuestionVersion, *, first: bool) -> Iterator[str]:
    """What a version must say of the one before, so that no comparison is a guess."""
    relations = one.equivalent_to_previous, one.series_break
    if first:
        if any(relations):
            yield f"version {one.version} is the first; expected equivalent_to_previous or break with a later one only"
        return
    if all(relations):
        yield f"version {one.version} is both equivalent_to_previous and a break; expected one of both"
    elif not any(relations):
        yield (
            f"version {one.version} says nothing of the one before; expected equivalent_to_previous: true with "
            "reason_nl and reason_en, or break: {nl, en}"
        )
    elif one.equivalent_to_previous and not (one.reason_nl and one.reason_en):
        yield f"version {one.version} is equivalent_to_previous without reason_nl and reason_en; expected why"


class MinimumResponse(Strict):
    """The response from which a course counts: of a class of at least `class_size`, so many responses or that share."""

    class_size: int = Key(ge=1, examples=[20])
    """The size of a class from which this holds, up to that of the next entry."""
    responses: int | None = Key(default=None, ge=1, examples=[10])
    """The number of responses that it takes; or else `share`."""
    share: Decimal | None = Key(default=None, gt=0, le=1, examples=[0.3])
    """The share of the class that it takes."""

    @model_validator(mode="after")
    def _one_of_both(self) -> MinimumResponse:
        if (self.responses is None) == (self.share is None):
            raise ValueError("expected either responses or share")
        if self.responses is not None and self.responses > self.class_size:
            raise ValueError(
                f"asks {self.responses} responses of a class of {self.class_size}; expected no more than it"
            )
        return self


class Evaluations(Strict):
    """How evaluations are counted."""

    minimum_response: list[MinimumResponse] = []
    """The response that a course needs, by the size of its class; one with less is left out of means."""
    breaks: list[Break] = []
    """Years of which the evaluations do not compare with those of the year before, of every question: what is said of
    each result and of each indicator that is a mean of answers."""

    @model_validator(mode="after")
    def _sizes_rise(self) -> Evaluations:
        sizes = [one.class_size for one in self.minimum_response]
        if any(after <= before for before, after in pairwise(sizes)):
            raise ValueError(
                "the class sizes of minimum_response do not rise; expected each larger than the one before"
            )
        return self


def scale_problems(
    at: Path, scales: Mapping[str, Scale], table: str, questions: Iterable[str] | None
) -> Iterator[Fault]:
    """What is wrong with the `scales` of a form that stands at a path of `feeds.yaml`.

    `questions` are the ids that there are, if that is known.
    """
    path: Path = (*at, "scales")
    if scales and table != "evaluations":
        yield Fault("feeds.yaml", path, f"means nothing for {table}", "it with evaluations only")
    known = None if questions is None else [*questions, EVERY_QUESTION]
    yield from unknown_in("feeds.yaml", path, dict(scales), known, "question")
