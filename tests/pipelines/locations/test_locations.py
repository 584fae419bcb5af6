"""Several institutions in one deployment: each its own settings, places and assets, and nothing of another's."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import date
from pathlib import Path
from types import SimpleNamespace

import dagster as dg
import pytest
import yaml

from assets.common.resources import Institution
from assets.staged.assets import _tell_years_counted
from assets.staged.uptake import Change
from kwaliteitsmonitor.foundation.settings import Settings
from kwaliteitsmonitor.readers.delivery import Delivery
from pipelines.asset_prefix import group_in, located
from pipelines.definitions import build_definitions
from pipelines.locations import FOLDER, locations, read, workspace
from pipelines.sensors import _request
from schemas.environment import PREFIX
from schemas.errors import UsageError
from schemas.profile import load_profile, profile_folder

ROOT = Path(__file__).resolve().parents[3]
KEY = "a-key-of-more-than-thirty-two-characters"


def settings_of(folder: Path, name: str, **settings: str) -> Path:
    """A file of settings of a location, complete but for what a test gives or, with an empty value, leaves out."""
    given = {"INSTITUTION": "leiden", "OUT": f"{folder}/{name}/out", "LANDING": f"{folder}/{name}/landing"} | settings
    path = folder / f"{name}.env"
    lines = [
        "# A comment, and an empty line.",
        "",
        *(f"{PREFIX}{key}={value}" for key, value in given.items() if value),
    ]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
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
    path = settings_of(tmp_path, "north", **settings)
    path.write_text(path.read_text(encoding="utf-8") + f"{line}\n", encoding="utf-8")
    with pytest.raises(UsageError, match=sentence) as refused:
        read(path)
    assert "/twice" not in str(refused.value)
    assert "/elsewhere" not in str(refused.value)


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


def test_the_same_server_in_another_folder_is_another_place(tmp_path: Path) -> None:
    settings_of(tmp_path, "north", LANDING="sftp://host/north", SMTP_URL="smtp://mail")
    settings_of(tmp_path, "south", LANDING="sftp://host/south", SMTP_URL="smtp://mail")
    assert [one.name for one in locations(tmp_path)] == ["north", "south"]


def test_the_workspace_names_a_location_for_each_and_no_setting(tmp_path: Path) -> None:
    settings_of(tmp_path, "north", PSEUDONYM_KEY=KEY)
    settings_of(tmp_path, "south")
    text = workspace(locations(tmp_path))
    assert [one["python_module"] for one in yaml.safe_load(text)["load_from"]] == [
        {"module_name": "pipelines.locations", "attribute": name, "location_name": name} for name in ("north", "south")
    ]
    assert str(tmp_path) not in text


def test_the_workspace_that_is_shown_is_the_one_that_is_written(tmp_path: Path) -> None:
    shown = ROOT / "deploy" / "institutions"
    for path in shown.glob("*.env"):
        (tmp_path / path.name).write_bytes(path.read_bytes())
        (tmp_path / path.name).chmod(0o600)
    assert workspace(locations(tmp_path)) == (shown / "workspace.yaml").read_text(encoding="utf-8")


def test_a_process_of_one_location_knows_nothing_of_another(tmp_path: Path) -> None:
    """In a process of its own, for it takes up the settings of its location for good."""
    settings_of(tmp_path, "north", PSEUDONYM_KEY=KEY)
    settings_of(tmp_path, "south", PSEUDONYM_KEY="another-key-of-more-than-32-characters")
    (tmp_path / "south.env").chmod(0)
    script = """
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
    environment = {name: value for name, value in os.environ.items() if not name.startswith((PREFIX, "DAGSTER"))}
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", script],
        cwd=ROOT,
        env=environment | {FOLDER: str(tmp_path), f"{PREFIX}BFR_URL": "LEFT by who started it"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    first, second = done.stdout.splitlines()
    assert first == f"north {tmp_path}/north/out"
    assert second.startswith("UsageError this process is of location 'north' and cannot become that of 'south'")


def test_without_a_location_the_keys_are_as_they_always_were() -> None:
    keys = build_definitions(Institution(institution="leiden")).resolve_asset_graph().get_all_asset_keys()
    assert {len(key.path) for key in keys} == {2}


def test_no_asset_group_or_check_of_two_locations_is_the_same() -> None:
    names = ("north", "south-1")
    both = [build_definitions(Institution(institution="leiden", location=name)) for name in names]
    of_one, of_other = ({"keys": set(), "groups": set(), "checks": set(), "parents": set()} for _ in names)
    for definitions, of in zip(both, (of_one, of_other), strict=True):
        graph = definitions.resolve_asset_graph()
        of["keys"] = set(graph.get_all_asset_keys())
        of["groups"] = {graph.get(key).group_name for key in of["keys"]}
        of["checks"] = set(graph.asset_check_keys)
        of["parents"] = {parent for key in of["keys"] for parent in graph.get(key).parent_keys}
    for kind, members in of_one.items():
        assert members
        assert not members & of_other[kind], kind
    assert {key.path[0] for of in (of_one, of_other) for key in of["parents"]} == set(names)
    jobs = [{job.name: job.asset_layer.executable_asset_keys for job in one.resolve_all_job_defs()} for one in both]
    assert set(jobs[0]) == set(jobs[1])
    assert all(key.path[0] == "north" for keys in jobs[0].values() for key in keys)


def test_a_key_and_a_group_have_the_location_before_them() -> None:
    key = dg.AssetKey(["facts", "staff"])
    assert located(key, "south-1").path == ["south-1", "facts", "staff"]
    assert (located(key, ""), group_in("facts", ""), group_in("facts", "south-1")) == (key, "facts", "south_1_facts")


@pytest.mark.parametrize("location", [[], ["north"]])
def test_that_a_year_was_counted_is_told_of_the_asset_of_the_location(location: list[str]) -> None:
    profile = load_profile(profile_folder("leiden"))
    feed = next(feed for feed in profile.feeds if "evaluations" in feed.tables)
    events: list[dg.AssetMaterialization] = []
    step = SimpleNamespace(
        selected_asset_keys={dg.AssetKey([*location, "staged", "evaluations"])},
        partition_key="2021-03",
        log_event=events.append,
    )
    delivery = Delivery(feed.id, 0, "", "", 0, date(2020, 12, 1), "2019-2020")
    _tell_years_counted(step, profile, feed, [delivery])  # type: ignore[arg-type]
    assert [event.asset_key.path for event in events] == [[*location, "evaluations", "year"]]


def test_deliveries_that_one_location_took_up_are_new_to_another() -> None:
    """An institution may have two locations, one to try things out in; each knows what it took up itself."""
    profile = load_profile(profile_folder("leiden"))
    change = Change(profile.feeds[0], "contents", "k" * 64, 1)
    cycle = profile.cycle("2021-03")
    with dg.DagsterInstance.ephemeral() as instance:
        settings = [Settings(institution="leiden", location=name) for name in ("north", "")]
        requests = [_request(instance, one, cycle, change) for one in settings]
    keys = [one.run_key for one in requests if isinstance(one, dg.RunRequest)]
    assert [str(key).split("-2021")[0] for key in keys] == ["north", "leiden"]
