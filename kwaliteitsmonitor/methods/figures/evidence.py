"""Keeping the evidence of a step's figures until publication gathers it in the lineage."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

import pyarrow as pa
import pyarrow.compute as pc

from kwaliteitsmonitor.foundation.workspace import Workspace
from schemas.calendar import Cycle

NAME = "evidence"
_SCHEMA = pa.schema([
    ("figure_id", pa.string()), ("part", pa.string()), ("delivery", pa.string()), ("rows", pa.int64()),
    ("contribution", pa.string()), ("note", pa.string()), ("people", pa.int64()),
])  # fmt: skip


def keep_evidence(workspace: Workspace, cycle: str, step: str, evidence: Iterable[Evidence]) -> None:
    """Keep what the figures of a step were computed from."""
    rows = [(e.figure_id, e.part, e.delivery, e.rows, str(e.contribution), e.note, e.people) for e in evidence]
    columns: Sequence[Sequence[object]] = list(zip(*rows, strict=True)) or [()] * len(_SCHEMA)
    arrays = [pa.array(values, field.type) for values, field in zip(columns, _SCHEMA, strict=True)]
    workspace.write(cycle, step, NAME, pa.table(arrays, schema=_SCHEMA))


def kept_evidence(
    workspace: Workspace, cycle: str, steps: Iterable[str], without: Iterable[str] = ()
) -> Iterator[Evidence]:
    """What the figures of these steps were computed from, all but those of `without`."""
    left_out = pa.array(list(without), pa.string())
    for step in steps:
        kept = workspace.read(cycle, step, NAME)
        kept = kept.filter(pc.invert(pc.is_in(kept["figure_id"], left_out)))
        columns = kept.to_pydict().values()
        for figure, part, delivery, rows, contribution, note, people in zip(*columns, strict=True):
            yield Evidence(figure, part, delivery, rows, Decimal(contribution), note, people)


@dataclass(frozen=True)
class Evidence:
    """What one delivery contributed to one part of a figure; `note` says what filters left out.

    `people` is the number of people that the contribution is about, where it is about people: the disclosure gate looks
    at it before lineage is published.
    """

    figure_id: str
    part: str
    delivery: str
    rows: int | None
    contribution: Decimal
    note: str = ""
    people: int | None = None


def figure_id(cycle: Cycle, kind: str, *parts: object) -> str:
    """The id of a figure: `2021-03:indicator:2020:bko_share:all:all`; `all` stands where there is no split."""
    return ":".join([cycle.key, kind, *("all" if part is None else str(part) for part in parts)])
