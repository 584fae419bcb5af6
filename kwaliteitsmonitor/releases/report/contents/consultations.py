"""With whom the report was discussed: approvals by councils, consultations, and panels of students."""

from __future__ import annotations

from kwaliteitsmonitor.methods.figures.house_words import heading
from kwaliteitsmonitor.releases.report.contents.showing import numbers, plain
from kwaliteitsmonitor.releases.report.document.model import Column, Section, Table
from kwaliteitsmonitor.releases.report.document.model import Row as Line
from kwaliteitsmonitor.releases.report.document.reading import Reading
from schemas.tables.shared.code_words import CONSULTATION_SUBJECT, DECISION
from schemas.words import Words

APPROVAL = {**DECISION, "waiting": Words("wacht op besluit", "waiting for a decision")}


def councils(reading: Reading) -> Section | None:
    """The section on councils: what they approved and on what they were consulted; `None` if there is neither."""
    parts = (_approvals(reading), _consultations(reading))
    tables = tuple(table for table in parts if table is not None)
    title = reading.say("Medezeggenschap", "Councils")
    return Section("councils", title, tables) if tables else None


def _approvals(reading: Reading) -> Table | None:
    rows = reading.rows("approvals")
    if not rows:
        return None
    say = reading.say
    newest = max(row["period"] for row in rows)
    columns = (
        Column("unit", heading(reading.house.unit)),
        Column("council", say("Raad", "Council")),
        Column("subject", say("Wat", "What")),
        Column("period", say("Periode", "Period")),
        Column("approval", say("Besluit", "Decision")),
        Column("decided_on", say("Datum", "Date")),
    )
    lines = tuple(
        Line(
            (
                row["unit"],
                reading.council(row["council"]),
                reading.feed(row["feed"]),
                row["period"],
                reading.word(APPROVAL, row["approval"]),
                reading.day(row["decided_on"]),
            )
        )
        for row in rows
        if row["period"] == newest
    )
    caption = say("Goedkeuring door raden", "Approval by councils")
    return Table("table-approvals", caption, columns, lines)


def _consultations(reading: Reading) -> Table | None:
    rows = reading.rows("council_consultations", reading.cycle.reporting_year)
    if not rows:
        return None
    say = reading.say
    columns = (
        Column("unit", heading(reading.house.unit)),
        Column("council", say("Raad", "Council")),
        Column("subject", say("Onderwerp", "Subject")),
        Column("decision", say("Uitkomst", "Outcome")),
        Column("consulted_on", say("Datum", "Date")),
    )
    lines = tuple(
        Line(
            (
                row["unit"],
                reading.council(row["council"]),
                reading.word(CONSULTATION_SUBJECT, row["subject"]),
                reading.word(DECISION, row["decision"]),
                reading.day(row["consulted_on"]),
            )
        )
        for row in rows
    )
    year = reading.cycle.reporting_year
    caption = say(f"Raadpleging van raden over {year}", f"Consultations of councils on {year}")
    return Table("table-consultations", caption, columns, lines)


def panels(reading: Reading) -> Section | None:
    """The section on panel discussions with students, or `None` if there were none."""
    rows = reading.rows("panel_discussions", reading.cycle.reporting_year)
    if not rows:
        return None
    say, year = reading.say, reading.cycle.reporting_year
    columns = (
        Column("unit", heading(reading.house.unit)),
        Column("theme", heading(reading.house.theme)),
        Column("held_on", say("Datum", "Date")),
        numbers("participants", say("Studenten", "Students")),
    )
    lines = tuple(
        Line(
            (
                row["unit"],
                reading.theme(row["theme"]),
                reading.day(row["held_on"]),
                plain(reading, row, "participants"),
            )
        )
        for row in rows
    )
    caption = say(f"Panelgesprekken met studenten over {year}", f"Panel discussions on {year}")
    title = say("Panelgesprekken", "Panel discussions")
    return Section("panels", title, (Table("table-panels", caption, columns, lines),))
