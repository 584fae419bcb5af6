"""What lay in the landing zone is read back from the manifest of the release that was made of it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from assets.status.recognition import Look, Untaken
from assets.status.replay import recorded_look
from kwaliteitsmonitor.releases.format.manifest import FORMAT, NAME
from schemas.errors import KwaliteitsmonitorError
from schemas.words import Words


@pytest.mark.parametrize(
    "look",
    [
        Look(
            3, [Untaken("a.pdf", "reports", "{unit}.xlsx", False, Words("nee", "no")), Untaken("b.txt", "", "", True)]
        ),
        Look(could_not="the landing zone cannot be reached"),
    ],
)
def test_what_was_seen_is_what_the_manifest_holds(look: Look, tmp_path: Path) -> None:
    landing = look.to_json() | {"not_read": []}
    basis = {
        "inputs": [],
        "since": None,
        "disclosure": {"earlier": []},
        "profile": {"version": "1", "sha256": "0" * 64},
    }
    manifest = {"format": FORMAT, "files": {}} | basis
    (tmp_path / NAME).write_text(json.dumps(manifest | {"landing": landing}))
    assert recorded_look(tmp_path).to_json() == look.to_json()
    (tmp_path / NAME).write_text(json.dumps(manifest))
    with pytest.raises(KwaliteitsmonitorError, match="does not say all that it rests on"):
        recorded_look(tmp_path)
