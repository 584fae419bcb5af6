"""The Dagster assets about measures, councils and panels."""

from collections.abc import Sequence

import dagster as dg

from assets.common.resources import Institution
from assets.common.specs import (
    Made,
    Partitions,
    contributions_made,
    contributions_spec,
    published_made,
    table_spec,
)
from assets.facts.assets import STEP as FACTS
from assets.facts.of_cycle import facts_table
from assets.progress.tables import ExplainedRow, consultations, measures, panels
from assets.staged.assets import STEP as STAGED
from assets.status.assets import STEP as STATUS_STEP
from assets.status.record import NAME as MISSING
from assets.status.record import status_record
from kwaliteitsmonitor.methods.figures.contributions import keep_contributions
from schemas.profile import Profile
from schemas.profile.flow import makes
from schemas.values import AnyRow

STEP = "progress"
MEASURES, CONSULTATIONS, PANELS = "measures", "council_consultations", "panel_discussions"
TABLES = (MEASURES, CONSULTATIONS, PANELS)


def progress_assets(profile: Profile, partitions: Partitions) -> list[dg.AssetsDefinition]:
    """What units report, as published tables; those that the institution has."""
    used = [name for name in TABLES if makes(profile, name)]
    if not used:
        return []
    specs = [
        *(table_spec(profile, STEP, name, _reads(profile, name), partitions) for name in used),
        contributions_spec(profile, STEP, _reads(profile, MEASURES) if MEASURES in used else [], partitions),
    ]

    @dg.multi_asset(name="progress_tables", specs=specs)
    def progress(context: dg.AssetExecutionContext, institution: Institution) -> Made:
        tables = institution.tables(context.partition_key)
        profile, cycle = tables.profile, tables.cycle
        explains = profile.open_text("faculty_measures")
        accounts: list[ExplainedRow] = tables.staged("faculty_measures").to_pylist() if explains else []
        lost = status_record(tables).lost_of("bfr") if MEASURES in used else []
        facts = (facts_table(tables, "fact_measures"), facts_table(tables, "fact_spending"))
        rows, contributions = measures(profile, cycle, *facts, accounts, lost)
        keep_contributions(tables.workspace, cycle.key, STEP, contributions)
        made: dict[str, Sequence[AnyRow]] = {
            MEASURES: rows,
            CONSULTATIONS: consultations(cycle, tables.staged("faculty_consultations")),
            PANELS: panels(profile, cycle, tables.staged("faculty_panels")),
        }
        yield from published_made(tables, STEP, {name: made[name] for name in used})
        yield contributions_made(STEP, len(contributions))

    return [progress]


def _reads(profile: Profile, name: str) -> list[list[str]]:
    """What a table is made from, of what the institution has."""
    if name == MEASURES:
        reported = [[STAGED, "faculty_measures"]] if profile.open_text("faculty_measures") else []
        facts = ([FACTS, fact] for fact in ("fact_measures", "fact_spending") if makes(profile, fact))
        return [*facts, *reported, [STATUS_STEP, MISSING]]
    return [[STAGED, "faculty_consultations" if name == CONSULTATIONS else "faculty_panels"]]
