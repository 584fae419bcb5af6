"""What is put before councils, and on which talks with students units agreed."""

from __future__ import annotations

from typing import Literal

from pydantic import Field as Key

from schemas.profile.feeds import Deadline
from schemas.profile.strict import Strict, Year


class Agreed(Strict):
    """What holds in a run of reporting years."""

    valid_from: Year | None = Key(default=None, examples=[2020])
    """The first reporting year in which it is asked for; without it, always."""
    valid_until: Year | None = Key(default=None, examples=[2024])
    """The last reporting year in which it is asked for; without it, for good."""

    def holds_in(self, year: int) -> bool:
        """Whether it is asked for in a reporting year."""
        return (self.valid_from or 0) <= year <= (self.valid_until or 9999)


class Consultation(Agreed):
    """A subject on which a council has its say each year, and how."""

    subject: Literal["faculty_report", "bfr", "spending_plan"] = Key(examples=["faculty_report"])
    """What it is about: the unit's annual report, the financial round, or the spending plan."""
    decision: Literal["approved", "advised", "discussed"] = Key(examples=["approved"])
    """Which right the council has: it approves, advises, or discusses. What was approved was discussed as well."""
    council: str = Key(default="", examples=["university_council"])
    """A council of the institution itself; without it, it is the council of each unit."""
    deadline: Deadline | None = None
    """The last day; without it, that of the report which tells of it."""

    @property
    def approves_reports(self) -> bool:
        """Whether it is the approval of each unit's report by its own council."""
        return self.subject == "faculty_report" and self.decision == "approved" and not self.council


class Panels(Agreed):
    """Talks with students, of which units tell in their report."""

    expected: list[str] = Key(default=[], examples=[["LAW", "CARE"]])
    """The units that hold at least one a year. Others may; nothing is lacking where they do not."""
