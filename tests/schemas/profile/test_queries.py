"""The text of a query in a profile: one statement that only reads, with parameters of the period."""

from __future__ import annotations

import pytest

from schemas.profile.queries import parameters, query_problem


@pytest.mark.parametrize(
    ("query", "problem"),
    [
        ("SELECT a::date, 'x:y' FROM t WHERE year = :reporting_year;", ""),
        ("with t as (select 1) select * from t -- ; drop table t", ""),
        ("SELECT \"update\", [delete], `drop`, $a$ insert; $a$ /* ; grant */ FROM t WHERE n = 'it''s; into'", ""),
        ("SELECT 1; DROP TABLE t", "expected one statement: a semicolon ends it"),
        ("DELETE FROM t", "expected a query that begins with SELECT or WITH"),
        ("SELECT 1 INTO t", "expected a query that only reads, without INTO"),
        ("SELECT 1 WHERE a = :year", "unknown parameter :year; expected :reporting_year, :academic_year"),
    ],
)
def test_a_query_only_reads(query: str, problem: str) -> None:
    message = query_problem(query)
    assert message.startswith(problem)
    assert bool(message) == bool(problem)


def test_parameters_are_what_sqlalchemy_binds() -> None:
    assert parameters(r"SELECT a::date, '\:no' WHERE b = :round AND c = :unit") == {"round", "unit"}
