"""Accounts of what is not owed: of a measure that a unit does not have by the profile, told with its cell.

Such a row counts, as the money on such a measure does: measures add up to the overview. It is reported, since another
measure may have been meant, whose account is then lacking.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from assets.common.cycle_tables import CycleTables, WrittenRow
from kwaliteitsmonitor.methods.checks.results import Outcome, RuleResult
from schemas.consequences import Costs
from schemas.profile import Profile
from schemas.rows import FacultyMeasuresRow, StagedRow

TABLE = "faculty_measures"
RULE = f"{TABLE}.measure_of_unit"
Place = tuple[str, int, str | None]
"""The delivery, row and column of a row of a delivered table."""


def unowed_measures(tables: CycleTables, files: Mapping[str, str]) -> list[RuleResult]:
    """Whether every account is of a measure that the unit has; nothing if none was taken up.

    `files` gives the file of each delivery.
    """
    if not tables.profile.uses(TABLE) or not tables.is_staged(TABLE):
        return []
    written = tables.written(TABLE)
    of_cells: list[WrittenRow] = [] if written is None else written.to_pylist()
    cells = {place(one): one["cell"] for one in of_cells if one["field"] == "measure" and one["cell"]}
    rows: list[FacultyMeasuresRow] = tables.staged(TABLE).to_pylist()
    return [measure_of_unit(tables.profile, rows, cells, files)]


def place(row: StagedRow) -> Place:
    """The identity of a row of a delivered table."""
    return (row["_delivery"], row["_row"], row["_column"])


def measure_of_unit(
    profile: Profile, rows: Sequence[FacultyMeasuresRow], cells: Mapping[Place, str], files: Mapping[str, str]
) -> RuleResult:
    """The rows of measures that their unit does not have in their year, each with its cell."""
    having = {
        (year, unit, one.theme, one.id)
        for year in {int(r["academic_year"][-4:]) for r in rows}
        for one in profile.measures
        for unit in profile.having(one, year)
    }
    strange = [r for r in rows if (int(r["academic_year"][-4:]), r["unit"], r["theme"], r["measure"]) not in having]
    return RuleResult(
        TABLE,
        RULE,
        Costs.NOTE,
        Outcome.FAILED if strange else Outcome.PASSED,
        len(rows),
        len(strange),
        "een rij over voortgang is van een maatregel die de eenheid volgens het profiel heeft; een andere telt mee",
        "a row about progress is of a measure that the unit has by the profile; another counts all the same",
        cells=tuple(_where(r, cells.get(place(r)), files) for r in strange),
    )


def _where(row: StagedRow, cell: str | None, files: Mapping[str, str]) -> str:
    file = files.get(row["_delivery"], row["_delivery"])
    if cell and row["_sheet"]:
        return f"{file} {row['_sheet']}!{cell}"
    return f"{file} row {row['_row']}, measure"
