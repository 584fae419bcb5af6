"""The section on the sources of the report: deliveries, corrections, waivers and findings."""

from __future__ import annotations

from collections.abc import Mapping

from kwaliteitsmonitor.obligations.status_rows import one_row_each
from kwaliteitsmonitor.releases.format.notes import text_in
from kwaliteitsmonitor.releases.report.contents.columns import Columns
from kwaliteitsmonitor.releases.report.document.model import Block, Paragraph, Section, Table
from kwaliteitsmonitor.releases.report.document.reading import Reading
from kwaliteitsmonitor.releases.report.document.table_spec import TableSpec
from schemas.rows import CorrectionsRow, DeliveryStatusRow, ObligationsRow, QualityResultsRow, WaiversRow
from schemas.tables import CATALOGUE
from schemas.tables.shared.code_words import DELIVERY_STATUS, OBLIGATION_STATE
from schemas.words import Words
from schemas.written import place

SEVERITY: Mapping[str, Words] = {
    "critical": Words("kritiek", "critical"),
    "warning": Words("waarschuwing", "warning"),
    "info": Words("ter informatie", "for information"),
}
OUTCOME: Mapping[str, Words] = {
    "failed": Words("niet voldaan", "failed"),
    "not_run": Words("niet uitgevoerd", "not run"),
}


def accounts(reading: Reading) -> Section | None:
    """The section on deliveries, corrections and waivers, or `None` if the release has none."""
    tables = (_deliveries(reading), _obligations(reading), _corrections(reading), _waivers(reading))
    blocks: tuple[Block, ...] = tuple(table for table in tables if table is not None)
    title = reading.say("Leveringen, correcties en ontheffingen", "Deliveries, corrections and waivers")
    return Section("deliveries", title, blocks) if blocks else None


def _deliveries(reading: Reading) -> Table | None:
    columns, say = Columns[DeliveryStatusRow](reading), reading.say
    rows = one_row_each(reading.rows(DeliveryStatusRow))
    deliveries = (
        columns.named("feed", reading.feed, say("Levering", "Delivery")),
        columns.text("period"),
        columns.unit(absent=say("centraal", "central")),
        columns.cells("status", say("Stand", "State"), lambda row: _state(reading, row)),
        columns.day("received_on", say("Ontvangen", "Received"), short=True),
        columns.day("deadline", say("Uiterlijk", "Deadline"), short=True),
        columns.count("rows_received", say("Rijen ontvangen", "Rows received")),
        columns.count("rows_accepted", say("Aangenomen", "Accepted")),
        columns.count("rows_quarantined", say("Apart gezet", "Set aside")),
        columns.count("rows_left_out", say("Geen gegevens", "No data")),
        columns.count("cells_corrected", say("Cellen gecorrigeerd", "Cells corrected")),
    )
    caption = say("Wie wat leverde", "Who delivered what")
    return TableSpec("table-deliveries", caption, deliveries).table(rows) if rows else None


def _state(reading: Reading, row: DeliveryStatusRow) -> str:
    stand = reading.word(DELIVERY_STATUS, row["status"])
    if row["late"]:
        stand += reading.say(", te laat", ", late")
    if row["waived_because"]:
        stand += reading.say(", ontheffing: ", ", waived: ") + row["waived_because"]
    return stand


TOLD = ("open", "not_yet_due", "waived", "late")
"""The states of obligations that are published one by one, in this order; of those that were met the number is."""


def _obligations(reading: Reading) -> Table | None:
    """What is owed and did not come, came late, or is waived; nothing if all of it came in time."""
    columns, say = Columns[ObligationsRow](reading), reading.say
    rows = [row for row in reading.rows(ObligationsRow) if row["state"] in TOLD and row["kind"] != "delivery"]
    obligations = (
        columns.cells("what", say("Wat verschuldigd is", "What is owed"), lambda row: say(row["nl"], row["en"])),
        columns.unit(absent=say("instelling", "institution")),
        columns.day("due", say("Uiterlijk", "Deadline"), short=True),
        columns.cells("state", say("Status", "State"), lambda row: _owed_state(reading, row)),
    )
    caption = say("Wat verschuldigd is en niet of later kwam", "What is owed and did not come, or came late")
    lines = sorted(rows, key=lambda row: TOLD.index(row["state"]))
    return TableSpec("table-obligations", caption, obligations).table(lines) if rows else None


def _owed_state(reading: Reading, row: ObligationsRow) -> str:
    because = f": {row['waived_because']}" if row["waived_because"] else ""
    return reading.word(OBLIGATION_STATE, row["state"]) + because


def _corrections(reading: Reading) -> Table | None:
    columns, say = Columns[CorrectionsRow](reading), reading.say
    rows = reading.rows(CorrectionsRow)
    files = {row["delivery"]: row["file"] for row in reading.rows(DeliveryStatusRow)}

    def cell(row: CorrectionsRow) -> str:
        return place(row["cell"], CATALOGUE[row["table"]].labels).in_language(reading.language)

    nothing = say("(leeg)", "(empty)")
    corrections = (
        columns.named("delivery", lambda known: str(files.get(known) or known), say("Levering", "Delivery")),
        columns.text("table", say("Tabel", "Table")),
        columns.cells("cell", say("Cel", "Cell"), cell),
        columns.text("expected", say("Er stond", "It said"), nothing),
        columns.text("new_value", say("Nu", "Now"), nothing),
        columns.text("reason"),
        columns.text("role"),
        columns.day("decided_on"),
    )
    caption = say("Correcties op leveringen", "Corrections")
    return TableSpec("table-corrections", caption, corrections).table(rows) if rows else None


def _waivers(reading: Reading) -> Table | None:
    columns, say = Columns[WaiversRow](reading), reading.say
    rows = reading.rows(WaiversRow)
    waivers = (
        columns.cells("what", say("Waarvoor", "For what"), lambda row: _waived(reading, row)),
        columns.text("period", absent=say("elke", "any")),
        columns.unit(absent=say("hele instelling", "whole institution")),
        columns.text("reason"),
        columns.text("role"),
        columns.day("decided_on"),
        columns.cells("used", say("Nodig geweest", "Was needed"), lambda row: reading.yes(row["used"])),
    )
    return TableSpec("table-waivers", say("Ontheffingen", "Waivers"), waivers).table(rows) if rows else None


def _waived(reading: Reading, row: WaiversRow) -> str:
    """What a waiver is of: a delivery, a rule, or an obligation in the words of the register."""
    if obligation := row.get("obligation"):
        owed = {one["obligation"]: reading.say(one["nl"], one["en"]) for one in reading.rows(ObligationsRow)}
        return owed.get(obligation, obligation)
    return reading.feed(row["feed"]) if row["feed"] else row["rule"] or ""


def findings(reading: Reading) -> Section | None:
    """The section on rules that did not hold, or `None` if there is no result of any rule."""
    rows = reading.rows(QualityResultsRow)
    if not rows:
        return None
    order = list(SEVERITY)
    failed = sorted(
        (row for row in rows if row["outcome"] != "passed"),
        key=lambda row: (order.index(row["severity"]), row["rule"], text_in(row, "detail", "nl")),
    )
    every, found, passed = (reading.count(one) for one in (len(rows), len(failed), len(rows) - len(failed)))
    sentence = reading.say(
        f"Van de {every} controles op leveringen en cijfers gaven {found} een bevinding.",
        f"Of the {every} rules against which deliveries and figures were held, {passed} hold.",
    )
    blocks: tuple[Block, ...] = (Paragraph(sentence), *([_findings(reading, failed)] if failed else []))
    return Section("findings", reading.say("Bevindingen", "Findings"), blocks)


def _findings(reading: Reading, rows: list[QualityResultsRow]) -> Table:
    columns, say = Columns[QualityResultsRow](reading), reading.say
    rules = (
        columns.cells("rule", say("Controle", "What must hold"), lambda row: say(row["nl"], row["en"])),
        columns.word("severity", SEVERITY, say("Ernst", "Severity")),
        columns.word("outcome", OUTCOME, say("Uitkomst", "Outcome")),
        columns.number("checked", say("Getoetst", "Checked")),
        columns.number("failed", say("Voldoet niet", "Fails")),
        columns.cells("detail", say("Bevinding", "Finding"), lambda row: _detail(reading, row)),
    )
    return TableSpec("table-findings", say("Controles met een bevinding", "Rules that do not hold"), rules).table(rows)


def _detail(reading: Reading, row: QualityResultsRow) -> str:
    """What was found, and why it was waived."""
    waived = row["waived_because"]
    because = reading.say(f"ontheffing: {waived}", f"waived: {waived}") if waived else ""
    return "; ".join(filter(None, [text_in(row, "detail", reading.language), because]))
