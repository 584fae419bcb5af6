"""What we ask of a file system is what fsspec does."""

from __future__ import annotations

from pathlib import Path

import fsspec

from kwaliteitsmonitor.foundation.filesystem import FileSystem


def test_a_file_system_of_fsspec_does_all_that_is_asked(tmp_path: Path) -> None:
    fs: FileSystem = fsspec.filesystem("memory", skip_instance_cache=True)
    (tmp_path / "plan.csv").write_bytes(b"unit;amount\n")
    fs.put_file(str(tmp_path / "plan.csv"), "/zone/plan.csv")
    fs.pipe_file("/zone/deep/bfr.csv", b"FGW;10\n")
    fs.invalidate_cache()
    assert {one["name"]: one["type"] for one in fs.ls("/zone", detail=True)} == {
        "/zone/deep": "directory",
        "/zone/plan.csv": "file",
    }
    assert {name: info["size"] for name, info in fs.find("/zone", detail=True).items()} == {
        "/zone/deep/bfr.csv": 7,
        "/zone/plan.csv": 12,
    }
    with fs.open("/zone/deep/bfr.csv", "rb") as stream:
        assert stream.read() == b"FGW;10\n"
    assert fs.info("/zone/plan.csv")["size"] == 12
    fs.rm_file("/zone/plan.csv")
    assert not fs.exists("/zone/plan.csv")
