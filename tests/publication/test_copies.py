"""A workspace that was copied, moved or altered: what reads it says so, or reads what is there."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pyarrow.parquet as pq
import pytest

from kwaliteitsmonitor.foundation.workspace import Workspace
from kwaliteitsmonitor.releases.format.catalog import NAME, write_catalog
from pipelines.cli.commands import kwaliteitsmonitor
from tests.institutions.test_five_schools import CYCLE, HERE
from tests.publication.five_schools import PROFILE, five_schools
from tests.releases.sealing import sealed_anew

Capture = pytest.CaptureFixture[str]
QUERY = "select sum(realised) from spending_by_unit"
FIGURE = f"{CYCLE}:spending:2024:all"


@pytest.fixture(scope="module")
def original(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    with five_schools(tmp_path_factory) as place:
        yield place / "out"


@pytest.fixture
def workspace(original: Path, tmp_path: Path) -> Path:
    """A copy as `cp -a` makes it."""
    return Path(shutil.copytree(original, tmp_path / "copy", symlinks=True))


@pytest.fixture
def without_links(original: Path, tmp_path: Path) -> Path:
    """A copy as `cp -rL` makes it: with a folder for each link."""
    return Path(shutil.copytree(original, tmp_path / "copy"))


def command(out: Path, *arguments: str) -> int:
    landing = ["--landing", str(HERE / "deliveries"), "--reports", "html"] if arguments[0] == "run" else []
    return kwaliteitsmonitor.main([*arguments, "--institution", str(PROFILE), "--out", str(out), *landing])


def altered(out: Path) -> Path:
    """Take the first row out of a table of the release that counts, and give the folder of that release."""
    path = out / "current" / CYCLE / "tables" / "spending_by_unit.parquet"
    rows = pq.read_table(path).slice(1)
    path.chmod(0o644)
    pq.write_table(rows, path)
    return path.parents[1].resolve()


def fetched(out: Path, query: str) -> list[tuple[Any, ...]]:
    """What the catalog of a workspace answers."""
    with duckdb.connect(str(out / NAME), read_only=True) as connection:
        return connection.execute(query).fetchall()


def test_the_catalog_of_a_copy_says_so_and_a_query_makes_it_anew(
    workspace: Path, original: Path, capsys: Capture
) -> None:
    sealed_anew(altered(workspace))
    before = fetched(original, QUERY)
    for name, *_ in fetched(original, "SHOW TABLES"):
        with pytest.raises(duckdb.Error, match=r"this catalog was made for .* makes its catalog anew"):
            fetched(workspace, f'SELECT * FROM "{name}"')
    assert command(workspace, "query", QUERY, "--format", "csv") == 0
    ((after,),) = fetched(workspace, QUERY)
    assert (capsys.readouterr().out.splitlines()[1], [(after,)] != before) == (str(after), True)
    assert fetched(workspace, "SELECT path FROM releases") == [(str(workspace / "releases" / CYCLE / "v1"),)]
    assert fetched(original, QUERY) == before
    moved = workspace.rename(workspace.with_name("moved"))
    assert command(moved, "query", "show tables") == 0
    assert fetched(moved, QUERY) == [(after,)]


def test_a_catalog_is_read_by_whatever_name_leads_there(
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


def test_nothing_is_told_of_an_altered_release(workspace: Path, tmp_path: Path, capsys: Capture) -> None:
    altered(workspace)
    queries = (QUERY, "show tables", "from query_table('spending_by_' || 'unit')")
    report = ("report", "--cycle", CYCLE, "--to", str(tmp_path))
    for arguments in (*(("query", query) for query in queries), ("explain", FIGURE), report):
        assert command(workspace, *arguments) == 1
        printed = capsys.readouterr()
        assert printed.out == ""
        assert f"{CYCLE}/v1" in printed.err
        assert "tables/spending_by_unit.parquet was altered" in printed.err
    assert list(tmp_path.glob("*.html")) == []


def test_a_query_looks_at_tables_and_not_at_the_rest(workspace: Path) -> None:
    page = workspace / "releases" / CYCLE / "v1" / "dictionary.nl.md"
    page.chmod(0o644)
    page.write_text("other words")
    assert [command(workspace, "query", QUERY), command(workspace, "verify", CYCLE, "--hashes")] == [0, 1]


def test_a_copy_without_links_is_read_and_run_on(without_links: Path, capsys: Capture) -> None:
    copy = without_links
    assert not any(path.is_symlink() for path in copy.rglob("*"))
    assert command(copy, "verify", CYCLE) == 0
    assert f"{CYCLE}/v1 holds" in capsys.readouterr().out
    assert command(copy, "verify", str(copy / "current" / CYCLE), "--hashes") == 0
    for arguments in (("query", QUERY), ("explain", FIGURE), ("diff", CYCLE, f"{CYCLE}/v1"), ("run", "--cycle", CYCLE)):
        assert command(copy, *arguments) == 0, arguments
    assert command(copy, "status", "--cycle", CYCLE) in (0, 3)
    assert [path.name for path in (copy / "releases" / CYCLE).iterdir()] == ["v1"]
    signed = ("--role", "board", "--reason", "adopted", "--date", "2025-04-20")
    assert command(copy, "finalise", "--cycle", CYCLE, *signed) == 0
    assert (copy / "current" / CYCLE).readlink() == Path(f"../releases/{CYCLE}/v2")
    assert [path.name for path in (copy / "current").iterdir()] == [CYCLE]


def test_a_copy_in_the_place_of_a_link_is_whole_and_of_a_release(without_links: Path, capsys: Capture) -> None:
    manifest = altered(without_links) / "manifest.json"
    assert command(without_links, "verify", CYCLE, "--hashes") == 1
    assert "spending_by_unit.parquet was altered" in capsys.readouterr().err
    manifest.chmod(0o644)
    manifest.write_text("{}")
    assert command(without_links, "query", QUERY) == 1
    assert "is a copy of none of the releases of its cycle" in capsys.readouterr().err
