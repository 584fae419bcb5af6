"""Whether the service of a container is well: exit code 0 or 1. Which service it is, its own command says."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from urllib.request import urlopen


def probe(command: Sequence[str]) -> list[str] | str:
    """What to run, or the address to open, to know whether a service with this command is well; empty for any other."""
    words = [Path(word).name for word in command]
    if "dagster-webserver" in words:
        prefix = command[list(command).index("--path-prefix") + 1] if "--path-prefix" in command else ""
        port = command[list(command).index("--port") + 1] if "--port" in command else "3000"
        return f"http://127.0.0.1:{port}{prefix}/server_info"
    if "dagster-daemon" in words:
        return ["dagster-daemon", "liveness-check"]
    if "code-server" in words:
        return ["dagster", "api", "grpc-health-check", "--port", command[list(command).index("--port") + 1]]
    return ""


def is_well(command: Sequence[str]) -> bool:
    """Whether the service with this command is well; a command that ends by itself always is."""
    what = probe(command)
    if isinstance(what, str):
        try:
            return not what or urlopen(what, timeout=15).status == 200  # noqa: S310 - its own port
        except OSError:
            return False
    done = subprocess.run(what, capture_output=True, check=False, timeout=18)  # noqa: S603
    return done.returncode == 0


def environment_of(process: int) -> dict[str, str]:
    """The environment of a process of this user, with the secrets that it took from files."""
    pairs = Path(f"/proc/{process}/environ").read_bytes().split(b"\0")
    return dict(pair.decode(errors="replace").split("=", 1) for pair in pairs if b"=" in pair)


if __name__ == "__main__":
    os.environ.update(environment_of(1))
    running = Path("/proc/1/cmdline").read_bytes().rstrip(b"\0").split(b"\0")
    sys.exit(0 if is_well([word.decode() for word in running]) else 1)
