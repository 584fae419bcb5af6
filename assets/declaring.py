"""How assets and checks are declared alike: schemas from contracts, groups, owners, and checks from rule results."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import dagster as dg
import pyarrow as pa

from assets.validation.results import SHOWN_CELLS, Outcome, RuleResult
from schemas.contract import KIND_EN, Table
from schemas.profile import Profile

PREVIEW_ROWS = 12


def spec(
    profile: Profile, key: Sequence[str], description: str, *, deps: Iterable[Sequence[str]] = (),
    kinds: Iterable[str] = ("python",), table: Table | None = None, partitions: Any = None,
) -> dg.AssetSpec:
    """The declaration of an asset: its step is its group, its columns are those of its contract."""
    metadata: dict[str, Any] = {}
    if table is not None:
        metadata["dagster/column_schema"] = column_schema(table)
    return dg.AssetSpec(
        dg.AssetKey(list(key)),
        deps=[dg.AssetKey(list(dep)) for dep in deps],
        description=description,
        group_name=key[0],
        kinds=set(kinds),
        owners=[profile.institution.owner],
        metadata=metadata,
        partitions_def=partitions,
        tags={"institution": profile.id},
    )


def column_schema(table: Table) -> dg.TableSchema:
    """A contract as Dagster shows it: columns with type, description, unit and what is allowed."""
    return dg.TableSchema(
        columns=[
            dg.TableColumn(
                name=f.name,
                type=f.kind.value,
                description=f"{f.en} / {f.nl}",
                constraints=dg.TableColumnConstraints(
                    nullable=f.nullable,
                    other=[KIND_EN[f.kind], *([f"in {f.unit_of_measure}"] if f.unit_of_measure else [])],
                ),
            )
            for f in table.fields
        ]
    )


def rows_metadata(data: pa.Table) -> dict[str, Any]:
    """The number of rows; never a row of them."""
    return {"dagster/row_count": data.num_rows}


def preview(data: pa.Table) -> dg.TableMetadataValue:
    """The first rows of a table that is published anyway."""
    records = [
        dg.TableRecord({name: _shown(value) for name, value in row.items()})
        for row in data.slice(0, PREVIEW_ROWS).to_pylist()
    ]
    columns = [dg.TableColumn(name=name, type="string") for name in data.column_names]
    return dg.MetadataValue.table(records or [dg.TableRecord(dict.fromkeys(data.column_names, ""))],
                                  schema=dg.TableSchema(columns))


def _shown(value: Any) -> str | float | bool | int:
    if value is None:
        return ""
    return value if isinstance(value, str | float | bool | int) else str(value)


def check_spec(key: Sequence[str], name: str, description: str, partitions: Any, *, blocking: bool = False) -> dg.AssetCheckSpec:
    """The declaration of a check on an asset, per cycle. The one place that uses partitioned checks."""
    return dg.AssetCheckSpec(
        name, asset=dg.AssetKey(list(key)), description=description, blocking=blocking, partitions_def=partitions
    )


def check_result(key: Sequence[str], name: str, results: Sequence[RuleResult]) -> dg.AssetCheckResult:
    """Rule results as one check: which rules failed or could not run, how badly, how often and where. No values."""
    wrong = [r for r in results if r.outcome is not Outcome.PASSED]
    blocks = any(r.blocks for r in wrong)
    metadata: Mapping[str, Any] = {
        "rules": len(results),
        "failed": sum(r.outcome is Outcome.FAILED for r in wrong),
        "could_not_run": sum(r.outcome is Outcome.NOT_RUN for r in wrong),
    }
    if wrong:
        metadata = {**metadata, "findings": _findings(wrong)}
    return dg.AssetCheckResult(
        passed=not wrong,
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
                    "rule": r.rule, "severity": str(r.severity), "outcome": str(r.outcome), "rows": r.failed,
                    "of": r.checked, "where": ", ".join(r.cells[:SHOWN_CELLS]), "what must hold": r.en,
                    "finding": r.detail,
                }
            )
            for r in wrong
        ]
    )
