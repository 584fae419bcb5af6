"""A workspace belongs to one institution: the first that claimed it, or that of its releases."""

from __future__ import annotations

from pathlib import Path

import pytest

from kwaliteitsmonitor.foundation.ownership import NAME, PRIVATE, claim, owner
from kwaliteitsmonitor.foundation.settings import Settings
from kwaliteitsmonitor.foundation.workspace import Workspace
from schemas.errors import UsageError


def test_a_workspace_belongs_to_who_claimed_it_first(tmp_path: Path) -> None:
    place = Workspace(tmp_path / "out")
    claim(place, "north")
    claim(place, "north")
    assert (owner(place), (tmp_path / "out" / NAME).read_text()) == ("north", "north\n")
    with pytest.raises(UsageError, match="this workspace is of 'north'"):
        claim(place, "south")
    assert {path.name for path in (tmp_path / "out").iterdir()} == {NAME, *PRIVATE}
    assert {(tmp_path / "out" / name).stat().st_mode & 0o777 for name in PRIVATE} == {0o700}


def test_an_older_workspace_is_that_of_its_releases(tmp_path: Path) -> None:
    folder = tmp_path / "releases" / "2021-03" / "v1"
    folder.mkdir(parents=True)
    (folder / "manifest.json").write_text('{"institution": "north"}', encoding="utf-8")
    assert owner(Workspace(tmp_path)) == "north"


def test_settings_refuse_the_workspace_of_another_institution(tmp_path: Path) -> None:
    claim(Workspace(tmp_path), "north")
    with pytest.raises(UsageError, match="this workspace is of 'north'; expected one of 'leiden'"):
        Settings(institution="leiden", out=str(tmp_path)).workspace  # noqa: B018
