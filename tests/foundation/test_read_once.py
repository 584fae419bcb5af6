from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from kwaliteitsmonitor.foundation.read_once import ReadOnce
from kwaliteitsmonitor.foundation.workspace import Workspace, replacing


class Disk:
    def __init__(self) -> None:
        self.read: list[str] = []

    def __call__(self, path: Path) -> pa.Table:
        self.read.append(path.name)
        return pq.read_table(path)


def tables_of(room: int) -> ReadOnce[pa.Table]:
    return ReadOnce(room, lambda table: int(table.nbytes))


def put(path: Path, *numbers: int) -> Path:
    with replacing(path) as partial:
        pq.write_table(pa.table({"number": pa.array(numbers, pa.int64())}), partial)
    return path


def test_a_table_is_read_once_until_another_takes_its_place(tmp_path: Path) -> None:
    disk, tables = Disk(), tables_of(1 << 20)
    path = put(tmp_path / "a.parquet", 1, 2)
    assert tables.get(path, disk) is tables.get(path, disk)
    assert disk.read == ["a.parquet"]
    put(path, 3, 4)
    assert tables.get(path, disk)["number"].to_pylist() == [3, 4]


def size(path: Path) -> int:
    return int(pq.read_table(path).nbytes)


def test_there_is_room_for_some_and_the_one_that_was_not_asked_for_longest_goes(tmp_path: Path) -> None:
    paths = [put(tmp_path / f"{name}.parquet", *range(10)) for name in "abcd"]
    disk, tables = Disk(), tables_of(4 * size(paths[0]))
    for path in (*paths, paths[0], put(tmp_path / "e.parquet", *range(10)), paths[0], paths[1]):
        tables.get(path, disk)
    assert disk.read == [f"{name}.parquet" for name in "abcdeb"]


def test_a_table_that_takes_up_a_quarter_of_the_room_is_not_kept(tmp_path: Path) -> None:
    path = put(tmp_path / "a.parquet", *range(10))
    disk, tables = Disk(), tables_of(4 * size(path) - 1)
    tables.get(path, disk)
    tables.get(path, disk)
    assert len(disk.read) == 2


def test_a_step_that_writes_its_table_anew_reads_the_new_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    workspace = Workspace(tmp_path).keeping()
    for number in (1, 2):
        workspace.write("2021-03", "facts", "fact_staff", pa.table({"number": [number]}))
        assert workspace.read("2021-03", "facts", "fact_staff")["number"].to_pylist() == [number]
    monkeypatch.setattr(pq, "read_table", None)
    assert workspace.read("2021-03", "facts", "fact_staff")["number"].to_pylist() == [2]
    monkeypatch.undo()
    put(workspace.path("2021-03", "facts", "fact_staff"), 3)
    assert workspace.read("2021-03", "facts", "fact_staff")["number"].to_pylist() == [3], "another process wrote it"


def test_a_record_is_read_once_and_altered_by_nobody_else(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    workspace = Workspace(tmp_path).keeping()
    workspace.write_json("2021-03", "status", "missing", {"tables": []})
    workspace.read_json("2021-03", "status", "missing")["tables"].append("bfr")
    monkeypatch.setattr(Path, "read_text", None)
    assert workspace.read_json("2021-03", "status", "missing") == {"tables": []}
    workspace.write_json("2021-03", "status", "missing", {"tables": ["staff"]})
    monkeypatch.undo()
    assert workspace.read_json("2021-03", "status", "missing") == {"tables": ["staff"]}
