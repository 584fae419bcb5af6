"""How assets and checks are declared alike: schemas from contracts, groups, owners, and checks from rule results."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

import dagster as dg
import pyarrow as pa

from assets.common.cycle_tables import RESULTS, CycleTables
from kwaliteitsmonitor.methods.checks.results import Outcome, RuleResult
from kwaliteitsmonitor.methods.figures.column_lineage import columns
from kwaliteitsmonitor.methods.figures.contributions import NAME as CONTRIBUTIONS
from schemas.consequences import COSTS, Severity
from schemas.contract import Field, Table
from schemas.exports.arrow import arrow_type, to_arrow
from schemas.profile import Profile
from schemas.tables import CATALOGUE
from schemas.values import AnyRow, Row, Value

PREVIEW_ROWS = 24
SHOWN_DECIMALS = 4
RULES = "rules"
"""The check on what the rules of a step found."""

Partitions = dg.PartitionsDefinition[str] | None
"""What an asset is made for, one by one: the cycles; `None` if it is made at once."""
Metadata = dict[str, int | float | str | list[str] | dg.MetadataValue | dg.TableColumnLineage | dg.TableSchema | None]
"""What Dagster is told of an asset that was made, by name."""
Made = Iterator[dg.MaterializeResult[None]]
"""What a step tells Dagster of each of its assets, one after the other."""
Dep = Sequence[str] | dg.AssetDep
"""What an asset is made of: the step and the name of another one."""


def spec(
    profile: Profile,
    key: Sequence[str],
    description: str,
    *,
    deps: Iterable[Dep] = (),
    kinds: Iterable[str] = ("python",),
    table: Table | None = None,
    partitions: Partitions = None,
) -> dg.AssetSpec:
    """The declaration of an asset: its step is its group, its columns are those of its contract."""
    metadata: Metadata = {} if table is None else {"dagster/column_schema": column_schema(table)}
    return dg.AssetSpec(
        dg.AssetKey(list(key)),
        deps=[dep if isinstance(dep, dg.AssetDep) else dg.AssetKey(list(dep)) for dep in deps],
        description=description[:1].upper() + description[1:],
        group_name=key[0],
        kinds=set(kinds),
        owners=[profile.institution.owner],
        metadata=metadata,
        partitions_def=partitions,
        tags={"institution": profile.id},
    )


def table_spec(
    profile: Profile,
    step: str,
    name: str,
    deps: Iterable[Dep],
    partitions: Partitions,
    *,
    kinds: Iterable[str] = ("python", "parquet"),
) -> dg.AssetSpec:
    """The declaration of a table of the catalogue that a step makes: its contract describes it, in both languages."""
    table = CATALOGUE[name]
    description = f"{table.en} ({table.nl})."
    return spec(profile, [step, name], description, deps=deps, kinds=kinds, table=table, partitions=partitions)


def results_spec(profile: Profile, step: str, deps: Iterable[Dep], partitions: Partitions) -> dg.AssetSpec:
    """The declaration of what the rules of a step found, which the gate looks at."""
    return spec(
        profile,
        [step, RESULTS],
        "What the rules of this step found, for the gate (wat de controles van deze stap vonden).",
        deps=deps,
        kinds=["json"],
        partitions=partitions,
    )


def results_check(step: str, partitions: Partitions) -> dg.AssetCheckSpec:
    """The declaration of the check on what the rules of a step found."""
    return check_spec([step, RESULTS], RULES, "Every rule of this step holds.", partitions)


def results_made(step: str, results: Sequence[RuleResult]) -> dg.MaterializeResult[None]:
    """What Dagster is told of what the rules of a step found."""
    return dg.MaterializeResult(
        asset_key=dg.AssetKey([step, RESULTS]),
        metadata={"rules": len(results)},
        check_results=[check_result([step, RESULTS], RULES, results)],
    )


def contributions_spec(profile: Profile, step: str, deps: Iterable[Dep], partitions: Partitions) -> dg.AssetSpec:
    """The declaration of what the figures of a step were computed from, which the lineage is made of."""
    return table_spec(profile, step, CONTRIBUTIONS, deps, partitions, kinds=["parquet"])


def contributions_made(step: str, count: int) -> dg.MaterializeResult[None]:
    """What Dagster is told of what the figures of a step were computed from: how many contributions there are."""
    return dg.MaterializeResult(asset_key=dg.AssetKey([step, CONTRIBUTIONS]), metadata={"dagster/row_count": count})


def column_schema(table: Table) -> dg.TableSchema:
    """A contract as Dagster shows it: columns with the type they are kept in, description, unit and what is allowed."""
    return dg.TableSchema(
        columns=[
            dg.TableColumn(
                name=f.name,
                type=str(arrow_type(f)),
                description=f"{f.en} / {f.nl}",
                constraints=dg.TableColumnConstraints(nullable=f.nullable, other=_allowed(f)),
            )
            for f in table.fields
        ]
    )


def _allowed(field: Field) -> list[str]:
    """Unit, range and codes of a field, as far as it has them."""
    low, high = field.minimum, field.maximum
    return [
        *([f"in {field.unit_of_measure}"] if field.unit_of_measure else []),
        *([f"at least {low}"] if low is not None else []),
        *([f"at most {high}"] if high is not None else []),
        *([f"one of: {', '.join(field.codes)}"] if field.codes else []),
    ]


def rows_metadata(data: pa.Table) -> Metadata:
    """The number of rows; never a row of them."""
    return {"dagster/row_count": data.num_rows}


HOW_TO_EXPLAIN = (
    "`kwaliteitsmonitor explain FIGURE_ID` shows where a figure comes from, down to file, sheet and cell "
    "(`docs/auditor.md`). The figures of a row have its `figure_id`."
)


def traced(profile: Profile, table: str) -> Metadata:
    """Metadata of a published table: the columns that each of its columns follows from, and how to ask for more."""
    lineage = dg.TableColumnLineage({
        column: [dg.TableColumnDep(dg.AssetKey([of.step, of.table]), of.name) for of in others]
        for column, others in columns(profile, table).items()
    })  # fmt: skip
    explained = {"explain": dg.MetadataValue.md(HOW_TO_EXPLAIN)} if "figure_id" in CATALOGUE[table].names else {}
    return {"dagster/column_lineage": lineage, **explained}


def preview(data: pa.Table) -> dg.TableMetadataValue:
    """The first rows of a table that is published anyway, those about the whole institution before those of a unit.

    Left out are columns that are empty in all of these rows, and the cycle, which is the partition.
    """
    every: list[Row] = data.to_pylist()
    rows = sorted(every, key=lambda row: row.get("unit") is not None)[:PREVIEW_ROWS]
    names = [name for name in _printed_first(data.schema) if any(row[name] is not None for row in rows)]
    names = [name for name in names if name != "cycle"] or data.column_names
    return dg.MetadataValue.table(
        [dg.TableRecord({name: _shown(row[name]) for name in names}) for row in rows],
        schema=dg.TableSchema([dg.TableColumn(name=name, type="string") for name in names]),
    )


def _printed_first(schema: pa.Schema) -> list[str]:
    """The columns of a table, with the figures as they are printed before the figures as they are computed."""
    printed = [name for name in schema.names if "printed" in name]
    others = [f for f in schema if f.name not in printed]
    at = next((i for i, f in enumerate(others) if pa.types.is_floating(f.type) or pa.types.is_decimal(f.type)), 0)
    names = [f.name for f in others]
    return [*names[:at], *printed, *names[at:]]


def _shown(value: Value) -> str | float | bool | int:
    if value is None:
        return ""
    if isinstance(value, float):
        return round(value, SHOWN_DECIMALS)
    return value if isinstance(value, str | bool | int) else str(value)


def published_made(tables: CycleTables, step: str, made: Mapping[str, Sequence[AnyRow]]) -> Made:
    """Write the published tables that a step made, and say of each to Dagster what it holds and follows from.

    The judge begins with them while the run goes on.
    """
    written = {name: to_arrow(name, rows) for name, rows in made.items()}
    for name, data in written.items():
        tables.write(step, name, data)
        metadata: Metadata = {**rows_metadata(data), **traced(tables.profile, name), "preview": preview(data)}
        yield dg.MaterializeResult(asset_key=dg.AssetKey([step, name]), metadata=metadata)
    tables.verdicts.ahead(tables.profile, written)


def check_spec(
    key: Sequence[str], name: str, description: str, partitions: Partitions, *, blocking: bool = False
) -> dg.AssetCheckSpec:
    """The declaration of a check on an asset, per cycle. The one place that uses partitioned checks."""
    return dg.AssetCheckSpec(
        name, asset=dg.AssetKey(list(key)), description=description, blocking=blocking, partitions_def=partitions
    )


def check_result(key: Sequence[str], name: str, results: Sequence[RuleResult]) -> dg.AssetCheckResult:
    """Rule results as one check: which rules failed or could not run, how badly, how often and where. No values.

    What is only worth knowing, such as how a file was read, stands among the findings and fails nothing.
    """
    wrong = [r for r in results if r.outcome is not Outcome.PASSED]
    blocks = any(r.blocks for r in wrong)
    metadata: Metadata = {
        "rules": len(results),
        "failed": sum(r.outcome is Outcome.FAILED for r in wrong),
        "could_not_run": sum(r.outcome is Outcome.NOT_RUN for r in wrong),
    }
    if wrong:
        metadata = {**metadata, "findings": _findings(wrong)}
    return dg.AssetCheckResult(
        passed=all(r.severity is Severity.INFO for r in wrong),
        check_name=name,
        asset_key=dg.AssetKey(list(key)),
        severity=dg.AssetCheckSeverity.ERROR if blocks else dg.AssetCheckSeverity.WARN,
        metadata=metadata,
        description=None if not wrong else "; ".join(sorted({r.rule for r in wrong})),
    )


def _findings(wrong: Sequence[RuleResult]) -> dg.TableMetadataValue:
    return dg.MetadataValue.table(
        [
            dg.TableRecord(
                {
                    "rule": r.rule,
                    "severity": str(r.severity),
                    "costs": COSTS[r.costs].en,
                    "outcome": str(r.outcome),
                    "rows": r.failed,
                    "of": r.checked,
                    "where": r.places,
                    "what must hold": r.en,
                    "finding": r.detail.en if r.detail else "",
                    "bevinding": r.detail.nl if r.detail else "",
                }
            )
            for r in wrong
        ]
    )
