"""What each rule costs follows from what it touches, is declared once, and stands in `docs/rules.md`."""

from __future__ import annotations

import re

import pytest

from schemas.consequences import COSTS, MEANING, Costs, Severity
from schemas.contract import Layer, Table
from schemas.exports.rules import rules_page
from schemas.rules import RULES, declared
from schemas.tables import CATALOGUE, DELIVERED

PAGE = rules_page(CATALOGUE.values())
COSTS_OF = dict(re.findall(r"^\| `([^`]+)` \| .* \| ([^|]+) \|$", PAGE, re.MULTILINE))
MANY_ALIKE = {"evaluations", "enrolments", "staff", "control_totals"}
"""Tables of which a row that is set aside costs itself alone."""


@pytest.mark.parametrize("table", CATALOGUE.values(), ids=lambda t: t.name)
def test_what_a_contract_costs_follows_from_the_layer_that_it_touches(table: Table) -> None:
    of_delivered = Costs.ROW if table.name in MANY_ALIKE else Costs.FIGURES
    costs = of_delivered if table.layer is Layer.DELIVERED else Costs.RELEASE
    rules = list(table.constraints())
    assert {rule.costs for rule in rules} == {costs}
    if table in DELIVERED:
        assert {COSTS_OF[rule.id] for rule in rules} == {f"`{costs}`"}, "as the page says it"


def test_only_what_costs_the_release_is_critical() -> None:
    assert {costs for costs in Costs if costs.severity is Severity.CRITICAL} == {Costs.RELEASE}
    assert {costs for costs in Costs if costs.loses} == {Costs.ROW, Costs.FIGURES, Costs.DELIVERY}
    assert set(COSTS) == set(MEANING) == set(Costs)


def test_every_rule_outside_the_contracts_is_on_the_page_once_with_what_it_costs() -> None:
    assert {rule.id: PAGE.count(f"\n| `{rule.id}` |") for rule in RULES} == {rule.id: 1 for rule in RULES}
    assert all(f"`{costs}`" in COSTS_OF[rule.id] for rule in RULES for costs in rule.costs)


@pytest.mark.parametrize(
    ("rule", "of"),
    [
        ("bfr.delivered", "<feed>.delivered"),
        ("faculty_report.balance", "<feed>.balance"),
        ("deliveries.balance", "deliveries.balance"),
        ("bfr.columns", "<table>.columns"),
        ("bfr.unit.path", "<table>.<field>.path"),
        ("control_totals.delivered_total", "control_totals.delivered_total"),
        ("bfr.theme.surprise", None),
    ],
)
def test_a_rule_that_was_judged_has_its_declaration(rule: str, of: str | None) -> None:
    declaration = declared(rule)
    assert (declaration and declaration.id) == of
