"""Course and programme evaluations: the answers, and how many were asked."""

from __future__ import annotations

from decimal import Decimal

from schemas.consequences import Costs
from schemas.contract import Field, Kind, Layer, Table, Unique
from schemas.tables.shared.code_words import EVALUATION, EVALUATION_LEVEL
from schemas.tables.shared.fields import (
    academic_year,
    programme,
    unit,
)
from schemas.words import Words

ZERO = Decimal(0)

EVALUATION_FIELDS = (
    Field(
        "evaluation",
        Kind.TEXT,
        "soort evaluatie",
        "kind of evaluation",
        "course",
        "Evaluatie",
        "Evaluation",
        codes=tuple(EVALUATION),
        code_labels=EVALUATION,
    ),
    academic_year(),
    unit(),
    programme(),
    Field(
        "level",
        Kind.TEXT,
        "bachelor, master of overig (een schakeljaar, contractonderwijs)",
        "bachelor, master or other (a bridging year, contract teaching)",
        "Ba",
        "Niveau",
        "Level",
        codes=tuple(EVALUATION_LEVEL),
        code_labels=EVALUATION_LEVEL,
    ),
    Field(
        "course",
        Kind.TEXT,
        "cursuscode; leeg bij een programma-evaluatie",
        "course code; empty for a programme evaluation",
        "C-101",
        "Cursus",
        "Course",
        nullable=True,
        identifier=Words("een cursuscode", "a course code"),
        empty_where={"evaluation": "programme"},
        known_list="courses",
    ),
)

SCALE_FIELDS = (
    Field(
        "worst",
        Kind.INTEGER,
        "antwoord aan het slechte eind van de schaal waarin de vraag is gesteld",
        "answer at the bad end of the scale in which the question was asked",
        1,
    ),
    Field(
        "best",
        Kind.INTEGER,
        "antwoord aan het goede eind van die schaal; lager dan het andere waar de schaal is omgekeerd",
        "answer at the good end of that scale; lower than the other where the scale is reversed",
        5,
    ),
    Field(
        "question_version",
        Kind.TEXT,
        "versie van de vraag",
        "version of the question",
        "1",
    ),
)
"""What counts of answers hold beside the score as delivered: the scale and the version in which they were asked."""

EVALUATIONS = Table(
    "evaluations",
    Layer.DELIVERED,
    "antwoorden op cursus- en programma-evaluaties, een rij per antwoord",
    "answers to course and programme evaluations, a row per answer",
    (
        *EVALUATION_FIELDS,
        Field(
            "question",
            Kind.TEXT,
            "vraag",
            "question",
            "Q1",
            "Vraag",
            "Question",
            code_list="questions",
            identifier=Words("een vraag", "a question"),
        ),
        Field(
            "score",
            Kind.INTEGER,
            "antwoord, op de schaal waarin de vraag is gesteld",
            "answer, on the scale in which the question was asked",
            4,
            "Score",
            "Score",
            minimum=Decimal(1),
            maximum=Decimal(5),
            personal=True,
        ),
        Field(
            "respondent",
            Kind.TEXT,
            "kenmerk van de respondent",
            "respondent's id",
            "R-000001",
            "Respondent",
            "Respondent",
            personal=True,
            identifier=Words("een kenmerk van de respondent", "a respondent's id"),
            case_matters=True,
        ),
    ),
    rules=(
        Unique(
            "one_answer",
            ("evaluation", "academic_year", "programme", "course", "question", "respondent"),
            "een respondent beantwoordt een vraag een keer",
            "a respondent answers a question once",
            unless={"programme": "course"},
        ),
    ),
    sheet="Antwoorden",
    row_costs=Costs.ROW,
    retention="answers",
    filled=True,
)

EVALUATION_POPULATION = Table(
    "evaluation_population",
    Layer.DELIVERED,
    "aantal uitgenodigden per evaluatie",
    "number invited per evaluation",
    (
        *EVALUATION_FIELDS,
        Field(
            "invited",
            Kind.INTEGER,
            "aantal uitgenodigd",
            "number invited",
            120,
            "Uitgenodigd",
            "Invited",
            minimum=ZERO,
            unit_of_measure="persons",
        ),
        Field(
            "open_link",
            Kind.BOOLEAN,
            "de vragenlijst stond open voor wie de link had, zodat niet bekend is wie is uitgenodigd",
            "the questionnaire was open to anyone who had the link, so that it is not known who was invited",
            False,
            "Open link",
            "Open link",
            nullable=True,
        ),
    ),
    key=("evaluation", "academic_year", "unit", "programme", "level", "course"),
    sheet="Populatie",
    filled=True,
)

TABLES: tuple[Table, ...] = (EVALUATIONS, EVALUATION_POPULATION)
