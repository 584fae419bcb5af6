"""An obligation: what somebody owes for a cycle, by when, and its state."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from schemas.values import Row
from schemas.words import Words

ALL = "all"
"""In an id: the institution itself, where no unit owes it."""


class Kind(StrEnum):
    """What is owed."""

    DELIVERY = "delivery"
    """A delivery of a feed."""
    PROGRESS = "progress"
    """How far a unit is with a measure that it has, or on which it spent money."""
    ADVISERS = "advisers"
    """The study advisers of a unit."""
    PROGRAMME = "programme"
    """Matching and trial study of a bachelor's programme of a unit."""
    CONSULTATION = "consultation"
    """What a council was asked, and decided."""
    PANEL = "panel"
    """A talk with students."""
    LINE = "line"
    """A line of a financial round for a measure of a unit."""
    EXPLANATION = "explanation"
    """Why a unit spent more or less on a theme than budgeted, beyond the threshold of the profile."""
    FIGURE = "figure"
    """A figure that is delivered as such."""


TABLES = {
    Kind.PROGRESS: "faculty_measures",
    Kind.ADVISERS: "faculty_study_advisers",
    Kind.PROGRAMME: "faculty_programmes",
    Kind.CONSULTATION: "faculty_consultations",
    Kind.PANEL: "faculty_panels",
    Kind.LINE: "bfr",
    Kind.EXPLANATION: "bfr",
    Kind.FIGURE: "delivered_figures",
}
"""The delivered table in which something that is owed is to stand."""


class State(StrEnum):
    """The state of an obligation. `late` was met after its last day; of one `not_yet_due` that day is to come."""

    OPEN = "open"
    NOT_YET_DUE = "not_yet_due"
    MET = "met"
    LATE = "late"
    WAIVED = "waived"


BROUGHT_BY: Mapping[Kind, str] = {
    Kind.PROGRESS: "faculty_measures",
    Kind.ADVISERS: "faculty_study_advisers",
    Kind.PROGRAMME: "faculty_programmes",
    Kind.CONSULTATION: "faculty_consultations",
    Kind.PANEL: "faculty_panels",
    Kind.LINE: "bfr",
    Kind.FIGURE: "delivered_figures",
}
"""The delivered table of which a row meets an obligation, for those that are met by one row."""

LACKING = (State.OPEN, State.NOT_YET_DUE)
"""The states in which something still has to come."""


@dataclass(frozen=True)
class Subject:
    """What an obligation is about, beyond whose and when; empty if that is no question."""

    theme: str = ""
    measure: str = ""
    indicator: str = ""
    level: str = ""
    council: str = ""
    about: str = ""
    programme: str = ""

    @property
    def parts(self) -> tuple[str, ...]:
        """What is filled in, from the whole to the part."""
        every = (self.theme, self.measure, self.indicator, self.level, self.council, self.about, self.programme)
        return tuple(part for part in every if part)


@dataclass(frozen=True)
class Obligation:
    """What a unit owes, or the institution if that is empty: of which feed, over which period, by when.

    `what` says it in words, without whose it is and when. `feed` and `period` are those of the delivery that is to
    bring it; `rule` is the validation rule whose waiver waives it as well.
    """

    kind: Kind
    unit: str
    period: str
    year: int
    feed: str
    what: Words
    due: date | None = None
    about: Subject = field(default_factory=Subject)
    round: int = 0
    rule: str = ""

    def would_meet(self, table: str, period: str, unit: str, row: Row) -> bool:
        """Whether a row of a delivered table, of a delivery of a period and unit, is the one that is owed."""
        if (BROUGHT_BY.get(self.kind), self.period, self.unit) != (table, period, unit):
            return False
        own = {"theme": self.about.theme, "measure": self.about.measure, "indicator": self.about.indicator}
        return all(row.get(name) == value for name, value in own.items() if value)

    @property
    def id(self) -> str:
        """Its name, the same in every cycle: kind, period, who owes it and what it is about."""
        whole = self.kind is Kind.DELIVERY
        when = self.period or ("" if whole else str(self.year))
        of = self.feed if whole else ""
        return ":".join(filter(None, (self.kind, when, self.unit or ALL, of, *self.about.parts)))


@dataclass(frozen=True)
class Met:
    """What met an obligation: the delivery, by its id, or nothing if a register of decisions did; and the day."""

    on: date
    by: str = ""


@dataclass(frozen=True)
class Entry:
    """An obligation and its state.

    `part_of` is the id of the delivery that is to bring it, if that is owed as well. `detail` says what there is to
    say of one that is open, such as a rejection.
    """

    owed: Obligation
    state: State
    met: Met | None = None
    waived_because: str = ""
    part_of: str = ""
    detail: Words | None = None

    @property
    def lacks(self) -> bool:
        """Whether it still has to come."""
        return self.state in LACKING


@dataclass(frozen=True)
class Claim:
    """What is owed, with what met it, if anything did; and what there is to say of one that is not met."""

    owed: Obligation
    met: Met | None = None
    detail: Words | None = None
