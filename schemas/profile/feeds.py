"""`feeds.yaml`: what is delivered, by whom, when and in which form."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import Field as Key
from pydantic import model_validator

from schemas.profile.forms import Form, Locale
from schemas.profile.queries import query_problem
from schemas.profile.strict import Code, FeedName, MonthDay, Strict


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


CLOCKS: Mapping[Period, tuple[str, ...]] = {
    Period.NONE: (),
    Period.ACADEMIC_YEAR: ("academic_year",),
    Period.REPORTING_YEAR: ("reporting_year",),
    Period.ROUND: ("reporting_year", "round"),
}
"""By the clock of a feed, what of each delivery must be known to tell which period it is of."""


class FileSource(Strict):
    """Files in the landing zone."""

    kind: Literal["files"]
    """Files in the landing zone."""
    path: str = Key(examples=["onderwijsjaarverslag/{academic_year}/{unit}{suffix}.xlsx"])
    """A pattern under the landing zone. `{academic_year}`, `{reporting_year}`, `{round}` and `{unit}` stand for the
    delivery's own; `{suffix}` for anything that a sender adds, such as `_v2`; a field of the contract, such as
    `{course}`, for its value in every row of that file."""
    format: Format
    """The form of the file: a workbook (xlsx, xlsm, xls, ods), delimited text, fixed width, Parquet, a ZIP of texts."""
    tables: list[str] = Key(min_length=1, examples=[["bfr"]])
    """The delivered tables that it holds, by their names in the data dictionary."""
    delimiter: str = Key(default=";", examples=["auto"])
    """What stands between the cells of a text; `auto` finds it by rules and reports it."""
    encoding: str = Key(default="auto", examples=["utf-8", "cp1252"])
    """The encoding of a text; `auto` finds it by rules, and reports it where it is not UTF-8."""
    locale: Locale = "iso"
    """The notation of numbers and dates: nl (1.234,5), en (1,234.5) or iso (1234.5)."""
    columns: dict[str, str] = Key(default={}, examples=[{"Faculteit": "unit"}])
    """The field of the contract for a header of the file, where they differ."""
    forms: list[Form] = []
    """How a table stands in the file where that takes more to say, per table and per run of years."""
    engine: Literal["", "duckdb", "spark"] = ""
    """What counts the answers in Parquet files: spark where a file is more than one machine should count, else
    DuckDB."""

    @model_validator(mode="after")
    def _counted_by_an_engine(self) -> FileSource:
        if self.engine and (self.format is not Format.PARQUET or self.tables != ["evaluations"]):
            raise ValueError("expected `engine` only where `format` is parquet and `tables` is [evaluations]")
        return self

    @property
    def in_path(self) -> tuple[str, ...]:
        """The fields in the path of a delivery, in its order."""
        return tuple(re.findall(r"\{(\w+)\}", self.path))

    def always(self, period: Period) -> Mapping[str, str]:
        """What of the period of a delivery its path does not tell, as it is the same in all: a constant of each form.

        Where there is one round a year, no file has to name it.
        """
        formed = {form.table for form in self.forms} >= set(self.tables)
        constants: dict[str, str] = {}
        for name in CLOCKS[period]:
            values = {form.constants.get(name, "") for form in self.forms}
            if formed and name not in self.in_path and len(values) == 1 and "" not in values:
                constants[name] = values.pop()
        return constants

    def form(self, table: str, year: int | None) -> Form | None:
        """The form of a table in a reporting year; `None` if the profile has forms for it but none for that year."""
        of_table = [form for form in self.forms if form.table == table]
        if not of_table:
            return Form(table=table, columns=self.columns)
        form = next((form for form in of_table if form.holds_in(year)), None)
        return form.model_copy(update={"columns": {**self.columns, **form.columns}}) if form else None


class SqlSource(Strict):
    """A table, view or query in a database, reached by SQLAlchemy."""

    kind: Literal["sql"]
    """A database."""
    connection: Code = Key(examples=["finance"])
    """The name of the database; its address is a setting of the deployment, not of the profile."""
    database_table: str = Key(default="", examples=["bfr_lines"])
    """The table or view to read, whole or where it has the columns of a year and a round; or else `query`."""
    query: str = Key(default="", examples=["SELECT * FROM lines WHERE year = :reporting_year AND round = :round"])
    """A SELECT that takes `:reporting_year`, `:academic_year` and `:round` as parameters."""
    tables: list[str] = Key(min_length=1, max_length=1, examples=[["bfr"]])
    """The delivered table that it holds."""
    columns: dict[str, str] = Key(default={}, examples=[{"faculteit": "unit"}])
    """The field of the contract for a column, where they differ."""
    silence: int = Key(default=900, ge=1, le=14_400)
    """For how many seconds the database may give nothing, neither a row nor an end, before the pull is given up."""
    counted: bool = False
    """Whether the database itself counts the answers to evaluations in it (PostgreSQL), so that only counts leave it
    and never a respondent."""

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
    """The last day on which a delivery is on time."""

    month_day: MonthDay
    """The day of the year."""
    years: int = Key(ge=0, le=2, examples=[0])
    """How many years after the reporting year."""


class Feed(Strict):
    """A stream of deliveries of one kind: of what, by whom, when, and where it is found."""

    id: FeedName = Key(examples=["bfr"])
    """How the feed is named; steps and jobs are called after it."""
    nl: str = Key(examples=["Bestuurlijk Financiële Rapportage"])
    """Its name in Dutch."""
    en: str = Key(examples=["financial round"])
    """Its name in English."""
    period: Period
    """The clock by which it is delivered: by academic year (2019-2020, read by reporting year 2020), by reporting year,
    by financial round within one, or none: whenever it changes."""
    sources: list[Source] = Key(min_length=1)
    """Where it is found, and in what form."""
    required: bool = True
    """Whether a release lacks something without it."""
    rows_lost: Decimal | None = Key(default=None, ge=0, le=1, examples=["0.2"])
    """The share of the rows of a delivery that may be set aside before it does not count, where it is not that of
    `tolerances` in `profile.yaml`."""
    units: list[str] = Key(default=[], examples=[["LAW", "CARE"]])
    """The units that must deliver it; without them there is one central delivery."""
    deadlines: dict[int, Deadline] = Key(default={}, examples=[{0: {"month_day": "12-31", "years": 0}}])
    """The last day on which it is on time: by the number of the round where it is delivered by round (0 for every other
    round), else under 0. Without it, it is never late."""

    @property
    def tables(self) -> tuple[str, ...]:
        """The delivered tables that the feed fills."""
        return tuple(dict.fromkeys(t for source in self.sources for t in source.tables))


def comes_by_file(feed: Feed) -> bool:
    """Whether files of the feed may arrive in the landing zone."""
    return any(isinstance(source, FileSource) for source in feed.sources)


def is_pulled(feed: Feed) -> bool:
    """Whether the feed, or part of it, is pulled from a database."""
    return any(isinstance(source, SqlSource) for source in feed.sources)


CONSULTATIONS = "faculty_consultations"


def needs_approval(feed: Feed) -> bool:
    """Whether deliveries of a feed are approved by the unit's council: those that tell of consultations themselves."""
    return CONSULTATIONS in feed.tables
