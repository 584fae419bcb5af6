"""A table is judged once: the same rows under the same rules have the verdict that is kept."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pyarrow as pa
import pytest

from kwaliteitsmonitor.foundation.workspace import Workspace
from kwaliteitsmonitor.methods.checks.failing import Failing
from kwaliteitsmonitor.methods.checks.failing import failing as failing_rows
from kwaliteitsmonitor.methods.checks.verdicts import NAME as FILE
from kwaliteitsmonitor.methods.checks.verdicts import STEP, Verdicts
from schemas.contract import Constraint, Table
from schemas.exports.arrow import arrow_schema
from schemas.profile import Profile, load_profile, profile_folder
from schemas.tables import CATALOGUE

CYCLE = "2021-03"
NAME = "evaluation_population"


@pytest.fixture(scope="module")
def profile() -> Profile:
    return load_profile(profile_folder("leiden"))


@pytest.fixture(scope="module")
def table(profile: Profile) -> Table:
    return CATALOGUE[NAME].bind(profile.code_lists())


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    return Workspace(tmp_path)


class Asked:
    """Judges as a run does, and remembers how often it was asked."""

    def __init__(self) -> None:
        self.names: list[str] = []

    def __call__(self, name: str, constraints: Sequence[Constraint], rows: pa.Table) -> Failing:
        self.names.append(name)
        return failing_rows(name, constraints, rows)


def rows(table: Table, *invited: int) -> pa.Table:
    made = [
        {
            "evaluation": "course",
            "academic_year": "2019-2020",
            "unit": "FGW",
            "programme": "56034",
            "level": "Ba",
            "course": f"C-{number}",
            "invited": many,
        }
        for number, many in enumerate(invited)
    ]
    return pa.Table.from_pylist(made, schema=arrow_schema(table))


def failing(verdicts: Verdicts, table: Table, of: pa.Table) -> dict[str, tuple[int, ...]]:
    """The verdict of a run that judges this table alone."""
    rules = {r.rule: r.rows for r in verdicts.validate(table, of) if r.rows}
    verdicts.save()
    return rules


def test_rows_that_did_not_change_are_not_judged_again(workspace: Workspace, table: Table) -> None:
    asked = Asked()
    wrong = rows(table, 30, -1, 12)
    found = [failing(Verdicts(workspace, CYCLE, asked), table, wrong) for _ in range(3)]
    assert found == [{"evaluation_population.invited.range": (1,)}] * 3
    assert asked.names == [NAME]


def test_a_row_that_changed_is_judged(workspace: Workspace, table: Table) -> None:
    asked = Asked()
    assert failing(Verdicts(workspace, CYCLE, asked), table, rows(table, 30, 12)) == {}
    assert failing(Verdicts(workspace, CYCLE, asked), table, rows(table, 30, -12)) != {}
    assert len(asked.names) == 2


def test_a_rule_that_changed_is_judged(workspace: Workspace, table: Table) -> None:
    asked = Asked()
    fields = tuple(replace(f, codes=("FdR",)) if f.name == "unit" else f for f in table.fields)
    stricter = replace(table, fields=fields)
    assert failing(Verdicts(workspace, CYCLE, asked), table, rows(table, 30)) == {}
    assert failing(Verdicts(workspace, CYCLE, asked), stricter, rows(table, 30)) == {
        "evaluation_population.unit.codes": (0,)
    }


def test_rows_are_the_same_however_they_lie_in_memory(workspace: Workspace, table: Table) -> None:
    asked = Asked()
    whole = rows(table, 30, 12, 8)
    failing(Verdicts(workspace, CYCLE, asked), table, whole)
    failing(Verdicts(workspace, CYCLE, asked), table, pa.concat_tables([whole.slice(0, 1), whole.slice(1)]))
    assert len(asked.names) == 1


def test_only_the_verdicts_of_the_last_run_are_kept(workspace: Workspace, table: Table) -> None:
    asked = Asked()
    for many in (30, 31, 30):
        failing(Verdicts(workspace, CYCLE, asked), table, rows(table, many))
    assert len(asked.names) == 3
    assert len(workspace.read_json(CYCLE, STEP, FILE)[NAME]) == 1


def test_a_run_of_some_feeds_keeps_what_is_known_of_the_other_tables(workspace: Workspace, table: Table) -> None:
    other = replace(table, name="other")
    asked = Asked()
    failing(Verdicts(workspace, CYCLE, asked), table, rows(table, 30))
    failing(Verdicts(workspace, CYCLE, asked), other, rows(table, 30))
    failing(Verdicts(workspace, CYCLE, asked), table, rows(table, 30))
    assert asked.names == [NAME, "other"]


def test_a_table_that_was_judged_ahead_has_the_same_verdict(
    workspace: Workspace, table: Table, profile: Profile
) -> None:
    asked = Asked()
    wrong = rows(table, 30, -1)
    verdicts = Verdicts(workspace, CYCLE, asked)
    verdicts.ahead(profile, {NAME: wrong})
    found = failing(verdicts, table, wrong)
    assert found == {"evaluation_population.invited.range": (1,)}
    assert asked.names == [NAME]


def test_a_rule_that_could_not_be_judged_is_tried_again(workspace: Workspace, table: Table) -> None:
    def fails(_: str, constraints: Sequence[Constraint], __: pa.Table) -> Failing:
        return {c.id: None for c in constraints}

    first = Verdicts(workspace, CYCLE, fails).validate(table, rows(table, -1))
    assert {r.outcome for r in first} == {"not_run"}
    assert failing(Verdicts(workspace, CYCLE, Asked()), table, rows(table, -1)) != {}
