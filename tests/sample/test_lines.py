"""The rows of a sample that are read again have the fields of their contracts."""

from __future__ import annotations

import pytest

from kwaliteitsmonitor.sample.lines import Line, PlanLine, Total
from schemas.tables import CATALOGUE


@pytest.mark.parametrize(("row", "table"), [(PlanLine, "spending_plan"), (Line, "bfr"), (Total, "control_totals")])
def test_a_row_has_every_field_of_its_table_and_no_other(row: type, table: str) -> None:
    assert list(row.__annotations__) == list(CATALOGUE[table].names)
