"""Working out the rules by which the numbers of a figure follow from its parts.

A rule (`schemas.formula`) is read as an expression of numbers, parts, `relation.part`, `+ - * /` and the functions
below; nothing else of a programming language is understood, and nothing is run. It is worked out in decimals, or in
fractions where its parts are fractions.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Generic, TypeVar

from kwaliteitsmonitor.methods.statistics.moments import Moments, decimal, median, welch
from schemas.formula import parsed

Exact = Decimal | Fraction
Numbers = Sequence[Decimal | None]


class UnknownError(Exception):
    """A part is not published, or there is nothing to divide by: the rule cannot be worked out."""


N = TypeVar("N", Decimal, Fraction)


@dataclass(frozen=True)
class Parts(Generic[N]):
    """Where a rule finds its numbers: `own` gives a part by name, `others` a number of the figures of a relation."""

    own: Callable[[str], N | None]
    others: Callable[[str, str], Sequence[N | None]]


def worked_out(rule: str, parts: Parts[Decimal]) -> Decimal | None:
    """What a rule gives; `None` if a part is not published or there is nothing to divide by.

    Raises `ValueError` for a rule that is no arithmetic.
    """
    try:
        return _value(parsed(rule), parts, Decimal)
    except UnknownError:
        return None


def in_fractions(rule: str, sums: Mapping[str, Fraction]) -> Fraction | None:
    """What a rule gives exactly, `None` as `worked_out` has it; `sums` are parts and `relation.part`, by name.

    Raises `ValueError` for a rule that is no arithmetic.
    """
    parts = Parts[Fraction](sums.get, lambda relation, name: [sums.get(f"{relation}.{name}")])
    try:
        return _value(parsed(rule), parts, Fraction)
    except UnknownError:
        return None


def filled_in(
    rule: str, parts: Parts[Decimal], written: Callable[[Decimal], str], called: Callable[[str], str] = str
) -> str:
    """The rule with its numbers in place of their names; a name stays if its number is not published.

    `called` says what people call a function, and a part whose number is not published.
    """

    def numbers(node: ast.expr) -> str:
        try:
            values = _list(node, parts) if isinstance(node, ast.Attribute) else [_value(node, parts, Decimal)]
        except UnknownError:
            return called(ast.unparse(node))
        return ", ".join(f"({written(one)})" if one < 0 else written(one) for one in values)

    return _put(parsed(rule), numbers, called)


def in_words(rule: str, called: Callable[[str], str]) -> str:
    """The rule with what people call each part in place of its name."""
    return _put(parsed(rule), lambda node: called(ast.unparse(node)), called)


def _value(node: ast.expr, parts: Parts[N], exact: type[N]) -> N:
    match node:
        case ast.Constant(value=int(number)):
            return exact(number)
        case ast.Name(id=name):
            return _known(parts.own(name))
        case ast.Attribute():
            values = _list(node, parts)
            return values[0] if len(values) == 1 else sum(values, exact(0))
        case ast.BinOp(left=left, op=op, right=right):
            return _combined(op, _value(left, parts, exact), _value(right, parts, exact))
        case ast.Call(func=ast.Name(id=name), args=arguments) if name in LISTS:
            return exact(_known(LISTS[name](*(_list(one, parts) for one in arguments))))
        case ast.Call(func=ast.Name(id=name), args=arguments) if name in FUNCTIONS:
            return exact(_known(FUNCTIONS[name](*(Fraction(_value(one, parts, exact)) for one in arguments))))
    raise ValueError(f"a rule holds what is no arithmetic: {ast.unparse(node)}")


def _list(node: ast.expr, parts: Parts[N]) -> list[N]:
    if not (isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name)):
        raise ValueError(f"a rule asks for the numbers of what has none: {ast.unparse(node)}")
    values = [_known(one) for one in parts.others(node.value.id, node.attr)]
    if not values:
        raise UnknownError
    return values


def _known(value: N | None) -> N:
    if value is None:
        raise UnknownError
    return value


def _combined(op: ast.operator, left: N, right: N) -> N:
    match op:
        case ast.Add():
            return left + right
        case ast.Sub():
            return left - right
        case ast.Mult():
            return left * right
        case ast.Div():
            if right == 0:
                raise UnknownError
            return left / right
    raise ValueError(f"a rule knows no {type(op).__name__}")


def _put(node: ast.expr, text_of: Callable[[ast.expr], str], called: Callable[[str], str]) -> str:
    """A rule written out, with what is said of each part in its place."""
    match node:
        case ast.BinOp(left=left, op=op, right=right):
            tight = isinstance(op, ast.Mult | ast.Div)
            sign = next(sign for kind, sign in SIGNS.items() if isinstance(op, kind))
            ends = (_closed(one, _put(one, text_of, called), tight, one is right) for one in (left, right))
            return f" {sign} ".join(ends)
        case ast.Call(func=ast.Name(id=name), args=arguments):
            return f"{called(name)}({'; '.join(_put(one, text_of, called) for one in arguments)})"
        case ast.Attribute() | ast.Name():
            return text_of(node)
    return ast.unparse(node)


def _closed(node: ast.expr, text: str, tight: bool, last: bool) -> str:
    """A part of a calculation, in brackets if it would be worked out in another order without them."""
    if not isinstance(node, ast.BinOp):
        return text
    loose = isinstance(node.op, ast.Add | ast.Sub)
    return f"({text})" if (loose and (tight or last)) or (not loose and tight and last) else text


SIGNS: Mapping[type[ast.operator], str] = {ast.Add: "+", ast.Sub: "−", ast.Mult: "×", ast.Div: "÷"}


def _moments(n: Fraction, first: Fraction, second: Fraction) -> Moments:
    return Moments(int(n), first, second)


def _deviation(n: Fraction, first: Fraction, second: Fraction) -> Decimal | None:
    moments = _moments(n, first, second)
    # Sums of means are rounded: of values that are all alike they may say a hair less than nothing.
    return Decimal(0) if moments.variance is not None and moments.variance < 0 else moments.deviation


def _half_width(n: Fraction, first: Fraction, second: Fraction) -> Decimal | None:
    return _moments(n, first, second).half_width


def _welch(*parts: Fraction) -> Decimal | None:
    interval = welch(_moments(*parts[:3]), _moments(*parts[3:]))
    return None if interval is None else interval.high - interval.value


def _average(values: Sequence[Decimal]) -> Decimal | None:
    return decimal(Moments.of(map(Fraction, values)).mean)


def _spread(values: Sequence[Decimal]) -> Decimal | None:
    return Moments.of(map(Fraction, values)).deviation


def _median(values: Sequence[Decimal], counts: Sequence[Decimal]) -> Decimal | None:
    middle = median({Fraction(v): int(n) for v, n in zip(values, counts, strict=True)})
    return None if middle is None else decimal(middle)


FUNCTIONS: Mapping[str, Callable[..., Decimal | None]] = {
    "deviation": _deviation,
    "half_width": _half_width,
    "welch": _welch,
}
"""Of a number of values, their sum and the sum of their squares: the sample standard deviation, half the width of the
95% interval of the mean, and of the difference of two means (Student, Welch; see
`kwaliteitsmonitor.methods.statistics.moments`)."""

LISTS: Mapping[str, Callable[..., Decimal | None]] = {"average": _average, "spread": _spread, "median": _median}
"""Of several numbers: their mean, their standard deviation, and the median of values by how often each occurs."""
