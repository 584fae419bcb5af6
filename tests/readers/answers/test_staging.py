"""A row per answer: the counts are those of the file, and an answer that does not fit is found back by its row."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
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
from kwaliteitsmonitor.readers.answers.outcomes import CountedDelivery, Nothing, together
from kwaliteitsmonitor.readers.answers.scales import ODD_SMALL
from kwaliteitsmonitor.readers.quarantine import MASK
from kwaliteitsmonitor.readers.set_aside import Beyond
from kwaliteitsmonitor.readers.staging import StagedTable, Tally
from schemas.exports.arrow import arrow_schema
from schemas.profile.feeds import Format
from schemas.tables.counted import counted
from tests.readers.answering import HISTORY, LAW, NAMES, Answers, Row, answer, as_csv, as_parquet, counts, result, tally

FORMS = [Format.CSV, Format.PARQUET]
every_form = pytest.mark.parametrize("form", FORMS)


def first_row(form: Format) -> int:
    """The number of the first row of a file: text has a row of headers."""
    return 2 if form is Format.CSV else 1


def columns(found: StagedTable, *names: str) -> list[tuple[Any, ...]]:
    """These fields of the counts, in order."""
    return sorted(tuple(row[name] for name in names) for row in found.rows.to_pylist())


@every_form
def test_answers_are_counted_per_question_and_score_without_respondents(answers: Answers, form: Format) -> None:
    rows = [answer("R-71", 4), answer("R-72", 4), answer("R-73", 5), answer("R-71", 4, question="organisation")]
    found = answers.rows(rows, form)
    assert found.rows.schema == arrow_schema(counted(answers.table))
    assert columns(found, "question", "score", "answers") == [
        ("organisation", 4, 1),
        ("teaching_methods", 4, 2),
        ("teaching_methods", 5, 1),
    ]
    assert (tally(found), found.quarantine) == (Tally(4, 4, 0), [])
    assert {r.outcome for r in found.results} == {Outcome.PASSED}
    assert {r.checked for r in found.results if r.rule != "evaluations.columns"} == {4}
    wrong = answers.rows([*rows, answer("R-78", 334), answer("R-79", question="?")], form)
    assert "R-7" not in str((wrong.rows.to_pylist(), wrong.quarantine, wrong.results))


@every_form
def test_a_score_that_is_none_or_beyond_the_scale_is_found_back_by_its_row_and_masked(
    answers: Answers, form: Format
) -> None:
    scores = ["4", 334, "4", 334, 0, "n.v.t.", "4,5", None, "4.0"]
    rows = [answer(f"R-{n}", score) for n, score in enumerate([*scores, *("4" for _ in range(10))])]
    found = answers.rows(rows, form)
    wrong = {1: ("range", MASK), 3: ("range", MASK), 4: ("range", MASK), 5: ("type", MASK), 6: ("type", MASK),
             7: ("required", None)}  # fmt: skip
    assert {(q.row, q.cell, q.rule, q.found) for q in found.quarantine} == {
        (at + first_row(form), f"row {at + first_row(form)}, score", f"evaluations.score.{rule}", shown)
        for at, (rule, shown) in wrong.items()
    }
    assert {q.expected.en for q in found.quarantine if q.rule.endswith("range")} == {"1 to 5"}
    assert tally(found) == Tally(19, 13, 6)
    finding = result(found, "score.range")
    assert (finding.outcome, finding.checked, finding.failed, finding.blocks) == (Outcome.FAILED, 19, 3, False)
    assert result(found, "score.type").failed == 2
    assert "334" not in str((found.quarantine, found.results))


@every_form
def test_an_unknown_question_is_set_aside_beside_known_ones(answers: Answers, form: Format) -> None:
    rows = [answer("R-1"), answer("R-1", question="teaching_method"), answer("R-1", question="organisation")]
    found = answers.rows(rows, form)
    (item,) = found.quarantine
    assert (item.rule, item.found, item.row) == ("evaluations.question.codes", "teaching_method", 1 + first_row(form))
    assert item.expected.en.startswith("one of teaching_methods, ")
    assert tally(found) == Tally(3, 2, 1)


@every_form
def test_of_two_answers_of_a_respondent_to_a_question_the_first_counts(answers: Answers, form: Format) -> None:
    rows = [answer("R-1", 4), answer("R-2", 4), answer("R-1", 5), answer("R-1", 2, course="C-102"), answer("R-1", 4)]
    found = answers.rows(rows, form)
    assert [(q.row - first_row(form), q.rule, q.found) for q in found.quarantine] == [
        (at, "evaluations.one_answer", MASK) for at in (2, 4)
    ]
    assert columns(found, "course", "score", "answers") == [("C-101", 4, 2), ("C-102", 2, 1)]
    assert tally(found) == Tally(5, 3, 2)


@every_form
def test_an_answer_of_nobody_is_set_aside_and_is_one_row_whatever_else_is_wrong(answers: Answers, form: Format) -> None:
    nobody = [None, "", "  ", "\t"]
    rows = [answer("R-1", "4"), *(answer(none, "4") for none in nobody), answer(None, "veel"), answer("R-2", "3")]
    found = answers.rows(rows, form)
    rules = [(q.row - first_row(form), q.rule, q.found) for q in found.quarantine]
    assert rules == [
        *((at, "evaluations.respondent.required", None) for at in range(1, 6)),
        (5, "evaluations.score.type", MASK),
    ]
    assert columns(found, "score", "answers") == [(3, 1), (4, 1)]
    assert tally(found) == Tally(7, 2, 5)


@every_form
def test_what_the_delivery_tells_fills_columns_that_the_file_does_not_have(answers: Answers, form: Format) -> None:
    names = [n for n in NAMES if n not in ("unit", "academic_year", "course")]
    told = {"unit": "LUMC", "academic_year": "2019-2020"}
    found = answers.rows([answer("R-1"), answer("R-1")], form, names, told)
    assert columns(found, "unit", "academic_year", "course", "answers") == [("LUMC", "2019-2020", None, 1)]
    assert tally(found) == Tally(2, 1, 1)
    headers_alone = answers.rows([], form)
    assert (headers_alone.rows.num_rows, tally(headers_alone)) == (0, Tally(0, 0, 0))


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
    texts = {name: pa.array([row[name] for row in rows], pa.string()) for name in NAMES if name != "score"}
    pq.write_table(
        pa.table({**texts, "score": pa.array([row["score"] for row in rows], kind)}), answers.folder / "data"
    )
    found = answers.stage(answers.file((answers.folder / "data").read_bytes(), Format.PARQUET))
    assert sorted(q.row for q in found.quarantine if q.found == MASK) == [2, 3]
    assert tally(found) == Tally(3, int(good is not None), 3 - int(good is not None))


def test_a_programme_code_that_was_stored_as_a_number_is_the_code_again(answers: Answers) -> None:
    rows = [answer("R-1"), answer("R-2", 334), answer("R-2", 3)]
    made = {name: [row[name] for row in rows] for name in NAMES}
    pq.write_table(pa.table({**made, "programme": [float(HISTORY)] * 3}), answers.folder / "data")
    found = answers.stage(answers.file((answers.folder / "data").read_bytes(), Format.PARQUET))
    assert set(found.rows.column("programme").to_pylist()) == {HISTORY}
    assert [q.row for q in found.quarantine if q.rule == "evaluations.score.range"] == [2]


@every_form
def test_in_a_large_file_the_row_numbers_hold_and_the_counts_are_those_of_pandas(
    answers: Answers, form: Format
) -> None:
    size, wrong = 60_000, [1, 33_333, 59_999]
    chance = pd.Series(range(size))
    rows = pd.DataFrame({**answer(), "respondent": [f"R-{n}" for n in chance]})
    rows["score"] = (chance * 7919 % 5) + 1
    rows["question"] = chance.map(lambda n: ("teaching_methods", "organisation", "assessment")[n * 31 % 3])
    rows["unit"] = chance.map(lambda n: ("FGW", "FdR", "LUMC")[n * 17 % 11 % 3])
    expected = rows.drop(index=wrong).groupby(["unit", "question", "score"]).size()
    rows.loc[wrong, "score"] = 9
    place = answers.folder / "data"
    if form is Format.CSV:
        rows[list(NAMES)].to_csv(place, sep=";", index=False)
    else:
        rows[list(NAMES)].to_parquet(place, row_group_size=10_000)
    found = answers.stage(answers.file(place.read_bytes(), form))
    assert {(r["unit"], r["question"], r["score"]): r["answers"] for r in found.rows.to_pylist()} == expected.to_dict()
    assert sorted(q.row - first_row(form) for q in found.quarantine) == wrong
    assert tally(found) == Tally(size, size - 3, 3)


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
@settings(max_examples=15, deadline=None)
def test_answers_accepted_and_set_aside_are_the_answers_received(
    any_answers: Answers, rows: list[Row], form: Format
) -> None:
    # More than an odd few of a question outside its scale set all of them aside: test_scales.
    assume(max(Counter(row["question"] for row in rows if row["score"] == "334").values(), default=0) <= ODD_SMALL)
    found = any_answers.rows(rows, form)
    aside = {q.row - first_row(form) for q in found.quarantine}
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
    # How much of a programme or unit was lost is told beside it (`kwaliteitsmonitor.readers.uneven_loss`).
    assert {r.rule: r.failed for r in found.results if r.failed and not r.rule.endswith(".kept")} == dict(failed)


def test_the_order_of_the_rows_does_not_change_the_counts(answers: Answers) -> None:
    rows = [answer(f"R-{n}", n % 5 + 1, course=f"C-{n % 3}") for n in range(40)]
    one, other = (answers.rows(some, Format.CSV) for some in (rows, rows[::-1]))
    assert one.rows.equals(other.rows)


@pytest.mark.parametrize("content", [b"", b"PAR1", b"\xff\xfe\x00", b"a;b\n1;2\n", as_parquet([answer()])[:-50]])
@every_form
def test_what_is_no_file_of_answers_is_rejected(answers: Answers, form: Format, content: bytes) -> None:
    assert answers.rejection(answers.file(content, form))


@every_form
def test_a_file_without_a_required_column_is_rejected_by_its_name(answers: Answers, form: Format) -> None:
    names = [n for n in NAMES if n not in ("score", "respondent")]
    content = as_csv([answer()], names) if form is Format.CSV else as_parquet([answer()], names)
    reason = answers.rejection(answers.file(content, form))
    assert reason.startswith("er is geen kolom voor score, respondent; verwacht werd de kolommen evaluation, ")
    assert " / there is no column for score, respondent; expected the columns evaluation, " in reason


def test_spoiled_pages_in_a_parquet_file_reject_it(answers: Answers) -> None:
    content = bytearray(as_parquet([answer(f"R-{n}") for n in range(100)]))
    content[4:400] = bytes(396)
    reason = answers.rejection(answers.file(bytes(content), Format.PARQUET))
    assert "dit bestand is beschadigd of niet te lezen" in reason


def test_one_unreadable_file_does_not_keep_the_others_back(answers: Answers) -> None:
    fgw = answers.file(as_parquet([answer("R-1"), answer("R-2", 9)]), Format.PARQUET, "FGW")
    fdr = answers.file(as_csv([answer("R-1", unit="FdR")]), Format.CSV, "FdR")
    bad = answers.file(b"no parquet", Format.PARQUET, "FSW")
    found, rejected = answers.try_stage(fgw, bad, fdr)
    assert list(rejected) == [bad.delivery.id]
    assert found.tallies == {fgw.delivery.id: Tally(2, 1, 1), fdr.delivery.id: Tally(1, 1, 0)}
    assert [(item.file, item.row) for item in found.quarantine] == [("FGW.parquet", 2)]


def test_of_files_about_one_subject_the_first_that_can_be_read_counts(answers: Answers) -> None:
    contents = {"3": b"spoiled", "2": as_parquet([answer(score=2)]), "1": as_parquet([answer(score=1)])}
    versions = [answers.file(content, Format.PARQUET, name) for name, content in contents.items()]
    files = [replace(v, delivery=replace(v.delivery, unit="FGW", sha256=v.delivery.path)) for v in versions]
    found, rejected = answers.try_stage(*files)
    assert (list(rejected), list(found.tallies)) == ([files[0].delivery.id], [files[1].delivery.id])
    assert found.rows.column("score").to_pylist() == [2]


def test_without_files_there_are_no_answers_and_every_rule_holds(answers: Answers) -> None:
    found = answers.stage()
    assert found.rows.schema == arrow_schema(counted(answers.table))
    assert found.rows.num_rows == 0
    assert {r.outcome for r in found.results} == {Outcome.PASSED}


def test_what_is_made_of_deliveries_is_put_together_the_same_in_any_order(answers: Answers) -> None:
    own = counted(answers.table)
    about = {"evaluation": "course", "academic_year": "2019-2020", "unit": "FGW", "question": "teaching_methods"}
    row = {name: about.get(name) for name in arrow_schema(own).names} | {"answers": 3}

    def outcome(name: str, failed: int) -> tuple[Any, CountedDelivery]:
        file = answers.file(b"", name=name)
        rows = pa.Table.from_pylist([row | {"_delivery": file.delivery.id}], schema=arrow_schema(own))
        made = CountedDelivery(rows, Tally(3 + failed, 3, failed), {"evaluations.score.range": failed})
        return file, Nothing().keep(file, made)

    def put(parts: Sequence[tuple[Any, CountedDelivery]]) -> StagedTable:
        return together(answers.table, own, parts, Beyond())

    parts = [outcome("a", 2), outcome("b", 0)]
    one, other = put(parts), put(parts[::-1])
    assert one.rows.equals(other.rows)
    assert one.tallies == other.tallies == {file.delivery.id: made.tally for file, made in parts}
    ranges = [next(r for r in staged.results if r.rule == "evaluations.score.range") for staged in (one, other)]
    assert [(r.outcome, r.failed, r.checked) for r in ranges] == [(Outcome.FAILED, 2, 8)] * 2
    assert Nothing().find(parts[0][0]) is None
