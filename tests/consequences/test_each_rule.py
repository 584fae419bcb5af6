"""Each rule of each delivered table: one cell or row is broken, and only what `docs/rules.md` says is lost."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from decimal import Decimal
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest

from kwaliteitsmonitor.methods.checks.results import Outcome, as_strict
from kwaliteitsmonitor.readers.losses import counts as needed
from kwaliteitsmonitor.readers.staging import StagedTable
from schemas.consequences import Costs
from schemas.contract import Aspect, Constraint, Field, Kind, Table
from schemas.packages import ROOT
from schemas.profile.feeds import Format
from schemas.profile.loading import load_profile, profile_folder
from schemas.profile.models import Profile
from tests.readers.answering import Answers
from tests.readers.making import bound, staged_rows

ROWS, BROKEN = 9, 3
ANSWERS = "evaluations"
UNBREAKABLE = {Kind.TEXT: Aspect.TYPE}
"""What no cell can break: whatever stands in one reads as text."""

Row = dict[str, Any]


@cache
def leiden() -> Profile:
    return load_profile(profile_folder("leiden"))


def tables() -> list[str]:
    """Every table that a feed of the profile fills."""
    return list(dict.fromkeys(name for feed in leiden().feeds for name in feed.tables))


def breakable(table: Table) -> Iterator[Constraint]:
    for constraint in table.constraints():
        kinds = [table[name].kind for name in constraint.fields]
        if UNBREAKABLE.get(kinds[0]) is not constraint.aspect:
            yield constraint


CASES = [(name, one.id) for name in tables() for one in breakable(bound(leiden(), name))]


@cache
def documented() -> dict[str, str]:
    """What each rule costs, as `docs/rules.md` says it."""
    text = (ROOT / "docs" / "rules.md").read_text(encoding="utf-8")
    return dict(re.findall(r"^\| `([^`]+)` \| .* \| `(\w+)` \|$", text, flags=re.MULTILINE))


def rows_of(table: Table) -> list[Row]:
    """Rows that meet a contract, each with a key of its own and a unit of its own, as far as there are so many."""
    return [{f.name: _value(f, number) for f in table.fields} for number in range(ROWS)]


def _value(f: Field, number: int) -> Any:
    if f.codes:
        return f.codes[number % len(f.codes)]
    match f.kind:
        case Kind.TEXT:
            return f"{f.example}-{number}" if f.name not in ("cell", "sha256") else f"{f.example}{number}"
        case Kind.DATE:
            return date(2020, 10, 1) + timedelta(days=number) if f.clock is None else date(2020, 10, 1)
        case Kind.BOOLEAN:
            return "ja"
        case Kind.INTEGER if (f.minimum or 0) >= 2000:
            return 2020
    low = f.minimum if f.minimum is not None else Decimal(0)
    high = f.maximum if f.maximum is not None else low + 100
    inside = min(low + number % 5, high)
    return int(inside) if f.kind is Kind.INTEGER else inside


def broken(table: Table, rule: Constraint, rows: Sequence[Row]) -> tuple[list[Row], set[int]]:
    """The rows in which one breaks a rule, and the places of those that do not count for it."""
    own = dict(rows[BROKEN])
    name = rule.fields[0]
    match rule.aspect:
        case Aspect.TYPE:
            own[name] = "ca. 15"
        case Aspect.REQUIRED:
            own[name] = None
        case Aspect.CODES:
            own[name] = "nergens" if table[name].kind is Kind.TEXT else 99
        case Aspect.RANGE:
            beyond = rule.minimum - 1 if rule.minimum is not None else (rule.maximum or Decimal(0)) + 1
            own[name] = int(beyond) if table[name].kind is Kind.INTEGER else beyond
        case Aspect.AT_MOST:
            own[name] = own[rule.fields[1]] + 1
        case _:
            own |= dict(rule.where)
            again = own | _other(table, rule, own)
            return [*rows[:BROKEN], own, *rows[BROKEN + 1 :], again], {BROKEN, len(rows)}
    return [*rows[:BROKEN], own, *rows[BROKEN + 1 :]], {BROKEN}


def _other(table: Table, rule: Constraint, own: Row) -> Row:
    """A row that says something else of the same."""
    bound_to = {name for one in table.constraints() if one.aspect is Aspect.AT_MOST for name in one.fields}
    taken = {*rule.fields, *rule.where, *bound_to}
    free = [f for f in table.fields if f.name not in taken and not f.open_text]
    for f in free:
        values = (_value(f, number) for number in range(ROWS))
        different = next((value for value in values if value != own[f.name]), None)
        if different is not None and f.kind is not Kind.BOOLEAN:
            return {f.name: different}
        if f.kind is Kind.BOOLEAN:
            return {f.name: "nee"}
    return {}


@cache
def table_of(name: str) -> Table:
    return Answers(Path(), leiden()).table if name == ANSWERS else bound(leiden(), name)


@cache
def right(name: str) -> tuple[list[Row], list[Row]]:
    """Rows that are right, as they were delivered and as they are staged."""
    good = rows_of(table_of(name))
    with TemporaryDirectory() as folder:
        clean = staged_of(name, good, Path(folder))
    assert ([q.rule for q in clean.quarantine], clean.losses) == ([], []), "the rows are right"
    return good, plain(clean)


def staged_of(name: str, rows: Sequence[Row], folder: Path) -> StagedTable:
    if name == ANSWERS:
        return Answers(folder, leiden()).rows(rows, Format.CSV)
    return staged_rows(leiden(), name, rows)


def plain(staged: StagedTable) -> list[Row]:
    """The accepted rows without their places."""
    return [{k: v for k, v in row.items() if not k.startswith("_")} for row in staged.rows.to_pylist()]


@pytest.mark.parametrize(("name", "rule"), CASES, ids=[rule for _, rule in CASES])
def test_a_broken_rule_costs_what_its_document_says_and_no_other_row(name: str, rule: str, tmp_path: Path) -> None:
    table = table_of(name)
    constraint = next(one for one in table.constraints() if one.id == rule)
    good, clean = right(name)
    rows, gone = broken(table, constraint, good)
    staged = staged_of(name, rows, tmp_path)
    failed = {r.rule: r for r in staged.results if r.outcome is Outcome.FAILED}
    assert rule in failed, sorted(failed)
    mine = failed.pop(rule)
    assert [one for one in failed.values() if one.costs.loses] == [], "no other rule takes anything away"
    assert (mine.costs, str(mine.costs)) == (constraint.costs, documented()[rule])
    assert mine.blocks is (mine.costs is Costs.RELEASE)
    if not constraint.quarantines:
        assert len(plain(staged)) == len(rows)
        return
    first = 2
    assert {q.rule for q in staged.quarantine} == {rule}
    sides = {q.row - first for q in staged.quarantine}
    assert set() < sides <= gone
    others = [row for at, row in enumerate(rows) if at not in sides]
    one_to_one = name != ANSWERS and constraint.aspect is not Aspect.UNIQUE
    kept = [row for at, row in enumerate(clean) if at not in sides] if one_to_one else None
    assert plain(staged) == (kept or plain(staged_of(name, others, tmp_path))), "every other row is as it was"
    (tally,) = staged.tallies.values()
    assert (tally.received, tally.accepted, tally.quarantined) == (len(rows), len(others), len(sides))
    lost = [(one.rules, one.known.get("unit")) for one in staged.losses]
    own = rows[BROKEN].get("unit") if "unit" not in constraint.fields or len(constraint.fields) > 1 else None
    assert lost == ([((rule,), own)] * len(sides) if needed(table) else []), "whose row it was is known, where it says"
    (strict,) = (r for r in as_strict("strict", [mine]))
    assert strict.blocks, "where the profile is strict, a row that does not count stops it"


def test_every_rule_of_a_delivered_table_is_in_the_document() -> None:
    every = [one.id for name in tables() for one in bound(leiden(), name).constraints()]
    assert len(CASES) > 200
    assert set(every) <= set(documented())
