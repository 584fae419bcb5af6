"""Landing zones on servers: real ones, started here, that refuse, break off, are busy and recover."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from kwaliteitsmonitor.connectors.files import DEEPEST, StillArriving
from kwaliteitsmonitor.connectors.landing import Landing
from kwaliteitsmonitor.connectors.remote import VERSIONS, _fingerprint
from kwaliteitsmonitor.connectors.server import Server as RemoteServer
from kwaliteitsmonitor.connectors.silence import SilentError, unless_silent
from kwaliteitsmonitor.foundation.addresses import address
from kwaliteitsmonitor.foundation.retrying import Patience, TriedError
from kwaliteitsmonitor.foundation.vault.store import keep
from kwaliteitsmonitor.foundation.workspace import Workspace
from schemas.errors import SourceError, UsageError
from tests.connectors.proxy import Proxy
from tests.connectors.servers import PASSPHRASE, PASSWORD, USER, Dav, Sftp, sftp, webdav
from tests.connectors.writing import QUICK, opened, put, read, writing

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
    with webdav(folder) as server:
        yield server


@pytest.fixture
def ssh(folder: Path, tmp_path: Path) -> Iterator[Sftp]:
    with sftp(folder, tmp_path / "keys") as server:
        yield server


@pytest.fixture(params=["dav", "ssh"])
def server(request: pytest.FixtureRequest) -> Server:
    one: Server = request.getfixturevalue(request.param)
    return one


def entering(server: Server, password: str = PASSWORD) -> dict[str, str]:
    return server.environment(password) if isinstance(server, Dav) else server.environment(PASSWORD=password)


def landing_on(server: Server, port: int | None = None, **more: Any) -> Landing:
    return opened(server.url(port), **{"environment": entering(server), **more})


def cut(server: Server, *plan: int | None) -> Proxy:
    return Proxy(lambda: socket.create_connection(("127.0.0.1", server.port)), plan)


def refused(landing: Landing) -> dict[str, str]:
    return {f.path: f.refused.en for f in landing.files() if f.refused}


def test_a_server_tells_paths_moments_sizes_and_fingerprints_that_stay(server: Server, folder: Path) -> None:
    landing = landing_on(server)
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
        landing_on(server, environment=entering(server, "fout-wacht-9e"))
    error = caught.value
    assert (error.exit_code, "tried" in error.what, "\n" in str(error)) == (4, False, False)
    assert "it refuses the user, or the password, key or token" in error.what
    assert "fout-wacht-9e" not in f"{error} {error!r} {error.__cause__!r} {error.__dict__}"
    assert len(server.asked if isinstance(server, Dav) else server.attempts) == 1


def test_what_is_not_there_is_said_and_a_server_that_is_not_there_is_tried_again(server: Server, closed: int) -> None:
    with pytest.raises(SourceError, match="there is no such landing zone"):
        opened(server.url().rstrip("/") + "/absent", entering(server))
    with pytest.raises(SourceError, match="cannot be read from the landing zone"):
        landing_on(server).open("verslag/gone.xlsx")
    with pytest.raises(SourceError, match=r"the connection was refused or lost .*, tried 3 times"):
        landing_on(server, closed)


def test_a_file_cut_off_half_way_is_read_from_the_start_or_given_up(server: Server, workspace: Workspace) -> None:
    with cut(server, 2_000_000, 3_000_000, None) as proxy:
        landing = landing_on(server, proxy.port)
        assert [read(landing, path) for path in (FGW, FDA)] == [LARGE, b"tweede"]
        assert proxy.cut == 2
    with cut(server, 2_000_000) as proxy:
        landing = landing_on(server, proxy.port)
        with pytest.raises(SourceError, match="tried 3 times"), landing.open(FGW) as stream:
            keep(workspace, stream)
    assert not workspace.root.exists()


def test_a_server_that_is_busy_twice_is_asked_a_third_time_and_given_up_where_it_stays_so(dav: Dav) -> None:
    dav.faults |= {"PROPFIND": [503, 429], "GET": [503, 429]}
    assert read(landing_on(dav), FDA) == b"tweede"
    assert dav.faults == {"PROPFIND": [], "GET": []}
    dav.faults["PROPFIND"] = [503] * 10
    with pytest.raises(SourceError, match=r"it is busy or out of order \(503\), tried 3 times"):
        landing_on(dav)
    assert len(dav.faults["PROPFIND"]) == 7


def test_a_server_that_says_how_long_to_wait_is_waited_for_so_long(dav: Dav) -> None:
    dav.faults["PROPFIND"] = [429]
    dav.headers.append(("Retry-After", "1"))
    began = time.monotonic()
    landing_on(dav, patience=Patience(attempts=2, first=0.01, longest=0.5, chance=0.0))
    assert time.monotonic() - began >= 0.5, "no longer than the patience allows"


def test_many_files_take_one_question_per_folder(dav: Dav, folder: Path) -> None:
    for n in range(12):
        put(folder, f"vak/2019-2020/{n % 4}/{n}.csv", b"x")
    landing = landing_on(dav)
    dav.asked.clear()
    assert len([f for f in landing.files() if f.path.startswith("vak/")]) == 12
    folders = ["", "/vak", "/vak/2019-2020", *(f"/vak/2019-2020/{n}" for n in range(4)), "/verslag", f"/{YEAR}"]
    assert sorted(path.removeprefix("/remote.php/dav").rstrip("/") for _, path in dav.asked) == folders


def test_folders_without_end_and_links_are_shown_and_not_followed(ssh: Sftp, folder: Path) -> None:
    put(folder, "/".join(["d"] * (DEEPEST + 3)) + "/FGW.xlsx", b"x")
    (folder / YEAR / "FdR.xlsx").symlink_to("/etc/passwd")
    assert refused(landing_on(ssh)) == {
        "/".join(["d"] * (DEEPEST + 1)): "a folder that lies deeper than 32 folders: not looked into",
        f"{YEAR}/FdR.xlsx": "a link on a server: not followed; deliver the file itself",
    }


def test_a_file_that_grows_on_the_server_is_left_for_the_next_run(server: Server, folder: Path) -> None:
    put(folder, f"{YEAR}/whole.xlsx", b"whole", age=0)
    landing = landing_on(server)
    with writing(folder / YEAR / "new.xlsx"):
        assert landing.settling(landing.files()) == {f"{YEAR}/new.xlsx"}
    assert landing.settling(landing.files()) == set()


def test_a_file_that_is_replaced_each_time_it_is_read_is_not_taken(dav: Dav, folder: Path) -> None:
    landing = landing_on(dav)
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
    assert len(landing_on(ssh, environment=ssh.environment(**keys)).files()) == 2
    assert set(ssh.attempts) == {"key"}
    with pytest.raises(SourceError, match="key file") as caught:
        landing_on(ssh, environment=ssh.environment(**{**keys, "PASSPHRASE": other}))
    assert other not in str(caught.value)
    assert "tried" not in caught.value.what


def test_a_host_key_that_is_not_known_is_wrong_usage_and_never_taken_for_granted(ssh: Sftp, tmp_path: Path) -> None:
    """And one that is another is refused, and not tried again."""
    import asyncssh

    with pytest.raises(UsageError, match="the host key of the server is not known") as unknown:
        landing_on(ssh, environment=ssh.environment(PASSWORD=PASSWORD, KNOWN_HOSTS=str(tmp_path / "absent")))
    assert unknown.value.exit_code == 2
    other = tmp_path / "other"
    other.write_text(f"* {asyncssh.generate_private_key('ssh-ed25519').export_public_key().decode()}")
    with pytest.raises(SourceError, match="its host key is not the one that is known of it") as caught:
        landing_on(ssh, environment=ssh.environment(PASSWORD=PASSWORD, KNOWN_HOSTS=str(other)))
    assert "tried" not in caught.value.what
    assert ssh.attempts == [], "the password was given to no stranger"


def test_a_password_goes_unencrypted_over_no_network(dav: Dav, monkeypatch: pytest.MonkeyPatch) -> None:
    from fsspec.config import conf

    with pytest.raises(UsageError, match="over the network for all to read"):
        opened("webdav+http://files.example.org/dav")
    monkeypatch.setitem(conf, "webdav", {"auth": (USER, PASSWORD)})
    assert len(landing_on(dav, environment={}).files()) == 2


def test_a_question_that_may_pass_is_put_again_over_a_new_connection(dav: Dav) -> None:
    server = RemoteServer(address(f"{dav.url()}/verslag"), dav.environment(), "landing zone", QUICK)
    reached: list[Any] = []

    def lost_once(fs: Any) -> Any:
        reached.append(fs)
        if len(reached) == 1:
            raise ConnectionResetError
        return fs.info(server.root)["type"]

    assert server.ask(lost_once) == "directory"
    assert reached[0] is not reached[1]

    def refuses(fs: Any) -> Any:
        reached.append(fs)
        raise LookupError

    with pytest.raises(TriedError) as caught:
        server.ask(refuses)
    assert (caught.value.times, len(reached)) == (1, 3)


def test_a_source_is_waited_for_as_long_as_it_is_heard_of_and_given_up_once_it_is_silent() -> None:
    def slowly(heard: Callable[[], None]) -> int:
        for _ in range(8):
            threading.Event().wait(0.06)
            heard()
        return 8

    def broken(heard: Callable[[], None]) -> None:
        raise LookupError("gone")

    assert unless_silent(slowly, 0.3) == 8
    ended = threading.Event()
    with pytest.raises(SilentError, match="0 seconds"):
        unless_silent(lambda heard: ended.wait(30), 0.1)
    ended.set()
    with pytest.raises(LookupError, match="gone"):
        unless_silent(broken, 5.0)


def test_what_a_server_tells_of_the_bytes_is_their_fingerprint_unless_they_may_change_under_it() -> None:
    now, then = datetime.now(UTC), datetime(2020, 12, 18, tzinfo=UTC)
    strong, weak, of_graph = {"ETag": '"a1"'}, {"etag": 'W/"a1"'}, {"item_info": {"cTag": "c:1"}, "etag": "e"}
    assert [_fingerprint(strong, 5, then), _fingerprint(strong, 5, None)] == [f'"a1":5:{then.isoformat()}', '"a1":5:']
    assert _fingerprint(of_graph, 5, then) == f"c:1:5:{then.isoformat()}"
    assert [_fingerprint(weak, 5, moment) for moment in (then, now)] == [f'W/"a1":5:{then.isoformat()}', ""]
    assert [_fingerprint({}, 5, moment) for moment in (then, now, None)] == [f":5:{then.isoformat()}", "", ""]
