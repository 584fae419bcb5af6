"""Collecting a feed: which files and pulls are deliveries of it, and what is recorded of each."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import dagster as dg
import pytest

from assets.common.resources import Institution
from assets.delivered.assets import STEP, delivered_assets
from assets.delivered.collect import collect_periods
from kwaliteitsmonitor.foundation.vault.store import kept
from kwaliteitsmonitor.foundation.workspace import Workspace
from kwaliteitsmonitor.obligations.periods import Expected
from kwaliteitsmonitor.readers.delivery import Delivery, Standing
from schemas.errors import SourceError
from schemas.profile import Profile
from schemas.profile.feeds import FileSource, Format
from tests.connectors.writing import put
from tests.delivered.uptake import AMSTERDAM, BFR, CYCLE, DECEMBER, FOLDER, JANUARY, REPORT, Uptake, finance

UNITS = "FGGA, FdA, FGW, FdR, FSW, FWN, LUMC, ICLON, HA"
CURRENT, SUPERSEDED, UNPLACED = Standing.CURRENT, Standing.SUPERSEDED, Standing.UNPLACED


def test_a_file_becomes_a_delivery_with_its_bytes_kept(uptake: Uptake) -> None:
    uptake.put("FGW_v2.xlsx", b"report")
    sha256, noon = hashlib.sha256(b"report").hexdigest(), datetime(2020, 12, 18, 11, tzinfo=UTC)
    delivery = ("faculty_report", 0, f"{FOLDER}/FGW_v2.xlsx", sha256, 6, DECEMBER, "2019-2020", "FGW", 1, CURRENT)
    assert uptake.collect() == [Delivery(*delivery, arrived=noon)]
    assert kept(uptake.workspace, sha256).read_bytes() == b"report"


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        ({"fgw.XLSX": b"a"}, [("FGW", 1, CURRENT)]),
        ({"FA.xlsx": b"a", "FdA.xlsx": b"b"}, [("FdA", 1, SUPERSEDED), ("FdA", 2, CURRENT)]),
        ({"FGW.xlsx": b"same", "FdA.xlsx": b"same"}, [("FGW", 1, CURRENT), ("FdA", 1, CURRENT)]),
        ({"../2020-2021/FGW.xlsx": b"", "../2017-2018/FGW.xlsx": b"", "FGW.docx": b"a", ".FGW.xlsx": b"a"}, []),
    ],
    ids=["by its id", "two names of one unit", "the same bytes of two units", "another year or form, or hidden"],
)
def test_a_name_says_whose_it_is_by_id_or_alias(
    uptake: Uptake, files: dict[str, bytes], expected: Sequence[tuple[str, int, Standing]]
) -> None:
    for number, (name, content) in enumerate(files.items(), start=1):
        uptake.put(name, content, date(2020, 12, number))
    deliveries = uptake.collect()
    assert sorted((d.unit, d.version, d.standing) for d in deliveries) == sorted(expected)
    assert len({d.id for d in deliveries}) == len(expected)
    assert uptake.workspace.root.exists() == bool(expected)


@pytest.mark.parametrize(
    ("name", "reasons"),
    [
        (
            "XYZ.xlsx",
            [f"er is geen eenheid 'XYZ'; verwacht een van {UNITS}", f"there is no unit 'XYZ'; expected one of {UNITS}"],
        ),
        ("FGV.xlsx", ["bedoelt u FGW?", "did you mean FGW?"]),
        (
            "FGW.xlsx",
            ["eenheid FGW is er niet in verslagjaar 2020, maar tot en met 2019",
             "unit FGW is not there in reporting year 2020, but until 2019"],
        ),
    ],
    ids=["unknown", "nearly known", "ended"],
)  # fmt: skip
def test_a_file_of_no_unit_of_that_year_is_kept_and_not_placed(uptake: Uptake, name: str, reasons: list[str]) -> None:
    units = uptake.profile.units
    if name == "FGW.xlsx":
        units = tuple(u.model_copy(update={"valid_until": 2019}) if u.id == "FGW" else u for u in units)
    uptake.profile = replace(uptake.profile, units=units)
    uptake.put("../2018-2019/FGW.xlsx", b"its last")
    uptake.put(name, b"whose?")
    last, one = uptake.collect()
    assert (last.standing, last.unit, one.standing) == (CURRENT, "FGW", UNPLACED)
    assert one.reason is not None
    nl, en = reasons
    assert (nl in one.reason.nl, en in one.reason.en) == (True, True)
    assert kept(uptake.workspace, one.sha256).read_bytes() == b"whose?"


def test_a_file_that_may_not_be_read_is_shown_with_the_reason_and_not_a_byte_of_it_is_kept(
    uptake: Uptake, tmp_path: Path
) -> None:
    (tmp_path / "secret.xlsx").write_bytes(b"of someone else")
    (uptake.zone / FOLDER).mkdir(parents=True)
    (uptake.zone / FOLDER / "FGW.xlsx").symlink_to(tmp_path / "secret.xlsx")
    (one,) = uptake.collect()
    assert (one.standing, one.sha256, one.unit, one.period) == (UNPLACED, "", "FGW", "2019-2020")
    assert one.reason is not None
    assert one.reason.nl.startswith("verwijzing naar buiten de map met leveringen")
    assert one.reason.en.startswith("a link that leads out of the landing zone")
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
    assert (one.path, one.unit, one.standing) == (f"{FOLDER}/{name}", "FGW", CURRENT)
    assert kept(uptake.workspace, one.sha256).read_bytes() == b"report"


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
    rounds = ((2019, 3, date(2099, 2, 20)), (2020, 1, date(2020, 5, 14)), (2018, 3, date(2019, 2, 1)))
    late, first = uptake.collect(BFR, database=finance(tmp_path / "finance.db", *rounds))
    assert [(d.path, d.period, d.unit) for d in (late, first)] == [
        ("finance/bfr_lines/2019-3", "2019-3", ""),
        ("finance/bfr_lines/2020-1", "2020-1", ""),
    ]
    today = datetime.now(ZoneInfo(AMSTERDAM)).date()
    assert first.received_on == date(2020, 5, 14)
    assert today - timedelta(days=1) <= late.received_on <= today, "a day to come is today"


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
        (0, "finance/bfr_lines/2020-3", CURRENT),
        (1, "bfr/2020-3.csv", CURRENT),
    ]


@pytest.mark.parametrize(("unit", "units"), [("FGW", ["FGW"]), ("", []), (None, ["FGW", "FdA"])])
def test_of_one_unit_only_its_own_deliveries_are_collected(uptake: Uptake, unit: str | None, units: list[str]) -> None:
    for name in ("FGW", "FdA"):
        uptake.put(f"{name}.xlsx", name.encode(), JANUARY)
    period = [Expected("2019-2020", 2020)]
    of_unit = collect_periods(uptake.workspace, uptake.profile, period, REPORT, uptake.landing(), None, unit)
    assert sorted(d.unit for d in of_unit) == sorted(units)


def test_each_feed_is_an_asset_that_keeps_its_deliveries_and_says_how_many_count(
    profile: Profile, tmp_path: Path
) -> None:
    made = {asset.key.path[-1]: asset for asset in delivered_assets(profile, dg.StaticPartitionsDefinition([CYCLE]))}
    assert list(made) == [feed.id for feed in profile.feeds]
    name, landing, out = "faculty_report", tmp_path / "landing", tmp_path / "out"
    for unit, content in (("FGW", b"report"), ("XYZ", b"whose?")):
        put(landing, f"onderwijsjaarverslag/2019-2020/{unit}.xlsx", content)
    resources = {"institution": Institution(institution="leiden", landing=str(landing), out=str(out))}
    with dg.DagsterInstance.ephemeral() as instance:
        result = dg.materialize([made[name]], instance=instance, partition_key=CYCLE, resources=resources)
    (event,) = result.get_asset_materialization_events()
    metadata = {key: value.value for key, value in event.materialization.metadata.items()}
    assert [metadata[key] for key in ("deliveries", "current", "duplicates", "bytes")] == [2, 1, 0, 12]
    assert "XYZ" in str(metadata["refused"])
    records = Workspace(out).read_json(CYCLE, STEP, name)
    assert {Delivery.from_json(record).unit for record in records} == {"FGW", ""}
