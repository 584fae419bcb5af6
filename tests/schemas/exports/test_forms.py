"""What is derived from one declaration agrees: names, order, types, what may be empty, codes, ranges and rules."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal, Inexact, InvalidOperation

import pyarrow as pa
import pytest
import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from schemas.contract import Aspect, Field, Kind, Layer, Table, Unique
from schemas.exports.arrow import arrow_schema, arrow_type
from schemas.exports.dictionary import MOST_CODES, markdown
from schemas.exports.expectations import suite, to_frame
from schemas.exports.frictionless import package, references, resource, table_schema
from schemas.exports.sql import ExactDecimal, sql_table, sql_type
from schemas.tables import CATALOGUE
from schemas.tables.delivered.money import BFR
from schemas.tables.delivered.people import ENROLMENTS, STAFF
from schemas.written import unit_of_measure
from tests.schemas.examples import CODE_LISTS, example

KINDS = {
    Kind.TEXT: ("string", "string", sa.Text),
    Kind.INTEGER: ("int64", "integer", sa.BigInteger),
    Kind.NUMBER: ("double", "number", sa.Double),
    Kind.DATE: ("date32[day]", "date", sa.Date),
    Kind.BOOLEAN: ("bool", "boolean", sa.Boolean),
    Kind.DECIMAL: ("decimal128({}, {})", "number", ExactDecimal),
    Kind.MONEY: ("decimal128({}, {})", "number", ExactDecimal),
}
SQLITE, POSTGRESQL = sqlite.dialect(), postgresql.dialect()
TABLES = {name: table.bind(CODE_LISTS) for name, table in CATALOGUE.items()}
each_table = pytest.mark.parametrize("table", TABLES.values(), ids=TABLES)


@each_table
def test_names_order_types_and_what_may_be_empty_agree(table: Table) -> None:
    schema = arrow_schema(table)
    columns = list(sql_table(table, sa.MetaData()).columns)
    described = table_schema(table)["fields"]
    assert schema.names == [c.name for c in columns] == [f["name"] for f in described] == list(table.names)
    for field, column, other in zip(table.fields, columns, described, strict=True):
        in_arrow, in_frictionless, in_sql = KINDS[field.kind]
        digits = (38 if field.scale > 9 else 18, field.scale)
        assert str(schema.field(field.name).type) == in_arrow.format(*digits)
        assert isinstance(column.type, in_sql)
        assert in_sql is not ExactDecimal or (column.type.precision, column.type.scale) == digits
        assert other["type"] == in_frictionless
        required = other.get("constraints", {}).get("required", False)
        assert schema.field(field.name).nullable == column.nullable == field.nullable == (not required)
    checks = suite(table).expectations
    filled = {e.column for e in checks if e.expectation_type == "expect_column_values_to_not_be_null"}
    assert filled == {f.name for f in table.fields if not f.nullable}


@each_table
def test_rules_codes_ranges_and_keys_agree(table: Table) -> None:
    checks = {e.meta["rule"]: e for e in suite(table).expectations}
    assert len(checks) == len(suite(table).expectations)
    declared = {c.id: c.severity.value for c in table.constraints() if c.aspect is not Aspect.TYPE}
    assert {rule: e.severity.value for rule, e in checks.items()} == declared
    schema = table_schema(table)
    for described in schema["fields"]:
        constraints = described.get("constraints", {})
        codes = checks.get(f"{table.name}.{described['name']}.codes")
        limits = checks.get(f"{table.name}.{described['name']}.range")
        assert constraints.get("enum") == (codes.value_set if codes else None)
        assert constraints.get("minimum") == (limits.min_value if limits else None)
        assert constraints.get("maximum") == (limits.max_value if limits else None)
    keys = schema.get("uniqueKeys", []) + ([schema["primaryKey"]] if "primaryKey" in schema else [])
    unique = [list(c.fields) for c in table.constraints() if c.aspect is Aspect.UNIQUE and not (c.where or c.unless)]
    assert sorted(keys) == sorted(unique)
    assert not any(table[name].nullable for name in schema.get("primaryKey", ()))


@each_table
def test_what_a_table_refers_to_is_there_and_of_the_same_kind(table: Table) -> None:
    described = table_schema(table).get("foreignKeys", [])
    for one, key in zip(references(table), described, strict=True):
        there = CATALOGUE[one.table]
        assert there.layer is Layer.PUBLISHED
        assert [table[name].kind for name in one.fields] == [there[name].kind for name in one.to]
        assert key["reference"] == {"resource": "" if there.name == table.name else there.name, "fields": list(one.to)}


@each_table
def test_rows_come_back_as_they_went_in(table: Table) -> None:
    whole = {f.name: example(f) for f in table.fields}
    rows = [whole, {f.name: None if f.nullable else example(f) for f in table.fields}]
    assert pa.Table.from_pylist(rows, schema=arrow_schema(table)).to_pylist() == rows
    engine, metadata = sa.create_engine("sqlite://"), sa.MetaData()
    made = sql_table(table, metadata)
    metadata.create_all(engine)
    with engine.begin() as connection:
        connection.execute(made.insert(), rows)
        assert [dict(row) for row in connection.execute(sa.select(made)).mappings()] == rows
        for field in (field for field in table.fields if not field.nullable):
            with pytest.raises(sa.exc.IntegrityError):
                connection.execute(made.insert(), [{**whole, field.name: None}])


def test_arrow_metadata_describes_fields_and_table_and_a_field_has_its_own_scale() -> None:
    schema = arrow_schema(BFR)
    assert (schema.metadata[b"table"], schema.metadata[b"description_en"]) == (b"bfr", BFR.en.encode())
    metadata = schema.field("budget").metadata
    keys = (b"description_nl", b"description_en", b"unit_of_measure")
    assert [metadata[key] for key in keys] == [b"begroot voor het jaar", b"budget for the year", b"EUR"]
    rate = Field("rate", Kind.DECIMAL, "koers", "rate", Decimal("1.5"), decimals=6)
    in_sql = sql_type(rate)
    assert isinstance(in_sql, ExactDecimal)
    assert (arrow_type(rate), in_sql.scale) == (pa.decimal128(18, 6), 6)


def test_the_frame_has_positions_and_keeps_types_next_to_empty_cells() -> None:
    columns = {
        "text": pa.array(["a", None]).dictionary_encode(),
        "whole": pa.array([2**60 + 1, None]),
        "flag": pa.array([True, None]),
        "amount": pa.array([Decimal("1.20"), None], pa.decimal128(18, 2)),
        "day": pa.array([date(2020, 1, 1), None]),
    }
    frame = to_frame(pa.table(columns))
    assert list(frame.index) == [0, 1]
    assert [frame[name][0] for name in ("text", "whole", "flag", "amount")] == ["a", 2**60 + 1, True, 1.2]
    assert frame["day"][0].date() == date(2020, 1, 1)
    assert frame.isna().sum().to_dict() == dict.fromkeys(columns, 1)


def test_each_decimal_becomes_the_nearest_float() -> None:
    amounts = [Decimal(n).scaleb(-2) for n in (*range(-300, 3000), 10**15 - 1, 9 * 10**15 - 1)]
    frame = to_frame(pa.table({"amount": pa.array(amounts, pa.decimal128(18, 2))}))
    assert list(frame["amount"]) == [float(amount) for amount in amounts]


def test_decimals_are_numeric_on_postgresql_and_text_on_sqlite_and_a_table_is_registered_once() -> None:
    metadata = sa.MetaData()
    made = sql_table(BFR, metadata, name="feed_bfr")
    in_postgresql, in_sqlite = (str(sa.schema.CreateTable(made).compile(dialect=d)) for d in (POSTGRESQL, SQLITE))
    assert made.name == "feed_bfr"
    assert "budget NUMERIC(18, 2) NOT NULL" in in_postgresql
    assert "submitted_on DATE NOT NULL" in in_postgresql
    assert "budget TEXT NOT NULL" in in_sqlite
    with pytest.raises(sa.exc.InvalidRequestError):
        sql_table(BFR, metadata, name="feed_bfr")


@pytest.mark.parametrize("value", ["0.01", "-1250.00", "9999999999999999.99", "12"])
def test_an_amount_is_stored_exactly(value: str) -> None:
    kind = ExactDecimal(18, 2)
    stored = kind.process_bind_param(Decimal(value), SQLITE)
    assert isinstance(stored, str)
    assert kind.process_result_value(stored, SQLITE) == Decimal(value)
    assert kind.process_bind_param(Decimal(value), POSTGRESQL) == Decimal(value)


@pytest.mark.parametrize("value", ["1.005", "99999999999999999.99", "NaN"])
@pytest.mark.parametrize("dialect", [POSTGRESQL, SQLITE], ids=lambda d: d.name)
def test_an_amount_that_does_not_fit_is_refused(value: str, dialect: sa.Dialect) -> None:
    with pytest.raises((Inexact, InvalidOperation)):
        ExactDecimal(18, 2).process_bind_param(Decimal(value), dialect)


def test_a_package_survives_json_and_a_resource_describes_its_file_and_fields() -> None:
    resources = [resource(table, f"{name}.csv", size=12, sha256="ab" * 32) for name, table in TABLES.items()]
    release = package("release-2021-03", "Release", resources, version="1")
    assert json.loads(json.dumps(release)) == release
    assert (release["version"], "version" in package("release", "Release", resources)) == ("1", False)
    first = {key: release["resources"][0][key] for key in ("hash", "bytes", "mediatype", "encoding")}
    assert first == {"hash": "sha256:" + "ab" * 32, "bytes": 12, "mediatype": "text/csv", "encoding": "utf-8"}
    described = resource(STAFF, "data/staff.parquet")
    assert described["format"] == "parquet"
    assert not {"bytes", "hash", "encoding"} & set(described)
    fte = next(f for f in described["schema"]["fields"] if f["name"] == "fte")
    assert (fte["unit"], fte["constraints"]) == ("fte", {"required": True, "minimum": 0, "maximum": 1.2})
    assert (fte["description"], fte["description_nl"]) == ("size of the appointment", "omvang van de aanstelling")


def test_what_is_not_known_or_only_a_warning_is_no_constraint() -> None:
    unit = next(f for f in table_schema(BFR)["fields"] if f["name"] == "unit")
    assert unit["constraints"] == {"required": True}, "the codes are not bound"
    rule = Unique("once", ("a",), "een keer", "once", quarantines=False)
    table = Table("t", Layer.PUBLISHED, "t", "t", (Field("a", Kind.TEXT, "a", "a", "x"),), rules=(rule,))
    assert "uniqueKeys" not in table_schema(table)


def test_a_package_checks_names_and_leaves_out_a_reference_to_a_table_that_is_not_in_it() -> None:
    units, spending = (resource(TABLES[name], f"{name}.parquet") for name in ("units", "spending_by_unit"))
    both, alone = (package("release", "Release", some)["resources"][-1] for some in ([units, spending], [spending]))
    assert [key["reference"]["resource"] for key in both["schema"]["foreignKeys"]] == ["units"]
    assert "foreignKeys" not in alone["schema"]
    with pytest.raises(ValueError, match="no name"):
        package("Release 2021", "Release", [units])
    with pytest.raises(ValueError, match="same name"):
        package("release", "Release", [units, units])


@pytest.mark.parametrize("language", ["nl", "en"])
@each_table
def test_the_dictionary_has_every_field_and_rule(table: Table, language: str) -> None:
    text = markdown([table], language)
    lines = text.splitlines()
    cells = {line.split("`")[1]: line for line in lines if line.startswith("| `")}
    assert f"## {table.name}" in lines
    assert getattr(table, language)[1:] in text
    for field in table.fields:
        assert getattr(field, language) in cells[field.name]
        assert unit_of_measure(field.unit_of_measure).in_language(language) in cells[field.name]
        assert all(f"`{code}`" in cells[field.name] for code in field.codes)
    assert all(getattr(constraint, language) in cells[constraint.id] for constraint in table.constraints())
    assert {line.count(" |") for line in lines if line.startswith("|")} == {5, 6}


def test_the_dictionary_is_in_one_language() -> None:
    nl, en = (markdown(TABLES.values(), language) for language in ("nl", "en"))
    for own, other, text in (("| de uitgave |", "the release |", nl), ("| the release |", "de uitgave |", en)):
        assert own in text
        assert other not in text
    with pytest.raises(ValueError, match="'de'"):
        markdown([], "de")


def test_long_code_lists_bars_bounds_and_conditions_are_written_in_a_cell() -> None:
    codes = tuple(f"P{i}" for i in range(MOST_CODES + 1))
    field = Field("a", Kind.TEXT, "a|b", "a|b", "P1", code_list="programmes", codes=codes)
    limits = Field("b", Kind.INTEGER, "b", "b", 1, minimum=Decimal(1), maximum=Decimal(3))
    text = markdown([Table("t", Layer.FACTS, "t", "t", (field, limits)), ENROLMENTS], "en")
    for part in ("21 codes of list `programmes`", "a\\|b", "≥ 1, ≤ 3", "- Key: none", "where `enrolment` = `main`"):
        assert part in text
