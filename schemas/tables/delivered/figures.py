"""Figures that are delivered as such: an aggregate that somebody else counted, with or without the number behind it.

Sick leave, energy use, the outcome of a staff survey or the time to work of graduates come to the institution as a
figure per unit or for the whole, not as rows about people. The definition of the indicator says how figures of units
combine into that of the institution.
"""

from __future__ import annotations

from dataclasses import replace
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


def _number(name: str, what: Words, example: str, label: Words, minimum: Decimal | None) -> Field:
    """A number of a figure, which may be rounded and may be left out; `what` says in a phrase what it is."""
    return Field(
        name,
        Kind.DECIMAL,
        what.nl,
        what.en,
        Decimal(example),
        label.nl,
        label.en,
        nullable=True,
        minimum=minimum,
        decimals=DECIMALS,
        rounded=True,
    )


def _measured(field: Field) -> Field:
    """A number of which the indicator and the year of its row say what it measures."""
    return replace(field, measured_by=BY_INDICATOR)


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
        _measured(
            _number(
                "value",
                Words(
                    "waarde; een aandeel als fractie of percentage; leeg waar teller en noemer er staan",
                    "value; a share as a fraction or percentage; empty where numerator and denominator are there",
                ),
                "7.4",
                Words("Waarde", "Value"),
                None,
            )
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
        _measured(
            _number(
                "spread",
                Words(
                    "spreiding van een gemiddelde, van de soort die de definitie noemt",
                    "spread of a mean, of the kind that the definition names",
                ),
                "1.2",
                Words("Spreiding", "Spread"),
                ZERO,
            )
        ),
        _number(
            "numerator",
            Words("teller van een verhouding", "numerator of a ratio"),
            "84",
            Words("Teller", "Numerator"),
            None,
        ),
        _number(
            "denominator",
            Words("noemer van een verhouding", "denominator of a ratio"),
            "240",
            Words("Noemer", "Denominator"),
            ZERO,
        ),
    ),
    key=("reporting_year", "unit", "level", "indicator"),
    sheet="Kerncijfers",
    filled=True,
)

TABLES: tuple[Table, ...] = (DELIVERED_FIGURES,)
