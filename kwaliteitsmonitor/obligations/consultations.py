"""The consultations that are owed: which council is asked about what, and what has to come of it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from kwaliteitsmonitor.obligations.evidence import Decided, Evidence, Taken
from kwaliteitsmonitor.obligations.obligation import Claim, Kind, Met, Obligation, Subject
from kwaliteitsmonitor.obligations.periods import Expected, accounted_years, deadline
from kwaliteitsmonitor.obligations.wording import REJECTED, quoted
from schemas.calendar import Cycle, reference_date
from schemas.profile import Profile
from schemas.profile.consultations import Consultation
from schemas.tables.shared.code_words import CONSULTATION_SUBJECT
from schemas.words import Words

CONSULTATIONS = "faculty_consultations"
GIVEN = "approvals.given"
"""The rule that says the same of approvals; a waiver of it waives every one."""
WAITING = Words("wacht nog op", "still waiting for")
_RIGHTS = {
    "approved": Words("goedkeuring door de", "approval by the"),
    "advised": Words("advies van de", "advice by the"),
    "discussed": Words("bespreking met de", "discussion with the"),
}
_SUFFICES = {
    "approved": ("approved",),
    "advised": ("advised", "approved"),
    "discussed": ("discussed", "advised", "approved", "rejected"),
}
"""Per right of a council the decisions that use it: what was approved was discussed as well."""


def consultations(profile: Profile, cycle: Cycle, evidence: Evidence) -> Iterator[Claim]:
    """What each council owes a word on, with the decision that met it."""
    for consultation in profile.institution.consultations:
        for one in evidence.filling(CONSULTATIONS):
            for year, expected in accounted_years(one.feed, cycle, profile).items():
                if not consultation.holds_in(year):
                    continue
                for unit, council in _bodies(profile, one, consultation, year):
                    decided = [d for d in evidence.decided if _about(d, consultation, year, unit, council)]
                    yield _claim(profile, one, expected, consultation, unit, council, decided)


def _bodies(profile: Profile, one: Taken, consultation: Consultation, year: int) -> list[tuple[str, str]]:
    """Each unit with its council, or the institution if the profile names a council of its own."""
    if consultation.council:
        return [("", consultation.council)]
    delivering = set(profile.delivering(one.feed, year))
    return [(unit.id, unit.council) for unit in profile.units_in(year) if unit.council and unit.id in delivering]


def _about(decided: Decided, consultation: Consultation, year: int, unit: str, council: str) -> bool:
    place = (decided.year, decided.unit, decided.council, decided.subject)
    return place == (year, unit, council, consultation.subject)


def _claim(
    profile: Profile,
    one: Taken,
    expected: Expected,
    consultation: Consultation,
    unit: str,
    council: str,
    decided: Sequence[Decided],
) -> Claim:
    """Of what needs approval the last decision counts; what is to be discussed or advised on was so once it was."""
    due = deadline(one.feed, expected)
    if consultation.deadline is not None:
        due = reference_date(expected.year + consultation.deadline.years, consultation.deadline.month_day)
    owed = Obligation(
        Kind.CONSULTATION, unit, expected.period, expected.year, one.feed.id,
        _what(profile, consultation, council), due,
        Subject(council=council, about=consultation.subject), rule=GIVEN if consultation.decision == "approved" else "",
    )  # fmt: skip
    last = max(decided, key=lambda d: (d.on, not d.delivery, d.decision == "rejected"), default=None)
    suffice = _SUFFICES[consultation.decision]
    if consultation.decision == "approved":
        match = last if last is not None and last.decision in suffice else None
        detail = REJECTED if last is not None and last.decision == "rejected" else WAITING
        return Claim(owed, _met(match), None if match else detail)
    match = min((d for d in decided if d.decision in suffice), key=lambda d: d.on, default=None)
    return Claim(owed, _met(match))


def _met(match: Decided | None) -> Met | None:
    return Met(match.on, match.delivery) if match else None


def _what(profile: Profile, consultation: Consultation, council: str) -> Words:
    body = next(one for one in profile.institution.councils if one.id == council)
    right = _RIGHTS[consultation.decision]
    return quoted(CONSULTATION_SUBJECT[consultation.subject], f"{right.nl} {body.nl} van ", f"{right.en} {body.en} of ")
