"""The numbers of a row of a published table, computed from its parts by the formulas that are declared for it."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from types import MappingProxyType

from kwaliteitsmonitor.methods.figures.arithmetic import Parts, worked_out
from schemas.contract import Kind
from schemas.figures import PUBLISHED, numbers_of

Amounts = Mapping[str, Decimal | None]
"""Parts by name; `None` for one that is not known."""
Number = Decimal | float | None
_NONE: Mapping[str, Amounts] = MappingProxyType({})


def numbers(table: str, parts: Amounts, others: Mapping[str, Amounts] = _NONE) -> dict[str, Number]:
    """Every number of a row that has a formula, by its column; `others` are the parts of other figures, by relation.

    Amounts are exact, other numbers floats. A number is `None` if one of its parts is not known or there is nothing to
    divide by.
    """
    published = PUBLISHED[table]
    where = Parts[Decimal](parts.get, lambda relation, name: [others.get(relation, {}).get(name)])
    values = {name: worked_out(published.numbers[name], where) for name in numbers_of(published)}
    return {
        name: value if value is None or published.table[name].kind is Kind.MONEY else float(value)
        for name, value in values.items()
    }


def demanded_number(table: str, name: str, parts: Mapping[str, Decimal]) -> Decimal:
    """One number of a row, exactly, of which every part is known. Raises `ValueError` if it cannot be worked out."""
    value = exact_number(table, name, parts)
    if value is None:
        raise ValueError(f"{table}.{name} does not follow from {', '.join(parts)}")
    return value


def exact_number(table: str, name: str, parts: Amounts) -> Decimal | None:
    """One number of a row, exactly."""
    return worked_out(PUBLISHED[table].numbers[name], Parts(parts.get, lambda *_: ()))
