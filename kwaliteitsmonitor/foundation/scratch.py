"""Temporary folders, locked by the process that owns them so that leftovers of killed runs can be removed.

They lie in the system's folder for temporary files and are removed when their process is done with them. Those of a
killed process stay, and a later run removes them (`kwaliteitsmonitor.foundation.cleanup`). That run must know whether
their process is alive. It cannot go by the clock alone, which may be set ahead, nor by the process number, which may be
that of another container. So each folder is locked as long as its process lives; the system releases the lock when the
process ends, however it ends.
"""

from __future__ import annotations

import os
from tempfile import TemporaryDirectory
from weakref import finalize

from kwaliteitsmonitor.foundation.locks import share

PREFIX = "kwaliteitsmonitor-"
"""How the name of such a folder begins."""


class ScratchFolder(TemporaryDirectory[str]):
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
