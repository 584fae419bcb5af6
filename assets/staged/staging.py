"""Staging a table: from raw cells to typed rows, with every row that does not fit set aside and accounted for.

The invariant of every delivery: rows accepted + rows quarantined = rows received.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import pyarrow as pa

from assets.delivered.delivery import Delivery
from assets.staged.cells import CellReader, Refused
from assets.staged.readers import RawTable
from assets.validation.results import SHOWN_CELLS, Outcome, RuleResult, of_constraint
from schemas.contract import Aspect, Constraint, Severity, Table
from schemas.exports.arrow import arrow_schema
from schemas.tables import CATALOGUE, staged

MASK = "***"
CODES_SHOWN = 12


@dataclass(frozen=True)
class Quarantined:
    """A row that was set aside, by one rule; a row that breaks two rules is there twice."""

    feed: str
    table: str
    delivery: str
    file: str
    sheet: str
    row: int
    cell: str
    rule: str
    severity: Severity
    found: str | None
    expected: str

    @property
    def place(self) -> str:
        """Where it stands, as a person writes it: `file sheet!D14`, or `file row 14`."""
        return f"{self.file} {self.sheet}!{self.cell}" if self.sheet else f"{self.file} {self.cell}"


@dataclass(frozen=True)
class Tally:
    """What became of the rows of one delivery in one table."""

    received: int
    accepted: int
    quarantined: int


@dataclass
class StagedTable:
    """A staged table: the accepted rows, those set aside, what each rule found and the tally per delivery."""

    rows: pa.Table
    quarantine: list[Quarantined] = field(default_factory=list)
    results: list[RuleResult] = field(default_factory=list)
    tallies: dict[str, Tally] = field(default_factory=dict)
    places: dict[str, dict[str, str]] = field(default_factory=dict)


@dataclass(frozen=True)
class Read:
    """A raw table and the delivery it was read from; `given` are fields that the delivery itself tells."""

    delivery: Delivery
    raw: RawTable
    given: Mapping[str, Any]


Readers = Callable[[Delivery], Mapping[str, CellReader]]
Validate = Callable[[Table, pa.Table], list[RuleResult]]


def stage(table: Table, reads: Sequence[Read], readers: Readers, validate: Validate) -> StagedTable:
    """Stage the rows of a bound contract from the deliveries of its feed.

    `readers` gives the reader of each field for a delivery; `validate` judges the typed rows. Rows that fail a rule
    which quarantines are set aside with the rule, the cell and what was expected.
    """
    own = staged(table)
    schema = arrow_schema(own)
    parts: list[pa.Table] = []
    quarantine: list[Quarantined] = []
    columns: list[RuleResult] = []
    received: Counter[str] = Counter()
    refusals: Counter[str] = Counter()
    for read in reads:
        received[read.delivery.id] += len(read.raw.rows) + len(read.raw.ragged)
        missing = _missing(table, read)
        columns.append(_columns_result(table, read, missing))
        quarantine.extend(_ragged(table, read))
        if missing:
            quarantine.extend(_whole(table, read, missing))
            continue
        part, refused = _typed(own, read, readers(read.delivery), schema)
        quarantine.extend(refused)
        refusals.update(q.rule for q in refused)
        parts.append(part)
    rows = pa.concat_tables(parts) if parts else schema.empty_table()
    by_sha = {read.delivery.id: read for read in reads}
    results = validate(own, rows)
    accepted, set_aside = _apart(own, rows, results, by_sha)
    quarantine.extend(set_aside)
    typed = [
        of_constraint(
            table.name,
            c,
            Outcome.FAILED if refusals[c.id] else Outcome.PASSED,
            sum(received.values()),
            [0] * refusals[c.id],
        )
        for c in own.constraints()
        if c.aspect is Aspect.TYPE and not c.fields[0].startswith("_")
    ]
    found = StagedTable(accepted, quarantine, [*columns, *_with_cells(typed, results, quarantine)])
    found.tallies = _tallies(received, accepted, quarantine)
    found.places = {read.delivery.id: dict(read.raw.places) for read in reads}
    return found


def cell_of(read: Read, row: int, names: Iterable[str]) -> str:
    """The cell of a field in a row (`D14`), or the row and the field where the file has no cells (`row 14, theme`)."""
    fields = tuple(names)
    if len(fields) == 1 and read.raw.sheet and fields[0] in read.raw.places:
        return f"{read.raw.places[fields[0]]}{row}"
    return f"row {row}, {fields[0]}" if len(fields) == 1 else f"row {row}"


def expected_of(table: Table, constraint: Constraint) -> str:
    """What a constraint asks for, in words for the one who has to mend it."""
    match constraint.aspect:
        case Aspect.CODES:
            shown = ", ".join(constraint.codes[:CODES_SHOWN])
            more = len(constraint.codes) - CODES_SHOWN
            return f"one of {shown}" + (f" and {more} more" if more > 0 else "")
        case Aspect.RANGE:
            unit = table[constraint.fields[0]].unit_of_measure
            low, high = constraint.minimum, constraint.maximum
            bounds = f"at least {low}" if high is None else f"at most {high}" if low is None else f"{low} to {high}"
            return f"{bounds} {unit}".strip()
        case Aspect.REQUIRED:
            return "a value"
        case _:
            return constraint.en


def _missing(table: Table, read: Read) -> tuple[str, ...]:
    return tuple(
        name
        for name in read.raw.missing
        if name not in read.given and not table[name].open_text and not table[name].nullable
    )


def _columns_result(table: Table, read: Read, missing: tuple[str, ...]) -> RuleResult:
    """Whether a file has the columns of the contract, and each of its rows a cell in each column."""
    problems = []
    if missing:
        problems.append(f"without {', '.join(missing)}")
    if read.raw.ragged:
        rows = ", ".join(map(str, read.raw.ragged[:SHOWN_CELLS]))
        problems.append(f"another number of cells than the header in {len(read.raw.ragged)} rows: {rows}")
    if table.filled and not missing and not read.raw.rows:
        problems.append("without a single row")
    if read.raw.unknown:
        problems.append(f"not known and not read: {', '.join(read.raw.unknown)}")
    critical = bool(missing or read.raw.ragged or (table.filled and not read.raw.rows))
    return RuleResult(
        table.name,
        f"{table.name}.columns",
        Severity.CRITICAL if critical else Severity.WARNING,
        Outcome.FAILED if problems else Outcome.PASSED,
        1,
        int(bool(problems)),
        "het bestand heeft de kolommen van het contract",
        "the file has the columns of the contract",
        quarantines=critical,
        cells=(read.delivery.path,) if problems else (),
        detail=f"{read.delivery.path}: {'; '.join(problems)}" if problems else "",
    )


def _ragged(table: Table, read: Read) -> list[Quarantined]:
    """Rows with another number of cells than the header: which cell belongs to which column cannot be known."""
    return [
        Quarantined(
            read.delivery.feed,
            table.name,
            read.delivery.id,
            read.delivery.path,
            read.raw.sheet,
            row,
            f"row {row}",
            f"{table.name}.columns",
            Severity.CRITICAL,
            None,
            "as many cells as the header has",
        )
        for row in read.raw.ragged
    ]


def _whole(table: Table, read: Read, missing: tuple[str, ...]) -> list[Quarantined]:
    """Every row of a table that lacks a column is set aside: none of them can be read for what it is."""
    return [
        Quarantined(
            read.delivery.feed,
            table.name,
            read.delivery.id,
            read.delivery.path,
            read.raw.sheet,
            row,
            f"row {row}",
            f"{table.name}.columns",
            Severity.CRITICAL,
            None,
            f"columns {', '.join(missing)}",
        )
        for row in read.raw.rows
    ]


def _typed(
    own: Table, read: Read, readers: Mapping[str, CellReader], schema: pa.Schema
) -> tuple[pa.Table, list[Quarantined]]:
    count = len(read.raw.rows)
    refused: list[Quarantined] = []
    bad: set[int] = set()
    columns: dict[str, Sequence[Any]] = {}
    for f in own.fields:
        if f.name.startswith("_"):
            continue
        cells = read.raw.columns.get(f.name)
        if cells is None:
            columns[f.name] = [read.given.get(f.name)] * count
            continue
        values, problems = read_column(cells, readers[f.name])
        columns[f.name] = values
        for position, expected in problems:
            bad.add(position)
            refused.append(_type_refusal(own, read, f.name, position, expected))
    columns["_delivery"] = [read.delivery.id] * count
    columns["_sheet"] = [read.raw.sheet or None] * count
    columns["_row"] = list(read.raw.rows)
    arrays = {name: pa.array(columns[name], type=schema.field(name).type) for name in schema.names}
    data = pa.table(arrays, schema=schema)
    if bad:
        data = data.take(pa.array([i for i in range(count) if i not in bad], type=pa.int64()))
    return data, refused


def read_column(cells: Sequence[Any], reader: CellReader) -> tuple[list[Any], list[tuple[int, str]]]:
    """The cells of a column read, and the positions of those that were refused, with what was expected.

    A column repeats its values, so that each is read once.
    """
    keys: Iterable[Hashable] = cells
    if not set(map(type, cells)) <= {str, type(None)}:
        # True, 1 and 1.0 are equal and yet not the same cell; what has no hash is known by how it is written.
        keys = [(type(raw), raw if isinstance(raw, Hashable) else repr(raw)) for raw in cells]
    known = {key: _read_or_refused(raw, reader) for key, raw in dict(zip(keys, cells, strict=True)).items()}
    values = [known[key] for key in keys]
    if not any(isinstance(value, Refused) for value in known.values()):
        return values, []
    problems = [(position, str(value)) for position, value in enumerate(values) if isinstance(value, Refused)]
    return [None if isinstance(value, Refused) else value for value in values], problems


def _read_or_refused(raw: Any, reader: CellReader) -> Any:
    try:
        return reader(raw)
    except Refused as refusal:
        return refusal


def _type_refusal(own: Table, read: Read, name: str, position: int, expected: str) -> Quarantined:
    f = own[name]
    row = read.raw.rows[position]
    found = MASK if f.personal else str(read.raw.columns[name][position])[:200]
    return Quarantined(
        read.delivery.feed,
        own.name,
        read.delivery.id,
        read.delivery.path,
        read.raw.sheet,
        row,
        cell_of(read, row, [name]),
        f"{own.name}.{name}.type",
        f.severity,
        found,
        expected,
    )


def _apart(
    own: Table, rows: pa.Table, results: Sequence[RuleResult], by_sha: Mapping[str, Read]
) -> tuple[pa.Table, list[Quarantined]]:
    """The rows that stay, and those that a quarantining rule sets aside."""
    constraints = {c.id: c for c in own.constraints()}
    bad: set[int] = set()
    set_aside: list[Quarantined] = []
    for result in results:
        if not result.quarantines or not result.rows:
            continue
        constraint = constraints[result.rule]
        bad.update(result.rows)
        for values in rows.take(pa.array(result.rows, type=pa.int64())).to_pylist():
            set_aside.append(_rule_refusal(own, constraint, values, by_sha[values["_delivery"]]))
    if not bad:
        return rows, set_aside
    keep = pa.array([i for i in range(rows.num_rows) if i not in bad], type=pa.int64())
    return rows.take(keep), set_aside


def _rule_refusal(own: Table, constraint: Constraint, values: Mapping[str, Any], read: Read) -> Quarantined:
    fields = [own[name] for name in constraint.fields]
    found = " / ".join(MASK if f.personal else _shown(values[f.name]) for f in fields)
    return Quarantined(
        read.delivery.feed,
        own.name,
        read.delivery.id,
        read.delivery.path,
        read.raw.sheet,
        values["_row"],
        cell_of(read, values["_row"], constraint.fields),
        constraint.id,
        constraint.severity,
        None if constraint.aspect is Aspect.REQUIRED else found[:200],
        expected_of(own, constraint),
    )


def _shown(value: Any) -> str:
    return "" if value is None else str(value)


def _with_cells(
    typed: Sequence[RuleResult], results: Sequence[RuleResult], quarantine: Sequence[Quarantined]
) -> list[RuleResult]:
    places: dict[str, list[str]] = {}
    for item in quarantine:
        places.setdefault(item.rule, []).append(item.place)
    return [replace(r, cells=tuple(places.get(r.rule, ()))) for r in (*typed, *results)]


def _tallies(received: Mapping[str, int], accepted: pa.Table, quarantine: Sequence[Quarantined]) -> dict[str, Tally]:
    taken = Counter(accepted.column("_delivery").to_pylist())
    aside: dict[str, set[tuple[str, int]]] = {}
    for item in quarantine:
        aside.setdefault(item.delivery, set()).add((item.sheet, item.row))
    return {sha: Tally(n, taken[sha], len(aside.get(sha, ()))) for sha, n in received.items()}


def quarantine_table(items: Iterable[Quarantined]) -> pa.Table:
    """The rows set aside as rows of the `quarantine` contract, in the order of file, sheet, row and rule."""
    ordered = sorted(items, key=lambda q: (q.file, q.sheet, q.row, q.rule, q.cell))
    rows = [{**vars(q), "severity": str(q.severity), "sheet": q.sheet or None} for q in ordered]
    return pa.Table.from_pylist(rows, schema=arrow_schema(CATALOGUE["quarantine"]))
