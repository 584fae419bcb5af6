"""What obligations are called in sentences."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from kwaliteitsmonitor.obligations.obligation import Entry, Kind, Obligation, State
from kwaliteitsmonitor.obligations.wording import (
    REJECTED,
    amount,
    called,
    each_once,
    in_one,
    lacking,
    quoted,
    sentence,
    without,
)
from schemas.words import Words
from tests.obligations.owing import who

OF = who()
REPORT = Obligation(Kind.DELIVERY, "North", "2019-2020", 2020, "report", Words("verslag", "report"))
_TUTORS = quoted(Words("Tutoren", "Tutors"), "voortgang van ", "progress of ")
PROGRESS = Obligation(Kind.PROGRESS, "North", "2019-2020", 2020, "report", _TUTORS)
LINE = Obligation(Kind.LINE, "North", "2020-1", 2020, "bfr", Words("rij", "line"), round=1)
FIGURE = Obligation(Kind.FIGURE, "", "", 2020, "figures", Words("cijfer", "figure"), due=date(2021, 2, 15))


@pytest.mark.parametrize(
    ("owed", "nl", "en"),
    [
        (REPORT, "verslag 2019-2020, North", "report 2019-2020, North"),
        (PROGRESS, "voortgang van ‘Tutoren’, 2019-2020, North", "progress of ‘Tutors’, 2019-2020, North"),
        (LINE, "rij ronde 1 van 2020, North", "line round 1 of 2020, North"),
        (FIGURE, "cijfer", "figure"),
    ],
)
def test_what_is_owed_is_called_with_its_period_and_by_whom(owed: Obligation, nl: str, en: str) -> None:
    assert called(OF, owed) == Words(nl, en)


@pytest.mark.parametrize(
    ("entry", "nl"),
    [
        (Entry(REPORT, State.OPEN), "niet geleverd: verslag 2019-2020, North"),
        (Entry(LINE, State.OPEN), "ontbreekt: rij ronde 1 van 2020, North"),
        (Entry(LINE, State.OPEN, detail=REJECTED), "afgewezen door de raad: rij ronde 1 van 2020, North"),
        (Entry(FIGURE, State.NOT_YET_DUE), "nog niet verschuldigd: cijfer, uiterlijk 15 februari 2021"),
    ],
)
def test_what_lacks_is_said_with_what_is_known_of_it(entry: Entry, nl: str) -> None:
    assert lacking(OF, entry).nl == nl


def test_what_is_waived_says_why_and_the_same_sentence_is_said_once() -> None:
    words = without(OF, Entry(REPORT, State.WAIVED, waived_because="gefuseerd"))
    assert words == Words(
        "zonder verslag 2019-2020, North (ontheffing: gefuseerd)", "without report 2019-2020, North (waived: gefuseerd)"
    )
    assert sentence(words).nl.startswith("Zonder verslag")
    assert sentence(words).en.endswith("gefuseerd).")
    assert each_once([words, words, REJECTED]) == [in_one(words), in_one(REJECTED)]


def test_an_amount_is_whole_in_a_sentence() -> None:
    assert amount(OF, Decimal("105131.50")).nl.replace("\u00a0", " ") == "€ 105.132"
