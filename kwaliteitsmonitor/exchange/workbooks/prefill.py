"""What is known before a faculty fills in anything: its measures, its programmes, and last year's values beside."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from kwaliteitsmonitor.exchange.workbooks.request import Request
from kwaliteitsmonitor.foundation.workspace import Workspace
from kwaliteitsmonitor.obligations.periods import Expected
from kwaliteitsmonitor.readers.delivered_parts import fields_from_path
from schemas.calendar import academic_year
from schemas.contract import Field, Table
from schemas.flow import STAGED
from schemas.profile.feeds import Period
from schemas.profile.units import Unit
from schemas.values import Row

DEGREES = ("ba", "ma")


@dataclass(frozen=True)
class Prefilled:
    """The rows of a sheet that are known, by their codes, and for each the values of the period before.

    `single` says that the sheet holds one row and no more. `period` names the period before; it is empty, and so is
    `before`, if nothing of it is known.
    """

    rows: Sequence[Row]
    single: bool = False
    period: str = ""
    before: Sequence[Row] = ()


def fields_to_fill(request: Request, table: Table) -> list[Field]:
    """The columns of a sheet: the fields of its contract that are not in the path of the delivery."""
    form = request.form(table)
    constants = form.constants if form else {}
    return [f for f in table.fields if f.name not in request.path_fields and f.name not in constants]


def prefilled(request: Request, table: Table, workspace: Workspace | None) -> Prefilled:
    """The rows of a sheet that the profile knows, with what was accepted of the period before beside them.

    What stands beside comes from the cycles that were staged in `workspace`; without one, nothing does.
    """
    names = {f.name for f in fields_to_fill(request, table)}
    key = tuple(name for name in table.key if name in names)
    single = bool(table.key) and not key
    rows = [{}] if single else _known(request, key)
    if not rows or workspace is None:
        return Prefilled(rows, single)
    period, earlier = _earlier(request, table, workspace)
    if not earlier:
        return Prefilled(rows, single)
    by_key = {tuple(row[name] for name in key): row for row in earlier}
    before = [by_key.get(tuple(row.get(name) for name in key), {}) for row in rows]
    return Prefilled(rows, single, period, before)


def _known(request: Request, key: Sequence[str]) -> list[Row]:
    """A row per measure of each unit, or per programme of the unit, if that is what the sheet is about."""
    profile = request.profile
    wanted = set(key)
    if "measure" in wanted and wanted <= {"unit", "theme", "measure"}:
        units: Iterable[Unit] = [request.unit] if request.unit else profile.units
        return [
            {name: {"unit": unit.id, "theme": m.theme, "measure": m.id}[name] for name in key}
            for unit in units
            for m in profile.measures_in(request.expected.year)
            if unit.id in m.units
        ]
    if wanted == {"programme"} and request.unit:
        own = [p for p in profile.programmes if p.unit == request.unit.id and p.croho_type in DEGREES]
        return [{"programme": p.programme} for p in own]
    return []


def _earlier(request: Request, table: Table, workspace: Workspace) -> tuple[str, list[Row]]:
    """The accepted rows of the period a year before, as the newest cycle has them that read it."""
    import pyarrow.compute as pc

    expected = _year_before(request)
    if expected is None:
        return "", []
    fields = fields_from_path(request.feed, request.delivery(expected.period))
    cycles = sorted((path.name for path in (workspace.root / "work").glob("*") if path.is_dir()), reverse=True)
    for cycle in cycles:
        if not workspace.path(cycle, STAGED, table.name).is_file():
            continue
        rows = workspace.read(cycle, STAGED, table.name)
        for name, value in fields.items():
            rows = rows.filter(pc.equal(rows.column(name), value)) if name in rows.column_names else rows.slice(0, 0)
        if rows.num_rows:
            return expected.period, rows.to_pylist()
    return "", []


def _year_before(request: Request) -> Expected | None:
    year, number = request.expected.year - 1, request.expected.round
    match request.feed.period:
        case Period.ACADEMIC_YEAR:
            return Expected(academic_year(year), year)
        case Period.REPORTING_YEAR:
            return Expected(str(year), year)
        case Period.ROUND:
            return Expected(f"{year}-{number}", year, number)
        case Period.NONE:
            return None
