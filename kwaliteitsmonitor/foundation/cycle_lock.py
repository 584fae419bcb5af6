"""The lock on a cycle: one run at a time works on it, whether started from the shell or from Dagster.

Two runs of one cycle write the same tables between the steps; a release made of both would be of neither. A run holds
the folder of those tables as long as it lives; another one waits. The system lets go of it when the process ends,
however it ends. The folder records which run holds it, so that the next run can see that it was killed.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from kwaliteitsmonitor.foundation.locks import is_locked, try_lock
from kwaliteitsmonitor.foundation.workspace import Workspace, replacing
from schemas.errors import KwaliteitsmonitorError, UsageError

PATIENCE = 3600.0
"""Seconds for which a run waits for another one of its cycle; the longest cycle takes some minutes."""
RUN = "run"
"""The file in a cycle's folder with the ids of the runs that held it, the last one of which may hold it still."""
REMEMBERED = 20
CODE = "code"
"""The file in a cycle's folder with the digest of the code by which a whole cycle was last begun in it."""
_PAUSE = 0.2

_mine: dict[tuple[int, Path], int] = {}
"""How often this process holds a folder, by its own number and the folder: a fork holds nothing of its parent's."""


@contextmanager
def holding(
    workspace: Workspace,
    cycle: str,
    run: str,
    *,
    patience: float = PATIENCE,
    waiting: Callable[[], None] = lambda: None,
) -> Iterator[str]:
    """Hold a cycle for a run; gives the ids of the runs that held it before, or an empty text.

    `waiting` is called once if another run holds it. Raises `KwaliteitsmonitorError` if that run still does after
    `patience` seconds. Re-entrant: a process that already holds the lock gets it again, with an empty text.
    """
    folder = workspace.root / "work" / cycle
    mine = (os.getpid(), folder.resolve())
    if _mine.get(mine):
        yield ""
        return
    folder.parent.mkdir(mode=0o700, parents=True, exist_ok=True)  # what stands in it may tell of persons
    folder.mkdir(exist_ok=True)
    handle = os.open(folder, os.O_RDONLY)
    try:
        _wait(handle, cycle, patience, waiting)
        _mine[mine] = 1
        before = _run_of(folder)
        with replacing(folder / RUN) as partial:
            # The ones before stay in it for a while: a run may be killed before it has told that they were.
            partial.write_text(f"{' '.join([*before.split(), run][-REMEMBERED:])}\n", encoding="utf-8")
        yield before
    finally:
        _mine.pop(mine, None)
        os.close(handle)


def note_code(workspace: Workspace, cycle: str, digest: str) -> None:
    """Note by which code a whole cycle begins: all tables between its steps are made anew by it."""
    with replacing(workspace.root / "work" / cycle / CODE) as partial:
        partial.write_text(f"{digest}\n", encoding="utf-8")


def demand_same_code(workspace: Workspace, cycle: str, digest: str) -> None:
    """Raise `UsageError` if the whole cycle was last begun by other code than this.

    A run of its last steps alone, or one that goes on where another failed, would publish tables of both.
    """
    try:
        noted = (workspace.root / "work" / cycle / CODE).read_text(encoding="utf-8").strip()
    except FileNotFoundError:
        return
    if noted != digest:
        raise UsageError(
            "the tables of this cycle were begun by another version of the program than goes on with them",
            where=f"cycle {cycle}",
            remedy="Run the whole cycle again; what was delivered is kept.",
        )


def _wait(handle: int, cycle: str, patience: float, waiting: Callable[[], None]) -> None:
    until = time.monotonic() + patience
    announced = False
    while not try_lock(handle):
        if time.monotonic() >= until:
            raise KwaliteitsmonitorError(
                "another run of this cycle is under way, and does not end",
                where=f"cycle {cycle}",
                remedy="Look for it in the Dagster UI or among the processes of this machine; end it, or wait.",
            )
        if not announced:
            announced = True
            waiting()
        time.sleep(_PAUSE)


def let_go(workspace: Workspace, cycle: str, run: str) -> bool:
    """Whether a run was the last to hold a cycle and holds it no more: it has ended, well or by being killed."""
    folder = workspace.root / "work" / cycle
    if not cycle or not run or _run_of(folder) != run:
        return False
    return not is_locked(folder)


def works_elsewhere(workspace: Workspace) -> bool:
    """Whether another process than this one holds a cycle of a workspace."""
    with suppress(FileNotFoundError):
        for folder in (workspace.root / "work").iterdir():
            if folder.is_dir() and not _mine.get((os.getpid(), folder.resolve())) and is_locked(folder):
                return True
    return False


def _run_of(folder: Path) -> str:
    try:
        return (folder / RUN).read_text(encoding="utf-8").strip()
    except (OSError, ValueError):
        return ""
