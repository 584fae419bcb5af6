"""Collecting a feed: which files and pulls are deliveries of it, and what is recorded of each."""

from __future__ import annotations

import hashlib
import shutil
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from assets.delivered.collect import collect_periods
from kwaliteitsmonitor.foundation.vault.store import kept
from kwaliteitsmonitor.obligations.periods import Expected
from kwaliteitsmonitor.readers.delivery import Delivery, Standing
from schemas.errors import SourceError
from schemas.profile.feeds import FileSource, Format
from tests.delivered.uptake import AMSTERDAM, BFR, DECEMBER, FOLDER, JANUARY, REPORT, Uptake, finance

UNITS = "FGGA, FdA, FGW, FdR, FSW, FWN, LUMC, ICLON, HA"


def test_a_file_becomes_a_delivery_with_its_bytes_kept(uptake: Uptake) -> None:
    uptake.put("FGW_v2.xlsx", b"report")
    sha256, noon = hashlib.sha256(b"report").hexdigest(), datetime(2020, 12, 18, 11, tzinfo=UTC)
    what = ("faculty_report", 0, f"{FOLDER}/FGW_v2.xlsx", sha256, 6, DECEMBER, "2019-2020", "FGW", 1, Standing.CURRENT)
    assert uptake.collect() == [Delivery(*what, arrived=noon)]
    assert kept(uptake.workspace, sha256).read_bytes() == b"report"


@pytest.mark.parametrize(
    ("name", "unit", "reasons"),
    [
        ("fgw.XLSX", "FGW", ()),
        ("FA.xlsx", "FdA", ()),
        (
            "XYZ.xlsx",
            "",
            (f"er is geen eenheid 'XYZ'; verwacht een van {UNITS} / there is no unit 'XYZ'; expected one of {UNITS}",),
        ),
        ("FGV.xlsx", "", ("bedoelt u FGW?", "did you mean FGW?")),
    ],
)
def test_a_name_says_whose_it_is_by_id_or_alias_and_what_it_does_not_say_is_not_guessed(
    uptake: Uptake, name: str, unit: str, reasons: tuple[str, ...]
) -> None:
    uptake.put(name, b"whose?")
    (one,) = uptake.collect()
    assert (one.unit, one.standing) == (unit, Standing.CURRENT if unit else Standing.UNPLACED)
    assert bool(one.reason) == bool(reasons)
    assert [reason for reason in reasons if reason not in one.reason] == []
    assert kept(uptake.workspace, one.sha256).read_bytes() == b"whose?"


def test_files_under_two_names_of_one_unit_are_versions_of_one_delivery(uptake: Uptake) -> None:
    uptake.put("FA.xlsx", b"first", date(2020, 12, 1))
    uptake.put("FdA.xlsx", b"second")
    assert [(d.path[-8:], d.unit, d.version, d.standing) for d in uptake.collect()] == [
        ("/FA.xlsx", "FdA", 1, Standing.SUPERSEDED),
        ("FdA.xlsx", "FdA", 2, Standing.CURRENT),
    ]


def test_a_delivery_of_a_unit_that_is_not_there_that_year_is_kept_and_not_placed(uptake: Uptake) -> None:
    units = uptake.profile.units
    ended = [unit.model_copy(update={"valid_until": 2019}) if unit.id == "FGW" else unit for unit in units]
    uptake.profile = replace(uptake.profile, units=tuple(ended))
    uptake.put("../2018-2019/FGW.xlsx", b"its last")
    uptake.put("FGW.xlsx", b"too late")
    last, late = uptake.collect()
    assert (last.standing, last.unit, late.standing) == (Standing.CURRENT, "FGW", Standing.UNPLACED)
    assert late.reason == (
        "eenheid FGW is er niet in verslagjaar 2020, maar tot en met 2019 / "
        "unit FGW is not there in reporting year 2020, but until 2019"
    )
    assert kept(uptake.workspace, late.sha256).read_bytes() == b"too late"


def test_files_of_another_period_or_form_are_no_deliveries_of_the_cycle(uptake: Uptake) -> None:
    for name in ("../2020-2021/FGW.xlsx", "../2017-2018/FGW.xlsx", "FGW.docx", ".FGW.xlsx"):
        uptake.put(name, b"next year, before the agreements, another form, hidden")
    assert uptake.collect() == []
    assert not uptake.workspace.root.exists()


def test_a_file_that_may_not_be_read_is_shown_with_the_reason_and_not_a_byte_of_it_is_kept(
    uptake: Uptake, tmp_path: Path
) -> None:
    (tmp_path / "secret.xlsx").write_bytes(b"of someone else")
    (uptake.zone / FOLDER).mkdir(parents=True)
    (uptake.zone / FOLDER / "FGW.xlsx").symlink_to(tmp_path / "secret.xlsx")
    (one,) = uptake.collect()
    assert (one.standing, one.sha256, one.unit, one.period) == (Standing.UNPLACED, "", "FGW", "2019-2020")
    assert one.reason.startswith("verwijzing naar buiten de map met leveringen")
    assert " / a link that leads out of the landing zone" in one.reason
    assert not uptake.workspace.store.exists()


NAMES = {
    "a new line": "FGW_\nINFO alles goed.xlsx",
    "control signs": "FGW_\x1b[2J\x07.xlsx",
    "SQL": "FGW_'; DROP TABLE deliveries;--.xlsx",
    "the other reading direction": "FGW_\u202excod.xlsx",
    "a formula": "FGW -cmd|'calc'!A0.xlsx",
    "as long as may be": f"FGW_{'x' * 246}.xlsx",
    "markup": "FGW_[red]<script>alert(1).xlsx",
    "an accent": "FGW_e\u0301e\u0301n.xlsx",
}


@pytest.mark.parametrize("name", NAMES.values(), ids=NAMES)
def test_a_file_with_a_strange_name_is_a_delivery_like_any_other(uptake: Uptake, name: str) -> None:
    uptake.put(name, b"report")
    (one,) = uptake.collect()
    assert (one.path, one.unit, one.standing) == (f"{FOLDER}/{name}", "FGW", Standing.CURRENT)
    assert kept(uptake.workspace, one.sha256).read_bytes() == b"report"


def test_two_units_that_deliver_identical_bytes_make_two_deliveries(uptake: Uptake) -> None:
    uptake.put("FGW.xlsx", b"template")
    uptake.put("FdA.xlsx", b"template")
    both = uptake.collect()
    assert {(d.unit, d.standing) for d in both} == {("FGW", Standing.CURRENT), ("FdA", Standing.CURRENT)}
    assert (len({d.id for d in both}), len({d.sha256 for d in both})) == (2, 1)


def test_collecting_again_changes_nothing_though_the_files_are_touched_or_copied(uptake: Uptake) -> None:
    def stamps() -> dict[Path, int]:
        return {path: path.stat().st_mtime_ns for path in uptake.workspace.root.rglob("*") if path.is_file()}

    uptake.put("FGW.xlsx", b"one")
    uptake.put("FGW_v2.xlsx", b"two", date(2020, 12, 20))
    first, before = uptake.collect(), stamps()
    assert (uptake.collect(), stamps()) == (first, before)
    uptake.put("FGW.xlsx", b"one", date(2021, 2, 1))
    assert uptake.collect() == first
    uptake.zone = shutil.copytree(uptake.zone, uptake.zone.with_name("copied"), copy_function=shutil.copyfile)
    assert uptake.collect() == first


def test_each_round_with_rows_is_a_delivery_received_on_the_day_of_its_submission(
    uptake: Uptake, tmp_path: Path
) -> None:
    rounds = ((2019, 3, date(2020, 2, 20)), (2020, 1, date(2020, 5, 14)), (2018, 3, date(2019, 2, 1)))
    pulled = uptake.collect(BFR, database=finance(tmp_path / "finance.db", *rounds))
    assert [(d.path, d.period, d.received_on, d.unit) for d in pulled] == [
        ("finance/bfr_lines/2019-3", "2019-3", date(2020, 2, 20), ""),
        ("finance/bfr_lines/2020-1", "2020-1", date(2020, 5, 14), ""),
    ]


def test_a_pull_without_rows_or_from_a_database_that_refuses_leaves_nothing_behind(
    uptake: Uptake, tmp_path: Path
) -> None:
    assert uptake.collect(BFR, database=finance(tmp_path / "finance.db")) == []
    with pytest.raises(SourceError):
        uptake.collect(BFR, database=f"sqlite:///{tmp_path / 'no' / 'finance.db'}")
    assert not uptake.workspace.root.exists()


def test_a_source_of_files_and_a_source_of_rows_in_one_feed_keep_their_own_versions(
    uptake: Uptake, tmp_path: Path
) -> None:
    url = finance(tmp_path / "finance.db", (2020, 3, date(2021, 2, 14)))
    files = FileSource(kind="files", path="bfr/{reporting_year}-{round}{suffix}.csv", format=Format.CSV, tables=["bfr"])
    uptake.put("../../bfr/2020-3.csv", b"by mail")
    feed = BFR.model_copy(update={"sources": [*BFR.sources, files]})
    uptake.profile = replace(uptake.profile, feeds=(feed,))
    assert [(d.source, d.path, d.standing) for d in uptake.collect(feed, database=url)] == [
        (0, "finance/bfr_lines/2020-3", Standing.CURRENT),
        (1, "bfr/2020-3.csv", Standing.CURRENT),
    ]


def test_a_round_that_says_that_it_was_submitted_on_a_day_to_come_was_received_today(
    uptake: Uptake, tmp_path: Path
) -> None:
    (one,) = uptake.collect(BFR, database=finance(tmp_path / "finance.db", (2019, 3, date(2099, 2, 20))))
    today = datetime.now(ZoneInfo(AMSTERDAM)).date()
    assert today - timedelta(days=1) <= one.received_on <= today


@pytest.mark.parametrize(("unit", "units"), [("FGW", ["FGW"]), ("", []), (None, ["FGW", "FdA"])])
def test_of_one_unit_only_its_own_deliveries_are_collected(uptake: Uptake, unit: str | None, units: list[str]) -> None:
    for name in ("FGW", "FdA"):
        uptake.put(f"{name}.xlsx", name.encode(), JANUARY)
    period = [Expected("2019-2020", 2020)]
    of_unit = collect_periods(uptake.workspace, uptake.profile, period, REPORT, uptake.landing(), None, unit)
    assert sorted(d.unit for d in of_unit) == sorted(units)
