"""What every model of a profile shares: it refuses keys that it does not know, and its texts have one form each."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict
from pydantic import Field as Key

Code = Annotated[str, Key(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.-]*$", max_length=60)]
Year = Annotated[int, Key(ge=2000, le=2100)]
Mailbox = Annotated[str, Key(pattern=r"^$|^[^@\s,;<>\"]+@[^@\s,;<>\"]+$")]
"""The address of a mailbox of a role, or nothing."""
MonthDay = Annotated[str, Key(pattern=r"^(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$")]


class Strict(BaseModel):
    """A model that refuses keys it does not know and does not change after loading."""

    model_config = ConfigDict(extra="forbid", frozen=True)
