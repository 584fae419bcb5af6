"""Figures about staff and students over several releases: what an earlier one hid is not given away by a later one.

A unit that was hidden for the sake of another protects it no longer once it is shown the same. So a figure that an
earlier release hid stays hidden while it holds the same, as cells of evaluations do
(`kwaliteitsmonitor.methods.disclosure.gate`); and with it, if that is needed, the next smallest. What hidden figures
held is kept in the memory of a release (`kwaliteitsmonitor.methods.disclosure.release_history`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Final, TypedDict

from kwaliteitsmonitor.foundation.workspace import Workspace
from kwaliteitsmonitor.methods.disclosure.release_history import FIGURES, Held, memory
from kwaliteitsmonitor.methods.figures.unworded import UnwordedFigure

STEP, NAME = "disclosure", FIGURES
CONTENT: Final = ("value", "n", "numerator", "denominator")
Rows = list[UnwordedFigure]


class Kept(TypedDict):
    """What was chosen, as JSON holds it.

    `known` are all releases that there were, and `seen` those of them that decided what is hidden.
    """

    known: list[str]
    seen: list[str]
    held: Held


def over_releases(
    workspace: Workspace, cycle: str, names: Sequence[str], rows: Rows, gate: Callable[[frozenset[str]], Rows]
) -> Rows:
    """The rows past the gate, in the light of the earlier releases of these names; kept for the memory of this one.

    `rows` are those about staff and students, as they were before the gate. `gate` gives all the rows with these
    figures hidden besides, by their ids. Only so many releases are looked at, from the oldest on, as decide what is
    hidden: a run that is made again does not hang on its own memory.
    """
    earlier = [memory(workspace, name).get(FIGURES, {}) for name in names]
    made = [gate(_unchanged(rows, earlier[:upto])) for upto in range(len(earlier) + 1)]
    wanted = _hidden(made[-1])
    upto = next(at for at, one in enumerate(made) if _hidden(one) == wanted)
    held: Held = {_of_any_cycle(row): [row[name] for name in CONTENT] for row in rows if row["figure_id"] in wanted}
    kept: Kept = {"known": list(names), "seen": list(names[:upto]), "held": held}
    workspace.write_json(cycle, STEP, NAME, kept)
    return made[upto]


def kept_of(workspace: Workspace, cycle: str, names: Sequence[str]) -> tuple[list[str], Held]:
    """The earlier releases that decided what is hidden of figures, and what these held; none if no step hid any."""
    kept: Kept | None = workspace.read_json_or_none(cycle, STEP, NAME)
    if not kept or kept["known"] != list(names):
        return [], {}
    return kept["seen"], kept["held"]


def note_known(workspace: Workspace, cycle: str, names: Sequence[str]) -> None:
    """Keep these names as those of all memories that there were, if a step hid figures."""
    kept: Kept | None = workspace.read_json_or_none(cycle, STEP, NAME)
    if kept:
        workspace.write_json(cycle, STEP, NAME, kept | {"known": list(names)})


def _unchanged(rows: Iterable[UnwordedFigure], earlier: Sequence[Held]) -> frozenset[str]:
    """The figures that an earlier release hid, and that hold the same."""
    unchanged = set()
    for row in rows:
        own = [row[name] for name in CONTENT]
        if any(list(held.get(_of_any_cycle(row), ())) == own for held in earlier):
            unchanged.add(row["figure_id"])
    return frozenset(unchanged)


def _hidden(rows: Iterable[UnwordedFigure]) -> set[str]:
    return {row["figure_id"] for row in rows if row["status"] == "suppressed"}


def _of_any_cycle(row: UnwordedFigure) -> str:
    return f"{row['figure_id'].partition(':')[2]}:{row.get('definition_version')}"
