"""Deliveries that come in parts: numbered files, and folders as Spark, DuckDB and Arrow really write them."""

from __future__ import annotations

import os
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import duckdb
import fsspec
import pyarrow as pa
import pyarrow.dataset as ds
import pyarrow.parquet as pq
import pytest

from assets.decisions.records import Decisions
from assets.delivered.collect import collect
from assets.staged.feed import StagedFeed, stage_feed
from assets.staged.uptake import contents
from assets.status.recognition import untaken
from kwaliteitsmonitor.connectors.landing import Landing
from kwaliteitsmonitor.foundation.vault.assembled import listing, parts_of, with_parts
from kwaliteitsmonitor.foundation.vault.store import demand_whole, is_kept, kept, receipts_of
from kwaliteitsmonitor.foundation.workspace import Workspace
from kwaliteitsmonitor.methods.checks.expectations import validate
from kwaliteitsmonitor.operations.retention.removal import due
from kwaliteitsmonitor.readers.delivery import Delivery, Standing
from schemas.errors import KwaliteitsmonitorError
from schemas.profile import Feed, Profile
from schemas.profile.feeds import FileSource, Format, Period

KEY = b"k" * 32
CYCLE = "2021-03"
HISTORY = "56034"
NAMES = ("evaluation", "academic_year", "unit", "programme", "level", "course", "question", "score", "respondent")


def feed_of(form: Format, table: str = "evaluations", path: str = "eva/{academic_year}/{unit}{suffix}") -> Feed:
    source = FileSource(
        kind="files", path=f"{path}.{form}", format=form, tables=[table], encoding="utf-8", locale="iso"
    )
    return Feed(id="eva", nl="e", en="e", period=Period.ACADEMIC_YEAR, units=["FGW"], sources=[source])


PARQUET, CSV = feed_of(Format.PARQUET), feed_of(Format.CSV)


def answers(first: int, last: int, **more: Any) -> pa.Table:
    rows = [
        {
            "evaluation": "course", "academic_year": "2019-2020", "unit": "FGW", "programme": HISTORY, "level": "Ba",
            "course": "C", "question": "teaching_methods", "score": 4, "respondent": f"R-{n}", **more,
        }
        for n in range(first, last)
    ]  # fmt: skip
    return pa.Table.from_pylist(rows)


def settle(folder: Path) -> None:
    """Everything in a folder has stood there for a while."""
    before = time.time() - 600
    for path in folder.rglob("*"):
        os.utime(path, (before, before))


def parquet(path: Path, data: pa.Table) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    pq.write_table(data, path)
    return path


def text(path: Path, data: pa.Table) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    lines = [";".join(data.column_names), *(";".join(map(str, row.values())) for row in data.to_pylist())]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


WRITTEN: dict[str, tuple[Feed, Callable[[Path, Path, pa.Table], None]]] = {}


def written(name: str, feed: Feed) -> Callable[[Any], Any]:
    def note(write: Callable[[Path, pa.Table], None]) -> Callable[[Path, pa.Table], None]:
        WRITTEN[name] = (feed, write)  # type: ignore[assignment]
        return write

    return note


@written("numbered parquet", PARQUET)
def _(zone: Path, data: pa.Table) -> None:
    parquet(zone / "FGW_part-00000.parquet", data.slice(0, 20))
    parquet(zone / "FGW_part-00001.parquet", data.slice(20))


@written("numbered by people", CSV)
def _(zone: Path, data: pa.Table) -> None:
    text(zone / "FGW (deel 1 van 2).csv", data.slice(0, 20))
    text(zone / "FGW (deel 2 van 2).csv", data.slice(20))


@written("as spark", PARQUET)
def _(zone: Path, data: pa.Table) -> None:
    folder, run = zone / "FGW.parquet", uuid4()
    for number, at in ((0, 0), (1, 20), (4, 40)):  # an empty partition gives no file
        name = f"part-{number:05}-{run}-c000.snappy.parquet"
        parquet(folder / name, data.slice(at, 20))
        (folder / f".{name}.crc").write_bytes(b"crc")
    (folder / "_SUCCESS").touch()


@written("as spark, text", CSV)
def _(zone: Path, data: pa.Table) -> None:
    folder = zone / "FGW.csv"
    text(folder / "part-00000-a.csv", data.slice(0, 20))
    text(folder / "part-00001-a.csv", data.slice(20))
    (folder / "_SUCCESS").touch()


@written("as databricks", PARQUET)
def _(zone: Path, data: pa.Table) -> None:
    folder = zone / "FGW.parquet"
    parquet(folder / "part-00000-tid-7-c000.parquet", data)
    (folder / "_started_7").touch()
    (folder / "_committed_7").touch()


@written("duckdb per thread", PARQUET)
def _(zone: Path, data: pa.Table) -> None:
    duckdb.sql(f"COPY (FROM data) TO '{zone}/FGW.parquet' (FORMAT parquet, PER_THREAD_OUTPUT)")


@written("duckdb by course", PARQUET)
def _(zone: Path, data: pa.Table) -> None:
    duckdb.sql(f"COPY (FROM data) TO '{zone}/FGW.parquet' (FORMAT parquet, PARTITION_BY (level, course))")


@written("duckdb by course, text", CSV)
def _(zone: Path, data: pa.Table) -> None:
    duckdb.sql(f"COPY (FROM data) TO '{zone}/FGW.csv' (FORMAT csv, DELIM ';', PARTITION_BY (level, course))")


@written("duckdb by unit", PARQUET)
def _(zone: Path, data: pa.Table) -> None:
    duckdb.sql(f"COPY (FROM data) TO '{zone}' (FORMAT parquet, PARTITION_BY (unit), OVERWRITE_OR_IGNORE)")


@written("arrow", PARQUET)
def _(zone: Path, data: pa.Table) -> None:
    ds.write_dataset(data, zone / "FGW", format="parquet", max_rows_per_file=15, max_rows_per_group=15)


@written("arrow by course", PARQUET)
def _(zone: Path, data: pa.Table) -> None:
    ds.write_dataset(data, zone / "FGW", format="parquet", partitioning=["course"], partitioning_flavor="hive")


@pytest.fixture
def zone(tmp_path: Path) -> Path:
    folder = tmp_path / "landing" / "eva" / "2019-2020"
    folder.mkdir(parents=True)
    return folder


def collected(workspace: Workspace, profile: Profile, landing: Path | str, feed: Feed) -> list[Delivery]:
    if isinstance(landing, Path):
        settle(landing)
    zone = Landing(str(landing), "Europe/Amsterdam")
    return collect(workspace, profile, profile.cycle(CYCLE), feed, zone, None)


def staged(workspace: Workspace, profile: Profile, feed: Feed, deliveries: Sequence[Delivery]) -> StagedFeed:
    mine = replace(profile, feeds=(feed,))
    return stage_feed(workspace, mine, feed, deliveries, KEY, validate)


def only(workspace: Workspace, profile: Profile, zone: Path, feed: Feed) -> Delivery:
    (one,) = collected(workspace, profile, zone.parents[1], feed)
    return one


@pytest.mark.parametrize("name", list(WRITTEN))
def test_parts_are_one_delivery_of_which_every_answer_counts(
    workspace: Workspace, profile: Profile, zone: Path, name: str
) -> None:
    feed, write = WRITTEN[name]
    write(zone, answers(0, 60))  # type: ignore[call-arg]
    one = only(workspace, profile, zone, feed)
    assert (one.unit, one.period, one.standing, one.version) == ("FGW", "2019-2020", Standing.CURRENT, 1)
    found = staged(workspace, profile, feed, [one])
    assert found.rejected == {}
    table = found.tables["evaluations"]
    assert sum(table.rows.column("answers").to_pylist()) == 60
    assert set(table.rows.column("unit").to_pylist()) == {"FGW"}
    assert set(table.rows.column("course").to_pylist()) == {"C"}
    assert table.quarantine == []
    landing = Landing(str(zone.parents[1]), "Europe/Amsterdam")
    assert untaken(replace(profile, feeds=(feed,)), profile.cycle(CYCLE), landing.files()) == []


def test_the_bytes_of_each_part_are_kept_and_the_delivery_is_over_all_of_them(
    workspace: Workspace, profile: Profile, zone: Path
) -> None:
    WRITTEN["numbered parquet"][1](zone, answers(0, 60))  # type: ignore[call-arg]
    one = only(workspace, profile, zone, PARQUET)
    parts = parts_of(kept(workspace, one.sha256))
    assert [part.name for part in parts] == ["FGW_part-00000.parquet", "FGW_part-00001.parquet"]
    for part in parts:
        assert kept(workspace, part.sha256).read_bytes() == (zone / part.name).read_bytes()
    assert only(workspace, profile, zone, PARQUET) == one
    assert [r.path for r in receipts_of(workspace)["eva"]] == ["eva/2019-2020/FGW_part-*.parquet"]


def test_a_part_that_is_replaced_is_a_new_version_of_the_whole(
    workspace: Workspace, profile: Profile, zone: Path
) -> None:
    WRITTEN["numbered parquet"][1](zone, answers(0, 60))  # type: ignore[call-arg]
    first = only(workspace, profile, zone, PARQUET)
    parquet(zone / "FGW_part-00001.parquet", answers(20, 70))
    every = collected(workspace, profile, zone.parents[1], PARQUET)
    assert Counter(d.standing for d in every) == {Standing.SUPERSEDED: 1, Standing.CURRENT: 1}
    (newest,) = (d for d in every if d.standing is Standing.CURRENT)
    assert newest.version == 2
    assert contents(PARQUET, every, Decisions()) != contents(PARQUET, [first], Decisions())
    found = staged(workspace, profile, PARQUET, every)
    assert sum(found.tables["evaluations"].rows.column("answers").to_pylist()) == 70


def test_a_part_that_is_lacking_is_told_and_the_delivery_does_not_count(
    workspace: Workspace, profile: Profile, zone: Path
) -> None:
    for number in (0, 2):
        parquet(zone / f"FGW_part-{number:05}.parquet", answers(number * 10, number * 10 + 10))
    one = only(workspace, profile, zone, PARQUET)
    assert (one.standing, one.sha256, one.unit) == (Standing.UNPLACED, "", "FGW")
    assert one.reason.startswith("onderdeel 00001 ontbreekt: de levering telt pas mee als alle onderdelen er zijn")
    parquet(zone / "FGW_part-00001.parquet", answers(10, 20))
    assert only(workspace, profile, zone, PARQUET).standing is Standing.CURRENT


@pytest.mark.parametrize(
    ("names", "lacking"),
    [
        (["part-00001", "part-00002"], "onderdeel 00000 ontbreekt"),
        (["deel 1", "deel 3"], "onderdeel 2 ontbreekt"),
        (["part1of3", "part2of3"], "onderdeel 3 ontbreekt"),
        (["deel 1", "deel 2"], ""),
        (["part-0", "part-1"], ""),
        (["part-00000"], ""),
    ],
)
def test_numbers_begin_at_0_where_a_program_gave_them_and_at_1_where_people_did(
    workspace: Workspace, profile: Profile, zone: Path, names: list[str], lacking: str
) -> None:
    for at, name in enumerate(names):
        text(zone / f"FGW_{name}.csv", answers(at * 10, at * 10 + 10))
    one = only(workspace, profile, zone, CSV)
    assert one.reason.partition(":")[0] == lacking


@pytest.mark.parametrize("marker", ["_temporary/0/task/part-00001-a.parquet", "_started_12"])
def test_a_folder_that_is_still_being_written_is_waited_for(
    workspace: Workspace, profile: Profile, zone: Path, marker: str
) -> None:
    parquet(zone / "FGW.parquet" / "part-00000-a.parquet", answers(0, 10))
    (zone / "FGW.parquet" / marker).parent.mkdir(parents=True, exist_ok=True)
    (zone / "FGW.parquet" / marker).write_bytes(b"x")
    one = only(workspace, profile, zone, PARQUET)
    assert one.standing is Standing.ARRIVING
    assert "nog niet alle onderdelen" in one.reason


@pytest.mark.parametrize(
    "names",
    [
        ["FGW.csv", "FGW_v2.csv"],
        ["FGW.csv", "FGW (1).csv"],
        ["FGW_1.csv", "FGW_2.csv"],
        ["FGW counterpart1.csv", "FGW counterpart2.csv"],
    ],
)
def test_versions_and_copies_are_no_parts(workspace: Workspace, profile: Profile, zone: Path, names: list[str]) -> None:
    for at, name in enumerate(names):
        text(zone / name, answers(at * 10, at * 10 + 10))
    every = collected(workspace, profile, zone.parents[1], CSV)
    assert sorted(d.version for d in every) == [1, 2]
    assert all(parts_of(kept(workspace, d.sha256)) == () for d in every)


def test_files_of_two_units_are_two_deliveries(workspace: Workspace, profile: Profile, zone: Path) -> None:
    text(zone / "FGW_part-0.csv", answers(0, 10))
    text(zone / "FdA_part-0.csv", answers(0, 10, unit="FdA"))
    assert sorted(d.unit for d in collected(workspace, profile, zone.parents[1], CSV)) == ["FGW", "FdA"]


def test_workbooks_are_never_parts(workspace: Workspace, profile: Profile, zone: Path) -> None:
    feed = feed_of(Format.WORKBOOK, "faculty_measures")
    for number in (1, 2):
        (zone / f"FGW_part-{number}.workbook").write_bytes(bytes([number]))
    assert len(collected(workspace, profile, zone.parents[1], feed)) == 2


@pytest.mark.parametrize("form", [Format.PARQUET, Format.CSV])
def test_what_is_wrong_is_told_by_the_part_and_the_row_in_it(
    workspace: Workspace, profile: Profile, zone: Path, form: Format
) -> None:
    write = parquet if form is Format.PARQUET else text
    feed = PARQUET if form is Format.PARQUET else CSV
    write(zone / f"FGW_part-00000.{form}", answers(0, 10))
    write(zone / f"FGW_part-00001.{form}", pa.concat_tables([answers(10, 12), answers(12, 13, score=9), answers(0, 1)]))
    one = only(workspace, profile, zone, feed)
    table = staged(workspace, profile, feed, [one]).tables["evaluations"]
    row = 3 if form is Format.PARQUET else 4
    assert [(q.sheet, q.row, q.cell, q.rule) for q in table.quarantine] == [
        (f"FGW_part-00001.{form}", row, f"row {row}, score", "evaluations.score.range"),
        (f"FGW_part-00001.{form}", row + 1, f"row {row + 1}", "evaluations.one_answer"),
    ]
    assert table.quarantine[0].place == f"eva/2019-2020/FGW_part-*.{form} FGW_part-00001.{form}!row {row}, score"


def test_a_part_that_cannot_be_read_refuses_the_whole_by_its_name(
    workspace: Workspace, profile: Profile, zone: Path
) -> None:
    WRITTEN["numbered parquet"][1](zone, answers(0, 60))  # type: ignore[call-arg]
    (zone / "FGW_part-00001.parquet").write_bytes(b"no parquet")
    one = only(workspace, profile, zone, PARQUET)
    (reason,) = staged(workspace, profile, PARQUET, [one]).rejected.values()
    assert reason.startswith("FGW_part-00001.parquet: dit is tekst; verwacht werd een Parquet-bestand")


def test_a_part_with_another_header_refuses_the_whole_by_its_name(
    workspace: Workspace, profile: Profile, zone: Path
) -> None:
    text(zone / "FGW_part-0.csv", answers(0, 10))
    text(zone / "FGW_part-1.csv", answers(10, 20).select(reversed(NAMES)))
    one = only(workspace, profile, zone, CSV)
    (reason,) = staged(workspace, profile, CSV, [one]).rejected.values()
    assert reason.startswith("FGW_part-1.csv: de kop is een andere dan die van het eerste onderdeel")


def test_parts_of_other_tables_are_read_too_and_cells_name_the_part(
    workspace: Workspace, profile: Profile, tmp_path: Path
) -> None:
    feed = feed_of(Format.CSV, "staff", "hr/{reporting_year}").model_copy(update={"period": Period.REPORTING_YEAR})
    folder = tmp_path / "landing" / "hr" / "2020.csv"
    names = ("reference_date", "person", "unit", "category", "fte", "start_date")
    same = ("FGW", "lecturer", "0.8", "2015-09-01")
    rows = [dict(zip(names, ("2020-10-01", f"P{number}", *same), strict=True)) for number in range(4)]
    rows[3]["fte"] = "0,8 fte"
    text(folder / "part-00000-x.csv", pa.Table.from_pylist(rows[:2]))
    text(folder / "part-00001-x.csv", pa.Table.from_pylist(rows[2:]))
    text(folder / "part-00002-x.csv", pa.Table.from_pylist(rows[:1]).slice(0, 0))
    (folder / "_SUCCESS").touch()
    (one,) = collected(workspace, profile, tmp_path / "landing", feed)
    assert one.path == "hr/2020.csv/"
    table = staged(workspace, profile, feed, [one]).tables["staff"]
    (tally,) = table.tallies.values()
    assert (tally.received, tally.quarantined) == (4, 1)
    (wrong,) = {q.place for q in table.quarantine}
    assert wrong == "hr/2020.csv/ part-00001-x.csv!row 3, fte"


def test_a_landing_zone_on_a_server_gives_the_same(workspace: Workspace, profile: Profile, zone: Path) -> None:
    WRITTEN["as spark"][1](zone, answers(0, 60))  # type: ignore[call-arg]
    one = only(workspace, profile, zone, PARQUET)
    root = f"/{uuid4().hex}"
    memory = fsspec.filesystem("memory")
    for path in (p for p in zone.parents[1].rglob("*") if p.is_file()):
        memory.pipe_file(f"{root}/{path.relative_to(zone.parents[1])}", path.read_bytes())
        memory.store[f"{root}/{path.relative_to(zone.parents[1])}"].modified = datetime(2020, 12, 1, tzinfo=UTC)
    (other,) = collected(Workspace(workspace.root.with_name("other")), profile, f"memory:/{root}", PARQUET)
    assert (other.sha256, other.path) == (one.sha256, one.path)


def test_parts_that_were_altered_or_went_missing_in_the_store_are_found(
    workspace: Workspace, profile: Profile, zone: Path
) -> None:
    WRITTEN["numbered parquet"][1](zone, answers(0, 60))  # type: ignore[call-arg]
    one = only(workspace, profile, zone, PARQUET)
    place = kept(workspace, one.sha256)
    size = place.stat().st_size
    demand_whole(place, one.sha256, one.path)
    assert is_kept(workspace, one.sha256, size)
    part = kept(workspace, parts_of(place)[1].sha256)
    part.chmod(0o644)
    part.write_bytes(part.read_bytes()[:-1])
    assert not is_kept(workspace, one.sha256, size)
    with pytest.raises(KwaliteitsmonitorError, match="FGW_part-00001"):
        demand_whole(place, one.sha256, one.path)


def test_parts_in_the_store_are_not_taken_for_strays(workspace: Workspace, profile: Profile, zone: Path) -> None:
    WRITTEN["numbered parquet"][1](zone, answers(0, 60))  # type: ignore[call-arg]
    one = only(workspace, profile, zone, PARQUET)
    settle(workspace.root)
    long_ago = time.time() - 30 * 86_400
    for path in workspace.store.rglob("*"):
        os.utime(path, (long_ago, long_ago))
    found = due(workspace, replace(profile, feeds=(PARQUET,)), date(2021, 3, 1))
    assert found.strays == ()
    assert len(with_parts(workspace.store, [one.sha256])) == 3


def test_a_file_that_poses_as_a_list_of_parts_is_not_read(workspace: Workspace, profile: Profile, zone: Path) -> None:
    (zone / "FGW.csv").write_bytes(listing([]))
    one = only(workspace, profile, zone, CSV)
    assert one.standing is Standing.UNPLACED
    assert "doet zich voor als een lijst van onderdelen" in one.reason
