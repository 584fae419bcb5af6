"""What is derived from one declaration agrees: names, order, types, what may be empty, codes, ranges and rules."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal, Inexact, InvalidOperation
from typing import Any

import pyarrow as pa
import pytest
import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from schemas.contract import Aspect, Field, Kind, Layer, Table, Unique
from schemas.exports import arrow, dictionary, expectations, frictionless, sql
from schemas.tables import CATALOGUE
from schemas.written import unit_of_measure

KINDS = {
    Kind.TEXT: ("string", "string", sa.Text),
    Kind.INTEGER: ("int64", "integer", sa.BigInteger),
    Kind.NUMBER: ("double", "number", sa.Double),
    Kind.DATE: ("date32[day]", "date", sa.Date),
    Kind.BOOLEAN: ("bool", "boolean", sa.Boolean),
    Kind.DECIMAL: ("decimal128({}, {})", "number", sql.ExactDecimal),
    Kind.MONEY: ("decimal128({}, {})", "number", sql.ExactDecimal),
}
LANGUAGES = ("nl", "en")


def _bind(table: Table) -> Table:
    return table.bind({f.code_list: (str(f.example), "other") for f in table.fields if f.code_list})


TABLES = {name: _bind(table) for name, table in CATALOGUE.items()}
each_table = pytest.mark.parametrize("table", TABLES.values(), ids=TABLES)


def example(field: Field) -> Any:
    return date.fromisoformat(str(field.example)) if field.kind is Kind.DATE else field.example


@each_table
def test_names_order_types_and_nullability_agree(table: Table) -> None:
    schema = arrow.arrow_schema(table)
    columns = list(sql.sql_table(table, sa.MetaData()).columns)
    described = frictionless.table_schema(table)["fields"]
    assert schema.names == list(table.names)
    assert [c.name for c in columns] == list(table.names)
    assert [f["name"] for f in described] == list(table.names)
    for field, column, other in zip(table.fields, columns, described, strict=True):
        in_arrow, in_frictionless, in_sql = KINDS[field.kind]
        digits = (38 if field.scale > 9 else 18, field.scale)
        assert str(schema.field(field.name).type) == in_arrow.format(*digits)
        assert (column.type.precision, column.type.scale) == digits if in_sql is sql.ExactDecimal else True
        assert other["type"] == in_frictionless
        assert isinstance(column.type, in_sql)
        assert schema.field(field.name).nullable == field.nullable
        assert column.nullable == field.nullable
        assert other.get("constraints", {}).get("required", False) == (not field.nullable)
    assert _required(table) == {f.name for f in table.fields if not f.nullable}


def _required(table: Table) -> set[str]:
    found = (e for e in expectations.suite(table).expectations)
    return {e.column for e in found if e.expectation_type == "expect_column_values_to_not_be_null"}


@each_table
def test_the_suite_has_each_rule_once_with_its_severity(table: Table) -> None:
    made = [(e.meta["rule"], e.severity.value) for e in expectations.suite(table).expectations]
    declared = [(c.id, c.severity.value) for c in table.constraints() if c.aspect is not Aspect.TYPE]
    assert sorted(made) == sorted(declared)


@each_table
def test_codes_and_ranges_agree(table: Table) -> None:
    made = {e.meta["rule"]: e for e in expectations.suite(table).expectations}
    for described in frictionless.table_schema(table)["fields"]:
        constraints = described.get("constraints", {})
        codes = made.get(f"{table.name}.{described['name']}.codes")
        limits = made.get(f"{table.name}.{described['name']}.range")
        assert constraints.get("enum") == (codes.value_set if codes else None)
        assert constraints.get("minimum") == (limits.min_value if limits else None)
        assert constraints.get("maximum") == (limits.max_value if limits else None)


@each_table
def test_keys_agree(table: Table) -> None:
    schema = frictionless.table_schema(table)
    keys = schema.get("uniqueKeys", []) + ([schema["primaryKey"]] if "primaryKey" in schema else [])
    declared = [list(c.fields) for c in table.constraints() if c.aspect is Aspect.UNIQUE and not (c.where or c.unless)]
    assert sorted(keys) == sorted(declared)
    assert not any(table[name].nullable for name in schema.get("primaryKey", ()))


@each_table
def test_the_example_is_a_row_of_the_arrow_schema(table: Table) -> None:
    row = {f.name: example(f) for f in table.fields}
    rows = pa.Table.from_pylist([row], schema=arrow.arrow_schema(table))
    assert rows.to_pylist() == [row]


def test_arrow_metadata_describes_fields_and_table() -> None:
    schema = arrow.arrow_schema(TABLES["bfr"])
    assert schema.metadata[b"table"] == b"bfr"
    assert schema.metadata[b"description_en"] == TABLES["bfr"].en.encode()
    metadata = schema.field("budget").metadata
    assert metadata[b"description_nl"] == b"begroot voor het jaar"
    assert metadata[b"description_en"] == b"budget for the year"
    assert metadata[b"unit_of_measure"] == b"EUR"


def test_the_scale_of_a_field_is_its_own() -> None:
    field = Field("rate", Kind.DECIMAL, "koers", "rate", Decimal("1.5"), decimals=6)
    assert arrow.arrow_type(field) == pa.decimal128(18, 6)
    kind = sql.sql_type(field)
    assert isinstance(kind, sql.ExactDecimal)
    assert kind.scale == 6


def test_the_frame_has_positions_and_keeps_types_next_to_empty_cells() -> None:
    rows = pa.table({
        "text": pa.array(["a", None]).dictionary_encode(),
        "whole": pa.array([2**60 + 1, None]),
        "flag": pa.array([True, None]),
        "amount": pa.array([Decimal("1.20"), None], pa.decimal128(18, 2)),
        "day": pa.array([date(2020, 1, 1), None]),
    })  # fmt: skip
    frame = expectations.to_frame(rows)
    assert list(frame.index) == [0, 1]
    assert frame["text"][0] == "a"
    assert frame["whole"][0] == 2**60 + 1
    assert frame["flag"][0]
    assert frame["amount"][0] == 1.2
    assert frame["day"][0].date() == date(2020, 1, 1)
    assert frame.isna().sum().to_dict() == dict.fromkeys(frame.columns, 1)


def test_each_decimal_becomes_the_nearest_float() -> None:
    amounts = [Decimal(n).scaleb(-2) for n in (*range(-300, 3000), 10**15 - 1, 9 * 10**15 - 1)]
    frame = expectations.to_frame(pa.table({"amount": pa.array(amounts, pa.decimal128(18, 2))}))
    assert list(frame["amount"]) == [float(amount) for amount in amounts]


@each_table
def test_rows_come_back_from_a_database_as_they_went_in(table: Table) -> None:
    engine = sa.create_engine("sqlite://")
    metadata = sa.MetaData()
    made = sql.sql_table(table, metadata)
    metadata.create_all(engine)
    rows = [
        {f.name: example(f) for f in table.fields},
        {f.name: None if f.nullable else example(f) for f in table.fields},
    ]
    with engine.begin() as connection:
        connection.execute(made.insert(), rows)
        found = [dict(row) for row in connection.execute(sa.select(made)).mappings()]
    assert found == rows
    for field in table.fields:
        if not field.nullable:
            with engine.begin() as connection, pytest.raises(sa.exc.IntegrityError):
                connection.execute(made.insert(), [{**rows[0], field.name: None}])


def test_decimals_are_numeric_on_postgresql_and_text_on_sqlite() -> None:
    made = sql.sql_table(TABLES["bfr"], sa.MetaData(), name="feed_bfr")
    on_postgresql = str(sa.schema.CreateTable(made).compile(dialect=postgresql.dialect()))
    on_sqlite = str(sa.schema.CreateTable(made).compile(dialect=sa.create_engine("sqlite://").dialect))
    assert made.name == "feed_bfr"
    assert "budget NUMERIC(18, 2) NOT NULL" in on_postgresql
    assert "submitted_on DATE NOT NULL" in on_postgresql
    assert "budget TEXT NOT NULL" in on_sqlite


@pytest.mark.parametrize("value", ["0.01", "-1250.00", "9999999999999999.99", "12"])
def test_an_amount_is_stored_exactly(value: str) -> None:
    dialect = sa.create_engine("sqlite://").dialect
    kind = sql.ExactDecimal(18, 2)
    stored = kind.process_bind_param(Decimal(value), dialect)
    assert isinstance(stored, str)
    assert kind.process_result_value(stored, dialect) == Decimal(value)
    assert kind.process_bind_param(Decimal(value), postgresql.dialect()) == Decimal(value)


@pytest.mark.parametrize("value", ["1.005", "99999999999999999.99", "NaN"])
def test_an_amount_that_does_not_fit_is_refused(value: str) -> None:
    amount = Decimal(value)
    for dialect in (postgresql.dialect(), sa.create_engine("sqlite://").dialect):
        with pytest.raises((Inexact, InvalidOperation)):
            sql.ExactDecimal(18, 2).process_bind_param(amount, dialect)


def test_a_table_is_registered_once() -> None:
    metadata = sa.MetaData()
    sql.sql_table(TABLES["bfr"], metadata)
    with pytest.raises(sa.exc.InvalidRequestError):
        sql.sql_table(TABLES["bfr"], metadata)


def test_a_package_survives_json() -> None:
    resources = [
        frictionless.resource(table, f"{name}.csv", size=12, sha256="ab" * 32) for name, table in TABLES.items()
    ]
    package = frictionless.package("release-2021-03", "Release", resources, version="1", description="")
    assert json.loads(json.dumps(package)) == package
    assert package["version"] == "1"
    assert "description" not in package
    first = package["resources"][0]
    assert first["hash"] == "sha256:" + "ab" * 32
    assert first["bytes"] == 12
    assert first["mediatype"] == "text/csv"
    assert first["encoding"] == "utf-8"


def test_a_resource_describes_fields_with_their_unit() -> None:
    described = frictionless.resource(TABLES["staff"], "data/staff.parquet")
    assert described["format"] == "parquet"
    assert not {"bytes", "hash", "encoding"} & set(described)
    fte = next(f for f in described["schema"]["fields"] if f["name"] == "fte")
    assert fte["unit"] == "fte"
    assert fte["description"] == "size of the appointment"
    assert fte["description_nl"] == "omvang van de aanstelling"
    assert fte["constraints"] == {"required": True, "minimum": 0, "maximum": 1.2}


def test_an_unbound_code_list_is_no_enumeration() -> None:
    unit = next(f for f in frictionless.table_schema(CATALOGUE["bfr"])["fields"] if f["name"] == "unit")
    assert unit["constraints"] == {"required": True}


def test_a_rule_that_only_warns_is_no_key() -> None:
    field = Field("a", Kind.TEXT, "a", "a", "x")
    rule = Unique("once", ("a",), "een keer", "once", quarantines=False)
    table = Table("t", Layer.PUBLISHED, "t", "t", (field,), rules=(rule,))
    assert "uniqueKeys" not in frictionless.table_schema(table)


def test_names_in_a_package_are_checked() -> None:
    described = frictionless.resource(TABLES["bfr"], "bfr.csv")
    with pytest.raises(ValueError, match="no name"):
        frictionless.package("Release 2021", "Release", [described])
    with pytest.raises(ValueError, match="same name"):
        frictionless.package("release", "Release", [described, described])


@pytest.mark.parametrize("language", LANGUAGES)
@each_table
def test_the_dictionary_has_every_field_and_rule(table: Table, language: str) -> None:
    text = dictionary.markdown([table], language)
    lines = text.splitlines()
    assert f"## {table.name}" in lines
    assert (table.nl if language == "nl" else table.en)[1:] in text
    for field in table.fields:
        line = _only_line(lines, f"| `{field.name}` |")
        assert (field.nl if language == "nl" else field.en) in line
        assert unit_of_measure(field.unit_of_measure).in_language("nl" if language == "nl" else "en") in line
        assert all(f"`{code}`" in line for code in field.codes)
    for constraint in table.constraints():
        line = _only_line(lines, f"| `{constraint.id}` |")
        assert (constraint.nl if language == "nl" else constraint.en) in line
    widths = {line.count(" |") for line in lines if line.startswith("|")}
    assert widths == {5, 6}


def _only_line(lines: list[str], start: str) -> str:
    found = [line for line in lines if line.startswith(start)]
    assert len(found) == 1
    return found[0]


def test_the_dictionary_is_in_one_language() -> None:
    both = {language: dictionary.markdown(TABLES.values(), language) for language in LANGUAGES}
    assert "| de uitgave |" in both["nl"]
    assert "the release |" not in both["nl"]
    assert "| the release |" in both["en"]
    assert "de uitgave |" not in both["en"]
    with pytest.raises(ValueError, match="'de'"):
        dictionary.markdown([], "de")


def test_long_code_lists_are_named_and_bars_do_not_split_a_cell() -> None:
    codes = tuple(f"P{i}" for i in range(dictionary.MOST_CODES + 1))
    field = Field("a", Kind.TEXT, "a|b", "a|b", "P1", code_list="programmes", codes=codes)
    limits = Field("b", Kind.INTEGER, "b", "b", 1, minimum=Decimal(1), maximum=Decimal(3))
    text = dictionary.markdown([Table("t", Layer.FACTS, "t", "t", (field, limits))], "en")
    assert "21 codes of list `programmes`" in text
    assert "a\\|b" in text
    assert "≥ 1, ≤ 3" in text
    assert "- Key: none" in text


def test_conditions_of_a_rule_are_in_the_dictionary() -> None:
    assert "where `enrolment` = `main`" in dictionary.markdown([TABLES["enrolments"]], "en")


@each_table
def test_what_a_table_refers_to_is_there_and_of_the_same_kind(table: Table) -> None:
    described = frictionless.table_schema(table).get("foreignKeys", [])
    for one, key in zip(frictionless.references(table), described, strict=True):
        there = CATALOGUE[one.table]
        assert there.layer is Layer.PUBLISHED
        assert [table[name].kind for name in one.fields] == [there[name].kind for name in one.to]
        assert key["reference"] == {"resource": "" if there.name == table.name else there.name, "fields": list(one.to)}


def test_a_reference_to_a_table_that_is_not_in_the_package_is_left_out() -> None:
    described = [frictionless.resource(TABLES[name], f"{name}.parquet") for name in ("units", "spending_by_unit")]
    both, one = (
        frictionless.package("release", "Release", some)["resources"][-1] for some in (described, described[1:])
    )
    assert [key["reference"]["resource"] for key in both["schema"]["foreignKeys"]] == ["units"]
    assert "foreignKeys" not in one["schema"]
