"""A workspace that was copied, moved or altered: what reads it says so, or reads what is there."""

from __future__ import annotations

import shutil
from pathlib import Path

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

ASKED = "select sum(realised) from spending_by_unit"


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


def altered(out: Path, table: str = "spending_by_unit", cycle: str = CYCLE) -> Path:
    """Take the first row out of a table of the release that counts."""
    release = current(Workspace(out), cycle)
    assert release is not None
    path = release / "tables" / f"{table}.parquet"
    rows = pq.read_table(path).slice(1)
    path.chmod(0o644)
    pq.write_table(rows, path)
    return path


def sealed(out: Path) -> None:
    """Have the manifest say what is there, as one that makes a release somewhere else would."""
    release = current(Workspace(out), CYCLE)
    assert release is not None
    sealed_anew(release)


def test_the_catalog_of_a_copy_says_that_it_is_one_and_a_query_makes_it_anew(
    workspace: Path, original: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    altered(workspace)
    sealed(workspace)
    with duckdb.connect(str(original / NAME), read_only=True) as connection:
        before = connection.execute(ASKED).fetchone()
        names = [row[0] for row in connection.execute("SHOW TABLES").fetchall()]
    with duckdb.connect(str(workspace / NAME), read_only=True) as connection:
        for name in names:
            with pytest.raises(duckdb.Error, match=r"this catalog was made for .* makes its catalog anew"):
                connection.execute(f'SELECT * FROM "{name}"').fetchall()
    assert command("query", ASKED, "--format", "csv", out=workspace) == 0
    shown = capsys.readouterr().out.splitlines()[1]
    with duckdb.connect(str(workspace / NAME), read_only=True) as connection:
        after = connection.execute(ASKED).fetchone()
        places = connection.execute("SELECT path FROM releases").fetchall()
    assert before != after
    assert after is not None
    assert shown == str(after[0])
    assert places == [(str(workspace / "releases" / CYCLE / "v1"),)]
    with duckdb.connect(str(original / NAME), read_only=True) as connection:
        assert connection.execute(ASKED).fetchone() == before


def test_a_workspace_that_was_moved_reads_itself(original: Path, tmp_path: Path) -> None:
    moved = copied(original, tmp_path / "before").rename(tmp_path / "after")
    assert command("query", "show tables", out=moved) == 0
    with duckdb.connect(str(moved / NAME), read_only=True) as connection:
        assert connection.execute("SELECT count(*) FROM spending_by_unit").fetchone() != (0,)


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
    with duckdb.connect(str(tmp_path / "link" / NAME), read_only=True) as connection:
        assert connection.execute("SELECT count(*) FROM releases").fetchone() == (1,)
    write_catalog(Workspace(original))


@pytest.mark.parametrize("asked", [ASKED, "show tables", "from query_table('spending_by_' || 'unit')"])
def test_a_query_over_an_altered_release_is_refused(
    workspace: Path, asked: str, capsys: pytest.CaptureFixture[str]
) -> None:
    altered(workspace)
    assert command("query", asked, out=workspace) == 1
    told = capsys.readouterr()
    assert told.out == ""
    assert "tables/spending_by_unit.parquet was altered" in told.err
    assert f"{CYCLE}/v1" in told.err


def test_a_query_looks_at_tables_and_not_at_the_rest(workspace: Path) -> None:
    page = next((workspace / "releases" / CYCLE / "v1").glob("dictionary.nl.md"))
    page.chmod(0o644)
    page.write_text("other words")
    assert command("query", ASKED, out=workspace) == 0
    assert command("verify", CYCLE, "--hashes", out=workspace) == 1


def test_neither_an_explanation_nor_a_report_comes_from_an_altered_release(
    workspace: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    altered(workspace)
    assert command("explain", f"{CYCLE}:spending:2024:all", out=workspace) == 1
    assert command("report", "--cycle", CYCLE, "--to", str(tmp_path), out=workspace) == 1
    told = capsys.readouterr()
    assert told.err.count("spending_by_unit.parquet was altered") == 2
    assert list(tmp_path.glob("*.html")) == []


def test_a_copy_without_links_is_verified_queried_explained_and_run_on(
    original: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    copy = copied(original, tmp_path / "copy", links=False)
    assert not any(path.is_symlink() for path in copy.rglob("*"))
    assert command("verify", CYCLE, out=copy) == 0
    assert f"{CYCLE}/v1 holds" in capsys.readouterr().out
    assert command("verify", str(copy / "current" / CYCLE), "--hashes", out=copy) == 0
    assert command("query", ASKED, out=copy) == 0
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
    assert command("query", ASKED, out=copy) == 1
    assert "is a copy of none of the releases of its cycle" in capsys.readouterr().err
