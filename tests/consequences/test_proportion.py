"""A defect of one school costs the figures that need it, which say so; every other figure is as it was."""

from __future__ import annotations

import csv
import shutil
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from pathlib import Path
from typing import Any

import openpyxl
import pyarrow.parquet as pq
import pytest

from pipelines.cli.commands import kwaliteitsmonitor
from schemas.rules import declared
from schemas.tables import CATALOGUE, DELIVERED, staged

SCHOOLS = Path(__file__).parents[1] / "institutions" / "five_schools"
CYCLE = "2025-03"
FINANCE, MARKS, ACTIONS = "finance/2024.csv", "satisfaction/2024.csv", "progress/2023-2024.xlsx"
FIGURES = ("spending_overview", "spending_by_unit", "spending_rounds", "carry_over", "indicator_values", "measures")
HEADLINE = ("budget", "realised", "difference", "left_over", "carried_over", "value", "progress")
UNITS = {"Arts": "ARTS", "Business": "BUSINESS", "Health": "HEALTH", "Law": "LAW", "Technology": "TECH"}
SMALL, SUPPORT, CAMPUS = "small_classes", "support", "campus"

Row = dict[str, Any]
Lines = list[dict[str, str]]
Spoil = Callable[[Path], None]


@dataclass(frozen=True)
class Ran:
    """A cycle that was run: its exit code, and the tables of its release by name."""

    code: int
    out: Path

    def rows(self, table: str) -> list[Row]:
        release = (self.out / "current" / CYCLE).resolve()
        rows: list[Row] = pq.read_table(release / "tables" / f"{table}.parquet").to_pylist()
        return rows

    @cached_property
    def figures(self) -> Mapping[str, Row]:
        return {f"{table} {row['figure_id']}": row for table in FIGURES for row in self.rows(table)}

    def headlines(self) -> dict[str, Row]:
        return {key: {column: row.get(column) for column in HEADLINE} for key, row in self.figures.items()}

    def failed(self) -> dict[str, Row]:
        return {row["rule"]: row for row in self.rows("quality_results") if row["outcome"] == "failed"}


def places(base: Path, profile: Path = SCHOOLS / "profile") -> list[str]:
    return ["--institution", str(profile), "--landing", str(base / "landing"), "--out", str(base / "out")]


def run(base: Path, *spoils: Spoil, profile: Path = SCHOOLS / "profile") -> Ran:
    landing = base / "landing"
    if not landing.exists():
        shutil.copytree(SCHOOLS / "deliveries", landing)
    for spoil in spoils:
        spoil(landing)
    command = ["run", "--cycle", CYCLE, *places(base, profile), "--reports", "none"]
    return Ran(kwaliteitsmonitor.main(command), base / "out")


def finances(change: Callable[[Lines], None]) -> Spoil:
    """Change the rows of the finances of 2024."""

    def spoil(landing: Path) -> None:
        path = landing / FINANCE
        with path.open(encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))
        names = list(rows[0])
        change(rows)
        with path.open("w", encoding="utf-8", newline="") as file:
            out = csv.DictWriter(file, names)
            out.writeheader()
            out.writerows(rows)

    return spoil


@dataclass(frozen=True)
class Defect:
    """A defect in the row of a school and a programme of the finances, with the rule that finds it.

    `themes` are those in which the school is lacking then; empty where that is not known, and so any.
    """

    school: str
    programme: str
    change: Mapping[str, str]
    rule: str
    themes: tuple[str, ...]
    beside: bool = False
    """Whether it is a second row beside the right one."""

    def plant(self, rows: Lines) -> None:
        (own,) = (r for r in rows if (r["School"], r["Programme"]) == (self.school, self.programme))
        if self.beside:
            rows.insert(rows.index(own) + 1, own | dict(self.change))
        else:
            own |= self.change


TOGETHER: Mapping[str, tuple[Defect, ...]] = {
    "cells": (
        Defect("Arts", "Small classes", {"Budget": "ca. 15"}, "bfr.budget.type", (SMALL,)),
        Defect("Law", "Student support", {"Budget": "-1.00"}, "bfr.budget.range", (SUPPORT,)),
        Defect("Technology", "Campus", {"Date": ""}, "bfr.submitted_on.required", (CAMPUS,)),
        Defect("Health", "Student support", {"Actual": ""}, "bfr.realised.required", (SUPPORT,)),
        Defect("Business", "Small classes", {"Date": "31 december"}, "bfr.submitted_on.type", (SMALL,)),
    ),
    "rows": (
        Defect("Arts", "Student support", {"Budget": "86,000.00"}, "bfr.key", (SUPPORT,), beside=True),
        Defect("Law", "Small classes", {"Action": "Larger groups"}, "bfr.measure.codes", (SMALL,)),
        Defect("Business", "Campus", {"Programme": "Grounds"}, "bfr.theme.codes", ()),
        Defect("Technology", "Student support", {"Actual": "veel"}, "bfr.realised.type", (SUPPORT,)),
    ),
}


@dataclass(frozen=True)
class Spoilt:
    """A year with several defects in the finances, and what it came to."""

    defects: Sequence[Defect]
    ran: Ran

    def lacking(self, theme: str | None) -> set[str]:
        """The schools that a sum over all schools goes without, in a theme or as a whole."""
        return {UNITS[one.school] for one in self.defects if not one.themes or theme is None or theme in one.themes}

    def touches(self, row: Row) -> bool:
        """Whether a figure needs what a school did not deliver rightly."""
        year, unit = row.get("reporting_year", row.get("from_year")), row.get("unit")
        touched = self.lacking(row.get("theme"))
        return not row.get("indicator") and year == 2024 and (unit in touched if unit else bool(touched))


@pytest.fixture(scope="module")
def clean(tmp_path_factory: pytest.TempPathFactory) -> Ran:
    ran = run(tmp_path_factory.mktemp("clean"))
    assert ran.code == 0
    return ran


@pytest.fixture(scope="module", params=TOGETHER)
def spoilt(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Spoilt:
    defects = TOGETHER[request.param]
    plants = [finances(one.plant) for one in defects]
    return Spoilt(defects, run(tmp_path_factory.mktemp(request.param), *plants))


def test_each_defect_fails_its_own_rule_and_stops_nobody(spoilt: Spoilt) -> None:
    assert spoilt.ran.code == 0
    failed = spoilt.ran.failed()
    for one in spoilt.defects:
        assert (failed[one.rule]["costs"], failed[one.rule]["failed"]) == ("figures", 2 if one.beside else 1), one
    assert {rule for rule in failed if rule.startswith("bfr.")} == {d.rule for d in spoilt.defects}, "and no other"


def test_every_sum_says_without_whom_it_is_and_is_that_of_the_others(clean: Ran, spoilt: Spoilt) -> None:
    parts = [row for row in clean.rows("spending_by_unit") if row["theme"] is not None]
    for row in spoilt.ran.rows("spending_overview"):
        year, theme = row["reporting_year"], row["theme"]
        without = spoilt.lacking(theme) if year == 2024 else set()
        assert set(filter(None, (row["without"] or "").split(", "))) == without, row["figure_id"]
        assert row["status"] == "ok"
        assert not without or f"zonder {row['without']} / without {row['without']}" in row["note"]
        kept = [
            part
            for part in parts
            if part["reporting_year"] == year
            and theme in (None, part["theme"])
            and (year != 2024 or part["unit"] not in spoilt.lacking(part["theme"]))
        ]
        for amount in ("budget", "realised"):
            assert row[amount] == sum((part[amount] for part in kept), Decimal(0)), (row["figure_id"], amount)


def test_what_no_defect_touches_is_as_it_was_and_what_one_does_is_not_available(clean: Ran, spoilt: Spoilt) -> None:
    before, after = clean.headlines(), spoilt.ran.headlines()
    untouched = [key for key, row in clean.figures.items() if not spoilt.touches(row)]
    assert {key: after[key] for key in untouched} == {key: before[key] for key in untouched}
    own = [row for row in spoilt.ran.rows("spending_by_unit") if spoilt.touches(row)]
    assert {row["status"] for row in own} == {"not_available"}
    known = [one for one in spoilt.defects if one.themes]
    for row in spoilt.ran.rows("measures"):
        if row["reporting_year"] == 2024 and any(
            (row["unit"], row["theme"]) == (UNITS[one.school], one.themes[0]) for one in known
        ):
            assert (row["budget"], row["realised"]) == (None, None), "unknown is not nothing"


def test_the_cells_of_a_partial_sum_add_up_to_what_its_deliveries_gave(spoilt: Spoilt) -> None:
    lineage = {(r["figure_id"], r["part"], r["delivery"]): r["contribution"] for r in spoilt.ran.rows("lineage")}
    cells: dict[tuple[str, str, str], Decimal] = defaultdict(Decimal)
    for row in spoilt.ran.rows("lineage_cells"):
        cells[row["figure_id"], row["part"], row["delivery"]] += row["contribution"]
    amounts = {key for key in cells if key[1] in ("budget", "realised", "carried_over")}
    assert any(":spending:2024:" in key[0] for key in amounts)
    assert {key: cells[key] for key in amounts} == {key: lineage[key] for key in amounts}


def law(rows: Lines) -> dict[str, str]:
    return next(row for row in rows if (row["School"], row["Programme"]) == ("Law", "Small classes"))


def test_a_row_that_is_there_twice_and_a_version_that_lost_a_column_cost_no_figure(clean: Ran, tmp_path: Path) -> None:
    """The version gives way to the one before, in which the row is."""

    def lose_a_column(landing: Path) -> None:
        text = (landing / FINANCE).read_text(encoding="utf-8")
        (landing / "finance" / "2024_v2.csv").write_text(text.replace("Actual", "Act."), encoding="utf-8")

    ran = run(tmp_path, finances(lambda rows: rows.append(dict(law(rows)))), lose_a_column)
    assert ran.code == 0
    assert ran.failed()["bfr.key"]["failed"] == 1
    assert ran.failed()["bfr.columns"]["costs"] == "delivery"
    deliveries = {r["file"]: r for r in ran.rows("delivery_status") if r["feed"] == "finance"}
    second = deliveries["finance/2024_v2.csv"]
    assert (second["status"], second["rows_accepted"]) == ("rejected", 0)
    assert deliveries["finance/2024.csv"]["status"] == "partly_accepted"
    assert ran.headlines() == clean.headlines()
    assert {r["without"] for r in ran.rows("spending_overview")} == {None}


def test_a_row_of_an_unknown_school_is_in_no_figure_and_each_says_so(tmp_path: Path) -> None:
    ran = run(tmp_path, finances(lambda rows: law(rows).update(School="Lawn")))
    assert ran.code == 0
    total = next(r for r in ran.rows("spending_overview") if (r["reporting_year"], r["theme"]) == (2024, None))
    assert total["without"] == "?"
    assert "zonder een rij van een onbekende eenheid" in total["note"]


def test_a_strict_profile_stops_for_a_row_that_does_not_count(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    profile = Path(shutil.copytree(SCHOOLS / "profile", tmp_path / "profile"))
    with (profile / "profile.yaml").open("a", encoding="utf-8") as file:
        file.write("\nstrictness: strict\n")
    ran = run(tmp_path, finances(lambda rows: law(rows).update(Budget="ca. 155")), profile=profile)
    assert ran.code == 3
    assert "bfr.budget.type" in capfd.readouterr().err


def test_every_rule_that_a_run_judges_is_declared_with_what_it_costs(clean: Ran) -> None:
    tables = (*CATALOGUE.values(), *map(staged, DELIVERED))
    contracts = {c.id: (c.costs,) for table in tables for c in table.constraints()}
    for row in clean.rows("quality_results"):
        rule = declared(row["rule"])
        costs = contracts.get(row["rule"]) or (rule.costs if rule else None)
        assert costs, f"{row['rule']} is not in schemas/rules.py"
        assert row["costs"] in costs, row["rule"]


def test_figures_of_schools_and_their_actions_say_what_they_lack_and_leave_the_others(
    clean: Ran, tmp_path: Path
) -> None:
    """A mark in words, a school that says two marks, a progress that is no share and a programme that there is not."""

    def spoil(landing: Path) -> None:
        marks = (landing / MARKS).read_text(encoding="utf-8")
        marks = marks.replace("Arts,7.2,230", "Arts,goed,230").replace("Law,7.1,163", "Law,7.1,163\nLaw,7.4,163")
        (landing / MARKS).write_text(marks, encoding="utf-8")
        book = openpyxl.load_workbook(landing / ACTIONS)
        for row in book["Actions"].iter_rows(min_row=4):
            if [cell.value for cell in row[:2]] == ["Arts", "Student support"]:
                row[3].value = "veel"
            if [cell.value for cell in row[:2]] == ["Technology", "Campus"]:
                row[1].value = "Grounds"
        book.save(landing / ACTIONS)

    ran = run(tmp_path, spoil)
    assert ran.code == 0
    failed = {rule for rule in ran.failed() if rule.startswith(("delivered_figures.", "faculty_measures."))}
    assert {"delivered_figures.value.type", "delivered_figures.key", "faculty_measures.theme.codes"} <= failed
    assert any(rule.startswith("faculty_measures.progress.") for rule in failed)
    marks_of = {r["unit"]: r for r in ran.rows("indicator_values") if r["reporting_year"] == 2024}
    whole = marks_of[None]
    assert (whole["status"], whole["without"], whole["n"]) == ("ok", "ARTS, LAW", 655 + 402 + 541)
    assert "zonder ARTS, LAW" in whole["note_nl"]
    assert {marks_of[unit]["status"] for unit in ("ARTS", "LAW")} == {"not_available"}
    lost = {("ARTS", SUPPORT), ("TECH", CAMPUS)}
    gone = [r for r in ran.rows("measures") if (r["unit"], r["theme"]) in lost and r["reporting_year"] == 2024]
    assert {r["progress"] for r in gone} == {None}

    def touched(key: str, row: Row) -> bool:
        if row.get("reporting_year") != 2024:
            return False
        if key.startswith("measures"):
            return (row["unit"], row["theme"]) in lost
        return bool(row.get("indicator")) and row["unit"] in (None, "ARTS", "LAW")

    before, after = clean.headlines(), ran.headlines()
    untouched = [key for key, row in clean.figures.items() if not touched(key, row)]
    assert {key: after[key] for key in untouched} == {key: before[key] for key in untouched}


def test_a_school_with_one_measure_and_no_round_costs_its_theme_and_the_total(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The round of the newest year came in the first run, and did not in the second."""
    profile = Path(shutil.copytree(SCHOOLS / "profile", tmp_path / "profile"))
    measures = (profile / "measures.yaml").read_text(encoding="utf-8")
    own = measures.index("id: personal_tutors")
    (profile / "measures.yaml").write_text(measures[:own] + measures[own:].replace("[ARTS, ", "[", 1), encoding="utf-8")

    def drop(landing: Path, year: int, programme: str) -> None:
        path = landing / f"finance/{year}.csv"
        lines = path.read_text(encoding="utf-8").splitlines()
        kept = [line for line in lines if not line.startswith(f"Arts,{programme}")]
        path.write_text("\n".join([*kept, ""]), encoding="utf-8")

    def without_support(landing: Path) -> None:
        for year in (2023, 2024):
            drop(landing, year, "Student support")
        for file in sorted((landing / "progress").glob("*.xlsx")):
            book = openpyxl.load_workbook(file)
            sheet = book["Actions"]
            for number in range(sheet.max_row, 3, -1):
                if [sheet.cell(number, c).value for c in (1, 2)] == ["Arts", "Student support"]:
                    sheet.delete_rows(number)
            book.save(file)

    first = run(tmp_path, without_support, profile=profile)
    before = {r["theme"]: r for r in first.rows("spending_overview") if r["reporting_year"] == 2024}
    second = run(tmp_path, lambda landing: drop(landing, 2024, "Small classes"), profile=profile)
    after = {r["theme"]: r for r in second.rows("spending_overview") if r["reporting_year"] == 2024}
    assert (first.code, second.code) == (0, 0)
    assert {theme for theme, row in after.items() if row["without"]} == {SMALL, None}
    same = ("budget", "realised", "difference", "carried_over", "available", "left_over", "status", "without")
    for theme in (SUPPORT, CAMPUS):
        assert {n: after[theme][n] for n in same} == {n: before[theme][n] for n in same}, theme
    for theme in (SMALL, None):
        row = after[theme]
        assert (row["status"], row["without"]) == ("ok", "ARTS")
        assert before[theme]["budget"] - row["budget"] == Decimal("260000.00")
        assert row["left_over"] == row["budget"] + row["carried_over"] - row["realised"], "of the same schools"
        assert "zonder ARTS / without ARTS" in row["note"]
    where = [*places(tmp_path, profile), "--language", "nl"]
    assert kwaliteitsmonitor.main(["explain", f"{CYCLE}:spending:2024:{SMALL}", *where]) == 0
    assert "zonder ARTS" in capsys.readouterr().out
    assert kwaliteitsmonitor.main(["diff", f"{CYCLE}/v1", f"{CYCLE}/v2", *where]) == 1
    assert "ARTS" in capsys.readouterr().out
