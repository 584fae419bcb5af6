"""How each table of facts follows from staged tables: one query each, run by DuckDB on Arrow tables in memory.

The query follows from what is declared of the table (`schemas.tables.facts`). A course has one spelling in all tables
of facts (`assets.facts.courses`).
"""

from __future__ import annotations

from collections.abc import Mapping

import pyarrow as pa

from assets.facts.courses import NOTHING_RESPELLED, Spelled, in_one_spelling
from kwaliteitsmonitor.foundation.engine import duckdb_for
from schemas.exports.arrow import arrow_schema
from schemas.tables import CATALOGUE
from schemas.tables.facts import FACTS


def conform(name: str, staged: Mapping[str, pa.Table], courses: Spelled = NOTHING_RESPELLED) -> pa.Table:
    """The table of facts of this name from the staged tables that it reads, in the types of its contract.

    `courses` are the spellings of courses that are not read as they stand.
    """
    schema = arrow_schema(CATALOGUE[name])
    with duckdb_for("facts") as connection:
        for table, rows in staged.items():
            connection.register(table, in_one_spelling(rows, courses))
        return connection.sql(FACTS[name].query).to_arrow_table().select(schema.names).cast(schema)
