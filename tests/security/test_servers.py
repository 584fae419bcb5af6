"""Whatever listens, listens on this machine alone, unless a proxy that asks who is there stands in front of it."""

from __future__ import annotations

import re
from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parents[2]
COMPOSE = ROOT / "deploy" / "docker" / "compose.yaml"
PLACES = [
    *(ROOT / name for name in ("Makefile", "README.md", "dagster.yaml")),
    *(ROOT / "docs").glob("*.md"),
    *(path for path in (ROOT / "deploy").rglob("*") if path.is_file() and path.suffix != ".pyc"),
]
SERVERS = r"dagster dev|dagster-webserver|dagster code-server start|dagster api grpc|-m dagster dev"
LOOPBACK = ("127.0.0.1", "localhost", "::1")


def started(text: str) -> list[str]:
    """Every command in a text that starts a server, on one line."""
    joined = re.sub(r"\\\n\s*", " ", text)
    return [line.strip() for line in joined.splitlines() if re.search(rf"({SERVERS})\s.*--?\w", line)]


def test_a_server_is_started_on_loopback() -> None:
    """But in containers: there services listen on every address, which nobody reaches but their neighbours."""
    servers = 0
    for path in PLACES:
        text = path.read_text(encoding="utf-8", errors="ignore")
        servers += len(started(text))
        if path != COMPOSE:
            hosts = [re.search(r"(?:--host|-h)[ =](\S+)", line) for line in started(text)]
            assert all(host and host[1] in LOOPBACK for host in hosts), (path, started(text))
            assert not re.search(r"--host[ =](0\.0\.0\.0|::|\*)", text), path
    assert servers >= 4, "there are servers to look at"


def test_of_the_containers_the_proxy_alone_has_a_port_outside() -> None:
    compose = yaml.safe_load(COMPOSE.read_text(encoding="utf-8"))
    services = compose["services"]
    ports = [(name, str(port)) for name, service in services.items() for port in service.get("ports", [])]
    assert {name for name, port in ports if not port.startswith(("127.0.0.1:", "[::1]:"))} <= {"proxy"}
    assert compose["networks"]["inside"]["internal"] is True
    assert services["postgres"]["networks"] == ["inside"]
    assert all(service.get("network_mode") != "host" for service in services.values())


def test_on_kubernetes_no_service_has_an_address_outside_the_cluster() -> None:
    for path in sorted((ROOT / "deploy" / "kubernetes").glob("*.yaml")):
        text = path.read_text(encoding="utf-8")
        assert not re.search(r"type:\s*(LoadBalancer|NodePort)", text), path.name
        assert "hostNetwork: true" not in text
