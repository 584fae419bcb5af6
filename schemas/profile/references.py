"""Holding the files of a profile against each other: every reference that leads nowhere, every id given twice."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations

from schemas.contract import Table
from schemas.profile.feeds import Feed, FileSource
from schemas.profile.form_checks import Lists, form_problems
from schemas.profile.indicators import Indicator, Term
from schemas.profile.institution import Institution
from schemas.profile.near_misses import unknown
from schemas.profile.questions import Question, scale_problems
from schemas.profile.registers import PlanLine, Programme
from schemas.profile.themes import Classification, Measure, Themes
from schemas.profile.units import Unit
from schemas.tables import CATALOGUE

PLACEHOLDERS = ("academic_year", "reporting_year", "round", "unit", "suffix")


@dataclass(frozen=True)
class Contents:
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
    classifications: tuple[Classification, ...]


def problems_between(profile: Contents, incomplete: Collection[str]) -> Iterable[str]:
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
        named = [unit.council] if unit.council else []
        yield from unknown("units.yaml", f"{unit.id}.council", named, councils, "council of profile.yaml")
        others = [u.id for u in profile.units if u.id != unit.id]
        parent = [unit.parent] if unit.parent else []
        yield from unknown("units.yaml", f"{unit.id}.parent", parent, None if units is None else others, "other unit")
        yield from unknown("units.yaml", f"{unit.id}.becomes", unit.becomes, None if units is None else others, "unit")
    for theme in own_themes:
        yield from unknown("themes.yaml", f"{theme.id}.national", theme.national, national, "national theme")
        if not theme.funded and not (theme.reason_nl and theme.reason_en):
            yield f"themes.yaml: {theme.id}: not funded without reason_nl and reason_en; expected why"
    for measure in profile.measures:
        yield from unknown("measures.yaml", f"{measure.id}.theme", [measure.theme], themes, "theme")
        yield from _classes(measure, None if "classifications.yaml" in incomplete else profile.classifications)
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


def _classes(measure: Measure, known: Sequence[Classification] | None) -> Iterable[str]:
    where, file = f"{measure.id}.classes", "measures.yaml"
    by_id = None if known is None else {one.id: [each.id for each in one.classes] for one in known}
    yield from unknown(file, where, measure.classes, None if by_id is None else list(by_id), "classification")
    for name, classes in measure.classes.items():
        yield from unknown(file, f"{where}.{name}", classes, (by_id or {}).get(name), f"class of {name}")


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


def _code_words(profile: Contents, incomplete: Collection[str]) -> dict[str, Sequence[str] | None]:
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
