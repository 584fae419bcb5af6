"""The Dagster assets of the money: one step that makes every spending table from one ledger."""

from collections.abc import Iterator
from typing import Any

import dagster as dg

from assets.declaring import preview, rows_metadata, spec
from assets.evidence import keep_evidence
from assets.facts.assets import STEP as FACTS
from assets.resources import Institution
from assets.spending.ledger import Ledger
from assets.spending.tables import spending_tables
from assets.status.assets import STATUS
from assets.status.assets import STEP as STATUS_STEP
from assets.status.states import missing_rounds_of
from assets.validation.verdicts import Verdicts
from schemas.exports.arrow import to_arrow
from schemas.profile import Profile
from schemas.tables import CATALOGUE

STEP = "spending"
TABLES = ("spending_overview", "spending_by_unit", "spending_rounds", "carry_over")


def spending_assets(profile: Profile, partitions: Any) -> list[dg.AssetsDefinition]:
    """The spending tables of a cycle."""
    specs = [
        spec(
            profile,
            [STEP, name],
            f"{CATALOGUE[name].en} ({CATALOGUE[name].nl}).",
            deps=[[FACTS, "fact_spending"], [STATUS_STEP, STATUS]],
            kinds=["python", "parquet"],
            table=CATALOGUE[name],
            partitions=partitions,
        )
        for name in TABLES
    ]

    @dg.multi_asset(name="spending_tables", specs=specs)
    def spending(context: dg.AssetExecutionContext, institution: Institution) -> Iterator[Any]:
        settings = institution.settings
        profile, workspace = settings.profile, settings.workspace
        cycle = profile.cycle(context.partition_key)
        facts = workspace.read(cycle.key, FACTS, "fact_spending")
        missing, waived = (missing_rounds_of(workspace, cycle.key, what) for what in ("rounds", "waived_rounds"))
        found = spending_tables(Ledger.of(profile, cycle, facts, missing, waived))
        keep_evidence(workspace, cycle.key, STEP, found.evidence)
        made = dict(zip(TABLES, (found.overview, found.by_unit, found.rounds, found.carry_over), strict=True))
        for name, rows in made.items():
            data = to_arrow(name, rows)
            workspace.write(cycle.key, STEP, name, data)
            yield dg.MaterializeResult(
                asset_key=dg.AssetKey([STEP, name]), metadata={**rows_metadata(data), "preview": preview(data)}
            )
        Verdicts(workspace, cycle.key).ahead(profile, STEP, made)

    return [spending]
