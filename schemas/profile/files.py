"""The files of a profile: what each is called, which model describes it, and whether a profile can do without it.

The order is that in which a reader goes through a profile, and in which problems are reported.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import Generic, TypeVar

from pydantic import BaseModel

from schemas.profile.faults import Fault
from schemas.profile.feeds import Feed
from schemas.profile.indicators import Indicator
from schemas.profile.institution import Institution
from schemas.profile.misprints import Misprint
from schemas.profile.near_misses import nearest, one_of
from schemas.profile.questions import Question
from schemas.profile.reference_values import ReferenceValue
from schemas.profile.registers import PlanLine, Programme
from schemas.profile.themes import Classification, Measure, Themes
from schemas.profile.units import Unit

Model_co = TypeVar("Model_co", bound=BaseModel, covariant=True)


class Form(Enum):
    """How a file is built: one set of keys, a list of entries, or a table with a row each."""

    KEYS = "keys"
    ENTRIES = "entries"
    ROWS = "rows"


@dataclass(frozen=True)
class ProfileFile(Generic[Model_co]):
    """A file of a profile; `needed` says that there is no profile without it."""

    name: str
    model: type[Model_co]
    form: Form
    needed: bool = False


PROFILE = ProfileFile("profile.yaml", Institution, Form.KEYS, needed=True)
UNITS = ProfileFile("units.yaml", Unit, Form.ENTRIES, needed=True)
THEMES = ProfileFile("themes.yaml", Themes, Form.KEYS, needed=True)
MEASURES = ProfileFile("measures.yaml", Measure, Form.ENTRIES)
CLASSIFICATIONS = ProfileFile("classifications.yaml", Classification, Form.ENTRIES)
QUESTIONS = ProfileFile("questions.yaml", Question, Form.ENTRIES)
INDICATORS = ProfileFile("indicators.yaml", Indicator, Form.ENTRIES, needed=True)
REFERENCES = ProfileFile("references.yaml", ReferenceValue, Form.ENTRIES)
FEEDS = ProfileFile("feeds.yaml", Feed, Form.ENTRIES, needed=True)
PLAN = ProfileFile("plan.csv", PlanLine, Form.ROWS)
PROGRAMMES = ProfileFile("programmes.csv", Programme, Form.ROWS)
MISPRINTS = ProfileFile("misprints.yaml", Misprint, Form.ENTRIES)

FILES: tuple[ProfileFile[BaseModel], ...] = (
    PROFILE,
    UNITS,
    THEMES,
    MEASURES,
    CLASSIFICATIONS,
    QUESTIONS,
    INDICATORS,
    REFERENCES,
    FEEDS,
    PLAN,
    PROGRAMMES,
    MISPRINTS,
)


def strays(folder: Path) -> dict[str, str]:
    """Files in the folder that look like one of a profile and are none, each with the one that was likely meant."""
    names = [file.name for file in FILES]
    endings = (".yaml", ".yml", ".csv")
    files = sorted(path.name for path in folder.iterdir() if path.suffix.casefold() in endings)
    return {name: nearest(name, names) for name in files if name not in names}


def stray_files(folder: Path) -> Iterator[Fault]:
    """One fault per unrecognised file, except a file already reported as the likely misspelling of a missing one."""
    missing = {file.name for file in FILES if file.needed and not (folder / file.name).is_file()}
    for name, meant in strays(folder).items():
        if meant not in missing:
            hint = f"did you mean '{meant}'" if meant else "move it to a folder within"
            yield Fault(name, (), "is no file of a profile", one_of([file.name for file in FILES]), hint)
