"""The store: bytes received are kept once, under their hash, and never change; the first receipt stands."""

from __future__ import annotations

import hashlib
import io
import json
import stat
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assets.delivered.store import CHUNK, keep, kept, receive
from assets.workspace import Workspace

FIRST, LATER = date(2020, 12, 18), date(2021, 2, 3)


def files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file())


@pytest.mark.parametrize("content", [b"", b"a", b"x" * CHUNK, b"x" * (CHUNK + 1)])
def test_bytes_are_kept_as_received_under_their_sha256(workspace: Workspace, content: bytes) -> None:
    sha256, size = keep(workspace, io.BytesIO(content))
    assert sha256 == hashlib.sha256(content).hexdigest()
    assert size == len(content)
    assert kept(workspace, sha256).name == sha256
    assert kept(workspace, sha256).read_bytes() == content


def test_the_same_bytes_are_kept_once(workspace: Workspace) -> None:
    first, _ = keep(workspace, io.BytesIO(b"same"))
    inode = kept(workspace, first).stat().st_ino
    again, size = keep(workspace, io.BytesIO(b"same"))
    assert (again, size) == (first, 4)
    assert kept(workspace, first).stat().st_ino == inode
    assert files(workspace.store) == [kept(workspace, first)]


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


def test_kept_bytes_are_read_only(workspace: Workspace) -> None:
    sha256, _ = keep(workspace, io.BytesIO(b"x"))
    assert stat.S_IMODE(kept(workspace, sha256).stat().st_mode) == 0o444


def test_nothing_is_kept_of_a_delivery_that_breaks_off(workspace: Workspace) -> None:
    class Breaking(io.BytesIO):
        def read(self, size: int | None = -1, /) -> bytes:
            if self.tell():
                raise ConnectionError
            return super().read(3)

    with pytest.raises(ConnectionError):
        keep(workspace, Breaking(b"abcdef"))
    assert files(workspace.root) == []


def test_the_first_day_of_receipt_stands(workspace: Workspace) -> None:
    assert receive(workspace, "bfr", "a.csv", "f" * 64, FIRST) == FIRST
    assert receive(workspace, "bfr", "a.csv", "f" * 64, LATER) == FIRST


def test_a_receipt_is_of_these_bytes_under_this_name_for_this_feed(workspace: Workspace) -> None:
    receive(workspace, "bfr", "a.csv", "f" * 64, FIRST)
    assert receive(workspace, "bfr", "b.csv", "f" * 64, LATER) == LATER
    assert receive(workspace, "staff", "a.csv", "f" * 64, LATER) == LATER
    assert receive(workspace, "bfr", "a.csv", "e" * 64, LATER) == LATER
    assert len(files(workspace.receipts)) == 4


def test_a_receipt_says_what_arrived_where_and_when(workspace: Workspace) -> None:
    receive(workspace, "bfr", "a.csv", "f" * 64, FIRST)
    (receipt,) = files(workspace.receipts)
    assert json.loads(receipt.read_text()) == {
        "feed": "bfr",
        "path": "a.csv",
        "sha256": "f" * 64,
        "received_on": "2020-12-18",
    }
