"""A workspace: whose it is, that its tables are read once, that rows spill nowhere else, and what is logged of runs."""

from __future__ import annotations

import json
import logging
import tempfile
from datetime import UTC, datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from kwaliteitsmonitor.foundation.engine import duckdb_for
from kwaliteitsmonitor.foundation.errors.causes import chain
from kwaliteitsmonitor.foundation.logs import JsonLines, about, handler, line
from kwaliteitsmonitor.foundation.ownership import NAME, PRIVATE, claim, owner
from kwaliteitsmonitor.foundation.read_once import ReadOnce
from kwaliteitsmonitor.foundation.settings import Settings
from kwaliteitsmonitor.foundation.workspace import Workspace, replacing
from kwaliteitsmonitor.operations.metrics.records import read
from schemas.errors import UsageError
from tests.pipelines.conftest import Watched, watched  # noqa: F401 - a fixture
from tests.sample_year import SampleYear


def test_a_workspace_belongs_to_who_claimed_it_first(tmp_path: Path) -> None:
    place = Workspace(tmp_path / "out")
    for _ in range(2):
        claim(place, "north")
    assert (owner(place), (place.root / NAME).read_text()) == ("north", "north\n")
    assert {path.name for path in place.root.iterdir()} == {NAME, *PRIVATE}
    assert {(place.root / name).stat().st_mode & 0o777 for name in PRIVATE} == {0o700}
    with pytest.raises(UsageError, match="this workspace is of 'north'"):
        claim(place, "south")
    with pytest.raises(UsageError, match="this workspace is of 'north'; expected one of 'leiden'"):
        Settings(institution="leiden", out=str(place.root)).workspace  # noqa: B018


def test_an_older_workspace_is_that_of_its_releases(tmp_path: Path) -> None:
    folder = tmp_path / "releases" / "2021-03" / "v1"
    folder.mkdir(parents=True)
    (folder / "manifest.json").write_text('{"institution": "north"}', encoding="utf-8")
    assert owner(Workspace(tmp_path)) == "north"


def put(path: Path, *numbers: int) -> Path:
    with replacing(path) as partial:
        pq.write_table(pa.table({"number": pa.array(numbers, pa.int64())}), partial)
    return path


class Disk:
    """Reads tables, and keeps the names of those that were read."""

    def __init__(self) -> None:
        self.read: list[str] = []

    def __call__(self, path: Path) -> pa.Table:
        self.read.append(path.stem)
        return pq.read_table(path)


def tables_of(room: int) -> ReadOnce[pa.Table]:
    return ReadOnce(room, lambda table: int(table.nbytes))


def test_a_table_is_read_once_until_another_takes_its_place(tmp_path: Path) -> None:
    disk, tables = Disk(), tables_of(1 << 20)
    path = put(tmp_path / "a.parquet", 1, 2)
    assert tables.get(path, disk) is tables.get(path, disk)
    assert disk.read == ["a"]
    put(path, 3, 4)
    assert tables.get(path, disk)["number"].to_pylist() == [3, 4]


def test_there_is_room_for_some_and_the_one_that_was_not_asked_for_longest_goes(tmp_path: Path) -> None:
    paths = {name: put(tmp_path / f"{name}.parquet", *range(10)) for name in "abcde"}
    room = 4 * int(pq.read_table(paths["a"]).nbytes)
    disk, tables = Disk(), tables_of(room)
    for name in "abcdaeab":
        tables.get(paths[name], disk)
    assert "".join(disk.read) == "abcdeb"
    # A table that takes up a quarter of the room is not kept.
    disk, tables = Disk(), tables_of(room - 1)
    for _ in range(2):
        tables.get(paths["a"], disk)
    assert disk.read == ["a", "a"]


def test_a_step_that_writes_its_table_anew_reads_the_new_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    workspace, place = Workspace(tmp_path).keeping(), ("2021-03", "facts", "fact_staff")
    for number in (1, 2):
        workspace.write(*place, pa.table({"number": [number]}))
        assert workspace.read(*place)["number"].to_pylist() == [number]
    monkeypatch.setattr(pq, "read_table", None)
    assert workspace.read(*place)["number"].to_pylist() == [2]
    monkeypatch.undo()
    put(workspace.path(*place), 3)
    assert workspace.read(*place)["number"].to_pylist() == [3], "another process wrote it"


def test_a_record_is_read_once_and_altered_by_nobody_else(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    workspace, place = Workspace(tmp_path).keeping(), ("2021-03", "status", "missing")
    workspace.write_json(*place, {"tables": []})
    workspace.read_json(*place)["tables"].append("bfr")
    monkeypatch.setattr(Path, "read_text", None)
    assert workspace.read_json(*place) == {"tables": []}
    workspace.write_json(*place, {"tables": ["staff"]})
    monkeypatch.undo()
    assert workspace.read_json(*place) == {"tables": ["staff"]}


def test_what_does_not_fit_in_memory_goes_to_a_folder_that_is_gone_afterwards(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Never into the folder that happens to be the current one."""
    current, temporary = tmp_path / "current", tmp_path / "temporary"
    current.mkdir()
    temporary.mkdir()
    monkeypatch.chdir(current)
    monkeypatch.setattr(tempfile, "tempdir", str(temporary))
    with duckdb_for("test") as connection:
        connection.execute("SET memory_limit = '30MB'; SET threads = 1")
        # A table of more than fits stays there until the connection goes, and so do the files that it spilled into.
        columns = "range AS a, hash(range) AS b, hash(-range) AS c"
        connection.execute(f"CREATE TABLE many AS SELECT {columns} FROM range(4e6::INT)")
        assert [path for path in temporary.rglob("*") if path.is_file()], "nothing was spilled: the test shows nothing"
        assert connection.execute("SELECT count(*) FROM many").fetchall() == [(4_000_000,)]
    assert not [*temporary.iterdir(), *current.iterdir()]


def test_a_cycle_logs_each_delivery_with_its_feed_unit_and_counts_and_nobody(leiden_year: SampleYear) -> None:
    (file,) = (leiden_year.workspace.root / "logs").glob("*.jsonl")
    lines = [json.loads(text) for text in file.read_text(encoding="utf-8").splitlines()]
    assert all({"time", "level", "run", "job", "cycle", "message"} <= set(one) for one in lines)
    staged = [one for one in lines if one["message"] == "delivery staged" and one.get("feed") == "faculty_report"]
    assert {one["unit"] for one in staged} >= {"FGW", "LUMC"}
    assert all(len(one["delivery"]) == 12 and one["step"] == "stage_faculty_report" for one in staged)
    assert (lines[0]["message"], lines[-1]["message"]) == ("run begins", "run success")


def test_a_run_that_fails_is_recorded_and_logged_where_the_settings_say(
    watched: Watched,  # noqa: F811 - the fixture
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    def logged(to: str, folder: Path) -> list[dict[str, str]]:
        """The lines of a run with that setting: those in a folder, else those on the standard error."""
        monkeypatch.setenv("KWALITEITSMONITOR_LOG", to)
        capsys.readouterr()
        watched.run("take_up_bfr")
        texts = [path.read_text(encoding="utf-8") for path in folder.glob("*.jsonl")] or [capsys.readouterr().err]
        return [json.loads(text) for text in "".join(texts).splitlines() if text.startswith('{"time"')]

    assert logged("none", watched.out / "logs") == []
    assert logged("stderr", watched.out / "logs")[0]["message"] == "run begins"
    elsewhere = watched.out.parent / "elsewhere"
    assert len(logged(str(elsewhere), elsewhere)) > 2
    errors = [one for one in logged("", watched.out / "logs") if one["level"] == "error"]
    assert "no database is named for 'finance'" in errors[0]["message"]
    assert errors[0]["feed"] == "bfr"
    recorded = {(made.job, made.outcome, made.release) for made in read(watched.workspace)}
    assert recorded == {("take_up_bfr", "failed", "")}
    with pytest.raises(UsageError, match="is no place for a log"):
        handler(Settings(log="half/a/path"))


def test_an_exception_is_named_by_its_kind_and_a_line_is_one_line() -> None:
    error = (ValueError, ValueError("Jan"), None)
    record = logging.LogRecord("pipelines", logging.WARNING, "", 0, "it\nfailed", None, error)
    with about(cycle="2021-03", delivery="d" * 64, unit=""):
        made = json.loads(JsonLines().format(record))
    assert (made["message"], made["level"], made["delivery"]) == ("it failed (ValueError)", "warning", "d" * 12)
    assert "unit" not in made
    plain = json.loads(line(datetime(2021, 3, 1, tzinfo=UTC), "INFO", "made", {"feed": "bfr"}, {"rows": 3}))
    assert (plain["feed"], plain["rows"]) == ("bfr", 3)


def test_an_error_and_what_it_came_from_are_given_each_once() -> None:
    first, second, third = ValueError(), OSError(), RuntimeError()
    first.__cause__, first.__context__ = second, third
    second.__context__ = third
    third.__context__ = first
    assert (list(chain(first)), list(chain(None))) == ([first, second, third], [])
