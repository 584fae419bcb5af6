"""What tests of all folders share."""

from __future__ import annotations

import os
import sys
from collections.abc import Generator, Iterator
from typing import TYPE_CHECKING

import pytest

from tests.skips import is_chosen

# Importing Dagster takes longer than most files of tests, and few of them need it: it is imported where it is used.
if TYPE_CHECKING:
    from tests.command_line import CommandLine
    from tests.sample_year import SampleYear

# Rendering eight reports takes as long as all else of a cycle. Tests of reports ask for them.
os.environ.setdefault("KWALITEITSMONITOR_REPORTS", "none")

LONG = (
    "tests/flow/test_decisions.py",
    "tests/connectors/test_secrets.py",
    "tests/institutions/test_small_deliveries.py",
    "tests/flow/test_runs.py",
    "tests/faults/test_cycles.py",
    "tests/ui/",
    "tests/institutions/test_founded.py",
    "tests/institutions/test_any_profile.py",
    "tests/methods/disclosure/test_open_text.py",
    "tests/releases/verify/",
    "tests/flow/test_command_line.py",
    "tests/flow/",
    "tests/upgrades/",
    "tests/institutions/",
    "tests/operations/copies/",
    "tests/readers/answers/",
    "tests/publication/",
    "tests/faults/",
    "tests/security/",
    "tests/operations/health/",
    "tests/validation/",
    "tests/releases/signoff/",
    "tests/releases/report/",
    "tests/connectors/",
    "tests/methods/disclosure/",
    "tests/pipelines/locations/",
    "tests/readers/files/test_hostile",
    "tests/exchange/workbooks/",
    "tests/deploy/",
    "tests/releases/",
    "tests/methods/statistics/",
    "tests/schemas/profile/",
)
"""Tests that take long, longest first: they begin first, so that no worker is left with one while others are done.

That holds with `--no-loadscope-reorder` (pyproject.toml): by itself xdist begins with the files of most tests, and a
file of a few whole cycles comes last.
"""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Bring the long ones to the front; the order is otherwise as it was, and the same for every worker."""
    items.sort(key=lambda item: next((i for i, name in enumerate(LONG) if item.nodeid.startswith(name)), len(LONG)))


def refuse_skip(report: pytest.TestReport | pytest.CollectReport) -> None:
    """Make a skip that nobody chose a failure, where `REFUSE_SKIPS` says that all is there to run the tests."""
    if report.skipped and not hasattr(report, "wasxfail") and os.environ.get("REFUSE_SKIPS"):
        why = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
        if not is_chosen(why):
            report.outcome = "failed"
            report.longrepr = f"skipped, and nobody chose that (tests/skips.py): {why}"


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Look at the skips of tests."""
    report = yield
    refuse_skip(report)
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report() -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    """Look at the skips of whole modules."""
    report = yield
    refuse_skip(report)
    return report


@pytest.fixture(scope="session", autouse=True)
def _judged_once(tmp_path_factory: pytest.TempPathFactory) -> None:
    """What tests have judged is shared, where any of them has imported what judges."""
    if "kwaliteitsmonitor.methods.checks.verdicts" in sys.modules:
        from tests.sample_year import shared_by_workers
        from tests.shared_verdicts import share

        share(shared_by_workers(tmp_path_factory) / "verdicts")


@pytest.fixture(scope="session")
def leiden_year(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SampleYear]:
    """A whole year of the sample and its cycle; to look at, not to change."""
    from kwaliteitsmonitor.foundation.workspace import Workspace
    from tests.sample_year import SampleYear, made_once, make_sample_year

    with made_once(tmp_path_factory, "sample-year", make_sample_year) as place:
        yield SampleYear(place / "zone", Workspace(place / "out"))


@pytest.fixture
def command(capfd: pytest.CaptureFixture[str]) -> CommandLine:
    """The command line, in this process."""
    from tests.command_line import CommandLine

    return CommandLine(capfd)
