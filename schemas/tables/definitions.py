"""What a release publishes of the definitions of its indicators."""

from __future__ import annotations

from schemas.contract import Field, Kind, Layer, Table
from schemas.kinds import KINDS
from schemas.tables.sector import AGREED_ON
from schemas.tables.shared.fields import theme


def _text(
    name: str, nl: str, en: str, example: str = "x", *, nullable: bool = True, codes: tuple[str, ...] = ()
) -> Field:
    return Field(name, Kind.TEXT, nl, en, example, nullable=nullable, codes=codes)


DEFINITIONS = Table(
    "definitions",
    Layer.PUBLISHED,
    "definities van de indicatoren",
    "definitions of the indicators",
    (
        Field("indicator", Kind.TEXT, "indicator", "indicator", "I1", code_list="indicators"),
        _text("version", "versie", "version", "1", nullable=False),
        theme(),
        _text("label_nl", "naam (nl)", "name (nl)", nullable=False),
        _text("label_en", "naam (en)", "name (en)", nullable=False),
        _text("definition_nl", "definitie (nl)", "definition (nl)", nullable=False),
        _text("definition_en", "definitie (en)", "definition (en)", nullable=False),
        _text("kind", "soort", "kind", "mean", nullable=False, codes=KINDS),
        _text("unit_of_measure", "maat", "unit of measure", "score", nullable=False),
        _text(
            "unit_of_analysis",
            "eenheid van analyse",
            "unit of analysis",
            "respondent",
            codes=("respondent", "course", "unit"),
        ),
        _text("spread_kind", "soort spreiding", "kind of spread", "sd_respondents"),
        _text(
            "direction",
            "richting",
            "direction",
            "higher_is_better",
            nullable=False,
            codes=("higher_is_better", "lower_is_better", "neutral"),
        ),
        Field("valid_from", Kind.INTEGER, "geldig vanaf verslagjaar", "valid from reporting year", 2019),
        Field(
            "valid_until",
            Kind.INTEGER,
            "geldig tot en met verslagjaar",
            "valid until reporting year",
            2024,
            nullable=True,
        ),
        *AGREED_ON,
    ),
    key=("indicator", "version"),
)
