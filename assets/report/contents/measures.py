"""The measures, where they are taken, and how far they are."""

from __future__ import annotations

from collections.abc import Sequence

from assets.indicators.printing import SYMBOLS
from assets.report.contents.by_unit import in_order
from assets.report.document import Cell, Column, Figure, Paragraph, Section, Table
from assets.report.document import Row as Line
from assets.report.reading import Reading, Row
from schemas.tables.code_words import PROGRESS


def measures(reading: Reading) -> Section | None:
    """The section on measures, or none where the release has none."""
    rows = reading.rows("measures", reading.cycle.reporting_year)
    if not rows:
        return None
    units = in_order(reading, [row["unit"] for row in rows])
    columns = (Column("measure", reading.say("Maatregel", "Measure")), *(Column(unit, unit) for unit in units))
    year = reading.cycle.reporting_year
    caption = reading.say(f"Voortgang van de maatregelen over {year}", f"Progress of the measures over {year}")
    table = Table("table-measures", caption, columns, tuple(_lines(reading, rows, units)))
    empty = reading.say(
        "Waar een cel leeg is, heeft de eenheid die maatregel niet.",
        "Where a cell is empty, the unit does not have that measure.",
    )
    return Section(
        "measures", reading.say("Maatregelen en voortgang", "Measures and progress"), (table, Paragraph(empty))
    )


def _lines(reading: Reading, rows: Sequence[Row], units: Sequence[str]) -> list[Line]:
    lines = []
    for theme in reading.themes:
        of_theme = [row for row in rows if row["theme"] == theme]
        if of_theme:
            lines.append(Line((reading.theme(theme),), "heading"))
        by_cell = {(row["measure"], row["unit"]): row for row in of_theme}
        for measure in dict.fromkeys(row["measure"] for row in of_theme):
            name = next(row[f"measure_{reading.language}"] for row in of_theme if row["measure"] == measure)
            cells = (_cell(reading, by_cell.get((measure, unit))) for unit in units)
            lines.append(Line((f"{name[:1].upper()}{name[1:]}", *cells)))
    return lines


def _cell(reading: Reading, row: Row | None) -> Cell:
    """How far a unit is with a measure; nothing where it does not have it."""
    if row is None:
        return ""
    if row["status"] != "ok" or row["progress"] is None:
        status = row["status"] if row["status"] != "ok" else "not_available"
        text = SYMBOLS[status][reading.language]
        return Figure(text, None, "text", 0, row["figure_id"], "progress", status)
    return Figure(reading.word(PROGRESS, row["progress"]), None, "text", 0, row["figure_id"], "progress")
