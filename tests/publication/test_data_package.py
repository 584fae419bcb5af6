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

from pipelines.cli.commands import kwaliteitsmonitor
from schemas.exports.frictionless import references
from schemas.tables import CATALOGUE
from tests.sample_year import SampleYear


def validated(folder: Path) -> dict[str, str]:
    """What the client says of each table; nothing of one that is valid."""
    command = [Path(sys.executable).with_name("frictionless"), "validate", "datapackage.json", "--json"]
    wide = os.environ | {"COLUMNS": "200"}
    ran = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=300, env=wide)
    report: dict[str, Any] = json.loads(ran.stdout)
    assert (report["errors"], ran.returncode == 0) == ([], report["valid"])
    return {task["name"]: "\n".join(error["message"] for error in task["errors"]) for task in report["tasks"]}


def test_every_table_of_a_release_is_valid(leiden_year: SampleYear, tmp_path: Path) -> None:
    """With the first rows of long tables, for the client reads row by row; those to which others refer stay whole."""
    release = Path(shutil.copytree(leiden_year.release, tmp_path / "release"))
    referred = {one.table for table in CATALOGUE.values() for one in references(table)}
    tables = {path.stem: path for path in (release / "tables").glob("*.parquet")}
    for name in tables.keys() - referred:
        tables[name].chmod(0o644)
        pq.write_table(pq.read_table(tables[name]).slice(0, 400), tables[name])
    assert validated(release) == dict.fromkeys(tables, "")


def test_every_table_of_a_sector_view_is_valid(leiden_year: SampleYear, tmp_path: Path) -> None:
    assert kwaliteitsmonitor.main(["sector", str(leiden_year.release), "--to", str(tmp_path / "view")]) == 0
    assert set(validated(tmp_path / "view").values()) == {""}


FORBIDDEN = {
    "spending_overview": {"reporting_year": (None, "required"), "budget": ("a lot", "type")},
    "indicator_values": {"status": ("fine", "enum"), "n": (-1, "minimum")},
}
"""By table and column a value that its contract forbids, and the word by which the client says so."""
REFERENCES = {
    "spending_by_unit": ("unit", "units"),
    "indicator_values": ("definition_version", "definitions"),
    "lineage": ("delivery", "delivery_status"),
    "obligations": ("part_of", "obligations"),
}
"""By table a column that refers to another table, or to its own."""


def spoilt(rows: pa.Table, column: str, value: Any, at: int) -> pa.Table:
    kind = pa.string() if isinstance(value, str) else rows.schema.field(column).type
    values = pc.cast(rows[column], kind).to_pylist()
    values[at] = value
    return rows.set_column(rows.schema.names.index(column), column, pa.array(values, kind))


def test_what_a_contract_forbids_or_refers_to_nothing_is_not_valid(leiden_year: SampleYear, tmp_path: Path) -> None:
    """The descriptor that lets empty cells through lets nothing else through."""
    (tmp_path / "tables").mkdir()
    package = json.loads((leiden_year.release / "datapackage.json").read_text())
    names = {*FORBIDDEN, *REFERENCES, *(referred for _, referred in REFERENCES.values())}
    package["resources"] = [one for one in package["resources"] if one["name"] in names]
    for one in package["resources"]:
        name, path = one["name"], Path(one["path"])
        rows, keys = pq.read_table(leiden_year.release / path), one["schema"].pop("foreignKeys", [])
        column, referred = REFERENCES.get(name, ("", ""))
        own = "" if referred == name else referred
        kept = [key for key in keys if column in key["fields"] and key["reference"]["resource"] == own]
        one["schema"]["foreignKeys"] = kept
        if own:
            rows = rows.slice(len(rows) - 20)
        for spoilt_column, (value, _) in FORBIDDEN.get(name, {}).items():
            rows = spoilt(rows, spoilt_column, value, 0)
        pq.write_table(spoilt(rows, column, "nowhere", -1) if column else rows, tmp_path / path)
    (tmp_path / "datapackage.json").write_text(json.dumps(package))
    errors = validated(tmp_path)
    for name, columns in FORBIDDEN.items():
        assert [word for _, word in columns.values() if word not in errors[name]] == [], errors[name]
    assert [name for name in REFERENCES if "foreign key" not in errors[name]] == []
