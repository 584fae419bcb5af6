"""Counting the people behind the answers of a file that were accepted, if they may be fewer than the threshold."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyarrow as pa

from kwaliteitsmonitor.methods.disclosure.respondents import FewPeople, Respondents
from kwaliteitsmonitor.readers.answers.counts import Counted, Hashes
from kwaliteitsmonitor.readers.answers.engines.counted import respondents_of
from kwaliteitsmonitor.readers.answers.engines.people import doubt, few
from schemas.spelling import fold

if TYPE_CHECKING:
    import duckdb

CODED = ("evaluation", "question", "unit", "programme", "level")
"""The fields of which a database tells the codes folded."""


def respondents(
    connection: duckdb.DuckDBPyConnection, part: Counted, rows: pa.Table, hashes: Hashes, threshold: int
) -> Respondents:
    """The people behind the accepted answers of a file.

    `rows` are its accepted combinations and `hashes` what they are known by; of their answers the second ones of a
    respondent are no longer there. If a database counted, it counted the people of answers that turned out to be
    wrong as well; if there are any, it is not known how many people remain.
    """
    columns, at = part.selected.columns, part.at
    if not threshold or columns.by_row or not columns.respondent:
        return Respondents()
    if part.selected.counts:
        published = respondents_of(part.file.path)
        [(wrong,)] = connection.execute(f"SELECT count(*) FROM wrong_{at}").fetchall()
        return Respondents() if wrong else _with_codes(published, rows)
    connection.register("accepted", rows.append_column("h", pa.array(hashes)))
    connection.execute(f"CREATE OR REPLACE TABLE accepted_{at} AS SELECT * FROM accepted")
    connection.unregister("accepted")
    if not doubt(connection, f"accepted_{at}", at, threshold):
        return Respondents(threshold)
    return Respondents(threshold, few(connection, at, _counted(connection, part), threshold))


def _with_codes(published: Respondents, rows: pa.Table) -> Respondents:
    """What a database counted, by the codes that the accepted answers have: it published them folded."""
    codes = {name: {fold(code): code for code in rows.column(name).unique().to_pylist() if code} for name in CODED}
    few = []
    for one in published.few:
        key = one._asdict()
        few.append(FewPeople(**key | {name: known.get(key[name], key[name]) for name, known in codes.items()}))
    return Respondents(published.up_to, tuple(sorted(few, key=str)))


def _counted(connection: duckdb.DuckDBPyConnection, part: Counted) -> list[tuple[int, int]]:
    """How many different people gave the answers of each key."""
    at, engine = part.at, part.selected.engine
    engine.share(f"doubtful_{at}")
    first = ""
    if part.repeated:
        engine.share(f"later_{at}")
        first = f"AND o NOT IN (SELECT o FROM later_{at})"
    engine.keep(
        f"SELECT k, count(DISTINCT r) AS people FROM answers_{at} JOIN doubtful_{at} USING (h) "
        f"WHERE r IS NOT NULL {first} GROUP BY k",
        f"people_{at}",
    )
    numbers = connection.execute(f"SELECT k, people FROM people_{at}").fetchall()
    return [(int(k), int(people)) for k, people in numbers]
