"""Whether a change is more than chance: what a rounded spread cannot decide is left open, and is said.

Everything is computed again from the deliveries of the sample: with exact spreads, and with those that are shown.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import pyarrow.parquet as pq
import pytest

from assets.common.cycle_tables import CycleTables
from assets.evaluations.of_cycle import statistics_of
from assets.evaluations.results import results
from kwaliteitsmonitor.methods.disclosure.pattern import withheld_of
from kwaliteitsmonitor.methods.statistics.moments import Moments, welch
from kwaliteitsmonitor.methods.statistics.sums import Cell
from schemas.profile import load_profile, profile_folder
from tests.sample_year import CYCLE, SampleYear

ROUNDED = "rounded to one decimal", "is rounded"


@dataclass(frozen=True)
class Change:
    """A change that is published: its interval as it is shown, as it is exactly, and from spreads as they are shown."""

    row: dict[str, Any]
    exact: tuple[float, float]
    from_shown: tuple[float, float]

    @property
    def shown(self) -> tuple[float, float]:
        return self.row["change_low"], self.row["change_high"]

    @property
    def open(self) -> bool:
        """Whether an end is zero, so that it is not said on which side of it that lies."""
        return 0 in self.shown

    @property
    def told(self) -> bool:
        return any(words in (self.row["note"] or "") for words in ROUNDED)


def verdict(interval: tuple[float, float]) -> str:
    return "more" if interval[0] > 0 else "less" if interval[1] < 0 else "chance"


def _changes(year: SampleYear) -> Iterator[Change]:
    profile, workspace = load_profile(profile_folder("leiden")), year.workspace
    cycle = profile.cycle(CYCLE)
    statistics = statistics_of(CycleTables(workspace, profile, CYCLE))
    made = {row["figure_id"]: row for row in results(profile, cycle, statistics, {}).results}
    rows = pq.read_table(year.release / "tables" / "evaluation_results.parquet").to_pylist()
    by_place = {_place(row): row for row in rows if row["status"] == "ok"}
    for row in rows:
        if row["change_low"] is None:
            continue
        before = by_place[(row["reporting_year"] - 1, *_place(row)[1:])]
        shown = welch(_moments(row), _moments(before))
        assert shown is not None
        half, exact = float(shown.high - shown.low) / 2, made[row["figure_id"]]
        yield Change(row, (exact["change_low"], exact["change_high"]), (row["change"] - half, row["change"] + half))


def _place(row: dict[str, Any]) -> tuple[Any, ...]:
    return tuple(row[name] for name in ("reporting_year", "evaluation", "question", "unit", "programme", "level"))


def _moments(row: dict[str, Any]) -> Moments:
    n, mean, spread = row["n"], Fraction(repr(row["mean"])), Fraction(repr(row["sd_respondents"]))
    return Moments(n, n * mean, (n - 1) * spread**2 + n * mean**2)


@pytest.fixture(scope="module")
def changes(leiden_year: SampleYear) -> list[Change]:
    return list(_changes(leiden_year))


def test_an_interval_is_exact_or_says_that_it_is_rounded(changes: list[Change]) -> None:
    assert len(changes) > 150
    told = [change.told for change in changes]
    assert 10 < told.count(True) < len(told) - 10
    for change in changes:
        if not change.told:
            assert change.shown == pytest.approx(change.exact, abs=1e-12)
        else:
            assert change.shown == tuple(round(end, 1) for end in change.shown)


def test_a_verdict_that_the_rounded_spread_turns_round_is_left_open_and_said(changes: list[Change]) -> None:
    turned = [c for c in changes if c.told and verdict(c.exact) != verdict(c.from_shown)]
    assert [c.row["figure_id"] for c in turned] == ["2021-03:evaluation:2020:assessment:FGGA:60155:Ma"]
    (one,) = turned
    assert (verdict(one.exact), verdict(one.from_shown)) == ("less", "chance")
    assert one.shown[1] == 0.0
    assert one.open


def test_no_interval_says_otherwise_than_the_exact_one(changes: list[Change]) -> None:
    assert [c.row["figure_id"] for c in changes if verdict(c.shown) != verdict(c.exact) and not c.open] == []


def test_what_the_rounding_is_of_is_what_the_gate_chose(changes: list[Change], leiden_year: SampleYear) -> None:
    withheld = withheld_of(leiden_year.workspace, CYCLE)
    for change in changes:
        year, evaluation, question, *cell = _place(change.row)
        of_both = [withheld.spread(one, evaluation, question, Cell(*cell)) for one in (year, year - 1)]
        assert change.told == any(of_both)
