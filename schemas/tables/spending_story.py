"""Published tables about spending beside the amounts: explanations, versions of the plan, and forecasts."""

from __future__ import annotations

from decimal import Decimal

from schemas.contract import Field, Kind, Layer, Reference, Table
from schemas.tables.evaluation_results import STATUS
from schemas.tables.shared.fields import (
    FIRST_YEAR,
    LAST_YEAR,
    bfr_round,
    cycle,
    figure_id,
    money,
    notes,
    reporting_year,
    without,
)
from schemas.tables.shared.fields import theme as theme_of
from schemas.tables.shared.fields import unit as unit_of

_FRACTION = "fraction"


def _difference(nl: str, en: str) -> tuple[Field, Field]:
    return (
        money("difference", nl, en, nullable=True),
        Field(
            "difference_pct",
            Kind.NUMBER,
            "verschil als deel van begroot",
            "difference as a fraction of budget",
            0.1,
            nullable=True,
            unit_of_measure=_FRACTION,
        ),
    )


SPENDING_EXPLANATIONS = Table(
    "spending_explanations",
    Layer.PUBLISHED,
    "over- en onderbesteding boven de drempel, met de toelichting van de eenheid",
    "over- and underspending beyond the threshold, with the explanation of the unit",
    (
        reporting_year(),
        cycle(),
        bfr_round(),
        unit_of(),
        theme_of(),
        money("budget", "begroot", "budget"),
        Field(
            "basis",
            Kind.TEXT,
            "wat tegen begroot is gehouden: gerealiseerd, of halverwege het jaar de verwachting",
            "what was held against the budget: what was realised or, during the year, the forecast",
            "realised",
            codes=("realised", "forecast"),
        ),
        money("outcome", "gerealiseerd of verwacht", "realised or forecast"),
        *_difference("gerealiseerd of verwacht min begroot", "realised or forecast minus budget"),
        Field(
            "explained",
            Kind.TEXT,
            "of er een toelichting is: gegeven, gevraagd, of niet gelezen omdat het profiel dat niet toestaat",
            "whether there is an explanation: given, asked for, or not read as the profile does not allow it",
            "given",
            codes=("given", "asked", "not_read"),
        ),
        Field("explanation", Kind.TEXT, "toelichting", "explanation", "Later gestart", nullable=True),
        Field("about_figure", Kind.TEXT, "het cijfer waarover het gaat", "the figure it is about", "2021-03:x"),
    ),
    key=("about_figure",),
    references=(Reference(("about_figure",), "spending_by_unit", ("figure_id",)),),
)

SPENDING_PLAN_VERSIONS = Table(
    "spending_plan_versions",
    Layer.PUBLISHED,
    "het bestedingsplan per versie, met wat een versie verschuift en welke raad daarmee instemde; leeg thema is totaal",
    "the spending plan per version, with what a version shifts and which council consented; a null theme is the total",
    (
        cycle(),
        Field("version", Kind.TEXT, "versie van het plan", "version of the plan", "original"),
        Field("year", Kind.INTEGER, "kalenderjaar", "calendar year", 2020, minimum=FIRST_YEAR, maximum=LAST_YEAR),
        theme_of(nullable=True),
        money("amount", "gepland bedrag zoals deze versie het laat", "planned amount as this version leaves it"),
        money(
            "shift",
            "verschil met de versie ervoor; leeg bij de eerste",
            "difference with the version before; empty for the first",
            nullable=True,
        ),
        Field(
            "consent_by",
            Kind.TEXT,
            "raad die instemde",
            "council that consented",
            "university_council",
            nullable=True,
            code_list="councils",
        ),
        Field("consent_on", Kind.DATE, "datum van instemming", "date of consent", "2018-12-10", nullable=True),
        STATUS,
        figure_id(),
        *notes("note", "opmerking bij het cijfer", "note on the figure"),
        without(),
    ),
    key=("figure_id",),
)

SPENDING_FORECASTS = Table(
    "spending_forecasts",
    Layer.PUBLISHED,
    "wat rondes tijdens het jaar verwachtten naast wat het jaar werd; leeg thema is het totaal",
    "what rounds during the year expected beside what the year became; a null theme is the total",
    (
        reporting_year(),
        cycle(),
        bfr_round(),
        theme_of(nullable=True),
        money("forecast", "verwacht tot jaareinde", "forecast to year end", nullable=True),
        money("realised", "gerealiseerd over het jaar", "realised over the year", nullable=True),
        money("deviation", "gerealiseerd min verwacht", "realised minus forecast", nullable=True),
        Field(
            "deviation_pct",
            Kind.NUMBER,
            "afwijking als deel van verwacht",
            "deviation as a fraction of the forecast",
            0.02,
            nullable=True,
            unit_of_measure=_FRACTION,
            minimum=Decimal(-1000),
        ),
        STATUS,
        *notes("note", "opmerking bij het cijfer", "note on the figure"),
        figure_id(),
        without(),
    ),
    key=("figure_id",),
)

SPENDING_STORY = (SPENDING_EXPLANATIONS, SPENDING_PLAN_VERSIONS, SPENDING_FORECASTS)
