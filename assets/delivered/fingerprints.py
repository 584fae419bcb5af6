"""Cache of file fingerprints: a file whose fingerprint is unchanged is not read again.

The fingerprint (`Found.fingerprint`) only saves work. The bytes of a file are always identified by their SHA-256: the
same bytes under a new fingerprint are read once more and found to be no change.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from kwaliteitsmonitor.connectors.files import Found
from kwaliteitsmonitor.foundation.vault.store import is_kept
from kwaliteitsmonitor.foundation.workspace import Workspace

SETTLED = timedelta(seconds=3)
"""A file that was written less than this ago may be written again without its sign changing: stamps are that coarse."""
_FORM = ("fingerprint", "sha256", "size")


@dataclass
class Seen:
    """The hashes of files of one landing zone by their signs, as the workspace remembers them."""

    workspace: Workspace
    zone: str
    entries: dict[str, list[str | int]] = field(default_factory=dict)
    fresh: dict[str, list[str | int]] = field(default_factory=dict)

    @classmethod
    def of(cls, workspace: Workspace, url: str) -> Seen:
        """What is remembered of the landing zone at this address; the address itself is not kept."""
        zone = hashlib.sha256(url.encode()).hexdigest()[:16]
        return cls(workspace, zone, _load(workspace).get(zone, {}))

    def bytes_of(self, file: Found) -> tuple[str, int] | None:
        """The hash and size of the bytes of a file if its sign is known and they are kept, else None."""
        known = self.entries.get(file.path)
        if not file.fingerprint or known is None or known[0] != file.fingerprint:
            return None
        sha256, size = str(known[1]), int(known[2])
        return (sha256, size) if is_kept(self.workspace, sha256, size) else None

    def note(self, file: Found, sha256: str, size: int) -> None:
        """Remember the bytes of a file that was just read, unless it may still change without being noticed."""
        if file.fingerprint and file.arrived is not None and datetime.now(UTC) - file.arrived > SETTLED:
            self.fresh[file.path] = [file.fingerprint, sha256, size]

    def save(self) -> None:
        """Write what is new, beside what others noted in the meantime. Losing a note costs a reading, no more."""
        if not self.fresh:
            return
        everything = _load(self.workspace)
        everything[self.zone] = {**everything.get(self.zone, {}), **self.fresh}
        self.workspace.write_text(self.workspace.fingerprints, json.dumps(everything, sort_keys=True))


def _load(workspace: Workspace) -> dict[str, dict[str, list[str | int]]]:
    """What is remembered; nothing if it cannot be read or has another form."""
    try:
        data = json.loads(workspace.read_text(workspace.fingerprints))
    except (OSError, ValueError):
        return {}
    if not isinstance(data, dict):
        return {}
    zones = {zone: entries for zone, entries in data.items() if isinstance(entries, dict)}
    return {
        zone: {path: entry for path, entry in entries.items() if isinstance(entry, list) and len(entry) == len(_FORM)}
        for zone, entries in zones.items()
    }
