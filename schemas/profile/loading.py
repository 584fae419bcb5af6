"""Reading a profile folder and holding its files against each other, reporting every problem at once."""

from __future__ import annotations

import csv
import difflib
import hashlib
from collections import Counter
from collections.abc import Iterable, Sequence
from importlib import resources
from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, TypeAdapter, ValidationError

from schemas.contract import Table
from schemas.errors import ProfileError, UsageError
from schemas.profile.indicators import Indicator, Term
from schemas.profile.models import (
    Feed,
    FileSource,
    Institution,
    Measure,
    PlanLine,
    Profile,
    Programme,
    Question,
    Themes,
    Unit,
)
from schemas.tables import CATALOGUE

Model = TypeVar("Model", bound=BaseModel)

PLACEHOLDERS = ("academic_year", "reporting_year", "round", "unit", "suffix")


def profile_folder(institution: str) -> Path:
    """The folder of an institution: a path as given, or the name of a profile that comes with the package.

    Raises `UsageError` where there is no such folder, naming the profiles there are.
    """
    given = Path(institution)
    if (given / "profile.yaml").is_file():
        return given
    root = Path(str(resources.files("institutions")))
    packaged = root / institution
    if institution and (packaged / "profile.yaml").is_file() and packaged.parent == root:
        return packaged
    known = sorted(path.parent.name for path in root.glob("*/profile.yaml"))
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
    problems: list[str] = []
    institution = _one(folder / "profile.yaml", Institution, problems)
    themes = _one(folder / "themes.yaml", Themes, problems)
    profile_lists = (
        _many(folder / "units.yaml", Unit, problems),
        _many(folder / "measures.yaml", Measure, problems),
        _many(folder / "questions.yaml", Question, problems),
        _many(folder / "indicators.yaml", Indicator, problems),
        _many(folder / "feeds.yaml", Feed, problems),
        _rows(folder / "plan.csv", PlanLine, problems),
        _rows(folder / "programmes.csv", Programme, problems),
    )
    if institution is None or themes is None or problems:
        raise ProfileError(str(folder), problems)
    units, measures, questions, indicators, feeds, plan, programmes = profile_lists
    profile = Profile(
        folder, institution, tuple(units), tuple(themes.themes), tuple(themes.national), tuple(measures),
        tuple(questions), tuple(indicators), tuple(feeds), tuple(plan), tuple(programmes), digest(folder),
    )
    problems = list(_references(profile))
    if problems:
        raise ProfileError(str(folder), problems)
    return profile


def digest(folder: Path) -> str:
    """SHA-256 over the names and bytes of a profile's own files, the same in any folder."""
    total = hashlib.sha256()
    for path in sorted(folder.glob("*.*")):
        if path.suffix in (".yaml", ".csv"):
            total.update(f"{path.name}\0".encode())
            total.update(hashlib.sha256(path.read_bytes()).digest())
    return total.hexdigest()


def _read_yaml(path: Path, problems: list[str]) -> Any:
    if not path.is_file():
        problems.append(f"{path.name}: the file is missing; expected in the profile's folder")
        return None
    try:
        return yaml.safe_load(path.read_text(encoding="utf-8"))
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = f", line {mark.line + 1}" if mark else ""
        problems.append(f"{path.name}{line}: not readable as YAML; expected keys and values, indented by spaces")
        return None


def _one(path: Path, model: type[Model], problems: list[str]) -> Model | None:
    data = _read_yaml(path, problems)
    if data is None:
        return None
    try:
        return model.model_validate(data)
    except ValidationError as error:
        problems.extend(_explain(path.name, error))
        return None


def _many(path: Path, model: type[Model], problems: list[str]) -> list[Model]:
    data = _read_yaml(path, problems)
    if data is None:
        return []
    try:
        return TypeAdapter(list[model]).validate_python(data)  # type: ignore[valid-type]
    except ValidationError as error:
        problems.extend(_explain(path.name, error, data))
        return []


def _rows(path: Path, model: type[Model], problems: list[str]) -> list[Model]:
    if not path.is_file():
        problems.append(f"{path.name}: the file is missing; expected in the profile's folder")
        return []
    with path.open(encoding="utf-8", newline="") as lines:
        data = list(csv.DictReader(lines))
    found: list[Model] = []
    for number, row in enumerate(data, start=2):
        try:
            found.append(model.model_validate(row))
        except ValidationError as error:
            problems.extend(_explain(f"{path.name}, line {number}", error))
    return found


def _explain(where: str, error: ValidationError, data: Any = None) -> Iterable[str]:
    for problem in error.errors(include_url=False):
        place = list(problem["loc"])
        if data is not None and place and isinstance(place[0], int) and isinstance(data, list):
            entry = data[place[0]]
            name = entry.get("id") if isinstance(entry, dict) else None
            place[0] = f"{name or 'entry ' + str(place[0] + 1)}"
        key = ".".join(str(part) for part in place) or "the file"
        yield f"{where}: {key}: {_plain(problem)}"


def _plain(problem: Any) -> str:
    if problem["type"] == "extra_forbidden":
        return "no such key; expected one that the documentation of the profile names"
    if problem["type"] == "missing":
        return "is missing; expected a value"
    found = problem.get("input")
    shown = f" (found {found!r})" if isinstance(found, str | int | float | bool) else ""
    return f"{problem['msg'].removeprefix('Value error, ')}{shown}"


def _references(profile: Profile) -> Iterable[str]:
    """Every reference from one file to another that leads nowhere, and every id given twice."""
    units = [u.id for u in profile.units]
    themes = [t.id for t in profile.themes]
    councils = [c.id for c in profile.institution.councils]

    for file, ids in (
        ("units.yaml", units),
        ("themes.yaml", themes),
        ("feeds.yaml", [f.id for f in profile.feeds]),
        ("questions.yaml", [q.id for q in profile.questions]),
        ("measures.yaml", [f"{m.theme}/{m.id}" for m in profile.measures]),
        ("indicators.yaml", [f"{i.id} version {i.version}" for i in profile.indicators]),
        ("programmes.csv", [p.programme for p in profile.programmes]),
        ("plan.csv", [f"{p.version}, {p.theme}, {p.year}" for p in profile.plan]),
    ):
        yield from (f"{file}: '{name}' stands there {n} times; expected once" for name, n in Counter(ids).items() if n > 1)

    for unit in profile.units:
        yield from _known("units.yaml", f"{unit.id}.council", [unit.council], councils, "council of profile.yaml")
        yield from (
            f"units.yaml: {unit.id}.aliases: '{alias}' is itself a unit; expected another spelling"
            for alias in unit.aliases if alias in units
        )
    national = [t.id for t in profile.national_themes]
    for theme in profile.themes:
        yield from _known("themes.yaml", f"{theme.id}.national", theme.national, national, "national theme")
        if not theme.funded and not (theme.reason_nl and theme.reason_en):
            yield f"themes.yaml: {theme.id}: not funded without reason_nl and reason_en; expected why"
    for measure in profile.measures:
        yield from _known("measures.yaml", f"{measure.id}.theme", [measure.theme], themes, "theme")
        yield from _known("measures.yaml", f"{measure.id}.units", [*measure.units, *measure.no_column], units, "unit")
    for line in profile.plan:
        yield from _known("plan.csv", f"{line.version}, {line.year}: theme", [line.theme], themes, "theme")
    for programme in profile.programmes:
        if programme.unit:
            yield from _known("programmes.csv", f"{programme.programme}: unit", [programme.unit], units, "unit")
    for feed in profile.feeds:
        yield from _feed_references(feed, units)
    for indicator in profile.indicators:
        yield from _indicator_references(indicator, profile, themes, units)


def _feed_references(feed: Feed, units: Sequence[str]) -> Iterable[str]:
    yield from _known("feeds.yaml", f"{feed.id}.units", feed.units, units, "unit")
    for source in feed.sources:
        delivered = [name for name, table in CATALOGUE.items() if table.layer == "delivered"]
        yield from _known("feeds.yaml", f"{feed.id}.tables", source.tables, delivered, "delivered table")
        fields = {name for t in source.tables if t in CATALOGUE for name in CATALOGUE[t].names}
        yield from _known("feeds.yaml", f"{feed.id}.columns", source.columns.values(), sorted(fields), "field")
        if isinstance(source, FileSource):
            named = [part.split("}")[0] for part in source.path.split("{")[1:]]
            yield from _known("feeds.yaml", f"{feed.id}.path", named, PLACEHOLDERS, "placeholder")


def _indicator_references(
    indicator: Indicator, profile: Profile, themes: Sequence[str], units: Sequence[str]
) -> Iterable[str]:
    where = f"{indicator.id}"
    yield from _known("indicators.yaml", f"{where}.theme", [indicator.theme], themes, "theme")
    if indicator.answers:
        questions = [q.id for q in profile.questions if q.evaluation == indicator.answers.evaluation]
        yield from _known("indicators.yaml", f"{where}.answers.question", [indicator.answers.question], questions,
                          f"question of the {indicator.answers.evaluation} evaluation")
    parts = {"numerator": indicator.numerator, "denominator": indicator.denominator, "beside": indicator.beside}
    for part, term in parts.items():
        if term is not None:
            yield from _term_references(f"{where}.{part}", term, units)


def _term_references(where: str, term: Term, units: Sequence[str]) -> Iterable[str]:
    facts = {name: table for name, table in CATALOGUE.items() if table.layer == "facts"}
    yield from _known("indicators.yaml", f"{where}.facts", [term.facts], list(facts), "table of facts")
    table: Table | None = facts.get(term.facts)
    if table is None:
        return
    named = [name for name in (term.count, term.sum, term.less) if name]
    for condition in term.where:
        named += [condition.field] if condition.field else list(condition.any_of or [])
        if condition.field == "unit":
            yield from _known("indicators.yaml", f"{where}.where.unit",
                              [*(condition.in_ or []), *(condition.not_in or [])], units, "unit")
    yield from _known("indicators.yaml", where, named, table.names, f"field of {term.facts}")
    yield from _known("indicators.yaml", f"{where}.less_units", term.less_units, units, "unit")


def _known(file: str, key: str, found: Iterable[str], known: Sequence[str], what: str) -> Iterable[str]:
    for name in found:
        if name not in known:
            near = difflib.get_close_matches(name, known, 1)
            hint = f"; did you mean '{near[0]}'" if near else ""
            yield f"{file}: {key}: there is no {what} '{name}'; expected one of {', '.join(known)}{hint}"
