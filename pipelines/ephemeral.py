"""An instance of Dagster of which nothing is kept: for a cycle that is computed once more, and for tests.

Dagster's own instance in memory has a database all the same. A small cycle stores some 360 events in it and asks it
1,500 times which data each step read, for tags of materializations that nobody will ever see: two fifths of the CPU
time of such a cycle. Here events are a list, and a step hears that nothing was made before.
"""

from __future__ import annotations

from collections.abc import Sequence

import dagster as dg
from dagster._core.event_api import EventLogRecord, EventRecordsResult
from dagster._core.events import DagsterEventType
from dagster._core.events.log import EventLogEntry
from dagster._core.instance.types import InstanceType
from dagster._core.launcher.sync_in_memory_run_launcher import SyncInMemoryRunLauncher
from dagster._core.run_coordinator import DefaultRunCoordinator
from dagster._core.storage.event_log import InMemoryEventLogStorage
from dagster._core.storage.event_log.base import AssetRecord, EventLogConnection
from dagster._core.storage.noop_compute_log_manager import NoOpComputeLogManager
from dagster._core.storage.root import TemporaryLocalArtifactStorage
from dagster._core.storage.runs import InMemoryRunStorage


class EventList(InMemoryEventLogStorage):
    """The events of runs as a list, which is asked for the events of a run and for nothing else."""

    def __init__(self) -> None:
        # Dagster's would set up a database: without it a question that is not answered below is an error.
        self._events: list[EventLogEntry] = []

    def store_event(self, event: EventLogEntry) -> None:
        """Add an event to the list."""
        self._events.append(event)

    def get_records_for_run(
        self,
        run_id: str,
        cursor: str | None = None,
        of_type: DagsterEventType | set[DagsterEventType] | None = None,
        limit: int | None = None,
        ascending: bool = True,
    ) -> EventLogConnection:
        """The events of a run, from the first or the last one. Raises `NotImplementedError` if a cursor is given."""
        if cursor is not None:
            raise NotImplementedError
        kinds = {of_type} if isinstance(of_type, DagsterEventType) else of_type or set()
        records = [
            EventLogRecord(number, event)
            for number, event in enumerate(self._events, 1)
            if event.run_id == run_id and (not kinds or event.dagster_event_type in kinds)
        ]
        return EventLogConnection((records if ascending else records[::-1])[:limit], "", has_more=False)

    @property
    def asset_records_have_last_observation(self) -> bool:
        """Whether what is known of an asset has its last observation: so that it is not asked for."""
        return True

    def get_asset_records(self, asset_keys: Sequence[dg.AssetKey] | None = None) -> Sequence[AssetRecord]:  # noqa: ARG002
        """What is known of assets, by which Dagster tells which data a step read: nothing."""
        return []

    def fetch_materializations(self, *_: object, **__: object) -> EventRecordsResult:
        """When an asset was made, by which Dagster tells which data a check looked at: never."""
        return EventRecordsResult([], "", has_more=False)

    def dispose(self) -> None:
        """Forget all events."""
        self._events.clear()


def ephemeral_instance() -> dg.DagsterInstance:
    """An instance of Dagster that keeps nothing: `dg.DagsterInstance.ephemeral()`, with its events in a list.

    It is a context manager, which ends it.
    """
    return dg.DagsterInstance(
        instance_type=InstanceType.EPHEMERAL,
        local_artifact_storage=TemporaryLocalArtifactStorage(),  # type: ignore[no-untyped-call]
        run_storage=InMemoryRunStorage(),
        event_storage=EventList(),
        compute_log_manager=NoOpComputeLogManager(),
        run_coordinator=DefaultRunCoordinator(),
        run_launcher=SyncInMemoryRunLauncher(),
    )
