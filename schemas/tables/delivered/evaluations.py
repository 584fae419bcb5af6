"""Course and programme evaluations: the answers, and how many were asked."""

from __future__ import annotations

from decimal import Decimal

from schemas.contract import Field, Kind, Layer, Severity, Table, Unique
from schemas.tables.code_words import EVALUATION, LEVEL
from schemas.tables.shared_fields import (
    LEVELS,
    academic_year,
    programme,
    unit,
)

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
        "bachelor of master",
        "bachelor or master",
        "Ba",
        "Niveau",
        "Level",
        codes=LEVELS,
        code_labels=LEVEL,
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
    ),
)

EVALUATIONS = Table(
    "evaluations",
    Layer.DELIVERED,
    "antwoorden op cursus- en programma-evaluaties, een regel per antwoord",
    "answers to course and programme evaluations, a row per answer",
    (
        *EVALUATION_FIELDS,
        Field("question", Kind.TEXT, "vraag", "question", "Q1", "Vraag", "Question", code_list="questions"),
        Field(
            "score",
            Kind.INTEGER,
            "antwoord op de vijfpuntsschaal",
            "answer on the five-point scale",
            4,
            "Score",
            "Score",
            minimum=Decimal(1),
            maximum=Decimal(5),
            severity=Severity.WARNING,
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
        ),
    ),
    rules=(
        Unique(
            "one_answer",
            ("evaluation", "academic_year", "programme", "course", "question", "respondent"),
            "een respondent beantwoordt een vraag een keer",
            "a respondent answers a question once",
            severity=Severity.WARNING,
        ),
    ),
    sheet="Antwoorden",
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
    ),
    key=("evaluation", "academic_year", "programme", "level", "course"),
    sheet="Populatie",
)
