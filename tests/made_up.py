"""A small university that does not exist, for tests that need a profile but none in particular."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa

from kwaliteitsmonitor.methods.checks.results import RuleResult
from schemas.exports.arrow import arrow_schema
from schemas.profile import Feed, Indicator, Profile
from schemas.profile.institution import Council, CycleEntry, Disclosure, Institution, Tolerances
from schemas.profile.questions import Question
from schemas.profile.registers import PlanLine, Programme
from schemas.profile.themes import Measure, NationalTheme, Theme
from schemas.profile.units import Unit
from schemas.tables import CATALOGUE

UNITS = ("North", "East", "South", "West")
THEMES = ("small_classes", "teachers")
UNFUNDED = "buildings"
MEASURES = {"tutors": "small_classes", "groups": "small_classes", "courses": "teachers"}
THRESHOLD = 5
DELIVERY = "d" * 16


def indicator(identity: str, kind: str, style: str = "number", **more: Any) -> Indicator:
    """A definition with as much filled in as a test does not care about."""
    usual: dict[str, Any] = {
        "id": identity,
        "version": "1",
        "valid_from": 2019,
        "theme": THEMES[0],
        "nl": identity,
        "en": identity,
        "definition_nl": "…",
        "definition_en": "…",
        "kind": kind,
        "direction": "neutral",
        "unit_of_measure": "number",
        "decimals": 1,
        "printing": {"style": style},
    }
    return Indicator.model_validate(usual | more)


def mean(identity: str = "satisfaction", **more: Any) -> Indicator:
    usual = {
        "answers": {"evaluation": "course", "question": "teaching"},
        "unit_of_analysis": "respondent",
        "spread_kind": "sd_respondents",
        "unit_of_measure": "score",
        "minimum": 1,
        "maximum": 5,
    }
    return indicator(identity, "mean", "mean_and_spread", **(usual | more))


def profile(
    *,
    indicators: Sequence[Indicator] = (),
    feeds: Sequence[Feed] = (),
    units: Sequence[str] = UNITS,
    plan: Sequence[tuple[str, str, int, str]] = (),
    threshold: int = THRESHOLD,
    tolerance: str = "1.00",
    measures: Sequence[tuple[str, str, Sequence[str]]] = tuple((m, t, UNITS) for m, t in MEASURES.items()),
) -> Profile:
    """The whole profile; three cycles a year, agreements over 2019-2024."""
    institution = Institution(
        format_version=2,
        id="made-up",
        nl="Verzonnen Universiteit",
        en="Made-up University",
        profile_version="1",
        languages=["nl", "en"],
        timezone="Europe/Amsterdam",
        owner="team:tests",
        first_year=2019,
        last_year=2024,
        student_reference_date="10-01",
        cycles=[
            CycleEntry(month=3, round=3, spending_year=-1, indicator_year=-1),
            CycleEntry(month=5, round=1, spending_year=0, indicator_year=-1),
            CycleEntry(month=9, round=2, spending_year=0, indicator_year=-1),
        ],
        disclosure=Disclosure(threshold=threshold),
        tolerances=Tolerances(plan_vs_budget_eur=Decimal(tolerance)),
        councils=[Council(id="council", nl="raad", en="council")],
    )
    themes = [
        *(Theme(id=theme, nl=theme, en=theme, national={"education": Decimal(1)}) for theme in THEMES),
        Theme(id=UNFUNDED, nl=UNFUNDED, en=UNFUNDED, national={"education": Decimal(1)}, funded=False),
    ]
    return Profile(
        folder=Path("made-up"),
        institution=institution,
        units=tuple(Unit(id=unit, nl=unit, en=unit, council="council") for unit in units),
        themes=tuple(themes),
        national_themes=(NationalTheme(id="education", nl="onderwijs", en="education"),),
        measures=tuple(Measure(id=m, theme=t, nl=f"{m} nl", en=f"{m} en", units=list(who)) for m, t, who in measures),
        questions=(Question(id="teaching", evaluation="course", nl="…", en="…"),),
        indicators=tuple(indicators),
        feeds=tuple(feeds),
        plan=tuple(PlanLine(version=v, theme=t, year=y, amount=Decimal(a)) for v, t, y, a in plan),
        programmes=(Programme(programme="P1", name="P1", croho_type="ba", funded=True, unit=units[0]),),
        digest="0" * 64,
    )


def table(name: str, rows: Iterable[dict[str, Any]]) -> pa.Table:
    """Rows in the types of a contract; what a row does not say is empty, and the delivery is the same one."""
    schema = arrow_schema(CATALOGUE[name])
    complete = [{f: row.get(f, DELIVERY if f == "_delivery" else None) for f in schema.names} for row in rows]
    return pa.Table.from_pylist(complete, schema=schema)


def line(
    unit: str = "North",
    theme: str = "small_classes",
    measure: str = "tutors",
    budget: str = "0",
    realised: str = "0",
    *,
    year: int = 2020,
    number: int = 3,
    forecast: str | None = None,
    delivery: str = "",
) -> dict[str, Any]:
    """A line of `fact_spending`."""
    from datetime import date

    return {
        "reporting_year": year,
        "round": number,
        "unit": unit,
        "theme": theme,
        "measure": measure,
        "budget": Decimal(budget),
        "realised": Decimal(realised),
        "forecast": None if forecast is None else Decimal(forecast),
        "submitted_on": date(2021, 2, 15),
        "_delivery": delivery or f"{year}-{number}".ljust(16, "0"),
    }


NO_NOTE: dict[str, None] = {"note_nl": None, "note_en": None}


def note_of(row: Mapping[str, Any]) -> str | None:
    """The note of a row, in both languages."""
    return None if row["note_nl"] is None else f"{row['note_nl']} / {row['note_en']}"


def told(result: RuleResult) -> str:
    """What a rule found, in both languages; the file that it is about, which stands before it, is named once."""
    if result.detail is None:
        return ""
    file, colon, _ = result.detail.nl.partition(": ")
    return f"{result.detail.nl} / {result.detail.en.removeprefix(f'{file}{colon}')}"
