"""What a profile says of spending: from which departure on a unit is asked why, and whether its answer is published."""

from __future__ import annotations

from decimal import Decimal

from pydantic import Field as Key

from schemas.figures import PUBLISHED
from schemas.formula import added_up
from schemas.profile.strict import Strict

_DIFFERENCE = PUBLISHED["spending_explanations"].numbers["difference"]


class ExplainFrom(Strict):
    """From which difference between what was spent and the budget a unit is asked to explain it; both are passed."""

    eur: Decimal = Key(default=Decimal(10_000), ge=0, examples=["10000"])
    """In euro, so that a large share of very little needs no words."""
    fraction: Decimal = Key(default=Decimal("0.10"), ge=0, examples=["0.10"])
    """As a fraction of the budget, so that a small share of very much needs none either."""

    def departure(self, budget: Decimal, outcome: Decimal) -> Decimal | None:
        """How far an outcome lies from its budget, if that is so far that the unit is asked why; else `None`."""
        difference = added_up(_DIFFERENCE, {"budget": budget, "outcome": outcome})
        return difference if abs(difference) > max(self.eur, self.fraction * budget) else None


class Spending(Strict):
    """How over- and underspending is told."""

    explain_from: ExplainFrom = ExplainFrom()
    """From which difference on a unit is asked why. Where it is set, or explanations are published, a release lacks
    something without one."""
    publish_explanations: bool = False
    """Whether explanations are published. They are open text, which is not read past staging otherwise: whoever sets
    this has told the units that what they write is printed."""

    @property
    def asks(self) -> bool:
        """Whether units owe an explanation: the profile sets a threshold, or publishes what they write."""
        return self.publish_explanations or "explain_from" in self.model_fields_set
