"""Releases of invented institutions, published in the way of real ones, for a sector view to add up."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

from kwaliteitsmonitor.foundation.workspace import Workspace
from kwaliteitsmonitor.releases.format.release import publish
from kwaliteitsmonitor.releases.signoff.signing import SignOff, finalise
from tests.made_up import profile, table

CYCLE = "2021-03"
YEAR = 2020
THEMES = ("nl_guidance", "nl_facilities")

Rows = Mapping[str, Iterable[dict[str, Any]]]


def definition(indicator: str, kind: str, **more: Any) -> dict[str, Any]:
    """A row of `definitions`, by default of the definition of the sector of the same name."""
    given = {
        "indicator": indicator,
        "version": "1",
        "theme": "small_classes",
        "kind": kind,
        "unit_of_measure": "score" if kind == "mean" else "persons",
        "unit_of_analysis": "respondent" if kind == "mean" else None,
        "direction": "neutral",
        "valid_from": 2019,
        "sector_id": indicator,
        "label_nl": f"{indicator} nl",
        "label_en": f"{indicator} en",
        "definition_nl": "…",
        "definition_en": "…",
    }
    return given | more


def figure(indicator: str, value: float | None, **more: Any) -> dict[str, Any]:
    """A row of `indicator_values` of a whole institution."""
    given: dict[str, Any] = {
        "reporting_year": YEAR,
        "cycle": CYCLE,
        "indicator": indicator,
        "theme": "small_classes",
        "value": value,
        "unit_of_measure": "persons",
        "decimals": 1,
        "printed_nl": "–" if value is None else f"{value:.1f}".replace(".", ","),
        "printed_en": "–" if value is None else f"{value:.1f}",
        "status": "ok",
        "definition_version": "1",
    }
    given |= more
    level, unit = given.get("level") or "all", given.get("unit") or "all"
    return {"figure_id": f"{CYCLE}:indicator:{given['reporting_year']}:{indicator}:{unit}:{level}", **given}


def money(theme: str | None, budget: str | None, realised: str | None, **more: Any) -> dict[str, Any]:
    """A row of `spending_by_national_theme`; of no theme it is the total."""
    given: dict[str, Any] = {
        "reporting_year": YEAR,
        "cycle": CYCLE,
        "round": 3,
        "kind": "total" if theme is None else "national",
        "national_theme": theme,
        "budget": None if budget is None else Decimal(budget),
        "realised": None if realised is None else Decimal(realised),
        "status": "ok",
    }
    given |= more
    return {"figure_id": f"{CYCLE}:national:{given['reporting_year']}:{given['kind']}:{theme or 'all'}", **given}


def crosswalk() -> list[dict[str, Any]]:
    """A row of `crosswalk` per national theme."""
    return [
        {
            "cycle": CYCLE,
            "theme": "small_classes",
            "national_theme": theme,
            "national_nl": f"{theme} nl",
            "national_en": f"{theme} en",
            "part": Decimal("0.5"),
        }
        for theme in THEMES
    ]


def release(
    folder: Path, institution: str, tables: Rows, *, cycle: str = CYCLE, final: bool = False, **about: Any
) -> Path:
    """The folder of a release of an institution with these rows; what it does not have is empty.

    `about` replaces what its profile says, such as `money` or `fiscal_year_begins`.
    """
    who = profile()
    named = {"id": institution, "nl": f"Universiteit {institution}", "en": f"{institution} University", **about}
    own = replace(who, institution=who.institution.model_copy(update=named))
    names = ("indicator_values", "definitions", "spending_overview", "spending_by_national_theme", "crosswalk")
    filled = {name: table(name, tables.get(name, [])) for name in (*names, "corrections", "quality_results")}
    workspace = Workspace(folder / institution)
    made = publish(workspace, own, own.cycle(cycle), filled, [], [])
    if not final:
        return made.path
    from datetime import date

    return finalise(workspace, own, cycle, SignOff("bestuur", date(2021, 4, 1), "Vastgesteld")).path
