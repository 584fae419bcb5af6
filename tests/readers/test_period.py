"""Every fact of time in a row agrees with the period of its delivery, whatever its feed and the form of its file.

Which fields those are follows from the contracts, so that none can be forgotten.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
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
from schemas.profile.feeds import FileSource, Format, Period, SqlSource
from schemas.profile.forms import Form, Unpivot
from schemas.tables import CATALOGUE
from schemas.tables.delivered import DELIVERED
from tests.readers.feeding import KEY, fed, lines_of, only_table, source_of
from tests.readers.files.making import parquet, xlsx, zipped

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
YEAR, ACADEMIC, ROUND, NONE = Period.REPORTING_YEAR, Period.ACADEMIC_YEAR, Period.ROUND, Period.NONE

Row = dict[str, Any]


def written(form: Format, rows: Sequence[Row], sheet: str) -> bytes:
    cells = [list(rows[0]), *(list(row.values()) for row in rows)]
    match form:
        case Format.PARQUET:
            return parquet([[str(cell) for cell in row] for row in cells])
        case Format.WORKBOOK:
            return xlsx({sheet: cells})
        case Format.ZIP:
            return zipped({f"{sheet}.csv": lines_of(cells)})
    return lines_of(cells)


def staged(
    folder: Path,
    profile: Profile,
    name: str,
    rows: Sequence[Row] | bytes,
    period: Period,
    source: Format | FileSource | SqlSource = Format.CSV,
    *,
    received: date = date(2021, 3, 1),
    rejected: bool | None = False,
) -> StagedTable:
    """What is staged of one delivery of these rows; `rejected` is whether it cannot be relied on, none where any is."""
    form = source if isinstance(source, Format) else Format.CSV
    if isinstance(source, Format):
        source = source_of(name, form, locale="nl" if form is Format.WORKBOOK else "iso")
    content = rows if isinstance(rows, bytes) else written(form, rows, CATALOGUE[name].sheet)
    _, found = fed(folder, profile, source, content, period=period, received=received)
    assert rejected is None or bool(found.rejected) is rejected
    return only_table(found)


def aside(found: StagedTable) -> list[tuple[str, str]]:
    return [(q.cell, q.rule) for q in found.quarantine]


def unlikely(found: StagedTable) -> list[tuple[str, ...]]:
    """The cells of dates that are told as far from their period."""
    return [r.cells for r in found.results if r.rule.endswith(".window") and r.outcome is Outcome.FAILED]


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
    found = staged(tmp_path, profile, name, with_another(right, field, wrong), period)
    assert aside(found) == [(f"row 3, {field}", f"{name}.{field}.path")]
    assert [tally.accepted for tally in found.tallies.values()] == [1]


@pytest.mark.parametrize("form", [Format.WORKBOOK, Format.PARQUET, Format.ZIP])
@pytest.mark.parametrize(CASE, [OTHER[at] for at in (0, 5, 8, 10, 13, 15)])
def test_whatever_the_form_of_the_file(
    tmp_path: Path, profile: Profile, name: str, right: Row, field: str, wrong: str, period: Period, form: Format
) -> None:
    found = staged(tmp_path, profile, name, with_another(right, field, wrong), period, form)
    assert [rule for _, rule in aside(found)] == [f"{name}.{field}.path"]


def test_what_was_pulled_from_a_database_is_held_against_its_period_too(tmp_path: Path, profile: Profile) -> None:
    source = SqlSource(kind="sql", connection="finance", query="SELECT :reporting_year", tables=["staff"])
    found = staged(tmp_path, profile, "staff", with_another(PERSON, "reference_date", "2019-10-01"), YEAR, source)
    assert aside(found) == [("row 3, reference_date", "staff.reference_date.path")]


def test_the_case_of_several_years_in_one_extract(tmp_path: Path, profile: Profile) -> None:
    content = (CASES / "enrolments-other-years/2020.csv").read_bytes()
    found = staged(tmp_path, profile, "enrolments", content, YEAR)
    assert found.rows.column("reference_date").to_pylist() == [date(2020, 10, 1)]
    assert aside(found) == [(f"row {n}, reference_date", "enrolments.reference_date.path") for n in (3, 4, 5)]
    assert found.quarantine[0].expected.nl == "de peildatum 1-10-2020"


def test_a_day_and_a_month_that_are_swapped_are_told_as_such(tmp_path: Path, profile: Profile) -> None:
    found = staged(tmp_path, profile, "enrolments", [{**STUDENT, "reference_date": "2020-01-10"}], YEAR, rejected=True)
    assert found.quarantine[0].expected.nl == "de peildatum 1-10-2020; dag en maand lijken verwisseld"


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
        ("faculty_panels", [{**TALK, "held_on": "2020-02-29"}], ACADEMIC),
        ("staff", [{**PERSON, "bko_date": "2020-12-15"}], YEAR),
    ],
)
def test_a_delivery_that_rightly_holds_more_passes(
    tmp_path: Path, profile: Profile, name: str, rows: list[Row], period: Period
) -> None:
    found = staged(tmp_path, profile, name, rows, period)
    assert (aside(found), unlikely(found)) == ([], [])


def test_a_report_of_figures_may_print_the_year_before(tmp_path: Path, profile: Profile) -> None:
    rows = [{**ROWS["control_totals"], "round": "", "reporting_year": year} for year in (2019, 2020)]
    assert aside(staged(tmp_path, profile, "control_totals", rows, YEAR)) == []


UNLIKELY = [
    ("faculty_panels", TALK, "held_on", "2002-10-14", ACADEMIC),
    ("faculty_panels", TALK, "held_on", "2030-10-14", ACADEMIC),
    ("faculty_panels", TALK, "held_on", "2021-10-08", ACADEMIC),
    ("faculty_panels", TALK, "held_on", "2018-10-08", ACADEMIC),
    ("faculty_panels", TALK, "held_on", "2021-03-02", ACADEMIC),
    ("faculty_consultations", COUNCIL, "consulted_on", "2016-11-19", ACADEMIC),
    ("faculty_consultations", COUNCIL, "consulted_on", "2022-11-20", ACADEMIC),
    ("bfr", LINE, "submitted_on", "2012-02-15", ROUND),
    ("bfr", LINE, "submitted_on", "2021-03-02", ROUND),
    ("spending_plan", {**PLAN, "consent_by": "university_council", "consent_on": ""}, "consent_on", "2001-12-10", NONE),
    ("spending_plan", {**PLAN, "consent_by": "university_council", "consent_on": ""}, "consent_on", "2048-12-10", NONE),
    ("staff", PERSON, "start_date", "2020-10-02", YEAR),
    ("staff", PERSON, "start_date", "2051-09-01", YEAR),
    ("staff", PERSON, "bko_date", "2021-03-02", YEAR),
    ("staff", PERSON, "sko_date", "2071-06-01", YEAR),
]


@pytest.mark.parametrize(CASE, UNLIKELY)
def test_a_date_far_from_its_period_or_after_receipt_is_told_and_its_row_stays(
    tmp_path: Path, profile: Profile, name: str, right: Row, field: str, wrong: str, period: Period
) -> None:
    found = staged(tmp_path, profile, name, [{**right, field: wrong}], period)
    assert (aside(found), unlikely(found)) == ([], [(f"file row 2, {field}",)])
    (one,) = (r for r in found.results if r.rule == f"{name}.{field}.window")
    assert (one.severity, one.quarantines) == (Severity.WARNING, False)
    assert wrong not in one.detail
    assert found.rows.num_rows == 1


def test_a_date_of_the_year_its_preparation_or_its_account_is_not(tmp_path: Path, profile: Profile) -> None:
    for day in ("2019-03-01", "2019-09-01", "2020-02-29", "2020-08-31", "2021-02-28", "2021-03-01"):
        assert unlikely(staged(tmp_path, profile, "faculty_panels", [{**TALK, "held_on": day}], ACADEMIC)) == [], day


def test_a_receipt_of_before_there_was_a_plan_says_nothing(tmp_path: Path, profile: Profile) -> None:
    found = staged(tmp_path, profile, "faculty_panels", [TALK], ACADEMIC, received=date(1980, 1, 1))
    assert unlikely(found) == []


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
    found = only_table(fed(tmp_path, profile, source, content, **delivered)[1])
    assert aside(found) == []
    assert sorted(cell for of in unlikely(found) for cell in of) == [f"FGW.xlsx {cell}" for cell in cells]
    if case == "excel1904-extlst":
        assert found.rows.column("consulted_on").to_pylist() == [date(2020, 11, 20)]


@pytest.mark.parametrize("year", ["2019", "2020"])
def test_columns_that_become_rows_are_of_the_period_too(tmp_path: Path, profile: Profile, year: str) -> None:
    form = Form(table="delivered_figures", unpivot=Unpivot(name="reporting_year", value="value", headers={year: year}))
    content, source = f"unit;indicator;{year}\nFGW;sko_count;7\n".encode(), source_of(form.table, forms=[form])
    found = staged(tmp_path, profile, form.table, content, YEAR, source, rejected=None)
    assert found.rows.num_rows == (year == "2020")


def test_findings_about_a_period_name_the_column_as_people_do(tmp_path: Path, profile: Profile) -> None:
    late, elsewhere = {**TALK, "held_on": "2031-01-01"}, {**TALK, "academic_year": "2018-2019", "theme": "intensive"}
    rows = [TALK | {"theme": "skills"}, late, elsewhere]
    found = staged(tmp_path, profile, "faculty_panels", rows, ACADEMIC, rejected=None)
    sentences = {r.rule: r.nl for r in found.results if r.outcome is not Outcome.PASSED}
    assert sentences["faculty_panels.academic_year.path"] == "Studiejaar klopt met waarvoor het bestand is geleverd"
    assert sentences["faculty_panels.held_on.window"].startswith("Datum ligt rond de periode")
    assert not any(name in nl for nl in sentences.values() for name in ("held_on", "academic_year"))


@pytest.mark.parametrize("wrong", ["2020-01-10", "2019-10-01"])
def test_a_delivery_without_a_row_of_its_period_does_not_count(tmp_path: Path, profile: Profile, wrong: str) -> None:
    rows = [{**STUDENT, "student": f"S-{n}", "reference_date": wrong} for n in range(8)]
    found = staged(tmp_path, profile, "enrolments", rows, YEAR, rejected=True)
    assert len(aside(found)) == 8
    assert [r.rule for r in found.results if r.rule.endswith(".rows_kept")] == ["enrolments.rows_kept"]


def test_rows_of_other_years_are_no_loss_of_this_one(tmp_path: Path, profile: Profile) -> None:
    other = [{**STUDENT, "student": f"S-{n}", "reference_date": f"{2005 + n}-10-01"} for n in range(12)]
    assert staged(tmp_path, profile, "enrolments", [*other, STUDENT], YEAR).rows.num_rows == 1


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
"""The narrowest period for which a table with these fields can be delivered, in this order."""
FIELDS = [pytest.param(table, f, id=f"{table.name}-{f.name}") for table, f in fields()]


def test_every_table_with_a_fact_of_time_is_tried() -> None:
    assert {table.name for table, _ in fields()} <= set(ROWS), "add a row of the new table to ROWS"
    assert {f.clock for _, f in fields() if f.clock} == set(NO_PERIOD) == set(RIGHT)


@pytest.mark.parametrize(("table", "named"), FIELDS)
def test_other_ways_to_write_a_period_are_that_period(profile: Profile, table: Table, named: Field) -> None:
    clock = named.clock or Clock.REFERENCE_DATE
    bound = table.bind(profile.code_lists())[named.name]
    reader = CellReader(bound, "iso", profile.aliases().get(bound.code_list, {}), KEY)
    wanted = {Clock.ACADEMIC_YEAR: "2019-2020", Clock.ROUND: 3, Clock.REFERENCE_DATE: date(2020, 10, 1)}
    assert {reader(text) for text in RIGHT[clock]} == {wanted.get(clock, 2020)}


@pytest.mark.parametrize("by_path", [True, False])
@pytest.mark.parametrize(("table", "named"), FIELDS)
def test_what_names_no_period_is_refused_in_its_cell_and_lost(
    tmp_path: Path, profile: Profile, table: Table, named: Field, by_path: bool
) -> None:
    """It is no row of another period, which costs nothing: that half of the answers say `2020` is half of them lost."""
    wrong = NO_PERIOD[named.clock or Clock.REFERENCE_DATE]
    rows = [ROWS[table.name], *({**ROWS[table.name], named.name: text} for text in wrong)]
    people = ("student", "person", "respondent")
    rows = [
        {n: f"{v}-{at}" if n in people else v for n, v in ({named.name: ""} | row).items()}
        for at, row in enumerate(rows)
    ]
    period = next((of for name, of in OWN_PERIOD.items() if name in table.names), NONE) if by_path else NONE
    found = staged(tmp_path, profile, table.name, rows, period, Format.WORKBOOK, rejected=None)
    rules = {q.row: q.rule for q in found.quarantine if q.rule.startswith(f"{table.name}.{named.name}.")}
    assert set(rules) == set(range(3, 3 + len(wrong)))
    if by_path and named.clock and not table.other_periods:
        assert {rule.rpartition(".")[2] for rule in rules.values()} == {"type"}
        assert sum(found.elsewhere.values()) == 0
        if named.clock is not Clock.REFERENCE_DATE and table.row_costs is Costs.ROW:
            assert unreliable(table, found, Decimal("0.05")) or not found.tallies


@pytest.mark.parametrize("form", [Format.CSV, Format.PARQUET, Format.WORKBOOK])
@pytest.mark.parametrize("text", ["2019/2020", "2019-20", "19/20"])
def test_answers_of_a_year_written_otherwise_are_counted_in_it(
    tmp_path: Path, profile: Profile, form: Format, text: str
) -> None:
    rows = [{**ANSWER, "respondent": f"R-{n}", "academic_year": text if n % 2 else "2019-2020"} for n in range(8)]
    found = staged(tmp_path, profile, "evaluations", [*rows, {**rows[0], "academic_year": text}], ACADEMIC, form)
    assert [(r["academic_year"], r["answers"]) for r in found.rows.to_pylist()] == [("2019-2020", 8)]
    assert [q.rule for q in found.quarantine] == ["evaluations.one_answer"], "the last is the same answer again"
