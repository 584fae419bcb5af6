"""The outcome of a rule, in the one form in which checks, quality results and the command line show it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import NotRequired, TypedDict

import pyarrow as pa

from schemas.consequences import COSTS, Costs, Severity
from schemas.contract import Constraint
from schemas.exports.arrow import to_arrow
from schemas.profile import Profile
from schemas.profile.strict import Strictness
from schemas.words import STROKE, Words, both, typed, words_of

SHOWN_CELLS = 10
NOT_THERE = ".delivered"
"""How the rules end by which something was not delivered."""
NOTHING_SAID = Words("", "")
STRICT = Words(
    "het profiel is streng, dus dit houdt de publicatie tegen", "the profile is strict, so this stops publication"
)
BETWEEN_CELLS = " | "
"""Stands between places; a comma stands within them, as in `a.csv row 3, theme`."""


class Outcome(StrEnum):
    """Whether a rule held. `not_run` says that it could not be judged, which is not the same as failing."""

    PASSED = "passed"
    FAILED = "failed"
    NOT_RUN = "not_run"


@dataclass(frozen=True)
class RuleResult:
    """The result of a rule: how many rows it checked, how many failed, and their places. Never a value.

    `detail` says what was found, if there is more to say than that it does not hold. `cells` are places in files, as
    they are written there, or what else is meant, by its name in both languages.
    `costs` is what is lost if it does not hold. `waived_because` is the reason of a decision by which a release may
    come out although the rule did not hold.
    """

    table: str
    rule: str
    costs: Costs
    outcome: Outcome
    checked: int
    failed: int
    nl: str
    en: str
    quarantines: bool = False
    cells: tuple[str | Words, ...] = ()
    detail: Words | None = None
    rows: tuple[int, ...] = field(default=(), repr=False, compare=False)
    waived_because: str = ""

    @property
    def severity(self) -> Severity:
        """How bad it is, by what it costs; rows that nobody could judge can be no part of a release that is true."""
        unjudged = self.outcome is Outcome.NOT_RUN and self.costs.loses
        return Severity.CRITICAL if unjudged else self.costs.severity

    @property
    def blocks(self) -> bool:
        """Whether this stops publication: something critical that failed, or could not be judged, and is not waived."""
        return self.severity is Severity.CRITICAL and self.outcome is not Outcome.PASSED and not self.waived_because

    @property
    def is_costly(self) -> bool:
        """Whether something was lost by it, or would be if publication went on, that a decision can do without."""
        return self.blocks or (self.costs.loses and self.outcome is Outcome.FAILED)

    @property
    def stops_where_strict(self) -> bool:
        """Whether it stops publication if a profile is strict: something delivered does not count for it.

        What was not delivered at all is waited for.
        """
        return self.costs.loses and not self.rule.endswith(NOT_THERE)

    @property
    def places(self) -> str:
        """The first places where it failed, as people read them."""
        return BETWEEN_CELLS.join(typed(_kept(one), BETWEEN_CELLS) for one in self.cells[:SHOWN_CELLS])


def _kept(cell: str | Words) -> str:
    """A place as it is kept in one text: in both languages, or with its own strokes told from those between them."""
    return both(cell) if isinstance(cell, Words) else typed(cell, STROKE)


def places_of(kept: str) -> tuple[str | Words, ...]:
    """The places that `RuleResult.places` made one text of."""
    cells = kept.split(BETWEEN_CELLS) if kept else []
    return tuple(words_of(cell) if STROKE in cell else cell.replace(typed(STROKE, STROKE), STROKE) for cell in cells)


def theme_names(profile: Profile) -> dict[str, Words]:
    """What the themes of a profile are called, by their codes."""
    return {theme.id: Words(theme.nl, theme.en) for theme in profile.themes}


def about(*parts: Words | str | int) -> Words:
    """What a finding is about, if that is no place in a file: `FGW, Intensiever onderwijs, 2020`."""
    texts = [part if isinstance(part, Words) else Words(str(part), str(part)) for part in parts]
    return Words(", ".join(one.nl for one in texts), ", ".join(one.en for one in texts))


def as_strict(strictness: Strictness, results: Iterable[RuleResult]) -> list[RuleResult]:
    """The results as a profile has them: if it is strict, what was delivered and does not count costs the release.

    Each that failed says that it stops publication for that. What was not delivered at all is waited for all the same.
    """
    if strictness != "strict":
        return list(results)
    return [_strict(r) if r.stops_where_strict else r for r in results]


def _strict(result: RuleResult) -> RuleResult:
    if result.outcome is Outcome.PASSED:
        return replace(result, costs=Costs.RELEASE)
    words = result.detail or Words(result.nl, result.en)
    return replace(result, costs=Costs.RELEASE, detail=Words(f"{words.nl}; {STRICT.nl}", f"{words.en}; {STRICT.en}"))


def of_constraint(
    table: str, constraint: Constraint, outcome: Outcome, checked: int, rows: Sequence[int], detail: Words | None = None
) -> RuleResult:
    """The result of a constraint over `checked` rows, of which the rows at these positions failed."""
    return RuleResult(
        table,
        constraint.id,
        constraint.costs,
        outcome,
        checked,
        len(rows),
        constraint.nl,
        constraint.en,
        constraint.quarantines,
        detail=detail,
        rows=tuple(rows),
    )


def to_table(results: Iterable[RuleResult], cycle: str) -> pa.Table:
    """The results as rows of `quality_results`, in the order of rule and finding.

    Results that find the same of the same rule, a delivery each say, are one row: their counts add up.
    """
    rows = [
        {
            "cycle": cycle,
            "table": r.table,
            "rule": r.rule,
            "severity": str(r.severity),
            "outcome": str(r.outcome),
            "checked": r.checked,
            "failed": r.failed,
            "quarantines": r.quarantines,
            "waived_because": r.waived_because or None,
            "cells": r.places or None,
            "nl": r.nl,
            "en": r.en,
            "detail_nl": r.detail.nl if r.detail else None,
            "detail_en": r.detail.en if r.detail else None,
            "costs": str(r.costs),
            "costs_nl": COSTS[r.costs].nl,
            "costs_en": COSTS[r.costs].en,
        }
        for r in merged(results)
    ]
    return to_arrow("quality_results", rows)


def merged(results: Iterable[RuleResult]) -> list[RuleResult]:
    """The results in the order of rule and finding; those that find the same of the same rule are one."""
    by_key: dict[object, RuleResult] = {}
    for r in results:
        key = (r.rule, r.detail, r.costs, r.outcome, r.waived_because)
        if key in by_key:
            one = by_key[key]
            cells = tuple(dict.fromkeys((*one.cells, *r.cells)))
            by_key[key] = replace(one, checked=one.checked + r.checked, failed=one.failed + r.failed, cells=cells)
        else:
            by_key[key] = r
    return sorted(by_key.values(), key=lambda r: (r.rule, r.detail or NOTHING_SAID, r.places))


def from_table(data: pa.Table) -> list[RuleResult]:
    """The results that `to_table` wrote."""
    rows: list[ResultRecord] = data.to_pylist()
    return [of_record(row) for row in rows]


class RecordOfRule(TypedDict):
    """What every record of a result holds of its rule and of how many rows it failed."""

    table: str
    rule: str
    costs: str
    outcome: str
    checked: int
    failed: int
    nl: str
    en: str
    quarantines: bool


class ResultRecord(RecordOfRule):
    """A result as a record between the steps holds it, or a row of `quality_results`, as far as both have it.

    Earlier versions kept what was found in `detail`, both languages in one text.
    """

    waived_because: str | None
    cells: str | None
    detail_nl: NotRequired[str | None]
    detail_en: NotRequired[str | None]
    detail: NotRequired[str | None]


def to_records(results: Iterable[RuleResult]) -> list[ResultRecord]:
    """The results as a record between the steps holds them: merged, with the places that people are shown."""
    return [
        {
            "table": r.table,
            "rule": r.rule,
            "costs": r.costs,
            "outcome": r.outcome,
            "checked": r.checked,
            "failed": r.failed,
            "nl": r.nl,
            "en": r.en,
            "quarantines": r.quarantines,
            "waived_because": r.waived_because,
            "cells": r.places,
            "detail_nl": r.detail.nl if r.detail else None,
            "detail_en": r.detail.en if r.detail else None,
        }
        for r in merged(results)
    ]


def of_record(row: ResultRecord) -> RuleResult:
    """A result of a row of `quality_results`, or of a record that `to_records` made, now or in an earlier version."""
    return RuleResult(
        row["table"],
        row["rule"],
        Costs(row["costs"]),
        Outcome(row["outcome"]),
        row["checked"],
        row["failed"],
        row["nl"],
        row["en"],
        row["quarantines"],
        places_of(row["cells"] or ""),
        _detail_of(row),
        waived_because=row["waived_because"] or "",
    )


def _detail_of(row: ResultRecord) -> Words | None:
    if "detail_nl" in row:
        nl, en = row["detail_nl"], row["detail_en"]
        return None if nl is None and en is None else Words(nl or "", en or "")
    return words_of(row["detail"]) if row["detail"] else None
