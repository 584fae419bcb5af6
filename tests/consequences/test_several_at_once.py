"""Several defects of several schools in one run: each costs its own figures, and no figure of anything else."""

from __future__ import annotations

import csv
import io
from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest

from pipelines.cli.commands import kwaliteitsmonitor
from tests.consequences.test_proportion import CYCLE, FINANCE, HEADLINE, MARKS, SCHOOLS, Ran, run

ACTIONS = "progress/2023-2024.xlsx"
Lines = list[dict[str, str]]


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


UNITS = {"Arts": "ARTS", "Business": "BUSINESS", "Health": "HEALTH", "Law": "LAW", "Technology": "TECH"}
SMALL, SUPPORT, CAMPUS = "small_classes", "support", "campus"
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


def finances(spoil: Callable[[Lines], None]) -> Callable[[Path], None]:
    def change(landing: Path) -> None:
        path = landing / FINANCE
        rows: Lines = list(csv.DictReader(io.StringIO(path.read_text(encoding="utf-8"))))
        names = list(rows[0])
        spoil(rows)
        with path.open("w", encoding="utf-8", newline="") as file:
            out = csv.DictWriter(file, names)
            out.writeheader()
            out.writerows(rows)

    return change


def planted(defects: tuple[Defect, ...]) -> Callable[[Lines], None]:
    def spoil(rows: Lines) -> None:
        for one in defects:
            (own,) = [r for r in rows if (r["School"], r["Programme"]) == (one.school, one.programme)]
            if one.beside:
                rows.insert(rows.index(own) + 1, own | dict(one.change))
            else:
                own |= one.change

    return spoil


@pytest.fixture(scope="module")
def clean(tmp_path_factory: pytest.TempPathFactory) -> Ran:
    ran = run(tmp_path_factory.mktemp("clean"))
    assert ran.code == 0
    return ran


@pytest.fixture(scope="module", params=TOGETHER)
def spoilt(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[tuple[Defect, ...], Ran]:
    defects = TOGETHER[request.param]
    return defects, run(tmp_path_factory.mktemp(request.param), finances(planted(defects)))


def lacking(defects: tuple[Defect, ...], theme: str | None) -> set[str]:
    """The schools that a sum over all schools goes without, in a theme or as a whole."""
    return {UNITS[one.school] for one in defects if not one.themes or theme is None or theme in one.themes}


def test_each_defect_is_found_by_its_own_rule_and_stops_nobody(spoilt: tuple[tuple[Defect, ...], Ran]) -> None:
    defects, ran = spoilt
    assert ran.code == 0
    failed = ran.failed()
    for one in defects:
        assert failed[one.rule]["costs"] == "figures", one
        assert failed[one.rule]["failed"] == (2 if one.beside else 1), one
    assert {rule for rule in failed if rule.startswith("bfr.")} == {d.rule for d in defects}, "no other is made by them"


def test_every_sum_says_without_whom_it_is_and_is_that_of_the_others(
    clean: Ran, spoilt: tuple[tuple[Defect, ...], Ran]
) -> None:
    defects, ran = spoilt
    before = {(r["reporting_year"], r["unit"], r["theme"]): r for r in clean.rows("spending_by_unit")}
    for row in ran.rows("spending_overview"):
        year, theme = row["reporting_year"], row["theme"]
        without = lacking(defects, theme) if year == 2024 else set()
        assert set(filter(None, (row["without"] or "").split(", "))) == without, row["figure_id"]
        for amount in ("budget", "realised"):
            kept = sum(
                (
                    r[amount]
                    for (y, u, t), r in before.items()
                    if y == year
                    and t is not None
                    and theme in (None, t)
                    and (y != 2024 or u not in lacking(defects, t))
                ),
                Decimal(0),
            )
            assert row[amount] == kept, (row["figure_id"], amount)


def test_what_no_defect_touches_is_as_it_was(clean: Ran, spoilt: tuple[tuple[Defect, ...], Ran]) -> None:
    defects, ran = spoilt
    before, after = clean.figures(), ran.figures()
    for key, row in before.items():
        year, unit = row.get("reporting_year", row.get("from_year")), row.get("unit")
        theme = row.get("theme")
        touched = lacking(defects, theme)
        if row.get("indicator") or year != 2024 or (unit not in touched if unit else not touched):
            assert {c: after[key].get(c) for c in HEADLINE} == {c: row.get(c) for c in HEADLINE}, key


def test_the_cells_of_a_partial_sum_add_up_to_what_its_deliveries_gave(spoilt: tuple[tuple[Defect, ...], Ran]) -> None:
    _, ran = spoilt
    given = {(r["figure_id"], r["part"], r["delivery"]): r["contribution"] for r in ran.rows("lineage")}
    cells: dict[tuple[str, str, str], Decimal] = defaultdict(Decimal)
    for row in ran.rows("lineage_cells"):
        cells[(row["figure_id"], row["part"], row["delivery"])] += row["contribution"]
    amounts = {key for key in cells if key[1] in ("budget", "realised", "carried_over")}
    assert any(":spending:2024:" in key[0] for key in amounts)
    assert {key: cells[key] for key in amounts} == {key: given[key] for key in amounts}


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
    before, after = clean.figures(), ran.figures()
    told = {"delivered_figures.value.type", "delivered_figures.key", "faculty_measures.theme.codes"}
    assert told <= set(ran.failed())
    assert any(rule.startswith("faculty_measures.progress.") for rule in ran.failed())
    whole = next(r for r in ran.rows("indicator_values") if (r["reporting_year"], r["unit"]) == (2024, None))
    assert (whole["status"], whole["without"], whole["n"]) == ("ok", "ARTS, LAW", 655 + 402 + 541)
    assert "zonder ARTS, LAW" in whole["note_nl"]
    for key, row in before.items():
        measure = (row.get("unit"), row.get("theme"))
        lost = measure in {("ARTS", SUPPORT), ("TECH", CAMPUS)} if key.startswith("measures") else False
        mark = row.get("indicator") and row.get("unit") in (None, "ARTS", "LAW")
        if not (row.get("reporting_year") == 2024 and (lost or mark)):
            assert {c: after[key].get(c) for c in HEADLINE} == {c: row.get(c) for c in HEADLINE}, key
    gone = [r for r in ran.rows("measures") if (r["unit"], r["theme"]) in {("ARTS", SUPPORT), ("TECH", CAMPUS)}]
    assert {r["progress"] for r in gone if r["reporting_year"] == 2024} == {None}
    assert {
        r["status"]
        for r in ran.rows("indicator_values")
        if r["unit"] in ("ARTS", "LAW") and r["reporting_year"] == 2024
    } == {"not_available"}


@pytest.fixture(scope="module")
def one_theme(tmp_path_factory: pytest.TempPathFactory) -> tuple[Ran, Path, Path]:
    """A school with one measure in one theme, whose round of the newest year came, and did not come."""
    base = tmp_path_factory.mktemp("one-theme")
    import shutil

    profile = base / "profile"
    shutil.copytree(SCHOOLS / "profile", profile)
    measures = (profile / "measures.yaml").read_text(encoding="utf-8")
    own = measures.index("id: personal_tutors")
    (profile / "measures.yaml").write_text(measures[:own] + measures[own:].replace("[ARTS, ", "[", 1), encoding="utf-8")

    def drop(landing: Path, years: tuple[int, ...], programmes: tuple[str, ...]) -> None:
        for year in years:
            path = landing / f"finance/{year}.csv"
            kept = [
                line
                for line in path.read_text(encoding="utf-8").splitlines()
                if not any(line.startswith(f"Arts,{programme}") for programme in programmes)
            ]
            path.write_text("\n".join([*kept, ""]), encoding="utf-8")

    def actions(landing: Path) -> None:
        drop(landing, (2023, 2024), ("Student support",))
        for file in sorted((landing / "progress").glob("*.xlsx")):
            book = openpyxl.load_workbook(file)
            sheet = book["Actions"]
            for number in range(sheet.max_row, 3, -1):
                if [sheet.cell(number, c).value for c in (1, 2)] == ["Arts", "Student support"]:
                    sheet.delete_rows(number)
            book.save(file)

    whole = run(base, actions, profile)
    assert whole.code == 0
    partial = run(base, lambda landing: drop(landing, (2024,), ("Small classes",)), profile)
    assert partial.code == 0
    return partial, profile, base


def test_a_school_with_one_measure_and_no_round_costs_its_theme_and_the_total(
    one_theme: tuple[Ran, Path, Path], capsys: pytest.CaptureFixture[str]
) -> None:
    _, profile, base = one_theme
    releases = base / "out" / "releases" / CYCLE
    import pyarrow.parquet as pq

    first, second = (
        {r["theme"]: r for r in pq.read_table(releases / v / "tables" / "spending_overview.parquet").to_pylist()
         if r["reporting_year"] == 2024}
        for v in ("v1", "v2")
    )  # fmt: skip
    assert {theme for theme, row in second.items() if row["without"]} == {SMALL, None}
    for theme in (SUPPORT, CAMPUS):
        same = ("budget", "realised", "difference", "carried_over", "available", "left_over", "status", "without")
        assert {n: second[theme][n] for n in same} == {n: first[theme][n] for n in same}, theme
    for theme in (SMALL, None):
        row = second[theme]
        assert (row["status"], row["without"]) == ("ok", "ARTS")
        assert first[theme]["budget"] - row["budget"] == Decimal("260000.00")
        assert row["left_over"] == row["budget"] + row["carried_over"] - row["realised"], "of the same schools"
        assert "zonder ARTS / without ARTS" in row["note"]
    given = ["--institution", str(profile), "--landing", str(base / "landing"), "--out", str(base / "out")]
    assert kwaliteitsmonitor.main(["explain", f"{CYCLE}:spending:2024:{SMALL}", *given, "--language", "nl"]) == 0
    assert "zonder ARTS" in capsys.readouterr().out
    assert kwaliteitsmonitor.main(["diff", f"{CYCLE}/v1", f"{CYCLE}/v2", *given, "--language", "nl"]) == 1
    assert "ARTS" in capsys.readouterr().out
