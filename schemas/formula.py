"""Formulas as they are declared: arithmetic over the parts of a figure, read and never run.

A formula is an expression of numbers, parts (`budget`), parts of other figures (`whole.budget`), `+ - * /` and
functions by name. `kwaliteitsmonitor.methods.figures.arithmetic` evaluates it.
"""

from __future__ import annotations

import ast
from collections.abc import Mapping
from decimal import Decimal
from functools import lru_cache

Formula = str


@lru_cache(maxsize=512)
def parsed(formula: Formula) -> ast.expr:
    """The syntax tree of a formula. Raises `SyntaxError` for a text that is no expression."""
    return ast.parse(formula, mode="eval").body


def names_in(formula: Formula) -> list[str]:
    """The parts that a formula reads, in order, each once: `budget`, `whole.budget`."""
    nodes = [node for node in ast.walk(parsed(formula)) if isinstance(node, ast.Name | ast.Attribute)]
    called = {id(node.func) for node in ast.walk(parsed(formula)) if isinstance(node, ast.Call)}
    inner = {id(node.value) for node in nodes if isinstance(node, ast.Attribute)}
    named = [node for node in nodes if id(node) not in called | inner]
    return list(dict.fromkeys(ast.unparse(node) for node in sorted(named, key=lambda node: node.col_offset)))


def terms(formula: Formula) -> list[tuple[int, str]]:
    """The parts of a formula that only adds and subtracts, each with its sign, in order.

    Raises `ValueError` for any other formula.

    >>> terms("budget + carried_over - realised")
    [(1, 'budget'), (1, 'carried_over'), (-1, 'realised')]
    """
    return _terms(parsed(formula), 1)


def added_up(formula: Formula, parts: Mapping[str, Decimal]) -> Decimal:
    """What a formula that only adds and subtracts gives. Raises `ValueError` for any other formula.

    >>> added_up("realised - budget", {"realised": Decimal(90), "budget": Decimal(100)})
    Decimal('-10')
    """
    return sum((sign * parts[name] for sign, name in terms(formula)), Decimal(0))


def _terms(node: ast.expr, sign: int) -> list[tuple[int, str]]:
    match node:
        case ast.Name() | ast.Attribute():
            return [(sign, ast.unparse(node))]
        case ast.BinOp(left=left, op=ast.Add(), right=right):
            return [*_terms(left, sign), *_terms(right, sign)]
        case ast.BinOp(left=left, op=ast.Sub(), right=right):
            return [*_terms(left, sign), *_terms(right, -sign)]
    raise ValueError(f"a formula that does not only add and subtract: {ast.unparse(node)}")
