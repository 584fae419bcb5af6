"""One defect of one school costs the figures that need it, which say so; every other figure is as it was."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from pipelines.cli.commands import kwaliteitsmonitor
from schemas.rules import declared
from schemas.tables import CATALOGUE, DELIVERED, staged

SCHOOLS = Path(__file__).parents[1] / "institutions" / "five_schools"
CYCLE = "2025-03"
FINANCE, MARKS = "finance/2024.csv", "satisfaction/2024.csv"
FIGURES = ("spending_overview", "spending_by_unit", "spending_rounds", "carry_over", "indicator_values", "measures")
HEADLINE = ("budget", "realised", "difference", "left_over", "carried_over", "value", "progress")

Row = dict[str, Any]


@dataclass(frozen=True)
class Ran:
    """A cycle that was run: its exit code, and the tables of its release by name."""

    code: int
    out: Path

    def rows(self, table: str) -> list[Row]:
        release = (self.out / "current" / CYCLE).resolve()
        found: list[Row] = pq.read_table(release / "tables" / f"{table}.parquet").to_pylist()
        return found

    def figures(self) -> Mapping[str, Row]:
        return {f"{table} {row['figure_id']}": row for table in FIGURES for row in self.rows(table)}

    def failed(self) -> dict[str, Row]:
        return {row["rule"]: row for row in self.rows("quality_results") if row["outcome"] == "failed"}


def run(base: Path, spoil: Callable[[Path], None] | None = None, profile: Path | None = None) -> Ran:
    landing, out = base / "landing", base / "out"
    if not landing.exists():
        shutil.copytree(SCHOOLS / "deliveries", landing)
    if spoil:
        spoil(landing)
    given = ["--institution", str(profile or SCHOOLS / "profile"), "--landing", str(landing), "--out", str(out)]
    return Ran(kwaliteitsmonitor.main(["run", "--cycle", CYCLE, *given, "--reports", "none"]), out)


def replacing(file: str, old: str, new: str) -> Callable[[Path], None]:
    def spoil(landing: Path) -> None:
        path = landing / file
        text = path.read_text(encoding="utf-8")
        assert text.count(old) == 1, (file, old, text.count(old))
        path.write_text(text.replace(old, new), encoding="utf-8")

    return spoil


@pytest.fixture(scope="module")
def clean(tmp_path_factory: pytest.TempPathFactory) -> Ran:
    ran = run(tmp_path_factory.mktemp("clean"))
    assert ran.code == 0
    return ran


LAW = 'Law,Small classes,Smaller seminar groups,"155,000.00","150,310.80",31/12/2024,'
DEFECTS: Mapping[str, tuple[Callable[[Path], None], str, frozenset[str], frozenset[str]]] = {
    "an amount in words": (
        replacing(FINANCE, LAW, LAW.replace('"155,000.00"', "ca. 155")),
        "bfr.budget.type",
        frozenset({"LAW"}),
        frozenset({"small_classes"}),
    ),
    "a negative budget": (
        replacing(FINANCE, LAW, LAW.replace('"155,000.00"', '"-1.00"')),
        "bfr.budget.range",
        frozenset({"LAW"}),
        frozenset({"small_classes"}),
    ),
    "no date": (
        replacing(FINANCE, LAW, LAW.replace("31/12/2024", "")),
        "bfr.submitted_on.required",
        frozenset({"LAW"}),
        frozenset({"small_classes"}),
    ),
    "two rows that contradict each other": (
        replacing(FINANCE, LAW, f"{LAW}\n{LAW.replace('155,000', '156,000')}"),
        "bfr.key",
        frozenset({"LAW"}),
        frozenset({"small_classes"}),
    ),
    "an unknown theme": (
        replacing(FINANCE, LAW, LAW.replace("Small classes", "Big classes")),
        "bfr.theme.codes",
        frozenset({"LAW"}),
        frozenset(),
    ),
}


def needs(row: Row, units: frozenset[str], themes: frozenset[str]) -> bool:
    """Whether a figure of 2024 needs what a school did not deliver rightly."""
    year = row.get("reporting_year", row.get("from_year"))
    unit, theme = row.get("unit"), row.get("theme")
    return year == 2024 and unit in (None, *units) and (not themes or theme in (None, *themes))


@pytest.mark.parametrize("name", DEFECTS)
def test_a_defect_in_one_row_of_money_leaves_every_other_figure_as_it_was(
    clean: Ran, tmp_path: Path, name: str
) -> None:
    spoil, rule, units, themes = DEFECTS[name]
    ran = run(tmp_path, spoil)
    assert ran.code == 0, "one row of one school stops nobody"
    assert ran.failed()[rule]["costs"] == "figures"
    before, after = clean.figures(), ran.figures()
    for key, row in before.items():
        if row.get("indicator") or not needs(row, units, themes):
            same = {column: row.get(column) for column in HEADLINE}
            assert {column: after[key].get(column) for column in HEADLINE} == same, key
    for row in ran.rows("spending_overview"):
        if needs(row, units, themes):
            assert (row["status"], row["without"]) == ("ok", "LAW"), row["figure_id"]
            assert "zonder LAW / without LAW" in row["note"]
            law = before.get(f"spending_by_unit {CYCLE}:unit_spending:2024:LAW:{row['theme'] or 'all'}")
            if law and (themes or row["theme"]):
                whole = before[f"spending_overview {row['figure_id']}"]["budget"]
                lost = before[f"spending_by_unit {CYCLE}:unit_spending:2024:LAW:{row['theme'] or 'small_classes'}"]
                assert row["budget"] == whole - lost["budget"]
    own = [r for r in ran.rows("spending_by_unit") if r["unit"] == "LAW" and needs(r, units, themes)]
    assert {r["status"] for r in own} == {"not_available"}
    of_law = [r for r in ran.rows("measures") if r["unit"] == "LAW" and needs(r, units, themes)]
    lacking = [r for r in of_law if r["theme"] == "small_classes"]
    assert {(r["budget"], r["realised"]) for r in lacking} == {(None, None)}, "unknown is not nothing"


def test_a_row_that_is_there_twice_costs_nothing(clean: Ran, tmp_path: Path) -> None:
    ran = run(tmp_path, replacing(FINANCE, LAW, f"{LAW}\n{LAW}"))
    assert ran.code == 0
    assert ran.failed()["bfr.key"]["failed"] == 1
    assert {k: {c: r.get(c) for c in HEADLINE} for k, r in ran.figures().items()} == {
        k: {c: r.get(c) for c in HEADLINE} for k, r in clean.figures().items()
    }
    assert {r["without"] for r in ran.rows("spending_overview")} == {None}


def test_a_row_of_an_unknown_school_is_in_no_figure_and_each_says_so(clean: Ran, tmp_path: Path) -> None:
    ran = run(tmp_path, replacing(FINANCE, LAW, LAW.replace("Law,", "Lawn,")))
    assert ran.code == 0
    total = next(r for r in ran.rows("spending_overview") if (r["reporting_year"], r["theme"]) == (2024, None))
    assert total["without"] == "?"
    assert "zonder een rij van een onbekende eenheid" in total["note"]


def test_a_school_without_its_round_is_left_out_where_it_counts(clean: Ran, tmp_path: Path) -> None:
    def drop(landing: Path) -> None:
        path = landing / FINANCE
        kept = [line for line in path.read_text(encoding="utf-8").splitlines() if not line.startswith("Law,")]
        path.write_text("\n".join(kept) + "\n", encoding="utf-8")

    ran = run(tmp_path, drop)
    assert ran.code == 0
    of_2024 = [r for r in ran.rows("spending_overview") if r["reporting_year"] == 2024]
    law = {r["theme"] for r in clean.rows("spending_by_unit") if r["unit"] == "LAW" and r["reporting_year"] == 2024}
    assert {r["theme"] for r in of_2024 if r["without"] == "LAW"} == law
    assert {r["status"] for r in of_2024} == {"ok"}
    left = [r for r in of_2024 if r["theme"] is None]
    assert all(r["left_over"] == r["budget"] + r["carried_over"] - r["realised"] for r in left), "of the same schools"


def test_a_version_that_lost_a_column_gives_way_to_the_one_before(clean: Ran, tmp_path: Path) -> None:
    def again(landing: Path) -> None:
        text = (landing / FINANCE).read_text(encoding="utf-8")
        (landing / "finance" / "2024_v2.csv").write_text(text.replace("Actual", "Act."), encoding="utf-8")

    ran = run(tmp_path, again)
    assert ran.code == 0
    assert ran.failed()["bfr.columns"]["costs"] == "delivery"
    stand = {
        r["file"]: (r["status"], r["rows_accepted"]) for r in ran.rows("delivery_status") if r["feed"] == "finance"
    }
    assert stand["finance/2024_v2.csv"] == ("rejected", 0)
    assert stand["finance/2024.csv"][0] == "accepted"
    assert {k: {c: r.get(c) for c in HEADLINE} for k, r in ran.figures().items()} == {
        k: {c: r.get(c) for c in HEADLINE} for k, r in clean.figures().items()
    }


def test_a_strict_profile_stops_for_a_row_that_does_not_count(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    profile = tmp_path / "profile"
    shutil.copytree(SCHOOLS / "profile", profile)
    text = (profile / "profile.yaml").read_text(encoding="utf-8")
    (profile / "profile.yaml").write_text(f"{text}\nstrictness: strict\n", encoding="utf-8")
    ran = run(tmp_path, DEFECTS["an amount in words"][0], profile)
    assert ran.code == 3
    assert "bfr.budget.type" in capfd.readouterr().err


def test_every_rule_that_a_run_judges_is_declared_with_what_it_costs(clean: Ran) -> None:
    tables = (*CATALOGUE.values(), *map(staged, DELIVERED))
    contracts = {c.id: c for table in tables for c in table.constraints()}
    for row in clean.rows("quality_results"):
        if row["rule"] in contracts:
            assert row["costs"] == contracts[row["rule"]].costs, row["rule"]
            continue
        found = declared(row["rule"])
        assert found is not None, f"{row['rule']} is not in schemas/rules.py"
        assert row["costs"] in found.costs, row["rule"]
