"""Staging a feed: of each subject the newest delivery that can be read counts, and no bad one keeps the others back."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from assets.staged.feed import StagedFeed, settled, stage_feed
from kwaliteitsmonitor.foundation.vault.store import keep
from kwaliteitsmonitor.foundation.workspace import Workspace
from kwaliteitsmonitor.methods.checks.outcomes import validate
from kwaliteitsmonitor.readers.cells.grid import RawTable
from kwaliteitsmonitor.readers.cells.texts import pseudonym
from kwaliteitsmonitor.readers.delivered_parts import fields_from_path
from kwaliteitsmonitor.readers.delivery import Delivery, Standing, in_order
from kwaliteitsmonitor.readers.period import year_of
from kwaliteitsmonitor.readers.staging import Tally
from schemas.consequences import Severity
from schemas.contract import Table
from schemas.profile import Feed, Profile
from schemas.profile.feeds import Format, Period, SqlSource
from schemas.profile.forms import Form, Skip
from schemas.words import Words
from tests.readers.answering import NAMES, answer, as_csv, as_parquet
from tests.readers.feeding import KEY, lines_of, source_of
from tests.readers.files.making import xlsx

ADVISERS, PROGRAMMES, EVALUATIONS = "faculty_study_advisers", "faculty_programmes", "evaluations"
CURRENT, SUPERSEDED, DUPLICATE = Standing.CURRENT, Standing.SUPERSEDED, Standing.DUPLICATE


def feed_of(period: Period, *sources: Any) -> Feed:
    return Feed(id=sources[0].tables[0], nl="n", en="e", period=period, sources=list(sources))


def reporting(**more: Any) -> Feed:
    """The feed of a workbook with two tables; `more` is what its source says."""
    keys = {"locale": "nl", "tables": [ADVISERS, PROGRAMMES], **more}
    return feed_of(Period.ACADEMIC_YEAR, source_of(ADVISERS, Format.WORKBOOK).model_copy(update=keys))


REPORT = reporting()
ANSWERS = feed_of(Period.ACADEMIC_YEAR, source_of(EVALUATIONS, Format.PARQUET), source_of(EVALUATIONS))
BFR = feed_of(Period.ROUND, SqlSource(kind="sql", connection="finance", database_table="t", tables=["bfr"]))
STAFF = feed_of(Period.REPORTING_YEAR, source_of("staff"))


def report(fte: Any, *programmes: tuple[str, str, str]) -> bytes:
    return xlsx({
        "Studieadviseurs": [["Fte", "Waarvan tijdelijk", "Gecertificeerd", "In traject"], [fte, 0, 2, 1]],
        "Opleidingen": [["Opleiding", "Verplichte matching", "Online proefstuderen"], *programmes],
    })  # fmt: skip


def answers(score: int, count: int = 1) -> bytes:
    return as_parquet([answer(f"R-{n}", score) for n in range(count)], [n for n in NAMES if n != "unit"])


@dataclass(frozen=True)
class Stage:
    """Keeps deliveries in a workspace and stages them."""

    workspace: Workspace
    profile: Profile

    def delivered(
        self, feed: Feed, *contents: bytes, unit: str = "FGW", source: int = 0, period: str = "2019-2020"
    ) -> list[Delivery]:
        """Deliveries of one subject, each a day later than the one before."""
        deliveries = []
        for number, content in enumerate(contents):
            sha256, size = keep(self.workspace, io.BytesIO(content))
            day = date(2020, 12, number + 1)
            deliveries.append(Delivery(feed.id, source, f"{unit}_{number}", sha256, size, day, period, unit))
        return in_order(deliveries)

    def __call__(self, feed: Feed, deliveries: Sequence[Delivery], **more: Any) -> StagedFeed:
        return stage_feed(self.workspace, self.profile, feed, deliveries, KEY, validate, **more)


@pytest.fixture
def stage(tmp_path: Path, profile: Profile) -> Stage:
    return Stage(Workspace(tmp_path / "workspace"), profile)


def standings(deliveries: Sequence[Delivery], feed: StagedFeed) -> list[tuple[str, Standing, bool]]:
    return [(d.path, d.standing, bool(d.reason)) for d in settled(deliveries, feed)]


def column(feed: StagedFeed, table: str, name: str) -> list[Any]:
    values: list[Any] = feed.tables[table].rows.column(name).to_pylist()
    return values


def test_the_newest_delivery_is_staged_with_what_it_tells_itself(stage: Stage) -> None:
    deliveries = stage.delivered(REPORT, report(5), report(6.5))
    feed = stage(REPORT, deliveries)
    (row,) = feed.tables[ADVISERS].rows.to_pylist()
    assert (row["fte"], row["unit"], row["academic_year"]) == (6.5, "FGW", "2019-2020")
    assert (row["_delivery"], row["_sheet"], row["_row"]) == (deliveries[1].id, "Studieadviseurs", 2)
    assert feed.rejected == {}
    assert standings(deliveries, feed) == [("FGW_0", SUPERSEDED, False), ("FGW_1", CURRENT, False)]


@pytest.mark.parametrize(
    ("feed", "table", "contents", "value"),
    [(REPORT, ADVISERS, (report(4), report(5), b"%PDF-1.7", b""), ("fte", 5)),
     (ANSWERS, EVALUATIONS, (answers(1), answers(2), b"no parquet"), ("score", 2))],
    ids=["report", "answers"],
)  # fmt: skip
def test_of_those_that_can_be_read_the_newest_counts(
    stage: Stage, feed: Feed, table: str, contents: tuple[bytes, ...], value: tuple[str, int]
) -> None:
    deliveries = stage.delivered(feed, *contents)
    staged = stage(feed, deliveries)
    assert column(staged, table, value[0]) == [value[1]]
    assert list(staged.tables[table].tallies) == [deliveries[1].id]
    assert standings(deliveries, staged) == [
        ("FGW_0", SUPERSEDED, False),
        ("FGW_1", CURRENT, False),
        *((f"FGW_{n}", SUPERSEDED, True) for n in range(2, len(contents))),
    ]
    if feed is REPORT:
        reasons = [reason.nl.split(";")[0] for reason in staged.rejected.values()]
        assert reasons == ["dit bestand is leeg (0 bytes)", "dit is een PDF"]
    bad = deliveries[2:]
    none = stage(feed, bad)
    assert (none.tables[table].rows.num_rows, none.tables[table].tallies) == (0, {})
    assert standings(bad, none) == [(d.path, SUPERSEDED, True) for d in bad]


def test_no_unit_keeps_another_back_by_a_bad_file_or_by_the_same_bytes(stage: Stage) -> None:
    contents = {"FdA": b"", "FGW": report(5), "LUMC": report(5)}
    deliveries = [one for unit, content in contents.items() for one in stage.delivered(REPORT, content, unit=unit)]
    feed = stage(REPORT, deliveries)
    assert list(zip(column(feed, ADVISERS, "unit"), column(feed, ADVISERS, "fte"), strict=True)) == [
        ("FGW", 5),
        ("LUMC", 5),
    ]
    assert list(feed.rejected) == [deliveries[0].id]
    assert feed.tables[ADVISERS].tallies == {d.id: Tally(1, 1, 0) for d in deliveries[1:]}


def test_a_duplicate_and_what_was_withdrawn_or_has_no_place_is_not_read(stage: Stage) -> None:
    first = report(5)
    old, new, copy = stage.delivered(REPORT, first, report(6), first)
    (lost,) = stage.delivered(REPORT, report(9), unit="")
    placed = [
        old,
        new,
        copy,
        replace(lost, standing=Standing.UNPLACED, reason=Words("geen eenheid 'XX'", "no unit 'XX'")),
    ]
    feed = stage(REPORT, placed)
    assert column(feed, ADVISERS, "fte") == [6]
    assert standings(placed, feed) == [
        ("FGW_0", SUPERSEDED, False),
        ("FGW_1", CURRENT, False),
        ("FGW_2", DUPLICATE, False),
        ("_0", Standing.UNPLACED, True),
    ]
    placed = [old, replace(new, standing=Standing.WITHDRAWN)]
    feed = stage(REPORT, placed)
    assert column(feed, ADVISERS, "fte") == [5]
    assert [d.standing for d in settled(placed, feed)] == [CURRENT, Standing.WITHDRAWN]


def test_each_table_of_a_workbook_has_its_own_rows_and_tally(stage: Stage) -> None:
    rows = [("56034", "ja", "x"), ("56034", "nee", "nee"), ("99999", "ja", "misschien")]
    (one,) = stage.delivered(REPORT, report("6,5", *rows))
    tables = stage(REPORT, [one]).tables
    assert tables[ADVISERS].tallies == {one.id: Tally(1, 1, 0)}
    assert tables[PROGRAMMES].tallies == {one.id: Tally(3, 0, 3)}
    assert {(q.table, q.cell, q.rule) for q in tables[PROGRAMMES].quarantine} == {
        (PROGRAMMES, "row 2", f"{PROGRAMMES}.key"),
        (PROGRAMMES, "row 3", f"{PROGRAMMES}.key"),
        (PROGRAMMES, "C4", f"{PROGRAMMES}.online_trial_study.type"),
    }
    in_iso_notation = stage(reporting(locale="iso"), [one])
    assert in_iso_notation.tables[ADVISERS].rows.num_rows == 0, "numbers are read in the notation of their source"


def test_answers_of_several_sources_come_together_in_any_order(stage: Stage) -> None:
    programme = stage.profile.code_lists()["programmes"][0]
    more = {"evaluation": "programme", "course": None, "question": "career_options", "programme": programme}
    rows = [answer("R-1", 5, unit="FA", **more), answer("R-2", 334, **more)]
    (parquet,) = stage.delivered(ANSWERS, answers(3, 40))
    (text,) = stage.delivered(ANSWERS, as_csv(rows), unit="", source=1)
    one, other = (stage(ANSWERS, some).tables[EVALUATIONS] for some in ([parquet, text], [text, parquet]))
    assert sorted(
        (r["evaluation"], r["unit"], r["score"], r["answers"], r["_delivery"]) for r in one.rows.to_pylist()
    ) == [
        ("course", "FGW", 3, 40, parquet.id),
        ("programme", "FdA", 5, 1, text.id),
    ]
    assert one.tallies == {parquet.id: Tally(40, 40, 0), text.id: Tally(2, 1, 1)}
    assert one.rows.equals(other.rows)


def test_people_are_staged_under_the_key_that_is_given(stage: Stage) -> None:
    header = ("reference_date", "person", "unit", "category", "fte", "start_date", "bko_date", "sko_date")
    row = ("2020-10-01", "E-00017", "FGW", "lecturer", "0.8", "2015-09-01", "", "")
    deliveries = stage.delivered(STAFF, lines_of([header, row]), unit="", period="2020")
    assert column(stage(STAFF, deliveries), "staff", "person") == [pseudonym("E-00017", KEY)]


def test_what_was_pulled_from_a_database_is_staged_by_row(stage: Stage) -> None:
    measure = next(m for m in stage.profile.measures if "FGW" in m.units)
    text = (
        "reporting_year;round;unit;theme;measure;budget;realised;forecast;submitted_on;explanation\n"
        f"2020;3;FGW;{measure.theme};{measure.id};0.10;12345678901.05;;2021-02-15;later\n"
        f"2020;3;FGW;{measure.theme};{measure.id}x;n.v.t.;1.00;;2021-02-15;\n"
    )
    table = stage(BFR, stage.delivered(BFR, text.encode(), unit="", period="2020-3")).tables["bfr"]
    (row,) = table.rows.to_pylist()
    assert (str(row["budget"]), str(row["realised"]), row["forecast"]) == ("0.10", "12345678901.05", None)
    assert [(q.cell, q.rule, q.found) for q in table.quarantine] == [("row 3, budget", "bfr.budget.type", "n.v.t.")]


@pytest.mark.parametrize(
    ("period", "text", "unit", "expected", "year"),
    [
        (Period.NONE, "", "", {}, None),
        (Period.ACADEMIC_YEAR, "2019-2020", "FGW", {"unit": "FGW", "academic_year": "2019-2020"}, 2020),
        (Period.REPORTING_YEAR, "2020", "", {"reporting_year": 2020}, 2020),
        (Period.ROUND, "2020-3", "", {"reporting_year": 2020, "round": 3}, 2020),
    ],
)
def test_a_delivery_tells_its_period_unit_and_reporting_year(
    period: Period, text: str, unit: str, expected: dict[str, Any], year: int | None
) -> None:
    feed = REPORT.model_copy(update={"period": period})
    delivery = Delivery("f", 0, "p", "a", 1, date(2020, 12, 1), text, unit)
    assert (fields_from_path(feed, delivery), year_of(feed, delivery)) == (expected, year)


def test_a_table_is_corrected_as_it_was_read_and_before_it_is_typed(stage: Stage) -> None:
    (one,) = stage.delivered(REPORT, report("62,0?"))
    met: list[tuple[str, str]] = []

    def correct(delivery: Delivery, table: Table, raw: RawTable) -> RawTable:
        met.append((delivery.id, table.name))
        return replace(raw, columns={**raw.columns, "fte": ["6,2"]}) if table.name == ADVISERS else raw

    feed = stage(REPORT, [one], correct=correct)
    assert [str(fte) for fte in column(feed, ADVISERS, "fte")] == ["6.2000"]
    assert met == [(one.id, ADVISERS), (one.id, PROGRAMMES)]
    assert stage(REPORT, [one]).tables[ADVISERS].rows.num_rows == 0


def test_the_year_of_a_delivery_decides_its_form(stage: Stage) -> None:
    forms = [
        Form(table=ADVISERS, valid_until=2019, columns={"Omvang": "fte"}),
        Form(table=ADVISERS, valid_from=2020, valid_until=2020, scale={"fte": Decimal(10)}),
    ]
    feed = reporting(forms=forms)
    late = stage.delivered(feed, report(5), unit="FdA", period="2020-2021")
    staged = stage(feed, [*stage.delivered(feed, report(5)), *late])
    assert column(staged, ADVISERS, "fte") == [50]
    assert "het profiel kent geen vorm van 'Studieadviseurs' voor verslagjaar 2021" in staged.rejected[late[0].id].nl


def test_rows_that_are_no_data_are_counted_beside_those_that_are(stage: Stage) -> None:
    feed = reporting(forms=[Form(table=PROGRAMMES, skip=[Skip(matches="totaal.*")])])
    (one,) = stage.delivered(feed, report(5, ("56034", "ja", "x"), ("Totaal", "1", "1")))
    table = stage(feed, [one]).tables[PROGRAMMES]
    assert table.tallies == {one.id: Tally(1, 1, 0, left_out=1)}
    (note,) = (r for r in table.results if r.rule == f"{PROGRAMMES}.read_as")
    assert (note.severity, note.blocks, note.cells) == (Severity.INFO, False, ("FGW_0 Opleidingen!row 3",))
