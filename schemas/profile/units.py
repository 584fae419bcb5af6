"""`units.yaml`: faculties, institutes and programmes as units, how they hang together, and the years in which they are.

A unit that delivers from some year on, or no longer, has `valid_from` or `valid_until` (reporting years, inclusive).
Where units merge or one is renamed, the old ones name in `becomes` what they are from the year after on; where one
splits, it names all its parts. Nothing is moved between years: what was delivered for a unit stays with that unit, and
figures that are compared over such a change say so.
"""

from __future__ import annotations

from pydantic import model_validator

from schemas.profile.strict import Code, Mailbox, Strict, Year


class Unit(Strict):
    """A faculty or institute, with the council that approves its report and other names by which it is delivered.

    `parent` is the unit of which it is a part (an institute of a faculty): what it spends is also its parent's.
    `contact` is the mailbox of a role, never of a person, to which notices about its deliveries go. A unit without
    `council` needs nobody's approval.
    """

    id: Code
    nl: str
    en: str
    council: str = ""
    parent: str = ""
    valid_from: Year | None = None
    valid_until: Year | None = None
    becomes: list[str] = []
    aliases: list[str] = []
    contact: Mailbox = ""

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
