"""The explanation of a figure: what it is, how it is computed from its parts, and a tree down to the cells.

Pure data: `kwaliteitsmonitor.releases.explain.tree` makes it of a release, the forms beside it write it down.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import NotRequired, TypedDict

from kwaliteitsmonitor.releases.format.records import RevisionRecord
from schemas.rows import CorrectionsRow, WaiversRow
from schemas.words import Words


class Details(TypedDict, total=False):
    """What a program needs to know of a place: of a figure its id; of a delivery, or a cell or rows in it, the rest."""

    figure_id: str
    delivery: str
    feed: str
    file: str
    rows: int | None
    sha256: str | None
    sheet: str | None
    row: int | None
    last_row: int | None
    cell: str | None
    column: str | None
    key: str | None
    written: str | None


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
    details: Details = field(default_factory=Details)
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


class FeedNames(TypedDict):
    """What a feed is called, if the profile has it still."""

    feed_nl: str | None
    feed_en: str | None


class Delivered(FeedNames):
    """A delivery in the trees, as far as the release knows it, and when its bytes were removed if they were."""

    delivery: str
    feed: str | None
    file: str | None
    version: int | None
    received_on: date | None
    status: str | None
    sha256: str | None
    cells_corrected: int | None
    removed_on: NotRequired[str]
    removed_by: NotRequired[str]


class Waived(WaiversRow, FeedNames):
    """A waiver that was needed, with what its feed is called."""


class Publication(TypedDict):
    """The release with the figure, and by which profile and code it was made."""

    release: str
    status: str
    institution: str
    manifest_sha256: str
    profile: RevisionRecord
    code: RevisionRecord


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
    deliveries: tuple[Delivered, ...] = ()
    corrections: Sequence[CorrectionsRow] = ()
    waivers: Sequence[Waived] = ()
    release: Publication = field(kw_only=True)
