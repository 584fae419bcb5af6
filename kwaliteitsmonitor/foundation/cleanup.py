"""What killed runs leave behind: files that were being written, and folders in which rows were passed on.

They are in nobody's way, but they may hold rows about people and would grow in number. Each run clears away what is
older than a day and of no process that lives: a clock that is put ahead makes everything look old. What is left of a
release that was being built is cleared by the next release instead (`kwaliteitsmonitor.releases.format.places`), and
the database of Dagster looks after itself.
"""

from __future__ import annotations

import os
import re
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from kwaliteitsmonitor.foundation.cycle_lock import works_elsewhere
from kwaliteitsmonitor.foundation.locks import is_locked
from kwaliteitsmonitor.foundation.scratch import PREFIX
from kwaliteitsmonitor.foundation.workspace import Workspace

OLD = 86_400.0
"""Seconds after which what was being written is no longer, unless the clock was put ahead meanwhile."""
_PARTIAL = re.compile(r"\.(.+\.)?[0-9a-f]{16,32}(\.wal)?|\.[0-9a-f]{1,16}-\d+-\d+")
"""The names under which files and folders are written that have no place yet."""
_OTHERS = ("dagster", "landing", "releases")


def clear(workspace: Workspace, passing: Path | None = None) -> int:
    """Remove what killed runs left in a workspace and in the folder for passing files; returns how many that were.

    What cannot be removed stays: a run does not end for it. So does what a process holds, and whatever stands in the
    workspace while another run works in it.
    """
    before = time.time() - OLD
    removed = 0
    partials = () if works_elsewhere(workspace) else _partials(workspace.root)
    for path in [*partials, *_passed(passing or Path(tempfile.gettempdir()))]:
        with suppress(OSError):
            if path.lstat().st_mtime < before:
                if path.is_dir() and not path.is_symlink():
                    shutil.rmtree(path)
                else:
                    path.unlink()
                removed += 1
    return removed


def _partials(root: Path) -> Iterator[Path]:
    for folder, folders, files in os.walk(root):
        place = Path(folder)
        if place == root:
            folders[:] = [name for name in folders if name not in _OTHERS]
        for name in (*folders, *files):
            if _PARTIAL.fullmatch(name):
                yield place / name
        folders[:] = [name for name in folders if not name.startswith(".")]


def _passed(folder: Path) -> Iterator[Path]:
    """Folders of this user in which rows were passed on, of processes that are gone."""
    with suppress(OSError):
        for path in folder.glob(f"{PREFIX}*"):
            with suppress(OSError):
                ours = path.lstat().st_uid == os.getuid() and path.is_dir() and not path.is_symlink()
                if ours and not is_locked(path):
                    yield path
