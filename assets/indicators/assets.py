"""The Dagster asset of the indicators: figures as the definitions say, past the disclosure gate."""

from collections.abc import Iterable, Mapping
from typing import Any

import dagster as dg
import pyarrow as pa

from assets.common.resources import Institution
from assets.common.specs import preview, rows_metadata, spec, traced
from assets.evaluations.assets import RESULTS
from assets.evaluations.assets import STEP as STATISTICS
from assets.evaluations.of_cycle import nothing_to_withhold, statistics_of
from assets.facts.assets import STEP as FACTS
from assets.indicators.delivered import earlier
from assets.indicators.delivered_findings import findings
from assets.indicators.figures import figures
from assets.indicators.lacks import FEEDS_OF
from assets.indicators.scale import off_scale
from assets.status.assets import STATUS
from assets.status.assets import STEP as STATUS_STEP
from assets.status.losses import kept_aside, lacking_units
from assets.status.states import missing_of
from kwaliteitsmonitor.foundation.tables import facts_table
from kwaliteitsmonitor.foundation.workspace import Workspace
from kwaliteitsmonitor.methods.checks.results import RuleResult, to_table
from kwaliteitsmonitor.methods.checks.verdicts import Verdicts
from kwaliteitsmonitor.methods.disclosure import applying
from kwaliteitsmonitor.methods.disclosure.figures import over_releases
from kwaliteitsmonitor.methods.disclosure.pattern import known_of, withheld_of
from kwaliteitsmonitor.methods.disclosure.people import suppress_families
from kwaliteitsmonitor.methods.figures.evidence import keep_evidence
from schemas.calendar import Cycle
from schemas.exports.arrow import to_arrow
from schemas.profile import Profile
from schemas.profile.flow import facts_of, makes
from schemas.tables import CATALOGUE

STEP = "indicators"
TABLE = "indicator_values"
READS = (*FEEDS_OF, "fact_population")
FINDINGS = "delivered_figures.results"
PLACES = "delivered_figures.places"


def indicators_assets(profile: Profile, partitions: Any) -> list[dg.AssetsDefinition]:
    """The indicator values of a cycle; none for an institution that defines no indicator."""
    if not profile.indicators:
        return []
    of_answers = [[STATISTICS, RESULTS]] if makes(profile, RESULTS) else []
    declared = spec(
        profile,
        [STEP, TABLE],
        "Every indicator of this year and the year before, with n, spread and status.",
        deps=[*([FACTS, name] for name in facts_of(profile, *READS)), *of_answers, [STATUS_STEP, STATUS]],
        kinds=["python", "parquet"],
        table=CATALOGUE[TABLE],
        partitions=partitions,
    )

    @dg.multi_asset(name=TABLE, specs=[declared])
    def indicator_values(context: dg.AssetExecutionContext, institution: Institution) -> dg.MaterializeResult[Any]:
        settings = institution.settings
        profile, workspace = settings.profile, settings.workspace
        cycle = profile.cycle(context.partition_key)
        facts = {name: facts_table(workspace, profile, cycle.key, name) for name in READS}
        nothing_to_withhold(workspace, profile, cycle)
        missing, waived = (missing_of(workspace, cycle.key, what) for what in ("tables", "waived"))
        status = workspace.read(cycle.key, STATUS_STEP, STATUS).to_pylist()
        answers = statistics_of(workspace, profile, cycle)
        lacking = lacking_units(workspace, cycle.key, cycle.years(profile.institution.first_year))
        aside = kept_aside(workspace, cycle.key)
        found = figures(
            profile, cycle, facts, missing, waived, answers, excused(profile, cycle, status), lacking, aside
        )
        shown = _past_the_gate(workspace, profile, cycle, found.rows)
        rows = to_arrow(TABLE, shown)
        workspace.write(cycle.key, STEP, TABLE, rows)
        wrong = _findings(profile, cycle, facts["fact_figures"], status, rows)
        workspace.write(cycle.key, STEP, FINDINGS, to_table(wrong, cycle.key))
        Verdicts(workspace, cycle.key).ahead(profile, STEP, [TABLE])
        keep_evidence(workspace, cycle.key, STEP, found.evidence)
        workspace.write_json(cycle.key, STEP, PLACES, _told(found.places, shown))
        metadata = {**rows_metadata(rows), **traced(profile, TABLE), "preview": preview(rows)}
        return dg.MaterializeResult(asset_key=declared.key, metadata=metadata)

    return [indicator_values]


def _past_the_gate(
    workspace: Workspace, profile: Profile, cycle: Cycle, found: list[dict[str, Any]]
) -> list[dict[str, Any]]:
    """The rows as far as they are shown, in the light of what earlier releases hid."""
    threshold = profile.institution.disclosure.threshold
    withheld = withheld_of(workspace, cycle.key)
    parents = {unit.id: unit.parent for unit in profile.units if unit.parent}
    weighed = suppress_families(found, parents, threshold)
    return over_releases(
        workspace,
        cycle.key,
        known_of(workspace, cycle.key),
        [row for row in found if not applying.over_answers(row, profile.indicators)],
        lambda before: applying.figures(weighed, profile.indicators, withheld, threshold, before),
    )


def _told(places: Iterable[dict[str, Any]], shown: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The places of delivered figures, but of no unit whose own is hidden: a total is traced to the cells of all."""
    hidden = {(row["reporting_year"], row["indicator"], row["unit"]) for row in shown if row["status"] == "suppressed"}
    return [one for one in places if (one["reporting_year"], one["indicator"], one["unit"]) not in hidden]


def excused(profile: Profile, cycle: Cycle, status: Iterable[Mapping[str, Any]]) -> dict[int, set[str]]:
    """Per year the units whose delivered figures are missing and waived, from rows of `delivery_status`."""
    feeds = {feed.id for feed in profile.feeds if "delivered_figures" in feed.tables}
    found: dict[int, set[str]] = {year: set() for year in cycle.years(profile.institution.first_year)}
    for row in status:
        if row["feed"] in feeds and row["waived_because"]:
            every = [unit.id for unit in profile.units] if row["unit"] is None else [row["unit"]]
            for year in found:
                if row["period"] is None or row["period"].endswith(str(year)):
                    found[year].update(every)
    return found


def _findings(
    profile: Profile, cycle: Cycle, facts: pa.Table, status: Iterable[Mapping[str, Any]], rows: pa.Table
) -> list[RuleResult]:
    """What is wrong with figures; the numbers of delivered ones are told where nothing of them is suppressed."""
    values = rows.select(["reporting_year", "indicator", "level", "status"]).to_pylist()
    hidden = {_place(row) for row in values if row["status"] == "suppressed"}
    files = {row["delivery"]: row["file"] for row in status if row["delivery"]}
    delivered = facts.to_pylist()
    years = (*earlier(profile, cycle, delivered), *cycle.years(profile.institution.first_year))
    given = findings(profile, years, delivered, files, {_place(row) for row in values} - hidden)
    return [*given, off_scale(profile, rows.to_pylist())]


def _place(row: Mapping[str, Any]) -> tuple[int, str, str | None]:
    return row["reporting_year"], row["indicator"], row["level"]
