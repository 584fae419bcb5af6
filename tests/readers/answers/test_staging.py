"""A row per answer: the counts are those of the file, and an answer that does not fit is found back by its row."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from kwaliteitsmonitor.methods.checks.results import Outcome
from kwaliteitsmonitor.readers.answers.scales import ODD_SMALL
from kwaliteitsmonitor.readers.quarantine import MASK
from kwaliteitsmonitor.readers.staging import StagedTable, Tally
from schemas.exports.arrow import arrow_schema
from schemas.profile.feeds import Format
from schemas.tables.counted import counted
from tests.readers.answering import (
    EVERY_FORM,
    HISTORY,
    LAW,
    NAMES,
    Answers,
    Row,
    answer,
    as_parquet,
    content_of,
    counts,
    first_row,
    result,
    tally,
)


def columns(table: StagedTable, *names: str) -> list[tuple[Any, ...]]:
    """These fields of the counts, in order."""
    return sorted(tuple(row[name] for name in names) for row in table.rows.to_pylist())


@EVERY_FORM
def test_answers_are_counted_per_question_and_score_without_respondents(answers: Answers, form: Format) -> None:
    rows = [answer("R-71", 4), answer("R-72", 4), answer("R-73", 5), answer("R-71", 4, question="organisation")]
    table = answers.rows(rows, form)
    assert table.rows.schema == arrow_schema(counted(answers.table))
    assert columns(table, "question", "score", "answers") == [
        ("organisation", 4, 1),
        ("teaching_methods", 4, 2),
        ("teaching_methods", 5, 1),
    ]
    assert (tally(table), table.quarantine) == (Tally(4, 4, 0), [])
    assert {r.outcome for r in table.results} == {Outcome.PASSED}
    assert {r.checked for r in table.results if r.rule != "evaluations.columns"} == {4}
    wrong = answers.rows([*rows, answer("R-78", 334), answer("R-79", question="?")], form)
    assert "R-7" not in str((wrong.rows.to_pylist(), wrong.quarantine, wrong.results))
    again = answers.rows(rows[::-1], form)
    assert again.rows.equals(table.rows), "the order of the rows does not change the counts"


@EVERY_FORM
def test_a_score_that_is_none_or_beyond_the_scale_is_found_back_by_its_row_and_masked(
    answers: Answers, form: Format
) -> None:
    scores = ["4", 334, "4", 334, 0, "n.v.t.", "4,5", None, "4.0"]
    rows = [answer(f"R-{n}", score) for n, score in enumerate([*scores, *("4" for _ in range(10))])]
    table = answers.rows(rows, form)
    wrong = {1: ("range", MASK), 3: ("range", MASK), 4: ("range", MASK), 5: ("type", MASK), 6: ("type", MASK),
             7: ("required", None)}  # fmt: skip
    assert {(q.row, q.cell, q.rule, q.found) for q in table.quarantine} == {
        (at + first_row(form), f"row {at + first_row(form)}, score", f"evaluations.score.{rule}", shown)
        for at, (rule, shown) in wrong.items()
    }
    assert {q.expected.en for q in table.quarantine if q.rule.endswith("range")} == {"1 to 5"}
    assert tally(table) == Tally(19, 13, 6)
    finding = result(table, "score.range")
    assert (finding.outcome, finding.checked, finding.failed, finding.blocks) == (Outcome.FAILED, 19, 3, False)
    assert "334" not in str((table.quarantine, table.results))


@EVERY_FORM
@pytest.mark.parametrize(
    ("rows", "aside", "accepted"),
    [
        (
            [answer("R-1"), answer("R-1", question="teaching_method"), answer("R-1", question="organisation")],
            [(1, "question.codes", "teaching_method")], [("C-101", 4, 1), ("C-101", 4, 1)],
        ),
        (
            [answer("R-1"), answer("R-2"), answer("R-1", 5), answer("R-1", 2, course="C-102"), answer("R-1")],
            [(2, "one_answer", MASK), (4, "one_answer", MASK)], [("C-101", 4, 2), ("C-102", 2, 1)],
        ),
        (
            [answer("R-1"), *map(answer, (None, "", "  ", "\t")), answer(None, "x"), answer("R-2", 3)],
            [*((at, "respondent.required", None) for at in range(1, 6)), (5, "score.type", MASK)],
            [("C-101", 3, 1), ("C-101", 4, 1)],
        ),
    ],
    ids=["an unknown question", "second answers of a respondent", "answers of nobody"],
)  # fmt: skip
def test_an_answer_that_does_not_count_is_set_aside_by_its_row(
    answers: Answers, form: Format, rows: list[Row], aside: list[Any], accepted: list[Any]
) -> None:
    table = answers.rows(rows, form)
    items = [(q.row - first_row(form), q.rule.removeprefix("evaluations."), q.found) for q in table.quarantine]
    assert items == aside
    assert columns(table, "course", "score", "answers") == accepted
    wrong = len({row for row, *_ in aside})
    assert tally(table) == Tally(len(rows), len(rows) - wrong, wrong)


@pytest.mark.parametrize(
    ("kind", "good", "bad"),
    [(pa.float64(), 4.0, 334.0), (pa.float32(), 4.0, 4.3), (pa.int8(), 4, 9), (pa.bool_(), None, True),
     (pa.decimal128(9, 2), Decimal(4), Decimal("4.25")), (pa.list_(pa.int64()), None, [4]),
     (pa.date32(), None, date(2020, 1, 1)), (pa.float64(), 4.0, float("nan"))],
    ids=str,
)  # fmt: skip
def test_in_parquet_a_bad_score_is_found_back_whatever_its_type(
    answers: Answers, kind: pa.DataType, good: Any, bad: Any
) -> None:
    rows = [answer("R-1", good), answer("R-2", bad), answer("R-3", bad)]
    made = {name: pa.array([row[name] for row in rows], kind if name == "score" else None) for name in NAMES}
    # A code that was stored as a number is the code again.
    made["programme"] = pa.array([float(HISTORY)] * 3)
    pq.write_table(pa.table(made), answers.folder / "data")
    table = answers.stage(answers.file((answers.folder / "data").read_bytes(), Format.PARQUET))
    assert sorted(q.row for q in table.quarantine if q.found == MASK) == [2, 3]
    assert tally(table) == Tally(3, int(good is not None), 3 - int(good is not None))
    assert {row["programme"] for row in table.rows.to_pylist()} <= {HISTORY}


any_answer = st.fixed_dictionaries(
    {
        "evaluation": st.sampled_from(["course", "programme"]),
        "academic_year": st.just("2019-2020"),
        "unit": st.sampled_from(["FGW", "FdA", "FA", "XX"]),
        "programme": st.sampled_from([HISTORY, LAW]),
        "level": st.sampled_from(["Ba", "Ma", None]),
        "course": st.sampled_from(["C-1", None]),
        "question": st.sampled_from(["teaching_methods", "organisation", "other"]),
        "score": st.sampled_from(["1", "3", "5", " 4", "4.0", "334", "x", None]),
        "respondent": st.sampled_from(["R-1", "R-2", "R-3", "R-4", None, " "]),
    }
)


@given(rows=st.lists(any_answer, max_size=25), form=st.sampled_from([Format.CSV, Format.PARQUET]))
@settings(max_examples=15, deadline=None)
def test_answers_accepted_and_set_aside_are_the_answers_received(
    any_answers: Answers, rows: list[Row], form: Format
) -> None:
    # More than an odd few of a question outside its scale set all of them aside: test_scales.
    assume(max(Counter(row["question"] for row in rows if row["score"] == "334").values(), default=0) <= ODD_SMALL)
    table = any_answers.rows(rows, form)
    aside = {q.row - first_row(form) for q in table.quarantine}
    unit = {"FA": "FdA"}
    kept = Counter(
        (row["evaluation"], row["academic_year"], unit.get(row["unit"], row["unit"]), row["programme"], row["level"],
         row["course"], row["question"], int(Decimal(row["score"].strip())))
        for position, row in enumerate(rows) if position not in aside
    )  # fmt: skip
    assert counts(table) == kept
    assert tally(table) == Tally(len(rows), len(rows) - len(aside), len(aside))
    seen: set[tuple[Any, ...]] = set()
    for position, row in enumerate(rows):
        person = (row["respondent"] or "").strip()
        # A course is one course, whatever the programme of the student who answers.
        subject = (row["evaluation"], row["course"] or row["programme"], row["course"], row["question"], person)
        bad = row["unit"] == "XX" or row["question"] == "other" or row["score"] in ("334", "x", None)
        assert (position in aside) == (bad or not person or row["level"] is None or subject in seen), row
        seen.add(subject)
    failed = Counter(q.rule for q in table.quarantine)
    # How much of a programme or unit was lost is reported beside it (`kwaliteitsmonitor.readers.uneven_loss`).
    assert {r.rule: r.failed for r in table.results if r.failed and not r.rule.endswith(".kept")} == dict(failed)


@pytest.mark.parametrize("content", [b"", b"PAR1", b"\xff\xfe\x00", b"a;b\n1;2\n", as_parquet([answer()])[:-50]])
@EVERY_FORM
def test_what_is_no_file_of_answers_is_rejected(answers: Answers, form: Format, content: bytes) -> None:
    assert answers.rejection(answers.file(content, form))


@EVERY_FORM
def test_a_file_without_a_required_column_is_rejected_by_its_name(answers: Answers, form: Format) -> None:
    content = content_of([answer()], form, [n for n in NAMES if n not in ("score", "respondent")])
    reason = answers.rejection(answers.file(content, form))
    assert reason.startswith("er is geen kolom voor score, respondent; verwacht werd de kolommen evaluation, ")
    assert " / there is no column for score, respondent; expected the columns evaluation, " in reason


def test_spoiled_pages_in_a_parquet_file_reject_it(answers: Answers) -> None:
    content = bytearray(as_parquet([answer(f"R-{n}") for n in range(100)]))
    content[4:400] = bytes(396)
    assert "dit bestand is beschadigd of niet te lezen" in answers.rejection(
        answers.file(bytes(content), Format.PARQUET)
    )


def test_one_unreadable_file_keeps_no_others_back_and_of_one_subject_the_first_that_can_be_read_counts(
    answers: Answers,
) -> None:
    contents = {"3": b"spoiled", "2": as_parquet([answer(score=2)]), "1": as_parquet([answer(score=1)])}
    versions = [answers.file(content, Format.PARQUET, name) for name, content in contents.items()]
    files = [replace(v, delivery=replace(v.delivery, unit="FGW", sha256=v.delivery.path)) for v in versions]
    fdr = answers.file(content_of([answer("R-1", unit="FdR"), answer("R-2", 9, unit="FdR")], Format.CSV), name="FdR")
    table, rejected = answers.try_stage(*files, fdr)
    assert list(rejected) == [files[0].delivery.id]
    assert table.tallies == {files[1].delivery.id: Tally(1, 1, 0), fdr.delivery.id: Tally(2, 1, 1)}
    assert sorted(columns(table, "unit", "score")) == [("FGW", 2), ("FdR", 4)]
    assert [(item.file, item.row) for item in table.quarantine] == [("FdR.csv", 3)]


def test_without_files_there_are_no_answers_and_every_rule_holds(answers: Answers) -> None:
    table = answers.stage()
    assert table.rows.schema == arrow_schema(counted(answers.table))
    assert table.rows.num_rows == 0
    assert {r.outcome for r in table.results} == {Outcome.PASSED}
