"""Deliveries that come in parts: numbered files, and folders as Spark, DuckDB and Arrow really write them."""

from __future__ import annotations

import os
import time
from dataclasses import replace
from datetime import date
from pathlib import Path

import pyarrow as pa
import pytest

from assets.decisions.records import Decisions
from assets.staged.uptake import contents
from assets.status.recognition import untaken
from kwaliteitsmonitor.foundation.vault.assembled import listing, parts_of, with_parts
from kwaliteitsmonitor.foundation.vault.store import demand_whole, is_kept, kept, receipts_of
from kwaliteitsmonitor.operations.retention.removal import due
from kwaliteitsmonitor.readers.delivery import Standing
from schemas.errors import KwaliteitsmonitorError
from schemas.profile import Feed
from schemas.profile.feeds import Format, Period
from tests.delivered.parts import (
    CSV,
    EVERY,
    PARQUET,
    YEAR,
    answers,
    collected,
    counted,
    feed_of,
    only,
    staged,
    write,
    write_in_parts,
)
from tests.delivered.uptake import CYCLE, Uptake

NAMES = ("FGW_part-00000.parquet", "FGW_part-00001.parquet")


@pytest.fixture
def zone(uptake: Uptake) -> Path:
    """The folder of the unit's answers in the landing zone."""
    (uptake.zone / YEAR).mkdir(parents=True)
    return uptake.zone / YEAR


@pytest.fixture
def two_parts(zone: Path) -> tuple[Path, Path]:
    """Two numbered parts of one delivery in the landing zone."""
    write_in_parts(zone, "numbered parquet", answers(0, 60))
    return zone / NAMES[0], zone / NAMES[1]


@pytest.mark.parametrize("way", EVERY)
def test_parts_are_one_delivery_of_which_every_answer_counts(uptake: Uptake, zone: Path, way: str) -> None:
    feed = write_in_parts(zone, way, answers(0, 60))
    one = only(uptake, feed)
    assert (one.unit, one.period, one.standing, one.version) == ("FGW", "2019-2020", Standing.CURRENT, 1)
    made = staged(uptake, feed, [one])
    assert (made.rejected, counted(made)) == ({}, 60)
    table = made.tables["evaluations"]
    assert [set(table.rows.column(name).to_pylist()) for name in ("unit", "course")] == [{"FGW"}, {"C"}]
    assert table.quarantine == []
    profile = replace(uptake.profile, feeds=(feed,))
    assert untaken(profile, profile.cycle(CYCLE), uptake.landing().files()) == []


def test_the_bytes_of_each_part_are_kept_and_the_delivery_is_over_all_of_them(
    uptake: Uptake, two_parts: tuple[Path, Path]
) -> None:
    one = only(uptake, PARQUET)
    parts = parts_of(kept(uptake.workspace, one.sha256))
    assert tuple(part.name for part in parts) == NAMES
    for part, file in zip(parts, two_parts, strict=True):
        assert kept(uptake.workspace, part.sha256).read_bytes() == file.read_bytes()
    assert only(uptake, PARQUET) == one
    assert [r.path for r in receipts_of(uptake.workspace)["eva"]] == [f"{YEAR}/FGW_part-*.parquet"]
    long_ago = time.time() - 30 * 86_400
    for path in uptake.workspace.store.rglob("*"):
        os.utime(path, (long_ago, long_ago))
    assert due(uptake.workspace, replace(uptake.profile, feeds=(PARQUET,)), date(2021, 3, 1)).strays == ()
    assert len(with_parts(uptake.workspace.store, [one.sha256])) == 3


def test_a_part_that_is_replaced_is_a_new_version_of_the_whole(uptake: Uptake, two_parts: tuple[Path, Path]) -> None:
    first = only(uptake, PARQUET)
    write(two_parts[1], answers(30, 70))
    old, new = collected(uptake, PARQUET)
    assert (old.standing, new.standing, new.version) == (Standing.SUPERSEDED, Standing.CURRENT, 2)
    assert contents(PARQUET, [old, new], Decisions()) != contents(PARQUET, [first], Decisions())
    assert counted(staged(uptake, PARQUET, [old, new])) == 70


def test_a_part_that_is_lacking_is_told_and_the_delivery_does_not_count(uptake: Uptake, zone: Path) -> None:
    for number in (0, 2):
        write(zone / f"FGW_part-{number:05}.parquet", answers(number * 10, number * 10 + 10))
    one = only(uptake, PARQUET)
    assert (one.standing, one.sha256, one.unit) == (Standing.UNPLACED, "", "FGW")
    why = "onderdeel 00001 ontbreekt: de levering telt pas mee als alle onderdelen er zijn"
    assert one.reason is not None
    assert one.reason.nl.startswith(why)
    write(zone / "FGW_part-00001.parquet", answers(10, 20))
    assert only(uptake, PARQUET).standing is Standing.CURRENT


def test_a_folder_that_is_still_being_written_is_waited_for(uptake: Uptake, zone: Path) -> None:
    write(zone / "FGW.parquet/part-00000-a.parquet", answers(0, 10))
    write(zone / "FGW.parquet/_temporary/0/task/part-00001-a.parquet", answers(10, 20))
    one = only(uptake, PARQUET)
    assert one.standing is Standing.ARRIVING
    assert one.reason is not None
    assert "nog niet alle onderdelen" in one.reason.nl


ALL, NONE = answers(0, 30), answers(0, 30).slice(0, 0)


@pytest.mark.parametrize("form", ["csv", "parquet"])
@pytest.mark.parametrize(
    ("parts", "count", "reason"),
    [
        ({"part-00000-a": ALL, "part-00001-a": NONE, "_SUCCESS": None}, 30, ""),
        ({"part-00000-a": ALL, "part-00001-a": None, "_SUCCESS": None}, 30, "00001-a.parquet: dit bestand is leeg"),
        ({"part-00000-a": ALL, "part-00000-b": ALL, "_SUCCESS": None}, 0, "30 van 60 rijen zijn apart gezet"),
    ],
    ids=["a part without rows", "a part without bytes", "the same from two runs"],
)
def test_a_folder_of_parts_counts_whole_or_says_why_not(
    uptake: Uptake, zone: Path, form: str, parts: dict[str, pa.Table | None], count: int, reason: str
) -> None:
    feed, folder = (CSV if form == "csv" else PARQUET), zone / f"FGW.{form}"
    folder.mkdir()
    for name, data in parts.items():
        place = folder / (name if name.startswith("_") else f"{name}.{form}")
        place.touch() if data is None else write(place, data)
        (folder / f".{place.name}.crc").write_bytes(b"crc")
    one = only(uptake, feed)
    found = staged(uptake, feed, [one])
    why = "".join(words.nl for words in (one.reason, *found.rejected.values()) if words is not None)
    empty_text = form == "csv" and "leeg" in reason  # which holds no header, and no row
    assert (reason in why) is not empty_text
    assert counted(found) == (0 if why else count)


@pytest.mark.parametrize("form", [Format.PARQUET, Format.CSV])
def test_what_is_wrong_is_told_by_the_part_and_the_row_in_it(uptake: Uptake, zone: Path, form: Format) -> None:
    feed, row = (PARQUET, 3) if form is Format.PARQUET else (CSV, 4)
    write(zone / f"FGW_part-00000.{form}", answers(0, 10))
    write(zone / f"FGW_part-00001.{form}", pa.concat_tables([answers(10, 12), answers(12, 13, score=9), answers(0, 1)]))
    table = staged(uptake, feed, [only(uptake, feed)]).tables["evaluations"]
    assert [(q.sheet, q.row, q.cell, q.rule) for q in table.quarantine] == [
        (f"FGW_part-00001.{form}", row, f"row {row}, score", "evaluations.score.range"),
        (f"FGW_part-00001.{form}", row + 1, f"row {row + 1}", "evaluations.one_answer"),
    ]
    assert table.quarantine[0].place == f"{YEAR}/FGW_part-*.{form} FGW_part-00001.{form}!row {row}, score"


@pytest.mark.parametrize(
    ("feed", "second", "reason"),
    [
        (PARQUET, b"no parquet", "dit is tekst; verwacht werd een Parquet-bestand"),
        (CSV, b"respondent;score\nR-1;4\n", "de kop is een andere dan die van het eerste onderdeel"),
    ],
    ids=["no Parquet", "another header"],
)
def test_a_part_that_cannot_be_read_refuses_the_whole_by_its_name(
    uptake: Uptake, zone: Path, feed: Feed, second: bytes, reason: str
) -> None:
    form = "parquet" if feed is PARQUET else "csv"
    write(zone / f"FGW_part-0.{form}", answers(0, 10))
    (zone / f"FGW_part-1.{form}").write_bytes(second)
    (reported,) = staged(uptake, feed, [only(uptake, feed)]).rejected.values()
    assert reported.nl.startswith(f"FGW_part-1.{form}: {reason}")


def test_parts_of_other_tables_are_read_too_and_cells_name_the_part(uptake: Uptake) -> None:
    feed = feed_of(Format.CSV, "staff", "hr/{reporting_year}").model_copy(update={"period": Period.REPORTING_YEAR})
    same = {"reference_date": "2020-10-01", "unit": "FGW", "category": "lecturer", "start_date": "2015-09-01"}
    rows = [{**same, "person": f"P{n}", "fte": "0,8 fte" if n == 3 else "0.8"} for n in range(4)]
    parts = [pa.Table.from_pylist(rows[:2]), pa.Table.from_pylist(rows[2:]), pa.Table.from_pylist(rows[:1]).slice(0, 0)]
    for at, part in enumerate(parts):
        write(uptake.zone / f"hr/2020.csv/part-0000{at}-x.csv", part)
    (uptake.zone / "hr/2020.csv/_SUCCESS").touch()
    one = only(uptake, feed)
    assert one.path == "hr/2020.csv/"
    table = staged(uptake, feed, [one]).tables["staff"]
    (tally,) = table.tallies.values()
    assert (tally.received, tally.quarantined) == (4, 1)
    assert {q.place for q in table.quarantine} == {"hr/2020.csv/ part-00001-x.csv!row 3, fte"}


def test_parts_that_were_altered_in_the_store_are_found(uptake: Uptake, two_parts: tuple[Path, Path]) -> None:
    one = only(uptake, PARQUET)
    place = kept(uptake.workspace, one.sha256)
    size = place.stat().st_size
    demand_whole(place, one.sha256, one.path)
    assert is_kept(uptake.workspace, one.sha256, size)
    part = kept(uptake.workspace, parts_of(place)[1].sha256)
    part.chmod(0o644)
    part.write_bytes(part.read_bytes()[:-1])
    assert not is_kept(uptake.workspace, one.sha256, size)
    with pytest.raises(KwaliteitsmonitorError, match="FGW_part-00001"):
        demand_whole(place, one.sha256, one.path)


def test_a_file_that_poses_as_a_list_of_parts_is_not_read(uptake: Uptake, zone: Path) -> None:
    (zone / "FGW.csv").write_bytes(listing([]))
    one = only(uptake, CSV)
    assert one.standing is Standing.UNPLACED
    assert one.reason is not None
    assert "doet zich voor als een lijst van onderdelen" in one.reason.nl
