"""A release of a made-up university on disk, with the rows that a test gives it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from tests.made_up import table

Rows = Sequence[Mapping[str, Any]]


def write_release(folder: Path, tables: Mapping[str, Rows], **said: Any) -> Path:
    """Write the tables and a manifest over them, as a release that is being built has them."""
    (folder / "tables").mkdir(parents=True, exist_ok=True)
    files = {}
    for name, rows in tables.items():
        path = folder / "tables" / f"{name}.parquet"
        pq.write_table(table(name, [dict(row) for row in rows]), path)
        files[f"tables/{name}.parquet"] = hashlib.sha256(path.read_bytes()).hexdigest()
    manifest = {
        "format": 1,
        "institution": "made-up",
        "cycle": "2021-03",
        "reporting_year": 2020,
        "status": "draft",
        "lacking": [],
        "profile": {"version": "1", "sha256": "0" * 64},
        "code": {"version": "0.1.0", "sha256": "0" * 64},
        "libraries": {},
        "inputs": [],
        "files": files,
    }
    (folder / "manifest.json").write_text(json.dumps(manifest | said), encoding="utf-8")
    return folder


def figure(indicator: str = "satisfaction", year: int = 2020, **more: Any) -> dict[str, Any]:
    """A row of `indicator_values`, of the whole institution unless a test says otherwise."""
    unit, level = more.get("unit") or "all", more.get("level") or "all"
    given = {
        "reporting_year": year,
        "cycle": "2021-03",
        "indicator": indicator,
        "theme": "small_classes",
        "value": 3.9,
        "spread": 0.1,
        "spread_kind": "sd_respondents",
        "n": 2500,
        "invited": 10_000,
        "response_rate": 0.25,
        "unit_of_measure": "score",
        "decimals": 1,
        "printed_nl": "3,9 ± 0,1",
        "printed_en": "3.9 ± 0.1",
        "status": "ok",
        "definition_version": "1",
        "figure_id": f"2021-03:indicator:{year}:{indicator}:{unit}:{level}",
    }
    return given | more


def spent(theme: str | None, budget: str, realised: str, year: int = 2020, **more: Any) -> dict[str, Any]:
    """A row of `spending_overview`; no theme is the total."""
    planned, done = Decimal(budget), Decimal(realised)
    given = {
        "reporting_year": year,
        "cycle": "2021-03",
        "round": 3,
        "theme": theme,
        "budget": planned,
        "realised": done,
        "forecast": done,
        "difference": done - planned,
        "difference_pct": float((done - planned) / planned) if planned else None,
        "share_of_budget": 1.0,
        "share_of_realised": 1.0,
        "share_shift_pp": 0.0,
        "realised_pct_of_budget": float(done / planned) if planned else None,
        "carried_over": Decimal("0.00"),
        "available": planned,
        "left_over": planned - done,
        "status": "ok",
        "figure_id": f"2021-03:spending:{year}:{theme or 'all'}",
    }
    return given | more


def measure(unit: str, name: str = "tutors", **more: Any) -> dict[str, Any]:
    """A row of `measures`."""
    given = {
        "reporting_year": 2020,
        "cycle": "2021-03",
        "unit": unit,
        "theme": "small_classes",
        "measure": name,
        "measure_nl": name,
        "measure_en": name,
        "progress": "on_course",
        "status": "ok",
        "figure_id": f"2021-03:measure:2020:{unit}:small_classes:{name}",
    }
    return given | more


def evidence(figure_id: str, part: str = "n", **more: Any) -> dict[str, Any]:
    """A row of `lineage`."""
    given = {"figure_id": figure_id, "part": part, "feed": "bfr", "delivery": "d" * 16, "file": "a.csv", "rows": 3}
    return given | more
