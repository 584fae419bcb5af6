"""Figures that are delivered as such: how those of units make that of the whole, and what does not fit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assets.indicators.delivered import Given, Made, Whole, combined, squares
from assets.indicators.delivered_findings import findings
from assets.indicators.figures import Figures, figures
from kwaliteitsmonitor.methods.disclosure.applying import figures as shown
from kwaliteitsmonitor.methods.disclosure.evaluations import Withheld
from kwaliteitsmonitor.methods.figures.formulas import rules
from kwaliteitsmonitor.methods.statistics.moments import Moments
from kwaliteitsmonitor.releases.diff.attribution import rule_for
from schemas.consequences import Costs
from schemas.profile import Indicator, Profile
from schemas.profile.units import Unit
from tests.made_up import UNITS, indicator, profile, table

FILES = {"north": "kerncijfers.xlsx"}


def definition(combine: str = "sum", *, n_is: str = "delivered", units: Sequence[str] = (), **more: Any) -> Indicator:
    usual = {"delivered": {"combine": combine, "n_is": n_is, "units": list(units)}, "by_unit": True, "decimals": 1}
    return indicator("energy", "delivered", more.pop("style", "number"), **(usual | more))


def university(combine: str = "sum", **more: Any) -> Profile:
    """One whose only indicator is delivered and combined so."""
    return profile(indicators=[definition(combine, **more)])


def row(unit: str | None, value: str | None = None, number: int = 2, **more: Any) -> dict[str, Any]:
    exact = {name: Decimal(more.pop(name)) for name in ("numerator", "denominator", "spread") if name in more}
    about = {"reporting_year": 2020, "unit": unit, "indicator": "energy", "_delivery": "north", "_row": number}
    return about | {"value": None if value is None else Decimal(value)} | exact | more


def of_units(*values: str, **more: Any) -> list[dict[str, Any]]:
    return [row(unit, value, **more) for unit, value in zip(UNITS, values, strict=False)]


def made(who: Profile, rows: Sequence[dict[str, Any]], missing: Any = None, **more: Any) -> Figures:
    facts = {"fact_figures": table("fact_figures", rows)}
    empty = {name: table(name, []) for name in ("fact_answers", "fact_population")}
    return figures(who, who.cycle("2021-03"), facts | empty, missing or {}, **more)


def of(found: Figures, unit: str | None = None) -> dict[str, Any]:
    return next(r for r in found.rows if r["unit"] == unit and r["reporting_year"] == 2020)


def test_sums_of_units_add_up_to_the_institution() -> None:
    found = made(university(), of_units("1.5", "2", "3", "4"))
    assert (of(found)["value"], of(found)["printed_nl"], of(found)["note_nl"]) == (10.5, "10,5", None)
    assert [of(found, unit)["value"] for unit in UNITS] == [1.5, 2.0, 3.0, 4.0]


def test_means_combine_through_their_n_and_never_as_a_mean_of_means() -> None:
    who = university("weighted_by_n", units=["North", "East"])
    found = made(who, [row("North", "8", n=300), row("East", "6", n=100)])
    assert (of(found)["value"], of(found)["n"]) == (7.5, 400)
    without = made(who, [row("North", "8", n=300), row("East", "6")])
    assert of(without)["status"] == "not_available"
    assert "gemiddelde van gemiddelden" in of(without)["note_nl"]
    assert of(without, "East")["value"] == 6.0
    assert "niet bekend" in of(without, "East")["note_nl"]


def test_standard_deviations_pool_to_that_over_all_respondents() -> None:
    marks = {"North": [7, 8, 9, 6], "East": [3, 9, 5]}
    of_unit = {unit: Moments.of(map(Fraction, values)) for unit, values in marks.items()}
    spread = {"spread_kind": "sd_respondents", "style": "mean_and_spread"}
    who = university("weighted_by_n", units=["North", "East"], **spread)
    rows = [
        row(unit, str(round(float(m.mean), 6)), n=m.n, spread=str(round(m.deviation or 0, 6)))
        for unit, m in of_unit.items()
    ]
    whole = Moments.of(Fraction(v) for values in marks.values() for v in values)
    found = of(made(who, rows))
    assert found["spread"] == pytest.approx(float(whole.deviation or 0), abs=1e-5)
    assert found["spread_kind"] == "sd_respondents"


def test_ratios_combine_through_numerator_and_denominator() -> None:
    who = university("ratio", n_is="denominator", units=["North", "East"], style="percentage")
    found = made(who, [row("North", numerator="10", denominator="100"), row("East", numerator="90", denominator="100")])
    assert (of(found)["value"], of(found)["numerator"], of(found)["denominator"]) == (0.5, 100.0, 200.0)
    assert of(found)["n"] == 200
    assert {p["field"] for p in found.places if p["part"] == "cases"} == {"denominator"}
    lacking = made(who, [row("North", numerator="10", denominator="100"), row("East", "0.9")])
    assert of(lacking)["status"] == "not_available"
    assert of(lacking, "East")["value"] == 0.9


def test_what_does_not_combine_is_only_what_was_delivered_for_the_institution() -> None:
    who = university("none")
    rows = [row("North", "1", n=50), row("East", "3", n=50)]
    assert of(made(who, rows))["status"] == "not_available"
    assert of(made(who, [*rows, row(None, "2.2", n=100)]))["value"] == 2.2


def test_a_figure_without_n_is_shown_and_says_so() -> None:
    who = university("none")
    found = of(made(who, [row(None, "2.2")]))
    assert (found["status"], found["n"]) == ("ok", None)
    assert "het aantal waarop dit cijfer berust is niet bekend" in found["note_nl"]
    of_nobody = of(made(university("none", n_is="none"), [row(None, "2.2", n=3)]))
    assert (of_nobody["n"], of_nobody["note_nl"]) == (None, None)


def test_a_missing_unit_makes_the_whole_not_available_unless_it_is_waived_or_the_whole_was_delivered() -> None:
    who = university()
    rows = [row(unit, "2") for unit in UNITS[:-1]]
    found = of(made(who, rows))
    assert found["status"] == "not_available"
    assert "West" in found["note_nl"]
    assert of(made(who, rows), "West")["status"] == "not_available"
    assert of(made(who, rows, excused={2020: {"West"}}))["value"] == 6.0
    whole = of(made(who, [*rows, row(None, "9")]))
    assert whole["value"] == 9.0
    assert "als cijfer van het geheel geleverd" in whole["note_nl"]


def test_what_is_missing_is_said_in_the_words_of_the_delivery() -> None:
    missing = {("delivered_figures", 2020): ["niet geleverd: kerncijfers 2020 / not delivered: key figures 2020"]}
    assert "niet geleverd: kerncijfers 2020" in of(made(university(), [], missing))["note_nl"]


def test_a_figure_of_the_whole_stands_if_no_unit_delivers() -> None:
    found = made(university(), [row(None, "12")])
    assert [(r["unit"], r["value"]) for r in found.rows if r["reporting_year"] == 2020] == [(None, 12.0)]


def test_a_unit_that_delivers_nothing_is_made_of_its_parts() -> None:
    units = [Unit(id="F", nl="F", en="F"), *(Unit(id=i, nl=i, en=i, parent="F") for i in ("F1", "F2"))]
    who = replace(university(units=["F1", "F2"]), units=tuple(units))
    found = made(who, [row("F1", "2"), row("F2", "5")])
    assert (of(found, "F")["value"], of(found)["value"]) == (7.0, 7.0)
    both = made(replace(who, indicators=(definition(units=["F"]),)), [row("F", "7")])
    assert of(both)["value"] == 7.0


def test_every_level_is_a_figure_of_its_own() -> None:
    who = university("none", split_level=True)
    found = made(who, [row(None, "1", level="Ba"), row(None, "2", level="Ma"), row(None, "3")])
    assert {r["level"]: r["value"] for r in found.rows if r["reporting_year"] == 2020} == {"Ba": 1.0, "Ma": 2.0}


@given(st.lists(st.tuples(st.integers(1, 500), st.decimals(1, 10, places=2), st.decimals(0, 3, places=2)), min_size=1))
def test_what_is_combined_in_two_steps_is_what_is_combined_at_once(
    figures_of_units: list[tuple[int, Decimal, Decimal]],
) -> None:
    one = definition("weighted_by_n", spread_kind="sd_respondents")
    units = [Given(f"U{i}", v, n, s, None, None, "d", i) for i, (n, v, s) in enumerate(figures_of_units)]
    whole = combined(one, units)
    assert isinstance(whole, Made)
    assert whole.n == sum(n for n, _, _ in figures_of_units)
    assert min(v for _, v, _ in figures_of_units) <= whole.value + Decimal("1e-20")
    assert whole.value <= max(v for _, v, _ in figures_of_units) + Decimal("1e-20")
    if whole.spread is not None and whole.n > 1:
        again = squares(Given(None, whole.value, whole.n, whole.spread, None, None, "d", 0))
        separate = sum((squares(g) or Decimal(0) for g in units), Decimal(0))
        assert abs((again or Decimal(0)) - separate) < Decimal("1e-12") * max(separate, Decimal(1))


def test_the_evidence_of_a_figure_gives_the_figure() -> None:
    who = university("weighted_by_n", spread_kind="sd_respondents", units=["North", "East"])
    rows = [row("North", "8", 2, n=300, spread="1.5"), row("East", "6", 3, n=100, spread="1", _delivery="east")]
    found = made(who, rows)
    whole = of(found)
    parts: dict[str, Decimal] = {}
    for e in found.evidence:
        if e.figure_id == whole["figure_id"]:
            parts[e.part] = parts.get(e.part, Decimal(0)) + e.contribution
    assert parts["weighted"] / parts["weight"] == Decimal("7.5")
    assert parts["cases"] == 400
    of_rules = {r["number"]: r["rule"] for r in rules(who) if r["kind"] == "indicator:energy:1"}
    assert of_rules["value"] == "weighted / weight"
    assert of_rules["spread"] == "deviation(cases, weighted, squared)"
    assert {(p["unit"], p["field"]) for p in found.places if p["figure_id"] == whole["figure_id"]} == {
        (unit, field) for unit in ("North", "East") for field in ("value", "n", "spread")
    }


def misfits(who: Profile, rows: Sequence[dict[str, Any]], hidden: bool = False) -> dict[str, Any]:
    """What the rules about delivered figures found, by their names."""
    public = set() if hidden else {(2020, one.id, None) for one in who.indicators}
    found = findings(who, (2019, 2020), table("fact_figures", rows).to_pylist(), FILES, public)
    return {r.rule.removeprefix("delivered_figures."): r for r in found if r.outcome == "failed" or r.detail}


def test_a_figure_off_its_scale_costs_that_figure_and_no_other() -> None:
    who = university("none", minimum=1, maximum=5, spread_kind="sd_respondents")
    rows = [row(None, "334", n=100, spread="1.1"), row("North", "3.9", 3, n=40, spread="1.1")]
    possible = misfits(who, rows)["possible"]
    assert (possible.costs, possible.blocks, possible.failed) == (Costs.FIGURES, False, 1)
    assert possible.places == "kerncijfers.xlsx row 2, value"
    found = of(made(who, rows))
    assert (found["status"], found["value"]) == ("not_available", None)
    assert "334" not in found["note_nl"]
    assert of(made(who, rows), "North")["value"] == 3.9
    spread = [row(None, "3.9", n=100, spread="5")]
    assert misfits(who, spread)["possible"].costs is Costs.FIGURES
    assert of(made(who, spread))["status"] == "not_available"
    adding = university(units=["North"], maximum=5)
    assert "total" not in misfits(adding, [row("North", "334"), row(None, "4")])


def test_a_delivered_total_that_differs_is_told_apart_by_rounding() -> None:
    who = university(units=["North", "East"])
    units = [row("North", "10.24"), row("East", "20.31")]
    wrong = misfits(who, [*units, row(None, "40", 9)])["total"]
    assert (str(wrong.severity), wrong.blocks, wrong.places) == ("warning", False, "kerncijfers.xlsx row 9, value")
    assert "geleverd 40, berekend 30,55: niet door afronding te verklaren" in wrong.detail
    rounded = misfits(who, [*units, row(None, "30.6")])["total"]
    assert (str(rounded.severity), rounded.outcome) == ("info", "passed")
    assert "explained by rounding" in rounded.detail
    assert "total" not in misfits(who, [*units, row(None, "30.55")])


def test_no_number_of_a_suppressed_figure_stands_in_a_finding() -> None:
    who = university(units=["North", "East"])
    wrong = misfits(who, [row("North", "10.24"), row("East", "20.31"), row(None, "40")], hidden=True)["total"]
    assert "×" in wrong.detail
    assert "40" not in wrong.detail


def test_other_misfits_are_found_by_their_place() -> None:
    who = university("ratio")
    assert misfits(who, [row("North", "0.5", numerator="1", denominator="4")])["ratio"].failed == 1
    assert misfits(who, [row("North")])["filled"].failed == 1
    assert misfits(who, [row("North", "1", level="Ba")])["used"].failed == 1
    twice = [row("North", "1", 2), row("North", "2", 3), row("East", "4", 4)]
    once = misfits(who, twice)["once"]
    assert (once.costs, once.blocks, once.failed) == (Costs.FIGURES, False, 2)
    north = of(made(who, twice), "North")
    assert (north["status"], north["value"]) == ("not_available", None)
    assert "meer dan een keer geleverd, met andere getallen" in north["note_nl"]
    assert of(made(who, twice), "East")["value"] == 4.0
    assert "once" not in misfits(who, [row("North", "1", 2), row("North", "1", 3)])


def test_a_figure_that_two_files_give_otherwise_costs_it_and_its_whole_and_the_same_twice_nothing() -> None:
    who = university(units=["North", "East"])
    rows = [row("North", "1", 2), row("East", "3", 2)]
    other = [*rows, row("North", "2", 7, _delivery="other")]
    found = made(who, other)
    assert (of(found)["status"], of(found, "East")["value"]) == ("not_available", 3.0)
    assert "North" in of(found)["note_nl"]
    assert "total" not in misfits(who, [*other, row(None, "5", 9)])
    same = [*rows, row("North", "1", 7, _delivery="other"), row("East", None, 8)]
    assert of(made(who, same))["value"] == 4.0
    assert "once" not in misfits(who, same)


def published(who: Profile, found: Figures) -> dict[str | None, str]:
    rows = shown(found.rows, who.indicators, Withheld(), who.institution.disclosure.threshold)
    return {r["unit"]: r["status"] for r in rows if r["reporting_year"] == 2020}


def test_a_figure_about_few_people_is_suppressed_with_its_complement() -> None:
    who = university("weighted_by_n")
    rows = [row(unit, "7", n=n) for unit, n in zip(UNITS, (3, 40, 9, 50), strict=True)]
    found = published(who, made(who, rows))
    assert {unit for unit, status in found.items() if status == "suppressed"} == {"North", "South"}
    assert len(found) == 5


def test_a_figure_that_says_the_same_of_everybody_is_suppressed() -> None:
    who = university("weighted_by_n", minimum=1, maximum=10)
    found = made(who, of_units("10", "7", "6", "8", n=40))
    assert published(who, found)["North"] == "suppressed"
    assert list(published(who, found).values()).count("suppressed") == 2
    assert not [p for p in found.places if p["figure_id"].endswith(":energy:all:all")]
    amount = university("sum", minimum=0)
    assert published(amount, made(amount, of_units(*"0000", n=40)))["North"] == "ok"


def test_no_cell_is_told_of_a_whole_of_which_a_part_is_about_few() -> None:
    who = university("weighted_by_n", units=["North", "East"])
    found = made(who, [row("North", "8", n=3), row("East", "6", n=100, _delivery="east")])
    assert not [p for p in found.places if p["figure_id"].endswith(":energy:all:all")]


def test_the_whole_knows_who_is_below_whom() -> None:
    units = [Unit(id="F", nl="F", en="F"), Unit(id="F1", nl="F1", en="F1", parent="F"), Unit(id="G", nl="G", en="G")]
    whole = Whole(definition(), units, ("F1", "G"), {"F1": Given("F1", Decimal(1), None, None, None, None, "d", 2)})
    assert whole.shown() == ["F", "F1", "G"]


@pytest.mark.parametrize("combine", ["sum", "weighted_by_n", "ratio", "none"])
def test_a_change_of_a_delivered_figure_is_taken_apart_by_its_own_parts(combine: str) -> None:
    who = university(combine, units=["North"])
    found = made(who, [row("North", "8", n=300, numerator="80", denominator="10"), row(None, "8", n=300)])
    parts = {e.part for e in found.evidence if e.figure_id == of(found)["figure_id"]}
    way = rule_for("indicator_values", "value", parts)
    assert way is not None
    sums = {e.part: Fraction(e.contribution) for e in found.evidence if e.figure_id == of(found)["figure_id"]}
    assert way[1](sums) == 8


@pytest.mark.parametrize("combine", ["sum", "weighted_by_n", "ratio"])
def test_a_whole_goes_without_a_unit_of_which_a_row_was_set_aside_and_says_so(combine: str) -> None:
    who = university(combine)
    rows = [row(u, "0.5", n=100, numerator="50", denominator="100") for u in UNITS if u != "East"]
    lost = {("delivered_figures", 2020): {"East"}}
    found = of(made(who, rows, lacking=lost))
    assert (found["status"], found["without"], found["value"]) == ("ok", "East", 1.5 if combine == "sum" else 0.5)
    assert (found["note_nl"], found["note_en"]) == ("zonder East", "without East")
    nobodys = of(made(who, rows, lacking={("delivered_figures", 2020): {"?"}}))
    assert (nobodys["status"], nobodys["without"]) == ("ok", "East"), "it may be the row that nobody can be told of"
    assert of(made(who, rows))["status"] == "not_available", "that nothing was delivered is no row that was set aside"
    others = of(made(who, rows[:-1], lacking=lost))
    assert others["status"] == "not_available", "another unit lacks as well, and nothing says why"


def test_a_unit_of_which_a_row_was_set_aside_changes_no_figure_that_is_not_made_of_units() -> None:
    lost = {("delivered_figures", 2020): {"East"}}
    rows = [row(unit, "2") for unit in UNITS if unit != "East"]
    whole = of(made(university(), [row(None, "9"), *rows], lacking=lost))
    assert (whole["value"], whole["without"]) == (9, None), "it was delivered as a whole"
    assert of(made(university("none"), rows, lacking=lost))["status"] == "not_available"
