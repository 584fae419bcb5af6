r"""How a table stands in the files of a sender: the column maps of a profile (`forms` of a source in `feeds.yaml`).

A file need not look like its contract. A form says, per table and for the reporting years in which it is valid, where
the headers are, which of them stands for which field, what a word in a cell means, which rows are no data and how cells
that hold several values fall apart. Where a form leaves something out, the contract's own names and labels are looked
for. Nothing is guessed: what a form does not explain is refused with its cell, and what it leaves out is counted.

An example, of a wide evaluation with a row per respondent and a column per question:

    forms:
      - table: evaluations
        valid_from: 2020
        columns: {Respondent-ID: respondent, Opleidingscode: programme}
        constants: {evaluation: course, level: Ba}
        header_ignore: ' *\[.*?\]'           # the name of a teacher, in brackets
        unpivot: {name: question, value: score}
        empty: {score: ["", "n.v.t.", "0", "6"]}

Headers, words in cells and names of sheets are compared without regard to case and to the number of spaces. A pattern
(of `skip`, `until` and `split`) has to fit a whole cell, in any case; `header_ignore` is what is taken out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import Field as Key
from pydantic import field_validator, model_validator

from schemas.profile.questions import Scale
from schemas.profile.strict import Strict, Year
from schemas.spelling import composed

Locale = Literal["nl", "en", "iso"]

PLACEHOLDER = re.compile(r"\{([^{}]+)\}")
BAND = re.compile(r"-?\d+(\.\d+)?%?", re.ASCII)
"""A number from which a word holds: `50`, `0.5` or `50%`."""
IGNORED = "ignored"
"""Groups of a split whose name begins so give no field."""


def expression(pattern: str) -> str:
    """The pattern itself. Raises `ValueError` where it is no regular expression."""
    try:
        re.compile(pattern)
    except re.error as error:
        raise ValueError(f"is no regular expression ({error})") from None
    return pattern


class Unpivot(Strict):
    """Several columns of the same thing, each of whose cells becomes a row of its own.

    A cell that `empty` names for the value, and an empty one, is no row; such cells are counted.
    """

    name: str = Key(examples=["question"])
    """The field that the header of the column becomes."""
    value: str = Key(examples=["score"])
    """The field that the cell becomes."""
    headers: dict[str, str] = Key(default={}, examples=[{"Plan *": "*"}])
    """The code for a header, with `*` for any text, which a `*` in the code repeats. Without it every header counts
    that reads as a value of `name`: a code, by itself or by another spelling, or a whole number within its range."""


class Split(Strict):
    """A cell that holds several values, as `12 (+ 9 in traject)`."""

    header: str = Key(examples=["Certificaat"])
    """The header of the column."""
    pattern: str = Key(examples=["(?P<certified>[0-9]+)( .*)?"])
    """A regular expression that fits a whole cell, whose named groups are fields. A group that takes no part gives no
    value, and one whose name begins with `ignored` gives none either."""
    example: str = Key(examples=["12 (+ 9 in traject)"])
    """A cell that fits, shown to who delivered one that does not."""

    _expression = field_validator("pattern")(expression)

    @model_validator(mode="after")
    def _fits_its_example(self) -> Split:
        if not self.fields:
            raise ValueError("the pattern has no named group; expected one for each field, as (?P<certified>\\d+)")
        if not self.compiled.fullmatch(self.example):
            raise ValueError(f"the example '{self.example}' does not fit the pattern; expected one that does")
        return self

    @property
    def compiled(self) -> re.Pattern[str]:
        """The pattern, which fits in any case."""
        return re.compile(composed(self.pattern), re.IGNORECASE)

    @property
    def fields(self) -> tuple[str, ...]:
        """The fields that the groups give."""
        return tuple(name for name in re.compile(self.pattern).groupindex if not name.startswith(IGNORED))


class Skip(Strict):
    """Rows that are no data, such as subtotals: those where the cell under `header` matches, or any cell without it."""

    matches: str = Key(examples=["(sub)?totaal.*"])
    """A regular expression that fits a whole cell."""
    header: str = Key(default="", examples=["Eenheid"])
    """The header of the column to look in; without it, any cell."""

    _expression = field_validator("matches")(expression)


class Join(Strict):
    """Columns taken from another table of the same file (a sheet, or a file in a ZIP) by a key that is unique there.

    A key that is not unique there is refused: it would multiply rows. A key that is not there gives empty cells, which
    is reported.
    """

    member: str = Key(examples=["*questions.csv"])
    """The sheet, or the file in a ZIP, with `*` for any text."""
    by: dict[str, str] = Key(min_length=1, examples=[{"question_id": "id"}])
    """The header there for a header here."""
    take: list[str] = Key(min_length=1, examples=[["label"]])
    """The headers of the columns that come along."""


class Form(Strict):
    """How one table stands in a file, in the reporting years in which that holds. See the top of this module."""

    table: str = Key(examples=["bfr"])
    """The delivered table, by its name in the data dictionary."""
    valid_from: Year | None = None
    """The first reporting year of files of this form; no two forms of a table hold in one year."""
    valid_until: Year | None = None
    """The last reporting year of files of this form."""
    sheet: str = Key(default="", examples=["Matching *"])
    """The worksheet, with `*` for any text; else the one that the contract names."""
    member: str = Key(default="", examples=["*answers.csv"])
    """The file in a ZIP, with `*` for any text."""
    header: Literal["find", "none"] | Annotated[int, Key(ge=1, le=1000)] = "find"
    """The row of the headers; `find` takes the first of fifty rows that has one for every field that must be there;
    `none` says that there are no headers, and columns are numbered `"1"`, `"2"`, and on."""
    header_rows: int = Key(default=1, ge=1, le=5)
    """So many rows of headers, read as one with a space between; merged cells count for each column they cover."""
    header_ignore: str = Key(default="", examples=["#[0-9]+"])
    """A pattern that is taken out of each header before it is compared or shown, such as the name of a teacher."""
    columns: dict[str, str] = Key(default={}, examples=[{"Realisatie t/m *": "realised"}])
    """The field that a header stands for, with `*` for any text."""
    ignored: list[str] = Key(default=[], examples=[["geslacht", "postcode*"]])
    """Headers that are known and not read; others are reported."""
    slices: dict[str, tuple[Annotated[int, Key(ge=1)], Annotated[int, Key(ge=1)]]] = Key(
        default={}, examples=[{"jaar": [10, 4]}]
    )
    """For fixed width: each header with its first position (from 1) and its length."""
    constants: dict[str, str] = Key(default={}, examples=[{"evaluation": "course"}])
    """Fields that have the same value in every row, as the contract writes it (`2020-10-01`, `0.5`)."""
    compose: dict[str, str] = Key(default={}, examples=[{"reference_date": "{jaar}-10-01"}])
    """The text of a field put together from cells. Where nobody is named in a file of answers, `respondent: "{#}"` has
    each row be somebody."""
    split: list[Split] = []
    """Cells that hold several values."""
    unpivot: Unpivot | None = None
    """Columns of the same thing, each of whose cells becomes a row."""
    joins: list[Join] = []
    """Columns taken along from another sheet or member."""
    where: dict[str, list[str]] = Key(default={}, examples=[{"1": ["BRD"]}])
    """Rows count whose cell under a header is one of these words."""
    skip: list[Skip] = []
    """Rows that are no data, such as subtotals."""
    until: str = Key(default="", examples=["bron:.*"])
    """A pattern: from the first row on whose first filled cell fits, there is no data any more."""
    fill_down: list[str] = Key(default=[], examples=[["Eenheid"]])
    """Headers under which an empty cell repeats the one above."""
    values: dict[str, dict[str, str]] = Key(default={}, examples=[{"progress": {"x": "on_course"}}])
    """Words in cells that stand for another, per field."""
    bands: dict[str, dict[str, str]] = Key(
        default={}, examples=[{"progress": {"0%": "not_started", "1%": "on_course", "100%": "done"}}]
    )
    """Numbers in cells that stand for a word, per field: each word from its number on, up to the next. With `%` behind
    them they are about cells that are percentages, without it about those that are not."""
    empty: dict[str, list[str]] = Key(default={}, examples=[{"score": ["n.v.t.", "0"]}])
    """Words in cells that stand for no value, per field."""
    scale: dict[str, Annotated[Decimal, Key(gt=0)]] = Key(default={}, examples=[{"budget": 1000}])
    """What a number is multiplied by, per field (1000 for amounts in k€, 0.01 for a percentage), and that the form
    means it so."""
    date_formats: dict[str, str] = Key(default={}, examples=[{"start_date": "%Y%m%d"}])
    """The form of dates that have another one than `2020-10-01`, per field."""
    locales: dict[str, Locale] = Key(default={}, examples=[{"value": "en"}])
    """The notation of single fields, where it is not that of the source."""
    scales: dict[str, Scale] = Key(default={}, examples=[{"methods": {"worst": 1, "best": 10}}])
    """The scale on which a question of an evaluation was asked (`"*"`: every other one), where that is not the one of
    `questions.yaml`."""

    _expressions = field_validator("header_ignore", "until")(expression)

    @field_validator("bands")
    @classmethod
    def _bands_of_numbers(cls, bands: dict[str, dict[str, str]]) -> dict[str, dict[str, str]]:
        for field, words in bands.items():
            strange = next((one for one in words if not BAND.fullmatch(one)), "")
            if strange or not words:
                raise ValueError(f"{field}: '{strange}' is no number as 50 or 50%, from which a word holds")
            if len({number.endswith("%") for number in words}) > 1:
                raise ValueError(f"{field}: some numbers are percentages and some are not; expected one of both")
        return bands

    def holds_in(self, year: int | None) -> bool:
        """Whether the form is valid in a reporting year; what has no year is read by the form without an end."""
        if year is None:
            return self.valid_until is None
        return (self.valid_from or year) <= year <= (self.valid_until or year)

    def overlaps(self, other: Form) -> bool:
        """Whether there is a reporting year in which both are valid."""
        return (self.valid_from or 0) <= (other.valid_until or 9999) and (other.valid_from or 0) <= (
            self.valid_until or 9999
        )

    @property
    def years(self) -> str:
        """The reporting years in which it is valid, as people write them."""
        if self.valid_from == self.valid_until:
            return str(self.valid_from) if self.valid_from else "any year"
        return f"{self.valid_from or '…'}-{self.valid_until or '…'}"

    def settled(self) -> Iterator[tuple[str, str]]:
        """Each field of which the form settles the value, with the key of the form that does so."""
        yield from ((name, "constants") for name in self.constants)
        yield from ((name, "compose") for name in self.compose)
        yield from ((name, "split") for one in self.split for name in one.fields)
        if self.unpivot:
            yield from ((name, "unpivot") for name in (self.unpivot.name, self.unpivot.value))

    def fields_named(self) -> dict[str, set[str]]:
        """Every field of the contract that the form names, by the key under which it stands."""
        named: dict[str, set[str]] = {"columns": set(self.columns.values())}
        for name, key in self.settled():
            named.setdefault(key, set()).add(name)
        for key in ("values", "bands", "empty", "scale", "date_formats", "locales"):
            named[key] = set(getattr(self, key))
        return named

    def headers_named(self) -> dict[str, set[str]]:
        """Every header of the file that the form names, without those that have a `*`, by the key where it stands."""
        named = {
            "columns": set(self.columns),
            "compose": {header for text in self.compose.values() for header in PLACEHOLDER.findall(text)},
            "split": {one.header for one in self.split},
            "joins": {header for join in self.joins for header in join.by},
            "where": set(self.where),
            "skip": {one.header for one in self.skip if one.header},
            "fill_down": set(self.fill_down),
        }
        return {key: {header for header in headers if "*" not in header} for key, headers in named.items()}
