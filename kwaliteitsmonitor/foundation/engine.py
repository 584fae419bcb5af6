"""DuckDB in this process, and where it puts what does not fit in memory.

By itself it spills into `.tmp` of the folder that happens to be the current one. Those are rows of people, so they go
into a folder that is gone when the connection is, and that is cleared by the next run if the process was killed.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from kwaliteitsmonitor.foundation.scratch import ScratchFolder

if TYPE_CHECKING:
    import duckdb


@contextmanager
def duckdb_for(purpose: str) -> Iterator[duckdb.DuckDBPyConnection]:
    """A DuckDB of its own, in memory; `purpose` is one word, in the name of the folder it spills into."""
    import duckdb

    with ScratchFolder(purpose) as spill, duckdb.connect() as connection:
        connection.execute("SET temp_directory = ?", [spill])
        yield connection
