"""The Dagster assets of the third step: a table of facts each."""

import dagster as dg

from assets.common.cycle_tables import RESULTS, CycleTables
from assets.common.resources import Institution
from assets.common.specs import Made, Partitions, results_check, results_made, results_spec, rows_metadata, table_spec
from assets.facts.courses import respelled_results
from assets.facts.of_cycle import OF_COURSES, facts_table, spelling
from assets.staged.assets import STEP as STAGED
from assets.staged.assets import record_keys
from kwaliteitsmonitor.methods.checks.results import RuleResult
from schemas import flow
from schemas.profile import Profile
from schemas.profile.flow import facts_of, staged_of
from schemas.tables.facts import FACTS

STEP = flow.FACTS


def facts_assets(profile: Profile, partitions: Partitions) -> list[dg.AssetsDefinition]:
    """One step that makes every table of facts that the institution has, or just those asked for."""
    used = facts_of(profile)
    specs = [
        table_spec(
            profile,
            STEP,
            name,
            [[STAGED, staged] for staged in staged_of(profile, *FACTS[name].reads)],
            partitions,
            kinds=["duckdb"],
        ).replace_attributes(skippable=True)
        for name in used
    ]
    if not specs:
        return []
    courses = staged_of(profile, *(OF_COURSES[name] for name in facts_of(profile, *OF_COURSES)))
    if courses:
        deps = [*([STAGED, name] for name in courses), *record_keys(profile)]
        specs.append(results_spec(profile, STEP, deps, partitions).replace_attributes(skippable=True))
    checks = [results_check(STEP, partitions)] if courses else []

    @dg.multi_asset(name="conform_facts", specs=specs, check_specs=checks, can_subset=True)
    def conform_facts(context: dg.AssetExecutionContext, institution: Institution) -> Made:
        tables = institution.tables(context.partition_key)
        wanted = {key.path[-1] for key in context.selected_asset_keys}
        for left_over in tables.workspace.step(tables.key, STEP).glob("*.parquet"):
            left_over.unlink()  # an earlier version kept facts in files
        if RESULTS in wanted:
            found = _findings(tables)
            tables.keep_results(STEP, found)
            yield results_made(STEP, found)
        for name in used:
            if name in wanted:
                rows = facts_table(tables, name)
                yield dg.MaterializeResult(asset_key=dg.AssetKey([STEP, name]), metadata=rows_metadata(rows))

    return [conform_facts]


def _findings(tables: CycleTables) -> list[RuleResult]:
    """What there is to say of courses that are not read as they stand."""
    staged = {read: tables.staged(read) for read in OF_COURSES.values()}
    respelled = spelling(tables)
    files: dict[str, str] = {}
    for feed in tables.profile.feeds if respelled else ():
        files |= {one.id: one.path for one in tables.demand_feed(feed.id).deliveries}
    return list(respelled_results(staged, respelled, files))
