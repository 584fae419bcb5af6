"""What an earlier report printed wrong: said beside the figure that is right, so that a reader sees both."""

from __future__ import annotations

from typing import Literal

from pydantic import Field as Key
from pydantic import model_validator

from schemas.profile.strict import Strict


class Misprint(Strict):
    """A figure that a report printed wrong, as it was printed, and what is to be said of it.

    In `indicators` it is the figure of an `indicator`, at a `level` where that is split; in `spending` the `part` of a
    `theme`, or of the total where no theme is given.
    """

    table: Literal["indicators", "spending"]
    """Where the figure stands."""
    reporting_year: int = Key(examples=[2019])
    """The year it is about."""
    indicator: str = Key(default="", examples=["qualified_teachers"])
    """The indicator of which it is the figure."""
    level: Literal["", "Ba", "Ma"] = ""
    """The level, of an indicator that is split."""
    theme: str = Key(default="", examples=["guidance"])
    """The theme of which it is the money; without it, the total."""
    part: Literal["", "budget", "realised", "difference", "difference_pct"] = ""
    """Which amount, or which percentage."""
    printed: str = Key(examples=["-359"])
    """What the source has, to the letter."""
    nl: str = Key(examples=["Gerealiseerd min begroot is -361."])
    """What is said of it beside the right figure, in Dutch."""
    en: str = Key(examples=["Realised minus budget is -361."])
    """The same in English."""

    @model_validator(mode="after")
    def _of_its_table(self) -> Misprint:
        if (self.table == "indicators") != bool(self.indicator):
            raise ValueError("expected an `indicator` where `table` is indicators, and only there")
        if (self.table == "spending") != bool(self.part) or (self.table == "indicators" and self.theme):
            raise ValueError("expected a `part`, and perhaps a `theme`, where `table` is spending, and only there")
        return self

    @property
    def subject(self) -> tuple[str, ...]:
        """What it is about within its table and year: indicator and level, or theme and part."""
        return (self.indicator, self.level) if self.table == "indicators" else (self.theme, self.part)
