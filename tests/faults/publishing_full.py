"""Publishing a small release on a disk that gives out, from a process of its own (see `tests.publication.publishing`).

Run as `python -m tests.faults.publishing_full FOLDER EACH` with the library of `failing.c` loaded before others: each
EACH-th call that writes fails, and all after it, or that one alone; then the disk works and it is published again.
"""

from __future__ import annotations

import ctypes
import errno
import json
import os
import sys
from collections import Counter
from pathlib import Path

from kwaliteitsmonitor.foundation.errors.disk import storage_error
from tests.publication.publishing import ended, fork, leftovers, publish_made_up, shown, tree, versions, warm

ERRORS = (errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EACCES, errno.EIO)


def on_a_broken_disk(out: Path, note: Path, first: int, error: int, times: str) -> None:
    """Publish while calls fail; writes what was said of it, elsewhere."""
    os.environ.update(FAULT_FROM=str(first), FAULT_ERRNO=str(error), **({"FAULT_TIMES": times} if times else {}))
    os.environ["FAULT_ROOT"] = f"{out}/"
    try:
        publish_made_up(out, "new")
        sentence = "done"
    except Exception as problem:
        sentence = str(storage_error(problem) or f"not said: {problem!r}")
    del os.environ["FAULT_ROOT"]
    note.write_text(sentence, encoding="utf-8")


def calls(out: Path, count: Path) -> int:
    """How many calls that write an undisturbed publication makes."""

    def work() -> None:
        os.environ.update(FAULT_ROOT=f"{out}/", FAULT_COUNT=str(count))
        publish_made_up(out, "new")
        ctypes.CDLL(None).fault_tell()

    ended(fork(work))
    return int(count.read_text(encoding="utf-8"))


def main() -> None:
    folder, each = Path(sys.argv[1]), int(sys.argv[2])
    warm()
    ended(fork(lambda: publish_made_up(folder / "counted", "old")))
    total = calls(folder / "counted", folder / "count.txt")
    whole = tree(folder / "counted")
    met: Counter[str] = Counter()
    for number, first in enumerate(range(1, total + 1, each)):
        out, note = folder / str(first), folder / f"{first}.txt"
        ended(fork(lambda o=out: publish_made_up(o, "old")))
        error, times = ERRORS[number % len(ERRORS)], "1" if number % 3 == 2 else ""
        ended(fork(lambda o=out, s=note, f=first, e=error, t=times: on_a_broken_disk(o, s, f, e, t)))
        sentence = note.read_text(encoding="utf-8")
        saw = shown(out)
        assert saw == "new" if sentence == "done" else saw in ("old", "new"), (first, sentence, saw)
        assert not sentence.startswith("not said"), (first, sentence)
        ended(fork(lambda o=out: publish_made_up(o, "new")))
        assert (shown(out), versions(out), leftovers(out)) == ("new", ["old", "new"], []), first
        assert tree(out) == whole, first
        met["was refused with a sentence" if sentence != "done" else "went well all the same"] += 1
        met[f"{saw} was shown"] += 1
    print(json.dumps({"calls that write": total, **met}))  # noqa: T201 - what the script is run for


if __name__ == "__main__":
    main()
