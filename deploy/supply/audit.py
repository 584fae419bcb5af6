"""Whether anything that the lock installs is known to be vulnerable; where that cannot be asked, how far it is behind.

Run as `python -m deploy.supply.audit`. It ends with 0 where advisories were asked and name nothing, 1 where they name
something, and 3 where nobody could be asked: then it says of every package whether a newer version is in the index, and
that nothing is known of advisories. A package that could not be asked about is never counted as sound.

`pip-audit` asks the JSON API of PyPI, or OSV; a mirror that has packages alone answers neither.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
LOCK = ROOT / "requirements.lock"
VULNERABLE, UNKNOWN = 1, 3
_PIN = re.compile(r"^([A-Za-z0-9][\w.-]*)==([^\s;\\]+)")


def pins(lock: Path = LOCK) -> dict[str, str]:
    """The version of each package in a lock."""
    matches = (_PIN.match(line) for line in lock.read_text(encoding="utf-8").splitlines())
    return {match[1]: match[2] for match in matches if match}


def advisories(lock: Path = LOCK) -> tuple[dict[str, list[str]], list[str]]:
    """By package and version the advisories about it, and the packages about which nobody could be asked."""
    program = [sys.executable, "-m", "pip_audit", "--requirement", str(lock), "--no-deps", "--disable-pip"]
    more = ["--format", "json", "--progress-spinner", "off"]
    run = subprocess.run([*program, *more], capture_output=True, text=True, check=False)  # noqa: S603
    try:
        return judged(json.loads(run.stdout))
    except ValueError:
        return {}, sorted(pins(lock))


def judged(answer: Mapping[str, Any]) -> tuple[dict[str, list[str]], list[str]]:
    """What an answer of pip-audit says: advisories by package, and what was skipped."""
    by_package, skipped = {}, []
    for one in answer["dependencies"]:
        if "skip_reason" in one:
            skipped.append(one["name"])
        elif one["vulns"]:
            by_package[f"{one['name']} {one['version']}"] = [
                f"{vuln['id']} (mended in {', '.join(vuln['fix_versions']) or 'no version yet'})"
                for vuln in one["vulns"]
            ]
    return by_package, sorted(skipped)


def behind(lock: Path = LOCK) -> dict[str, tuple[str, str]]:
    """The packages of a lock of which the index has a newer version that fits: the one that is pinned, the newest.

    `uv` resolves the project anew, as `make lock` does. Raises `subprocess.CalledProcessError` where it cannot.
    """
    with tempfile.TemporaryDirectory(prefix="audit-") as folder:
        newest = Path(folder) / "newest.txt"
        command = ["uv", "pip", "compile", str(ROOT / "pyproject.toml"), "--extra", "dev", "--universal", "--upgrade"]
        more = ["--python-version", "3.11", "--no-header", "--quiet", "--output-file", str(newest)]
        subprocess.run([*command, *more], check=True, capture_output=True, text=True)  # noqa: S603
        latest = pins(newest)
    own = pins(lock)
    return {name: (own[name], latest[name]) for name in sorted(own) if name in latest and latest[name] != own[name]}


def main(arguments: Sequence[str] = ()) -> int:
    """Say what is known of the lock; see the head of this file for what it ends with."""
    by_package, skipped = advisories()
    for name, of in sorted(by_package.items()):
        print(f"{name}: {'; '.join(of)}")  # noqa: T201 - a command
    if by_package:
        return VULNERABLE
    if not skipped:
        print(f"{len(pins())} packages: no advisory names any of them.")  # noqa: T201
        return 0
    print(f"Nothing is known of advisories about {len(skipped)} of {len(pins())} packages: nobody could be asked.")  # noqa: T201
    if "--offline" not in arguments:
        try:
            older = behind()
        except (OSError, subprocess.CalledProcessError):
            print("Nor of newer versions: uv is not there, or cannot reach the index.")  # noqa: T201
            return UNKNOWN
        for name, (own, newest) in older.items():
            print(f"{name}: {own} is pinned, {newest} is the newest that fits")  # noqa: T201
        print(f"{len(pins()) - len(older)} packages are at the newest version that fits.")  # noqa: T201
    return UNKNOWN


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
