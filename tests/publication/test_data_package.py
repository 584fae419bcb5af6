"""`frictionless validate`, by the public client, calls every table of a release and of a sector view valid."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

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


def packaged(release: Path, folder: Path, tables: Collection[str]) -> tuple[dict[str, pa.Table], dict[str, Any]]:
    """The last rows of some tables of a release, and the descriptor of those alone."""
    (folder / "tables").mkdir(parents=True)
    package = json.loads((release / "datapackage.json").read_text())
    package["resources"] = [one for one in package["resources"] if one["name"] in tables]
    for one in package["resources"]:
        foreign = one["schema"].pop("foreignKeys", [])
        inside = [key for key in foreign if key["reference"]["resource"] in ("", *tables)]
        one["schema"]["foreignKeys"] = inside
    return {name: pq.read_table(release / "tables" / f"{name}.parquet") for name in tables}, package


def written(folder: Path, tables: Mapping[str, pa.Table], package: dict[str, Any]) -> Path:
    (folder / "datapackage.json").write_text(json.dumps(package))
    for name, rows in tables.items():
        pq.write_table(rows, folder / "tables" / f"{name}.parquet")
    return folder


def spoilt(rows: pa.Table, column: str, value: Any) -> pa.Table:
    """Rows of which the last has another value in a column."""
    kind = pa.string() if isinstance(value, str) else rows.schema.field(column).type
    values = pa.array([*pc.cast(rows[column], kind).to_pylist()[:-1], value], kind)
    return rows.set_column(rows.schema.names.index(column), column, values)


def test_what_a_contract_forbids_is_not_valid(leiden_year: SampleYear, tmp_path: Path) -> None:
    """The descriptor that lets empty cells through lets nothing else through."""
    forbidden = {
        "spending_overview": {"reporting_year": (None, "required"), "budget": ("a lot", "type")},
        "indicator_values": {"status": ("fine", "enum"), "n": (-1, "minimum")},
    }
    tables, package = packaged(leiden_year.release, tmp_path / "release", forbidden)
    for one in package["resources"]:
        one["schema"].pop("foreignKeys")
        rows = tables[one["name"]].slice(0, 5)
        for column, (value, _) in forbidden[one["name"]].items():
            rows = spoilt(rows, column, value)
        tables[one["name"]] = rows
    found = validated(written(tmp_path / "release", tables, package))
    for name, columns in forbidden.items():
        for _, error in columns.values():
            assert any(error in message for message in found[name]), (name, error)


REFERENCES = {
    "spending_by_unit": ("unit", "units"),
    "indicator_values": ("definition_version", "definitions"),
    "lineage": ("delivery", "delivery_status"),
    "obligations": ("part_of", "obligations"),
}


def test_a_row_about_what_is_not_there_is_not_valid(leiden_year: SampleYear, tmp_path: Path) -> None:
    names = {*REFERENCES, *(referred for _, referred in REFERENCES.values())}
    tables, package = packaged(leiden_year.release, tmp_path / "release", names)
    for one in package["resources"]:
        column, referred = REFERENCES.get(one["name"], ("", ""))
        keys = one["schema"]["foreignKeys"]
        own = "" if referred == one["name"] else referred
        one["schema"]["foreignKeys"] = [
            key for key in keys if column in key["fields"] and key["reference"]["resource"] == own
        ]
        if column:
            rows = tables[one["name"]]
            tables[one["name"]] = spoilt(rows, column, "nowhere").slice(0 if own == "" else len(rows) - 20)
    found = validated(written(tmp_path / "release", tables, package))
    for name in REFERENCES:
        assert any("foreign key" in message for message in found[name]), name


def test_every_table_of_a_sector_view_is_valid(leiden_year: SampleYear, tmp_path: Path) -> None:
    assert kwaliteitsmonitor.main(["sector", str(leiden_year.release), "--to", str(tmp_path / "view")]) == 0
    assert {name for name, errors in validated(tmp_path / "view").items() if errors} == set()
