"""Pulling from a database: the same rows give the same bytes, from SQLite and from PostgreSQL, to the last digit."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.schema import CreateTable

from kwaliteitsmonitor.connectors.database import pull
from kwaliteitsmonitor.connectors.external_sort import SortedRows
from schemas.exports.sql import sql_table
from schemas.profile.feeds import SqlSource
from tests.connectors.pulling import BFR, ONCE, ROUND_3, refusal, table

SECRET = "geheim-9f2"
Row = dict[str, Any]
Pulled = tuple[bytes, date | None]


def line(unit: str = "FGW", budget: str = "100.00", **more: Any) -> Row:
    own = {"reporting_year": 2020, "round": 3, "unit": unit, "theme": "guidance", "measure": "M1"}
    amounts = {"budget": Decimal(budget), "realised": Decimal("50.00"), "forecast": Decimal("90.00")}
    return {**own, **amounts, "submitted_on": date(2021, 2, 15), "explanation": None, **more}


@contextmanager
def made_by(url: str, *statements: str | sa.Executable) -> Iterator[None]:
    """The database after these statements, which make the table `bfr_lines`, for as long as the block lasts."""
    engine = sa.create_engine(url, poolclass=sa.NullPool)
    with engine.begin() as connection:
        for statement in ("DROP TABLE IF EXISTS bfr_lines", *statements):
            connection.execute(sa.text(statement) if isinstance(statement, str) else statement)
    try:
        yield
    finally:
        with engine.begin() as connection:
            connection.execute(sa.text("DROP TABLE bfr_lines"))


def holding(url: str, rows: Iterable[Row]) -> AbstractContextManager[None]:
    """The database with these rows and no others."""
    lines = sql_table(BFR, sa.MetaData(), "bfr_lines")
    return made_by(url, CreateTable(lines), lines.insert().values(list(rows)))


def taken(url: str, source: SqlSource | None = None) -> Pulled:
    """The bytes that are pulled and the day of submission."""
    with pull(url, source or table(), BFR, ROUND_3, ONCE) as pulled:
        return pulled.stream.read(), pulled.submitted_on


def of_rows(url: str, rows: Sequence[Row]) -> Pulled:
    with holding(url, rows):
        return taken(url)


def lines(pulled: Pulled) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(pulled[0].decode(), newline=""), delimiter=";"))


def test_a_pull_is_csv_with_the_headers_of_the_contract_and_without_rows_headers_alone(database: str) -> None:
    headers = b"reporting_year;round;unit;theme;measure;budget;realised;forecast;submitted_on;explanation\n"
    content = b'2020;3;FGW;guidance;M1;100.00;50.00;90.00;2021-02-15;"later; ""begin""\nvolgt"\n'
    assert of_rows(database, [line(explanation='later; "begin"\nvolgt')]) == (headers + content, date(2021, 2, 15))
    assert of_rows(database, [line(round=2)]) == (headers, None)


def test_the_rows_of_the_round_stand_in_the_order_of_the_key_and_give_the_latest_day_of_submission(
    database: str,
) -> None:
    days = {"HA": date(2021, 2, 1), "FdA": date(2021, 2, 20), "FGW": date(2021, 2, 15), "LUMC": date(2021, 2, 15)}
    rows = [line(unit, submitted_on=day) for unit, day in days.items()]
    others = [line("ICLON", round=2, submitted_on=date(2021, 3, 1)), line("ICLON", reporting_year=2019)]
    pulled = of_rows(database, [*rows, *others])
    assert [row["unit"] for row in lines(pulled)] == ["FGW", "FdA", "HA", "LUMC"]
    assert pulled[1] == date(2021, 2, 20)
    assert of_rows(database, rows[::-1]) == pulled


def test_columns_with_other_names_are_pulled_under_those_of_the_contract(database: str) -> None:
    columns = "reporting_year int, round int, theme text, measure text, realised numeric(18,2), forecast numeric(18,2),"
    with made_by(
        database,
        f'CREATE TABLE bfr_lines ("Begroot (EUR)" numeric(18,2), eenheid text, {columns} submitted_on date, '
        "explanation text)",
        "INSERT INTO bfr_lines VALUES (7.5, 'FGW', 2020, 3, 'guidance', 'M1', 1, NULL, '2021-02-15', NULL)",
    ):
        (row,) = lines(taken(database, table(columns={"Begroot (EUR)": "budget", "eenheid": "unit"})))
    assert (row["budget"], row["unit"], row["realised"], row["forecast"]) == ("7.50", "FGW", "1.00", "")


@pytest.mark.parametrize(
    ("amount", "day", "values", "expected", "submitted"),
    [
        *(
            (kind, "timestamp", "'0.10', '12345678901.05', '7', '2021-02-15 00:00:00'",
             b"0.10;12345678901.05;7.00;2021-02-15;", date(2021, 2, 15))
            for kind in ("numeric", "double precision", "text", "numeric(18,4)")
        ),
        ("text", "text", "'n.v.t.', '1.005', 'NaN', 'medio mei'", b"n.v.t.;1.005;NaN;medio mei;", None),
    ],
    ids=["numeric", "double precision", "text", "numeric(18,4)", "no amount or date, for staging to set aside"],
)  # fmt: skip
def test_an_amount_is_the_same_in_whatever_type_the_database_holds_it(
    database: str, amount: str, day: str, values: str, expected: bytes, submitted: date | None
) -> None:
    amounts = ", ".join(f"{name} {amount}" for name in ("budget", "realised", "forecast"))
    columns = f"reporting_year int, round int, unit text, theme text, measure text, {amounts}, submitted_on {day}"
    with made_by(
        database,
        f"CREATE TABLE bfr_lines ({columns}, explanation text)",
        f"INSERT INTO bfr_lines VALUES (2020, 3, 'FGW', 'guidance', 'M1', {values}, NULL)",
    ):
        content, on = taken(database)
    assert (content.splitlines()[1], on) == (b"2020;3;FGW;guidance;M1;" + expected, submitted)


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
    there = of_rows(postgres_url, rows)
    assert there == of_rows(f"sqlite:///{tmp_path / 'finance.db'}", data.draw(st.permutations(rows)))
    amounts = ((f"{row['budget']:.2f}", "" if row["forecast"] is None else f"{row['forecast']:.2f}") for row in rows)
    assert sorted((row["budget"], row["forecast"]) for row in lines(there)) == sorted(amounts), (
        "and empty is not nought"
    )


def test_a_missing_table_or_column_is_a_source_error_that_names_it(database: str) -> None:
    with holding(database, [line()]):
        assert refusal(database, table("no_such_table")).where == "finance database, table no_such_table"
        # A name in quotes that is no column is a text to SQLite.
        for name, field in (("eenheid", "unit"), ("Toelichting", "explanation")):
            assert name in refusal(database, table(columns={name: field})).expected


def quoted(error: BaseException | None) -> str:
    """Everything that could be printed of an error, with its causes."""
    return "" if error is None else f"{error!s} {error!r} {quoted(error.__cause__)}"


def test_a_refused_connection_or_user_is_a_source_error_without_the_password(postgres_url: str) -> None:
    for address in (
        f"postgresql+psycopg://controller:{SECRET}@127.0.0.1:1/finance",
        f"postgresql+psycopg://controller:{SECRET}@127.0.0.1:port/finance",
        f"postgresql+psycopg://controller:{SECRET}/x@127.0.0.1/finance",
        f"no-such-dialect://controller:{SECRET}@127.0.0.1/finance",
        f"controller:{SECRET}@127.0.0.1",
        postgres_url.replace("postgres:@", f"nobody:{SECRET}@"),
    ):
        assert SECRET in address
        assert SECRET not in quoted(refusal(address, table(), ONCE))


def test_a_database_file_is_opened_to_read_alone_and_never_made(tmp_path: Path) -> None:
    for form in ("sqlite:///{}", "sqlite:///file:{}?mode=ro&uri=true"):
        error = refusal(form.format(tmp_path / "absent.db"), table(), ONCE)
        assert "there is no such file" in error.what
        assert list(tmp_path.iterdir()) == []


# -- rows that do not fit in memory

texts = st.text(max_size=6)


@settings(max_examples=40, deadline=None)
@given(rows=st.lists(st.tuples(texts, texts), max_size=60), at_once=st.integers(1, 9), files=st.integers(2, 4))
def test_rows_come_out_sorted_however_few_fit_in_memory(rows: list[tuple[str, str]], at_once: int, files: int) -> None:
    with SortedRows(rows=at_once, files=files) as kept:
        for row in rows:
            kept.add(row)
        assert [tuple(row) for row in kept] == sorted(rows)
        assert kept.count == len(rows)


def test_long_texts_are_put_away_before_there_are_many_rows_and_forgotten_when_it_is_begun_anew() -> None:
    with SortedRows(text=1000) as kept:
        for n in range(20):
            kept.add((f"{19 - n:02}", "x" * 400))
        assert len(kept._files) == 6
        assert [row[0] for row in kept] == [f"{n:02}" for n in range(20)]
        kept.clear()
        kept.add(("only",))
        assert (kept.count, [list(row) for row in kept]) == (1, [["only"]])
