"""What one step leaves for another is an asset, and who reads it says so: nothing is handed over out of sight."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import dagster as dg
import pytest

from assets.common.resources import Institution
from kwaliteitsmonitor.methods.checks.verdicts import STEP as JUDGED
from pipelines.definitions import build_definitions
from schemas.flow import STAGED
from schemas.profile import Profile
from tests.sample_year import CYCLE, SampleYear

OF_EARLIER = "taken_up"
"""Where earlier versions noted what was taken up; staging looks there where it finds no record of its own."""


@pytest.fixture(scope="module")
def graph() -> dg.AssetGraph:
    return build_definitions(Institution(institution="leiden")).resolve_asset_graph()


def asset_of(profile: Profile, step: str, name: str, kind: str) -> dg.AssetKey:
    """The asset that a table or a record of a cycle is, or is a part of."""
    if step != STAGED:
        return dg.AssetKey([step, name.replace(".", "_")])
    of, _, part = name.partition(".")
    is_table = part == "written" or (not part and kind == "parquet")
    assert is_table or of in {feed.id for feed in profile.feeds}
    return dg.AssetKey([step, of if is_table else f"{of}_record"])


def left_behind(ran: SampleYear) -> Iterator[tuple[str, str, str]]:
    """The step, the name and the kind of every file that a cycle leaves, but for verdicts that may be thrown away."""
    folder: Path = ran.workspace.root / "work" / CYCLE
    for path in sorted(folder.rglob("*")):
        if path.is_file() and path.parent not in (folder, folder / JUDGED):
            yield path.parent.name, path.stem, path.suffix.removeprefix(".")


def test_every_file_that_a_cycle_leaves_is_an_asset_or_a_part_of_one(
    ran: SampleYear, leiden: Profile, graph: dg.AssetGraph
) -> None:
    left = [*left_behind(ran)]
    names = {name for _, name, _ in left}
    assert {"bfr.written", "missing", "withheld", "contributions", "results", "lineage_cells"} <= names
    known = set(graph.get_all_asset_keys())
    assert [one for one in left if asset_of(leiden, *one) not in known] == []


def test_what_a_step_reads_is_declared_as_what_it_depends_on(
    ran: SampleYear, leiden: Profile, graph: dg.AssetGraph
) -> None:
    keys = {one.node_def.name: set(one.keys) for one in graph.assets_defs if one.keys}
    assert {"gather_lineage", "quality_results", "release", "indicator_values"} <= ran.reads.keys() <= keys.keys()
    undeclared = {
        (step, asset.to_user_string())
        for step, reads in ran.reads.items()
        for asset in (asset_of(leiden, *one) for one in reads if one[0] not in (JUDGED, OF_EARLIER))
        if asset not in keys[step] | {parent for key in keys[step] for parent in graph.get(key).parent_keys}
    }
    assert undeclared == set()
