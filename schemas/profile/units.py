"""`units.yaml`: faculties, institutes and programmes as units, how they hang together, and the years in which they are.

A unit that delivers from some year on, or no longer, has `valid_from` or `valid_until` (reporting years, inclusive).
Where units merge or one is renamed, the old ones name in `becomes` what they are from the year after on; where one
splits, it names all its parts. Nothing is moved between years: what was delivered for a unit stays with that unit, and
figures that are compared over such a change say so.
"""

from __future__ import annotations

from pydantic import Field as Key
from pydantic import model_validator

from schemas.profile.strict import Code, Mailbox, Strict, Year


class Unit(Strict):
    """A faculty, school, institute or programme that delivers, spends or has measures."""

    id: Code = Key(examples=["LAW"])
    """How the unit is named in every table."""
    nl: str = Key(examples=["Faculteit Rechten"])
    """Its name in Dutch."""
    en: str = Key(examples=["Faculty of Law"])
    """Its name in English."""
    council: str = Key(default="", examples=["faculty_council"])
    """The council of `profile.yaml` that approves its annual report; without one nobody has to."""
    parent: str = Key(default="", examples=["LAW"])
    """The unit of which it is a part: what it spends is also its parent's."""
    valid_from: Year | None = Key(default=None, examples=[2022])
    """The first reporting year in which it is there; without it, always."""
    valid_until: Year | None = Key(default=None, examples=[2021])
    """The last reporting year in which it is there; without it, for good."""
    becomes: list[str] = Key(default=[], examples=[["LAW"]])
    """The units that it is from the year after `valid_until` on: one where it merges or is renamed, all its parts where
    it splits."""
    aliases: list[str] = Key(default=[], examples=[["Rechten", "FR"]])
    """Other spellings by which it is delivered."""
    contact: Mailbox = ""
    """The mailbox of a role, never of a person, to which notices about its deliveries go."""

    @model_validator(mode="after")
    def _years_in_order(self) -> Unit:
        if self.valid_from and self.valid_until and self.valid_until < self.valid_from:
            raise ValueError("expected valid_until in or after the year of valid_from")
        if self.becomes and self.valid_until is None:
            raise ValueError("expected valid_until where becomes says what it is afterwards")
        return self

    def is_there(self, year: int) -> bool:
        """Whether the unit is there in a reporting year."""
        return (self.valid_from or 0) <= year <= (self.valid_until or 9999)
