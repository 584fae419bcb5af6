"""Rows about the same: one statement counts once, and of two that contradict each other none counts."""

from __future__ import annotations

from datetime import date
from typing import Any

import pyarrow as pa
import pytest

from kwaliteitsmonitor.methods.checks.outcomes import validate
from kwaliteitsmonitor.methods.checks.results import Outcome, of_constraint
from kwaliteitsmonitor.readers.contradictions import beside_unread, copies_of, is_compared, is_key, with_every_side
from kwaliteitsmonitor.readers.delivery import Delivery
from kwaliteitsmonitor.readers.quarantine import Read
from kwaliteitsmonitor.readers.repeated_rows import counted_once
from kwaliteitsmonitor.readers.staging import StagedTable, Tally, stage
from schemas.profile import Profile
from schemas.tables import CATALOGUE
from schemas.words import Words, words_of
from tests.made_up import told
from tests.readers.making import PLAN, bound, raw, readers, result

CONTRACT_KEY = "spending_plan.key"
Row = dict[str, Any]


def line(**more: Any) -> Row:
    plan = {"version": "original", "unit": "FGW", "theme": "intensive", "year": 2020, "amount": "1000"}
    return {**plan, "consent_by": None, "consent_on": None, **more}


def staged_years(profile: Profile, name: str, *files: list[Row]) -> StagedTable:
    """The staged table of a file for each year from 2020 on."""
    table = bound(profile, name)
    reads = []
    for year, rows in enumerate(files, 2020):
        of_year = Delivery("plan", 0, f"plan/{year}.csv", f"{year:064}", 10, date(year, 12, 18), str(year))
        reads.append(Read(of_year, raw(rows, sheet="", fields=table.names, table=table), {}))
    return stage(table, reads, lambda _: readers(profile, table), validate)


def failed(staged: StagedTable, rule: str) -> list[Words]:
    return [words_of(told(r)) for r in staged.results if r.rule == rule and r.outcome is Outcome.FAILED]


def amounts(staged: StagedTable) -> dict[tuple[str, int], Any]:
    return {(r["unit"], r["year"]): r["amount"] for r in staged.rows.to_pylist()}


def test_a_plan_that_is_delivered_each_year_counts_once_and_is_reported(profile: Profile) -> None:
    first = [line(), line(year=2021)]
    staged = staged_years(profile, PLAN, first, [*reversed(first), line(unit="FdR")], [line()])
    assert amounts(staged) == {("FGW", 2020): 1000, ("FGW", 2021): 1000, ("FdR", 2020): 1000}
    assert list(staged.tallies.values()) == [Tally(2, 2, 0), Tally(3, 3, 0), Tally(1, 1, 0)]
    assert (staged.quarantine, staged.losses) == ([], [])
    assert result(staged, CONTRACT_KEY).outcome is Outcome.PASSED
    again = Words("staat ook in plan/2020.csv en telt één keer", "also in plan/2020.csv, and counts once")
    assert failed(staged, "spending_plan.read_as") == [
        Words(f"plan/2021.csv: 2 rijen: {again.nl}", f"2 rows: {again.en}"),
        Words(f"plan/2022.csv: 1 rij: {again.nl}", f"1 row: {again.en}"),
    ]


def test_the_files_of_two_years_that_give_a_line_another_amount_contradict(profile: Profile) -> None:
    staged = staged_years(profile, PLAN, [line(), line(year=2021)], [line(amount="1001"), line(year=2021)])
    assert amounts(staged) == {("FGW", 2021): 1000}
    assert list(staged.tallies.values()) == [Tally(2, 1, 1), Tally(2, 1, 1)]
    assert [(q.rule, q.place, q.expected) for q in staged.quarantine] == [
        (CONTRACT_KEY, f"plan/{year}.csv row 2", Words(f"hetzelfde als in plan/{other}.csv, rij 2",
                                                       f"the same as in plan/{other}.csv, row 2"))
        for year, other in ((2020, 2021), (2021, 2020))
    ]  # fmt: skip
    assert len(staged.losses) == 2
    assert failed(staged, CONTRACT_KEY) == [
        Words(
            "plan/2020.csv en plan/2021.csv spreken elkaar tegen in 1 rij; welke klopt is niet te zien, dus geen ervan "
            "telt. Lever bestanden die hetzelfde zeggen, of geef een gewijzigd plan een eigen versie",
            "plan/2020.csv and plan/2021.csv contradict each other in 1 row; which is right cannot be seen, so none "
            "counts. Deliver files that say the same, or give a changed plan a version of its own",
        )
    ]


def test_a_line_that_stands_twice_in_one_file_is_still_one_too_many(profile: Profile) -> None:
    staged = staged_years(profile, PLAN, [line(), line()], [line(year=2021)])
    assert list(staged.tallies.values()) == [Tally(2, 1, 1), Tally(1, 1, 0)]
    assert failed(staged, "spending_plan.read_as") == []
    alone = staged_years(profile, PLAN, [line()]).rows
    assert counted_once(CATALOGUE[PLAN], alone, []).rows is alone, "of one delivery there is nothing to compare"


@pytest.mark.parametrize("name", ["Filosofie", "Wijsbegeerte"])
def test_of_a_register_of_several_years_the_newest_counts(profile: Profile, name: str) -> None:
    one = {"programme": "06001", "name": "Filosofie", "croho_type": "ba", "funded": "ja", "unit": "FGW"}
    staged = staged_years(profile, "programmes", [one, one | {"programme": "06002"}], [one | {"name": name}])
    names = sorted((r["programme"], r["name"]) for r in staged.rows.to_pylist())
    assert names == [("06001", name), ("06002", "Filosofie")]
    assert (staged.quarantine, staged.losses) == ([], [])
    assert list(staged.tallies.values()) == [Tally(2, 2, 0), Tally(1, 1, 0)]
    assert failed(staged, "programmes.read_as") == [
        Words(
            "plan/2020.csv: 1 rij: plan/2021.csv is nieuwer en telt in plaats hiervan",
            "1 row: plan/2021.csv is newer and counts instead",
        )
    ]


def test_only_what_names_no_period_of_its_own_is_compared_between_deliveries() -> None:
    names = (PLAN, "programmes", "bfr", "faculty_study_advisers", "staff", "waiver_records")
    assert [name for name in names if is_compared(CATALOGUE[name])] == [PLAN, "programmes"]


def test_the_same_row_of_two_parts_is_a_contradiction_and_no_copy() -> None:
    table = CATALOGUE[PLAN]
    key = next(c for c in table.constraints() if is_key(table, c))
    place = {"_delivery": "d", "_sheet": None, "_column": None}
    rows = pa.Table.from_pylist([line(amount=10) | place | {"_row": row} for row in (2, 3)])
    broken = of_constraint(PLAN, key, Outcome.FAILED, 2, (1,))
    alike = with_every_side(table, rows, [broken], 0, {"d": "a.csv"}, lambda _: ())
    of_parts = with_every_side(table, rows, [broken], 0, {"d": "a.csv"}, lambda row: (f"dept. {row['_row']}",))
    assert [(sides.results[0].rows, sides.disputed) for sides in (alike, of_parts)] == [((1,), {}), ((0, 1), {})]
    assert copies_of(table, rows, [broken]) == {1}


def test_a_row_with_the_key_of_one_that_cannot_be_read_is_not_all_that_there_is() -> None:
    columns = {"version": ["a", "a", None], "unit": ["FGW"] * 3, "theme": ["t"] * 3, "year": [2020] * 3}
    assert [beside_unread(CATALOGUE[PLAN], columns, {unread}) for unread in (1, 2)] == [[0], []]
    assert beside_unread(CATALOGUE["staff"], {}, {0}) == []
