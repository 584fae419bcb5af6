"""Landing zones on servers: real ones, started here, that refuse, break off, are busy and recover."""

from __future__ import annotations

import hashlib
import os
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from assets.delivered.collect import collect
from kwaliteitsmonitor.connectors.files import StillArriving
from kwaliteitsmonitor.connectors.landing import Landing, Settling
from kwaliteitsmonitor.foundation.retrying import Patience
from kwaliteitsmonitor.foundation.workspace import Workspace
from kwaliteitsmonitor.readers.delivery import Standing
from schemas.errors import KwaliteitsmonitorError, SourceError, UsageError
from schemas.profile import Feed, Profile, load_profile, profile_folder
from schemas.profile.feeds import FileSource, Format, Period
from tests.connectors.proxy import Proxy
from tests.connectors.servers import PASSPHRASE, PASSWORD, USER, Dav, Sftp, sftp, webdav

AMSTERDAM = "Europe/Amsterdam"
QUICK = Patience(attempts=3, first=0.01, longest=0.02, chance=0.01)
BRIEFLY = Settling(recent=10.0, quiet=0.1, at_most=0.4)
YEAR = "verslag/2019-2020"
LARGE = bytes(range(256)) * 20_000
FEED = Feed(
    id="faculty_report",
    nl="verslag",
    en="report",
    period=Period.ACADEMIC_YEAR,
    sources=[
        FileSource(
            kind="files",
            path="verslag/{academic_year}/{unit}{suffix}.xlsx",
            format=Format.WORKBOOK,
            tables=["faculty_measures"],
        )
    ],
)
Server = Dav | Sftp


@pytest.fixture(scope="module")
def profile() -> Profile:
    return load_profile(profile_folder("leiden"))


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    return Workspace(tmp_path / "workspace")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    root = tmp_path / "server"
    put(root, f"{YEAR}/FGW.xlsx", LARGE)
    put(root, f"{YEAR}/FdA één (2).xlsx", b"tweede")
    put(root, f"{YEAR}/.~lock.FGW.xlsx#", b"hidden")
    return root


def put(root: Path, path: str, content: bytes, age: float = 3600) -> None:
    file = root / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(content)
    moment = time.time() - age
    os.utime(file, (moment, moment))


@pytest.fixture
def dav(folder: Path) -> Iterator[Dav]:
    pytest.importorskip("webdav4", reason="WebDAV is not tested: install the 'dev' extra")
    with webdav(folder) as server:
        yield server


@pytest.fixture
def ssh(folder: Path, tmp_path: Path) -> Iterator[Sftp]:
    pytest.importorskip("sshfs", reason="SFTP is not tested: install the 'dev' extra")
    with sftp(folder, tmp_path / "keys") as server:
        yield server


@pytest.fixture(params=["webdav", "sftp"])
def server(request: pytest.FixtureRequest) -> Server:
    found: Server = request.getfixturevalue({"webdav": "dav", "sftp": "ssh"}[request.param])
    return found


def entering(server: Server, password: str = PASSWORD) -> dict[str, str]:
    return server.environment(password) if isinstance(server, Dav) else server.environment(PASSWORD=password)


def opened(server: Server, port: int | None = None, **more: Any) -> Landing:
    given = {"environment": entering(server), "patience": QUICK, "settling": BRIEFLY} | more
    return Landing(server.url(port), AMSTERDAM, **given)


def before(port: int) -> Any:
    return lambda: socket.create_connection(("127.0.0.1", port))


def test_a_feed_is_collected_from_a_server(server: Server, workspace: Workspace, profile: Profile) -> None:
    found = collect(workspace, profile, profile.cycle("2021-03"), FEED, opened(server), {})
    assert sorted((d.path, d.unit, d.standing, d.sha256) for d in found) == [
        (f"{YEAR}/FGW.xlsx", "FGW", Standing.CURRENT, hashlib.sha256(LARGE).hexdigest()),
        (f"{YEAR}/FdA één (2).xlsx", "FdA", Standing.CURRENT, hashlib.sha256(b"tweede").hexdigest()),
    ]


def test_a_server_tells_moment_size_and_a_fingerprint_that_stays(server: Server, folder: Path) -> None:
    landing = opened(server)
    first = {f.path: f for f in landing.files()}
    file = first[f"{YEAR}/FGW.xlsx"]
    assert file.size == len(LARGE)
    assert file.arrived is not None
    assert abs(time.time() - 3600 - file.arrived.timestamp()) < 60
    assert file.fingerprint
    assert {f.path: f for f in landing.files()} == first
    put(folder, f"{YEAR}/FGW.xlsx", b"other", age=1800)
    again = {f.path: f for f in landing.files()}
    assert again[f"{YEAR}/FGW.xlsx"].fingerprint != file.fingerprint


def test_a_wrong_password_is_one_sentence_tried_once_and_shown_nowhere(server: Server) -> None:
    with pytest.raises(SourceError) as caught:
        opened(server, environment=entering(server, "fout-wacht-9e"))
    error = caught.value
    assert error.exit_code == 4
    assert "it refuses the user, or the password, key or token" in error.what
    assert "tried" not in error.what
    assert "\n" not in str(error)
    assert "fout-wacht-9e" not in f"{error} {error!r} {error.__cause__!r} {error.__dict__}"
    asked = server.asked if isinstance(server, Dav) else server.attempts
    assert len(asked) == 1


def test_a_folder_that_is_not_on_the_server_is_said_not_to_be_there(server: Server) -> None:
    url = server.url().rstrip("/") + "/absent"
    with pytest.raises(SourceError, match="there is no such landing zone"):
        Landing(url, AMSTERDAM, environment=entering(server), patience=QUICK)


def test_a_server_that_is_not_there_is_tried_again_and_given_up(server: Server) -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    with pytest.raises(SourceError) as caught:
        opened(server, port)
    assert "the connection was refused or lost" in caught.value.what
    assert "tried 3 times" in caught.value.what


def test_a_file_cut_off_half_way_is_read_from_the_start(server: Server, workspace: Workspace, profile: Profile) -> None:
    with Proxy(before(server.port), [2_000_000, 3_000_000, None]) as proxy:
        found = collect(workspace, profile, profile.cycle("2021-03"), FEED, opened(server, proxy.port), {})
        assert proxy.cut == 2
    assert {d.sha256 for d in found} == {hashlib.sha256(c).hexdigest() for c in (LARGE, b"tweede")}


def test_a_file_that_is_cut_off_every_time_is_given_up_and_nothing_half_is_kept(
    server: Server, workspace: Workspace, profile: Profile
) -> None:
    with Proxy(before(server.port), [2_000_000]) as proxy, pytest.raises(SourceError) as caught:
        collect(workspace, profile, profile.cycle("2021-03"), FEED, opened(server, proxy.port), {})
    assert "tried 3 times" in caught.value.what
    kept = [path for path in workspace.store.rglob("*") if path.is_file()] if workspace.store.exists() else []
    assert LARGE[:1000] not in b"".join(path.read_bytes()[:1000] for path in kept)


@pytest.mark.parametrize("method", ["PROPFIND", "GET"])
def test_a_server_that_is_busy_twice_is_asked_a_third_time(dav: Dav, method: str) -> None:
    dav.faults[method] = [503, 429]
    landing = opened(dav)
    with landing.open(f"{YEAR}/FdA één (2).xlsx") as stream:
        assert stream.read() == b"tweede"
    assert dav.faults[method] == []


@pytest.mark.parametrize(("code", "words"), [(401, "it refuses the user"), (403, "its user may not read that")])
def test_what_a_server_refuses_is_not_asked_again(dav: Dav, code: int, words: str) -> None:
    landing = opened(dav)
    dav.faults["GET"] = [code, code]
    with pytest.raises(SourceError) as caught:
        landing.open(f"{YEAR}/FGW.xlsx")
    assert words in caught.value.what
    assert len(dav.faults["GET"]) == 1


def test_a_server_that_stays_busy_is_given_up_with_its_answer(dav: Dav) -> None:
    dav.faults["PROPFIND"] = [503] * 10
    with pytest.raises(SourceError, match=r"it is busy or out of order \(503\), tried 3 times"):
        opened(dav)
    assert len(dav.faults["PROPFIND"]) == 7


def test_a_server_that_says_how_long_to_wait_is_waited_for_so_long(dav: Dav) -> None:
    dav.faults["PROPFIND"] = [429]
    dav.headers.append(("Retry-After", "1"))
    began = time.monotonic()
    opened(dav, patience=Patience(attempts=2, first=0.01, longest=1.0, chance=0.0))
    assert time.monotonic() - began >= 1.0


def test_a_thousand_files_take_one_question_per_folder(dav: Dav, folder: Path) -> None:
    for n in range(1000):
        put(folder, f"vak/2019-2020/{n % 4}/{n}.csv", b"x")
    landing = opened(dav)
    dav.asked.clear()
    assert len([f for f in landing.files() if f.path.startswith("vak/")]) == 1000
    assert sorted(path.removeprefix("/remote.php/dav").rstrip("/") for _, path in dav.asked) == [
        "",
        "/vak",
        "/vak/2019-2020",
        *(f"/vak/2019-2020/{n}" for n in range(4)),
        "/verslag",
        "/verslag/2019-2020",
    ]


def test_a_file_that_grows_on_the_server_is_left_for_the_next_run(server: Server, folder: Path) -> None:
    put(folder, f"{YEAR}/whole.xlsx", b"whole", age=0)
    landing = opened(server)
    with writing(folder / YEAR / "new.xlsx"):
        assert landing.settling(landing.files()) == {f"{YEAR}/new.xlsx"}
    assert landing.settling(landing.files()) == set()


@contextmanager
def writing(file: Path) -> Iterator[None]:
    """A file to which something is being added for as long as the block lasts."""
    stop, begun = threading.Event(), threading.Event()

    def write() -> None:
        with file.open("ab", buffering=0) as stream:
            while not stop.wait(0.005):
                stream.write(b"more and more ")
                begun.set()

    writer = threading.Thread(target=write)
    writer.start()
    begun.wait()
    try:
        yield
    finally:
        stop.set()
        writer.join()


def test_a_file_that_is_replaced_each_time_it_is_read_is_not_taken(dav: Dav, folder: Path) -> None:
    landing = opened(dav)
    landing.files()
    ages = iter(range(1000, 2000))
    serve = dav.asked.append

    class Replacing(list[tuple[str, str]]):
        def append(self, asked: tuple[str, str]) -> None:
            if asked[0] == "GET":
                put(folder, f"{YEAR}/FGW.xlsx", b"x" * next(ages), age=next(ages))
            serve(asked)

    dav.asked = Replacing()
    with pytest.raises(StillArriving):
        landing.open(f"{YEAR}/FGW.xlsx")


def test_a_key_with_a_passphrase_opens_the_door(ssh: Sftp) -> None:
    given = ssh.environment(KEY_FILE=str(ssh.key_file), PASSPHRASE=PASSPHRASE)
    assert len(opened(ssh, environment=given).files()) == 2
    assert set(ssh.attempts) == {"key"}


def test_a_passphrase_that_does_not_fit_is_one_sentence(ssh: Sftp) -> None:
    other = "andere-zin-2f"
    given = ssh.environment(KEY_FILE=str(ssh.key_file), PASSPHRASE=other)
    with pytest.raises(SourceError, match="key file") as caught:
        opened(ssh, environment=given)
    assert other not in str(caught.value)
    assert "tried" not in caught.value.what


def test_a_host_key_that_is_another_is_refused_and_not_tried_again(ssh: Sftp, tmp_path: Path) -> None:
    import asyncssh

    other = tmp_path / "other"
    other.write_text(f"* {asyncssh.generate_private_key('ssh-ed25519').export_public_key().decode()}")
    with pytest.raises(SourceError, match="its host key is not the one that is known of it") as caught:
        opened(ssh, environment=ssh.environment(PASSWORD=PASSWORD, KNOWN_HOSTS=str(other)))
    assert "tried" not in caught.value.what
    assert ssh.attempts == []  # the password was not given to a stranger


def test_a_host_key_that_is_not_known_is_wrong_usage_and_never_taken_for_granted(ssh: Sftp, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="the host key of the server is not known") as caught:
        opened(ssh, environment=ssh.environment(PASSWORD=PASSWORD, KNOWN_HOSTS=str(tmp_path / "absent")))
    assert caught.value.exit_code == 2
    assert ssh.attempts == []


def test_a_link_on_the_server_is_shown_and_not_followed(ssh: Sftp, folder: Path) -> None:
    (folder / YEAR / "FdR.xlsx").symlink_to("/etc/passwd")
    refused = {f.path: f.refused.en for f in opened(ssh).files() if f.refused}
    assert refused == {f"{YEAR}/FdR.xlsx": "a link on a server: not followed; deliver the file itself"}


def test_a_password_goes_over_no_network_unencrypted() -> None:
    with pytest.raises(UsageError, match="over the network for all to read"):
        Landing("webdav+http://files.example.org/dav", AMSTERDAM, environment={})


def test_the_settings_of_fsspec_itself_keep_working(dav: Dav, monkeypatch: pytest.MonkeyPatch) -> None:
    from fsspec.config import conf

    monkeypatch.setitem(conf, "webdav", {"auth": (USER, PASSWORD)})
    assert len(opened(dav, environment={}).files()) == 2


def test_every_error_of_a_server_is_of_the_family_that_a_user_can_act_on(server: Server) -> None:
    landing = opened(server)
    with pytest.raises(KwaliteitsmonitorError, match="cannot be read from the landing zone"):
        landing.open("verslag/gone.xlsx")
