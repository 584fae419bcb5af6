"""What came in, as far as it meets obligations: the deliveries that count, their accepted rows, and decisions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import TypeVar, cast

from schemas.profile import Feed
from schemas.values import AnyRow

R = TypeVar("R")

ROWS = (
    "faculty_measures",
    "faculty_study_advisers",
    "faculty_programmes",
    "faculty_consultations",
    "faculty_panels",
    "bfr",
    "spending_plan",
    "delivered_figures",
)
"""The delivered tables of which single rows are owed, or of which rows say what is."""


HAS_TEXT = "_has_text"
"""In a row of a table with open text: whether there is any. What it says is no part of the evidence."""


@dataclass(frozen=True)
class Arrival:
    """A delivery whose rows count. `first_on` is the day on which a first version of it came that could be read."""

    id: str
    period: str
    unit: str
    source: int
    received_on: date
    first_on: date


@dataclass(frozen=True)
class Taken:
    """A feed as it was taken up: the deliveries that count, and per period the units found in its rows.

    `taken` is false if nothing of the feed was taken up yet. `refused` are the periods and units of deliveries that
    came and do not count.
    """

    feed: Feed
    read: Sequence[Arrival] = ()
    units: Mapping[str, frozenset[str]] = field(default_factory=dict)
    taken: bool = True
    refused: frozenset[tuple[str, str]] = frozenset()


@dataclass(frozen=True)
class Decided:
    """What a council decided about something of a unit, or of the institution if that is empty.

    `subject` is what it was about (`faculty_report`, `bfr`, `spending_plan`) and `delivery` the one that tells it; it
    is empty if the register of decisions does.
    """

    year: int
    unit: str
    council: str
    subject: str
    decision: str
    on: date
    delivery: str = ""


@dataclass(frozen=True)
class Evidence:
    """Everything that came in for a cycle: each feed, the accepted rows of `ROWS`, and what councils decided."""

    feeds: Sequence[Taken]
    rows: Mapping[str, Sequence[AnyRow]] = field(default_factory=dict)
    decided: Sequence[Decided] = ()

    def of(self, table: str, kind: type[R]) -> Sequence[R]:
        """The accepted rows of a delivered table, of which `kind` is the type of rows."""
        del kind
        return cast("Sequence[R]", self.rows.get(table, ()))

    def filling(self, table: str) -> Iterator[Taken]:
        """The feeds that must fill a delivered table, in the order of the profile."""
        return (one for one in self.feeds if one.feed.required and table in one.feed.tables)

    def arrivals(self) -> dict[str, Arrival]:
        """The deliveries that count, by their ids."""
        return {arrival.id: arrival for one in self.feeds for arrival in one.read}
