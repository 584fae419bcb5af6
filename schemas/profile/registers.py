"""`plan.csv` and `programmes.csv`: the spending plan and the register of programmes, as tables."""

from __future__ import annotations

from decimal import Decimal
from typing import Literal

from pydantic import Field as Key

from schemas.profile.strict import Code, Strict, Year


class PlanLine(Strict):
    """`plan.csv`: the amount in euro that a version of the plan gives a theme in a calendar year."""

    version: str
    theme: str
    year: Year
    amount: Decimal = Key(ge=0)


class Programme(Strict):
    """`programmes.csv`: a registered programme, the unit it belongs to and whether the state funds it."""

    programme: Code
    name: str
    croho_type: Literal["ba", "ma", "pm", "pi", "on"]
    funded: bool
    unit: str = ""
