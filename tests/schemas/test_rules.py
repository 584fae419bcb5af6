"""What each rule costs follows from what it touches, is declared once, and is told in `docs/rules.md`."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipelines.dictionary import rules_document
from schemas.consequences import COSTS, MEANING, Costs, Severity
from schemas.contract import Layer, Table
from schemas.rules import RULES, declared
from schemas.tables import CATALOGUE

DOCS = Path(__file__).resolve().parents[2] / "docs"
MANY_ALIKE = {"evaluations", "enrolments", "staff", "control_totals"}
"""Tables of which a row that is set aside costs itself alone."""


def test_the_page_that_is_written_down_is_that_of_the_code() -> None:
    assert (DOCS / "rules.md").read_text(encoding="utf-8") == rules_document(), "run: make dictionary"


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


@pytest.mark.parametrize("rule", RULES, ids=lambda r: r.id)
def test_every_rule_outside_the_contracts_is_on_the_page_once(rule: object) -> None:
    page = (DOCS / "rules.md").read_text(encoding="utf-8")
    assert page.count(f"\n| `{getattr(rule, 'id', '')}` |") == 1


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
def test_a_rule_that_was_judged_is_found_by_its_id(rule: str, of: str) -> None:
    found = declared(rule)
    assert found is not None
    assert found.id == of


def test_a_rule_that_nobody_declared_is_not_found() -> None:
    assert declared("bfr.theme.surprise") is None
