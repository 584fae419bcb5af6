"""The Dagster asset of the last step: the release, and with it the tables that say where figures come from."""

from collections.abc import Mapping
from typing import Any

import dagster as dg
import pyarrow as pa

from assets.declaring import spec
from assets.disclosure.contributions import Contributions
from assets.disclosure.keeping import about_to_show, sources_of, withheld_of
from assets.evidence import kept_evidence
from assets.publication.release import Release, publish
from assets.publication.tables import definitions, lineage
from assets.resources import Institution
from assets.staged.assets import STEP as STAGED
from assets.statistics.sums import Cell
from assets.status.assets import STATUS
from assets.status.assets import STEP as STATUS_STEP
from assets.validation.assets import COMPUTED, QUALITY
from assets.validation.assets import STEP as VALIDATION
from assets.workspace import Workspace
from schemas.exports.arrow import to_arrow
from schemas.profile import Profile

STEP = "publication"
RELEASE = "release"
READ = ("accepted", "partly_accepted")
"""The states of deliveries whose rows count."""


def publication_assets(profile: Profile, partitions: Any) -> list[dg.AssetsDefinition]:
    """The release of a cycle. It waits for the gate: the blocking check on `quality_results`."""
    declared = spec(
        profile,
        [STEP, RELEASE],
        "An immutable release: tables as Parquet, data package, data dictionary and manifest; shown in one step.",
        deps=[[VALIDATION, QUALITY], [STATUS_STEP, STATUS], *([step, name] for name, step in COMPUTED.items())],
        kinds=["parquet"],
        partitions=partitions,
    )

    @dg.multi_asset(name=RELEASE, specs=[declared])
    def release(context: dg.AssetExecutionContext, institution: Institution) -> dg.MaterializeResult[Any]:
        settings = institution.settings
        profile, workspace = settings.profile, settings.workspace
        found = release_of(profile, workspace, context.partition_key)
        tables = found.path / "tables"
        return dg.MaterializeResult(
            asset_key=declared.key,
            metadata={
                "version": found.version,
                "status": found.status,
                "new": found.new,
                "lacking": list(found.lacking),
                "path": dg.MetadataValue.path(str(found.path)),
                "tables": [path.stem for path in sorted(tables.glob("*.parquet"))],
            },
        )

    return [release]


def release_of(profile: Profile, workspace: Workspace, cycle: str) -> Release:
    """Publish what the steps of a cycle have made."""
    status = workspace.read(cycle, STATUS_STEP, STATUS)
    tables: dict[str, pa.Table] = {name: workspace.read(cycle, step, name) for name, step in COMPUTED.items()}
    tables[STATUS] = status
    tables[QUALITY] = workspace.read(cycle, VALIDATION, QUALITY)
    arrived = [r for r in status.to_pylist() if r["delivery"]]
    # The same bytes may have come more than once: figures are traced to the delivery of them that was read.
    deliveries = {r["delivery"]: r for r in sorted(arrived, key=lambda r: r["status"] in READ)}
    tables["lineage"] = _lineage(profile, workspace, cycle, tables, deliveries)
    tables["definitions"] = to_arrow("definitions", definitions(profile))
    tables["corrections"] = pa.concat_tables(
        workspace.read(cycle, STAGED, f"{feed.id}.corrections") for feed in profile.feeds
    )
    tables["waivers"] = workspace.read(cycle, VALIDATION, "waivers")
    tables["approvals"] = workspace.read(cycle, STATUS_STEP, "approvals")
    inputs = [
        {name: row[name] for name in ("feed", "period", "unit", "file", "sha256", "version", "status")}
        for row in arrived
    ]
    lacking = workspace.read_json(cycle, STATUS_STEP, "missing")["lacking"]
    about_to_show(workspace, cycle)
    return publish(workspace, profile, profile.cycle(cycle), tables, inputs, lacking)


def _lineage(
    profile: Profile,
    workspace: Workspace,
    cycle: str,
    tables: Mapping[str, pa.Table],
    deliveries: Mapping[str, Mapping[str, Any]],
) -> pa.Table:
    """The evidence of every figure, with of answers only the sizes that are shown anyway."""
    evaluations = {(i.id, i.version): i.answers.evaluation for i in profile.indicators if i.answers is not None}
    names = ["figure_id", "status", "reporting_year", "unit", "level"]
    results = tables["evaluation_results"].select([*names, "evaluation", "programme"]).to_pylist()
    figures = tables["indicator_values"].select([*names, "indicator", "definition_version"]).to_pylist()
    for row in figures:
        row["evaluation"] = evaluations.get((row["indicator"], row["definition_version"]))
    over_answers = Contributions(
        {
            row["figure_id"]: (
                (row["reporting_year"], row["evaluation"]),
                Cell(row["unit"], row.get("programme"), row["level"]),
            )
            for row in (*results, *figures)
            if row["evaluation"]
        },
        sources_of(workspace, cycle),
        withheld_of(workspace, cycle),
    )
    hidden = [row["figure_id"] for row in (*results, *figures) if row["status"] == "suppressed"]
    evidence = kept_evidence(workspace, cycle, ("indicators", "statistics", "spending", "progress"))
    threshold = profile.institution.disclosure.threshold
    made = _corrections_made(profile, workspace, cycle)
    return to_arrow("lineage", lineage(evidence, deliveries, hidden, threshold, made, over_answers))


def _corrections_made(profile: Profile, workspace: Workspace, cycle: str) -> dict[str, dict[str, int]]:
    """Per delivery that was corrected, how many of its cells each delivery of the register corrected."""
    found: dict[str, dict[str, int]] = {}
    for feed in profile.feeds:
        for delivery, register, cells in workspace.read_json(cycle, STAGED, f"{feed.id}.corrections")["made"]:
            found.setdefault(delivery, {})[register] = cells
    return found
