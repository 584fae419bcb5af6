"""The software bill of materials: what the lock installs, as CycloneDX JSON, the same bytes for the same lock.

Run as `python -m deploy.supply.sbom FILE`; needs cyclonedx-bom, which the `dev` extra brings. Every component has its
version, its package URL and the hashes that the lock demands. The list of hashes is what a buyer or CERT needs to tell
whether a package that turns out to be bad is the one installed here.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
LOCK = ROOT / "requirements.lock"
VERSION = "1.6"
"""The version of CycloneDX."""


def bill(lock: Path = LOCK) -> bytes:
    """The bill of a lock, as bytes.

    What says where and when it was made is left out: the same lock gives the same bytes on any machine. Raises
    `subprocess.CalledProcessError` where the lock does not read as one.
    """
    program = [sys.executable, "-m", "cyclonedx_py", "requirements", "--output-reproducible", "--no-validate"]
    more = ["--sv", VERSION, "--of", "JSON", "--pyproject", str(ROOT / "pyproject.toml"), str(lock)]
    made = subprocess.run([*program, *more], check=True, capture_output=True, cwd=ROOT)  # noqa: S603 - our own arguments
    document: dict[str, Any] = json.loads(made.stdout)
    for component in document["components"]:
        component.pop("description", None)  # it names the line of the lock, which changes with any other package
    order = {
        "components": sorted(document["components"], key=lambda one: (one["name"], one["version"], one["bom-ref"]))
    }
    return (json.dumps(document | order, indent=1, sort_keys=True) + "\n").encode()


def fault(content: bytes) -> str:
    """What is not as the schema of CycloneDX has it, by its own library; empty if it is valid."""
    from cyclonedx.schema import SchemaVersion
    from cyclonedx.validation.json import JsonStrictValidator

    return str(JsonStrictValidator(SchemaVersion.V1_6).validate_str(content.decode()) or "")


def main(to: Path) -> int:
    """Write the bill of the lock; 1 where it is not valid."""
    made = bill()
    if wrong := fault(made):
        print(wrong)  # noqa: T201 - a command
        return 1
    to.write_bytes(made)
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
