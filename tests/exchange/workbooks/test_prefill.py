"""What is filled in beforehand: the values of the year before, beside and not read back."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pyarrow as pa

from kwaliteitsmonitor.exchange.workbooks.template import template
from kwaliteitsmonitor.foundation.workspace import Workspace
from schemas.exports.arrow import arrow_schema
from schemas.profile import Profile
from schemas.tables import CATALOGUE, staged
from tests.exchange.workbooks.filling import contents, filled_in, opened, report, valid_rows
from tests.exchange.workbooks.filling import staged as read_back


def earlier(profile: Profile, workspace: Workspace, cycle: str = "2020-09") -> None:
    """Keep what an earlier cycle staged of the year before."""

    def keep(name: str, rows: list[dict[str, Any]]) -> None:
        schema = arrow_schema(staged(CATALOGUE[name].bind(profile.code_lists())))
        told = {"academic_year": "2018-2019", "unit": "FGW", "_delivery": "d" * 16, "_row": 2}
        complete = [{f: {**told, **row}.get(f) for f in schema.names} for row in rows]
        workspace.write(cycle, "staged", name, pa.Table.from_pylist(complete, schema=schema))

    keep("faculty_study_advisers", [
        {"fte": Decimal("6.2"), "fte_temporary": Decimal(0), "certified": 3, "in_training": 1},
        {"unit": "FdA", "fte": Decimal("9.9"), "fte_temporary": Decimal(0), "certified": 0, "in_training": 0},
    ])  # fmt: skip
    keep("faculty_measures", [{"theme": "intensive", "measure": "smaller_groups", "progress": "at_risk"}])
    keep("faculty_programmes", [
        {"programme": "56034", "compulsory_matching": True, "online_trial_study": False},
    ])  # fmt: skip


def test_the_values_of_the_year_before_stand_beside_and_are_not_read_back(
    profile: Profile, workspace: Workspace
) -> None:
    earlier(profile, workspace)
    one = report(profile)
    made = template(one, "nl", workspace)
    book = opened(made)
    sheet = book["Studieadviseurs"]
    headers = {cell.value: cell.column_letter for cell in sheet[1] if cell.value}
    beside = headers["Ter vergelijking (2018-2019): Fte"]
    assert sheet[f"{beside}2"].value == 6.2
    assert sheet[f"{beside}2"].protection.locked
    measures = book["Maatregelen"]
    assert [c.value for c in measures[2]][:5] == [
        "Intensiever en kleinschalig onderwijs",
        "Kleinere onderwijsgroepen",
        None,
        None,
        "loopt risico",
    ]
    assert "Toelichting" not in "".join(str(c.value) for c in measures[1][4:])  # open text was not staged
    # An unfilled sheet with values beside it is an unfilled sheet, and a filled one is read without them.
    empty = read_back(workspace, [(one, made)])
    (tally,) = empty.tables["faculty_study_advisers"].tallies.values()
    assert tally.received == 0
    rows = {t.name: valid_rows(one, t) for t in one.tables}
    found = read_back(workspace, [(one, filled_in(one, made, rows, "nl"))])
    assert [q for t in found.tables.values() for q in t.quarantine] == []
    assert contents(found, "faculty_study_advisers", {})[0]["fte"] == rows["faculty_study_advisers"][0]["fte"]
    details = " ".join(r.detail for t in found.tables.values() for r in t.results)
    assert "ter vergelijking" not in details, "our own grey columns are no finding"
    assert "onbekend" not in details
