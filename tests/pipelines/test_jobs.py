"""Steps go to a Dask scheduler where the settings name one, else they run in this process."""

from __future__ import annotations

import dagster as dg
import pytest

from pipelines.jobs import _spreading


def test_steps_are_spread_where_a_scheduler_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("dagster_dask", reason="Dask is not tested: install the extra 'dask'")
    from pipelines.dask_executor import SpreadingExecutor

    assert _spreading() is dg.in_process_executor
    monkeypatch.setenv("KWALITEITSMONITOR_DASK_SCHEDULER", "tcp://host:8786")
    assert _spreading().name == "dask"
    assert SpreadingExecutor("tcp://host:8786").cluster_configuration == {"address": "tcp://host:8786"}
