"""Scales of questions: what lies outside is set aside, and what was asked on another scale is not half counted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kwaliteitsmonitor.methods.checks.outcomes import validate
from kwaliteitsmonitor.readers.answers.scales import HALF, RANGE, RULE
from kwaliteitsmonitor.readers.answers.staging import HowRead, stage_answers
from kwaliteitsmonitor.readers.staging import StagedTable, Tally
from schemas.exports.arrow import arrow_schema
from schemas.profile.feeds import Format
from schemas.profile.forms import Form
from schemas.profile.questions import Question
from schemas.tables import CATALOGUE
from tests.made_up import told
from tests.readers.answering import Answers, answer, as_csv, tally

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
    how = HowRead(answers.table, lambda _: answers.readers(file), answers.aliases, validate, questions)
    found, rejected = stage_answers(how, [file])
    assert rejected == {}
    return found


def scored(*scores: int, **more: Any) -> list[dict[str, Any]]:
    return [answer(f"R-{n}", score, **more) for n, score in enumerate(scores)]


TURNED = {"worst": 5, "best": 1}
VERSIONS = [
    {"version": "old", "valid_until": 2019, "scale": TURNED},
    {"version": "new", "valid_from": 2020, "break": {"nl": "anders", "en": "other"}},
]


@pytest.mark.parametrize(
    ("rows", "asked", "scales", "counts", "expected"),
    [
        (
            [*scored(4, 4), *scored(2, academic_year="2018-2019")], {"versions": VERSIONS}, {},
            [(4, 1, 5, "new", 2), (2, 5, 1, "old", 1)], Tally(3, 3, 0),
        ),
        (scored(0, 1, 10, 11), {"scale": TEN}, {}, [(1, 1, 10, "1", 1), (10, 1, 10, "1", 1)], Tally(4, 2, 2)),
        (
            [*scored(10, 9), *scored(4, question="organisation")], {}, {"teaching_methods": TEN},
            [(4, 1, 5, "1", 1), (9, 1, 10, "1", 1), (10, 1, 10, "1", 1)], Tally(3, 3, 0),
        ),
        (scored(2), {}, {"*": TURNED}, [(2, 5, 1, "1", 1)], Tally(1, 1, 0)),
        (scored(4, 0, 6, 6), {"no_answer": [0, 6]}, {}, [(4, 1, 5, "1", 1)], Tally(1, 1, 0, 3)),
        (scored(*[4] * 20, 7, 8), {}, {}, [(4, 1, 5, "1", 20)], Tally(22, 20, 2)),
        (scored(7, 8, 9, 5), {}, {}, [], Tally(4, 0, 4)),
        (scored(7, 8, 9, 5), {}, {"*": TEN}, [(n, 1, 10, "1", 1) for n in (5, 7, 8, 9)], Tally(4, 4, 0)),
    ],
    ids=["of each version", "ten points", "of a form", "of a form for all questions", "numbers that are no answer",
         "an odd few outside it", "a small class on another scale", "which its form says"],
)  # fmt: skip
def test_answers_count_on_the_scale_on_which_was_asked(
    answers: Answers, rows: list[Any], asked: dict[str, Any], scales: dict[str, Any], counts: Any, expected: Tally
) -> None:
    table = staged(answers, rows, question(**asked), forms=[{"scales": scales}] if scales else [])
    names = ("score", "worst", "best", "question_version", "answers")
    assert Counter(tuple(row[n] for n in names) for row in table.rows.to_pylist()) == Counter(counts)
    assert tally(table) == expected
    limits = {q.expected.en for q in table.quarantine if q.rule == RANGE}
    assert limits <= {"1 to 10" if TEN in (asked.get("scale"), scales.get("*")) else "1 to 5"}


def test_answers_to_a_question_that_was_asked_on_another_scale_are_all_set_aside(answers: Answers) -> None:
    rows = [*scored(*range(1, 11), *range(1, 11), *range(1, 11)), *scored(4, 5, question="organisation")]
    table = staged(answers, rows, question(), question(id="organisation"))
    assert {(r["question"], r["score"]) for r in table.rows.to_pylist()} == {("organisation", 4), ("organisation", 5)}
    assert tally(table) == Tally(32, 2, 30)
    assert Counter(q.rule for q in table.quarantine) == {RULE: 15, RANGE: 15}
    (scale,) = [r for r in table.results if r.rule == RULE]
    assert (scale.costs, scale.failed, scale.blocks, scale.cells) == (
        "figures",
        15,
        False,
        ("a.csv, teaching_methods",),
    )
    assert "a.csv, teaching_methods: antwoorden van 1 tot en met 10, verwacht 1 tot en met 5" in told(scale)
    assert "scales: {teaching_methods: {worst: …, best: …}}" in told(scale)
    far = staged(answers, scored(4, 2012345, 2012346, 2012347), question())
    (scale,) = [r for r in far.results if r.rule == RULE]
    assert "answers from 4 to far outside" in told(scale)
    assert "2012" not in str((far.quarantine, far.results)), "a number that belongs to no scale is not shown"


def test_many_answers_in_the_lower_half_of_a_long_scale_are_pointed_out_and_counted(answers: Answers) -> None:
    table = staged(answers, scored(*[1, 2, 3, 4, 5] * 8), question(scale=TEN))
    (half,) = [r for r in table.results if r.rule == HALF]
    assert (half.severity, half.failed, half.blocks) == ("warning", 0, False)
    assert tally(table) == Tally(40, 40, 0)


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
