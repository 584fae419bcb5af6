"""`feeds.yaml`: what is delivered, by whom, when and in which form."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Literal

from pydantic import Field as Key
from pydantic import model_validator

from schemas.profile.forms import Form, Locale
from schemas.profile.queries import query_problem
from schemas.profile.strict import Code, MonthDay, Strict


class Period(StrEnum):
    """The clock by which a feed is delivered."""

    NONE = "none"
    ACADEMIC_YEAR = "academic_year"
    REPORTING_YEAR = "reporting_year"
    ROUND = "round"


class Format(StrEnum):
    """The form of a file: a workbook (xlsx, xlsm, xls, ods), delimited text, fixed width, Parquet, a ZIP of texts."""

    WORKBOOK = "workbook"
    CSV = "csv"
    FIXED = "fixed"
    PARQUET = "parquet"
    ZIP = "zip"


AUTO = "auto"

ENGINES = ("duckdb", "spark")
"""What can count the answers of a file: DuckDB, which is embedded, or Spark."""


class FileSource(Strict):
    """Files in the landing zone.

    `path` is a pattern under the landing zone. `{academic_year}`, `{reporting_year}`, `{round}` and `{unit}` stand for
    the delivery's own; `{suffix}` for anything that a sender adds, such as `_v2`; a field of the contract, such as
    `{course}`, for its value in every row of that file. `delimiter` and `encoding` may be `auto`: the one that fits is
    found by rules, and the finding is reported. `columns` maps a header of the file to a field of the
    contract where they differ; `forms` says more (see `schemas.profile.forms`). `engine` says what counts the answers
    in Parquet files: `spark` where a file is more than one machine should count, else DuckDB.
    """

    kind: Literal["files"]
    path: str
    format: Format
    tables: list[str] = Key(min_length=1)
    delimiter: str = ";"
    encoding: str = "utf-8"
    locale: Locale = "iso"
    columns: dict[str, str] = {}
    forms: list[Form] = []
    engine: Literal["", "duckdb", "spark"] = ""

    @model_validator(mode="after")
    def _counted_by_an_engine(self) -> FileSource:
        if self.engine and (self.format is not Format.PARQUET or self.tables != ["evaluations"]):
            raise ValueError("expected `engine` only where `format` is parquet and `tables` is [evaluations]")
        return self

    def form(self, table: str, year: int | None) -> Form | None:
        """The form of a table in a reporting year; none where the profile has forms for it but none for that year."""
        of_table = [form for form in self.forms if form.table == table]
        if not of_table:
            return Form(table=table, columns=self.columns)
        found = next((form for form in of_table if form.holds_in(year)), None)
        return found.model_copy(update={"columns": {**self.columns, **found.columns}}) if found else None


class SqlSource(Strict):
    """A table, view or query in a database, reached by SQLAlchemy; `connection` names the database (`finance`).

    `query` is a SELECT that takes `:reporting_year` and `:round` as parameters; without one, `database_table` is read
    whole or where its columns have those values. With `counted: true` the answers to evaluations in it are counted by
    the database itself (PostgreSQL), so that only counts leave it and never a respondent.
    """

    kind: Literal["sql"]
    connection: Code
    database_table: str = ""
    query: str = ""
    tables: list[str] = Key(min_length=1, max_length=1)
    columns: dict[str, str] = {}
    counted: bool = False

    @model_validator(mode="after")
    def _one_of_both(self) -> SqlSource:
        if self.counted and self.tables != ["evaluations"]:
            raise ValueError("expected `counted: true` only where `tables` is [evaluations]")
        if bool(self.database_table) == bool(self.query):
            raise ValueError("expected either database_table or query")
        if self.query and (problem := query_problem(self.query)):
            raise ValueError(problem)
        return self


Source = Annotated[FileSource | SqlSource, Key(discriminator="kind")]


class Deadline(Strict):
    """The last day on which a delivery is on time: `month_day`, `years` after the reporting year."""

    month_day: MonthDay
    years: int = Key(ge=0, le=2)


class Feed(Strict):
    """A stream of deliveries of one kind."""

    id: Code
    nl: str
    en: str
    period: Period
    sources: list[Source] = Key(min_length=1)
    required: bool = True
    units: list[str] = []
    deadlines: dict[int, Deadline] = {}
    """By round where the feed is delivered by round, else under 0."""

    @property
    def tables(self) -> tuple[str, ...]:
        """The delivered tables that the feed fills."""
        return tuple(dict.fromkeys(t for source in self.sources for t in source.tables))
