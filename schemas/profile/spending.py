"""What a profile says of spending: from which departure on a unit is asked why, and whether its answer is published."""

from __future__ import annotations

from decimal import Decimal

from pydantic import BaseModel, ConfigDict
from pydantic import Field as Key


class ExplainFrom(BaseModel):
    """From which difference between what was spent and the budget a unit is asked to explain it.

    Both are passed: `eur` in euro, so that a large share of very little needs no words, and `fraction` of the budget,
    so that a small share of very much needs none either.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    eur: Decimal = Key(default=Decimal(10_000), ge=0)
    fraction: Decimal = Key(default=Decimal("0.10"), ge=0)


class Spending(BaseModel):
    """How over- and underspending is told.

    Explanations are open text, which is not read past staging unless `publish_explanations` says so: whoever sets it
    has told the units that what they write is printed.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    explain_from: ExplainFrom = ExplainFrom()
    publish_explanations: bool = False
