"""The tables of a sector view: several institutions together, derived from published releases alone.

A null `institution` means all institutions together. Amounts are exact, in the currency of the row; shares are
fractions. Figures that do not count are in `sector_left_out`, with the reason.
"""

from __future__ import annotations

from decimal import Decimal
from typing import get_args

from schemas.contract import Field, Kind, Layer, Table
from schemas.kinds import Combining
from schemas.tables.comparison import ROW_KINDS, SECTORS
from schemas.tables.shared.fields import LEVELS, cycle, notes, reporting_year

ZERO = Decimal(0)
METHODS: tuple[str, ...] = get_args(Combining)
STATES = ("draft", "final")
MOMENTS = ("year_over", "under_way")


def _text(
    name: str, nl: str, en: str, example: str = "x", *, nullable: bool = False, codes: tuple[str, ...] = ()
) -> Field:
    return Field(name, Kind.TEXT, nl, en, example, nullable=nullable, codes=codes)


def _number(name: str, nl: str, en: str, unit_of_measure: str = "", *, minimum: Decimal | None = None) -> Field:
    return Field(name, Kind.NUMBER, nl, en, 0.5, nullable=True, unit_of_measure=unit_of_measure, minimum=minimum)


def _money(name: str, nl: str, en: str) -> Field:
    return Field(name, Kind.MONEY, nl, en, Decimal("1250.00"), nullable=True)


def _year(*, nullable: bool = False) -> Field:
    if not nullable:
        return reporting_year()
    return Field(
        "reporting_year",
        Kind.INTEGER,
        "verslagjaar; leeg voor elk jaar",
        "reporting year; empty for any",
        2020,
        nullable=True,
    )


_INSTITUTION = _text("institution", "instelling; leeg voor samen", "institution; empty for together", nullable=True)
_INDICATOR = _text(
    "indicator",
    "definitie waarover instellingen het eens zijn",
    "definition on which institutions agreed",
    "agreed_ratio",
)
_LEVEL = _text("level", "niveau; leeg voor samen", "level; empty for both", "Ba", nullable=True, codes=LEVELS)
_STATE = _text(
    "release_status",
    "stand van de uitgave; samen is concept zodra een van de uitgaven dat is",
    "state of the release; together is a draft as soon as one of the releases is",
    "final",
    codes=STATES,
)
_COUNTS = Field("counts", Kind.BOOLEAN, "telt mee in het cijfer samen", "counts in the figure together", True)
_HOW_MANY = Field(
    "institutions", Kind.INTEGER, "instellingen in het cijfer", "institutions in the figure", 2, minimum=ZERO
)
_FIGURE = _text("figure_id", "kenmerk van het cijfer", "id of the figure", "sector:indicator:2020:x:all:all")
_OF_FIGURE = _text(
    "of_figure",
    "kenmerk in de uitgave van de instelling",
    "id in the institution's release",
    "2021-03:x",
    nullable=True,
)

SECTOR_INDICATORS = Table(
    "sector_indicators",
    Layer.SECTOR,
    "indicatoren van instellingen, en van hen samen waar dat kan",
    "indicators of institutions, and of them together where they combine",
    (
        _year(),
        _INDICATOR,
        _text("definition_version", "versie van wat is afgesproken", "version of what was agreed", "1"),
        _LEVEL,
        _INSTITUTION,
        _text("label_nl", "naam (nl)", "name (nl)"),
        _text("label_en", "naam (en)", "name (en)"),
        _text(
            "method",
            "hoe cijfers samengaan: som, teller door noemer, of gemiddelde over aantallen; leeg als zij dat niet doen",
            "how figures combine: sum, numerator by denominator, or mean over numbers; empty where they do not",
            "sum",
            nullable=True,
            codes=METHODS,
        ),
        _text("unit_of_measure", "maat", "unit of measure", "score"),
        _number("value", "waarde; aandelen als fractie", "value; shares as a fraction"),
        _number("spread", "spreiding", "spread", minimum=ZERO),
        _text("spread_kind", "soort spreiding", "kind of spread", "sd_respondents", nullable=True),
        Field("n", Kind.INTEGER, "aantal", "number", 12, nullable=True, minimum=ZERO),
        _number("numerator", "teller", "numerator"),
        _number("denominator", "noemer", "denominator"),
        Field("decimals", Kind.INTEGER, "gedrukte decimalen", "decimals printed", 1, minimum=ZERO, maximum=Decimal(6)),
        _text("printed_nl", "zoals gedrukt (nl)", "as printed (nl)", "3,9"),
        _text("printed_en", "zoals gedrukt (en)", "as printed (en)", "3.9"),
        _text(
            "status",
            "stand van het cijfer",
            "state of the figure",
            "ok",
            codes=("ok", "suppressed", "not_available", "not_applicable"),
        ),
        _HOW_MANY,
        _COUNTS,
        _STATE,
        *notes("note", "trendbreuk of voorbehoud", "break in series or reservation"),
        _FIGURE,
        _OF_FIGURE,
    ),
    key=("figure_id",),
)

SECTOR_SPENDING = Table(
    "sector_spending",
    Layer.SECTOR,
    "besteding van instellingen naar landelijk thema, en van hen samen",
    "spending of institutions by national theme, and of them together",
    (
        _year(),
        _text(
            "kind",
            "soort rij: een landelijk thema, wat bij geen landelijk thema hoort (not_mapped), of het totaal",
            "kind of row: a national theme, what belongs to none (not_mapped), or the total",
            "national",
            codes=ROW_KINDS,
        ),
        _text("national_theme", "landelijk thema", "national theme", "nl_guidance", nullable=True),
        _text("theme_nl", "naam van het thema (nl)", "name of the theme (nl)", nullable=True),
        _text("theme_en", "naam van het thema (en)", "name of the theme (en)", nullable=True),
        _INSTITUTION,
        _text("currency", "munteenheid", "currency", "EUR"),
        _text(
            "moment",
            "of het jaar om was toen de bedragen werden opgegeven",
            "whether the year was over when the amounts were given",
            "year_over",
            codes=MOMENTS,
        ),
        _money("budget", "begroot", "budget"),
        _money("realised", "gerealiseerd", "realised"),
        _money("forecast", "verwacht tot jaareinde", "forecast to year end"),
        _money("difference", "gerealiseerd min begroot", "realised minus budget"),
        _number("difference_pct", "verschil als deel van begroot", "difference as a fraction of budget", "fraction"),
        _number("realised_pct_of_budget", "gerealiseerd als deel van begroot", "realised by budget", "fraction"),
        _number("share_of_realised", "aandeel in de realisatie", "share of what was realised", "fraction"),
        _HOW_MANY,
        _COUNTS,
        _STATE,
        *notes("note", "voorbehoud, zoals zonder wie", "reservation, such as without whom"),
        _FIGURE,
        _OF_FIGURE,
    ),
    key=("figure_id",),
)

SECTOR_LEFT_OUT = Table(
    "sector_left_out",
    Layer.SECTOR,
    "wat niet meetelt in de cijfers samen, met de reden",
    "what does not count in the figures together, with the reason",
    (
        _text("subject", "waarover het gaat", "what it is about", "indicator", codes=("indicator", "spending")),
        _year(nullable=True),
        _text("indicator", "afgesproken definitie", "definition agreed on", nullable=True),
        _LEVEL,
        _text("institution", "instelling", "institution"),
        _text("own_indicator", "indicator van de instelling", "indicator of the institution", nullable=True),
        _text("label_nl", "naam (nl)", "name (nl)", nullable=True),
        _text("label_en", "naam (en)", "name (en)", nullable=True),
        _text(
            "part",
            "het hele cijfer, of alleen de spreiding",
            "the figure, or its spread alone",
            "value",
            codes=("value", "spread"),
        ),
        _text("reason", "reden (code)", "reason (code)", "suppressed"),
        _text("reason_nl", "reden (nl)", "reason (nl)"),
        _text("reason_en", "reden (en)", "reason (en)"),
    ),
    key=("subject", "reporting_year", "indicator", "level", "institution", "own_indicator", "part"),
)

SECTOR_SOURCES = Table(
    "sector_sources",
    Layer.SECTOR,
    "de uitgaven waaruit de cijfers komen",
    "the releases of which the figures come",
    (
        _text("institution", "instelling", "institution"),
        _text("nl", "naam (nl)", "name (nl)"),
        _text("en", "naam (en)", "name (en)"),
        _text("sector", "sector", "sector", "wo", codes=SECTORS),
        cycle(),
        _year(),
        _STATE,
        Field("lacking", Kind.INTEGER, "wat er ontbreekt, aantal", "how much is lacking", 0, minimum=ZERO),
        _text("currency", "munteenheid", "currency", "EUR"),
        _text("profile_version", "versie van het profiel", "version of the profile", "1"),
        _text("profile_sha256", "SHA-256 van het profiel", "SHA-256 of the profile", "0" * 64),
        _text("code_sha256", "SHA-256 van de code", "SHA-256 of the code", "0" * 64),
        _text("seal", "zegel van de uitgave", "seal of the release", "0" * 64),
        _text("manifest_sha256", "SHA-256 van het manifest", "SHA-256 of the manifest", "0" * 64),
        Field("signed_off_on", Kind.DATE, "vastgesteld op", "signed off on", "2021-04-01", nullable=True),
        _text("signed_off_by", "vastgesteld door (rol)", "signed off by (role)", nullable=True),
    ),
    key=("institution",),
)

AGREED_ON: tuple[Field, ...] = (
    _text(
        "combine",
        "hoe geleverde cijfers van eenheden samen dat van de instelling geven; leeg bij wat wordt berekend",
        "how delivered figures of units make that of the institution; empty for what is computed",
        "sum",
        nullable=True,
        codes=("sum", "weighted_by_n", "ratio", "none"),
    ),
    _text(
        "sector_id",
        "naam van de definitie waarover instellingen het eens zijn; leeg waar het een eigen definitie is",
        "name of the definition on which institutions agreed; empty where it is one's own",
        "agreed_ratio@1",
        nullable=True,
    ),
    _number("scale_minimum", "kleinste waarde van de schaal", "smallest value of the scale"),
    _number("scale_maximum", "grootste waarde van de schaal", "largest value of the scale"),
)
"""What a definition says of itself by which its figures may be added up, over units and over institutions."""

SECTOR: tuple[Table, ...] = (SECTOR_INDICATORS, SECTOR_SPENDING, SECTOR_LEFT_OUT, SECTOR_SOURCES)
