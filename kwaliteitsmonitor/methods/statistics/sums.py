"""Adding up counts of answers in the engine: whole sums per cell, however many counts there are.

A *cell* is a unit, a programme and a level, each of which may be `None`, which means all of them. The engine groups the
counts into cells and hands over sums of whole numbers; fractions are made of them once, per figure. For the spread over
courses it groups the courses of a cell by their number of answers N: of each N come the number of courses, ΣS and ΣS²,
where S is the sum of a course. The mean of a course is S/N, so that fractions stay as few as there are N.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

import pyarrow as pa

from kwaliteitsmonitor.foundation.engine import duckdb_for
from schemas.profile.questions import MinimumResponse

if TYPE_CHECKING:
    import duckdb


class Cell(NamedTuple):
    """A group of respondents: a unit, a programme of it, a level; `None` means all."""

    unit: str | None = None
    programme: str | None = None
    level: str | None = None


class Asked(NamedTuple):
    """What is asked: a question of an evaluation in a reporting year."""

    year: int
    evaluation: str
    question: str


class OfSize(NamedTuple):
    """The courses with one number of answers: how many, the sum of their sums and of the squares of those."""

    answers: int
    courses: int
    first: int
    second: int


@dataclass
class Sums:
    """What the engine adds up for one question in one cell.

    `scores` gives the number of answers by how many steps they lie from the bad end of the scale; `named` is the number
    of courses with a code, and `course` that code if it is one; `deliveries` gives the answers of each delivery.
    `dropped_answers` and `dropped_courses` are what a minimum response leaves out of all others.
    """

    scores: dict[int, int] = field(default_factory=dict)
    courses: list[OfSize] = field(default_factory=list)
    named: int = 0
    course: str = ""
    deliveries: dict[str, int] = field(default_factory=dict)
    dropped_answers: int = 0
    dropped_courses: int = 0


@dataclass
class Population:
    """How many were invited in a cell; `None` if that is not known for all who answered.

    `open_link`: somewhere in the cell anyone who had the link could answer. `unknown`: some answered of whom it is not
    known how many were invited.
    """

    invited: int = 0
    open_link: bool = False
    unknown: bool = False


ByCell = dict[Asked, dict[Cell, Sums]]
Populations = dict[tuple[int, str], dict[Cell, Population]]

_ASKED = "reporting_year, evaluation, question"
_CELL = "unit, programme, level"
_COURSE = "course, uncoded"
"""What a course is known by: its code, whatever the programmes of its students. What has no code is told apart by
programme, which `uncoded` then names."""
_UNCODED = "CASE WHEN coalesce(course, '') = '' THEN programme ELSE '' END AS uncoded"
_SETS: Sequence[tuple[str, ...]] = ((), ("level",), ("unit",), ("unit", "level"), ("unit", "programme", "level"))
"""The cells that are made: the whole, each level, unit, unit by level, and programme of a unit by level."""


def added_up(
    answers: pa.Table,
    population: pa.Table,
    factors: pa.Table,
    years: Sequence[int],
    minimum: Sequence[MinimumResponse] = (),
) -> tuple[ByCell, Populations]:
    """The sums of every question in every cell of these years, and how many were invited in each cell.

    `answers` and `population` are tables of facts, `factors` maps scales onto that of the question (see `scaling`).
    A course is a code of the institution in a year, whatever the programmes and levels of its students: given by
    several units it is one course of the whole, and of each unit it is what that unit delivered. Courses with a
    response below `minimum` are left out everywhere alike.
    """
    with duckdb_for("statistics") as connection:
        connection.execute("SET preserve_insertion_order = false")
        for name, rows in (("facts", answers), ("population", population), ("factors", factors)):
            connection.register(name, rows)
        _prepare(connection, years, minimum)
        by_cell: ByCell = defaultdict(lambda: defaultdict(Sums))
        for question, cell, (steps, counts) in _by_cell(connection, "leaves", "steps"):
            by_cell[question][cell].scores = dict(zip(steps, counts, strict=True))
        for question, cell, (names, counts) in _by_cell(connection, "leaves", "_delivery"):
            by_cell[question][cell].deliveries = dict(zip(names, counts, strict=True))
        for question, cell, (*of_size, named, course) in _courses(connection):
            sums = by_cell[question][cell]
            sums.course = course if named == 1 else ""
            sums.courses, sums.named = list(map(OfSize._make, zip(*of_size, strict=True))), named
        for question, cell, (count, courses) in _dropped(connection):
            sums = by_cell[question][cell]
            sums.dropped_answers, sums.dropped_courses = count, courses
        return {question: dict(cells) for question, cells in by_cell.items()}, _populations(connection)


def _prepare(connection: duckdb.DuckDBPyConnection, years: Sequence[int], minimum: Sequence[MinimumResponse]) -> None:
    """The tables `kept` and `dropped`: counts by steps on the reporting scale; and `invited`."""
    connection.execute(
        "CREATE TABLE counts AS SELECT reporting_year, evaluation, question, unit, programme, level, "
        f"coalesce(course, '') AS course, {_UNCODED}, (score - worst) * factor AS steps, answers, _delivery "
        "FROM facts JOIN factors USING (question, worst, best) WHERE list_contains(?, reporting_year)",
        [list(years)],
    )
    connection.execute(
        "CREATE TABLE invited AS SELECT reporting_year, evaluation, unit, programme, level, coalesce(course, '') AS "
        f"course, {_UNCODED}, invited, coalesce(open_link, false) AS open_link FROM population "
        "WHERE list_contains(?, reporting_year)",
        [list(years)],
    )
    connection.execute(
        f"CREATE TABLE too_few AS SELECT {_ASKED}, {_COURSE} FROM "
        f"(SELECT {_ASKED}, {_COURSE}, sum(answers) AS responses FROM counts WHERE course <> '' GROUP BY ALL) JOIN "
        f"(SELECT reporting_year, evaluation, {_COURSE}, sum(invited) AS class_size FROM invited GROUP BY ALL "
        f"HAVING NOT bool_or(open_link)) USING (reporting_year, evaluation, {_COURSE}) WHERE {_below(minimum)}"
    )
    for name, join in (("kept", "ANTI"), ("dropped", "SEMI")):
        connection.execute(
            f"CREATE TABLE {name} AS SELECT * FROM counts {join} JOIN too_few USING ({_ASKED}, {_COURSE})"
        )
    # Most cells are sums over many courses: they are added up once, and cells of what is left.
    connection.execute(
        f"CREATE TABLE leaves AS SELECT {_ASKED}, unit, programme, level, steps, _delivery, sum(answers) AS answers "
        "FROM kept GROUP BY ALL"
    )


def _below(minimum: Sequence[MinimumResponse]) -> str:
    """The test whether a course has too few responses for its class; numbers of a validated profile stand in it."""
    cases = [
        f"WHEN class_size >= {one.class_size} THEN responses < "
        + (f"{one.responses}" if one.share is None else f"class_size * CAST('{one.share}' AS DECIMAL(9, 6))")
        for one in reversed(minimum)
    ]
    return f"CASE {' '.join(cases)} ELSE false END" if cases else "false"


Row = tuple[Asked, Cell, tuple[Any, ...]]


def _by_cell(connection: duckdb.DuckDBPyConnection, table: str, by: str) -> Iterator[Row]:
    """For each question and cell, the values of a column in their order and the number of answers of each."""
    sets = ", ".join(f"({', '.join((_ASKED, *names))}, {by})" for names in _SETS)
    return _rows(
        connection,
        f"SELECT {_ASKED}, {_CELL}, list({by} ORDER BY {by}), list(n ORDER BY {by}) FROM (SELECT {_ASKED}, {_CELL}, "
        f"{by}, CAST(sum(answers) AS BIGINT) AS n FROM {table} GROUP BY GROUPING SETS ({sets})) GROUP BY ALL",
    )


def _courses(connection: duckdb.DuckDBPyConnection) -> Iterator[Row]:
    """The courses of each question and cell, by their number of answers; how many of them have a code, and the last."""
    sets = ", ".join(f"({', '.join((_ASKED, *names, _COURSE))})" for names in _SETS)
    graded = (
        f"SELECT {_ASKED}, {_CELL}, course, CAST(sum(answers) AS BIGINT) AS n, sum(steps * answers) AS first "
        f"FROM kept GROUP BY GROUPING SETS ({sets})"
    )
    sizes = (
        "n, count(*) AS courses, sum(first) AS first, sum(first * first) AS second, "
        "count(*) FILTER (course <> '') AS named, max(course) AS code"
    )
    in_order = ", ".join(f"list({name} ORDER BY n)" for name in ("n", *OfSize._fields[1:]))
    return _rows(
        connection,
        f"SELECT {_ASKED}, {_CELL}, {in_order}, CAST(sum(named) AS BIGINT), max(code) FROM "
        f"(SELECT {_ASKED}, {_CELL}, {sizes} FROM ({graded}) GROUP BY ALL) GROUP BY ALL",
    )


def _dropped(connection: duckdb.DuckDBPyConnection) -> Iterator[Row]:
    """For each question and cell, the answers and the courses that are left out."""
    sets = ", ".join(f"({', '.join((_ASKED, *names))})" for names in _SETS)
    return _rows(
        connection,
        f"SELECT {_ASKED}, {_CELL}, CAST(sum(answers) AS BIGINT), count(DISTINCT ({_COURSE})) FROM dropped "
        f"GROUP BY GROUPING SETS ({sets})",
    )


def _rows(connection: duckdb.DuckDBPyConnection, query: str) -> Iterator[Row]:
    for row in connection.execute(query).fetchall():
        yield Asked._make(row[:3]), Cell._make(row[3:6]), row[6:]


def _populations(connection: duckdb.DuckDBPyConnection) -> Populations:
    populations: Populations = defaultdict(lambda: defaultdict(Population))
    sets = ", ".join(f"({', '.join(('reporting_year', 'evaluation', *names))})" for names in _SETS)
    cells = "reporting_year, evaluation, unit, programme, level"
    for year, evaluation, *cell, invited, is_open in connection.execute(
        f"SELECT {cells}, sum(invited), bool_or(open_link) FROM invited GROUP BY GROUPING SETS ({sets})"
    ).fetchall():
        population = populations[(year, evaluation)][Cell(*cell)]
        population.invited, population.open_link = int(invited), is_open
    for year, evaluation, *cell in connection.execute(
        f"SELECT {cells} FROM (SELECT DISTINCT {cells} FROM kept ANTI JOIN invited USING ({cells})) "
        f"GROUP BY GROUPING SETS ({sets})"
    ).fetchall():
        populations[(year, evaluation)][Cell(*cell)].unknown = True
    return {key: dict(cells_of) for key, cells_of in populations.items()}


def distinct_scales(answers: pa.Table) -> list[tuple[str, int, int]]:
    """The scales (question, worst, best) that occur among counts of answers."""
    rows = answers.select(["question", "worst", "best"]).group_by(["question", "worst", "best"]).aggregate([])
    return [(row["question"], row["worst"], row["best"]) for row in rows.to_pylist()]


def units_of(cells: Mapping[Cell, Sums], level: str | None) -> list[Cell]:
    """The cells of single units, of all levels or one."""
    units = (cell for cell in cells if cell.unit and not cell.programme and cell.level == level)
    return sorted(units, key=lambda cell: cell.unit or "")
