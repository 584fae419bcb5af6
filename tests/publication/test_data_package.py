"""`frictionless validate`, by the public client, calls every table of a release and of a sector view valid."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest

from pipelines.cli.commands import kwaliteitsmonitor
from tests.sample_year import SampleYear


def validated(folder: Path) -> dict[str, list[str]]:
    """What the client says of each table; nothing of one that is valid."""
    command = [Path(sys.executable).with_name("frictionless"), "validate", "datapackage.json", "--json"]
    ran = subprocess.run(
        command, cwd=folder, capture_output=True, text=True, timeout=300, env=os.environ | {"COLUMNS": "200"}
    )
    report: dict[str, Any] = json.loads(ran.stdout)
    assert report["errors"] == []
    assert (ran.returncode == 0) == report["valid"]
    return {task["name"]: [error["message"] for error in task["errors"]] for task in report["tasks"]}


def shortened(release: Path, to: Path, rows: int = 400) -> Path:
    """A copy of a release with the first rows of its long tables: the client reads row by row."""
    shutil.copytree(release, to)
    for path in (to / "tables").glob("*.parquet"):
        path.chmod(0o644)
        pq.write_table(pq.read_table(path).slice(0, rows), path)
    return to


def test_every_table_of_a_release_is_valid(leiden_year: SampleYear, tmp_path: Path) -> None:
    found = validated(shortened(leiden_year.release, tmp_path / "release"))
    assert {name: said for name, said in found.items() if said} == {}
    assert set(found) == {path.stem for path in (leiden_year.release / "tables").glob("*.parquet")}


@pytest.mark.parametrize(
    ("table", "column", "value", "said"),
    [
        ("spending_overview", "reporting_year", None, "required"),
        ("indicator_values", "status", "fine", "enum"),
        ("indicator_values", "n", -1, "minimum"),
        ("spending_overview", "budget", "a lot", "type"),
    ],
)
def test_what_a_contract_forbids_is_not_valid(
    leiden_year: SampleYear, tmp_path: Path, table: str, column: str, value: Any, said: str
) -> None:
    """The descriptor that lets empty cells through lets nothing else through."""
    folder = tmp_path / "release"
    (folder / "tables").mkdir(parents=True)
    release = leiden_year.release
    package = json.loads((release / "datapackage.json").read_text())
    package["resources"] = [one for one in package["resources"] if one["name"] == table]
    (folder / "datapackage.json").write_text(json.dumps(package))
    rows = pq.read_table(release / "tables" / f"{table}.parquet").slice(0, 5)
    kind = pa.string() if isinstance(value, str) else rows.schema.field(column).type
    spoilt = pa.array([value, *pc.cast(rows[column], kind).to_pylist()[1:]], kind)
    rows = rows.set_column(rows.schema.names.index(column), column, spoilt)
    pq.write_table(rows, folder / "tables" / f"{table}.parquet")
    (message, *_) = validated(folder)[table]
    assert said in message


def test_every_table_of_a_sector_view_is_valid(leiden_year: SampleYear, tmp_path: Path) -> None:
    assert kwaliteitsmonitor.main(["sector", str(leiden_year.release), "--to", str(tmp_path / "view")]) == 0
    assert {name for name, said in validated(tmp_path / "view").items() if said} == set()
