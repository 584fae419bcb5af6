"""The tables that a release publishes: indicators, spending, and their evidence.

Columns, their order and their meaning are a promise to analysts. Amounts are euro with two decimals, shares and rates
are fractions (0.886). A null `unit` or `theme` means the whole.
"""

from __future__ import annotations

from decimal import Decimal

from schemas.contract import Field, Kind, Layer, Reference, Table
from schemas.tables.comparison import COMPARISON
from schemas.tables.definitions import DEFINITIONS
from schemas.tables.evaluation_results import EVALUATION_RESULTS, EVALUATION_SHARES, STATUSES
from schemas.tables.lineage import LINEAGES
from schemas.tables.shared.fields import (
    LEVELS,
    bfr_round,
    cycle,
    figure_id,
    hidden_by,
    measure,
    money,
    notes,
    reporting_year,
    spread_shown,
    theme,
    unit,
    without,
)
from schemas.tables.spending_story import SPENDING_STORY
from schemas.tables.units import OF_UNITS

ZERO = Decimal(0)


def _text(
    name: str, nl: str, en: str, example: str = "x", *, nullable: bool = True, codes: tuple[str, ...] = ()
) -> Field:
    return Field(name, Kind.TEXT, nl, en, example, nullable=nullable, codes=codes)


def _number(
    name: str,
    nl: str,
    en: str,
    unit_of_measure: str = "",
    *,
    minimum: Decimal | None = None,
    maximum: Decimal | None = None,
) -> Field:
    return Field(
        name, Kind.NUMBER, nl, en, 0.5, nullable=True, unit_of_measure=unit_of_measure, minimum=minimum, maximum=maximum
    )


def _count(name: str, nl: str, en: str) -> Field:
    return Field(name, Kind.INTEGER, nl, en, 12, nullable=True, minimum=ZERO, unit_of_measure="persons or answers")


_SPREADS = ("sd_respondents", "sd_courses", "sd_units", "ci95")
_STATUS = _text("status", "stand van het cijfer", "state of the figure", "ok", nullable=False, codes=STATUSES)
_NOTES = notes("note", "opmerking bij het cijfer", "note on the figure")


def _printed(name: str, of: str) -> Field:
    nl, en = f"{of} zoals het verslag het afdrukt (k€)", f"{name} as the report prints it (k€)"
    return _text(f"{name}_printed_nl", nl, en, "7.057")


def _amounts(*, nullable: bool = True) -> tuple[Field, ...]:
    return (
        money("budget", "begroot", "budget", nullable=nullable),
        money("realised", "gerealiseerd", "realised", nullable=nullable),
        money("forecast", "verwacht tot jaareinde", "forecast to year end", nullable=True),
        money("difference", "gerealiseerd min begroot", "realised minus budget", nullable=nullable),
        _number("difference_pct", "verschil als deel van begroot", "difference as a fraction of budget", "fraction"),
    )


_PCT_OF_BUDGET = _number(
    "realised_pct_of_budget", "gerealiseerd als deel van begroot", "realised as a fraction of budget", "fraction"
)

INDICATOR_VALUES = Table(
    "indicator_values",
    Layer.PUBLISHED,
    "indicatoren: een rij is een cijfer",
    "indicators: a row is a figure",
    (
        reporting_year(),
        cycle(),
        Field("indicator", Kind.TEXT, "indicator", "indicator", "I1", code_list="indicators"),
        theme(),
        unit(nullable=True),
        Field(
            "level",
            Kind.TEXT,
            "bachelor of master; leeg voor samen",
            "bachelor or master; empty for both",
            "Ba",
            nullable=True,
            codes=LEVELS,
        ),
        _number("value", "waarde; aandelen als fractie", "value; shares as a fraction"),
        _number("spread", "spreiding", "spread", minimum=ZERO),
        _text("spread_kind", "soort spreiding", "kind of spread", "sd_respondents", codes=_SPREADS),
        _count("n", "aantal waarop het cijfer berust", "number on which the figure rests"),
        _count("invited", "aantal uitgenodigd", "number invited"),
        _number("response_rate", "respons", "response rate", "fraction", minimum=ZERO),
        _number("numerator", "teller", "numerator"),
        _number("denominator", "noemer", "denominator"),
        _text("unit_of_measure", "maat", "unit of measure", "score", nullable=False),
        Field("decimals", Kind.INTEGER, "gedrukte decimalen", "decimals printed", 1, minimum=ZERO, maximum=Decimal(6)),
        _text("printed_nl", "zoals gedrukt in het Nederlands", "as printed in Dutch", "3,9 ± 0,1", nullable=False),
        _text("printed_en", "zoals gedrukt in het Engels", "as printed in English", "3.9 ± 0.1", nullable=False),
        _STATUS,
        _text("definition_version", "versie van de definitie", "version of the definition", "1", nullable=False),
        *notes(
            "break_note",
            "trendbreuk: waarom niet te vergelijken met eerdere jaren",
            "break in series: why it does not compare with earlier years",
        ),
        figure_id(),
        _text(
            "note_nl",
            "opmerking bij het cijfer die geen trendbreuk is (nl)",
            "note on the figure that is no break in series (nl)",
            "x",
        ),
        _text(
            "note_en",
            "opmerking bij het cijfer die geen trendbreuk is (en)",
            "note on the figure that is no break in series (en)",
            "x",
        ),
        without(),
        hidden_by(),
        spread_shown(),
    ),
    key=("figure_id",),
    references=(Reference(("indicator", "definition_version"), "definitions", ("indicator", "version")),),
)

SPENDING_OVERVIEW = Table(
    "spending_overview",
    Layer.PUBLISHED,
    "bestedingsoverzicht per thema; leeg thema is het totaal",
    "spending overview per theme; a null theme is the total",
    (
        reporting_year(),
        cycle(),
        bfr_round(),
        theme(nullable=True),
        *_amounts(),
        _number("share_of_budget", "aandeel in de totale begroting", "share of total budget", "fraction"),
        _number("share_of_realised", "aandeel in de totale realisatie", "share of total realised", "fraction"),
        _number(
            "share_shift_pp",
            "verschuiving van het aandeel, in procentpunten",
            "shift of the share, in percentage points",
            "percentage points",
        ),
        _PCT_OF_BUDGET,
        money("carried_over", "meegenomen van vorig jaar", "carried over from last year", nullable=True),
        money(
            "available", "beschikbaar: begroot plus meegenomen", "available: budget plus carried over", nullable=True
        ),
        money("left_over", "over: beschikbaar min gerealiseerd", "left over: available minus realised", nullable=True),
        _printed("budget", "begroot"),
        _printed("realised", "gerealiseerd"),
        _printed("difference", "verschil"),
        _STATUS,
        *_NOTES,
        figure_id(),
        without(),
        _number(
            "realised_pct_of_plan",
            "gerealiseerd als deel van gepland; naar de laatste versie van het bestedingsplan",
            "realised as a fraction of planned; by the last version of the spending plan",
            "fraction",
        ),
    ),
    key=("figure_id",),
)

SPENDING_BY_UNIT = Table(
    "spending_by_unit",
    Layer.PUBLISHED,
    "besteding per eenheid en thema; leeg thema is het totaal van de eenheid",
    "spending per unit and theme; a null theme is the unit's total",
    (
        reporting_year(),
        cycle(),
        bfr_round(),
        unit(),
        theme(nullable=True),
        *_amounts(),
        _STATUS,
        *_NOTES,
        figure_id(),
        _PCT_OF_BUDGET,
    ),
    key=("figure_id",),
)

SPENDING_ROUNDS = Table(
    "spending_rounds",
    Layer.PUBLISHED,
    "besteding per BFR-ronde, met het verloop sinds de ronde ervoor",
    "spending per BFR round, with the drift since the round before",
    (
        reporting_year(),
        cycle(),
        bfr_round(),
        theme(nullable=True),
        *_amounts(),
        money("budget_drift", "begroot, sinds de vorige ronde", "budget, since the round before", nullable=True),
        money(
            "realised_drift", "gerealiseerd, sinds de vorige ronde", "realised, since the round before", nullable=True
        ),
        money("forecast_drift", "verwacht, sinds de vorige ronde", "forecast, since the round before", nullable=True),
        _STATUS,
        *_NOTES,
        figure_id(),
        without(),
    ),
    key=("figure_id",),
)

CARRY_OVER = Table(
    "carry_over",
    Layer.PUBLISHED,
    "wat van een jaar over is en in het volgende beschikbaar blijft",
    "what is left of a year and stays available in the next",
    (
        Field("from_year", Kind.INTEGER, "van jaar", "from year", 2019),
        Field("to_year", Kind.INTEGER, "naar jaar", "to year", 2020),
        cycle(),
        unit(),
        theme(),
        money(
            "left_over",
            "over: begroot plus meegenomen min gerealiseerd",
            "left over: budget plus carried over minus realised",
            nullable=True,
        ),
        _STATUS,
        *_NOTES,
        figure_id(),
    ),
    key=("figure_id",),
)

MEASURES = Table(
    "measures",
    Layer.PUBLISHED,
    "maatregelen per eenheid: voortgang en besteding",
    "measures per unit: progress and spending",
    (
        reporting_year(),
        cycle(),
        unit(),
        theme(),
        measure(),
        _text("measure_nl", "naam van de maatregel (nl)", "name of the measure (nl)", nullable=False),
        _text("measure_en", "naam van de maatregel (en)", "name of the measure (en)", nullable=False),
        _text(
            "progress",
            "voortgang; leeg als niet gerapporteerd",
            "progress; empty where not reported",
            "on_course",
            codes=("not_started", "on_course", "at_risk", "done"),
        ),
        money("budget", "begroot", "budget", nullable=True),
        money("realised", "gerealiseerd", "realised", nullable=True),
        _STATUS,
        figure_id(),
        _text(
            "explanation",
            "toelichting van de eenheid, waar het profiel die publiceert",
            "explanation of the unit, where the profile publishes it",
            "Loopt volgens plan",
        ),
    ),
    key=("figure_id",),
)

COUNCIL_CONSULTATIONS = Table(
    "council_consultations",
    Layer.PUBLISHED,
    "raadpleging van raden",
    "consultations of councils",
    (
        reporting_year(),
        cycle(),
        unit(),
        _text("council", "raad", "council", "faculty_council", nullable=False),
        _text("subject", "onderwerp", "subject", "faculty_report", nullable=False),
        Field("consulted_on", Kind.DATE, "datum", "date", "2020-11-12"),
        _text("decision", "besluit", "decision", "approved", nullable=False),
    ),
    key=("reporting_year", "unit", "council", "subject", "consulted_on"),
)

PANEL_DISCUSSIONS = Table(
    "panel_discussions",
    Layer.PUBLISHED,
    "panelgesprekken met studenten",
    "panel discussions with students",
    (
        reporting_year(),
        cycle(),
        unit(),
        theme(),
        Field("held_on", Kind.DATE, "datum", "date", "2020-10-08"),
        _count("participants", "aantal studenten; leeg waar onderdrukt", "number of students; empty where suppressed"),
        _STATUS,
    ),
    key=("reporting_year", "unit", "theme", "held_on"),
)

CORRECTIONS = Table(
    "corrections",
    Layer.PUBLISHED,
    "correcties op leveringen, met reden",
    "corrections to deliveries, with reason",
    (
        cycle(),
        _text("delivery", "kenmerk van de levering", "id of the delivery", nullable=False),
        _text("table", "tabel", "table", "bfr", nullable=False),
        _text("cell", "cel", "cell", "D14", nullable=False),
        _text("expected", "waarde die er stond; leeg waar niets stond", "value that stood there; empty for none"),
        _text("new_value", "nieuwe waarde; leeg waar niets gelezen wordt", "new value; empty where nothing is read"),
        _text("reason", "reden", "reason", nullable=False),
        _text("role", "wie besloot (rol)", "who decided (role)", nullable=False),
        Field("decided_on", Kind.DATE, "datum", "date", "2021-02-20"),
    ),
)

WAIVERS = Table(
    "waivers",
    Layer.PUBLISHED,
    "ontheffingen: waar deze uitgave zonder is uitgekomen, met reden",
    "waivers: what this release came out without, with reason",
    (
        cycle(),
        _text("feed", "soort levering; leeg bij een controle", "feed; empty for a rule", "bfr"),
        _text("period", "periode; leeg voor elke", "period; empty for any", "2019-2020"),
        _text("unit", "eenheid; leeg voor de hele instelling", "unit; empty for the whole institution", "U1"),
        _text("rule", "controle; leeg bij een levering", "rule; empty for a delivery", "bfr.theme.codes"),
        _text("reason", "reden", "reason", nullable=False),
        _text("role", "wie besloot (rol)", "who decided (role)", nullable=False),
        Field("decided_on", Kind.DATE, "datum", "date", "2021-02-20"),
        Field("used", Kind.BOOLEAN, "was nodig voor deze uitgave", "was needed for this release", True),
        _text(
            "obligation",
            "kenmerk van een verplichting; leeg bij een levering of controle",
            "id of an obligation; empty for a delivery or rule",
            "progress:2019-2020:U1:T1:M1",
        ),
    ),
)

APPROVALS = Table(
    "approvals",
    Layer.PUBLISHED,
    "goedkeuringen door raden, van wat goedkeuring behoeft",
    "approvals by councils, of what needs approval",
    (
        cycle(),
        _text("feed", "soort levering", "feed", "faculty_report", nullable=False),
        _text("period", "periode", "period", "2019-2020", nullable=False),
        _text("unit", "eenheid", "unit", "U1", nullable=False),
        _text("council", "raad", "council", "faculty_council", nullable=False),
        Field("approval", Kind.TEXT, "stand", "state", "approved", codes=("approved", "rejected", "waiting")),
        Field("decided_on", Kind.DATE, "datum", "date", "2020-12-10", nullable=True),
    ),
    key=("feed", "period", "unit"),
)

PUBLISHED: tuple[Table, ...] = (
    INDICATOR_VALUES,
    EVALUATION_RESULTS,
    EVALUATION_SHARES,
    SPENDING_OVERVIEW,
    SPENDING_BY_UNIT,
    SPENDING_ROUNDS,
    CARRY_OVER,
    MEASURES,
    COUNCIL_CONSULTATIONS,
    PANEL_DISCUSSIONS,
    CORRECTIONS,
    WAIVERS,
    APPROVALS,
    *SPENDING_STORY,
    *COMPARISON,
    *OF_UNITS,
    *LINEAGES,
    DEFINITIONS,
)
