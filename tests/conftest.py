"""What tests of all folders share."""

from __future__ import annotations

import os

import pytest

from tests.sample_year import SampleYear, sample_year

# Rendering eight reports takes as long as all else of a cycle. Tests of reports ask for them.
os.environ.setdefault("KWALITEITSMONITOR_REPORTS", "none")

LONG = (
    "tests/flow/test_runs.py",
    "tests/flow/test_command_line.py",
    "tests/sources/test_secrets.py",
    "tests/flow/test_decisions.py",
    "tests/ui/",
    "tests/reproduction/test_verify.py",
    "tests/spread/",
    "tests/faults/",
    "tests/backup/",
    "tests/upgrades/",
    "tests/watching/",
    "tests/security/",
    "tests/deploy/",
    "tests/report/test_html.py",
    "tests/disclosure/",
    "tests/institutions/",
    "tests/publication/",
    "tests/locations/",
    "tests/staged/test_answers",
    "tests/counting/",
    "tests/signing/",
    "tests/explaining/",
    "tests/statistics/",
    "tests/delivered/test_database",
    "tests/workbooks/",
    "tests/flow/",
    "tests/schemas/test_profile",
    "tests/reproduction/",
    "tests/sector/",
)
"""Tests that take long, longest first: they begin first, so that no worker is left with one while others are done."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Bring the long ones to the front; the order is otherwise as it was, and the same for every worker."""
    items.sort(key=lambda item: next((i for i, name in enumerate(LONG) if item.nodeid.startswith(name)), len(LONG)))


@pytest.fixture(scope="session")
def leiden_year(tmp_path_factory: pytest.TempPathFactory) -> SampleYear:
    """A whole year of the sample and its cycle; to look at, not to change."""
    return sample_year(tmp_path_factory)
