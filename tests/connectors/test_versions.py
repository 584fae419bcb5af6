"""Under which name the next version of a delivery is to be put."""

from __future__ import annotations

import pytest

from kwaliteitsmonitor.connectors.versions import next_place
from schemas.profile.feeds import FileSource, Format, SqlSource

SUFFIXED, FIXED = (
    FileSource(kind="files", path=f"verslag/{{unit}}{suffix}.xlsx", format=Format.WORKBOOK, tables=["faculty_measures"])
    for suffix in ("{suffix}", "")
)
ROWS = SqlSource(kind="sql", connection="finance", database_table="lines", tables=["bfr"])


@pytest.mark.parametrize(
    ("source", "path", "unit", "version", "expected"),
    [
        (SUFFIXED, "verslag/FGW.xlsx", "FGW", 1, "verslag/FGW_v2.xlsx"),
        (SUFFIXED, "verslag/FGW_v2 (def).xlsx", "FGW", 2, "verslag/FGW_v3.xlsx"),
        (SUFFIXED, "verslag/Letteren.xlsx", "FGW", 1, "verslag/Letteren_v2.xlsx"),
        (SUFFIXED, "plan/2020.xlsx", "", 1, "plan/2020_v2.xlsx"),
        (FIXED, "verslag/FGW.xlsx", "FGW", 1, "verslag/FGW.xlsx"),
        (ROWS, "finance/lines/2020-3", "", 4, "finance/lines/2020-3"),
    ],
)
def test_the_next_version_stands_beside_the_first_where_its_name_may_differ(
    source: FileSource | SqlSource, path: str, unit: str, version: int, expected: str
) -> None:
    assert next_place(source, path, unit, version) == expected
