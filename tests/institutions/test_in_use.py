"""What an institution does not use: no assets for it, no rows, and tables of an earlier profile are not read."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from assets.common.cycle_tables import CycleTables
from assets.facts.of_cycle import facts_table
from kwaliteitsmonitor.foundation.workspace import Workspace
from schemas.errors import UsageError
from schemas.exports.arrow import arrow_schema
from schemas.profile import Feed, Profile
from schemas.profile.flow import facts_of, makes, staged_of
from schemas.profile.registers import Programme
from schemas.tables import CATALOGUE, staged
from tests.made_up import mean, profile, table

CYCLE = "2021-03"
PROGRAMME = Programme(programme="P1", name="B Noord", croho_type="ba", funded=True, unit="North")


def delivers(*tables: str) -> Profile:
    source = {"kind": "files", "path": "x.xlsx", "format": "workbook", "tables": list(tables)}
    feed = {"id": "x", "nl": "x", "en": "x", "period": "none", "sources": [source]}
    return profile(feeds=[Feed.model_validate(feed)])


@pytest.mark.parametrize(
    ("delivered", "made", "not_made"),
    [
        ("faculty_measures", "measures fact_measures", "spending_overview fact_spending evaluation_results"),
        ("bfr", "measures spending_overview fact_spending", "fact_plan panel_discussions"),
        ("spending_plan", "spending_plan_versions fact_plan", "measures fact_spending"),
        ("evaluations", "evaluation_results evaluation_shares fact_answers", "fact_population measures"),
        ("faculty_panels", "panel_discussions", "council_consultations measures"),
        ("staff", "fact_staff", "indicator_values"),
    ],
)
def test_what_nobody_delivers_is_not_made(delivered: str, made: str, not_made: str) -> None:
    institution = delivers(delivered)
    assert [name for name in made.split() if not makes(institution, name)] == []
    assert [name for name in not_made.split() if makes(institution, name)] == []
    assert makes(replace(institution, indicators=(mean(),)), "indicator_values")


def test_tables_are_told_apart_in_the_order_in_which_they_are_asked_for() -> None:
    institution = delivers("staff", "bfr")
    assert facts_of(institution, "fact_staff", "fact_plan", "fact_spending") == ["fact_staff", "fact_spending"]
    assert staged_of(institution, "staff", "enrolments", "bfr") == ["staff", "bfr"]


@pytest.mark.parametrize("name", ["bfr", "evaluations"])
def test_a_table_that_no_feed_fills_is_empty_and_has_the_columns_of_its_contract(name: str, tmp_path: Path) -> None:
    empty = CycleTables(Workspace(tmp_path), delivers("staff"), CYCLE).staged(name)
    assert empty.num_rows == 0
    lacking = set(arrow_schema(staged(CATALOGUE[name])).names) - set(empty.column_names)
    assert lacking <= {"respondent", "_sheet", "_row", "_column"}


def test_what_a_feed_left_behind_that_is_no_longer_in_the_profile_is_not_read(tmp_path: Path) -> None:
    workspace = Workspace(tmp_path)
    line = {"version": "1", "unit": "North", "theme": "teachers", "year": 2020, "amount": Decimal("1.00")}
    rows = table("spending_plan", [line])
    place = {"_delivery": "d" * 16, "_sheet": None, "_row": 2, "_column": None}
    for name, value in place.items():
        rows = rows.append_column(name, [[value]])
    workspace.write(CYCLE, "staged", "spending_plan", rows)
    assert facts_table(CycleTables(workspace, delivers("spending_plan"), CYCLE), "fact_plan").num_rows == 1
    assert facts_table(CycleTables(workspace, delivers("staff"), CYCLE), "fact_plan").num_rows == 0


def test_a_table_that_a_feed_fills_and_that_was_not_staged_is_said(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="has not been made for cycle 2021-03"):
        CycleTables(Workspace(tmp_path), delivers("bfr"), CYCLE).staged("bfr")


def test_who_delivers_no_register_has_the_programmes_of_its_profile(tmp_path: Path) -> None:
    """Without them no enrolment would be funded or of a unit, and a ratio over funded ones would be about nobody."""
    known = replace(delivers("enrolments"), programmes=(PROGRAMME, PROGRAMME.model_copy(update={"unit": ""})))
    found = CycleTables(Workspace(tmp_path), known, CYCLE).staged("programmes")
    assert found.schema == arrow_schema(CATALOGUE["programmes"])
    assert [(r["programme"], r["croho_type"], r["funded"], r["unit"]) for r in found.to_pylist()] == [
        ("P1", "ba", True, "North"),
        ("P1", "ba", True, None),
    ]
