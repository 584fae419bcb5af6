"""What the pipeline computes from the deliveries is what was published, to the last printed digit."""

from __future__ import annotations

import csv
import shutil
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest

from assets.common.cycle_tables import CycleTables
from assets.facts.conform import conform
from assets.indicators.figures import figures
from assets.spending.ledger import Ledger
from assets.spending.tables import spending_tables
from benchmarks import bare
from kwaliteitsmonitor.foundation.workspace import Workspace
from kwaliteitsmonitor.methods.disclosure.applying import OF_ANSWERS
from kwaliteitsmonitor.methods.disclosure.feasible_tables import DECIMALS
from kwaliteitsmonitor.methods.figures.printing import rounded
from schemas.profile import Profile
from schemas.tables.conformed import FACTS
from tests.sample_year import CYCLE, SampleYear


def published(profile: Profile, name: str) -> list[dict[str, str]]:
    with (profile.folder / "sample" / f"{name}.csv").open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def recomputed(profile: Profile, workspace: Workspace) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Rows of both tables from the staged rows of a workspace."""
    tables = CycleTables(workspace, profile, CYCLE)
    cycle = tables.cycle
    facts = {name: conform(name, {read: tables.staged(read) for read in how.reads}) for name, how in FACTS.items()}
    indicators = figures(profile, cycle, facts, {}).rows
    ledger = Ledger.of(profile, cycle, facts["fact_spending"], {})
    return indicators, spending_tables(ledger).overview


@cache
def bare_script(landing: Path) -> tuple[list[Any], list[Any]]:
    """What the script makes of the deliveries that shares no code with the pipeline: indicators, and spending."""
    return list(bare.indicators(landing).itertuples()), list(bare.spending(landing).itertuples())


def differences(
    landing: Path, indicators: list[dict[str, Any]], overview: list[dict[str, Any]], *, behind_the_gate: bool = False
) -> list[str]:
    """Every figure in which the pipeline and the bare script do not agree.

    Behind the disclosure gate a spread of answers may stand to the one decimal that is printed.
    """
    unlike = []
    bare_indicators, bare_spending = bare_script(landing)
    ours = {(r["reporting_year"], r["indicator"], r["level"]): r for r in indicators if r["unit"] is None}
    for row in bare_indicators:
        level = row.level if isinstance(row.level, str) else None
        mine = ours.pop((row.reporting_year, row.indicator, level))
        same = mine["value"] == pytest.approx(row.value, rel=1e-12)
        if row.spread == row.spread and row.spread is not None:
            as_printed = float(rounded(Decimal(repr(float(row.spread))), DECIMALS))
            same = same and (
                mine["spread"] == pytest.approx(row.spread, rel=1e-9)
                or (behind_the_gate and mine["spread_kind"] in OF_ANSWERS and mine["spread"] == as_printed)
            )
        if row.n == row.n and row.n is not None:
            same = same and mine["n"] == row.n
        if not same:
            unlike.append(f"{row.indicator} {row.reporting_year} {level}")
    money = {(r["reporting_year"], r["theme"]): r for r in overview}
    for row in bare_spending:
        mine = money.pop((row.reporting_year, row.theme))
        if (mine["budget"] * 100, mine["realised"] * 100) != (row.budget, row.realised):
            unlike.append(f"spending {row.reporting_year} {row.theme}")
    return unlike + [str(key) for key in (*ours, *money)]


def test_every_published_indicator_is_computed_as_printed(leiden: Profile, ran: SampleYear) -> None:
    values = {
        (r["reporting_year"], r["indicator"], r["level"]): r
        for r in ran.published("indicator_values")
        if r["unit"] is None
    }
    printed = published(leiden, "published_indicators")
    impossible = []
    for p in printed:
        mine = values.pop((int(p["reporting_year"]), p["indicator_id"], p["level"] or None))
        assert mine["status"] == "ok"
        if not p["value"]:
            impossible.append(p["printed"])
            continue
        decimals = -Decimal(p["value"]).as_tuple().exponent if p["unit"] not in ("personen", "opleidingen") else 0
        scale = 100 if p["unit"].startswith("%") else 1
        assert round(mine["value"] * scale, decimals) == pytest.approx(float(p["value"])), p["printed"]
        if p["spread"]:
            assert round(mine["spread"], 1) == float(p["spread"]), p["printed"]
        if p["numerator"]:
            assert (mine["numerator"], mine["denominator"]) == (float(p["numerator"]), float(p["denominator"]))
    assert not values, "a figure was computed that was never published"
    assert impossible == ["Ma: 334 +/- 1.1"]


def test_the_figures_are_written_as_the_report_writes_them(ran: SampleYear) -> None:
    printed = {
        (r["reporting_year"], r["indicator"]): r["printed_nl"]
        for r in ran.published("indicator_values")
        if r["unit"] is None and r["level"] is None
    }
    assert printed[(2019, "student_staff_ratio")] == "25,8"
    assert printed[(2020, "bko_share")] == "87,0%"
    assert printed[(2020, "study_advisers_certified")] == "12 (+ 9 in traject)"
    assert printed[(2020, "course_evaluation_teaching_methods")] == "3,9 ± 0,1"


def test_published_totals_are_computed_as_printed(leiden: Profile, ran: SampleYear) -> None:
    totals = {r["reporting_year"]: r for r in ran.published("spending_overview") if r["theme"] is None}
    for p in published(leiden, "published_spending_totals"):
        mine = totals[int(p["reporting_year"])]
        assert (mine["budget_printed_nl"], mine["realised_printed_nl"]) == (p["budget_printed"], p["realised_printed"])
    assert totals[2019]["difference_printed_nl"] == "-361", "the report prints -359, which its own totals contradict"
    assert totals[2020]["difference_printed_nl"] == "283"
    assert round(totals[2019]["difference_pct"], 2) == -0.05


def test_published_shares_per_theme_are_computed_as_printed(leiden: Profile, ran: SampleYear) -> None:
    of_2020 = {r["theme"]: r for r in ran.published("spending_overview") if r["reporting_year"] == 2020}
    for p in published(leiden, "published_theme_shares"):
        assert round(of_2020[p["theme_id"]]["share_of_realised"] * 100) == int(p["realisation_2020_share_pct"])
    assert of_2020["differentiation"]["difference"] == Decimal("-285000.00")


def test_the_pipeline_agrees_with_a_computation_that_shares_no_code_with_it(leiden: Profile, ran: SampleYear) -> None:
    indicators = ran.published("indicator_values")
    assert differences(ran.landing, indicators, ran.published("spending_overview"), behind_the_gate=True) == []
    assert differences(ran.landing, *recomputed(leiden, ran.workspace)) == []


def _less_one(rows: pa.Table, column: str, position: int) -> pa.Table:
    values = rows.column(column).to_pylist()
    values[position] = values[position] - 1
    index = rows.schema.get_field_index(column)
    return rows.set_column(index, rows.schema.field(column), pa.array(values, rows.schema.field(column).type))


def _first(rows: pa.Table, **wanted: object) -> int:
    return next(i for i, row in enumerate(rows.to_pylist()) if all(row[k] == v for k, v in wanted.items()))


ALTERATIONS = {
    "an amount in a financial round": (
        "bfr",
        lambda rows: _less_one(rows, "realised", _first(rows, round=3, reporting_year=2020)),
    ),
    "a count of answers to a course evaluation": (
        "evaluations",
        lambda rows: _less_one(rows, "answers", _first(rows, question="teaching_methods")),
    ),
    "a score in a programme evaluation": (
        "evaluations",
        lambda rows: _less_one(rows, "score", _first(rows, question="career_options", score=3)),
    ),
    "an enrolment": ("enrolments", lambda rows: _without(rows, _first(rows, programme="56034", enrolment="main"))),
    "an appointment": ("staff", lambda rows: _without(rows, _first(rows, category="lecturer", unit="FGW"))),
    "study advisers": ("faculty_study_advisers", lambda rows: _less_one(rows, "fte", 0)),
    "certified advisers": ("faculty_study_advisers", lambda rows: _less_one(rows, "certified", _certified(rows))),
    "a programme's matching": ("faculty_programmes", lambda rows: _without(rows, _matching(rows))),
}


def _certified(rows: pa.Table) -> int:
    return next(i for i, n in enumerate(rows.column("certified").to_pylist()) if n > 0)


def _matching(rows: pa.Table) -> int:
    return _first(rows, compulsory_matching=True)


def _without(rows: pa.Table, position: int) -> pa.Table:
    return rows.filter(pc.not_equal(pa.array(range(rows.num_rows)), position))


@pytest.mark.parametrize("what", list(ALTERATIONS))
def test_a_single_altered_staging_row_is_noticed(leiden: Profile, ran: SampleYear, what: str, tmp_path: Path) -> None:
    table, alter = ALTERATIONS[what]
    copy = Workspace(tmp_path)
    shutil.copytree(ran.workspace.step(CYCLE, "staged"), copy.step(CYCLE, "staged"))
    copy.write(CYCLE, "staged", table, alter(pq.read_table(copy.path(CYCLE, "staged", table))))
    assert len(differences(ran.landing, *recomputed(leiden, copy))) >= 1
