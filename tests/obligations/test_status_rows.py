"""Of a delivery that is expected one true thing is shown."""

from __future__ import annotations

from typing import Any

from kwaliteitsmonitor.obligations.status_rows import one_row_each


def row(status: str, unit: str = "FGW", waived: str = "") -> dict[str, Any]:
    return {"feed": "report", "period": "2020", "unit": unit, "status": status, "waived_because": waived}


def test_a_refused_delivery_is_not_told_to_be_missing_as_well_unless_that_is_waived() -> None:
    refused, of_another, waived = row("rejected"), row("missing", "FdA"), row("missing", waived="gefuseerd")
    accepted = row("accepted", "FdR")
    rows = [refused, row("missing"), of_another, waived, accepted]
    assert one_row_each(iter(rows)) == [refused, of_another, waived, accepted]
