"""Counting and summing facts under conditions, with what each condition left out and what each delivery contributed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from schemas.calendar import reference_date
from schemas.contract import Kind
from schemas.profile import Term
from schemas.profile.indicators import Condition
from schemas.tables import CATALOGUE

if TYPE_CHECKING:
    import duckdb


@dataclass(frozen=True)
class Dropped:
    """Rows that a condition left out, and why; `people` is how many they are of, who may have several each."""

    rows: int
    nl: str
    en: str
    people: int


@dataclass(frozen=True)
class Contribution:
    """What one delivery contributes to a number; `people` is how many its rows are of."""

    delivery: str
    rows: int
    value: Decimal
    people: int


@dataclass(frozen=True)
class Total:
    """A number with its evidence: the contributions add up to `value`.

    `looked_at` is the number of rows before any condition, of which `rows` are left. Where there was nothing to
    look at, a count of zero says nothing. `people` is how many the rows are of, none where they are not of people.
    """

    value: Decimal
    rows: int
    looked_at: int
    dropped: tuple[Dropped, ...]
    contributions: tuple[Contribution, ...]
    people: int | None = None


def tells_units(connection: duckdb.DuckDBPyConnection, term: Term, year: int) -> bool:
    """Whether the facts of a reporting year can be told apart by unit: none can where no row says of which it is."""
    if "unit" not in CATALOGUE[term.facts].names:
        return False
    [(rows, known)] = connection.execute(
        f"SELECT count(*), count(unit) FROM {term.facts} WHERE reporting_year = ?", [year]
    ).fetchall()
    return bool(known) or not rows


def total(
    connection: duckdb.DuckDBPyConnection, term: Term, year: int, unit: str | None = None, but: Sequence[str] = ()
) -> Total:
    """A term over the facts of a reporting year, for one unit, or for all `but` some.

    The connection holds each table of facts under its own name. A value that stands in two deliveries is counted once,
    with the first of them, so that the contributions add up; the sum of decimals is exact. Of facts that are counted on
    a reference date, those on the term's own date are read: two counts in one year are never added up.
    """
    tests, values = ["reporting_year = ?"], [year]
    arguments: list[Any] = list(values)
    if unit is not None:
        tests.append("unit = ?")
        arguments.append(unit)
    if but:
        tests.append("NOT coalesce(list_contains(?, unit), false)")
        arguments.append(list(but))
    rows = _rows(connection, term.facts, tests, arguments)
    dropped = []
    reference = reference_date(year, term.reference_date)
    if "reference_date" in CATALOGUE[term.facts].names:
        tests.append("reference_date = ?")
        arguments.append(reference)
        left = _rows(connection, term.facts, tests, arguments)
        people = _people(connection, term.facts, tests, arguments)
        dropped.append(
            Dropped(rows - left, "geteld op een andere peildatum", "counted on another reference date", people)
        )
        rows = left
    looked_at = rows
    for condition in term.where:
        test, more = _test(condition, reference)
        tests.append(test)
        arguments.extend(more)
        left = _rows(connection, term.facts, tests, arguments)
        people = _people(connection, term.facts, tests, arguments)
        dropped.append(Dropped(rows - left, condition.reason_nl, condition.reason_en, people))
        rows = left
    first = f"row_number() OVER (PARTITION BY {term.count} ORDER BY _delivery) = 1" if term.count else "true"
    found = connection.execute(
        f"WITH kept AS (SELECT *, {first} AS _first FROM {term.facts} WHERE {' AND '.join(tests)}) "
        f"SELECT _delivery, count(*), {_aggregate(term)}, {_different(term.facts)} FROM kept "
        "GROUP BY _delivery ORDER BY _delivery",
        arguments,
    ).fetchall()
    contributions = tuple(Contribution(delivery, n, Decimal(value or 0), who) for delivery, n, value, who in found)
    value = sum((c.value for c in contributions), Decimal(0))
    different: int | None = None
    if _who(term.facts):
        where = " AND ".join(tests)
        [(different,)] = connection.execute(
            f"SELECT {_different(term.facts)} FROM {term.facts} WHERE {where}", arguments
        ).fetchall()
    return Total(value, rows, looked_at, tuple(dropped), contributions, different)


def kept_rows(connection: duckdb.DuckDBPyConnection, term: Term, year: int) -> list[dict[str, Any]]:
    """The rows of facts that `total` counts or adds up; `_first` says whether a counted value is counted here."""
    reference = reference_date(year, term.reference_date)
    tests = ["reporting_year = ?"]
    arguments: list[Any] = [year]
    if "reference_date" in CATALOGUE[term.facts].names:
        tests.append("reference_date = ?")
        arguments.append(reference)
    for condition in term.where:
        test, more = _test(condition, reference)
        tests.append(test)
        arguments.extend(more)
    first = f"row_number() OVER (PARTITION BY {term.count} ORDER BY _delivery) = 1" if term.count else "true"
    found = connection.execute(
        f"SELECT *, {first} AS _first FROM {term.facts} WHERE {' AND '.join(tests)} ORDER BY ALL", arguments
    )
    names = [column[0] for column in found.description or []]
    return [dict(zip(names, row, strict=True)) for row in found.fetchall()]


def _rows(connection: duckdb.DuckDBPyConnection, facts: str, tests: Sequence[str], arguments: Sequence[Any]) -> int:
    query = f"SELECT count(*) FROM {facts} WHERE {' AND '.join(tests)}"
    row = connection.execute(query, list(arguments)).fetchone()
    return int(row[0]) if row else 0


def _who(facts: str) -> str | None:
    """The column that says whose a row is; None where rows are not of people."""
    return next((f.name for f in CATALOGUE[facts].fields if f.personal and f.kind is Kind.TEXT), None)


def _different(facts: str) -> str:
    """How many people rows are of: somebody may have several appointments or enrolments. Else how many rows."""
    who = _who(facts)
    return f"count(DISTINCT {who})" if who else "count(*)"


def _people(connection: duckdb.DuckDBPyConnection, facts: str, tests: Sequence[str], arguments: Sequence[Any]) -> int:
    """How many people the rows are of that meet all tests but the last."""
    *before, last = tests
    query = f"SELECT {_different(facts)} FROM {facts} WHERE {' AND '.join(before)} AND NOT coalesce({last}, false)"
    row = connection.execute(query, list(arguments)).fetchone()
    return int(row[0]) if row else 0


def _aggregate(term: Term) -> str:
    if term.count:
        return f"count({term.count}) FILTER (_first)"
    if not term.less:
        return f"sum({term.sum})"
    units = ", ".join("'" + unit.replace("'", "''") + "'" for unit in term.less_units)
    less = f"CASE WHEN unit IN ({units}) THEN {term.less} END" if units else term.less
    return f"sum({term.sum} - coalesce({less}, 0))"


def _test(condition: Condition, reference: date) -> tuple[str, list[Any]]:
    """The SQL of a condition and its arguments. Field names come from a validated profile, values are arguments.

    A row whose field is empty does not meet a condition on its value; a unit that is empty is not in any list, so that
    `not_in` keeps it.
    """
    name = condition.field
    if condition.is_ is not None:
        return f"{name} = ?", [condition.is_]
    if condition.in_ is not None:
        return f"list_contains(?, {name})", [condition.in_]
    if condition.not_in is not None:
        return f"NOT coalesce(list_contains(?, {name}), false)", [condition.not_in]
    if condition.at_least is not None:
        return f"{name} >= CAST(? AS DECIMAL(18, 4))", [condition.at_least]
    if condition.filled is not None:
        return f"{name} IS {'NOT ' if condition.filled else ''}NULL", []
    if condition.years_before_reference is not None:
        return f"{name} <= ?", [years_before(reference, condition.years_before_reference)]
    return "(" + " OR ".join(f"coalesce({flag}, false)" for flag in condition.any_of or []) + ")", []


def years_before(day: date, years: int) -> date:
    """The same day so many years earlier; 29 February becomes 28 February where that year has none."""
    try:
        return day.replace(year=day.year - years)
    except ValueError:
        return day.replace(year=day.year - years, day=28)
