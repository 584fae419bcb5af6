"""The disk of the output folder: can it be written to, is there room for a cycle, and when will there be none.

What a cycle needs is measured: the tables between the steps and the release of the newest cycle that ran here. How full
the disk is is noted once a day, and from a week of notes on is told when at this rate a cycle would not fit any more.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from uuid import uuid4

from kwaliteitsmonitor.foundation.maintenance_log import FOLDER as UPKEEP
from kwaliteitsmonitor.foundation.workspace import Workspace
from kwaliteitsmonitor.operations.health.check import Looked, Problem, broken
from kwaliteitsmonitor.releases.format.places import versions
from schemas.words import Words

NAME = Words("schijf van de uitvoermap", "disk of the output folder")
LEAST = 1 << 30
"""Bytes that must be free in any case: 1 GiB."""
CYCLES = 2
"""So many cycles must fit: the tables of one are written anew beside those that are there."""
AHEAD = timedelta(days=60)
"""A disk that would be too full within so long is told of: between two cycles lie months in which nobody looks."""
SPAN = timedelta(days=7)
KEPT = timedelta(days=180)
MIB = 1 << 20


@dataclass(frozen=True, order=True)
class Measured:
    """How many bytes were free on a day."""

    day: date
    free: int


def look(workspace: Workspace, today: date) -> Looked:
    """How the disk stands today; notes it."""
    root = workspace.root
    unwritable = _unwritable(root)
    if unwritable:
        return Looked("disk", NAME, str(root), (unwritable,))
    usage = shutil.disk_usage(root)
    need = needed(workspace)
    history = note(workspace, Measured(today, usage.free))
    free, total, required = _size(usage.free), _size(usage.total), _size(need)
    detail = Words(
        f"{free} vrij van {total}; een cyclus vraagt {required}".replace(".", ","),
        f"{free} free of {total}; a cycle needs {required}",
    )
    if usage.free < need:
        return Looked("disk", NAME, detail, (_too_full(root, usage.free, need),))
    full = runs_out(history, need)
    if full is not None and full - today <= AHEAD:
        return Looked("disk", NAME, detail, (_fills(root, full),))
    return Looked("disk", NAME, detail)


def needed(workspace: Workspace) -> int:
    """The bytes that a cycle needs, as measured on the newest that ran here; 1 GiB at least."""
    work = workspace.root / "work"
    cycles = sorted(path for path in work.glob("*") if path.is_dir())
    tables = _bytes(cycles[-1]) if cycles else 0
    releases = versions(workspace, cycles[-1].name) if cycles else []
    return max(LEAST, CYCLES * (tables + (_bytes(releases[-1]) if releases else 0)))


def note(workspace: Workspace, measured: Measured) -> list[Measured]:
    """Note how much is free, the last of a day counts; returns the notes of the last half year, oldest first."""
    path = workspace.root / UPKEEP / "disk.jsonl"
    known = {one.day: one for one in _read(path)}
    known[measured.day] = measured
    kept = sorted(one for one in known.values() if one.day > measured.day - KEPT)
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(f".{path.name}.{uuid4().hex}")
    lines = (json.dumps({"day": one.day.isoformat(), "free": one.free}) for one in kept)
    partial.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    partial.replace(path)
    return kept


def runs_out(history: Sequence[Measured], need: int) -> date | None:
    """The day on which less will be free than is needed, by the line through what was measured; `None` if it is not.

    The line is that of least squares. Less than a week of measurements says nothing.
    """
    if len(history) < 3 or history[-1].day - history[0].day < SPAN:
        return None
    days = [(one.day - history[0].day).days for one in history]
    mean_day, mean_free = sum(days) / len(days), sum(one.free for one in history) / len(history)
    spread = sum((day - mean_day) ** 2 for day in days)
    slope = sum((day - mean_day) * (one.free - mean_free) for day, one in zip(days, history, strict=True)) / spread
    if slope >= 0:
        return None
    left = max(0.0, (history[-1].free - need) / -slope)
    return history[-1].day + timedelta(days=int(left)) if left < 36_500 else None


def _read(path: Path) -> list[Measured]:
    measured = []
    for line in path.read_text(encoding="utf-8").splitlines() if path.is_file() else ():
        try:
            one = json.loads(line)
            measured.append(Measured(date.fromisoformat(one["day"]), int(one["free"])))
        except (ValueError, KeyError, TypeError):
            continue  # a line that a full disk cut short; the others count
    return measured


def _unwritable(root: Path) -> Problem | None:
    """Whether a file can be made, filled and removed where everything is kept."""
    probe = root / f".health.{uuid4().hex}"
    try:
        root.mkdir(parents=True, exist_ok=True)
        try:
            probe.write_bytes(b"0" * 4096)
        finally:
            probe.unlink(missing_ok=True)
    except OSError as error:
        kind = error.strerror or type(error).__name__
        return broken(
            "disk",
            Words(f"In {root} kan niet worden geschreven ({kind})", f"{root} cannot be written to ({kind})"),
            Words(
                "Maak ruimte, of geef de gebruiker van de dienst het recht om er te schrijven.",
                "Make room, or give the user of the service the right to write there.",
            ),
        )
    return None


def _too_full(root: Path, free: int, need: int) -> Problem:
    return broken(
        "disk",
        Words(
            f"Op de schijf van {root} is {_size(free)} vrij; een cyclus heeft {_size(need)} nodig",
            f"The disk of {root} has {_size(free)} free; a cycle needs {_size(need)}",
        ),
        _make_room(),
    )


def _fills(root: Path, full: date) -> Problem:
    return broken(
        "disk",
        Words(
            f"De schijf van {root} loopt vol: rond {full.day}-{full.month}-{full.year} past er geen cyclus meer op",
            f"The disk of {root} fills: around {full.isoformat()} a cycle does not fit any more",
        ),
        _make_room(),
    )


def _make_room() -> Words:
    return Words(
        "Maak ruimte of vergroot de schijf. Wat over zijn termijn is gaat weg met kwaliteitsmonitor purge.",
        "Make room or enlarge the disk. `kwaliteitsmonitor purge` removes what is past its time; evaluations/ may go.",
    )


def _bytes(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file() and not path.is_symlink())


def _size(count: int) -> str:
    return f"{count / (1 << 30):.1f} GiB" if count >= 1 << 30 else f"{count / MIB:.0f} MiB"
