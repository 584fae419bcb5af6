"""A release of a made-up university on disk, with the rows that a test gives it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from schemas.exports.arrow import arrow_schema
from schemas.tables import CATALOGUE
from tests.made_up import table

Rows = Sequence[Mapping[str, Any]]
USUAL = {"date32[day]": date(2021, 1, 1), "bool": True, "int64": 1, "int32": 1, "double": 0.0}


def filled(name: str, rows: Rows) -> pa.Table:
    """A table of rows, with something in every column that may not be empty."""
    usual = {f.name: USUAL.get(str(f.type), "x") for f in arrow_schema(CATALOGUE[name]) if not f.nullable}
    return table(name, [usual | dict(row) for row in rows])


def write_release(folder: Path, tables: Mapping[str, Rows], **entries: Any) -> Path:
    """Write the tables and a manifest over them, as a release that is being built has them."""
    (folder / "tables").mkdir(parents=True, exist_ok=True)
    files = {}
    for name, rows in tables.items():
        path = folder / "tables" / f"{name}.parquet"
        pq.write_table(filled(name, rows), path)
        files[f"tables/{name}.parquet"] = hashlib.sha256(path.read_bytes()).hexdigest()
    manifest = {"format": 1, "institution": "made-up", "cycle": "2021-03", "reporting_year": 2020, "status": "draft"}
    manifest |= {"profile": {"version": "1", "sha256": "0" * 64}, "code": {"version": "0.1.0", "sha256": "0" * 64}}
    manifest |= {"lacking": [], "libraries": {}, "inputs": [], "files": files}
    (folder / "manifest.json").write_text(json.dumps(manifest | entries), encoding="utf-8")
    return folder


def of_year(year: int = 2020, **more: Any) -> dict[str, Any]:
    return {"reporting_year": year, "cycle": "2021-03", "status": "ok", **more}


def figure(indicator: str = "satisfaction", year: int = 2020, **more: Any) -> dict[str, Any]:
    """A row of `indicator_values`, of the whole institution unless a test says otherwise."""
    unit, level = more.get("unit") or "all", more.get("level") or "all"
    usual = {"indicator": indicator, "theme": "small_classes", "definition_version": "1", "decimals": 1}
    usual |= {"value": 3.9, "spread": 0.1, "spread_kind": "sd_respondents", "unit_of_measure": "score"}
    usual |= {"n": 2500, "invited": 10_000, "response_rate": 0.25, "printed_nl": "3,9 ± 0,1", "printed_en": "3.9 ± 0.1"}
    identity = f"2021-03:indicator:{year}:{indicator}:{unit}:{level}"
    return of_year(year, **(usual | {"figure_id": identity} | more))


def spent(theme: str | None, budget: str, realised: str, year: int = 2020, **more: Any) -> dict[str, Any]:
    """A row of `spending_overview`; no theme is the total."""
    planned, done = Decimal(budget), Decimal(realised)
    usual = {"round": 3, "theme": theme, "budget": planned, "realised": done, "forecast": done}
    usual |= {"difference": done - planned, "difference_pct": float((done - planned) / planned) if planned else None}
    usual |= {"realised_pct_of_budget": float(done / planned) if planned else None, "share_shift_pp": 0.0}
    usual |= {"share_of_budget": 1.0, "share_of_realised": 1.0, "carried_over": Decimal("0.00")}
    usual |= {"available": planned, "left_over": planned - done}
    return of_year(year, **(usual | {"figure_id": f"2021-03:spending:{year}:{theme or 'all'}"} | more))


def measure(unit: str, name: str = "tutors", **more: Any) -> dict[str, Any]:
    """A row of `measures`."""
    usual = {"unit": unit, "theme": "small_classes", "measure": name, "measure_nl": name, "measure_en": name}
    usual |= {"progress": "on_course", "figure_id": f"2021-03:measure:2020:{unit}:small_classes:{name}"}
    return of_year(**(usual | more))


def evidence(figure_id: str, part: str = "n", **more: Any) -> dict[str, Any]:
    """A row of `lineage`."""
    usual = {"figure_id": figure_id, "part": part, "feed": "bfr", "delivery": "d" * 16, "file": "a.csv", "rows": 3}
    return usual | more
