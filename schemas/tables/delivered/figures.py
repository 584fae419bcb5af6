"""Figures that are delivered as such: an aggregate that somebody else counted, with or without the number behind it.

Sick leave, energy use, the outcome of a staff survey or the time to work of graduates come to the institution as a
figure per unit or for the whole, not as rows about people. The definition of the indicator says how figures of units
combine into that of the institution.
"""

from __future__ import annotations

from decimal import Decimal

from schemas.contract import Field, Kind, Layer, Table
from schemas.tables.shared.code_words import LEVEL
from schemas.tables.shared.fields import reporting_year, unit
from schemas.words import Words

ZERO = Decimal(0)
DECIMALS = 6
"""Of a delivered number: a share of people to a ten-thousandth of a per cent, an amount of energy to the gram."""

BY_INDICATOR = ("indicator", "reporting_year")
"""What the cell of a figure or of its spread means follows from the indicator of its row, as defined in that year."""


def _number(
    name: str,
    nl: str,
    en: str,
    example: str,
    label_nl: str,
    label_en: str,
    minimum: Decimal | None,
    measured_by: tuple[str, str] | None = None,
) -> Field:
    return Field(
        name,
        Kind.DECIMAL,
        nl,
        en,
        Decimal(example),
        label_nl,
        label_en,
        nullable=True,
        minimum=minimum,
        decimals=DECIMALS,
        measured_by=measured_by,
        rounded=True,
    )


DELIVERED_FIGURES = Table(
    "delivered_figures",
    Layer.DELIVERED,
    "cijfers die als cijfer worden geleverd, per eenheid of voor de hele instelling",
    "figures that are delivered as figures, per unit or for the whole institution",
    (
        reporting_year(),
        unit(nullable=True),
        Field(
            "level",
            Kind.TEXT,
            "bachelor of master; leeg voor samen",
            "bachelor or master; empty for both together",
            "Ba",
            "Niveau",
            "Level",
            nullable=True,
            codes=tuple(LEVEL),
            code_labels=LEVEL,
        ),
        Field(
            "indicator",
            Kind.TEXT,
            "indicator, met de code uit het profiel",
            "indicator, by its code in the profile",
            "I1",
            "Indicator",
            "Indicator",
            code_list="indicators",
            identifier=Words("een indicator", "an indicator"),
            says_percent=True,
        ),
        _number(
            "value",
            "waarde; een aandeel als fractie of percentage; leeg waar teller en noemer er staan",
            "value; a share as a fraction or percentage; empty where numerator and denominator are there",
            "7.4",
            "Waarde",
            "Value",
            None,
            BY_INDICATOR,
        ),
        Field(
            "n",
            Kind.INTEGER,
            "aantal mensen of gevallen waarop het cijfer berust; leeg waar dat niet bekend is",
            "number of people or cases on which the figure rests; empty where that is not known",
            240,
            "Aantal",
            "Number",
            nullable=True,
            minimum=ZERO,
            unit_of_measure="persons or cases",
        ),
        _number(
            "spread",
            "spreiding van een gemiddelde, van de soort die de definitie noemt",
            "spread of a mean, of the kind that the definition names",
            "1.2",
            "Spreiding",
            "Spread",
            ZERO,
            BY_INDICATOR,
        ),
        _number("numerator", "teller van een verhouding", "numerator of a ratio", "84", "Teller", "Numerator", None),
        _number(
            "denominator", "noemer van een verhouding", "denominator of a ratio", "240", "Noemer", "Denominator", ZERO
        ),
    ),
    key=("reporting_year", "unit", "level", "indicator"),
    sheet="Kerncijfers",
    filled=True,
)
