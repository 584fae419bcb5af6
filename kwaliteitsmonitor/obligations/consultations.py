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
    for asked in profile.institution.consultations:
        for one in evidence.filling(CONSULTATIONS):
            for year, expected in accounted_years(one.feed, cycle, profile).items():
                if not asked.holds_in(year):
                    continue
                for unit, council in _bodies(profile, one, asked, year):
                    decided = [d for d in evidence.decided if _about(d, asked, year, unit, council)]
                    yield _claim(profile, one, expected, asked, unit, council, decided)


def _bodies(profile: Profile, one: Taken, asked: Consultation, year: int) -> list[tuple[str, str]]:
    """Each unit with its council, or the institution where the profile names a council of its own."""
    if asked.council:
        return [("", asked.council)]
    delivering = set(profile.delivering(one.feed, year))
    return [(unit.id, unit.council) for unit in profile.units_in(year) if unit.council and unit.id in delivering]


def _about(decided: Decided, asked: Consultation, year: int, unit: str, council: str) -> bool:
    place = (decided.year, decided.unit, decided.council, decided.subject)
    return place == (year, unit, council, asked.subject)


def _claim(
    profile: Profile,
    one: Taken,
    expected: Expected,
    asked: Consultation,
    unit: str,
    council: str,
    decided: Sequence[Decided],
) -> Claim:
    """Of what needs approval the last decision counts; what is to be discussed or advised on was so once it was."""
    due = deadline(one.feed, expected)
    if asked.deadline is not None:
        due = reference_date(expected.year + asked.deadline.years, asked.deadline.month_day)
    owed = Obligation(
        Kind.CONSULTATION, unit, expected.period, expected.year, one.feed.id, _what(profile, asked, council), due,
        Subject(council=council, about=asked.subject), rule=GIVEN if asked.decision == "approved" else "",
    )  # fmt: skip
    last = max(decided, key=lambda d: (d.on, not d.delivery, d.decision == "rejected"), default=None)
    suffice = _SUFFICES[asked.decision]
    if asked.decision == "approved":
        found = last if last is not None and last.decision in suffice else None
        detail = REJECTED if last is not None and last.decision == "rejected" else WAITING
        return Claim(owed, _met(found), None if found else detail)
    found = min((d for d in decided if d.decision in suffice), key=lambda d: d.on, default=None)
    return Claim(owed, _met(found))


def _met(found: Decided | None) -> Met | None:
    return Met(found.on, found.delivery) if found else None


def _what(profile: Profile, asked: Consultation, council: str) -> Words:
    body = next(one for one in profile.institution.councils if one.id == council)
    right = _RIGHTS[asked.decision]
    return quoted(CONSULTATION_SUBJECT[asked.subject], f"{right.nl} {body.nl} van ", f"{right.en} {body.en} of ")
