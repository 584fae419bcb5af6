"""Landing zones on servers: real ones, started here, that refuse, break off, are busy and recover."""

from __future__ import annotations

import socket
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from kwaliteitsmonitor.connectors.files import DEEPEST, StillArriving
from kwaliteitsmonitor.connectors.landing import Landing
from kwaliteitsmonitor.connectors.remote import VERSIONS, _fingerprint
from kwaliteitsmonitor.foundation.retrying import Patience
from kwaliteitsmonitor.foundation.vault.store import keep
from kwaliteitsmonitor.foundation.workspace import Workspace
from schemas.errors import SourceError, UsageError
from tests.connectors.proxy import Proxy
from tests.connectors.servers import PASSPHRASE, PASSWORD, USER, Dav, Sftp, sftp, webdav
from tests.connectors.writing import BRIEFLY, put, writing

AMSTERDAM = "Europe/Amsterdam"
QUICK = Patience(attempts=3, first=0.01, longest=0.02, chance=0.01)
YEAR = "verslag/2019-2020"
FGW, FDA = f"{YEAR}/FGW.xlsx", f"{YEAR}/FdA één (2).xlsx"
LARGE = bytes(range(256)) * 20_000
Server = Dav | Sftp


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    root = tmp_path / "server"
    for path, content in ((FGW, LARGE), (FDA, b"tweede"), (f"{YEAR}/.~lock.FGW.xlsx#", b"hidden")):
        put(root, path, content, age=3600)
    return root


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


@pytest.fixture(params=["dav", "ssh"])
def server(request: pytest.FixtureRequest) -> Server:
    found: Server = request.getfixturevalue(request.param)
    return found


def entering(server: Server, password: str = PASSWORD) -> dict[str, str]:
    return server.environment(password) if isinstance(server, Dav) else server.environment(PASSWORD=password)


def opened(server: Server, port: int | None = None, **more: Any) -> Landing:
    keys = {"environment": entering(server), "patience": QUICK, "settling": BRIEFLY} | more
    return Landing(server.url(port), AMSTERDAM, **keys)


def read(landing: Landing, path: str) -> bytes:
    with landing.open(path) as stream:
        return stream.read()


def before(port: int) -> Callable[[], socket.socket]:
    return lambda: socket.create_connection(("127.0.0.1", port))


def test_a_server_tells_paths_moments_sizes_and_fingerprints_that_stay(server: Server, folder: Path) -> None:
    landing = opened(server)
    first = {f.path: f for f in landing.files()}
    assert {path: file.size for path, file in first.items()} == {FGW: len(LARGE), FDA: len(b"tweede")}
    file = first[FGW]
    assert file.arrived is not None
    assert abs(time.time() - 3600 - file.arrived.timestamp()) < 60
    assert file.fingerprint
    assert {f.path: f for f in landing.files()} == first
    assert [read(landing, path) for path in (FGW, FDA)] == [LARGE, b"tweede"]
    put(folder, FGW, b"other", age=1800)
    assert {f.path: f.fingerprint for f in landing.files()}[FGW] not in ("", file.fingerprint)


def test_a_wrong_password_is_one_sentence_tried_once_and_shown_nowhere(server: Server) -> None:
    with pytest.raises(SourceError) as caught:
        opened(server, environment=entering(server, "fout-wacht-9e"))
    error = caught.value
    assert (error.exit_code, "tried" in error.what, "\n" in str(error)) == (4, False, False)
    assert "it refuses the user, or the password, key or token" in error.what
    assert "fout-wacht-9e" not in f"{error} {error!r} {error.__cause__!r} {error.__dict__}"
    assert len(server.asked if isinstance(server, Dav) else server.attempts) == 1


def test_what_is_not_on_the_server_is_said_not_to_be_there(server: Server) -> None:
    url = server.url().rstrip("/") + "/absent"
    with pytest.raises(SourceError, match="there is no such landing zone"):
        Landing(url, AMSTERDAM, environment=entering(server), patience=QUICK)
    with pytest.raises(SourceError, match="cannot be read from the landing zone"):
        opened(server).open("verslag/gone.xlsx")


def test_a_server_that_is_not_there_is_tried_again_and_given_up(server: Server) -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    with pytest.raises(SourceError, match=r"the connection was refused or lost .*, tried 3 times"):
        opened(server, port)


def test_a_file_cut_off_half_way_is_read_from_the_start(server: Server) -> None:
    with Proxy(before(server.port), [2_000_000, 3_000_000, None]) as proxy:
        landing = opened(server, proxy.port)
        assert [read(landing, path) for path in (FGW, FDA)] == [LARGE, b"tweede"]
        assert proxy.cut == 2


def test_a_file_that_is_cut_off_every_time_is_given_up_and_nothing_half_is_kept(
    server: Server, workspace: Workspace
) -> None:
    with Proxy(before(server.port), [2_000_000]) as proxy:
        landing = opened(server, proxy.port)
        with pytest.raises(SourceError, match="tried 3 times"), landing.open(FGW) as stream:
            keep(workspace, stream)
    assert not workspace.root.exists()


@pytest.mark.parametrize("method", ["PROPFIND", "GET"])
def test_a_server_that_is_busy_twice_is_asked_a_third_time(dav: Dav, method: str) -> None:
    dav.faults[method] = [503, 429]
    assert read(opened(dav), FDA) == b"tweede"
    assert dav.faults[method] == []


@pytest.mark.parametrize(("code", "words"), [(401, "it refuses the user"), (403, "its user may not read that")])
def test_what_a_server_refuses_is_not_asked_again(dav: Dav, code: int, words: str) -> None:
    landing = opened(dav)
    dav.faults["GET"] = [code, code]
    with pytest.raises(SourceError, match=words):
        landing.open(FGW)
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
    opened(dav, patience=Patience(attempts=2, first=0.01, longest=0.5, chance=0.0))
    assert time.monotonic() - began >= 0.5, "no longer than the patience allows"


def test_many_files_take_one_question_per_folder(dav: Dav, folder: Path) -> None:
    for n in range(100):
        put(folder, f"vak/2019-2020/{n % 4}/{n}.csv", b"x")
    landing = opened(dav)
    dav.asked.clear()
    assert len([f for f in landing.files() if f.path.startswith("vak/")]) == 100
    folders = ["", "/vak", "/vak/2019-2020", *(f"/vak/2019-2020/{n}" for n in range(4)), "/verslag", f"/{YEAR}"]
    assert sorted(path.removeprefix("/remote.php/dav").rstrip("/") for _, path in dav.asked) == folders


def test_folders_in_folders_without_end_are_looked_into_so_far_and_no_further(ssh: Sftp, folder: Path) -> None:
    put(folder, "/".join(["d"] * (DEEPEST + 3)) + "/FGW.xlsx", b"x")
    refused = {f.path: f.refused.en for f in opened(ssh).files() if f.refused}
    assert refused == {"/".join(["d"] * (DEEPEST + 1)): "a folder that lies deeper than 32 folders: not looked into"}


def test_a_file_that_grows_on_the_server_is_left_for_the_next_run(server: Server, folder: Path) -> None:
    put(folder, f"{YEAR}/whole.xlsx", b"whole", age=0)
    landing = opened(server)
    with writing(folder / YEAR / "new.xlsx"):
        assert landing.settling(landing.files()) == {f"{YEAR}/new.xlsx"}
    assert landing.settling(landing.files()) == set()


def test_a_file_that_is_replaced_each_time_it_is_read_is_not_taken(dav: Dav, folder: Path) -> None:
    landing = opened(dav)
    landing.files()
    times: list[int] = []
    serve = dav.asked.append

    class Replacing(list[tuple[str, str]]):
        def append(self, question: tuple[str, str]) -> None:
            if question[0] == "GET":
                times.append(len(times))
                put(folder, FGW, b"x" * (1000 + len(times)), age=1000 + len(times))
            serve(question)

    dav.asked = Replacing()
    with pytest.raises(StillArriving):
        landing.open(FGW)
    assert len(times) == VERSIONS


def test_a_key_with_its_passphrase_opens_the_door_and_another_does_not(ssh: Sftp) -> None:
    other = "andere-zin-2f"
    keys = {"KEY_FILE": str(ssh.key_file), "PASSPHRASE": PASSPHRASE}
    assert len(opened(ssh, environment=ssh.environment(**keys)).files()) == 2
    assert set(ssh.attempts) == {"key"}
    with pytest.raises(SourceError, match="key file") as caught:
        opened(ssh, environment=ssh.environment(**{**keys, "PASSPHRASE": other}))
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


LONG_AGO = datetime(2020, 12, 18, tzinfo=UTC)


@pytest.mark.parametrize(
    ("info", "arrived", "expected"),
    [
        ({"ETag": '"a1"'}, LONG_AGO, f'"a1":5:{LONG_AGO.isoformat()}'),
        ({"ETag": '"a1"'}, None, '"a1":5:'),
        ({"item_info": {"cTag": "c:1"}, "etag": "e"}, LONG_AGO, f"c:1:5:{LONG_AGO.isoformat()}"),
        ({"etag": 'W/"a1"'}, LONG_AGO, f'W/"a1":5:{LONG_AGO.isoformat()}'),
        ({"etag": 'W/"a1"'}, "now", ""),
        ({}, LONG_AGO, f":5:{LONG_AGO.isoformat()}"),
        ({}, "now", ""),
        ({}, None, ""),
    ],
)
def test_what_a_server_tells_of_the_bytes_is_their_fingerprint_unless_they_may_change_under_it(
    info: dict[str, Any], arrived: datetime | str | None, expected: str
) -> None:
    assert _fingerprint(info, 5, datetime.now(UTC) if isinstance(arrived, str) else arrived) == expected
