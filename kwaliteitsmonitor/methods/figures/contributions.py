"""What every figure was computed from, in one table: a row for each row of a delivery, or for a delivery as a whole.

A step keeps the contributions of its figures. Evidence per delivery, the cells of a figure and what a figure adds up to
are groupings of them. Contributions to a part add up to it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal

import pyarrow as pa
import pyarrow.compute as pc

from kwaliteitsmonitor.foundation.workspace import Workspace
from schemas.exports.arrow import arrow_schema
from schemas.rows import StagedRow
from schemas.tables.lineage import CONTRIBUTIONS, DECIMALS
from schemas.words import Words, listed_words, words_in_list

NAME = CONTRIBUTIONS.name
NOTHING = Words("", "")
"""There is nothing to say of a contribution."""
LAST_DECIMAL = Decimal(1).scaleb(-DECIMALS)
"""What contributions are rounded to."""
_SCHEMA = arrow_schema(CONTRIBUTIONS)
_PER_DELIVERY = ["figure_id", "part", "delivery"]


@dataclass(frozen=True)
class RowPlace:
    """Where a staged row came from: its table, and the sheet, row and column in the delivery."""

    table: str
    sheet: str | None
    row: int
    column: str | None = None

    @classmethod
    def of(cls, table: str, row: StagedRow) -> RowPlace:
        """The place of a staged row, or of a fact that is followed to it."""
        return cls(table, row["_sheet"], row["_row"], row["_column"])


@dataclass(frozen=True)
class Contribution:
    """What a delivery, or the `field` of a row of it, contributed to a part of a figure.

    `rows` is how many rows it stands for; of several fields of one row one stands for the row. `note` says what filters
    left out, a list in each language (`listed_words`). `people` is the number of people that the contribution is about,
    where it is about people: the disclosure gate looks at it before lineage is published. `place` is that of the row if
    it is followed to its cells.
    """

    figure_id: str
    part: str
    delivery: str
    rows: int | None
    contribution: Decimal
    note: Words = NOTHING
    people: int | None = None
    place: RowPlace | None = None
    field: str = ""


def nothing(figure: str, part: str, deliveries: Iterable[str], note: Words = NOTHING) -> Iterator[Contribution]:
    """That none of these deliveries holds a row of a part."""
    for delivery in sorted(set(deliveries)):
        yield Contribution(figure, part, delivery, 0, Decimal(0), note)


def as_table(contributions: Iterable[Contribution]) -> pa.Table:
    """Contributions as they are kept, rounded to the decimals that `lineage` has."""
    rows = [
        (
            one.figure_id,
            one.part,
            one.delivery,
            one.rows,
            one.contribution.quantize(LAST_DECIMAL),
            one.note.nl,
            one.note.en,
            one.people,
            *((one.place.table, one.place.sheet, one.place.row, one.place.column) if one.place else (None,) * 4),
            one.field or None,
        )
        for one in contributions
    ]
    columns = list(zip(*rows, strict=True)) or [()] * len(_SCHEMA)
    arrays = [pa.array(values, field.type) for values, field in zip(columns, _SCHEMA, strict=True)]
    return pa.table(arrays, schema=_SCHEMA)


def per_delivery(contributions: pa.Table) -> Iterator[Contribution]:
    """What each delivery contributed to each part, in the order in which they were kept."""
    grouped = contributions.group_by(_PER_DELIVERY, use_threads=False).aggregate(
        [("rows", "sum"), ("contribution", "sum"), ("people", "sum"), ("note_nl", "list"), ("note_en", "list")]
    )
    names = [*_PER_DELIVERY, "rows_sum", "contribution_sum", "people_sum", "note_nl_list", "note_en_list"]
    for figure, part, delivery, rows, size, people, nl, en in zip(
        *(grouped[name].to_pylist() for name in names), strict=True
    ):
        notes = (Words(*note) for note in dict.fromkeys(zip(nl, en, strict=True)))
        yield Contribution(figure, part, delivery, rows, size, together(notes), people)


def together(notes: Iterable[Words]) -> Words:
    """What several notes say, each thing once."""
    return listed_words(thing for note in notes for thing in words_in_list(note))


def placed(contributions: pa.Table) -> pa.Table:
    """Those that stand in a row of a delivery."""
    return contributions.filter(pc.is_valid(contributions["row"]))


def keep_contributions(workspace: Workspace, cycle: str, step: str, contributions: Iterable[Contribution]) -> None:
    """Keep what the figures of a step were computed from."""
    workspace.write(cycle, step, NAME, as_table(contributions))


def kept_contributions(workspace: Workspace, cycle: str, steps: Iterable[str], without: Iterable[str] = ()) -> pa.Table:
    """What the figures of these steps were computed from, but for the figures of `without`."""
    kept = pa.concat_tables([_SCHEMA.empty_table(), *(workspace.read(cycle, step, NAME) for step in steps)])
    hidden = pa.array(list(without), pa.string())
    return kept.filter(pc.invert(pc.is_in(kept["figure_id"], hidden)))
