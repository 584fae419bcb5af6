"""Pulling from a database: the same rows give the same bytes, from SQLite and from PostgreSQL, to the last digit."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kwaliteitsmonitor.connectors.database import pull
from kwaliteitsmonitor.foundation.retrying import Patience
from schemas.errors import SourceError
from schemas.exports.sql import sql_table
from schemas.profile.feeds import SqlSource
from schemas.tables import CATALOGUE

BFR = CATALOGUE["bfr"]
SOURCE = SqlSource(kind="sql", connection="finance", database_table="bfr_lines", tables=["bfr"])
ROUND_3 = {"reporting_year": 2020, "round": 3}
ONCE = Patience(attempts=1)
SECRET = "geheim-9f2"

Row = dict[str, Any]


def line(unit: str = "FGW", budget: str = "100.00", **more: Any) -> Row:
    return {
        "reporting_year": 2020,
        "round": 3,
        "unit": unit,
        "theme": "guidance",
        "measure": "M1",
        "budget": Decimal(budget),
        "realised": Decimal("50.00"),
        "forecast": Decimal("90.00"),
        "submitted_on": date(2021, 2, 15),
        "explanation": None,
        **more,
    }


@contextmanager
def holding(url: str, rows: Iterable[Row], name: str = "bfr_lines") -> Iterator[None]:
    """The database with these rows and no others, for as long as the block lasts."""
    engine = sa.create_engine(url, poolclass=sa.NullPool)
    table = sql_table(BFR, sa.MetaData(), name)
    table.drop(engine, checkfirst=True)
    table.create(engine)
    try:
        with engine.begin() as connection:
            for row in rows:
                connection.execute(table.insert().values(row))
        yield
    finally:
        table.drop(engine)


@contextmanager
def made_by(url: str, *statements: str) -> Iterator[None]:
    """The database after these statements, which make the table `bfr_lines`."""
    engine = sa.create_engine(url, poolclass=sa.NullPool)
    with engine.begin() as connection:
        for statement in statements:
            connection.execute(sa.text(statement))
    try:
        yield
    finally:
        with engine.begin() as connection:
            connection.execute(sa.text("DROP TABLE bfr_lines"))


def taken(url: str, source: SqlSource = SOURCE) -> tuple[bytes, date | None]:
    """The bytes that are pulled and the day of submission."""
    with pull(url, source, BFR, ROUND_3, ONCE) as found:
        return found.stream.read(), found.submitted_on


def pulled(url: str, rows: Sequence[Row]) -> bytes:
    with holding(url, rows):
        return taken(url)[0]


def lines(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode(), newline=""), delimiter=";"))


def test_a_pull_is_csv_with_the_headers_of_the_contract(database: str) -> None:
    assert pulled(database, [line(explanation='later; "begin"\nvolgt')]) == (
        b"reporting_year;round;unit;theme;measure;budget;realised;forecast;submitted_on;explanation\n"
        b'2020;3;FGW;guidance;M1;100.00;50.00;90.00;2021-02-15;"later; ""begin""\nvolgt"\n'
    )


@pytest.mark.parametrize("amount", ["0.10", "0.00", "-0.05", "12345678901.05", "9999999999999.99", "1000000.00"])
def test_an_amount_keeps_every_digit(database: str, amount: str) -> None:
    assert [row["realised"] for row in lines(pulled(database, [line(realised=Decimal(amount))]))] == [amount]


def test_an_empty_amount_stays_empty_and_is_not_nought(database: str) -> None:
    assert [row["forecast"] for row in lines(pulled(database, [line(forecast=None)]))] == [""]


def test_rows_stand_in_the_order_of_the_key_and_not_of_insertion(database: str) -> None:
    units = ["HA", "FdA", "FGW", "LUMC"]
    content = pulled(database, [line(unit) for unit in units])
    assert content == pulled(database, [line(unit) for unit in reversed(units)])
    assert [row["unit"] for row in lines(content)] == ["FGW", "FdA", "HA", "LUMC"]


def test_only_the_rows_of_the_round_are_pulled(database: str) -> None:
    rows = [line("FGW"), line("FdA", round=2), line("HA", reporting_year=2019)]
    assert [row["unit"] for row in lines(pulled(database, rows))] == ["FGW"]


def test_the_latest_day_of_submission_is_that_of_the_pull(database: str) -> None:
    days = [date(2021, 2, 1), date(2021, 2, 20), date(2021, 2, 15)]
    rows = [line(unit, submitted_on=day) for unit, day in zip(("FGW", "FdA", "HA"), days, strict=True)]
    with holding(database, [*rows, line("LUMC", round=2, submitted_on=date(2021, 3, 1))]):
        assert taken(database)[1] == date(2021, 2, 20)


def test_a_pull_without_rows_is_headers_alone_and_has_no_day(database: str) -> None:
    with holding(database, [line(round=2)]):
        content, submitted = taken(database)
    assert lines(content) == []
    assert content.count(b"\n") == 1
    assert submitted is None


def test_columns_with_other_names_are_pulled_under_those_of_the_contract(database: str) -> None:
    source = SOURCE.model_copy(update={"columns": {"Begroot (EUR)": "budget", "eenheid": "unit"}})
    columns = "reporting_year int, round int, theme text, measure text, realised numeric(18,2), forecast numeric(18,2),"
    with made_by(
        database,
        f'CREATE TABLE bfr_lines ("Begroot (EUR)" numeric(18,2), eenheid text, {columns} submitted_on date, '
        "explanation text)",
        "INSERT INTO bfr_lines VALUES (7.5, 'FGW', 2020, 3, 'guidance', 'M1', 1, NULL, '2021-02-15', NULL)",
    ):
        (row,) = lines(taken(database, source)[0])
    assert (row["budget"], row["unit"], row["realised"], row["forecast"]) == ("7.50", "FGW", "1.00", "")


OTHER_TYPES = (
    "CREATE TABLE bfr_lines (reporting_year int, round int, unit text, theme text, measure text, {amount}, "
    "submitted_on {day}, explanation text)"
)


@pytest.mark.parametrize("kind", ["numeric", "double precision", "text", "numeric(18,4)"])
def test_an_amount_is_the_same_in_whatever_type_the_database_holds_it(database: str, kind: str) -> None:
    amounts = f"budget {kind}, realised {kind}, forecast {kind}"
    with made_by(
        database,
        OTHER_TYPES.format(amount=amounts, day="timestamp"),
        "INSERT INTO bfr_lines VALUES "
        "(2020, 3, 'FGW', 'guidance', 'M1', '0.10', '12345678901.05', '7', '2021-02-15 00:00:00', NULL)",
    ):
        content, submitted = taken(database)
    assert content.splitlines()[1] == b"2020;3;FGW;guidance;M1;0.10;12345678901.05;7.00;2021-02-15;"
    assert submitted == date(2021, 2, 15)


def test_what_is_no_amount_or_date_is_pulled_as_it_stands_for_staging_to_set_aside(database: str) -> None:
    with made_by(
        database,
        OTHER_TYPES.format(amount="budget text, realised text, forecast text", day="text"),
        "INSERT INTO bfr_lines VALUES (2020, 3, 'FGW', 'guidance', 'M1', 'n.v.t.', '1.005', 'NaN', 'medio mei', NULL)",
    ):
        content, submitted = taken(database)
    assert content.splitlines()[1] == b"2020;3;FGW;guidance;M1;n.v.t.;1.005;NaN;medio mei;"
    assert submitted is None


amount = st.decimals(min_value="-9999999999999", max_value="9999999999999", places=2)
bfr_rows = st.lists(
    st.builds(
        line,
        unit=st.sampled_from(["FGW", "FdA", "HA", "fgw", "É", "F G"]),
        measure=st.text(st.characters(codec="utf-8", exclude_characters="\0", exclude_categories=["Cs"]), max_size=4),
        budget=amount.map(str),
        forecast=st.none() | amount,
        submitted_on=st.dates(date(2021, 1, 1), date(2021, 3, 1)),
    ),
    min_size=1,
    max_size=6,
)


@given(rows=bfr_rows, data=st.data())
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_the_same_rows_give_the_same_bytes_from_either_database(
    postgres_url: str, tmp_path: Path, rows: list[Row], data: st.DataObject
) -> None:
    shuffled = data.draw(st.permutations(rows))
    sqlite = f"sqlite:///{tmp_path / 'finance.db'}"
    with holding(postgres_url, rows), holding(sqlite, shuffled):
        there, here = (taken(url) for url in (postgres_url, sqlite))
    assert there == here
    assert sorted(row["budget"] for row in lines(here[0])) == sorted(f"{row['budget']:.2f}" for row in rows)


def refusal(url: str, source: SqlSource = SOURCE) -> SourceError:
    with pytest.raises(SourceError) as caught:
        taken(url, source)
    assert caught.value.exit_code == 4
    assert "KWALITEITSMONITOR_FINANCE_URL" in caught.value.remedy
    return caught.value


def quoted(error: BaseException | None) -> str:
    """Everything that could be printed of an error, with its causes."""
    return "" if error is None else f"{error!s} {error!r} {quoted(error.__cause__)}"


def test_a_missing_table_is_a_source_error_that_names_it(database: str) -> None:
    error = refusal(database, SOURCE.model_copy(update={"database_table": "no_such_table"}))
    assert error.where == "finance database, table no_such_table"


def test_a_missing_column_is_a_source_error_that_names_the_columns(database: str) -> None:
    with holding(database, [line()]):
        error = refusal(database, SOURCE.model_copy(update={"columns": {"eenheid": "unit"}}))
    assert "eenheid" in error.expected


def test_a_missing_column_whose_name_needs_quotes_is_not_taken_for_a_text(database: str) -> None:
    with holding(database, [line()]):
        error = refusal(database, SOURCE.model_copy(update={"columns": {"Toelichting": "explanation"}}))
    assert "Toelichting" in error.expected


@pytest.mark.parametrize(
    "address",
    [
        f"postgresql+psycopg://controller:{SECRET}@127.0.0.1:1/finance",
        f"postgresql+psycopg://controller:{SECRET}@127.0.0.1:port/finance",
        f"postgresql+psycopg://controller:{SECRET}/x@127.0.0.1/finance",
        f"no-such-dialect://controller:{SECRET}@127.0.0.1/finance",
        f"controller:{SECRET}@127.0.0.1",
    ],
)
def test_a_refused_connection_is_a_source_error_without_the_password(address: str) -> None:
    assert SECRET not in quoted(refusal(address))


def test_a_server_that_refuses_the_user_is_a_source_error_without_the_password(postgres_url: str) -> None:
    address = postgres_url.replace("postgres:@", f"nobody:{SECRET}@")
    assert SECRET in address
    assert SECRET not in quoted(refusal(address))


def test_a_database_file_that_is_not_there_is_a_source_error_and_is_not_made(tmp_path: Path) -> None:
    refusal(f"sqlite:///file:{tmp_path / 'absent.db'}?mode=ro&uri=true")
    assert list(tmp_path.iterdir()) == []
