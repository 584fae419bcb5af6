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

from pydantic import BaseModel, ConfigDict, field_validator, model_validator
from pydantic import Field as Key

from schemas.profile.questions import Scale

Locale = Literal["nl", "en", "iso"]
Year = Annotated[int, Key(ge=2000, le=2100)]

PLACEHOLDER = re.compile(r"\{([^{}]+)\}")
IGNORED = "ignored"
"""Groups of a split whose name begins so give no field."""


class Part(BaseModel):
    """A part of a form: refuses keys that it does not know and does not change after loading."""

    model_config = ConfigDict(extra="forbid", frozen=True)


def expression(pattern: str) -> str:
    """The pattern itself. Raises `ValueError` where it is no regular expression."""
    try:
        re.compile(pattern)
    except re.error as error:
        raise ValueError(f"is no regular expression ({error})") from None
    return pattern


class Unpivot(Part):
    """Several columns of the same thing, each of whose cells becomes a row of its own.

    The header of the column becomes the field `name` (the question, the unit), the cell the field `value`. `headers`
    gives the code for a header, with `*` for any text, which a `*` in the code repeats (`"Begroot *": "*"` takes the
    year out of the header); without it, every header counts that reads as a value of `name`: a code, by itself or by
    another spelling, or a whole number within its range. A cell that `empty` names for `value`, and an empty one, is no
    row; such cells are counted.
    """

    name: str
    value: str
    headers: dict[str, str] = {}


class Split(Part):
    r"""A cell that holds several values, as `12 (+ 9 in traject)`: a regular expression whose named groups are fields.

    `example` is shown to who delivered a cell that does not fit. A group that takes no part gives no value, and a group
    whose name begins with `ignored` gives none either.
    """

    header: str
    pattern: str
    example: str

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
        return re.compile(self.pattern, re.IGNORECASE)

    @property
    def fields(self) -> tuple[str, ...]:
        """The fields that the groups give."""
        return tuple(name for name in re.compile(self.pattern).groupindex if not name.startswith(IGNORED))


class Skip(Part):
    """Rows that are no data, such as subtotals: those where the cell under `header` matches, or any cell without it."""

    matches: str
    header: str = ""

    _expression = field_validator("matches")(expression)


class Join(Part):
    """Columns taken from another table of the same file (a sheet, or a file in a ZIP) by a key that is unique there.

    `by` pairs a header here with the header there; the columns in `take` come along. A key that is not unique there is
    refused: it would multiply rows. A key that is not there gives empty cells, which is reported.
    """

    member: str
    by: dict[str, str] = Key(min_length=1)
    take: list[str] = Key(min_length=1)


class Form(Part):
    """How one table stands in a file. See the top of this module.

    `table` is the contract. `valid_from` and `valid_until` are reporting years, inclusive.
    `sheet` names the worksheet and `member` the file in a ZIP, with `*` for any text; else the contract's sheet.
    `header` is the row of the headers; `find` takes the first row that has one for every field that must be there;
    `none` says that there are no headers, and columns are numbered `1`, `2`, … . `header_rows` rows of headers are read
    as one, joined by a space, merged cells filled in. `header_ignore` is a pattern that is taken out of each header
    before it is compared or shown.
    `columns` maps a header, with `*` for any text, to a field; `ignored` names headers that are known and not read.
    `slices` cuts a line of fixed width: header to (first position from 1, length).
    `constants` are fields that have the same value in every row, in the notation of the contract (`2020-10-01`, `0.5`).
    `compose` builds the text of a field from cells: `{Jaar}-10-01`. Where a file of answers has no id of who gave them,
    `respondent: "{#}"` has each row be somebody.
    `where` keeps the rows whose cell under a header is one of the values: the record type of a file that mixes them,
    say. `skip` are rows that are no data; `until` is a pattern: from the first row on where the first filled cell
    fits, there is no data any more. `fill_down` are headers whose empty cells repeat the one above.
    `values` translates cells per field; `empty` lists, per field, texts that stand for no value.
    `scale` multiplies a number (`1000` where amounts are in k€; `0.01` where a share is a percentage), and says that
    the form means it so. `date_formats` gives the form of dates that have another one, as `%Y%m%d`.
    `locales` gives the notation of numbers of single fields, where it is not that of the source.
    `scales` gives, per question of an evaluation (`*`: every other one), the scale in which it was asked where that is
    not the one of `questions.yaml`: `teaching_methods: {worst: 1, best: 10}`.
    """

    table: str
    valid_from: Year | None = None
    valid_until: Year | None = None
    sheet: str = ""
    member: str = ""
    header: Literal["find", "none"] | Annotated[int, Key(ge=1, le=1000)] = "find"
    header_rows: int = Key(default=1, ge=1, le=5)
    header_ignore: str = ""
    columns: dict[str, str] = {}
    ignored: list[str] = []
    slices: dict[str, tuple[Annotated[int, Key(ge=1)], Annotated[int, Key(ge=1)]]] = {}
    constants: dict[str, str] = {}
    compose: dict[str, str] = {}
    split: list[Split] = []
    unpivot: Unpivot | None = None
    joins: list[Join] = []
    where: dict[str, list[str]] = {}
    skip: list[Skip] = []
    until: str = ""
    fill_down: list[str] = []
    values: dict[str, dict[str, str]] = {}
    empty: dict[str, list[str]] = {}
    scale: dict[str, Annotated[Decimal, Key(gt=0)]] = {}
    date_formats: dict[str, str] = {}
    locales: dict[str, Locale] = {}
    scales: dict[str, Scale] = {}

    _expressions = field_validator("header_ignore", "until")(expression)

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

    def given(self) -> Iterator[tuple[str, str]]:
        """Each field that the form gives a value to, with the key of the form that does so."""
        yield from ((name, "constants") for name in self.constants)
        yield from ((name, "compose") for name in self.compose)
        yield from ((name, "split") for one in self.split for name in one.fields)
        if self.unpivot:
            yield from ((name, "unpivot") for name in (self.unpivot.name, self.unpivot.value))

    def fields_named(self) -> dict[str, set[str]]:
        """Every field of the contract that the form names, by the key under which it stands."""
        named: dict[str, set[str]] = {"columns": set(self.columns.values())}
        for name, key in self.given():
            named.setdefault(key, set()).add(name)
        for key in ("values", "empty", "scale", "date_formats", "locales"):
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
