"""The rows that a definition counts, so that the sample can make an exact number of them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal

from schemas.calendar import reference_date
from schemas.profile import Term
from schemas.profile.indicators import Condition
from schemas.values import Row


def holds(condition: Condition, row: Row, reference: date) -> bool:
    """Whether a row meets a condition on a reference date."""
    if condition.any_of is not None:
        return any(row.get(name) is True for name in condition.any_of)
    value = row.get(condition.field)
    if condition.filled is not None:
        return (value is not None) == condition.filled
    if condition.not_in is not None:
        return value not in condition.not_in
    if value is None:
        return False
    if condition.in_ is not None:
        return value in condition.in_
    if condition.at_least is not None:
        return Decimal(str(value)) >= Decimal(condition.at_least)
    if condition.years_before_reference is not None:
        return isinstance(value, date) and value <= years_before(reference, condition.years_before_reference)
    return bool(value == condition.is_)


def counted(term: Term, row: Row, year: int, *, without: Iterable[str] = ()) -> bool:
    """Whether a term counts a row in a reporting year, leaving out the conditions on the fields in `without`."""
    reference = reference_date(year, term.reference_date)
    left_out = set(without)
    return all(holds(c, row, reference) for c in term.where if c.field not in left_out)


def amount(term: Term, rows: Iterable[Row], year: int) -> Decimal:
    """What a term gives over rows: distinct values counted, or a field added up and another subtracted."""
    kept = [row for row in rows if counted(term, row, year)]
    if term.count:
        return Decimal(len({row[term.count] for row in kept}))
    less = (
        sum(
            (Decimal(str(row[term.less])) for row in kept if not term.less_units or row["unit"] in term.less_units),
            Decimal(0),
        )
        if term.less
        else Decimal(0)
    )
    return sum((Decimal(str(row[term.sum])) for row in kept), Decimal(0)) - less


def years_before(day: date, years: int) -> date:
    """The same day a number of years before; 29 February becomes 28 February."""
    try:
        return day.replace(year=day.year - years)
    except ValueError:
        return day.replace(year=day.year - years, day=28)
