"""A row per answer: the counts are those of the file, and an answer that does not fit is found back by its row."""

from __future__ import annotations

from collections import Counter
from datetime import date
from decimal import Decimal
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from kwaliteitsmonitor.methods.checks.results import Outcome
from kwaliteitsmonitor.readers.answers.scales import ODD_SMALL
from kwaliteitsmonitor.readers.quarantine import MASK
from kwaliteitsmonitor.readers.staging import Tally
from schemas.exports.arrow import arrow_schema
from schemas.profile.feeds import Format
from schemas.tables.counted import counted
from tests.readers.answering import HISTORY, LAW, NAMES, Answers, Row, answer, as_csv, as_parquet, counts, result, tally

FORMS = [Format.CSV, Format.PARQUET]

every_form = pytest.mark.parametrize("form", FORMS)


@every_form
def test_answers_are_counted_per_question_and_score(answers: Answers, form: Format) -> None:
    rows = [answer("R-1", 4), answer("R-2", 4), answer("R-3", 5), answer("R-1", 4, question="organisation")]
    found = answers.rows(rows, form)
    assert found.rows.schema == arrow_schema(counted(answers.table))
    assert [(r["question"], r["score"], r["answers"]) for r in found.rows.to_pylist()] == [
        ("organisation", 4, 1),
        ("teaching_methods", 4, 2),
        ("teaching_methods", 5, 1),
    ]
    assert tally(found) == Tally(4, 4, 0)
    assert found.quarantine == []
    assert {r.outcome for r in found.results} == {Outcome.PASSED}
    assert {r.checked for r in found.results if r.rule != "evaluations.columns"} == {4}


@every_form
def test_respondents_are_not_staged(answers: Answers, form: Format) -> None:
    rows = [answer("R-77", 4), answer("R-77", 3), answer("R-78", 334), answer("R-79", question="?")]
    found = answers.rows(rows, form)
    assert "respondent" not in found.rows.column_names
    assert "R-7" not in str((found.rows.to_pylist(), found.quarantine, found.results))


@every_form
def test_a_score_beyond_the_scale_is_found_back_by_its_row_and_masked(answers: Answers, form: Format) -> None:
    rows = [answer("R-1"), answer("R-2", 334), answer("R-3"), answer("R-4", 334), answer("R-5", 0)]
    rows += [answer(f"R-{n}") for n in range(6, 14)]
    found = answers.rows(rows, form)
    first = 2 if form is Format.CSV else 1
    places = sorted((q.row, q.cell, q.rule, q.found, q.expected.en) for q in found.quarantine)
    assert places == [
        (row + first, f"row {row + first}, score", "evaluations.score.range", MASK, "1 to 5") for row in (1, 3, 4)
    ]
    assert tally(found) == Tally(13, 10, 3)
    told = result(found, "score.range")
    assert (told.outcome, told.checked, told.failed, told.blocks) == (Outcome.FAILED, 13, 3, False)
    assert "334" not in str((found.quarantine, found.results))


@every_form
def test_a_score_that_is_no_number_is_set_aside_and_masked(answers: Answers, form: Format) -> None:
    rows = [answer("R-1"), answer("R-2", "n.v.t."), answer("R-3", "4,5"), answer("R-4", None), answer("R-5", "4.0")]
    found = answers.rows(rows, form)
    assert {(q.rule, q.found) for q in found.quarantine} == {
        ("evaluations.score.type", MASK),
        ("evaluations.score.required", None),
    }
    assert tally(found) == Tally(5, 2, 3)
    assert result(found, "score.type").failed == 2


@every_form
def test_an_unknown_question_is_set_aside_beside_known_ones(answers: Answers, form: Format) -> None:
    rows = [answer("R-1"), answer("R-1", question="teaching_method"), answer("R-1", question="organisation")]
    found = answers.rows(rows, form)
    (item,) = found.quarantine
    assert (item.rule, item.found) == ("evaluations.question.codes", "teaching_method")
    assert item.expected.en.startswith("one of teaching_methods, ")
    assert item.row == (3 if form is Format.CSV else 2)
    assert tally(found) == Tally(3, 2, 1)


@every_form
def test_of_two_answers_of_a_respondent_to_a_question_the_first_counts(answers: Answers, form: Format) -> None:
    rows = [answer("R-1", 4), answer("R-2", 4), answer("R-1", 5), answer("R-1", 2, course="C-102"), answer("R-1", 4)]
    found = answers.rows(rows, form)
    first = 2 if form is Format.CSV else 1
    assert [(q.row, q.cell, q.rule, q.found) for q in found.quarantine] == [
        (row + first, f"row {row + first}", "evaluations.one_answer", MASK) for row in (2, 4)
    ]
    assert sorted((r["course"], r["score"], r["answers"]) for r in found.rows.to_pylist()) == [
        ("C-101", 4, 2),
        ("C-102", 2, 1),
    ]
    assert tally(found) == Tally(5, 3, 2)


@every_form
@pytest.mark.parametrize("nobody", [None, "", "  ", "\t"])
def test_an_answer_of_nobody_is_set_aside(answers: Answers, form: Format, nobody: str | None) -> None:
    rows = [answer("R-1"), answer(nobody), answer(nobody, 3), answer("R-2", 3)]
    found = answers.rows(rows, form)
    first = 2 if form is Format.CSV else 1
    assert [(q.row, q.rule, q.found) for q in found.quarantine] == [
        (row + first, "evaluations.respondent.required", None) for row in (1, 2)
    ]
    assert sorted((r["score"], r["answers"]) for r in found.rows.to_pylist()) == [(3, 1), (4, 1)]
    assert tally(found) == Tally(4, 2, 2)


@every_form
def test_an_answer_of_nobody_that_cannot_be_read_either_is_one_row_aside(answers: Answers, form: Format) -> None:
    found = answers.rows([answer(None, "veel"), answer("R-1", "4")], form)
    assert {q.rule for q in found.quarantine} == {"evaluations.respondent.required", "evaluations.score.type"}
    assert tally(found) == Tally(2, 1, 1)


@every_form
def test_two_spellings_of_a_unit_are_counted_together(answers: Answers, form: Format) -> None:
    rows = [answer("R-1", unit="FA"), answer("R-2", unit="FdA"), answer("R-3", unit="FA"), answer("R-3", unit="FA"),
            answer("R-2", unit="FdA")]  # fmt: skip
    found = answers.rows(rows, form)
    assert [(r["unit"], r["answers"]) for r in found.rows.to_pylist()] == [("FdA", 3)]
    assert tally(found) == Tally(5, 3, 2)


@every_form
def test_what_the_delivery_tells_fills_columns_that_the_file_does_not_have(answers: Answers, form: Format) -> None:
    names = [n for n in NAMES if n not in ("unit", "academic_year", "course")]
    given = {"unit": "LUMC", "academic_year": "2019-2020"}
    found = answers.rows([answer("R-1"), answer("R-1")], form, names, given)
    (row,) = found.rows.to_pylist()
    assert (row["unit"], row["academic_year"], row["course"], row["answers"]) == ("LUMC", "2019-2020", None, 1)
    assert tally(found) == Tally(2, 1, 1)


@every_form
def test_a_file_of_headers_alone_is_received_and_empty(answers: Answers, form: Format) -> None:
    found = answers.rows([], form)
    assert found.rows.num_rows == 0
    assert tally(found) == Tally(0, 0, 0)


@every_form
def test_columns_may_stand_in_any_order_under_any_of_their_headers(answers: Answers, form: Format) -> None:
    labels = {"Vraag": "question", "ACADEMIC YEAR": "academic_year", "Opleiding": "programme", "x": "score"}
    names = [*labels, *(n for n in reversed(NAMES) if n not in labels.values())]
    rows = [{**answer("R-1", "4"), **{label: answer("R-1", "4")[name] for label, name in labels.items()}}]
    content = as_csv(rows, names) if form is Format.CSV else as_parquet(rows, names)
    found = answers.stage(answers.file(content, form, columns={"X": "score"}))
    assert [(r["question"], r["score"]) for r in found.rows.to_pylist()] == [("teaching_methods", 4)]


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
    columns = {name: pa.array([row[name] for row in rows], pa.string()) for name in NAMES if name != "score"}
    data = pa.table({**columns, "score": pa.array([row["score"] for row in rows], kind)})
    pq.write_table(data, answers.folder / "data")
    found = answers.stage(answers.file((answers.folder / "data").read_bytes(), Format.PARQUET))
    assert sorted(q.row for q in found.quarantine if q.found == MASK) == [2, 3]
    assert tally(found) == Tally(3, int(good is not None), 3 - int(good is not None))


def test_a_programme_code_that_was_stored_as_a_number_is_the_code_again(answers: Answers) -> None:
    rows = [answer("R-1"), answer("R-2", 334), answer("R-2", 3)]
    columns = {name: [row[name] for row in rows] for name in NAMES}
    pq.write_table(pa.table({**columns, "programme": [float(HISTORY)] * 3}), answers.folder / "data")
    found = answers.stage(answers.file((answers.folder / "data").read_bytes(), Format.PARQUET))
    assert set(found.rows.column("programme").to_pylist()) == {HISTORY}
    assert [q.row for q in found.quarantine if q.rule == "evaluations.score.range"] == [2]


def test_the_row_number_holds_in_a_large_file(answers: Answers) -> None:
    wrong = {1, 33_333, 59_999}
    rows = pd.DataFrame({**answer(), "respondent": [f"R-{n}" for n in range(60_000)]})
    rows.loc[sorted(wrong), "score"] = 9
    rows[list(NAMES)].to_csv(answers.folder / "data.csv", sep=";", index=False)
    rows[list(NAMES)].to_parquet(answers.folder / "data.parquet", row_group_size=10_000)
    for form, first in ((Format.CSV, 2), (Format.PARQUET, 1)):
        found = answers.stage(answers.file((answers.folder / f"data.{form}").read_bytes(), form))
        assert {q.row - first for q in found.quarantine} == wrong
        assert tally(found) == Tally(60_000, 59_997, 3)


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


@given(rows=st.lists(any_answer, max_size=25), form=st.sampled_from(FORMS))
@settings(max_examples=25, deadline=None)
def test_answers_accepted_and_set_aside_are_the_answers_received(
    any_answers: Answers,
    rows: list[Row],
    form: Format,
) -> None:
    # More than an odd few of a question outside its scale set all of them aside: test_answers_scales.
    assume(max(Counter(row["question"] for row in rows if row["score"] == "334").values(), default=0) <= ODD_SMALL)
    found = any_answers.rows(rows, form)
    first = 2 if form is Format.CSV else 1
    aside = {q.row - first for q in found.quarantine}
    unit = {"FA": "FdA"}
    kept = Counter(
        (row["evaluation"], row["academic_year"], unit.get(row["unit"], row["unit"]), row["programme"], row["level"],
         row["course"], row["question"], int(Decimal(row["score"].strip())))
        for position, row in enumerate(rows) if position not in aside
    )  # fmt: skip
    assert counts(found) == kept
    assert tally(found) == Tally(len(rows), len(rows) - len(aside), len(aside))
    seen: set[tuple[Any, ...]] = set()
    for position, row in enumerate(rows):
        person = (row["respondent"] or "").strip()
        # A course is one course, whatever the programme of the student who answers.
        of = row["course"] or row["programme"]
        subject = (row["evaluation"], of, row["course"], row["question"], person)
        bad = row["unit"] == "XX" or row["question"] == "other" or row["score"] in ("334", "x", None)
        assert (position in aside) == (bad or not person or row["level"] is None or subject in seen), row
        seen.add(subject)
    failed = Counter(q.rule for q in found.quarantine)
    # How much of a programme or unit was lost is told beside it, in `tests/readers/cells/test_reliance.py`.
    assert {r.rule: r.failed for r in found.results if r.failed and not r.rule.endswith(".kept")} == dict(failed)


@every_form
def test_the_counts_of_many_answers_are_those_of_pandas(answers: Answers, form: Format) -> None:
    chance = pd.Series(range(6_000))
    rows = pd.DataFrame({**answer(), "respondent": [f"R-{n}" for n in chance]})
    rows["score"] = (chance * 7919 % 5) + 1
    rows["question"] = chance.map(lambda n: ("teaching_methods", "organisation", "assessment")[n * 31 % 3])
    rows["unit"] = chance.map(lambda n: ("FGW", "FdR", "LUMC")[n * 17 % 11 % 3])
    found = answers.rows(rows.to_dict("records"), form)
    expected = rows.groupby(["unit", "question", "score"]).size()
    assert {(r["unit"], r["question"], r["score"]): r["answers"] for r in found.rows.to_pylist()} == expected.to_dict()
    assert tally(found) == Tally(6_000, 6_000, 0)


def test_the_order_of_the_rows_does_not_change_the_counts(answers: Answers) -> None:
    rows = [answer(f"R-{n}", n % 5 + 1, course=f"C-{n % 3}") for n in range(40)]
    one, other = (answers.rows(some, Format.CSV) for some in (rows, rows[::-1]))
    assert one.rows.equals(other.rows)
