"""What was set aside of a delivery, cell by cell, in the words of who delivered it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from assets.staged.grid import RawTable
from assets.workbooks import words
from schemas.consequences import Costs, Severity
from schemas.contract import Aspect, Constraint, Field, Table
from schemas.profile import Profile
from schemas.profile.spellings import spellings
from schemas.words import Words

CHOICES_SHOWN = 8
_ADDRESS = re.compile(r"([A-Z]{1,3})[1-9]\d*")
_ORDER = {Severity.CRITICAL: 0, Severity.WARNING: 1, Severity.INFO: 2}


@dataclass(frozen=True)
class Item:
    """One thing to mend: where it stands, what was found there, what was expected, and by which rule.

    `place` is where it stood in the file that came in, as people find it, and `columns` the columns there, by letter or
    header; `cells` are the cells to mark in the workbook that is given back, none where it cannot show them. `found` is
    never a value of a person: staging has masked those. `severity` is critical where the row does not count.
    """

    severity: Severity
    table: str
    sheet: str
    row: int
    place: str
    columns: tuple[str, ...]
    cells: tuple[str, ...]
    column: Words
    rule: str
    holds: Words
    found: str | None
    expected: Words


def items_of(
    quarantine: Iterable[Mapping[str, Any]],
    tables: Mapping[str, Table],
    profile: Profile,
    raws: Mapping[str, RawTable],
) -> list[Item]:
    """The cells of a delivery that rules found wrong, from its rows of `quarantine`, in the order in which they stand.

    `raws` are the tables as they were read, by contract, which know the column of each field; without one, only a cell
    that has an address is known. Rows that were set aside with their whole sheet are not among the items: those are one
    remark about the sheet.
    """
    found = []
    for row in quarantine:
        table = tables[row["table"]]
        if row["rule"] == f"{table.name}.columns":
            continue
        found.append(_item(row, table, raws.get(table.name), profile))
    order = list(tables)
    return sorted(found, key=lambda i: (order.index(i.table), i.sheet, i.row, i.cells, _ORDER[i.severity], i.rule))


def _item(row: Mapping[str, Any], table: Table, raw: RawTable | None, profile: Profile) -> Item:
    constraint = next((c for c in table.constraints() if c.id == row["rule"]), None)
    fields = constraint.fields if constraint else _named(row["rule"], table)
    expected = Words(row["expected_nl"], row["expected_en"])
    holds = Words(row["rule"], row["rule"])
    if constraint is not None:
        expected = _expected(constraint, table, profile, expected)
        holds = _in_labels(constraint, table)
    labels = [words.label(table[name]) for name in fields if name in table.names]
    columns = _columns(row, fields, raw)
    return Item(
        severity=Severity.CRITICAL if Costs(row["costs"]).loses else Costs(row["costs"]).severity,
        table=table.name,
        sheet=row["sheet"] or "",
        row=row["row"],
        place=row["cell"],
        columns=columns,
        cells=tuple(f"{letter}{row['row']}" for letter in columns) if _addressed(row, raw) else (),
        column=Words(", ".join(w.nl for w in labels), ", ".join(w.en for w in labels)),
        rule=row["rule"],
        holds=holds,
        found=row["found"],
        expected=expected,
    )


def _named(rule: str, table: Table) -> tuple[str, ...]:
    """The field that a rule outside the contract is about, by its id: `table.field.aspect`."""
    parts = rule.split(".")
    return (parts[1],) if len(parts) == 3 and parts[0] == table.name and parts[1] in table.names else ()


def _columns(row: Mapping[str, Any], fields: Sequence[str], raw: RawTable | None) -> tuple[str, ...]:
    """The columns of these fields in the file: by letter, or by header where cells have no address."""
    address = _ADDRESS.fullmatch(row["cell"])
    if address:
        return (address[1],)
    if raw is None:
        return ()
    by_field = (row["column"] if row["column"] and name == raw.pivot else raw.places.get(name, "") for name in fields)
    return tuple(dict.fromkeys(place for place in by_field if place))


def _addressed(row: Mapping[str, Any], raw: RawTable | None) -> bool:
    return bool(row["sheet"]) and (bool(_ADDRESS.fullmatch(row["cell"])) if raw is None else raw.addressed)


def _expected(constraint: Constraint, table: Table, profile: Profile, said: Words) -> Words:
    """What was expected; of codes the words that people know them by, as far as they are a few."""
    if constraint.aspect is not Aspect.CODES:
        return said
    nl, en = (_choices(table[constraint.fields[0]], profile, language) for language in ("nl", "en"))
    return Words(f"een van: {nl}", f"one of: {en}")


def _choices(field: Field, profile: Profile, language: str) -> str:
    every = list(spellings(profile, field, language).values())
    if len(every) <= CHOICES_SHOWN:
        return "; ".join(every)
    more = len(every) - CHOICES_SHOWN + 2
    shown = "; ".join(every[: CHOICES_SHOWN - 2])
    return f"{shown} … " + Words(f"en nog {more}", f"and {more} more").in_language(language)


def _in_labels(constraint: Constraint, table: Table) -> Words:
    """What must hold, with the columns by the names that a workbook gives them."""
    nl, en = constraint.nl, constraint.en
    if constraint.id in {f"{table.name}.{rule.id}" for rule in table.rules}:
        return Words(nl, en)  # a rule that is written for people
    for name in constraint.fields:
        label = words.label(table[name])
        nl = re.sub(rf"\b{re.escape(name)}\b", label.nl, nl)
        en = re.sub(rf"\b{re.escape(name)}\b", label.en, en)
    return Words(nl, en)
