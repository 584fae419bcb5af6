"""Every word of a row about spending: its keys, its numbers, its evidence and what is said of it."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal
from typing import Any

import pytest

from assets.spending.explanations import asked, explanations
from assets.spending.forecasts import NO_FORECAST, forecasts
from assets.spending.ledger import Ledger
from assets.spending.plan import consents, ordered, plan_versions, versions
from assets.spending.tables import spending_tables
from assets.validation.planned import plan_against_budget
from kwaliteitsmonitor.methods.checks.results import Outcome, RuleResult, about, theme_names
from kwaliteitsmonitor.methods.figures.evidence import Evidence
from kwaliteitsmonitor.methods.figures.left_out import EVERYONE
from kwaliteitsmonitor.methods.figures.money import SCALES, currency, shown, sign, unit
from schemas.consequences import Costs
from schemas.exports.arrow import arrow_schema
from schemas.profile.institution import Money
from schemas.profile.spending import ExplainFrom
from schemas.tables import CATALOGUE, staged
from schemas.words import Words
from tests.made_up import line, profile, table
from tests.spending.test_story import CONSENT, MEASURE, OTHER, SECOND, THEME, UNIT, planned

import pyarrow as pa  # isort: skip

WHO = profile()
RULE = ExplainFrom(eur=Decimal(100), fraction=Decimal("0.10"))


def euro(text: str) -> Decimal:
    return Decimal(text)


def ledger(rows: list[dict[str, Any]], cycle: str = "2021-03", **more: Any) -> Ledger:
    return Ledger.of(WHO, WHO.cycle(cycle), table("fact_spending", rows), more.pop("missing", {}), **more)


@pytest.mark.parametrize(("budget", "outcome"), [("500.00", "600.00"), ("5000.00", "5500.00")])
def test_a_departure_that_just_meets_one_threshold_is_not_beyond_it(budget: str, outcome: str) -> None:
    assert not RULE.departs(euro(budget), euro(outcome))
    assert RULE.departs(euro(budget), euro(outcome) + euro("0.01"))


def test_an_explanation_is_this_row() -> None:
    rows = [
        line(UNIT, THEME, MEASURE, "1000.00", "400.00") | {"explanation": "Later gestart"},
        line(UNIT, THEME, "groups", "200.00", "100.00") | {"explanation": "Werving"},
        line(UNIT, SECOND, "courses", "0.00", "500.00") | {"explanation": None},
    ]
    found = explanations(ledger(rows), RULE, rows)
    assert found == [
        {
            "reporting_year": 2020,
            "cycle": "2021-03",
            "round": 3,
            "unit": UNIT,
            "theme": THEME,
            "budget": euro("1200.00"),
            "basis": "realised",
            "outcome": euro("500.00"),
            "difference": euro("-700.00"),
            "difference_pct": pytest.approx(-7 / 12),
            "explained": "given",
            "explanation": "Later gestart; Werving",
            "about_figure": f"2021-03:unit_spending:2020:{UNIT}:{THEME}",
        },
        {
            "reporting_year": 2020,
            "cycle": "2021-03",
            "round": 3,
            "unit": UNIT,
            "theme": SECOND,
            "budget": euro("0.00"),
            "basis": "realised",
            "outcome": euro("500.00"),
            "difference": euro("500.00"),
            "difference_pct": None,
            "explained": "asked",
            "explanation": None,
            "about_figure": f"2021-03:unit_spending:2020:{UNIT}:{SECOND}",
        },
    ]
    assert asked(found, 9, {}) == RuleResult(
        "bfr",
        "bfr.departure_explained",
        Costs.NOTE,
        Outcome.FAILED,
        9,
        1,
        "over- of onderbesteding boven de drempel is toegelicht",
        "over- or underspending beyond the threshold is explained",
        cells=(Words(*2 * (f"{UNIT}, {SECOND}, 2020",)),),
    )


def test_a_unit_that_did_not_deliver_hides_no_other() -> None:
    rows = [line(UNIT, THEME, MEASURE, "1000.00", "0.00"), line(OTHER, THEME, MEASURE, "1000.00", "0.00")]
    found = explanations(ledger(rows, missing={(2020, 3): [UNIT]}), RULE, rows)
    assert [row["unit"] for row in found] == [OTHER]


def test_a_round_during_the_year_without_a_forecast_is_not_judged() -> None:
    rows = [line(UNIT, THEME, MEASURE, "1000.00", "300.00", year=2021, number=1)]
    assert explanations(ledger(rows, "2021-05"), RULE, rows) == []


YEAR = [
    line(UNIT, THEME, MEASURE, "1000.00", "100.00", number=2, forecast="800.00", delivery="a" * 16),
    line(OTHER, SECOND, "courses", "10.00", "1.00", number=2, forecast="0.00", delivery="b" * 16),
    line(UNIT, THEME, MEASURE, "1000.00", "990.00", number=3, delivery="c" * 16),
]


def test_a_forecast_is_this_row_with_this_evidence() -> None:
    found, evidence = forecasts(ledger(YEAR))
    place = {"reporting_year": 2020, "cycle": "2021-03", "round": 2}
    fine = {"status": "ok", "note": None, "without": None}
    assert found == [
        place
        | {"theme": THEME, "forecast": euro("800.00"), "realised": euro("990.00"), "deviation": euro("190.00")}
        | {"deviation_pct": pytest.approx(0.2375), "figure_id": f"2021-03:forecast:2020:2:{THEME}"}
        | fine,
        place
        | {"theme": SECOND, "forecast": euro("0.00"), "realised": euro("0.00"), "deviation": euro("0.00")}
        | {"deviation_pct": None, "figure_id": f"2021-03:forecast:2020:2:{SECOND}"}
        | fine,
        place
        | {"theme": None, "forecast": euro("800.00"), "realised": euro("990.00"), "deviation": euro("190.00")}
        | {"deviation_pct": pytest.approx(0.2375), "figure_id": "2021-03:forecast:2020:2:all"}
        | fine,
    ]
    assert evidence == [
        Evidence(f"2021-03:forecast:2020:2:{THEME}", "forecast", "a" * 16, 1, euro("800.00")),
        Evidence(f"2021-03:forecast:2020:2:{THEME}", "realised", "c" * 16, 1, euro("990.00")),
        Evidence(f"2021-03:forecast:2020:2:{SECOND}", "forecast", "b" * 16, 1, euro("0.00")),
        # No line of that theme in March: it is the delivery of March that has none.
        Evidence(f"2021-03:forecast:2020:2:{SECOND}", "realised", "c" * 16, 0, euro("0.00")),
        Evidence("2021-03:forecast:2020:2:all", "forecast", "a" * 16, 1, euro("800.00")),
        Evidence("2021-03:forecast:2020:2:all", "forecast", "b" * 16, 1, euro("0.00")),
        Evidence("2021-03:forecast:2020:2:all", "realised", "c" * 16, 1, euro("990.00")),
    ]


def test_a_forecast_that_cannot_be_compared_is_this_row() -> None:
    nothing = dict.fromkeys(("forecast", "realised", "deviation", "deviation_pct")) | {"status": "not_available"}
    without, evidence = forecasts(ledger([YEAR[0] | {"forecast": None}, YEAR[2]]))
    assert [{k: row[k] for k in nothing} for row in without] == [nothing, nothing]
    assert {row["note"] for row in without} == {NO_FORECAST}
    assert evidence == []
    lacking, _ = forecasts(ledger(YEAR, missing={(2020, 2): [OTHER], (2020, 3): [UNIT]}))
    notes = {row["theme"]: (row["status"], row["note"]) for row in lacking}
    assert notes[None] == ("not_available", "niet geleverd: alle eenheden / not delivered: all units")


def test_a_year_that_is_still_being_spent_does_not_hide_one_that_is_settled() -> None:
    rows = [
        line(UNIT, THEME, MEASURE, "10.00", "9.00", year=2020, number=number, forecast="9.00") for number in (1, 2, 3)
    ]
    found, _ = forecasts(ledger([*rows, line(UNIT, THEME, MEASURE, "1.00", "1.00", year=2021, number=1)], "2021-05"))
    assert Counter(row["reporting_year"] for row in found) == {2020: 4}
    only_second = [row for row in rows if row["round"] != 1]
    assert {row["round"] for row in forecasts(ledger(only_second))[0]} == {2}, (
        "a round that is not there hides no other"
    )


def test_what_is_carried_over_follows_from_the_lines_of_that_unit_and_theme_alone() -> None:
    rows = [
        line(UNIT, THEME, MEASURE, "100.00", "60.00", year=2019, delivery="a" * 16),
        line(UNIT, SECOND, "courses", "50.00", "0.00", year=2019, delivery="b" * 16),
        line(OTHER, THEME, MEASURE, "30.00", "40.00", year=2019, delivery="c" * 16),
        line(UNIT, THEME, MEASURE, "10.00", "0.00", year=2020, delivery="d" * 16),
    ]
    held = ledger(rows)
    assert [ln.delivery for ln in held.before(2020, UNIT, THEME)] == ["a" * 16]
    assert [ln.delivery for ln in held.before(2020, None, THEME)] == ["a" * 16, "c" * 16]
    assert [ln.delivery for ln in held.before(2020, UNIT, None)] == ["a" * 16, "b" * 16]
    assert held.before(2019, None, None) == []
    assert held.carried_into(2020, None) == euro("80.00")
    assert held.carried_into(2020, THEME) == euro("30.00")
    found = spending_tables(held)
    of_unit = f"2021-03:carry_over:2020:{UNIT}:{THEME}"
    told = {(e.part, e.delivery): (e.rows, e.contribution) for e in found.evidence if e.figure_id == of_unit}
    assert told == {
        ("budget", "d" * 16): (1, euro("10.00")),
        ("realised", "d" * 16): (1, euro("0.00")),
        ("carried_over", "a" * 16): (1, euro("40.00")),
    }


def test_an_incomplete_year_before_is_looked_at_in_the_round_that_settles_it() -> None:
    rows = [line(UNIT, THEME, MEASURE, "1.00", "0.00", year=year, number=3) for year in (2019, 2020)]
    rows.append(line(UNIT, THEME, MEASURE, "1.00", "0.00", year=2021, number=1))
    assert ledger(rows, "2021-05", missing={(2019, 1): [OTHER]}).carried_into(2021, None) == euro("2.00")
    one_year = ledger(rows, "2021-05", missing={(2019, 3): [OTHER]})
    assert one_year.carried_into(2021, None) == euro("2.00")
    assert {gap.unit for gap in one_year.gaps_before(2021)} == {OTHER}
    assert ledger(rows, "2021-05", missing={(2019, 3): [EVERYONE]}).carried_into(2021, None) is None
    waived = ledger(rows, "2021-05", waived={(2019, 3): [OTHER], (2019, 1): [UNIT]})
    assert waived.without_before(2021) == [f"{OTHER} (2019)"]


PLAN = [
    planned("original", UNIT, THEME, 2021, "500.00"),
    planned("original", OTHER, SECOND, 2021, "200.00"),
    planned("revised", UNIT, THEME, 2021, "450.00"),
    planned("third", OTHER, SECOND, 2021, "250.00", None),
]


def test_a_version_of_the_plan_is_this_row_with_this_evidence() -> None:
    rows, evidence = plan_versions(WHO.cycle("2021-03"), (THEME, "none", SECOND), versions(WHO, PLAN))
    found = {(r["version"], r["theme"]): r for r in rows}
    assert len(found) == len(rows) == 9, "a theme of which no version speaks has no row"
    assert found[("revised", THEME)] == {
        "cycle": "2021-03",
        "version": "revised",
        "year": 2021,
        "theme": THEME,
        "amount": euro("450.00"),
        "shift": euro("-50.00"),
        "consent_by": CONSENT[0],
        "consent_on": CONSENT[1],
        "status": "ok",
        "figure_id": f"2021-03:plan:revised:2021:{THEME}",
        "note": None,
        "without": None,
    }
    assert found[("third", THEME)]["amount"] == euro("450.00"), "what the second version shifted stays shifted"
    assert (found[("third", None)]["amount"], found[("third", None)]["consent_by"]) == (euro("700.00"), None)
    whole = "2021-03:plan:revised:2021:all"
    assert [e for e in evidence if e.figure_id == whole] == [
        Evidence(whole, "amount", "p" * 16, 2, euro("650.00")),
        Evidence(whole, "earlier_amount", "p" * 16, 2, euro("700.00")),
    ]


def test_a_theme_that_a_later_version_takes_up_is_told_of_no_delivery_before_it() -> None:
    later = [planned("original", UNIT, THEME, 2021, "5.00"), planned("second", UNIT, SECOND, 2021, "7.00")]
    _, evidence = plan_versions(WHO.cycle("2021-03"), (THEME, SECOND), versions(WHO, later))
    of_second = [e for e in evidence if e.figure_id == f"2021-03:plan:second:2021:{SECOND}"]
    assert [(e.part, e.delivery, e.rows, e.contribution) for e in of_second] == [
        ("amount", "p" * 16, 1, euro("7.00")),
        ("earlier_amount", "p" * 16, 0, euro("0.00")),
    ]


def test_the_rule_about_consent_says_this() -> None:
    assert consents(versions(WHO, PLAN)) == RuleResult(
        "spending_plan",
        "spending_plan.shift_without_consent",
        Costs.NOTE,
        Outcome.FAILED,
        2,
        1,
        "met een verschuiving in het bestedingsplan heeft een raad ingestemd",
        "a council has consented to a shift in the spending plan",
        cells=(Words("gewijzigd plan 2", "amended plan 2"),),
    )


def test_the_rule_about_plan_and_budget_adds_up_units_and_says_this() -> None:
    schema = arrow_schema(staged(CATALOGUE["spending_plan"]))
    lines = [
        {"version": "original", "unit": who, "theme": THEME, "year": 2020, "amount": euro("500.00")}
        for who in (UNIT, OTHER)
    ]
    plan = pa.Table.from_pylist([{f: one.get(f) for f in schema.names} for one in lines], schema=pa.schema(schema))
    spent = [line(who, THEME, MEASURE, "500.00", "0.00") for who in (UNIT, OTHER)]
    told = {
        "nl": "de definitieve begroting is het bestedingsplan",
        "en": "the definitive budget is the spending plan",
    }
    assert plan_against_budget(WHO, plan, table("fact_spending", spent)) == RuleResult(
        "bfr", "bfr.budget_is_plan", Costs.NOTE, Outcome.PASSED, 1, 0, told["nl"], told["en"]
    )
    short = [*spent[:1], line(OTHER, THEME, MEASURE, "400.00", "0.00")]
    assert plan_against_budget(WHO, plan, table("fact_spending", short)) == RuleResult(
        "bfr",
        "bfr.budget_is_plan",
        Costs.NOTE,
        Outcome.FAILED,
        1,
        1,
        told["nl"],
        told["en"],
        cells=(about(theme_names(WHO)[THEME], 2020),),
    )


@pytest.mark.parametrize(
    ("shown_in", "nl", "en", "called"),
    [
        ("units", "7.056.612", "7,056,612", "€"),
        ("thousands", "7.057", "7,057", "k€"),
        ("millions", "7,1", "7.1", "M€"),
    ],
)
def test_an_amount_is_shown_as_the_institution_shows_amounts(shown_in: Any, nl: str, en: str, called: str) -> None:
    money = Money(shown_in=shown_in)
    assert shown(euro("7056612.40"), money, "nl") == nl
    assert shown(euro("7056612.40"), money, "en") == en
    assert (unit(money, "nl"), unit(money, "en")) == (called, called)
    assert set(SCALES) == {"units", "thousands", "millions"}


def test_a_currency_is_called_as_each_language_calls_it() -> None:
    assert [(sign(Money(), language), currency(Money(), language)) for language in ("nl", "en")] == [
        ("€", "euro's"),
        ("€", "euro"),
    ]
    dollars = Money(currency="USD")
    assert (sign(dollars, "en"), currency(dollars, "nl"), currency(dollars, "en")) == (
        "$",
        "Amerikaanse dollar",
        "US dollars",
    )


@pytest.mark.parametrize(
    ("known", "delivered", "unknown"),
    [
        ((), ["eerste"], ()),
        ((), ["eerste", "aangepast"], ("aangepast", "eerste")),
        (("eerste",), ["eerste", "aangepast"], ("aangepast",)),
        (("eerste", "aangepast"), ["aangepast", "eerste"], ()),
    ],
)
def test_versions_of_which_the_profile_does_not_say_the_order_are_told_with_that_in_which_they_are_read(
    known: tuple[str, ...], delivered: list[str], unknown: tuple[str, ...]
) -> None:
    """The names of versions say nothing of it: `aangepast` stands before `eerste`."""
    who = profile(plan=[(name, THEME, 2021, "1.00") for name in known])
    lines = [planned(name, UNIT, THEME, 2021, f"{number}.00") for number, name in enumerate(delivered, start=1)]
    found = ordered(who, versions(who, lines))
    assert found.cells == unknown
    assert found.outcome == ("failed" if unknown else "passed")
    assert ("read as: aangepast, eerste" in found.detail) == (unknown == ("aangepast", "eerste"))
