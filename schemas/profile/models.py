"""The models of a profile's files: what each key means and which values it takes.

One folder is one institution. `profile.yaml` is the institution itself, `units.yaml`, `themes.yaml`, `measures.yaml`,
`questions.yaml`, `indicators.yaml` and `feeds.yaml` are lists, `plan.csv` and `programmes.csv` are tables. A key that
no model knows is refused: a typing error must not pass for a setting.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, model_validator
from pydantic import Field as Key

from schemas.calendar import Cycle, CycleRule, academic_year, open_cycle, parse_cycle
from schemas.profile.forms import Form, Locale
from schemas.profile.indicators import Indicator
from schemas.profile.misprints import Misprint
from schemas.profile.queries import query_problem
from schemas.profile.questions import Evaluations, Question
from schemas.profile.spending import Spending

Code = Annotated[str, Key(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.-]*$", max_length=60)]
Year = Annotated[int, Key(ge=2000, le=2100)]
Mailbox = Annotated[str, Key(pattern=r"^$|^[^@\s,;<>\"]+@[^@\s,;<>\"]+$")]
"""The address of a mailbox of a role, or nothing."""
MonthDay = Annotated[str, Key(pattern=r"^(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$")]


class Strict(BaseModel):
    """A model that refuses keys it does not know and does not change after loading."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class CycleEntry(Strict):
    """A month in which a cycle runs, the financial round it settles and the years it reports on, as offsets."""

    month: int = Key(ge=1, le=12)
    round: int = Key(ge=1, le=12)
    spending_year: int = Key(ge=-2, le=0)
    indicator_year: int = Key(ge=-2, le=0)


class Tolerances(Strict):
    """How far figures may lie apart before a warning is given.

    `plan_vs_budget_eur`: the definitive budget of a theme against the spending plan, in euro.
    """

    plan_vs_budget_eur: Decimal = Decimal(1)


class Disclosure(Strict):
    """From how many people on a figure is shown.

    A figure that rests on one course says how one teacher does, and is hidden. `courses_taught_by_several` are the
    codes of courses of which that is not so.
    """

    threshold: int = Key(ge=1)
    courses_taught_by_several: list[Code] = []


class Notices(Strict):
    """When to remind of a deadline: so many days before it, and so many days after it has passed.

    `contact` is the mailbox of a role that hears of central deliveries, and of units without a contact of their own;
    `sender` is the mailbox from which mail comes.
    """

    days_before: list[Annotated[int, Key(ge=0, le=365)]] = []
    days_after: list[Annotated[int, Key(ge=1, le=365)]] = []
    contact: Mailbox = ""
    sender: Mailbox = ""


class Council(Strict):
    """A body that is consulted or decides (medezeggenschap)."""

    id: Code
    nl: str
    en: str


class Institution(Strict):
    """`profile.yaml`: the institution, its calendar and its house rules."""

    format_version: Literal[1]
    id: Code
    nl: str
    en: str
    profile_version: str
    languages: list[Literal["nl", "en"]]
    timezone: str
    owner: str
    first_year: Year
    last_year: Year
    student_reference_date: MonthDay
    cycles: list[CycleEntry] = Key(min_length=1)
    disclosure: Disclosure
    tolerances: Tolerances = Tolerances()
    spending: Spending = Spending()
    notices: Notices = Notices()
    evaluations: Evaluations = Evaluations()
    councils: list[Council]
    sources: list[str] = []


class Unit(Strict):
    """A faculty or institute, with the council that approves its report and other names by which it is delivered.

    `contact` is the mailbox of a role, never of a person, to which notices about its deliveries go.
    """

    id: Code
    nl: str
    en: str
    council: str
    aliases: list[str] = []
    contact: Mailbox = ""


class Theme(Strict):
    """A theme of the agreements. One without money is declared all the same, with the reason."""

    id: Code
    nl: str
    en: str
    national: list[str] = Key(min_length=1)
    funded: bool = True
    reason_nl: str = ""
    reason_en: str = ""


class NationalTheme(Strict):
    """One of the themes on which the sector agreed with the ministry."""

    id: Code
    nl: str
    en: str


class Themes(Strict):
    """`themes.yaml`: the institution's themes and the national ones they map to."""

    themes: list[Theme] = Key(min_length=1)
    national: list[NationalTheme] = Key(min_length=1)


class Measure(Strict):
    """A measure, the theme it belongs to and the units that have it.

    `no_column` names units for which the source table has no column at all, as opposed to a column that says no.
    """

    id: Code
    theme: str
    nl: str
    en: str
    units: list[str]
    no_column: list[str] = []


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


class PlanLine(Strict):
    """`plan.csv`: the amount in euro that a version of the plan gives a theme in a calendar year."""

    version: str
    theme: str
    year: Year
    amount: Decimal = Key(ge=0)


class Programme(Strict):
    """`programmes.csv`: a registered programme, the unit it belongs to and whether the state funds it."""

    programme: Code
    name: str
    croho_type: Literal["ba", "ma", "pm", "pi", "on"]
    funded: bool
    unit: str = ""


@dataclass(frozen=True)
class Profile:
    """A whole, validated profile. Codes in it refer to each other and are known to exist."""

    folder: Path
    institution: Institution
    units: tuple[Unit, ...]
    themes: tuple[Theme, ...]
    national_themes: tuple[NationalTheme, ...]
    measures: tuple[Measure, ...]
    questions: tuple[Question, ...]
    indicators: tuple[Indicator, ...]
    feeds: tuple[Feed, ...]
    plan: tuple[PlanLine, ...]
    programmes: tuple[Programme, ...]
    digest: str = field(default="", compare=False)
    misprints: tuple[Misprint, ...] = ()

    @property
    def id(self) -> str:
        """The institution's id."""
        return self.institution.id

    def open_text(self, table: str) -> frozenset[str]:
        """The fields of open text of a delivered table that are read past staging."""
        return frozenset({"explanation"} if table == "bfr" and self.institution.spending.publish_explanations else ())

    @property
    def last_round(self) -> int:
        """The number of the definitive financial round of a year."""
        return max(entry.round for entry in self.institution.cycles)

    @property
    def funded_themes(self) -> tuple[Theme, ...]:
        """The themes that receive money, in the profile's order."""
        return tuple(theme for theme in self.themes if theme.funded)

    @property
    def cycle_rules(self) -> tuple[CycleRule, ...]:
        """What the cycle of each month settles."""
        entries = self.institution.cycles
        return tuple(CycleRule(e.month, e.round, e.spending_year, e.indicator_year) for e in entries)

    def cycle(self, key: str) -> Cycle:
        """The cycle with this key; raises `UsageError` where there is none."""
        return parse_cycle(key, self.cycle_rules)

    def open_cycle(self, day: date) -> Cycle | None:
        """The cycle for which deliveries come in on a day, or none once the agreements are over."""
        return open_cycle(day, self.cycle_rules, self.institution.first_year, self.institution.last_year)

    def feed(self, feed_id: str) -> Feed:
        """The feed with this id; raises `KeyError` where there is none."""
        for feed in self.feeds:
            if feed.id == feed_id:
                return feed
        raise KeyError(feed_id)

    def indicator(self, indicator_id: str, year: int) -> Indicator | None:
        """The definition of an indicator that holds in a reporting year, or none."""
        for definition in self.indicators:
            until = definition.valid_until or 9999
            if definition.id == indicator_id and definition.valid_from <= year <= until:
                return definition
        return None

    def code_lists(self) -> Mapping[str, tuple[str, ...]]:
        """The closed lists against which codes in deliveries are held; an unknown code is an error."""
        years = range(self.institution.first_year, self.institution.last_year + 1)
        return {
            "units": tuple(u.id for u in self.units),
            "themes": tuple(t.id for t in self.themes),
            "measures": tuple(dict.fromkeys(m.id for m in self.measures)),
            "programmes": tuple(p.programme for p in self.programmes),
            "questions": tuple(q.id for q in self.questions),
            "indicators": tuple(dict.fromkeys(i.id for i in self.indicators)),
            "councils": tuple(c.id for c in self.institution.councils),
            "academic_years": tuple(academic_year(year) for year in years),
        }

    def aliases(self) -> Mapping[str, Mapping[str, str]]:
        """Per code list, other spellings that stand for a code (such as FA for FdA, or a measure's Dutch name).

        A spelling that could stand for two codes stands for neither: which one is meant cannot be known.
        """
        by_name = [(p.name, p.programme) for p in self.programmes]
        by_both = [(f"{p.name} ({p.programme})", p.programme) for p in self.programmes]
        return {
            "units": _unambiguous((alias, u.id) for u in self.units for alias in u.aliases),
            "themes": _unambiguous((name, t.id) for t in self.themes for name in (t.nl, t.en)),
            "measures": _unambiguous((name, m.id) for m in self.measures for name in (m.nl, m.en)),
            "councils": _unambiguous((name, c.id) for c in self.institution.councils for name in (c.nl, c.en)),
            "questions": _unambiguous((text, q.id) for q in self.questions for text in q.words),
            "programmes": _unambiguous([*by_name, *by_both]),
        }


def _unambiguous(spellings: Iterable[tuple[str, str]]) -> dict[str, str]:
    """The code for each spelling, without those that stand for more than one; case and spacing tell none apart."""
    found = list(spellings)
    codes: dict[str, set[str]] = {}
    for spelling, code in found:
        codes.setdefault(" ".join(spelling.split()).casefold(), set()).add(code)
    return {spelling: code for spelling, code in found if len(codes[" ".join(spelling.split()).casefold()]) == 1}
