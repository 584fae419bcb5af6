"""Facts: staged rows conformed to units, themes, programmes and reporting years.

What indicators and spending read. A fact keeps `_delivery`, so that each figure knows the deliveries it came from; one
that is an amount or a count of a unit keeps the place of its row as well, so that a figure is traced to its cells.
"""

from __future__ import annotations

from decimal import Decimal

from schemas.contract import Field, Kind, Layer, Table
from schemas.tables import delivered as source
from schemas.tables.delivered.evaluations import SCALE_FIELDS
from schemas.tables.shared.fields import (
    LEVELS,
    bfr_round,
    measure,
    programme,
    reporting_year,
    theme,
    unit,
)
from schemas.tables.shared.provenance import PROVENANCE

_DELIVERY = Field("_delivery", Kind.TEXT, "kenmerk van de levering", "id of the delivery", "0" * 16)
_LEVEL = Field(
    "level",
    Kind.TEXT,
    "bachelor of master; leeg bij overig",
    "bachelor or master; empty for others",
    "Ba",
    nullable=True,
    codes=LEVELS,
)
_FUNDED = Field("funded", Kind.BOOLEAN, "bekostigd", "funded", True)


def _same(table: Table, *names: str) -> tuple[Field, ...]:
    return tuple(table[name] for name in names)


FACTS: tuple[Table, ...] = (
    Table(
        "fact_spending",
        Layer.FACTS,
        "bestedingen per maatregel en ronde",
        "spending per measure and round",
        (
            reporting_year(),
            bfr_round(),
            unit(),
            theme(),
            measure(),
            *_same(source.BFR, "budget", "realised", "forecast", "submitted_on"),
            *PROVENANCE,
        ),
        key=("reporting_year", "round", "unit", "theme", "measure"),
    ),
    Table(
        "fact_plan",
        Layer.FACTS,
        "gepland bedrag per versie van het bestedingsplan",
        "planned amount per version of the spending plan",
        (*_same(source.SPENDING_PLAN, "version", "unit", "theme", "year", "amount"), *PROVENANCE),
        key=("version", "unit", "theme", "year"),
    ),
    Table(
        "fact_answers",
        Layer.FACTS,
        "aantallen antwoorden per score",
        "counts of answers per score",
        (
            reporting_year(),
            *_same(source.EVALUATIONS, "evaluation", "unit", "programme", "level", "course", "question", "score"),
            *SCALE_FIELDS,
            Field("answers", Kind.INTEGER, "aantal antwoorden", "number of answers", 25, minimum=Decimal(1)),
            _DELIVERY,
        ),
    ),
    Table(
        "fact_population",
        Layer.FACTS,
        "uitgenodigden per evaluatie",
        "invited per evaluation",
        (
            reporting_year(),
            *_same(
                source.EVALUATION_POPULATION,
                "evaluation",
                "unit",
                "programme",
                "level",
                "course",
                "invited",
                "open_link",
            ),
            _DELIVERY,
        ),
    ),
    Table(
        "fact_enrolments",
        Layer.FACTS,
        "inschrijvingen met opleiding en eenheid",
        "enrolments with programme and unit",
        (
            reporting_year(),
            source.ENROLMENTS["student"],
            programme(),
            _LEVEL,
            _FUNDED,
            unit(nullable=True),
            source.ENROLMENTS["enrolment"],
            _DELIVERY,
        ),
    ),
    Table(
        "fact_staff",
        Layer.FACTS,
        "aanstellingen op de peildatum",
        "appointments on the reference date",
        (
            reporting_year(),
            *source.STAFF.fields,
            _DELIVERY,
        ),
    ),
    Table(
        "fact_study_advisers",
        Layer.FACTS,
        "studieadviseurs per eenheid",
        "study advisers per unit",
        (
            reporting_year(),
            unit(),
            *_same(source.FACULTY_STUDY_ADVISERS, "fte", "fte_temporary", "certified", "in_training"),
            *PROVENANCE,
        ),
        key=("reporting_year", "unit"),
    ),
    Table(
        "fact_programme_offers",
        Layer.FACTS,
        "matching en proefstuderen per opleiding",
        "matching and trial study per programme",
        (
            reporting_year(),
            unit(),
            programme(),
            _LEVEL,
            _FUNDED,
            *_same(source.FACULTY_PROGRAMMES, "compulsory_matching", "online_trial_study"),
            *PROVENANCE,
        ),
        key=("reporting_year", "programme"),
    ),
    Table(
        "fact_measures",
        Layer.FACTS,
        "voortgang per maatregel",
        "progress per measure",
        (reporting_year(), unit(), theme(), measure(), source.FACULTY_MEASURES["progress"], *PROVENANCE),
        key=("reporting_year", "unit", "theme", "measure"),
    ),
    Table(
        "fact_figures",
        Layer.FACTS,
        "geleverde cijfers",
        "delivered figures",
        (
            reporting_year(),
            *_same(
                source.DELIVERED_FIGURES,
                "unit",
                "level",
                "indicator",
                "value",
                "n",
                "spread",
                "numerator",
                "denominator",
            ),
            *PROVENANCE,
        ),
    ),
)
