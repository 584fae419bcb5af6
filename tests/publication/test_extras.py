"""The report in a release: rendered where anything changed, and taken over from a version that is the same."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from kwaliteitsmonitor.releases.report.attachments import extra_files
from tests.made_up import mean, profile
from tests.releases.report.releases import figure, write_release
from tests.releases.sealing import sealed_anew

WHO = profile(indicators=[mean()])
NAME = f"report/{WHO.id}-2021-03.nl.html"
BEFORE = b"<p>as it was rendered before</p>"


def report(home: Path, value: float = 3.9, **manifest: Any) -> bytes:
    """The report that goes into a release of this figure that is being built."""
    tables = {"indicator_values": [figure(value=value)]}
    folder = write_release(home / ".building-1", tables, **({"reports": ["html"]} | manifest))
    return dict(extra_files(WHO, None)(folder)).get(NAME, b"")


def published(home: Path, **manifest: Any) -> Path:
    """A version beside it whose report says what no rendering does."""
    version = write_release(home / "v1", {"indicator_values": [figure()]}, reports=["html"], **manifest)
    (version / "report").mkdir()
    for language in WHO.institution.languages:
        (version / NAME.replace(".nl.", f".{language}.")).write_bytes(BEFORE)
    return sealed_anew(version)


def test_a_version_that_is_the_same_gives_its_report_whatever_was_known_of_earlier_releases(tmp_path: Path) -> None:
    assert report(tmp_path / "first").startswith(b"<!DOCTYPE html>")
    assert report(tmp_path / "none", reports=[]) == b""
    published(tmp_path, disclosure={"earlier": []})
    assert report(tmp_path, disclosure={"earlier": [1]}) == BEFORE


CODE = {"version": "0.1.0", "sha256": "1" * 64}


@pytest.mark.parametrize("other", [{"value": 3.8}, {"status": "final"}, {"code": CODE}, {"libraries": {"a": "2"}}])
def test_whatever_a_report_follows_from_has_it_rendered_anew(tmp_path: Path, other: dict[str, Any]) -> None:
    published(tmp_path)
    assert report(tmp_path, **other).startswith(b"<!DOCTYPE html>")


@pytest.mark.parametrize("harm", ["altered", "gone"])
def test_a_report_that_is_not_what_was_published_is_not_taken_over(tmp_path: Path, harm: str) -> None:
    path = published(tmp_path) / NAME
    path.write_bytes(BEFORE + b" ") if harm == "altered" else path.unlink()
    assert report(tmp_path).startswith(b"<!DOCTYPE html>")
