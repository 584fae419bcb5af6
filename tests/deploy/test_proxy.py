"""The reverse proxy as it is configured in deploy/proxy, run for real: Apache, a provider, two web servers."""

from __future__ import annotations

import base64
import os
import re
import secrets
import shutil
import socket
import ssl
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit

import dagster as dg
import pytest
import requests

from tests.certificates import certificate
from tests.deploy.provider import CLIENT, SECRET, Provider, provider
from tests.serving import PATIENCE, free_port, wait_for

PROXY = Path(__file__).resolve().parents[2] / "deploy" / "proxy"
MODULES = Path("/usr/lib/apache2/modules")
APACHE = shutil.which("apache2") or shutil.which("apache2", path="/usr/sbin")
NEEDED = (
    "mpm_event", "authn_core", "authz_core", "authz_user", "auth_openidc", "alias", "dir", "env", "headers",
    "log_config", "mime", "proxy", "proxy_http", "proxy_wstunnel", "rewrite", "setenvif", "socache_shmcb", "ssl",
    "unixd",
)  # fmt: skip
WHY = "the reverse proxy is not tested: install apache2 and libapache2-mod-auth-openidc (apt-get)"
pytestmark = pytest.mark.skipif(not APACHE or not (MODULES / "mod_auth_openidc.so").is_file(), reason=WHY)
READER = "urn:mace:uni.example:entitlement:kwaliteitsmonitor-reader"
ENGINEER = "urn:mace:uni.example:entitlement:kwaliteitsmonitor-engineer"
ACT = {"query": "mutation { reloadWorkspace { __typename } }"}
LOOK = {"query": "{ version }"}
SMALL = """
import dagster as dg
defs = dg.Definitions(assets=[dg.AssetSpec("figure")])
"""


@dataclass(frozen=True)
class Site:
    """The site as the proxy shows it, the provider behind its login, and the certificate to trust."""

    url: str
    provider: Provider
    certificate: Path

    def visitor(self, *entitlements: str) -> requests.Session:
        """A browser of someone with these entitlements, not yet logged in."""
        self.provider.person = {"sub": secrets.token_hex(4), "eduperson_entitlement": list(entitlements)}
        browser = requests.Session()
        browser.verify = str(self.certificate)
        browser.trust_env = False
        return browser

    def logged_in(self, *entitlements: str) -> requests.Session:
        browser = self.visitor(*entitlements)
        browser.get(f"{self.url}/")
        return browser


@pytest.fixture(scope="module")
def folder() -> Iterator[Path]:
    """A folder that the user of Apache may read, which those of pytest are not."""
    made = Path(tempfile.mkdtemp(prefix="proxy-"))
    made.chmod(0o755)
    yield made
    shutil.rmtree(made, ignore_errors=True)


@pytest.fixture(scope="module")
def site(folder: Path) -> Iterator[Site]:
    engineers, readers, port = free_port(), free_port(), free_port()
    home = folder / "home"
    home.mkdir()
    (home / "dagster.yaml").write_text("telemetry: {enabled: false}\n")
    with dg.DagsterInstance.from_config(str(home)):
        pass  # its databases are made before two servers open them at once
    (folder / "small.py").write_text(SMALL)
    published = folder / "published"
    (published / "releases").mkdir(parents=True)
    (published / "index.html").write_text("<p>uitgaven</p>")
    started = []
    with provider() as login:
        try:
            for number, prefix, more in ((engineers, "/beheer", []), (readers, "/inzage", ["--read-only"])):
                started.append(web_server(folder, number, prefix, more))
            started.append(apache(folder, login.url, port, engineers, readers))
            site = Site(f"https://127.0.0.1:{port}", login, folder / "certificate.pem")
            wait_for(f"http://127.0.0.1:{engineers}/beheer/server_info", started[0], folder / "beheer.log")
            wait_for(f"http://127.0.0.1:{readers}/inzage/server_info", started[1], folder / "inzage.log")
            wait_for(site.url, started[2], folder / "apache.log", str(site.certificate))
            yield site
        finally:
            for process in reversed(started):
                process.terminate()
            for process in started:
                process.wait(timeout=PATIENCE)


def web_server(folder: Path, port: int, prefix: str, more: list[str]) -> subprocess.Popen[bytes]:
    """A web server of Dagster, with the options that its unit in deploy/systemd has."""
    options = ["-f", folder / "small.py", "--host", "127.0.0.1", "--port", port, "--path-prefix", prefix, *more]
    with (folder / f"{prefix[1:]}.log").open("wb") as log:
        return subprocess.Popen(
            [sys.executable, "-m", "dagster_webserver", *map(str, options)],
            env={**os.environ, "DAGSTER_HOME": str(folder / "home"), "DAGSTER_DISABLE_TELEMETRY": "1"},
            cwd=folder,
            stdout=log,
            stderr=subprocess.STDOUT,
        )


def apache(folder: Path, login: str, port: int, engineers: int, readers: int) -> subprocess.Popen[bytes]:
    """Apache with the site of deploy/proxy as it is; only its settings are of the test."""
    own, key = certificate(folder, datetime.now(UTC) + timedelta(days=1), authority=True)
    settings = {
        "KM_HOST": f"127.0.0.1:{port}",
        "KM_ADDRESS": f"127.0.0.1:{port}",
        "KM_CERTIFICATE": own,
        "KM_CERTIFICATE_KEY": key,
        "KM_PROVIDER": f"{login}/.well-known/openid-configuration",
        "KM_CLIENT_ID": CLIENT,
        "KM_CLIENT_SECRET": SECRET,
        "KM_SEAL": secrets.token_hex(32),
        "KM_READER_CLAIM": f'"eduperson_entitlement:{READER}"',
        "KM_ENGINEER_CLAIM": f'"eduperson_entitlement:{ENGINEER}"',
        "KM_ENGINEERS_UI": f"http://127.0.0.1:{engineers}",
        "KM_READERS_UI": f"http://127.0.0.1:{readers}",
        "KM_PUBLISHED": folder / "published",
        "APACHE_LOG_DIR": folder,
    }
    names = set(re.findall(r"^Define (KM_\w+)", (PROXY / "settings.conf").read_text(), re.MULTILINE))
    assert names == set(settings) - {"APACHE_LOG_DIR"}  # what the example has is what the test gives, and no more
    (folder / "kwaliteitsmonitor").mkdir()
    defined = "".join(f"Define {name} {value}\n" for name, value in settings.items())
    (folder / "kwaliteitsmonitor" / "settings.conf").write_text(defined)
    modules = {name: MODULES / f"mod_{name}.so" for name in NEEDED}  # some are built in
    loading = "".join(f"LoadModule {name}_module {at}\n" for name, at in modules.items() if at.is_file())
    (folder / "httpd.conf").write_text(
        f"ServerRoot {folder}\nPidFile {folder}/apache.pid\nListen 127.0.0.1:{port}\n{loading}"
        f"User www-data\nGroup www-data\nServerName 127.0.0.1\nTypesConfig /etc/mime.types\n"
        f"ErrorLog {folder}/error.log\n<Directory />\n  Require all denied\n</Directory>\n"
        f"Include {PROXY}/kwaliteitsmonitor.conf\n"
    )
    with (folder / "apache.log").open("wb") as log:
        return subprocess.Popen(
            [str(APACHE), "-f", str(folder / "httpd.conf"), "-D", "FOREGROUND"], stdout=log, stderr=subprocess.STDOUT
        )


@pytest.mark.parametrize("path", ["/", "/inzage/", "/beheer/", "/beheer/locations", "/index.html"])
def test_without_a_login_every_page_leads_to_the_provider(site: Site, path: str) -> None:
    answer = site.visitor().get(f"{site.url}{path}", allow_redirects=False)
    assert answer.status_code == 302
    assert answer.headers["Location"].startswith(f"{site.provider.url}/authorize?")
    assert "code_challenge_method=S256" in answer.headers["Location"]


def test_what_a_page_asks_without_a_login_or_with_a_forged_one_is_refused_and_not_sent_elsewhere(site: Site) -> None:
    forged = {"OIDC_CLAIM_eduperson_entitlement": ENGINEER, "Cookie": "mod_auth_openidc_session=" + "a" * 36}
    for path, headers in (("/inzage/graphql", {}), ("/beheer/graphql", {}), ("/beheer/graphql", forged)):
        answer = site.visitor().post(f"{site.url}{path}", json=ACT, headers=headers, allow_redirects=False)
        assert answer.status_code == 401


def test_someone_with_neither_role_gets_nothing(site: Site) -> None:
    stranger = site.logged_in("urn:mace:uni.example:entitlement:library")
    for path in ("/", "/inzage/", "/beheer/", "/beheer/graphql"):
        assert stranger.get(f"{site.url}{path}").status_code == 403, path


def test_a_reader_looks_and_cannot_act(site: Site) -> None:
    reader = site.logged_in(READER)
    assert "uitgaven" in reader.get(f"{site.url}/").text
    assert '"assetPrefix":"/inzage"' in reader.get(f"{site.url}/inzage/").text
    assert "version" in reader.post(f"{site.url}/inzage/graphql", json=LOOK).json()["data"]
    acted = reader.post(f"{site.url}/inzage/graphql", json=ACT).json()
    assert acted["data"]["reloadWorkspace"]["__typename"] == "UnauthorizedError"


@pytest.mark.parametrize(
    "path",
    ["/beheer", "/beheer/", "/beheer/graphql", "/%62eheer/graphql", "//beheer/graphql", "/inzage/../beheer/graphql"],
)
def test_a_reader_does_not_reach_what_is_for_engineers(site: Site, path: str) -> None:
    reader = site.logged_in(READER)
    request = requests.Request("POST", site.url, json=ACT).prepare()
    request.url = f"{site.url}{path}"
    request.headers["Cookie"] = "; ".join(f"{c.name}={c.value}" for c in reader.cookies)
    answer = reader.send(request, allow_redirects=True, verify=str(site.certificate))
    assert answer.status_code in (403, 404)
    assert "reloadWorkspace" not in answer.text


def test_an_engineer_looks_and_acts(site: Site) -> None:
    engineer = site.logged_in(ENGINEER)
    assert '"assetPrefix":"/beheer"' in engineer.get(f"{site.url}/beheer/").text
    acted = engineer.post(f"{site.url}/beheer/graphql", json=ACT, headers={"Origin": site.url}).json()
    assert acted["data"]["reloadWorkspace"]["__typename"] == "Workspace"
    assert "uitgaven" in engineer.get(f"{site.url}/").text


def test_a_page_elsewhere_cannot_act_with_the_session_of_an_engineer(site: Site) -> None:
    engineer = site.logged_in(ENGINEER)
    elsewhere = {"Origin": "https://elsewhere.example"}
    assert engineer.post(f"{site.url}/beheer/graphql", json=ACT, headers=elsewhere).status_code == 403
    assert websocket(site, engineer, "/beheer/graphql", "https://elsewhere.example").startswith("HTTP/1.1 403")
    assert all("samesite" in {name.lower() for name in cookie._rest} for cookie in engineer.cookies)
    assert all(cookie.secure and "HttpOnly" in cookie._rest for cookie in engineer.cookies)


def test_websockets_are_passed_on_to_who_may(site: Site) -> None:
    for role, place, code in ((ENGINEER, "/beheer", 101), (READER, "/inzage", 101), (READER, "/beheer", 403)):
        answer = websocket(site, site.logged_in(role), f"{place}/graphql", site.url)
        assert answer.startswith(f"HTTP/1.1 {code}")


def websocket(site: Site, browser: requests.Session, path: str, origin: str) -> str:
    """The first line of the answer to a browser that asks for a websocket."""
    place = urlsplit(site.url)
    trusting = ssl.create_default_context(cafile=str(site.certificate))
    cookies = "; ".join(f"{cookie.name}={cookie.value}" for cookie in browser.cookies)
    request = (
        f"GET {path} HTTP/1.1\r\nHost: {place.netloc}\r\nOrigin: {origin}\r\nCookie: {cookies}\r\n"
        "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
        f"Sec-WebSocket-Key: {base64.b64encode(secrets.token_bytes(16)).decode()}\r\n"
        "Sec-WebSocket-Protocol: graphql-ws\r\n\r\n"
    )
    with (
        socket.create_connection((str(place.hostname), place.port or 443), timeout=PATIENCE) as plain,
        trusting.wrap_socket(plain, server_hostname=str(place.hostname)) as line,
    ):
        line.sendall(request.encode())
        return line.recv(4096).decode("latin-1").split("\r\n")[0]


def test_every_answer_carries_the_headers_that_protect_and_reports_run_no_script(site: Site) -> None:
    reader = site.logged_in(READER)
    for path in ("/", "/inzage/"):
        headers = reader.get(f"{site.url}{path}").headers
        assert headers["Strict-Transport-Security"] == "max-age=31536000"
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["X-Frame-Options"] == "DENY"
    policy = reader.get(f"{site.url}/").headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'")
    assert "script" not in policy


def test_what_the_log_says_holds_no_code_of_a_login(site: Site, folder: Path) -> None:
    site.logged_in(ENGINEER)
    log = (folder / "kwaliteitsmonitor.log").read_text()
    assert '"GET /login HTTP' in log
    assert "code=" not in log
    assert site.provider.refused == []
