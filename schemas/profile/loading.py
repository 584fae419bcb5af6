"""Reading a profile folder and holding its files against each other, reporting every problem at once."""

from __future__ import annotations

import csv
import difflib
import hashlib
import io
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, ValidationError

from schemas.contract import Table
from schemas.errors import ProfileError, UsageError
from schemas.profile.form_checks import Lists, form_problems
from schemas.profile.forms import Form, Join, Skip, Split, Unpivot
from schemas.profile.indicators import Indicator, Term
from schemas.profile.misprints import Misprint, misprint_problems
from schemas.profile.models import (
    Feed,
    FileSource,
    Institution,
    Measure,
    PlanLine,
    Profile,
    Programme,
    SqlSource,
    Themes,
    Unit,
)
from schemas.profile.near_misses import did_you_mean, unknown
from schemas.profile.questions import Evaluations, MinimumResponse, Question, QuestionVersion, Scale, scale_problems
from schemas.tables import CATALOGUE

Model = TypeVar("Model", bound=BaseModel)
Problems = defaultdict[str, list[str]]
"""What is wrong, by file name. A file that stands in it is incomplete: references to it cannot be judged."""

PROFILES = Path(__file__).resolve().parents[2] / "institutions"
"""The profiles that come with the package, beside it both in a checkout and once installed."""

PLACEHOLDERS = ("academic_year", "reporting_year", "round", "unit", "suffix")


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
    contents = _Contents(
        _one(folder / "profile.yaml", Institution, problems),
        _one(folder / "themes.yaml", Themes, problems),
        tuple(_many(folder / "units.yaml", Unit, problems)),
        tuple(_many(folder / "measures.yaml", Measure, problems)),
        tuple(_many(folder / "questions.yaml", Question, problems)),
        tuple(_many(folder / "indicators.yaml", Indicator, problems)),
        tuple(_many(folder / "feeds.yaml", Feed, problems)),
        tuple(_rows(folder / "plan.csv", PlanLine, problems)),
        tuple(_rows(folder / "programmes.csv", Programme, problems)),
    )
    optional = folder / "misprints.yaml"
    misprints = tuple(_many(optional, Misprint, problems)) if optional.is_file() else ()
    found = [line for lines in problems.values() for line in lines]
    found += _references(contents, frozenset(problems))
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
    )


@dataclass(frozen=True)
class _Contents:
    """What could be read of a profile's files; of a file with problems, the entries without."""

    institution: Institution | None
    themes: Themes | None
    units: tuple[Unit, ...]
    measures: tuple[Measure, ...]
    questions: tuple[Question, ...]
    indicators: tuple[Indicator, ...]
    feeds: tuple[Feed, ...]
    plan: tuple[PlanLine, ...]
    programmes: tuple[Programme, ...]


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


def _references(profile: _Contents, incomplete: Collection[str]) -> Iterable[str]:
    """Every reference from one file to another that leads nowhere, and every id given twice.

    What refers to an incomplete file is left alone: it may be right once that file is.
    """
    own_themes = profile.themes.themes if profile.themes else []
    units = None if "units.yaml" in incomplete else [u.id for u in profile.units]
    themes = [t.id for t in own_themes] if profile.themes else None
    national = [t.id for t in profile.themes.national] if profile.themes else None
    councils = [c.id for c in profile.institution.councils] if profile.institution else None

    for file, ids in (
        ("profile.yaml", councils or []),
        ("units.yaml", [name for u in profile.units for name in (u.id, *u.aliases)]),
        ("themes.yaml", themes or []),
        ("themes.yaml", national or []),
        ("feeds.yaml", [f.id for f in profile.feeds]),
        ("questions.yaml", [q.id for q in profile.questions]),
        ("measures.yaml", [f"{m.theme}/{m.id}" for m in profile.measures]),
        ("indicators.yaml", [f"{i.id} version {i.version}" for i in profile.indicators]),
        ("programmes.csv", [p.programme for p in profile.programmes]),
        ("plan.csv", [f"{p.version}, {p.theme}, {p.year}" for p in profile.plan]),
    ):
        for name, times in Counter(ids).items():
            if times > 1:
                yield f"{file}: '{name}' stands there {times} times; expected once"

    for unit in profile.units:
        yield from unknown("units.yaml", f"{unit.id}.council", [unit.council], councils, "council of profile.yaml")
    for theme in own_themes:
        yield from unknown("themes.yaml", f"{theme.id}.national", theme.national, national, "national theme")
        if not theme.funded and not (theme.reason_nl and theme.reason_en):
            yield f"themes.yaml: {theme.id}: not funded without reason_nl and reason_en; expected why"
    for measure in profile.measures:
        yield from unknown("measures.yaml", f"{measure.id}.theme", [measure.theme], themes, "theme")
        yield from unknown("measures.yaml", f"{measure.id}.units", [*measure.units, *measure.no_column], units, "unit")
    for line in profile.plan:
        yield from unknown("plan.csv", f"{line.version}, {line.year}: theme", [line.theme], themes, "theme")
    for programme in profile.programmes:
        if programme.unit:
            yield from unknown("programmes.csv", f"{programme.programme}: unit", [programme.unit], units, "unit")
    lists = _code_words(profile, incomplete)
    for feed in profile.feeds:
        yield from _feed_references(feed, units, lists)
        yield from _scales(feed, None if "questions.yaml" in incomplete else profile.questions)
    for indicator in profile.indicators:
        questions = None if "questions.yaml" in incomplete else profile.questions
        yield from _indicator_references(indicator, questions, themes, units)
    for one, other in combinations(profile.indicators, 2):
        if one.id == other.id and one.version != other.version and _overlap(one, other):
            yield (
                f"indicators.yaml: {one.id}.valid_until: versions {one.version} and {other.version} hold in the same "
                f"year; expected one definition per year"
            )


def _overlap(one: Indicator, other: Indicator) -> bool:
    return one.valid_from <= (other.valid_until or 9999) and other.valid_from <= (one.valid_until or 9999)


def _feed_references(feed: Feed, units: Sequence[str] | None, lists: Lists) -> Iterable[str]:
    yield from unknown("feeds.yaml", f"{feed.id}.units", feed.units, units, "unit")
    for source in feed.sources:
        delivered = [name for name, table in CATALOGUE.items() if table.layer == "delivered"]
        yield from unknown("feeds.yaml", f"{feed.id}.tables", source.tables, delivered, "delivered table")
        fields = {name for t in source.tables if t in CATALOGUE for name in CATALOGUE[t].names}
        yield from unknown("feeds.yaml", f"{feed.id}.columns", source.columns.values(), sorted(fields), "field")
        if isinstance(source, FileSource):
            named = [part.split("}")[0] for part in source.path.split("{")[1:]]
            yield from unknown("feeds.yaml", f"{feed.id}.path", named, (*PLACEHOLDERS, *sorted(fields)), "placeholder")
            yield from form_problems(feed.id, source, lists)


def _scales(feed: Feed, questions: Sequence[Question] | None) -> Iterable[str]:
    """What is wrong with the scales that the forms of a feed give."""
    known = None if questions is None else [question.id for question in questions]
    for source in feed.sources:
        for form in source.forms if isinstance(source, FileSource) else []:
            yield from scale_problems(f"{feed.id}.forms.{form.table}", form.scales, form.table, known)


def _code_words(profile: _Contents, incomplete: Collection[str]) -> dict[str, Sequence[str] | None]:
    """Per code list the words that stand for its codes; none where the file that holds them is incomplete."""
    themes = profile.themes.themes if profile.themes else []
    words: dict[str, tuple[str, list[str]]] = {
        "units": ("units.yaml", [w for u in profile.units for w in (u.id, *u.aliases)]),
        "themes": ("themes.yaml", [w for t in themes for w in (t.id, t.nl, t.en)]),
        "measures": ("measures.yaml", [w for m in profile.measures for w in (m.id, m.nl, m.en)]),
        "questions": ("questions.yaml", [w for q in profile.questions for w in (q.id, *q.words)]),
        "indicators": ("indicators.yaml", [i.id for i in profile.indicators]),
        "programmes": ("programmes.csv", [w for p in profile.programmes for w in (p.programme, p.name)]),
    }
    return {name: None if file in incomplete else list(dict.fromkeys(known)) for name, (file, known) in words.items()}


def _indicator_references(
    indicator: Indicator,
    questions: Sequence[Question] | None,
    themes: Sequence[str] | None,
    units: Sequence[str] | None,
) -> Iterable[str]:
    where = f"{indicator.id}"
    yield from unknown("indicators.yaml", f"{where}.theme", [indicator.theme], themes, "theme")
    if indicator.answers and questions is not None:
        known = [q.id for q in questions if q.evaluation == indicator.answers.evaluation]
        yield from unknown(
            "indicators.yaml",
            f"{where}.answers.question",
            [indicator.answers.question],
            known,
            f"question of the {indicator.answers.evaluation} evaluation",
        )
    parts = {"numerator": indicator.numerator, "denominator": indicator.denominator, "beside": indicator.beside}
    for part, term in parts.items():
        if term is not None:
            yield from _term_references(f"{where}.{part}", term, units)


def _term_references(where: str, term: Term, units: Sequence[str] | None) -> Iterable[str]:
    facts = {name: table for name, table in CATALOGUE.items() if table.layer == "facts"}
    yield from unknown("indicators.yaml", f"{where}.facts", [term.facts], list(facts), "table of facts")
    table: Table | None = facts.get(term.facts)
    if table is None:
        return
    named = [name for name in (term.count, term.sum, term.less) if name]
    for condition in term.where:
        named += [condition.field] if condition.field else list(condition.any_of or [])
        if condition.field in table.names:
            field = table[condition.field]
            codes = units if field.code_list == "units" else field.codes or None
            values = [*(condition.in_ or []), *(condition.not_in or [])]
            values += [condition.is_] if isinstance(condition.is_, str) else []
            yield from unknown("indicators.yaml", f"{where}.where.{field.name}", values, codes, field.en.split(";")[0])
    yield from unknown("indicators.yaml", where, named, table.names, f"field of {term.facts}")
    yield from unknown("indicators.yaml", f"{where}.less_units", term.less_units, units, "unit")
