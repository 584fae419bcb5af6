"""What staging reports of a delivery as a whole: its columns, what was decided in reading it, and how it is written.

Each finding is said in Dutch and in English, and never holds a value from a cell, but for amounts of money.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from kwaliteitsmonitor.methods.checks.results import SHOWN_CELLS, Outcome, RuleResult
from kwaliteitsmonitor.readers.cells.grid import Note, unknown_columns
from kwaliteitsmonitor.readers.cells.notation import Mixed
from kwaliteitsmonitor.readers.cells.reading import CellReader
from kwaliteitsmonitor.readers.forms.other_years import OTHER_YEAR
from kwaliteitsmonitor.readers.forms.shaping import UNFOUND
from kwaliteitsmonitor.readers.period import costs_of
from kwaliteitsmonitor.readers.quarantine import Read
from kwaliteitsmonitor.readers.stated_totals import contradictions
from kwaliteitsmonitor.readers.unread_sheets import MEANT, UNREAD
from schemas.consequences import Costs
from schemas.contract import Field, Table
from schemas.words import CELLS, Words, counted, joined

READ_AS, COLUMNS, NOTATION, PATH, WINDOW = "read_as", "columns", "notation", "path", "window"
SPELLING = "spelling"
STATED = "stated"
CENT = Decimal("0.0001")
SEEN_TO = frozenset({"caption", "absent", "not_joined", "another_encoding", OTHER_YEAR, MEANT})
"""Notes about what its sender may have to mend; the others only say how the file was read."""


def missing(table: Table, read: Read) -> tuple[str, ...]:
    """The fields that must be there, have no column, and are not declared by the delivery."""
    return tuple(
        name
        for name in read.raw.missing
        if name not in read.path_fields and not table[name].open_text and not table[name].nullable
    )


def reliable(table: Table, read: Read) -> bool:
    """Whether a table can be read for what it is: it has its columns, and a row if it must have one."""
    return not missing(table, read) and not (table.filled and not read.raw.rows)


def is_empty(table: Table, read: Read) -> bool:
    """Whether a table that must have rows has its columns and not one row."""
    return table.filled and not missing(table, read) and not read.raw.rows


def columns_result(table: Table, read: Read) -> RuleResult:
    """Whether a file has the columns of the contract, and each of its rows a cell in each column."""
    raw, lacking = read.raw, missing(table, read)
    unfound = any(note.code == UNFOUND for note in raw.notes)
    problems = [note.text for note in raw.notes if unfound and note.code in (UNFOUND, MEANT, UNREAD)]
    if lacking:
        names = ", ".join(lacking)
        problems.append(Words(f"zonder {names}", f"without {names}"))
    if raw.ragged:
        rows = ", ".join(map(str, raw.ragged[:SHOWN_CELLS]))
        problems.append(
            Words(
                f"niet {raw.as_expected.nl}, in {len(raw.ragged)} rijen: {rows}",
                f"not {raw.as_expected.en}, in {len(raw.ragged)} rows: {rows}",
            )
        )
    empty = table.filled and not raw.rows
    if empty and not lacking:
        problems.append(Words("zonder een enkele rij", "without a single row"))
    if raw.unknown:
        problems.append(unknown_columns(raw.unknown))
    costs = Costs.DELIVERY if lacking or empty else table.costs if raw.ragged else Costs.NOTE
    message = joined(problems)
    return RuleResult(
        table.name,
        f"{table.name}.{COLUMNS}",
        costs,
        Outcome.FAILED if problems else Outcome.PASSED,
        1,
        int(bool(problems)),
        "het bestand heeft de kolommen van het contract",
        "the file has the columns of the contract",
        quarantines=costs.loses,
        cells=(read.delivery.path,) if problems else (),
        detail=of_file(read, message) if message else None,
    )


def notes_results(table: Table, read: Read) -> Iterator[RuleResult]:
    """What was decided in reading a file, a result for each: nothing that is wrong, and nothing that is silent."""
    for note in read.raw.notes:
        yield RuleResult(
            table.name,
            f"{table.name}.{READ_AS}",
            Costs.NOTE if note.code in SEEN_TO else Costs.NOTHING,
            Outcome.FAILED,
            len(read.raw.rows) + len(read.raw.ragged) + read.raw.left_out,
            len(note.rows) or 1,
            "het bestand is gelezen zoals het er staat, zonder keuzes",
            "the file was read as it stands, without choices",
            cells=_rows(read, note),
            detail=of_file(read, note.text),
        )


def stated_results(table: Table, read: Read, readers: Mapping[str, CellReader]) -> Iterator[RuleResult]:
    """Whether the totals, differences and progress that a file states beside its amounts follow from them."""
    stated = read.raw.stated
    if stated is None or not (stated.left or stated.differences or stated.progress):
        return
    wrong = contradictions(stated, readers[next(iter(stated.amounts))])
    shown = [
        (f"{w.column}{w.row}", f"{w.stated.normalize():f}", f"{w.computed.quantize(CENT).normalize():f}")
        for w in wrong[:SHOWN_CELLS]
    ]
    nl = "; ".join(
        f"{at}: er staat {one.replace('.', ',')}, berekend {ours.replace('.', ',')}" for at, one, ours in shown
    )
    en = "; ".join(f"{at}: it states {one}, computed {ours}" for at, one, ours in shown)
    sheet = f"{read.raw.sheet}!" if read.raw.sheet else ""
    yield RuleResult(
        table.name,
        f"{table.name}.{STATED}",
        Costs.NOTE,
        Outcome.FAILED if wrong else Outcome.PASSED,
        len(stated.rows) + len(stated.left),
        len(wrong),
        "wat een bestand zelf optelt of aftrekt, volgt uit zijn bedragen",
        "what a file itself adds up or subtracts follows from its amounts",
        cells=tuple(f"{read.delivery.path} {sheet}{at}" for at, _, _ in shown),
        detail=of_file(read, Words(nl, en)) if wrong else None,
    )


def notation_results(table: Table, read: Read, named: Field, mixes: Mixed) -> Iterator[RuleResult]:
    """That a column mixes notations, with the places of the cells that are written otherwise than most."""
    for message, positions in mixes:
        yield RuleResult(
            table.name,
            f"{table.name}.{named.name}.{NOTATION}",
            Costs.NOTE,
            Outcome.FAILED,
            len(read.raw.rows),
            len(positions),
            f"{named.label.nl} is in één notatie geschreven",
            f"{named.label.en} is written in one notation",
            cells=tuple(read.place(read.raw.rows[at], read.column(at), [named.name]) for at in positions[:SHOWN_CELLS]),
            detail=of_file(read, message),
        )


def window_result(table: Table, read: Read, named: Field, bounds: Words, positions: Sequence[int]) -> RuleResult:
    """That dates lie far from the period that they are delivered for, with the places of their cells."""
    expected = Words(f"verwacht: {bounds.nl}", f"expected: {bounds.en}")
    return RuleResult(
        table.name,
        f"{table.name}.{named.name}.{WINDOW}",
        Costs.NOTE,
        Outcome.FAILED,
        len(read.raw.rows),
        len(positions),
        f"{named.label.nl} ligt rond de periode waarvoor is geleverd, en niet na de ontvangst",
        f"{named.label.en} lies around the period that is delivered for, and not after receipt",
        cells=tuple(read.place(read.raw.rows[at], read.column(at), [named.name]) for at in positions[:SHOWN_CELLS]),
        detail=of_file(read, expected),
    )


def names_results(
    table: Table, read: Read, named: Field, places: Mapping[Words, Sequence[int]]
) -> Iterator[RuleResult]:
    """That names are read otherwise than they are written, with their number and the places of the first."""
    for message, positions in places.items():
        if positions:
            cells = [read.place(read.raw.rows[at], read.column(at), [named.name]) for at in positions[:SHOWN_CELLS]]
            yield names_result(table, read, named, Spelled(message, len(read.raw.rows), len(positions), cells))


@dataclass(frozen=True)
class Spelled:
    """Names that are read otherwise than they are written: in what way, how many of how many, and where.

    `of` is what they are counted in.
    """

    message: Words
    checked: int
    count: int
    cells: Sequence[str]
    of: tuple[Words, Words] = CELLS


def names_result(table: Table, read: Read, named: Field, spelled: Spelled) -> RuleResult:
    """That names of a field are read otherwise than they are written."""
    times, message = counted(spelled.count, spelled.of), spelled.message
    return RuleResult(
        table.name,
        f"{table.name}.{named.name}.{SPELLING}",
        Costs.NOTHING,
        Outcome.FAILED,
        spelled.checked,
        spelled.count,
        f"{named.label.nl} is overal op één manier geschreven",
        f"{named.label.en} is written in one way throughout",
        cells=tuple(spelled.cells),
        detail=of_file(read, Words(f"{times.nl} {message.nl}", f"{times.en} {message.en}")),
    )


def path_result(table: Table, named: Field, checked: int, places: Sequence[str]) -> RuleResult:
    """Check that the column of a field agrees with the field in the file's path."""
    return RuleResult(
        table.name,
        f"{table.name}.{named.name}.{PATH}",
        costs_of(table, named),
        Outcome.FAILED if places else Outcome.PASSED,
        checked,
        len(places),
        f"{named.label.nl} klopt met waarvoor het bestand is geleverd",
        f"{named.label.en} agrees with what the file was delivered for",
        quarantines=True,
        cells=tuple(places),
    )


def of_file(read: Read, message: Words) -> Words:
    """A finding about a file, with its name before it."""
    return Words(f"{read.delivery.path}: {message.nl}", f"{read.delivery.path}: {message.en}")


def _rows(read: Read, note: Note) -> tuple[str, ...]:
    if not note.rows:
        return (read.delivery.path,)
    return tuple(read.place(row, "", ()) for row in note.rows[:SHOWN_CELLS])
