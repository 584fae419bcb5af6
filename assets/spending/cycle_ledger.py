"""The ledger of a cycle, with the lines of money that were set aside as its status kept them."""

from __future__ import annotations

from decimal import Decimal

from assets.common.cycle_tables import CycleTables
from assets.facts.of_cycle import facts_table
from assets.spending.ledger import Ledger
from assets.status.record import LostRow, status_record
from kwaliteitsmonitor.methods.figures.left_out import Lost


def lost_lines(tables: CycleTables) -> list[Lost]:
    """The lines of rounds that were set aside."""
    return [_line(one) for one in status_record(tables).lost_of("bfr")]


def _line(one: LostRow) -> Lost:
    return Lost(one.year or 0, one.round or 0, one.unit or "", one.theme or "", one.waived)


def lost_amounts(tables: CycleTables) -> list[tuple[Lost, dict[str, Decimal]]]:
    """The lines of rounds that were set aside, each with the amounts that can be read of it, by field."""
    return [
        (_line(one), {name: Decimal(amount) for name, amount in one.amounts.items()})
        for one in status_record(tables).lost_of("bfr")
    ]


def ledger_of(tables: CycleTables) -> Ledger:
    """The ledger of a cycle, from its facts and from what its status says is not there."""
    facts, plan = (facts_table(tables, name) for name in ("fact_spending", "fact_plan"))
    kept = status_record(tables)
    missing, waived = kept.missing_rounds, kept.waived_rounds
    return Ledger.of(tables.profile, tables.cycle, facts, missing, waived, lost_lines(tables), plan)


def lost_of_plan(tables: CycleTables) -> list[tuple[str, Lost]]:
    """The lines of the spending plan that were set aside, each with its version."""
    return [
        (one.version or "", Lost(one.year or 0, 0, one.unit or "", one.theme or "", one.waived))
        for one in status_record(tables).lost_of("spending_plan")
    ]
