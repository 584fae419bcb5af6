"""What is asked of every engine, put to DuckDB: texts, codes and people, and counts that a database gives."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import ibis
import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from kwaliteitsmonitor.methods.disclosure.respondents import FewPeople, Respondents
from kwaliteitsmonitor.readers.answers.counts import Counted, count, repeated
from kwaliteitsmonitor.readers.answers.engines.columns import Columns, name_of
from kwaliteitsmonitor.readers.answers.engines.counted import (
    COUNT,
    counted_by,
    holds_counts,
    respondents_of,
    write_counts,
)
from kwaliteitsmonitor.readers.answers.engines.engines import Embedded
from kwaliteitsmonitor.readers.answers.engines.expressions import (
    as_text,
    filled,
    put_together,
    trimmed,
)
from kwaliteitsmonitor.readers.answers.engines.people import doubt, few
from kwaliteitsmonitor.readers.answers.files import Selection
from kwaliteitsmonitor.readers.answers.people import respondents
from kwaliteitsmonitor.readers.answers.staging import engine
from schemas.profile.forms import Form
from schemas.tables import CATALOGUE
from tests.readers.answering import Answers, answer


@pytest.fixture
def connection() -> Iterator[duckdb.DuckDBPyConnection]:
    with engine() as opened:
        yield opened


def table(connection: duckdb.DuckDBPyConnection, name: str = "answers", **columns: list[Any]) -> Any:
    """A table of the engine as an expression."""
    made = pa.table(columns)
    connection.register(name, made)
    return ibis.table(ibis.Schema.from_pyarrow(made.schema), name=name)


def test_texts_are_trimmed_and_put_together(connection: duckdb.DuckDBPyConnection) -> None:
    texts = ["C-1", " C-1\t", "\xa0", "", None]
    own = table(connection, t=texts, f=[1.0, 2.5, 1e300, None, -3.0], n=[1, 2, 3, None, None])
    pieces = put_together(["C", own.n, "/", own.t])
    query = own.select(t=trimmed(own.t), f=as_text(own.f), p=pieces, s=filled([own.t, own.n]))
    assert connection.execute(str(ibis.to_sql(query, dialect="duckdb"))).fetchall() == [
        ("C-1", "1", "C1/C-1", True),
        ("C-1", "2.5", "C2/C-1", True),
        (None, "1e+300", None, True),
        (None, None, None, False),
        (None, "-3", None, False),
    ]


def combined(*courses: tuple[str, int]) -> pa.Table:
    """Combinations of answers: a course and how many answers there are in it."""
    about = answer()
    same = {name: about[name] for name in ("evaluation", "academic_year", "question", "unit", "programme", "level")}
    return pa.Table.from_pylist([{**same, "score": 4, "course": course, "answers": n} for course, n in courses])


def doubtful(connection: duckdb.DuckDBPyConnection, *courses: tuple[str, int]) -> bool:
    made = combined(*courses).append_column("h", pa.array(range(len(courses)), pa.uint64()))
    connection.register("combined", made)
    return doubt(connection, "combined", 0, 5)


def test_people_are_in_doubt_only_if_the_answers_are_enough_and_those_of_no_course_are(
    connection: duckdb.DuckDBPyConnection,
) -> None:
    assert not doubtful(connection, ("C-1", 5), ("C-2", 4)), "one course alone has enough answers"
    assert not doubtful(connection, ("C-1", 2), ("C-2", 2)), "there are too few answers, so too few people"
    assert doubtful(connection, ("C-1", 3), ("C-2", 3))
    keys = connection.execute("SELECT k FROM keys_0 ORDER BY k").fetchall()
    people, key = few(connection, 0, [(k, 4) for (k,) in keys], 5), ("course", "2019-2020", "teaching_methods")
    assert {FewPeople(*key, None, None, None, None, 4), FewPeople(*key, "FGW", "56034", "Ba", 4, 4)} <= set(people)
    assert few(connection, 0, [(k, 5) for (k,) in keys], 5) == (), "they are enough"


def test_the_people_of_a_file_are_those_of_its_accepted_answers_without_second_ones(
    connection: duckdb.DuckDBPyConnection, answers: Answers
) -> None:
    made, hashes = combined(("C-1", 3), ("C-2", 3)), np.array([1, 2], np.uint64)
    connection.execute("CREATE TABLE answers_0 (o BIGINT, h UBIGINT, r UBIGINT)")
    by_course = [(0, 1, 1), (1, 1, 2), (2, 1, 3), (3, 2, 1), (4, 2, 2), (5, 2, None)]
    connection.executemany("INSERT INTO answers_0 VALUES (?, ?, ?)", by_course)
    connection.execute("CREATE TABLE later_0 AS SELECT 2 AS o")
    own = Embedded(connection)
    selected = Selection(own, "", Columns({}, "respondent"), {})
    part = Counted(0, answers.file(b""), selected, Form(table="evaluations"))
    assert {one.people for one in respondents(connection, part, made, hashes, 5).few} == {3}
    part.repeated = True
    assert {one.people for one in respondents(connection, part, made, hashes, 5).few} == {2}
    assert respondents(connection, part, made, hashes, 0) == Respondents()
    for bare in (Columns({}, None), Columns({}, "respondent", by_row=True)):
        part.selected = Selection(own, "", bare, {})
        assert respondents(connection, part, made, hashes, 5) == Respondents()


# -- counts that a database gives

PEOPLE = Respondents(5, (FewPeople("course", "2019-2020", "teaching_methods", None, None, None, None, 4),))


def test_counts_of_a_database_are_the_same_bytes_in_any_order_and_are_taken_as_they_are(
    connection: duckdb.DuckDBPyConnection, tmp_path: Path, answers: Answers
) -> None:
    values = dict.fromkeys(counted_by(CATALOGUE["evaluations"]), "x")
    one, other = tuple(values.values()), tuple(("" if n == "course" else v) for n, v in values.items())
    rows = [(one, (3, 1, 0)), (other, (2, 0, 1)), (one, (4, 0, 0))]
    contents = []
    for order in (rows, rows[::-1]):
        with (tmp_path / "counts").open("wb") as target:
            assert write_counts(target, CATALOGUE["evaluations"], order, PEOPLE) == (2, 9)
        contents.append((tmp_path / "counts").read_bytes())
    assert contents[0] == contents[1]
    assert holds_counts(tmp_path / "counts")
    assert respondents_of(tmp_path / "counts") == PEOPLE
    columns = Columns({name: name_of(name) for name in values}, COUNT, counts=True)
    selected = Selection(Embedded(connection), f"read_parquet('{tmp_path / 'counts'}')", columns, {}, counts=True)
    part = Counted(0, answers.file(b""), selected, Form(table="evaluations"))
    count(connection, part)
    found = connection.execute("SELECT course, _answers, _anonymous, _later, _row FROM combinations_0").fetchall()
    assert sorted(found, key=str) == [("x", 7, 1, 0, 1), (None, 2, 0, 1, 0)]
    assert repeated(connection, part)


@pytest.mark.parametrize("content", [b"", b"PAR1", b"PAR1 and nothing that is one PAR1", b"a;b\n", None])
def test_what_is_no_counts_does_not_pass_for_them(tmp_path: Path, content: bytes | None) -> None:
    if content is None:
        pd.DataFrame({"a": [1]}).to_parquet(tmp_path / "a")
        assert respondents_of(tmp_path / "a") == Respondents()
    else:
        (tmp_path / "a").write_bytes(content)
    assert not holds_counts(tmp_path / "a")
