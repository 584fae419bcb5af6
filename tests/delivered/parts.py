"""Answers of one unit that come in parts, as people, Spark, Databricks, DuckDB and Arrow write them."""

from __future__ import annotations

import os
import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.dataset as ds
import pyarrow.parquet as pq

from assets.staged.feed import StagedFeed, stage_feed
from kwaliteitsmonitor.methods.checks.outcomes import validate
from kwaliteitsmonitor.readers.delivery import Delivery
from schemas.profile import Feed
from schemas.profile.feeds import FileSource, Format, Period
from tests.delivered.uptake import Uptake

KEY = b"k" * 32
YEAR = "eva/2019-2020"


def feed_of(form: Format, table: str = "evaluations", path: str = "eva/{academic_year}/{unit}{suffix}") -> Feed:
    keys = {"encoding": "utf-8", "locale": "iso", "tables": [table]}
    source = FileSource.model_validate({"kind": "files", "path": f"{path}.{form}", "format": form, **keys})
    return Feed(id="eva", nl="e", en="e", period=Period.ACADEMIC_YEAR, units=["FGW"], sources=[source])


PARQUET, CSV = feed_of(Format.PARQUET), feed_of(Format.CSV)
FILES: Mapping[str, Sequence[str]] = {
    "numbered parquet": ["FGW_part-00000.parquet", "FGW_part-00001.parquet"],
    "numbered by people": ["FGW (deel 1 van 2).csv", "FGW (deel 2 van 2).csv"],
    "as spark, of which an empty partition gives no file": [
        *(f"FGW.parquet/part-0000{n}-4f1d-c000.snappy.parquet" for n in (0, 1, 4)),
        *(f"FGW.parquet/.part-0000{n}-4f1d-c000.snappy.parquet.crc" for n in (0, 1, 4)),
        "FGW.parquet/_SUCCESS",
    ],
    "as spark, text": ["FGW.csv/part-00000-a.csv", "FGW.csv/part-00001-a.csv", "FGW.csv/_SUCCESS"],
    "as databricks": [
        f"FGW.parquet/{name}" for name in ("part-00000-tid-7-c000.parquet", "_started_7", "_committed_7")
    ],
}
"""The files among which answers are divided; what begins with a point or a line below is a mark beside them."""
COPIES = {
    "duckdb per thread": ("FGW.parquet", "PER_THREAD_OUTPUT"),
    "duckdb by course": ("FGW.parquet", "PARTITION_BY (level, course)"),
    "duckdb by course, text": ("FGW.csv", "DELIM ';', PARTITION_BY (level, course)"),
    "duckdb by unit": ("", "PARTITION_BY (unit), OVERWRITE_OR_IGNORE"),
}
"""Where DuckDB copies answers to, and how."""
DATASETS: Mapping[str, Mapping[str, Any]] = {
    "arrow": {"max_rows_per_file": 15, "max_rows_per_group": 15},
    "arrow by course": {"partitioning": ["course"], "partitioning_flavor": "hive"},
}
"""How Arrow writes answers as a data set."""
EVERY = (*FILES, *COPIES, *DATASETS)


def answers(first: int, last: int, **more: Any) -> pa.Table:
    """Answers of respondents with these numbers."""
    same = {"evaluation": "course", "academic_year": "2019-2020", "unit": "FGW", "programme": "56034", "level": "Ba",
            "course": "C", "question": "teaching_methods", "score": 4}  # fmt: skip
    return pa.Table.from_pylist([{**same, "respondent": f"R-{n}", **more} for n in range(first, last)])


def write(path: Path, data: pa.Table) -> Path:
    """Write a part as Parquet, or as text where its name says so."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.suffix == ".parquet":
        pq.write_table(data, path)
    else:
        lines = [";".join(data.column_names), *(";".join(map(str, row.values())) for row in data.to_pylist())]
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def write_in_parts(zone: Path, way: str, data: pa.Table) -> Feed:
    """Write answers in one of the ways; returns the feed that takes them up."""
    if way in COPIES:
        place, how = COPIES[way]
        form = "csv" if place.endswith("csv") else "parquet"
        duckdb.sql(f"COPY (FROM data) TO '{zone / place}' (FORMAT {form}, {how})")
    elif way in DATASETS:
        ds.write_dataset(data, zone / "FGW", format="parquet", **DATASETS[way])
    else:
        parts = [name for name in FILES[way] if Path(name).name[0] not in "._"]
        size = -(-data.num_rows // len(parts))
        for at, name in enumerate(parts):
            write(zone / name, data.slice(at * size, size))
        for name in set(FILES[way]).difference(parts):
            (zone / name).touch()
    texts = list(zone.rglob("*.csv"))
    return CSV if texts else PARQUET


def settle(folder: Path) -> None:
    """Everything in a folder has stood there for a while."""
    before = time.time() - 600
    for path in folder.rglob("*"):
        os.utime(path, (before, before))


def collected(uptake: Uptake, feed: Feed) -> list[Delivery]:
    """What is collected once all in the landing zone has stood there for a while."""
    settle(uptake.zone)
    return uptake.collect(feed)


def only(uptake: Uptake, feed: Feed) -> Delivery:
    """The only delivery that is collected."""
    (one,) = collected(uptake, feed)
    return one


def staged(uptake: Uptake, feed: Feed, deliveries: Sequence[Delivery]) -> StagedFeed:
    """What is staged of deliveries."""
    mine = replace(uptake.profile, feeds=(feed,))
    return stage_feed(uptake.workspace, mine, feed, deliveries, KEY, validate)


def counted(found: StagedFeed) -> int:
    """The number of answers that count."""
    return sum(found.tables["evaluations"].rows.column("answers").to_pylist())
