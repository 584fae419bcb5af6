"""The tables of facts of a cycle: each follows from what was staged, and is made when a step first needs it.

There is no file of them: a run keeps what it made, and a run of later steps alone makes them again from the same rows.
"""

from __future__ import annotations

import pyarrow as pa

from assets.common.cycle_tables import CycleTables
from assets.facts.conform import conform
from assets.facts.courses import COURSE, NOTHING_RESPELLED, Spelled, spelled
from schemas.exports.arrow import arrow_schema
from schemas.profile.flow import makes
from schemas.tables import CATALOGUE
from schemas.tables.facts import FACTS

OF_COURSES = {fact.name: fact.reads[0] for fact in FACTS.values() if COURSE in fact.table.names}
"""The tables of facts that hold courses, and the delivered table of each."""


def facts_table(tables: CycleTables, name: str) -> pa.Table:
    """A table of facts; empty if no feed fills what it follows from.

    Raises `UsageError` if what it follows from has not been staged for the cycle.
    """
    if not makes(tables.profile, name):
        return arrow_schema(CATALOGUE[name]).empty_table()

    def made() -> pa.Table:
        courses = spelling(tables) if name in OF_COURSES else NOTHING_RESPELLED
        return conform(name, {read: tables.staged(read) for read in FACTS[name].reads}, courses)

    return tables.once(name, made)


def spelling(tables: CycleTables) -> Spelled:
    """The spellings of courses that are not read as they stand."""
    codes = tables.profile.code_lists()["courses"]
    return tables.once("courses", lambda: spelled({read: tables.staged(read) for read in OF_COURSES.values()}, codes))
