"""What the evidence of a figure is called: numbers, days, cells, waivers and parts, in both languages."""

from __future__ import annotations

from decimal import Decimal

import pytest

from kwaliteitsmonitor.methods.figures.arithmetic import FUNCTIONS as KNOWN
from kwaliteitsmonitor.releases.explain import evidence
from kwaliteitsmonitor.releases.explain.evidence_reader import TABLES
from kwaliteitsmonitor.releases.explain.explanation import Node
from kwaliteitsmonitor.releases.explain.labels import FUNCTIONS, KINDS
from kwaliteitsmonitor.releases.explain.numbers import amount, number, of_field
from kwaliteitsmonitor.releases.explain.tree import HALF_A_DIGIT, adds_up
from schemas.tables import CATALOGUE
from schemas.words import Words


@pytest.mark.parametrize(
    ("shown", "expected"),
    [
        (number(Decimal("-1234.5678901"), "nl"), "−1.234,56789"),
        (number(0.1, "en", 2), "0.10"),
        (amount(Decimal("7"), "nl", "EUR"), "7,00"),
        (of_field(CATALOGUE["spending_overview"]["budget"], Decimal("7710600")).en, "€ 7,710,600.00"),
        (of_field(CATALOGUE["spending_overview"]["difference_pct"], 0.0367).nl, "3,67%"),
    ],
)
def test_a_number_is_whole_and_in_the_notation_of_its_language(shown: str, expected: str) -> None:
    assert shown == expected


@pytest.mark.parametrize(
    ("called", "expected"),
    [
        (evidence.day("2021-03-01T10:00", "nl"), "01-03-2021"),
        (evidence.day(None, "nl"), "–"),
        (evidence.day("begin maart", "nl"), "begin maart"),
        (evidence.status("final", "nl"), "definitief"),
        (evidence.status("of another hand", "nl"), "of another hand"),
        (evidence.waived({"feed": "bfr", "unit": "HA", "rule": "bfr.key"}, "en"), "bfr, HA, `bfr.key`"),
        (evidence.waived({"feed": "bfr", "feed_nl": "financiën", "period": "2020"}, "nl"), "financiën, 2020"),
    ],
)
def test_what_is_evidence_is_called_as_people_call_it(called: str, expected: str) -> None:
    assert called == expected


def test_every_kind_of_figure_and_every_function_of_a_rule_has_a_name() -> None:
    assert set(KINDS) == set(TABLES)
    assert set(FUNCTIONS) >= set(KNOWN)


def nodes(*amounts: Decimal | None) -> list[Node]:
    return [Node("cell", Words("", ""), amount) for amount in amounts]


def test_nodes_add_up_but_for_the_rounding_of_each_and_not_where_one_is_not_told() -> None:
    one, two, three = Decimal(1), Decimal(2), Decimal(3)
    assert adds_up(three, nodes(one + HALF_A_DIGIT, two)) is True
    assert adds_up(three, nodes(one + 4 * HALF_A_DIGIT, two)) is False
    assert adds_up(three, nodes(one, None)) is None
    assert adds_up(three, []) is None
