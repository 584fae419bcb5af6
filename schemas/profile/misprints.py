"""What an earlier report printed wrong: said beside the figure that is right, so that a reader sees both."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Literal, Protocol

from pydantic import BaseModel, ConfigDict, model_validator


class Named(Protocol):
    """Something with an id."""

    @property
    def id(self) -> str:
        """The id."""


class Themed(Protocol):
    """Something that has themes."""

    @property
    def themes(self) -> Sequence[Named]:
        """The themes."""


class Misprint(BaseModel):
    """`misprints.yaml`: a figure that a report printed wrong, as it was printed, and what is to be said of it.

    In `indicators` it is the figure of an `indicator`, at a `level` where that is split; in `spending` the `part` of a
    `theme`, or of the total where no theme is given.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    table: Literal["indicators", "spending"]
    reporting_year: int
    indicator: str = ""
    level: Literal["", "Ba", "Ma"] = ""
    theme: str = ""
    part: Literal["", "budget", "realised", "difference"] = ""
    printed: str
    nl: str
    en: str

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


def misprint_problems(found: Iterable[Misprint], indicators: Iterable[Named], themes: Themed | None) -> list[str]:
    """What in `misprints.yaml` names an indicator or a theme that the profile does not have."""
    indicator_ids = {one.id for one in indicators}
    theme_ids = {one.id for one in themes.themes} if themes else set()
    problems = []
    for number, one in enumerate(found, start=1):
        where = f"misprints.yaml: entry {number}"
        if one.indicator and one.indicator not in indicator_ids:
            problems.append(f"{where}: indicator: there is no indicator '{one.indicator}' in indicators.yaml")
        if one.theme and one.theme not in theme_ids:
            problems.append(f"{where}: theme: there is no theme '{one.theme}' in themes.yaml")
    return problems
