"""The Dagster assets of the third step: a table of facts each."""

from collections.abc import Iterator
from typing import Any

import dagster as dg

from assets.common.resources import Institution
from assets.common.specs import rows_metadata, spec
from assets.facts.conform import conform
from assets.facts.courses import NOTHING_RESPELLED, Spelled, spelled, told
from assets.staged.assets import STEP as STAGED
from kwaliteitsmonitor.foundation.tables import staged_table
from kwaliteitsmonitor.foundation.workspace import Workspace
from kwaliteitsmonitor.methods.checks.results import to_table
from kwaliteitsmonitor.readers.delivery import Delivery
from schemas.profile import Profile
from schemas.profile.flow import FACTS_STEP, facts_of, staged_of
from schemas.tables import CATALOGUE
from schemas.tables.conformed import FACTS

STEP = FACTS_STEP
OF_COURSES = {"fact_answers": "evaluations", "fact_population": "evaluation_population"}
"""The tables of facts that hold courses, and the delivered table of each."""

FINDINGS = "courses.results"


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
        courses = _courses(workspace, profile, cycle) if wanted & {*OF_COURSES} else NOTHING_RESPELLED
        for name in used:
            if name in wanted:
                reads = FACTS[name].reads
                rows = conform(name, {read: staged_table(workspace, profile, cycle, read) for read in reads}, courses)
                workspace.write(cycle, STEP, name, rows)
                yield dg.MaterializeResult(asset_key=dg.AssetKey([STEP, name]), metadata=rows_metadata(rows))

    return [conform_facts]


def _courses(workspace: Workspace, profile: Profile, cycle: str) -> Spelled:
    """The spellings of courses that are not read as they stand; keeps what there is to tell of them."""
    staged = {read: staged_table(workspace, profile, cycle, read) for read in OF_COURSES.values()}
    found = spelled(staged, profile.code_lists()["courses"])
    files: dict[str, str] = {}
    for feed in profile.feeds if found else ():
        of_feed = workspace.read_json(cycle, STAGED, feed.id)["deliveries"]
        files |= {one.id: one.path for one in map(Delivery.from_json, of_feed)}
    workspace.write(cycle, STEP, FINDINGS, to_table(told(staged, found, files), cycle))
    return found
