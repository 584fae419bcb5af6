"""A whole cycle, signed off and computed again: by the command, from the bytes received alone."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from assets.delivered.collect import collect
from assets.publication.inputs import keep_profile
from kwaliteitsmonitor.connectors.landing import Landing
from kwaliteitsmonitor.foundation.locks import is_locked
from kwaliteitsmonitor.foundation.vault.store import kept
from kwaliteitsmonitor.foundation.workspace import Workspace
from kwaliteitsmonitor.methods.disclosure.release_history import memories, remember
from kwaliteitsmonitor.releases.format import manifest
from kwaliteitsmonitor.releases.verify.sandbox import faults_in_inputs
from pipelines import recompute
from pipelines.cli.commands import kwaliteitsmonitor
from schemas.errors import KwaliteitsmonitorError
from schemas.profile import Profile, load_profile, profile_folder
from tests.releases.sealing import sealed_anew
from tests.sample_year import CYCLE, SampleYear

Capture = pytest.CaptureFixture[str]
ROOT = Path(__file__).resolve().parents[3]
REPORTS = "onderwijsjaarverslag"
COMMAND = "import sys; from pipelines.cli.commands import kwaliteitsmonitor as k; sys.exit(k.main(sys.argv[1:]))"
ELSEWHERE = {"TZ": "Pacific/Kiritimati", "LC_ALL": "C", "LANG": "C", "PYTHONHASHSEED": "4711"}


def call(*arguments: str) -> int:
    return int(kwaliteitsmonitor.main(list(arguments)))


@pytest.fixture(scope="module")
def leiden() -> Profile:
    return load_profile(profile_folder("leiden"))


@pytest.fixture(scope="module")
def signed(leiden: Profile, leiden_year: SampleYear, tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """A cycle that was signed off, after which more was delivered and a later release remembered, as by other runs."""
    workspace = leiden_year.copied(tmp_path_factory.mktemp("verify") / "out").workspace
    reason = ("--role", "bestuur", "--reason", "vastgesteld", "--date", "2021-04-20")
    assert call("finalise", "--cycle", CYCLE, *reason, "--out", str(workspace.root)) == 0
    later = tmp_path_factory.mktemp("later") / "zone"
    shutil.copytree(leiden_year.landing / REPORTS, later / REPORTS)
    one, other = (later / REPORTS / "2019-2020" / f"{unit.id}.xlsx" for unit in leiden.units[:2])
    shutil.copyfile(other, one.with_stem(f"{one.stem}_v2"))
    for path in later.rglob("*"):
        os.utime(path, (1_600_000_000, 1_600_000_000))
    feed = next(f for f in leiden.feeds if f.id == "faculty_report")
    zone = Landing(str(later), leiden.institution.timezone)
    assert {d.version for d in collect(workspace, leiden, leiden.cycle(CYCLE), feed, zone, None)} == {1, 2}
    (known,) = memories(workspace).values()
    shown = json.loads(known.read_text())
    remember(workspace, shown | {"answers": shown["answers"][:-1]})
    return workspace


def release(workspace: Workspace, version: str = "v2") -> Path:
    return workspace.releases / CYCLE / version


@pytest.fixture
def copied(signed: Workspace, tmp_path: Path) -> Workspace:
    """The workspace, without what takes part in nothing here; the bytes received are copied."""
    for name in ("delivered", "releases", "current", "profiles", "disclosure"):
        shutil.copytree(signed.root / name, tmp_path / "w" / name, symlinks=True)
    return Workspace(tmp_path / "w")


def verify(workspace: Workspace, capfd: Capture, *more: str) -> tuple[int, str]:
    capfd.readouterr()
    code = call("verify", f"{CYCLE}/v2", "--out", str(workspace.root), *more)
    return code, "".join(capfd.readouterr())


def alter(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[-1] ^= 1
    path.chmod(0o644)
    path.write_bytes(content)


def test_a_final_release_is_found_again_to_the_byte_from_what_it_rests_on(signed: Workspace, tmp_path: Path) -> None:
    """In another folder, time zone, language and order of hashes, without the landing zone."""
    before = {p: p.stat().st_mtime_ns for p in signed.root.rglob("*")}
    program = [sys.executable, "-c", COMMAND, "verify", CYCLE, "--out", str(signed.root)]
    environment = os.environ | ELSEWHERE | {"TMPDIR": str(tmp_path)}
    done = subprocess.run(program, cwd=ROOT, env=environment, capture_output=True, text=True, check=False, timeout=300)
    assert done.returncode == 0, done.stderr[-2000:]
    assert "2021-03/v2: every file is what was published." in done.stdout
    assert "Computed again from the bytes received, it has the same bytes." in done.stdout
    assert "2021-03/v2 holds (" in done.stdout
    assert {p: p.stat().st_mtime_ns for p in signed.root.rglob("*")} == before, "nothing was written"


def test_a_release_says_all_that_it_rests_on(signed: Workspace, leiden: Profile) -> None:
    content = manifest.read(release(signed)).content
    assert content["landing"]["files"] > len(content["inputs"]) - 20
    assert (content["landing"]["untaken"], content["disclosure"]) == ([], {"earlier": []})
    assert all({"received_on", "arrived", "size", "uptake", "version"} <= set(row) for row in content["inputs"])
    assert load_profile(signed.profiles / content["profile"]["sha256"]).digest == leiden.digest
    memory = next(iter(memories(signed)))
    assert memory not in (release(signed) / manifest.NAME).read_text(), "a hash over hidden counts is not published"


def test_a_file_of_a_release_that_is_altered_is_named(copied: Workspace, capfd: Capture) -> None:
    assert verify(copied, capfd, "--hashes")[0] == 0
    for name in (manifest.NAME, "tables/units.parquet", "dictionary.nl.md"):
        whole = (release(copied) / name).read_bytes()
        alter(release(copied) / name)
        code, text = verify(copied, capfd, "--hashes")
        assert (code, f"{name} was altered" in text, "does not hold" in text) == (1, True, True)
        (release(copied) / name).write_bytes(whole)


def test_bytes_a_profile_or_a_draft_that_are_not_what_they_were_are_named(copied: Workspace, capfd: Capture) -> None:
    own = manifest.read(release(copied))
    first, *_, last = own.inputs
    alter(kept(copied, first.sha256))
    kept(copied, last.sha256).unlink()
    assert faults_in_inputs(release(copied), copied) == [
        f"the bytes received as {one.file} ({one.feed}, {one.sha256[:12]}…) {state}"
        for one, state in ((first, "were altered"), (last, "are missing"))
    ]
    profile = copied.profiles / own.profile.sha256
    alter(profile / "units.yaml")
    alter(release(copied, "v1") / manifest.NAME)
    code, text = verify(copied, capfd)
    assert code == 1
    assert "was altered" in text
    assert "v1 beside it is not the draft that was signed off" in text
    shutil.rmtree(profile)
    assert "the profile" in verify(copied, capfd)[1]


def test_without_the_key_of_the_pseudonyms_it_is_not_computed_again(
    copied: Workspace, capfd: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("KWALITEITSMONITOR_PSEUDONYM_KEY", raising=False)
    code, text = verify(copied, capfd)
    assert (code, "--hashes" in text) == (2, True)
    assert "the key for pseudonyms is missing" in text
    assert not (copied.root / "pseudonym.key").exists(), "none is made"
    sealed_anew(release(copied), format=1)
    code, text = verify(copied, capfd)
    assert (code, "does not say all that it rests on" in text) == (1, True)


def test_where_it_is_computed_again_no_other_run_clears_up(signed: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    held = []
    monkeypatch.setattr(recompute, "_run", lambda release, profile, root, cycle: held.append(is_locked(root)))
    with pytest.raises(KwaliteitsmonitorError), recompute.recomputed(release(signed), signed):
        pass
    assert held == [True]


def test_a_profile_that_was_edited_during_the_run_is_not_kept_for_another(leiden: Profile, tmp_path: Path) -> None:
    with pytest.raises(KwaliteitsmonitorError, match="edited while the cycle ran"):
        keep_profile(Workspace(tmp_path), replace(leiden, digest="0" * 64))
    assert list((tmp_path / "profiles").iterdir()) == []
    place = keep_profile(Workspace(tmp_path), leiden)
    assert place.name == leiden.digest
    alter(place / "units.yaml")
    assert load_profile(keep_profile(Workspace(tmp_path), leiden)).digest == leiden.digest
