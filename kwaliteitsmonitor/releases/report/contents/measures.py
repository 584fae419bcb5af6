"""The measures, where they are taken, and how far they are."""

from __future__ import annotations

from collections.abc import Sequence

from kwaliteitsmonitor.methods.figures.house_words import heading
from kwaliteitsmonitor.methods.figures.printing import SYMBOLS
from kwaliteitsmonitor.releases.format.reader import Row
from kwaliteitsmonitor.releases.report.contents.by_unit import of_group, side_by_side
from kwaliteitsmonitor.releases.report.document.model import Cell, Column, Figure, Paragraph, Section, Table
from kwaliteitsmonitor.releases.report.document.model import Row as Line
from kwaliteitsmonitor.releases.report.document.reading import Reading
from schemas.tables.shared.code_words import PROGRESS


def measures(reading: Reading) -> Section | None:
    """The section on measures, or `None` if the release has none, or nobody delivers how far they are."""
    rows = reading.rows("measures", reading.cycle.reporting_year)
    delivered = reading.profile.uses("faculty_measures") or any(row["progress"] for row in rows)
    if not rows or not delivered:
        return None
    year = reading.cycle.reporting_year
    house = reading.house
    caption = reading.say(
        f"Voortgang van de {house.measures} over {year}", f"Progress of the {house.measures} over {year}"
    )
    groups = side_by_side(reading, [row["unit"] for row in rows])
    tables = [
        _table(
            reading, f"table-measures{f'-{number}' if number else ''}", of_group(caption, group, groups), rows, group
        )
        for number, group in enumerate(groups)
    ]
    empty = reading.say(
        f"Een cel is leeg waar een {house.unit} een {house.measure} niet heeft.",
        f"A cell is empty where a {house.unit} does not have a {house.measure}.",
    )
    remark = [Paragraph(empty)] if any("" in line.cells for table in tables for line in table.rows) else []
    title = heading(reading.say(f"{house.measures} en voortgang", f"{house.measures} and progress"))
    explanations = _progress(reading, rows)
    return Section("measures", title, (*tables, *remark, *([explanations] if explanations else [])))


def _table(reading: Reading, identity: str, caption: str, rows: Sequence[Row], units: Sequence[str]) -> Table:
    """How far some units are, with the measures that at least one of them has."""
    own = [row for row in rows if row["unit"] in units]
    columns = (Column("measure", heading(reading.house.measure)), *(Column(unit, unit) for unit in units))
    return Table(identity, caption, columns, tuple(_lines(reading, own, units)))


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


def _progress(reading: Reading, rows: Sequence[Row]) -> Table | None:
    """What units say of the progress of their measures, in the order of the table; `None` if nobody says anything."""
    lines: list[Line] = []
    units = list(reading.units)
    explained = [row for theme in reading.themes for row in rows if row["theme"] == theme and row.get("explanation")]
    for measure in dict.fromkeys((row["theme"], row["measure"]) for row in explained):
        of_measure = [row for row in explained if (row["theme"], row["measure"]) == measure]
        lines.append(Line((heading(of_measure[0][f"measure_{reading.language}"]),), "heading"))
        for row in sorted(of_measure, key=lambda row: units.index(row["unit"])):
            lines.append(Line((row["unit"], _cell(reading, row), row["explanation"])))
    if not lines:
        return None
    house = reading.house
    columns = (
        Column("unit", heading(house.unit)),
        Column("progress", reading.say("Voortgang", "Progress")),
        Column("explanation", reading.say("Toelichting", "Explanation")),
    )
    caption = reading.say("Voortgang in een zin", "Progress in a sentence")
    return Table("table-measures-told", caption, columns, tuple(lines))


def _cell(reading: Reading, row: Row | None) -> Cell:
    """How far a unit is with a measure; nothing if it does not have it."""
    if row is None:
        return ""
    if row["status"] != "ok" or row["progress"] is None:
        status = row["status"] if row["status"] != "ok" else "not_available"
        text = SYMBOLS[status][reading.language]
        return Figure(text, None, "text", 0, row["figure_id"], "progress", status)
    return Figure(reading.word(PROGRESS, row["progress"]), None, "text", 0, row["figure_id"], "progress")
