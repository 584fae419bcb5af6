"""Files at random: nothing but a refusal may come of them.

`python -m tests.readers.files.fuzz --seconds 60` tries for so long, from a seed that it prints; what ends in anything
but a grid or a refusal, or takes too long, is written to `--keep` (else to a temporary folder) and ends the run. What
was found so is in `kept`.
"""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
import time
import zipfile
from collections.abc import Sequence
from io import BytesIO
from pathlib import Path
from typing import get_args

from kwaliteitsmonitor.readers.files import RefusedFileError, grids
from schemas.profile.feeds import FileSource
from tests.readers.files.making import Kind, by_hand, source, spreadsheet, valid, worksheet, zipped

KINDS: Sequence[Kind] = get_args(Kind)
SLOW = 20.0
BITS = (
    b"\0", b"\xff", b"<", b">", b'"', b"'", b"</", b"/>", b"<!--", b"<![CDATA[", b"&#0;", b"99999999999", b"-1",
    b"1e999", b"NaN", b"\xef\xbb\xbf", b"\r", b"A1", b"XFD1048576", b't="s"', b't="e"', b't="d"', b"<f>", b"<v></v>",
    b";", b"\xff\xff\xff\xff", b"\0\0\0\0", b"\x7f",
)  # fmt: skip
RICH = worksheet(
    '<row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" t="inlineStr"><is><r><t>a</t></r></is></c>'
    '<c r="C1" s="1"><v>44105</v></c><c r="D1" s="2"><f>1+1</f><v>0.5</v></c><c r="E1" t="b"><v>1</v></c></row>'
    '<row r="2" hidden="1"><c r="A2" t="e"><v>#N/A</v></c><c r="B2"><f t="shared" ref="B2:B3" si="0">A1</f></c>'
    '<c r="C2" t="d"><v>2020-10-01T00:00:00</v></c><c r="D2" t="str"><f>"x"</f><v>x</v></c></row>',
    '<mergeCells><mergeCell ref="A1:B2"/></mergeCells>',
)
TABLE = (
    '<table:table table:name="data"><table:table-row table:number-rows-repeated="2"><table:table-cell '
    'office:value-type="float" office:value="1" table:number-columns-repeated="3" table:number-columns-spanned="2"/>'
    '<table:table-cell table:formula="of:=1"/>'
    '<table:table-cell office:value-type="date" office:date-value="2020-10-01">'
    "<text:p>a<text:s text:c='3'/></text:p></table:table-cell></table:table-row></table:table>"
)


def outcome(content: bytes, form: FileSource, folder: Path) -> str:
    """What comes of reading these bytes: `read` or `refused`. Anything else is raised."""
    path = folder / "fuzz"
    path.write_bytes(content)
    try:
        found = grids(path, form, [])
    except RefusedFileError:
        return "refused"
    for grid in found:
        assert len(grid.cells) == len(grid.numbers)
        assert not grid.addressed or len(set(map(len, grid.cells))) <= 1
        assert {row for row, _ in grid.flaws} <= set(grid.numbers)
    return "read"


def mutated(content: bytes, by: random.Random) -> bytes:
    """The bytes with some of them changed, left out, doubled or cut off."""
    data = bytearray(content)
    for _ in range(by.choice((1, 1, 2, 4, 16))):
        at = by.randrange(len(data) + 1)
        match by.randrange(6):
            case 0 if data:
                data[at % len(data)] = by.randrange(256)
            case 1:
                data[at:at] = by.choice(BITS)
            case 2:
                del data[at : at + by.choice((1, 2, 8, 64, 512))]
            case 3:
                data[at:at] = data[at : at + by.choice((1, 8, 64, 512))]
            case 4:
                bit = by.choice(BITS)
                data[at : at + len(bit)] = bit
            case _ if by.random() < 0.2:
                del data[at:]
    return bytes(data)


def inside(content: bytes, by: random.Random) -> bytes:
    """A ZIP with one of its members changed, and whole otherwise: so that the change is reached."""
    with zipfile.ZipFile(BytesIO(content)) as pack:
        members: dict[str, str | bytes] = {name: pack.read(name) for name in pack.namelist()}
    name = by.choice(sorted(members))
    members[name] = mutated(bytes(members[name]), by)  # type: ignore[arg-type]
    return zipped(members)


def candidates() -> list[tuple[bytes, FileSource]]:
    """The files that are changed: one of each kind, and a workbook of each sort with something of everything in it."""
    strings = "<sst><si><t>tekst</t></si><si><r><t>a</t></r><r><t>b</t></r></si></sst>"
    rich = by_hand(RICH, strings=strings, formats=["d-m-yyyy", "0%"])
    more = [(rich, source("workbook")), (spreadsheet(TABLE), source("workbook"))]
    return [*(valid(kind) for kind in KINDS), *more, *more]


def changed(content: bytes, by: random.Random) -> bytes:
    """One of the ways in which a file is changed."""
    if content.startswith(b"PK") and by.random() < 0.75:
        return inside(content, by)
    return mutated(content, by)


def main() -> None:
    """Try until time is up."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--seed", type=int, default=time.time_ns() % 1_000_000)
    parser.add_argument("--keep", type=Path, default=None)
    arguments = parser.parse_args()
    by = random.Random(arguments.seed)
    files = candidates()
    counts = {"read": 0, "refused": 0}
    ends = time.monotonic() + arguments.seconds
    slowest = 0.0
    with tempfile.TemporaryDirectory() as folder:
        while time.monotonic() < ends:
            original, form = by.choice(files)
            content = changed(original, by)
            began = time.monotonic()
            try:
                counts[outcome(content, form, Path(folder))] += 1
                took = time.monotonic() - began
                slowest = max(slowest, took)
                assert took < SLOW, f"took {took:.0f} s"
            except BaseException as error:
                if isinstance(error, KeyboardInterrupt):
                    raise
                kept = (
                    arguments.keep or Path(tempfile.mkdtemp())
                ) / f"{form.format}-{arguments.seed}-{sum(counts.values())}"
                kept.write_bytes(content)
                sys.exit(f"{type(error).__name__}: {error}; kept as {kept}")
    sys.stdout.write(
        f"seed {arguments.seed}: {counts['read']} read, {counts['refused']} refused, slowest {slowest:.2f} s\n"
    )


if __name__ == "__main__":
    main()
