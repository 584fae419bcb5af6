"""A release: immutable, the same bytes from the same inputs, shown whole or not at all; and what it refers to."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from assets.publication.inputs import seen_before
from kwaliteitsmonitor.foundation.workspace import Workspace
from kwaliteitsmonitor.releases.format.places import current
from kwaliteitsmonitor.releases.format.program import code_digest
from kwaliteitsmonitor.releases.format.reference import reference, referred
from kwaliteitsmonitor.releases.format.release import Release, publish
from schemas.errors import KwaliteitsmonitorError
from schemas.exports.arrow import arrow_schema
from schemas.tables import CATALOGUE
from schemas.words import Words
from tests.publication import publishing
from tests.publication.publishing import CYCLE, WHO, inputs, leftovers, publish_made_up, shown, sign_off, tables


def published(out: Path, tag: str, cycle: str = CYCLE, lacking: tuple[Words, ...] = (), of: str = "") -> Release:
    return publish(Workspace(out), WHO, WHO.cycle(cycle), tables(tag), inputs(of or tag), lacking)


def test_the_first_release_is_version_one_counts_and_says_what_it_was_made_of(tmp_path: Path) -> None:
    release = publish_made_up(tmp_path, "a", lacking=(Words("niet geleverd: …", "not delivered: …"),))
    assert (release.cycle, release.version, release.status, release.new) == (CYCLE, 1, "draft", True)
    assert release.path == tmp_path / "releases" / CYCLE / "v1"
    assert (tmp_path / "current" / CYCLE).resolve() == current(Workspace(tmp_path), CYCLE) == release.path.resolve()
    assert (shown(tmp_path), leftovers(tmp_path)) == ("a", []), "every hash holds and there is no other file"
    manifest = json.loads((release.path / "manifest.json").read_text())
    assert manifest["inputs"] == inputs("a")
    assert manifest["lacking"] == ["niet geleverd: … / not delivered: …"]
    assert (manifest["lacking_nl"], manifest["lacking_en"]) == (["niet geleverd: …"], ["not delivered: …"])
    assert release.lacking == (Words("niet geleverd: …", "not delivered: …"),)
    assert (manifest["institution"], manifest["cycle"], manifest["reporting_year"]) == ("made-up", CYCLE, 2020)
    assert manifest["profile"] == {"version": "1", "sha256": "0" * 64}
    assert manifest["code"]["sha256"] == code_digest()
    assert "pyarrow" in manifest["libraries"]


def test_tables_are_those_given_in_the_types_of_their_contract_and_described_with_a_hash(tmp_path: Path) -> None:
    release = publish_made_up(tmp_path, "a").path
    package, manifest = (json.loads((release / f"{n}.json").read_text()) for n in ("datapackage", "manifest"))
    assert package["name"] == f"made-up-{CYCLE}"
    described = {resource["name"]: resource for resource in package["resources"]}
    assert described.keys() == tables("a").keys()
    for name, content in tables("a").items():
        read = pq.read_table(release / described[name]["path"])
        assert read.equals(content)
        assert read.schema.equals(arrow_schema(CATALOGUE[name]))
        assert described[name]["hash"] == f"sha256:{manifest['files'][described[name]['path']]}"
        assert [f["name"] for f in described[name]["schema"]["fields"]] == list(CATALOGUE[name].names)


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
    assert publishing.versions(tmp_path) == [tag for tag, release in zip(tags, made, strict=True) if release.new]
    assert shown(tmp_path) == tags[-1]


def test_the_same_through_a_link_or_in_another_order_is_no_new_release_and_other_inputs_are(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(tmp_path / "real")
    asked = (
        ("real", "a", ()),
        ("link", "a", ()),
        ("link", "b", ()),
        ("link", "b", (Words("een eenheid", "a unit"),)),
        ("real", "b", (Words("een eenheid", "a unit"),)),
    )
    made = [published(tmp_path / place, "a", lacking=lacking, of=of).version for place, of, lacking in asked]
    assert made == [1, 1, 2, 3, 3]
    both, cycle = [*inputs("a"), *inputs("b")], WHO.cycle(CYCLE)
    turned = dict(reversed(tables("a").items()))
    assert publish(Workspace(tmp_path / "two"), WHO, cycle, tables("a"), both, ()).new is True
    assert publish(Workspace(tmp_path / "two"), WHO, cycle, turned, both[::-1], ()).new is False


def test_every_file_is_read_only(tmp_path: Path) -> None:
    release = publish_made_up(tmp_path, "a")
    assert {p.stat().st_mode & 0o777 for p in release.path.rglob("*") if p.is_file()} == {0o444}
    before = publishing.tree(release.path)
    publish_made_up(tmp_path, "b")
    assert publishing.tree(release.path) == before


def test_when_building_fails_nothing_changes_and_what_was_never_shown_is_by_the_next_run(tmp_path: Path) -> None:
    publish_made_up(tmp_path, "a")
    before = publishing.tree(tmp_path)
    with pytest.raises(KeyError):
        publish(Workspace(tmp_path), WHO, WHO.cycle(CYCLE), {"no_such_table": tables("a")["corrections"]}, [], ())
    assert (publishing.tree(tmp_path), leftovers(tmp_path), shown(tmp_path)) == (before, [], "a")
    (tmp_path / "current" / CYCLE).unlink()
    again = publish_made_up(tmp_path, "a")
    assert (again.version, again.new, shown(tmp_path)) == (1, True, "a")


@pytest.mark.parametrize(
    "what",
    [
        pytest.param("kill_at_each_step", id="killed at any step what was shown is shown whole or the new one"),
        pytest.param("kill_a_sign_off_at_its_steps", id="killed at any step of a sign-off a whole release is shown"),
        pytest.param("kill_at_random_moments", id="killed at any moment every release that is there is whole"),
        pytest.param("at_once", id="runs at the same time never break each other"),
        pytest.param("leave_the_living", id="a run that still builds is not mistaken for one that was killed"),
    ],
)
def test_a_release_is_whole_whatever_becomes_of_the_run(what: str, tmp_path: Path) -> None:
    publishing.process(what, tmp_path)


def test_councils_saw_the_release_that_counts_of_the_last_cycle_about_the_same_year(tmp_path: Path) -> None:
    workspace = Workspace(tmp_path)
    assert seen_before(workspace, WHO, "2021-05") is None
    assert published(tmp_path, "a", "2020-09").version == published(tmp_path, "a", "2020-03").version == 1
    assert seen_before(workspace, WHO, "2021-05") is None, "those report on the year before"
    publish_made_up(tmp_path, "a")
    final = sign_off(tmp_path)
    publish_made_up(tmp_path, "b")
    assert seen_before(workspace, WHO, "2021-05") == final.path.resolve(), "a draft after it was shown to nobody"
    assert seen_before(workspace, WHO, CYCLE) is None, "a cycle does not come before itself"
    assert seen_before(workspace, WHO, "2022-03") is None


def test_a_release_is_referred_to_as_it_was_then(tmp_path: Path) -> None:
    workspace = Workspace(tmp_path)
    made = publish_made_up(tmp_path, "a").path
    to = reference(made)
    assert (to.cycle, to.version, referred(workspace, to), referred(workspace, None)) == (CYCLE, "v1", made, None)
    with pytest.raises(KwaliteitsmonitorError, match="release 2021-03/v1, from which this one tells what changed"):
        referred(workspace, replace(to, manifest="0" * 64))
