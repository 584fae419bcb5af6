"""Answers for tests of counting: staged from Parquet by an engine, or from a table of PostgreSQL by its counts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from kwaliteitsmonitor.foundation.retrying import Patience
from kwaliteitsmonitor.methods.checks.outcomes import validate
from kwaliteitsmonitor.readers.answers.files import AnswerFile
from kwaliteitsmonitor.readers.answers.in_database import pull_counts
from kwaliteitsmonitor.readers.answers.staging import HowRead, stage_answers
from kwaliteitsmonitor.readers.cells.reading import cell_readers
from kwaliteitsmonitor.readers.delivery import Delivery
from kwaliteitsmonitor.readers.staging import StagedTable, Tally
from schemas.contract import Table
from schemas.profile import Profile
from schemas.profile.feeds import FileSource, Format, SqlSource
from schemas.profile.forms import Form
from schemas.tables import CATALOGUE
from tests.readers.answering import HISTORY, KEY, LAW, NAMES, Row

QUICK = Patience(attempts=3, first=0.01, longest=0.02, chance=0.01)
YEAR = {"academic_year": "2019-2020", "reporting_year": 2020}
SOURCE = SqlSource(kind="sql", connection="evaluations", database_table="answers", tables=["evaluations"], counted=True)


def in_database(url: str, rows: Sequence[Row], more: str = "") -> None:
    """Make the table `answers` hold these rows; `more` is a statement after that."""
    engine = sa.create_engine(url, poolclass=sa.NullPool)
    columns = ", ".join(f"{name} {'bigint' if name == 'score' else 'text'}" for name in NAMES)
    values = ", ".join(f":{name}" for name in NAMES)
    with engine.begin() as connection:
        connection.execute(sa.text("DROP TABLE IF EXISTS answers"))
        connection.execute(sa.text(f"CREATE TABLE answers ({columns}, remarks text)"))
        if rows:
            connection.execute(sa.text(f"INSERT INTO answers VALUES ({values}, 'open text')"), list(rows))
        if more:
            connection.execute(sa.text(more))


def _bound(profile: Profile) -> Table:
    """The contract of answers, bound to the codes of the institution and two programmes."""
    return CATALOGUE["evaluations"].bind({**profile.code_lists(), "programmes": (HISTORY, LAW)})


def pulled(url: str, profile: Profile, source: SqlSource = SOURCE, threshold: int = 0) -> bytes:
    """The bytes of the counts that a database gives."""
    table = _bound(profile)
    with pull_counts(url, source, table, YEAR, profile.aliases, QUICK, threshold) as counts:
        return counts.stream.read()


def staged(
    folder: Path,
    profile: Profile,
    content: bytes,
    source: FileSource | SqlSource | None = None,
    threshold: int = 0,
    **more: Any,
) -> StagedTable:
    """What is staged of the bytes of a delivery; `more` is what its source says."""
    table = _bound(profile)
    kept = folder / f"kept-{len(list(folder.iterdir()))}"
    kept.write_bytes(content)
    file = FileSource(kind="files", path="x", format=Format.PARQUET, tables=["evaluations"], **more)
    delivery = Delivery("evaluations", 0, "answers", "a" * 64, 1, date(2020, 9, 1), "2019-2020")
    form = (file.form("evaluations", 2020) if source is None else None) or Form(table="evaluations")
    readers = cell_readers(table.fields, form, "iso", profile.aliases, KEY)
    told = {"academic_year": "2019-2020"}
    how = HowRead(table, lambda _: readers, profile.aliases, validate, threshold=threshold)
    found, rejected = stage_answers(how, [AnswerFile(delivery, kept, source or file, told, 2020)])
    assert rejected == {}
    return found


def outcome(found: StagedTable) -> tuple[list[dict[str, Any]], Tally, dict[str, int]]:
    """What must be the same whichever engine counted: the counts, the tally, and how often each rule was broken."""
    (tally,) = found.tallies.values()
    assert tally.accepted + tally.quarantined == tally.received
    failed = {r.rule: r.failed for r in found.results if r.failed and not r.rule.endswith(".read_as")}
    return found.rows.to_pylist(), replace(tally), failed
