"""Dagster's event log in SQLite, over connections that stay open for as long as a run takes.

A cycle writes and asks some 1,500 times. Dagster opens a connection for each, and closes it again; as it is the only
one, each close moves what was written from the log of the database into the database, and waits for the disk.

Files and tables are Dagster's own: what a run leaves is read by the UI, the daemon and any other process, also while it
is under way.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from dagster._core.instance import InstanceRef
from dagster._core.storage.event_log import SqliteEventLogStorage
from dagster._serdes import ConfigurableClassData
from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.pool import QueuePool

WITHOUT_OUTPUT = {
    "compute_logs": {
        "module": "dagster._core.storage.noop_compute_log_manager",
        "class": "NoOpComputeLogManager",
        "config": {},
    }
}
"""What a run from the shell prints goes to the shell alone. Dagster would copy it to a file by four processes beside
the run, which print stack traces when a user ends the run with Ctrl-C."""
BUSY = 60
"""Seconds to wait for another process that writes."""


class KeptEventLog(SqliteEventLogStorage):
    """Dagster's event log in SQLite, over a connection to the index of all runs, and one to the run last asked for."""

    def __init__(self, base_dir: str, inst_data: ConfigurableClassData | None = None) -> None:
        self._kept: dict[str, Engine] = {}
        super().__init__(base_dir, inst_data)

    @classmethod
    def from_config_value(
        cls, inst_data: ConfigurableClassData | None, config_value: Mapping[str, Any]
    ) -> KeptEventLog:
        """This log over the folder that the configuration names."""
        return cls(inst_data=inst_data, **config_value)

    @contextmanager
    def _connect(self, shard: str) -> Iterator[Connection]:
        """A connection to the database of a run, or of the index, within a transaction."""
        with self._db_lock, self._engine(shard).connect() as connection, connection.begin():
            yield connection

    def _engine(self, shard: str) -> Engine:
        if shard not in self._kept:
            for other in [name for name in self._kept if "index" not in (name, shard)]:
                self._kept.pop(other).dispose()  # a process that looks into many runs does not hold them all open
            engine = create_engine(
                self.conn_string_for_shard(shard), poolclass=QueuePool, pool_size=1, connect_args={"timeout": BUSY}
            )
            event.listen(engine, "connect", _written_at_ease)
            self._initdb(engine)
            self._initialized_dbs.add(shard)
            self._kept[shard] = engine
        return self._kept[shard]

    def delete_events(self, run_id: str) -> None:
        """Forget the events of a run, and let go of its database, whose file may be removed next."""
        super().delete_events(run_id)
        if run_id in self._kept:
            self._kept.pop(run_id).dispose()

    def dispose(self) -> None:
        """Let go of all databases."""
        super().dispose()
        while self._kept:
            self._kept.popitem()[1].dispose()


def _written_at_ease(connection: sqlite3.Connection, _: object) -> None:
    """Wait for the disk when the log of the database is moved into it, and not at each event.

    SQLite keeps the database whole that way (https://www.sqlite.org/pragma.html#pragma_synchronous). A power cut may
    take the last events of a run, which it cuts off as well.
    """
    connection.execute("PRAGMA synchronous = NORMAL")


def of_a_shell_run(home: Path, *, kept_open: bool) -> InstanceRef:
    """Dagster's database in this folder, as its `dagster.yaml` says, for a run from the shell.

    What it prints goes to the shell alone. Where its event log is that in SQLite, it is `kept_open`.
    """
    place = {"module": __name__, "class": KeptEventLog.__name__, "config": {"base_dir": str(home / "history" / "runs")}}
    overrides = {**WITHOUT_OUTPUT, **({"event_log_storage": place} if kept_open else {})}
    return InstanceRef.from_dir(str(home), overrides=overrides)
