"""Reading a profile folder and holding its files against each other, reporting every problem at once."""

from __future__ import annotations

import csv
import difflib
import hashlib
import io
from collections import defaultdict
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, ValidationError

from schemas.errors import ProfileError, UsageError
from schemas.profile.feeds import Feed, FileSource, SqlSource
from schemas.profile.forms import Form, Join, Skip, Split, Unpivot
from schemas.profile.indicators import Indicator
from schemas.profile.institution import Institution
from schemas.profile.misprints import Misprint, misprint_problems
from schemas.profile.models import Profile
from schemas.profile.near_misses import did_you_mean
from schemas.profile.questions import Evaluations, MinimumResponse, Question, QuestionVersion, Scale
from schemas.profile.references import Contents, problems_between
from schemas.profile.registers import PlanLine, Programme
from schemas.profile.themes import Classification, Measure, Themes
from schemas.profile.units import Unit

Model = TypeVar("Model", bound=BaseModel)
Problems = defaultdict[str, list[str]]
"""What is wrong, by file name. A file that stands in it is incomplete: references to it cannot be judged."""

PROFILES = Path(__file__).resolve().parents[2] / "institutions"
"""The profiles that come with the package, beside it both in a checkout and once installed."""


def profile_folder(institution: str) -> Path:
    """The folder of an institution: a path as given, or the name of a profile that comes with the package.

    Raises `UsageError` where there is no such folder, naming the profiles there are.
    """
    given = Path(institution)
    if (given / "profile.yaml").is_file():
        return given
    known = sorted(path.parent.name for path in PROFILES.glob("*/profile.yaml"))
    if institution in known:
        return PROFILES / institution
    near = difflib.get_close_matches(institution, known, 1)
    hint = f"Did you mean '{near[0]}'?" if near else f"Known here: {', '.join(known)}."
    raise UsageError(
        f"there is no institution '{institution}'",
        expected="the name of a profile, or a folder that holds a profile.yaml",
        remedy=hint,
    )


def load_profile(folder: Path) -> Profile:
    """The validated profile in a folder.

    Raises `ProfileError` with every problem found: each names the file, the key and what was expected.
    """
    problems: Problems = defaultdict(list)
    contents = Contents(
        _one(folder / "profile.yaml", Institution, problems),
        _one(folder / "themes.yaml", Themes, problems),
        tuple(_many(folder / "units.yaml", Unit, problems)),
        tuple(_if_there(_many, folder / "measures.yaml", Measure, problems)),
        tuple(_if_there(_many, folder / "questions.yaml", Question, problems)),
        tuple(_many(folder / "indicators.yaml", Indicator, problems)),
        tuple(_many(folder / "feeds.yaml", Feed, problems)),
        tuple(_if_there(_rows, folder / "plan.csv", PlanLine, problems)),
        tuple(_if_there(_rows, folder / "programmes.csv", Programme, problems)),
        tuple(_if_there(_many, folder / "classifications.yaml", Classification, problems)),
    )
    misprints = tuple(_if_there(_many, folder / "misprints.yaml", Misprint, problems))
    found = [line for lines in problems.values() for line in lines]
    found += problems_between(contents, frozenset(problems))
    found += [] if problems else misprint_problems(misprints, contents.indicators, contents.themes)
    if contents.institution is None or contents.themes is None or found:
        raise ProfileError(str(folder), found)
    return Profile(
        folder,
        contents.institution,
        contents.units,
        tuple(contents.themes.themes),
        tuple(contents.themes.national),
        contents.measures,
        contents.questions,
        contents.indicators,
        contents.feeds,
        contents.plan,
        contents.programmes,
        digest(folder),
        misprints,
        contents.classifications,
    )


def digest(folder: Path) -> str:
    """SHA-256 over the names and bytes of a profile's own files, the same in any folder."""
    total = hashlib.sha256()
    for path in sorted(folder.glob("*.*")):
        if path.suffix in (".yaml", ".csv"):
            total.update(f"{path.name}\0".encode())
            total.update(hashlib.sha256(path.read_bytes()).digest())
    return total.hexdigest()


class _UniqueKeys(yaml.SafeLoader):
    """YAML in which a key given twice is an error, where the standard reader would silently keep the last."""

    def compose_mapping_node(self, anchor: Any) -> yaml.MappingNode:
        node = super().compose_mapping_node(anchor)
        seen: set[str] = set()
        for key, _ in node.value:
            if isinstance(key, yaml.ScalarNode) and key.value in seen:
                raise yaml.constructor.ConstructorError(
                    None, None, f"the key '{key.value}' stands there twice", key.start_mark
                )
            seen.add(str(key.value))
        return node


def _read_text(path: Path, problems: Problems) -> str | None:
    if not path.is_file():
        problems[path.name].append(f"{path.name}: the file is missing; expected in the profile's folder")
        return None
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        problems[path.name].append(f"{path.name}: not readable as text; expected UTF-8")
        return None
    if not text.strip():
        problems[path.name].append(f"{path.name}: the file is empty; expected its entries")
        return None
    return text


def _read_yaml(path: Path, problems: Problems) -> Any:
    text = _read_text(path, problems)
    if text is None:
        return None
    try:
        data = yaml.load(text, Loader=_UniqueKeys)  # noqa: S506 - a safe loader that refuses a key given twice
    except yaml.constructor.ConstructorError as error:
        line = f", line {error.problem_mark.line + 1}" if error.problem_mark else ""
        problems[path.name].append(f"{path.name}{line}: {error.problem}; expected each key once, with a plain value")
    except (yaml.YAMLError, ValueError) as error:  # a date that does not exist is a ValueError
        mark = getattr(error, "problem_mark", None)
        line = f", line {mark.line + 1}" if mark else ""
        problems[path.name].append(
            f"{path.name}{line}: not readable as YAML; expected keys and values, indented by spaces"
        )
    else:
        if data is None:
            problems[path.name].append(f"{path.name}: the file is empty; expected its entries")
        return data
    return None


def _if_there(
    read: Callable[[Path, type[Model], Problems], list[Model]], path: Path, model: type[Model], problems: Problems
) -> list[Model]:
    """The entries of a file that a profile need not have; none where it has not."""
    return read(path, model, problems) if path.is_file() else []


def _one(path: Path, model: type[Model], problems: Problems) -> Model | None:
    data = _read_yaml(path, problems)
    if data is None:
        return None
    try:
        return model.model_validate(data)
    except ValidationError as error:
        problems[path.name].extend(_explain(path.name, model, error))
        return None


def _many(path: Path, model: type[Model], problems: Problems) -> list[Model]:
    data = _read_yaml(path, problems)
    if data is None:
        return []
    if not isinstance(data, list):
        problems[path.name].append(f"{path.name}: the file: holds no list; expected entries that start with '- id:'")
        return []
    found: list[Model] = []
    for number, entry in enumerate(data, start=1):
        try:
            found.append(model.model_validate(entry))
        except ValidationError as error:
            name = entry.get("id") if isinstance(entry, dict) else None
            problems[path.name].extend(_explain(path.name, model, error, f"{name or f'entry {number}'}"))
    return found


def _rows(path: Path, model: type[Model], problems: Problems) -> list[Model]:
    text = _read_text(path, problems)
    if text is None:
        return []
    expected = list(model.model_fields)
    reader = csv.DictReader(io.StringIO(text, newline=""), strict=True)
    found: list[Model] = []
    try:
        if sorted(reader.fieldnames or []) != sorted(expected):
            problems[path.name].append(
                f"{path.name}, line 1: the columns are {', '.join(reader.fieldnames or [])}; "
                f"expected {', '.join(expected)}, with commas between"
            )
            return []
        for row in reader:
            where = f"{path.name}, line {reader.line_num}"
            if None in row or None in row.values():
                problems[path.name].append(f"{where}: another number of values than columns; expected {len(expected)}")
                continue
            try:
                found.append(model.model_validate(row))
            except ValidationError as error:
                problems[path.name].extend(_explain(where, model, error))
    except csv.Error:
        problems[path.name].append(
            f"{path.name}, after line {reader.line_num}: not readable as CSV; expected closed quotes"
        )
    return found


_WITHIN: dict[str, type[BaseModel]] = {
    "files": FileSource,
    "sql": SqlSource,
    "forms": Form,
    "unpivot": Unpivot,
    "split": Split,
    "skip": Skip,
    "joins": Join,
    "evaluations": Evaluations,
    "minimum_response": MinimumResponse,
    "versions": QuestionVersion,
    "scale": Scale,
}
"""The model of an entry within an entry, by the key under which it stands."""


def _explain(where: str, model: type[BaseModel], error: ValidationError, entry: str = "") -> Iterable[str]:
    for problem in error.errors(include_url=False):
        place = [str(part) for part in problem["loc"]]
        key = ".".join([entry, *place] if entry else place) or "the file"
        above = [part for part in place[:-1] if not part.isdigit()]
        holder = _WITHIN.get(above[-1]) if above else model
        keys = [field.alias or name for name, field in holder.model_fields.items()] if holder else []
        hint = did_you_mean(place[-1], keys) if problem["type"] == "extra_forbidden" else ""
        yield f"{where}: {key}: {_plain(problem)}{hint}"


def _plain(problem: Any) -> str:
    if problem["type"] == "extra_forbidden":
        return "no such key; expected one that the documentation of the profile names"
    if problem["type"] == "missing":
        return "is missing; expected a value"
    found = problem.get("input")
    if problem["type"] in ("invalid_key", "string_type") and isinstance(found, bool | int | float):
        return f"is {str(found).lower()} and no text; expected it in quotes, as a text"
    shown = f" (found {found!r})" if isinstance(found, str | int | float | bool) else ""
    return f"{problem['msg'].removeprefix('Value error, ')}{shown}"
