"""Locks on files and folders between processes. The system releases a lock when its process ends, however it ends.

A lock belongs to an open file, so that a program started from here does not inherit it, and a process that holds a lock
and opens the same file again waits for itself.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Hold a folder or a file, waiting for whoever holds it; a file that is not there is made, with its folder."""
    if not path.is_dir():
        path.parent.mkdir(parents=True, exist_ok=True)
    handle = os.open(path, os.O_RDONLY if path.is_dir() else os.O_RDWR | os.O_CREAT, 0o666)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def lock(file: IO[bytes]) -> None:
    """Hold a file that is open, until it is closed; waits for whoever holds it."""
    fcntl.flock(file, fcntl.LOCK_EX)


def try_lock(handle: int) -> bool:
    """Take a lock by the number of an open file or folder, without waiting; `False` if another process holds it."""
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def share(handle: int) -> None:
    """Hold a folder by its number together with others who share it: none of them can be the only one."""
    fcntl.flock(handle, fcntl.LOCK_SH)


@contextmanager
def unless_locked(path: Path) -> Iterator[bool]:
    """Hold a folder or a file if nobody does, and give whether that is so. Raises `OSError` if it is not there."""
    handle = os.open(path, os.O_RDONLY)
    try:
        yield try_lock(handle)
    finally:
        os.close(handle)


def is_locked(path: Path) -> bool:
    """Whether a process that lives holds a folder or a file. Raises `OSError` if it is not there."""
    with unless_locked(path) as free:
        return not free
