"""Choosing what to withhold of a cycle once, and keeping it for the steps that show something of it."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from types import MappingProxyType
from typing import NamedTuple, NotRequired, TypedDict

import pyarrow as pa

from kwaliteitsmonitor.foundation.workspace import Workspace
from kwaliteitsmonitor.methods.disclosure.cells import Evaluation, Population, populations
from kwaliteitsmonitor.methods.disclosure.counted_people import people_of
from kwaliteitsmonitor.methods.disclosure.evaluations import Reasons, Withheld, withhold
from kwaliteitsmonitor.methods.disclosure.figures import kept_of, note_known
from kwaliteitsmonitor.methods.disclosure.gate import ONE_COURSE
from kwaliteitsmonitor.methods.disclosure.lineage_control import Sources
from kwaliteitsmonitor.methods.disclosure.release_history import (
    Memory,
    memories,
    recall,
    record,
    remember,
    same_evaluations,
    with_figures,
)
from kwaliteitsmonitor.methods.disclosure.respondents import Respondents
from kwaliteitsmonitor.methods.statistics.scaling import factors
from kwaliteitsmonitor.methods.statistics.summaries import Statistics
from kwaliteitsmonitor.methods.statistics.sums import Cell, distinct_scales
from schemas.errors import KwaliteitsmonitorError
from schemas.profile import Profile

STEP = "disclosure"
NAME = "withheld"


class Chosen(TypedDict):
    """What was chosen for a cycle, as JSON holds it.

    `known` are the memories that there were, and `seen` those of them in the light of which was chosen. `courses` are
    those on which cells rest alone, and `sources` the deliveries of each leaf.
    """

    known: NotRequired[list[str]]
    seen: list[str]
    shown: Memory
    reasons: Reasons
    courses: dict[str, int]
    sources: list[list[int | str | list[str] | None]]


class _Source(NamedTuple):
    """An entry of the sources."""

    year: int
    evaluation: str
    unit: str | None
    programme: str | None
    level: str | None
    deliveries: list[str]


def choose(
    workspace: Workspace,
    profile: Profile,
    cycle: str,
    statistics: Statistics,
    answers: pa.Table,
    people: Mapping[str, Respondents] = MappingProxyType({}),
) -> Withheld:
    """What to withhold of the evaluations of a cycle, in the light of all former releases; kept for `withheld_of`.

    `answers` is the table `fact_answers`, and `people` are those behind the answers of each delivery, if they were
    counted. If the last memory is of the very same, a run was killed between
    remembering and showing, or runs again: what it chose followed from the memories before that one, and so does this.
    """
    rules = profile.institution.disclosure
    seen = list(memories(workspace))
    columns = ["reporting_year", "evaluation", "unit", "programme", "level", "_delivery"]
    facts = answers.select(columns).group_by(columns).aggregate([]).to_pylist()
    _, scaled = factors(profile.questions, distinct_scales(answers))
    behind = people_of(answers, scaled, people, rules.threshold)
    counted = populations(statistics.counted, rules.threshold, behind)
    several = rules.courses_taught_by_several
    earlier, points = recall(workspace), points_of(statistics)
    withheld = withhold(counted, rules.threshold, several, earlier, points)
    sources: dict[Evaluation, dict[Cell, set[str]]] = defaultdict(lambda: defaultdict(set))
    for row in facts:
        leaf = Cell(row["unit"], row["programme"], row["level"])
        sources[(row["reporting_year"], row["evaluation"])][leaf].add(row["_delivery"])
    shown = record(counted, withheld)
    others = _others(workspace, seen, shown)
    if others < len(seen):
        # It is hidden for the same reasons as then, and not for having been hidden.
        before = withhold(counted, rules.threshold, several, earlier[:others], points)
        withheld = before if record(counted, before) == shown else withheld
    kept: Chosen = {
        "known": seen,
        "seen": seen[:others],
        "shown": shown,
        "reasons": withheld.reasons(),
        "courses": _alone(counted, withheld, several),
        "sources": [[*e, *leaf, sorted(names)] for e, leaves in sources.items() for leaf, names in leaves.items()],
    }
    workspace.write_json(cycle, STEP, NAME, kept)
    return withheld


def _others(workspace: Workspace, seen: Sequence[str], shown: Memory) -> int:
    """How many memories there are before the last ones, which are of the very same evaluations."""
    count = len(seen)
    while count and same_evaluations(workspace, seen[count - 1], shown):
        count -= 1
    return count


def _alone(counted: Mapping[Evaluation, Population], withheld: Withheld, several: Collection[str]) -> dict[str, int]:
    """The courses on which cells rest alone that are hidden for it, with the number of these."""
    return dict(
        Counter(
            course
            for evaluation, rules in withheld.rules.items()
            for cell, rule in rules.items()
            if rule == ONE_COURSE
            for course in counted[evaluation].alone[cell] - {*several}
        )
    )


def points_of(statistics: Statistics) -> dict[Evaluation, dict[str, int]]:
    """Into how many steps a point of the scale is divided, per evaluation and question."""
    points: dict[Evaluation, dict[str, int]] = defaultdict(dict)
    for key, cells in statistics.summaries.items():
        steps = {one.scale.steps for one in cells.values()}
        points[(key.year, key.evaluation)][key.question] = max(steps, default=1)
    return points


def withheld_of(workspace: Workspace, cycle: str) -> Withheld:
    """What `choose` chose for a cycle. Raises `UsageError` if it has not."""
    kept = _kept(workspace, cycle)
    return Withheld.of_record(kept["shown"], kept["reasons"])


def sources_of(workspace: Workspace, cycle: str) -> Sources:
    """The deliveries of each leaf of the evaluations of a cycle."""
    sources: dict[Evaluation, dict[Cell, frozenset[str]]] = defaultdict(dict)
    for year, evaluation, *leaf, names in map(_Source._make, _kept(workspace, cycle)["sources"]):
        sources[(year, evaluation)][Cell(*leaf)] = frozenset(names)
    return sources


def seen_of(workspace: Workspace, cycle: str) -> list[str]:
    """The names of the memories of earlier releases in the light of which `choose` chose, the oldest first."""
    kept = _kept(workspace, cycle)
    of_figures, _ = kept_of(workspace, cycle, known_of(workspace, cycle))
    return [name for name in known_of(workspace, cycle) if name in (*kept["seen"], *of_figures)]


def known_of(workspace: Workspace, cycle: str) -> list[str]:
    """The names of all memories that there were when `choose` chose, the oldest first."""
    kept = _kept(workspace, cycle)
    return list(kept.get("known", kept["seen"]))


def about_to_show(workspace: Workspace, cycle: str) -> None:
    """Remember what a release is about to show.

    Raises `KwaliteitsmonitorError` if another release came out since it was chosen: the choice did not reckon with
    what that one shows.
    """
    kept = _kept(workspace, cycle)
    known = known_of(workspace, cycle)
    _, figures = kept_of(workspace, cycle, known)
    own = remember(workspace, with_figures(kept["shown"], figures))
    if set(memories(workspace)) - {*known, own}:
        raise KwaliteitsmonitorError(
            "another release came out while this one was made, and together they might give someone away",
            where=f"cycle {cycle}",
            remedy="Run the cycle again.",
        )
    if own in known:
        # A run that is made again leaves what the first one left, which knew no memory of its own.
        others = [name for name in known if name != own]
        workspace.write_json(cycle, STEP, NAME, kept | {"known": others})
        note_known(workspace, cycle, others)


def _kept(workspace: Workspace, cycle: str) -> Chosen:
    kept: Chosen = workspace.read_json(cycle, STEP, NAME)
    return kept
