"""Declared tables, each by itself and all together: codes, constraints, examples, and what is personal or published."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from schemas.contract import Field, Kind, Layer, Table
from schemas.tables import CATALOGUE, staged
from schemas.tables.comparison import COMPARISON
from schemas.tables.definitions import DEFINITIONS
from schemas.tables.delivered import decisions, evaluations, faculty, figures, money, people
from schemas.tables.evaluation_results import EVALUATION_RESULTS, EVALUATION_SHARES, STATUSES
from schemas.tables.facts import FACTS
from schemas.tables.lineage import CONTRIBUTIONS, LINEAGES
from schemas.tables.obligations import OBLIGATIONS
from schemas.tables.published import PUBLISHED
from schemas.tables.quality import QUALITY
from schemas.tables.sector import SECTOR
from schemas.tables.shared import fields
from schemas.tables.spending_story import SPENDING_STORY
from schemas.tables.units import OF_UNITS
from tests.schemas.examples import CODE_LISTS, example

OWN = (*COMPARISON, DEFINITIONS, EVALUATION_RESULTS, EVALUATION_SHARES, *LINEAGES, *SPENDING_STORY, *OF_UNITS)
TYPES = {
    Kind.TEXT: str,
    Kind.INTEGER: int,
    Kind.DECIMAL: Decimal,
    Kind.MONEY: Decimal,
    Kind.NUMBER: float,
    Kind.DATE: date,
    Kind.BOOLEAN: bool,
}


@pytest.mark.parametrize("missing", CODE_LISTS)
def test_binding_fills_in_every_code_list_and_raises_without_one(missing: str) -> None:
    lists = {name: codes for name, codes in CODE_LISTS.items() if name != missing}
    users = [t for t in CATALOGUE.values() if any(f.code_list == missing for f in t.fields)]
    assert users
    for table in users:
        assert {f.codes for f in table.bind(CODE_LISTS).fields if f.code_list == missing} == {CODE_LISTS[missing]}
        with pytest.raises(KeyError, match=missing):
            table.bind(lists)


@pytest.mark.parametrize("name", CATALOGUE)
def test_examples_are_of_the_kind_and_rules_name_fields_of_their_table(name: str) -> None:
    table = CATALOGUE[name].bind(CODE_LISTS)
    for field in table.fields:
        assert type(example(field)) is TYPES[field.kind]
        assert not field.codes or field.example in field.codes
        if isinstance(field.example, Decimal):
            assert field.example == round(field.example, field.scale)
    constraints = list(table.constraints())
    assert len({c.id for c in constraints}) == len(constraints)
    assert all(c.id.startswith(f"{name}.") for c in constraints)
    assert len(set(table.names)) == len(table.names)
    assert {field for c in constraints for field in (*c.fields, *c.where)} <= set(table.names)
    with pytest.raises(KeyError, match="no field"):
        table["no_such_field"]
    assert "status" not in table.names or table not in PUBLISHED or table["status"].codes == STATUSES


@pytest.mark.parametrize("table", CATALOGUE.values(), ids=lambda table: table.name)
def test_staging_drops_open_text_and_keeps_where_a_row_came_from(table: Table) -> None:
    names = staged(table).names
    assert names[-4:] == ("_delivery", "_sheet", "_row", "_column")
    assert not {f.name for f in table.fields if f.open_text} & set(names)


def test_every_table_is_in_the_catalogue_by_its_layer() -> None:
    by_layer = {layer: {name for name, table in CATALOGUE.items() if table.layer is layer} for layer in Layer}
    declared = [t for of in (evaluations, faculty, figures, money, people) for t in vars(of).values()]
    delivered = {t.name for t in (*declared, *decisions.DECISIONS) if isinstance(t, Table)}
    assert by_layer[Layer.DELIVERED] == delivered | {"quarantine"} - by_layer[Layer.PUBLISHED]
    assert by_layer[Layer.FACTS] == set(FACTS)
    assert by_layer[Layer.KEPT] == {CONTRIBUTIONS.name}
    assert by_layer[Layer.SECTOR] == {table.name for table in SECTOR}
    assert {table.name for table in OWN} <= {table.name for table in PUBLISHED} <= by_layer[Layer.PUBLISHED]
    assert OBLIGATIONS in QUALITY


def test_values_of_people_are_published_nowhere_and_what_they_type_freely_is_no_part_of_a_table_of_ours() -> None:
    every = [(table, f) for table in CATALOGUE.values() for f in table.fields]
    personal = {(t.name, f.name) for t, f in every if f.personal and t.layer is not Layer.FACTS}
    of_people = {"evaluations": ("respondent", "score"), "enrolments": ("student",), "staff": ("person",)}
    assert personal == {(table, name) for table, names in of_people.items() for name in names}
    typed = {table.name for table, f in every if f.open_text}
    assert typed == {"bfr", "faculty_measures", "faculty_consultations", "faculty_panels"}


@pytest.mark.parametrize(
    "shared",
    [fields.unit, fields.theme, fields.measure, fields.programme, fields.academic_year, fields.cycle],
    ids=lambda shared: shared.__name__,
)
def test_a_field_that_tables_share_names_the_same_codes_in_each(shared: Callable[[], Field]) -> None:
    usual = shared()
    own = [table[usual.name] for table in CATALOGUE.values() if usual.name in table.names]
    own = [f for f in own if f.code_list or f.name == "cycle"]
    assert len(own) > 3
    assert {(f.kind, f.code_list) for f in own} == {(usual.kind, usual.code_list)}
    assert replace(fields.unit(nullable=True), nullable=False) == fields.unit()


def test_what_a_delivered_figure_measures_follows_from_its_indicator_and_year() -> None:
    measured = [f for f in figures.DELIVERED_FIGURES.fields if f.measured_by]
    assert {f.measured_by for f in measured} == {figures.BY_INDICATOR}
    assert set(figures.BY_INDICATOR) < set(figures.DELIVERED_FIGURES.names)
