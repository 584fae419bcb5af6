"""What a definition of each kind of indicator says: what lacks is named, and so is what does not belong to it."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from schemas.figures.indicators import VALUES_OF_TERMS, VALUES_OVER
from schemas.kinds import BY_UNIT, DEMANDS, KINDS, IndicatorKind
from schemas.profile import Indicator
from tests.made_up import indicator

TERM = {"facts": "fact_staff", "count": "person"}
SAID: dict[str, Any] = {
    "answers": {"evaluation": "course", "question": "methods"},
    "unit_of_analysis": "respondent",
    "spread_kind": "ci95",
    "numerator": TERM,
    "denominator": TERM,
    "delivered": {"combine": "sum"},
    "beside": TERM,
}


def defined(kind: IndicatorKind, without: str = "", **more: Any) -> Indicator:
    demands = DEMANDS[kind]
    return indicator("x", kind, **{name: SAID[name] for name in demands.takes if name != without}, **more)


@pytest.mark.parametrize("kind", KINDS)
def test_a_kind_takes_what_it_needs_and_refuses_what_it_does_not(kind: IndicatorKind) -> None:
    assert defined(kind, by_unit=kind in BY_UNIT).kind == kind
    for name in DEMANDS[kind].takes:
        with pytest.raises(ValidationError, match=f"{name} is not there"):
            defined(kind, without=name)
    for name in DEMANDS[kind].refuses:
        with pytest.raises(ValidationError, match=f"a {kind} takes no {name}"):
            defined(kind, **{name: SAID[name]})
    if kind not in BY_UNIT:
        with pytest.raises(ValidationError, match="by_unit is for"):
            defined(kind, by_unit=True)


def test_every_kind_over_answers_or_over_terms_has_a_formula_for_its_value() -> None:
    assert {kind for kind, demands in DEMANDS.items() if "answers" in demands.takes} == set(VALUES_OVER)
    assert {kind for kind, demands in DEMANDS.items() if "numerator" in demands.takes} == set(VALUES_OF_TERMS)
