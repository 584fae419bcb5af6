"""Releases to report on: one made by hand for each test that wants its own, and a whole cycle that is run once."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from kwaliteitsmonitor.methods.figures.printing import Language
from kwaliteitsmonitor.releases.format.reader import ReleaseReader
from kwaliteitsmonitor.releases.report.contents.report import report_of
from kwaliteitsmonitor.releases.report.document.model import Document
from kwaliteitsmonitor.releases.report.document.reading import Reading
from schemas.profile import Profile, load_profile, profile_folder
from tests.made_up import mean, profile
from tests.releases.report.releases import Rows, write_release
from tests.sample_year import SampleYear

WHO = profile(indicators=[mean()])


@pytest.fixture
def release(tmp_path: Path) -> Callable[..., ReleaseReader]:
    """Writes a release of a made-up university: rows by table, and what the manifest says otherwise."""
    return lambda tables, **entries: ReleaseReader(write_release(tmp_path / "release", tables, **entries))


@pytest.fixture
def read(release: Callable[..., ReleaseReader]) -> Callable[..., Reading]:
    """The same, as the sections of a report read it."""

    def made(tables: Mapping[str, Rows], language: Language = "nl", who: Profile = WHO, **entries: Any) -> Reading:
        return Reading(who, release(tables, **entries), language)

    return made


@pytest.fixture(scope="session")
def leiden_release(leiden_year: SampleYear) -> ReleaseReader:
    """The release of a whole cycle over the sample of the institution whose report was published."""
    return ReleaseReader(leiden_year.release)


@pytest.fixture(scope="session")
def leiden(leiden_release: ReleaseReader) -> Mapping[Language, Document]:
    """The report over it, in both languages."""
    who = load_profile(profile_folder("leiden"))
    return {"nl": report_of(who, leiden_release, "nl"), "en": report_of(who, leiden_release, "en")}
