"""The ledger of notices: what was sent, once each, kept in the workspace.

    notices/<cycle>/<channel>-<hash>.json    a notice that was sent: about what, by which channel, when
    notices/alerts/<channel>-<hash>.json     the same of what the operators were told

An entry is written in one step after the notice has left. A process that dies between the two leaves none, so that the
notice is sent again; a mail then has the same Message-ID, by which mail programs know it as the same.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from contextlib import AbstractContextManager
from datetime import datetime
from pathlib import Path
from typing import Protocol

from kwaliteitsmonitor.foundation.locks import locked
from kwaliteitsmonitor.foundation.workspace import Workspace, flush, replacing

ALERTS = "alerts"
"""Where in the ledger that stands what the operators were told."""


class Once(Protocol):
    """What goes out once by each channel."""

    @property
    def key(self) -> tuple[str, ...]:
        """By what it is the same."""

    def entry(self) -> dict[str, str]:
        """What the ledger keeps of it."""


class Ledger:
    """The notices of one cycle that were sent, from a workspace; or, for `ALERTS`, the alerts to the operators."""

    def __init__(self, workspace: Workspace, cycle: str) -> None:
        self._folder = workspace.root / "notices" / cycle

    def held(self) -> AbstractContextManager[None]:
        """Keep others from sending meanwhile: two processes at once would both find that nothing was sent.

        Who comes second waits.
        """
        return locked(self._folder / ".lock")

    def has(self, channel: str, notice: Once) -> bool:
        """Whether a notice went out by a channel."""
        return self._path(channel, notice).is_file()

    def note(self, channel: str, notice: Once, moment: datetime, more: Mapping[str, str]) -> None:
        """Note that a notice went out at a moment; `told` is what else to keep, such as the Message-ID."""
        entry = notice.entry() | {"channel": channel, "sent": moment.isoformat(timespec="seconds"), **more}
        with replacing(self._path(channel, notice)) as partial:
            partial.write_text(json.dumps(entry, indent=1, ensure_ascii=False), encoding="utf-8")
            flush(partial)

    def entries(self) -> list[dict[str, str]]:
        """Everything that was sent, by the moment of sending."""
        entries = [json.loads(path.read_text(encoding="utf-8")) for path in self._folder.glob("*-*.json")]
        return sorted(entries, key=lambda one: (one["sent"], *(one.get(k, "") for k in ("feed", "period", "unit"))))

    def _path(self, channel: str, notice: Once) -> Path:
        return self._folder / f"{channel}-{identity(notice)}.json"


def identity(notice: Once) -> str:
    """The same 32 hexadecimal digits for the same cycle, feed, period, unit and moment, whenever it is made."""
    return hashlib.sha256("\0".join(notice.key).encode()).hexdigest()[:32]
