"""Assets under the name of their institution, so that several institutions live in one Dagster instance.

Dagster knows an asset by its key alone, whichever code location it is of: two institutions that both have a
`staged/bfr` would be one asset, and a cycle that ran for the one would count as run for the other. In a deployment of
several each asset therefore has its institution before its key: `north/staged/bfr`.

Its group has it too (`north_staged`), for the graph of Dagster draws groups of the same name as one. Names of jobs,
schedules and sensors belong to their location and stay as they are.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import wraps
from inspect import isgenerator
from typing import TYPE_CHECKING, ParamSpec

import dagster as dg
from dagster._core.definitions.decorators.op_decorator import DecoratedOpFunction

if TYPE_CHECKING:
    from dagster._core.definitions.metadata import RawMetadataValue

LINEAGE = "dagster/column_lineage"
P = ParamSpec("P")


def located(key: dg.AssetKey, location: str) -> dg.AssetKey:
    """The key of an asset in a location; without a location the key as it is."""
    return key.with_prefix(location) if location else key


def group_in(group: str, location: str) -> str:
    """The name of a group of assets in a location; of letters, digits and underscores, as Dagster wants it."""
    return f"{location.replace('-', '_')}_{group}" if location else group


def under(location: str, assets: Iterable[dg.AssetsDefinition]) -> list[dg.AssetsDefinition]:
    """The same assets and checks with the location before each key and group; without a location as they are."""
    every = list(assets)
    if not location:
        return every
    own = {key: located(key, location) for one in every for key in one.keys}
    return [_under(location, one, own) for one in every]


def _under(location: str, asset: dg.AssetsDefinition, own: Mapping[dg.AssetKey, dg.AssetKey]) -> dg.AssetsDefinition:
    """An asset with other keys, of which what it computes yields the other keys as well.

    Dagster replaces keys in what is declared and not in what is yielded; the function that computes is therefore
    wrapped. The step of a graph yields no key.
    """
    renamed = asset.with_attributes(asset_key_replacements=own).map_asset_specs(
        lambda spec: spec.replace_attributes(group_name=group_in(spec.group_name or "", location))
    )
    node = asset.node_def
    if not isinstance(node, dg.OpDefinition) or not isinstance(node.compute_fn, DecoratedOpFunction):
        return renamed
    wrapped = copy.copy(node)
    wrapped._compute_fn = DecoratedOpFunction(_yielding(node.compute_fn.decorated_fn, location))
    return dg.AssetsDefinition.dagster_internal_init(**{**renamed.get_attributes_dict(), "node_def": wrapped})


def _yielding(compute: Callable[P, object], location: str) -> Callable[P, object]:
    """A function that does the same and gives results under their keys in a location."""

    @wraps(compute)
    def results(*args: P.args, **arguments: P.kwargs) -> object:
        outcome = compute(*args, **arguments)
        return _each(outcome, location) if isgenerator(outcome) else _result(outcome, location)

    return results


def _each(results: Iterator[object], location: str) -> Iterator[object]:
    for result in results:
        yield _result(result, location)


def _result(result: object, location: str) -> object:
    if isinstance(result, dg.MaterializeResult):
        return result._replace(
            asset_key=_key(result.asset_key, location),
            check_results=[_check(one, location) for one in result.check_results or ()],
            metadata=_metadata(result.metadata or {}, location),
        )
    return _check(result, location) if isinstance(result, dg.AssetCheckResult) else result


def _check(result: dg.AssetCheckResult, location: str) -> dg.AssetCheckResult:
    return result._replace(asset_key=_key(result.asset_key, location))


def _key(key: dg.AssetKey | Sequence[str] | str | None, location: str) -> dg.AssetKey | None:
    return None if key is None else located(dg.AssetKey.from_coercible(key), location)


def _metadata(metadata: Mapping[str, RawMetadataValue], location: str) -> Mapping[str, RawMetadataValue]:
    """Metadata in which columns follow from columns of assets under their keys in the location."""
    lineage = metadata.get(LINEAGE)
    if not isinstance(lineage, dg.TableColumnLineage):
        return metadata
    of: Mapping[str, Sequence[dg.TableColumnDep]] = lineage.deps_by_column
    moved = {
        column: [dg.TableColumnDep(located(dep.asset_key, location), dep.column_name) for dep in deps]
        for column, deps in of.items()
    }
    return {**metadata, LINEAGE: dg.TableColumnLineage(moved)}
