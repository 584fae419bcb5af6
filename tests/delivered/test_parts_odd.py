"""Folders of parts as they go wrong: parts without rows or bytes, a lacking number, and two runs in one folder."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pytest

from kwaliteitsmonitor.foundation.workspace import Workspace
from schemas.profile import Profile
from tests.delivered.test_parts import CSV, PARQUET, answers, only, parquet, staged, text, zone

__all__ = ["zone"]

ALL, NONE = answers(0, 30), answers(0, 30).slice(0, 0)


@pytest.mark.parametrize("form", ["csv", "parquet"])
@pytest.mark.parametrize(
    ("parts", "counted", "said"),
    [
        ({"part-00000-a": ALL, "part-00001-a": NONE, "_SUCCESS": None}, 30, ""),
        (
            {"part-00000-a": ALL, "part-00001-a": None, "_SUCCESS": None},
            30,
            "00001-a.parquet: dit bestand is leeg",
        ),
        ({"part-00000-a": ALL, "part-00002-a": NONE}, 0, "onderdeel 00001 ontbreekt"),
        ({"part-00000-a": ALL, "part-00000-b": ALL, "_SUCCESS": None}, 0, "30 van 60 rijen zijn apart gezet"),
    ],
    ids=["a part without rows", "a part without bytes", "a part that is lacking", "the same from two runs"],
)
def test_a_folder_of_parts_counts_whole_or_says_why_not(
    workspace: Workspace,
    profile: Profile,
    zone: Path,
    form: str,
    parts: dict[str, pa.Table | None],
    counted: int,
    said: str,
) -> None:
    feed, write, folder = (CSV, text, zone / "FGW.csv") if form == "csv" else (PARQUET, parquet, zone / "FGW.parquet")
    folder.mkdir()
    for name, data in parts.items():
        place = folder / (name if name.startswith("_") else f"{name}.{form}")
        place.touch() if data is None else write(place, data)
        (folder / f".{place.name}.crc").write_bytes(b"crc")
    one = only(workspace, profile, zone, feed)
    found = staged(workspace, profile, feed, [one])
    told = one.reason + "".join(found.rejected.values())
    empty_text = form == "csv" and "leeg" in said  # which holds no header, and no row
    assert (said in told) is not empty_text
    rows = found.tables["evaluations"].rows.column("answers").to_pylist()
    assert sum(rows) == (counted if not told else 0)
