"""What is left of a year and stays available in the next."""

from __future__ import annotations

from kwaliteitsmonitor.methods.figures.house_words import heading
from kwaliteitsmonitor.releases.report.contents.by_unit import matrix, theme_columns
from kwaliteitsmonitor.releases.report.contents.showing import Notes, amounts, money
from kwaliteitsmonitor.releases.report.document.model import Block, Column, Section, Table
from kwaliteitsmonitor.releases.report.document.model import Row as Line
from kwaliteitsmonitor.releases.report.document.reading import Reading


def carry_over(reading: Reading) -> Section | None:
    """The section on what is carried over, or `None` if the release has no figure of it."""
    tables = (_available(reading), _left_over(reading))
    blocks: tuple[Block, ...] = tuple(table for table in tables if table is not None)
    if not blocks:
        return None
    return Section("carry-over", reading.say("Meegenomen naar een volgend jaar", "Carried over to a next year"), blocks)


def _available(reading: Reading) -> Table | None:
    """What the themes had available, and what of it is left."""
    say, year = reading.say, reading.cycle.spending_year
    rows = reading.rows("spending_overview", year)
    first = year == reading.profile.institution.first_year
    carried = () if first else ("carried_over",)
    if all(row[name] is None for row in rows for name in (*carried, "left_over")):
        return None  # it would hold nothing but what stands in the table of spending
    of_before = amounts(reading, "carried_over", say(f"Meegenomen uit {year - 1}", f"Carried over from {year - 1}"))
    columns = (
        Column("theme", heading(reading.house.theme)),
        amounts(reading, "budget", say("Begroot", "Budget")),
        *([of_before] if carried else []),  # before the first year there is none
        amounts(reading, "available", say("Beschikbaar", "Available"), "{budget} + {carried_over}" if carried else ""),
        amounts(reading, "realised", say("Gerealiseerd", "Realised")),
        amounts(reading, "left_over", say("Over", "Left over"), "{available} - {realised}"),
    )
    notes = Notes()
    lines = tuple(
        Line(
            (
                reading.theme(row["theme"]) if row["theme"] else say("Totaal", "Total"),
                money(reading, row, "budget", notes.keys(reading.halves(row["note"]))),
                *(money(reading, row, name) for name in (*carried, "available", "realised", "left_over")),
            ),
            "body" if row["theme"] else "total",
        )
        for row in rows
    )
    caption = say(f"Beschikbaar en over in {year}", f"Available and left over in {year}")
    return Table("table-available", caption, columns, lines, notes.by_key)


def _left_over(reading: Reading) -> Table | None:
    """What each unit has left per theme at the end of the newest year that is closed."""
    rows = reading.rows("carry_over")
    if all(row["left_over"] is None for row in rows):
        return None
    year = max(row["from_year"] for row in rows)
    of_year = [row for row in rows if row["from_year"] == year]
    notes = Notes()
    total = [row for row in reading.rows("spending_overview", year) if row["theme"] is not None]
    lines = matrix(reading, of_year, total, "left_over", notes)
    unit, theme = reading.house.unit, reading.house.theme
    caption = reading.say(
        f"Over van {year} en beschikbaar in {year + 1}, per {unit} en {theme}",
        f"Left of {year} and available in {year + 1}, per {unit} and {theme}",
    )
    return Table("table-left-over", caption, theme_columns(reading, of_year), lines, notes.by_key)
