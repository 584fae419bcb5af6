"""Landing zones that a test opens and reads, and files that are being written while it looks at them."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from kwaliteitsmonitor.connectors.landing import Landing, Settling
from kwaliteitsmonitor.foundation.retrying import Patience

AMSTERDAM = "Europe/Amsterdam"
BRIEFLY = Settling(recent=10.0, quiet=0.1, at_most=0.4)
QUICK = Patience(attempts=3, first=0.01, longest=0.02, chance=0.01)


def opened(url: str | Path, environment: dict[str, str] | None = None, **more: Any) -> Landing:
    """A landing zone that waits for little."""
    keys = {"patience": QUICK, "settling": BRIEFLY} | more
    return Landing(str(url), AMSTERDAM, environment=environment or {}, **keys)


def read(landing: Landing, path: str) -> bytes:
    with landing.open(path) as stream:
        return stream.read()


def put(root: Path, path: str, content: bytes, *, age: float = 60) -> Path:
    """A file that was written so many seconds ago."""
    file = root / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(content)
    moment = time.time() - age
    os.utime(file, (moment, moment))
    return file


@contextmanager
def writing(*files: Path) -> Iterator[None]:
    """Files to which something is being added for as long as the block lasts."""
    stop, begun = threading.Event(), threading.Event()

    def write() -> None:
        while not stop.wait(0.005):
            for file in files:
                with file.open("ab", buffering=0) as stream:
                    stream.write(b"more and more ")
            begun.set()

    writer = threading.Thread(target=write)
    writer.start()
    begun.wait()
    try:
        yield
    finally:
        stop.set()
        writer.join()
