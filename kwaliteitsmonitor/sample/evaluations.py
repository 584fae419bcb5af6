"""Handing out the answers: every respondent answers every question once, in files that are written as they are made.

Memory does not grow with the number of answers: a block of rows at a time is drawn from what is left of the
counts, shuffled and written.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import accumulate
from pathlib import Path
from types import TracebackType
from typing import IO, TYPE_CHECKING

import numpy as np

from kwaliteitsmonitor.sample.answers import Group, Round
from kwaliteitsmonitor.sample.apportion import SCALE, stream
from kwaliteitsmonitor.sample.choices import Choices
from kwaliteitsmonitor.sample.defects import Planter
from kwaliteitsmonitor.sample.writing import LandingFolder, file_source, header
from schemas.calendar import academic_year
from schemas.errors import ProfileError
from schemas.profile.feeds import FileSource, Format
from schemas.tables import CATALOGUE
from schemas.values import Row

if TYPE_CHECKING:
    import pyarrow as pa
    from numpy.typing import NDArray
    from pyarrow.csv import CSVWriter
    from pyarrow.parquet import ParquetWriter

    from kwaliteitsmonitor.sample.apportion import Whole

TABLE = CATALOGUE["evaluations"]
BLOCK = 250_000
"""The most rows in a row group."""

Arrival = Callable[[str, int], date]


def write_evaluations(
    landing: LandingFolder, choices: Choices, rounds: Sequence[Round], seed: int, planter: Planter, arrival: Arrival
) -> int:
    """Write every evaluation; returns the number of answers. `arrival` gives a feed's day of receipt in a year."""
    feed = next(f for f in landing.profile.feeds if TABLE.name in f.tables)
    spoiled = False
    for evaluation in rounds:
        chosen = choices.evaluations.course if evaluation.kind == "course" else choices.evaluations.programme
        source = file_source(feed, chosen.source)
        place = {"academic_year": academic_year(evaluation.year), "reporting_year": evaluation.year}
        per_unit = "{unit}" in source.path
        units = list(dict.fromkeys(g.unit for g in evaluation.groups)) if per_unit else [""]
        for unit in units:
            path = landing.path_of(source, **place, unit=unit)
            spoil = planter.here(evaluation.year) and not spoiled and source.format is Format.PARQUET
            rng = stream(seed, "respondents", evaluation.kind, evaluation.year, unit)
            rows = _write(landing.new(path), source, evaluation, unit, rng, (planter, path) if spoil else None)
            spoiled = spoiled or spoil
            landing.arrived(path, rows, arrival(feed.id, evaluation.year))
    return sum(evaluation.answers for evaluation in rounds)


def population_rows(rounds: Sequence[Round], year: int) -> list[Row]:
    """How many were invited to each evaluation of a year."""
    return [
        {
            "evaluation": evaluation.kind,
            "academic_year": academic_year(year),
            "unit": g.unit,
            "programme": g.programme,
            "level": g.level,
            "course": g.course,
            "invited": g.invited,
        }
        for evaluation in rounds
        if evaluation.year == year
        for g in evaluation.groups
    ]


@dataclass
class _Block:
    """Rows of one file: per row the group and the number of the respondent, per respondent all answers."""

    groups: NDArray[np.int32]
    numbers: NDArray[np.int32]
    scores: NDArray[np.int16]


def _write(
    target: Path,
    source: FileSource,
    evaluation: Round,
    unit: str,
    rng: np.random.Generator,
    spoil: tuple[Planter, str] | None,
) -> int:
    rows = 0
    with _Stream(target, source) as out:
        for block in _blocks(evaluation, unit, rng):
            if spoil:
                planter, path = spoil
                planter.spoil_score(block.scores.reshape(-1), path, header(TABLE["score"], source.columns))
                spoil = None
            out.write(_table(block, evaluation, source))
            rows += block.scores.size
    return rows


def _blocks(evaluation: Round, unit: str, rng: np.random.Generator) -> Iterator[_Block]:
    """The answers of a unit (all units if it is empty), at most `BLOCK` rows at a time."""
    width = len(evaluation.questions)
    capacity = BLOCK // width
    block = _Block(np.empty(capacity, np.int32), np.empty(capacity, np.int32), np.empty((capacity, width), np.int16))
    filled = 0
    before = _before_each(evaluation.groups)
    for place, group in enumerate(evaluation.groups):
        if unit and group.unit != unit:
            continue
        left = [counts[place] for counts in evaluation.counts]
        done = 0
        while done < group.respondents:
            take = min(group.respondents - done, capacity - filled)
            to = slice(filled, filled + take)
            block.groups[to] = place
            block.numbers[to] = np.arange(done + 1, done + take + 1) + before[group.programme]
            for question in range(width):
                block.scores[to, question], left[question] = _draw(left[question], take, rng)
            filled, done = filled + take, done + take
            if filled == capacity:
                yield block
                filled = 0
    if filled:
        yield _Block(block.groups[:filled], block.numbers[:filled], block.scores[:filled])


def _before_each(groups: Sequence[Group]) -> dict[str, int]:
    """Per programme, how many students stand before the first of it: who studies one programme studies no other.

    The same students answer about each course of their programme, as far as it has so many answers.
    """
    students: dict[str, int] = {}
    for group in groups:
        students[group.programme] = max(students.get(group.programme, 0), group.respondents)
    return dict(zip(students, accumulate(students.values(), initial=0), strict=False))


def _draw(left: Whole, size: int, rng: np.random.Generator) -> tuple[NDArray[np.int16], Whole]:
    """So many answers out of what is left, in any order, and what is left then."""
    hand = left if size == left.sum() else rng.multivariate_hypergeometric(left, size, method="marginals")
    scores = np.repeat(SCALE.astype(np.int16), hand)
    rng.shuffle(scores)
    return scores, left - hand


def _table(block: _Block, evaluation: Round, source: FileSource) -> pa.Table:
    """A block as an Arrow table, its texts dictionary-encoded."""
    import pyarrow as pa

    width = len(evaluation.questions)
    low, high = int(block.groups.min()), int(block.groups.max())
    groups: Sequence[Group] = evaluation.groups[low : high + 1]
    group = np.repeat(block.groups - low, width)
    numbers, person = np.unique(block.numbers, return_inverse=True)
    respondents = [f"R-{number:07d}" for number in numbers]
    same = np.zeros(len(group), np.int32)

    def of_groups(values: Sequence[str | None]) -> pa.DictionaryArray:
        known = list(dict.fromkeys(v for v in values if v is not None))
        codes = np.array([-1 if v is None else known.index(v) for v in values], np.int32)[group]
        empty = codes < 0
        indices = pa.array(codes, mask=empty if empty.any() else None)
        return pa.DictionaryArray.from_arrays(indices, pa.array(known, pa.string()))

    def encoded(codes: NDArray[np.int32], values: Sequence[str]) -> pa.DictionaryArray:
        return pa.DictionaryArray.from_arrays(pa.array(codes), pa.array(values, pa.string()))

    columns = {
        "evaluation": encoded(same, [evaluation.kind]),
        "academic_year": encoded(same, [academic_year(evaluation.year)]),
        "unit": of_groups([g.unit for g in groups]),
        "programme": of_groups([g.programme for g in groups]),
        "level": of_groups([g.level for g in groups]),
        "course": of_groups([g.course for g in groups]),
        "question": encoded(np.tile(np.arange(width, dtype=np.int32), len(block.groups)), evaluation.questions),
        "score": pa.array(block.scores.reshape(-1)),
        "respondent": encoded(np.repeat(person, width).astype(np.int32), respondents),
    }
    return pa.table({header(f, source.columns): columns[f.name] for f in TABLE.fields})


class _Stream:
    """A file that grows a table at a time, as Parquet or CSV. Raises `ProfileError` for any other form."""

    def __init__(self, target: Path, source: FileSource) -> None:
        if source.format not in (Format.PARQUET, Format.CSV):
            raise ProfileError(
                "feeds.yaml", [f"{source.path}: answers are too many for a {source.format}; expected parquet or csv"]
            )
        self.target = target
        self.source = source
        self._writer: CSVWriter | ParquetWriter | None = None
        self._handle: IO[bytes] | None = None

    def __enter__(self) -> _Stream:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._writer is not None:
            self._writer.close()
        if self._handle is not None:
            self._handle.close()

    def write(self, table: pa.Table) -> None:
        """Add rows; those of Parquet become one row group."""
        import pyarrow as pa

        if self.source.format is Format.CSV:
            table = pa.table(
                {
                    name: column.cast(column.type.value_type) if pa.types.is_dictionary(column.type) else column
                    for name, column in zip(table.column_names, table.columns, strict=True)
                }
            )
        if self._writer is None:
            self._writer = self._open(table.schema)
        if self.source.format is Format.CSV:
            self._writer.write_table(table)
        else:
            self._writer.write_table(table, row_group_size=BLOCK)

    def _open(self, schema: pa.Schema) -> CSVWriter | ParquetWriter:
        import pyarrow.csv as arrow_csv
        import pyarrow.parquet as pq

        if self.source.format is Format.CSV:
            self._handle = self.target.open("wb")
            # Arrow quotes a header that it writes itself.
            self._handle.write((self.source.delimiter.join(schema.names) + "\n").encode(self.source.encoding))
            form = arrow_csv.WriteOptions(include_header=False, delimiter=self.source.delimiter, quoting_style="none")
            return arrow_csv.CSVWriter(self._handle, schema, write_options=form)
        return pq.ParquetWriter(self.target, schema, compression="zstd", store_schema=False, write_statistics=False)
