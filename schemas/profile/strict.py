"""What every model of a profile shares: it refuses keys that it does not know, and its texts have one form each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict
from pydantic import Field as Key


@dataclass(frozen=True)
class Meant:
    """How a value of a certain form is described to people: by what it is called, and what one and several look like.

    It stands in the annotation of the form itself, so that messages and the reference say the same. `example` is one.
    """

    name: str
    one: str
    several: str
    example: str | int


_DAY_OF_EVERY_YEAR = r"^((0[13578]|1[02])-(0[1-9]|[12]\d|3[01])|(0[469]|11)-(0[1-9]|[12]\d|30)|02-(0[1-9]|1\d|2[0-8]))$"

Code = Annotated[
    str,
    Key(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.-]*$", max_length=60),
    Meant(
        "code",
        "a code of at most 60 letters, digits, hyphens, dots and underscores",
        "codes of at most 60 letters, digits, hyphens, dots and underscores",
        "X1",
    ),
]
FeedName = Annotated[
    str,
    Key(pattern=r"^[A-Za-z0-9_]+$", max_length=60),
    Meant(
        "id of a feed",
        "at most 60 letters, digits and underscores",
        "ids of at most 60 letters, digits and underscores",
        "progress",
    ),
]
"""A feed gives steps and jobs of Dagster their names, in which nothing else may stand."""
Year = Annotated[int, Key(ge=2000, le=2100), Meant("year", "a year from 2000 to 2100", "years from 2000 to 2100", 2024)]
Strictness = Literal["proportionate", "strict"]
Mailbox = Annotated[
    str,
    Key(pattern=r"^$|^[^@\s,;<>\"]+@[^@\s,;<>\"]+$"),
    Meant(
        "mailbox", "the address of one mailbox, or nothing", "addresses of mailboxes", "onderwijs@universiteit.example"
    ),
]
"""The address of a mailbox of a role, or nothing."""
MonthDay = Annotated[
    str,
    Key(pattern=_DAY_OF_EVERY_YEAR),
    Meant(
        "day of every year",
        'a month and a day as MM-DD in quotes, such as "10-01"',
        'months and days as MM-DD in quotes, such as "10-01"',
        "10-01",
    ),
]
"""A day that every year has: 29 February is none."""
Owner = Annotated[
    str,
    Key(pattern=r"^(team:\S.*|[^@\s]+@[^@\s]+\.[^@\s]+)$"),
    Meant("owner", "team: and the name of a team, or a mailbox", "owners", "team:quality"),
]
"""Who answers for the data, in the form that Dagster takes."""


class Strict(BaseModel):
    """A model that refuses keys it does not know and does not change after loading.

    What a key means is said in a docstring below it: `schemas.exports.key_meanings` reads it there, for the JSON
    Schemas that editors use and for the reference documentation.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)
