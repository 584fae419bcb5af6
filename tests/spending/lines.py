"""Lines of money and of its plan, and the ledger that they make, for tests of one part of the story."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from assets.spending.ledger import Ledger
from kwaliteitsmonitor.methods.checks.results import Outcome, RuleResult
from schemas.consequences import Costs
from schemas.rules import declared
from tests.made_up import profile, table

WHO = profile()
CYCLE = WHO.cycle("2021-03")
UNIT, OTHER = (unit.id for unit in WHO.units[:2])
THEME, SECOND = (theme.id for theme in WHO.themes[:2])
MEASURE = next(measure.id for measure in WHO.measures if measure.theme == THEME)
CONSENT = ("university_council", date(2021, 6, 1))


def ledger(
    rows: Sequence[dict[str, Any]],
    cycle: str = "2021-03",
    missing: Mapping[tuple[int, int], Sequence[str]] | None = None,
    **more: Any,
) -> Ledger:
    return Ledger.of(WHO, WHO.cycle(cycle), table("fact_spending", rows), missing or {}, **more)


def planned(version: str, unit: str, theme: str, year: int, amount: str, consent: Any = CONSENT) -> dict[str, Any]:
    by, on = consent or (None, None)
    about = {"version": version, "unit": unit, "theme": theme, "year": year, "amount": Decimal(amount)}
    return about | {
        "consent_by": by,
        "consent_on": on,
        "_delivery": "p" * 16,
        "_sheet": None,
        "_row": 2,
        "_column": None,
    }


def judged(rule: str, costs: Costs, outcome: Outcome, checked: int, failed: int, **more: Any) -> RuleResult:
    """The result of a rule, in the words of the list of rules."""
    words = declared(rule)
    assert words is not None
    return RuleResult(rule.partition(".")[0], rule, costs, outcome, checked, failed, words.nl, words.en, **more)
