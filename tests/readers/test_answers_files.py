"""Which files of answers count: one that cannot be read is rejected with the reason, and keeps no other back."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import strategies as st

from kwaliteitsmonitor.methods.checks.results import Outcome
from kwaliteitsmonitor.readers.staging import Tally
from schemas.exports.arrow import arrow_schema
from schemas.profile.feeds import Format
from schemas.tables.counted import counted
from tests.readers.answering import HISTORY, LAW, NAMES, Answers, answer, as_csv, as_parquet

FORMS = [Format.CSV, Format.PARQUET]

every_form = pytest.mark.parametrize("form", FORMS)


@pytest.mark.parametrize("content", [b"", b"PAR1", b"\xff\xfe\x00", b"a;b\n1;2\n", as_parquet([answer()])[:-50]])
@every_form
def test_what_is_no_file_of_answers_is_rejected(answers: Answers, form: Format, content: bytes) -> None:
    assert answers.rejection(answers.file(content, form))


@every_form
def test_a_file_without_a_required_column_is_rejected_by_its_name(answers: Answers, form: Format) -> None:
    names = [n for n in NAMES if n not in ("score", "respondent")]
    rows = [answer()]
    content = as_csv(rows, names) if form is Format.CSV else as_parquet(rows, names)
    said = answers.rejection(answers.file(content, form))
    assert said.startswith("er is geen kolom voor score, respondent; verwacht werd de kolommen evaluation, ")
    assert " / there is no column for score, respondent; expected the columns evaluation, " in said


def test_spoiled_pages_in_a_parquet_file_reject_it(answers: Answers) -> None:
    content = bytearray(as_parquet([answer(f"R-{n}") for n in range(100)]))
    content[4:400] = bytes(396)
    said = answers.rejection(answers.file(bytes(content), Format.PARQUET))
    assert "dit bestand is beschadigd of niet te lezen" in said


def test_one_unreadable_file_does_not_keep_the_others_back(answers: Answers) -> None:
    good = [answers.file(as_parquet([answer("R-1"), answer("R-2", 9)]), Format.PARQUET, "FGW"),
            answers.file(as_csv([answer("R-1", unit="FdR")]), Format.CSV, "FdR")]  # fmt: skip
    bad = answers.file(b"no parquet", Format.PARQUET, "FSW")
    found, rejected = answers.try_stage(*[good[0], bad, good[1]])
    assert list(rejected) == [bad.delivery.id]
    assert found.tallies == {good[0].delivery.id: Tally(2, 1, 1), good[1].delivery.id: Tally(1, 1, 0)}
    (item,) = found.quarantine
    assert (item.file, item.row) == ("FGW.parquet", 2)


def test_of_files_about_one_subject_the_first_that_can_be_read_counts(answers: Answers) -> None:
    contents = {"3": b"spoiled", "2": as_parquet([answer(score=2)]), "1": as_parquet([answer(score=1)])}
    versions = [answers.file(content, Format.PARQUET, name) for name, content in contents.items()]
    files = [replace(v, delivery=replace(v.delivery, unit="FGW", sha256=v.delivery.path)) for v in versions]
    found, rejected = answers.try_stage(*files)
    assert list(rejected) == [files[0].delivery.id]
    assert list(found.tallies) == [files[1].delivery.id]
    assert found.rows.column("score").to_pylist() == [2]


def test_without_files_there_are_no_answers_and_every_rule_holds(answers: Answers) -> None:
    found = answers.stage()
    assert found.rows.schema == arrow_schema(counted(answers.table))
    assert found.rows.num_rows == 0
    assert {r.outcome for r in found.results} == {Outcome.PASSED}


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
