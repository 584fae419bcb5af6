"""A small workspace with a release that rests on bytes received, and a place for backups of it."""

from __future__ import annotations

import hashlib
import io
import os
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from assets.publication.inputs import keep_profile
from kwaliteitsmonitor.connectors.destinations import Destination, Folder
from kwaliteitsmonitor.foundation.ownership import claim
from kwaliteitsmonitor.foundation.vault.store import Arrival, keep, receive
from kwaliteitsmonitor.foundation.workspace import Workspace
from kwaliteitsmonitor.operations.copies.backup import Made, back_up
from kwaliteitsmonitor.releases.format.release import Beside, Release, publish
from schemas.profile import Profile, load_profile, profile_folder
from tests.publication.publishing import tables

CYCLE = "2021-03"
LEFT_OUT = ("work/", "dagster/", "evaluations/", "logs/", "upkeep/", "catalog.duckdb", "delivered/fingerprints.json")
"""What of a workspace belongs in no backup: it is made again."""


class MadeUp:
    """A workspace that grows: each delivery is kept, and a release made of all of them."""

    def __init__(self, root: Path, profile: Profile) -> None:
        self.workspace = Workspace(root)
        self.profile = profile
        claim(self.workspace, profile.id)
        (root / "pseudonym.key").write_text("9f" * 32)
        (root / "pseudonym.key").chmod(0o600)
        for name in ("work/2021-03/staged/bfr.parquet", "dagster/dagster.yaml", "evaluations/a.json", "catalog.duckdb"):
            (root / name).parent.mkdir(parents=True, exist_ok=True)
            (root / name).write_bytes(b"made again")
        (root / "disclosure").mkdir(mode=0o700, exist_ok=True)
        (root / "disclosure" / f"000001-{'a' * 64}.json").write_text("{}")

    def release(self, content: bytes) -> Release:
        """Deliver these bytes and publish what rests on them."""
        sha256, size = keep(self.workspace, io.BytesIO(content))
        moment = datetime(2021, 3, 1, tzinfo=UTC)
        receive(self.workspace, "bfr", [Arrival("bfr.csv", sha256, size, date(2021, 3, 1), moment)])
        row = {"feed": "bfr", "period": "2020-3", "unit": None, "file": "bfr.csv", "sha256": sha256, "size": size}
        came = {"received_on": "2021-03-01", "arrived": None, "in_landing_zone": True}
        inputs = [{**row, **came, "uptake": 1, "version": 1, "status": "accepted"}]
        more: dict[str, Any] = {"landing": {"not_read": []}, "since": None, "disclosure": {"earlier": [1]}}
        keep_profile(self.workspace, self.profile)
        cycle, tag = self.profile.cycle(CYCLE), hashlib.sha256(content).hexdigest()[:8]
        return publish(self.workspace, self.profile, cycle, tables(tag), inputs, (), Beside(more))


@pytest.fixture(scope="session")
def leiden() -> Profile:
    return load_profile(profile_folder("leiden"))


@pytest.fixture
def made_up(tmp_path: Path, leiden: Profile) -> MadeUp:
    made = MadeUp(tmp_path / "out", leiden)
    made.release(lines(10))
    return made


def lines(amount: int) -> bytes:
    return f"unit;amount\nFGW;{amount}\n".encode()


def backed_up(made_up: MadeUp, place: Destination, **options: Any) -> Made:
    return back_up(made_up.workspace, place, "1.0", **{"with_key": True, "with_counts": False, **options})


class Dying(Folder):
    """A folder whose writer is killed when it puts another file there after so many, half-way through that file."""

    left = 0

    def put(self, name: str, source: Path | bytes, sha256: str) -> None:
        self.left -= 1
        if self.left < 0:
            (self.root / name).parent.mkdir(parents=True, exist_ok=True)
            (self.root / name).with_name(f".{Path(name).name}.half").write_bytes(b"half of it")
            os._exit(9)
        super().put(name, source, sha256)


def is_killed(work: Callable[[], object]) -> bool:
    """Do this in a process of its own, and whether that was killed over it."""
    child = os.fork()
    if child == 0:
        work()
        os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) != 0


def tree(root: Path) -> dict[str, str]:
    """Everything under a folder that belongs in a backup: hash and rights of files, where links lead."""
    present = {}
    for path in sorted(root.rglob("*")):
        name = path.relative_to(root).as_posix()
        if name.startswith((".", *LEFT_OUT)) or path.name.startswith("."):
            continue
        if path.is_symlink():
            present[name] = f"-> {path.readlink()}"
        elif path.is_file():
            present[name] = f"{path.stat().st_mode & 0o777:o} {hashlib.sha256(path.read_bytes()).hexdigest()}"
    return present
