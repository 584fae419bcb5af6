"""What delivered figures contribute to a figure, each at its row in the delivery."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from decimal import Decimal

from assets.indicators import delivered
from kwaliteitsmonitor.methods.figures.contributions import Contribution, RowPlace


def contributed(
    figure: str, part: str, contributions: Iterable[tuple[delivered.Given, Decimal]], *, few: bool
) -> Iterator[Contribution]:
    """What each delivered figure contributed to a part of a figure; with a `few` people behind one, no place is kept.

    The people are those of the delivery, and stand with its first row. If it is not known how many, there are none to
    weigh, but where they may be few.
    """
    of_delivery: dict[str, list[tuple[delivered.Given, Decimal]]] = {}
    for one, contribution in contributions:
        of_delivery.setdefault(one.delivery, []).append((one, contribution))
    for delivery, of in sorted(of_delivery.items()):
        sizes = [one.n for one, _ in of]
        people = sum(size for size in sizes if size is not None) if None not in sizes else 0 if few else None
        for number, (one, contribution) in enumerate(of):
            name = "" if few else delivered.field_of(part, one)
            place = RowPlace("delivered_figures", one.sheet, one.row, one.column) if name else None
            about = None if number else people
            yield Contribution(figure, part, delivery, 1, contribution, people=about, place=place, field=name)
