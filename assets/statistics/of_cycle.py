"""The statistics of a cycle, added up once: the steps that need them run one after the other in one process."""

from __future__ import annotations

import hashlib

from assets.statistics.summaries import Statistics, statistics
from assets.workspace import Workspace
from schemas.calendar import Cycle
from schemas.profile import Profile

ANSWERS, POPULATION = "fact_answers", "fact_population"
FACTS = "facts"

_last: dict[str, Statistics] = {}
"""The statistics that were added up last, by all that they follow from."""


def statistics_of(workspace: Workspace, profile: Profile, cycle: Cycle) -> Statistics:
    """The statistics of the answers of a cycle, from its tables of facts.

    Facts of the same bytes under the same profile have the same statistics: those of the last call are given again.
    Raises `UsageError` where the facts have not been made.
    """
    tables = [workspace.read(cycle.key, FACTS, name) for name in (ANSWERS, POPULATION)]
    years = cycle.years(profile.institution.first_year)
    digest = hashlib.sha256(f"{profile.digest} {years}".encode())
    for name in (ANSWERS, POPULATION):
        digest.update(hashlib.sha256(workspace.path(cycle.key, FACTS, name).read_bytes()).digest())
    name = digest.hexdigest()
    found = _last.get(name)
    if found is None:
        found = statistics(profile, tables[0], tables[1], years)
        _last.clear()
        _last[name] = found
    return found
