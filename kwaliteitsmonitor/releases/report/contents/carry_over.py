"""What is left of a year and stays available in the next."""

from __future__ import annotations

from dataclasses import replace

from kwaliteitsmonitor.releases.report.contents.by_unit import matrix
from kwaliteitsmonitor.releases.report.contents.columns import Columns, is_total
from kwaliteitsmonitor.releases.report.document.model import Block, Section, Table
from kwaliteitsmonitor.releases.report.document.reading import Reading
from kwaliteitsmonitor.releases.report.document.table_spec import TableSpec
from schemas.rows import CarryOverRow, SpendingOverviewRow


def carry_over(reading: Reading) -> Section | None:
    """The section on what is carried over, or `None` if the release has no figure of it."""
    blocks: tuple[Block, ...] = tuple(table for table in (_available(reading), _left_over(reading)) if table)
    title = reading.say("Meegenomen naar een volgend jaar", "Carried over to a next year")
    return Section("carry-over", title, blocks) if blocks else None


def _available(reading: Reading) -> Table | None:
    """What the themes had available, and what of it is left."""
    columns = Columns.of(reading, SpendingOverviewRow)
    say, year = reading.say, reading.cycle.spending_year
    rows = reading.rows(SpendingOverviewRow, year)
    carried = year != reading.profile.institution.first_year  # before the first year there is nothing to carry over
    if all(row["left_over"] is None and (row["carried_over"] is None or not carried) for row in rows):
        return None  # it would hold nothing but what stands in the table of spending
    before = columns.money("carried_over", say(f"Meegenomen uit {year - 1}", f"Carried over from {year - 1}"))
    left_over = columns.money("left_over")
    available = (
        columns.theme(),
        columns.money("budget").noting(reading.notes),
        *([before] if carried else []),
        columns.money("available"),
        columns.money("realised"),
        left_over if carried else replace(left_over, formula="available - realised"),
    )
    caption = say(f"Beschikbaar en over in {year}", f"Available and left over in {year}")
    return TableSpec("table-available", caption, available, is_total).table(rows)


def _left_over(reading: Reading) -> Table | None:
    """What each unit has left per theme at the end of the newest year that is closed."""
    rows = reading.rows(CarryOverRow)
    if all(row["left_over"] is None for row in rows):
        return None
    year = max(row["from_year"] for row in rows)
    of_year = [row for row in rows if row["from_year"] == year]
    of_themes = [row for row in reading.rows(SpendingOverviewRow, year) if row["theme"] is not None]
    unit, theme = reading.house.unit, reading.house.theme
    caption = reading.say(
        f"Over van {year} en beschikbaar in {year + 1}, per {unit} en {theme}",
        f"Left of {year} and available in {year + 1}, per {unit} and {theme}",
    )
    return matrix(reading, "table-left-over", caption, of_year, of_themes, "left_over")
