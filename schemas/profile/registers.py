"""`plan.csv` and `programmes.csv`: the spending plan and the register of programmes, as tables."""

from __future__ import annotations

from decimal import Decimal
from typing import Literal

from pydantic import Field as Key

from schemas.profile.strict import Code, Strict, Year


class PlanLine(Strict):
    """The amount that a version of the spending plan gives a theme in a calendar year."""

    version: str = Key(examples=["original"])
    """The version of the plan."""
    theme: str = Key(examples=["guidance"])
    """The theme of `themes.yaml`."""
    year: Year
    """The calendar year, within the years of the plan."""
    amount: Decimal = Key(ge=0, examples=["705700.00"])
    """The amount in the currency of the profile, with a point before the cents and nothing between thousands."""


class Programme(Strict):
    """A registered programme, the unit it belongs to and whether the state funds it."""

    programme: Code = Key(examples=["56035"])
    """Its code in the national register (CROHO)."""
    name: str = Key(examples=["B Rechten"])
    """Its name there."""
    croho_type: Literal["ba", "ma", "pm", "pi", "on"]
    """Bachelor, master, postinitial master, postinitial, or undivided."""
    funded: bool
    """Whether the state funds it."""
    unit: str = Key(default="", examples=["LAW"])
    """The unit that teaches it; nothing where that is none of the units."""
