"""What a release sets figures beside: targets, the country, the national themes and other groupings of the measures."""

from __future__ import annotations

from decimal import Decimal

from schemas.contract import Field, Kind, Layer, Reference, Table
from schemas.tables.evaluation_results import STATUS
from schemas.tables.shared.fields import (
    LEVELS,
    bfr_round,
    cycle,
    figure_id,
    measure,
    money,
    notes,
    reporting_year,
    theme,
    without,
)

ZERO = Decimal(0)
SECTORS = ("wo", "hbo", "other")
ROW_KINDS = ("national", "not_mapped", "total")
OUTCOMES = ("reached", "missed", "closer", "unchanged", "further", "not_known")


def _text(name: str, nl: str, en: str, example: str, *, nullable: bool = False, codes: tuple[str, ...] = ()) -> Field:
    return Field(name, Kind.TEXT, nl, en, example, nullable=nullable, codes=codes)


def _number(name: str, nl: str, en: str, unit_of_measure: str = "") -> Field:
    return Field(name, Kind.NUMBER, nl, en, 0.5, nullable=True, unit_of_measure=unit_of_measure)


def _count(name: str, nl: str, en: str) -> Field:
    return Field(name, Kind.INTEGER, nl, en, 3, minimum=ZERO)


def _year(name: str, nl: str, en: str) -> Field:
    return Field(name, Kind.INTEGER, nl, en, 2030, nullable=True)


_INDICATOR = Field("indicator", Kind.TEXT, "indicator", "indicator", "I1", code_list="indicators")
_LEVEL = _text("level", "niveau; leeg voor samen", "level; empty for both", "Ba", nullable=True, codes=LEVELS)
_OF_FIGURE = _text("about_figure", "het eigen cijfer waarover het gaat", "the own figure it is about", "2021-03:x")
_NATIONAL = _text(
    "national_theme",
    "landelijk thema; leeg voor het totaal en voor een eigen thema zonder landelijk thema",
    "national theme; empty for the total and for an own theme without a national one",
    "nl_guidance",
    nullable=True,
)
_KIND = _text(
    "kind",
    "soort rij: een landelijk thema, een eigen thema zonder landelijk thema (not_mapped), of het totaal",
    "kind of row: a national theme, an own theme without a national one (not_mapped), or the total",
    "national",
    codes=ROW_KINDS,
)
_UNMAPPED = Field(
    "theme",
    Kind.TEXT,
    "het eigen thema, waar het geen landelijk thema heeft",
    "the own theme, where it has no national one",
    "T1",
    nullable=True,
    code_list="themes",
)

INDICATOR_TARGETS = Table(
    "indicator_targets",
    Layer.PUBLISHED,
    "streefwaarden: het cijfer naast het eerstvolgende doel en naast het eerste jaar",
    "targets: the figure beside the next target and beside the first year",
    (
        reporting_year(),
        cycle(),
        _INDICATOR,
        _LEVEL,
        _year("target_year", "jaar van de streefwaarde", "year of the target"),
        _number("target", "streefwaarde; aandelen als fractie", "target; shares as a fraction"),
        _year("first_year", "eerste jaar; leeg waar dat niet bekend is", "first year; empty where it is not known"),
        _number("first_value", "waarde in het eerste jaar", "value in the first year"),
        _text(
            "outcome",
            "of het cijfer het doel haalt (reached), het in of na het doeljaar niet haalde (missed), of sinds het "
            "eerste jaar dichterbij (closer), even ver (unchanged) of verder af (further) is, naar de richting van de "
            "indicator",
            "whether the figure reaches the target, missed it in the year of the target or later, or since the first "
            "year is closer to it, as far from it (unchanged) or further from it, by the direction of the indicator",
            "closer",
            codes=OUTCOMES,
        ),
        _text("target_printed_nl", "streefwaarde zoals gedrukt (nl)", "target as printed (nl)", "3,5"),
        _text("target_printed_en", "streefwaarde zoals gedrukt (en)", "target as printed (en)", "3.5"),
        _text("note_nl", "toelichting op het doel (nl)", "note on the target (nl)", "x", nullable=True),
        _text("note_en", "toelichting op het doel (en)", "note on the target (en)", "x", nullable=True),
        _OF_FIGURE,
    ),
    key=("about_figure",),
    references=(Reference(("about_figure",), "indicator_values", ("figure_id",)),),
)

REFERENCE_VALUES = Table(
    "reference_values",
    Layer.PUBLISHED,
    "landelijke waarden van indicatoren, van de eigen sector, met de bron",
    "national values of indicators, of the own sector, with their source",
    (
        cycle(),
        _INDICATOR,
        _LEVEL,
        _text("sector", "sector", "sector", "wo", codes=SECTORS),
        reporting_year(),
        _number("value", "landelijke waarde; aandelen als fractie", "national value; shares as a fraction"),
        _text("printed_nl", "zoals gedrukt (nl)", "as printed (nl)", "19,2"),
        _text("printed_en", "zoals gedrukt (en)", "as printed (en)", "19.2"),
        _text("source", "bron", "source", "…"),
        _text(
            "comparable",
            "of de waarde met de eigen vergelijkbaar is",
            "whether the value compares with one's own",
            "yes",
            codes=("yes", "with_reservation", "no"),
        ),
        _text("note_nl", "toelichting op de vergelijkbaarheid (nl)", "note on comparability (nl)", "x", nullable=True),
        _text("note_en", "toelichting op de vergelijkbaarheid (en)", "note on comparability (en)", "x", nullable=True),
        _year(
            "beside_year",
            "verslagjaar van het eigen cijfer waar de waarde naast staat; leeg waar zij nergens naast staat",
            "reporting year of the own figure that it stands beside; empty where it stands beside none",
        ),
        _text(
            "about_figure",
            "het eigen cijfer waar de waarde naast staat",
            "the own figure that it stands beside",
            "2021-03:x",
            nullable=True,
        ),
    ),
    key=("indicator", "level", "sector", "reporting_year"),
    references=(Reference(("about_figure",), "indicator_values", ("figure_id",)),),
)

CROSSWALK = Table(
    "crosswalk",
    Layer.PUBLISHED,
    "welk deel van een eigen thema bij welk landelijk thema hoort",
    "which part of an own theme belongs to which national theme",
    (
        cycle(),
        theme(),
        _text(
            "national_theme",
            "landelijk thema; leeg waar er geen is",
            "national theme; empty where there is none",
            "nl_guidance",
            nullable=True,
        ),
        _text(
            "national_nl", "naam van het landelijke thema (nl)", "name of the national theme (nl)", "x", nullable=True
        ),
        _text(
            "national_en", "naam van het landelijke thema (en)", "name of the national theme (en)", "x", nullable=True
        ),
        Field(
            "part",
            Kind.DECIMAL,
            "deel van het thema; de delen van een thema zijn samen 1",
            "part of the theme; the parts of a theme add up to 1",
            Decimal("0.5"),
            minimum=ZERO,
            maximum=Decimal(1),
            decimals=12,
        ),
    ),
    key=("theme", "national_theme"),
)

SPENDING_BY_NATIONAL_THEME = Table(
    "spending_by_national_theme",
    Layer.PUBLISHED,
    "bestedingsoverzicht naar landelijke thema's; op de cent gelijk aan dat naar eigen thema's",
    "spending overview by national theme; to the cent the same as that by own theme",
    (
        reporting_year(),
        cycle(),
        bfr_round(),
        _KIND,
        _NATIONAL,
        _UNMAPPED,
        money("budget", "begroot", "budget", nullable=True),
        money("realised", "gerealiseerd", "realised", nullable=True),
        money("forecast", "verwacht tot jaareinde", "forecast to year end", nullable=True),
        money("difference", "gerealiseerd min begroot", "realised minus budget", nullable=True),
        _number("difference_pct", "verschil als deel van begroot", "difference as a fraction of budget", "fraction"),
        _number(
            "realised_pct_of_budget",
            "gerealiseerd als deel van begroot",
            "realised as a fraction of budget",
            "fraction",
        ),
        _number("share_of_budget", "aandeel in de totale begroting", "share of total budget", "fraction"),
        _number("share_of_realised", "aandeel in de totale realisatie", "share of total realised", "fraction"),
        money("carried_over", "meegenomen van vorig jaar", "carried over from last year", nullable=True),
        money(
            "available", "beschikbaar: begroot plus meegenomen", "available: budget plus carried over", nullable=True
        ),
        money("left_over", "over: beschikbaar min gerealiseerd", "left over: available minus realised", nullable=True),
        STATUS,
        *notes("note", "opmerking bij het cijfer", "note on the figure"),
        figure_id(),
        without(),
    ),
    key=("figure_id",),
)

NATIONAL_THEME_COUNTS = Table(
    "national_theme_counts",
    Layer.PUBLISHED,
    "maatregelen en indicatoren per landelijk thema; in het totaal telt elk een keer",
    "measures and indicators per national theme; in the total each counts once",
    (
        reporting_year(),
        cycle(),
        _KIND,
        _NATIONAL,
        _UNMAPPED,
        _count(
            "measures",
            "maatregelen die er, ten minste voor een deel, bij horen",
            "measures that belong to it, in part at least",
        ),
        _count(
            "measures_shared", "waarvan ook bij een ander landelijk thema", "of which to another national theme as well"
        ),
        _count(
            "indicators",
            "indicatoren die er, ten minste voor een deel, bij horen",
            "indicators that belong to it, in part at least",
        ),
        _count(
            "indicators_shared",
            "waarvan ook bij een ander landelijk thema",
            "of which to another national theme as well",
        ),
    ),
    key=("reporting_year", "kind", "national_theme", "theme"),
)

CLASSIFICATIONS = Table(
    "classifications",
    Layer.PUBLISHED,
    "andere indelingen van de maatregelen: bij welke klassen een maatregel hoort",
    "other groupings of the measures: to which classes a measure belongs",
    (
        cycle(),
        _text("classification", "indeling", "classification", "focus"),
        _text("classification_nl", "naam van de indeling (nl)", "name of the classification (nl)", "x"),
        _text("classification_en", "naam van de indeling (en)", "name of the classification (en)", "x"),
        _text("class", "klasse", "class", "C1"),
        _text("class_nl", "naam van de klasse (nl)", "name of the class (nl)", "x"),
        _text("class_en", "naam van de klasse (en)", "name of the class (en)", "x"),
        theme(),
        measure(),
    ),
    key=("classification", "class", "theme", "measure"),
)

MEASURES_BY_CLASS = Table(
    "measures_by_class",
    Layer.PUBLISHED,
    "voortgang van de maatregelen per klasse van een indeling; een maatregel telt in elke klasse waarbij zij hoort, "
    "dus klassen tellen niet op",
    "progress of the measures per class of a classification; a measure counts in every class to which it belongs, so "
    "that classes do not add up",
    (
        reporting_year(),
        cycle(),
        _text("classification", "indeling", "classification", "focus"),
        _text(
            "class",
            "klasse; leeg voor maatregelen die bij geen klasse horen",
            "class; empty for measures that belong to none",
            "C1",
            nullable=True,
        ),
        _text(
            "progress",
            "voortgang; leeg als niet gerapporteerd",
            "progress; empty where not reported",
            "on_course",
            nullable=True,
            codes=("not_started", "on_course", "at_risk", "done"),
        ),
        _count(
            "reports", "maatregelen, elk zo vaak als er eenheden zijn", "measures, each as often as there are units"
        ),
        _count("measures", "verschillende maatregelen", "different measures"),
    ),
    key=("reporting_year", "classification", "class", "progress"),
)

COMPARISON: tuple[Table, ...] = (
    INDICATOR_TARGETS,
    REFERENCE_VALUES,
    CROSSWALK,
    SPENDING_BY_NATIONAL_THEME,
    NATIONAL_THEME_COUNTS,
    CLASSIFICATIONS,
    MEASURES_BY_CLASS,
)
