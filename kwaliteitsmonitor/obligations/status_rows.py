"""How deliveries are shown: one row for each that is expected and each that came, and one true thing in each."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeVar

from schemas.values import AnyRow

R = TypeVar("R", bound=AnyRow)
"""A row of `delivery_status`, of which a release may have other columns."""


def one_row_each(rows: Iterable[R]) -> list[R]:
    """Rows of `delivery_status` without those that say of a delivery which was refused that it is missing as well.

    A row that tells of a waiver stays: it says what the release does without.
    """
    rows = list(rows)
    refused = {_place(row) for row in rows if row["status"] == "rejected"}
    return [row for row in rows if row["status"] != "missing" or row["waived_because"] or _place(row) not in refused]


def _place(row: AnyRow) -> tuple[object, ...]:
    return (row["feed"], row["period"], row["unit"])
