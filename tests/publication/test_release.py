"""A release: immutable, the same bytes from the same inputs, and shown whole or not at all."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from kwaliteitsmonitor.foundation.workspace import Workspace
from kwaliteitsmonitor.releases.format.places import current
from kwaliteitsmonitor.releases.format.program import code_digest
from kwaliteitsmonitor.releases.format.release import publish
from schemas.exports.arrow import arrow_schema
from schemas.tables import CATALOGUE
from tests.publication.publishing import (
    CYCLE,
    WHO,
    inputs,
    leftovers,
    publish_made_up,
    shown,
    tables,
    tag_of,
    tree,
    versions,
)

ROOT = Path(__file__).resolve().parents[2]


def process(what: str, out: Path, **environment: str) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "tests.publication.publishing", what, str(out)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        env={**os.environ, **environment},
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_the_first_release_is_version_one_and_counts(tmp_path: Path) -> None:
    release = publish_made_up(tmp_path, "a", lacking=("niet geleverd: … / not delivered: …",))
    assert (release.cycle, release.version, release.status, release.new) == (CYCLE, 1, "draft", True)
    assert release.path == tmp_path / "releases" / CYCLE / "v1"
    assert release.lacking == ("niet geleverd: … / not delivered: …",)
    assert (tmp_path / "current" / CYCLE).resolve() == release.path.resolve()
    assert current(Workspace(tmp_path), CYCLE) == release.path.resolve()
    assert leftovers(tmp_path) == []


def test_the_link_survives_moving_the_whole_folder(tmp_path: Path) -> None:
    publish_made_up(tmp_path / "here", "a")
    (tmp_path / "here").rename(tmp_path / "there")
    assert shown(tmp_path / "there") == "a"


@pytest.mark.parametrize(
    ("tags", "numbers"),
    [
        pytest.param("aa", [1, 1], id="the same tables again are no new release"),
        pytest.param("aba", [1, 2, 3], id="going back to what was is a version of its own"),
        pytest.param("abcdefghijkk", [*range(1, 12), 11], id="after nine versions comes the tenth"),
    ],
)
def test_other_tables_are_a_new_version(tags: str, numbers: list[int], tmp_path: Path) -> None:
    made = [publish_made_up(tmp_path, tag) for tag in tags]
    assert [release.version for release in made] == numbers
    assert [release.new for release in made] == [tag != before for tag, before in zip(tags, " " + tags, strict=False)]
    assert versions(tmp_path) == [tag for tag, release in zip(tags, made, strict=True) if release.new]
    assert shown(tmp_path) == tags[-1]


def test_the_same_tables_through_a_link_to_the_folder_are_no_new_release(tmp_path: Path) -> None:
    publish_made_up(tmp_path / "real", "a")
    (tmp_path / "link").symlink_to(tmp_path / "real")
    assert [publish_made_up(tmp_path / "link", tag).new for tag in "ab"] == [False, True]
    assert versions(tmp_path / "real") == ["a", "b"]


def test_other_inputs_or_something_lacking_make_a_new_version_too(tmp_path: Path) -> None:
    workspace, cycle = Workspace(tmp_path), WHO.cycle(CYCLE)
    numbers = [
        publish(workspace, WHO, cycle, tables("a"), inputs(tag), lacking).version
        for tag, lacking in (("a", ()), ("b", ()), ("b", ("a unit",)), ("b", ("a unit",)))
    ]
    assert numbers == [1, 2, 3, 3]


def test_cycles_have_versions_of_their_own(tmp_path: Path) -> None:
    publish_made_up(tmp_path, "a")
    other = publish(Workspace(tmp_path), WHO, WHO.cycle("2020-09"), tables("a"), inputs("a"), ())
    assert other.version == 1
    assert sorted(p.name for p in (tmp_path / "current").iterdir()) == ["2020-09", CYCLE]


def test_the_manifest_says_what_the_release_was_made_of(tmp_path: Path) -> None:
    release = publish_made_up(tmp_path, "a", lacking=("a unit",))
    assert tag_of(release.path) == "a", "every hash holds and there is no other file"
    manifest = json.loads((release.path / "manifest.json").read_text())
    assert manifest["inputs"] == inputs("a")
    assert manifest["lacking"] == ["a unit"]
    assert (manifest["institution"], manifest["cycle"], manifest["reporting_year"]) == ("made-up", CYCLE, 2020)
    assert manifest["profile"] == {"version": "1", "sha256": "0" * 64}
    assert manifest["code"]["sha256"] == code_digest()
    assert "pyarrow" in manifest["libraries"]


def test_the_order_of_tables_and_inputs_does_not_matter(tmp_path: Path) -> None:
    workspace, cycle = Workspace(tmp_path), WHO.cycle(CYCLE)
    both = [*inputs("a"), *inputs("b")]
    publish(workspace, WHO, cycle, tables("a"), both, ())
    turned = dict(reversed(tables("a").items()))
    assert publish(workspace, WHO, cycle, turned, both[::-1], ()).new is False


def test_the_data_package_describes_every_table_with_its_hash(tmp_path: Path) -> None:
    release = publish_made_up(tmp_path, "a")
    package = json.loads((release.path / "datapackage.json").read_text())
    manifest = json.loads((release.path / "manifest.json").read_text())
    assert {r["name"] for r in package["resources"]} == set(tables("a"))
    for resource in package["resources"]:
        file = release.path / resource["path"]
        assert resource["hash"] == f"sha256:{manifest['files'][resource['path']]}"
        assert file.is_file()
        assert [f["name"] for f in resource["schema"]["fields"]] == list(CATALOGUE[resource["name"]].names)
    assert package["name"] == f"made-up-{CYCLE}"


def test_tables_are_those_that_were_given_in_the_types_of_their_contract(tmp_path: Path) -> None:
    release = publish_made_up(tmp_path, "a")
    for name, given in tables("a").items():
        read = pq.read_table(release.path / "tables" / f"{name}.parquet")
        assert read.equals(given)
        assert read.schema.equals(arrow_schema(CATALOGUE[name]))


def test_every_file_is_read_only(tmp_path: Path) -> None:
    release = publish_made_up(tmp_path, "a")
    assert {p.stat().st_mode & 0o777 for p in release.path.rglob("*") if p.is_file()} == {0o444}
    before = tree(release.path)
    publish_made_up(tmp_path, "b")
    assert tree(release.path) == before, "a later version touches no earlier one"


def test_when_building_fails_nothing_changes_and_nothing_is_left(tmp_path: Path) -> None:
    publish_made_up(tmp_path, "a")
    before = tree(tmp_path)
    with pytest.raises(KeyError):
        publish(Workspace(tmp_path), WHO, WHO.cycle(CYCLE), {"no_such_table": tables("a")["corrections"]}, [], ())
    assert tree(tmp_path) == before
    assert leftovers(tmp_path) == []
    assert shown(tmp_path) == "a"


def test_a_release_that_was_made_but_never_shown_is_shown_by_the_next_run(tmp_path: Path) -> None:
    publish_made_up(tmp_path, "a")
    (tmp_path / "current" / CYCLE).unlink()
    again = publish_made_up(tmp_path, "a")
    assert (again.version, again.new) == (1, True)
    assert shown(tmp_path) == "a"


@pytest.mark.parametrize(
    "what",
    [
        pytest.param("kill_at_each_step", id="killed at any step the old release is shown whole or the new one"),
        pytest.param("kill_the_first", id="killed at any step the first release is shown whole or not at all"),
        pytest.param("kill_at_random", id="killed at any moment every release that is there is whole"),
        pytest.param("at_once", id="runs at the same time never break each other"),
        pytest.param("leave_the_living", id="a run that still builds is not mistaken for one that was killed"),
    ],
)
def test_a_release_is_whole_whatever_becomes_of_the_run(what: str, tmp_path: Path) -> None:
    process(what, tmp_path)


def test_the_same_inputs_give_the_same_bytes_wherever_and_whenever(tmp_path: Path) -> None:
    settings = [
        {"TZ": "Europe/Amsterdam", "PYTHONHASHSEED": "1", "LC_ALL": "C"},
        {"TZ": "Pacific/Kiritimati", "PYTHONHASHSEED": "4711", "LC_ALL": "C.UTF-8"},
    ]
    seen = [process("show", tmp_path / str(i) / ("deep" * i), **s) for i, s in enumerate(settings)]
    assert seen[0] == seen[1]
    assert len(json.loads(seen[0])) == len(tables("a")) + 4
