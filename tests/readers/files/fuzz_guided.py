"""Files that a fuzzer steers by the code they reach: nothing but a refusal or a grid may come of them.

`pip install atheris`, then `python -m tests.readers.files.fuzz_guided --seconds 60`. It starts from one valid file of
each kind and from those in `kept`, follows the readers of the project and of the formats that are read in Python (xlrd,
zipfile), and writes what ends in anything else to the folder it says. The first byte of an input says how the file is
declared, the rest is the file.
"""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
import zipfile
import zlib
from pathlib import Path

import atheris

FOLLOWED = ["kwaliteitsmonitor.readers.files", "kwaliteitsmonitor.readers.cells.grid", "xlrd", "zipfile", "msoffcrypto"]

with atheris.instrument_imports(include=FOLLOWED):
    import kwaliteitsmonitor.readers.files.archives
    import kwaliteitsmonitor.readers.files.excel
    import kwaliteitsmonitor.readers.files.legacy
    import kwaliteitsmonitor.readers.files.opendocument
    import kwaliteitsmonitor.readers.files.parquets
    import kwaliteitsmonitor.readers.files.texts
    import kwaliteitsmonitor.readers.files.workbooks  # noqa: F401 - named here, so that it is followed from its import on
    from kwaliteitsmonitor.readers.files import RefusedFileError
    from tests.readers.files.fuzz import candidates, changed, outcome
    from tests.readers.files.making import source

FORMS = [source(form, encoding="auto", delimiter="auto") for form in ("workbook", "csv", "fixed", "parquet", "zip")]
LONGEST = 40_000
NO_LONGER_WHOLE = (zipfile.BadZipFile, OSError, LookupError, ValueError, RuntimeError, zlib.error, EOFError)
KEPT = Path(__file__).with_name("kept")


def seeds(folder: Path) -> None:
    """Write a valid file of each kind, and what was found before, as a start."""
    for number, (content, form) in enumerate(candidates()):
        which = next((at for at, one in enumerate(FORMS) if one.format == form.format), 0)
        (folder / f"seed-{number}").write_bytes(bytes([which]) + content[: LONGEST - 1])
    for path in KEPT.iterdir():
        which = next((at for at, one in enumerate(FORMS) if path.name.startswith(one.format)), 0)
        (folder / path.name).write_bytes(bytes([which]) + path.read_bytes())


def main() -> None:
    """Try for as long as is asked for; an input that ends otherwise ends the run and is written down."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=int, default=60)
    parser.add_argument("--keep", type=Path, help="where inputs go that are worth keeping")
    arguments = parser.parse_args()
    keep = arguments.keep or Path(tempfile.mkdtemp(prefix="fuzz-"))
    keep.mkdir(parents=True, exist_ok=True)
    seeds(keep)
    with tempfile.TemporaryDirectory() as scratch:

        def one(content: bytes) -> None:
            form = FORMS[content[0] % len(FORMS)] if content else FORMS[0]
            try:
                outcome(content[1:], form, Path(scratch))
            except RefusedFileError:
                return

        def other(content: bytes, longest: int, seed: int) -> bytes:
            """Half of the time changed within a member of a ZIP, so that what reads the member is reached."""
            by = random.Random(seed)
            if len(content) < 2 or by.random() < 0.5:
                return bytes(atheris.Mutate(content, longest))
            try:
                return (content[:1] + changed(content[1:], by))[:longest]
            except NO_LONGER_WHOLE:
                return bytes(atheris.Mutate(content, longest))

        sys.stdout.write(f"inputs in {keep}\n")
        limits = [f"-max_total_time={arguments.seconds}", f"-max_len={LONGEST}", "-timeout=20", "-rss_limit_mb=2048"]
        atheris.Setup([sys.argv[0], *limits, f"-artifact_prefix={keep}/found-", str(keep)], one, custom_mutator=other)
        atheris.Fuzz()


if __name__ == "__main__":
    main()
