"""What each rule costs follows from what it touches, is declared once, and stands in `docs/rules.md`."""

from __future__ import annotations

import pytest

from pipelines.dictionary import rules_document
from schemas.consequences import COSTS, MEANING, Costs, Severity
from schemas.contract import Layer, Table
from schemas.exports.rules import rules_page
from schemas.packages import ROOT
from schemas.rules import RULES, declared
from schemas.tables import CATALOGUE

PAGE = (ROOT / "docs" / "rules.md").read_text(encoding="utf-8")
MANY_ALIKE = {"evaluations", "enrolments", "staff", "control_totals"}
"""Tables of which a row that is set aside costs itself alone."""


def test_the_page_that_is_written_down_is_that_of_the_code() -> None:
    assert rules_document() == PAGE, "run: make dictionary"
    assert PAGE.startswith(rules_page(CATALOGUE.values()))


@pytest.mark.parametrize("table", CATALOGUE.values(), ids=lambda t: t.name)
def test_what_a_contract_costs_follows_from_the_layer_that_it_touches(table: Table) -> None:
    costs = {constraint.costs for constraint in table.constraints()}
    if table.layer is not Layer.DELIVERED:
        assert costs == {Costs.RELEASE}
    else:
        assert costs == {Costs.ROW if table.name in MANY_ALIKE else Costs.FIGURES}


def test_only_what_costs_the_release_is_critical() -> None:
    assert {costs for costs in Costs if costs.severity is Severity.CRITICAL} == {Costs.RELEASE}
    assert {costs for costs in Costs if costs.loses} == {Costs.ROW, Costs.FIGURES, Costs.DELIVERY}
    assert set(COSTS) == set(MEANING) == set(Costs)


def test_every_rule_outside_the_contracts_is_on_the_page_once() -> None:
    assert {rule.id: PAGE.count(f"\n| `{rule.id}` |") for rule in RULES} == {rule.id: 1 for rule in RULES}


@pytest.mark.parametrize(
    ("rule", "of"),
    [
        ("bfr.delivered", "<feed>.delivered"),
        ("faculty_report.balance", "<feed>.balance"),
        ("deliveries.balance", "deliveries.balance"),
        ("bfr.columns", "<table>.columns"),
        ("bfr.unit.path", "<table>.<field>.path"),
        ("control_totals.delivered_total", "control_totals.delivered_total"),
    ],
)
def test_a_rule_that_was_judged_has_its_declaration(rule: str, of: str) -> None:
    declaration = declared(rule)
    assert declaration is not None
    assert declaration.id == of


def test_a_rule_that_nobody_declared_has_no_declaration() -> None:
    assert declared("bfr.theme.surprise") is None
