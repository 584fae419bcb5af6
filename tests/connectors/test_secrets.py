"""What opens a source is read from the environment and goes nowhere else, whether a run succeeds or fails."""

from __future__ import annotations

import base64
import gzip
import os
import sqlite3
import subprocess
import sys
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from kwaliteitsmonitor.connectors.landing import Landing
from kwaliteitsmonitor.foundation.settings import Settings
from kwaliteitsmonitor.sample import write_sample
from schemas.errors import UsageError
from schemas.profile import Feed, load_profile, profile_folder
from schemas.profile.feeds import Period, SqlSource
from tests.command_line import CommandLine
from tests.connectors.servers import PASSWORD, Dav, webdav
from tests.postgresql import postgres_url as postgres_url
from tests.security.planting import SECRETS, environment, leaks, unplanted

ROOT = Path(__file__).resolve().parents[2]
CYCLE = "2021-03"
FINANCE_URL, FINANCE_PASSWORD = (SECRETS[f"KWALITEITSMONITOR_<CONNECTION>_{what}"] for what in ("URL", "PASSWORD"))
REFUSALS = {
    "landing": "de gebruiker, of het wachtwoord, de sleutel of het token, wordt geweigerd (401)",
    "finance": "de verbinding is geweigerd of verbroken (OperationalError), 5 keer geprobeerd",
}


@pytest.fixture(scope="module")
def zone(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("landing") / "zone"
    write_sample(load_profile(profile_folder("leiden")), folder, responses=5_000)
    return folder


@pytest.fixture
def dav(zone: Path) -> Iterator[Dav]:
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


def test_a_run_over_the_network_publishes_and_leaves_no_secret_anywhere(
    dav: Dav,
    zone: Path,
    tmp_path: Path,
    closed: int,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> None:
    variables = environment(closed) | {
        "KWALITEITSMONITOR_FINANCE_URL": f"sqlite:///{zone / 'finance.db'}",
        "KWALITEITSMONITOR_FINANCE_PASSWORD": FINANCE_PASSWORD,
    }
    run = ran(tmp_path, dav.url(), **variables)
    assert run.returncode == 0, run.stderr
    release = tmp_path / "current" / CYCLE
    assert (release / "manifest.json").is_file()
    forms = {path.suffix for path in release.resolve().rglob("*")}
    assert {".pdf", ".docx", ".xlsx", ".html"} <= forms, "every form was searched"
    assert not (tmp_path / "pseudonym.key").exists()
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    command, where = CommandLine(capfd), ("--out", tmp_path, "--landing", dav.url())
    ended = [command("settings")]
    for words in (("status",), ("remind", "--on", "2020-12-17")):
        ended.append(command(*words, "--cycle", CYCLE, *where))
    ended += [command("health", *where), command("purge", "--dry-run", *where)]
    assert [one.err for one in ended if one.code == 2] == []
    assert [path for path in tmp_path.rglob("*.db") if "dagster" in path.parts], "what Dagster remembers is searched"
    written = "".join(one.out + one.err for one in ended)
    assert leaks(tmp_path, stdout=run.stdout, stderr=run.stderr, more=written) == set()


@pytest.mark.parametrize("refusing", ["landing", "finance"])
def test_a_run_that_is_refused_by_a_source_says_so_and_leaves_no_secret_anywhere(
    dav: Dav, tmp_path: Path, closed: int, postgres_url: str, refusing: str
) -> None:
    import sqlalchemy as sa

    variables = environment(closed) | {
        "KWALITEITSMONITOR_FINANCE_URL": f"postgresql+psycopg://reader:{FINANCE_URL}@127.0.0.1:{closed}/fin"
    }
    if refusing == "landing":
        variables["KWALITEITSMONITOR_LANDING_TOKEN"] = SECRETS["KWALITEITSMONITOR_LANDING_TOKEN"]
    else:  # what Dagster remembers stands in PostgreSQL then
        password = SECRETS["KWALITEITSMONITOR_DAGSTER_URL"]
        address = sa.make_url(postgres_url).set(drivername="postgresql+psycopg2", password=password)
        variables["KWALITEITSMONITOR_DAGSTER_URL"] = address.render_as_string(hide_password=False)
    run = ran(tmp_path, dav.url(), **variables)
    assert run.returncode == 4, run.stderr
    assert REFUSALS[refusing] in run.stderr
    assert "Traceback" not in run.stderr
    remembered = dump(postgres_url) if refusing == "finance" else ""
    assert ("event_logs" in remembered) == (refusing == "finance")
    assert leaks(tmp_path, stdout=run.stdout, stderr=run.stderr, remembered=remembered) == set()


def dump(url: str) -> str:
    """Everything in a database, as text."""
    import sqlalchemy as sa

    engine = sa.create_engine(url)
    with engine.connect() as connection:
        names = sa.inspect(engine).get_table_names()
        found = {name: connection.execute(sa.text(f'SELECT t::text FROM "{name}" t')).scalars().all() for name in names}
    engine.dispose()
    return str(found)


def test_every_variable_that_holds_a_secret_is_planted() -> None:
    assert unplanted() == []


def test_the_search_finds_a_secret_in_every_form_of_file(tmp_path: Path) -> None:
    token = "KWALITEITSMONITOR_LANDING_TOKEN"  # which an address writes otherwise
    forms = ("plain", "zip", "pdf", "parquet", "gzip", "base64", "utf-16", "sqlite")
    planted = {"address": token, **dict(zip(forms, sorted(SECRETS.keys() - {token}), strict=False))}
    for form, name in planted.items():
        plant(tmp_path, form, SECRETS[name])
    assert {name for _, name in leaks(tmp_path)} == {*planted.values()}


def plant(folder: Path, form: str, secret: str) -> None:
    """Write a file of this form in which a secret stands."""
    content = f"user:{secret}@host ".encode() * 3
    match form:
        case "zip":
            with zipfile.ZipFile(folder / "report.xlsx", "w", zipfile.ZIP_DEFLATED) as archive:
                archive.writestr("xl/sharedStrings.xml", content)
        case "pdf":
            (folder / "report.pdf").write_bytes(b"%PDF-1.7\nstream\n" + zlib.compress(content) + b"\nendstream")
        case "parquet":
            pq.write_table(pa.table({"a": [content.decode()] * 9}), folder / "t.parquet", compression="zstd")
        case "gzip":
            (folder / "log.gz").write_bytes(gzip.compress(content))
        case "base64":
            (folder / "request.log").write_bytes(b"Basic " + base64.b64encode(b"u:" + content))
        case "address":
            (folder / "address").write_text(f"https://u:{quote(secret, safe='')}@host")
        case "utf-16":
            (folder / "t.csv").write_bytes(content.decode().encode("utf-16-le"))
        case "sqlite":
            with sqlite3.connect(folder / "runs.db") as database:
                database.execute("CREATE TABLE t (a)")
                database.execute("INSERT INTO t VALUES (?)", (b"".join([content] * 400),))
        case _:
            (folder / "run.log").write_bytes(content)


def test_an_address_with_a_password_is_refused_at_once(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    where = ("--landing", f"sftp://jan:{PASSWORD}@sftp.example.org/zone", "--out", tmp_path / "out")
    run = CommandLine(capfd)("run", "--cycle", CYCLE, *where)
    assert run.code == 2
    assert PASSWORD not in run.out + run.err
    assert "KWALITEITSMONITOR_LANDING_PASSWORD" in run.err
    assert not (tmp_path / "out").exists()


def test_a_landing_zone_does_not_show_what_opens_it(dav: Dav) -> None:
    landing = Landing(dav.url(), "Europe/Amsterdam", environment=dav.environment())
    assert PASSWORD not in f"{landing!r} {vars(landing)!r} {landing._place!r}"
    assert PASSWORD not in repr(Settings(landing_password=PASSWORD))


def pulling(connection: str) -> Feed:
    source = SqlSource(kind="sql", connection=connection, database_table="lines", tables=["bfr"])
    return Feed(id="bfr", nl="bfr", en="bfr", period=Period.ROUND, sources=[source])


def test_a_feed_needs_the_address_of_its_own_database_alone_and_looks_for_none_on_a_server(tmp_path: Path) -> None:
    settings = Settings(out=str(tmp_path), connection_urls={"FINANCE": "sqlite:////finance.db"})
    assert settings.databases(pulling("finance")) == {"finance": "sqlite:////finance.db"}
    far = Settings(landing="webdav+https://files.example.org/dav")
    for without, connection in ((settings, "hr"), (far, "finance")):
        with pytest.raises(UsageError, match=f"no database is named for '{connection}'") as caught:
            without.databases(pulling(connection))
        assert f"KWALITEITSMONITOR_{connection.upper()}_URL" in f"{caught.value.expected} {caught.value.where}"


def test_a_password_may_be_kept_apart_from_its_address() -> None:
    import sqlalchemy as sa

    urls = {"FINANCE": "postgresql+psycopg://reader@host/fin"}
    for password in ("a@b/c:d", "%40", "é"):
        settings = Settings(connection_urls=urls, connection_passwords={"FINANCE": password})
        (url,) = settings.databases(pulling("finance")).values()
        own = sa.make_url(url)
        assert (own.username, own.password, own.host, own.database) == ("reader", password, "host", "fin")
