"""Rows that say different things of the same, and rows that only say again what another period says."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

import pyarrow as pa
import pytest

from kwaliteitsmonitor.methods.checks.results import Outcome, of_constraint
from kwaliteitsmonitor.readers.cells.grid import RawTable
from kwaliteitsmonitor.readers.contradictions import beside_unread, copies_of, is_compared, is_key, with_every_side
from kwaliteitsmonitor.readers.delivery import Delivery
from kwaliteitsmonitor.readers.quarantine import Read
from kwaliteitsmonitor.readers.repeated_rows import counted_once
from schemas.tables import CATALOGUE

PLAN, LINES, PROGRAMMES = (CATALOGUE[name] for name in ("spending_plan", "bfr", "programmes"))
FIRST, SECOND = (
    Delivery("plan", 0, f"plan-{year}.csv", sign * 64, 1, date(year, 12, 1), str(year))
    for year, sign in ((2019, "a"), (2020, "b"))
)
PATHS = {one.id: one.path for one in (FIRST, SECOND)}


def planned(of: Delivery, row: int, amount: str, unit: str = "FGW", version: str = "original") -> dict[str, Any]:
    key = {"version": version, "unit": unit, "theme": "guidance", "year": 2020}
    return {**key, "amount": Decimal(amount), "_delivery": of.id, "_row": row}


def rows_of(*rows: dict[str, Any]) -> pa.Table:
    return pa.Table.from_pylist(list(rows))


def reads(*deliveries: Delivery) -> list[Read]:
    return [Read(one, RawTable("", {}, [2], {}, (), ()), {}) for one in deliveries]


def unread(_: Mapping[str, Any]) -> tuple[str, ...]:
    return ()


@pytest.mark.parametrize(("table", "expected"), [("spending_plan", True), ("bfr", False), ("staff", False)])
def test_deliveries_of_several_periods_are_compared_where_a_key_names_no_period(table: str, expected: bool) -> None:
    assert is_compared(CATALOGUE[table]) is expected


KEY = next(c for c in PLAN.constraints() if is_key(PLAN, c))


def test_rows_of_two_files_that_contradict_each_other_fail_together_and_are_told_apart() -> None:
    rows = rows_of(planned(FIRST, 2, "10"), planned(SECOND, 3, "20"), planned(SECOND, 4, "5", unit="FdR"))
    failed = of_constraint("spending_plan", KEY, Outcome.FAILED, 3, (1,))
    sides = with_every_side(PLAN, rows, [failed], 0, PATHS, unread)
    assert [(r.rows, r.failed) for r in sides.results] == [((0, 1), 2)]
    assert {at: words.en for at, words in sides.disputed.items()} == {
        0: "the same as in plan-2020.csv, row 3",
        1: "the same as in plan-2019.csv, row 2",
    }
    assert sides.results[0].detail.startswith("plan-2019.csv en plan-2020.csv spreken elkaar tegen in 1 rij; welke")
    assert "geef een gewijzigd plan een eigen versie" in sides.results[0].detail


def test_of_rows_in_one_file_that_are_the_same_in_everything_the_first_stays_unless_they_are_of_parts() -> None:
    rows = rows_of(planned(FIRST, 2, "10"), planned(FIRST, 3, "10"))
    failed = of_constraint("spending_plan", KEY, Outcome.FAILED, 2, (1,))
    departments = {2: ("dept. A",), 3: ("dept. B",)}
    alike = with_every_side(PLAN, rows, [failed], 0, PATHS, unread)
    of_parts = with_every_side(PLAN, rows, [failed], 0, PATHS, lambda row: departments[row["_row"]])
    assert [(sides.results[0].rows, sides.disputed) for sides in (alike, of_parts)] == [((1,), {}), ((0, 1), {})]
    assert copies_of(PLAN, rows, [failed]) == {1}
    beside = with_every_side(PLAN, rows.slice(0, 1), [of_constraint("x", KEY, Outcome.PASSED, 1, ())], 1, PATHS, unread)
    assert (beside.results[0].outcome, beside.results[0].failed) == (Outcome.FAILED, 1)


def test_a_row_with_the_key_of_one_that_cannot_be_read_is_not_all_that_there_is() -> None:
    columns = {"version": ["a", "a", None], "unit": ["FGW", "FGW", "FGW"], "theme": ["t"] * 3, "year": [2020] * 3}
    assert beside_unread(PLAN, columns, {1}) == [0]
    assert beside_unread(PLAN, columns, {2}) == []
    assert beside_unread(CATALOGUE["staff"], {}, {0}) == []


def test_what_a_delivery_of_another_period_says_as_well_counts_once_and_is_told() -> None:
    rows = rows_of(planned(FIRST, 2, "10"), planned(SECOND, 2, "10"), planned(SECOND, 3, "7", unit="FdR"))
    once = counted_once(PLAN, rows, reads(FIRST, SECOND))
    assert [row["_delivery"] for row in once.rows.to_pylist()] == [FIRST.id, SECOND.id]
    assert [row["_row"] for row in once.again.to_pylist()] == [2]
    assert [r.detail for r in once.results] == [
        "plan-2020.csv: 1 rij: staat ook in plan-2019.csv en telt één keer / "
        "1 row: also in plan-2019.csv, and counts once"
    ]
    for own, table, of in ((PLAN, rows.slice(0, 1), reads(FIRST, SECOND)), (LINES, rows, reads(FIRST, SECOND)),
                           (PLAN, rows, reads(FIRST))):  # fmt: skip
        assert counted_once(own, table, of).rows is table


def test_of_a_register_without_time_what_the_newest_period_says_counts() -> None:
    about = {"name": "b", "croho_type": "ba", "funded": True, "_row": 2}
    rows = rows_of(
        {"programme": "50001", "unit": "FGW", "_delivery": FIRST.id, **about},
        {"programme": "50001", "unit": "FdR", "_delivery": SECOND.id, **about},
    )
    once = counted_once(PROGRAMMES, rows, reads(FIRST, SECOND))
    assert once.rows.column("unit").to_pylist() == ["FdR"]
    assert "plan-2020.csv is nieuwer en telt in plaats hiervan" in once.results[0].detail
