"""Published tables keep what analysts rely on: within a major version columns only come."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from typing import Any

import pytest

from schemas.errors import KwaliteitsmonitorError
from schemas.exports.promise import broken, promised, renewed
from schemas.packages import ROOT

WRITTEN = ROOT / "docs" / "published-tables.json"


def promise() -> dict[str, Any]:
    return {
        "version": "1.0",
        "tables": {
            "measures": {
                "key": ["figure_id"],
                "columns": {
                    "figure_id": {"type": "string", "nullable": False},
                    "budget": {"type": "decimal128(18, 2)", "nullable": True, "unit": "EUR"},
                },
            }
        },
    }


def changed(change: Callable[[dict[str, Any]], Any]) -> dict[str, Any]:
    now = copy.deepcopy(promise())
    change(now["tables"])
    return now


def test_the_promise_that_is_written_down_is_that_of_the_contracts() -> None:
    assert json.loads(WRITTEN.read_text(encoding="utf-8")) == promised(), "run: make dictionary"


def test_tables_and_columns_may_come() -> None:
    more = changed(lambda t: t["measures"]["columns"].update(note={"type": "string", "nullable": True}))
    more["tables"]["forecasts"] = {"key": [], "columns": {}}
    assert broken(promise(), more) == []
    assert renewed(promise(), more) is more


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
    now = changed(change)
    (message,) = broken(promise(), now)
    assert breach in message
    with pytest.raises(KwaliteitsmonitorError, match="raise MAJOR"):
        renewed(promise(), now)
    now["version"] = "2.0"
    assert renewed(promise(), now) is now
