"""The types of rows are those of the contracts."""

from __future__ import annotations

from types import ModuleType

import pytest

from pipelines.dictionary import ROWS
from schemas import rows
from schemas.exports.row_types import READ, row_types, type_name
from schemas.rows import delivered, facts, figures, published, sector
from schemas.tables import CATALOGUE, PROVENANCE

MAKE = "run: make dictionary"


def test_the_modules_of_row_types_are_what_the_contracts_give() -> None:
    assert {path.name: path.read_text(encoding="utf-8") for path in ROWS.glob("*.py")} == row_types(), MAKE


@pytest.mark.parametrize("module", [delivered, facts, figures, published, sector])
def test_the_package_has_the_types_of_each_of_its_modules(module: ModuleType) -> None:
    own = {one for one in vars(module).values() if getattr(one, "__module__", "") == module.__name__}
    assert own
    assert own <= {one for one in vars(rows).values() if isinstance(one, type)}


@pytest.mark.parametrize("table", READ)
def test_a_row_has_the_fields_of_its_contract_but_for_open_text_and_what_is_deprecated(table: str) -> None:
    fields = vars(rows)[type_name(table)].__annotations__
    read = {one.name for one in CATALOGUE[table].fields if not one.open_text and one.joins is None}
    of_staging = {one.name for one in PROVENANCE} - read  # where an accepted row came from is in no contract
    assert set(fields) - of_staging == read
