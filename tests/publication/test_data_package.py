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
from schemas.exports.frictionless import references
from schemas.tables import CATALOGUE
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
    """A copy of a release with the first rows of its long tables: the client reads row by row.

    Tables to which others refer stay whole.
    """
    shutil.copytree(release, to)
    referred = {one.table for table in CATALOGUE.values() for one in references(table)}
    for path in (path for path in (to / "tables").glob("*.parquet") if path.stem not in referred):
        path.chmod(0o644)
        pq.write_table(pq.read_table(path).slice(0, rows), path)
    return to


def test_every_table_of_a_release_is_valid(leiden_year: SampleYear, tmp_path: Path) -> None:
    found = validated(shortened(leiden_year.release, tmp_path / "release"))
    assert {name: errors for name, errors in found.items() if errors} == {}
    assert set(found) == {path.stem for path in (leiden_year.release / "tables").glob("*.parquet")}


@pytest.mark.parametrize(
    ("table", "column", "value", "error"),
    [
        ("spending_overview", "reporting_year", None, "required"),
        ("indicator_values", "status", "fine", "enum"),
        ("indicator_values", "n", -1, "minimum"),
        ("spending_overview", "budget", "a lot", "type"),
    ],
)
def test_what_a_contract_forbids_is_not_valid(
    leiden_year: SampleYear, tmp_path: Path, table: str, column: str, value: Any, error: str
) -> None:
    """The descriptor that lets empty cells through lets nothing else through."""
    folder = tmp_path / "release"
    (folder / "tables").mkdir(parents=True)
    release = leiden_year.release
    package = json.loads((release / "datapackage.json").read_text())
    package["resources"] = [one for one in package["resources"] if one["name"] == table]
    package["resources"][0]["schema"].pop("foreignKeys", None)
    (folder / "datapackage.json").write_text(json.dumps(package))
    rows = pq.read_table(release / "tables" / f"{table}.parquet").slice(0, 5)
    kind = pa.string() if isinstance(value, str) else rows.schema.field(column).type
    spoilt = pa.array([value, *pc.cast(rows[column], kind).to_pylist()[1:]], kind)
    rows = rows.set_column(rows.schema.names.index(column), column, spoilt)
    pq.write_table(rows, folder / "tables" / f"{table}.parquet")
    (message, *_) = validated(folder)[table]
    assert error in message


@pytest.mark.parametrize(
    ("table", "column", "referred"),
    [("spending_by_unit", "unit", "units"), ("indicator_values", "definition_version", "definitions"),
     ("lineage", "delivery", "delivery_status"), ("obligations", "part_of", "obligations")],
)  # fmt: skip
def test_a_row_about_what_is_not_there_is_not_valid(
    leiden_year: SampleYear, tmp_path: Path, table: str, column: str, referred: str
) -> None:
    folder = tmp_path / "release"
    (folder / "tables").mkdir(parents=True)
    package = json.loads((leiden_year.release / "datapackage.json").read_text())
    package["resources"] = [one for one in package["resources"] if one["name"] in (table, referred)]
    for one in package["resources"]:
        foreign = one["schema"].pop("foreignKeys", [])
        one["schema"]["foreignKeys"] = [key for key in foreign if key["reference"]["resource"] in ("", referred)]
        rows = pq.read_table(leiden_year.release / one["path"])
        if one["name"] == table:
            values = rows[column].to_pylist()
            values[-1] = "nowhere"
            rows = rows.set_column(rows.schema.names.index(column), column, pa.array(values)).slice(len(rows) - 20)
        pq.write_table(rows, folder / one["path"])
    (folder / "datapackage.json").write_text(json.dumps(package))
    assert any("foreign key" in message for message in validated(folder)[table])


def test_every_table_of_a_sector_view_is_valid(leiden_year: SampleYear, tmp_path: Path) -> None:
    assert kwaliteitsmonitor.main(["sector", str(leiden_year.release), "--to", str(tmp_path / "view")]) == 0
    assert {name for name, errors in validated(tmp_path / "view").items() if errors} == set()
