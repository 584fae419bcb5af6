"""What was last done to keep a workspace safe: the last backup, the last copy of releases to object storage.

    upkeep/<task>.json    when it was last tried, when it last went well, where to, and why it did not

It is there for who watches the pipeline. It says when, so it is no part of anything published, and no part of a backup.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from kwaliteitsmonitor.foundation.workspace import Workspace, replacing
from schemas.errors import KwaliteitsmonitorError

FOLDER = "upkeep"
BACKUP, MIRROR = "backup", "mirror"


def note(workspace: Workspace, task: str, *, error: str = "", **details: Any) -> None:
    """Note that a task was done just now; with `error`, a sentence, that it was not. What it says replaces the last.

    `tried` is always now, `done` the last time that it went well, both in UTC. An address in what is said has no
    secret in it (`kwaliteitsmonitor.foundation.addresses`).
    """
    now = datetime.now(UTC).isoformat(timespec="seconds")
    before = last(workspace, task)
    done = before.get("done", "") if error else now
    record: Mapping[str, Any] = {**details, "tried": now, "done": done, "error": error}
    with replacing(_path(workspace, task)) as partial:
        partial.write_text(json.dumps(record, indent=1, sort_keys=True, ensure_ascii=False) + "\n", encoding="utf-8")


def why(error: KwaliteitsmonitorError) -> dict[str, str]:
    """What to note of an error by which a task did not go well: its sentence, in both languages."""
    return {"error": error.in_words.en, "error_nl": error.in_words.nl}


def last(workspace: Workspace, task: str) -> dict[str, Any]:
    """What was noted of a task: `tried`, `done`, `error` and what more it says; empty if it was never tried."""
    try:
        record = json.loads(_path(workspace, task).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return record if isinstance(record, dict) else {}


def _path(workspace: Workspace, task: str) -> Path:
    return workspace.root / FOLDER / f"{task}.json"
