"""Reading a profile folder and holding its files against each other, reporting every problem at once."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path

from schemas.errors import ProfileError, UsageError
from schemas.packages import ROOT
from schemas.problems import Problem
from schemas.profile.agreement import problems_across
from schemas.profile.contents import Contents, models
from schemas.profile.files import stray_files
from schemas.profile.institution import FORMAT
from schemas.profile.models import Profile
from schemas.profile.near_misses import nearest
from schemas.profile.reading import Reading
from schemas.profile.references import problems_between

PROFILES = ROOT / "institutions"
"""The profiles that come with the package, beside it both in a checkout and once installed."""


def profile_folder(institution: str) -> Path:
    """The folder of an institution: a path as given, or the name of a profile that comes with the package.

    Raises `UsageError` if there is no such folder, naming the profiles there are.
    """
    path = Path(institution)
    if (path / "profile.yaml").is_file():
        return path
    own = PROFILES / institution
    if own.parent == PROFILES and (own / "profile.yaml").is_file():
        return own
    known = sorted(path.parent.name for path in PROFILES.glob("*/profile.yaml"))
    near = nearest(institution, known)
    hint = f"Did you mean '{near}'?" if near else f"Known here: {', '.join(known)}."
    raise UsageError(
        f"there is no institution '{institution}'",
        expected="the name of a profile, or a folder that holds a profile.yaml",
        remedy=hint,
    )


_LANGUAGES = re.compile(r"^languages:\s*(?:\[\s*|(?:#.*)?\n\s*-\s*)[\"']?(nl|en)\b", re.MULTILINE)


def first_language(institution: str) -> str:
    """The language in which what is wrong with a profile is written: its first, also where it does not load.

    It is empty where nothing says so: there is no such profile, or its file cannot be read.
    """
    try:
        text = (profile_folder(institution) / "profile.yaml").read_bytes().decode("utf-8", errors="replace")
    except (UsageError, OSError, ValueError):
        return ""
    match = _LANGUAGES.search(text)
    return match[1] if match else ""


def load_profile(folder: Path) -> Profile:
    """The validated profile in a folder.

    One in an older format is read as if it had been rewritten. Raises `ProfileError` with every problem found: each
    names the file, the line, the key, what was found and what was expected.
    """
    contents, problems = read_profile(folder)
    if contents.institution is None or contents.themes_file is None or problems:
        raise ProfileError(str(folder), problems)
    return Profile(
        folder,
        contents.institution,
        models(contents.units),
        tuple(contents.themes),
        tuple(contents.national),
        models(contents.measures),
        models(contents.questions),
        models(contents.indicators),
        models(contents.feeds),
        models(contents.plan),
        models(contents.programmes),
        digest(folder),
        models(contents.misprints),
        models(contents.classifications),
        models(contents.reference_values),
    )


def read_profile(folder: Path) -> tuple[Contents, list[Problem]]:
    """What a profile folder holds, and every problem with it, in the order in which a reader meets them.

    What a format added to the checks holds for profiles in that format: one that was accepted before still is.
    """
    reading = Reading(folder)
    contents = reading.contents()
    if reading.written_in <= FORMAT:
        reading.add(problems_between(contents))
        if reading.written_in == FORMAT:
            reading.add([*stray_files(folder), *problems_across(contents)])
    return contents, reading.problems()


def digest(folder: Path) -> str:
    """SHA-256 over the names and bytes of a profile's own files, the same in any folder."""
    total = hashlib.sha256()
    for path in sorted(folder.glob("*.*")):
        if path.suffix in (".yaml", ".csv"):
            total.update(f"{path.name}\0".encode())
            total.update(hashlib.sha256(path.read_bytes()).digest())
    return total.hexdigest()
