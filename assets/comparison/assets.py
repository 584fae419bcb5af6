"""The Dagster assets of what figures are set beside: one step that makes every table of it."""

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
from assets.comparison.classes import classifications, measures_by_class
from assets.comparison.national import counts, crosswalk, spending
from assets.comparison.parents import spending_by_parent, unit_changes, units
from assets.comparison.targets import references, targets
from kwaliteitsmonitor.methods.figures.contributions import NAME as CONTRIBUTIONS
from kwaliteitsmonitor.methods.figures.contributions import keep_contributions, kept_contributions, per_delivery
from schemas.figures import PUBLISHED, step_of, tables_of
from schemas.flow import COMPARISON, SPENDING
from schemas.profile import Profile
from schemas.profile.flow import makes
from schemas.rows import IndicatorValuesRow, MeasuresRow, SpendingByUnitRow, SpendingOverviewRow
from schemas.values import AnyRow

STEP = COMPARISON
TABLES = tables_of(STEP)
READ = tuple(dict.fromkeys(read for name in TABLES for read in PUBLISHED[name].reads))
"""The published tables that this step reads."""


def comparison_assets(profile: Profile, partitions: Partitions) -> list[dg.AssetsDefinition]:
    """What the figures of a cycle are set beside; of what the institution does not use there is nothing."""
    used = [name for name in TABLES if makes(profile, name)]
    of_money = any(step_of(read) == SPENDING for name in used for read in PUBLISHED[name].reads)
    specs = [
        *(
            table_spec(
                profile,
                STEP,
                name,
                [[step_of(read), read] for read in PUBLISHED[name].reads if makes(profile, read)],
                partitions,
            )
            for name in used
        ),
        contributions_spec(profile, STEP, [[SPENDING, CONTRIBUTIONS]] if of_money else [], partitions),
    ]

    @dg.multi_asset(name="comparison_tables", specs=specs)
    def comparison(context: dg.AssetExecutionContext, institution: Institution) -> Made:
        tables = institution.tables(context.partition_key)
        profile, cycle = tables.profile, tables.cycle
        read = {name for one in used for name in PUBLISHED[one].reads}  # what is not read need not be there yet
        rows = {n: tables.computed(step_of(n), n).to_pylist() if n in read else [] for n in READ}
        contributions = [*per_delivery(kept_contributions(tables.workspace, cycle.key, [SPENDING]))] if of_money else []
        (of_themes,), (of_units,) = PUBLISHED["spending_by_national_theme"].reads, PUBLISHED["spending_by_parent"].reads
        overview: list[SpendingOverviewRow] = rows[of_themes]
        by_unit: list[SpendingByUnitRow] = rows[of_units]
        values: list[IndicatorValuesRow] = rows["indicator_values"]
        accounts: list[MeasuresRow] = rows["measures"]
        spent, of_spent = spending(profile, cycle, overview, contributions)
        of_parents, of_their_units = spending_by_parent(profile, cycle, by_unit, contributions)
        own = [*of_spent, *of_their_units]
        keep_contributions(tables.workspace, cycle.key, STEP, own)
        made: dict[str, Sequence[AnyRow]] = {
            "indicator_targets": targets(profile, values),
            "reference_values": references(profile, cycle, values),
            "crosswalk": crosswalk(profile, cycle),
            "spending_by_national_theme": spent,
            "national_theme_counts": counts(profile, cycle, cycle.years(profile.institution.first_year)),
            "classifications": classifications(profile, cycle),
            "measures_by_class": measures_by_class(profile, cycle, accounts),
            "units": units(profile),
            "unit_changes": unit_changes(profile),
            "spending_by_parent": of_parents,
        }
        yield from published_made(tables, STEP, {name: made[name] for name in used})
        yield contributions_made(STEP, len(own))

    return [comparison]
