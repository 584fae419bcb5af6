"""A profile for an institution that has none: written from a few answers, with comments that say what to decide.

What is written lies as templates in `institutions/skeleton`. It is a whole profile: a sample can be made of it and a
cycle run at once, so that each thing that is changed in it can be tried.
"""

from __future__ import annotations

import json
import re
import shutil
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import mkdtemp
from typing import Literal

from schemas.errors import UsageError
from schemas.profile import Profile, load_profile
from schemas.profile.loading import PROFILES

SKELETON = PROFILES / "skeleton"
THEMES = "themes.yaml"
SCHEMAS = "schemas"
"""The folder of the JSON Schemas by which editors complete the keys of the files."""
FIRST_YEAR, LAST_YEAR = 2023, 2028
"""The years if none are given. They are fixed: what is written does not depend on the day on which it is."""

Sector = Literal["wo", "hbo"]
Language = Literal["nl", "en"]

_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]*")


@dataclass(frozen=True)
class NewUnit:
    """A faculty or institute: its code, and its names in Dutch and English."""

    id: str
    nl: str
    en: str


DEFAULT_UNITS: Mapping[str, tuple[NewUnit, ...]] = {
    "wo": tuple(NewUnit(f"F{n}", f"Faculteit {n}", f"Faculty {n}") for n in (1, 2, 3)),
    "hbo": tuple(NewUnit(f"A{n}", f"Academie {n}", f"School {n}") for n in (1, 2, 3)),
}


@dataclass(frozen=True)
class Answers:
    """What is asked of who founds a profile. `id` follows from the Dutch name if it is empty."""

    nl: str
    en: str
    sector: Sector
    units: tuple[NewUnit, ...]
    first_year: int = FIRST_YEAR
    last_year: int = LAST_YEAR
    languages: tuple[Language, ...] = ("nl", "en")
    id: str = field(default="")

    @property
    def slug(self) -> str:
        """The id of the institution: letters and digits of its Dutch name, with hyphens between."""
        if self.id:
            return self.id
        plain = unicodedata.normalize("NFKD", self.nl).encode("ascii", "ignore").decode()
        return re.sub(r"[^a-z0-9]+", "-", plain.casefold()).strip("-")[:60].strip("-") or "institution"


def create_profile(folder: Path, answers: Answers) -> Profile:
    """Write the profile into a folder that does not exist yet or is empty, and return it, loaded.

    It appears in one step. Raises `UsageError` if something stands in the folder, or an answer cannot be used, and
    `ProfileError` if the answers make no valid profile together; then nothing is written.
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise UsageError(
            "there is something in this place already",
            where=str(folder),
            expected="a new or empty folder",
            remedy="Name another folder: nothing is overwritten.",
        )
    _refuse(answers)
    folder.parent.mkdir(parents=True, exist_ok=True)
    beside = Path(mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))
    try:
        (beside / SCHEMAS).mkdir()
        for name, text in _files(answers).items():
            (beside / name).write_text(text, encoding="utf-8", newline="\n")
        load_profile(beside)
        beside.chmod(0o755)
        beside.replace(folder)
    finally:
        shutil.rmtree(beside, ignore_errors=True)
    return load_profile(folder)


def unit_of(text: str) -> NewUnit:
    """A unit as people write it: `LAW`, or `LAW: Rechten / Law`.

    Raises `UsageError` if its code cannot stand in the name of a file.

    >>> unit_of("LAW: Rechten / Law")
    NewUnit(id='LAW', nl='Rechten', en='Law')
    """
    code, _, names = (part.strip() for part in text.partition(":"))
    nl, _, en = (part.strip() for part in names.partition("/"))
    if not _CODE.fullmatch(code):
        raise UsageError(
            f"'{code}' is no code of a unit",
            where="--unit",
            expected="letters, digits, hyphens and underscores, as LAW or 'LAW: Rechten / Law'",
        )
    return NewUnit(code, nl or code, en or nl or code)


def _refuse(answers: Answers) -> None:
    if answers.last_year < answers.first_year:
        raise UsageError(
            f"the plan ends in {answers.last_year}, before it begins in {answers.first_year}",
            where="--last-year",
            expected=f"{answers.first_year} or later",
        )
    folded = [unit.id.casefold() for unit in answers.units]
    twice = next((unit.id for unit in answers.units if folded.count(unit.id.casefold()) > 1), "")
    if twice or not folded:
        raise UsageError(
            f"the unit '{twice}' is named twice" if twice else "no unit is named",
            where="--unit",
            expected="at least one unit, each once",
        )


def _files(answers: Answers) -> dict[str, str]:
    """The files of the profile by name: those that are filled in, and the schemas that the YAML files name."""
    import yaml
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    from schemas.exports.profile_schema import profile_schemas, schema_line, schema_name

    made = Environment(
        loader=FileSystemLoader(SKELETON),
        undefined=StrictUndefined,
        autoescape=False,  # noqa: S701 - YAML and CSV: answers are quoted  # nosec B701
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    made.filters["text"] = _quoted
    themes = yaml.safe_load((SKELETON / THEMES).read_text(encoding="utf-8"))
    names = sorted(path.name for path in SKELETON.glob("*.j2"))
    values = vars(answers) | {"id": answers.slug, "themes": themes}
    files = {name.removesuffix(".j2"): made.get_template(name).render(values) for name in names}
    schemas = profile_schemas()
    headed = {name: schema_line(name, SCHEMAS) for name in files if schema_name(name) in schemas}
    return {
        **{name: f"{headed[name]}\n{text}" if name in headed else text for name, text in files.items()},
        **{f"{SCHEMAS}/{name}": json.dumps(one, indent=1, ensure_ascii=False) + "\n" for name, one in schemas.items()},
    }


def _quoted(text: str) -> str:
    """A text as YAML takes it, whatever stands in it."""
    return json.dumps(" ".join(text.split()), ensure_ascii=False)
