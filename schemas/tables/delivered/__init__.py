"""What faculties and systems deliver, feed by feed, in the canonical columns.

A field that a file does not carry itself (the unit of a workbook that one faculty fills in, say) is taken from the
delivery: the profile's path pattern names it.
"""

from __future__ import annotations

from schemas.contract import Table
from schemas.tables.delivered.decisions import DECISIONS
from schemas.tables.delivered.evaluations import EVALUATION_POPULATION, EVALUATIONS
from schemas.tables.delivered.faculty import (
    FACULTY_CONSULTATIONS,
    FACULTY_MEASURES,
    FACULTY_PANELS,
    FACULTY_PROGRAMMES,
    FACULTY_STUDY_ADVISERS,
)
from schemas.tables.delivered.figures import DELIVERED_FIGURES
from schemas.tables.delivered.money import BFR, CONTROL_TOTALS, SPENDING_PLAN
from schemas.tables.delivered.people import ENROLMENT_COUNTS, ENROLMENTS, PROGRAMMES, STAFF

DELIVERED: tuple[Table, ...] = (
    FACULTY_MEASURES,
    FACULTY_STUDY_ADVISERS,
    FACULTY_PROGRAMMES,
    FACULTY_CONSULTATIONS,
    FACULTY_PANELS,
    BFR,
    SPENDING_PLAN,
    EVALUATIONS,
    EVALUATION_POPULATION,
    ENROLMENTS,
    STAFF,
    PROGRAMMES,
    CONTROL_TOTALS,
    ENROLMENT_COUNTS,
    DELIVERED_FIGURES,
    *DECISIONS,
)

__all__ = [
    "BFR",
    "CONTROL_TOTALS",
    "DECISIONS",
    "DELIVERED",
    "DELIVERED_FIGURES",
    "ENROLMENTS",
    "ENROLMENT_COUNTS",
    "EVALUATIONS",
    "EVALUATION_POPULATION",
    "FACULTY_CONSULTATIONS",
    "FACULTY_MEASURES",
    "FACULTY_PANELS",
    "FACULTY_PROGRAMMES",
    "FACULTY_STUDY_ADVISERS",
    "PROGRAMMES",
    "SPENDING_PLAN",
    "STAFF",
]
