"""Pull a table or a query from a database through SQLAlchemy, as bytes that are stored like any delivery.

What is pulled is written as CSV, every value as text, in the order of the contract's key: the same rows give the same
bytes whatever database they come from and in whatever order it holds them. Nothing is judged here: a value that is not
what its field asks for is written as it stands, and staging sets its row aside.

Rows come in batches and are sorted outside memory. A connection that breaks half-way begins anew, so that what is kept
is the outcome of one query, whole. Nothing is ever written: the transaction only reads if the database has such a
thing, and is rolled back in the end wherever it runs.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal, InvalidOperation
from functools import lru_cache, partial
from operator import itemgetter
from tempfile import TemporaryFile
from typing import IO, TYPE_CHECKING

from kwaliteitsmonitor.connectors.database_errors import cause_of, worth_another_try
from kwaliteitsmonitor.connectors.external_sort import Row, SortedRows
from kwaliteitsmonitor.connectors.silence import SilentError, unless_silent
from kwaliteitsmonitor.foundation.retrying import PATIENCE, Patience, TriedError, patiently
from schemas.contract import Field, Kind, Table
from schemas.errors import SourceError, UsageError
from schemas.identifiers import MOST_EXACT
from schemas.profile.feeds import SqlSource
from schemas.profile.queries import parameters
from schemas.words import Words

if TYPE_CHECKING:
    import sqlalchemy as sa

BATCH = 5_000
CONNECT_SECONDS = 10
READ_ONLY = {
    "sqlite": "PRAGMA query_only = ON",
    "oracle": "SET TRANSACTION READ ONLY",
    "mysql": "SET TRANSACTION READ ONLY",
    "mariadb": "SET TRANSACTION READ ONLY",
}
"""How a transaction becomes one that only reads. PostgreSQL has an option of its own; SQL Server has no such thing."""
LOCK_SECONDS = 60
WAITING_FOR_LOCKS = {
    "postgresql": f"SET LOCAL lock_timeout = '{LOCK_SECONDS}s'",
    "mssql": f"SET LOCK_TIMEOUT {LOCK_SECONDS}000",
    "mysql": f"SET SESSION lock_wait_timeout = {LOCK_SECONDS}",
    "mariadb": f"SET SESSION lock_wait_timeout = {LOCK_SECONDS}",
}
"""How a transaction is told not to wait for a lock for ever. SQLite waits for seconds; Oracle locks no reader."""
EXTRAS = {"postgresql": "postgres", "mssql": "sqlserver", "oracle": "oracle"}
_KEPT_ALIVE = {"keepalives": 1, "keepalives_idle": 30, "keepalives_interval": 10, "keepalives_count": 3}
_POSTGRES = {"connect_timeout": CONNECT_SECONDS, "application_name": "kwaliteitsmonitor", **_KEPT_ALIVE}
_CONNECTING: Mapping[str, Mapping[str, object]] = {
    "psycopg": _POSTGRES,
    "psycopg2": _POSTGRES,
    "pyodbc": {"timeout": CONNECT_SECONDS},
    "oracledb": {"tcp_connect_timeout": CONNECT_SECONDS},
    "pymysql": {"connect_timeout": CONNECT_SECONDS},
}
"""What a driver is told where the address does not: how long to wait for a server, and to notice one that is gone."""


@dataclass(frozen=True)
class Pull:
    """What a database gave: the CSV as a stream at its beginning, the number of rows, the latest `submitted_on`.

    `submitted_on` is `None` if the contract has no such field, or no row says it.
    """

    stream: IO[bytes]
    rows: int
    submitted_on: date | None


@contextmanager
def pull(
    url: str, source: SqlSource, table: Table, where: Mapping[str, int | str], patience: Patience = PATIENCE
) -> Iterator[Pull]:
    """The rows of a contract's table in a period, as CSV in a file that is gone when the context ends.

    `where` gives the period by field: `reporting_year`, `academic_year`, `round`. A table is read where its columns
    have those values, a query gets them as parameters. Raises `SourceError` if the database refuses, cannot be
    reached for as long as `patience` lasts, or lacks the table or a column; `UsageError` if a driver is not
    installed or if nothing tells one period from another.
    """
    query = statement(source, table, where)
    engine = engine_for(url, source)
    with SortedRows() as rows:
        try:
            patiently(
                lambda: unless_silent(partial(_read, engine, query, source, table, rows), source.silence),
                f"{source.connection} database",
                worth_another_try,
                patience,
            )
        except TriedError as tried:
            raise not_read(tried, source, table) from None
        with TemporaryFile(prefix="pull-") as file:
            latest = _write(file, rows, table)
            file.seek(0)
            yield Pull(file, rows.count, latest)


def statement(source: SqlSource, table: Table, where: Mapping[str, int | str]) -> sa.Executable:
    """The query for a period. Raises `UsageError` if it would be the same in every period."""
    import sqlalchemy as sa

    if source.query:
        taken = parameters(source.query)
        _telling_periods(source, taken, where)
        return sa.text(source.query.strip().rstrip(";")).bindparams(**{name: where[name] for name in sorted(taken)})
    # Each column is named with its table: SQLite takes a quoted name that it does not know for a text.
    schema, _, name = source.database_table.rpartition(".")
    remote = sa.table(name, *(sa.column(there) for there in theirs(source, table).values()), schema=schema or None)
    columns = {ours: remote.c[there] for ours, there in theirs(source, table).items()}
    _telling_periods(source, frozenset(table.names), where)
    return sa.select(*columns.values()).where(
        *(columns[name] == value for name, value in where.items() if name in columns)
    )


def _telling_periods(source: SqlSource, has: frozenset[str], where: Mapping[str, int | str]) -> None:
    lacking = [name for name in ("round",) if name in where and name not in has]
    if where and not has & {"reporting_year", "academic_year"}:
        lacking.insert(0, "reporting_year")
    unknown = sorted(has - set(where)) if source.query else []
    if unknown:
        raise UsageError(
            Words(
                f"de query vraagt :{unknown[0]}, en dat heeft de levering niet",
                f"the query takes :{unknown[0]}, which its feed does not have",
            ),
            where=place(source),
            expected=_same(", ".join(f":{name}" for name in where))
            if where
            else Words("geen parameters", "no parameters"),
            remedy=Words(
                "Pas de query in feeds.yaml aan, of de periode van de levering.",
                "Mend the query in feeds.yaml, or the period of the feed.",
            ),
        )
    if lacking:
        raise UsageError(
            Words(
                f"niets onderscheidt de ene periode van de andere: {' en '.join(lacking)} ontbreekt",
                f"nothing tells one period from another: {' and '.join(lacking)} is not in it",
            ),
            where=place(source),
            expected=" and ".join(f":{name}" if source.query else name for name in where),
            remedy=Words(
                "Elke periode zou dezelfde rijen krijgen. Pas de bron in feeds.yaml aan.",
                "Every period would get the same rows. Mend the source in feeds.yaml.",
            ),
        )


def place(source: SqlSource) -> Words:
    """The source in words: `finance database, table bfr_lines`."""
    table, name = source.database_table, source.connection
    part = Words(f"tabel {table}", f"table {table}") if table else Words("query", "query")
    return Words(f"database {name}, {part.nl}", f"{name} database, {part.en}")


def _same(text: str) -> Words:
    return Words(text, text)


def theirs(source: SqlSource, table: Table) -> dict[str, str]:
    """The database's column of each field of the contract, in its order."""
    renamed = {field: column for column, field in source.columns.items()}
    return {name: renamed.get(name, name) for name in table.names}


def engine_for(url: str, source: SqlSource) -> sa.Engine:
    """An engine for an address. The errors do not say the address, which may hold a password."""
    import sqlalchemy as sa
    from sqlalchemy.exc import SQLAlchemyError

    try:
        address = sa.make_url(url)
        if address.get_backend_name() == "sqlite":
            address = _only_reading(address)
        driver = address.get_driver_name()
        options = {key: value for key, value in _CONNECTING.get(driver, {}).items() if key not in address.query}
        return sa.create_engine(address, poolclass=sa.NullPool, hide_parameters=True, connect_args=options)
    except ImportError:
        extra = EXTRAS.get(address.get_backend_name(), "")
        install = _same(f"pip install 'kwaliteitsmonitor[{extra}]'.")
        if not extra:
            install = Words(f"Installeer het stuurprogramma '{driver}'.", f"Install the driver '{driver}'.")
        kind = address.get_backend_name()
        raise UsageError(
            Words(
                f"het stuurprogramma voor databases van {kind} is niet geïnstalleerd of mist een bibliotheek",
                f"the driver for {kind} databases is not installed or lacks a library",
            ),
            where=place(source),
            expected=Words(
                f"het Python-pakket van {driver}, met wat dat van het systeem vraagt",
                f"the Python package of {driver}, with what it needs of the system",
            ),
            remedy=install,
        ) from None
    except (SQLAlchemyError, ValueError) as error:
        raise SourceError(
            Words(
                f"het adres van de database kan niet worden gebruikt ({type(error).__name__})",
                f"the address of the database cannot be used ({type(error).__name__})",
            ),
            where=place(source),
            expected=Words(
                "een adres voor SQLAlchemy, bijvoorbeeld `postgresql+psycopg://user:password@host/database`",
                "a SQLAlchemy address, such as postgresql+psycopg://user:password@host/database",
            ),
            remedy=Words(
                f"Pas {_variable(source)} aan; tekens als @ en / in een wachtwoord schrijft u als %40 en %2F.",
                f"Mend {_variable(source)}; signs such as @ and / in a password are written as %40 and %2F.",
            ),
        ) from None


def _only_reading(address: sa.URL) -> sa.URL:
    """The address of a SQLite file such that opening it neither makes nor changes it."""
    from urllib.parse import quote

    name = address.database or ""
    if name in ("", ":memory:") or name.startswith("file:"):
        return address
    return address.set(database=f"file:{quote(name)}").update_query_dict({"mode": "ro", "uri": "true"})


def _read(
    engine: sa.Engine,
    query: sa.Executable,
    source: SqlSource,
    table: Table,
    rows: SortedRows,
    heard: Callable[[], None],
) -> None:
    """Fill `rows` with the outcome of a query, each in the order by which it sorts; `heard` is called as they come."""
    import sqlalchemy as sa

    rows.clear()
    order = itemgetter(*_sorting(table))
    fields = table.fields
    with engine.connect() as connection:
        connection = only_reading(connection)
        streaming = connection.execution_options(stream_results=True, max_row_buffer=BATCH)
        result = streaming.execute(query)
        take = _taking(list(result.keys()), source, table) if isinstance(query, sa.TextClause) else None
        for batch in result.partitions(BATCH):
            heard()
            for row in batch:
                rows.add(order(tuple(map(text_of, take(row) if take else row, fields))))


def only_reading(connection: sa.Connection) -> sa.Connection:
    """The connection such that its transaction only reads, and waits for no lock for ever, if the database can."""
    dialect = connection.dialect.name
    if dialect == "postgresql":
        connection = connection.execution_options(postgresql_readonly=True)
    for statements in (READ_ONLY, WAITING_FOR_LOCKS):
        if dialect in statements:
            connection.exec_driver_sql(statements[dialect])
    return connection


def _sorting(table: Table) -> tuple[int, ...]:
    """The positions of the fields in the order by which rows sort: the key first."""
    return tuple(table.names.index(name) for name in (*table.key, *(n for n in table.names if n not in table.key)))


def _taking(columns: Sequence[str], source: SqlSource, table: Table) -> Callable[[Sequence[object]], Sequence[object]]:
    """Picks the columns of the contract out of a row of a query. Upper and lower case are alike, as they are in SQL."""
    positions = {name.lower(): position for position, name in enumerate(columns)}
    wanted = theirs(source, table)
    lacking = [there for there in wanted.values() if there.lower() not in positions]
    if lacking:
        raise refusal(no_column(lacking), source, table)
    return itemgetter(*(positions[there.lower()] for there in wanted.values()))


def no_column(lacking: Sequence[str]) -> Words:
    """That a query does not give what it should."""
    columns = ", ".join(lacking)
    return Words(f"de query geeft geen kolom {columns}", f"the query gives no column {columns}")


def not_read(tried: TriedError, source: SqlSource, table: Table) -> SourceError | UsageError:
    """What to tell of a database that could not be read, as often as it was tried."""
    error = tried.error
    if isinstance(error, SourceError | UsageError):
        return error
    if isinstance(error, SilentError):
        return SourceError(
            Words(
                f"de database gaf {error.seconds:.0f} seconden lang niets",
                f"the database gave nothing for {error.seconds:.0f} seconds",
            ),
            where=place(source),
            expected=Words("rijen, of het einde ervan", "rows, or an end of them"),
            remedy=Words(
                "Kijk of een vergrendeling het lezen tegenhoudt, en naar de verbinding met de server. Heeft de query "
                "meer tijd nodig, zeg dat dan met `silence` bij de bron in feeds.yaml.",
                "Look for a lock on what is read, and at the line to the server; where the query needs longer, "
                "say so with `silence` of the source in feeds.yaml.",
            ),
        )
    return refusal(cause_of(error).then(tried.often), source, table)


def refusal(why: Words, source: SqlSource, table: Table) -> SourceError:
    """That the database cannot be read, and why."""
    columns = ", ".join(theirs(source, table).values())
    return SourceError(
        Words(f"de database kan niet worden gelezen: {why.nl}", f"the database cannot be read: {why.en}"),
        where=place(source),
        expected=Words(
            f"een {'query' if source.query else 'tabel'} met de kolommen {columns}",
            f"a {'query' if source.query else 'table'} with the columns {columns}",
        ),
        remedy=Words(
            f"Kijk naar {_variable(source)} en naar de rechten van de gebruiker.",
            f"Check {_variable(source)} and the rights of its user.",
        ),
    )


def _variable(source: SqlSource) -> str:
    return f"KWALITEITSMONITOR_{source.connection.upper()}_URL"


def _write(file: IO[bytes], rows: SortedRows, table: Table) -> date | None:
    """Write the rows as CSV; returns the latest `submitted_on`."""
    sorting = _sorting(table)
    back = itemgetter(*(sorting.index(position) for position in range(len(sorting))))
    submitted = sorting.index(table.names.index("submitted_on")) if "submitted_on" in table.names else None
    latest: date | None = None
    file.write(_line(table.names).encode())
    for row in rows:
        file.write(_line(back(row)).encode())
        if submitted is not None and (day := _day(row[submitted])) is not None:
            latest = day if latest is None else max(latest, day)
    return latest


def _line(row: Row) -> str:
    """A line of CSV. Not by the `csv` module: which cells it puts in quotes differs between versions of Python."""
    line = ";".join(row)
    if '"' in line or "\n" in line or "\r" in line or line.count(";") >= len(row):
        line = ";".join(map(_quoted, row))
    return f"{line}\n"


def _quoted(text: str) -> str:
    return '"' + text.replace('"', '""') + '"' if any(sign in text for sign in ';"\r\n') else text


@lru_cache(maxsize=1024)
def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def text_of(value: object, field: Field) -> str:
    """A database value as text, without losing a digit.

    Databases differ in how they hold a number, a date or a yes; what is the same value becomes the same text.
    """
    if value is None:
        return ""
    if type(value) is str and field.kind is Kind.TEXT:
        return value
    if field.kind is Kind.DATE and isinstance(value, str):
        value = _moment(value)
    if isinstance(value, datetime) and value.time() == time(0):
        return value.date().isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if field.kind is Kind.BOOLEAN and value in (0, 1):
        return "true" if value else "false"
    if field.kind in (Kind.DECIMAL, Kind.MONEY, Kind.INTEGER):
        return _number(value, 0 if field.kind is Kind.INTEGER else field.scale)
    if isinstance(value, float) and field.identifier and abs(value) >= MOST_EXACT:
        return f"{value:.14E}"  # as it is held: its last digits are not those of the name
    return str(value)


def _moment(text: str) -> datetime | str:
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return text


def _number(value: object, scale: int) -> str:
    """A number at the scale of its field if it fits, else as it stands."""
    if type(value) is int and scale == 0:
        return str(value)
    try:
        number = Decimal(str(value))
        exact = number.quantize(Decimal(1).scaleb(-scale))
    except InvalidOperation:
        return str(value)
    return format(exact if exact == number else number, "f")
