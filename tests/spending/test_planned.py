"""What was realised beside what the spending plan gives, in its last version."""

from __future__ import annotations

from decimal import Decimal

import pytest

from assets.spending.plan import versions
from assets.spending.tables import SpendingTables, spending_tables
from kwaliteitsmonitor.methods.figures.left_out import Lost
from tests.made_up import line
from tests.spending.lines import MEASURE, OTHER, SECOND, THEME, UNIT, WHO, ledger, planned

SPENT = [
    line(UNIT, THEME, MEASURE, "100.00", "60.00"),
    line(OTHER, THEME, MEASURE, "50.00", "30.00"),
]
PLAN = [
    planned("first", UNIT, THEME, 2020, "100.00"),
    planned("first", OTHER, THEME, 2020, "80.00"),
    planned("first", UNIT, SECOND, 2020, "20.00"),
    planned("second", UNIT, THEME, 2020, "40.00"),
]


def made(missing: tuple[str, ...] = (), lost: tuple[Lost, ...] = ()) -> SpendingTables:
    plan = versions(WHO, PLAN, [("second", one) for one in lost])
    return spending_tables(ledger(SPENT, missing={(2020, 3): missing} if missing else None), plan)


def of_plan(tables: SpendingTables, theme: str | None) -> float | None:
    (row,) = [r for r in tables.overview if (r["reporting_year"], r["theme"]) == (2020, theme)]
    share: float | None = row["realised_pct_of_plan"]
    return share


def test_realised_is_divided_by_the_last_version_with_what_it_leaves_as_it_was() -> None:
    tables = made()
    assert of_plan(tables, THEME) == pytest.approx(90 / 120)
    assert of_plan(tables, None) == pytest.approx(90 / 140)
    identity = f"2021-03:spending:2020:{THEME}"
    planned_of = [c for c in tables.contributions if (c.figure_id, c.part) == (identity, "planned")]
    assert sorted(c.contribution for c in planned_of) == [Decimal(40), Decimal(80)]
    assert {c.place.table for c in planned_of if c.place} == {"spending_plan"}


def test_a_unit_that_is_missing_is_missing_from_both_and_without_a_plan_there_is_no_share() -> None:
    assert of_plan(made(missing=(OTHER,)), THEME) == pytest.approx(60 / 40)
    assert of_plan(spending_tables(ledger(SPENT)), THEME) is None
    aside = Lost(2020, 0, OTHER, THEME, waived=False)
    assert of_plan(made(lost=(aside,)), THEME) is None, "what a line that was set aside gave is not known"
