"""The tables of a cycle: one without rows has no file, and one whose file is gone is never taken for it."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from assets.common.cycle_tables import CycleTables
from kwaliteitsmonitor.foundation.workspace import Workspace
from kwaliteitsmonitor.methods.checks.results import Outcome, RuleResult
from kwaliteitsmonitor.readers.feed_record import FeedRecord
from kwaliteitsmonitor.readers.staging import Tally
from schemas.consequences import Costs
from schemas.errors import UsageError
from schemas.profile import Feed
from tests.made_up import profile, table

CYCLE = "2021-03"
PLAN = Feed.model_validate({
    "id": "plan", "nl": "plan", "en": "plan", "period": "none",
    "sources": [{"kind": "files", "path": "plan.csv", "format": "csv", "tables": ["spending_plan"]}],
})  # fmt: skip
WHO = profile(feeds=[PLAN])


@pytest.fixture
def tables(tmp_path: Path) -> CycleTables:
    return CycleTables(Workspace(tmp_path), WHO, CYCLE)


def again(tables: CycleTables) -> CycleTables:
    """The tables as another run of the cycle finds them."""
    return CycleTables(Workspace(tables.workspace.root), WHO, CYCLE)


def staged(tables: CycleTables, *amounts: int) -> None:
    lines = [
        {"version": "1", "unit": "North", "theme": "teachers", "year": 2020, "amount": Decimal(one)} for one in amounts
    ]
    tables.keep_staged("spending_plan", table("spending_plan", lines))
    tally = Tally(len(lines), len(lines), 0)
    tables.keep_feed("plan", FeedRecord(tallies={"spending_plan": {"d" * 16: tally}}))


def test_a_table_without_rows_has_no_file_and_is_known_as_staged(tables: CycleTables) -> None:
    assert not tables.is_staged("spending_plan")
    with pytest.raises(UsageError, match="has not been made for cycle 2021-03"):
        tables.staged("spending_plan")
    staged(tables, 12)
    assert again(tables).staged("spending_plan").num_rows == 1
    staged(tables)
    assert list(tables.workspace.step(CYCLE, "staged").glob("*.parquet")) == []
    assert again(tables).is_staged("spending_plan")
    assert again(tables).staged("spending_plan").num_rows == 0


def test_a_table_of_which_rows_were_accepted_and_whose_file_is_gone_is_not_taken_for_empty(tables: CycleTables) -> None:
    staged(tables, 12)
    tables.workspace.path(CYCLE, "staged", "spending_plan").unlink()
    assert not again(tables).is_staged("spending_plan")
    with pytest.raises(UsageError, match=r"has not been made for cycle 2021-03.*run the whole cycle"):
        again(tables).staged("spending_plan")


def test_what_follows_from_staged_tables_is_computed_once_until_they_are_staged_again(tables: CycleTables) -> None:
    def total() -> int:
        return tables.once("total", lambda: int(sum(tables.staged("spending_plan").column("amount").to_pylist())))

    staged(tables, 12)
    assert (total(), total()) == (12, 12)
    staged(tables, 30)
    assert total() == 30
    staged(tables)
    assert total() == 0


def test_what_the_rules_of_a_step_found_is_there_for_another_process(tables: CycleTables) -> None:
    found = RuleResult("bfr", "bfr.key", Costs.FIGURES, Outcome.FAILED, 9, 2, "x", "y", cells=("a.csv row 2, unit",))
    tables.keep_results("spending", [found])
    assert again(tables).results("spending") == [found]
    with pytest.raises(UsageError, match="indicators/results has not been made"):
        tables.results("indicators")


def test_verdicts_are_kept_as_a_run_ends(tables: CycleTables) -> None:
    tables.close()
    assert not tables.workspace.step(CYCLE, "judged").exists(), "a run that judged nothing leaves what is known"
