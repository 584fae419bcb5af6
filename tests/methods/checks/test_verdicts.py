"""A table is judged once, by a judge beside the run or by the run itself, and the verdict is kept."""

from __future__ import annotations

import signal
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pyarrow as pa
import pytest

from kwaliteitsmonitor.foundation.workspace import Workspace
from kwaliteitsmonitor.methods.checks.expectations import Failing
from kwaliteitsmonitor.methods.checks.expectations import failing as failing_rows
from kwaliteitsmonitor.methods.checks.judge import Judge
from kwaliteitsmonitor.methods.checks.outcomes import validate
from kwaliteitsmonitor.methods.checks.results import RuleResult
from kwaliteitsmonitor.methods.checks.verdicts import NAME as FILE
from kwaliteitsmonitor.methods.checks.verdicts import STEP, Verdicts
from schemas.contract import Constraint, Table
from schemas.exports.arrow import arrow_schema
from schemas.profile import load_profile, profile_folder
from schemas.tables import CATALOGUE

CYCLE = "2021-03"
NAME = "evaluation_population"
PROFILE = load_profile(profile_folder("leiden"))
TABLE = CATALOGUE[NAME].bind(PROFILE.code_lists())
NEGATIVE = f"{NAME}.invited.range"


def rows(*invited: int, **spoiled: str) -> pa.Table:
    """A row per course; the last is spoiled so."""
    about = {"evaluation": "course", "academic_year": "2019-2020", "unit": "FGW", "programme": "56034", "level": "Ba"}
    made = [about | {"course": f"C-{number}", "invited": many} for number, many in enumerate(invited)]
    return pa.Table.from_pylist([*made[:-1], made[-1] | spoiled], schema=arrow_schema(TABLE))


def failing(results: Sequence[RuleResult]) -> dict[str, tuple[int, ...]]:
    return {r.rule: r.rows for r in results if r.rows}


@pytest.fixture
def judge() -> Iterator[Judge]:
    one = Judge()
    yield one
    one.close()


def test_the_judge_finds_what_the_run_itself_would_find_which_takes_over_when_it_dies(judge: Judge) -> None:
    wrong = rows(30, -1, 12, unit="XYZ")
    beside = validate(TABLE, wrong, judge.failing)
    assert failing(beside) == {NEGATIVE: (1,), f"{NAME}.unit.codes": (2,)}
    assert beside == validate(TABLE, wrong)
    twice = pa.concat_tables([rows(30), rows(30)])
    assert judge._process is not None
    judge._process.kill()
    judge._process.wait()
    assert failing(validate(TABLE, twice, judge.failing)) == {f"{NAME}.key": (1,)}


def test_tables_that_threads_have_judged_at_once_do_not_take_each_other_s_rows() -> None:
    """As a run does that judges by itself: one table ahead, beside the one that it waits for."""
    approvals = CATALOGUE["approvals"].bind(PROFILE.code_lists())
    approved = pa.Table.from_pylist([{"feed": "bfr", "approval": "perhaps"}] * 3, schema=arrow_schema(approvals))
    asked = [(TABLE, rows(30, -1, 12, unit="XYZ"))] * 2 + [(approvals, approved)] * 2
    alone = [validate(table, of) for table, of in asked]
    with ThreadPoolExecutor(max_workers=len(asked)) as threads:
        for _ in range(5):
            assert list(threads.map(lambda one: validate(*one), asked)) == alone


def test_a_judge_that_is_closed_leaves_no_process_and_one_that_does_not_listen_is_made_to_go() -> None:
    for stopped, ends in ((False, 0), (True, -signal.SIGKILL)):
        judge = Judge()
        validate(TABLE, rows(30), judge.failing)  # it is ready
        process = judge._process
        assert process is not None
        if stopped:
            process.send_signal(signal.SIGSTOP)
            judge.close(patience=0.1)
        else:
            judge.close()
        assert process.poll() == ends


class Run:
    """Runs that judge this table alone, and how often they asked for a judgement."""

    def __init__(self, place: Path) -> None:
        self.workspace = Workspace(place)
        self.names: list[str] = []

    def ask(self, name: str, constraints: Sequence[Constraint], of: pa.Table) -> Failing:
        self.names.append(name)
        return failing_rows(name, constraints, of)

    def __call__(self, of: pa.Table, *, table: Table = TABLE) -> dict[str, tuple[int, ...]]:
        verdicts = Verdicts(self.workspace, CYCLE, self.ask)
        results = failing(verdicts.validate(table, of))
        verdicts.save()
        return results


@pytest.fixture
def run(tmp_path: Path) -> Run:
    return Run(tmp_path)


def test_rows_that_did_not_change_are_not_judged_again_however_they_lie_in_memory(run: Run) -> None:
    wrong = rows(30, -1, 12)
    for same in (wrong, wrong, pa.concat_tables([wrong.slice(0, 1), wrong.slice(1)])):
        assert run(same) == {NEGATIVE: (1,)}
    assert run.names == [NAME]


def test_a_row_or_a_rule_that_changed_is_judged(run: Run) -> None:
    assert (run(rows(30, 12)), run(rows(30, -12))) == ({}, {NEGATIVE: (1,)})
    fields = tuple(replace(f, codes=("FdR",)) if f.name == "unit" else f for f in TABLE.fields)
    assert run(rows(30, -12), table=replace(TABLE, fields=fields))[f"{NAME}.unit.codes"] == (0, 1)
    assert len(run.names) == 3


def test_only_the_verdicts_of_the_last_run_are_kept_with_those_of_tables_that_it_did_not_read(run: Run) -> None:
    for many in (30, 31, 30):
        run(rows(many))
    assert len(run.workspace.read_json(CYCLE, STEP, FILE)[NAME]) == 1
    run(rows(30), table=replace(TABLE, name="other"))
    run(rows(30))
    assert run.names == [NAME, NAME, NAME, "other"]


def test_a_table_that_was_judged_ahead_has_the_same_verdict(run: Run) -> None:
    wrong = rows(30, -1)
    verdicts = Verdicts(run.workspace, CYCLE, run.ask)
    verdicts.ahead(PROFILE, {NAME: wrong})
    assert failing(verdicts.validate(TABLE, wrong)) == {NEGATIVE: (1,)}
    assert run.names == [NAME]


def test_a_rule_that_could_not_be_judged_is_tried_again(run: Run) -> None:
    def fails(_: str, constraints: Sequence[Constraint], __: pa.Table) -> Failing:
        return {c.id: None for c in constraints}

    first = Verdicts(run.workspace, CYCLE, fails).validate(TABLE, rows(-1))
    assert {r.outcome for r in first} == {"not_run"}
    assert run(rows(-1)) == {NEGATIVE: (0,)}
