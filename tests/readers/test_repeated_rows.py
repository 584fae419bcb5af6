"""Rows of several deliveries about the same: the same statement counts once, and two statements contradict."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from kwaliteitsmonitor.methods.checks.expectations import validate
from kwaliteitsmonitor.methods.checks.results import Outcome
from kwaliteitsmonitor.readers.contradictions import is_compared
from kwaliteitsmonitor.readers.delivery import Delivery
from kwaliteitsmonitor.readers.quarantine import Read
from kwaliteitsmonitor.readers.repeated_rows import counted_once
from kwaliteitsmonitor.readers.staging import StagedTable, Tally, stage
from schemas.profile import Profile
from schemas.tables import CATALOGUE, staged
from schemas.words import Words, words_of
from tests.readers.making import ADVISERS, PLAN, STAFF, bound, raw, readers, result

CONTRACT_KEY = "spending_plan.key"
Rows = list[dict[str, Any]]


def staged_years(profile: Profile, name: str, *files: Rows) -> StagedTable:
    """The staged table of a file for each year from 2020 on."""
    table = bound(profile, name)
    reads = []
    for year, rows in enumerate(files, 2020):
        digest, day = f"{year}".rjust(64, "0"), date(year, 12, 18)
        of_year = Delivery("plan", 0, f"plan/{year}.csv", digest, 10, day, str(year))
        reads.append(Read(of_year, raw(rows, sheet="", fields=table.names, table=table), {}))
    return stage(table, reads, lambda _: readers(profile, table), validate)


def line(**more: Any) -> dict[str, Any]:
    plan = {"version": "original", "unit": "FGW", "theme": "intensive", "year": 2020, "amount": "1000"}
    return {**plan, "consent_by": None, "consent_on": None, **more}


def failed(found: StagedTable, rule: str) -> list[Words]:
    return [words_of(r.detail) for r in found.results if r.rule == rule and r.outcome is Outcome.FAILED]


def amounts(found: StagedTable) -> dict[tuple[str, int], Decimal]:
    return {(r["unit"], r["year"]): r["amount"] for r in found.rows.to_pylist()}


def test_a_plan_that_is_delivered_each_year_counts_once_and_is_told(profile: Profile) -> None:
    first = [line(), line(year=2021)]
    found = staged_years(profile, PLAN, first, [*reversed(first), line(unit="FdR")], [line()])
    assert amounts(found) == {("FGW", 2020): 1000, ("FGW", 2021): 1000, ("FdR", 2020): 1000}
    assert list(found.tallies.values()) == [Tally(2, 2, 0), Tally(3, 3, 0), Tally(1, 1, 0)]
    assert (found.quarantine, found.losses) == ([], [])
    assert result(found, CONTRACT_KEY).outcome is Outcome.PASSED
    again = Words("staat ook in plan/2020.csv en telt één keer", "also in plan/2020.csv, and counts once")
    assert failed(found, "spending_plan.read_as") == [
        Words(f"plan/2021.csv: 2 rijen: {again.nl}", f"2 rows: {again.en}"),
        Words(f"plan/2022.csv: 1 rij: {again.nl}", f"1 row: {again.en}"),
    ]


def test_the_files_of_two_years_that_give_a_line_another_amount_contradict(profile: Profile) -> None:
    found = staged_years(profile, PLAN, [line(), line(year=2021)], [line(amount="1001"), line(year=2021)])
    assert amounts(found) == {("FGW", 2021): 1000}
    assert list(found.tallies.values()) == [Tally(2, 1, 1), Tally(2, 1, 1)]
    assert [(q.rule, q.place, q.expected) for q in found.quarantine] == [
        (CONTRACT_KEY, f"plan/{year}.csv row 2", Words(f"hetzelfde als in plan/{other}.csv, rij 2",
                                                       f"the same as in plan/{other}.csv, row 2"))
        for year, other in ((2020, 2021), (2021, 2020))
    ]  # fmt: skip
    assert len(found.losses) == 2
    assert failed(found, CONTRACT_KEY) == [
        Words(
            "plan/2020.csv en plan/2021.csv spreken elkaar tegen in 1 rij; welke klopt is niet te zien, dus geen ervan "
            "telt. Lever bestanden die hetzelfde zeggen, of geef een gewijzigd plan een eigen versie",
            "plan/2020.csv and plan/2021.csv contradict each other in 1 row; which is right cannot be seen, so none "
            "counts. Deliver files that say the same, or give a changed plan a version of its own",
        )
    ]


def test_a_line_that_stands_twice_in_one_file_is_still_one_too_many(profile: Profile) -> None:
    found = staged_years(profile, PLAN, [line(), line()], [line(year=2021)])
    assert list(found.tallies.values()) == [Tally(2, 1, 1), Tally(1, 1, 0)]
    assert failed(found, "spending_plan.read_as") == []


@pytest.mark.parametrize("name", ["Filosofie", "Wijsbegeerte"])
def test_of_a_register_of_several_years_the_newest_counts(profile: Profile, name: str) -> None:
    one = {"programme": "06001", "name": "Filosofie", "croho_type": "ba", "funded": "ja", "unit": "FGW"}
    found = staged_years(profile, "programmes", [one, one | {"programme": "06002"}], [one | {"name": name}])
    names = sorted((r["programme"], r["name"]) for r in found.rows.to_pylist())
    assert names == [("06001", name), ("06002", "Filosofie")]
    assert (found.quarantine, found.losses) == ([], [])
    assert list(found.tallies.values()) == [Tally(2, 2, 0), Tally(1, 1, 0)]
    assert failed(found, "programmes.read_as") == [
        Words(
            "plan/2020.csv: 1 rij: plan/2021.csv is nieuwer en telt in plaats hiervan",
            "1 row: plan/2021.csv is newer and counts instead",
        )
    ]


def test_only_what_names_no_period_of_its_own_is_compared_between_deliveries(profile: Profile) -> None:
    compared = {
        name for name in (PLAN, "programmes", ADVISERS, STAFF, "waiver_records") if is_compared(CATALOGUE[name])
    }
    assert compared == {PLAN, "programmes"}
    own = staged(bound(profile, PLAN))
    rows = staged_years(profile, PLAN, [line()]).rows
    assert counted_once(own, rows, []).rows is rows, "of one delivery there is nothing to compare"
