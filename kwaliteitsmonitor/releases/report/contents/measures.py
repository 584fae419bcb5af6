"""The measures, where they are taken, and how far they are."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from kwaliteitsmonitor.methods.figures.house_words import heading
from kwaliteitsmonitor.methods.figures.printing import SYMBOLS
from kwaliteitsmonitor.releases.report.contents.by_unit import of_group, side_by_side
from kwaliteitsmonitor.releases.report.contents.columns import Columns
from kwaliteitsmonitor.releases.report.document.model import Figure, Paragraph, Section, Table
from kwaliteitsmonitor.releases.report.document.reading import Reading
from kwaliteitsmonitor.releases.report.document.table_spec import Beside, ColumnSpec, TableSpec
from schemas.rows import MeasuresRow
from schemas.tables.shared.code_words import PROGRESS


def measures(reading: Reading) -> Section | None:
    """The section on measures, or `None` if the release has none, or nobody delivers how far they are."""
    year, house, say = reading.cycle.reporting_year, reading.house, reading.say
    rows = reading.rows(MeasuresRow, year)
    delivered = reading.profile.uses("faculty_measures") or any(row["progress"] for row in rows)
    if not rows or not delivered:
        return None
    caption = say(f"Voortgang van de {house.measures} over {year}", f"Progress of the {house.measures} over {year}")
    groups = side_by_side(reading, [row["unit"] for row in rows])
    tables = [
        _table(
            reading, f"table-measures{f'-{number}' if number else ''}", of_group(caption, group, groups), rows, group
        )
        for number, group in enumerate(groups)
    ]
    empty = say(
        f"Een cel is leeg waar een {house.unit} een {house.measure} niet heeft.",
        f"A cell is empty where a {house.unit} does not have a {house.measure}.",
    )
    remark = [Paragraph(empty)] if any("" in line.cells for table in tables for line in table.rows) else []
    title = heading(say(f"{house.measures} en voortgang", f"{house.measures} and progress"))
    explained = [row for theme in reading.themes for row in rows if row["theme"] == theme and row.get("explanation")]
    return Section("measures", title, (*tables, *remark, *([_explained(reading, explained)] if explained else [])))


def _table(reading: Reading, identity: str, caption: str, rows: Sequence[MeasuresRow], units: Sequence[str]) -> Table:
    """How far some units are, with the measures that at least one of them has."""
    columns = Columns[MeasuresRow](reading)
    name = columns.cells("measure", heading(reading.house.measure), lambda row: heading(_named(reading, row)))
    progress = (_progress(reading, unit).at(unit, unit) for unit in units)
    own = [row for row in rows if row["unit"] in units]
    return TableSpec(identity, caption, (name.of_any(), *progress)).table(_lines(reading, own))


def _lines(reading: Reading, rows: Sequence[MeasuresRow]) -> Iterator[Beside[MeasuresRow] | str]:
    """The themes, each with its measures by unit."""
    for theme in reading.themes:
        of_theme = [row for row in rows if row["theme"] == theme]
        if of_theme:
            yield reading.theme(theme)
        for measure in dict.fromkeys(row["measure"] for row in of_theme):
            yield {row["unit"]: row for row in of_theme if row["measure"] == measure}


def _explained(reading: Reading, rows: Sequence[MeasuresRow]) -> Table:
    """What units say of the progress of their measures, in the order of the table."""
    columns, units = Columns[MeasuresRow](reading), list(reading.units)
    lines: list[MeasuresRow | str] = []
    for measure in dict.fromkeys((row["theme"], row["measure"]) for row in rows):
        of_measure = [row for row in rows if (row["theme"], row["measure"]) == measure]
        lines.append(heading(_named(reading, of_measure[0])))
        of_measure.sort(key=lambda row: units.index(row["unit"]))
        lines.extend(of_measure)
    caption = reading.say("Voortgang in een zin", "Progress in a sentence")
    explained = (columns.unit(), _progress(reading, reading.say("Voortgang", "Progress")), columns.text("explanation"))
    return TableSpec("table-measures-told", caption, explained).table(lines)


def _named(reading: Reading, row: MeasuresRow) -> str:
    return reading.say(row["measure_nl"], row["measure_en"])


def _progress(reading: Reading, title: str) -> ColumnSpec[MeasuresRow]:
    """How far a unit is with a measure."""

    def cell(row: MeasuresRow) -> Figure:
        status = row["status"] if row["status"] != "ok" or row["progress"] else "not_available"
        text = reading.word(PROGRESS, row["progress"]) if status == "ok" else SYMBOLS[status][reading.language]
        return Figure(text, None, "text", 0, row["figure_id"], "progress", status)

    return Columns[MeasuresRow](reading).cells("progress", title, cell)
