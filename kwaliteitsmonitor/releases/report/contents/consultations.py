"""With whom the report was discussed: approvals by councils, consultations, and panels of students."""

from __future__ import annotations

from kwaliteitsmonitor.releases.report.contents.columns import Columns
from kwaliteitsmonitor.releases.report.document.model import Section, Table
from kwaliteitsmonitor.releases.report.document.reading import Reading
from kwaliteitsmonitor.releases.report.document.table_spec import TableSpec
from schemas.rows import ApprovalsRow, CouncilConsultationsRow, PanelDiscussionsRow
from schemas.tables.shared.code_words import CONSULTATION_SUBJECT, DECISION
from schemas.words import Words

APPROVAL = {**DECISION, "waiting": Words("wacht op besluit", "waiting for a decision")}


def councils(reading: Reading) -> Section | None:
    """The section on councils: what they approved and on what they were consulted; `None` if there is neither."""
    tables = tuple(table for table in (_approvals(reading), _consultations(reading)) if table is not None)
    return Section("councils", reading.say("Medezeggenschap", "Councils"), tables) if tables else None


def _approvals(reading: Reading) -> Table | None:
    rows = reading.rows(ApprovalsRow)
    if not rows:
        return None
    newest = max(row["period"] for row in rows)
    columns, say = Columns[ApprovalsRow](reading), reading.say
    approvals = (
        columns.unit(),
        columns.named("council", reading.council),
        columns.named("feed", reading.feed, say("Wat", "What")),
        columns.text("period"),
        columns.word("approval", APPROVAL, say("Besluit", "Decision")),
        columns.day("decided_on"),
    )
    spec = TableSpec("table-approvals", say("Goedkeuring door raden", "Approval by councils"), approvals)
    return spec.table(row for row in rows if row["period"] == newest)


def _consultations(reading: Reading) -> Table | None:
    columns, say, year = Columns[CouncilConsultationsRow](reading), reading.say, reading.cycle.reporting_year
    rows = reading.rows(CouncilConsultationsRow, year)
    consultations = (
        columns.unit(),
        columns.named("council", reading.council),
        columns.word("subject", CONSULTATION_SUBJECT, say("Onderwerp", "Subject")),
        columns.word("decision", DECISION, say("Uitkomst", "Outcome")),
        columns.day("consulted_on", say("Datum", "Date")),
    )
    caption = say(f"Raadpleging van raden over {year}", f"Consultations of councils on {year}")
    return TableSpec("table-consultations", caption, consultations).table(rows) if rows else None


def panels(reading: Reading) -> Section | None:
    """The section on panel discussions with students, or `None` if there were none."""
    columns, say, year = Columns[PanelDiscussionsRow](reading), reading.say, reading.cycle.reporting_year
    rows = reading.rows(PanelDiscussionsRow, year)
    discussions = (
        columns.unit(),
        columns.theme(),
        columns.day("held_on", say("Datum", "Date")),
        columns.number("participants", say("Studenten", "Students")),
    )
    caption = say(f"Panelgesprekken met studenten over {year}", f"Panel discussions on {year}")
    title = say("Panelgesprekken", "Panel discussions")
    return Section("panels", title, (TableSpec("table-panels", caption, discussions).table(rows),)) if rows else None
