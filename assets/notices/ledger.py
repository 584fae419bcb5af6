"""The ledger of notices: what was sent, once each, kept in the workspace.

    notices/<cycle>/<channel>-<hash>.json    a notice that was sent: about what, by which channel, when

An entry is written in one step after the notice has left. A process that dies between the two leaves none, so that the
notice is sent again; a mail then has the same Message-ID, by which mail programs know it as the same.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from assets.notices.due import Notice
from assets.workspace import Workspace, replacing


class Ledger:
    """The notices of one cycle that were sent, from a workspace."""

    def __init__(self, workspace: Workspace, cycle: str) -> None:
        self._folder = workspace.root / "notices" / cycle

    @contextmanager
    def held(self) -> Iterator[None]:
        """Keep others from sending meanwhile: two processes at once would both find that nothing was sent.

        Who comes second waits. A process that dies lets go.
        """
        self._folder.mkdir(parents=True, exist_ok=True)
        with (self._folder / ".lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def has(self, channel: str, notice: Notice) -> bool:
        """Whether a notice went out by a channel."""
        return self._path(channel, notice).is_file()

    def note(self, channel: str, notice: Notice, moment: datetime, told: Mapping[str, str]) -> None:
        """Note that a notice went out at a moment; `told` is what else to keep, such as the Message-ID."""
        cycle, feed, period, unit, when = notice.key
        entry = {"cycle": cycle, "feed": feed, "period": period, "unit": unit, "moment": when, "channel": channel}
        entry |= {"state": str(notice.state), "sent": moment.isoformat(timespec="seconds"), **told}
        with replacing(self._path(channel, notice)) as partial:
            partial.write_text(json.dumps(entry, indent=1, ensure_ascii=False), encoding="utf-8")

    def entries(self) -> list[dict[str, str]]:
        """Everything that was sent, by the moment of sending."""
        found = [json.loads(path.read_text(encoding="utf-8")) for path in self._folder.glob("*-*.json")]
        return sorted(found, key=lambda entry: (entry["sent"], entry["feed"], entry["period"], entry["unit"]))

    def _path(self, channel: str, notice: Notice) -> Path:
        return self._folder / f"{channel}-{identity(notice)}.json"


def identity(notice: Notice) -> str:
    """The same 32 hexadecimal digits for the same cycle, feed, period, unit and moment, whenever it is made."""
    return hashlib.sha256("\0".join(notice.key).encode()).hexdigest()[:32]
