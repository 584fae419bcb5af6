"""The explanation of a figure: what it is, how it is computed from its parts, and a tree down to the cells.

Pure data: `kwaliteitsmonitor.releases.explain.tree` makes it of a release, the forms beside it write it down.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from schemas.words import Words


@dataclass(frozen=True)
class Node:
    """A place in the tree: a figure, a delivery, a cell or a range of rows, with what it contributes to the one above.

    `amount` is `None` if it is not published. `kind` is `figure`, `delivery`, `cell` or `rows`. `adds_up` says whether
    the nodes below add up to the amount; `None` without nodes below or if one of them is not published. `details` are
    what a program needs: ids, file, sheet, row, cell, and its contents.
    """

    kind: str
    what: Words
    amount: Decimal | None
    details: Mapping[str, Any] = field(default_factory=dict)
    note: Words | None = None
    below: tuple[Node, ...] = ()
    adds_up: bool | None = None


@dataclass(frozen=True)
class Number:
    """A number of the figure: as published, its rule, also in words and filled in, and whether it gives the same.

    `agrees` is `None` if a part is not published. `published` is the number as people read it.
    """

    name: str
    label: Words
    published: Words
    value: Decimal | float | int
    rule: str
    in_words: Words
    filled: Words
    agrees: bool | None


@dataclass(frozen=True)
class Part:
    """A part of the figure, by the name that the rules have for it, with the tree it follows from.

    `elsewhere`: it is a part of other figures from which this one is derived. `measure` is `EUR` for amounts in euro,
    else empty.
    """

    name: str
    label: Words
    nodes: tuple[Node, ...]
    elsewhere: bool = False
    measure: str = ""


@dataclass(frozen=True)
class Explanation:
    """The whole explanation of a figure. A suppressed one has no numbers, parts, deliveries or corrections."""

    figure_id: str
    title: Words
    about: tuple[tuple[Words, Words], ...]
    status: str
    printed: Words | None
    definition: Words | None
    notes: tuple[Words, ...]
    numbers: tuple[Number, ...] = ()
    parts: tuple[Part, ...] = ()
    deliveries: tuple[Mapping[str, Any], ...] = ()
    corrections: Sequence[Mapping[str, Any]] = ()
    waivers: Sequence[Mapping[str, Any]] = ()
    release: Mapping[str, Any] = field(default_factory=dict)
