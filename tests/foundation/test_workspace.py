"""A workspace: whose it is, that its tables are read once, and that rows spill nowhere else."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from kwaliteitsmonitor.foundation.engine import duckdb_for
from kwaliteitsmonitor.foundation.ownership import NAME, PRIVATE, claim, owner
from kwaliteitsmonitor.foundation.read_once import ReadOnce
from kwaliteitsmonitor.foundation.settings import Settings
from kwaliteitsmonitor.foundation.workspace import Workspace, replacing
from schemas.errors import UsageError


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
