"""Folders in which rows are passed from one process to another, or put aside for a while, and who holds them.

They stand in the folder for temporary files and are gone when the process is done with them. Of one that was killed
they stay, and a later run clears them (`kwaliteitsmonitor.foundation.cleanup`). That run must know whether their
process lives. It cannot go by the clock alone, which may be put ahead, nor by the number of the process, which may be
that of another container: a folder is locked for as long as its process lives, and the system unlocks it when that
ends, however it ends.
"""

from __future__ import annotations

import os
from tempfile import TemporaryDirectory
from weakref import finalize

from kwaliteitsmonitor.foundation.locks import share

PREFIX = "kwaliteitsmonitor-"
"""How the name of such a folder begins."""


class PassingFolder(TemporaryDirectory[str]):
    """A folder for temporary files, named after what it is for, and held by this process until it is gone."""

    def __init__(self, purpose: str) -> None:
        super().__init__(prefix=f"{PREFIX}{purpose}-")
        handle = os.open(self.name, os.O_RDONLY)  # which a program that is started from here does not get
        share(handle)
        self._let_go = finalize(self, os.close, handle)

    def cleanup(self) -> None:
        """Remove the folder and all that is in it."""
        super().cleanup()
        self._let_go()
