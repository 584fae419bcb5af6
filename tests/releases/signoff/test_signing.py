"""Signing off: through the gate, recorded, protected, never replaced, and followed by corrections with a reason."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from kwaliteitsmonitor.foundation.workspace import Workspace
from kwaliteitsmonitor.releases.format import manifest
from kwaliteitsmonitor.releases.format.integrity import faults
from kwaliteitsmonitor.releases.format.places import current
from kwaliteitsmonitor.releases.format.reader import ReleaseReader
from kwaliteitsmonitor.releases.format.release import Release, publish
from kwaliteitsmonitor.releases.signoff import signing
from kwaliteitsmonitor.releases.signoff.signing import CHANGES, SignOff, faults_in_sign_off, finalise, refusals
from schemas.errors import BlockedError, KwaliteitsmonitorError, UsageError
from schemas.exports.arrow import arrow_schema
from schemas.tables import CATALOGUE
from tests.made_up import table
from tests.publication.publishing import CYCLE, WHO, inputs, publish_made_up, sign_off, tables, tree

ROOT = Path(__file__).resolve().parents[3]
DAY = date(2021, 4, 20)


def said(release: Path) -> dict[str, Any]:
    return dict(manifest.read(release).content)


def draft(out: Path, more: Mapping[str, Sequence[dict[str, Any]]], lacking: Sequence[str] = ()) -> Release:
    """A draft with rows in these tables."""
    made = {name: table(name, [filled(name, row) for row in rows]) for name, rows in more.items()}
    return publish(Workspace(out), WHO, WHO.cycle(CYCLE), {**tables("a"), **made}, inputs("a"), lacking)


def filled(name: str, row: Mapping[str, Any]) -> dict[str, Any]:
    """A row with something in every column that may not be empty."""
    usual = {"date32[day]": date(2021, 1, 1), "bool": True, "int64": 1, "int32": 1, "double": 0.0}
    return {f.name: usual.get(str(f.type), "x") for f in arrow_schema(CATALOGUE[name]) if not f.nullable} | dict(row)


def counts(out: Path) -> str:
    release = current(Workspace(out), CYCLE)
    assert release is not None
    return release.name


def rule(name: str, **more: Any) -> dict[str, Any]:
    return {"cycle": CYCLE, "rule": name, "severity": "critical", "outcome": "failed", **more}


def test_a_final_release_has_the_tables_of_its_draft_and_says_who_signed_it_and_why(tmp_path: Path) -> None:
    first = publish_made_up(tmp_path, "a")
    final = sign_off(tmp_path, "adopted by the board")
    assert (final.version, final.status, final.new, counts(tmp_path)) == (2, "final", True, "v2")
    assert faults(final.path) == []
    for name in said(first.path)["files"]:
        assert (final.path / name).read_bytes() == (first.path / name).read_bytes()
    assert said(final.path)["status"] == "final"
    assert said(final.path)["sign_off"] == {
        "role": "board",
        "date": "2021-04-20",
        "reason": "adopted by the board",
        "finalises": {"cycle": CYCLE, "version": "v1", "manifest": sha256(first.path / "manifest.json")},
        "follows": None,
    }
    assert faults_in_sign_off(final.path) == []


def sha256(path: Path) -> str:
    import hashlib

    return hashlib.sha256(path.read_bytes()).hexdigest()


def test_a_final_release_and_its_folders_are_write_protected(tmp_path: Path) -> None:
    publish_made_up(tmp_path, "a")
    final = sign_off(tmp_path).path
    rights = {(p.is_dir(), p.stat().st_mode & 0o777) for p in (final, *final.rglob("*"))}
    assert rights == {(True, 0o555), (False, 0o444)}


def test_the_same_inputs_after_a_sign_off_make_no_new_release(tmp_path: Path) -> None:
    publish_made_up(tmp_path, "a")
    sign_off(tmp_path)
    again = publish_made_up(tmp_path, "a")
    assert (again.new, again.version, again.status, again.counts) == (False, 2, "final", True)


def test_other_inputs_after_a_sign_off_make_a_draft_that_does_not_count(tmp_path: Path) -> None:
    publish_made_up(tmp_path, "a")
    final = sign_off(tmp_path)
    before = tree(final.path)
    later = publish_made_up(tmp_path, "b")
    assert (later.version, later.status, later.new, later.counts) == (3, "draft", True, False)
    assert counts(tmp_path) == "v2"
    assert tree(final.path) == before
    again = publish_made_up(tmp_path, "b")
    assert (again.version, again.new, counts(tmp_path)) == (3, False, "v2")


def test_a_correction_that_is_signed_off_counts_and_holds_its_reason_and_what_it_changes(tmp_path: Path) -> None:
    publish_made_up(tmp_path, "a")
    first = sign_off(tmp_path)
    publish_made_up(tmp_path, "b")
    second = sign_off(tmp_path, "the plan was misread")
    assert (second.version, counts(tmp_path)) == (4, "v4")
    record = said(second.path)["sign_off"]
    assert record["reason"] == "the plan was misread"
    assert record["follows"] == {"cycle": CYCLE, "version": "v2", "manifest": sha256(first.path / "manifest.json")}
    assert CHANGES in said(second.path)["files"]
    changed = pq.read_table(second.path / CHANGES).to_pylist()
    assert {row["table"] for row in changed} == {"definitions"}, "the definition differs, no figure does"
    assert CHANGES not in said(first.path)["files"]


def test_without_a_draft_there_is_nothing_to_sign_off(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="there is no release of cycle 2021-03"):
        sign_off(tmp_path)
    publish_made_up(tmp_path, "a")
    sign_off(tmp_path)
    with pytest.raises(UsageError, match="2021-03/v2 is final already"):
        sign_off(tmp_path)


@pytest.mark.parametrize(
    ("more", "lacking", "why"),
    [
        ({}, ["niet geleverd: … / not delivered: faculty report"], "not delivered: faculty report"),
        ({"quality_results": [rule("bfr.key")]}, [], "the critical rule bfr.key did not pass"),
        ({"quality_results": [rule("bfr.key", outcome="not_judged")]}, [], "the critical rule bfr.key did not pass"),
        (
            {"approvals": [{"feed": "r", "period": "2020", "unit": "North", "decided_on": date(2021, 4, 21)}]},
            [],
            "a council's decision about r 2020 North is of 2021-04-21, after the sign-off on 2021-04-20",
        ),
        (
            {"council_consultations": [{"subject": "r", "unit": "North", "consulted_on": date(2021, 5, 1)}]},
            [],
            "a council's consultation about r of North is of 2021-05-01, after the sign-off",
        ),
        (
            {"corrections": [{"table": "bfr", "cell": "D14", "decided_on": date(2021, 4, 21)}]},
            [],
            "a correction in bfr D14 is of 2021-04-21",
        ),
        (
            {"waivers": [{"rule": "bfr.key", "decided_on": date(2021, 4, 21), "used": True}]},
            [],
            "a waiver of .* is of 2021-04-21",
        ),
    ],
)
def test_the_gate_refuses_and_says_why_and_nothing_changes(
    tmp_path: Path, more: dict[str, Any], lacking: Sequence[str], why: str
) -> None:
    draft(tmp_path, more, lacking)
    before = tree(tmp_path)
    with pytest.raises(BlockedError, match=why) as refused:
        sign_off(tmp_path)
    assert refused.value.exit_code == 3
    assert tree(tmp_path) == before
    assert counts(tmp_path) == "v1"


def test_a_rule_that_was_waived_and_a_decision_of_the_same_day_are_no_hindrance(tmp_path: Path) -> None:
    decided = {"feed": "r", "period": "2020", "unit": "North", "decided_on": DAY}
    draft(tmp_path, {"quality_results": [rule("bfr.key", waived_because="known")], "approvals": [decided]})
    assert sign_off(tmp_path).status == "final"


def test_every_reason_is_told_at_once(tmp_path: Path) -> None:
    made = draft(tmp_path, {"quality_results": [rule("a"), rule("b")]}, ["not delivered: x"])
    assert len(list(refusals(ReleaseReader(made.path), DAY))) == 3


def test_a_draft_that_other_code_made_is_run_again_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    publish_made_up(tmp_path, "a")
    monkeypatch.setattr(signing, "code_digest", lambda: "0" * 64)
    with pytest.raises(BlockedError, match="made by another version of the code"):
        sign_off(tmp_path)


def tamper(file: Path) -> None:
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 1
    file.chmod(0o644)
    file.write_bytes(content)


@pytest.mark.parametrize("name", ["tables/definitions.parquet", "manifest.json"])
def test_a_draft_that_was_tampered_with_is_not_signed_off(tmp_path: Path, name: str) -> None:
    made = publish_made_up(tmp_path, "a")
    tamper(made.path / name)
    with pytest.raises(KwaliteitsmonitorError, match=f"{name} was altered"):
        sign_off(tmp_path)
    assert counts(tmp_path) == "v1"


def test_a_final_release_that_was_tampered_with_stops_the_next_run_and_sign_off(tmp_path: Path) -> None:
    publish_made_up(tmp_path, "a")
    final = sign_off(tmp_path)
    publish_made_up(tmp_path, "b")
    tamper(final.path / "tables" / "definitions.parquet")
    for next_one in (lambda: publish_made_up(tmp_path, "c"), lambda: sign_off(tmp_path)):
        with pytest.raises(KwaliteitsmonitorError, match=r"v2: .*tables/definitions.parquet was altered"):
            next_one()
    assert counts(tmp_path) == "v2"


def test_a_draft_that_was_tampered_with_is_made_anew_and_told(tmp_path: Path) -> None:
    first = publish_made_up(tmp_path, "a")
    tamper(first.path / "datapackage.json")
    again = publish_made_up(tmp_path, "a")
    assert (again.version, again.new) == (2, True)
    assert again.altered == ("datapackage.json was altered: it is not what was published",)
    assert faults(again.path) == []


def test_a_final_release_whose_draft_was_swapped_is_told(tmp_path: Path) -> None:
    first = publish_made_up(tmp_path, "a")
    final = sign_off(tmp_path)
    tamper(first.path / "manifest.json")
    assert faults_in_sign_off(final.path) == ["v1 beside it is not the draft that was signed off"]


def test_a_sign_off_that_was_killed_before_it_was_shown_is_brought_to_its_end(tmp_path: Path) -> None:
    publish_made_up(tmp_path, "a")
    final = sign_off(tmp_path)
    link = tmp_path / "current" / CYCLE
    link.unlink()
    link.symlink_to("../releases/2021-03/v1")
    assert sign_off(tmp_path).path == final.path
    link.unlink()
    link.symlink_to("../releases/2021-03/v1")
    assert publish_made_up(tmp_path, "b").counts is False
    assert counts(tmp_path) == "v2"


def process(what: str, out: Path) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "tests.publication.publishing", what, str(out)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        env={**os.environ},
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_killed_at_any_step_of_a_sign_off_a_whole_release_is_shown(tmp_path: Path) -> None:
    process("kill_a_sign_off_at_its_steps", tmp_path)


def test_killed_at_random_moments_a_whole_release_is_shown(tmp_path: Path) -> None:
    assert json.loads(process("kill_at_random_moments", tmp_path))["times killed"] == 5


def test_signing_off_needs_the_profile_that_the_draft_was_made_by(tmp_path: Path) -> None:
    made = publish_made_up(tmp_path, "a")
    with pytest.raises(KwaliteitsmonitorError, match="the profile by which the release was made is not kept"):
        ReleaseReader(made.path).profile(Workspace(tmp_path))


def test_a_sign_off_of_another_cycle_is_not_touched(tmp_path: Path) -> None:
    publish_made_up(tmp_path, "a")
    publish(Workspace(tmp_path), WHO, WHO.cycle("2020-09"), tables("a"), inputs("a"), ())
    finalise(Workspace(tmp_path), WHO, "2020-09", SignOff("board", DAY, "x"))
    assert counts(tmp_path) == "v1"
