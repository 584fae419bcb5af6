"""What a person or a file names stays in its folder, and what may tell of persons is for its owner alone."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from kwaliteitsmonitor.foundation.ownership import PRIVATE, claim
from kwaliteitsmonitor.foundation.workspace import Workspace
from tests.command_line import CommandLine
from tests.sample_year import SampleYear

RELEASES = ["../../etc", "/etc", "2021-03/../..", "2021-03/v1/../../../..", "2021-03/v1\x00", "..", ".", "", "-"]
CYCLES = ["../../tmp", "2021-03/../..", "2021-3", "2021-03\x00", "2021-03 "]
OUTSIDE = {
    ("verify", "--hashes", "--"): [*RELEASES, "2021-03\n"],
    ("diff", "2021-03/v1", "--"): [*RELEASES, "2021-03\n"],
    ("explain",): [f"{name}:a:b" for name in ("../../etc", "/etc/passwd", "", "2021-03/v1", "\x00", "..")],
    ("run", "--cycle"): CYCLES,
    ("status", "--cycle"): CYCLES,
}


def refused(command: CommandLine, *arguments: object) -> None:
    """The command refuses in a sentence, and shows nothing of another file."""
    ended = command(*arguments)
    assert (ended.code, "Error: " in ended.err, "Traceback" in ended.err) == (2, True, False), arguments
    assert "root:" not in ended.out + ended.err


@pytest.mark.parametrize("words", OUTSIDE)
def test_the_name_of_a_release_a_figure_or_a_cycle_leads_nowhere_else(
    leiden_year: SampleYear, command: CommandLine, words: tuple[str, ...]
) -> None:
    name, *options = words
    for place in OUTSIDE[words]:
        refused(command, name, "--out", leiden_year.workspace.root, *options, place)


QUERIES = [
    "select * from read_text('/etc/passwd')",
    "select * from read_blob('/etc/passwd')",
    "from '/etc/passwd'",
    "select * from glob('/etc/*')",
    "select * from parquet_scan('{out}/work/2021-03/staged/staff.parquet')",
    "select * from read_csv_auto('{out}/delivered/receipts/staff.jsonl')",
    "select * from read_json('{out}/disclosure/*.json')",
    "copy (select 1) to '{out}/planted.csv'",
    "copy indicator_values from '/etc/passwd'",
    "attach '{out}/planted.db'",
    "attach '{out}/catalog.duckdb'",
    "export database '{out}/planted'",
    "import database '{out}/planted'",
    "install httpfs",
    "load httpfs",
    "set lock_configuration = false",
    "set allowed_paths = ['/etc/passwd']",
    "reset enable_external_access",
    "pragma enable_external_access",
    "select 1; copy (select 1) to '{out}/planted.csv'",
    "selekt",
]


def test_a_query_reads_releases_and_nothing_else(leiden_year: SampleYear, command: CommandLine) -> None:
    out = leiden_year.workspace.root
    before = {path.name for path in out.iterdir()}
    for sql in QUERIES:
        refused(command, "query", sql.format(out=out), "--out", out)
    assert {path.name for path in out.iterdir()} == before


def rights(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_what_may_tell_of_persons_is_for_its_owner_alone(leiden_year: SampleYear) -> None:
    root = leiden_year.workspace.root
    there = [root / name for name in PRIVATE if (root / name).exists()]
    assert len(there) == len(PRIVATE)
    assert {path.name: oct(rights(path)) for path in there if rights(path) & 0o077} == {}
    assert rights(root / "pseudonym.key") == 0o600
    assert rights(root / "releases") & 0o055, "releases are for readers"
    held = {path.relative_to(root).parts[0] for path in root.rglob("*") if path.is_file()}
    public = {"releases", "current", "profiles", "dagster", "catalog.duckdb", "institution", "pseudonym.key"}
    assert held - {*PRIVATE, *public} <= {"upkeep", "logs", "metrics"}, "a folder that nobody has thought about"


def test_a_folder_that_is_there_keeps_the_rights_that_it_was_given(tmp_path: Path) -> None:
    (tmp_path / "delivered").mkdir(mode=0o750)
    claim(Workspace(tmp_path), "leiden")
    assert rights(tmp_path / "delivered") == 0o750
    assert rights(tmp_path / "work") == 0o700
