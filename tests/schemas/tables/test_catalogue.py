"""All declared tables together: what is personal, what is published, and what is described the same way everywhere."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from schemas.contract import Field, Layer, Table
from schemas.tables import CATALOGUE
from schemas.tables.comparison import COMPARISON
from schemas.tables.conformed import FACTS as QUERIES
from schemas.tables.definitions import DEFINITIONS
from schemas.tables.delivered.decisions import DECISIONS
from schemas.tables.delivered.evaluations import EVALUATION_POPULATION, EVALUATIONS
from schemas.tables.delivered.faculty import (
    FACULTY_CONSULTATIONS,
    FACULTY_MEASURES,
    FACULTY_PANELS,
    FACULTY_PROGRAMMES,
    FACULTY_STUDY_ADVISERS,
)
from schemas.tables.delivered.figures import BY_INDICATOR, DELIVERED_FIGURES
from schemas.tables.delivered.money import BFR, CONTROL_TOTALS, SPENDING_PLAN
from schemas.tables.delivered.people import ENROLMENT_COUNTS, ENROLMENTS, PROGRAMMES, STAFF
from schemas.tables.evaluation_results import EVALUATION_RESULTS, EVALUATION_SHARES, STATUSES
from schemas.tables.facts import FACTS
from schemas.tables.lineage import LINEAGES
from schemas.tables.obligations import OBLIGATIONS
from schemas.tables.published import PUBLISHED
from schemas.tables.quality import QUALITY
from schemas.tables.sector import SECTOR
from schemas.tables.shared import fields
from schemas.tables.spending_story import SPENDING_STORY
from schemas.tables.units import OF_UNITS

FACULTY = (FACULTY_MEASURES, FACULTY_STUDY_ADVISERS, FACULTY_PROGRAMMES, FACULTY_CONSULTATIONS, FACULTY_PANELS)
MONEY, PEOPLE = (BFR, SPENDING_PLAN, CONTROL_TOTALS), (ENROLMENTS, ENROLMENT_COUNTS, STAFF, PROGRAMMES)
DELIVERED = (*FACULTY, *MONEY, *PEOPLE, EVALUATIONS, EVALUATION_POPULATION, DELIVERED_FIGURES, *DECISIONS)
OWN = (*COMPARISON, DEFINITIONS, EVALUATION_RESULTS, EVALUATION_SHARES, *LINEAGES, *SPENDING_STORY, *OF_UNITS)


def test_every_table_is_in_the_catalogue_by_its_layer() -> None:
    by_layer = {layer: {name for name, table in CATALOGUE.items() if table.layer is layer} for layer in Layer}
    assert by_layer[Layer.DELIVERED] == {table.name for table in DELIVERED} | {"quarantine"} - by_layer[Layer.PUBLISHED]
    assert by_layer[Layer.FACTS] == {table.name for table in FACTS} == QUERIES.keys()
    assert by_layer[Layer.SECTOR] == {table.name for table in SECTOR}
    assert {table.name for table in OWN} <= {table.name for table in PUBLISHED} <= by_layer[Layer.PUBLISHED]
    assert OBLIGATIONS in QUALITY


def test_values_of_people_are_delivered_and_are_published_in_no_table() -> None:
    personal = {(table.name, f.name) for table in CATALOGUE.values() for f in table.fields if f.personal}
    assert {one for one in personal if CATALOGUE[one[0]].layer is not Layer.FACTS} == {
        ("evaluations", "respondent"),
        ("evaluations", "score"),
        ("enrolments", "student"),
        ("staff", "person"),
    }


def test_what_people_type_freely_is_no_part_of_a_table_of_ours() -> None:
    opened = {(table.name, f.name) for table in CATALOGUE.values() for f in table.fields if f.open_text}
    assert {name for name, _ in opened} == {"bfr", "faculty_measures", "faculty_consultations", "faculty_panels"}


@pytest.mark.parametrize(
    ("name", "shared"),
    [
        ("unit", fields.unit),
        ("theme", fields.theme),
        ("measure", fields.measure),
        ("programme", fields.programme),
        ("academic_year", fields.academic_year),
        ("cycle", fields.cycle),
    ],
)
def test_a_field_that_tables_share_names_the_same_codes_in_each(name: str, shared: Callable[[], Field]) -> None:
    own = {table.name: table[name] for table in CATALOGUE.values() if name in table.names}
    own = {table: f for table, f in own.items() if f.code_list or name == "cycle"}
    assert len(own) > 3
    assert {one: (f.kind, f.code_list) for one, f in own.items()} == dict.fromkeys(
        own, (shared().kind, shared().code_list)
    )
    assert replace(fields.unit(nullable=True), nullable=False) == fields.unit()


@pytest.mark.parametrize("table", PUBLISHED, ids=lambda table: table.name)
def test_a_published_figure_has_a_state_that_is_known(table: Table) -> None:
    assert "status" not in table.names or table["status"].codes == STATUSES


def test_what_a_delivered_figure_measures_follows_from_its_indicator_and_year() -> None:
    measured = [f for f in DELIVERED_FIGURES.fields if f.measured_by]
    assert {f.measured_by for f in measured} == {BY_INDICATOR}
    assert set(BY_INDICATOR) < set(DELIVERED_FIGURES.names)
