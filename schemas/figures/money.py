"""The published tables of money: budget, spending and plan, and what is made of them."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

from schemas import flow
from schemas.figures.model import Derived, Part, Published
from schemas.formula import Formula
from schemas.tables import CATALOGUE
from schemas.words import Words


def _whole(table: str, *same: str, over: str) -> Derived:
    """The figure of everything, of which a figure is a share."""
    return Derived("whole", table, {name: name for name in same}, others={over: False})


def _sum_of_own(table: str, *same: str, over: str) -> Derived:
    """The figures of the same table from which the figure of everything adds up."""
    return Derived("below", table, {name: name for name in same}, own={over: False}, others={over: True})


_WORDS: Mapping[str, Words] = {
    "budget": Words("begroot", "budget"),
    "realised": Words("gerealiseerd", "realised"),
    "forecast": Words("verwacht tot jaareinde", "forecast to year end"),
    "carried_over": Words("overgeheveld van eerdere jaren", "carried over from earlier years"),
    "amount": Words("gepland", "planned"),
    "earlier_amount": Words("gepland in de versie ervoor", "planned in the version before"),
    "progress": Words("gemelde voortgang", "reported progress"),
    "outcome": Words("uitkomst", "outcome"),
    "planned": Words("gepland in het bestedingsplan", "planned in the spending plan"),
}


def _parts(table: str, *names: str) -> dict[str, Part]:
    """Parts that are columns of a table of the same name."""
    return {name: Part((f"{table}.{name}",), _WORDS[name]) for name in names}


_AMOUNT_PARTS = ("budget", "realised", "forecast")
_MONEY = _parts("fact_spending", *_AMOUNT_PARTS)
_SPENT = _parts("fact_spending", "budget", "realised")
_CARRIED = {"carried_over": Part(("fact_spending.budget", "fact_spending.realised"), _WORDS["carried_over"])}
_OF_OVERVIEW = _parts("spending_overview", *_AMOUNT_PARTS, "carried_over")
_OF_UNITS = _parts("spending_by_unit", *_AMOUNT_PARTS)

_ROUND = {"round": "the round by which the year stands"}

_AMOUNTS: Mapping[str, Formula] = {
    "budget": "budget",
    "realised": "realised",
    "forecast": "forecast",
    "difference": "realised - budget",
    "difference_pct": "(realised - budget) / budget",
}
_USED: Mapping[str, Formula] = {"realised_pct_of_budget": "realised / budget"}
_SHARES: Mapping[str, Formula] = {
    "share_of_budget": "budget / whole.budget",
    "share_of_realised": "realised / whole.realised",
}
_LEFT: Mapping[str, Formula] = {
    "carried_over": "carried_over",
    "available": "budget + carried_over",
    "left_over": "budget + carried_over - realised",
}

_of_spending = partial(Published, step=flow.SPENDING, needs=("bfr", "spending_plan"), money=True)

MONEY: tuple[Published, ...] = (
    _of_spending(
        CATALOGUE["spending_overview"],
        reads=("fact_spending",),
        kind="spending",
        called=Words("Besteding", "Spending"),
        about=("reporting_year", "theme"),
        parts={**_MONEY, **_CARRIED, "planned": Part(("spending_plan.amount",), _WORDS["planned"])},
        numbers={
            **_AMOUNTS,
            **_SHARES,
            "share_shift_pp": "(realised / whole.realised - budget / whole.budget) * 100",
            **_USED,
            "realised_pct_of_plan": "realised / planned",
            **_LEFT,
        },
        taken=_ROUND,
        derived=(
            _whole("spending_overview", "reporting_year", over="theme"),
            _sum_of_own("spending_overview", "reporting_year", over="theme"),
            Derived(
                "below",
                "spending_by_unit",
                {"reporting_year": "reporting_year", "theme": "theme"},
                own={"theme": True},
            ),
            Derived("carried", "carry_over", {"reporting_year": "to_year", "theme": "theme"}, own={"theme": True}),
            Derived("carried", "carry_over", {"reporting_year": "to_year"}, own={"theme": False}),
        ),
    ),
    _of_spending(
        CATALOGUE["spending_by_unit"],
        reads=("fact_spending",),
        kind="unit_spending",
        called=Words("Besteding van een eenheid", "Spending of a unit"),
        about=("reporting_year", "unit", "theme"),
        parts=_MONEY,
        numbers={**_AMOUNTS, **_USED},
        taken=_ROUND,
        derived=(
            _sum_of_own("spending_by_unit", "reporting_year", "unit", over="theme"),
            Derived(
                "below",
                "measures",
                {"reporting_year": "reporting_year", "unit": "unit", "theme": "theme"},
                own={"theme": True},
                others={"budget": True},
                settled=True,
                hidden=True,
            ),
        ),
    ),
    _of_spending(
        CATALOGUE["spending_rounds"],
        reads=("fact_spending",),
        kind="round",
        called=Words("Besteding in een ronde", "Spending in a round"),
        about=("reporting_year", "round", "theme"),
        parts=_MONEY,
        numbers={
            **_AMOUNTS,
            "budget_drift": "budget - earlier.budget",
            "realised_drift": "realised - earlier.realised",
            "forecast_drift": "forecast - earlier.forecast",
        },
        derived=(
            _sum_of_own("spending_rounds", "reporting_year", "round", over="theme"),
            Derived(
                "below",
                "spending_by_unit",
                {"reporting_year": "reporting_year", "theme": "theme", "round": "round"},
                own={"theme": True},
            ),
            Derived(
                "earlier",
                "spending_rounds",
                {"reporting_year": "reporting_year", "theme": "theme"},
                own={"budget_drift": True},
                latest="round",
                within=("reporting_year",),
            ),
        ),
    ),
    _of_spending(
        CATALOGUE["carry_over"],
        reads=("fact_spending",),
        kind="carry_over",
        called=Words("Wat van een jaar over is", "What is left of a year"),
        about=("from_year", "unit", "theme"),
        parts={**_SPENT, **_CARRIED},
        numbers={"left_over": _LEFT["left_over"]},
        taken={"to_year": "the year after"},
        derived=(
            Derived(
                "below",
                "spending_by_unit",
                {"from_year": "reporting_year", "unit": "unit", "theme": "theme"},
            ),
            Derived("carried", "carry_over", {"from_year": "to_year", "unit": "unit", "theme": "theme"}),
        ),
    ),
    _of_spending(
        CATALOGUE["spending_explanations"],
        reads=("fact_spending", "bfr"),
        parts={
            **_parts("fact_spending", "budget"),
            "outcome": Part(("fact_spending.realised", "fact_spending.forecast"), _WORDS["outcome"]),
        },
        about=("reporting_year", "round", "unit", "theme"),
        numbers={
            "budget": "budget",
            "outcome": "outcome",
            "difference": "outcome - budget",
            "difference_pct": "(outcome - budget) / budget",
        },
    ),
    _of_spending(
        CATALOGUE["spending_plan_versions"],
        reads=("spending_plan",),
        kind="plan",
        called=Words("Bestedingsplan", "Spending plan"),
        about=("version", "year", "theme"),
        parts={name: Part(("spending_plan.amount",), _WORDS[name]) for name in ("amount", "earlier_amount")},
        numbers={"amount": "amount", "shift": "amount - earlier_amount"},
        derived=(_sum_of_own("spending_plan_versions", "version", "year", over="theme"),),
    ),
    _of_spending(
        CATALOGUE["spending_forecasts"],
        reads=("fact_spending",),
        kind="forecast",
        called=Words("Wat een ronde verwachtte", "What a round expected"),
        about=("reporting_year", "round", "theme"),
        parts=_parts("fact_spending", "forecast", "realised"),
        numbers={
            "forecast": "forecast",
            "realised": "realised",
            "deviation": "realised - forecast",
            "deviation_pct": "(realised - forecast) / forecast",
        },
        derived=(_sum_of_own("spending_forecasts", "reporting_year", "round", over="theme"),),
    ),
    Published(
        CATALOGUE["measures"],
        flow.PROGRESS,
        needs=("faculty_measures", "bfr"),
        reads=("fact_measures", "fact_spending"),
        kind="measure",
        called=Words("Maatregel", "Measure"),
        about=("reporting_year", "unit", "theme", "measure"),
        parts={**_SPENT, **_parts("fact_measures", "progress")},
        numbers={"budget": "budget", "realised": "realised"},
        words=("progress",),
        money=True,
    ),
    Published(
        CATALOGUE["spending_by_national_theme"],
        flow.COMPARISON,
        needs=("bfr",),
        reads=("spending_overview",),
        kind="national",
        called=Words("Besteding naar landelijk thema", "Spending by national theme"),
        about=("reporting_year", "kind", "national_theme", "theme"),
        parts=_OF_OVERVIEW,
        numbers={**_AMOUNTS, **_USED, **_SHARES, **_LEFT},
        taken=_ROUND,
        derived=(
            Derived("divided", "spending_overview", by="crosswalk"),
            Derived("whole", "spending_by_national_theme", by="crosswalk"),
        ),
        money=True,
    ),
    Published(
        CATALOGUE["spending_by_parent"],
        flow.COMPARISON,
        needs=("bfr",),
        reads=("spending_by_unit",),
        kind="parent_spending",
        called=Words("Besteding van een eenheid met haar onderdelen", "Spending of a unit with its parts"),
        about=("reporting_year", "unit", "theme"),
        parts=_OF_UNITS,
        numbers={**_AMOUNTS, **_USED},
        taken={**_ROUND, "units": "how many units have a row in the sum"},
        derived=(Derived("below", "spending_by_unit", by="units"),),
        money=True,
    ),
    Published(
        CATALOGUE["sector_spending"],
        flow.SECTOR,
        reads=("spending_by_national_theme",),
        about=("reporting_year", "kind", "national_theme", "institution"),
        parts=_parts("spending_by_national_theme", *_AMOUNT_PARTS),
        numbers={**_AMOUNTS, **_USED, "share_of_realised": _SHARES["share_of_realised"]},
        taken={"institutions": "how many institutions are in the sum"},
        derived=(Derived("whole", "sector_spending", by="institutions"),),
        money=True,
    ),
)
