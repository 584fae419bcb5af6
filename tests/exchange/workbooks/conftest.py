"""The institution whose workbooks are made, and a workspace."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest

from kwaliteitsmonitor.exchange.workbooks.template import template
from kwaliteitsmonitor.foundation.workspace import Workspace
from schemas.profile import Profile, load_profile, profile_folder
from tests.exchange.workbooks.filling import opened, report


@pytest.fixture(scope="session")
def profile() -> Profile:
    return load_profile(profile_folder("leiden"))


@pytest.fixture(scope="session")
def book(profile: Profile) -> openpyxl.Workbook:
    """The template of the yearly report of FGW, in Dutch."""
    return opened(template(report(profile), "nl"))


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    return Workspace(tmp_path / "workspace")
