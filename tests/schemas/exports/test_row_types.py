"""The types of rows are those of the contracts."""

from __future__ import annotations

import pytest

from pipelines.dictionary import ROWS
from schemas import rows
from schemas.exports.row_types import READ, row_types, type_name
from schemas.tables import CATALOGUE, PROVENANCE


def test_the_module_of_row_types_is_what_the_contracts_give() -> None:
    assert ROWS.read_text(encoding="utf-8") == row_types(), "run: make dictionary"


@pytest.mark.parametrize("table", READ)
def test_a_row_has_the_fields_of_its_contract_but_for_open_text_and_what_is_deprecated(table: str) -> None:
    fields = vars(rows)[type_name(table)].__annotations__
    read = {one.name for one in CATALOGUE[table].fields if not one.open_text and one.joins is None}
    of_staging = {one.name for one in PROVENANCE} - read  # where an accepted row came from is in no contract
    assert set(fields) - of_staging == read
