"""Staging answers: the counts are those of the file, and an answer that does not fit is found back by its row."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assets.delivered.delivery import Delivery
from assets.staged.answer_files import AnswerFile
from assets.staged.answers import counted, stage_answers
from assets.staged.cells import CellReader
from assets.staged.staging import MASK, StagedTable, Tally
from assets.validation.expectations import validate
from assets.validation.results import Outcome, RuleResult
from schemas.contract import Table
from schemas.exports.arrow import arrow_schema
from schemas.profile import Profile
from schemas.profile.models import FileSource, Format
from schemas.tables import CATALOGUE

NAMES = CATALOGUE["evaluations"].names
KEY = b"k" * 32
FORMS = [Format.CSV, Format.PARQUET]
HISTORY, LAW = "56034", "50700"

Row = Mapping[str, Any]


def answer(respondent: Any = "R-1", score: Any = 4, **more: Any) -> dict[str, Any]:
    return {
        "evaluation": "course",
        "academic_year": "2019-2020",
        "unit": "FGW",
        "programme": HISTORY,
        "level": "Ba",
        "course": "C-101",
        "question": "teaching_methods",
        "score": score,
        "respondent": respondent,
        **more,
    }


@pytest.fixture(scope="session")
def table(profile: Profile) -> Table:
    codes = {**profile.code_lists(), "programmes": (HISTORY, LAW)}
    return CATALOGUE["evaluations"].bind(codes)


@pytest.fixture(scope="session")
def readers(profile: Profile, table: Table) -> dict[str, CellReader]:
    aliases = profile.aliases()
    return {f.name: CellReader(f, "iso", aliases.get(f.code_list, {}), KEY) for f in table.fields}


def as_csv(rows: Sequence[Row], names: Sequence[str] = NAMES, end: str = "\n") -> bytes:
    text = io.StringIO()
    writer = csv.writer(text, delimiter=";", lineterminator=end)
    writer.writerow(names)
    writer.writerows([["" if row[n] is None else row[n] for n in names] for row in rows])
    return text.getvalue().encode()


def as_parquet(rows: Sequence[Row], names: Sequence[str] = NAMES) -> bytes:
    made = io.BytesIO()
    columns = {name: [row[name] for row in rows] for name in names}
    whole = {"score"} if all(isinstance(row["score"], int | None) for row in rows) else set()
    pq.write_table(
        pa.table({
            name: pa.array(values, pa.int64()) if name in whole
            else pa.array([None if v is None else str(v) for v in values], pa.string())
            for name, values in columns.items()
        }),
        made, row_group_size=max(3, len(rows) // 4),
    )  # fmt: skip
    return made.getvalue()


def file(
    folder: Path,
    content: bytes,
    form: Format = Format.CSV,
    name: str = "a",
    given: Mapping[str, str] | None = None,
    **more: Any,
) -> AnswerFile:
    kept = folder / name
    kept.write_bytes(content)
    source = FileSource(kind="files", path="x", format=form, tables=["evaluations"], **more)
    delivery = Delivery("evaluations", 0, f"{name}.{form}", "a" * 64, 1, date(2020, 9, 1), "2019-2020", name)
    return AnswerFile(delivery, kept, source, given or {})


def staged(table: Table, readers: Mapping[str, CellReader], *files: AnswerFile) -> StagedTable:
    found, rejected = stage_answers(table, files, readers, validate)
    assert rejected == {}
    return found


def of_rows(
    folder: Path,
    table: Table,
    readers: Mapping[str, CellReader],
    rows: Sequence[Row],
    form: Format,
    names: Sequence[str] = NAMES,
    given: Mapping[str, str] | None = None,
) -> StagedTable:
    content = as_csv(rows, names) if form is Format.CSV else as_parquet(rows, names)
    return staged(table, readers, file(folder, content, form, given=given))


def rejection(table: Table, readers: Mapping[str, CellReader], one: AnswerFile) -> str:
    found, rejected = stage_answers(table, [one], readers, validate)
    assert found.rows.num_rows == 0
    assert found.tallies == {}
    said = rejected[one.delivery.id]
    assert "\n" not in said
    return said


def counts(found: StagedTable) -> dict[tuple[Any, ...], int]:
    """The number of answers per combination of everything that was counted."""
    rows = found.rows.to_pylist()
    names = [n for n in NAMES if n != "respondent"]
    combinations = [tuple(row[n] for n in names) for row in rows]
    assert len(set(combinations)) == len(combinations) or len(found.tallies) > 1
    return dict(zip(combinations, (row["answers"] for row in rows), strict=True))


def tally(found: StagedTable) -> Tally:
    (one,) = found.tallies.values()
    return one


def result(found: StagedTable, rule: str) -> RuleResult:
    (one,) = (r for r in found.results if r.rule == f"evaluations.{rule}")
    return one


every_form = pytest.mark.parametrize("form", FORMS)


@every_form
def test_answers_are_counted_per_question_and_score(
    tmp_path: Path, table: Table, readers: dict[str, CellReader], form: Format
) -> None:
    rows = [answer("R-1", 4), answer("R-2", 4), answer("R-3", 5), answer("R-1", 4, question="organisation")]
    found = of_rows(tmp_path, table, readers, rows, form)
    assert found.rows.schema == arrow_schema(counted(table))
    assert [(r["question"], r["score"], r["answers"]) for r in found.rows.to_pylist()] == [
        ("organisation", 4, 1),
        ("teaching_methods", 4, 2),
        ("teaching_methods", 5, 1),
    ]
    assert tally(found) == Tally(4, 4, 0)
    assert found.quarantine == []
    assert {r.outcome for r in found.results} == {Outcome.PASSED}
    assert {r.checked for r in found.results} == {4}


@every_form
def test_respondents_are_not_staged(tmp_path: Path, table: Table, readers: dict[str, CellReader], form: Format) -> None:
    rows = [answer("R-77", 4), answer("R-77", 3), answer("R-78", 334), answer("R-79", question="?")]
    found = of_rows(tmp_path, table, readers, rows, form)
    assert "respondent" not in found.rows.column_names
    assert "R-7" not in str((found.rows.to_pylist(), found.quarantine, found.results))


@every_form
def test_a_score_beyond_the_scale_is_found_back_by_its_row_and_masked(
    tmp_path: Path, table: Table, readers: dict[str, CellReader], form: Format
) -> None:
    rows = [answer("R-1"), answer("R-2", 334), answer("R-3"), answer("R-4", 334), answer("R-5", 0)]
    found = of_rows(tmp_path, table, readers, rows, form)
    first = 2 if form is Format.CSV else 1
    places = sorted((q.row, q.cell, q.rule, q.found, q.expected) for q in found.quarantine)
    assert places == [
        (row + first, f"row {row + first}, score", "evaluations.score.range", MASK, "1 to 5") for row in (1, 3, 4)
    ]
    assert tally(found) == Tally(5, 2, 3)
    told = result(found, "score.range")
    assert (told.outcome, told.checked, told.failed, told.blocks) == (Outcome.FAILED, 5, 3, False)
    assert "334" not in str((found.quarantine, found.results))


@every_form
def test_a_score_that_is_no_number_is_set_aside_and_masked(
    tmp_path: Path, table: Table, readers: dict[str, CellReader], form: Format
) -> None:
    rows = [answer("R-1"), answer("R-2", "n.v.t."), answer("R-3", "4,5"), answer("R-4", None), answer("R-5", "4.0")]
    found = of_rows(tmp_path, table, readers, rows, form)
    assert {(q.rule, q.found) for q in found.quarantine} == {
        ("evaluations.score.type", MASK),
        ("evaluations.score.required", None),
    }
    assert tally(found) == Tally(5, 2, 3)
    assert result(found, "score.type").failed == 2


@every_form
def test_an_unknown_question_is_set_aside_beside_known_ones(
    tmp_path: Path, table: Table, readers: dict[str, CellReader], form: Format
) -> None:
    rows = [answer("R-1"), answer("R-1", question="teaching_method"), answer("R-1", question="organisation")]
    found = of_rows(tmp_path, table, readers, rows, form)
    (item,) = found.quarantine
    assert (item.rule, item.found) == ("evaluations.question.codes", "teaching_method")
    assert item.expected.startswith("one of teaching_methods, ")
    assert item.row == (3 if form is Format.CSV else 2)
    assert tally(found) == Tally(3, 2, 1)


@every_form
def test_of_two_answers_of_a_respondent_to_a_question_the_first_counts(
    tmp_path: Path, table: Table, readers: dict[str, CellReader], form: Format
) -> None:
    rows = [answer("R-1", 4), answer("R-2", 4), answer("R-1", 5), answer("R-1", 2, course="C-102"), answer("R-1", 4)]
    found = of_rows(tmp_path, table, readers, rows, form)
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
def test_an_answer_of_nobody_is_set_aside(
    tmp_path: Path, table: Table, readers: dict[str, CellReader], form: Format, nobody: str | None
) -> None:
    rows = [answer("R-1"), answer(nobody), answer(nobody, 3), answer("R-2", 3)]
    found = of_rows(tmp_path, table, readers, rows, form)
    first = 2 if form is Format.CSV else 1
    assert [(q.row, q.rule, q.found) for q in found.quarantine] == [
        (row + first, "evaluations.respondent.required", None) for row in (1, 2)
    ]
    assert sorted((r["score"], r["answers"]) for r in found.rows.to_pylist()) == [(3, 1), (4, 1)]
    assert tally(found) == Tally(4, 2, 2)


@every_form
def test_an_answer_of_nobody_that_cannot_be_read_either_is_one_row_aside(
    tmp_path: Path, table: Table, readers: dict[str, CellReader], form: Format
) -> None:
    found = of_rows(tmp_path, table, readers, [answer(None, "veel"), answer("R-1", "4")], form)
    assert {q.rule for q in found.quarantine} == {"evaluations.respondent.required", "evaluations.score.type"}
    assert tally(found) == Tally(2, 1, 1)


@every_form
def test_two_spellings_of_a_unit_are_counted_together(
    tmp_path: Path, table: Table, readers: dict[str, CellReader], form: Format
) -> None:
    rows = [answer("R-1", unit="FA"), answer("R-2", unit="FdA"), answer("R-3", unit="FA"), answer("R-3", unit="FA"),
            answer("R-2", unit="FdA")]  # fmt: skip
    found = of_rows(tmp_path, table, readers, rows, form)
    assert [(r["unit"], r["answers"]) for r in found.rows.to_pylist()] == [("FdA", 3)]
    assert tally(found) == Tally(5, 3, 2)


@every_form
def test_what_the_delivery_tells_fills_columns_that_the_file_does_not_have(
    tmp_path: Path, table: Table, readers: dict[str, CellReader], form: Format
) -> None:
    names = [n for n in NAMES if n not in ("unit", "academic_year", "course")]
    given = {"unit": "LUMC", "academic_year": "2019-2020"}
    found = of_rows(tmp_path, table, readers, [answer("R-1"), answer("R-1")], form, names, given)
    (row,) = found.rows.to_pylist()
    assert (row["unit"], row["academic_year"], row["course"], row["answers"]) == ("LUMC", "2019-2020", None, 1)
    assert tally(found) == Tally(2, 1, 1)


@every_form
def test_a_file_of_headers_alone_is_received_and_empty(
    tmp_path: Path, table: Table, readers: dict[str, CellReader], form: Format
) -> None:
    found = of_rows(tmp_path, table, readers, [], form)
    assert found.rows.num_rows == 0
    assert tally(found) == Tally(0, 0, 0)


@every_form
def test_columns_may_stand_in_any_order_under_any_of_their_headers(
    tmp_path: Path, table: Table, readers: dict[str, CellReader], form: Format
) -> None:
    labels = {"Vraag": "question", "ACADEMIC YEAR": "academic_year", "Opleiding": "programme", "x": "score"}
    names = [*labels, *(n for n in reversed(NAMES) if n not in labels.values())]
    rows = [{**answer("R-1", "4"), **{label: answer("R-1", "4")[name] for label, name in labels.items()}}]
    content = as_csv(rows, names) if form is Format.CSV else as_parquet(rows, names)
    found = staged(table, readers, file(tmp_path, content, form, columns={"X": "score"}))
    assert [(r["question"], r["score"]) for r in found.rows.to_pylist()] == [("teaching_methods", 4)]


@pytest.mark.parametrize(
    ("kind", "good", "bad"),
    [(pa.float64(), 4.0, 334.0), (pa.float32(), 4.0, 4.3), (pa.int8(), 4, 9), (pa.bool_(), None, True),
     (pa.decimal128(9, 2), Decimal(4), Decimal("4.25")), (pa.list_(pa.int64()), None, [4]),
     (pa.date32(), None, date(2020, 1, 1)), (pa.float64(), 4.0, float("nan"))],
    ids=str,
)  # fmt: skip
def test_in_parquet_a_bad_score_is_found_back_whatever_its_type(
    tmp_path: Path, table: Table, readers: dict[str, CellReader], kind: pa.DataType, good: Any, bad: Any
) -> None:
    rows = [answer("R-1", good), answer("R-2", bad), answer("R-3", bad)]
    columns = {name: pa.array([row[name] for row in rows], pa.string()) for name in NAMES if name != "score"}
    data = pa.table({**columns, "score": pa.array([row["score"] for row in rows], kind)})
    pq.write_table(data, tmp_path / "data")
    found = staged(table, readers, file(tmp_path, (tmp_path / "data").read_bytes(), Format.PARQUET))
    assert sorted(q.row for q in found.quarantine if q.found == MASK) == [2, 3]
    assert tally(found) == Tally(3, int(good is not None), 3 - int(good is not None))


def test_a_programme_code_that_was_stored_as_a_number_is_the_code_again(
    tmp_path: Path, table: Table, readers: dict[str, CellReader]
) -> None:
    rows = [answer("R-1"), answer("R-2", 334), answer("R-2", 3)]
    columns = {name: [row[name] for row in rows] for name in NAMES}
    pq.write_table(pa.table({**columns, "programme": [float(HISTORY)] * 3}), tmp_path / "data")
    found = staged(table, readers, file(tmp_path, (tmp_path / "data").read_bytes(), Format.PARQUET))
    assert set(found.rows.column("programme").to_pylist()) == {HISTORY}
    assert [q.row for q in found.quarantine if q.rule == "evaluations.score.range"] == [2]


def test_the_row_number_holds_in_a_large_file(tmp_path: Path, table: Table, readers: dict[str, CellReader]) -> None:
    wrong = {1, 33_333, 59_999}
    rows = pd.DataFrame({**answer(), "respondent": [f"R-{n}" for n in range(60_000)]})
    rows.loc[sorted(wrong), "score"] = 9
    rows[list(NAMES)].to_csv(tmp_path / "data.csv", sep=";", index=False)
    rows[list(NAMES)].to_parquet(tmp_path / "data.parquet", row_group_size=10_000)
    for form, first in ((Format.CSV, 2), (Format.PARQUET, 1)):
        found = staged(table, readers, file(tmp_path, (tmp_path / f"data.{form}").read_bytes(), form))
        assert {q.row - first for q in found.quarantine} == wrong
        assert tally(found) == Tally(60_000, 59_997, 3)


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_text_may_have_a_byte_order_mark_and_any_line_end(
    tmp_path: Path, table: Table, readers: dict[str, CellReader], end: str
) -> None:
    content = b"\xef\xbb\xbf" + as_csv([answer("R-1"), answer("R-2")], end=end)
    assert tally(staged(table, readers, file(tmp_path, content))) == Tally(2, 2, 0)


def test_text_in_the_encoding_of_the_source_is_read(
    tmp_path: Path, table: Table, readers: dict[str, CellReader]
) -> None:
    content = as_csv([answer("R-1", course="Café €")]).decode().encode("cp1252")
    found = staged(table, readers, file(tmp_path, content, encoding="cp1252"))
    assert found.rows.column("course").to_pylist() == ["Café €"]


def test_rows_of_empty_cells_are_no_rows(tmp_path: Path, table: Table, readers: dict[str, CellReader]) -> None:
    lines = as_csv([answer("R-1"), answer("R-2", 9)]).splitlines()
    content = b"\n".join([lines[0], lines[1], b";" * 8, lines[2], b";" * 8, b""])
    found = staged(table, readers, file(tmp_path, content))
    assert tally(found) == Tally(2, 1, 1)
    assert [q.row for q in found.quarantine] == [4]


def test_a_quote_and_a_separator_in_a_cell_are_part_of_it(
    tmp_path: Path, table: Table, readers: dict[str, CellReader]
) -> None:
    found = of_rows(tmp_path, table, readers, [answer(course='a;"b"')], Format.CSV)
    assert found.rows.column("course").to_pylist() == ['a;"b"']


def test_a_header_may_hold_quotes(tmp_path: Path, table: Table, readers: dict[str, CellReader]) -> None:
    rows = [{**answer(), 'de "score"': 4, "it's": 1}]
    names = [*(n for n in NAMES if n != "score"), 'de "score"', "it's"]
    for form, content in ((Format.CSV, as_csv(rows, names)), (Format.PARQUET, as_parquet(rows, names))):
        found = staged(table, readers, file(tmp_path, content, form, columns={'de "score"': "score"}))
        assert found.rows.column("score").to_pylist() == [4]


@pytest.mark.parametrize(
    ("tail", "said"),
    [
        (b"course;2019-2020;FGW;56034;Ba;C-101;teaching_methods;4;R-9;R-Jansen\n", "line 3 cannot be read"),
        (b"course;2019-2020;FGW;R-Jansen\n", "line 3 cannot be read"),
        (b'course;2019-2020;FGW;56034;Ba;C-101;teaching_methods;4;"R-Jansen\n', "line 3 cannot be read"),
        (b"course;2019-2020;FGW;56034;Ba;C-101;teaching_methods;4;R-Jans\xe9n\n", "this is not text in utf-8"),
    ],
    ids=["longer", "shorter", "open-quote", "encoding"],
)
def test_text_that_breaks_off_is_rejected_with_its_line_and_without_what_stands_there(
    tmp_path: Path, table: Table, readers: dict[str, CellReader], tail: bytes, said: str
) -> None:
    found = rejection(table, readers, file(tmp_path, as_csv([answer()]) + tail))
    assert found.startswith(said)
    assert "R-" not in found


@pytest.mark.parametrize("content", [b"", b"PAR1", b"\xff\xfe\x00", b"a;b\n1;2\n", as_parquet([answer()])[:-50]])
@every_form
def test_what_is_no_file_of_answers_is_rejected(
    tmp_path: Path, table: Table, readers: dict[str, CellReader], form: Format, content: bytes
) -> None:
    assert rejection(table, readers, file(tmp_path, content, form))


@every_form
def test_a_file_without_a_required_column_is_rejected_by_its_name(
    tmp_path: Path, table: Table, readers: dict[str, CellReader], form: Format
) -> None:
    names = [n for n in NAMES if n not in ("score", "respondent")]
    rows = [answer()]
    content = as_csv(rows, names) if form is Format.CSV else as_parquet(rows, names)
    assert rejection(table, readers, file(tmp_path, content, form)).startswith(
        "there is no column for score, respondent"
    )


def test_spoiled_pages_in_a_parquet_file_reject_it(
    tmp_path: Path, table: Table, readers: dict[str, CellReader]
) -> None:
    content = bytearray(as_parquet([answer(f"R-{n}") for n in range(100)]))
    content[4:400] = bytes(396)
    said = rejection(table, readers, file(tmp_path, bytes(content), Format.PARQUET))
    assert said.startswith("this is not a readable parquet file")


def test_one_unreadable_file_does_not_keep_the_others_back(
    tmp_path: Path, table: Table, readers: dict[str, CellReader]
) -> None:
    good = [file(tmp_path, as_parquet([answer("R-1"), answer("R-2", 9)]), Format.PARQUET, "FGW"),
            file(tmp_path, as_csv([answer("R-1", unit="FdR")]), Format.CSV, "FdR")]  # fmt: skip
    bad = file(tmp_path, b"no parquet", Format.PARQUET, "FSW")
    found, rejected = stage_answers(table, [good[0], bad, good[1]], readers, validate)
    assert list(rejected) == [bad.delivery.id]
    assert found.tallies == {good[0].delivery.id: Tally(2, 1, 1), good[1].delivery.id: Tally(1, 1, 0)}
    (item,) = found.quarantine
    assert (item.file, item.row) == ("FGW.parquet", 2)


def test_of_files_about_one_subject_the_first_that_can_be_read_counts(
    tmp_path: Path, table: Table, readers: dict[str, CellReader]
) -> None:
    contents = {"3": b"spoiled", "2": as_parquet([answer(score=2)]), "1": as_parquet([answer(score=1)])}
    versions = [file(tmp_path, content, Format.PARQUET, name) for name, content in contents.items()]
    files = [replace(v, delivery=replace(v.delivery, unit="FGW", sha256=v.delivery.path)) for v in versions]
    found, rejected = stage_answers(table, files, readers, validate)
    assert list(rejected) == [files[0].delivery.id]
    assert list(found.tallies) == [files[1].delivery.id]
    assert found.rows.column("score").to_pylist() == [2]


def test_without_files_there_are_no_answers_and_every_rule_holds(table: Table, readers: dict[str, CellReader]) -> None:
    found = staged(table, readers)
    assert found.rows.schema == arrow_schema(counted(table))
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


@given(rows=st.lists(any_answer, max_size=25), form=st.sampled_from(FORMS))
@settings(max_examples=25, deadline=None)
def test_answers_accepted_and_set_aside_are_the_answers_received(
    tmp_path_factory: pytest.TempPathFactory,
    table: Table,
    readers: dict[str, CellReader],
    rows: list[Row],
    form: Format,
) -> None:
    found = of_rows(tmp_path_factory.mktemp("answers"), table, readers, rows, form)
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
        subject = (*(row[n] for n in ("evaluation", "programme", "course", "question")), person)
        bad = row["unit"] == "XX" or row["question"] == "other" or row["score"] in ("334", "x", None)
        assert (position in aside) == (bad or not person or row["level"] is None or subject in seen), row
        seen.add(subject)
    failed = Counter(q.rule for q in found.quarantine)
    assert {r.rule: r.failed for r in found.results if r.failed} == dict(failed)


@every_form
def test_the_counts_of_many_answers_are_those_of_pandas(
    tmp_path: Path, table: Table, readers: dict[str, CellReader], form: Format
) -> None:
    chance = pd.Series(range(6_000))
    rows = pd.DataFrame({**answer(), "respondent": [f"R-{n}" for n in chance]})
    rows["score"] = (chance * 7919 % 5) + 1
    rows["question"] = chance.map(lambda n: ("teaching_methods", "organisation", "assessment")[n * 31 % 3])
    rows["unit"] = chance.map(lambda n: ("FGW", "FdR", "LUMC")[n * 17 % 11 % 3])
    found = of_rows(tmp_path, table, readers, rows.to_dict("records"), form)
    expected = rows.groupby(["unit", "question", "score"]).size()
    assert {(r["unit"], r["question"], r["score"]): r["answers"] for r in found.rows.to_pylist()} == expected.to_dict()
    assert tally(found) == Tally(6_000, 6_000, 0)


def test_the_order_of_the_rows_does_not_change_the_counts(
    tmp_path: Path, table: Table, readers: dict[str, CellReader]
) -> None:
    rows = [answer(f"R-{n}", n % 5 + 1, course=f"C-{n % 3}") for n in range(40)]
    one, other = (of_rows(tmp_path, table, readers, some, Format.CSV) for some in (rows, rows[::-1]))
    assert one.rows.equals(other.rows)
