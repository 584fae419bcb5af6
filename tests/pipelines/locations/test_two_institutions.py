"""Two institutions run in one process with one Dagster, and nothing of the one comes into what is the other's."""

from __future__ import annotations

import hashlib
import json
import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import dagster as dg
import pyarrow.parquet as pq
import pytest

from assets.common.resources import Institution
from kwaliteitsmonitor.sample.plain import write_plain_sample
from pipelines.definitions import build_definitions
from schemas.errors import UsageError
from schemas.profile import load_profile, profile_folder
from tests.sample_year import QUIET

CYCLE, YEAR = "2025-04", 2024
NAMES = ("noord", "zuid")
TOKENS = {"noord": "NRDLCHT", "zuid": "ZDRKRS"}
"""A unit of each institution that the other does not have: it stands in whatever is made of its deliveries."""


@dataclass(frozen=True)
class Pair:
    """Both institutions after their cycles, and what each workspace held before the other one ran."""

    folder: Path
    instance: dg.DagsterInstance
    before: dict[str, str]

    def out(self, name: str) -> Path:
        return self.folder / name / "out"

    def landing(self, name: str) -> Path:
        return self.folder / name / "landing"


@pytest.fixture(scope="module")
def pair(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pair]:
    folder = tmp_path_factory.mktemp("pair")
    with dg.DagsterInstance.ephemeral() as instance:
        before = {}
        for seed, name in enumerate(NAMES):
            profile = load_profile(institution(folder, name))
            write_plain_sample(profile, folder / name / "landing", (YEAR - 1, YEAR), seed=seed)
            run(folder, name, instance)
            before |= digests(folder / NAMES[0] / "out") if name == NAMES[0] else {}
        yield Pair(folder, instance, before)


def institution(folder: Path, name: str) -> Path:
    """A profile of its own: another id, and a unit that is found back in whatever is made of it."""
    place = folder / name / "profile"
    shutil.copytree(profile_folder("hogeschool-leiden"), place)
    for path in (*place.glob("*.yaml"), *place.glob("*.csv")):
        text = path.read_text(encoding="utf-8").replace("id: hogeschool-leiden", f"id: {name}")
        path.write_text(re.sub(r"\bEDU\b", TOKENS[name], text), encoding="utf-8")
    return place


def where(folder: Path, name: str) -> Institution:
    """Where an institution's data come from and go to."""
    of = folder / name
    return Institution(institution=str(of / "profile"), landing=str(of / "landing"), out=str(of / "out"), location=name)


def run(folder: Path, name: str, instance: dg.DagsterInstance) -> None:
    job = build_definitions(where(folder, name)).resolve_job_def("cycle")
    result = job.execute_in_process(instance=instance, partition_key=CYCLE, run_config=QUIET, raise_on_error=False)
    assert result.success


def digests(folder: Path) -> dict[str, str]:
    files = (path for path in folder.rglob("*") if path.is_file())
    return {str(path): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def text_of(path: Path) -> str:
    """What stands in a file: the values of a table, and of anything else its bytes."""
    if path.suffix == ".parquet":
        return str(pq.read_table(path).to_pylist())
    return path.read_bytes().decode("latin-1")


def test_running_the_second_changes_no_byte_of_the_first(pair: Pair) -> None:
    assert pair.before
    assert digests(pair.out("noord")) == pair.before


@pytest.mark.parametrize(("name", "other"), [NAMES, NAMES[::-1]])
def test_nothing_of_one_stands_in_what_is_the_others(pair: Pair, name: str, other: str) -> None:
    files = [path for path in pair.out(name).rglob("*") if path.is_file()]
    own, foreign = TOKENS[name], (TOKENS[other], str(pair.folder / other))
    assert any(own in text_of(path) for path in files)
    assert [path for path in files if any(word in text_of(path) or word in str(path) for word in foreign)] == []


def test_the_bytes_that_each_keeps_are_those_that_were_delivered_to_it(pair: Pair) -> None:
    for name in NAMES:
        kept = {path.name for path in (pair.out(name) / "delivered" / "sha256").rglob("*") if path.is_file()}
        delivered = set(digests(pair.landing(name)).values())
        assert kept
        assert kept <= delivered
    keys = [(pair.out(name) / "pseudonym.key").read_text() for name in NAMES]
    assert keys[0] != keys[1]


def test_dagster_keeps_what_happened_to_each_apart(pair: Pair) -> None:
    made = {key.path[0] for key in pair.instance.get_asset_keys()}
    assert made == set(NAMES)
    runs = pair.instance.get_runs()
    assert sorted(run.tags["institution"] for run in runs) == sorted(NAMES)
    for run in runs:
        events = [entry.dagster_event for entry in pair.instance.all_logs(run.run_id)]
        told = {event.asset_key.path[0] for event in events if event is not None and event.asset_key is not None}
        assert told == {run.tags["institution"]}


def test_an_institution_refuses_the_workspace_of_the_other_and_leaves_it_as_it_was(pair: Pair) -> None:
    before = digests(pair.out("zuid"))
    mistaken = Institution(
        institution=str(pair.folder / "noord" / "profile"),
        landing=str(pair.landing("noord")),
        out=str(pair.out("zuid")),
    )
    with pytest.raises(UsageError, match="this workspace is of 'zuid'; expected one of 'noord'"):
        mistaken.settings.workspace  # noqa: B018
    with dg.DagsterInstance.ephemeral() as instance:
        job = build_definitions(mistaken).resolve_job_def("cycle")
        result = job.execute_in_process(instance=instance, partition_key=CYCLE, run_config=QUIET, raise_on_error=False)
    assert not result.success
    assert digests(pair.out("zuid")) == before


def test_each_release_is_its_own_institutions(pair: Pair) -> None:
    for name in NAMES:
        manifest = json.loads((pair.out(name) / "current" / CYCLE / "manifest.json").read_text(encoding="utf-8"))
        assert manifest["institution"] == name
