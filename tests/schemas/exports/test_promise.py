"""Published tables keep what analysts rely on: within a major version columns only come."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from schemas.errors import KwaliteitsmonitorError
from schemas.exports.promise import broken, renewed

FIGURE = {"type": "string", "nullable": False}
BUDGET = {"type": "decimal128(18, 2)", "nullable": True, "unit": "EUR"}
TABLES = {"measures": {"key": ["figure_id"], "columns": {"figure_id": FIGURE, "budget": BUDGET}}}
BEFORE: dict[str, Any] = {"version": "1.0", "tables": TABLES}


def test_tables_and_columns_may_come() -> None:
    more = copy.deepcopy(BEFORE)
    more["tables"]["measures"]["columns"]["note"] = {"type": "string", "nullable": True}
    more["tables"]["forecasts"] = {"key": [], "columns": {}}
    assert broken(BEFORE, more) == []
    assert renewed(BEFORE, more) is more


@pytest.mark.parametrize(
    ("change", "breach"),
    [
        (lambda t: t.pop("measures"), "table measures is gone"),
        (lambda t: t["measures"]["columns"].pop("budget"), "measures.budget is gone"),
        (lambda t: t["measures"]["columns"]["budget"].update(type="double"), "is double, was decimal128(18, 2)"),
        (lambda t: t["measures"]["columns"]["budget"].update(unit="kEUR"), "is in kEUR, was in EUR"),
        (lambda t: t["measures"]["columns"]["figure_id"].update(nullable=True), "measures.figure_id may be empty"),
        (lambda t: t["measures"].update(key=["unit"]), "measures has another key"),
    ],
)
def test_what_would_break_a_query_is_refused_within_a_version(change: Any, breach: str) -> None:
    now = copy.deepcopy(BEFORE)
    change(now["tables"])
    (message,) = broken(BEFORE, now)
    assert breach in message
    with pytest.raises(KwaliteitsmonitorError, match="raise MAJOR"):
        renewed(BEFORE, now)
    now["version"] = "2.0"
    assert renewed(BEFORE, now) is now
