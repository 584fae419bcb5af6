"""A workspace, a PostgreSQL server of our own, and Spark where it is installed."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from kwaliteitsmonitor.foundation.workspace import Workspace
from tests.postgresql import postgres_url

__all__ = ["postgres_url"]


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    return Workspace(tmp_path / "workspace")


@pytest.fixture(scope="session")
def spark() -> None:
    """Skips where Spark cannot be had."""
    pytest.importorskip(
        "pyspark", reason="Spark is not tested: `make test-spark` installs PySpark, and Java 17 is needed"
    )
    if shutil.which("java") is None:
        pytest.skip("Spark is not tested: there is no Java")
