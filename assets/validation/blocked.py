"""What is reported if the gate stops a cycle: which rule, in which place, and what to start once it is mended."""

from __future__ import annotations

from collections.abc import Sequence

from assets.common.cycle_tables import CycleTables
from assets.decisions.records import decisions_of
from assets.staged.uptake import ListedOnce, change
from kwaliteitsmonitor.foundation.settings import Settings
from kwaliteitsmonitor.methods.checks.results import RuleResult
from schemas.calendar import Cycle
from schemas.errors import KwaliteitsmonitorError
from schemas.profile.feeds import comes_by_file

SHOWN = 8
"""Rules that the sentence names; the table beside it has all of them."""


def message(cycle: str, blocking: Sequence[RuleResult], waiting: Sequence[str]) -> str:
    """That publication is stopped by these rules; `waiting` are feeds with deliveries that the run did not take up."""
    sentences = [f"{r.rule}: {r.en}{f' ({r.places})' if r.places else ''}" for r in blocking[:SHOWN]]
    more = f"; and {len(blocking) - SHOWN} more" if len(blocking) > SHOWN else ""
    rules = "1 rule" if len(blocking) == 1 else f"{len(blocking)} rules"
    stopped = f"Nothing was published and nothing was replaced: {rules} did not hold"
    return f"{stopped}. {'; '.join(sentences)}{more}. {remedy(cycle, waiting)}"


def remedy(cycle: str, waiting: Sequence[str]) -> str:
    """What to do, and what to start: re-executing a run from failure reads no delivery."""
    start = f"start the job `cycle` for {cycle} anew (Jobs, cycle, Materialize all)"
    if waiting:
        came = f"Of {', '.join(waiting)} something came in that this run has not read"
        return f"{came}, nor does re-executing it from failure: {start}."
    return f"Have what is named mended and delivered again, then {start}; re-executing from failure reads no delivery."


def waiting_feeds(settings: Settings, cycle: Cycle) -> list[str]:
    """The feeds of which something came in by file that no run of this cycle has taken up.

    `None` if the landing zone cannot be reached, or if a release is computed again: then nothing is known of it.
    """
    if settings.reproduces:
        return []
    profile, workspace = settings.profile, settings.workspace
    landing = ListedOnce(settings.landing_url, profile.institution.timezone)
    decisions = decisions_of(CycleTables(workspace, profile, cycle.key))
    try:
        return [
            feed.id
            for feed in profile.feeds
            if comes_by_file(feed) and change(workspace, profile, cycle, feed, landing, decisions) is not None
        ]
    except KwaliteitsmonitorError:
        return []
