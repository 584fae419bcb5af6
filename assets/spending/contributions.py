"""What lines of the rounds contribute to figures, each at its place in the delivery."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from assets.spending.ledger import ZERO, Line
from kwaliteitsmonitor.methods.figures.contributions import Contribution, nothing
from schemas.figures import PUBLISHED
from schemas.formula import terms

_LEFT_OVER = terms(PUBLISHED["carry_over"].numbers["left_over"])


def of_lines(identity: str, part: str, lines: Sequence[Line], among: Iterable[Line]) -> Iterator[Contribution]:
    """What each line contributes to a part that is one of its amounts; a line without it contributes 0.

    If there is no line, it is the deliveries of `among` that contribute nothing.
    """
    for line in lines:
        yield Contribution(identity, part, line.delivery, 1, line.amount(part) or ZERO, place=line.place, field=part)
    if not lines:
        yield from nothing(identity, part, (line.delivery for line in among))


def left_of_line(identity: str, line: Line) -> Iterator[Contribution]:
    """What a line of an earlier year leaves, an amount of it each: what is left over is carried over."""
    rows = 1
    for sign, part in _LEFT_OVER:
        if part != "carried_over":
            amount = sign * (line.amount(part) or ZERO)
            yield Contribution(identity, "carried_over", line.delivery, rows, amount, place=line.place, field=part)
            rows = 0
