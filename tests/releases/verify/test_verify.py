"""A whole cycle, signed off and computed again: by the command, from the bytes received alone."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
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
from tests.sample_year import CYCLE, SampleYear, run

ROOT = Path(__file__).resolve().parents[3]
REPORT = "onderwijsjaarverslag/2019-2020"


@dataclass(frozen=True)
class Signed:
    """A cycle that ran and was signed off, after which more was delivered; `landing` is as it was when it ran."""

    landing: Path
    workspace: Workspace

    def release(self, version: str = "v2") -> Path:
        return self.workspace.releases / CYCLE / version


def call(*arguments: str) -> int:
    return int(kwaliteitsmonitor.main(list(arguments)))


@pytest.fixture(scope="module")
def leiden() -> Profile:
    return load_profile(profile_folder("leiden"))


@pytest.fixture(scope="module")
def signed(leiden: Profile, leiden_year: SampleYear, tmp_path_factory: pytest.TempPathFactory) -> Signed:
    landing = tmp_path_factory.mktemp("verify") / "zone"
    shutil.copytree(leiden_year.landing, landing, copy_function=shutil.copy2)
    (landing / "aantekeningen.txt").write_text("of no feed")
    out = tmp_path_factory.mktemp("out")
    assert run(landing, out, reports="all", counted=leiden_year.workspace).success
    reason = ("--role", "bestuur", "--reason", "vastgesteld")
    assert call("finalise", "--cycle", CYCLE, *reason, "--date", "2021-04-20", "--out", str(out)) == 0
    done = Signed(landing, Workspace(out))
    _deliver_more(done, leiden, tmp_path_factory.mktemp("later") / "zone")
    return done


def _deliver_more(signed: Signed, profile: Profile, later: Path) -> None:
    """Take up a new version of a report and remember a later release, as other runs would."""
    shutil.copytree(signed.landing, later, copy_function=shutil.copy2)
    unit = profile.units[0].id
    shutil.copyfile(later / REPORT / f"{profile.units[1].id}.xlsx", later / REPORT / f"{unit}_v2.xlsx")
    feed = next(f for f in profile.feeds if f.id == "faculty_report")
    zone = Landing(str(later), profile.institution.timezone)
    for path in later.rglob("*"):
        os.utime(path, (1_600_000_000, 1_600_000_000))
    found = collect(signed.workspace, profile, profile.cycle(CYCLE), feed, zone, None)
    assert {d.version for d in found} == {1, 2}
    (known,) = memories(signed.workspace).values()
    shown = json.loads(known.read_text())
    remember(signed.workspace, shown | {"answers": shown["answers"][:-1]})


def test_a_final_release_is_found_again_to_the_byte_from_what_it_rests_on(
    signed: Signed, tmp_path: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    before = {p: p.stat().st_mtime_ns for p in signed.workspace.root.rglob("*")}
    away = signed.landing.rename(tmp_path / "away")
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    try:
        assert call("verify", CYCLE, "--out", str(signed.workspace.root)) == 0
    finally:
        away.rename(signed.landing)
    said = capfd.readouterr().out
    assert "2021-03/v2: every file is what was published." in said
    assert "Computed again from the bytes received, it has the same bytes." in said
    assert "2021-03/v2 holds (" in said
    assert {p: p.stat().st_mtime_ns for p in signed.workspace.root.rglob("*")} == before, "nothing was written"


def test_another_folder_clock_language_seed_and_order_of_uptake_give_the_same_bytes(
    signed: Signed, tmp_path: Path
) -> None:
    half = tmp_path / "first" / "zone"
    shutil.copytree(signed.landing, half, copy_function=shutil.copy2)
    for path in sorted((half / REPORT).iterdir())[::2]:
        path.unlink()
    program = [sys.executable, "-c", RUN, str(half), str(signed.landing), str(tmp_path / "deep" / "er")]
    environment = {"TZ": "Pacific/Kiritimati", "LC_ALL": "C", "LANG": "C", "PYTHONHASHSEED": "4711"}
    done = subprocess.run(
        program, cwd=ROOT, env=os.environ | environment, capture_output=True, text=True, check=False, timeout=300
    )
    assert done.returncode == 0, done.stderr[-2000:]
    mine, other = signed.release("v1"), tmp_path / "deep" / "er" / "releases" / CYCLE / "v1"
    own, theirs = manifest.read(mine), manifest.read(other)
    assert own.files == theirs.files
    assert set(own.unlike(theirs)) <= {"code"}
    numbers = [_order(Workspace(w)) for w in (signed.workspace.root, tmp_path / "deep" / "er")]
    assert numbers[0] != numbers[1], "they were taken up in another order"


def _order(workspace: Workspace) -> list[str]:
    lines = (workspace.receipts / "faculty_report.jsonl").read_text().splitlines()
    return [json.loads(line)["path"] for line in lines if "_v2" not in line]


RUN = f"""
import sys
from pathlib import Path
from assets.delivered.collect import collect
from kwaliteitsmonitor.connectors.landing import Landing
from kwaliteitsmonitor.foundation.workspace import Workspace
from schemas.profile import load_profile, profile_folder
from tests.flow.conftest import run

half, landing, out = map(Path, sys.argv[1:])
profile = load_profile(profile_folder("leiden"))
for feed in profile.feeds[::-1]:
    if feed.id in ("faculty_report", "staff"):
        zone = Landing(str(half), profile.institution.timezone)
        collect(Workspace(out), profile, profile.cycle("{CYCLE}"), feed, zone, None)
assert run(landing, out, reports="all").success
"""


def test_a_release_says_all_that_it_rests_on(signed: Signed, leiden: Profile) -> None:
    said = manifest.read(signed.release()).content
    assert said["landing"]["files"] > len(said["inputs"]) - 20
    assert [u["path"] for u in said["landing"]["untaken"]] == ["aantekeningen.txt"]
    assert said["disclosure"] == {"earlier": []}
    assert all({"received_on", "arrived", "size", "uptake", "version"} <= set(row) for row in said["inputs"])
    kept_profile = signed.workspace.profiles / said["profile"]["sha256"]
    assert load_profile(kept_profile).digest == leiden.digest
    memory = next(iter(memories(signed.workspace)))
    assert memory not in (signed.release() / manifest.NAME).read_text(), "a hash over hidden counts is not published"


def copied(signed: Signed, to: Path) -> Workspace:
    """The workspace, without what takes part in nothing here; the bytes received are copied."""
    for name in ("delivered", "releases", "current", "profiles", "disclosure"):
        shutil.copytree(signed.workspace.root / name, to / name, symlinks=True)
    return Workspace(to)


def verify(workspace: Workspace, capfd: pytest.CaptureFixture[str], *more: str) -> tuple[int, str]:
    capfd.readouterr()
    code = call("verify", f"{CYCLE}/v2", "--out", str(workspace.root), *more)
    said = capfd.readouterr()
    return code, said.out + said.err


def alter(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[-1] ^= 1
    path.chmod(0o644)
    path.write_bytes(content)


def test_a_file_of_a_release_that_is_altered_is_named(
    signed: Signed, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    workspace = copied(signed, tmp_path / "w")
    assert verify(workspace, capfd, "--hashes")[0] == 0
    release = workspace.releases / CYCLE / "v2"
    for name in (manifest.NAME, "tables/units.parquet", "dictionary.nl.md"):
        whole = (release / name).read_bytes()
        alter(release / name)
        code, said = verify(workspace, capfd, "--hashes")
        assert code == 1
        assert f"{name} was altered" in said
        assert "does not hold" in said
        (release / name).write_bytes(whole)


def test_bytes_received_that_are_altered_or_gone_are_named(signed: Signed, tmp_path: Path) -> None:
    workspace = copied(signed, tmp_path / "w")
    inputs = manifest.read(signed.release()).inputs
    alter(kept(workspace, inputs[0].sha256))
    kept(workspace, inputs[-1].sha256).unlink()
    assert faults_in_inputs(workspace.releases / CYCLE / "v2", workspace) == [
        f"the bytes received as {one.file} ({one.feed}, {one.sha256[:12]}…) {state}"
        for one, state in ((inputs[0], "were altered"), (inputs[-1], "are missing"))
    ]


def test_a_profile_or_a_draft_that_is_not_what_it_was_is_named(
    signed: Signed, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    workspace = copied(signed, tmp_path / "w")
    profile = workspace.profiles / manifest.read(signed.release()).profile.sha256
    alter(profile / "units.yaml")
    alter(workspace.releases / CYCLE / "v1" / manifest.NAME)
    code, said = verify(workspace, capfd)
    assert code == 1
    assert "was altered" in said
    assert "v1 beside it is not the draft that was signed off" in said
    shutil.rmtree(profile)
    assert "the profile" in verify(workspace, capfd)[1]


def test_without_the_key_of_the_pseudonyms_it_is_not_computed_again(
    signed: Signed, tmp_path: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("KWALITEITSMONITOR_PSEUDONYM_KEY", raising=False)
    code, said = verify(copied(signed, tmp_path / "w"), capfd)
    assert code == 2
    assert "the key for pseudonyms is missing" in said
    assert "--hashes" in said
    assert not (tmp_path / "w" / "pseudonym.key").exists(), "none is made"


def test_an_earlier_form_of_manifest_cannot_be_computed_again(
    signed: Signed, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    workspace = copied(signed, tmp_path / "w")
    sealed_anew(workspace.releases / CYCLE / "v2", format=1)
    code, told = verify(workspace, capfd)
    assert code == 1
    assert "does not say all that it rests on" in told


def test_where_it_is_computed_again_no_run_on_another_clock_clears_up(
    signed: Signed, monkeypatch: pytest.MonkeyPatch
) -> None:
    held = []
    monkeypatch.setattr(recompute, "_run", lambda release, profile, root, cycle: held.append(is_locked(root)))
    with pytest.raises(KwaliteitsmonitorError), recompute.recomputed(signed.release(), signed.workspace):
        pass
    assert held == [True]


def test_a_profile_that_was_edited_during_the_run_is_not_kept_for_another(leiden: Profile, tmp_path: Path) -> None:
    import dataclasses

    with pytest.raises(KwaliteitsmonitorError, match="edited while the cycle ran"):
        keep_profile(Workspace(tmp_path), dataclasses.replace(leiden, digest="0" * 64))
    assert list((tmp_path / "profiles").iterdir()) == []
    place = keep_profile(Workspace(tmp_path), leiden)
    assert place.name == leiden.digest
    alter(place / "units.yaml")
    assert load_profile(keep_profile(Workspace(tmp_path), leiden)).digest == leiden.digest
