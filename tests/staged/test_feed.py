"""Staging a feed: of each subject the newest delivery that can be read counts, and no bad one keeps the others back."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from assets.staged.feed import StagedFeed, settled, stage_feed
from kwaliteitsmonitor.foundation.vault.store import keep
from kwaliteitsmonitor.foundation.workspace import Workspace
from kwaliteitsmonitor.methods.checks.expectations import validate
from kwaliteitsmonitor.readers.cells.grid import RawTable
from kwaliteitsmonitor.readers.cells.texts import pseudonym
from kwaliteitsmonitor.readers.delivered_parts import given
from kwaliteitsmonitor.readers.delivery import Delivery, Standing, in_order
from kwaliteitsmonitor.readers.period import year_of
from kwaliteitsmonitor.readers.staging import Tally
from schemas.consequences import Severity
from schemas.contract import Table
from schemas.profile import Feed, Profile
from schemas.profile.feeds import FileSource, Format, Period, SqlSource
from schemas.profile.forms import Form, Skip

KEY = b"k" * 32
ADVISERS, PROGRAMMES, EVALUATIONS = "faculty_study_advisers", "faculty_programmes", "evaluations"
DAYS = [date(2020, 12, day) for day in (1, 2, 3, 4)]
CURRENT, SUPERSEDED, DUPLICATE = Standing.CURRENT, Standing.SUPERSEDED, Standing.DUPLICATE

REPORT = Feed(
    id="faculty_report",
    nl="verslag",
    en="report",
    period=Period.ACADEMIC_YEAR,
    sources=[FileSource(kind="files", path="x", format=Format.WORKBOOK, tables=[ADVISERS, PROGRAMMES], locale="nl")],
)
ANSWERS = Feed(
    id="evaluations",
    nl="evaluaties",
    en="evaluations",
    period=Period.ACADEMIC_YEAR,
    sources=[
        FileSource(kind="files", path="x", format=Format.PARQUET, tables=[EVALUATIONS]),
        FileSource(kind="files", path="x", format=Format.CSV, tables=[EVALUATIONS]),
    ],
)
BFR = Feed(
    id="bfr",
    nl="bfr",
    en="bfr",
    period=Period.ROUND,
    sources=[SqlSource(kind="sql", connection="finance", database_table="t", tables=["bfr"])],
)
STAFF = Feed(
    id="staff",
    nl="personeel",
    en="staff",
    period=Period.REPORTING_YEAR,
    sources=[FileSource(kind="files", path="x", format=Format.CSV, tables=["staff"])],
)


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    return Workspace(tmp_path / "workspace")


def report(fte: Any, programmes: Sequence[tuple[str, str, str]] = ()) -> bytes:
    book = openpyxl.Workbook()
    sheet = book.create_sheet("Studieadviseurs")
    sheet.append(["Fte", "Waarvan tijdelijk", "Gecertificeerd", "In traject"])
    sheet.append([fte, 0, 2, 1])
    other = book.create_sheet("Opleidingen")
    other.append(["Opleiding", "Verplichte matching", "Online proefstuderen"])
    for row in programmes:
        other.append(row)
    made = io.BytesIO()
    book.save(made)
    return made.getvalue()


def answers(score: int, count: int = 1) -> bytes:
    made = io.BytesIO()
    rows = [
        {"evaluation": "course", "programme": "56034", "level": "Ba", "course": "C-1", "question": "teaching_methods",
         "score": score, "respondent": f"R-{n}"}
        for n in range(count)
    ]  # fmt: skip
    pq.write_table(pa.Table.from_pylist(rows), made)
    return made.getvalue()


def delivered(
    workspace: Workspace, feed: Feed, *contents: bytes, unit: str = "FGW", source: int = 0, period: str = "2019-2020"
) -> list[Delivery]:
    """Deliveries of one subject, each a day later than the one before."""
    found = []
    for number, content in enumerate(contents):
        sha256, size = keep(workspace, io.BytesIO(content))
        found.append(Delivery(feed.id, source, f"{unit}_{number}", sha256, size, DAYS[number], period, unit))
    return in_order(found)


def staged(workspace: Workspace, profile: Profile, feed: Feed, deliveries: Sequence[Delivery]) -> StagedFeed:
    return stage_feed(workspace, profile, feed, deliveries, KEY, validate)


def standings(deliveries: Sequence[Delivery], found: StagedFeed) -> list[tuple[str, Standing, bool]]:
    return [(d.path, d.standing, bool(d.reason)) for d in settled(deliveries, found)]


def test_the_newest_delivery_is_staged_with_what_it_tells_itself(workspace: Workspace, profile: Profile) -> None:
    deliveries = delivered(workspace, REPORT, report(5), report(6.5))
    found = staged(workspace, profile, REPORT, deliveries)
    (row,) = found.tables[ADVISERS].rows.to_pylist()
    assert (row["fte"], row["unit"], row["academic_year"]) == (6.5, "FGW", "2019-2020")
    assert (row["_delivery"], row["_sheet"], row["_row"]) == (deliveries[1].id, "Studieadviseurs", 2)
    assert found.rejected == {}
    assert standings(deliveries, found) == [("FGW_0", SUPERSEDED, False), ("FGW_1", CURRENT, False)]


def test_where_the_newest_cannot_be_read_the_one_before_it_counts(workspace: Workspace, profile: Profile) -> None:
    deliveries = delivered(workspace, REPORT, report(4), report(5), b"%PDF-1.7", b"")
    found = staged(workspace, profile, REPORT, deliveries)
    assert found.tables[ADVISERS].rows.column("fte").to_pylist() == [5]
    assert list(found.tables[ADVISERS].tallies) == [deliveries[1].id]
    assert standings(deliveries, found) == [
        ("FGW_0", SUPERSEDED, False),
        ("FGW_1", CURRENT, False),
        ("FGW_2", SUPERSEDED, True),
        ("FGW_3", SUPERSEDED, True),
    ]
    assert [reason.split(";")[0] for reason in found.rejected.values()] == [
        "dit bestand is leeg (0 bytes)",
        "dit is een PDF",
    ]


def test_the_same_holds_for_answers(workspace: Workspace, profile: Profile) -> None:
    deliveries = delivered(workspace, ANSWERS, answers(1), answers(2), b"no parquet")
    found = staged(workspace, profile, ANSWERS, deliveries)
    assert found.tables[EVALUATIONS].rows.column("score").to_pylist() == [2]
    assert standings(deliveries, found) == [
        ("FGW_0", SUPERSEDED, False),
        ("FGW_1", CURRENT, False),
        ("FGW_2", SUPERSEDED, True),
    ]


@pytest.mark.parametrize(("feed", "name"), [(REPORT, ADVISERS), (ANSWERS, EVALUATIONS)])
def test_where_none_can_be_read_the_table_is_empty_and_each_has_its_reason(
    workspace: Workspace, profile: Profile, feed: Feed, name: str
) -> None:
    deliveries = delivered(workspace, feed, b"one", b"two")
    found = staged(workspace, profile, feed, deliveries)
    assert found.tables[name].rows.num_rows == 0
    assert found.tables[name].tallies == {}
    assert standings(deliveries, found) == [("FGW_0", SUPERSEDED, True), ("FGW_1", SUPERSEDED, True)]


def test_an_unreadable_delivery_of_one_unit_does_not_keep_the_others_back(
    workspace: Workspace, profile: Profile
) -> None:
    deliveries = [
        *delivered(workspace, REPORT, b"", unit="FdA"),
        *delivered(workspace, REPORT, report(5)),
        *delivered(workspace, REPORT, report(7), unit="LUMC"),
    ]
    found = staged(workspace, profile, REPORT, deliveries)
    assert found.tables[ADVISERS].rows.select(["unit", "fte"]).to_pylist() == [
        {"unit": "FGW", "fte": 5},
        {"unit": "LUMC", "fte": 7},
    ]
    assert list(found.rejected) == [deliveries[0].id]


def test_two_units_that_deliver_identical_bytes_are_both_staged(workspace: Workspace, profile: Profile) -> None:
    same = report(5)
    deliveries = [*delivered(workspace, REPORT, same), *delivered(workspace, REPORT, same, unit="FdA")]
    found = staged(workspace, profile, REPORT, deliveries)
    assert found.tables[ADVISERS].rows.column("unit").to_pylist() == ["FGW", "FdA"]
    assert found.tables[ADVISERS].tallies == {d.id: Tally(1, 1, 0) for d in deliveries}


def test_a_duplicate_and_a_delivery_without_a_place_are_not_read(workspace: Workspace, profile: Profile) -> None:
    first = report(5)
    deliveries = delivered(workspace, REPORT, first, report(6), first)
    (lost,) = delivered(workspace, REPORT, report(9), unit="")
    placed = [*deliveries, Delivery(**{**vars(lost), "standing": Standing.UNPLACED, "reason": "no unit 'XX'"})]
    found = staged(workspace, profile, REPORT, placed)
    assert found.tables[ADVISERS].rows.column("fte").to_pylist() == [6]
    assert standings(placed, found) == [
        ("FGW_0", SUPERSEDED, False),
        ("FGW_1", CURRENT, False),
        ("FGW_2", DUPLICATE, False),
        ("_0", Standing.UNPLACED, True),
    ]


def test_each_table_of_a_workbook_has_its_own_rows_and_tally(workspace: Workspace, profile: Profile) -> None:
    rows = [("56034", "ja", "x"), ("56034", "nee", "nee"), ("99999", "ja", "misschien")]
    (one,) = delivered(workspace, REPORT, report("6,5", rows))
    found = staged(workspace, profile, REPORT, [one])
    assert found.tables[ADVISERS].tallies == {one.id: Tally(1, 1, 0)}
    assert found.tables[PROGRAMMES].tallies == {one.id: Tally(3, 0, 3)}
    assert {(q.table, q.cell, q.rule) for q in found.tables[PROGRAMMES].quarantine} == {
        (PROGRAMMES, "row 2", f"{PROGRAMMES}.key"),
        (PROGRAMMES, "row 3", f"{PROGRAMMES}.key"),
        (PROGRAMMES, "C4", f"{PROGRAMMES}.online_trial_study.type"),
    }


def test_numbers_are_read_in_the_notation_of_their_source(workspace: Workspace, profile: Profile) -> None:
    iso = REPORT.model_copy(update={"sources": [REPORT.sources[0].model_copy(update={"locale": "iso"})]})
    deliveries = delivered(workspace, REPORT, report("6,5"))
    assert staged(workspace, profile, REPORT, deliveries).tables[ADVISERS].rows.num_rows == 1
    assert staged(workspace, profile, iso, deliveries).tables[ADVISERS].rows.num_rows == 0


def test_answers_of_several_sources_come_together(workspace: Workspace, profile: Profile) -> None:
    text = (
        b"evaluation;unit;programme;level;question;score;respondent\n"
        b"programme;FA;60034;Ma;career_options;5;R-1\nprogramme;FGW;60034;Ma;career_options;334;R-2\n"
    )
    profile_codes = profile.code_lists()["programmes"]
    text = text.replace(b"60034", profile_codes[0].encode())
    parquet = delivered(workspace, ANSWERS, answers(3, 4))
    written = delivered(workspace, ANSWERS, text, unit="", source=1)
    found = staged(workspace, profile, ANSWERS, [*parquet, *written])
    rows = sorted(found.tables[EVALUATIONS].rows.to_pylist(), key=lambda r: r["evaluation"])
    assert [(r["evaluation"], r["unit"], r["score"], r["answers"], r["_delivery"]) for r in rows] == [
        ("course", "FGW", 3, 4, parquet[0].id),
        ("programme", "FdA", 5, 1, written[0].id),
    ]
    assert found.tables[EVALUATIONS].tallies == {parquet[0].id: Tally(4, 4, 0), written[0].id: Tally(2, 1, 1)}


def test_people_are_staged_under_the_key_that_is_given(workspace: Workspace, profile: Profile) -> None:
    text = (
        b"reference_date;person;unit;category;fte;start_date;bko_date;sko_date\n"
        b"2020-10-01;E-00017;FGW;lecturer;0.8;2015-09-01;;\n"
    )
    deliveries = delivered(workspace, STAFF, text, unit="", period="2020")
    found = staged(workspace, profile, STAFF, deliveries)
    assert found.tables["staff"].rows.column("person").to_pylist() == [pseudonym("E-00017", KEY)]
    other = stage_feed(workspace, profile, STAFF, deliveries, b"o" * 32, validate)
    assert other.tables["staff"].rows.column("person").to_pylist() == [pseudonym("E-00017", b"o" * 32)]


def test_what_was_pulled_from_a_database_is_staged_by_row(workspace: Workspace, profile: Profile) -> None:
    measure = next(m for m in profile.measures if "FGW" in m.units)
    text = (
        "reporting_year;round;unit;theme;measure;budget;realised;forecast;submitted_on;explanation\n"
        f"2020;3;FGW;{measure.theme};{measure.id};0.10;12345678901.05;;2021-02-15;later\n"
        f"2020;3;FGW;{measure.theme};{measure.id}x;n.v.t.;1.00;;2021-02-15;\n"
    )
    deliveries = delivered(workspace, BFR, text.encode(), unit="", period="2020-3")
    found = staged(workspace, profile, BFR, deliveries).tables["bfr"]
    (row,) = found.rows.to_pylist()
    assert (str(row["budget"]), str(row["realised"]), row["forecast"]) == ("0.10", "12345678901.05", None)
    assert [(q.cell, q.rule, q.found) for q in found.quarantine] == [("row 3, budget", "bfr.budget.type", "n.v.t.")]


@pytest.mark.parametrize(
    ("period", "text", "unit", "told"),
    [
        (Period.NONE, "", "", {}),
        (Period.ACADEMIC_YEAR, "2019-2020", "FGW", {"unit": "FGW", "academic_year": "2019-2020"}),
        (Period.REPORTING_YEAR, "2020", "", {"reporting_year": 2020}),
        (Period.ROUND, "2020-3", "", {"reporting_year": 2020, "round": 3}),
    ],
)
def test_a_delivery_tells_its_period_and_unit(period: Period, text: str, unit: str, told: dict[str, Any]) -> None:
    feed = REPORT.model_copy(update={"period": period})
    assert given(feed, Delivery("f", 0, "p", "a", 1, DAYS[0], text, unit)) == told


def test_staging_twice_gives_the_same_rows(workspace: Workspace, profile: Profile) -> None:
    deliveries = [
        *delivered(workspace, ANSWERS, answers(3, 40)),
        *delivered(workspace, ANSWERS, answers(4), unit="FdR"),
    ]
    one, other = (staged(workspace, profile, ANSWERS, some) for some in (deliveries, deliveries[::-1]))
    assert one.tables[EVALUATIONS].rows.equals(other.tables[EVALUATIONS].rows)


def test_a_table_is_corrected_as_it_was_read_and_before_it_is_typed(workspace: Workspace, profile: Profile) -> None:
    deliveries = delivered(workspace, REPORT, report("62,0?"))
    met: list[tuple[str, str]] = []

    def correct(delivery: Delivery, table: Table, raw: RawTable) -> RawTable:
        met.append((delivery.id, table.name))
        return replace(raw, columns={**raw.columns, "fte": ["6,2"]}) if table.name == ADVISERS else raw

    found = stage_feed(workspace, profile, REPORT, deliveries, KEY, validate, correct=correct)
    assert [str(fte) for fte in found.tables[ADVISERS].rows.column("fte").to_pylist()] == ["6.2000"]
    assert met == [(deliveries[0].id, ADVISERS), (deliveries[0].id, PROGRAMMES)]
    assert staged(workspace, profile, REPORT, deliveries).tables[ADVISERS].rows.num_rows == 0


def test_a_delivery_that_was_withdrawn_is_not_read(workspace: Workspace, profile: Profile) -> None:
    old, new = delivered(workspace, REPORT, report(5), report(6))
    withdrawn = replace(new, standing=Standing.WITHDRAWN)
    found = staged(workspace, profile, REPORT, [old, withdrawn])
    assert found.tables[ADVISERS].rows.column("fte").to_pylist() == [5]
    assert [d.standing for d in settled([old, withdrawn], found)] == [CURRENT, Standing.WITHDRAWN]


def test_the_year_of_a_delivery_decides_its_form(workspace: Workspace, profile: Profile) -> None:
    source = REPORT.sources[0]
    assert isinstance(source, FileSource)
    forms = [
        Form(table=ADVISERS, valid_until=2019, columns={"Omvang": "fte"}),
        Form(table=ADVISERS, valid_from=2020, valid_until=2020, scale={"fte": Decimal(10)}),
    ]
    feed = REPORT.model_copy(update={"sources": [source.model_copy(update={"forms": forms})]})
    (one,) = delivered(workspace, feed, report(5))
    late = delivered(workspace, feed, report(5), unit="FdA", period="2020-2021")
    found = staged(workspace, profile, feed, [one, *late])
    assert found.tables[ADVISERS].rows.column("fte").to_pylist() == [50]
    assert "het profiel kent geen vorm van 'Studieadviseurs' voor verslagjaar 2021" in found.rejected[late[0].id]


def test_rows_that_are_no_data_are_counted_beside_those_that_are(workspace: Workspace, profile: Profile) -> None:
    source = REPORT.sources[0]
    form = Form(table=PROGRAMMES, skip=[Skip(matches="totaal.*")])
    feed = REPORT.model_copy(update={"sources": [source.model_copy(update={"forms": [form]})]})
    rows = [("56034", "ja", "x"), ("Totaal", "1", "1")]
    (one,) = delivered(workspace, feed, report(5, rows))
    found = staged(workspace, profile, feed, [one]).tables[PROGRAMMES]
    assert found.tallies == {one.id: Tally(1, 1, 0, left_out=1)}
    (told,) = (r for r in found.results if r.rule == f"{PROGRAMMES}.read_as")
    assert (told.severity, told.blocks, told.cells) == (Severity.INFO, False, ("FGW_0 Opleidingen!row 3",))


@pytest.mark.parametrize(
    ("period", "text", "year"),
    [
        (Period.NONE, "", None),
        (Period.ACADEMIC_YEAR, "2019-2020", 2020),
        (Period.REPORTING_YEAR, "2020", 2020),
        (Period.ROUND, "2020-3", 2020),
    ],
)
def test_a_delivery_has_the_reporting_year_that_its_clock_tells(period: Period, text: str, year: int | None) -> None:
    feed = REPORT.model_copy(update={"period": period})
    assert year_of(feed, Delivery("f", 0, "p", "a", 1, DAYS[0], text)) == year
