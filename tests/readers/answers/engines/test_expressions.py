"""What is asked of every engine, put to DuckDB: counting, trimming, codes, second answers and people."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import duckdb
import ibis
import numpy as np
import pyarrow as pa
import pytest

from kwaliteitsmonitor.methods.disclosure.respondents import FewPeople, Respondents
from kwaliteitsmonitor.readers.answers.columns import Columns
from kwaliteitsmonitor.readers.answers.counts import Counted
from kwaliteitsmonitor.readers.answers.engines.engines import Embedded, duckdb_sql
from kwaliteitsmonitor.readers.answers.engines.expressions import (
    as_text,
    counts,
    filled,
    first_ones,
    later_ones,
    of_combinations,
    people_by,
    put_together,
    trimmed,
    with_code,
)
from kwaliteitsmonitor.readers.answers.engines.people import doubt, few
from kwaliteitsmonitor.readers.answers.files import Selection
from kwaliteitsmonitor.readers.answers.people import respondents
from schemas.profile.forms import Form
from tests.readers.answering import Answers, answer


@pytest.fixture
def connection() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as opened:
        yield opened


def table(connection: duckdb.DuckDBPyConnection, name: str = "answers", **columns: list[Any]) -> Any:
    """A table of the engine as an expression."""
    connection.register(f"{name}_rows", pa.table(columns))
    connection.execute(f"CREATE OR REPLACE TABLE {name} AS SELECT * FROM {name}_rows")
    return Embedded(connection).take(name)


def rows(connection: duckdb.DuckDBPyConnection, found: Any) -> list[tuple[Any, ...]]:
    return sorted(connection.execute(duckdb_sql(found)).fetchall(), key=str)


def test_texts_are_trimmed_put_together_and_mapped_to_codes(connection: duckdb.DuckDBPyConnection) -> None:
    texts = ["C-1", " C-1\t", "\xa0", "", None]
    own = table(connection, t=texts, f=[1.0, 2.5, 1e300, None, -3.0], n=[1, 2, 3, None, None])
    pieces = put_together(["C", own.n, "/", own.t])
    codes = with_code(own.t, {"c-1": "FGW"})
    found = connection.execute(
        duckdb_sql(own.select(t=trimmed(own.t), f=as_text(own.f), p=pieces, c=codes, s=filled([own.t, own.n])))
    ).fetchall()
    assert found == [
        ("C-1", "1", "C1/C-1", "FGW", True),
        ("C-1", "2.5", "C2/C-1", "FGW", True),
        (None, "1e+300", None, "", True),
        (None, None, None, "", False),
        (None, "-3", None, "", False),
    ]
    assert rows(connection, own.select(c=with_code(own.n, {})))[0] == ("",)


def test_answers_are_counted_by_their_cells_and_of_nobody_apart(connection: duckdb.DuckDBPyConnection) -> None:
    own = table(connection, course=["a", "a", "b"], who=["1", None, "2"])
    assert rows(connection, counts(own, ["course"], own.who)) == [("a", 2, 1), ("b", 1, 0)]
    assert rows(connection, counts(own, ["course"], None)) == [("a", 2, 0), ("b", 1, 0)]


def test_of_second_answers_the_first_stays_and_people_are_counted_once(connection: duckdb.DuckDBPyConnection) -> None:
    own = table(connection, g=["x", "x", "x", "y"], who=["1", "2", "1", "1"], at=[3, 1, 2, 9])
    assert rows(connection, later_ones(own, ["g", "who"], ["at"])) == [("x", "1", 3)]
    assert rows(connection, first_ones(own, ["g", "who"], ["at"])) == [("x", "1", 2), ("x", "2", 1), ("y", "1", 9)]
    assert rows(connection, people_by(own, "g", "who")) == [("x", 2), ("y", 1)]


def test_answers_are_found_by_their_combination_of_cells_of_which_some_are_empty(
    connection: duckdb.DuckDBPyConnection,
) -> None:
    own = table(connection, a=["1", None, "2"], b=["x", "y", "x"], at=[1, 2, 3])
    wanted = table(connection, "wanted", a=["1", None], b=["x", "y"], h=["one", "none"])
    assert rows(connection, of_combinations(own, wanted, ["a", "b"])) == [("1", "x", 1, "one"), (None, "y", 2, "none")]
    assert isinstance(ibis.to_sql(own), str)


KEY = ("course", "2019-2020", "teaching_methods")


def combined(*courses: tuple[str, int]) -> pa.Table:
    """Combinations of answers: a course and how many answers there are in it."""
    about = answer()
    same = {name: about[name] for name in ("evaluation", "academic_year", "question", "unit", "programme", "level")}
    listed = [{**same, "score": 4, "course": course, "answers": n} for course, n in courses]
    return pa.Table.from_pylist(listed)


def doubtful(connection: duckdb.DuckDBPyConnection, *courses: tuple[str, int]) -> bool:
    made = combined(*courses).append_column("h", pa.array(range(len(courses)), pa.uint64()))
    connection.register("combined", made)
    return doubt(connection, "combined", 0, 5)


def test_people_are_in_doubt_only_where_the_answers_are_enough_and_those_of_no_course_are(
    connection: duckdb.DuckDBPyConnection,
) -> None:
    assert not doubtful(connection, ("C-1", 5), ("C-2", 4)), "one course alone has enough answers"
    assert not doubtful(connection, ("C-1", 2), ("C-2", 2)), "there are too few answers, so too few people"
    assert doubtful(connection, ("C-1", 3), ("C-2", 3))
    keys = connection.execute("SELECT k FROM keys_0 ORDER BY k").fetchall()
    people = few(connection, 0, [(k, 4) for (k,) in keys], 5)
    assert FewPeople(*KEY, None, None, None, None, 4) in people
    assert FewPeople(*KEY, "FGW", "56034", "Ba", 4, 4) in people
    assert few(connection, 0, [(k, 5) for (k,) in keys], 5) == (), "they are enough"


def test_the_people_of_a_file_are_those_of_its_accepted_answers_without_second_ones(
    connection: duckdb.DuckDBPyConnection, answers: Answers
) -> None:
    made, hashes = combined(("C-1", 3), ("C-2", 3)), np.array([1, 2], np.uint64)
    connection.execute("CREATE TABLE answers_0 (h UBIGINT, r UBIGINT)")
    who = [(1, 1), (1, 2), (1, 3), (2, 1), (2, 2), (2, None)]
    connection.executemany("INSERT INTO answers_0 VALUES (?, ?)", who)
    connection.execute("CREATE TABLE later_0 AS SELECT 2 AS o")
    columns = Columns({}, "respondent")
    part = Counted(0, answers.file(b""), Selection("", columns, {}), Form(table="evaluations"))
    assert {one.people for one in respondents(connection, part, made, hashes, 5).few} == {3}
    part.repeated = True
    assert {one.people for one in respondents(connection, part, made, hashes, 5).few} == {2}
    assert respondents(connection, part, made, hashes, 0) == Respondents()
    for bare in (Columns({}, None), Columns({}, "respondent", by_row=True)):
        part.selected = Selection("", bare, {})
        assert respondents(connection, part, made, hashes, 5) == Respondents()
