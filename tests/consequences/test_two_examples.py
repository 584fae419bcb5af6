"""Two things that happen in each real year, over a whole cycle: one cell in words, and one unit without its round."""

from __future__ import annotations

import shutil
import sqlite3
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pyarrow.parquet as pq
import pytest

from kwaliteitsmonitor.foundation.workspace import Workspace
from tests.sample_year import CYCLE, SampleYear, run

Row = dict[str, Any]
REPORT = "onderwijsjaarverslag/2019-2020/FGW.xlsx"
AMOUNTS = ("budget", "realised", "difference", "carried_over", "available", "left_over", "status", "without")


@dataclass(frozen=True)
class Ran:
    """A year that went right, and the same year with the two defects."""

    clean: Path
    spoilt: Path
    lacking: list[str]

    def both(self, table: str, *key: str) -> tuple[dict[Any, Row], dict[Any, Row]]:
        tables = [pq.read_table(of / "tables" / f"{table}.parquet").to_pylist() for of in (self.clean, self.spoilt)]
        before, after = ({tuple(row[name] for name in key): row for row in rows} for rows in tables)
        return before, after


@pytest.fixture(scope="module")
def ran(tmp_path_factory: pytest.TempPathFactory, leiden_year: SampleYear) -> Ran:
    base = tmp_path_factory.mktemp("two")
    landing, out = base / "landing", base / "out"
    shutil.copytree(leiden_year.landing, landing)
    book = openpyxl.load_workbook(landing / REPORT)
    sheet = book["Panelgesprekken"]
    (heads, *_) = sheet.iter_rows(min_row=1, max_row=1, values_only=True)
    at = next(number for number, head in enumerate(heads, start=1) if str(head).startswith("Studenten"))
    sheet.cell(2, at).value = "ca. 15"
    book.save(landing / REPORT)
    (database,) = (p for p in landing.rglob("*") if p.suffix in (".sqlite", ".db"))
    with sqlite3.connect(database) as connection:
        (table,) = (name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'"))
        gone = connection.execute(f"DELETE FROM {table} WHERE unit = 'HA' AND reporting_year = 2020 AND round = 3")
        assert gone.rowcount > 0
    result = run(landing, out, reports="none", counted=leiden_year.workspace)
    assert result.success, "neither stops the university"
    workspace = Workspace(out)
    return Ran(
        leiden_year.release,
        (workspace.current / CYCLE).resolve(),
        workspace.read_json(CYCLE, "status", "missing")["lacking"],
    )


def test_a_number_in_words_costs_its_talk_alone(ran: Ran) -> None:
    before, after = ran.both("panel_discussions", "reporting_year", "unit", "theme", "held_on")
    lost = {key for key in before if key not in after}
    assert [(year, unit) for year, unit, *_ in lost] == [(2020, "FGW")]
    assert all(row == before[key] for key, row in after.items())
    (line,) = (one for one in ran.lacking if "Panelgesprekken!" in one)
    assert line.startswith("1 rij is apart gezet: facultair onderwijsjaarverslag 2019-2020, FGW, ")
    assert not [one for one in ran.lacking if "niet geleverd" in one and "FGW" in one]


def test_a_unit_without_its_round_costs_its_own_figures_and_each_sum_says_so(ran: Ran) -> None:
    before, after = ran.both("spending_overview", "reporting_year", "theme")
    of_2020 = {theme: row for (year, theme), row in after.items() if year == 2020}
    units, own = ran.both("spending_by_unit", "reporting_year", "unit", "theme")
    themes = {theme for (year, unit, theme) in units if (year, unit) == (2020, "HA") and theme}
    assert {row["status"] for row in of_2020.values()} == {"ok"}, "all of Table 2 is there"
    assert len(of_2020) == len([1 for year, _ in before if year == 2020])
    assert themes
    for theme, row in of_2020.items():
        was = before[(2020, theme)]
        if theme is None or theme in themes:
            assert row["without"] == "HA"
            assert "zonder HA / without HA" in row["note"]
            lost = sum((units[(2020, "HA", t)]["budget"] for t in themes if theme in (None, t)), Decimal(0))
            assert was["budget"] - row["budget"] == lost
            assert row["left_over"] == row["budget"] + row["carried_over"] - row["realised"]
        else:
            assert {n: row[n] for n in AMOUNTS} == {n: was[n] for n in AMOUNTS}
    for key, was in units.items():
        if key[:2] != (2020, "HA"):
            assert own[key] == was, key
    assert {row["status"] for key, row in own.items() if key[:2] == (2020, "HA")} == {"not_available"}


def test_what_is_carried_over_and_every_other_figure_is_as_it_was(ran: Ran) -> None:
    before, after = ran.both("carry_over", "from_year", "unit", "theme")
    for key, was in before.items():
        if key[:2] == (2020, "HA"):
            assert after[key]["left_over"] is None
        else:
            assert after[key] == was
    for table in ("indicator_values", "evaluation_results", "council_consultations", "spending_plan_versions"):
        first, second = (
            pq.read_table(of / "tables" / f"{table}.parquet").to_pylist() for of in (ran.clean, ran.spoilt)
        )
        assert first == second, table
    forecasts, now = ran.both("spending_forecasts", "reporting_year", "round", "theme")
    assert {row["status"] for row in now.values()} == {"ok"}
    assert {row["without"] for (year, _, theme), row in now.items() if year == 2020 and theme is None} == {"HA"}
    assert all(now[key] == was for key, was in forecasts.items() if key[0] == 2019)
