"""Rows as a file holds them, and the staged table that comes of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from kwaliteitsmonitor.methods.checks.outcomes import validate
from kwaliteitsmonitor.methods.checks.results import RuleResult
from kwaliteitsmonitor.readers.cells.grid import RawTable
from kwaliteitsmonitor.readers.cells.reading import CellReader
from kwaliteitsmonitor.readers.delivery import Delivery
from kwaliteitsmonitor.readers.quarantine import Quarantined, Read
from kwaliteitsmonitor.readers.staging import StagedTable, Tally, stage
from schemas.contract import Table
from schemas.profile import Profile
from schemas.tables import CATALOGUE

KEY = b"k" * 32
UNITS = "FGGA, FdA, FGW, FdR, FSW, FWN, LUMC, ICLON, HA"
ADVISERS, PANELS, STAFF, PLAN = "faculty_study_advisers", "faculty_panels", "staff", "spending_plan"

Row = Mapping[str, Any]


def raw(
    rows: Sequence[Row],
    *,
    sheet: str = "Blad",
    fields: Sequence[str],
    table: Table,
    ragged: tuple[int, ...] = (),
    unknown: tuple[str, ...] = (),
) -> RawTable:
    return RawTable(
        sheet,
        {name: [row.get(name) for row in rows] for name in fields},
        list(range(2, 2 + len(rows))),
        dict(zip(fields, "ABCDEFGHIJKL", strict=False)),
        tuple(name for name in table.names if name not in fields),
        unknown,
        ragged,
    )


def delivery(name: str = "FGW.xlsx", *, unit: str = "") -> Delivery:
    return Delivery("the_feed", 0, name, "a" * 64, 10, date(2020, 12, 18), "2019-2020", unit)


def bound(profile: Profile, name: str) -> Table:
    return CATALOGUE[name].bind(profile.code_lists())


def staged_rows(
    profile: Profile,
    name: str,
    rows: Sequence[Row],
    *,
    fields: Sequence[str] = (),
    sheet: str = "Blad",
    given: Mapping[str, Any] | None = None,
    of: Delivery | None = None,
    **more: tuple[Any, ...],
) -> StagedTable:
    """The staged table of one delivery with these rows, the first of which stands in row 2; `more` as for `raw`."""
    table = bound(profile, name)
    names = fields or tuple(n for n in table.names if not given or n not in given)
    one = Read(of or delivery(), raw(rows, sheet=sheet, fields=names, table=table, **more), given or {})
    return stage(table, [one], lambda _: readers(profile, table), validate)


def readers(profile: Profile, table: Table) -> dict[str, CellReader]:
    aliases = profile.aliases
    return {f.name: CellReader(f, "nl", aliases.get(f.code_list, {}), KEY) for f in table.fields}


def advisers(unit: str = "FGW", **more: Any) -> dict[str, Any]:
    return {
        "academic_year": "2019-2020",
        "unit": unit,
        "fte": "6,5",
        "fte_temporary": "0,5",
        "certified": 2,
        "in_training": 1,
        **more,
    }


def person(name: str, **more: Any) -> dict[str, Any]:
    return {
        "reference_date": date(2020, 10, 1),
        "person": name,
        "unit": "FGW",
        "category": "lecturer",
        "fte": "0,8",
        "start_date": date(2015, 9, 1),
        "bko_date": None,
        "sko_date": None,
        **more,
    }


def only(found: StagedTable) -> Quarantined:
    (item,) = found.quarantine
    return item


def result(found: StagedTable, rule: str) -> RuleResult:
    (one,) = (r for r in found.results if r.rule == rule)
    return one


def tally(found: StagedTable) -> Tally:
    (one,) = found.tallies.values()
    return one
