"""A sector view over what two institutions really published: profiles that were run, and no table made by a test."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import duckdb
import pytest

from pipelines.cli.commands import kwaliteitsmonitor
from tests.institutions.running import run_cycle
from tests.institutions.test_five_schools import CYCLE, HERE

NAMES = ("riverside", "lakeside")


def published(base: Path, name: str, combine: str) -> Path:
    """The release of an institution that delivers the agreed indicator, with marks of its own where it is another."""
    shutil.copytree(HERE / "deliveries", base / "landing")
    shutil.copytree(HERE / "profile", base / "profile")
    profile = base / "profile" / "profile.yaml"
    profile.write_text(profile.read_text(encoding="utf-8").replace("id: riverside", f"id: {name}"), encoding="utf-8")
    indicators = base / "profile" / "indicators.yaml"
    text = indicators.read_text(encoding="utf-8").replace("combine: weighted_by_n", f"combine: {combine}")
    indicators.write_text(f"{text.rstrip()}\n  sector_id: satisfaction@1\n", encoding="utf-8")
    if name != NAMES[0]:
        marks = base / "landing" / "satisfaction" / "2024.csv"
        marks.write_text(marks.read_text(encoding="utf-8").replace("Arts,7.2,230", "Arts,8.2,460"), encoding="utf-8")
    return run_cycle(base / "profile", base / "landing", base / "out", CYCLE)


def together(base: Path, combine: str) -> tuple[list[Path], Path]:
    releases = [published(base / name, name, combine) for name in NAMES]
    assert kwaliteitsmonitor.main(["sector", *map(str, releases), "--to", str(base / "view")]) == 0
    return releases, base / "view"


def ask(folder: Path, table: str, columns: str, where: str) -> list[tuple[Any, ...]]:
    return duckdb.sql(
        f"SELECT {columns} FROM '{folder / 'tables' / f'{table}.parquet'}' WHERE {where} ORDER BY ALL"
    ).fetchall()


def test_delivered_figures_count_together_as_their_definition_says(tmp_path: Path) -> None:
    releases, view = together(tmp_path, "weighted_by_n")
    assert ask(releases[0], "definitions", "DISTINCT combine", "kind = 'delivered'") == [("weighted_by_n",)]
    whole = "reporting_year = 2024 AND unit IS NULL"
    own = [ask(release, "indicator_values", "value, n", whole)[0] for release in releases]
    (found,) = ask(view, "sector_indicators", "value, n", "reporting_year = 2024 AND institution IS NULL")
    people = sum(n for _, n in own)
    assert own[0] != own[1]
    assert found == (pytest.approx(sum(value * n for value, n in own) / people), people)


def test_figures_that_their_definition_does_not_combine_are_left_out_with_the_reason(tmp_path: Path) -> None:
    _, view = together(tmp_path, "none")
    assert ask(view, "sector_left_out", "DISTINCT institution", "part = 'value'") == [(name,) for name in sorted(NAMES)]
    assert ask(view, "sector_indicators", "value", "institution IS NULL AND value IS NOT NULL") == []


def test_money_of_both_adds_up(tmp_path: Path) -> None:
    releases, view = together(tmp_path, "weighted_by_n")
    where = "reporting_year = 2024 AND theme IS NULL"
    own = [ask(release, "spending_overview", "realised", where)[0][0] for release in releases]
    (found,) = ask(view, "sector_spending", "max(realised)", "reporting_year = 2024 AND institution IS NULL")
    assert found == (sum(own),)
