"""Every fact of time in a row agrees with the period of its delivery, whatever its feed and the form of its file.

Which fields those are follows from the contracts, so that none can be forgotten.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from kwaliteitsmonitor.methods.checks.results import Outcome
from kwaliteitsmonitor.readers.cells.reading import CellReader
from kwaliteitsmonitor.readers.reliance import unreliable
from kwaliteitsmonitor.readers.staging import StagedTable
from schemas.consequences import Costs, Severity
from schemas.contract import Clock, Field, Kind, Table
from schemas.profile import Profile
from schemas.profile.feeds import FileSource, Format, Period
from schemas.profile.forms import Form, Unpivot
from schemas.tables import CATALOGUE
from schemas.tables.delivered import DELIVERED
from tests.made_up import told
from tests.readers.feeding import KEY, fed, only_table, source_of, written

CASES = Path(__file__).parents[1] / "cases"
STUDENT = {"reference_date": "2020-10-01", "student": "S-1", "programme": "50035", "enrolment": "main"}
PERSON = {
    "reference_date": "2020-10-01", "person": "E-1", "unit": "FGW", "category": "lecturer", "fte": "1",
    "start_date": "2015-09-01", "bko_date": "2017-06-01", "sko_date": "",
}  # fmt: skip
ANSWER = {
    "evaluation": "course", "academic_year": "2019-2020", "unit": "FGW", "programme": "56034", "level": "Ba",
    "course": "C-1", "question": "teaching_methods", "score": "4", "respondent": "R-1",
}  # fmt: skip
INVITED = {name: ANSWER[name] for name in ("evaluation", "academic_year", "unit", "programme", "level", "course")} | {
    "invited": "12"
}
LINE = {
    "reporting_year": "2020", "round": "3", "unit": "FGW", "theme": "intensive", "measure": "smaller_groups",
    "budget": "10", "realised": "9", "submitted_on": "2021-02-15",
}  # fmt: skip
PLAN = {"version": "original", "unit": "FGW", "theme": "intensive", "year": "2020", "amount": "10"}
FIGURE = {"reporting_year": "2020", "unit": "FGW", "indicator": "sko_count", "value": "7"}
COUNT = {"year": "2020", "programme": "50035", "main_enrolments": "12"}
TALK = {"academic_year": "2019-2020", "unit": "FGW", "theme": "guidance", "held_on": "2020-10-08", "participants": "9"}
COUNCIL = {
    "academic_year": "2019-2020", "unit": "FGW", "council": "faculty_council", "subject": "bfr",
    "consulted_on": "2020-11-20", "decision": "approved",
}  # fmt: skip
TOTAL = {
    "statement": "a", "origin": "printed", "reporting_year": "2020", "round": "3", "subject": "budget",
    "printed": "7.057", "value": "7057", "printed_decimals": "0", "unit_of_measure": "keur",
}  # fmt: skip
YEAR, ACADEMIC, ROUND, NONE = Period.REPORTING_YEAR, Period.ACADEMIC_YEAR, Period.ROUND, Period.NONE

Row = dict[str, Any]


def staged(
    folder: Path,
    profile: Profile,
    name: str,
    rows: Sequence[Row] | bytes,
    period: Period,
    source: Format | FileSource = Format.CSV,
    *,
    received: date = date(2021, 3, 1),
    rejected: bool | None = False,
) -> StagedTable:
    """What is staged of one delivery of these rows; `rejected` is whether it cannot be relied on, None if any is."""
    form = source if isinstance(source, Format) else Format.CSV
    if isinstance(source, Format):
        source = source_of(name, form, locale="nl" if form is Format.WORKBOOK else "iso")
    if not isinstance(rows, bytes):
        rows = written(form, [list(rows[0]), *(list(row.values()) for row in rows)], CATALOGUE[name].sheet)
    _, feed = fed(folder, profile, source, rows, period=period, received=received)
    assert rejected is None or bool(feed.rejected) is rejected
    return only_table(feed)


def aside(table: StagedTable) -> list[tuple[str, str]]:
    return [(q.cell, q.rule) for q in table.quarantine]


def unlikely(table: StagedTable) -> list[tuple[str, ...]]:
    """The cells of dates that are reported as far from their period."""
    return [r.cells for r in table.results if r.rule.endswith(".window") and r.outcome is Outcome.FAILED]


def with_another(right: Row, field: str, wrong: str) -> list[Row]:
    """A right row, and one of somebody else with this in a field."""
    other = {**right, "student": "S-2", "person": "E-2", "respondent": "R-2", field: wrong}
    return [right, {name: other[name] for name in right}]


OTHER = [
    ("enrolments", STUDENT, "reference_date", "2019-10-01", YEAR),
    ("enrolments", STUDENT, "reference_date", "2020-12-01", YEAR),
    ("enrolments", STUDENT, "reference_date", "2020-01-10", YEAR),
    ("enrolments", STUDENT, "reference_date", "2020-12-01", NONE),
    ("enrolments", STUDENT, "reference_date", "2019-10-01", ACADEMIC),
    ("staff", PERSON, "reference_date", "2019-10-01", YEAR),
    ("staff", PERSON, "reference_date", "2020-10-02", YEAR),
    ("enrolment_counts", COUNT, "year", "2019", YEAR),
    ("evaluations", ANSWER, "academic_year", "2018-2019", ACADEMIC),
    ("evaluations", ANSWER, "academic_year", "2020-2021", YEAR),
    ("evaluation_population", INVITED, "academic_year", "2018-2019", ACADEMIC),
    ("evaluation_population", INVITED, "academic_year", "2018-2019", YEAR),
    ("bfr", LINE, "reporting_year", "2019", ROUND),
    ("bfr", LINE, "round", "2", ROUND),
    ("bfr", LINE, "reporting_year", "2019", YEAR),
    ("delivered_figures", FIGURE, "reporting_year", "2019", YEAR),
    ("delivered_figures", FIGURE, "reporting_year", "2021", ACADEMIC),
    ("spending_plan", PLAN, "year", "2018", NONE),
    ("spending_plan", PLAN, "year", "2109", YEAR),
    ("faculty_panels", TALK, "academic_year", "2020-2021", ACADEMIC),
    ("faculty_consultations", COUNCIL, "academic_year", "2018-2019", ACADEMIC),
]


CASE = ("name", "right", "field", "wrong", "period")


@pytest.mark.parametrize(CASE, OTHER)
def test_a_row_of_another_period_is_set_aside_with_its_cell(
    tmp_path: Path, profile: Profile, name: str, right: Row, field: str, wrong: str, period: Period
) -> None:
    table = staged(tmp_path, profile, name, with_another(right, field, wrong), period)
    assert aside(table) == [(f"row 3, {field}", f"{name}.{field}.path")]
    assert [tally.accepted for tally in table.tallies.values()] == [1]


def test_the_case_of_several_years_in_one_extract(tmp_path: Path, profile: Profile) -> None:
    content = (CASES / "enrolments-other-years/2020.csv").read_bytes()
    table = staged(tmp_path, profile, "enrolments", content, YEAR)
    assert table.rows.column("reference_date").to_pylist() == [date(2020, 10, 1)]
    assert aside(table) == [(f"row {n}, reference_date", "enrolments.reference_date.path") for n in (3, 4, 5)]
    assert table.quarantine[0].expected.nl == "de peildatum 1-10-2020"


DAYS = ("2019-03-01", "2019-09-01", "2020-02-29", "2020-08-31", "2021-02-28", "2021-03-01")
"""From the year before, in which an academic year is prepared, until the day of receipt."""


@pytest.mark.parametrize(
    ("name", "rows", "period"),
    [
        ("enrolments", [{**STUDENT, "reference_date": f"{y}-10-01"} for y in (2010, 2019, 2020, 2021)], NONE),
        ("staff", [{**PERSON, "reference_date": f"{y}-10-01"} for y in (2019, 2020)], NONE),
        ("bfr", [{**LINE, "round": n} for n in (1, 2, 3)], YEAR),
        ("bfr", [{**LINE, "reporting_year": y, "submitted_on": f"{y}-12-01"} for y in (2019, 2020)], NONE),
        ("evaluations", [{**ANSWER, "academic_year": y} for y in ("2018-2019", "2019-2020")], NONE),
        ("spending_plan", [{**PLAN, "year": y} for y in range(2019, 2025)], YEAR),
        ("enrolments", [STUDENT], ACADEMIC),
        ("delivered_figures", [FIGURE], ACADEMIC),
        ("faculty_panels", [{**TALK, "held_on": day} for day in DAYS], ACADEMIC),
        ("staff", [{**PERSON, "bko_date": "2020-12-15"}], YEAR),
        ("control_totals", [{**TOTAL, "round": "", "reporting_year": y} for y in (2019, 2020)], YEAR),
    ],
)
def test_a_delivery_that_rightly_holds_more_passes(
    tmp_path: Path, profile: Profile, name: str, rows: list[Row], period: Period
) -> None:
    table = staged(tmp_path, profile, name, rows, period)
    assert (aside(table), unlikely(table)) == ([], [])


CONSENT = {**PLAN, "consent_by": "university_council", "consent_on": ""}
UNLIKELY = [
    ("faculty_panels", TALK, "held_on", "2018-10-08", ACADEMIC),
    ("faculty_panels", TALK, "held_on", "2021-03-02", ACADEMIC),
    ("faculty_consultations", COUNCIL, "consulted_on", "2016-11-19", ACADEMIC),
    ("bfr", LINE, "submitted_on", "2012-02-15", ROUND),
    ("spending_plan", CONSENT, "consent_on", "2001-12-10", NONE),
    ("spending_plan", CONSENT, "consent_on", "2048-12-10", NONE),
    ("staff", PERSON, "start_date", "2020-10-02", YEAR),
    ("staff", PERSON, "bko_date", "2021-03-02", YEAR),
    ("staff", PERSON, "sko_date", "2071-06-01", YEAR),
]


@pytest.mark.parametrize(CASE, UNLIKELY)
def test_a_date_far_from_its_period_or_after_receipt_is_told_and_its_row_stays(
    tmp_path: Path, profile: Profile, name: str, right: Row, field: str, wrong: str, period: Period
) -> None:
    table = staged(tmp_path, profile, name, [{**right, field: wrong}], period)
    assert (aside(table), unlikely(table)) == ([], [(f"file row 2, {field}",)])
    (one,) = (r for r in table.results if r.rule == f"{name}.{field}.window")
    assert (one.severity, one.quarantines) == (Severity.WARNING, False)
    assert wrong not in told(one)
    assert table.rows.num_rows == 1


def test_a_receipt_of_before_there_was_a_plan_says_nothing(tmp_path: Path, profile: Profile) -> None:
    table = staged(tmp_path, profile, "faculty_panels", [TALK], ACADEMIC, received=date(1980, 1, 1))
    assert unlikely(table) == []


@pytest.mark.parametrize(
    ("case", "name", "cells"),
    [
        ("dates-outside-period", "faculty_panels", ["Panelgesprekken!B2", "Panelgesprekken!B3"]),
        ("excel1904-extlst", "faculty_consultations", []),
    ],
)
def test_the_cases_of_dates(tmp_path: Path, profile: Profile, case: str, name: str, cells: list[str]) -> None:
    content, source = (CASES / case / "FGW.xlsx").read_bytes(), source_of(name, Format.WORKBOOK, locale="nl")
    delivered = {"period": ACADEMIC, "name": "FGW.xlsx", "received": date(2020, 12, 18), "unit": "FGW"}
    table = only_table(fed(tmp_path, profile, source, content, **delivered)[1])
    assert aside(table) == []
    assert sorted(cell for of in unlikely(table) for cell in of) == [f"FGW.xlsx {cell}" for cell in cells]
    if case == "excel1904-extlst":
        assert table.rows.column("consulted_on").to_pylist() == [date(2020, 11, 20)]


@pytest.mark.parametrize("year", ["2019", "2020"])
def test_columns_that_become_rows_are_of_the_period_too(tmp_path: Path, profile: Profile, year: str) -> None:
    form = Form(table="delivered_figures", unpivot=Unpivot(name="reporting_year", value="value", headers={year: year}))
    content, source = f"unit;indicator;{year}\nFGW;sko_count;7\n".encode(), source_of(form.table, forms=[form])
    assert staged(tmp_path, profile, form.table, content, YEAR, source, rejected=None).rows.num_rows == (year == "2020")


def test_findings_about_a_period_name_the_column_as_people_do(tmp_path: Path, profile: Profile) -> None:
    late, elsewhere = {**TALK, "held_on": "2031-01-01"}, {**TALK, "academic_year": "2018-2019", "theme": "intensive"}
    rows = [TALK | {"theme": "skills"}, late, elsewhere]
    table = staged(tmp_path, profile, "faculty_panels", rows, ACADEMIC, rejected=None)
    sentences = {r.rule: r.nl for r in table.results if r.outcome is not Outcome.PASSED}
    assert sentences["faculty_panels.academic_year.path"] == "Studiejaar klopt met waarvoor het bestand is geleverd"
    assert sentences["faculty_panels.held_on.window"].startswith("Datum ligt rond de periode")
    assert not any(name in nl for nl in sentences.values() for name in ("held_on", "academic_year"))


@pytest.mark.parametrize("wrong", ["2020-01-10", "2019-10-01"])
def test_a_delivery_without_a_row_of_its_period_does_not_count(tmp_path: Path, profile: Profile, wrong: str) -> None:
    rows = [{**STUDENT, "student": f"S-{n}", "reference_date": wrong} for n in range(8)]
    table = staged(tmp_path, profile, "enrolments", rows, YEAR, rejected=True)
    assert len(aside(table)) == 8
    assert [r.rule for r in table.results if r.rule.endswith(".rows_kept")] == ["enrolments.rows_kept"]


# -- each fact of time of every contract

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
    "control_totals": TOTAL,
}  # fmt: skip
"""A row of each table that holds a fact of time."""

OWN_PERIOD = {"academic_year": ACADEMIC, "round": ROUND, "reporting_year": YEAR, "year": YEAR, "reference_date": YEAR}
"""The narrowest period for which a table with these fields can be delivered, in this order."""
TABLES = [table for table in DELIVERED if not table.name.endswith("_records")]
"""What is delivered for a period; decisions are typed here."""


def facts(table: Table) -> list[Field]:
    """Every fact of time in a table."""
    return [field for field in table.fields if field.clock or field.kind is Kind.DATE]


def clock_of(fact: Field) -> Clock:
    return fact.clock or Clock.REFERENCE_DATE


TIMED = [pytest.param(table, id=table.name) for table in TABLES if facts(table)]


def test_every_table_with_a_fact_of_time_is_tried() -> None:
    assert {table.name for table in TABLES if facts(table)} <= set(ROWS), "add a row of the new table to ROWS"
    clocks = {fact.clock for table in TABLES for fact in facts(table) if fact.clock}
    assert clocks == set(NO_PERIOD) == set(RIGHT)


@pytest.mark.parametrize("table", TIMED)
def test_other_ways_to_write_a_period_are_that_period(profile: Profile, table: Table) -> None:
    wanted = {Clock.ACADEMIC_YEAR: "2019-2020", Clock.ROUND: 3, Clock.REFERENCE_DATE: date(2020, 10, 1)}
    bound = table.bind(profile.code_lists())
    for fact in facts(table):
        reader = CellReader(bound[fact.name], "iso", profile.aliases.get(bound[fact.name].code_list, {}), KEY)
        assert {reader(text) for text in RIGHT[clock_of(fact)]} == {wanted.get(clock_of(fact), 2020)}, fact.name


@pytest.mark.parametrize("table", TIMED)
def test_what_names_no_period_is_refused_in_its_cell_and_lost(tmp_path: Path, profile: Profile, table: Table) -> None:
    """It is no row of another period, which costs nothing: that half of the answers say `2020` is half of them lost."""
    right = dict.fromkeys([fact.name for fact in facts(table)], "") | ROWS[table.name]
    wrong = [(fact.name, text) for fact in facts(table) for text in NO_PERIOD[clock_of(fact)]]
    people = ("student", "person", "respondent")
    rows = [
        {name: f"{value}-{at}" if name in people else value for name, value in row.items()}
        for at, row in enumerate([right, *({**right, name: text} for name, text in wrong)])
    ]
    period = next((of for name, of in OWN_PERIOD.items() if name in table.names), NONE)
    found = staged(tmp_path, profile, table.name, rows, period, Format.WORKBOOK, rejected=None)
    rules = {(q.row, q.rule.split(".")[1]): q.rule.rpartition(".")[2] for q in found.quarantine}
    places = [(row, name) for row, (name, _) in enumerate(wrong, start=3)]
    assert [place for place in places if place not in rules] == []
    if not table.other_periods:
        assert {rules[place] for place in places if table[place[1]].clock} <= {"type"}
        assert sum(found.elsewhere.values()) == 0
        if table.row_costs is Costs.ROW and any(f.clock not in (None, Clock.REFERENCE_DATE) for f in facts(table)):
            assert unreliable(table, found, Decimal("0.05")) or not found.tallies


@pytest.mark.parametrize("form", [Format.CSV, Format.PARQUET, Format.WORKBOOK])
def test_answers_of_a_year_written_otherwise_are_counted_in_it(tmp_path: Path, profile: Profile, form: Format) -> None:
    ways = ("2019-2020", "2019/2020", "2019-20", "19/20")
    rows = [{**ANSWER, "respondent": f"R-{n}", "academic_year": ways[n % 4]} for n in range(8)]
    table = staged(tmp_path, profile, "evaluations", [*rows, {**rows[0], "academic_year": "19/20"}], ACADEMIC, form)
    assert [(r["academic_year"], r["answers"]) for r in table.rows.to_pylist()] == [("2019-2020", 8)]
    assert [q.rule for q in table.quarantine] == ["evaluations.one_answer"], "the last is the same answer again"
