"""Holding the files of a profile against each other: every reference that leads nowhere, every id given twice."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import combinations

from schemas.profile.contents import Contents
from schemas.profile.faults import Fault, Path
from schemas.profile.feeds import Feed, FileSource
from schemas.profile.form_checks import Lists, form_problems
from schemas.profile.indicators import Indicator, Term
from schemas.profile.near_misses import unknown, unknown_in
from schemas.profile.questions import scale_problems
from schemas.profile.taken import taken
from schemas.profile.themes import Measure
from schemas.tables import CATALOGUE, DELIVERED

PLACEHOLDERS = ("academic_year", "reporting_year", "round", "unit", "suffix")


def problems_between(profile: Contents) -> Iterator[Fault]:
    """Every reference from one file to another that leads nowhere, and every id given twice."""
    for file, ids in _ids(profile):
        yield from _twice(file, ids)
    yield from taken(profile)
    yield from _units(profile)
    yield from _agreed(profile)
    yield from _themes(profile)
    for at, measure in profile.measures:
        yield from _measure(at, measure, profile)
    for at, line in profile.plan:
        yield from unknown("plan.csv", (at, "theme"), [line.theme], profile.theme_ids, "theme", profile.theme_names)
    for at, programme in profile.programmes:
        named = [programme.unit] if programme.unit else []
        yield from unknown("programmes.csv", (at, "unit"), named, profile.unit_ids, "unit", profile.unit_names)
    lists = _code_words(profile)
    for at, feed in profile.feeds:
        yield from _feed(at, feed, profile, lists)
    for at, indicator in profile.indicators:
        yield from _indicator(at, indicator, profile)
    for at, value in profile.reference_values:
        path = (at, "indicator")
        yield from unknown("references.yaml", path, [value.indicator], profile.indicator_ids, "indicator")
    for at, misprint in profile.misprints:
        named, theme = ([misprint.indicator] if misprint.indicator else []), misprint.theme
        yield from unknown("misprints.yaml", (at, "indicator"), named, profile.indicator_ids, "indicator")
        yield from unknown("misprints.yaml", (at, "theme"), [theme] if theme else [], profile.theme_ids, "theme")


Ids = Iterable[tuple[Path, str]]


def _ids(profile: Contents) -> Iterator[tuple[str, Ids]]:
    """Per file what may stand there once only, each with its place."""
    councils = profile.institution.councils if profile.institution else []
    yield "profile.yaml", [(("councils", at, "id"), c.id) for at, c in enumerate(councils)]
    names: list[tuple[Path, str]] = []
    for at, unit in profile.units:
        names += [((at, "id"), unit.id), *(((at, "aliases", n), alias) for n, alias in enumerate(unit.aliases))]
    yield "units.yaml", names
    yield "themes.yaml", [(("themes", at, "id"), t.id) for at, t in enumerate(profile.themes)]
    yield "themes.yaml", [(("national", at, "id"), t.id) for at, t in enumerate(profile.national)]
    yield "measures.yaml", [((at, "id"), f"{m.theme}/{m.id}") for at, m in profile.measures]
    yield "classifications.yaml", [((at, "id"), c.id) for at, c in profile.classifications]
    yield "questions.yaml", [((at, "id"), q.id) for at, q in profile.questions]
    yield "indicators.yaml", [((at, "version"), f"{i.id} version {i.version}") for at, i in profile.indicators]
    yield (
        "references.yaml",
        [
            ((at,), ", ".join([v.indicator, v.sector, str(v.reporting_year), *([v.level] if v.level else [])]))
            for at, v in profile.reference_values
        ],
    )
    yield "feeds.yaml", [((at, "id"), f.id) for at, f in profile.feeds]
    yield "plan.csv", [((at,), f"{p.version}, {p.theme}, {p.year}") for at, p in profile.plan]
    yield "programmes.csv", [((at, "programme"), p.programme) for at, p in profile.programmes]


def _twice(file: str, ids: Ids) -> Iterator[Fault]:
    first: dict[str, Path] = {}
    for path, name in ids:
        if name in first:
            yield Fault(file, path, f"'{name}' stands there twice", "it once", first=first[name])
        first.setdefault(name, path)


def _units(profile: Contents) -> Iterator[Fault]:
    ids = [council.id for council in profile.institution.councils] if profile.institution else []
    councils = profile.if_known("profile.yaml", ids)
    for at, unit in profile.units:
        named, parent = [unit.council] if unit.council else [], [unit.parent] if unit.parent else []
        others = None if profile.unit_ids is None else [name for name in profile.unit_ids if name != unit.id]
        yield from unknown("units.yaml", (at, "council"), named, councils, "council of profile.yaml")
        yield from unknown("units.yaml", (at, "parent"), parent, others, "other unit")
        yield from unknown_in("units.yaml", (at, "becomes"), unit.becomes, others, "other unit")


def _agreed(profile: Contents) -> Iterator[Fault]:
    """Councils and units of which something is expected every year."""
    if profile.institution is None:
        return
    file, of = "profile.yaml", profile.institution
    councils = profile.if_known(file, [council.id for council in of.councils])
    for at, expected in enumerate(of.consultations):
        named = [expected.council] if expected.council else []
        yield from unknown(file, ("consultations", at, "council"), named, councils, "council of profile.yaml")
    units, names = profile.unit_ids, profile.unit_names
    yield from unknown_in(file, ("panels", "expected"), of.panels.expected, units, "unit", names)


def _themes(profile: Contents) -> Iterator[Fault]:
    national = profile.if_known("themes.yaml", [theme.id for theme in profile.national])
    for at, theme in enumerate(profile.themes):
        path: Path = ("themes", at)
        yield from unknown_in("themes.yaml", (*path, "national"), theme.national, national, "national theme")
        if not theme.funded and not (theme.reason_nl and theme.reason_en):
            yield Fault(
                "themes.yaml", (*path, "funded"), "is false without reason_nl and reason_en", "both, saying why"
            )


def _measure(at: int, measure: Measure, profile: Contents) -> Iterator[Fault]:
    file = "measures.yaml"
    yield from unknown(file, (at, "theme"), [measure.theme], profile.theme_ids, "theme", profile.theme_names)
    yield from unknown_in(file, (at, "units"), measure.units, profile.unit_ids, "unit", profile.unit_names)
    yield from unknown_in(file, (at, "no_column"), measure.no_column, profile.unit_ids, "unit", profile.unit_names)
    for number, name in enumerate(measure.no_column):
        if name in measure.units:
            yield Fault(file, (at, "no_column", number), f"'{name}' stands under units as well", "it under one of both")
    if "classifications.yaml" in profile.incomplete:
        return
    classes = {one.id: [each.id for each in one.classes] for _, one in profile.classifications}
    yield from unknown_in(file, (at, "classes"), measure.classes, list(classes), "classification")
    for name, names in measure.classes.items():
        yield from unknown_in(file, (at, "classes", name), names, classes.get(name), f"class of {name}")


def _feed(at: int, feed: Feed, profile: Contents, lists: Lists) -> Iterator[Fault]:
    file = "feeds.yaml"
    delivered = [table.name for table in DELIVERED]
    yield from unknown_in(file, (at, "units"), feed.units, profile.unit_ids, "unit", profile.unit_names)
    for number, source in enumerate(feed.sources):
        path: Path = (at, "sources", number)
        yield from unknown_in(file, (*path, "tables"), source.tables, delivered, "delivered table")
        fields = sorted({name for t in source.tables if t in CATALOGUE for name in CATALOGUE[t].names})
        for header, name in source.columns.items():
            yield from unknown(file, (*path, "columns", header), [name], fields, "field")
        if isinstance(source, FileSource):
            named = [part.split("}")[0] for part in source.path.split("{")[1:]]
            yield from unknown(file, (*path, "path"), named, (*PLACEHOLDERS, *fields), "placeholder")
            yield from form_problems(path, source, lists)
            for n, form in enumerate(source.forms):
                yield from scale_problems((*path, "forms", n), form.scales, form.table, profile.question_ids)


def _code_words(profile: Contents) -> dict[str, Sequence[str] | None]:
    """Per code list the words that stand for its codes; none if the file that holds them is incomplete."""
    words: dict[str, tuple[str, list[str]]] = {
        "units": ("units.yaml", [w for _, u in profile.units for w in (u.id, *u.aliases)]),
        "themes": ("themes.yaml", [w for t in profile.themes for w in (t.id, t.nl, t.en)]),
        "measures": ("measures.yaml", [w for _, m in profile.measures for w in (m.id, m.nl, m.en)]),
        "questions": ("questions.yaml", [w for _, q in profile.questions for w in (q.id, *q.words)]),
        "indicators": ("indicators.yaml", [w for _, i in profile.indicators for w in (i.id, i.nl, i.en)]),
        "programmes": ("programmes.csv", [w for _, p in profile.programmes for w in (p.programme, p.name)]),
    }
    return {name: profile.if_known(file, known) for name, (file, known) in words.items()}


def _indicator(at: int, indicator: Indicator, profile: Contents) -> Iterator[Fault]:
    file = "indicators.yaml"
    yield from unknown(file, (at, "theme"), [indicator.theme], profile.theme_ids, "theme", profile.theme_names)
    if indicator.delivered is not None:
        named = indicator.delivered.units
        yield from unknown_in(file, (at, "delivered", "units"), named, profile.unit_ids, "unit")
    if indicator.answers:
        kind, question = indicator.answers.evaluation, indicator.answers.question
        questions = [q.id for _, q in profile.questions if q.evaluation == kind]
        known = profile.if_known("questions.yaml", questions)
        yield from unknown(file, (at, "answers", "question"), [question], known, f"question of the {kind} evaluation")
    parts = {"numerator": indicator.numerator, "denominator": indicator.denominator, "beside": indicator.beside}
    for part, term in parts.items():
        if term is not None:
            yield from _term((at, part), term, profile.unit_ids)


def _term(path: Path, term: Term, units: Sequence[str] | None) -> Iterator[Fault]:
    file = "indicators.yaml"
    facts = {name: table for name, table in CATALOGUE.items() if table.layer == "facts"}
    yield from unknown(file, (*path, "facts"), [term.facts], list(facts), "table of facts")
    table = facts.get(term.facts)
    if table is None:
        return
    what = f"field of {term.facts}"
    for key in ("count", "sum", "less"):
        named = getattr(term, key)
        yield from unknown(file, (*path, key), [named] if named else [], table.names, what)
    for number, condition in enumerate(term.where):
        at: Path = (*path, "where", number)
        if condition.any_of:
            yield from unknown_in(file, (*at, "any_of"), condition.any_of, table.names, what)
        elif condition.field not in table.names:
            yield from unknown(file, (*at, "field"), [condition.field], table.names, what)
        else:
            field = table[condition.field]
            codes = units if field.code_list == "units" else field.codes or None
            called = field.en.split(";")[0]
            yield from unknown_in(file, (*at, "in"), condition.in_ or [], codes, called)
            yield from unknown_in(file, (*at, "not_in"), condition.not_in or [], codes, called)
            is_ = [condition.is_] if isinstance(condition.is_, str) else []
            yield from unknown(file, (*at, "is"), is_, codes, called)
    yield from unknown_in(file, (*path, "less_units"), term.less_units, units, "unit")


def overlapping_definitions(profile: Contents) -> Iterator[Fault]:
    """Two definitions of an indicator that hold in the same year."""
    for (_, one), (at, other) in combinations(profile.indicators, 2):
        years = one.valid_from <= (other.valid_until or 9999) and other.valid_from <= (one.valid_until or 9999)
        if one.id == other.id and one.version != other.version and years:
            mistake = f"versions {one.version} and {other.version} hold in the same year"
            hint = f"end version {one.version} with valid_until before {other.valid_from}"
            yield Fault("indicators.yaml", (at, "valid_from"), mistake, "one definition per year", hint)
