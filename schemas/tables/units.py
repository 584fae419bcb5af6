"""The units of an institution as a release knows them: what is part of what, when each was there, what it became."""

from __future__ import annotations

from schemas.contract import Field, Kind, Layer, Table
from schemas.tables.evaluation_results import STATUS
from schemas.tables.shared.fields import bfr_round, cycle, figure_id, money, notes, reporting_year, theme, unit


def _unit(name: str, nl: str, en: str, *, nullable: bool = False) -> Field:
    return Field(name, Kind.TEXT, nl, en, "U1", nullable=nullable, code_list="units")


def _text(name: str, nl: str, en: str, example: str, *, nullable: bool = False) -> Field:
    return Field(name, Kind.TEXT, nl, en, example, nullable=nullable)


def _year(name: str, nl: str, en: str, *, nullable: bool = False) -> Field:
    return Field(name, Kind.INTEGER, nl, en, 2020, nullable=nullable)


def _fraction(name: str, nl: str, en: str) -> Field:
    return Field(name, Kind.NUMBER, nl, en, 0.5, nullable=True, unit_of_measure="fraction")


UNITS = Table(
    "units",
    Layer.PUBLISHED,
    "de eenheden: waar elk onder valt en in welke verslagjaren zij er was",
    "the units: what each is part of, and in which reporting years it was there",
    (
        unit(),
        _text("unit_nl", "naam van de eenheid", "name of the unit in Dutch", "Faculteit"),
        _text("unit_en", "naam van de eenheid in het Engels", "name of the unit", "Faculty"),
        _unit("parent", "eenheid waarvan zij deel is", "unit of which it is a part", nullable=True),
        _year("valid_from", "eerste verslagjaar; leeg van het begin af", "first reporting year", nullable=True),
        _year("valid_until", "laatste verslagjaar; leeg zolang zij er is", "last reporting year", nullable=True),
    ),
    key=("unit",),
)

UNIT_CHANGES = Table(
    "unit_changes",
    Layer.PUBLISHED,
    "wat een eenheid werd die samenging, splitste of een andere naam kreeg",
    "what a unit became that merged, split or got another name",
    (
        _unit("unit", "eenheid die er niet meer is", "unit that is no longer there"),
        _unit("becomes", "eenheid die zij werd, geheel of voor een deel", "unit that it became, in whole or in part"),
        _year("from_year", "eerste verslagjaar daarna", "first reporting year after"),
    ),
    key=("unit", "becomes"),
)

SPENDING_BY_PARENT = Table(
    "spending_by_parent",
    Layer.PUBLISHED,
    "besteding van eenheden met hun onderdelen; leeg thema is het totaal. Tel dit niet op bij spending_by_unit",
    "spending of units with all their parts; a null theme is the total. Not to be added to spending_by_unit",
    (
        reporting_year(),
        cycle(),
        bfr_round(),
        unit(),
        theme(nullable=True),
        Field("units", Kind.INTEGER, "aantal eenheden in de som", "number of units in the sum", 3, nullable=True),
        money("budget", "begroot", "budget", nullable=True),
        money("realised", "gerealiseerd", "realised", nullable=True),
        money("forecast", "verwacht tot jaareinde", "forecast to year end", nullable=True),
        money("difference", "gerealiseerd min begroot", "realised minus budget", nullable=True),
        _fraction("difference_pct", "verschil als deel van begroot", "difference as a fraction of budget"),
        _fraction("realised_pct_of_budget", "gerealiseerd als deel van begroot", "realised as a fraction of budget"),
        STATUS,
        *notes("note", "opmerking bij het cijfer", "note on the figure"),
        figure_id(),
    ),
    key=("figure_id",),
)

OF_UNITS: tuple[Table, ...] = (UNITS, UNIT_CHANGES, SPENDING_BY_PARENT)
