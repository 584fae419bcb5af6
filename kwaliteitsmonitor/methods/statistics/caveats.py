"""Caveats of a figure over answers: its response rate, or why there is none, and what it leaves out."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction

from kwaliteitsmonitor.methods.statistics.sums import Population, Sums
from schemas.words import ANSWERS, DELIVERIES, Words, both, counted


@dataclass(frozen=True)
class Response:
    """How many were invited and which part of them answered; `None` with the reason."""

    invited: int | None
    rate: Fraction | None
    reason: Words | None = None


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


def too_few(sums: Sums, threshold: int) -> Words | None:
    """What a minimum response left out, as far as it may be published; nothing if it left out nothing."""
    if not sums.dropped_answers:
        return None
    answers = at_least(sums.dropped_answers, threshold)
    courses = sums.dropped_courses
    return Words(
        f"zonder {answers} {'antwoord' if answers == '1' else 'antwoorden'} van {courses} "
        f"{'cursus' if courses == 1 else 'cursussen'} met te weinig respons",
        f"without {answers} {'answer' if answers == '1' else 'answers'} to {courses} "
        f"{'course' if courses == 1 else 'courses'} with too low a response",
    )


def set_aside(answers: int, deliveries: int) -> Words | None:
    """What a figure over answers goes without: `answers` that were set aside in the deliveries that it is derived from.

    They are those to all questions: which one an answer was to is not always known. Nothing if there are none.
    """
    if not answers:
        return None
    number, of = counted(answers, ANSWERS), DELIVERIES[deliveries != 1]
    nl, en = ("dat apart is gezet", "was") if answers == 1 else ("die apart zijn gezet", "were")
    return Words(
        f"zonder {number.nl} {nl}, alle vragen van de {of.nl} samen",
        f"without {number.en} that {en} set aside, of all questions of the {of.en} together",
    )


def other_levels(answers: int, threshold: int) -> Words | None:
    """What a split by bachelor and master leaves out; nothing if it leaves out nothing."""
    if not answers:
        return None
    count = at_least(answers, threshold)
    return Words(
        f"niet in bachelor of master: {count} antwoorden van niveau overig",
        f"in neither bachelor nor master: {count} answers of another level",
    )


def at_least(count: int, threshold: int) -> str:
    """A number of people as it may be published: below the threshold only that it is."""
    return f"<{threshold}" if count < threshold else f"{count}"


def joined_reasons(reasons: Iterable[Words | None]) -> str | None:
    """The reservations of a figure as one text, in Dutch and English; `None` without reservations."""
    distinct = list(dict.fromkeys(one for one in reasons if one is not None))
    if not distinct:
        return None
    return both(Words("; ".join(one.nl for one in distinct), "; ".join(one.en for one in distinct)))
