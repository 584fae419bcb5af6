"""Reading a file in a process of its own, whose memory is bounded and measured.

`python -m tests.readers.files.apart FILE SOURCE` prints what came of it: the size of the first grid, or the refusal.
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from kwaliteitsmonitor.readers.files import RefusedFileError, grids
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


def read_apart(path: Path, source: FileSource) -> Read:
    """Read a file in a process that may not take more than 6 GB of addresses or two minutes."""
    command = [sys.executable, "-m", "tests.readers.files.apart", str(path), source.model_dump_json()]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=SECONDS, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    return Read(**json.loads(done.stdout))


def main() -> None:
    """Read the file that is named and print what came of it."""
    resource.setrlimit(resource.RLIMIT_AS, (ADDRESSES, ADDRESSES))
    refused, rows, columns = "", 0, 0
    try:
        found = grids(Path(sys.argv[1]), FileSource.model_validate_json(sys.argv[2]), [])
        rows, columns = (len(found[0].cells), max(map(len, found[0].cells), default=0)) if found else (0, 0)
    except RefusedFileError as error:
        refused = error.words.en
    # What `getrusage` says includes what the process had before it began to be this program.
    status = dict(line.split(":", 1) for line in Path("/proc/self/status").read_text(encoding="ascii").splitlines())
    peak = int(status["VmHWM"].split()[0]) // 1024
    sys.stdout.write(json.dumps({"refused": refused, "rows": rows, "columns": columns, "megabytes": peak}))


if __name__ == "__main__":
    main()
