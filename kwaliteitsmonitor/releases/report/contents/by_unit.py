"""Spending per unit: the totals of each unit, and what each realised per theme."""

from __future__ import annotations

from collections.abc import Sequence

from kwaliteitsmonitor.methods.figures.house_words import heading
from kwaliteitsmonitor.methods.figures.printing import SYMBOLS
from kwaliteitsmonitor.releases.format.reader import Row
from kwaliteitsmonitor.releases.report.contents.showing import Notes, amounts, fraction, money, shares
from kwaliteitsmonitor.releases.report.document.model import Cell, Column, Paragraph, Section, Table
from kwaliteitsmonitor.releases.report.document.model import Row as Line
from kwaliteitsmonitor.releases.report.document.reading import Reading

BESIDE = 12
"""So many units stand beside each other in a table: more columns cannot be read."""


def by_unit(reading: Reading) -> Section | None:
    """The section on spending per unit, or `None` if the release has no figure of it."""
    year = reading.cycle.spending_year
    rows = reading.rows("spending_by_unit", year)
    if not rows:
        return None
    whole = reading.rows("spending_overview", year)
    title = reading.say(f"Besteding per {reading.house.unit}", f"Spending per {reading.house.unit}")
    tables = (_totals(reading, rows, whole, year), _realised(reading, rows, whole, year))
    codes = names(reading, [row["unit"] for row in rows])
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


def matrix(reading: Reading, rows: Sequence[Row], total: Sequence[Row], name: str, notes: Notes) -> tuple[Line, ...]:
    """An amount of each unit per theme, and over all units; a theme in which a unit has no money does not apply."""
    by_cell = {(row["unit"], row["theme"]): row for row in rows}
    themes = _themes(reading, rows)
    no = SYMBOLS["not_applicable"][reading.language]
    lines = []
    for unit in in_order(reading, [row["unit"] for row in rows]):
        cells: list[Cell] = [unit]
        for theme in themes:
            row = by_cell.get((unit, theme))
            marks = notes.keys(reading.halves(row["note"])) if row is not None else ()
            cells.append(no if row is None else money(reading, row, name, marks))
        lines.append(Line(tuple(cells)))
    by_theme = {row["theme"]: row for row in total}
    if all(theme in by_theme for theme in themes):
        sums = (money(reading, by_theme[theme], name) for theme in themes)
        lines.append(Line((reading.say("Totaal", "Total"), *sums), "total"))
    return tuple(lines)


def theme_columns(reading: Reading, rows: Sequence[Row]) -> tuple[Column, ...]:
    """The columns of a table of units by themes."""
    total = reading.say("Totaal", "Total")
    of_themes = (
        amounts(reading, theme or "total", reading.theme(theme) if theme else total) for theme in _themes(reading, rows)
    )
    return (Column("unit", heading(reading.house.unit)), *of_themes)


def _themes(reading: Reading, rows: Sequence[Row]) -> list[str | None]:
    """The themes of which there are rows, in the order of the profile, and `None` for the total if there is one."""
    themes = {row["theme"] for row in rows}
    return [*(theme for theme in reading.themes if theme in themes), *([None] if None in themes else [])]


def _totals(reading: Reading, rows: Sequence[Row], whole: Sequence[Row], year: int) -> Table:
    say = reading.say
    columns = (
        Column("unit", heading(reading.house.unit)),
        amounts(reading, "budget", say("Begroot", "Budget")),
        amounts(reading, "realised", say("Gerealiseerd", "Realised")),
        amounts(reading, "difference", say("Verschil", "Difference"), "{realised} - {budget}"),
        shares("difference_pct", say("Verschil t.o.v. begroot", "Difference vs budget"), "{difference} / {budget}"),
        shares(
            "realised_pct_of_budget", say("Gerealiseerd t.o.v. begroot", "Realised vs budget"), "{realised} / {budget}"
        ),
    )
    notes = Notes()
    of_units = {row["unit"]: row for row in rows if row["theme"] is None}
    lines = [_line(reading, unit, of_units[unit], notes) for unit in in_order(reading, list(of_units))]
    lines.extend(_line(reading, say("Totaal", "Total"), row, notes, "total") for row in whole if row["theme"] is None)
    unit = reading.house.unit
    caption = say(f"Besteding per {unit} in {year}", f"Spending per {unit} in {year}")
    return Table("table-units", caption, columns, tuple(lines), notes.by_key)


def _line(reading: Reading, name: str, row: Row, notes: Notes, kind: str = "body") -> Line:
    cells = (
        name,
        money(reading, row, "budget", notes.keys(reading.halves(row["note"]))),
        money(reading, row, "realised"),
        money(reading, row, "difference"),
        fraction(reading, row, "difference_pct"),
        fraction(reading, row, "realised_pct_of_budget"),
    )
    return Line(cells, "total" if kind == "total" else "body")


def _realised(reading: Reading, rows: Sequence[Row], whole: Sequence[Row], year: int) -> Table:
    notes = Notes()
    unit, theme = reading.house.unit, reading.house.theme
    caption = reading.say(f"Gerealiseerd per {unit} en {theme} in {year}", f"Realised per {unit} and {theme} in {year}")
    lines = matrix(reading, rows, whole, "realised", notes)
    return Table("table-units-themes", caption, theme_columns(reading, rows), lines, notes.by_key)
