"""The statistics of a cycle, added up once in a run: several steps need them."""

from __future__ import annotations

from dataclasses import replace

from assets.common.cycle_tables import CycleTables
from assets.facts.of_cycle import facts_table
from kwaliteitsmonitor.methods.disclosure.evaluations import Withheld
from kwaliteitsmonitor.methods.disclosure.pattern import choose
from kwaliteitsmonitor.methods.statistics.summaries import Statistics, statistics
from schemas.profile import flow

ANSWERS, POPULATION = "fact_answers", "fact_population"


def statistics_of(tables: CycleTables) -> Statistics:
    """The statistics of the answers of a cycle, from its tables of facts, with what was set aside of the deliveries.

    Raises `UsageError` if the facts have not been made.
    """
    profile, years = tables.profile, tables.cycle.years(tables.profile.institution.first_year)

    def added_up() -> Statistics:
        return statistics(profile, facts_table(tables, ANSWERS), facts_table(tables, POPULATION), years)

    return replace(tables.once("statistics", added_up), aside=_aside(tables))


def _aside(tables: CycleTables) -> dict[str, int]:
    """How many answers of each delivery that was staged for a cycle were set aside."""
    aside: dict[str, int] = {}
    for feed in (feed for feed in tables.profile.feeds if flow.ANSWERS in feed.tables):
        record = tables.feed(feed.id)
        tallies = record.tallies.get(flow.ANSWERS, {}) if record else {}
        aside |= {delivery: tally.quarantined for delivery, tally in tallies.items()}
    return aside


def withhold_of(tables: CycleTables, statistics: Statistics) -> Withheld:
    """What to withhold of the evaluations of a cycle, as `choose` does, with the people that staging counted."""
    feeds = [feed for feed in tables.profile.feeds if flow.ANSWERS in feed.tables]
    records = [record for feed in feeds if (record := tables.feed(feed.id)) is not None]
    people = {delivery: one for record in records for delivery, one in record.people.items()}
    return choose(tables.workspace, tables.profile, tables.key, statistics, facts_table(tables, ANSWERS), people)


def nothing_to_withhold(tables: CycleTables) -> Withheld:
    """Have it known for a cycle of an institution without evaluations that nothing of them is withheld."""
    return withhold_of(tables, statistics_of(tables))
