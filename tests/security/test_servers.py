"""Whatever listens, listens on this machine alone, unless a proxy that asks who is there stands in front of it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
COMPOSE = ROOT / "deploy" / "docker" / "compose.yaml"
IN_CONTAINERS = (COMPOSE,)
"""Where services listen on every address of a container, which nobody reaches but its neighbours."""
PLACES = [
    *(ROOT / name for name in ("Makefile", "README.md", "dagster.yaml")),
    *sorted((ROOT / "docs").glob("*.md")),
    *sorted(path for path in (ROOT / "deploy").rglob("*") if path.is_file() and path.suffix != ".pyc"),
]
SERVERS = r"dagster dev|dagster-webserver|dagster code-server start|dagster api grpc|-m dagster dev"
LOOPBACK = ("127.0.0.1", "localhost", "::1")


def started(text: str) -> list[str]:
    """Every command in a text that starts a server, on one line."""
    joined = re.sub(r"\\\n\s*", " ", text)
    return [line.strip() for line in joined.splitlines() if re.search(rf"({SERVERS})\s.*--?\w", line)]


def test_there_are_servers_to_look_at() -> None:
    assert sum(len(started(path.read_text(encoding="utf-8", errors="ignore"))) for path in PLACES) >= 4


@pytest.mark.parametrize("path", [p for p in PLACES if p not in IN_CONTAINERS], ids=lambda p: str(p.relative_to(ROOT)))
def test_a_server_is_started_on_loopback(path: Path) -> None:
    text = path.read_text(encoding="utf-8", errors="ignore")
    hosts = [re.search(r"(?:--host|-h)[ =](\S+)", line) for line in started(text)]
    assert all(host and host[1] in LOOPBACK for host in hosts), started(text)
    assert not re.search(r"--host[ =](0\.0\.0\.0|::|\*)", text)


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
