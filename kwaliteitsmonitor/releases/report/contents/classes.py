"""How far the measures are by other classifications than the themes."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from kwaliteitsmonitor.methods.figures.house_words import heading
from kwaliteitsmonitor.methods.figures.printing import number
from kwaliteitsmonitor.releases.format.reader import Row
from kwaliteitsmonitor.releases.report.contents.showing import numbers
from kwaliteitsmonitor.releases.report.document.model import Cell, Column, Figure, Paragraph, Section, Table
from kwaliteitsmonitor.releases.report.document.model import Row as Line
from kwaliteitsmonitor.releases.report.document.reading import Reading
from schemas.profile.themes import Classification
from schemas.tables.shared.code_words import PROGRESS


def classes(reading: Reading) -> Section | None:
    """The section on the classifications of the profile; `None` if no measure belongs to a class."""
    rows = reading.rows("measures_by_class", reading.cycle.reporting_year)
    tables = [
        table
        for one in reading.profile.classifications
        if (table := _table(reading, one, [row for row in rows if row["classification"] == one.id])) is not None
    ]
    if not tables:
        return None
    house = reading.house
    title = heading(reading.say(f"{house.measures} in andere indelingen", f"{house.measures} otherwise grouped"))
    explanation = reading.say(
        f"Geteld is hoe vaak een {house.unit} een stand meldt, per {house.measure}. Wat bij meer klassen hoort, telt "
        "in elke klasse mee; daarom staat er geen totaal.",
        f"What is counted is how often a {house.unit} reports a state, per {house.measure}. What belongs to several "
        "classes counts in each of them; therefore there is no total.",
    )
    return Section("classes", title, (*tables, Paragraph(explanation)))


def _table(reading: Reading, of: Classification, rows: Sequence[Row]) -> Table | None:
    """The classes with how many measures are in each state; `None` if no measure belongs to any."""
    if not any(row["class"] for row in rows):
        return None
    house = reading.house
    unreported = any(row["progress"] is None for row in rows)
    states: list[str | None] = [*PROGRESS, *([None] if unreported else [])]
    columns = (
        Column("class", heading(reading.named(of))),
        numbers("measures", heading(house.measures)),
        *(numbers(state or "not_reported", heading(_state(reading, state))) for state in states),
    )
    named: list[tuple[str | None, str]] = [(one.id, reading.named(one)) for one in of.classes]
    named.append((None, reading.say("in geen van deze", "in none of these")))
    lines = []
    for code, name in named:
        of_class = [row for row in rows if row["class"] == code]
        if of_class or code is not None:
            counted = {row["progress"]: row["reports"] for row in of_class}
            cells = (_count(reading, counted.get(state, 0)) for state in states)
            lines.append(Line((name, _count(reading, _measures(reading, of, code)), *cells)))
    return Table(f"table-classes-{of.id}", heading(reading.named(of)), columns, tuple(lines))


def _state(reading: Reading, state: str | None) -> str:
    return reading.word(PROGRESS, state) or reading.say("niet gemeld", "not reported")


def _measures(reading: Reading, of: Classification, code: str | None) -> int:
    """How many measures belong to a class, or to none."""
    if code is not None:
        rows = reading.rows("classifications")
        return sum((row["classification"], row["class"]) == (of.id, code) for row in rows)
    return sum(not one.classes.get(of.id) for one in reading.profile.measures)


def _count(reading: Reading, count: int) -> Cell:
    return Figure(number(Decimal(count), 0, reading.language), Decimal(count))
