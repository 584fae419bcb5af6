"""How many people gave the answers of a cell, if they may be fewer than a threshold though the answers are not.

A threshold is about people. Somebody answers a question once per course, so that if one course alone has enough
answers there are enough people, and if there are too few answers there are too few people. Only of what lies between
the engine counts who they are (`doubt`), and what is kept of them is a number. That holds for the answers to a question
in each cell, and for those of them with one score.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from kwaliteitsmonitor.methods.disclosure.respondents import FewPeople

if TYPE_CHECKING:
    import duckdb

KEY = ("evaluation", "academic_year", "question", "unit", "programme", "level", "score")
"""What people are counted by; a unit, programme, level or score that is none stands for all of them."""

_SETS: Sequence[tuple[str, ...]] = ((), ("level",), ("unit",), ("unit", "level"), ("unit", "programme", "level"))
_COURSE = "course, uncoded"


def doubt(connection: duckdb.DuckDBPyConnection, combinations: str, at: object, threshold: int) -> bool:
    """Make the tables `keys_<at>` and `doubtful_<at>` of what people must be counted in; whether there is anything.

    `combinations` is a table of counts (`answers`) with the fields of `KEY`, a course, and `h`, by which it is known.
    `doubtful` pairs each with the keys (`k`) of what it is part of.
    """
    sets = [f"({', '.join(('evaluation', 'academic_year', 'question', *cell, *score, _COURSE))})"
            for cell in _SETS for score in ((), ("score",))]  # fmt: skip
    names = ", ".join(KEY)
    coded = "CASE WHEN coalesce(course, '') = '' THEN programme ELSE '' END AS uncoded"
    connection.execute(
        f"CREATE OR REPLACE TABLE keys_{at} AS SELECT row_number() OVER () AS k, * FROM (SELECT {names} FROM "
        f"(SELECT {names}, sum(answers) AS n FROM (SELECT *, {coded} FROM {combinations}) "
        f" GROUP BY GROUPING SETS ({', '.join(sets)})) "
        f"GROUP BY ALL HAVING sum(n) >= {threshold} AND max(n) < {threshold})"
    )
    part_of = " AND ".join(f"(keys.{name} IS NULL OR keys.{name} = c.{name})" for name in KEY[3:])
    connection.execute(
        f"CREATE OR REPLACE TABLE doubtful_{at} AS SELECT h, k FROM {combinations} AS c JOIN keys_{at} AS keys "
        f"USING (evaluation, academic_year, question) WHERE {part_of}"
    )
    [(keys,)] = connection.execute(f"SELECT count(*) FROM keys_{at}").fetchall()
    return bool(keys)


def few(
    connection: duckdb.DuckDBPyConnection, at: object, people: Iterable[tuple[int, int]], threshold: int
) -> tuple[FewPeople, ...]:
    """What is to be known of keys, by the number of people that an engine counted in each."""
    known = {key[0]: key[1:] for key in connection.execute(f"SELECT k, {', '.join(KEY)} FROM keys_{at}").fetchall()}
    below = (FewPeople._make((*known[k], number)) for k, number in people if number < threshold)
    return tuple(sorted(below, key=str))
