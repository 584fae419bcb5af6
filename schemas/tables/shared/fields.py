"""Fields of more than one table, so that a unit or a theme is described the same way everywhere."""

from __future__ import annotations

from decimal import Decimal

from schemas.contract import Clock, Field, Kind
from schemas.tables.shared.code_words import HIDDEN_BY, SPREAD_SHOWN
from schemas.words import Words

FIRST_YEAR = Decimal(2000)
LAST_YEAR = Decimal(2100)

LEVELS = ("Ba", "Ma")


def unit(*, nullable: bool = False) -> Field:
    """The faculty or institute; null stands for the whole institution where the table says so."""
    return Field(
        "unit",
        Kind.TEXT,
        "eenheid (faculteit of instituut)",
        "unit (faculty or institute)",
        "U1",
        "Eenheid",
        "Unit",
        nullable=nullable,
        code_list="units",
        identifier=Words("een eenheid", "a unit"),
    )


def hidden_by() -> Field:
    """The rule that hid a suppressed figure; null for any other."""
    return Field(
        "hidden_by",
        Kind.TEXT,
        "bepaling die een onderdrukt cijfer verbergt",
        "rule that hid a suppressed figure",
        "few_people",
        nullable=True,
        codes=tuple(HIDDEN_BY),
        code_labels=HIDDEN_BY,
    )


def notes(name: str, nl: str, en: str, *, lists: bool = True) -> tuple[Field, Field, Field]:
    """What is said of a figure, in a column per language; and the column of before, with both in one text.

    That one has several things each in both languages if it `lists` them, and else all of them in one language first.
    """
    texts = tuple(
        Field(f"{name}_{to}", Kind.TEXT, f"{nl} ({to})", f"{en} ({to})", "x", nullable=True) for to in ("nl", "en")
    )
    columns = (texts[0].name, texts[1].name)
    gone = Words(f"vervalt: gebruik {columns[0]} en {columns[1]}", f"deprecated: use {columns[0]} and {columns[1]}")
    joined = Field(
        name,
        Kind.TEXT,
        f"{nl}; {gone.nl}",
        f"{en}; {gone.en}",
        "x / x",
        nullable=True,
        joins=columns,
        lists=lists,
    )
    return joined, texts[0], texts[1]


def without() -> Field:
    """The units that a figure over several units goes without; null where it is whole."""
    return Field(
        "without",
        Kind.TEXT,
        "eenheden waar het cijfer zonder is; ? is een rij van een onbekende eenheid; leeg waar het heel is",
        "units that the figure goes without; ? is a row of an unknown unit; empty where it is whole",
        "U1",
        nullable=True,
    )


def spread_shown() -> Field:
    """How much of the spread of answers is shown; null where there is none, or the figure is hidden."""
    return Field(
        "spread_shown",
        Kind.TEXT,
        "hoe de spreiding is getoond, en wat erop berust (interval, verschil, mediaan)",
        "how the spread is shown, and what rests on it (interval, change, median)",
        "exact",
        nullable=True,
        codes=tuple(SPREAD_SHOWN),
        code_labels=SPREAD_SHOWN,
    )


def theme(*, nullable: bool = False) -> Field:
    """The theme of the quality agreements; null stands for all themes together where the table says so."""
    return Field(
        "theme",
        Kind.TEXT,
        "thema van de kwaliteitsafspraken",
        "theme of the quality agreements",
        "T1",
        "Thema",
        "Theme",
        nullable=nullable,
        code_list="themes",
        identifier=Words("een thema", "a theme"),
    )


def measure() -> Field:
    """The measure (maatregel): what a unit does with the money within a theme."""
    return Field(
        "measure",
        Kind.TEXT,
        "maatregel",
        "measure",
        "M1",
        "Maatregel",
        "Measure",
        code_list="measures",
        identifier=Words("een maatregel", "a measure"),
    )


def programme(*, nullable: bool = False) -> Field:
    """The programme by its code in the national register (CROHO)."""
    return Field(
        "programme",
        Kind.TEXT,
        "opleidingscode (CROHO)",
        "programme code (CROHO)",
        "P1",
        "Opleiding",
        "Programme",
        nullable=nullable,
        code_list="programmes",
        identifier=Words("een opleidingscode", "a programme code"),
    )


def academic_year() -> Field:
    """The academic year, `2019-2020`."""
    return Field(
        "academic_year",
        Kind.TEXT,
        "studiejaar, als 2019-2020",
        "academic year, as 2019-2020",
        "2019-2020",
        "Studiejaar",
        "Academic year",
        code_list="academic_years",
        clock=Clock.ACADEMIC_YEAR,
    )


def reporting_year() -> Field:
    """The calendar year that is reported on (verslagjaar)."""
    return Field(
        "reporting_year",
        Kind.INTEGER,
        "verslagjaar",
        "reporting year",
        2020,
        "Verslagjaar",
        "Reporting year",
        minimum=FIRST_YEAR,
        maximum=LAST_YEAR,
        clock=Clock.REPORTING_YEAR,
    )


def bfr_round(*, nullable: bool = False) -> Field:
    """The financial round within a year (BFR), of those that the institution has."""
    return Field(
        "round",
        Kind.INTEGER,
        "BFR-ronde binnen het jaar",
        "BFR round within the year",
        3,
        "BFR",
        "BFR",
        nullable=nullable,
        minimum=Decimal(1),
        maximum=Decimal(12),
        highest_of="rounds",
        clock=Clock.ROUND,
    )


def cycle() -> Field:
    """The cycle of the release, `2021-03`."""
    return Field("cycle", Kind.TEXT, "cyclus, als 2021-03", "cycle, as 2021-03", "2021-03")


def money(
    name: str,
    nl: str,
    en: str,
    label_nl: str = "",
    label_en: str = "",
    *,
    nullable: bool = False,
    minimum: Decimal | None = None,
) -> Field:
    """An exact amount in euro."""
    return Field(
        name,
        Kind.MONEY,
        nl,
        en,
        Decimal("1250.00"),
        label_nl,
        label_en,
        nullable=nullable,
        minimum=minimum,
        unit_of_measure="EUR",
    )


def figure_id() -> Field:
    """The id by which a figure is named and its evidence is found."""
    return Field(
        "figure_id", Kind.TEXT, "kenmerk van het cijfer", "id of the figure", "2021-03:indicator:2020:x:all:all"
    )
