"""How a table is declared: fields, codes, ranges and rules, once.

From one `Table` come the pyarrow schema, the Great Expectations suite, the SQLAlchemy table, the Frictionless
descriptor and the data dictionary (`schemas.exports`), and Dagster's column schema and checks (`assets`).
A table whose codes depend on the institution (its units, say) names the code list; `Table.bind` fills it in.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from enum import StrEnum

from schemas.consequences import Costs
from schemas.consequences import Severity as Severity
from schemas.words import Words, within
from schemas.written import bounds


class Kind(StrEnum):
    """The type of a field. Money and other decimals are exact; nothing here is a binary fraction but `NUMBER`."""

    TEXT = "text"
    INTEGER = "integer"
    DECIMAL = "decimal"
    MONEY = "money"
    NUMBER = "number"
    DATE = "date"
    BOOLEAN = "boolean"


class Layer(StrEnum):
    """Where in the flow a table belongs: `kept` is between steps, `sector` is of several institutions together."""

    DELIVERED = "delivered"
    FACTS = "facts"
    KEPT = "kept"
    PUBLISHED = "published"
    SECTOR = "sector"


class Aspect(StrEnum):
    """What a constraint looks at. Staging checks `TYPE` and `COLUMN`; Great Expectations checks all others."""

    COLUMN = "column"
    TYPE = "type"
    REQUIRED = "required"
    CODES = "codes"
    RANGE = "range"
    UNIQUE = "unique"
    AT_MOST = "at_most"


class Clock(StrEnum):
    """What a field says again of the period for which its row was delivered, so that it must say the same.

    `reference_date` is the day of the period on which its table is counted, `plan_year` any year of the plan that is
    accounted for.
    """

    ACADEMIC_YEAR = "academic_year"
    REPORTING_YEAR = "reporting_year"
    ROUND = "round"
    REFERENCE_DATE = "reference_date"
    PLAN_YEAR = "plan_year"


@dataclass(frozen=True)
class Window:
    """When a date is likely to lie: a row with another one stays, and its sender is told.

    `around` is the field of the same row that names the period, empty for the years of the plan; `before` and `after`
    are months before it begins and after it ends, none for no bound. The date lies not after `not_after`, another date
    of the row, and not after the day on which the delivery came in: it is of something that has happened.
    """

    around: str = ""
    before: int | None = None
    after: int | None = None
    not_after: str = ""


Scalar = str | int | Decimal | float | date | bool


@dataclass(frozen=True)
class Field:
    """One column.

    `codes` is a closed set of values, `code_labels` what people call them, which a delivery may hold as well;
    `code_list` names a list of the profile that is filled in by `Table.bind`.
    `minimum` and `maximum` are inclusive; `highest_of` names a list of numbers of the profile, of which the highest is
    the maximum once `Table.bind` knows it. `personal` values never leave staging unmasked; `open_text` is not read past
    staging; `as_typed` is published as somebody typed it, and what we tell who types there says so. `clock` says what
    of the delivery's period it repeats, `window` when a date is likely to lie. `label_nl`
    and `label_en` are the headers that a workbook shows. `example` is a value that satisfies the field by itself, in
    any institution where there is no `code_list`.

    `identifier` is what the value of a text is called that names somebody or something (*een studentnummer*): what a
    spreadsheet made of such a name is told from the name (`schemas.identifiers`). Of one with `case_matters` capitals
    tell two apart. `empty_where` says of which rows it has none: those where another field holds the given value.
    `known_list` names a list of the profile of values that are right whatever they look like, which `Table.bind` fills
    in as `known`.

    `measured_by` names the field of the same row whose code says what the number measures, and the field of its year: a
    share, which may be written as a percentage, or a count, which may not. `says_percent` is for such a field: its
    words may end in the sign, as `Uitval (%)`. What is `rounded` may have more digits than are kept: a share that a
    spreadsheet computed.

    `joins` names the fields in Dutch and in English of the same row that it says again as one text. Such a field is
    deprecated: it is left out of the next format. Where those are `lists` of things that are said, it has each thing in
    both languages.
    """

    name: str
    kind: Kind
    nl: str
    en: str
    example: Scalar
    label_nl: str = ""
    label_en: str = ""
    nullable: bool = False
    codes: tuple[str, ...] = ()
    code_labels: Mapping[str, Words] = field(default_factory=dict, hash=False)
    code_list: str = ""
    minimum: Decimal | None = None
    maximum: Decimal | None = None
    highest_of: str = ""
    decimals: int | None = None
    unit_of_measure: str = ""
    personal: bool = False
    open_text: bool = False
    as_typed: bool = False
    clock: Clock | None = None
    window: Window | None = None
    identifier: Words | None = None
    case_matters: bool = False
    empty_where: Mapping[str, str] = field(default_factory=dict, hash=False)
    known_list: str = ""
    known: tuple[str, ...] = ()
    measured_by: tuple[str, str] | None = None
    says_percent: bool = False
    rounded: bool = False
    joins: tuple[str, str] | None = None
    lists: bool = False

    @property
    def label(self) -> Words:
        """What people call the column: its header in a workbook, or what its description begins with."""
        nl, en = (text.partition(";")[0].partition(" (")[0] for text in (self.nl, self.en))
        return Words(self.label_nl or nl, self.label_en or en)

    @property
    def is_year(self) -> bool:
        """Whether its numbers name years, which are written without a sign for thousands."""
        return self.kind is Kind.INTEGER and (self.clock is not None or self.name.endswith("year"))

    @property
    def scale(self) -> int:
        """Digits after the decimal point of an exact decimal: 2 for money, 4 unless the field says otherwise."""
        if self.decimals is not None:
            return self.decimals
        return 2 if self.kind is Kind.MONEY else 4

    @property
    def code_aliases(self) -> Mapping[str, str]:
        """The code for each word, in either language, that people have for it."""
        return {word: code for code, words in self.code_labels.items() for word in (words.nl, words.en)}


@dataclass(frozen=True)
class Unique:
    """No two rows agree on `fields`, among the rows where every column of `where` has the given value.

    A field of `unless` tells rows apart only where the field that it names is empty: a course is the same course
    whatever the programme of who answered, and without a course it is the programme that is judged.
    """

    id: str
    fields: tuple[str, ...]
    nl: str
    en: str
    where: Mapping[str, str | bool] = field(default_factory=dict)
    quarantines: bool = True
    unless: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class AtMost:
    """In each row `lower` is at most `upper`; a row in which either is empty passes."""

    id: str
    lower: str
    upper: str
    nl: str
    en: str
    quarantines: bool = True


Rule = Unique | AtMost


@dataclass(frozen=True)
class Constraint:
    """One thing that must hold, with its id (`table.field.aspect` or `table.rule`) and what it costs where it does not.

    Every constraint of a table, whether it comes from a field or a rule, takes this form, so that staging, Great
    Expectations, the checks and the dictionary speak of the same thing by the same id. Rows that fail one with
    `quarantines` are set aside; others are shown and stay.
    """

    id: str
    aspect: Aspect
    fields: tuple[str, ...]
    costs: Costs
    nl: str
    en: str
    quarantines: bool = True
    codes: tuple[str, ...] = ()
    minimum: Decimal | None = None
    maximum: Decimal | None = None
    where: Mapping[str, str | bool] = field(default_factory=dict)
    unless: Mapping[str, str] = field(default_factory=dict)

    @property
    def severity(self) -> Severity:
        """How bad it is where it does not hold, by what it costs."""
        return self.costs.severity


@dataclass(frozen=True)
class Reference:
    """What stands in some fields, where it does, stands in these of another table of the same release."""

    fields: tuple[str, ...]
    table: str
    to: tuple[str, ...]


@dataclass(frozen=True)
class Table:
    """A declared table.

    `key` names the fields that identify a row. `sheet` is the worksheet of a workbook that holds it. `filled` says that
    a delivery without a single row of it is not complete: the unit would be left out of a sum unnoticed.
    `other_periods` says that its rows may be about another period than that of the delivery: no `clock` is compared
    with it. `row_costs` says what a row that is set aside costs: just itself, where figures are taken over many alike,
    or the figures that need it. `references` say which of its rows are about rows of other tables. `retention` is the
    key of `retention` in profile.yaml that says how long a delivery with rows of people is kept.
    """

    name: str
    layer: Layer
    nl: str
    en: str
    fields: tuple[Field, ...]
    key: tuple[str, ...] = ()
    rules: tuple[Rule, ...] = ()
    sheet: str = ""
    filled: bool = False
    other_periods: bool = False
    row_costs: Costs = Costs.FIGURES
    references: tuple[Reference, ...] = ()
    retention: str = ""

    def __getitem__(self, name: str) -> Field:
        for candidate in self.fields:
            if candidate.name == name:
                return candidate
        raise KeyError(f"{self.name} has no field '{name}'")

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the fields, in order."""
        return tuple(f.name for f in self.fields)

    @property
    def labels(self) -> Mapping[str, Words]:
        """What people call each field, by its name."""
        return {f.name: f.label for f in self.fields}

    @property
    def personal(self) -> bool:
        """Whether any field holds values of people."""
        return any(f.personal for f in self.fields)

    def opening(self, names: Collection[str]) -> Table:
        """The table with these fields of open text read like any other, and published as they were typed."""
        opened = (f.open_text and f.name in names for f in self.fields)
        return replace(
            self,
            fields=tuple(
                replace(f, open_text=False, as_typed=True) if read else f
                for f, read in zip(self.fields, opened, strict=True)
            ),
        )

    def bind(self, code_lists: Mapping[str, tuple[str, ...]]) -> Table:
        """The same table with each `code_list` filled in from the institution's lists, and the highest of its numbers.

        Raises `KeyError` for a list of codes that the institution does not have: an unbound code would let anything
        pass. A number keeps the maximum that it has where the institution has no list for it.
        """
        return replace(self, fields=tuple(_bound(f, code_lists) for f in self.fields))

    @property
    def costs(self) -> Costs:
        """What a row that fails costs. What we make ourselves is all that a release is: where it is wrong, that is."""
        return self.row_costs if self.layer is Layer.DELIVERED else Costs.RELEASE

    def constraints(self) -> tuple[Constraint, ...]:
        """Every constraint of the table, fields first, in the order of declaration."""
        constraints: list[Constraint] = []
        for f in self.fields:
            constraints.extend(_field_constraints(self, f))
        if self.key:
            constraints.append(
                Constraint(
                    f"{self.name}.key",
                    Aspect.UNIQUE,
                    self.key,
                    self.costs,
                    *_once([self[name].label for name in self.key]),
                )
            )
        constraints.extend(_rule_constraint(self, rule) for rule in self.rules)
        return tuple(constraints)


def _once(labels: Sequence[Words]) -> tuple[str, str]:
    """That each of what these columns name has one row."""
    nl, en = (", ".join(within(one.in_language(language)) for one in labels) for language in ("nl", "en"))
    if len(labels) == 1:
        return f"elke waarde van {nl} komt één keer voor", f"each {en} is there once"
    return f"elke combinatie van {nl} komt één keer voor", f"each combination of {en} is there once"


def _bound(f: Field, code_lists: Mapping[str, tuple[str, ...]]) -> Field:
    if f.code_list:
        return replace(f, codes=code_lists[f.code_list])
    if f.known_list:
        return replace(f, known=code_lists.get(f.known_list, ()))
    numbers = [Decimal(number) for number in code_lists.get(f.highest_of, ())]
    return replace(f, maximum=max(numbers)) if numbers else f


def _field_constraints(table: Table, f: Field) -> list[Constraint]:
    def constraint(aspect: Aspect, nl: str, en: str) -> Constraint:
        return Constraint(f"{table.name}.{f.name}.{aspect}", aspect, (f.name,), table.costs, nl, en)

    nl, en = f.label.nl, f.label.en
    kind_nl, kind_en = KIND_NL[f.kind], KIND_EN[f.kind]
    constraints = [constraint(Aspect.TYPE, f"{nl} is te lezen als {kind_nl}", f"{en} reads as {kind_en}")]
    if not f.nullable:
        constraints.append(constraint(Aspect.REQUIRED, f"{nl} is ingevuld", f"{en} is filled in"))
    if f.codes or f.code_list:
        listed = constraint(Aspect.CODES, f"{nl} staat in de lijst", f"{en} is in the list")
        constraints.append(replace(listed, codes=f.codes))
    if f.minimum is not None or f.maximum is not None:
        between = bounds(f.minimum, f.maximum, grouped=not f.is_year)
        within_bounds = constraint(Aspect.RANGE, f"{nl} is {between.nl}", f"{en} is {between.en}")
        constraints.append(replace(within_bounds, minimum=f.minimum, maximum=f.maximum))
    return constraints


def _rule_constraint(table: Table, rule: Rule) -> Constraint:
    costs = table.costs if rule.quarantines or table.layer is not Layer.DELIVERED else Costs.NOTE
    if isinstance(rule, Unique):
        return Constraint(
            f"{table.name}.{rule.id}",
            Aspect.UNIQUE,
            rule.fields,
            costs,
            rule.nl,
            rule.en,
            rule.quarantines,
            where=rule.where,
            unless=rule.unless,
        )
    return Constraint(
        f"{table.name}.{rule.id}",
        Aspect.AT_MOST,
        (rule.lower, rule.upper),
        costs,
        rule.nl,
        rule.en,
        rule.quarantines,
    )


KIND_NL: Mapping[Kind, str] = {
    Kind.TEXT: "tekst",
    Kind.INTEGER: "een geheel getal",
    Kind.DECIMAL: "een getal",
    Kind.MONEY: "een bedrag in euro",
    Kind.NUMBER: "een getal",
    Kind.DATE: "een datum",
    Kind.BOOLEAN: "ja of nee",
}
KIND_EN: Mapping[Kind, str] = {
    Kind.TEXT: "text",
    Kind.INTEGER: "a whole number",
    Kind.DECIMAL: "a number",
    Kind.MONEY: "an amount in euro",
    Kind.NUMBER: "a number",
    Kind.DATE: "a date",
    Kind.BOOLEAN: "yes or no",
}
