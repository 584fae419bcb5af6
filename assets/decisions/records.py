"""The records of the register of decisions, as staging accepted them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from assets.common.cycle_tables import CycleTables
from schemas.profile import Feed, Profile
from schemas.rows import ApprovalRecordsRow, CorrectionRecordsRow, WaiverRecordsRow, WithdrawalRecordsRow
from schemas.tables.delivered import DECISIONS

TABLES = tuple(table.name for table in DECISIONS)


@dataclass(frozen=True)
class Record:
    """A decision: why, in which role and when it was taken, and the delivery of the register that holds it."""

    reason: str
    role: str
    decided_on: date
    delivery: str


@dataclass(frozen=True)
class Correction(Record):
    """The value that is read in a cell instead of its own; `expected` and `new_value` are empty for an empty cell."""

    file: str
    sheet: str
    cell: str
    expected: str
    new_value: str

    @property
    def place(self) -> str:
        """Where the cell stands, as people write it."""
        return f"{self.file} {self.sheet}!{self.cell}" if self.sheet else f"{self.file} {self.cell}"


@dataclass(frozen=True)
class Waiver(Record):
    """What a release of a cycle may do without: a delivery (any period or unit if empty), a rule, an obligation."""

    cycle: str
    feed: str
    period: str
    unit: str
    rule: str
    obligation: str = ""

    @property
    def place(self) -> str:
        """What is waived, as people write it."""
        return (
            self.obligation
            or self.rule
            or " ".join(part for part in (self.feed, self.period, self.unit) if part)
            or self.cycle
        )


@dataclass(frozen=True)
class Withdrawal(Record):
    """A delivery that no longer counts: what came under a name until the day of the decision, or those bytes of it."""

    file: str
    sha256: str


@dataclass(frozen=True)
class Approval:
    """What a council decided about a unit's delivery, in the register or in the delivery itself."""

    feed: str
    period: str
    unit: str
    council: str
    decision: str
    decided_on: date
    registered: bool

    @property
    def place(self) -> str:
        """What it is about, as people write it."""
        return f"{self.feed} {self.period} {self.unit}"


@dataclass(frozen=True)
class Decisions:
    """Every record of the register; `taken` is false if it has not been taken up for the cycle."""

    corrections: tuple[Correction, ...] = ()
    waivers: tuple[Waiver, ...] = ()
    withdrawals: tuple[Withdrawal, ...] = ()
    approvals: tuple[Approval, ...] = ()
    taken: bool = True


def decides(feed: Feed) -> bool:
    """Whether a feed delivers decisions, so that it is staged before those that do not."""
    return not set(feed.tables).isdisjoint(TABLES)


def decision_tables(profile: Profile) -> list[str]:
    """The tables of decisions that an institution delivers."""
    return [name for feed in profile.feeds if decides(feed) for name in feed.tables if name in TABLES]


def decisions_of(tables: CycleTables) -> Decisions:
    """The records that hold for a cycle. There are none if the institution has no register."""
    there = {name: tables.is_staged(name) for name in decision_tables(tables.profile)}

    def rows(name: str) -> list[Any]:
        return tables.staged(name).to_pylist() if there.get(name) else []

    corrections: list[CorrectionRecordsRow] = rows(TABLES[0])
    waivers: list[WaiverRecordsRow] = rows(TABLES[1])
    approvals: list[ApprovalRecordsRow] = rows(TABLES[2])
    withdrawals: list[WithdrawalRecordsRow] = rows(TABLES[3])
    return Decisions(
        tuple(
            Correction(*_decided(r), *map(_text, (r["file"], r["sheet"], r["cell"], r["expected"], r["new_value"])))
            for r in corrections
        ),
        tuple(
            Waiver(
                *_decided(r),
                *map(_text, (r["cycle"], r["feed"], r["period"], r["unit"], r["rule"], r["obligation"])),
            )
            for r in waivers
        ),
        tuple(Withdrawal(*_decided(r), _text(r["file"]), _text(r["sha256"])) for r in withdrawals),
        tuple(
            Approval(
                r["feed"], r["period"], r["unit"] or "", r["council"], r["decision"], r["decided_on"], registered=True
            )
            for r in approvals
        ),
        taken=all(there.values()),
    )


def _decided(row: CorrectionRecordsRow | WaiverRecordsRow | WithdrawalRecordsRow) -> tuple[str, str, date, str]:
    """Why it was decided, in which role and when, and the delivery that holds the decision."""
    return row["reason"], row["role"], row["decided_on"], row["_delivery"]


def _text(value: str | None) -> str:
    """A text without blanks around it, empty if there is no value."""
    return (value or "").strip()
