"""Spending per unit: the totals of each unit, and what each realised per theme."""

from __future__ import annotations

from collections.abc import Sequence

from kwaliteitsmonitor.methods.figures.printing import SYMBOLS
from kwaliteitsmonitor.releases.report.contents.columns import Columns
from kwaliteitsmonitor.releases.report.document.model import Paragraph, Section, Table
from kwaliteitsmonitor.releases.report.document.reading import Reading
from kwaliteitsmonitor.releases.report.document.table_spec import Beside, TableSpec, any_of
from schemas.rows import SpendingByUnitRow, SpendingOverviewRow
from schemas.values import AnyRow

BESIDE = 12
"""So many units stand beside each other in a table: more columns cannot be read."""


def by_unit(reading: Reading) -> Section | None:
    """The section on spending per unit, or `None` if the release has no figure of it."""
    year = reading.cycle.spending_year
    rows = reading.rows(SpendingByUnitRow, year)
    if not rows:
        return None
    whole = reading.rows(SpendingOverviewRow, year)
    unit, theme = reading.house.unit, reading.house.theme
    caption = reading.say(f"Gerealiseerd per {unit} en {theme} in {year}", f"Realised per {unit} and {theme} in {year}")
    tables = (_totals(reading, rows, whole), matrix(reading, "table-units-themes", caption, rows, whole, "realised"))
    codes = names(reading, [row["unit"] for row in rows])
    title = reading.say(f"Besteding per {unit}", f"Spending per {unit}")
    return Section("units", title, (*tables, *([Paragraph(codes)] if codes else [])))


def names(reading: Reading, units: Sequence[str]) -> str:
    """The names of the codes of units, in a sentence; empty if every unit is called by its code."""
    known = [reading.units[unit] for unit in reading.units if unit in units and reading.units[unit].nl != unit]
    return "; ".join(f"{unit.id}: {reading.named(unit)}" for unit in known) + ("." if known else "")


def in_order(reading: Reading, units: Sequence[str]) -> list[str]:
    """Units, each once, in the order of the profile."""
    return [unit for unit in reading.units if unit in units]


def side_by_side(reading: Reading, units: Sequence[str]) -> list[list[str]]:
    """Units, each once and in the order of the profile, as many at a time as are columns of one table."""
    ordered = in_order(reading, units)
    return [ordered[start : start + BESIDE] for start in range(0, len(ordered), BESIDE)]


def of_group(caption: str, group: Sequence[str], groups: Sequence[Sequence[str]]) -> str:
    """The caption of one of several tables, with the units that it holds."""
    return f"{caption}: {group[0]} – {group[-1]}" if len(groups) > 1 else caption


def matrix(
    reading: Reading, identity: str, caption: str, rows: Sequence[AnyRow], whole: Sequence[AnyRow], name: str
) -> Table:
    """An amount of each unit per theme, and over all units; a theme in which a unit has no money does not apply."""
    columns, known = Columns[AnyRow](reading), {row["theme"] for row in rows}
    themes = [theme for theme in (*reading.themes, None) if theme in known]
    no = SYMBOLS["not_applicable"][reading.language]

    def noted(row: AnyRow) -> Sequence[str]:
        """What is said of the units is not said again of all of them together."""
        return () if _is_whole(row) else reading.notes(row)

    amounts = [(theme, columns.money(name, reading.theme(theme)).noting(noted)) for theme in themes]
    of_themes = (column.at(theme, theme or "total", absent=no) for theme, column in amounts)
    lines: list[Beside[AnyRow]] = [
        {row["theme"]: row for row in rows if row["unit"] == unit}
        for unit in in_order(reading, [str(row["unit"]) for row in rows])
    ]
    of_whole: dict[object, AnyRow] = {row["theme"]: row for row in whole}
    if all(theme in of_whole for theme in themes):
        lines.append(of_whole)
    spec = (columns.unit(absent=reading.total).of_any(), *of_themes)
    return TableSpec(identity, caption, spec, lambda line: _is_whole(any_of(line))).table(lines)


def _is_whole(row: AnyRow) -> bool:
    """Whether a row is over all units."""
    return "unit" not in row


def _totals(reading: Reading, rows: Sequence[SpendingByUnitRow], whole: Sequence[SpendingOverviewRow]) -> Table:
    columns, unit, year = Columns[AnyRow](reading, "spending_by_unit"), reading.house.unit, reading.cycle.spending_year
    totals = (
        columns.unit(absent=reading.total),
        columns.money("budget").noting(reading.notes),
        columns.money("realised"),
        columns.money("difference"),
        columns.fraction("difference_pct"),
        columns.fraction("realised_pct_of_budget"),
    )
    of_units = {row["unit"]: row for row in rows if row["theme"] is None}
    lines: list[AnyRow] = [of_units[unit] for unit in in_order(reading, list(of_units))]
    lines += [row for row in whole if row["theme"] is None]
    caption = reading.say(f"Besteding per {unit} in {year}", f"Spending per {unit} in {year}")
    return TableSpec("table-units", caption, totals, _is_whole).table(lines)
