"""The form in which a database delivers counts of answers: Parquet, marked as such, a row per combination of values.

Respondents are not in it, nor open text. Without rows, wrong answers cannot be reported by row: they are reported by
their values and number.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import IO

from kwaliteitsmonitor.methods.disclosure.respondents import Respondents
from schemas.contract import Table
from schemas.tables.counted import RESPONDENT
from schemas.words import Words

MARK, FORMAT = b"kwaliteitsmonitor.counts", b"1"
"""What the metadata of the file says, so that counts never pass for answers."""

PEOPLE = b"kwaliteitsmonitor.people"
"""Where the metadata of the file says what the database counted of the people who answered."""

COUNT, WITHOUT_RESPONDENT, SECOND = "answers", "without_respondent", "second_answers"
"""Columns: all answers; of those, the ones without a respondent, and the ones of a respondent who answered before."""

BY_THEIR_VALUES = Words(
    "geteld in de database; wat niet klopt, is aangeduid met de waarden en het aantal antwoorden, niet met een rij",
    "counted in the database; answers that are wrong are told by their values and their number, not by a row",
)


def counted_by(table: Table) -> tuple[str, ...]:
    """The fields of a contract by which answers are counted: all but the respondent and open text."""
    return tuple(f.name for f in table.fields if f.name != RESPONDENT and not f.open_text)


def holds_counts(path: Path) -> bool:
    """Whether a kept file holds counts."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    with path.open("rb") as stream:
        if stream.read(4) != b"PAR1":
            return False
    try:
        metadata: Mapping[bytes, bytes] = pq.read_schema(path).metadata or {}
    except pa.ArrowException:
        return False
    return metadata.get(MARK) == FORMAT


def respondents_of(path: Path) -> Respondents:
    """What a database counted of the people behind its counts; nothing if the file is of before it did."""
    import pyarrow.parquet as pq

    record = (pq.read_schema(path).metadata or {}).get(PEOPLE)
    return Respondents.of_record(json.loads(record)) if record else Respondents()


def write_counts(
    target: IO[bytes],
    table: Table,
    rows: Iterable[tuple[Sequence[str], tuple[int, int, int]]],
    people: Respondents | None = None,
) -> tuple[int, int]:
    """Write counts: of each combination its values as texts, in the order of `counted_by`, and the three numbers.

    The same counts give the same bytes, in whatever order they come; what has the same texts becomes one row. Returns
    the number of rows and of answers.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    together: dict[tuple[str, ...], tuple[int, int, int]] = {}
    for values, (answers, nobody, second) in rows:
        before = together.get(tuple(values), (0, 0, 0))
        together[tuple(values)] = (before[0] + answers, before[1] + nobody, before[2] + second)
    ordered = sorted(together.items())
    names = counted_by(table)
    texts = {name: [values[at] or None for values, _ in ordered] for at, name in enumerate(names)}
    numbers = {name: [n[at] for _, n in ordered] for at, name in enumerate((COUNT, WITHOUT_RESPONDENT, SECOND))}
    schema = pa.schema(
        [*(pa.field(name, pa.string()) for name in texts), *(pa.field(name, pa.int64(), False) for name in numbers)],
        metadata={MARK: FORMAT, **({PEOPLE: json.dumps(people.record())} if people else {})},
    )
    with pq.ParquetWriter(target, schema, compression="zstd", version="2.6") as writer:
        writer.write_table(pa.table({**texts, **numbers}, schema))
    return len(ordered), sum(numbers[COUNT])
