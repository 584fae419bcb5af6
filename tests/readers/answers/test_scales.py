"""Scales of questions: what lies outside is set aside, and what was asked on another scale is not half counted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kwaliteitsmonitor.methods.checks.expectations import validate
from kwaliteitsmonitor.readers.answers.scales import HALF, RANGE, RULE
from kwaliteitsmonitor.readers.answers.staging import stage_answers
from kwaliteitsmonitor.readers.staging import StagedTable, Tally
from schemas.exports.arrow import arrow_schema
from schemas.profile.feeds import Format
from schemas.profile.forms import Form
from schemas.profile.questions import Question
from schemas.tables import CATALOGUE
from tests.readers.answering import Answers, answer, as_csv

TEN = {"worst": 1, "best": 10}


def question(**more: Any) -> Question:
    return Question.model_validate({"id": "teaching_methods", "evaluation": "course", "nl": "…", "en": "…"} | more)


def staged(
    answers: Answers,
    rows: Sequence[Mapping[str, Any]],
    *questions: Question,
    forms: Sequence[Mapping[str, Any]] = (),
) -> StagedTable:
    """What is staged of rows, given how the questions were asked."""
    given_forms = [Form.model_validate({"table": "evaluations", **form}) for form in forms]
    file = answers.file(as_csv(rows), Format.CSV, forms=given_forms)
    found, rejected = stage_answers(
        answers.table, [file], lambda _: answers.readers(file), answers.aliases, validate, questions
    )
    assert rejected == {}
    return found


def scored(*scores: int, **more: Any) -> list[dict[str, Any]]:
    return [answer(f"R-{n}", score, **more) for n, score in enumerate(scores)]


def tally(found: StagedTable) -> Tally:
    (one,) = found.tallies.values()
    return one


def counted(found: StagedTable, *names: str) -> dict[Any, int]:
    return {tuple(r[name] for name in names): r["answers"] for r in found.rows.to_pylist()}


def test_counts_say_on_which_scale_and_in_which_version_was_asked(answers: Answers) -> None:
    versions = [
        {"version": "old", "valid_until": 2019, "scale": {"worst": 5, "best": 1}},
        {"version": "new", "valid_from": 2020, "break": {"nl": "anders", "en": "other"}},
    ]
    rows = [*scored(4, 4), *scored(2, academic_year="2018-2019")]
    found = staged(answers, rows, question(versions=versions))
    assert counted(found, "score", "worst", "best", "question_version") == {(4, 1, 5, "new"): 2, (2, 5, 1, "old"): 1}


def test_a_question_of_ten_points_takes_answers_up_to_ten(answers: Answers) -> None:
    found = staged(answers, scored(1, 10, 7, 11), question(scale=TEN))
    assert counted(found, "score") == {(1,): 1, (7,): 1, (10,): 1}
    assert [(q.row, q.rule, q.found, q.expected.en) for q in found.quarantine] == [(5, RANGE, "***", "1 to 10")]


def test_the_form_of_a_delivery_may_say_another_scale(answers: Answers) -> None:
    rows = [*scored(10, 9, 8), *scored(4, question="organisation")]
    found = staged(answers, rows, question(), forms=[{"scales": {"teaching_methods": TEN}}])
    assert counted(found, "question", "score", "worst", "best") == {
        ("teaching_methods", 8, 1, 10): 1,
        ("teaching_methods", 9, 1, 10): 1,
        ("teaching_methods", 10, 1, 10): 1,
        ("organisation", 4, 1, 5): 1,
    }


def test_a_form_may_turn_the_scale_of_every_question(answers: Answers) -> None:
    found = staged(answers, scored(2), question(), forms=[{"scales": {"*": {"worst": 5, "best": 1}}}])
    assert counted(found, "worst", "best") == {(5, 1): 1}


def test_numbers_that_stand_for_no_answer_are_left_out_and_counted(answers: Answers) -> None:
    found = staged(answers, scored(4, 0, 6, 6, 3), question(no_answer=[0, 6]))
    assert tally(found) == Tally(2, 2, 0, 3)
    assert found.quarantine == []


def test_an_odd_few_answers_outside_the_scale_are_set_aside_one_by_one(answers: Answers) -> None:
    found = staged(answers, scored(*([4] * 20), 7, 8), question())
    assert tally(found) == Tally(22, 20, 2)
    assert {r.rule for r in found.results if r.failed} == {RANGE}


def test_answers_to_a_question_that_was_asked_on_another_scale_are_all_set_aside(answers: Answers) -> None:
    rows = [*scored(*range(1, 11), *range(1, 11), *range(1, 11)), *scored(4, 5, question="organisation")]
    found = staged(answers, rows, question(), question(id="organisation"))
    assert counted(found, "question", "score") == {("organisation", 4): 1, ("organisation", 5): 1}
    assert tally(found) == Tally(32, 2, 30)
    assert Counter(q.rule for q in found.quarantine) == {RULE: 15, RANGE: 15}
    (told,) = [r for r in found.results if r.rule == RULE]
    assert (told.costs, told.failed, told.blocks, told.cells) == ("figures", 15, False, ("a.csv, teaching_methods",))
    assert "a.csv, teaching_methods: answers from 1 to 10, expected 1 to 5" in told.detail
    assert "scales: {teaching_methods: {worst: …, best: …}}" in told.detail


def test_a_small_class_on_another_scale_is_set_aside_whole(answers: Answers) -> None:
    assert tally(staged(answers, scored(7, 8, 9, 5), question())).accepted == 0


def test_a_number_that_belongs_to_no_scale_is_not_shown(answers: Answers) -> None:
    found = staged(answers, scored(4, 2012345, 2012346, 2012347), question())
    (told,) = [r for r in found.results if r.rule == RULE]
    assert "answers from 4 to far outside" in told.detail
    assert "2012" not in str((found.quarantine, found.results))


def test_many_answers_in_the_lower_half_of_a_long_scale_are_pointed_out_and_counted(answers: Answers) -> None:
    found = staged(answers, scored(*[1, 2, 3, 4, 5] * 8), question(scale=TEN))
    (told,) = [r for r in found.results if r.rule == HALF]
    assert (told.severity, told.failed, told.blocks) == ("warning", 0, False)
    assert tally(found) == Tally(40, 40, 0)


def test_once_the_form_says_the_scale_the_same_answers_count(answers: Answers) -> None:
    rows = scored(*range(1, 11), *range(1, 11))
    assert tally(staged(answers, rows, question())).accepted == 0
    assert tally(staged(answers, rows, question(), forms=[{"scales": {"*": TEN}}])).accepted == 20


RAW = st.lists(
    st.fixed_dictionaries({
        "score": st.integers(0, 7),
        "question": st.sampled_from(["teaching_methods", "organisation", "nobody_asked"]),
        "unit": st.sampled_from(["FGW", "FdA", "XX"]),
        "level": st.sampled_from(["Ba", "Ma", "other", "Dr"]),
    }),
    min_size=1,
    max_size=30,
)  # fmt: skip


@settings(max_examples=8, deadline=None)
@given(RAW)
def test_great_expectations_gives_counts_the_verdict_of_all_answers(some: list[dict[str, Any]]) -> None:
    """Each rule fails on the same number of answers, whether they are judged one by one or by their counts."""
    codes = {"units": ("FGW", "FdA"), "programmes": ("P1",), "questions": ("teaching_methods", "organisation")}
    table = CATALOGUE["evaluations"].bind({**codes, "academic_years": ("2019-2020",)})
    schema = arrow_schema(table)
    same = {"evaluation": "course", "academic_year": "2019-2020", "programme": "P1", "course": "C"}
    raw = [{**same, **row, "respondent": f"R-{n}"} for n, row in enumerate(some)]
    one_by_one = validate(table, pa.Table.from_pylist(raw, schema=schema))
    counts = Counter(tuple(sorted(row.items())) for row in some)
    alike = [{**same, **dict(row), "respondent": f"R-{n}"} for n, row in enumerate(counts)]
    weights = list(counts.values())
    by_count = validate(table, pa.Table.from_pylist(alike, schema=schema))
    assert {r.rule: (r.outcome, r.failed) for r in one_by_one} == {
        r.rule: (r.outcome, sum(weights[row] for row in r.rows)) for r in by_count
    }


@pytest.mark.parametrize(("score", "fails"), [(0, True), (1, False), (10, False), (11, True)])
def test_the_range_that_great_expectations_judges_is_that_of_the_question(
    answers: Answers, score: int, fails: bool
) -> None:
    found = staged(answers, scored(5, 5, score), question(scale=TEN))
    (told,) = [r for r in found.results if r.rule == RANGE]
    assert told.failed == fails
