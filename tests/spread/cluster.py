"""A Dask scheduler and worker processes of its own, for tests that spread work over them."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 180.0
"""Seconds for a process to get ready; it mostly takes two."""


class Cluster:
    """A scheduler on the loopback, and workers of one thread each; all end with the test."""

    def __init__(self, folder: Path, environment: Mapping[str, str]) -> None:
        self.folder, self.environment = folder, environment
        self._file = folder / "scheduler.json"
        self._scheduler = self._start(
            "dask_scheduler", "--host", "127.0.0.1", "--port", "0", "--no-dashboard", "--scheduler-file", self._file
        )
        self.address = self._address()
        self.workers = [self._worker(number) for number in range(2)]

    def _start(self, program: str, *arguments: str | Path) -> subprocess.Popen[bytes]:
        with (self.folder / f"{program}-{time.monotonic_ns()}.log").open("wb") as log:
            return subprocess.Popen(
                [sys.executable, "-m", f"distributed.cli.{program}", *map(str, arguments)],
                cwd=self.folder,
                env={**os.environ, **self.environment, "PYTHONPATH": str(ROOT)},
                stdout=log,
                stderr=subprocess.STDOUT,
            )

    def _worker(self, number: int) -> subprocess.Popen[bytes]:
        scratch = self.folder / f"worker-{number}"
        return self._start(
            "dask_worker", "--scheduler-file", self._file, "--nthreads", "1", "--no-nanny", "--no-dashboard",
            "--host", "127.0.0.1", "--name", f"worker-{number}", "--local-directory", scratch,
        )  # fmt: skip

    def _address(self) -> str:
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            try:
                return str(json.loads(self._file.read_text(encoding="utf-8"))["address"])
            except (OSError, ValueError):
                time.sleep(0.05)
        raise TimeoutError("the scheduler did not start")

    def kill(self, number: int) -> int:
        """SIGKILL a worker; returns its process id."""
        killed = self.workers[number]
        killed.send_signal(signal.SIGKILL)
        killed.wait(timeout=PATIENCE)
        return killed.pid

    def close(self) -> None:
        """End every process."""
        for process in (*self.workers, self._scheduler):
            process.kill()
            process.wait(timeout=PATIENCE)
