"""Several institutions in one deployment: each its own settings, places and assets, and nothing of another's."""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from types import SimpleNamespace

import dagster as dg
import pyarrow.parquet as pq
import pytest
import yaml

from assets.common.resources import Institution
from assets.staged.assets import _tell_years_counted
from assets.staged.uptake import Change
from kwaliteitsmonitor.foundation.settings import Settings
from kwaliteitsmonitor.readers.delivery import Delivery
from kwaliteitsmonitor.sample.plain import write_plain_sample
from pipelines.asset_prefix import group_in, located
from pipelines.definitions import build_definitions
from pipelines.locations import FOLDER, locations, read, workspace
from pipelines.sensors import _request
from schemas.environment import PREFIX
from schemas.errors import UsageError
from schemas.profile import load_profile, profile_folder
from tests.sample_year import QUIET

ROOT = Path(__file__).resolve().parents[3]
KEY = "a-key-of-more-than-thirty-two-characters"


def settings_of(folder: Path, name: str, *more: str, **settings: str) -> Path:
    """A file of settings of a location, complete but for what a test gives or, with an empty value, leaves out."""
    own = {"INSTITUTION": "leiden", "OUT": f"{folder}/{name}/out", "LANDING": f"{folder}/{name}/landing"} | settings
    path = folder / f"{name}.env"
    lines = ["# A comment, and an empty line.", "", *(f"{PREFIX}{key}={value}" for key, value in own.items() if value)]
    path.write_text("\n".join([*lines, *more]) + "\n", encoding="utf-8")
    path.chmod(0o600)
    return path


def test_a_location_has_the_settings_of_its_file(tmp_path: Path) -> None:
    location = read(settings_of(tmp_path, "north", PSEUDONYM_KEY=f'"{KEY}"', LANDING=""))
    assert (location.name, location.settings[f"{PREFIX}PSEUDONYM_KEY"]) == ("north", KEY)
    assert location.landing == f"{tmp_path}/north/out/landing"


@pytest.mark.parametrize(
    ("settings", "line", "sentence"),
    [
        ({}, "no setting", "line 6 is no setting"),
        ({}, f"{PREFIX}OUT=/twice", "line 6 is no setting"),
        ({}, "DAGSTER_HOME=/elsewhere", "DAGSTER_HOME is no setting of a location"),
        ({}, f"{PREFIX}LOCATION=other", f"{PREFIX}LOCATION is no setting of a location"),
        ({}, f"{PREFIX}DAGSTER_URL=postgresql://x", f"{PREFIX}DAGSTER_URL is no setting of a location"),
        ({"INSTITUTION": ""}, "", "INSTITUTION is lacking"),
        ({"OUT": ""}, "", "OUT is lacking"),
        ({"OUT": "data/north"}, "", "OUT is not a whole address"),
        ({"LANDING": "landing"}, "", "LANDING is not a whole address"),
    ],
)
def test_a_file_that_does_not_hold_is_refused_without_its_values(
    settings: dict[str, str], line: str, sentence: str, tmp_path: Path
) -> None:
    with pytest.raises(UsageError, match=sentence) as refused:
        read(settings_of(tmp_path, "north", line, **settings))
    assert not re.search("/twice|/elsewhere", str(refused.value))


def test_a_secret_that_anyone_can_read_is_refused(tmp_path: Path) -> None:
    path = settings_of(tmp_path, "north", PSEUDONYM_KEY=KEY)
    path.chmod(0o644)
    with pytest.raises(UsageError, match="holds a secret and anyone can read it") as refused:
        read(path)
    assert KEY not in str(refused.value)


@pytest.mark.parametrize(
    ("settings", "sentence"),
    [
        ({"LANDING": "{folder}/north/landing"}, "a place for their landing zone"),
        ({"LANDING": "{folder}/north/landing/deeper"}, "a place for their landing zone"),
        ({"OUT": "{folder}/north/out"}, "a place for their out"),
        ({"OUT": "{folder}/north/out/south"}, "a place for their out"),
        ({"OUT": "{folder}/link"}, "a place for their out"),
        ({"LANDING": "{folder}/north/out/releases"}, "what the one delivers lies in what is the other's"),
        ({"FINANCE_URL": "oracle://db/north"}, f"the address in {PREFIX}FINANCE_URL"),
        ({"PSEUDONYM_KEY": KEY, "INSTITUTION": "other"}, "their key for pseudonyms"),
    ],
)
def test_two_locations_that_would_meet_are_refused(tmp_path: Path, settings: dict[str, str], sentence: str) -> None:
    (tmp_path / "north" / "out").mkdir(parents=True)
    (tmp_path / "link").symlink_to(tmp_path / "north" / "out")
    settings_of(tmp_path, "north", FINANCE_URL="oracle://db/north", PSEUDONYM_KEY=KEY)
    settings_of(tmp_path, "south", **{name: value.format(folder=tmp_path) for name, value in settings.items()})
    with pytest.raises(UsageError, match="north and south share") as refused:
        locations(tmp_path)
    assert sentence in str(refused.value)
    assert KEY not in str(refused.value)


def test_the_workspace_names_a_location_for_each_and_no_setting(tmp_path: Path) -> None:
    # The same server in another folder is another place.
    settings_of(tmp_path, "north", LANDING="sftp://host/north", SMTP_URL="smtp://mail", PSEUDONYM_KEY=KEY)
    settings_of(tmp_path, "south", LANDING="sftp://host/south", SMTP_URL="smtp://mail")
    text = workspace(locations(tmp_path))
    assert [one["python_module"] for one in yaml.safe_load(text)["load_from"]] == [
        {"module_name": "pipelines.locations", "attribute": name, "location_name": name} for name in ("north", "south")
    ]
    assert not re.search(f"{tmp_path}|{KEY}|host|mail", text)


def test_the_workspace_that_is_shown_is_the_one_that_is_written(tmp_path: Path) -> None:
    shown = ROOT / "deploy" / "institutions"
    for path in shown.glob("*.env"):
        (tmp_path / path.name).write_bytes(path.read_bytes())
        (tmp_path / path.name).chmod(0o600)
    assert workspace(locations(tmp_path)) == (shown / "workspace.yaml").read_text(encoding="utf-8")


PROCESS = """
import os, sys
import pipelines.locations
from dagster import AssetKey
definitions = getattr(pipelines.locations, "north")
keys = definitions.resolve_asset_graph().get_all_asset_keys()
assert {key.path[0] for key in keys} == {"north"}, keys
assert AssetKey(["north", "publication", "release"]) in keys
ours = {name: value for name, value in os.environ.items() if name.startswith("KWALITEITSMONITOR_")}
assert "LEFT" not in str(ours) and "south" not in str(ours), ours
print(ours["KWALITEITSMONITOR_LOCATION"], ours["KWALITEITSMONITOR_OUT"])
try:
    getattr(pipelines.locations, "south")
except Exception as error:
    print(type(error).__name__, error)
"""


def test_a_process_of_one_location_knows_nothing_of_another(tmp_path: Path) -> None:
    """In a process of its own, for it takes up the settings of its location for good."""
    settings_of(tmp_path, "north", PSEUDONYM_KEY=KEY)
    settings_of(tmp_path, "south", PSEUDONYM_KEY="another-key-of-more-than-32-characters").chmod(0)
    environment = {name: value for name, value in os.environ.items() if not name.startswith((PREFIX, "DAGSTER"))}
    environment |= {FOLDER: str(tmp_path), f"{PREFIX}BFR_URL": "LEFT by who started it"}
    command = [sys.executable, "-W", "ignore", "-c", PROCESS]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    first, second = done.stdout.splitlines()
    assert first == f"north {tmp_path}/north/out"
    assert second.startswith("UsageError this process is of location 'north' and cannot become that of 'south'")


def test_no_asset_group_or_check_of_two_locations_is_the_same_and_without_one_keys_are_as_they_always_were() -> None:
    names = ("north", "south-1", "")
    north, south, alone = (build_definitions(Institution(institution="leiden", location=name)) for name in names)
    assert {len(key.path) for key in alone.resolve_asset_graph().get_all_asset_keys()} == {2}
    for of_north, of_south in zip(parts(north), parts(south), strict=True):
        assert of_north
        assert not of_north & of_south
    parents = {key.path[0] for one in (north, south) for key in parts(one)[3]}
    assert parents == set(names[:2])
    jobs = [
        {job.name: job.asset_layer.executable_asset_keys for job in one.resolve_all_job_defs()}
        for one in (north, south)
    ]
    assert set(jobs[0]) == set(jobs[1])
    assert all(key.path[0] == "north" for keys in jobs[0].values() for key in keys)
    key = dg.AssetKey(["facts", "staff"])
    assert located(key, "south-1").path == ["south-1", "facts", "staff"]
    assert (located(key, ""), group_in("facts", ""), group_in("facts", "south-1")) == (key, "facts", "south_1_facts")


def parts(definitions: dg.Definitions) -> tuple[set[dg.AssetKey], set[str], set[dg.AssetCheckKey], set[dg.AssetKey]]:
    """The keys, groups, checks and parents of all assets."""
    graph = definitions.resolve_asset_graph()
    keys = set(graph.get_all_asset_keys())
    parents = {parent for key in keys for parent in graph.get(key).parent_keys}
    return keys, {graph.get(key).group_name for key in keys}, set(graph.asset_check_keys), parents


@pytest.mark.parametrize("location", [[], ["north"]])
def test_that_a_year_was_counted_is_told_of_the_asset_of_the_location(location: list[str]) -> None:
    profile = load_profile(profile_folder("leiden"))
    feed = next(feed for feed in profile.feeds if "evaluations" in feed.tables)
    events: list[dg.AssetMaterialization] = []
    keys = {dg.AssetKey([*location, "staged", "evaluations"])}
    step = SimpleNamespace(selected_asset_keys=keys, partition_key="2021-03", log_event=events.append)
    delivery = Delivery(feed.id, 0, "", "", 0, date(2020, 12, 1), "2019-2020")
    _tell_years_counted(step, profile, feed, [delivery])  # type: ignore[arg-type]
    assert [event.asset_key.path for event in events] == [[*location, "evaluations", "year"]]


def test_deliveries_that_one_location_took_up_are_new_to_another() -> None:
    """An institution may have two locations, one to try things out in; each knows what it took up itself."""
    profile = load_profile(profile_folder("leiden"))
    change = Change(profile.feeds[0], "contents", "k" * 64, 1)
    with dg.DagsterInstance.ephemeral() as instance:
        settings = [Settings(institution="leiden", location=name) for name in ("north", "")]
        requests = [_request(instance, one, profile.cycle("2021-03"), change) for one in settings]
    keys = [one.run_key for one in requests if isinstance(one, dg.RunRequest)]
    assert [str(key).split("-2021")[0] for key in keys] == ["north", "leiden"]


CYCLE, YEAR = "2025-04", 2024
NAMES = ("noord", "zuid")
TOKENS = {"noord": "NRDLCHT", "zuid": "ZDRKRS"}
"""A unit of each institution that the other does not have: it stands in whatever is made of its deliveries."""


@dataclass(frozen=True)
class Pair:
    """Two institutions in one process with one Dagster, after their cycles; each has a profile of its own.

    `before` is what the workspace of the first held after its own run, and after that of the other.
    """

    folder: Path
    instance: dg.DagsterInstance
    before: list[dict[str, str]] = field(default_factory=list)

    def place(self, name: str, inside: str = "out") -> Path:
        return self.folder / name / inside

    def found(self, name: str, seed: int) -> None:
        profile = self.place(name, "profile")
        shutil.copytree(profile_folder("hogeschool-leiden"), profile)
        for path in (*profile.glob("*.yaml"), *profile.glob("*.csv")):
            text = path.read_text(encoding="utf-8").replace("id: hogeschool-leiden", f"id: {name}")
            path.write_text(re.sub(r"\bEDU\b", TOKENS[name], text), encoding="utf-8")
        write_plain_sample(load_profile(profile), self.place(name, "landing"), (YEAR - 1, YEAR), seed=seed)

    def where(self, name: str, out: str, location: str) -> Institution:
        profile, landing = (str(self.place(name, inside)) for inside in ("profile", "landing"))
        return Institution(institution=profile, landing=landing, out=str(self.place(out)), location=location)


def succeeds(where: Institution, instance: dg.DagsterInstance) -> bool:
    job = build_definitions(where).resolve_job_def("cycle")
    run = job.execute_in_process(instance=instance, partition_key=CYCLE, run_config=QUIET, raise_on_error=False)
    return bool(run.success)


def digests(folder: Path) -> dict[str, str]:
    files = (path for path in folder.rglob("*") if path.is_file())
    return {str(path): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


@pytest.fixture(scope="module")
def pair(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pair]:
    with dg.DagsterInstance.ephemeral() as instance:
        both = Pair(tmp_path_factory.mktemp("pair"), instance)
        for seed, name in enumerate(NAMES):
            both.found(name, seed)
            assert succeeds(both.where(name, name, name), instance)
            both.before.append(digests(both.place("noord")))
        yield both


def text_of(path: Path) -> str:
    """What stands in a file: the values of a table, and of anything else its bytes."""
    return str(pq.read_table(path).to_pylist()) if path.suffix == ".parquet" else path.read_bytes().decode("latin-1")


@pytest.mark.parametrize(("name", "other"), [NAMES, NAMES[::-1]])
def test_nothing_of_one_institution_stands_in_what_is_the_others(pair: Pair, name: str, other: str) -> None:
    assert pair.before[0] == pair.before[1] != {}, "running the second changes no byte of the first"
    files = [path for path in pair.place(name).rglob("*") if path.is_file()]
    own, foreign = TOKENS[name], (TOKENS[other], str(pair.folder / other))
    assert any(own in text_of(path) for path in files)
    assert [path for path in files if any(word in text_of(path) or word in str(path) for word in foreign)] == []
    kept = {path.name for path in (pair.place(name) / "delivered" / "sha256").rglob("*") if path.is_file()}
    assert kept
    assert kept <= set(digests(pair.place(name, "landing")).values())
    mine, theirs = ((pair.place(one) / "pseudonym.key").read_text() for one in (name, other))
    assert mine != theirs
    manifest = (pair.place(name) / "current" / CYCLE / "manifest.json").read_text(encoding="utf-8")
    assert json.loads(manifest)["institution"] == name


def test_dagster_keeps_what_happened_to_each_apart(pair: Pair) -> None:
    assert {key.path[0] for key in pair.instance.get_asset_keys()} == set(NAMES)
    runs = pair.instance.get_runs()
    assert sorted(run.tags["institution"] for run in runs) == sorted(NAMES)
    for run in runs:
        events = [entry.dagster_event for entry in pair.instance.all_logs(run.run_id)]
        keys = {event.asset_key.path[0] for event in events if event is not None and event.asset_key is not None}
        assert keys == {run.tags["institution"]}


def test_an_institution_refuses_the_workspace_of_the_other_and_leaves_it_as_it_was(pair: Pair) -> None:
    before = digests(pair.place("zuid"))
    mistaken = pair.where("noord", "zuid", "")
    with pytest.raises(UsageError, match="this workspace is of 'zuid'; expected one of 'noord'"):
        mistaken.settings.workspace  # noqa: B018
    with dg.DagsterInstance.ephemeral() as instance:
        assert not succeeds(mistaken, instance)
    assert digests(pair.place("zuid")) == before
