"""Reading files in processes of their own, whose memory is bounded and measured.

`python -m tests.readers.files.apart` takes a request a line, reads the file that it names in a process forked for it,
and prints what came of it: the size of the first grid, or the refusal. What is imported is so imported once.
"""

from __future__ import annotations

import json
import os
import resource
import signal
import subprocess
import sys
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Self

import kwaliteitsmonitor.readers.files.excel
import kwaliteitsmonitor.readers.files.legacy
import kwaliteitsmonitor.readers.files.opendocument
import kwaliteitsmonitor.readers.files.texts  # noqa: F401 - imported once, for every process that is forked
from kwaliteitsmonitor.readers.files.opening import grids
from kwaliteitsmonitor.readers.files.refusals import RefusedFileError
from schemas.profile.feeds import FileSource

ROOT = Path(__file__).resolve().parents[3]
ADDRESSES = 6 << 30
SECONDS = 120


@dataclass(frozen=True)
class Read:
    """What came of a reading: the sentence in which it was refused, or the rows and columns; its peak memory in MB."""

    refused: str
    rows: int
    columns: int
    megabytes: int


class Apart:
    """Reads files, each in a process that may not take more than 6 GB of addresses or two minutes."""

    def __init__(self) -> None:
        command = [sys.executable, "-m", "tests.readers.files.apart"]
        self._process = subprocess.Popen(
            command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._process.communicate()

    def read(self, path: Path, source: FileSource) -> Read:
        """What comes of a file; a process that ends otherwise fails the test."""
        requests, answers = self._process.stdin, self._process.stdout
        assert requests is not None
        assert answers is not None
        requests.write(json.dumps([str(path), source.model_dump_json()]) + "\n")
        return Read(**json.loads(answers.readline()))


def main() -> None:
    """Answer each request in a process of its own."""
    for line in sys.stdin:
        child = os.fork()
        if child == 0:
            path, source = json.loads(line)
            sys.stdout.write(json.dumps(asdict(measured(Path(path), FileSource.model_validate_json(source)))) + "\n")
            sys.stdout.flush()
            os._exit(0)
        _, status = os.waitpid(child, 0)
        if status:
            sys.stdout.write(json.dumps({"status": status}) + "\n")
        sys.stdout.flush()


def measured(path: Path, source: FileSource) -> Read:
    """Read a file within the limits of this process."""
    signal.alarm(SECONDS)
    resource.setrlimit(resource.RLIMIT_AS, (ADDRESSES, ADDRESSES))
    refused, rows, columns = "", 0, 0
    try:
        found = grids(path, source, [])
        rows, columns = (len(found[0].cells), max(map(len, found[0].cells), default=0)) if found else (0, 0)
    except RefusedFileError as error:
        refused = error.words.en
    # What `getrusage` says includes what the process had before it began to be this program.
    status = dict(line.split(":", 1) for line in Path("/proc/self/status").read_text(encoding="ascii").splitlines())
    return Read(refused, rows, columns, int(status["VmHWM"].split()[0]) // 1024)


if __name__ == "__main__":
    main()
