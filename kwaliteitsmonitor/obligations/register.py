"""The register: every obligation of a cycle and its state on a day."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Protocol, TypeVar

from kwaliteitsmonitor.obligations.accounts import accounts
from kwaliteitsmonitor.obligations.consultations import consultations
from kwaliteitsmonitor.obligations.deliveries import deliveries
from kwaliteitsmonitor.obligations.evidence import Evidence
from kwaliteitsmonitor.obligations.figures import figures
from kwaliteitsmonitor.obligations.money import money
from kwaliteitsmonitor.obligations.obligation import LACKING, Claim, Entry, Kind, Obligation, State
from kwaliteitsmonitor.obligations.wording import called, each_once, lacking, without
from schemas.calendar import Cycle
from schemas.profile import Profile
from schemas.rows import ObligationsRow
from schemas.values import AnyRow, Row
from schemas.words import Words

R = TypeVar("R", bound=AnyRow)
"""A row of `obligations`, as it is made or as a release holds it."""
ASIDE = Words("geleverd, maar de rij telt niet mee", "delivered, but its row does not count")


class Waiving(Protocol):
    """Decisions about what a release may do without; each gives the reason, or nothing if there is none."""

    def obligation(self, owed: str) -> str:
        """Why an obligation is waived, by its id."""
        ...

    def delivery(self, feed: str, period: str, unit: str) -> str:
        """Why a missing delivery is waived."""
        ...

    def rule(self, rule: str) -> str:
        """Why a rule that fails is waived."""
        ...


@dataclass(frozen=True)
class Register:
    """Every obligation of a cycle, deliveries first, with the state of each."""

    profile: Profile
    cycle: Cycle
    entries: tuple[Entry, ...]

    def deliveries(self) -> Mapping[tuple[str, str, str], Entry]:
        """The deliveries that are owed, by feed, period and unit; the unit is empty for a central one."""
        whole = (one for one in self.entries if one.owed.kind is Kind.DELIVERY)
        return {(one.owed.feed, one.owed.period, one.owed.unit): one for one in whole}

    def open(self) -> list[Entry]:
        """What still has to come; parts of a delivery that still has to come are reported with it."""
        whole = {one.owed.id for one in self.entries if one.lacks}
        return [one for one in self.entries if one.lacks and one.part_of not in whole]

    def waived(self) -> list[Entry]:
        """What a decision lets the release do without; parts of such a delivery are reported with it."""
        whole = {one.owed.id for one in self.entries if one.state is State.WAIVED}
        return [one for one in self.entries if one.state is State.WAIVED and one.part_of not in whole]

    def waived_row(self, table: str, period: str, unit: str, row: Row) -> str:
        """Why the release may do without a row of a delivered table, where what it would have met is waived."""
        waived = (one for one in self.entries if one.state is State.WAIVED)
        return next((one.waived_because for one in waived if one.owed.would_meet(table, period, unit, row)), "")

    def with_rows_aside(self, rows: Iterable[tuple[str, str, str, Row]]) -> Register:
        """The register in which what came in a row that does not count is said to have come, and not to count.

        `rows` are those that were set aside: table, period and unit, with what is known of each.
        """
        aside = list(rows)
        entries = (
            replace(one, detail=ASIDE)
            if one.state is State.OPEN and not one.detail and any(one.owed.would_meet(*row) for row in aside)
            else one
            for one in self.entries
        )
        return replace(self, entries=tuple(entries))

    @property
    def lacking(self) -> list[Words]:
        """Everything that still has to come, each once."""
        return each_once(lacking(self.profile, one) for one in self.open())

    @property
    def without(self) -> list[Words]:
        """Everything that is done without, each once."""
        return each_once(without(self.profile, one) for one in self.waived())

    def rows(self) -> list[ObligationsRow]:
        """The register as rows of `obligations`."""
        return [_row(self.profile, self.cycle, one) for one in self.entries]


def last_day(cycle: Cycle) -> date:
    """The day by which a release of a cycle judges what is due: the last of the month in which the cycle runs.

    A release is the same whenever it is made, so that it knows no other clock.
    """
    year, month = int(cycle.key[:4]), int(cycle.key[5:])
    return date(year + month // 12, month % 12 + 1, 1) - timedelta(days=1)


def register(profile: Profile, cycle: Cycle, evidence: Evidence, waiving: Waiving, day: date) -> Register:
    """What is owed for a cycle, and how it stands on a day by what came in and what was decided."""
    whole = {claim.owed.id: _entry(claim, waiving, day, None) for claim in deliveries(profile, cycle, evidence)}
    places = {(one.owed.feed, one.owed.period, one.owed.unit): one for one in whole.values()}
    parts = [
        _entry(claim, waiving, day, _carrier(places, claim.owed))
        for claim in (
            *consultations(profile, cycle, evidence),
            *accounts(profile, cycle, evidence),
            *money(profile, cycle, evidence),
            *figures(profile, cycle, evidence),
        )
    ]
    return Register(profile, cycle, (*whole.values(), *parts))


def _carrier(places: Mapping[tuple[str, str, str], Entry], owed: Obligation) -> Entry | None:
    """The delivery that is to bring something: that of the unit, or the central one."""
    own = places.get((owed.feed, owed.period, owed.unit))
    return own or places.get((owed.feed, owed.period, ""))


def _entry(claim: Claim, waiving: Waiving, day: date, carrier: Entry | None) -> Entry:
    owed, part_of = claim.owed, carrier.owed.id if carrier else ""
    if claim.met is not None:
        late = owed.due is not None and claim.met.on > owed.due
        return Entry(owed, State.LATE if late else State.MET, claim.met, part_of=part_of)
    if why := _waived(owed, waiving, carrier):
        return Entry(owed, State.WAIVED, waived_because=why, part_of=part_of)
    state = State.NOT_YET_DUE if owed.due is not None and day <= owed.due else State.OPEN
    return Entry(owed, state, part_of=part_of, detail=claim.detail)


def _waived(owed: Obligation, waiving: Waiving, carrier: Entry | None) -> str:
    """Why something that did not come is waived: itself, or with the delivery that was to bring it, or by its rule."""
    own = waiving.obligation(owed.id)
    if owed.kind is Kind.DELIVERY:
        return own or waiving.delivery(owed.feed, owed.period, owed.unit)
    if own or carrier is None:
        return own or (waiving.rule(owed.rule) if owed.rule else "")
    with_it = carrier.waived_because if carrier.state is State.WAIVED else ""
    return with_it or (waiving.rule(owed.rule) if owed.rule else "")


def _row(profile: Profile, cycle: Cycle, one: Entry) -> ObligationsRow:
    owed, about, name = one.owed, one.owed.about, called(profile, one.owed)
    return {
        "cycle": cycle.key,
        "obligation": owed.id,
        "kind": str(owed.kind),
        "reporting_year": owed.year,
        "feed": owed.feed,
        "period": owed.period or None,
        "unit": owed.unit or None,
        "theme": about.theme or None,
        "measure": about.measure or None,
        "indicator": about.indicator or None,
        "level": about.level or None,
        "council": about.council or None,
        "subject": about.about or None,
        "programme": about.programme or None,
        "due": owed.due,
        "state": str(one.state),
        "met_on": one.met.on if one.met else None,
        "met_by": one.met.by or None if one.met else None,
        "waived_because": one.waived_because or None,
        "part_of": one.part_of or None,
        "nl": name.nl,
        "en": name.en,
    }


def lacking_rows(rows: Iterable[R]) -> Iterator[R]:
    """The rows of `obligations` that still have to come, without those that are reported with their delivery."""
    rows = list(rows)
    whole = {row["obligation"] for row in rows if row["state"] in LACKING}
    return (row for row in rows if row["state"] in LACKING and row["part_of"] not in whole)
