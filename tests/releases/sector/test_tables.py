"""The tables of a sector view have the rows of their contracts."""

from __future__ import annotations

from typing import get_args, get_type_hints

from kwaliteitsmonitor.releases.sector.tables import SectorTables
from schemas.exports.row_types import type_name
from schemas.tables import CATALOGUE


def test_the_tables_of_a_view_are_those_of_the_catalogue_with_the_types_of_their_rows() -> None:
    rows = {name: get_args(row)[0] for name, row in get_type_hints(SectorTables).items()}
    assert rows.keys() == {name for name in CATALOGUE if name.startswith("sector_")}
    any_row = {"sector_spending"}  # it holds every number that is declared, whichever these are
    assert {name: row.__name__ for name, row in rows.items() if name not in any_row} == {
        name: type_name(name) for name in rows if name not in any_row
    }
