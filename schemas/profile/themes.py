"""`themes.yaml`, `measures.yaml` and `classifications.yaml`: what is pursued, by which means, and other groupings."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated

from pydantic import Field as Key
from pydantic import field_validator, model_validator

from schemas.profile.strict import Code, Strict, Year

Share = Annotated[Decimal, Key(gt=0, le=1)]


class Theme(Strict):
    """A theme of the plan. One without money is declared all the same, with the reason."""

    id: Code = Key(examples=["guidance"])
    """How the theme is named in every table; numbers of themes differ from one document to the next."""
    nl: str = Key(examples=["Meer en betere begeleiding van studenten"])
    """Its name in Dutch."""
    en: str = Key(examples=["More and better guidance of students"])
    """Its name in English."""
    national: dict[str, Share] = Key(default={}, examples=[{"nl_guidance": 0.7, "nl_study_success": 0.3}])
    """The part of it that belongs to each national theme. The parts add up to 1, so that what is added up per national
    theme is neither more nor less than per theme of its own. One without a national counterpart names none, and stands
    apart in the crosswalk."""
    funded: bool = True
    """Whether it receives money of the plan."""
    reason_nl: str = Key(default="", examples=["wordt uit andere middelen betaald"])
    """Why it is not funded, in Dutch; needed where `funded` is false."""
    reason_en: str = Key(default="", examples=["is paid from other means"])
    """The same in English."""

    @field_validator("national")
    @classmethod
    def _adds_up(cls, national: dict[str, Decimal]) -> dict[str, Decimal]:
        if national and sum(national.values()) != 1:
            raise ValueError(f"the parts add up to {sum(national.values())}; expected 1")
        return national


class NationalTheme(Strict):
    """One of the themes on which the sector agreed with the ministry."""

    id: Code = Key(examples=["nl_guidance"])
    """How themes refer to it."""
    nl: str = Key(examples=["Meer en betere begeleiding van studenten"])
    """Its name in Dutch."""
    en: str = Key(examples=["More and better guidance of students"])
    """Its name in English."""


class Themes(Strict):
    """The institution's themes and the national ones they map to."""

    themes: list[Theme] = Key(min_length=1)
    """The institution's own themes, in the order of the report."""
    national: list[NationalTheme] = []
    """The themes on which the sector agreed; without them there is no crosswalk."""


class Measure(Strict):
    """A measure, the theme it belongs to and the units that have it."""

    id: Code = Key(examples=["small_groups"])
    """How the measure is named in every table; the same id may stand under two themes."""
    theme: str = Key(examples=["intensive"])
    """The theme of `themes.yaml` that it belongs to."""
    nl: str = Key(examples=["Kleinere groepen"])
    """Its name in Dutch."""
    en: str = Key(examples=["Smaller groups"])
    """Its name in English."""
    units: list[str] = Key(examples=[["LAW", "CARE"]])
    """The units that have it."""
    valid_from: Year | None = Key(default=None, examples=[2022])
    """The first reporting year in which it is there; without it, always."""
    valid_until: Year | None = Key(default=None, examples=[2021])
    """The last reporting year in which it is there; without it, for good."""
    no_column: list[str] = Key(default=[], examples=[["ARTS"]])
    """Units for which the source has no column at all, as opposed to a column that says no."""
    classes: dict[str, list[str]] = Key(default={}, examples=[{"focus_area": ["digital"]}])
    """Per classification of `classifications.yaml` the classes to which it belongs."""

    @model_validator(mode="after")
    def _years_in_order(self) -> Measure:
        if self.valid_from and self.valid_until and self.valid_until < self.valid_from:
            raise ValueError("expected valid_until in or after the year of valid_from")
        return self

    def is_there(self, year: int) -> bool:
        """Whether the measure is there in a reporting year."""
        return (self.valid_from or 0) <= year <= (self.valid_until or 9999)


class Class(Strict):
    """One of the classes of a classification."""

    id: Code = Key(examples=["digital"])
    """How measures refer to it."""
    nl: str = Key(examples=["Digitalisering"])
    """Its name in Dutch."""
    en: str = Key(examples=["Digitalisation"])
    """Its name in English."""


class Classification(Strict):
    """Another grouping of the measures, which cuts across the themes.

    A measure may belong to several classes of it, or to none; what is counted per class therefore does not add up to
    what is counted in all, and is never added up.
    """

    id: Code = Key(examples=["focus_area"])
    """How measures refer to it."""
    nl: str = Key(examples=["Zwaartepunten"])
    """Its name in Dutch."""
    en: str = Key(examples=["Focus areas"])
    """Its name in English."""
    classes: list[Class] = Key(min_length=1)
    """Its classes, each once."""

    @model_validator(mode="after")
    def _each_once(self) -> Classification:
        ids = [one.id for one in self.classes]
        if len(ids) != len(set(ids)):
            raise ValueError("a class stands there twice; expected each once")
        return self
