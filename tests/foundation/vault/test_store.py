"""The store: bytes received are kept once, under their hash, and never change; the ledger of receipts only grows."""

from __future__ import annotations

import hashlib
import io
import json
import stat
import subprocess
import sys
from collections.abc import Sequence
from datetime import UTC, date, datetime
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kwaliteitsmonitor.foundation.vault.store import CHUNK, Arrival, Receipt, keep, kept, receive
from kwaliteitsmonitor.foundation.workspace import Workspace
from schemas.errors import UsageError

FIRST, LATER = date(2020, 12, 18), date(2021, 2, 3)


def files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file())


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    return Workspace(tmp_path / "workspace")


@pytest.mark.parametrize("content", [b"", b"a", b"x" * CHUNK, b"x" * (CHUNK + 1)])
def test_bytes_are_kept_once_as_received_under_their_sha256_and_read_only(workspace: Workspace, content: bytes) -> None:
    sha256 = hashlib.sha256(content).hexdigest()
    assert keep(workspace, io.BytesIO(content)) == (sha256, len(content))
    place, before = kept(workspace, sha256), kept(workspace, sha256).stat()
    assert (place.name, place.read_bytes()) == (sha256, content)
    assert stat.S_IMODE(before.st_mode) == 0o444
    assert keep(workspace, io.BytesIO(content)) == (sha256, len(content))
    assert (place.stat().st_ino, files(workspace.store)) == (before.st_ino, [place])


@given(contents=st.lists(st.binary(max_size=20), max_size=12))
@settings(max_examples=25, deadline=None)
def test_there_is_a_file_for_each_different_content(
    tmp_path_factory: pytest.TempPathFactory, contents: list[bytes]
) -> None:
    workspace = Workspace(tmp_path_factory.mktemp("store"))
    for content in contents:
        keep(workspace, io.BytesIO(content))
    assert {path.read_bytes() for path in files(workspace.root)} == set(contents)
    assert len(files(workspace.root)) == len(set(contents))


def test_nothing_is_kept_of_a_delivery_that_breaks_off(workspace: Workspace) -> None:
    class Breaking(io.BytesIO):
        def read(self, size: int | None = -1, /) -> bytes:
            if self.tell():
                raise ConnectionError
            return super().read(3)

    with pytest.raises(ConnectionError):
        keep(workspace, Breaking(b"abcdef"))
    assert files(workspace.root) == []


def arrival(path: str, content: str, day: date = FIRST, size: int = 3) -> Arrival:
    return Arrival(path, content * 64, size, day, datetime(day.year, day.month, day.day, 11, 30, tzinfo=UTC))


def noted(receipts: Sequence[Receipt]) -> list[tuple[int, str, str, date]]:
    return [(r.number, r.path, r.sha256[0], r.received_on) for r in receipts]


def test_what_stands_under_a_name_is_received_once_and_other_bytes_are_a_receipt_of_their_own(
    workspace: Workspace,
) -> None:
    receive(workspace, "bfr", [])
    assert not workspace.receipts.exists()
    for content, day in (("a", FIRST), ("a", LATER), ("b", LATER), ("a", FIRST)):
        receipts = receive(workspace, "bfr", [arrival("x.csv", content, day)])
    expected = [(1, "x.csv", "a", FIRST), (2, "x.csv", "b", LATER), (3, "x.csv", "a", FIRST)]
    assert noted(receipts) == noted(receive(workspace, "bfr", [])) == expected
    # A ledger is of one feed.
    assert noted(receive(workspace, "staff", [arrival("x.csv", "a", LATER)])) == [(1, "x.csv", "a", LATER)]
    assert [p.name for p in files(workspace.receipts)] == ["bfr.jsonl", "staff.jsonl"]


def test_a_receipt_says_what_arrived_where_and_when_and_is_only_ever_added(workspace: Workspace) -> None:
    path = "verslag/ë \u2028.csv"
    receive(workspace, "bfr", [arrival(path, "f")])
    (ledger,) = files(workspace.receipts)
    when = {"received_on": "2020-12-18", "arrived": "2020-12-18T11:30:00+00:00"}
    entry = {"path": path, "sha256": "f" * 64, "size": 3, **when, "number": 1}
    assert [json.loads(line) for line in ledger.read_bytes().splitlines()] == [entry]
    before = (ledger.stat().st_mtime_ns, ledger.read_bytes())
    assert noted(receive(workspace, "bfr", [arrival(path, "f", LATER)])) == [(1, path, "f", FIRST)]
    assert (ledger.stat().st_mtime_ns, ledger.read_bytes()) == before
    receive(workspace, "bfr", [arrival("a.csv", "e"), arrival("b.csv", "d", LATER)])
    assert ledger.read_bytes().startswith(before[1])


def test_what_a_killed_process_left_unfinished_is_no_receipt_and_stands_in_nobody_s_way(workspace: Workspace) -> None:
    receive(workspace, "bfr", [arrival("a.csv", "f")])
    (ledger,) = files(workspace.receipts)
    with ledger.open("ab") as torn:
        torn.write(b'{"path": "b.csv", "sha2')
    assert noted(receive(workspace, "bfr", [arrival("a.csv", "f")])) == [(1, "a.csv", "f", FIRST)]
    receive(workspace, "bfr", [arrival("c.csv", "e")])
    assert noted(receive(workspace, "bfr", [])) == [(1, "a.csv", "f", FIRST), (2, "c.csv", "e", FIRST)]


def test_a_ledger_that_is_no_ledger_is_not_passed_over(workspace: Workspace) -> None:
    receive(workspace, "bfr", [arrival("a.csv", "f")])
    (ledger,) = files(workspace.receipts)
    ledger.write_text("x\n")
    with pytest.raises(UsageError, match="the ledger of receipts cannot be read"):
        receive(workspace, "bfr", [arrival("b.csv", "e")])
    assert ledger.read_text() == "x\n"


NOTE_MANY = """
import sys
from datetime import UTC, date, datetime
from pathlib import Path
from kwaliteitsmonitor.foundation.vault.store import Arrival, receive
from kwaliteitsmonitor.foundation.workspace import Workspace
day = date(2020, 12, 18)
for i in range(60):
    for path in ("shared.csv", f"{sys.argv[2]}.csv"):
        sha = f"{i:02d}" * 32
        receive(Workspace(Path(sys.argv[1])), "bfr", [Arrival(path, sha, 1, day, datetime(2020, 12, 18, tzinfo=UTC))])
"""


def test_two_processes_that_note_at_once_lose_nothing_and_number_in_turn(workspace: Workspace) -> None:
    command = [sys.executable, "-c", NOTE_MANY, str(workspace.root)]
    both = [subprocess.Popen([*command, name], cwd=Path(__file__).resolve().parents[3]) for name in ("one", "other")]
    assert [process.wait(timeout=120) for process in both] == [0, 0]
    receipts = receive(workspace, "bfr", [])
    assert [r.number for r in receipts] == list(range(1, len(receipts) + 1))
    for name in ("one.csv", "other.csv"):
        assert [r.sha256[:2] for r in receipts if r.path == name] == [f"{i:02d}" for i in range(60)]
    shared = [r.sha256 for r in receipts if r.path == "shared.csv"]
    assert all(one != other for one, other in pairwise(shared)), "the same bytes twice in a row are noted once"
