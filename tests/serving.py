"""Servers that tests start: a port for each, and waiting until it answers."""

from __future__ import annotations

import socket
import subprocess
import time
from pathlib import Path

import requests

PATIENCE = 180.0
"""Seconds within which a server must answer."""


def free_port() -> int:
    """A port of this machine that nothing listens to."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_for(url: str, process: subprocess.Popen[bytes], log: Path, verify: str | bool = True) -> None:
    """Return when a server answers; fail with what it wrote when it stops or stays silent."""
    until = time.monotonic() + PATIENCE
    direct = requests.Session()
    direct.trust_env = False
    while not _answers(direct, url, verify):
        assert process.poll() is None, log.read_text(errors="replace")[-3000:]
        assert time.monotonic() < until, log.read_text(errors="replace")[-3000:]
        time.sleep(0.1)


def _answers(direct: requests.Session, url: str, verify: str | bool) -> bool:
    try:
        return direct.get(url, timeout=5, verify=verify, allow_redirects=False).status_code < 500
    except requests.RequestException:
        return False
