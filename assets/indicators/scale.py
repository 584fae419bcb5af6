"""Whether figures lie on the scale of their indicator: a mean of 334 on a scale to five is published by nobody."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from kwaliteitsmonitor.methods.checks.results import Outcome, RuleResult
from schemas.consequences import Costs
from schemas.profile import Indicator, Profile
from schemas.rows import IndicatorValuesRow

TABLE = "indicator_values"


def possible(indicator: Indicator, value: Decimal, spread: Decimal | None = None) -> bool:
    """Whether a value can stand on the scale of its indicator, and a spread between its ends."""
    low = Decimal("-Infinity") if indicator.lowest is None else indicator.lowest
    high = Decimal("Infinity") if indicator.highest is None else indicator.highest
    return low <= value <= high and (spread is None or spread <= high - low)


def off_scale(profile: Profile, rows: Iterable[IndicatorValuesRow]) -> RuleResult:
    """Whether every figure that is published lies on the scale of its indicator; which do not, by their ids."""
    shown = [row for row in rows if row["status"] == "ok" and row["value"] is not None]
    definitions = {(one.id, one.version): one for one in profile.indicators}
    wrong = []
    for row in shown:
        definition = definitions[(row["indicator"], row["definition_version"])]
        value, spread = _exact(row["value"]), _exact(row["spread"])
        if value is not None and not possible(definition, value, spread):
            wrong.append(row["figure_id"])
    return RuleResult(
        TABLE,
        f"{TABLE}.possible",
        Costs.RELEASE,
        Outcome.FAILED if wrong else Outcome.PASSED,
        len(shown),
        len(wrong),
        "een cijfer ligt op de schaal van zijn indicator",
        "a figure lies on the scale of its indicator",
        cells=tuple(wrong),
    )


def _exact(value: float | None) -> Decimal | None:
    """A number as it is written."""
    return None if value is None else Decimal(repr(value))
