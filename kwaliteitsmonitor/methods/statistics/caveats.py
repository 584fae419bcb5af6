"""Caveats of a figure over answers: its response rate, or why there is none, and what it leaves out."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from kwaliteitsmonitor.methods.remarks import PeopleCount, Remark, Remarks, Sentence
from kwaliteitsmonitor.methods.statistics.sums import Population, Sums
from schemas.words import ANSWERS, DELIVERIES, Words, counted


@dataclass(frozen=True)
class Response:
    """How many were invited and which part of them answered; `None` with the reason."""

    invited: int | None
    rate: Fraction | None
    reason: Words | None = None

    @property
    def remarks(self) -> Remarks:
        """Why there is no rate; nothing if there is one."""
        return () if self.reason is None else (Sentence(self.reason),)


UNKNOWN = Words("geen respons: niet van iedereen die antwoordde is bekend hoeveel er zijn uitgenodigd",
                "no response rate: it is not known for all who answered how many were invited")  # fmt: skip
OPEN = Words("geen respons: de vragenlijst stond open voor iedereen met de link",
             "no response rate: the questionnaire was open to anyone with the link")  # fmt: skip
NOBODY = Words("niemand van de uitgenodigden antwoordde", "nobody of those invited answered")
MORE = Words("geen respons: meer antwoorden dan uitgenodigden", "no response rate: more answers than people invited")


def response_of(n: int, population: Population | None) -> Response:
    """The response of `n` answers in a population.

    There is no rate if anyone could answer, if more answered than were invited, and if it is not known of all
    how many were invited.
    """
    if population is None:
        return Response(None, None, UNKNOWN)
    invited = population.invited or None
    if population.open_link:
        return Response(invited, None, OPEN)
    if invited is None or population.unknown:
        return Response(invited, None, UNKNOWN)
    if n > invited:
        return Response(invited, None, MORE)
    return Response(invited, Fraction(n, invited))


@dataclass(frozen=True)
class TooFew(Remark):
    """What a minimum response left out: so many answers to so many courses."""

    answers: PeopleCount
    courses: int

    def words(self) -> Words:
        """As `zonder 12 antwoorden van 2 cursussen met te weinig respons`."""
        nl, en = ("antwoord", "answer") if self.answers.is_one else ("antwoorden", "answers")
        return Words(
            f"zonder {self.answers} {nl} van {self.courses} "
            f"{'cursus' if self.courses == 1 else 'cursussen'} met te weinig respons",
            f"without {self.answers} {en} to {self.courses} "
            f"{'course' if self.courses == 1 else 'courses'} with too low a response",
        )


@dataclass(frozen=True)
class AnswersAside(Remark):
    """What was set aside in the deliveries of a figure: answers to all questions, as is reported of each delivery."""

    answers: int
    deliveries: int

    def words(self) -> Words:
        """As `zonder 12 antwoorden die apart zijn gezet, alle vragen van de levering samen`."""
        number, of = counted(self.answers, ANSWERS), DELIVERIES[self.deliveries != 1]
        nl, en = ("dat apart is gezet", "was") if self.answers == 1 else ("die apart zijn gezet", "were")
        return Words(
            f"zonder {number.nl} {nl}, alle vragen van de {of.nl} samen",
            f"without {number.en} that {en} set aside, of all questions of the {of.en} together",
        )


@dataclass(frozen=True)
class OtherLevels(Remark):
    """What a split by bachelor and master leaves out: so many answers of another level."""

    answers: PeopleCount

    def words(self) -> Words:
        """As `niet in bachelor of master: 12 antwoorden van niveau overig`."""
        return Words(
            f"niet in bachelor of master: {self.answers} antwoorden van niveau overig",
            f"in neither bachelor nor master: {self.answers} answers of another level",
        )


def too_few(sums: Sums, threshold: int) -> tuple[TooFew, ...]:
    """What a minimum response left out, as far as it may be published; nothing if it left out nothing."""
    if not sums.dropped_answers:
        return ()
    return (TooFew(PeopleCount.counted(sums.dropped_answers, threshold), sums.dropped_courses),)


def set_aside(answers: int, deliveries: int) -> tuple[AnswersAside, ...]:
    """What a figure over answers goes without: `answers` that were set aside in the deliveries that it is derived from.

    They are those to all questions: which one an answer was to is not always known. Nothing if there are none.
    """
    return (AnswersAside(answers, deliveries),) if answers else ()


def other_levels(answers: int, threshold: int) -> tuple[OtherLevels, ...]:
    """What a split by bachelor and master leaves out; nothing if it leaves out nothing."""
    return (OtherLevels(PeopleCount.counted(answers, threshold)),) if answers else ()
