"""Files that are being written while a test looks at them."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from kwaliteitsmonitor.connectors.landing import Settling

BRIEFLY = Settling(recent=10.0, quiet=0.1, at_most=0.4)


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
