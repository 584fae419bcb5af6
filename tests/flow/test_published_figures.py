"""What the pipeline computes from the deliveries is what was published, to the last printed digit."""

from __future__ import annotations

import csv
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from pyarrow.compute import Expression
from pyarrow.compute import field as column_of

from assets.common.cycle_tables import CycleTables
from assets.facts.conform import conform
from assets.indicators.figures import Absent, figures
from assets.spending.ledger import Ledger
from assets.spending.tables import spending_tables
from benchmarks import bare
from kwaliteitsmonitor.methods.disclosure.applying import OF_ANSWERS
from kwaliteitsmonitor.methods.disclosure.feasible_tables import DECIMALS
from kwaliteitsmonitor.methods.figures.printing import rounded
from schemas.profile import Profile
from schemas.tables.facts import FACTS
from tests.sample_year import CYCLE, SampleYear

Rows = list[dict[str, Any]]


def published(profile: Profile, name: str) -> list[dict[str, str]]:
    with (profile.folder / "sample" / f"{name}.csv").open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def of_whole(ran: SampleYear) -> Rows:
    return [row for row in ran.published("indicator_values") if row["unit"] is None]


@pytest.fixture(scope="module")
def staged(ran: SampleYear, leiden: Profile) -> dict[str, pa.Table]:
    """The staged tables that facts are made of."""
    tables = CycleTables(ran.workspace, leiden, CYCLE)
    return {name: tables.staged(name) for how in FACTS.values() for name in how.reads}


@pytest.fixture(scope="module")
def facts(staged: dict[str, pa.Table]) -> dict[str, pa.Table]:
    return {name: conform(name, {read: staged[read] for read in how.reads}) for name, how in FACTS.items()}


def recomputed(profile: Profile, facts: dict[str, pa.Table]) -> tuple[Rows, Rows]:
    """Rows of both tables from facts."""
    cycle = profile.cycle(CYCLE)
    overview = spending_tables(Ledger.of(profile, cycle, facts["fact_spending"], {})).overview
    return figures(profile, cycle, facts, Absent()).rows, overview


@cache
def bare_script(landing: Path) -> tuple[list[Any], list[Any]]:
    """What the script makes of the deliveries that shares no code with the pipeline: indicators, and spending."""
    return list(bare.indicators(landing).itertuples()), list(bare.spending(landing).itertuples())


def differences(landing: Path, indicators: Rows, overview: Rows, *, behind_the_gate: bool = False) -> list[str]:
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
    values = {(r["reporting_year"], r["indicator"], r["level"]): r for r in of_whole(ran)}
    impossible = []
    for p in published(leiden, "published_indicators"):
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
    printed = {(r["reporting_year"], r["indicator"]): r["printed_nl"] for r in of_whole(ran) if r["level"] is None}
    as_in_report = {
        (2019, "student_staff_ratio"): "25,8",
        (2020, "bko_share"): "87,0%",
        (2020, "study_advisers_certified"): "12 (+ 9 in traject)",
        (2020, "course_evaluation_teaching_methods"): "3,9 ± 0,1",
    }
    assert printed.items() >= as_in_report.items()


def test_published_money_is_computed_as_printed(leiden: Profile, ran: SampleYear) -> None:
    rows = {(r["reporting_year"], r["theme"]): r for r in ran.published("spending_overview")}
    for p in published(leiden, "published_spending_totals"):
        total = rows[int(p["reporting_year"]), None]
        assert (total["budget_printed_nl"], total["realised_printed_nl"]) == (
            p["budget_printed"],
            p["realised_printed"],
        )
    # The report prints -359 for 2019, which its own totals contradict.
    assert [rows[year, None]["difference_printed_nl"] for year in (2019, 2020)] == ["-361", "283"]
    assert round(rows[2019, None]["difference_pct"], 2) == -0.05
    for p in published(leiden, "published_theme_shares"):
        share = rows[2020, p["theme_id"]]["share_of_realised"]
        assert round(share * 100) == int(p["realisation_2020_share_pct"])
    assert rows[2020, "differentiation"]["difference"] == Decimal("-285000.00")


def test_the_pipeline_agrees_with_a_computation_that_shares_no_code_with_it(
    leiden: Profile, ran: SampleYear, facts: dict[str, pa.Table]
) -> None:
    indicators = ran.published("indicator_values")
    assert differences(ran.landing, indicators, ran.published("spending_overview"), behind_the_gate=True) == []
    assert differences(ran.landing, *recomputed(leiden, facts)) == []


def altered(rows: pa.Table, column: str, condition: Expression) -> pa.Table:
    """Without the first row of which something holds, or with one less in a column of it."""
    at = rows.append_column("at", pa.array(range(rows.num_rows))).filter(condition)["at"][0].as_py()
    if not column:
        return pa.concat_tables([rows.slice(0, at), rows.slice(at + 1)])
    values, place = rows[column].to_pylist(), rows.column_names.index(column)
    values[at] -= 1
    return rows.set_column(place, rows.schema.field(place), pa.array(values, rows.schema.field(place).type))


@pytest.mark.parametrize(
    ("table", "column", "condition"),
    [
        ("bfr", "realised", (column_of("round") == 3) & (column_of("reporting_year") == 2020)),
        ("evaluations", "answers", column_of("question") == "teaching_methods"),
        ("evaluations", "score", (column_of("question") == "career_options") & (column_of("score") == 3)),
        ("enrolments", "", (column_of("programme") == "56034") & (column_of("enrolment") == "main")),
        ("staff", "", (column_of("category") == "lecturer") & (column_of("unit") == "FGW")),
        ("faculty_study_advisers", "fte", column_of("fte").is_valid()),
        ("faculty_study_advisers", "certified", column_of("certified") > 0),
        ("faculty_programmes", "", column_of("compulsory_matching")),
    ],
)
def test_a_single_altered_staging_row_is_noticed(
    leiden: Profile,
    ran: SampleYear,
    staged: dict[str, pa.Table],
    facts: dict[str, pa.Table],
    table: str,
    column: str,
    condition: Expression,
) -> None:
    tables = staged | {table: altered(staged[table], column, condition)}
    made = {
        name: conform(name, {read: tables[read] for read in how.reads})
        for name, how in FACTS.items()
        if table in how.reads
    }
    assert differences(ran.landing, *recomputed(leiden, facts | made))
