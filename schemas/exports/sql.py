"""The SQLAlchemy table of a declared table, for feeds that are read from a database."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Context, Decimal, Inexact, InvalidOperation
from typing import Any

import sqlalchemy as sa
from sqlalchemy.types import TypeDecorator, TypeEngine

from schemas.contract import Field, Kind, Table
from schemas.exports.arrow import PRECISION, precision

_TYPES: Mapping[Kind, type[TypeEngine[Any]]] = {
    Kind.TEXT: sa.Text,
    Kind.INTEGER: sa.BigInteger,
    Kind.NUMBER: sa.Double,
    Kind.DATE: sa.Date,
    Kind.BOOLEAN: sa.Boolean,
}


class ExactDecimal(TypeDecorator[Decimal]):
    """A decimal that comes back as it went in, in every database.

    `NUMERIC(precision, scale)`, except on SQLite, which would keep it as a binary fraction: there it is text. Text
    sorts and compares as text, so on SQLite amounts are not to be compared or added up inside the database.
    """

    impl = sa.Numeric
    cache_ok = True

    def __init__(self, precision: int = PRECISION, scale: int = 2) -> None:
        super().__init__(precision, scale)
        self.precision = precision
        self.scale = scale

    def load_dialect_impl(self, dialect: sa.Dialect) -> TypeEngine[Any]:
        """Return the type that the database of this dialect gets."""
        if dialect.name == "sqlite":
            return dialect.type_descriptor(sa.Text())
        return dialect.type_descriptor(sa.Numeric(self.precision, self.scale))

    def process_bind_param(self, value: Decimal | None, dialect: sa.Dialect) -> Decimal | str | None:
        """Return what is stored: the value at the scale of the column.

        Raises `decimal.Inexact` or `decimal.InvalidOperation` for a value with more digits than the column holds,
        rather than storing another amount.
        """
        if value is None:
            return None
        if not value.is_finite():
            raise InvalidOperation(f"{value} is no amount")
        exact = Context(prec=self.precision, traps=[Inexact, InvalidOperation]).quantize(
            value, Decimal(1).scaleb(-self.scale)
        )
        return str(exact) if dialect.name == "sqlite" else exact

    def process_result_value(self, value: object, dialect: sa.Dialect) -> Decimal | None:  # noqa: ARG002
        """Return the stored value as a decimal. Someone else's column may hold numbers: they are taken as printed."""
        return None if value is None else Decimal(str(value))


def sql_type(field: Field) -> TypeEngine[Any]:
    """Return the SQLAlchemy type of a field; money and other decimals are exact, at the scale of the field."""
    if field.kind in (Kind.DECIMAL, Kind.MONEY):
        return ExactDecimal(precision(field), field.scale)
    return _TYPES[field.kind]()


def sql_table(table: Table, metadata: sa.MetaData, name: str | None = None) -> sa.Table:
    """Return the table for SQLAlchemy, registered in `metadata`, called `name` or else as declared.

    The database is told of types and required columns only. Keys, codes and ranges are left to validation, which
    sets rows aside and says why, where a database would refuse the whole load.

    Raises `sqlalchemy.exc.InvalidRequestError` if `metadata` has a table of that name.
    """
    columns = [sa.Column(f.name, sql_type(f), nullable=f.nullable, comment=f.en) for f in table.fields]
    return sa.Table(name or table.name, metadata, *columns, comment=table.en)
