"""The command line: `kwaliteitsmonitor sample | run | status | template | feedback | query`.

Heavy libraries are imported in the commands that need them, so that `--help` answers at once.
"""

from __future__ import annotations

from pipelines.cli.commands import main

__all__ = ["main"]
