"""The report in a release: rendered where anything changed, and taken over from a version that is the same."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import pytest

from kwaliteitsmonitor.releases.report.attachments import extra_files
from tests.made_up import mean, profile
from tests.releases.report.releases import figure, write_release

WHO = profile(indicators=[mean()])
NAME = f"report/{WHO.id}-2021-03.nl.html"
BEFORE = b"<p>as it was rendered before</p>"


def building(home: Path, value: float = 3.9, **manifest: Any) -> Path:
    return write_release(
        home / ".building-1", {"indicator_values": [figure(value=value)]}, reports=["html"], **manifest
    )


def published(home: Path, **said: Any) -> Path:
    """A version beside it whose report says what no rendering does."""
    version = write_release(home / "v1", {"indicator_values": [figure()]}, reports=["html"], **said)
    path = version / "manifest.json"
    manifest = json.loads(path.read_text())
    names = [NAME.replace(".nl.", f".{language}.") for language in WHO.institution.languages]
    for name in names:
        (version / name).parent.mkdir(exist_ok=True)
        (version / name).write_bytes(BEFORE)
        manifest["files"][name] = hashlib.sha256(BEFORE).hexdigest()
    path.write_text(json.dumps(manifest))
    return version


def made(folder: Path) -> dict[str, bytes]:
    return dict(extra_files(WHO, None)(folder))


def test_the_report_is_rendered_where_there_is_no_version_before(tmp_path: Path) -> None:
    found = made(building(tmp_path))
    assert found[NAME].startswith(b"<!DOCTYPE html>")


def test_a_version_that_is_the_same_gives_its_report(tmp_path: Path) -> None:
    published(tmp_path)
    assert made(building(tmp_path))[NAME] == BEFORE


@pytest.mark.parametrize(
    "other",
    [
        {"value": 3.8},
        {"status": "final"},
        {"code": {"version": "0.1.0", "sha256": "1" * 64}},
        {"libraries": {"a": "2"}},
    ],
    ids=["figure", "status", "code", "library"],
)
def test_whatever_a_report_follows_from_has_it_rendered_anew(tmp_path: Path, other: dict[str, Any]) -> None:
    published(tmp_path)
    assert made(building(tmp_path, **other))[NAME].startswith(b"<!DOCTYPE html>")


def test_what_was_known_of_earlier_releases_does_not(tmp_path: Path) -> None:
    published(tmp_path, disclosure={"earlier": []})
    assert made(building(tmp_path, disclosure={"earlier": [1]}))[NAME] == BEFORE


@pytest.mark.parametrize("harm", ["altered", "gone"])
def test_a_report_that_is_not_what_was_published_is_not_taken_over(tmp_path: Path, harm: str) -> None:
    path = published(tmp_path) / NAME
    if harm == "altered":
        path.write_bytes(BEFORE + b" ")
    else:
        path.unlink()
    assert made(building(tmp_path))[NAME].startswith(b"<!DOCTYPE html>")


def test_no_form_asked_for_is_no_report(tmp_path: Path) -> None:
    folder = write_release(tmp_path / ".building-1", {"indicator_values": [figure()]}, reports=[])
    assert made(folder) == {}
