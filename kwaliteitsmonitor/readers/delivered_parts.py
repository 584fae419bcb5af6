"""The files of one delivery, opened and read as the raw tables that its feed asks for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from kwaliteitsmonitor.foundation.vault.assembled import kept_parts
from kwaliteitsmonitor.readers.cells.grid import PathFields, RawTable
from kwaliteitsmonitor.readers.delivery import Delivery
from kwaliteitsmonitor.readers.files import RefusedFileError
from kwaliteitsmonitor.readers.forms.amounts import NOTHING_NAMED, Named
from kwaliteitsmonitor.readers.reading import read
from schemas.contract import Table
from schemas.profile import Feed
from schemas.profile.feeds import FileSource, Period, SqlSource


def read_parts(
    place: Path,
    source: FileSource | SqlSource,
    table: Table,
    year: int | None,
    declared: PathFields,
    aliases: Mapping[str, Mapping[str, str]],
    named: Named = NOTHING_NAMED,
) -> list[tuple[RawTable, PathFields]]:
    """The raw table of each part of a kept delivery, by its name as one by that of its sheet, with what it tells.

    Of what did not come in parts there is one. A part without rows is left out if others have some. Raises
    `UnreadableError` if any of them cannot be read: the others are not all that was delivered.
    """
    tables: list[tuple[RawTable, PathFields]] = []
    for part in kept_parts(place):
        own = {**declared, **part.path_fields}
        try:
            raw = read(part.path, source, table, year=year, path_fields=own, aliases=aliases, named=named)
        except RefusedFileError as error:
            raise (error.at(part.name) if part.name else error) from None
        tables.append((replace(raw, sheet=part.name, addressed=False) if part.name else raw, own))
    return [one for one in tables if one[0].rows or one[0].ragged] or tables[:1]


def fields_from_path(feed: Feed, delivery: Delivery) -> PathFields:
    """The fields in the path of a delivery, for files that do not hold them."""
    fields: dict[str, str | int | None] = dict(delivery.path_fields)
    if delivery.unit:
        fields["unit"] = delivery.unit
    match feed.period:
        case Period.ACADEMIC_YEAR:
            fields["academic_year"] = delivery.period
        case Period.REPORTING_YEAR:
            fields["reporting_year"] = int(delivery.period)
        case Period.ROUND:
            year, number = delivery.period.split("-")
            fields |= {"reporting_year": int(year), "round": int(number)}
        case Period.NONE:
            pass
    return fields
