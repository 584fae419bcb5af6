"""Landing zones in the cloud: S3 by a server of our own, SharePoint by an imitation of Graph, Azure by its options."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Iterator
from datetime import date
from typing import Any
from urllib.parse import quote

import pytest

from kwaliteitsmonitor.connectors.landing import Landing
from kwaliteitsmonitor.foundation.addresses import address, reach
from schemas.errors import SourceError, UsageError
from tests.connectors.servers import S3_SECRET, Bucket, landing_variables, s3, serving
from tests.connectors.writing import opened, read

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


def test_files_in_a_bucket_are_found_and_read_as_they_are_now_and_what_is_not_there_is_said(bucket: Bucket) -> None:
    landing = opened(f"s3://{bucket.name}/zone", bucket.environment)
    files = {f.path: f for f in landing.files()}
    assert {path: f.size for path, f in files.items()} == {"bfr.csv": len(LARGE), FGW: 6}
    assert all(f.arrived and f.fingerprint for f in files.values())
    assert landing.settling(files.values()) == set()
    assert [read(landing, path) for path in ("bfr.csv", FGW)] == [LARGE, b"report"]
    bucket.put(f"zone/{FGW}", b"second")
    assert read(landing, FGW) == b"second"
    assert [f.path for f in landing.files() if f.fingerprint != files[f.path].fingerprint] == [FGW]
    for url in (f"s3://{bucket.name}/absent", "s3://no-such-bucket/zone"):
        with pytest.raises(SourceError, match=r"there is no such|bucket") as caught:
            opened(url, bucket.environment)
        assert S3_SECRET not in str(caught.value)


def reached(url: str, **environment: str) -> tuple[Any, str]:
    return reach(address(url), landing_variables(**environment))


def test_azure_is_reached_by_account_and_key_or_by_an_application_where_a_tenant_is_named() -> None:
    pytest.importorskip("adlfs", reason="Azure is not tested: install the 'azure' extra")
    url = "abfs://box@account.dfs.core.windows.net/zone"
    filesystem, root = reached(url, PASSWORD="c2xldXRlbA==")
    assert (filesystem.account_name, filesystem.account_key, root) == ("account", "c2xldXRlbA==", "box/zone")
    filesystem, _ = reached(url, USER="app", PASSWORD="x", TENANT="uni")
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
        code, answer = self.answer(environ["PATH_INFO"].encode("latin-1").decode(), environ)
        start_response(code, [("Content-Length", str(len(answer))), ("Content-Type", "application/json")])
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
    imitation = Graph()
    with serving(imitation) as imitation.port:
        yield imitation


def in_library(graph: Graph, url: str = ZONE, secret: str = SECRET) -> Landing:
    here = f"http://127.0.0.1:{graph.port}"
    named = {"ENDPOINT": f"{here}/v1.0", "TENANT": f"{here}/uni/token", "USER": "app", "PASSWORD": secret}
    return opened(url, landing_variables(**named))


def test_files_in_a_library_are_found_by_its_address_and_read_though_graph_is_busy(graph: Graph) -> None:
    landing = in_library(graph)
    graph.busy = 1
    files = landing.files()
    assert [(f.path, f.size) for f in files] == [("Gedeeld één/b.csv", 100_000), ("a #1.csv", 5)]
    assert {f.received_on for f in files} == {date(2020, 12, 18)}
    assert all(f.fingerprint.startswith("c:") for f in files)
    assert [read(landing, path) for path in ("a #1.csv", "Gedeeld één/b.csv")] == [b"first", b"x" * 100_000]


def test_a_library_that_the_site_does_not_have_is_never_replaced_by_another(graph: Graph) -> None:
    with pytest.raises(UsageError, match="the site has no library 'Documents'") as caught:
        in_library(graph, "sharepoint://uni.sharepoint.com/sites/Afspraken/Documents/zone")
    assert caught.value.expected == "one of Archief, Documenten"
    with pytest.raises(SourceError, match="there is no such landing zone"):
        in_library(graph, "sharepoint://uni.sharepoint.com/sites/Anders/Documenten/zone")


def test_an_application_with_a_wrong_secret_is_refused_and_what_sharepoint_lacks_is_said(graph: Graph) -> None:
    with pytest.raises(SourceError, match="it refuses the user, or the password, key or token") as caught:
        in_library(graph, secret="geheim-fout-8c")
    assert "tried" not in caught.value.what
    assert "fout-8c" not in str(caught.value)
    for url, environment, expected in (
        (ZONE, {}, "KWALITEITSMONITOR_LANDING_TENANT"),
        ("sharepoint://Site", {"USER": "a", "PASSWORD": "b", "TENANT": "c"}, "sharepoint://uni.sharepoint.com/sites/"),
    ):
        with pytest.raises(UsageError) as lacking:
            reached(url, **environment)
        assert expected in lacking.value.expected
