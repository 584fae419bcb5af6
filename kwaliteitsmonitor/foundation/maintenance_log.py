"""What was last done to keep a workspace safe: the last backup, the last copy of releases to object storage.

    upkeep/<task>.json    when it was last tried, when it last went well, where to, and why it did not

It is there for who watches the pipeline. It says when, so it is no part of anything published, and no part of a backup.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, fields, replace
from datetime import UTC, datetime
from pathlib import Path

from kwaliteitsmonitor.foundation.workspace import Workspace, replacing
from schemas.words import Words

FOLDER = "upkeep"
BACKUP, MIRROR = "backup", "mirror"


@dataclass(frozen=True)
class Note:
    """What was last done of a task. `tried` is when, `done` when it last went well, both in UTC; empty if never.

    `error` and `error_nl` say in a sentence why it did not go well; empty if it did. `to` is the address, without
    secrets. Of a backup `generation` is the number and `files` how many it has; of a mirror `counts` is the version
    that counts by cycle, and `behind` the releases that are not in it.
    """

    tried: str = ""
    done: str = ""
    error: str = ""
    error_nl: str = ""
    to: str = ""
    generation: int = 0
    files: int = 0
    counts: Mapping[str, str] = field(default_factory=dict)
    behind: Sequence[str] = ()

    @property
    def why(self) -> Words:
        """Why it did not go well, in both languages; the English sentence stands for a Dutch one that is not there."""
        return Words(self.error_nl or self.error, self.error)


def note(workspace: Workspace, task: str, about: Note, why: Words | None = None) -> None:
    """Note that a task was done just now; with `why`, a sentence, that it was not. This replaces what was noted last.

    `about` says of what: when, and whether it went well, is filled in here.
    """
    now = datetime.now(UTC).isoformat(timespec="seconds")
    done = (last(workspace, task) or Note()).done if why else now
    error, error_nl = (why.en, why.nl) if why else ("", "")
    made = replace(about, tried=now, done=done, error=error, error_nl=error_nl)
    with replacing(_path(workspace, task)) as partial:
        partial.write_text(
            json.dumps(asdict(made), indent=1, sort_keys=True, ensure_ascii=False) + "\n", encoding="utf-8"
        )


def last(workspace: Workspace, task: str) -> Note | None:
    """What was last noted of a task; `None` if it was never tried, or what is there is no note."""
    try:
        record = json.loads(_path(workspace, task).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    if not isinstance(record, dict):
        return None
    return Note(**{one.name: record[one.name] for one in fields(Note) if one.name in record})


def _path(workspace: Workspace, task: str) -> Path:
    return workspace.root / FOLDER / f"{task}.json"
