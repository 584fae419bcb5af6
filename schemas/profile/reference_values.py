"""`references.yaml`: what indicators are in the country, to set beside one's own.

A national figure is rarely counted in quite the same way. Each says where it comes from and whether it compares: one
that does with a reservation is shown with it, one that does not is listed and never set beside the institution's own.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Literal

from pydantic import Field as Key
from pydantic import model_validator

from schemas.profile.strict import Strict, Year


class ReferenceValue(Strict):
    """The value of an indicator in a sector of higher education in one reporting year."""

    indicator: str = Key(examples=["students_per_teacher"])
    """The indicator of `indicators.yaml`."""
    sector: Literal["wo", "hbo", "other"]
    """The sector: universities (wo) or universities of applied sciences (hbo); only values of the institution's own
    sector are published."""
    reporting_year: Year
    """The reporting year."""
    level: Literal["Ba", "Ma"] | None = None
    """The level, of an indicator with `split_level`."""
    value: Decimal = Key(examples=[19.6])
    """The value in the unit of the indicator, a share as a fraction."""
    source: str = Key(min_length=1, examples=["Factsheet Personeel 2024"])
    """Where it was published."""
    comparable: Literal["yes", "with_reservation", "no"]
    """Whether it compares with the institution's own figure. One that does not is listed, and never set beside it."""
    nl: str = Key(default="", examples=["landelijk telt ook tijdelijk personeel mee"])
    """How far it compares, in Dutch; needed where that is not plainly `yes`."""
    en: str = Key(default="", examples=["nationally temporary staff counts as well"])
    """The same in English."""

    @model_validator(mode="after")
    def _says_why(self) -> ReferenceValue:
        if bool(self.nl) != bool(self.en):
            raise ValueError("expected `nl` and `en` together")
        if self.comparable != "yes" and not self.nl:
            raise ValueError("expected `nl` and `en` with the reservation where `comparable` is not yes")
        return self
