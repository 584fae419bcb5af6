"""What a profile holds, in a few lines: so that who wrote it sees whether it says what was meant."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TypedDict

from schemas.calendar import Cycle
from schemas.profile.feeds import Feed, FileSource, Period
from schemas.profile.fillable import filled_by_nothing, makes_no_figures
from schemas.profile.forms import PLACEHOLDER
from schemas.profile.institution import FORMAT
from schemas.profile.models import Profile
from schemas.tables import CATALOGUE


class Part(TypedDict):
    """How many of something a profile holds, with their names in one text."""

    count: int
    names: str


class SummaryRecord(TypedDict):
    """A summary as plain values."""

    name: str
    years: str
    parts: dict[str, Part]
    notes: tuple[str, ...]


@dataclass(frozen=True)
class Summary:
    """What a profile holds: `parts` are counts with the names behind them, `notes` what is right but worth a look."""

    name: str
    years: str
    parts: tuple[tuple[str, int, str], ...]
    notes: tuple[str, ...]

    def as_data(self) -> SummaryRecord:
        """All of it as plain values, for a program to read."""
        parts: dict[str, Part] = {what: {"count": n, "names": names} for what, n, names in self.parts}
        return {"name": self.name, "years": self.years, "parts": parts, "notes": self.notes}


def summary(profile: Profile, written_in: int = FORMAT) -> Summary:
    """What a profile holds; `written_in` is the format in which its files stand."""
    institution = profile.institution
    parts = [
        ("units", len(profile.units), _listed(unit.id for unit in profile.units)),
        ("themes", len(profile.themes), _listed(theme.id for theme in profile.themes)),
        ("measures", len(profile.measures), _listed(dict.fromkeys(m.id for m in profile.measures))),
        ("questions", len(profile.questions), _listed(question.id for question in profile.questions)),
        ("indicators", len(profile.indicators), _listed(dict.fromkeys(i.id for i in profile.indicators))),
        ("feeds", len(profile.feeds), _listed(_feed(feed) for feed in profile.feeds)),
        ("cycles", len(institution.cycles), _listed(_cycle(profile, e.month) for e in institution.cycles)),
        ("rounds", len(profile.rounds), _listed(str(number) for number in profile.rounds)),
    ]
    more = [
        ("classifications", len(profile.classifications), _listed(one.id for one in profile.classifications)),
        ("lines of the plan", len(profile.plan), _listed(dict.fromkeys(line.version for line in profile.plan))),
        ("programmes", len(profile.programmes), ""),
        ("reference values", len(profile.reference_values), ""),
        ("misprints", len(profile.misprints), ""),
    ]
    return Summary(
        f"{institution.nl} / {institution.en}",
        f"{institution.first_year}-{institution.last_year}",
        (*parts, *(part for part in more if part[1])),
        (*_old(written_in), *_notes(profile)),
    )


def _old(written_in: int) -> Iterator[str]:
    if written_in < FORMAT:
        yield f"it is written in format {written_in}; `kwaliteitsmonitor migrate-profile` rewrites it in {FORMAT}"


def _listed(names: Iterable[str]) -> str:
    return ", ".join(names)


def _feed(feed: Feed) -> str:
    return f"{feed.id} (by {feed.period.value.replace('_', ' ')})" if feed.period is not Period.NONE else feed.id


def _cycle(profile: Profile, month: int) -> str:
    """A cycle of the year after the first, with what it reports on."""
    cycle: Cycle = profile.cycle(f"{profile.institution.first_year + 1}-{month:02d}")
    money = f", settles round {cycle.round} of {cycle.spending_year}" if cycle.round else ""
    return f"{cycle.key} (reports on {cycle.indicator_year}{money})"


def _notes(profile: Profile) -> Iterator[str]:
    """What a profile may leave out, said so that it is not left out by accident."""
    measured = {measure.theme for measure in profile.measures}
    read = {indicator.theme for indicator in profile.indicators}
    for theme in profile.themes:
        lacks = [what for what, of in (("measures", measured), ("indicators", read)) if theme.id not in of]
        lacks += [] if theme.funded else ["money"]
        if lacks:
            yield f"theme {theme.id} has no {' and no '.join(lacks)}"
    for theme in profile.themes:
        if profile.national_themes and not theme.national:
            yield f"theme {theme.id} belongs to no national theme"
    used = {unit for measure in profile.measures for unit in measure.units}
    delivering = {unit for feed in profile.feeds for unit in feed.units}
    for unit in profile.units:
        parent = any(one.parent == unit.id for one in profile.units)
        if unit.id not in used | delivering and not parent:
            yield f"unit {unit.id} has no measure and delivers nothing"
    for feed in profile.feeds:
        if feed.required and feed.period is not Period.NONE and not feed.deadlines:
            yield f"feed {feed.id} has no deadline, so that it is never late and nobody is reminded"
    for feed in profile.feeds:
        yield from _unnamed(feed)
    yield from filled_by_nothing(profile)
    yield from makes_no_figures(profile)
    of = profile.institution
    if "consultations" in of.model_fields_set and of.consultations and not profile.uses("faculty_consultations"):
        yield "consultations are expected, and no feed delivers faculty_consultations: they are owed by nobody"
    if of.panels.expected and not profile.uses("faculty_panels"):
        yield "panels are expected, and no feed delivers faculty_panels: they are owed by nobody"
    if profile.rounds and not profile.uses("bfr"):
        yield "cycles settle rounds of spending, and no feed delivers bfr: there is no spending in the report"
    if profile.uses("bfr") and not profile.uses("spending_plan"):
        yield "no feed delivers spending_plan: budgets are not held against a plan"


def _unnamed(feed: Feed) -> Iterator[str]:
    """Fields that have to be filled and that a source does not name, where it names others: the file must have them."""
    for source in feed.sources:
        if not isinstance(source, FileSource) or not (source.forms or source.columns):
            continue
        in_path = set(PLACEHOLDER.findall(source.path))
        for name in source.tables:
            form = source.form(name, None) or next((one for one in source.forms if one.table == name), None)
            named = in_path | {*source.columns.values(), *(form.columns.values() if form else ())}
            named |= {field for field, _ in form.settled()} if form else set()
            needed = [field for field in CATALOGUE[name].fields if not field.nullable]
            lacking = [field for field in needed if field.name not in named]
            if lacking and len(lacking) < len(needed):
                columns = ", ".join(f"{field.name} (as '{field.label_en or field.name}')" for field in lacking)
                yield (
                    f"feed {feed.id}: the profile does not say where {name} has {columns}: the files need such a "
                    "column; else give it under constants, or in the path"
                )
