"""The assets of the first step: what Dagster is handed of each feed."""

from __future__ import annotations

from pathlib import Path

import dagster as dg

from assets.common.resources import Institution
from assets.delivered.assets import STEP, delivered_assets
from kwaliteitsmonitor.foundation.workspace import Workspace
from kwaliteitsmonitor.readers.delivery import Delivery
from schemas.profile import Profile
from tests.connectors.writing import put
from tests.delivered.uptake import CYCLE


def test_each_feed_is_an_asset_that_keeps_its_deliveries_and_tells_how_many_count(
    profile: Profile, tmp_path: Path
) -> None:
    made = {asset.key.path[-1]: asset for asset in delivered_assets(profile, dg.StaticPartitionsDefinition([CYCLE]))}
    assert list(made) == [feed.id for feed in profile.feeds]
    name, landing, out = "faculty_report", tmp_path / "landing", tmp_path / "out"
    for unit, content in (("FGW", b"report"), ("XYZ", b"whose?")):
        put(landing, f"onderwijsjaarverslag/2019-2020/{unit}.xlsx", content)
    resources = {"institution": Institution(institution="leiden", landing=str(landing), out=str(out))}
    with dg.DagsterInstance.ephemeral() as instance:
        result = dg.materialize([made[name]], instance=instance, partition_key=CYCLE, resources=resources)
    (event,) = result.get_asset_materialization_events()
    metadata = {key: value.value for key, value in event.materialization.metadata.items()}
    assert [metadata[key] for key in ("deliveries", "current", "duplicates", "bytes")] == [2, 1, 0, 12]
    assert "XYZ" in str(metadata["refused"])
    kept = Workspace(out).read_json(CYCLE, STEP, name)
    assert {Delivery.from_json(record).unit for record in kept} == {"FGW", ""}
