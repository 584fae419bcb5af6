"""Whether what is delivered is of units that are there in that year, as the profile says."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping

import pyarrow as pa
import pyarrow.compute as pc

from kwaliteitsmonitor.methods.checks.results import Outcome, RuleResult
from schemas.consequences import Costs
from schemas.profile import Profile

COLUMNS = ("unit", "reporting_year", "_delivery")


def timed(profile: Profile) -> bool:
    """Whether the profile has units that are not there in every year."""
    return any(unit.valid_from or unit.valid_until for unit in profile.units)


def unit_years(profile: Profile, tables: Mapping[str, pa.Table], files: Mapping[str, str]) -> list[RuleResult]:
    """Per table of facts, whether its rows are of units that are there in their reporting year.

    Rows that are not are counted with their unit and year; nothing is moved to what the unit became. `files` gives the
    file of each delivery.
    """
    results = []
    for name, rows in tables.items():
        if not set(COLUMNS) <= set(rows.column_names):
            continue
        groups = rows.select(list(COLUMNS)).group_by(list(COLUMNS)).aggregate([([], "count_all")]).to_pylist()
        wrong: dict[tuple[str, str, int], int] = defaultdict(int)
        for group in groups:
            unit = next((one for one in profile.units if one.id == group["unit"]), None)
            if unit is not None and not unit.is_there(group["reporting_year"]):
                file = files.get(group["_delivery"], group["_delivery"])
                wrong[(file, unit.id, group["reporting_year"])] += group["count_all"]
        results.append(
            RuleResult(
                name,
                f"{name}.units_there",
                Costs.NOTE,
                Outcome.FAILED if wrong else Outcome.PASSED,
                rows.num_rows - pc.sum(pc.is_null(rows["unit"])).as_py() if rows.num_rows else 0,
                sum(wrong.values()),
                "een levering is van een eenheid die er in dat verslagjaar is",
                "a delivery is of a unit that is there in that reporting year",
                cells=tuple(f"{file}: {unit}, {year}" for file, unit, year in sorted(wrong)),
            )
        )
    return results
