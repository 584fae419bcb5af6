"""A register of decisions as a controller keeps it: one workbook, a sheet per kind of decision."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from schemas.tables import CATALOGUE

DECIDED = date(2021, 2, 20)
Rows = Sequence[Mapping[str, Any]]


def write_register(
    path: Path,
    *,
    corrections: Rows = (),
    waivers: Rows = (),
    approvals: Rows = (),
    withdrawals: Rows = (),
    received_on: date = DECIDED,
) -> Path:
    """Write a register; what a row does not say of reason, role and day is filled in, the rest stays empty."""
    import openpyxl

    book = openpyxl.Workbook()
    book.remove(book.active)  # type: ignore[arg-type]
    tables = {
        "correction_records": corrections,
        "waiver_records": waivers,
        "approval_records": approvals,
        "withdrawal_records": withdrawals,
    }
    usual: dict[str, Any] = {"reason": "typefout", "role": "controller", "decided_on": DECIDED}
    for name, rows in tables.items():
        table = CATALOGUE[name]
        sheet = book.create_sheet(table.sheet)
        sheet.append([field.label_nl for field in table.fields])
        for row in rows:
            sheet.append([row.get(field.name, usual.get(field.name)) for field in table.fields])
    path.parent.mkdir(parents=True, exist_ok=True)
    book.save(path)
    moment = datetime(received_on.year, received_on.month, received_on.day, 12, tzinfo=ZoneInfo("Europe/Amsterdam"))
    os.utime(path, (moment.timestamp(), moment.timestamp()))
    return path
