"""The statistics of a cycle, added up once: the steps that need them run one after the other in one process."""

from __future__ import annotations

import hashlib
from dataclasses import replace

from kwaliteitsmonitor.foundation.tables import facts_table
from kwaliteitsmonitor.foundation.workspace import Workspace
from kwaliteitsmonitor.methods.disclosure.pattern import choose
from kwaliteitsmonitor.methods.statistics.summaries import Statistics, statistics
from schemas.calendar import Cycle
from schemas.profile import Profile, flow
from schemas.profile.flow import makes

ANSWERS, POPULATION = "fact_answers", "fact_population"

_last: dict[str, Statistics] = {}
"""The statistics that were added up last, by all that they follow from."""


def statistics_of(workspace: Workspace, profile: Profile, cycle: Cycle) -> Statistics:
    """The statistics of the answers of a cycle, from its tables of facts.

    Facts of the same bytes under the same profile have the same statistics: those of the last call are given again,
    with what was set aside of the deliveries. Raises `UsageError` where the facts have not been made.
    """
    tables = [facts_table(workspace, profile, cycle.key, name) for name in (ANSWERS, POPULATION)]
    years = cycle.years(profile.institution.first_year)
    digest = hashlib.sha256(f"{profile.digest} {years}".encode())
    for name in (ANSWERS, POPULATION):
        if makes(profile, name):
            digest.update(hashlib.sha256(workspace.path(cycle.key, flow.FACTS_STEP, name).read_bytes()).digest())
    name = digest.hexdigest()
    found = _last.get(name)
    if found is None:
        found = statistics(profile, tables[0], tables[1], years)
        _last.clear()
        _last[name] = found
    return replace(found, aside=_aside(workspace, profile, cycle.key))


def _aside(workspace: Workspace, profile: Profile, cycle: str) -> dict[str, int]:
    """How many answers of each delivery that was staged for a cycle were set aside."""
    found: dict[str, int] = {}
    for feed in (feed for feed in profile.feeds if flow.ANSWERS in feed.tables):
        kept = workspace.found_json(cycle, flow.STAGED_STEP, feed.id)
        tallies = kept["tallies"].get(flow.ANSWERS, {}) if kept else {}
        found |= {delivery: int(tally["quarantined"]) for delivery, tally in tallies.items()}
    return found


def nothing_to_withhold(workspace: Workspace, profile: Profile, cycle: Cycle) -> None:
    """Have it known for a cycle of an institution without evaluations that nothing of them is withheld.

    Where there are evaluations, the step of the statistics chooses what is.
    """
    if not makes(profile, ANSWERS):
        answers = facts_table(workspace, profile, cycle.key, ANSWERS)
        choose(workspace, profile, cycle.key, statistics_of(workspace, profile, cycle), answers)
