"""A declared table by itself: its code lists, the ids of its constraints, its examples, and its staged form."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from schemas.contract import Kind
from schemas.tables import CATALOGUE, staged
from tests.schemas.examples import CODE_LISTS, example

TYPES = {
    Kind.TEXT: str,
    Kind.INTEGER: int,
    Kind.DECIMAL: Decimal,
    Kind.MONEY: Decimal,
    Kind.NUMBER: float,
    Kind.DATE: date,
    Kind.BOOLEAN: bool,
}


def test_binding_fills_in_every_code_list() -> None:
    for table in CATALOGUE.values():
        for field in table.bind(CODE_LISTS).fields:
            assert not field.code_list or field.codes == CODE_LISTS[field.code_list]


@pytest.mark.parametrize("missing", CODE_LISTS)
def test_binding_without_a_code_list_raises(missing: str) -> None:
    lists = {name: codes for name, codes in CODE_LISTS.items() if name != missing}
    users = [t for t in CATALOGUE.values() if any(f.code_list == missing for f in t.fields)]
    assert users
    for table in users:
        with pytest.raises(KeyError, match=missing):
            table.bind(lists)


@pytest.mark.parametrize("name", CATALOGUE)
def test_the_example_is_of_the_kind_and_within_the_field(name: str) -> None:
    for field in CATALOGUE[name].bind(CODE_LISTS).fields:
        assert type(example(field)) is TYPES[field.kind]
        assert not field.codes or field.example in field.codes
        if isinstance(field.example, Decimal):
            assert field.example == round(field.example, field.scale)


def test_ids_of_constraints_are_unique_and_name_their_table() -> None:
    ids = [(t.name, c.id) for t in CATALOGUE.values() for c in t.constraints()]
    assert len(ids) == len(set(ids))
    assert all(one.startswith(f"{table}.") for table, one in ids)


def test_rules_and_keys_name_fields_of_their_table() -> None:
    for table in CATALOGUE.values():
        assert len(set(table.names)) == len(table.names)
        assert {name for c in table.constraints() for name in (*c.fields, *c.where)} <= set(table.names)
        with pytest.raises(KeyError, match="no field"):
            table["no_such_field"]


def test_staging_drops_open_text_and_keeps_where_a_row_came_from() -> None:
    for table in CATALOGUE.values():
        names = staged(table).names
        assert names[-4:] == ("_delivery", "_sheet", "_row", "_column")
        assert not {f.name for f in table.fields if f.open_text} & set(names)
