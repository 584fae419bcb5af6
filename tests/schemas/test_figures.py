"""Figures are declared once: what is not declared is refused, and what is computed is what is declared."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from kwaliteitsmonitor.methods.figures.numbers import exact_number, numbers
from schemas import figures
from schemas.contract import Layer
from schemas.figures import FIGURES, PUBLISHED, demand_declared, formulas, numbers_of, step_of, tables_of
from schemas.figures.indicators import BY_DEFINITION, INDICATORS
from schemas.figures.model import Published
from schemas.figures.money import MONEY
from schemas.figures.records import RECORDS
from schemas.flow import STEPS
from schemas.formula import names_in, terms
from schemas.tables import CATALOGUE


def test_every_published_table_is_declared_and_made_by_a_step_of_the_flow() -> None:
    published = {name for name, table in CATALOGUE.items() if table.layer is Layer.PUBLISHED}
    steps = {step.name for step in STEPS}
    assert {name for name, one in PUBLISHED.items() if one.step in steps} == published
    assert {table for step in steps for table in tables_of(step)} == published
    assert {step_of("bfr"), step_of("fact_spending"), step_of("units")} == {"staged", "facts", "comparison"}
    for step in STEPS:
        assert {step_of(table) for table in (*step.findings, *step.contributions)} <= {step.name}


@pytest.mark.parametrize(("name", "gone"), [(one.name, n) for one in PUBLISHED.values() for n in numbers_of(one)])
def test_without_the_declaration_of_a_number_nothing_loads(
    monkeypatch: pytest.MonkeyPatch, name: str, gone: str
) -> None:
    declared = PUBLISHED[name]
    if declared.kind == "indicator":
        monkeypatch.setattr(figures, "BY_DEFINITION", {n: f for n, f in figures.BY_DEFINITION.items() if n != gone})
        lacking: Published = declared
    else:
        lacking = replace(declared, numbers={n: f for n, f in declared.numbers.items() if n != gone})
    monkeypatch.setattr(figures, "_DECLARED", tuple(lacking if one is declared else one for one in PUBLISHED.values()))
    with pytest.raises(ValueError, match=rf"no formula derives {name}\.{gone}"):
        demand_declared()


def test_a_formula_names_no_part_that_is_not_declared(monkeypatch: pytest.MonkeyPatch) -> None:
    overview = PUBLISHED["spending_overview"]
    for formula in ("realised - spent", "budget / everything.budget", "budget / whole.spent"):
        wrong = replace(overview, numbers={**overview.numbers, "difference": formula})
        monkeypatch.setattr(figures, "_DECLARED", tuple(wrong if o is overview else o for o in PUBLISHED.values()))
        with pytest.raises(ValueError, match="is no part"):
            demand_declared()
    monkeypatch.setattr(figures, "_DECLARED", tuple(one for one in PUBLISHED.values() if one is not overview))
    with pytest.raises(ValueError, match="spending_overview is not declared"):
        demand_declared()


def test_a_kind_that_disclosure_control_could_not_weigh_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(figures, "VALUES_OF_TERMS", {**figures.VALUES_OF_TERMS, "margin": "numerator - denominator"})
    with pytest.raises(ValueError, match="an indicator of the kind margin is withheld"):
        demand_declared()
    monkeypatch.setattr(figures, "NUMBER_OF_TERMS", {**figures.NUMBER_OF_TERMS, "margin": "denominator"})
    demand_declared()


def test_numbers_are_exact_amounts_and_floats_and_unknown_where_a_part_is() -> None:
    parts = {"budget": Decimal("4.00"), "realised": Decimal("5.00"), "forecast": None, "carried_over": None}
    made = numbers("spending_overview", parts, {"whole": {"budget": Decimal("8.00"), "realised": Decimal(0)}})
    assert (made["difference"], made["difference_pct"], made["share_of_budget"]) == (Decimal("1.00"), 0.25, 0.5)
    assert [made[name] for name in ("forecast", "share_of_realised", "share_shift_pp", "left_over")] == [None] * 4
    assert isinstance(made["difference"], Decimal)
    assert exact_number("carry_over", "left_over", {**parts, "carried_over": Decimal("2.00")}) == Decimal("1.00")
    assert numbers("spending_overview", {**parts, "budget": Decimal(0)})["difference_pct"] is None


def test_only_a_sum_has_terms() -> None:
    assert terms("a - (b - c.d)") == [(1, "a"), (-1, "b"), (1, "c.d")]
    with pytest.raises(ValueError, match="only add"):
        terms("a / b")


def test_a_kind_of_figure_is_of_one_table_and_its_formulas_read_parts() -> None:
    assert len(FIGURES) == len({one.name for one in FIGURES.values()})
    assert {*FIGURES.values()} == {one for one in (*INDICATORS, *MONEY) if one.kind}
    assert not [one for one in RECORDS if one.kind or one.numbers]
    assert all(set(kinds) for kinds in BY_DEFINITION.values())
    for one in FIGURES.values():
        for name in numbers_of(one):
            assert all(names_in(formula) for formula in formulas(one, name))
