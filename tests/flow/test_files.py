"""A cycle reads and writes few files: each table once, and one record for each feed and step."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from benchmarks.count_io import LIMITS, counting
from tests.sample_year import SampleYear


def test_a_cycle_reads_and_writes_no_more_files_than_it_may(leiden_year: SampleYear) -> None:
    assert {kind: number for kind, number in leiden_year.files.items() if number > LIMITS[kind]} == {}
    assert min(leiden_year.files.values()) > 20, "what is not counted is within every limit"


def test_a_file_is_counted_each_time_that_it_is_read_or_written(tmp_path: Path) -> None:
    table, record = tmp_path / "a.parquet", tmp_path / "a.json"
    with counting() as files:
        pq.write_table(pa.table({"number": [1, 2]}), table)
        pq.read_table(table)
        with duckdb.connect() as connection:
            connection.execute("SELECT sum(number) FROM read_parquet(?)", [str(table)]).fetchall()
            connection.execute(f"COPY (SELECT 1) TO '{tmp_path / 'b.parquet'}' (FORMAT parquet)")
        record.write_text("{}")
        record.read_text()
        record.read_text()
    record.read_text()
    assert (files.tables_written[str(table)], files.tables_written.total()) == (1, 2)
    assert files.tables_read.total() == 2
    assert (files.records_written, files.records_read) == ({str(record): 1}, {str(record): 2})
