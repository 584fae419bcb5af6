"""Counting the evaluations of one academic year, of one unit or of all: what can be done by itself, in any order.

A unit's deliveries of a year have nothing to do with those of another. So they are counted apart, at the same time if
there are hands for it, and a cycle that reads them finds them in the store. What it does not find it counts itself.

What is delivered for all units at once, in one file or from a database, is counted as a unit of its own, `all`. A feed
that is not delivered by year is counted by the cycle alone.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from assets.delivered.collect import collect_periods
from assets.staged.feed import ANSWERS, answers_store, staged_answers
from kwaliteitsmonitor.connectors.landing import Landing
from kwaliteitsmonitor.foundation.ownership import claim
from kwaliteitsmonitor.foundation.settings import Settings
from kwaliteitsmonitor.methods.checks.judge import validate
from kwaliteitsmonitor.methods.checks.results import Outcome, RuleResult
from kwaliteitsmonitor.obligations.periods import Expected
from kwaliteitsmonitor.readers.answers.cache_store import KEPT_DAYS, Pruned, prune
from kwaliteitsmonitor.readers.answers.files import AnswerFile
from kwaliteitsmonitor.readers.delivery import Delivery, Standing
from kwaliteitsmonitor.readers.period import year_of
from kwaliteitsmonitor.readers.staging import Tally
from schemas.calendar import academic_year
from schemas.consequences import Costs
from schemas.errors import UsageError
from schemas.profile import Feed, Profile
from schemas.profile.feeds import Period, is_pulled
from schemas.tables.counted import ALL_UNITS
from schemas.words import Words, both


@dataclass
class YearCounted:
    """What counting an academic year came to: a tally per unit, and of how many deliveries.

    `new` deliveries were counted now, the others were known. `rows` are rows of counts, `seconds` what it took.
    `refused` says per delivery that stands nowhere or could not be read why that is.
    """

    reporting_year: int
    tallies: dict[str, list[Tally]] = field(default_factory=dict)
    results: list[RuleResult] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    known: int = 0
    new: int = 0
    rows: int = 0
    seconds: float = 0.0

    def total(self, unit: str = "") -> Tally:
        """The tallies of a unit together, or of every unit."""
        of = [t for name, tallies in self.tallies.items() for t in tallies if unit in ("", name)]
        return Tally(
            sum(t.received for t in of),
            sum(t.accepted for t in of),
            sum(t.quarantined for t in of),
            sum(t.left_out for t in of),
        )

    def balance(self) -> RuleResult:
        """Whether, for every delivery, answers accepted and set aside add up to answers received."""
        every = [t for tallies in self.tallies.values() for t in tallies]
        off = [t for t in every if t.accepted + t.quarantined != t.received]
        return RuleResult(
            ANSWERS,
            "evaluations.counts.balance",
            Costs.RELEASE,
            Outcome.FAILED if off else Outcome.PASSED,
            len(every),
            len(off),
            "aangenomen en apart gezette antwoorden zijn samen de ontvangen antwoorden",
            "answers accepted and quarantined add up to answers received",
        )


def evaluation_feeds(profile: Profile) -> Iterator[Feed]:
    """The feeds of which the answers are counted by year."""
    for feed in profile.feeds:
        if ANSWERS in feed.tables and feed.period in (Period.ACADEMIC_YEAR, Period.REPORTING_YEAR):
            yield feed


def count_year(settings: Settings, year: int, unit: str = "", landing: Landing | None = None) -> YearCounted:
    """Count the evaluations of the academic year that a reporting year reads, of a unit or of every unit.

    What was counted before is not read again. `landing` is the landing zone if it is listed already. Raises
    `UsageError` for a year or a unit that the institution does not have, and `SourceError` if a landing zone or
    database cannot be reached.
    """
    profile = settings.profile
    _known(profile, year, unit)
    claim(settings.workspace, profile.id)
    began, zone = time.monotonic(), profile.institution.timezone
    counted = YearCounted(year)
    for feed in evaluation_feeds(profile):
        _count_feed(settings, feed, unit, landing or Landing(settings.landing_url, zone), counted)
    counted.seconds = time.monotonic() - began
    return counted


def clear(settings: Settings, days: int = KEPT_DAYS) -> Pruned:
    """Remove counts that no delivery uses any more, because code, contract, form, questions or key changed.

    Recent ones stay.
    """
    return prune(settings.workspace, _ways(settings), days)


def _ways(settings: Settings) -> Iterator[str]:
    """Every way in which deliveries of answers are read today."""
    profile = settings.profile
    years = range(profile.institution.first_year, profile.institution.last_year + 1)
    for feed in (feed for feed in profile.feeds if ANSWERS in feed.tables):
        names = answers_store(settings.workspace, profile, feed, settings.read_pseudonym_key()).names
        for position, source in enumerate(feed.sources):
            for period in dict.fromkeys(_period(feed, year) for year in years) if ANSWERS in source.tables else ():
                delivery = Delivery(feed.id, position, "", "", 0, date.min, period)
                yield names.way(AnswerFile(delivery, Path(), source, {}, year_of(feed, delivery)))


def _period(feed: Feed, year: int) -> str:
    """The period of a feed in a reporting year; of a feed by round, its first."""
    match feed.period:
        case Period.ACADEMIC_YEAR:
            return academic_year(year)
        case Period.REPORTING_YEAR:
            return str(year)
        case Period.ROUND:
            return f"{year}-1"
        case Period.NONE:
            return ""


def _known(profile: Profile, year: int, unit: str) -> None:
    first, last = profile.institution.first_year, profile.institution.last_year
    if not first <= year <= last:
        raise UsageError(
            f"academic year {academic_year(year)} is not one of the agreements",
            expected=f"{academic_year(first)} to {academic_year(last)}",
            remedy="Name a year of the agreements.",
        )
    units = [u.id for u in profile.units]
    if unit and unit not in (*units, ALL_UNITS):
        raise UsageError(
            f"there is no unit '{unit}'",
            expected=f"one of {', '.join(units)}, or {ALL_UNITS} for what is delivered for all at once",
            remedy="Name a unit by its code.",
        )


def _count_feed(settings: Settings, feed: Feed, unit: str, landing: Landing, counted: YearCounted) -> None:
    profile, year = settings.profile, counted.reporting_year
    databases = settings.databases(feed) if is_pulled(feed) and unit in ("", ALL_UNITS) else None
    only = None if not unit else "" if unit == ALL_UNITS else unit
    mine = collect_periods(
        settings.workspace, profile, (Expected(_period(feed, year), year),), feed, landing, databases, only
    )
    key = settings.read_pseudonym_key()
    staged, rejected, store = staged_answers(settings.workspace, profile, feed, mine, key, validate)
    by_id = {d.id: d for d in mine}
    for identity, tally in staged.tallies.items():
        counted.tallies.setdefault(by_id[identity].unit or ALL_UNITS, []).append(tally)
    counted.results.extend(staged.results)
    counted.refused.extend(_refused(mine, rejected))
    counted.known += store.met["known"]
    counted.new += store.met["new"]
    counted.rows += staged.rows.num_rows


def _refused(deliveries: Sequence[Delivery], rejected: Mapping[str, Words]) -> Iterator[str]:
    for delivery in deliveries:
        reason = rejected.get(delivery.id) or (delivery.reason if delivery.standing is Standing.UNPLACED else None)
        if reason is not None:
            yield f"{delivery.path}: {both(reason)}"
