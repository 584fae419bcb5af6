"""The ledger of a cycle, with the lines of money that were set aside as its status kept them."""

from __future__ import annotations

from decimal import Decimal

from assets.spending.ledger import Ledger
from assets.status.losses import kept_losses
from assets.status.states import missing_rounds_of
from kwaliteitsmonitor.foundation.tables import facts_table
from kwaliteitsmonitor.foundation.workspace import Workspace
from kwaliteitsmonitor.methods.figures.left_out import Lost
from schemas.calendar import Cycle
from schemas.profile import Profile


def lost_lines(workspace: Workspace, cycle: str) -> list[Lost]:
    """The lines of rounds that were set aside."""
    return [
        Lost(one["year"] or 0, one["round"] or 0, one["unit"] or "", one["theme"] or "", one["waived"])
        for one in kept_losses(workspace, cycle, "bfr")
    ]


def lost_amounts(workspace: Workspace, cycle: str) -> list[tuple[Lost, dict[str, Decimal]]]:
    """The lines of rounds that were set aside, each with the amounts that can be read of it, by field."""
    kept = kept_losses(workspace, cycle, "bfr")
    amounts = ({name: Decimal(amount) for name, amount in one["amounts"].items()} for one in kept)
    return list(zip(lost_lines(workspace, cycle), amounts, strict=True))


def ledger_of(workspace: Workspace, profile: Profile, cycle: Cycle) -> Ledger:
    """The ledger of a cycle, from its facts and from what its status says is not there."""
    facts, plan = (facts_table(workspace, profile, cycle.key, name) for name in ("fact_spending", "fact_plan"))
    missing, waived = (missing_rounds_of(workspace, cycle.key, what) for what in ("rounds", "waived_rounds"))
    return Ledger.of(profile, cycle, facts, missing, waived, lost_lines(workspace, cycle.key), plan)


def lost_of_plan(workspace: Workspace, cycle: str) -> list[tuple[str, Lost]]:
    """The lines of the spending plan that were set aside, each with its version."""
    return [
        (one["version"] or "", Lost(one["year"] or 0, 0, one["unit"] or "", one["theme"] or "", one["waived"]))
        for one in kept_losses(workspace, cycle, "spending_plan")
    ]
