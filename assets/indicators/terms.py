"""Counting and summing facts under conditions, with what each condition left out and what each delivery contributed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

from kwaliteitsmonitor.methods.figures.contributions import RowPlace
from schemas.calendar import reference_date
from schemas.contract import Kind
from schemas.profile import Term
from schemas.profile.indicators import Condition
from schemas.tables import CATALOGUE
from schemas.tables.facts import FACTS
from schemas.values import Row, Value

if TYPE_CHECKING:
    import duckdb


Argument = Value | Sequence[str]
"""What a test compares a field with: a value, or a list of codes."""


@dataclass(frozen=True)
class Dropped:
    """Rows that a condition left out, and why; `people` is how many they are of, who may have several each."""

    rows: int
    nl: str
    en: str
    people: int


@dataclass(frozen=True)
class Contribution:
    """What a delivery, or the `field` of a row of it, contributes to a number.

    `rows` is how many rows it stands for, `people` how many these are of. Rows that are not of people have a `place`.
    """

    delivery: str
    rows: int
    value: Decimal
    people: int
    place: RowPlace | None = None
    field: str = ""


@dataclass(frozen=True)
class Total:
    """A number with what contributed to it: the contributions add up to `value`.

    `looked_at` is the number of rows before any condition, of which `rows` are left. If there was nothing to look at, a
    count of zero says nothing. `people` is how many the rows are of, `None` if they are not of people.
    """

    value: Decimal
    rows: int
    looked_at: int
    dropped: tuple[Dropped, ...]
    contributions: tuple[Contribution, ...]
    people: int | None = None


def tells_units(connection: duckdb.DuckDBPyConnection, term: Term, year: int) -> bool:
    """Whether the facts of a reporting year can be split by unit: they cannot if no row names its unit."""
    if "unit" not in CATALOGUE[term.facts].names:
        return False
    [(rows, known)] = connection.execute(
        f"SELECT count(*), count(unit) FROM {term.facts} WHERE reporting_year = ?", [year]
    ).fetchall()
    return bool(known) or not rows


@dataclass
class _Facts:
    """The rows of a table of facts that meet every test so far, as a query."""

    connection: duckdb.DuckDBPyConnection
    table: str
    tests: list[str] = field(default_factory=list)
    arguments: list[Argument] = field(default_factory=list)

    def keep(self, test: str, *arguments: Argument) -> None:
        """Keep the rows that meet one test more."""
        self.tests.append(test)
        self.arguments.extend(arguments)

    def drop(self, test: str, arguments: Sequence[Argument], nl: str, en: str) -> Dropped:
        """Keep the rows that meet one test more, and tell what that leaves out and why."""
        left_out = f"{self.where} AND NOT coalesce({test}, false)"
        query = f"SELECT count(*), {_different(self.table)} FROM {self.table} WHERE {left_out}"
        [(rows, people)] = self.connection.execute(query, [*self.arguments, *arguments]).fetchall()
        self.keep(test, *arguments)
        return Dropped(rows, nl, en, people)

    def on_its_date(self, reference: date) -> Iterator[Dropped]:
        """Keep the rows on a reference date, of facts that are counted on one."""
        if "reference_date" in CATALOGUE[self.table].names:
            nl, en = "geteld op een andere peildatum", "counted on another reference date"
            yield self.drop("reference_date = ?", [reference], nl, en)

    def on_its_conditions(self, term: Term, reference: date) -> Iterator[Dropped]:
        """Keep the rows that meet each condition of a term, one after the other."""
        for condition in term.where:
            test, arguments = _test(condition, reference)
            yield self.drop(test, arguments, condition.reason_nl, condition.reason_en)

    @property
    def where(self) -> str:
        """The tests, as SQL."""
        return " AND ".join(self.tests)

    def number(self, of: str = "count(*)") -> int:
        """How many rows there are, or how many of what an aggregate counts."""
        query = f"SELECT {of} FROM {self.table} WHERE {self.where}"
        [(count,)] = self.connection.execute(query, self.arguments).fetchall()
        return int(count)

    def firsts(self, term: Term) -> str:
        """The query of the rows; `_first` says whether a value that is counted is counted here."""
        order = "_delivery, _sheet, _row, _column" if FACTS[term.facts].keeps_rows else "_delivery"
        first = f"row_number() OVER (PARTITION BY {term.count} ORDER BY {order}) = 1" if term.count else "true"
        return f"SELECT *, {first} AS _first FROM {self.table} WHERE {self.where}"


def total(
    connection: duckdb.DuckDBPyConnection, term: Term, year: int, unit: str | None = None, but: Sequence[str] = ()
) -> Total:
    """A term over the facts of a reporting year, for one unit, or for all `but` some.

    The connection holds each table of facts under its own name. A value that stands in two deliveries is counted once,
    with the first of them, so that the contributions add up; the sum of decimals is exact. Of facts that are counted on
    a reference date, those on the term's own date are read: two counts in one year are never added up.
    """
    facts = _Facts(connection, term.facts)
    facts.keep("reporting_year = ?", year)
    if unit is not None:
        facts.keep("unit = ?", unit)
    if but:
        facts.keep("NOT coalesce(list_contains(?, unit), false)", list(but))
    reference = reference_date(year, term.reference_date)
    dropped = [*facts.on_its_date(reference)]
    looked_at = facts.number()
    dropped.extend(facts.on_its_conditions(term, reference))
    contributions = tuple((_by_row if FACTS[term.facts].keeps_rows else _by_delivery)(facts, term))
    value = sum((c.value for c in contributions), Decimal(0))
    people = facts.number(_different(term.facts)) if _who(term.facts) else None
    return Total(value, facts.number(), looked_at, tuple(dropped), contributions, people)


def _by_delivery(facts: _Facts, term: Term) -> Iterator[Contribution]:
    """What each delivery contributes."""
    rows = facts.connection.execute(
        f"WITH kept AS ({facts.firsts(term)}) "
        f"SELECT _delivery, count(*), {_aggregate(term)}, {_different(term.facts)} FROM kept "
        "GROUP BY _delivery ORDER BY _delivery",
        facts.arguments,
    ).fetchall()
    for delivery, n, value, people in rows:
        yield Contribution(delivery, n, Decimal(value or 0), people)


def _by_row(facts: _Facts, term: Term) -> Iterator[Contribution]:
    """What each row contributes, of facts that are followed to their cells."""
    result = facts.connection.execute(f"{facts.firsts(term)} ORDER BY ALL", facts.arguments)
    names = [column[0] for column in result.description or []]
    for kept in (dict(zip(names, row, strict=True)) for row in result.fetchall()):
        place = RowPlace(FACTS[term.facts].reads[0], kept["_sheet"], kept["_row"], kept["_column"])
        for number, (of_field, value) in enumerate(_counted(term, kept)):
            yield Contribution(kept["_delivery"], int(not number), value, int(not number), place, of_field)


def _counted(term: Term, kept: Row) -> Iterator[tuple[str, Decimal]]:
    """The fields of a row that a term looks at, with what each contributes."""
    if term.count:
        yield term.count, Decimal(bool(kept["_first"]))
        for flag in (flag for condition in term.where for flag in condition.any_of or ()):
            if kept[flag]:
                yield flag, Decimal(0)
        return
    yield term.sum, _number(kept, term.sum)
    if term.less and kept[term.less] and (not term.less_units or kept["unit"] in term.less_units):
        yield term.less, -_number(kept, term.less)


def _number(row: Row, name: str) -> Decimal:
    """The number in a field of a row, exactly; zero if it is empty. Raises `TypeError` if it holds something else."""
    value = row[name]
    if value is None:
        return Decimal(0)
    if isinstance(value, int | float | Decimal):
        return Decimal(value)
    raise TypeError(f"{name} holds no number but a {type(value).__name__}")


def _who(facts: str) -> str | None:
    """The column that says whose a row is; `None` if rows are not of people."""
    return next((f.name for f in CATALOGUE[facts].fields if f.personal and f.kind is Kind.TEXT), None)


def _different(facts: str) -> str:
    """How many people rows are of: somebody may have several appointments or enrolments. Else how many rows."""
    who = _who(facts)
    return f"count(DISTINCT {who})" if who else "count(*)"


def _aggregate(term: Term) -> str:
    if term.count:
        return f"count({term.count}) FILTER (_first)"
    if not term.less:
        return f"sum({term.sum})"
    units = ", ".join("'" + unit.replace("'", "''") + "'" for unit in term.less_units)
    less = f"CASE WHEN unit IN ({units}) THEN {term.less} END" if units else term.less
    return f"sum({term.sum} - coalesce({less}, 0))"


def _test(condition: Condition, reference: date) -> tuple[str, list[Argument]]:
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
    """The same day a number of years earlier; 29 February becomes 28 February if that year has none."""
    try:
        return day.replace(year=day.year - years)
    except ValueError:
        return day.replace(year=day.year - years, day=28)
