"""Rules: arithmetic over parts, and nothing else of a programming language."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal

import pytest

from kwaliteitsmonitor.methods.figures.arithmetic import Parts, filled_in, in_words, worked_out
from schemas.formula import names_in


def parts(own: Mapping[str, str | None], others: Mapping[str, Sequence[str | None]] | None = None) -> Parts:
    def number(value: str | None) -> Decimal | None:
        return None if value is None else Decimal(value)

    return Parts(
        lambda name: number(own.get(name)),
        lambda relation, name: [number(v) for v in (others or {}).get(f"{relation}.{name}", ())],
    )


MONEY = parts({"budget": "10.10", "realised": "9.05", "untold": None}, {"whole.budget": ["40.40"]})


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        ("realised - budget", "-1.05"),
        ("budget / whole.budget", "0.25"),
        ("(realised - budget) * 100", "-105.00"),
        ("budget - untold", None),
        ("budget - nothing", None),
        ("budget / (budget - budget)", None),
        ("budget - earlier.budget", None),
    ],
)
def test_a_rule_gives_an_exact_number_or_none_where_a_part_is_not_told(rule: str, expected: str | None) -> None:
    assert worked_out(rule, MONEY) == (None if expected is None else Decimal(expected))


ANSWERS = parts(
    {"n": "4", "sum": "12", "squares": "46", "alike": "36.0001", "square": "324"},
    {"units.mean": ["2", "4"], "shares.score": ["1", "2", "5"], "shares.answers": ["1", "1", "2"]},
)


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        ("deviation(n, sum, squares)", (Decimal(10) / 3).sqrt()),
        ("deviation(n, alike, square)", Decimal(0)),  # of values that are alike, whatever rounding does
        ("spread(units.mean)", Decimal(2).sqrt()),
        ("average(units.mean)", Decimal(3)),
        ("median(shares.score, shares.answers)", Decimal("3.5")),
    ],
)
def test_a_spread_a_mean_and_a_median_follow_from_sums_and_counts(rule: str, expected: Decimal) -> None:
    assert worked_out(rule, ANSWERS) == expected


def test_filled_in_a_rule_keeps_its_brackets_and_the_names_that_are_not_told() -> None:
    assert filled_in("(realised - budget) / budget", MONEY, str) == "(9.05 − 10.10) ÷ 10.10"
    assert filled_in("budget - (realised - untold)", MONEY, str) == "10.10 − (9.05 − untold)"
    assert filled_in("budget / whole.budget - realised / untold", MONEY, str) == "10.10 ÷ 40.40 − 9.05 ÷ untold"
    assert in_words("deviation(n, sum)", {"n": "aantal", "sum": "som", "deviation": "sd"}.__getitem__) == (
        "sd(aantal; som)"
    )


def test_the_names_in_a_rule_are_its_parts_and_not_its_functions() -> None:
    rule = "sum / n - before.sum / before.n - welch(n, sum, before.n)"
    assert names_in(rule) == ["sum", "n", "before.sum", "before.n"]


@pytest.mark.parametrize(
    "rule",
    ["__import__('os')", "budget ** 2", "open('x')", "[budget]", "deviation(budget).x", "'text'", "1.5"],
)
def test_what_is_no_arithmetic_is_refused(rule: str) -> None:
    with pytest.raises(ValueError, match=r"a rule (holds|asks|knows)"):
        worked_out(rule, MONEY)
