"""A defect of one school costs the figures that need it, which say so; every other figure is as it was."""

from __future__ import annotations

import shutil
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
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
SMALL, SUPPORT, CAMPUS = "small_classes", "support", "campus"
ROW_OF_LAW = 'Law,Small classes,Smaller seminar groups,"155,000.00"'

Row = dict[str, Any]


@dataclass(frozen=True)
class Ran:
    """A cycle that was run, and the tables of its release."""

    out: Path

    def rows(self, table: str) -> list[Row]:
        release = (self.out / "current" / CYCLE).resolve()
        rows: list[Row] = pq.read_table(release / "tables" / f"{table}.parquet").to_pylist()
        return rows

    @cached_property
    def figures(self) -> Mapping[str, Row]:
        return {f"{table} {row['figure_id']}": row for table in FIGURES for row in self.rows(table)}

    def headlines(self, keys: Iterable[str] = ()) -> dict[str, Row]:
        return {key: {name: self.figures[key].get(name) for name in HEADLINE} for key in keys or self.figures}

    def failed(self) -> dict[str, Row]:
        return {row["rule"]: row for row in self.rows("quality_results") if row["outcome"] == "failed"}


def places(base: Path) -> list[str]:
    where = {"institution": SCHOOLS / "profile", "landing": base / "landing", "out": base / "out"}
    return [word for name, place in where.items() for word in (f"--{name}", str(place))]


def run(base: Path, spoil: Callable[[Path], object] = lambda _: None) -> Ran:
    """Run the cycle, which must succeed, on deliveries of which something was spoilt."""
    spoil(Path(shutil.copytree(SCHOOLS / "deliveries", base / "landing")))
    assert kwaliteitsmonitor.main(["run", "--cycle", CYCLE, *places(base), "--reports", "none"]) == 0, "it stops nobody"
    return Ran(base / "out")


def edit(path: Path, *changes: tuple[str, str]) -> str:
    """Replace texts in a file, each of which must be there."""
    text = path.read_text(encoding="utf-8")
    for old, new in changes:
        assert old in text, old
        text = text.replace(old, new, 1)
    path.write_text(text, encoding="utf-8")
    return text


OF_CELLS = (
    ('Arts,Small classes,Smaller seminar groups,"260,000.00"', "Arts,Small classes,Smaller seminar groups,ca. 15"),
    ('Health,Student support,Personal tutors,"180,000.00"', "Health,Student support,Personal tutors,-1.00"),
    (ROW_OF_LAW, ROW_OF_LAW.replace("Smaller seminar groups", "Larger groups")),
    ('"231,904.15"', ""),
    ("Business,Campus", "Business,Grounds"),
    ("Arts,Student support,", 'Arts,Student support,Personal tutors,"86,000.00",1,31/12/2024,\nArts,Student support,'),
)
RULES = {
    "bfr.budget.type": 1,
    "bfr.budget.range": 1,
    "bfr.measure.codes": 1,
    "bfr.realised.required": 1,
    "bfr.theme.codes": 1,
    "bfr.key": 2,
}
"""Per rule how many rows of the finances fail it."""
LACKING = {SMALL: {"ARTS", "LAW", "BUSINESS"}, SUPPORT: {"ARTS", "HEALTH", "BUSINESS"}, CAMPUS: {"BUSINESS"}}
LACKING_IN_ALL = {None: {"ARTS", "LAW", "HEALTH", "BUSINESS"}}
"""The schools that a sum goes without; of the row of an unknown theme it is not known which theme lacks it."""
OF_ACTIONS = {("ARTS", SUPPORT), ("TECH", CAMPUS)}


def spoil_all(landing: Path) -> None:
    """A defect of each kind in the finances, two in the marks, and in the actions a word and an unknown theme."""
    edit(landing / FINANCE, *OF_CELLS)
    edit(landing / MARKS, ("Arts,7.2,230", "Arts,goed,230"), ("Law,7.1,163", "Law,7.1,163\nLaw,7.4,163"))
    book = openpyxl.load_workbook(landing / ACTIONS)
    rows = {(row[0].value, row[1].value): row for row in book["Actions"].iter_rows(min_row=4)}
    rows["Arts", "Student support"][3].value = "veel"
    rows["Technology", "Campus"][1].value = "Grounds"
    book.save(landing / ACTIONS)


def lacking(theme: str | None) -> set[str]:
    return (LACKING | LACKING_IN_ALL)[theme]


def touches(key: str, row: Row) -> bool:
    """Whether a figure needs what a school did not deliver rightly."""
    if row.get("reporting_year", row.get("from_year")) != 2024:
        return False
    if row.get("indicator"):
        return row["unit"] in (None, "ARTS", "LAW")
    of_action = key.startswith("measures") and (row["unit"], row["theme"]) in OF_ACTIONS
    return of_action or not row.get("unit") or row["unit"] in lacking(row.get("theme"))


@pytest.fixture(scope="module")
def clean(tmp_path_factory: pytest.TempPathFactory) -> Ran:
    return run(tmp_path_factory.mktemp("clean"))


@pytest.fixture(scope="module")
def spoilt(tmp_path_factory: pytest.TempPathFactory) -> Ran:
    return run(tmp_path_factory.mktemp("spoilt"), spoil_all)


def test_each_defect_fails_its_own_rule(spoilt: Ran) -> None:
    failed = {rule: (row["costs"], row["failed"]) for rule, row in spoilt.failed().items()}
    of_finance = {rule: number for rule, number in failed.items() if rule.startswith("bfr.")}
    assert of_finance == {rule: ("figures", number) for rule, number in RULES.items()}
    assert {"delivered_figures.value.type", "delivered_figures.key", "faculty_measures.theme.codes"} <= failed.keys()
    assert any(rule.startswith("faculty_measures.progress.") for rule in failed)


def test_every_sum_says_without_whom_it_is_and_is_that_of_the_others(clean: Ran, spoilt: Ran) -> None:
    parts = [row for row in clean.rows("spending_by_unit") if row["theme"] is not None]
    for row in spoilt.rows("spending_overview"):
        year, theme = row["reporting_year"], row["theme"]
        without = lacking(theme) if year == 2024 else set()
        assert set(filter(None, (row["without"] or "").split(", "))) == without, row["figure_id"]
        assert row["status"] == "ok"
        assert not without or f"zonder {row['without']}" in row["note_nl"]
        of = [part for part in parts if part["reporting_year"] == year and theme in (None, part["theme"])]
        kept = [part for part in of if year != 2024 or part["unit"] not in lacking(part["theme"])]
        for amount in ("budget", "realised"):
            assert row[amount] == sum((part[amount] for part in kept), Decimal(0)), (row["figure_id"], amount)
    whole = next(r for r in spoilt.rows("indicator_values") if r["reporting_year"] == 2024 and r["unit"] is None)
    assert (whole["status"], whole["without"], whole["n"]) == ("ok", "ARTS, LAW", 655 + 402 + 541)
    assert "zonder ARTS, LAW" in whole["note_nl"]


def test_what_no_defect_touches_is_as_it_was_and_what_one_does_is_not_available(clean: Ran, spoilt: Ran) -> None:
    untouched = [key for key, row in clean.figures.items() if not touches(key, row)]
    assert len(untouched) > 40
    assert spoilt.headlines(untouched) == clean.headlines(untouched)
    of_units = {key: row for key, row in spoilt.figures.items() if row.get("unit") and touches(key, row)}
    own = [row for key, row in of_units.items() if key.startswith(("spending_by_unit", "indicator_values"))]
    assert {row["status"] for row in own} == {"not_available"}
    of_measures = {(row["unit"], row["theme"]): row for key, row in of_units.items() if key.startswith("measures")}
    for known in (("ARTS", SMALL), ("HEALTH", SUPPORT), ("LAW", SMALL), ("ARTS", SUPPORT)):
        assert (of_measures[known]["budget"], of_measures[known]["realised"]) == (None, None), "unknown is not nothing"
    assert {of_measures[one]["progress"] for one in OF_ACTIONS} == {None}


def test_the_cells_of_a_partial_sum_add_up_to_what_its_deliveries_gave(spoilt: Ran) -> None:
    lineage = {(r["figure_id"], r["part"], r["delivery"]): r["contribution"] for r in spoilt.rows("lineage")}
    cells: dict[tuple[str, str, str], Decimal] = defaultdict(Decimal)
    for row in spoilt.rows("lineage_cells"):
        cells[row["figure_id"], row["part"], row["delivery"]] += row["contribution"]
    amounts = {key for key in cells if key[1] in ("budget", "realised", "carried_over")}
    assert any(":spending:2024:" in key[0] for key in amounts)
    assert {key: cells[key] for key in amounts} == {key: lineage[key] for key in amounts}


def test_a_row_that_is_there_twice_and_a_version_that_lost_a_column_cost_no_figure_and_one_of_nobody_is_in_none(
    clean: Ran, tmp_path: Path
) -> None:
    """The version gives way to the one before, in which the rows are."""

    def spoil(landing: Path) -> None:
        of_law = f'{ROW_OF_LAW},"150,310.80",31/12/2024,\n'
        text = edit(landing / FINANCE, (of_law, of_law * 2 + of_law.replace("Law", "Lawn")))
        (landing / "finance" / "2024_v2.csv").write_text(text.replace("Actual", "Act."), encoding="utf-8")

    ran = run(tmp_path, spoil)
    assert ran.failed()["bfr.key"]["failed"] == 1
    assert ran.failed()["bfr.columns"]["costs"] == "delivery"
    deliveries = {r["file"]: r for r in ran.rows("delivery_status") if r["feed"] == "finance"}
    second = deliveries["finance/2024_v2.csv"]
    assert (second["status"], second["rows_accepted"]) == ("rejected", 0)
    assert deliveries["finance/2024.csv"]["status"] == "partly_accepted"
    assert ran.headlines() == clean.headlines()
    total = next(r for r in ran.rows("spending_overview") if (r["reporting_year"], r["theme"]) == (2024, None))
    assert total["without"] == "?"
    assert "zonder een rij van een onbekende eenheid" in total["note_nl"]


def test_every_rule_that_a_run_judges_is_declared_with_what_it_costs(clean: Ran) -> None:
    tables = (*CATALOGUE.values(), *map(staged, DELIVERED))
    contracts = {c.id: (c.costs,) for table in tables for c in table.constraints()}
    for row in clean.rows("quality_results"):
        rule = declared(row["rule"])
        costs = contracts.get(row["rule"]) or (rule.costs if rule else None)
        assert costs, f"{row['rule']} is not in schemas/rules.py"
        assert row["costs"] in costs, row["rule"]


def test_a_school_without_its_round_costs_the_themes_of_its_measures_and_the_total(
    clean: Ran, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def drop_arts(landing: Path) -> None:
        lines = (landing / FINANCE).read_text(encoding="utf-8").splitlines(keepends=True)
        (landing / FINANCE).write_text("".join(one for one in lines if not one.startswith("Arts")), encoding="utf-8")

    ran = run(tmp_path, drop_arts)
    was, rows = (
        {r["theme"]: r for r in of.rows("spending_overview") if r["reporting_year"] == 2024} for of in (clean, ran)
    )
    lost = {SMALL: Decimal("260000.00"), SUPPORT: Decimal("85000.00"), None: Decimal("345000.00")}
    assert {theme for theme, row in rows.items() if row["without"]} == lost.keys()
    for theme, amount in lost.items():
        row = rows[theme]
        assert (row["status"], row["without"]) == ("ok", "ARTS")
        assert was[theme]["budget"] - row["budget"] == amount
        assert row["left_over"] == row["budget"] + row["carried_over"] - row["realised"], "of the same schools"
        assert "zonder ARTS" in row["note_nl"]
    for key, now in ran.figures.items():
        of_2024 = now.get("reporting_year", now.get("from_year")) == 2024 and not now.get("indicator")
        if of_2024 and now.get("unit") == "ARTS":
            assert (now.get("budget"), now.get("left_over")) == (None, None), key
        elif not of_2024 or now.get("unit") or now.get("theme") == CAMPUS:
            assert ran.headlines([key]) == clean.headlines([key])
    explain = ["explain", f"{CYCLE}:spending:2024:{SMALL}", *places(tmp_path), "--language", "nl"]
    assert kwaliteitsmonitor.main(explain) == 0
    assert "zonder ARTS" in capsys.readouterr().out
