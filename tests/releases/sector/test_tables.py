"""The tables of a sector view have the rows of their contracts."""

from __future__ import annotations

from typing import Any, get_args, get_type_hints

from kwaliteitsmonitor.releases.sector.tables import Published, SectorTables
from schemas.exports.row_types import type_name
from schemas.tables import CATALOGUE


def rows_by_table(tables: type[Any]) -> dict[str, type[Any]]:
    return {name: get_args(rows)[0] for name, rows in get_type_hints(tables).items()}


def test_each_table_is_one_of_the_catalogue_and_has_the_type_of_its_rows() -> None:
    read, made = rows_by_table(Published), rows_by_table(SectorTables)
    assert {*read, *made} <= CATALOGUE.keys()
    assert made.keys() == {name for name in CATALOGUE if name.startswith("sector_")}
    any_row = {"sector_spending"}  # it holds every number that is declared, whichever these are
    for name, row in {**read, **made}.items():
        assert name in any_row or row.__name__ == type_name(name)
