"""The section on the sources of the report: deliveries, corrections, waivers and findings."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from kwaliteitsmonitor.methods.figures.house_words import heading
from kwaliteitsmonitor.methods.figures.printing import number
from kwaliteitsmonitor.obligations.status_rows import one_row_each
from kwaliteitsmonitor.releases.format.reader import Row
from kwaliteitsmonitor.releases.report.contents.showing import numbers, plain
from kwaliteitsmonitor.releases.report.document.model import Block, Cell, Column, Figure, Paragraph, Section, Table
from kwaliteitsmonitor.releases.report.document.model import Row as Line
from kwaliteitsmonitor.releases.report.document.reading import Reading
from schemas.tables import CATALOGUE
from schemas.tables.shared.code_words import DELIVERY_STATUS, OBLIGATION_STATE
from schemas.words import Words, half
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
    rows = one_row_each(reading.rows("delivery_status"))
    if not rows:
        return None
    say = reading.say
    columns = (
        Column("feed", say("Levering", "Delivery")),
        Column("period", say("Periode", "Period")),
        Column("unit", heading(reading.house.unit)),
        Column("status", say("Stand", "State")),
        Column("received_on", say("Ontvangen", "Received")),
        Column("deadline", say("Uiterlijk", "Deadline")),
        numbers("rows_received", say("Rijen ontvangen", "Rows received")),
        numbers("rows_accepted", say("Aangenomen", "Accepted")),
        numbers("rows_quarantined", say("Apart gezet", "Set aside")),
        numbers("rows_left_out", say("Geen gegevens", "No data")),
        numbers("cells_corrected", say("Cellen gecorrigeerd", "Cells corrected")),
    )
    lines = tuple(Line(tuple(_delivery(reading, row))) for row in rows)
    caption = say("Wie wat leverde", "Who delivered what")
    return Table("table-deliveries", caption, columns, lines)


TOLD = ("open", "not_yet_due", "waived", "late")
"""The states of obligations that are published one by one, in this order; of those that were met the number is."""


def _obligations(reading: Reading) -> Table | None:
    """What is owed and did not come, came late, or is waived; nothing if all of it came in time."""
    rows = [row for row in reading.rows("obligations") if row["state"] in TOLD and row["kind"] != "delivery"]
    if not rows:
        return None
    say = reading.say
    columns = (
        Column("what", say("Wat verschuldigd is", "What is owed")),
        Column("unit", heading(reading.house.unit)),
        Column("due", say("Uiterlijk", "Deadline")),
        Column("state", say("Status", "State")),
    )
    rows.sort(key=lambda row: TOLD.index(row["state"]))
    lines = tuple(
        Line(
            (
                row[reading.language],
                row["unit"] or say("instelling", "institution"),
                reading.day(row["due"], short=True),
                _owed_state(reading, row),
            )
        )
        for row in rows
    )
    caption = say("Wat verschuldigd is en niet of later kwam", "What is owed and did not come, or came late")
    return Table("table-obligations", caption, columns, lines)


def _owed_state(reading: Reading, row: Row) -> str:
    state = reading.word(OBLIGATION_STATE, row["state"])
    if row["waived_because"]:
        state += ": " + half(row["waived_because"], reading.language)
    return state


def _delivery(reading: Reading, row: Row) -> list[Cell]:
    stand = reading.word(DELIVERY_STATUS, row["status"])
    if row["late"]:
        stand += reading.say(", te laat", ", late")
    if row["waived_because"]:
        stand += reading.say(", ontheffing: ", ", waived: ") + row["waived_because"]
    return [
        reading.feed(row["feed"]),
        row["period"] or "",
        row["unit"] or reading.say("centraal", "central"),
        stand,
        reading.day(row["received_on"], short=True),
        reading.day(row["deadline"], short=True),
        *(
            _count(reading, row, name)
            for name in ("rows_received", "rows_accepted", "rows_quarantined", "rows_left_out", "cells_corrected")
        ),
    ]


def _count(reading: Reading, row: Row, name: str) -> Cell:
    """A number of rows; nothing if the delivery has none, such as one that is missing."""
    return "" if row[name] is None else plain(reading, {name: row[name]}, name)


def _corrections(reading: Reading) -> Table | None:
    rows = reading.rows("corrections")
    if not rows:
        return None
    say = reading.say
    columns = (
        Column("delivery", say("Levering", "Delivery")),
        Column("table", say("Tabel", "Table")),
        Column("cell", say("Cel", "Cell")),
        Column("expected", say("Er stond", "It said")),
        Column("new_value", say("Nu", "Now")),
        Column("reason", say("Reden", "Reason")),
        Column("role", say("Wie besloot", "Who decided")),
        Column("decided_on", say("Datum", "Date")),
    )
    files = {row["delivery"]: row["file"] for row in reading.rows("delivery_status")}
    nothing = say("(leeg)", "(empty)")
    lines = tuple(
        Line(
            (
                str(files.get(row["delivery"]) or row["delivery"]),
                row["table"],
                place(row["cell"], CATALOGUE[row["table"]].labels).in_language(reading.language),
                row["expected"] or nothing,
                row["new_value"] or nothing,
                row["reason"],
                row["role"],
                reading.day(row["decided_on"]),
            )
        )
        for row in rows
    )
    return Table("table-corrections", say("Correcties op leveringen", "Corrections"), columns, lines)


def _waivers(reading: Reading) -> Table | None:
    rows = reading.rows("waivers")
    if not rows:
        return None
    say = reading.say
    columns = (
        Column("what", say("Waarvoor", "For what")),
        Column("period", say("Periode", "Period")),
        Column("unit", heading(reading.house.unit)),
        Column("reason", say("Reden", "Reason")),
        Column("role", say("Wie besloot", "Who decided")),
        Column("decided_on", say("Datum", "Date")),
        Column("used", say("Nodig geweest", "Was needed")),
    )
    lines = tuple(
        Line(
            (
                _waived_what(reading, row),
                row["period"] or say("elke", "any"),
                row["unit"] or say("hele instelling", "whole institution"),
                row["reason"],
                row["role"],
                reading.day(row["decided_on"]),
                say("ja", "yes") if row["used"] else say("nee", "no"),
            )
        )
        for row in rows
    )
    return Table("table-waivers", say("Ontheffingen", "Waivers"), columns, lines)


def _waived_what(reading: Reading, row: Row) -> str:
    """What a waiver is of: a delivery, a rule, or an obligation in the words of the register."""
    if row.get("obligation"):
        owed = {one["obligation"]: str(one[reading.language]) for one in reading.rows("obligations")}
        return owed.get(row["obligation"], str(row["obligation"]))
    return reading.feed(row["feed"]) if row["feed"] else str(row["rule"] or "")


def findings(reading: Reading) -> Section | None:
    """The section on rules that did not hold, or `None` if there is no result of any rule."""
    rows = reading.rows("quality_results")
    if not rows:
        return None
    say = reading.say
    order = list(SEVERITY)
    failed = sorted(
        (row for row in rows if row["outcome"] != "passed"),
        key=lambda row: (order.index(row["severity"]), row["rule"], row["detail"] or ""),
    )
    passed = number_of(reading, len(rows) - len(failed))
    sentence = say(
        f"Van de {number_of(reading, len(rows))} controles op leveringen en cijfers gaven "
        f"{number_of(reading, len(failed))} een bevinding.",
        f"Of the {number_of(reading, len(rows))} rules against which deliveries and figures were held, {passed} hold.",
    )
    blocks: list[Block] = [Paragraph(sentence)]
    if failed:
        blocks.append(_table(reading, failed))
    return Section("findings", say("Bevindingen", "Findings"), tuple(blocks))


def _table(reading: Reading, rows: list[Row]) -> Table:
    say = reading.say
    columns = (
        Column("rule", say("Controle", "What must hold")),
        Column("severity", say("Ernst", "Severity")),
        Column("outcome", say("Uitkomst", "Outcome")),
        numbers("checked", say("Getoetst", "Checked")),
        numbers("failed", say("Voldoet niet", "Fails")),
        Column("detail", say("Bevinding", "Finding")),
    )
    lines = tuple(Line(tuple(_finding(reading, row))) for row in rows)
    caption = say("Controles met een bevinding", "Rules that do not hold")
    return Table("table-findings", caption, columns, lines)


def _finding(reading: Reading, row: Row) -> list[Cell]:
    detail = half(row["detail"] or "", reading.language)
    if row["waived_because"]:
        waived = row["waived_because"]
        detail = "; ".join(filter(None, [detail, reading.say(f"ontheffing: {waived}", f"waived: {waived}")]))
    return [
        row[reading.language],
        reading.word(SEVERITY, row["severity"]),
        reading.word(OUTCOME, row["outcome"]),
        _whole(reading, row, "checked"),
        _whole(reading, row, "failed"),
        detail,
    ]


def _whole(reading: Reading, row: Row, name: str) -> Figure:
    return plain(reading, {name: row[name]}, name)


def number_of(reading: Reading, count: int) -> str:
    """A count in the notation of the language."""
    return number(Decimal(count), 0, reading.language)
