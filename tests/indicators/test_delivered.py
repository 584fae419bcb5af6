"""Figures that are delivered as such: how those of units make that of the whole, and what does not fit."""

from __future__ import annotations

from collections import Counter
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
from assets.indicators.figures import Absent, Figures, figures
from kwaliteitsmonitor.methods.disclosure.applying import figures as shown
from kwaliteitsmonitor.methods.disclosure.evaluations import Withheld
from kwaliteitsmonitor.methods.figures.arithmetic import in_fractions
from kwaliteitsmonitor.methods.figures.formulas import rules
from kwaliteitsmonitor.methods.figures.wording import notes
from kwaliteitsmonitor.methods.statistics.moments import Moments
from kwaliteitsmonitor.releases.diff.attribution import formula_of
from schemas.consequences import Costs
from schemas.figures import BY_DEFINITION
from schemas.profile import Indicator, Profile
from schemas.profile.units import Unit
from schemas.words import Words
from tests.made_up import UNITS, indicator, profile, table, told

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
    return figures(who, who.cycle("2021-03"), facts | empty, Absent(missing or {}, **more))


def of(found: Figures, unit: str | None = None) -> dict[str, Any]:
    row = next(r for r in found.rows if r["unit"] == unit and r["reporting_year"] == 2020)
    return row | notes(row["remarks"])


def ratio(unit: str, numerator: str, denominator: str = "100") -> dict[str, Any]:
    return row(unit, numerator=numerator, denominator=denominator)


TWO = ["North", "East"]
MEANS = [row("North", "8", n=300), row("East", "6", n=100)]


@pytest.mark.parametrize(
    ("combine", "rows", "value", "n", "note"),
    [
        ("sum", [row("North", "1.5"), row("East", "2")], 3.5, None, ""),
        ("sum", [row("North", "2")], None, None, "East"),
        ("sum", [row("North", "2"), row(None, "9")], 9.0, None, "als cijfer van het geheel geleverd"),
        ("sum", [row(None, "12")], 12.0, None, ""),
        ("weighted_by_n", MEANS, 7.5, 400, ""),
        ("weighted_by_n", [MEANS[0], row("East", "6")], None, None, "gemiddelde van gemiddelden"),
        ("ratio", [ratio("North", "10"), ratio("East", "90")], 0.5, 200, ""),
        ("ratio", [ratio("North", "10"), row("East", "0.9")], None, None, ""),
        ("none", MEANS, None, None, ""),
        ("none", [*MEANS, row(None, "2.2", n=100)], 2.2, 100, ""),
        ("none", [row(None, "2.2")], 2.2, None, "het aantal waarop dit cijfer berust is niet bekend"),
    ],
)
def test_a_whole_is_what_its_units_make_or_what_was_delivered_for_it(
    combine: str, rows: list[dict[str, Any]], value: float | None, n: int | None, note: str
) -> None:
    who = university(combine, n_is="denominator" if combine == "ratio" else "delivered", units=TWO)
    result = made(who, rows)
    whole = of(result)
    assert (whole["value"], whole["n"], whole["status"]) == (value, n, "not_available" if value is None else "ok")
    assert note in (whole["note_nl"] or "")
    for one in rows:
        if one["value"] is not None and one["unit"]:
            assert of(result, one["unit"])["value"] == float(one["value"])
    if combine == "ratio" and value:
        assert (whole["numerator"], whole["denominator"]) == (100.0, 200.0)
        assert {c.field for c in result.contributions if c.part == "cases"} == {"denominator"}


def test_what_is_missing_or_not_known_is_said() -> None:
    assert of(made(university(), of_units("1", "2", "3")), "West")["status"] == "not_available"
    assert of(made(university(), of_units("1", "2", "3"), excused={2020: {"West"}}))["value"] == 6.0
    missing = {
        ("delivered_figures", 2020): [Words("niet geleverd: kerncijfers 2020", "not delivered: key figures 2020")]
    }
    assert "niet geleverd: kerncijfers 2020" in of(made(university(), [], missing))["note_nl"]
    assert "niet bekend" in of(made(university("weighted_by_n"), [row("East", "6")]), "East")["note_nl"]
    of_nobody = of(made(university("none", n_is="none"), [row(None, "2.2", n=3)]))
    assert (of_nobody["n"], of_nobody["note_nl"]) == (None, None)


def test_standard_deviations_pool_to_that_over_all_respondents() -> None:
    marks = {"North": [7, 8, 9, 6], "East": [3, 9, 5]}
    moments = {unit: Moments.of(map(Fraction, values)) for unit, values in marks.items()}
    who = university("weighted_by_n", units=TWO, spread_kind="sd_respondents", style="mean_and_spread")
    rows = [
        row(unit, str(round(float(m.mean), 6)), n=m.n, spread=str(round(m.deviation or 0, 6)))
        for unit, m in moments.items()
    ]
    whole = Moments.of(Fraction(v) for values in marks.values() for v in values)
    result = of(made(who, rows))
    assert result["spread"] == pytest.approx(float(whole.deviation or 0), abs=1e-5)
    assert result["spread_kind"] == "sd_respondents"


def test_a_unit_that_delivers_nothing_is_made_of_its_parts() -> None:
    units = [Unit(id="F", nl="F", en="F"), *(Unit(id=i, nl=i, en=i, parent="F") for i in ("F1", "F2"))]
    who = replace(university(units=["F1", "F2"]), units=tuple(units))
    result = made(who, [row("F1", "2"), row("F2", "5")])
    assert (of(result, "F")["value"], of(result)["value"]) == (7.0, 7.0)
    own = made(replace(who, indicators=(definition(units=["F"]),)), [row("F", "7")])
    assert of(own)["value"] == 7.0
    below = Whole(definition(), units, ("F1",), {"F1": Given("F1", Decimal(1), None, None, None, None, "d", 2)})
    assert below.shown() == ["F", "F1"]


def test_every_level_is_a_figure_of_its_own() -> None:
    who = university("none", split_level=True)
    result = made(who, [row(None, "1", level="Ba"), row(None, "2", level="Ma"), row(None, "3")])
    assert {r["level"]: r["value"] for r in result.rows if r["reporting_year"] == 2020} == {"Ba": 1.0, "Ma": 2.0}


@given(st.lists(st.tuples(st.integers(1, 500), st.decimals(1, 10, places=2), st.decimals(0, 3, places=2)), min_size=1))
def test_what_is_combined_in_two_steps_is_what_is_combined_at_once(
    parts: list[tuple[int, Decimal, Decimal]],
) -> None:
    one = definition("weighted_by_n", spread_kind="sd_respondents")
    units = [Given(f"U{i}", v, n, s, None, None, "d", i) for i, (n, v, s) in enumerate(parts)]
    whole = combined(one, units)
    assert isinstance(whole, Made)
    assert whole.n == sum(n for n, _, _ in parts)
    values = [v for _, v, _ in parts]
    assert min(values) - Decimal("1e-20") <= whole.value <= max(values) + Decimal("1e-20")
    if whole.spread is not None and whole.n > 1:
        again = squares(Given(None, whole.value, whole.n, whole.spread, None, None, "d", 0))
        separate = sum((squares(g) or Decimal(0) for g in units), Decimal(0))
        assert abs((again or Decimal(0)) - separate) < Decimal("1e-12") * max(separate, Decimal(1))


def test_the_evidence_of_a_figure_gives_the_figure() -> None:
    who = university("weighted_by_n", spread_kind="sd_respondents", units=TWO)
    rows = [row("North", "8", 2, n=300, spread="1.5"), row("East", "6", 3, n=100, spread="1", _delivery="east")]
    result = made(who, rows)
    identity = of(result)["figure_id"]
    parts: Counter[str] = Counter()
    for e in result.contributions:
        parts[e.part] += e.contribution if e.figure_id == identity else 0
    assert (parts["weighted"] / parts["weight"], parts["cases"]) == (Decimal("7.5"), 400)
    of_rules = {r["number"]: r["rule"] for r in rules(who) if r["kind"] == "indicator:energy:1"}
    assert of_rules["value"] == "weighted / weight"
    assert of_rules["spread"] == "deviation(cases, weighted, squared)"
    placed = [(c.place.row, c.field) for c in result.contributions if c.figure_id == identity and c.place is not None]
    assert set(placed) == {(at, field) for at in (2, 3) for field in ("value", "n", "spread")}


def misfits(who: Profile, rows: Sequence[dict[str, Any]], hidden: bool = False) -> dict[str, Any]:
    """What the rules about delivered figures say, by their names."""
    public = set() if hidden else {(2020, one.id, None) for one in who.indicators}
    results = findings(who, (2019, 2020), table("fact_figures", rows).to_pylist(), FILES, public)
    return {r.rule.removeprefix("delivered_figures."): r for r in results if r.outcome == "failed" or told(r)}


@pytest.mark.parametrize(("value", "spread"), [("334", "1.1"), ("3.9", "5")])
def test_a_figure_off_its_scale_costs_that_figure_and_no_other(value: str, spread: str) -> None:
    who = university("none", minimum=1, maximum=5, spread_kind="sd_respondents")
    rows = [row(None, value, n=100, spread=spread), row("North", "3.9", 3, n=40, spread="1.1")]
    possible = misfits(who, rows)["possible"]
    assert (possible.costs, possible.blocks, possible.failed) == (Costs.FIGURES, False, 1)
    assert possible.places.startswith("kerncijfers.xlsx row 2, ")
    result = made(who, rows)
    assert (of(result)["status"], of(result)["value"]) == ("not_available", None)
    assert value not in of(result)["note_nl"]
    assert of(result, "North")["value"] == 3.9


def test_a_delivered_total_that_differs_is_told_apart_by_rounding() -> None:
    who = university(units=TWO)
    units = [row("North", "10.24"), row("East", "20.31")]
    wrong = misfits(who, [*units, row(None, "40", 9)])["total"]
    assert (str(wrong.severity), wrong.blocks, wrong.places) == ("warning", False, "kerncijfers.xlsx row 9, value")
    assert "geleverd 40, berekend 30,55: niet door afronding te verklaren" in told(wrong)
    rounded = misfits(who, [*units, row(None, "30.6")])["total"]
    assert (str(rounded.severity), rounded.outcome) == ("info", "passed")
    assert "explained by rounding" in told(rounded)
    assert "total" not in misfits(who, [*units, row(None, "30.55")])
    assert "total" not in misfits(university(units=["North"], maximum=5), [row("North", "334"), row(None, "4")])
    hidden = misfits(who, [*units, row(None, "40")], hidden=True)["total"]
    assert "×" in told(hidden)
    assert "40" not in told(hidden)


def test_other_misfits_are_found_by_their_place() -> None:
    who = university("ratio")
    assert misfits(who, [row("North", "0.5", numerator="1", denominator="4")])["ratio"].failed == 1
    assert misfits(who, [row("North")])["filled"].failed == 1
    assert misfits(who, [row("North", "1", level="Ba")])["used"].failed == 1


@pytest.mark.parametrize("delivery", ["north", "other"])
def test_a_figure_that_is_given_otherwise_twice_costs_it_and_its_whole_and_the_same_twice_nothing(
    delivery: str,
) -> None:
    who = university(units=TWO)
    rows = [row("North", "1", 2), row("East", "3", 4)]
    other = [*rows, row("North", "2", 7, _delivery=delivery)]
    result, once = made(who, other), misfits(who, other)["once"]
    assert (once.costs, once.blocks) == (Costs.FIGURES, False)
    assert (of(result)["status"], of(result, "North")["value"], of(result, "East")["value"]) == (
        "not_available",
        None,
        3.0,
    )
    assert "North" in of(result)["note_nl"]
    assert "meer dan een keer geleverd, met andere getallen" in of(result, "North")["note_nl"]
    assert "total" not in misfits(who, [*other, row(None, "5", 9)])
    same = [*rows, row("North", "1", 7, _delivery=delivery), row("East", None, 8)]
    assert of(made(who, same))["value"] == 4.0
    assert "once" not in misfits(who, same)


def published(who: Profile, result: Figures) -> dict[str | None, str]:
    rows = shown(result.rows, who.indicators, Withheld(), who.institution.disclosure.threshold)
    return {r["unit"]: r["status"] for r in rows if r["reporting_year"] == 2020}


def test_a_figure_about_few_people_or_that_says_the_same_of_everybody_is_suppressed_with_its_complement() -> None:
    who = university("weighted_by_n", minimum=1, maximum=10)
    few = made(who, [row(unit, "7", n=n) for unit, n in zip(UNITS, (3, 40, 9, 50), strict=True)])
    assert [u for u, status in published(who, few).items() if status == "suppressed"] == ["North", "South"]
    same = made(who, of_units("10", "7", "6", "8", n=40))
    assert published(who, same)["North"] == "suppressed"
    assert list(published(who, same).values()).count("suppressed") == 2
    for result in (few, same):  # no cell is named of a whole of which a part is hidden
        assert not [c for c in result.contributions if c.figure_id.endswith(":energy:all:all") and c.place]
    amount = university("sum", minimum=0)
    assert published(amount, made(amount, of_units(*"0000", n=40)))["North"] == "ok"


@pytest.mark.parametrize("combine", ["sum", "weighted_by_n", "ratio", "none"])
def test_a_change_of_a_delivered_figure_is_taken_apart_by_its_own_parts(combine: str) -> None:
    who = university(combine, units=["North"])
    result = made(who, [row("North", "8", n=300, numerator="80", denominator="10"), row(None, "8", n=300)])
    sums = {e.part: Fraction(e.contribution) for e in result.contributions if e.figure_id == of(result)["figure_id"]}
    parts = {(part, "d"): size for part, size in sums.items()}
    formula = formula_of(BY_DEFINITION["value"], set(sums), (Decimal(8), Decimal(8)), (parts, parts))
    assert formula is not None
    assert in_fractions(formula, sums) == 8


@pytest.mark.parametrize("combine", ["sum", "weighted_by_n", "ratio"])
def test_a_whole_goes_without_a_unit_of_which_a_row_was_set_aside_and_says_so(combine: str) -> None:
    who = university(combine)
    rows = [row(u, "0.5", n=100, numerator="50", denominator="100") for u in UNITS if u != "East"]
    lost = {("delivered_figures", 2020): {"East"}}
    whole = of(made(who, rows, lacking=lost))
    assert (whole["status"], whole["without"], whole["value"]) == ("ok", "East", 1.5 if combine == "sum" else 0.5)
    assert (whole["note_nl"], whole["note_en"]) == ("zonder East", "without East")
    nobodys = of(made(who, rows, lacking={("delivered_figures", 2020): {"?"}}))
    assert (nobodys["status"], nobodys["without"]) == ("ok", "East"), "it may be the row that nobody can be told of"
    assert of(made(who, rows))["status"] == "not_available", "that nothing was delivered is no row that was set aside"
    assert of(made(who, rows[:-1], lacking=lost))["status"] == "not_available", "another unit lacks as well"
    own = of(made(who, [row(None, "9", n=9, numerator="9", denominator="1"), *rows], lacking=lost))
    assert (own["value"], own["without"]) == (9, None), "it was delivered as a whole"
    assert of(made(university("none"), rows, lacking=lost))["status"] == "not_available"
