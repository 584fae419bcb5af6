"""The combinations of a Parquet file and its second answers, counted in place, are those that pandas finds."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import duckdb
import pandas as pd
import pytest

from kwaliteitsmonitor.methods.disclosure.respondents import FewPeople, Respondents
from kwaliteitsmonitor.readers.answers import parquet_counts as module
from kwaliteitsmonitor.readers.answers.columns import Columns, Named, columns_of, name_of
from kwaliteitsmonitor.readers.answers.engines.counted import (
    COUNT,
    SECOND,
    WITHOUT_RESPONDENT,
    counted_by,
    holds_counts,
    respondents_of,
    write_counts,
)
from kwaliteitsmonitor.readers.answers.engines.engines import Embedded
from kwaliteitsmonitor.readers.answers.parquet_counts import (
    Scanned,
    count_scanned,
    has_later_answers,
    look_for_later_ones,
    take_counts,
)
from kwaliteitsmonitor.readers.answers.staging import engine
from kwaliteitsmonitor.readers.forms.wanted import Shape
from schemas.profile.forms import Form
from schemas.tables import CATALOGUE

EVALUATIONS = CATALOGUE["evaluations"]
WIDE = {
    "columns": {"who": "respondent"},
    "unpivot": {"name": "question", "value": "score", "headers": {"a": "organisation", "b": "assessment"}},
}


@pytest.fixture
def connection() -> Iterator[duckdb.DuckDBPyConnection]:
    with engine() as opened:
        yield opened


def mapped(frame: pd.DataFrame, **form: object) -> Columns:
    wanted = Shape(Form.model_validate({"table": "evaluations", **form}), EVALUATIONS)
    columns = columns_of([Named(name_of(one), one, True, name=one) for one in frame.columns], wanted)
    assert columns is not None
    return columns


def scanned(connection: duckdb.DuckDBPyConnection, frame: pd.DataFrame, path: Path, **form: object) -> Scanned:
    frame.to_parquet(path, row_group_size=7)
    return Scanned(Embedded(connection), path, 0, mapped(frame, **form))


def combinations(connection: duckdb.DuckDBPyConnection, *names: str) -> dict[tuple[str | None, ...], tuple[int, int]]:
    found = connection.execute(f"SELECT {', '.join(names)}, _answers, _anonymous FROM combinations_0").fetchall()
    return {row[: len(names)]: row[len(names) :] for row in found}


def test_cells_are_counted_as_what_they_mean_and_answers_of_nobody_apart(
    connection: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    frame = pd.DataFrame({
        "course": ["C-1", " C-1", "C-2", None, "C-2"] * 10,
        "score": ["4", "4 ", "5", None, "5"] * 10,
        "respondent": [f"R-{n}" if n % 5 != 3 and n % 4 else None for n in range(50)],
    })  # fmt: skip
    count_scanned(connection, scanned(connection, frame, tmp_path / "a.parquet"))
    trimmed = frame.apply(lambda column: column.str.strip()).dropna(subset=["course", "score"])
    expected = {
        key: (len(rows), int(rows.respondent.isna().sum())) for key, rows in trimmed.groupby(["course", "score"])
    }
    found = combinations(connection, "course", "score", "_why")
    assert {key[:2]: numbers for key, numbers in found.items() if key[0]} == expected


@pytest.mark.parametrize("at_once", [20_000_000, 5])
def test_each_column_of_a_wide_file_is_counted_and_a_respondent_answers_once(
    connection: duckdb.DuckDBPyConnection, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, at_once: int
) -> None:
    monkeypatch.setattr(module, "SORTED_AT_ONCE", at_once)
    frame = pd.DataFrame({"who": ["1", "2", "2", "3", None], "a": ["4", "4", "5", None, "3"], "b": ["1"] * 5})
    file = scanned(connection, frame, tmp_path / "a.parquet", **WIDE)
    assert (list(file.slices), file.by(0)) == ([0, 1], ("a", "_why"))
    count_scanned(connection, file)
    found = combinations(connection, "question", "score", "_why")
    assert {key[:2]: answers for key, (answers, _) in found.items() if key[1]} == {
        ("organisation", "4"): 2,
        ("organisation", "5"): 1,
        ("organisation", "3"): 1,
        ("assessment", "1"): 5,
    }
    connection.execute("CREATE TABLE groups_0 AS SELECT _hash AS h, hash(question) AS g FROM combinations_0")
    assert look_for_later_ones(connection, file, 0)
    places = connection.execute("SELECT o FROM later_0 ORDER BY o").fetchall()
    assert places == [(4,), (5,)], "both answers of the third row, by its number times two"


def test_where_nobody_answers_twice_there_are_no_later_ones(
    connection: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    file = scanned(
        connection, pd.DataFrame({"who": ["1", "2"], "a": ["4", "4"], "b": ["1", "1"]}), tmp_path / "a", **WIDE
    )
    count_scanned(connection, file)
    connection.execute("CREATE TABLE groups_0 AS SELECT _hash AS h, hash(question) AS g FROM combinations_0")
    assert not look_for_later_ones(connection, file, 0)


PEOPLE = Respondents(5, (FewPeople("course", "2019-2020", "teaching_methods", None, None, None, None, 4),))


def test_counts_of_a_database_are_the_same_bytes_in_any_order_and_are_taken_as_they_are(
    connection: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    values = dict.fromkeys(counted_by(EVALUATIONS), "x")
    one, other = tuple(values.values()), tuple(("" if n == "course" else v) for n, v in values.items())
    rows = [(one, (3, 1, 0)), (other, (2, 0, 1)), (one, (4, 0, 0))]
    contents = []
    for order in (rows, rows[::-1]):
        with (tmp_path / "counts").open("wb") as target:
            assert write_counts(target, EVALUATIONS, order, PEOPLE) == (2, 9)
        contents.append((tmp_path / "counts").read_bytes())
    assert contents[0] == contents[1]
    assert holds_counts(tmp_path / "counts")
    assert respondents_of(tmp_path / "counts") == PEOPLE
    columns = Columns({name: name_of(name) for name in values}, COUNT, counts=True)
    take_counts(connection, 0, columns, f"read_parquet('{tmp_path / 'counts'}')")
    found = connection.execute("SELECT course, _answers, _anonymous, _later, _row FROM combinations_0").fetchall()
    assert sorted(found, key=str) == [("x", 7, 1, 0, 1), (None, 2, 0, 1, 0)]
    assert has_later_answers(connection, 0)
    assert {COUNT, WITHOUT_RESPONDENT, SECOND}.isdisjoint(values)


@pytest.mark.parametrize("content", [b"", b"PAR1", b"PAR1 and nothing that is one PAR1", b"a;b\n"])
def test_what_is_no_counts_does_not_pass_for_them(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "a").write_bytes(content)
    assert not holds_counts(tmp_path / "a")
    pd.DataFrame({"a": [1]}).to_parquet(tmp_path / "b")
    assert not holds_counts(tmp_path / "b")
    assert respondents_of(tmp_path / "b") == Respondents()
