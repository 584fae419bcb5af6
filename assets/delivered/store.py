"""The store of bytes received: each under its SHA-256, written once, never changed."""

from __future__ import annotations

import hashlib
import json
import os
from datetime import date
from pathlib import Path
from typing import IO
from uuid import uuid4

from assets.workspace import Workspace, replacing

CHUNK = 1 << 20


def keep(workspace: Workspace, stream: IO[bytes]) -> tuple[str, int]:
    """Keep the bytes of a stream; returns their SHA-256 and size in bytes.

    They are hashed while they are copied, so that the name is that of the bytes kept, and take their place in one step.
    """
    incoming = workspace.store / f".{uuid4().hex}"
    incoming.parent.mkdir(parents=True, exist_ok=True)
    total = hashlib.sha256()
    size = 0
    try:
        with incoming.open("wb") as copy:
            while chunk := stream.read(CHUNK):
                total.update(chunk)
                size += len(chunk)
                copy.write(chunk)
            copy.flush()
            os.fsync(copy.fileno())
        sha256 = total.hexdigest()
        place = kept(workspace, sha256)
        if not place.exists():
            place.parent.mkdir(parents=True, exist_ok=True)
            incoming.chmod(0o444)
            incoming.replace(place)
    finally:
        incoming.unlink(missing_ok=True)
    return sha256, size


def kept(workspace: Workspace, sha256: str) -> Path:
    """Where bytes with this hash are kept."""
    return workspace.store / sha256[:2] / sha256


def receive(workspace: Workspace, feed: str, path: str, sha256: str, received_on: date) -> date:
    """Note that these bytes arrived under this name, and return the day on which they first did.

    The first receipt stands: copying a landing zone, which gives its files a new date, changes nothing.
    """
    name = hashlib.sha256(f"{feed}\0{path}".encode()).hexdigest()[:16]
    receipt = workspace.receipts / sha256[:2] / sha256 / f"{name}.json"
    if not receipt.exists():
        with replacing(receipt) as partial:
            content = {"feed": feed, "path": path, "sha256": sha256, "received_on": received_on.isoformat()}
            partial.write_text(json.dumps(content, indent=1), encoding="utf-8")
    return date.fromisoformat(json.loads(receipt.read_text(encoding="utf-8"))["received_on"])
