"""The Dagster assets of the third step: a table of facts each."""

from collections.abc import Iterator
from typing import Any

import dagster as dg

from assets.declaring import rows_metadata, spec
from assets.facts.conform import FACTS, conform
from assets.in_use import facts_of, staged_of, staged_table
from assets.resources import Institution
from assets.staged.assets import STEP as STAGED
from schemas.profile import Profile
from schemas.tables import CATALOGUE

STEP = "facts"


def facts_assets(profile: Profile, partitions: Any) -> list[dg.AssetsDefinition]:
    """One step that makes every table of facts that the institution has, or just those asked for."""
    used = facts_of(profile)
    specs = [
        spec(
            profile,
            [STEP, name],
            f"{CATALOGUE[name].en} ({CATALOGUE[name].nl}).",
            deps=[[STAGED, staged] for staged in staged_of(profile, *FACTS[name].reads)],
            kinds=["duckdb", "parquet"],
            table=CATALOGUE[name],
            partitions=partitions,
        ).replace_attributes(skippable=True)
        for name in used
    ]
    if not specs:
        return []

    @dg.multi_asset(name="conform_facts", specs=specs, can_subset=True)
    def conform_facts(context: dg.AssetExecutionContext, institution: Institution) -> Iterator[Any]:
        settings, cycle = institution.settings, context.partition_key
        profile, workspace = settings.profile, settings.workspace
        wanted = {key.path[-1] for key in context.selected_asset_keys}
        for name in used:
            if name in wanted:
                reads = FACTS[name].reads
                rows = conform(name, {read: staged_table(workspace, profile, cycle, read) for read in reads})
                workspace.write(cycle, STEP, name, rows)
                yield dg.MaterializeResult(asset_key=dg.AssetKey([STEP, name]), metadata=rows_metadata(rows))

    return [conform_facts]
