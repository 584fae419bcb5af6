"""`themes.yaml`, `measures.yaml` and `classifications.yaml`: what is pursued, by which means, and other groupings."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated

from pydantic import Field as Key
from pydantic import field_validator, model_validator

from schemas.profile.strict import Code, Strict

Share = Annotated[Decimal, Key(gt=0, le=1)]


class Theme(Strict):
    """A theme of the plan. One without money is declared all the same, with the reason.

    `national` divides it over the national themes: which part of it (of its money, say) belongs to each. The parts add
    up to one, so that what is added up per national theme is neither more nor less than per theme of its own. A theme
    that has no national counterpart names none, and stands apart in the crosswalk.
    """

    id: Code
    nl: str
    en: str
    national: dict[str, Share] = {}
    funded: bool = True
    reason_nl: str = ""
    reason_en: str = ""

    @field_validator("national")
    @classmethod
    def _adds_up(cls, national: dict[str, Decimal]) -> dict[str, Decimal]:
        if national and sum(national.values()) != 1:
            raise ValueError(f"the parts add up to {sum(national.values())}; expected 1")
        return national


class NationalTheme(Strict):
    """One of the themes on which the sector agreed with the ministry."""

    id: Code
    nl: str
    en: str


class Themes(Strict):
    """`themes.yaml`: the institution's themes and the national ones they map to."""

    themes: list[Theme] = Key(min_length=1)
    national: list[NationalTheme] = []


class Measure(Strict):
    """A measure, the theme it belongs to and the units that have it.

    `no_column` names units for which the source table has no column at all, as opposed to a column that says no.
    `classes` names, per classification, the classes to which it belongs.
    """

    id: Code
    theme: str
    nl: str
    en: str
    units: list[str]
    no_column: list[str] = []
    classes: dict[str, list[str]] = {}


class Class(Strict):
    """One of the classes of a classification."""

    id: Code
    nl: str
    en: str


class Classification(Strict):
    """`classifications.yaml`: another grouping of the measures, which cuts across the themes.

    A measure may belong to several classes of it, or to none; what is counted per class therefore does not add up to
    what is counted in all, and is never added up.
    """

    id: Code
    nl: str
    en: str
    classes: list[Class] = Key(min_length=1)

    @model_validator(mode="after")
    def _each_once(self) -> Classification:
        ids = [one.id for one in self.classes]
        if len(ids) != len(set(ids)):
            raise ValueError("a class stands there twice; expected each once")
        return self
