"""What a release publishes of evaluations: a figure per question and cell, and how the answers are spread.

A *cell* is (reporting year, evaluation, unit, programme, level); a null unit, programme or level means all of them
together. Both tables hold the whole, each level, each unit, each unit and level, and each programme of a unit by level.
"""

from __future__ import annotations

from decimal import Decimal

from schemas.contract import Field, Kind, Layer, Table
from schemas.tables.shared.code_words import EVALUATION, EVALUATION_LEVEL, PEOPLE
from schemas.tables.shared.fields import (
    cycle,
    figure_id,
    hidden_by,
    notes,
    programme,
    reporting_year,
    spread_shown,
    unit,
    without,
)

_ZERO = Decimal(0)
_ONE = Decimal(1)
STATUSES = ("ok", "suppressed", "not_available", "not_applicable")

CELL = (
    reporting_year(),
    cycle(),
    Field(
        "evaluation",
        Kind.TEXT,
        "soort evaluatie",
        "kind of evaluation",
        "course",
        codes=tuple(EVALUATION),
        code_labels=EVALUATION,
    ),
    Field("question", Kind.TEXT, "vraag", "question", "Q1", code_list="questions"),
    Field("question_version", Kind.TEXT, "versie van de vraag", "version of the question", "1"),
    unit(nullable=True),
    programme(nullable=True),
    Field(
        "level",
        Kind.TEXT,
        "bachelor, master of overig; leeg voor samen",
        "bachelor, master or other; empty for all together",
        "Ba",
        nullable=True,
        codes=tuple(EVALUATION_LEVEL),
        code_labels=EVALUATION_LEVEL,
    ),
)
"""The columns that say which question is asked of whom."""

STATUS = Field("status", Kind.TEXT, "stand van het cijfer", "state of the figure", "ok", codes=STATUSES)


def _number(name: str, nl: str, en: str, *, minimum: Decimal | None = None, maximum: Decimal | None = None) -> Field:
    measure = "fraction" if name in ("response_rate", "share") else "score"
    return Field(
        name, Kind.NUMBER, nl, en, 0.5, nullable=True, unit_of_measure=measure, minimum=minimum, maximum=maximum
    )


def _count(name: str, nl: str, en: str, measure: str) -> Field:
    return Field(name, Kind.INTEGER, nl, en, 12, nullable=True, minimum=_ZERO, unit_of_measure=measure)


EVALUATION_RESULTS = Table(
    "evaluation_results",
    Layer.PUBLISHED,
    "uitkomsten van evaluaties: een rij is een vraag in een cel",
    "results of evaluations: a row is a question in a cell",
    (
        *CELL,
        _count("courses", "aantal cursussen", "number of courses", "courses"),
        _count("n", "aantal antwoorden", "number of answers", "persons or answers"),
        _count("invited", "aantal uitgenodigd", "number invited", "persons"),
        _number("response_rate", "respons: antwoorden per uitgenodigde", "answers per person invited", minimum=_ZERO),
        _number("mean", "gemiddelde over de respondenten", "mean over the respondents"),
        _number(
            "sd_respondents",
            "standaardafwijking tussen de respondenten",
            "standard deviation over respondents",
            minimum=_ZERO,
        ),
        _number(
            "sd_courses",
            "standaardafwijking tussen de gemiddelden van cursussen",
            "standard deviation over means of courses",
            minimum=_ZERO,
        ),
        _number(
            "sd_units",
            "standaardafwijking tussen de gemiddelden van eenheden",
            "standard deviation over means of units",
            minimum=_ZERO,
        ),
        _number("ci95_low", "ondergrens van het 95%-interval", "lower end of the 95% interval"),
        _number("ci95_high", "bovengrens van het 95%-interval", "upper end of the 95% interval"),
        _number("median", "mediaan", "median"),
        _number("change", "verschil met het jaar ervoor", "change since the year before"),
        _number(
            "change_low", "ondergrens van het 95%-interval van het verschil", "lower end of the change's 95% interval"
        ),
        _number(
            "change_high", "bovengrens van het 95%-interval van het verschil", "upper end of the change's 95% interval"
        ),
        *notes(
            "note",
            "trendbreuk, voorbehoud, of waarom er geen vergelijking of respons is",
            "break in series, reservation, or why there is no comparison or response rate",
            lists=False,
        ),
        STATUS,
        figure_id(),
        hidden_by(),
        spread_shown(),
        Field(
            "people",
            Kind.TEXT,
            "hoe bekend is hoeveel mensen antwoordden, voor de drempel",
            "how it is known how many people answered, for the threshold",
            "counted",
            nullable=True,
            codes=tuple(PEOPLE),
            code_labels=PEOPLE,
        ),
        without(),
    ),
    key=("figure_id",),
)

EVALUATION_SHARES = Table(
    "evaluation_shares",
    Layer.PUBLISHED,
    "hoe vaak elk antwoord is gegeven: een rij is een antwoord op een vraag in een cel",
    "how often each answer was given: a row is an answer to a question in a cell",
    (
        *CELL,
        Field(
            "score",
            Kind.NUMBER,
            "antwoord, op de schaal waarop over de vraag wordt bericht",
            "answer, on the scale on which the question is reported",
            4.0,
            unit_of_measure="score",
        ),
        _number("share", "aandeel van de antwoorden", "share of the answers", minimum=_ZERO, maximum=_ONE),
        _count("answers", "aantal antwoorden", "number of answers", "persons or answers"),
        STATUS,
        figure_id(),
        hidden_by(),
    ),
    key=("figure_id",),
)
