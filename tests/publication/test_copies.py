"""A workspace that was copied, moved or altered: what reads it says so, or reads what is there."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from kwaliteitsmonitor.foundation.workspace import Workspace
from kwaliteitsmonitor.releases.format.catalog import NAME, write_catalog
from kwaliteitsmonitor.releases.format.places import current
from pipelines.cli.commands import kwaliteitsmonitor
from tests.institutions.running import run_cycle
from tests.institutions.test_five_schools import CYCLE, HERE
from tests.releases.sealing import sealed_anew

QUERY = "select sum(realised) from spending_by_unit"


@pytest.fixture(scope="module")
def original(tmp_path_factory: pytest.TempPathFactory) -> Path:
    base = tmp_path_factory.mktemp("copies")
    shutil.copytree(HERE / "deliveries", base / "landing")
    run_cycle(HERE / "profile", base / "landing", base / "out", CYCLE)
    return base / "out"


@pytest.fixture
def workspace(original: Path, tmp_path: Path) -> Path:
    return copied(original, tmp_path / "copy")


def copied(original: Path, to: Path, *, links: bool = True) -> Path:
    """A copy as `cp -a` makes it; without `links` as `cp -rL` does, with a folder for each link."""
    shutil.copytree(original, to, symlinks=links)
    return to


def command(name: str, *arguments: str, out: Path) -> int:
    options = ["--institution", str(HERE / "profile"), "--out", str(out)]
    landing = ["--landing", str(HERE / "deliveries")] if name == "run" else []
    return kwaliteitsmonitor.main([name, *arguments, *options, *landing])


def altered(out: Path) -> Path:
    """Take the first row out of a table of the release that counts."""
    release = current(Workspace(out), CYCLE)
    assert release is not None
    path = release / "tables" / "spending_by_unit.parquet"
    rows = pq.read_table(path).slice(1)
    path.chmod(0o644)
    pq.write_table(rows, path)
    return path


def sealed(out: Path) -> None:
    """Have the manifest say what is there, as one that makes a release somewhere else would."""
    release = current(Workspace(out), CYCLE)
    assert release is not None
    sealed_anew(release)


def fetched(out: Path, query: str) -> list[tuple[Any, ...]]:
    """What the catalog of a workspace answers."""
    with duckdb.connect(str(out / NAME), read_only=True) as connection:
        return connection.execute(query).fetchall()


def test_the_catalog_of_a_copy_says_that_it_is_one_and_a_query_makes_it_anew(
    workspace: Path, original: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    altered(workspace)
    sealed(workspace)
    [before], *_ = fetched(original, QUERY)
    for name, *_ in fetched(original, "SHOW TABLES"):
        with pytest.raises(duckdb.Error, match=r"this catalog was made for .* makes its catalog anew"):
            fetched(workspace, f'SELECT * FROM "{name}"')
    assert command("query", QUERY, "--format", "csv", out=workspace) == 0
    printed = capsys.readouterr().out.splitlines()[1]
    [after], *_ = fetched(workspace, QUERY)
    assert (before != after, printed) == (True, str(after))
    assert fetched(workspace, "SELECT path FROM releases") == [(str(workspace / "releases" / CYCLE / "v1"),)]
    assert fetched(original, QUERY) == [(before,)]


def test_a_workspace_that_was_moved_reads_itself(original: Path, tmp_path: Path) -> None:
    moved = copied(original, tmp_path / "before").rename(tmp_path / "after")
    assert command("query", "show tables", out=moved) == 0
    assert fetched(moved, "SELECT count(*) FROM spending_by_unit") != [(0,)]


def test_a_catalog_is_read_by_whatever_name_leads_to_its_place(
    original: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "link").symlink_to(original)
    monkeypatch.chdir(original.parent)
    for name in (original / NAME, Path("out") / NAME, Path("out/../out") / NAME):
        with duckdb.connect() as connection:
            connection.execute(f"ATTACH '{name}' AS km (READ_ONLY)")
            assert connection.execute("SELECT count(*) FROM km.releases").fetchone() == (1,)
    write_catalog(Workspace(tmp_path / "link"))
    assert fetched(tmp_path / "link", "SELECT count(*) FROM releases") == [(1,)]
    write_catalog(Workspace(original))


def test_a_query_over_an_altered_release_is_refused(workspace: Path, capsys: pytest.CaptureFixture[str]) -> None:
    altered(workspace)
    for query in (QUERY, "show tables", "from query_table('spending_by_' || 'unit')"):
        assert command("query", query, out=workspace) == 1
        printed = capsys.readouterr()
        assert printed.out == ""
        assert "tables/spending_by_unit.parquet was altered" in printed.err
        assert f"{CYCLE}/v1" in printed.err


def test_a_query_looks_at_tables_and_not_at_the_rest(workspace: Path) -> None:
    page = next((workspace / "releases" / CYCLE / "v1").glob("dictionary.nl.md"))
    page.chmod(0o644)
    page.write_text("other words")
    assert command("query", QUERY, out=workspace) == 0
    assert command("verify", CYCLE, "--hashes", out=workspace) == 1


def test_neither_an_explanation_nor_a_report_comes_from_an_altered_release(
    workspace: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    altered(workspace)
    assert command("explain", f"{CYCLE}:spending:2024:all", out=workspace) == 1
    assert command("report", "--cycle", CYCLE, "--to", str(tmp_path), out=workspace) == 1
    printed = capsys.readouterr()
    assert printed.err.count("spending_by_unit.parquet was altered") == 2
    assert list(tmp_path.glob("*.html")) == []


def test_a_copy_without_links_is_verified_queried_explained_and_run_on(
    original: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    copy = copied(original, tmp_path / "copy", links=False)
    assert not any(path.is_symlink() for path in copy.rglob("*"))
    assert command("verify", CYCLE, out=copy) == 0
    assert f"{CYCLE}/v1 holds" in capsys.readouterr().out
    assert command("verify", str(copy / "current" / CYCLE), "--hashes", out=copy) == 0
    assert command("query", QUERY, out=copy) == 0
    assert command("explain", f"{CYCLE}:spending:2024:all", out=copy) == 0
    assert command("status", "--cycle", CYCLE, out=copy) in (0, 3)
    assert command("diff", CYCLE, f"{CYCLE}/v1", out=copy) == 0
    assert command("run", "--cycle", CYCLE, out=copy) == 0
    assert [path.name for path in sorted((copy / "releases" / CYCLE).iterdir())] == ["v1"]
    finalised = ["--cycle", CYCLE, "--role", "board", "--reason", "adopted", "--date", "2025-04-20"]
    assert command("finalise", *finalised, out=copy) == 0
    assert (copy / "current" / CYCLE).readlink() == Path(f"../releases/{CYCLE}/v2")
    assert [path.name for path in (copy / "current").iterdir()] == [CYCLE]


def test_a_copy_in_the_place_of_a_link_must_be_whole_and_of_a_release(
    original: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    copy = copied(original, tmp_path / "copy", links=False)
    path = copy / "current" / CYCLE / "tables" / "spending_by_unit.parquet"
    path.chmod(0o644)
    pq.write_table(pa.table({"a": [1]}), path)
    assert command("verify", CYCLE, "--hashes", out=copy) == 1
    assert "spending_by_unit.parquet was altered" in capsys.readouterr().err
    (copy / "current" / CYCLE / "manifest.json").chmod(0o644)
    (copy / "current" / CYCLE / "manifest.json").write_text("{}")
    assert command("query", QUERY, out=copy) == 1
    assert "is a copy of none of the releases of its cycle" in capsys.readouterr().err
