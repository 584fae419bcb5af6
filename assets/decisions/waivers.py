"""Waivers: what a release of a cycle may do without, with the reason that is printed with it."""

from __future__ import annotations

import difflib
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field, replace

from assets.decisions.records import Waiver
from kwaliteitsmonitor.methods.checks.results import Outcome, RuleResult
from schemas.consequences import Costs
from schemas.profile import Profile
from schemas.rows import WaiversRow
from schemas.words import Words, joined

TABLE = "waiver_records"
NAMES = ("feed", "period", "unit", "rule", "obligation")
"""What a waiver may name."""


@dataclass
class Waivers:
    """The waivers of one cycle, and which of them were needed so far."""

    cycle: str
    records: Sequence[Waiver]
    used: set[Waiver] = field(default_factory=set)

    @classmethod
    def of(cls, cycle: str, records: Iterable[Waiver]) -> Waivers:
        """The waivers among these records that are of a cycle."""
        return cls(cycle, [r for r in records if r.cycle == cycle])

    def delivery(self, feed: str, period: str, unit: str) -> str:
        """Why a missing delivery is waived, empty if it is not; a unit is empty if the delivery is central."""
        return self._why(
            r
            for r in self.records
            if not r.rule and r.feed == feed and r.period in ("", period) and r.unit in ("", unit)
        )

    def obligation(self, owed: str) -> str:
        """Why an obligation is waived, empty if it is not; it is named by its id."""
        return self._why(r for r in self.records if r.obligation == owed)

    def rule(self, rule: str) -> str:
        """Why a rule that fails is waived, empty if it is not."""
        return self._why(r for r in self.records if r.rule == rule and not r.feed)

    @property
    def needed(self) -> tuple[tuple[str, ...], ...]:
        """The waivers that were needed so far, by what they name."""
        return tuple(sorted(tuple(getattr(r, name) for name in NAMES) for r in self.used))

    def needed_for(self, needed: Collection[tuple[str, ...]]) -> None:
        """Take over which waivers an earlier step needed, by what they name."""
        self.used.update(r for r in self.records if tuple(getattr(r, name) for name in NAMES) in needed)

    def waive(self, results: Iterable[RuleResult]) -> list[RuleResult]:
        """The results, with the reason at each that did not pass, costs something and is waived."""
        return [
            replace(r, waived_because=self.rule(r.rule)) if r.is_costly and not r.waived_because else r for r in results
        ]

    def _why(self, records: Iterable[Waiver]) -> str:
        """The reason of the first waiver that fits; all that fit were needed."""
        fitting = list(records)
        self.used.update(fitting)
        return fitting[0].reason if fitting else ""

    def results(self, profile: Profile, owed: Collection[str] = ()) -> list[RuleResult]:
        """Whether every waiver says what it waives, and whether it was needed; nothing if there are none.

        `owed` are the ids of the obligations of the cycle.
        """
        if not self.records:
            return []
        unclear = [r for r in self.records if self._unclear(r, profile, owed)]
        idle = [r for r in self.records if r not in self.used and r not in unclear]
        return [
            _result(
                "waivers.understood",
                Costs.NOTE,
                len(self.records),
                unclear,
                "een ontheffing noemt één ding: een verplichting, een soort levering met eenheid, of een controle",
                "a waiver names an obligation, a feed with its unit, or a rule, and one of these",
                joined(filter(None, (self._unclear(r, profile, owed) for r in unclear))),
            ),
            _result(
                "waivers.needed",
                Costs.NOTHING,
                len(self.records),
                idle,
                "een ontheffing was nodig voor deze uitgave",
                "a waiver was needed for this release",
            ),
        ]

    def _unclear(self, record: Waiver, profile: Profile, owed: Collection[str]) -> Words | None:
        if sum(map(bool, (record.rule, record.feed, record.obligation))) != 1:
            return Words(
                "noemt geen verplichting, levering of controle, of meer dan een daarvan",
                "names no obligation, delivery or rule, or more than one of these",
            )
        if record.obligation:
            return _unknown(record.obligation, list(owed))
        feeds = [feed.id for feed in profile.feeds]
        return _unknown(record.feed, feeds) or _unknown(record.unit, [unit.id for unit in profile.units])

    def rows(self, used_rules: Collection[str]) -> list[WaiversRow]:
        """The waivers as rows of `waivers`; `used_rules` are the rules that failed and were waived."""
        return [
            {
                "cycle": self.cycle,
                "feed": r.feed or None,
                "period": r.period or None,
                "unit": r.unit or None,
                "rule": r.rule or None,
                "obligation": r.obligation or None,
                "reason": r.reason,
                "role": r.role,
                "decided_on": r.decided_on,
                "used": r in self.used or (r.rule in used_rules and not r.feed),
            }
            for r in sorted(
                self.records, key=lambda r: (r.feed, r.period, r.unit, r.rule, r.obligation, r.decided_on, r.reason)
            )
        ]


def _unknown(name: str, known: Sequence[str]) -> Words | None:
    if not name or name in known:
        return None
    near = difflib.get_close_matches(name, known, 1)
    nl, en = (f"; bedoeld is {near[0]}?", f"; is {near[0]} meant?") if near else ("", "")
    return Words(f"'{name}' is niet bekend{nl}", f"'{name}' is not known{en}")


def _result(
    rule: str, costs: Costs, checked: int, wrong: Sequence[Waiver], nl: str, en: str, detail: Words | None = None
) -> RuleResult:
    return RuleResult(
        TABLE,
        rule,
        costs,
        Outcome.FAILED if wrong else Outcome.PASSED,
        checked,
        len(wrong),
        nl,
        en,
        cells=tuple(r.place for r in wrong),
        detail=detail,
    )
