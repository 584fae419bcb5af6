"""Every fact of time in a row agrees with the period of its delivery, whatever its feed and the form of its file."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from assets.staged.feed import stage_feed
from kwaliteitsmonitor.foundation.vault.store import keep
from kwaliteitsmonitor.foundation.workspace import Workspace
from kwaliteitsmonitor.methods.checks.expectations import validate
from kwaliteitsmonitor.methods.checks.results import Outcome
from kwaliteitsmonitor.readers.delivery import Delivery
from kwaliteitsmonitor.readers.staging import StagedTable
from schemas.consequences import Severity
from schemas.profile import Feed, Profile
from schemas.profile.feeds import FileSource, Format, Period, SqlSource
from schemas.profile.forms import Form, Locale, Unpivot
from schemas.tables import CATALOGUE
from tests.readers.files.making import zipped

KEY = b"k" * 32
CASES = Path("tests/cases")
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
OF = {YEAR: "2020", ACADEMIC: "2019-2020", ROUND: "2020-3", NONE: ""}

Row = dict[str, Any]


def written(form: Format, rows: Sequence[Row], sheet: str) -> bytes:
    names = list(rows[0])
    made = io.BytesIO()
    if form is Format.PARQUET:
        pq.write_table(pa.table({n: pa.array([str(r[n]) for r in rows]) for n in names}), made)
    elif form is Format.WORKBOOK:
        book = openpyxl.Workbook()
        page = book.active
        page.title = sheet
        for line in [names, *([r[n] for n in names] for r in rows)]:
            page.append(line)
        book.save(made)
    else:
        text = io.StringIO()
        writer = csv.writer(text, delimiter=";", lineterminator="\n")
        writer.writerows([names, *([r[n] for n in names] for r in rows)])
        return zipped({f"{sheet}.csv": text.getvalue()}) if form is Format.ZIP else text.getvalue().encode()
    return made.getvalue()


def staged(
    folder: Path,
    profile: Profile,
    name: str,
    rows: Sequence[Row] | bytes,
    period: Period,
    form: Format = Format.CSV,
    received: date = date(2021, 3, 1),
    pulled: bool = False,
    rejected: bool | None = False,
) -> StagedTable:
    """What is staged of one delivery of these rows; `rejected` is whether it cannot be relied on, none where any is."""
    workspace = Workspace(folder / "workspace")
    content = rows if isinstance(rows, bytes) else written(form, rows, CATALOGUE[name].sheet)
    locale: Locale = "nl" if form is Format.WORKBOOK else "iso"
    source: FileSource | SqlSource = FileSource(kind="files", path="x", format=form, tables=[name], locale=locale)
    if pulled:
        source = SqlSource(kind="sql", connection="finance", query="SELECT :reporting_year", tables=[name])
    feed = Feed(id="f", nl="f", en="f", period=period, sources=[source])
    sha256, size = keep(workspace, io.BytesIO(content))
    delivery = Delivery("f", 0, "file", sha256, size, received, OF[period])
    found = stage_feed(workspace, profile, feed, [delivery], KEY, validate)
    table = found.tables[name]
    assert rejected is None or bool(found.rejected) is rejected
    for tally in table.tallies.values():
        assert tally.accepted + tally.quarantined == tally.received
    return table


def aside(found: StagedTable) -> list[tuple[str, str]]:
    return [(q.cell, q.rule) for q in found.quarantine]


def told(found: StagedTable) -> list[tuple[str, ...]]:
    return [r.cells for r in found.results if r.rule.endswith(".window") and r.outcome is Outcome.FAILED]


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


@pytest.mark.parametrize(("name", "right", "field", "wrong", "period"), OTHER)
def test_a_row_of_another_period_is_set_aside_with_its_cell(
    tmp_path: Path, profile: Profile, name: str, right: Row, field: str, wrong: str, period: Period
) -> None:
    other = {**right, "student": "S-2", "person": "E-2", "respondent": "R-2", field: wrong}
    found = staged(tmp_path, profile, name, [right, {n: other[n] for n in right}], period)
    assert aside(found) == [(f"row 3, {field}", f"{name}.{field}.path")]
    assert [t.accepted for t in found.tallies.values()] == [1]


@pytest.mark.parametrize("form", [Format.CSV, Format.WORKBOOK, Format.PARQUET, Format.ZIP])
@pytest.mark.parametrize(
    ("name", "right", "field", "wrong", "period"), [OTHER[0], OTHER[5], OTHER[8], OTHER[10], OTHER[13], OTHER[15]]
)
def test_whatever_the_form_of_the_file(
    tmp_path: Path, profile: Profile, name: str, right: Row, field: str, wrong: str, period: Period, form: Format
) -> None:
    other = {**right, "student": "S-2", "person": "E-2", "respondent": "R-2", field: wrong}
    found = staged(tmp_path, profile, name, [right, {n: other[n] for n in right}], period, form)
    assert [rule for _, rule in aside(found)] == [f"{name}.{field}.path"]


def test_what_was_pulled_from_a_database_is_held_against_its_period_too(tmp_path: Path, profile: Profile) -> None:
    rows = [{**PERSON}, {**PERSON, "person": "E-2", "reference_date": "2019-10-01"}]
    found = staged(tmp_path, profile, "staff", rows, YEAR, pulled=True)
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
    "found",
    ["01-10-20", "1-10-0220", "1-10-20201", "44105", 44105, datetime(2020, 10, 1, 9, 30), "29-02-2019", "31-11-2020"],
)
def test_what_is_no_day_of_the_calendar_is_refused_for_what_it_is(tmp_path: Path, profile: Profile, found: Any) -> None:
    table = staged(
        tmp_path, profile, "enrolments", [STUDENT, {**STUDENT, "reference_date": found}], YEAR, Format.WORKBOOK
    )
    assert aside(table) == [("A3", "enrolments.reference_date.type")]


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
    assert (aside(found), told(found)) == ([], [])


def test_a_report_of_figures_may_print_the_year_before(tmp_path: Path, profile: Profile) -> None:
    row = {"statement": "a", "origin": "printed", "reporting_year": 2019, "subject": "budget", "printed": "7.057",
           "value": "7057", "printed_decimals": 0, "unit_of_measure": "keur"}  # fmt: skip
    found = staged(tmp_path, profile, "control_totals", [row, {**row, "reporting_year": 2020}], YEAR)
    assert aside(found) == []


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


@pytest.mark.parametrize(("name", "right", "field", "wrong", "period"), UNLIKELY)
def test_a_date_far_from_its_period_or_after_receipt_is_told_and_its_row_stays(
    tmp_path: Path, profile: Profile, name: str, right: Row, field: str, wrong: str, period: Period
) -> None:
    found = staged(tmp_path, profile, name, [{**right, field: wrong}], period)
    assert aside(found) == []
    assert told(found) == [(f"file row 2, {field}",)]
    (one,) = (r for r in found.results if r.rule == f"{name}.{field}.window")
    assert (one.severity, one.quarantines) == (Severity.WARNING, False)
    assert wrong not in one.detail
    assert found.rows.num_rows == 1


@pytest.mark.parametrize("on", ["2019-03-01", "2019-09-01", "2020-02-29", "2020-08-31", "2021-02-28", "2021-03-01"])
def test_a_date_of_the_year_its_preparation_or_its_account_is_not(tmp_path: Path, profile: Profile, on: str) -> None:
    assert told(staged(tmp_path, profile, "faculty_panels", [{**TALK, "held_on": on}], ACADEMIC)) == []


def test_a_receipt_of_before_there_was_a_plan_says_nothing(tmp_path: Path, profile: Profile) -> None:
    found = staged(tmp_path, profile, "faculty_panels", [TALK], ACADEMIC, received=date(1980, 1, 1))
    assert told(found) == []


@pytest.mark.parametrize(
    ("case", "name", "cells"),
    [
        ("dates-outside-period", "faculty_panels", ["Panelgesprekken!B2", "Panelgesprekken!B3"]),
        ("excel1904-extlst", "faculty_consultations", []),
    ],
)
def test_the_cases_of_dates(tmp_path: Path, profile: Profile, case: str, name: str, cells: list[str]) -> None:
    workspace = Workspace(tmp_path / "workspace")
    feed = next(f for f in profile.feeds if f.id == "faculty_report")
    with (CASES / case / "FGW.xlsx").open("rb") as stream:
        sha256, size = keep(workspace, stream)
    delivery = Delivery(feed.id, 0, "FGW.xlsx", sha256, size, date(2020, 12, 18), "2019-2020", "FGW")
    found = stage_feed(workspace, profile, feed, [delivery], KEY, validate).tables[name]
    assert aside(found) == []
    assert sorted(cell for of in told(found) for cell in of) == [f"FGW.xlsx {cell}" for cell in cells]
    if case == "excel1904-extlst":
        assert found.rows.column("consulted_on").to_pylist() == [date(2020, 11, 20)]


@pytest.mark.parametrize("year", ["2019", "2020"])
def test_columns_that_become_rows_are_of_the_period_too(tmp_path: Path, profile: Profile, year: str) -> None:
    form = Form(table="delivered_figures", unpivot=Unpivot(name="reporting_year", value="value", headers={year: year}))
    workspace = Workspace(tmp_path / "workspace")
    source = FileSource(kind="files", path="x", format=Format.CSV, tables=["delivered_figures"], forms=[form])
    feed = Feed(id="f", nl="f", en="f", period=YEAR, sources=[source])
    sha256, size = keep(workspace, io.BytesIO(f"unit;indicator;{year}\nFGW;sko_count;7\n".encode()))
    delivery = Delivery("f", 0, "file", sha256, size, date(2021, 3, 1), "2020", "")
    found = stage_feed(workspace, profile, feed, [delivery], KEY, validate).tables["delivered_figures"]
    assert found.rows.num_rows == (year == "2020")


def test_findings_about_a_period_name_the_column_as_people_do(tmp_path: Path, profile: Profile) -> None:
    late, elsewhere = {**TALK, "held_on": "2031-01-01"}, {**TALK, "academic_year": "2018-2019", "theme": "intensive"}
    found = staged(
        tmp_path, profile, "faculty_panels", [TALK | {"theme": "skills"}, late, elsewhere], ACADEMIC, rejected=None
    )
    said = {r.rule: r.nl for r in found.results if r.outcome is not Outcome.PASSED}
    assert said["faculty_panels.academic_year.path"] == "Studiejaar klopt met waarvoor het bestand is geleverd"
    assert said["faculty_panels.held_on.window"].startswith("Datum ligt rond de periode")
    assert not any(name in sentence for sentence in said.values() for name in ("held_on", "academic_year"))


@pytest.mark.parametrize("wrong", ["2020-01-10", "2019-10-01"])
def test_a_delivery_without_a_row_of_its_period_does_not_count(tmp_path: Path, profile: Profile, wrong: str) -> None:
    rows = [{**STUDENT, "student": f"S-{n}", "reference_date": wrong} for n in range(8)]
    found = staged(tmp_path, profile, "enrolments", rows, YEAR, rejected=True)
    assert len(aside(found)) == 8
    assert [r.rule for r in found.results if r.rule.endswith(".rows_kept")] == ["enrolments.rows_kept"]


def test_rows_of_other_years_are_no_loss_of_this_one(tmp_path: Path, profile: Profile) -> None:
    other = [{**STUDENT, "student": f"S-{n}", "reference_date": f"{2005 + n}-10-01"} for n in range(12)]
    found = staged(tmp_path, profile, "enrolments", [*other, STUDENT], YEAR)
    assert found.rows.num_rows == 1
