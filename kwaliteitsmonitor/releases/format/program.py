"""The program by which a release is made: its version, the digest of its code, and the libraries that it uses."""

from __future__ import annotations

import hashlib
import platform
from functools import lru_cache
from importlib.metadata import PackageNotFoundError, version

from schemas.packages import PACKAGES, ROOT

LIBRARIES = (
    "babel",
    "charset-normalizer",
    "dagster",
    "duckdb",
    "great-expectations",
    "ibis-framework",
    "jinja2",
    "numpy",
    "odfpy",
    "openpyxl",
    "pandas",
    "pyarrow",
    "pydantic",
    "python-calamine",
    "python-docx",
    "pyyaml",
    "sqlalchemy",
    "typst",
    "vl-convert-python",
    "xlrd",
    "xlsxwriter",
)
"""Libraries by which a release is computed or rendered; another version of one may give other bytes."""

SOURCES = (".py", ".j2", ".css", ".typ", ".conf")
"""What code is written in, templates included."""


def code_version() -> str:
    """The version of this package; empty if it is not installed."""
    return _version("kwaliteitsmonitor")


def code_digest() -> str:
    """SHA-256 over the source of the packages: which code computed a release, to the letter."""
    return _digests()[""]


def code_parts() -> dict[str, str]:
    """The same per folder of a package, such as `assets/spending`, in short: which part of the code is another now."""
    return {part: digest[:12] for part, digest in _digests().items() if part}


@lru_cache(maxsize=1)
def _digests() -> dict[str, str]:
    """The SHA-256 over the source of all packages under the empty name, and over each folder of one."""
    digests = {"": hashlib.sha256()}
    for path in sorted(p for name in PACKAGES for p in (ROOT / name).rglob("*") if p.suffix in SOURCES):
        within = path.relative_to(ROOT)
        part = "/".join(within.parts[: 2 if len(within.parts) > 2 else 1])
        for total in (digests[""], digests.setdefault(part, hashlib.sha256())):
            total.update(f"{within.as_posix()}\0".encode())
            total.update(path.read_bytes())
    return {part: total.hexdigest() for part, total in sorted(digests.items())}


def libraries() -> dict[str, str]:
    """The version of each library that is installed, and of Python."""
    versions = {name: _version(name) for name in LIBRARIES}
    return {"python": platform.python_version(), **{name: number for name, number in versions.items() if number}}


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return ""
