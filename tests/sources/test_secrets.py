"""What opens a source is read from the environment and goes nowhere else, whether a run succeeds or fails."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from assets.delivered.landing import Landing
from assets.settings import Settings
from pipelines.sample import write_sample
from schemas.errors import UsageError
from schemas.profile import Feed, load_profile, profile_folder
from schemas.profile.feeds import Period, SqlSource
from tests.sources.servers import PASSWORD, USER, Dav, webdav

ROOT = Path(__file__).resolve().parents[2]
CYCLE = "2021-03"
PLANTED = {"landing": PASSWORD, "finance": "financien-geheim-2a", "token": "munt-geheim-6b"}
REFUSALS = {
    "landing": "it refuses the user, or the password, key or token (401)",
    "finance": "the connection was refused or lost (OperationalError), tried 5 times",
}


@pytest.fixture(scope="module")
def zone(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("landing") / "zone"
    write_sample(load_profile(profile_folder("leiden")), folder, responses=5_000)
    return folder


@pytest.fixture
def dav(zone: Path) -> Iterator[Dav]:
    pytest.importorskip("webdav4", reason="WebDAV is not tested: install the 'dev' extra")
    with webdav(zone) as server:
        yield server


def ran(out: Path, landing: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """A run of the command line, with nothing in its environment but what is given."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("KWALITEITSMONITOR", "DAGSTER"))}
    return subprocess.run(
        [sys.executable, "-m", "pipelines.cli", "run", "--cycle", CYCLE, "--landing", landing, "--out", str(out)],
        cwd=ROOT,
        env={**clean, "DAGSTER_HOME": str(out / "dagster"), **environment},
        capture_output=True,
        text=True,
    )


def written(out: Path) -> dict[str, bytes]:
    return {str(path): path.read_bytes() for path in out.rglob("*") if path.is_file()}


def test_a_run_over_the_network_publishes_and_leaves_no_secret_anywhere(dav: Dav, zone: Path, tmp_path: Path) -> None:
    given = {
        "KWALITEITSMONITOR_LANDING_USER": USER,
        "KWALITEITSMONITOR_LANDING_PASSWORD": PLANTED["landing"],
        "KWALITEITSMONITOR_FINANCE_URL": f"sqlite:///{zone / 'finance.db'}",
        "KWALITEITSMONITOR_FINANCE_PASSWORD": PLANTED["finance"],
    }
    run = ran(tmp_path, dav.url(), **given)
    assert run.returncode == 0, run.stderr
    assert (tmp_path / "current" / CYCLE / "manifest.json").is_file()
    files = written(tmp_path)
    assert any("dagster" in path and path.endswith(".db") for path in files)  # what Dagster remembers is among them
    everything = {**files, "stdout": run.stdout.encode(), "stderr": run.stderr.encode()}
    assert {name for name, content in everything.items() for s in PLANTED.values() if s.encode() in content} == set()


@pytest.mark.parametrize("refusing", ["landing", "finance"])
def test_a_run_that_is_refused_by_a_source_says_so_and_leaves_no_secret_anywhere(
    dav: Dav, tmp_path: Path, refusing: str
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    given = {
        "KWALITEITSMONITOR_LANDING_USER": USER,
        "KWALITEITSMONITOR_LANDING_PASSWORD": PLANTED["landing"],
        "KWALITEITSMONITOR_FINANCE_URL": f"postgresql+psycopg://reader:{PLANTED['finance']}@127.0.0.1:{port}/fin",
    }
    if refusing == "landing":
        given["KWALITEITSMONITOR_LANDING_TOKEN"] = PLANTED["token"]
    run = ran(tmp_path, dav.url(), **given)
    assert run.returncode == 4
    assert REFUSALS[refusing] in run.stderr
    assert "Traceback" not in run.stderr
    everything = {**written(tmp_path), "stdout": run.stdout.encode(), "stderr": run.stderr.encode()}
    assert {name for name, content in everything.items() for s in PLANTED.values() if s.encode() in content} == set()


def test_an_address_with_a_password_is_refused_before_anything_is_recorded(tmp_path: Path) -> None:
    run = ran(tmp_path / "out", f"sftp://jan:{PLANTED['landing']}@sftp.example.org/zone")
    assert run.returncode == 2
    assert PLANTED["landing"] not in run.stdout + run.stderr
    assert "KWALITEITSMONITOR_LANDING_PASSWORD" in run.stderr
    assert not (tmp_path / "out").exists()


def test_a_landing_zone_does_not_show_what_opens_it(dav: Dav) -> None:
    landing = Landing(dav.url(), "Europe/Amsterdam", environment=dav.environment())
    assert PASSWORD not in f"{landing!r} {vars(landing)!r} {landing._place!r}"
    settings = Settings(environment=dav.environment())
    assert PASSWORD not in repr(settings)


FINANCE = Feed(
    id="bfr",
    nl="bfr",
    en="bfr",
    period=Period.ROUND,
    sources=[SqlSource(kind="sql", connection="finance", database_table="lines", tables=["bfr"])],
)
PERSONNEL = FINANCE.model_copy(
    update={"id": "staff", "sources": [FINANCE.sources[0].model_copy(update={"connection": "hr"})]}
)


def test_a_feed_needs_the_address_of_its_own_database_alone(tmp_path: Path) -> None:
    settings = Settings(out=str(tmp_path), environment={"KWALITEITSMONITOR_FINANCE_URL": "sqlite:////finance.db"})
    assert settings.databases(FINANCE) == {"finance": "sqlite:////finance.db"}
    with pytest.raises(UsageError, match="no database is named for 'hr'") as caught:
        settings.databases(PERSONNEL)
    assert "KWALITEITSMONITOR_HR_URL" in caught.value.expected


@pytest.mark.parametrize("password", ["a@b/c:d", "%40", "é"])
def test_a_password_may_be_kept_apart_from_its_address(password: str) -> None:
    import sqlalchemy as sa

    environment = {
        "KWALITEITSMONITOR_FINANCE_URL": "postgresql+psycopg://reader@host/fin",
        "KWALITEITSMONITOR_FINANCE_PASSWORD": password,
    }
    (url,) = Settings(environment=environment).databases(FINANCE).values()
    address = sa.make_url(url)
    assert (address.username, address.password, address.host, address.database) == ("reader", password, "host", "fin")


def test_a_database_is_not_looked_for_in_a_landing_zone_on_a_server() -> None:
    settings = Settings(landing="webdav+https://files.example.org/dav", environment={})
    with pytest.raises(UsageError, match="no database is named for 'finance'") as caught:
        settings.databases(FINANCE)
    assert caught.value.where == "KWALITEITSMONITOR_FINANCE_URL"
