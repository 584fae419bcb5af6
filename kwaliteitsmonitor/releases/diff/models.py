"""What changed between two releases, as plain values: figures, and the causes of each."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from schemas.words import Words

Value = Decimal | str | None
"""A figure's number, or its word where it is one (the progress of a measure); none where it is not shown."""


ABSENT = "absent"
"""The status of a figure in a release that has no such figure."""


class Kind(StrEnum):
    """Why a figure changed, in the order in which causes take effect."""

    WITHDRAWN = "withdrawn_delivery"
    NOT_READ = "delivery_not_read"
    CHANGED = "changed_delivery"
    NEW = "new_delivery"
    CORRECTION = "correction"
    WAIVER = "waiver"
    DISCLOSURE = "disclosure"
    DEFINITION = "definition"
    PROFILE = "profile"
    CYCLE = "cycle"
    CODE = "code"
    UNEXPLAINED = "unexplained"


ORDER = tuple(Kind)
"""Causes take effect one after the other in this order; each is what the figure changes by when it does."""

CALLED = {
    Kind.WITHDRAWN: Words("ingetrokken levering", "withdrawn delivery"),
    Kind.NOT_READ: Words("levering die niet meer gelezen wordt", "delivery that is no longer read"),
    Kind.CHANGED: Words("gewijzigde levering", "changed delivery"),
    Kind.NEW: Words("nieuwe levering", "new delivery"),
    Kind.CORRECTION: Words("correctie", "correction"),
    Kind.WAIVER: Words("ontheffing", "waiver"),
    Kind.DISCLOSURE: Words(
        "afscherming, ook om wat een eerdere uitgave toonde",
        "disclosure control, also for what an earlier release showed",
    ),
    Kind.DEFINITION: Words("definitie", "definition"),
    Kind.PROFILE: Words("profiel (plan, maatregelen, eenheden)", "profile (plan, measures, units)"),
    Kind.CYCLE: Words("andere cyclus", "another cycle"),
    Kind.CODE: Words("programmatuur", "code"),
    Kind.UNEXPLAINED: Words("onverklaard", "unexplained"),
}


@dataclass(frozen=True)
class Cause:
    """Something that changed a figure, what it is about, and by how much.

    `size` is in the unit of the figure; `None` if it is not published: what a delivery contributed is withheld, or the
    figure is not a number on both sides.
    """

    kind: Kind
    about: str
    size: Decimal | None


@dataclass(frozen=True)
class FigureChange:
    """A number of a figure that is not what it was.

    `figure` is the figure's id without its cycle, `table` and `number` the table and the column. `difference` is new
    minus old, `None` if either is no number. The sizes of the causes add up to it exactly, unless one is not published;
    then none is.
    """

    figure: str
    table: str
    number: str
    old: Value
    new: Value
    old_status: str
    new_status: str
    causes: tuple[Cause, ...] = ()

    @property
    def difference(self) -> Decimal | None:
        """New minus old."""
        return self.new - self.old if isinstance(self.old, Decimal) and isinstance(self.new, Decimal) else None


@dataclass(frozen=True)
class Other:
    """A published number or text that is another, beside the figures that have causes.

    `table` and `row` say where; `column` is empty if a whole row came or went, `row` too where a whole table did.
    """

    table: str
    row: str
    column: str
    old: Value
    new: Value


@dataclass(frozen=True)
class Changes:
    """What changed from one release to another, which are named as in `2021-03/v1`.

    `compared` counts the numbers that both have; `only_old` and `only_new` those that the other has not and was not to
    have: of a year that it does not report on, or that another cycle tells. `others` is all that they publish beside
    those numbers and that is another, `rows_only` how many rows of it one of two cycles has alone. `without_figure` is
    what changed while no figure did for it, and `files` names the reports and descriptions that are others.
    """

    old: str
    new: str
    figures: tuple[FigureChange, ...]
    compared: int
    only_old: int = 0
    only_new: int = 0
    others: tuple[Other, ...] = ()
    rows_only: tuple[int, int] = (0, 0)
    without_figure: tuple[tuple[Kind, str], ...] = ()
    files: tuple[str, ...] = ()

    @property
    def nothing(self) -> bool:
        """Whether everything that the two publish is the same."""
        return not (self.figures or self.others or self.files)

    @property
    def unexplained(self) -> tuple[FigureChange, ...]:
        """The figures that changed while nothing did that they follow from. There should be none."""
        return tuple(f for f in self.figures if any(c.kind is Kind.UNEXPLAINED for c in f.causes))
