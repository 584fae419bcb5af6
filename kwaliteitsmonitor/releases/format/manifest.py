"""The manifest of a release: what it was made of, and the hash of every file in it.

A manifest carries a seal, the SHA-256 of itself without the seal, and is written in one way only; so a byte of it that
is not what was published shows, as one of any other file does.
"""

from __future__ import annotations

import hashlib
import json
import platform
from collections.abc import Mapping, Sequence
from functools import lru_cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from schemas.calendar import Cycle
from schemas.errors import KwaliteitsmonitorError, NewerFormatError
from schemas.formats import demand_known
from schemas.packages import PACKAGES, ROOT
from schemas.profile import Profile

FORMAT = 2
"""The form of a release. 1 did not say what stood in the landing zone, so that it cannot be computed again."""
NAME = "manifest.json"
DRAFT, FINAL = "draft", "final"
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
APART = ("seal", "disclosure")
"""What may differ between two releases that are the same: what was known of earlier ones is not what they say."""


def manifest_of(
    profile: Profile,
    cycle: Cycle,
    inputs: Sequence[Mapping[str, Any]],
    lacking: Sequence[str],
    rests_on: Mapping[str, Any],
) -> dict[str, Any]:
    """The manifest of a draft, without its files.

    `rests_on` is what more it was made of than deliveries, profile and code (see `assets.publication.inputs`).
    """
    return {
        "format": FORMAT,
        "institution": profile.id,
        "about": about(profile),
        "cycle": cycle.key,
        "reporting_year": cycle.reporting_year,
        "status": DRAFT,
        "lacking": list(lacking),
        "profile": {"version": profile.institution.profile_version, "sha256": profile.digest},
        "code": {"version": code_version(), "sha256": code_digest()},
        "code_parts": code_parts(),
        "libraries": libraries(),
        "inputs": sorted((dict(i) for i in inputs), key=lambda i: (i["feed"], i["file"], i["sha256"], str(i["unit"]))),
        **rests_on,
    }


def about(profile: Profile) -> dict[str, str]:
    """What a release says of its institution to who adds it up with others: names, sector, plan, money."""
    of = profile.institution
    fiscal = of.fiscal_year_begins
    plan = {"plan_nl": of.words.plan.nl, "plan_en": of.words.plan.en}
    named = {"nl": of.nl, "en": of.en, "sector": of.sector, **plan}
    return {**named, "currency": of.money.currency, "fiscal_year_begins": fiscal}


def written(manifest: Mapping[str, Any], files: Mapping[str, str]) -> bytes:
    """A manifest with these files (their SHA-256 by name) as it is written, with its seal."""
    bare = {name: value for name, value in manifest.items() if name != "seal"} | {"files": dict(sorted(files.items()))}
    return _json({**bare, "seal": _seal(bare)})


def read(release: Path) -> dict[str, Any]:
    """The manifest of a release.

    Raises `KwaliteitsmonitorError` where it is not there or is none, and `NewerFormatError` where a newer version of
    this program wrote it.
    """
    try:
        found = json.loads((release / NAME).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        found = None
    if not isinstance(found, dict) or not isinstance(found.get("files"), dict):
        raise KwaliteitsmonitorError(
            "the manifest cannot be read",
            where=str(release / NAME),
            expected="the manifest that was published with the release",
            remedy="Put the release back from a backup.",
        )
    _demand_known(found, release)
    return found


def demand_known_format(release: Path) -> None:
    """Raise `NewerFormatError` where a newer version of this program made a release, for who reads its tables alone."""
    try:
        read(release)
    except NewerFormatError:
        raise
    except KwaliteitsmonitorError:
        return  # tables without a manifest are told of by who asks for it


def _demand_known(said: Mapping[str, Any], release: Path) -> None:
    code = said.get("code")
    made_by = code.get("version") if isinstance(code, dict) else None
    demand_known(said.get("format"), FORMAT, "the release", where=str(release), made_by=made_by)


def is_sealed(release: Path) -> bool:
    """Whether the manifest of a release is, to the byte, what was sealed."""
    try:
        content = (release / NAME).read_bytes()
        found = json.loads(content)
    except (OSError, ValueError):
        return False
    if not isinstance(found, dict):
        return False
    bare = {name: value for name, value in found.items() if name != "seal"}
    return found.get("seal") == _seal(bare) and _json(found) == content


def same(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    """Whether two manifests are of releases that are the same to the byte."""
    return {k: v for k, v in one.items() if k not in APART} == {k: v for k, v in other.items() if k not in APART}


def _seal(bare: Mapping[str, Any]) -> str:
    return hashlib.sha256(_json(bare)).hexdigest()


def _json(data: Mapping[str, Any]) -> bytes:
    return (json.dumps(data, indent=1, ensure_ascii=False, sort_keys=True) + "\n").encode()


def code_version() -> str:
    """The version of this package; empty where it is not installed."""
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
    found = {"": hashlib.sha256()}
    for path in sorted(p for name in PACKAGES for p in (ROOT / name).rglob("*") if p.suffix in SOURCES):
        within = path.relative_to(ROOT)
        part = "/".join(within.parts[: 2 if len(within.parts) > 2 else 1])
        for total in (found[""], found.setdefault(part, hashlib.sha256())):
            total.update(f"{within.as_posix()}\0".encode())
            total.update(path.read_bytes())
    return {part: total.hexdigest() for part, total in sorted(found.items())}


def libraries() -> dict[str, str]:
    """The version of each library that is installed, and of Python."""
    found = {name: _version(name) for name in LIBRARIES}
    return {"python": platform.python_version(), **{name: number for name, number in found.items() if number}}


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return ""


def basis_of(release: Path) -> dict[str, Any]:
    """The manifest of a release that says all that it rests on.

    Raises `KwaliteitsmonitorError` where it is of an earlier form, which did not.
    """
    said = read(release)
    if said.get("format") != FORMAT or "landing" not in said:
        raise KwaliteitsmonitorError(
            "the release does not say all that it rests on, and cannot be computed again",
            where=str(release / NAME),
            expected=f"a manifest of format {FORMAT}",
            remedy="Check its hashes alone with --hashes, or run its cycle anew.",
        )
    return said
