"""Files that a power cut left without their bytes: made anew where they can be, and told where they cannot."""

from __future__ import annotations

import io
from datetime import date
from pathlib import Path

import pyarrow as pa
import pytest

from assets.delivered.fingerprints import Seen
from kwaliteitsmonitor.connectors.files import Found
from kwaliteitsmonitor.foundation.ownership import NAME, claim, owner
from kwaliteitsmonitor.foundation.vault.store import demand_whole, is_kept, keep, kept
from kwaliteitsmonitor.foundation.workspace import Workspace
from kwaliteitsmonitor.methods.checks.verdicts import STEP as JUDGED
from kwaliteitsmonitor.methods.disclosure.release_history import memories, recall, remember
from kwaliteitsmonitor.readers.feed_record import FeedRecord, TakenUp, taken_up
from schemas.errors import KwaliteitsmonitorError, UsageError

CYCLE = "2021-03"
DELIVERED = b"unit;amount\nFGW;12\n"


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    return Workspace(tmp_path / "out")


def cut(path: Path, left: int = 0) -> None:
    path.chmod(0o644)
    path.write_bytes(path.read_bytes()[:left])


@pytest.mark.parametrize("left", [0, 7])
def test_a_record_between_the_steps_that_broke_off_is_as_if_it_was_never_made(workspace: Workspace, left: int) -> None:
    workspace.write_json(CYCLE, JUDGED, "staff", {"digest": {"rule": [1, 2]}})
    assert workspace.found_json(CYCLE, JUDGED, "staff") == {"digest": {"rule": [1, 2]}}
    cut(workspace.step(CYCLE, JUDGED) / "staff.json", left)
    assert workspace.found_json(CYCLE, JUDGED, "staff") is None
    with pytest.raises(UsageError, match=r"has not been made for cycle 2021-03, or broke off.*run the whole cycle"):
        workspace.read_json(CYCLE, JUDGED, "staff")


@pytest.mark.parametrize("left", [0, 100])
def test_a_table_between_the_steps_that_broke_off_is_told_with_what_to_do(workspace: Workspace, left: int) -> None:
    path = workspace.write(CYCLE, "facts", "fact_staff", pa.table({"fte": [1.0]}))
    cut(path, left)
    with pytest.raises(UsageError, match=r"facts/fact_staff of cycle 2021-03 broke off.*run the whole cycle"):
        workspace.read(CYCLE, "facts", "fact_staff")


def test_a_note_of_what_was_taken_up_that_broke_off_says_nothing(workspace: Workspace) -> None:
    FeedRecord(taken_up=TakenUp("c", "h", "m")).write(workspace, CYCLE, "bfr")
    assert taken_up(workspace, CYCLE, "bfr") == TakenUp("c", "h", "m")
    cut(workspace.step(CYCLE, "staged") / "bfr.json")
    assert taken_up(workspace, CYCLE, "bfr") == TakenUp()


def test_a_name_that_broke_off_is_written_again_and_another_institution_does_not_get_in(workspace: Workspace) -> None:
    claim(workspace, "leiden")
    cut(workspace.root / NAME)
    assert owner(workspace) == ""
    claim(workspace, "leiden")
    assert owner(workspace) == "leiden"
    with pytest.raises(UsageError, match="of 'leiden'"):
        claim(workspace, "other")


def test_kept_bytes_that_broke_off_are_kept_again_from_what_was_delivered(workspace: Workspace) -> None:
    sha256, size = keep(workspace, io.BytesIO(DELIVERED))
    assert is_kept(workspace, sha256, size)
    seen = Seen(workspace, "zone", {"a.csv": ["sign", sha256, size]})
    file = Found("a.csv", size, date(2021, 1, 5), fingerprint="sign")
    assert seen.bytes_of(file) == (sha256, size)
    cut(kept(workspace, sha256), 4)
    assert seen.bytes_of(file) is None, "it is read again"
    assert keep(workspace, io.BytesIO(DELIVERED)) == (sha256, size)
    assert kept(workspace, sha256).read_bytes() == DELIVERED
    assert kept(workspace, sha256).stat().st_mode & 0o777 == 0o444


def test_kept_bytes_that_are_others_are_told_and_not_read(workspace: Workspace) -> None:
    sha256, _ = keep(workspace, io.BytesIO(DELIVERED))
    path = kept(workspace, sha256)
    demand_whole(path, sha256, "bfr/2020.csv")
    path.chmod(0o644)
    path.write_bytes(DELIVERED.replace(b"12", b"21"))
    with pytest.raises(KwaliteitsmonitorError, match="not those that were received") as caught:
        demand_whole(path, sha256, "bfr/2020.csv")
    assert "backup" in caught.value.remedy


def test_a_memory_of_what_was_shown_that_broke_off_is_never_passed_over(workspace: Workspace) -> None:
    name = remember(
        workspace, {"format": 1, "answers": [], "cells": [], "shares": [], "spreads": [], "unprotected": []}
    )
    assert len(recall(workspace)) == 1
    cut(memories(workspace)[name])
    with pytest.raises(
        KwaliteitsmonitorError, match="what an earlier release showed is not what was written"
    ) as caught:
        recall(workspace)
    assert "backup" in caught.value.remedy
