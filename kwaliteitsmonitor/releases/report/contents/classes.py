"""How far the measures are by other classifications than the themes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from kwaliteitsmonitor.methods.figures.house_words import heading
from kwaliteitsmonitor.releases.format import fields
from kwaliteitsmonitor.releases.report.contents.columns import Columns
from kwaliteitsmonitor.releases.report.document.model import Paragraph, Section, Table
from kwaliteitsmonitor.releases.report.document.reading import Reading
from kwaliteitsmonitor.releases.report.document.table_spec import TableSpec
from schemas.profile.themes import Classification
from schemas.tables.shared.code_words import PROGRESS
from schemas.values import Row

UNREPORTED = "not_reported"
"""The column of measures of which no state is reported."""


def classes(reading: Reading) -> Section | None:
    """The section on the classifications of the profile; `None` if no measure belongs to a class."""
    every = reading.release.rows("measures_by_class")
    rows = [row for row in every if row["reporting_year"] == reading.cycle.reporting_year]
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
    columns, name = Columns[Row](reading), heading(reading.named(of))
    states = {state: reading.word(PROGRESS, state) for state in PROGRESS}
    if any(row["progress"] is None for row in rows):
        states[UNREPORTED] = reading.say("niet gemeld", "not reported")
    spec = (
        columns.text("class", name),
        columns.count("measures", heading(reading.house.measures)),
        *(columns.count(state, heading(called)) for state, called in states.items()),
    )
    return TableSpec(f"table-classes-{of.id}", name, spec).table(_lines(reading, of, rows, states))


def _lines(reading: Reading, of: Classification, rows: Sequence[Row], states: Iterable[str]) -> Iterator[Row]:
    """A line per class, and one for the measures of none if there are any."""
    classified = reading.release.rows("classifications")
    belonging = Counter(row["class"] for row in classified if row["classification"] == of.id)
    belonging[None] = sum(not one.classes.get(of.id) for one in reading.profile.measures)
    called: list[tuple[str | None, str]] = [(one.id, reading.named(one)) for one in of.classes]
    for code, name in (*called, (None, reading.say("in geen van deze", "in none of these"))):
        reports = {fields.text(row["progress"]) or UNREPORTED: row["reports"] for row in rows if row["class"] == code}
        if reports or code is not None:
            yield {"class": name, "measures": belonging[code], **dict.fromkeys(states, 0), **reports}
