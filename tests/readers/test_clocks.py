"""The facts of time of every feed, as systems and people write them: read for what they are, or refused in their cell.

Which fields those are follows from the contracts, so that none can be forgotten.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from kwaliteitsmonitor.readers.cells.reading import CellReader
from kwaliteitsmonitor.readers.reliance import unreliable
from schemas.consequences import Costs
from schemas.contract import Clock, Field, Kind, Table
from schemas.profile import Profile
from schemas.profile.feeds import Format, Period
from schemas.tables.delivered import DELIVERED
from tests.readers.test_period import ACADEMIC, NONE, OTHER, ROUND, UNLIKELY, YEAR, staged

RIGHT: dict[Clock, Sequence[Any]] = {
    Clock.ACADEMIC_YEAR: [
        "2019/2020", "2019-20", "2019/20", "19/20", "19-20", "2019–2020", "2019 - 2020", "2019_2020", "20192020",
    ],
    Clock.REPORTING_YEAR: ["2020.0", 2020.0, " 2020 "],
    Clock.PLAN_YEAR: ["2020.0", 2020.0],
    Clock.ROUND: ["3.0", 3.0],
    Clock.REFERENCE_DATE: [
        "2020-10-01T00:00:00Z", "2020-10-01T00:00:00.000+02:00", "2020-10-01 00:00:00+02", date(2020, 10, 1),
        datetime(2020, 10, 1, tzinfo=UTC),
    ],
}  # fmt: skip
"""Other ways to write what the rows below say."""

NO_PERIOD: dict[Clock, Sequence[Any]] = {
    Clock.ACADEMIC_YEAR: ["2020", 2020, 2020.0, "2019", "20", "2020-2019", "2019-2021", "najaar", "2020-3", 44105],
    Clock.REPORTING_YEAR: ["20", 20, "'20", "2019-2020", "2020-10-01", 44105, 2020.5, "202O", "0"],
    Clock.PLAN_YEAR: ["20", 20, "2019-2020", 44105, 2020.5],
    Clock.ROUND: ["2020", "BFR 3", "Q3", "0", 13, 3.5, 44105, "2020-3"],
    Clock.REFERENCE_DATE: [
        "44105", 44105, 44105.0, "1-10-20", "10/01/20", "2020-09-30T22:00:00Z", "2020-10-01T00:30:00",
        datetime(2020, 10, 1, 9, 30), "2019-02-29", "2020-02-30", "20201001", "2020", "1 okt", "2020-W40", True,
    ],
}  # fmt: skip
"""What names no period at all, and so cannot be of another one: its row is lost."""


def fields() -> Iterator[tuple[Table, Field]]:
    """Every fact of time of what is delivered; those of decisions are typed here, and not delivered for a period."""
    own = (table for table in DELIVERED if not table.name.endswith("_records"))
    return ((table, f) for table in own for f in table.fields if f.clock or f.kind is Kind.DATE)


ROWS: dict[str, dict[str, Any]] = {
    **{name: row for name, row, *_ in (*OTHER, *UNLIKELY)},
    "faculty_measures": {
        "academic_year": "2019-2020", "unit": "FGW", "theme": "intensive", "measure": "smaller_groups",
        "status": "carried_out", "progress": "x",
    },
    "faculty_study_advisers": {
        "academic_year": "2019-2020", "unit": "FGW", "fte": "6", "fte_temporary": "1", "certified": "2",
        "in_training": "1",
    },
    "faculty_programmes": {
        "academic_year": "2019-2020", "unit": "FGW", "programme": "50200", "compulsory_matching": "ja",
        "online_trial_study": "nee",
    },
    "control_totals": {
        "statement": "a", "origin": "printed", "reporting_year": "2020", "round": "3", "subject": "budget",
        "printed": "7.057", "value": "7057", "printed_decimals": "0", "unit_of_measure": "keur",
    },
}  # fmt: skip
"""A row of each table that holds a fact of time."""

OWN_PERIOD = {"academic_year": ACADEMIC, "round": ROUND, "reporting_year": YEAR, "year": YEAR, "reference_date": YEAR}
APART = ("student", "person", "respondent")
NEVER = frozenset({"control_totals"})
"""Tables whose rows may be of other periods than their delivery."""


def period_of(table: Table) -> Period:
    """The narrowest period for which a table can be delivered."""
    return next((OWN_PERIOD[name] for name in ("academic_year", "round", "reporting_year", "year", "reference_date")
                 if name in table.names), NONE)  # fmt: skip


FIELDS = [pytest.param(table, f, id=f"{table.name}-{f.name}") for table, f in fields()]


def test_every_table_with_a_fact_of_time_is_tried() -> None:
    assert {table.name for table, _ in fields()} <= set(ROWS), "add a row of the new table to ROWS"
    assert {f.clock for _, f in fields() if f.clock} == set(NO_PERIOD) == set(RIGHT)


@pytest.mark.parametrize(("table", "named"), FIELDS)
def test_other_ways_to_write_a_period_are_that_period(profile: Profile, table: Table, named: Field) -> None:
    clock = named.clock or Clock.REFERENCE_DATE
    bound = table.bind(profile.code_lists())[named.name]
    reader = CellReader(bound, "iso", profile.aliases().get(bound.code_list, {}), b"k" * 32)
    wanted = {Clock.ACADEMIC_YEAR: "2019-2020", Clock.ROUND: 3, Clock.REFERENCE_DATE: date(2020, 10, 1)}
    assert {reader(text) for text in RIGHT[clock]} == {wanted.get(clock, 2020)}


@pytest.mark.parametrize("by_path", [True, False])
@pytest.mark.parametrize(("table", "named"), FIELDS)
def test_what_names_no_period_is_refused_in_its_cell_and_lost(
    tmp_path: Path, profile: Profile, table: Table, named: Field, by_path: bool
) -> None:
    """It is no row of another period, which costs nothing: that half of the answers say `2020` is half of them lost."""
    own, wrong = ROWS[table.name], NO_PERIOD[named.clock or Clock.REFERENCE_DATE]
    rows = [own, *({**own, named.name: text} for text in wrong)]
    rows = [{n: f"{v}-{at}" if n in APART else v for n, v in row.items()} for at, row in enumerate(rows)]
    for row in rows:
        row.setdefault(named.name, "")
    period = period_of(table) if by_path else NONE
    found = staged(tmp_path, profile, table.name, rows, period, Format.WORKBOOK, rejected=None)
    rules = {q.row: q.rule for q in found.quarantine if q.rule.startswith(f"{table.name}.{named.name}.")}
    assert set(rules) == set(range(3, 3 + len(wrong)))
    if by_path and named.clock and table.name not in NEVER:
        assert {rule.rpartition(".")[2] for rule in rules.values()} == {"type"}
        assert sum(found.elsewhere.values()) == 0
        if named.clock is not Clock.REFERENCE_DATE and table.row_costs is Costs.ROW:
            assert unreliable(table, found, Decimal("0.05")) or not found.tallies


@pytest.mark.parametrize("form", [Format.CSV, Format.PARQUET, Format.WORKBOOK])
@pytest.mark.parametrize("text", ["2019/2020", "2019-20", "19/20"])
def test_answers_of_a_year_written_otherwise_are_counted_in_it(
    tmp_path: Path, profile: Profile, form: Format, text: str
) -> None:
    rows = [{**ROWS["evaluations"], "respondent": f"R-{n}", "academic_year": text if n % 2 else "2019-2020"}
            for n in range(8)]  # fmt: skip
    rows.append({**rows[0], "academic_year": text})  # the same answer again
    found = staged(tmp_path, profile, "evaluations", rows, ACADEMIC, form)
    assert [(r["academic_year"], r["answers"]) for r in found.rows.to_pylist()] == [("2019-2020", 8)]
    assert [q.rule for q in found.quarantine] == ["evaluations.one_answer"]
