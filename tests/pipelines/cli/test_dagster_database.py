"""The `prune` and `upgrade` commands on a Dagster in which nothing ran."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from pipelines.cli.prune import _runs, prune
from pipelines.cli.upgrade import upgrade
from schemas.errors import UsageError


def test_there_is_nothing_to_prune_or_to_bring_up_to_date(tmp_path: Path) -> None:
    where = ["--institution", "leiden", "--out", str(tmp_path)]
    pruned = CliRunner().invoke(prune, ["--older-than", "90d", *where], standalone_mode=False)
    assert (pruned.return_value, "0 runs of 0 to remove; 0 runs as old stay" in pruned.output) == (0, True)
    for options in (["--check"], []):
        upgraded = CliRunner().invoke(upgrade, [*options, *where], standalone_mode=False)
        assert (upgraded.return_value, upgraded.output) == (0, "Dagster's database is up to date: nothing to do.\n")
    with pytest.raises(UsageError):
        CliRunner().invoke(prune, ["--older-than", "long", *where], standalone_mode=False, catch_exceptions=False)


def test_one_run_is_one_run() -> None:
    assert [_runs(count) for count in (0, 1, 2)] == ["0 runs", "1 run", "2 runs"]
