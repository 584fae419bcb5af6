"""Landing zones in the cloud: S3 by a server of our own, SharePoint by an imitation of Graph, Azure by its options."""

from __future__ import annotations

import base64
import hashlib
import json
import threading
from collections.abc import Iterator
from datetime import date
from typing import Any
from urllib.parse import quote

import pytest

from kwaliteitsmonitor.connectors.landing import Landing
from kwaliteitsmonitor.foundation.addresses import address, reach
from kwaliteitsmonitor.foundation.retrying import Patience
from schemas.errors import SourceError, UsageError
from tests.connectors.servers import S3_SECRET, Bucket, landing_variables, s3
from tests.connectors.writing import BRIEFLY

AMSTERDAM = "Europe/Amsterdam"
QUICK = Patience(attempts=2, first=0.01, longest=0.01, chance=0.01)
SECRET = "geheime-sleutel-6e"
LARGE = b"x" * 9_000_000
ZONE = "sharepoint://uni.sharepoint.com/sites/Afspraken/Gedeelde%20documenten/zone"


FGW = "verslag/2019-2020/FGW.xlsx"


@pytest.fixture
def bucket() -> Iterator[Bucket]:
    """A bucket with two files in `zone`, and one elsewhere."""
    with s3() as made:
        contents = {f"zone/{FGW}": b"report", "zone/verslag/": b"", "zone/bfr.csv": LARGE, "elsewhere/other.csv": b"o"}
        for path, content in contents.items():
            made.put(path, content)
        yield made


def opened(bucket: Bucket, url: str = "") -> Landing:
    place = url or f"s3://{bucket.name}/zone"
    return Landing(place, AMSTERDAM, environment=bucket.environment, patience=QUICK, settling=BRIEFLY)


def read(landing: Landing, path: str) -> bytes:
    with landing.open(path) as stream:
        return stream.read()


def test_files_in_a_bucket_are_found_and_read_as_they_are_now(bucket: Bucket) -> None:
    landing = opened(bucket)
    found = {f.path: f for f in landing.files()}
    assert {path: f.size for path, f in found.items()} == {"bfr.csv": len(LARGE), FGW: 6}
    assert all(f.arrived and f.fingerprint for f in found.values())
    assert landing.settling(found.values()) == set()
    assert [read(landing, path) for path in ("bfr.csv", FGW)] == [LARGE, b"report"]
    bucket.put(f"zone/{FGW}", b"second")
    assert read(landing, FGW) == b"second"
    changed = [f.path for f in landing.files() if f.fingerprint != found[f.path].fingerprint]
    assert changed == [FGW]


def test_a_bucket_or_folder_that_is_not_there_is_said_not_to_be_there(bucket: Bucket) -> None:
    for url in (f"s3://{bucket.name}/absent", "s3://no-such-bucket/zone"):
        with pytest.raises(SourceError, match=r"there is no such|bucket") as caught:
            opened(bucket, url)
        assert S3_SECRET not in str(caught.value)


def reached(url: str, **environment: str) -> tuple[Any, str]:
    return reach(address(url), landing_variables(**environment))


def test_azure_is_reached_by_account_and_key() -> None:
    pytest.importorskip("adlfs", reason="Azure is not tested: install the 'azure' extra")
    filesystem, root = reached("abfs://box@account.dfs.core.windows.net/zone", PASSWORD="c2xldXRlbA==")
    assert (filesystem.account_name, filesystem.account_key, root) == ("account", "c2xldXRlbA==", "box/zone")


def test_azure_is_reached_by_an_application_where_a_tenant_is_named() -> None:
    pytest.importorskip("adlfs", reason="Azure is not tested: install the 'azure' extra")
    filesystem, _ = reached("abfs://box@account.dfs.core.windows.net/zone", USER="app", PASSWORD="x", TENANT="uni")
    assert (filesystem.client_id, filesystem.client_secret, filesystem.tenant_id) == ("app", "x", "uni")
    assert filesystem.account_key is None


class Graph:
    """Microsoft Graph as far as its client uses it, over HTTP: two libraries, of which one has a folder with files.

    It answers in the form of Microsoft's documentation; it is not Microsoft's server.
    """

    def __init__(self) -> None:
        self.files = {"/zone/a #1.csv": b"first", "/zone/Gedeeld één/b.csv": b"x" * 100_000, "/other/c.csv": b"c"}
        self.port = 0
        self.busy = 0

    def __call__(self, environ: dict[str, Any], start_response: Any) -> list[bytes]:
        path = environ["PATH_INFO"].encode("latin-1").decode()
        code, answer = self.answer(path, environ)
        size = ("Content-Length", str(len(answer)))
        start_response(code, [size, ("Content-Type", "application/json")])
        return [answer]

    def answer(self, path: str, environ: dict[str, Any]) -> tuple[str, bytes]:
        if path == "/uni/token":
            own = base64.b64encode(f"app:{SECRET}".encode()).decode()
            if environ.get("HTTP_AUTHORIZATION") != f"Basic {own}":
                return "401 Unauthorized", b'{"error": "invalid_client", "error_description": "AADSTS7000215"}'
            return "200 OK", json.dumps({"access_token": "t", "token_type": "Bearer", "expires_in": 3600}).encode()
        if environ.get("HTTP_AUTHORIZATION") != "Bearer t":
            return "401 Unauthorized", b"{}"
        if self.busy:
            self.busy -= 1
            return "503 Busy", b"{}"
        if path == "/v1.0/sites/uni.sharepoint.com:/sites/Afspraken:/drives":
            libraries = [("d0", "Archief", "Archive"), ("d1", "Documenten", "Gedeelde%20documenten")]
            found = [{"id": d, "name": n, "webUrl": f"https://uni/sites/Afspraken/{u}"} for d, n, u in libraries]
            return "200 OK", json.dumps({"value": found}).encode()
        if not path.startswith("/v1.0/drives/d1/"):
            return "404 Not Found", b"{}"
        return self.item(path.removeprefix("/v1.0/drives/d1/"), environ)

    def item(self, wanted: str, environ: dict[str, Any]) -> tuple[str, bytes]:
        if wanted.startswith("items/"):
            name, _, action = wanted.removeprefix("items/").partition("/")
            place = next((f for f in self.files if self.identity(f) == name), "")
        else:
            place, _, action = wanted.removeprefix("root").removeprefix(":").partition(":")
            action = action.strip("/")
        if action == "content":
            content = self.files[place]
            if reach := environ.get("HTTP_RANGE"):
                start, _, end = reach.removeprefix("bytes=").partition("-")
                content = content[int(start) : int(end or len(content)) + 1]
            return "200 OK", content
        if action == "children":
            inside = {f[len(place) + 1 :].split("/")[0] for f in self.files if f.startswith(f"{place}/")}
            return "200 OK", json.dumps({"value": [self.about(f"{place}/{name}") for name in sorted(inside)]}).encode()
        if place in self.files or any(f.startswith(f"{place}/") for f in self.files):
            return "200 OK", json.dumps(self.about(place)).encode()
        return "404 Not Found", b"{}"

    def identity(self, place: str) -> str:
        return hashlib.sha256(place.encode()).hexdigest()[:8]

    def about(self, place: str) -> dict[str, Any]:
        inside, _, name = place.rpartition("/")
        content = self.files.get(place)
        kind = {"folder": {"childCount": 1}} if content is None else {"file": {"mimeType": "text/csv"}}
        return {
            **kind,
            "id": self.identity(place),
            "name": name,
            "size": len(content or b""),
            "cTag": f"c:{hashlib.sha256(content or b'').hexdigest()}",
            "lastModifiedDateTime": "2020-12-18T11:00:00Z",
            "createdDateTime": "2020-12-18T11:00:00Z",
            "parentReference": {"path": f"/drives/d1/root:{quote(inside)}", "driveId": "d1"},
        }


@pytest.fixture
def graph() -> Iterator[Graph]:
    pytest.importorskip("msgraphfs", reason="SharePoint is not tested: install the 'sharepoint' extra")
    from cheroot.wsgi import Server

    imitation = Graph()
    server = Server(("127.0.0.1", 0), imitation, numthreads=4)
    server.prepare()
    imitation.port = server.bind_addr[1]
    thread = threading.Thread(target=server.serve, daemon=True)
    thread.start()
    try:
        yield imitation
    finally:
        server.stop()
        thread.join(timeout=10)


def in_library(graph: Graph, url: str = ZONE, secret: str = SECRET) -> Landing:
    here = f"http://127.0.0.1:{graph.port}"
    named = {"ENDPOINT": f"{here}/v1.0", "TENANT": f"{here}/uni/token", "USER": "app", "PASSWORD": secret}
    environment = landing_variables(**named)
    return Landing(url, AMSTERDAM, environment=environment, patience=QUICK, settling=BRIEFLY)


def test_files_in_a_library_are_found_by_its_address_and_read(graph: Graph) -> None:
    landing = in_library(graph)
    found = landing.files()
    assert [(f.path, f.size) for f in found] == [("Gedeeld één/b.csv", 100_000), ("a #1.csv", 5)]
    assert {f.received_on for f in found} == {date(2020, 12, 18)}
    assert all(f.fingerprint.startswith("c:") for f in found)
    for path, content in (("a #1.csv", b"first"), ("Gedeeld één/b.csv", b"x" * 100_000)):
        with landing.open(path) as stream:
            assert stream.read() == content


def test_graph_that_is_busy_for_a_moment_is_asked_again(graph: Graph) -> None:
    landing = in_library(graph)
    graph.busy = 1
    assert len(landing.files()) == 2


def test_a_library_that_the_site_does_not_have_is_never_replaced_by_another(graph: Graph) -> None:
    with pytest.raises(UsageError, match="the site has no library 'Documents'") as caught:
        in_library(graph, "sharepoint://uni.sharepoint.com/sites/Afspraken/Documents/zone")
    assert caught.value.expected == "one of Archief, Documenten"
    with pytest.raises(SourceError, match="there is no such landing zone"):
        in_library(graph, "sharepoint://uni.sharepoint.com/sites/Anders/Documenten/zone")


def test_an_application_with_a_wrong_secret_is_refused_in_one_sentence(graph: Graph) -> None:
    with pytest.raises(SourceError, match="it refuses the user, or the password, key or token") as caught:
        in_library(graph, secret="geheim-fout-8c")
    assert "tried" not in caught.value.what
    assert "fout-8c" not in str(caught.value)


@pytest.mark.parametrize(
    ("url", "environment", "expected"),
    [
        (ZONE, {}, "KWALITEITSMONITOR_LANDING_TENANT"),
        ("sharepoint://Site", {"USER": "a", "PASSWORD": "b", "TENANT": "c"}, "sharepoint://uni.sharepoint.com/sites/"),
    ],
)
def test_what_sharepoint_needs_and_lacks_is_said(url: str, environment: dict[str, str], expected: str) -> None:
    pytest.importorskip("msgraphfs", reason="SharePoint is not tested: install the 'sharepoint' extra")
    with pytest.raises(UsageError) as caught:
        reached(url, **environment)
    assert expected in caught.value.expected
