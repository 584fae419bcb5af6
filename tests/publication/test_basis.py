"""What a release refers to: the one that councils saw before it, as it was then."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from assets.publication.inputs import seen_before
from kwaliteitsmonitor.foundation.workspace import Workspace
from kwaliteitsmonitor.releases.format.reference import reference, referred
from kwaliteitsmonitor.releases.format.release import publish
from schemas.errors import KwaliteitsmonitorError
from tests.publication.publishing import CYCLE, WHO, inputs, publish_made_up, sign_off, tables


def test_councils_saw_the_release_that_counts_of_the_last_cycle_about_the_same_year(tmp_path: Path) -> None:
    workspace = Workspace(tmp_path)
    assert seen_before(workspace, WHO, "2021-05") is None
    publish(workspace, WHO, WHO.cycle("2020-09"), tables("a"), inputs("a"), ())
    assert seen_before(workspace, WHO, "2021-05") is None, "that one reports on the year before"
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
    assert (to.cycle, to.version) == (CYCLE, "v1")
    assert referred(workspace, to) == made
    assert referred(workspace, None) is None
    with pytest.raises(KwaliteitsmonitorError, match="release 2021-03/v1, from which this one tells what changed"):
        referred(workspace, replace(to, manifest="0" * 64))
