"""DuckDB spills rows into a folder of its own, never into the folder that happens to be the current one."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest

from kwaliteitsmonitor.foundation.engine import duckdb_for


def test_what_does_not_fit_in_memory_goes_to_a_folder_that_is_gone_afterwards(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    current, temporary = tmp_path / "current", tmp_path / "temporary"
    current.mkdir()
    temporary.mkdir()
    monkeypatch.chdir(current)
    monkeypatch.setattr(tempfile, "tempdir", str(temporary))
    with duckdb_for("test") as connection:
        connection.execute("SET memory_limit = '30MB'; SET threads = 1")
        # A table of more than fits stays there until the connection goes, and so do the files that it spilled into.
        connection.execute(
            "CREATE TABLE many AS SELECT range AS a, hash(range) AS b, hash(-range) AS c FROM range(4e6::INT)"
        )
        assert [path for path in temporary.rglob("*") if path.is_file()], "nothing was spilled: the test shows nothing"
        assert connection.execute("SELECT count(*) FROM many").fetchall() == [(4_000_000,)]
    assert not list(temporary.iterdir())
    assert not list(current.iterdir())
