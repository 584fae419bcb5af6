"""What councils owe a word on, and which decisions meet it."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from kwaliteitsmonitor.obligations.consultations import GIVEN, WAITING, consultations
from kwaliteitsmonitor.obligations.evidence import Decided
from kwaliteitsmonitor.obligations.obligation import Claim
from kwaliteitsmonitor.obligations.wording import REJECTED
from schemas.profile.consultations import Consultation
from tests.obligations.owing import BOTH, DECEMBER, LATE, REPORT, claims, met, report_of, who


def heard(decision: str = "discussed", on: date = DECEMBER, unit: str = "North", delivery: str = "x") -> Decided:
    return Decided(2020, unit, "council", "bfr", decision, on, delivery)


def owed(right: Any, *decided: Decided, **more: Any) -> dict[str, Claim]:
    of = who(REPORT, consultations=[Consultation(subject="bfr", decision=right, **more)])
    return claims(consultations, of, report_of(*BOTH), decided=decided)


@pytest.mark.parametrize(
    ("right", "decisions", "expected"),
    [
        ("discussed", ["discussed"], True),
        ("discussed", ["rejected"], True),
        ("advised", ["discussed"], False),
        ("advised", ["approved"], True),
        ("approved", ["advised"], False),
        ("approved", ["rejected"], False),
        ("approved", ["rejected", "approved"], True),
        ("approved", ["approved", "rejected"], False),
    ],
)
def test_a_right_of_a_council_is_used_by_the_decisions_that_use_it_and_approval_by_the_last(
    right: str, decisions: list[str], expected: bool
) -> None:
    made = owed(right, *(heard(decision, on) for decision, on in zip(decisions, (DECEMBER, LATE), strict=False)))
    own = made["consultation:2019-2020:North:council:bfr"]
    assert (own.met is not None) is expected
    assert own.owed.rule == (GIVEN if right == "approved" else "")
    if right == "approved" and not expected:
        assert own.detail == (REJECTED if decisions[-1] == "rejected" else WAITING)
    assert not met(made)["consultation:2019-2020:East:council:bfr"], "it was about another unit"


def test_what_was_discussed_counts_from_the_first_time() -> None:
    own = owed("discussed", heard(on=LATE), heard(on=DECEMBER))["consultation:2019-2020:North:council:bfr"]
    assert own.met is not None
    assert own.met.on == DECEMBER


def test_a_council_of_the_institution_is_asked_once_and_answers_in_the_register() -> None:
    key = "consultation:2019-2020:all:council:bfr"
    assert met(owed("discussed", council="council")) == {key: False}
    assert met(owed("discussed", heard(unit="", delivery=""), council="council")) == {key: True}


def test_a_consultation_may_have_a_deadline_of_its_own_and_years_in_which_it_holds() -> None:
    own = owed("discussed", deadline={"month_day": "06-01", "years": 1})
    assert {claim.owed.due for claim in own.values()} == {date(2021, 6, 1)}
    assert owed("discussed", valid_from=2021) == {}
