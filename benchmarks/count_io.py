"""How many files a cycle reads and writes, by kind and by path: `python -m benchmarks.count_io`.

It makes the demo in this process: sample deliveries and the cycle of March 2021. Counted is each time that a Parquet
file is opened to be read or written, by Arrow or by DuckDB, and each time that a file of JSON is.
"""

from __future__ import annotations

import re
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

CYCLE = "2021-03"
LIMITS = {"tables read": 120, "tables written": 75, "records read or written": 60}
"""So many files a cycle of the sample may read and write, of each kind."""

_PARTIAL = re.compile(r"\.(.+)\.[0-9a-f]{32}")
"""The name under which a file is written that takes the place of another."""
_IN_QUERY = re.compile(r"read_parquet\(")
_COPIED = re.compile(r"\(FORMAT parquet\)")


@dataclass
class Counted:
    """How often each file was read and written; tables are files of Parquet, records are files of JSON."""

    tables_read: Counter[str] = field(default_factory=Counter)
    tables_written: Counter[str] = field(default_factory=Counter)
    records_read: Counter[str] = field(default_factory=Counter)
    records_written: Counter[str] = field(default_factory=Counter)
    is_on: bool = True

    def totals(self) -> dict[str, int]:
        """The totals that have a limit."""
        return {
            "tables read": self.tables_read.total(),
            "tables written": self.tables_written.total(),
            "records read or written": self.records_read.total() + self.records_written.total(),
        }

    def note(self, of: Counter[str], path: object) -> None:
        """Count a file once more."""
        if self.is_on:
            of[_named(path)] += 1


def _named(path: object) -> str:
    if not isinstance(path, str | Path):
        return f"<{type(path).__name__}>"
    own = Path(path)
    partial = _PARTIAL.fullmatch(own.name)
    return str(own.with_name(partial[1]) if partial else own)


@contextmanager
def counting() -> Iterator[Counted]:
    """Count what this process reads and writes; to be entered before the modules of the flow are imported."""
    import duckdb
    import pyarrow.parquet as pq

    counted = Counted()

    def audited(event: str, arguments: tuple[Any, ...]) -> None:
        if event == "open" and counted.is_on and isinstance(arguments[0], str) and _is_record(arguments[0]):
            written = isinstance(arguments[1], str) and not set(arguments[1]).isdisjoint("wax+")
            counted.note(counted.records_written if written else counted.records_read, arguments[0])

    sys.addaudithook(audited)
    before = {name: getattr(pq, name) for name in ("read_table", "ParquetFile", "ParquetWriter")}
    connect = duckdb.connect

    def read(path: Any, *rest: Any, **options: Any) -> Any:
        counted.note(counted.tables_read, path)
        return before["read_table"](path, *rest, **options)

    class File(before["ParquetFile"]):  # type: ignore[misc]
        def __init__(self, path: Any, *rest: Any, **options: Any) -> None:
            counted.note(counted.tables_read, path)
            super().__init__(path, *rest, **options)

    class Writer(before["ParquetWriter"]):  # type: ignore[misc]
        def __init__(self, path: Any, *rest: Any, **options: Any) -> None:
            counted.note(counted.tables_written, path)
            super().__init__(path, *rest, **options)

    pq.read_table, pq.ParquetFile, pq.ParquetWriter = read, File, Writer
    pq.core.ParquetFile, pq.core.ParquetWriter = File, Writer
    duckdb.connect = lambda *rest, **options: _Engine(connect(*rest, **options), counted)
    try:
        yield counted
    finally:
        counted.is_on = False  # a hook stays as long as the process
        pq.read_table, pq.ParquetFile, pq.ParquetWriter = (
            before[name] for name in ("read_table", "ParquetFile", "ParquetWriter")
        )
        pq.core.ParquetFile, pq.core.ParquetWriter = pq.ParquetFile, pq.ParquetWriter
        duckdb.connect = connect


def _is_record(path: str) -> bool:
    return path.endswith(".json") or ".json." in Path(path).name


class _Engine:
    """A connection of DuckDB of which the queries that read Parquet files are counted."""

    def __init__(self, connection: Any, counted: Counted) -> None:
        self._connection, self._counted = connection, counted
        connection.execute("SET python_scan_all_frames = true")  # a query may name a table of who asks

    def __getattr__(self, name: str) -> Any:
        of = getattr(self._connection, name)
        return self._counting(of) if name in ("execute", "sql", "query") else of

    def __enter__(self) -> _Engine:
        self._connection.__enter__()
        return self

    def __exit__(self, *error: Any) -> Any:
        return self._connection.__exit__(*error)

    def _counting(self, of: Callable[..., Any]) -> Callable[..., Any]:
        def running(query: Any, *rest: Any, **options: Any) -> Any:
            counted, text = self._counted, str(query)
            for of_kind, pattern in ((counted.tables_read, _IN_QUERY), (counted.tables_written, _COPIED)):
                for _ in pattern.finditer(text):
                    counted.note(of_kind, f"<{text[:60]}>")
            return of(query, *rest, **options)

        return running


def main() -> int:
    """Make the demo, and print what it reads and writes; the exit code says whether that is more than the limits."""
    with tempfile.TemporaryDirectory() as folder:
        from pipelines.cli.commands import kwaliteitsmonitor

        root = Path(folder)
        command: Any = kwaliteitsmonitor.main
        command(["sample", "--to", str(root / "landing")], standalone_mode=False)
        with counting() as counted:
            command(
                ["run", "--cycle", CYCLE, "--landing", str(root / "landing"), "--out", str(root)], standalone_mode=False
            )
        for name in ("tables_read", "tables_written", "records_read", "records_written"):
            of: Counter[str] = getattr(counted, name)
            print(f"\n{name.replace('_', ' ')}: {of.total()}")
            for path, times in sorted(of.items()):
                print(f"  {times:>3}  {path.removeprefix(folder)}")
        print()
        for name, total in counted.totals().items():
            print(f"{name}: {total} of at most {LIMITS[name]}")
        return int(any(total > LIMITS[name] for name, total in counted.totals().items()))


if __name__ == "__main__":
    sys.exit(main())
