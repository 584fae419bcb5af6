"""The memory of what was shown: per release what its evaluations held, and what of it was withheld.

A release says of a hidden cell that it is hidden, not what it holds. To know later whether it still holds the same, the
counts are kept in `disclosure/` of the workspace, apart from the releases and readable by the owner alone. A memory is
written before the release that it is of can be seen: one too many costs nothing but some care.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final, NamedTuple, NotRequired, TypeAlias

from kwaliteitsmonitor.foundation.workspace import Workspace, flush, replacing
from kwaliteitsmonitor.methods.disclosure.cells import Behind, Evaluation, Population
from kwaliteitsmonitor.methods.disclosure.evaluations import Entry, Record, Shown, Withheld
from kwaliteitsmonitor.methods.statistics.sums import Cell
from schemas.errors import KwaliteitsmonitorError
from schemas.formats import demand_known

FIRST, FORMAT = 1, 2
"""The forms of a memory: the second may say who is behind answers, and what figures about staff and students held.

If there is nothing of that, it is written in the first, so that what is the same has the same name.
"""

FIGURES: Final = "figures"
"""Where a memory has what hidden figures about staff and students held."""
Held: TypeAlias = Mapping[str, Sequence[float | None]]
"""Per figure that a release hid, by its id without the cycle, the numbers that it held."""


class Memory(Record):
    """What a release shows and withholds, as JSON holds it."""

    format: int
    answers: list[Entry]
    behind: NotRequired[list[Entry]]
    figures: NotRequired[Held]


class Given(NamedTuple):
    """An entry of the answers of a memory: how many gave a score to a question, in a leaf."""

    year: int
    evaluation: str
    unit: str | None
    programme: str | None
    level: str | None
    question: str
    score: int
    answers: int


class GivenBy(NamedTuple):
    """An entry of who is behind answers: see `kwaliteitsmonitor.methods.disclosure.cells.Behind`."""

    year: int
    evaluation: str
    unit: str | None
    programme: str | None
    level: str | None
    question: str
    people: int
    courses: int


def memories(workspace: Workspace) -> dict[str, Path]:
    """What is remembered, by what it holds, the oldest first."""
    paths = (workspace.root / "disclosure").glob("*-*.json")
    return {path.stem.split("-")[1]: path for path in sorted(paths, key=lambda path: int(path.stem.split("-")[0]))}


def recall(workspace: Workspace) -> list[Shown]:
    """What former releases of any cycle showed, the oldest first.

    Raises `NewerFormatError` if a newer version of this program wrote one: what it hid would be shown; and
    `KwaliteitsmonitorError` if one is not what was written.
    """
    return [_shown(_read(name, path), path) for name, path in memories(workspace).items()]


def memory(workspace: Workspace, name: str) -> Memory:
    """What is remembered under a name, as it was written. Raises `KwaliteitsmonitorError` if it is not that."""
    return _read(name, memories(workspace)[name])


def _read(name: str, path: Path) -> Memory:
    """A memory, which is called by the hash of what it holds."""
    text = path.read_bytes()
    if hashlib.sha256(text).hexdigest() != name:
        raise KwaliteitsmonitorError(
            "the memory of what an earlier release showed is not what was written",
            where=str(path),
            expected="the bytes of which its name is the hash",
            remedy="Put it back from a backup: without it, two releases together might give someone away.",
        )
    kept: Memory = json.loads(text)
    return kept


def record(populations: Mapping[Evaluation, Population], withheld: Withheld) -> Memory:
    """What is about to be shown, as JSON holds it."""
    answers: list[Entry] = [
        [*evaluation, *leaf, question, score, count]
        for evaluation, population in populations.items()
        for leaf, questions in population.leaves.items()
        for question, counts in questions.items()
        for score, count in counts.items()
    ]
    # Where nobody can have answered twice there is nothing to say.
    behind: list[Entry] = [
        [*evaluation, *leaf, question, *one]
        for evaluation, population in populations.items()
        for leaf, questions in population.behind.items()
        for question, one in questions.items()
        if one.courses > 1
    ]
    hidden = withheld.record()
    shown: Memory = {
        "format": FIRST,
        "answers": sorted(answers, key=str),
        "cells": hidden["cells"],
        "shares": hidden["shares"],
        "spreads": hidden["spreads"],
    }
    return shown | {"format": FORMAT, "behind": sorted(behind, key=str)} if behind else shown


def with_figures(shown: Memory, held: Held) -> Memory:
    """What is about to be shown, with what hidden figures about staff and students held."""
    return shown | {FIGURES: held, "format": FORMAT} if held else shown


def same_evaluations(workspace: Workspace, name: str, shown: Memory) -> bool:
    """Whether a memory is of the very same evaluations, whatever it holds of other figures."""
    kept = {key: value for key, value in memory(workspace, name).items() if key not in (FIGURES, "format")}
    return kept == {key: value for key, value in shown.items() if key != "format"}


def name_of(shown: Memory) -> str:
    """The name under which something that is shown is remembered: the hash of all that it holds."""
    return hashlib.sha256(_written(shown).encode()).hexdigest()


def _written(shown: Memory) -> str:
    return json.dumps(shown, ensure_ascii=False, sort_keys=True)


def remember(workspace: Workspace, shown: Memory) -> str:
    """Keep what is about to be shown, unless it is remembered; gives the name of the memory."""
    text, name = _written(shown), name_of(shown)
    known = memories(workspace)
    if name in known:
        return name
    number = 1 + max((int(path.stem.split("-")[0]) for path in known.values()), default=0)
    folder = workspace.root / "disclosure"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    with replacing(folder / f"{number:06d}-{name}.json") as partial:
        handle = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
    flush(folder)
    return name


def _shown(kept: Memory, path: Path) -> Shown:
    demand_known(kept.get("format"), FORMAT, "the memory of what an earlier release showed", where=str(path))
    leaves: dict[Evaluation, dict[Cell, dict[str, dict[int, int]]]] = {}
    for year, evaluation, unit, programme, level, question, score, count in map(Given._make, kept["answers"]):
        of_leaf = leaves.setdefault((year, evaluation), {}).setdefault(Cell(unit, programme, level), {})
        of_leaf.setdefault(question, {})[score] = count
    behind: dict[Evaluation, dict[Cell, dict[str, Behind]]] = {}
    for year, evaluation, unit, programme, level, question, *people in map(GivenBy._make, kept.get("behind", [])):
        of = behind.setdefault((year, evaluation), {}).setdefault(Cell(unit, programme, level), {})
        of[question] = Behind(*people)
    populations = {e: Population(of, behind=behind.get(e, {})) for e, of in leaves.items()}
    return Shown(populations, Withheld.of_record(kept))
