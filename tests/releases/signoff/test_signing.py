"""Signing off: through the gate, recorded, protected, never replaced, and followed by corrections with a reason."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from kwaliteitsmonitor.foundation.workspace import Workspace
from kwaliteitsmonitor.releases.format import manifest
from kwaliteitsmonitor.releases.format.integrity import faults, sha256_of
from kwaliteitsmonitor.releases.format.reader import ReleaseReader
from kwaliteitsmonitor.releases.format.release import Release, publish
from kwaliteitsmonitor.releases.signoff import signing
from kwaliteitsmonitor.releases.signoff.signing import CHANGES, SignOff, faults_in_sign_off, finalise, refusals
from schemas.errors import BlockedError, KwaliteitsmonitorError, UsageError
from schemas.words import Words
from tests.publication.publishing import CYCLE, WHO, inputs, number_shown, publish_made_up, sign_off, tables, tree
from tests.releases.report.releases import filled

DAY, AFTER = date(2021, 4, 20), date(2021, 4, 21)


@pytest.fixture
def first(tmp_path: Path) -> Release:
    """A draft in a workspace of its own."""
    return publish_made_up(tmp_path, "a")


def reference(release: Path) -> dict[str, str]:
    return {"cycle": CYCLE, "version": release.name, "manifest": sha256_of(release / "manifest.json")}


def tamper(file: Path) -> None:
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 1
    file.chmod(0o644)
    file.write_bytes(content)


def test_a_final_release_is_its_draft_protected_and_says_who_signed_it_and_why(first: Release, tmp_path: Path) -> None:
    final = sign_off(tmp_path, "adopted by the board")
    assert (final.version, final.status, final.new, number_shown(tmp_path)) == (2, "final", True, 2)
    assert [*faults(final.path), *faults_in_sign_off(final.path)] == []
    for name in manifest.read(first.path).files:
        assert (final.path / name).read_bytes() == (first.path / name).read_bytes()
    content = manifest.read(final.path).content
    recorded = {"role": "board", "date": "2021-04-20", "reason": "adopted by the board", "follows": None}
    assert (content["status"], content["sign_off"]) == ("final", recorded | {"finalises": reference(first.path)})
    rights = {(p.is_dir(), p.stat().st_mode & 0o777) for p in (final.path, *final.path.rglob("*"))}
    assert rights == {(True, 0o555), (False, 0o444)}
    again = publish_made_up(tmp_path, "a")
    assert (again.new, again.version, again.status, again.counts) == (False, 2, "final", True)
    with pytest.raises(UsageError, match="2021-03/v2 is final already"):
        sign_off(tmp_path)


def test_other_inputs_after_a_sign_off_make_a_draft_that_does_not_count(first: Release, tmp_path: Path) -> None:
    final = sign_off(tmp_path).path
    before = tree(final)
    for new in (True, False):
        later = publish_made_up(tmp_path, "b")
        assert (later.version, later.status, later.new, later.counts) == (3, "draft", new, False)
        assert (number_shown(tmp_path), tree(final)) == (2, before)
    second = sign_off(tmp_path, "the plan was misread").path
    assert (second.name, number_shown(tmp_path)) == ("v4", 4)
    record = manifest.read(second).content["sign_off"]
    assert (record["reason"], record["follows"]) == ("the plan was misread", reference(final))
    assert {row["table"] for row in pq.read_table(second / CHANGES).to_pylist()} == {"definitions"}, "no figure differs"
    assert [CHANGES in manifest.read(release).files for release in (final, second)] == [False, True]


def draft(out: Path, more: Mapping[str, Sequence[dict[str, Any]]], lacking: Sequence[Words] = ()) -> Release:
    """A draft with rows in these tables, and something in every column that may not be empty."""
    content = tables("a") | {name: filled(name, rows) for name, rows in more.items()}
    return publish(Workspace(out), WHO, WHO.cycle(CYCLE), content, inputs("a"), lacking)


def failed(name: str, **more: Any) -> dict[str, Any]:
    return {"cycle": CYCLE, "rule": name, "severity": "critical", "outcome": "failed", **more}


CONSULTED = {"subject": "r", "unit": "North", "consulted_on": AFTER}
OF_NORTH = {"feed": "r", "period": "2020", "unit": "North"}


@pytest.mark.parametrize(
    ("name", "row", "why"),
    [
        ("lacking", {}, "not delivered: faculty report"),
        ("quality_results", failed("bfr.key"), "the critical rule bfr.key did not pass"),
        ("quality_results", failed("bfr.key", outcome="not_judged"), "the critical rule bfr.key did not pass"),
        (
            "approvals",
            OF_NORTH | {"decided_on": AFTER},
            "decision about r 2020 North is of 2021-04-21, after the sign-off",
        ),
        ("council_consultations", CONSULTED, "consultation about r of North is of 2021-04-21, after the sign-off"),
        ("corrections", {"table": "bfr", "cell": "D14", "decided_on": AFTER}, "correction in bfr D14 is of 2021-04-21"),
        ("waivers", {"rule": "bfr.key", "decided_on": AFTER, "used": True}, "a waiver of .* is of 2021-04-21"),
    ],
)
def test_the_gate_refuses_and_nothing_changes(tmp_path: Path, name: str, row: dict[str, Any], why: str) -> None:
    lacking = [Words("niet geleverd: …", "not delivered: faculty report")] if name == "lacking" else []
    draft(tmp_path, {} if lacking else {name: [row]}, lacking)
    before = tree(tmp_path)
    with pytest.raises(BlockedError, match=why) as refused:
        sign_off(tmp_path)
    assert (refused.value.exit_code, tree(tmp_path), number_shown(tmp_path)) == (3, before, 1)


def test_what_is_waived_or_of_the_same_day_is_no_hindrance_and_every_reason_is_told(tmp_path: Path) -> None:
    decided = OF_NORTH | {"decided_on": DAY}
    draft(tmp_path / "a", {"quality_results": [failed("bfr.key", waived_because="known")], "approvals": [decided]})
    assert sign_off(tmp_path / "a").status == "final"
    made = draft(
        tmp_path / "b", {"quality_results": [failed("a"), failed("b")]}, [Words("niet geleverd: x", "not delivered: x")]
    )
    assert len(list(refusals(ReleaseReader(made.path), DAY))) == 3


def test_what_is_not_there_or_made_otherwise_is_not_signed_off(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(UsageError, match="there is no release of cycle 2021-03"):
        sign_off(tmp_path)
    made = publish_made_up(tmp_path, "a")
    with pytest.raises(KwaliteitsmonitorError, match="the profile by which the release was made is not kept"):
        ReleaseReader(made.path).profile(Workspace(tmp_path))
    monkeypatch.setattr(signing, "code_digest", lambda: "0" * 64)
    with pytest.raises(BlockedError, match="made by another version of the code"):
        sign_off(tmp_path)


@pytest.mark.parametrize("name", ["tables/definitions.parquet", "manifest.json"])
def test_a_draft_that_was_tampered_with_is_not_signed_off(first: Release, tmp_path: Path, name: str) -> None:
    tamper(first.path / name)
    with pytest.raises(KwaliteitsmonitorError, match=f"{name} was altered"):
        sign_off(tmp_path)
    assert number_shown(tmp_path) == 1


def test_a_draft_that_was_tampered_with_is_made_anew_and_told(first: Release, tmp_path: Path) -> None:
    tamper(first.path / "datapackage.json")
    again = publish_made_up(tmp_path, "a")
    assert (again.version, again.new, faults(again.path)) == (2, True, [])
    assert again.altered == ("datapackage.json was altered: it is not what was published",)


def test_a_final_release_that_was_tampered_with_stops_the_next_run_and_sign_off(first: Release, tmp_path: Path) -> None:
    final = sign_off(tmp_path)
    tamper(first.path / "manifest.json")
    assert faults_in_sign_off(final.path) == ["v1 beside it is not the draft that was signed off"]
    publish_made_up(tmp_path, "b")
    tamper(final.path / "tables" / "definitions.parquet")
    for next_one in (lambda: publish_made_up(tmp_path, "c"), lambda: sign_off(tmp_path)):
        with pytest.raises(KwaliteitsmonitorError, match=r"v2: .*tables/definitions.parquet was altered"):
            next_one()
    assert (tmp_path / "current" / CYCLE).resolve().name == "v2"


def test_a_sign_off_that_was_killed_before_it_was_shown_is_brought_to_its_end(first: Release, tmp_path: Path) -> None:
    final, link = sign_off(tmp_path), tmp_path / "current" / CYCLE
    for next_one in (lambda: sign_off(tmp_path).path == final.path, lambda: not publish_made_up(tmp_path, "b").counts):
        link.unlink()
        link.symlink_to(f"../releases/{CYCLE}/{first.path.name}")
        assert next_one()
    assert number_shown(tmp_path) == 2


def test_another_cycle_is_not_touched_by_a_sign_off(first: Release, tmp_path: Path) -> None:
    publish(Workspace(tmp_path), WHO, WHO.cycle("2020-09"), tables("a"), inputs("a"), ())
    finalise(Workspace(tmp_path), WHO, "2020-09", SignOff("board", DAY, "x"))
    assert (number_shown(tmp_path), first.status) == (1, "draft")
