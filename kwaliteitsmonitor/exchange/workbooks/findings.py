"""What was set aside of a delivery, cell by cell, in the words of who delivered it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from kwaliteitsmonitor.exchange.workbooks import words
from kwaliteitsmonitor.readers.cells.grid import RawTable
from kwaliteitsmonitor.readers.cells.shown import kept_as_shown, shown
from kwaliteitsmonitor.readers.cells.texts import is_blank
from kwaliteitsmonitor.readers.quarantine import LONGEST_SHOWN, MASK
from schemas.consequences import Costs, Severity
from schemas.contract import Aspect, Constraint, Field, Table
from schemas.profile import Profile
from schemas.profile.spellings import spellings
from schemas.rows import QuarantineRow
from schemas.words import Words
from schemas.written import place

CHOICES_SHOWN = 8
_ADDRESS = re.compile(r"([A-Z]{1,3})[1-9]\d*")
_ORDER = {Severity.CRITICAL: 0, Severity.WARNING: 1, Severity.INFO: 2}


@dataclass(frozen=True)
class Item:
    """One finding to mend: its place, the actual and the expected value, and the rule.

    `place` is where it stood in the file that came in, as people find it, and `columns` the columns there, by letter or
    header; `cells` are the cells to mark in the workbook that is given back, none if it cannot show them. `actual` is
    never a value of a person: staging has masked those; it is what the cell shows in Excel. `severity` is critical
    if the row does not count.
    """

    severity: Severity
    table: str
    sheet: str
    row: int
    place: Words
    columns: tuple[str, ...]
    cells: tuple[str, ...]
    column: Words
    rule: str
    actual: Words
    expected: Words


def items_of(
    quarantine: Iterable[QuarantineRow],
    tables: Mapping[str, Table],
    profile: Profile,
    raws: Mapping[str, RawTable],
) -> list[Item]:
    """The cells of a delivery that rules found wrong, from its rows of `quarantine`, in the order in which they stand.

    `raws` are the tables as they were read, by contract, which know the column of each field; without one, only a cell
    that has an address is known. Rows that were set aside with their whole sheet are not among the items: those are one
    remark about the sheet.
    """
    items = []
    for row in quarantine:
        table = tables[row["table"]]
        if row["rule"] == f"{table.name}.columns":
            continue
        items.append(_item(row, table, raws.get(table.name), profile))
    order = list(tables)
    return sorted(items, key=lambda i: (order.index(i.table), i.sheet, i.row, i.cells, _ORDER[i.severity], i.rule))


def _item(row: QuarantineRow, table: Table, raw: RawTable | None, profile: Profile) -> Item:
    constraint = next((c for c in table.constraints() if c.id == row["rule"]), None)
    fields = constraint.fields if constraint else _named(row["rule"], table)
    expected = Words(row["expected_nl"], row["expected_en"])
    if constraint is not None:
        expected = _expected(constraint, table, profile, expected)
    labels = [words.label(table[name]) for name in fields if name in table.names]
    columns = _columns(row, fields, raw)
    return Item(
        severity=Severity.CRITICAL if Costs(row["costs"]).loses else Costs(row["costs"]).severity,
        table=table.name,
        sheet=row["sheet"] or "",
        row=row["row"],
        place=place(row["cell"], table.labels),
        columns=columns,
        cells=tuple(f"{letter}{row['row']}" for letter in columns) if _addressed(row, raw) else (),
        column=Words(", ".join(w.nl for w in labels), ", ".join(w.en for w in labels)),
        rule=row["rule"],
        actual=_actual(row, fields, raw),
        expected=expected,
    )


def _named(rule: str, table: Table) -> tuple[str, ...]:
    """The field that a rule outside the contract is about, by its id: `table.field.aspect`."""
    parts = rule.split(".")
    return (parts[1],) if len(parts) == 3 and parts[0] == table.name and parts[1] in table.names else ()


def _columns(row: QuarantineRow, fields: Sequence[str], raw: RawTable | None) -> tuple[str, ...]:
    """The columns of these fields in the file: by letter, or by header if cells have no address."""
    address = _ADDRESS.fullmatch(row["cell"])
    if address:
        return (address[1],)
    if raw is None:
        return ()
    by_field = (row["column"] if row["column"] and name == raw.pivot else raw.places.get(name, "") for name in fields)
    return tuple(dict.fromkeys(place for place in by_field if place))


def _addressed(row: QuarantineRow, raw: RawTable | None) -> bool:
    return bool(row["sheet"]) and (bool(_ADDRESS.fullmatch(row["cell"])) if raw is None else raw.addressed)


def _expected(constraint: Constraint, table: Table, profile: Profile, words: Words) -> Words:
    """What was expected; of codes the words that people know them by, as far as they are a few."""
    if constraint.aspect is not Aspect.CODES:
        return words
    nl, en = (_choices(table[constraint.fields[0]], profile, language) for language in ("nl", "en"))
    return Words(f"een van: {nl}", f"one of: {en}")


def _choices(field: Field, profile: Profile, language: str) -> str:
    every = list(spellings(profile, field, language).values())
    if len(every) <= CHOICES_SHOWN:
        return "; ".join(every)
    more = len(every) - CHOICES_SHOWN + 2
    shown = "; ".join(every[: CHOICES_SHOWN - 2])
    return f"{shown} … " + Words(f"en nog {more}", f"and {more} more").in_language(language)


def _actual(row: QuarantineRow, fields: Sequence[str], raw: RawTable | None) -> Words:
    """The values of the cells, as Excel shows them; those that staging kept, if the cells are not read."""
    if row["found"] is None:
        return words.EMPTY
    if MASK in row["found"]:
        return words.MASKED
    at = None if raw is None else _position(raw, row)
    if raw is None or at is None or not all(name in raw.columns for name in fields) or not fields:
        return kept_as_shown(row["found"], row["expected_nl"])
    cells = [words.EMPTY if is_blank(cell) else shown(cell) for cell in (raw.columns[name][at] for name in fields)]
    nl, en = ("; ".join(cell.in_language(language) for cell in cells) for language in ("nl", "en"))
    return Words(nl[:LONGEST_SHOWN], en[:LONGEST_SHOWN])


def _position(raw: RawTable, row: QuarantineRow) -> int | None:
    """The position of the row among those that were read; of a row that one column of the file gave, by that column."""
    of_row = (at for at, number in enumerate(raw.rows) if number == row["row"])
    if raw.pivoted:
        of_row = (at for at in of_row if raw.pivoted[at] == row["column"])
    return next(of_row, None)
