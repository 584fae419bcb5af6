"""Releases to report on: one made by hand for each test that wants its own, and a whole cycle that is run once."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from kwaliteitsmonitor.releases.format.reader import ReleaseReader
from tests.releases.report.releases import write_release
from tests.sample_year import SampleYear


@pytest.fixture
def release(tmp_path: Path) -> Callable[..., ReleaseReader]:
    """Writes a release of a made-up university: rows by table, and what the manifest says otherwise."""

    def made(tables: Mapping[str, Sequence[Mapping[str, Any]]], **said: Any) -> ReleaseReader:
        return ReleaseReader(write_release(tmp_path / "release", tables, **said))

    return made


@pytest.fixture(scope="session")
def leiden_release(leiden_year: SampleYear) -> ReleaseReader:
    """The release of a whole cycle over the sample of the institution whose report was published."""
    return ReleaseReader(leiden_year.release)
