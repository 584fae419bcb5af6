"""The Dagster asset of the indicators: figures as the definitions say, past the disclosure gate."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

import dagster as dg
import pyarrow as pa

from assets.common.cycle_tables import CycleTables
from assets.common.resources import Institution
from assets.common.specs import (
    Dep,
    Made,
    Metadata,
    Partitions,
    contributions_made,
    contributions_spec,
    preview,
    results_check,
    results_made,
    results_spec,
    rows_metadata,
    spec,
    traced,
)
from assets.evaluations.of_cycle import statistics_of
from assets.facts.assets import STEP as FACTS
from assets.facts.of_cycle import facts_table
from assets.indicators.delivered import earlier
from assets.indicators.delivered_findings import findings
from assets.indicators.figures import Absent, figures
from assets.indicators.scale import off_scale
from assets.status.assets import STATUS
from assets.status.assets import STEP as STATUS_STEP
from assets.status.record import NAME as MISSING
from assets.status.record import status_record
from assets.status.rules import file_by_delivery
from kwaliteitsmonitor.methods.checks.results import RuleResult
from kwaliteitsmonitor.methods.disclosure import applying
from kwaliteitsmonitor.methods.disclosure.figures import NAME as HIDDEN
from kwaliteitsmonitor.methods.disclosure.figures import over_releases
from kwaliteitsmonitor.methods.disclosure.pattern import NAME as WITHHELD
from kwaliteitsmonitor.methods.disclosure.pattern import STEP as DISCLOSURE
from kwaliteitsmonitor.methods.disclosure.pattern import known_of, withheld_of
from kwaliteitsmonitor.methods.disclosure.people import suppress_families
from kwaliteitsmonitor.methods.figures.contributions import Contribution, keep_contributions
from kwaliteitsmonitor.methods.figures.unworded import UnwordedFigure
from kwaliteitsmonitor.methods.figures.wording import indicator_rows
from schemas.calendar import Cycle
from schemas.exports.arrow import to_arrow
from schemas.profile import Profile
from schemas.profile.flow import facts_counted, facts_of
from schemas.rows import DeliveryStatusRow, FactFiguresRow, IndicatorValuesRow
from schemas.tables import CATALOGUE

STEP = "indicators"
TABLE = "indicator_values"
DELIVERED = "delivered_figures"


def indicators_assets(profile: Profile, partitions: Partitions) -> list[dg.AssetsDefinition]:
    """The indicator values of a cycle; none for an institution that defines no indicator."""
    if not profile.indicators:
        return []
    deps: list[Dep] = [
        *([FACTS, name] for name in facts_of(profile, *facts_counted(profile))),
        [DISCLOSURE, WITHHELD],
        *([STATUS_STEP, name] for name in (STATUS, MISSING)),
    ]
    declared = spec(
        profile,
        [STEP, TABLE],
        "Every indicator of this year and the year before, with n, spread and status.",
        deps=deps,
        kinds=["python", "parquet"],
        table=CATALOGUE[TABLE],
        partitions=partitions,
    )
    specs = [declared, *_beside(profile, deps, partitions)]

    @dg.multi_asset(name=TABLE, specs=specs, check_specs=[results_check(STEP, partitions)])
    def indicator_values(context: dg.AssetExecutionContext, institution: Institution) -> Made:
        tables = institution.tables(context.partition_key)
        profile, cycle = tables.profile, tables.cycle
        facts = {name: facts_table(tables, name) for name in facts_counted(profile)}
        status: list[DeliveryStatusRow] = tables.made(STATUS_STEP, STATUS).to_pylist()
        answers = statistics_of(tables)
        kept = status_record(tables)
        lacking = kept.lacking_units(cycle.years(profile.institution.first_year))
        without = excused(profile, cycle, status)
        absent = Absent(kept.missing, kept.waived, without, lacking, kept.aside)
        made = figures(profile, cycle, facts, absent, answers)
        shown = _past_the_gate(tables, made.rows)
        rows = to_arrow(TABLE, indicator_rows(shown, profile.indicators))
        tables.write(STEP, TABLE, rows)
        wrong = _findings(profile, cycle, facts["fact_figures"], status, rows)
        tables.keep_results(STEP, wrong)
        tables.verdicts.ahead(profile, {TABLE: rows})
        traceable = [*_traceable(made.contributions, facts["fact_figures"], shown)]
        keep_contributions(tables.workspace, cycle.key, STEP, traceable)
        metadata: Metadata = {**rows_metadata(rows), **traced(profile, TABLE), "preview": preview(rows)}
        yield dg.MaterializeResult(asset_key=declared.key, metadata=metadata)
        hidden = sum(row["status"] == "suppressed" for row in shown)
        yield dg.MaterializeResult(asset_key=dg.AssetKey([DISCLOSURE, HIDDEN]), metadata={"hidden": hidden})
        yield results_made(STEP, wrong)
        yield contributions_made(STEP, len(traceable))

    return [indicator_values]


def _beside(profile: Profile, deps: list[Dep], partitions: Partitions) -> list[dg.AssetSpec]:
    """What later steps need of this one beside the indicator values."""
    hidden = "Which figures about staff and students are hidden, for later releases (welke cijfers verborgen zijn)."
    return [
        results_spec(profile, STEP, deps, partitions),
        contributions_spec(profile, STEP, deps, partitions),
        spec(profile, [DISCLOSURE, HIDDEN], hidden, deps=deps, kinds=["json"], partitions=partitions),
    ]


def _past_the_gate(tables: CycleTables, rows: list[UnwordedFigure]) -> list[UnwordedFigure]:
    """The rows as far as they are shown, in the light of what earlier releases hid."""
    profile, workspace, cycle = tables.profile, tables.workspace, tables.key
    threshold = profile.institution.disclosure.threshold
    withheld = withheld_of(workspace, cycle)
    parents = {unit.id: unit.parent for unit in profile.units if unit.parent}
    weighed = suppress_families(rows, parents, threshold)
    return over_releases(
        workspace,
        cycle,
        known_of(workspace, cycle),
        [row for row in rows if not applying.over_answers(row, profile.indicators)],
        lambda before: applying.figures(weighed, profile.indicators, withheld, threshold, before),
    )


def _traceable(
    contributions: Iterable[Contribution], delivered: pa.Table, shown: Sequence[UnwordedFigure]
) -> Iterator[Contribution]:
    """The contributions, without the place of one of a unit whose own figure is hidden: a total is traced to all."""
    about = {row["figure_id"]: (row["reporting_year"], row["indicator"]) for row in shown}
    hidden = {(*about[row["figure_id"]], row["unit"]) for row in shown if row["status"] == "suppressed"}
    place_and_unit = ["_delivery", "_sheet", "_row", "_column", "unit"]
    units = {tuple(row)[:4]: row[4] for row in zip(*delivered.select(place_and_unit).to_pydict().values(), strict=True)}
    for one in contributions:
        place, of_hidden = one.place, False
        if place is not None and place.table == DELIVERED:
            unit = units[(one.delivery, place.sheet, place.row, place.column)]
            of_hidden = (*about[one.figure_id], unit) in hidden
        yield replace(one, place=None, field="") if of_hidden else one


def excused(profile: Profile, cycle: Cycle, status: Iterable[DeliveryStatusRow]) -> dict[int, set[str]]:
    """Per year the units whose delivered figures are missing and waived, from rows of `delivery_status`."""
    feeds = {feed.id for feed in profile.feeds if "delivered_figures" in feed.tables}
    by_year: dict[int, set[str]] = {year: set() for year in cycle.years(profile.institution.first_year)}
    for row in status:
        if row["feed"] in feeds and row["waived_because"]:
            every = [unit.id for unit in profile.units] if row["unit"] is None else [row["unit"]]
            for year in by_year:
                if row["period"] is None or row["period"].endswith(str(year)):
                    by_year[year].update(every)
    return by_year


def _findings(
    profile: Profile, cycle: Cycle, facts: pa.Table, status: Iterable[DeliveryStatusRow], rows: pa.Table
) -> list[RuleResult]:
    """What is wrong with figures; the numbers of delivered ones are reported if nothing of them is suppressed."""
    values: list[IndicatorValuesRow] = rows.to_pylist()
    hidden = {_place(row) for row in values if row["status"] == "suppressed"}
    delivered: list[FactFiguresRow] = facts.to_pylist()
    years = (*earlier(profile, cycle, delivered), *cycle.years(profile.institution.first_year))
    of_delivered = findings(
        profile, years, delivered, file_by_delivery(status), {_place(row) for row in values} - hidden
    )
    return [*of_delivered, off_scale(profile, values)]


def _place(row: IndicatorValuesRow) -> tuple[int, str, str | None]:
    return row["reporting_year"], row["indicator"], row["level"]
