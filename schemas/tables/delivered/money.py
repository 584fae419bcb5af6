"""Money that comes in: the financial rounds, the spending plan, and totals that others state."""

from __future__ import annotations

from decimal import Decimal

from schemas.consequences import Costs
from schemas.contract import Clock, Field, Kind, Layer, Table, Window
from schemas.tables.shared.code_words import CONTROL_ORIGIN, CONTROL_SUBJECT, CONTROL_UNIT, LEVEL
from schemas.tables.shared.fields import (
    FIRST_YEAR,
    LAST_YEAR,
    LEVELS,
    bfr_round,
    measure,
    money,
    reporting_year,
    theme,
    unit,
)
from schemas.words import Words

ZERO = Decimal(0)

BFR = Table(
    "bfr",
    Layer.DELIVERED,
    "Bestuurlijk Financiële Rapportage: begroot, gerealiseerd en verwacht per maatregel",
    "the financial round (BFR): budget, realised and forecast per measure",
    (
        reporting_year(),
        bfr_round(),
        unit(),
        theme(),
        measure(),
        money("budget", "begroot voor het jaar", "budget for the year", "Begroot", "Budget", minimum=ZERO),
        money("realised", "gerealiseerd tot nu", "realised to date", "Gerealiseerd", "Realised"),
        money("forecast", "verwacht tot jaareinde", "forecast to year end", "Prognose", "Forecast", nullable=True),
        Field(
            "submitted_on",
            Kind.DATE,
            "datum van indienen",
            "date of submission",
            "2021-02-15",
            "Ingediend op",
            "Submitted on",
            window=Window("reporting_year", before=1, after=12),
        ),
        Field(
            "explanation",
            Kind.TEXT,
            "toelichting (vrije tekst)",
            "explanation (open text)",
            "Later gestart",
            "Toelichting",
            "Explanation",
            nullable=True,
            open_text=True,
        ),
    ),
    key=("reporting_year", "round", "unit", "theme", "measure"),
    sheet="BFR",
    filled=True,
)

SPENDING_PLAN = Table(
    "spending_plan",
    Layer.DELIVERED,
    "bestedingsplan per versie",
    "spending plan per version",
    (
        Field("version", Kind.TEXT, "versie van het plan", "version of the plan", "original", "Versie", "Version"),
        unit(),
        theme(),
        Field(
            "year",
            Kind.INTEGER,
            "kalenderjaar",
            "calendar year",
            2020,
            "Jaar",
            "Year",
            minimum=FIRST_YEAR,
            maximum=LAST_YEAR,
            clock=Clock.PLAN_YEAR,
        ),
        money("amount", "gepland bedrag", "planned amount", "Bedrag", "Amount", minimum=ZERO),
        Field(
            "consent_by",
            Kind.TEXT,
            "raad die instemde",
            "council that consented",
            "university_council",
            "Instemming door",
            "Consent by",
            nullable=True,
            code_list="councils",
            identifier=Words("een raad", "a council"),
        ),
        Field(
            "consent_on",
            Kind.DATE,
            "datum van instemming",
            "date of consent",
            "2018-12-10",
            "Instemming op",
            "Consent on",
            nullable=True,
            window=Window(before=36, after=12),
        ),
    ),
    key=("version", "unit", "theme", "year"),
    sheet="Bestedingsplan",
    filled=True,
)

CONTROL_TOTALS = Table(
    "control_totals",
    Layer.DELIVERED,
    "controletotalen bij leveringen, en cijfers die een eerder verslag afdrukte",
    "control totals that came with deliveries, and figures that an earlier report printed",
    (
        Field(
            "statement",
            Kind.TEXT,
            "kenmerk van de opgave",
            "id of the statement",
            "report-2020-table-2",
            "Opgave",
            "Statement",
        ),
        Field(
            "origin",
            Kind.TEXT,
            "bij een levering, of in een verslag gedrukt",
            "with a delivery, or printed in a report",
            "printed",
            "Herkomst",
            "Origin",
            codes=tuple(CONTROL_ORIGIN),
            code_labels=CONTROL_ORIGIN,
        ),
        reporting_year(),
        bfr_round(nullable=True),
        Field(
            "subject",
            Kind.TEXT,
            "waarover",
            "about what",
            "budget",
            "Onderwerp",
            "Subject",
            codes=tuple(CONTROL_SUBJECT),
            code_labels=CONTROL_SUBJECT,
        ),
        Field(
            "indicator",
            Kind.TEXT,
            "indicator",
            "indicator",
            "I1",
            "Indicator",
            "Indicator",
            nullable=True,
            code_list="indicators",
            identifier=Words("een indicator", "an indicator"),
        ),
        Field(
            "level",
            Kind.TEXT,
            "bachelor of master",
            "bachelor or master",
            "Ba",
            "Niveau",
            "Level",
            nullable=True,
            codes=LEVELS,
            code_labels=LEVEL,
        ),
        unit(nullable=True),
        theme(nullable=True),
        Field("printed", Kind.TEXT, "zoals gedrukt", "as printed", "7.057", "Gedrukt", "Printed"),
        Field("value", Kind.DECIMAL, "het getal daarin", "the number in it", Decimal("7057"), "Waarde", "Value"),
        Field(
            "printed_decimals",
            Kind.INTEGER,
            "gedrukte decimalen",
            "decimals printed",
            0,
            "Decimalen",
            "Decimals",
            minimum=ZERO,
            maximum=Decimal(6),
        ),
        Field(
            "unit_of_measure",
            Kind.TEXT,
            "eenheid van het getal",
            "unit of the number",
            "keur",
            "Maat",
            "Unit of measure",
            codes=tuple(CONTROL_UNIT),
            code_labels=CONTROL_UNIT,
        ),
    ),
    key=("statement", "reporting_year", "round", "subject", "indicator", "level", "unit", "theme"),
    sheet="Controletotalen",
    row_costs=Costs.ROW,  # a total that cannot be read is not held against; no figure needs it
    other_periods=True,  # a report prints the year before beside its own
)

TABLES: tuple[Table, ...] = (BFR, SPENDING_PLAN, CONTROL_TOTALS)
