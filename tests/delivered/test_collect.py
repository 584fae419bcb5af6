"""Collecting a feed: which files and pulls are deliveries of it, and what is recorded of each."""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa

from assets.delivered.collect import collect
from kwaliteitsmonitor.connectors.landing import Landing
from kwaliteitsmonitor.foundation.vault.store import kept
from kwaliteitsmonitor.foundation.workspace import Workspace
from kwaliteitsmonitor.obligations.periods import deadline, expected_periods
from kwaliteitsmonitor.readers.delivery import Delivery, Standing
from schemas.errors import SourceError
from schemas.exports.sql import sql_table
from schemas.profile import Feed, Profile
from schemas.profile.feeds import FileSource, Format, Period, SqlSource
from schemas.tables import CATALOGUE

REPORT = Feed(
    id="faculty_report",
    nl="verslag",
    en="report",
    period=Period.ACADEMIC_YEAR,
    units=["FGW", "FdA"],
    sources=[
        FileSource(
            kind="files",
            path="verslag/{academic_year}/{unit}{suffix}.xlsx",
            format=Format.WORKBOOK,
            tables=["faculty_measures"],
        )
    ],
)
BFR = Feed(
    id="bfr",
    nl="bfr",
    en="bfr",
    period=Period.ROUND,
    sources=[SqlSource(kind="sql", connection="finance", database_table="bfr_lines", tables=["bfr"])],
)
DECEMBER = date(2020, 12, 18)


@pytest.fixture
def landing(tmp_path: Path) -> Path:
    folder = tmp_path / "landing"
    folder.mkdir()
    return folder


def put(landing: Path, path: str, content: bytes, day: date = DECEMBER) -> None:
    file = landing / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(content)
    moment = datetime(day.year, day.month, day.day, 12, tzinfo=ZoneInfo("Europe/Amsterdam")).timestamp()
    os.utime(file, (moment, moment))


def collected(
    workspace: Workspace,
    profile: Profile,
    landing: Path,
    feed: Feed = REPORT,
    *,
    cycle: str = "2021-03",
    database: str | None = None,
) -> list[Delivery]:
    zone = Landing(str(landing), "Europe/Amsterdam")
    databases = None if database is None else {"finance": database}
    return collect(workspace, profile, profile.cycle(cycle), feed, zone, databases)


def standings(deliveries: Sequence[Delivery]) -> list[tuple[str, int, str, bool | None]]:
    return [(Path(d.path).name, d.version, str(d.standing), d.in_landing_zone) for d in deliveries]


def test_a_file_becomes_a_delivery_with_its_bytes_kept(workspace: Workspace, profile: Profile, landing: Path) -> None:
    put(landing, "verslag/2019-2020/FGW_v2.xlsx", b"report")
    (found,) = collected(workspace, profile, landing)
    sha256 = hashlib.sha256(b"report").hexdigest()
    assert found == Delivery(
        "faculty_report",
        0,
        "verslag/2019-2020/FGW_v2.xlsx",
        sha256,
        6,
        DECEMBER,
        "2019-2020",
        "FGW",
        1,
        Standing.CURRENT,
        arrived=datetime(2020, 12, 18, 11, tzinfo=UTC),
    )
    assert kept(workspace, sha256).read_bytes() == b"report"


def test_an_alias_in_the_name_stands_for_its_unit(workspace: Workspace, profile: Profile, landing: Path) -> None:
    put(landing, "verslag/2019-2020/FA.xlsx", b"first", date(2020, 12, 1))
    put(landing, "verslag/2019-2020/FdA.xlsx", b"second")
    found = collected(workspace, profile, landing)
    assert [(d.path[-8:], d.unit, d.version, d.standing) for d in found] == [
        ("/FA.xlsx", "FdA", 1, Standing.SUPERSEDED),
        ("FdA.xlsx", "FdA", 2, Standing.CURRENT),
    ]


def test_a_name_of_no_unit_is_kept_and_not_placed_with_the_reason(
    workspace: Workspace, profile: Profile, landing: Path
) -> None:
    put(landing, "verslag/2019-2020/XYZ.xlsx", b"whose?")
    (found,) = collected(workspace, profile, landing)
    assert found.standing is Standing.UNPLACED
    assert found.unit == ""
    known = "FGGA, FdA, FGW, FdR, FSW, FWN, LUMC, ICLON, HA"
    assert found.reason == (
        f"er is geen eenheid 'XYZ'; verwacht een van {known} / there is no unit 'XYZ'; expected one of {known}"
    )
    assert kept(workspace, found.sha256).read_bytes() == b"whose?"


def test_a_delivery_of_a_unit_that_is_not_there_that_year_is_kept_and_not_placed(
    workspace: Workspace, profile: Profile, landing: Path
) -> None:
    ended = [unit.model_copy(update={"valid_until": 2019}) if unit.id == "FGW" else unit for unit in profile.units]
    put(landing, "verslag/2018-2019/FGW.xlsx", b"its last")
    put(landing, "verslag/2019-2020/FGW.xlsx", b"too late")
    last, late = collected(workspace, replace(profile, units=tuple(ended)), landing)
    assert (last.standing, last.unit) == (Standing.CURRENT, "FGW")
    assert late.standing is Standing.UNPLACED
    assert late.reason == (
        "eenheid FGW is er niet in verslagjaar 2020, maar tot en met 2019 / "
        "unit FGW is not there in reporting year 2020, but until 2019"
    )
    assert kept(workspace, late.sha256).read_bytes() == b"too late"


def test_a_name_that_is_nearly_that_of_a_unit_is_not_guessed_but_suggested(
    workspace: Workspace, profile: Profile, landing: Path
) -> None:
    put(landing, "verslag/2019-2020/FGV.xlsx", b"whose?")
    (found,) = collected(workspace, profile, landing)
    assert (found.standing, found.unit) == (Standing.UNPLACED, "")
    assert "bedoelt u FGW?" in found.reason
    assert "did you mean FGW?" in found.reason


def test_the_case_of_a_unit_in_a_name_does_not_matter(workspace: Workspace, profile: Profile, landing: Path) -> None:
    put(landing, "verslag/2019-2020/fgw.XLSX", b"report")
    (found,) = collected(workspace, profile, landing)
    assert (found.unit, found.standing) == ("FGW", Standing.CURRENT)


def test_files_of_another_period_or_form_are_no_deliveries_of_the_cycle(
    workspace: Workspace, profile: Profile, landing: Path
) -> None:
    put(landing, "verslag/2020-2021/FGW.xlsx", b"next year")
    put(landing, "verslag/2017-2018/FGW.xlsx", b"before the agreements")
    put(landing, "verslag/2019-2020/FGW.docx", b"another form")
    put(landing, "verslag/2019-2020/.FGW.xlsx", b"hidden")
    assert collected(workspace, profile, landing) == []
    assert not workspace.root.exists()


def test_two_units_that_deliver_identical_bytes_make_two_deliveries(
    workspace: Workspace, profile: Profile, landing: Path
) -> None:
    put(landing, "verslag/2019-2020/FGW.xlsx", b"template")
    put(landing, "verslag/2019-2020/FdA.xlsx", b"template")
    found = collected(workspace, profile, landing)
    assert {(d.unit, d.standing) for d in found} == {("FGW", Standing.CURRENT), ("FdA", Standing.CURRENT)}
    assert len({d.id for d in found}) == 2
    assert len({d.sha256 for d in found}) == 1


def test_the_first_day_of_receipt_stands_though_the_file_is_touched(
    workspace: Workspace, profile: Profile, landing: Path
) -> None:
    put(landing, "verslag/2019-2020/FGW.xlsx", b"report")
    first = collected(workspace, profile, landing)
    put(landing, "verslag/2019-2020/FGW.xlsx", b"report", date(2021, 2, 1))
    assert collected(workspace, profile, landing) == first


def test_the_first_day_of_receipt_stands_though_the_landing_zone_is_copied(
    workspace: Workspace, profile: Profile, landing: Path, tmp_path: Path
) -> None:
    put(landing, "verslag/2019-2020/FGW.xlsx", b"one")
    put(landing, "verslag/2019-2020/FGW_v2.xlsx", b"two", date(2020, 12, 20))
    first = collected(workspace, profile, landing)
    copied = tmp_path / "copied"
    shutil.copytree(landing, copied, copy_function=shutil.copyfile)
    assert collected(workspace, profile, copied) == first


def test_collecting_again_changes_nothing(workspace: Workspace, profile: Profile, landing: Path) -> None:
    put(landing, "verslag/2019-2020/FGW.xlsx", b"report")
    first = collected(workspace, profile, landing)
    before = {path: path.stat().st_mtime_ns for path in workspace.root.rglob("*")}
    assert collected(workspace, profile, landing) == first
    assert {path: path.stat().st_mtime_ns for path in workspace.root.rglob("*") if path.is_file()} == {
        path: moment for path, moment in before.items() if path.is_file()
    }


def finance(url: str, *rounds: tuple[int, int, date]) -> str:
    engine = sa.create_engine(url, poolclass=sa.NullPool)
    table = sql_table(CATALOGUE["bfr"], sa.MetaData(), "bfr_lines")
    table.create(engine)
    with engine.begin() as connection:
        for year, number, submitted_on in rounds:
            connection.execute(
                table.insert().values(
                    reporting_year=year,
                    round=number,
                    unit="FGW",
                    theme="guidance",
                    measure="M1",
                    budget=Decimal(1),
                    realised=Decimal(1),
                    submitted_on=submitted_on,
                )
            )
    return url


def test_each_round_with_rows_is_a_delivery_received_on_the_day_of_its_submission(
    workspace: Workspace, profile: Profile, landing: Path, tmp_path: Path
) -> None:
    url = finance(
        f"sqlite:///{tmp_path / 'finance.db'}",
        (2019, 3, date(2020, 2, 20)),
        (2020, 1, date(2020, 5, 14)),
        (2018, 3, date(2019, 2, 1)),
    )
    found = collected(workspace, profile, landing, BFR, database=url)
    assert [(d.path, d.period, d.received_on, d.unit) for d in found] == [
        ("finance/bfr_lines/2019-3", "2019-3", date(2020, 2, 20), ""),
        ("finance/bfr_lines/2020-1", "2020-1", date(2020, 5, 14), ""),
    ]


def test_a_pull_without_rows_is_no_delivery(
    workspace: Workspace, profile: Profile, landing: Path, tmp_path: Path
) -> None:
    url = finance(f"sqlite:///{tmp_path / 'finance.db'}")
    assert collected(workspace, profile, landing, BFR, database=url) == []
    assert not workspace.root.exists()


def test_a_database_that_refuses_leaves_nothing_behind(
    workspace: Workspace, profile: Profile, landing: Path, tmp_path: Path
) -> None:
    with pytest.raises(SourceError):
        collected(workspace, profile, landing, BFR, database=f"sqlite:///{tmp_path / 'no' / 'finance.db'}")
    assert not workspace.root.exists()


@pytest.mark.parametrize(
    ("period", "cycle", "periods"),
    [
        (Period.NONE, "2021-03", [""]),
        (Period.ACADEMIC_YEAR, "2021-03", ["2018-2019", "2019-2020"]),
        (Period.ACADEMIC_YEAR, "2020-03", ["2018-2019"]),
        (Period.REPORTING_YEAR, "2021-05", ["2019", "2020"]),
        (Period.ROUND, "2021-03", ["2019-3", "2020-1", "2020-2", "2020-3"]),
        (Period.ROUND, "2021-09", ["2019-3", "2020-3", "2021-1", "2021-2"]),
    ],
)
def test_a_cycle_reads_the_periods_of_its_own_clock(
    profile: Profile, period: Period, cycle: str, periods: list[str]
) -> None:
    feed = REPORT.model_copy(update={"period": period})
    assert [e.period for e in expected_periods(feed, profile.cycle(cycle), profile)] == periods


def test_a_feed_that_is_not_required_is_also_looked_for_in_the_year_being_spent(profile: Profile) -> None:
    feed = REPORT.model_copy(update={"period": Period.REPORTING_YEAR, "required": False})
    assert [e.period for e in expected_periods(feed, profile.cycle("2021-05"), profile)] == ["2019", "2020", "2021"]
    assert [e.period for e in expected_periods(feed, profile.cycle("2021-03"), profile)] == ["2019", "2020"]


def test_the_deadline_is_that_of_the_round_in_the_year_that_is_reported_on(profile: Profile) -> None:
    bfr = profile.feed("bfr")
    days = {e.period: deadline(bfr, e) for e in expected_periods(bfr, profile.cycle("2021-03"), profile)}
    assert days["2020-1"] == date(2020, 5, 15)
    assert days["2020-3"] == date(2021, 2, 28)
    (last,) = (e for e in expected_periods(REPORT, profile.cycle("2021-03"), profile) if e.year == 2020)
    assert deadline(profile.feed("faculty_report"), last) == date(2020, 12, 31)
    assert deadline(REPORT, last) is None


def test_a_source_of_files_and_a_source_of_rows_in_one_feed_keep_their_own_versions(
    workspace: Workspace, profile: Profile, landing: Path, tmp_path: Path
) -> None:
    url = finance(f"sqlite:///{tmp_path / 'finance.db'}", (2020, 3, date(2021, 2, 14)))
    files = FileSource(kind="files", path="bfr/{reporting_year}-{round}{suffix}.csv", format=Format.CSV, tables=["bfr"])
    put(landing, "bfr/2020-3.csv", b"by mail")
    feed = BFR.model_copy(update={"sources": [*BFR.sources, files]})
    found = collected(workspace, replace(profile, feeds=(feed,)), landing, feed, database=url)
    assert [(d.source, d.path, d.standing) for d in found] == [
        (0, "finance/bfr_lines/2020-3", Standing.CURRENT),
        (1, "bfr/2020-3.csv", Standing.CURRENT),
    ]


def test_a_round_that_says_that_it_was_submitted_on_a_day_to_come_was_received_today(
    workspace: Workspace, profile: Profile, landing: Path, tmp_path: Path
) -> None:
    url = finance(f"sqlite:///{tmp_path / 'finance.db'}", (2019, 3, date(2099, 2, 20)))
    (one,) = collected(workspace, profile, landing, BFR, database=url)
    today = datetime.now(ZoneInfo(profile.institution.timezone)).date()
    assert today - timedelta(days=1) <= one.received_on <= today
