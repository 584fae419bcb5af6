"""What units owe of their measures, study advisers, programmes and talks with students: a row of a report each."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from decimal import Decimal

from kwaliteitsmonitor.obligations.evidence import HAS_TEXT, Arrival, Evidence, Taken
from kwaliteitsmonitor.obligations.obligation import Claim, Kind, Met, Obligation, Subject
from kwaliteitsmonitor.obligations.periods import Expected, accounted_years, deadline
from kwaliteitsmonitor.obligations.wording import amount, quoted
from schemas.calendar import Cycle
from schemas.profile import Profile
from schemas.rows import (
    BfrRow,
    FacultyMeasuresRow,
    FacultyPanelsRow,
    FacultyProgrammesRow,
    FacultyStudyAdvisersRow,
    StagedRow,
)
from schemas.words import Words

MEASURES, ADVISERS = "faculty_measures", "faculty_study_advisers"
PROGRAMMES, PANELS = "faculty_programmes", "faculty_panels"
BACHELOR = "ba"
"""Matching and trial study come before a bachelor's programme; of others a unit may tell as well."""


def accounts(profile: Profile, cycle: Cycle, evidence: Evidence) -> Iterator[Claim]:
    """Every account of a unit that is owed in a report, with the delivery that gave it."""
    arrivals = evidence.arrivals()
    yield from _progress(profile, cycle, evidence, arrivals)
    for one, expected, unit in _reporting(profile, cycle, evidence, ADVISERS):
        if not one.feed.units:
            continue  # it comes centrally, of units that nobody named
        rows = [
            r
            for r in evidence.of(ADVISERS, FacultyStudyAdvisersRow)
            if (year_of(r), r["unit"]) == (expected.year, unit)
        ]
        what = Words("studieadviseurs", "study advisers")
        yield Claim(_owed(Kind.ADVISERS, one, expected, unit, what, Subject()), met_by(rows, arrivals))
    yield from _programmes(profile, cycle, evidence, arrivals)
    yield from _panels(profile, cycle, evidence, arrivals)


OfYear = FacultyMeasuresRow | FacultyStudyAdvisersRow | FacultyProgrammesRow | FacultyPanelsRow


def year_of(row: OfYear) -> int:
    """The reporting year that reads the academic year of a row."""
    return int(row["academic_year"][-4:])


def met_by(rows: Iterable[StagedRow], arrivals: dict[str, Arrival]) -> Met | None:
    """The delivery of the first of these rows; `None` if there are none."""
    for row in rows:
        arrived = arrivals.get(row["_delivery"])
        if arrived is not None:
            return Met(arrived.first_on, arrived.id)
    return None


def _reporting(profile: Profile, cycle: Cycle, evidence: Evidence, table: str) -> Iterator[tuple[Taken, Expected, str]]:
    """The feeds that fill a table, with each period and unit that may report in it; each unit and year once."""
    done: set[tuple[int, str]] = set()
    for one in evidence.filling(table):
        for year, expected in accounted_years(one.feed, cycle, profile).items():
            for unit in reporting_units(profile, one, year):
                if (year, unit) not in done:
                    done.add((year, unit))
                    yield one, expected, unit


def reporting_units(profile: Profile, one: Taken, year: int) -> list[str]:
    """The units that a feed asks; if it names none, all that are there."""
    return list(profile.delivering(one.feed, year)) if one.feed.units else [u.id for u in profile.units_in(year)]


def _owed(kind: Kind, one: Taken, expected: Expected, unit: str, what: Words, about: Subject) -> Obligation:
    return Obligation(
        kind, unit, expected.period, expected.year, one.feed.id, what, deadline(one.feed, expected), about
    )


def _progress(profile: Profile, cycle: Cycle, evidence: Evidence, arrivals: dict[str, Arrival]) -> Iterator[Claim]:
    """The progress of each measure that a unit has, and of each other on which it was budgeted or spent money."""
    by_measure = {
        (year_of(r), r["unit"], r["theme"], r["measure"]): r for r in evidence.of(MEASURES, FacultyMeasuresRow)
    }
    money = _money(profile, evidence)
    names = {(one.theme, one.id): Words(one.nl, one.en) for one in profile.measures}
    done: set[tuple[int, str, str, str]] = set()
    for one in evidence.filling(MEASURES):
        for year, expected in accounted_years(one.feed, cycle, profile).items():
            reporting = set(profile.delivering(one.feed, year)) if one.feed.units else None
            own = [
                (year, unit, measure.theme, measure.id)
                for measure in profile.measures_in(year)
                for unit in profile.having(measure, year)
                if reporting is None or unit in reporting
            ]
            others = sorted(key for key in money if key[0] == year and key not in own)
            for key in (*own, *others):
                if key in done:
                    continue
                done.add(key)
                _, unit, theme, measure_id = key
                name = names.get((theme, measure_id), Words(measure_id, measure_id))
                what = _progress_words(profile, name, money.get(key))
                about = Subject(theme=theme, measure=measure_id)
                rows = [by_measure[key]] if key in by_measure else []
                yield Claim(_owed(Kind.PROGRESS, one, expected, unit, what, about), met_by(rows, arrivals))


def _money(profile: Profile, evidence: Evidence) -> dict[tuple[int, str, str, str], tuple[Decimal, Decimal]]:
    """Per year, unit, theme and measure what was budgeted and spent by the definitive round, if that is anything."""
    amounts: dict[tuple[int, str, str, str], tuple[Decimal, Decimal]] = defaultdict(lambda: (Decimal(0), Decimal(0)))
    for r in evidence.of("bfr", BfrRow):
        if r["round"] == profile.last_round:
            key = (r["reporting_year"], r["unit"], r["theme"], r["measure"])
            budget, realised = amounts[key]
            amounts[key] = (budget + r["budget"], realised + r["realised"])
    return {key: sums for key, sums in amounts.items() if any(sums)}


def _progress_words(profile: Profile, name: Words, money: tuple[Decimal, Decimal] | None) -> Words:
    what = quoted(name, "voortgang van ", "progress of ")
    if money is None:
        return what
    budget, realised = money
    if realised:
        spent = amount(profile, realised)
        return Words(f"{what.nl} ({spent.nl} besteed)", f"{what.en} ({spent.en} spent)")
    planned = amount(profile, budget)
    return Words(f"{what.nl} ({planned.nl} begroot)", f"{what.en} ({planned.en} budgeted)")


def _programmes(profile: Profile, cycle: Cycle, evidence: Evidence, arrivals: dict[str, Arrival]) -> Iterator[Claim]:
    by_programme: dict[tuple[int, str, str], list[FacultyProgrammesRow]] = defaultdict(list)
    for r in evidence.of(PROGRAMMES, FacultyProgrammesRow):
        by_programme[(year_of(r), r["unit"], r["programme"])].append(r)
    own: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for programme in profile.programmes:
        if programme.croho_type == BACHELOR:
            own[programme.unit].append((programme.programme, programme.name))
    for one, expected, unit in _reporting(profile, cycle, evidence, PROGRAMMES):
        for code, name in own.get(unit, ()):
            what = quoted(Words(name, name), "matching en proefstuderen van ", "matching and trial study of ")
            owed = _owed(Kind.PROGRAMME, one, expected, unit, what, Subject(programme=code))
            yield Claim(owed, met_by(by_programme[(expected.year, unit, code)], arrivals))


def _panels(profile: Profile, cycle: Cycle, evidence: Evidence, arrivals: dict[str, Arrival]) -> Iterator[Claim]:
    """A talk with students of each unit of which the profile expects one."""
    agreed = profile.institution.panels
    for one, expected, unit in _reporting(profile, cycle, evidence, PANELS):
        if unit in agreed.expected and agreed.holds_in(expected.year):
            rows = [
                r for r in evidence.of(PANELS, FacultyPanelsRow) if (year_of(r), r["unit"]) == (expected.year, unit)
            ]
            what = Words("uitkomst van een panelgesprek met studenten", "outcome of a panel discussion with students")
            owed = _owed(Kind.PANEL, one, expected, unit, what, Subject())
            yield Claim(owed, met_by([r for r in rows if r.get(HAS_TEXT)], arrivals))
