"""The judge beside the run gives the verdict that Great Expectations gives in the run itself, also when it dies."""

from __future__ import annotations

import signal
from collections.abc import Iterator

import pyarrow as pa
import pytest

from kwaliteitsmonitor.methods.checks import expectations
from kwaliteitsmonitor.methods.checks.judge import Judge
from schemas.exports.arrow import arrow_schema
from schemas.profile import load_profile, profile_folder
from schemas.tables import CATALOGUE

TABLE = CATALOGUE["evaluation_population"].bind(load_profile(profile_folder("leiden")).code_lists())


def rows() -> pa.Table:
    good = {
        "evaluation": "course",
        "academic_year": "2019-2020",
        "unit": "FGW",
        "programme": "56034",
        "level": "Ba",
        "course": "C-1",
        "invited": 30,
    }
    spoiled = [good, {**good, "course": "C-2", "invited": -1}, {**good, "course": "C-3", "unit": "XYZ"}, good]
    return pa.Table.from_pylist(spoiled, schema=arrow_schema(TABLE))


@pytest.fixture
def judge() -> Iterator[Judge]:
    one = Judge()
    yield one
    one.close()


def verdict(results: list[expectations.RuleResult]) -> dict[str, tuple[int, ...]]:
    return {r.rule: r.rows for r in results if r.rows}


def test_the_judge_finds_what_the_run_itself_would_find(judge: Judge) -> None:
    beside = expectations.validate(TABLE, rows(), judge.failing)
    assert verdict(beside) == {
        "evaluation_population.invited.range": (1,),
        "evaluation_population.unit.codes": (2,),
        "evaluation_population.key": (3,),
    }
    assert beside == expectations.validate(TABLE, rows())


def test_a_judge_that_dies_is_replaced_by_the_run_itself(judge: Judge) -> None:
    judge.start()
    assert judge._process is not None
    judge._process.kill()
    judge._process.wait()
    assert verdict(expectations.validate(TABLE, rows(), judge.failing)) == verdict(expectations.validate(TABLE, rows()))


def test_a_judge_that_is_closed_leaves_no_process(judge: Judge) -> None:
    judge.start()
    process = judge._process
    judge.close()
    assert process is not None
    assert process.poll() == 0


def test_a_judge_that_does_not_listen_is_made_to_go(judge: Judge) -> None:
    judge.start()
    process = judge._process
    assert process is not None
    process.send_signal(signal.SIGSTOP)
    judge.close(patience=0.1)
    assert process.poll() == -signal.SIGKILL
