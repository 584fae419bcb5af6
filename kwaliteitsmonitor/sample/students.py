"""Enrolments on the reference date: as many as the figures count, and those that a definition must leave out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal

from kwaliteitsmonitor.sample.answers import LEVEL_OF
from kwaliteitsmonitor.sample.apportion import divide, stream
from kwaliteitsmonitor.sample.choices import Choices
from kwaliteitsmonitor.sample.targets import Targets
from kwaliteitsmonitor.sample.terms import amount, counted
from schemas.calendar import reference_date
from schemas.errors import ProfileError
from schemas.profile import Profile
from schemas.profile.registers import Programme
from schemas.values import Row

FACTS = "fact_enrolments"
STAYING = 0.74
"""Of the students of a programme, the share that is still there a year later."""


def enrolment_rows(profile: Profile, choices: Choices, targets: Targets, seed: int) -> dict[int, list[Row]]:
    """The enrolments of each reporting year, by student number.

    A student has one main enrolment; some have another beside it. Most are there the next year too.
    Raises `ProfileError` if the figures cannot be reached together.
    """
    before: dict[str, list[int]] = {}
    newest = 0
    years = {}
    for year in sorted(choices.years):
        sizes = _sizes(profile, choices, targets, year, seed)
        now: dict[str, list[int]] = {}
        for code, size in sizes.items():
            stay = before.get(code, [])[-min(size, round(len(before.get(code, [])) * STAYING)) or None :]
            stay = stay if before.get(code) and size else []
            now[code] = [*stay, *range(newest + 1, newest + 1 + size - len(stay))]
            newest += size - len(stay)
        years[year] = _rows(profile, choices, now, year, seed)
        _verify(profile, targets, years[year], year)
        before = now
    return years


def as_facts(row: Row, programmes: Mapping[str, Programme]) -> Row:
    """An enrolment with what its programme adds to it, as definitions see it."""
    programme = programmes[str(row["programme"])]
    return {
        **row,
        "unit": programme.unit or None,
        "funded": programme.funded,
        "level": LEVEL_OF.get(programme.croho_type),
    }


def _sizes(profile: Profile, choices: Choices, targets: Targets, year: int, seed: int) -> dict[str, int]:
    """How many students have their main enrolment in each programme."""
    programmes = {p.programme: p for p in profile.programmes if p.unit}
    wanted = [(term, size) for _, _, term, size in targets.of(year, FACTS)]
    chosen = choices.years[year].students

    def is_counted(code: str) -> bool:
        row = as_facts({"programme": code, "enrolment": "main"}, programmes)
        return any(counted(term, row, year) for term, _ in wanted)

    groups = [
        ([c for c in programmes if is_counted(c)], int(wanted[0][1]) if wanted else 0),
        ([c for c, p in programmes.items() if p.funded and not is_counted(c)], chosen.left_out),
        ([c for c, p in programmes.items() if not p.funded and not is_counted(c)], chosen.unfunded),
    ]
    sizes: dict[str, int] = {}
    for codes, total in groups:
        if codes:
            sizes.update(zip(codes, divide(total, _weights(choices, programmes, codes, seed)), strict=True))
    return sizes


def _weights(choices: Choices, programmes: Mapping[str, Programme], codes: list[str], seed: int) -> list[float]:
    """A bachelor's programme has about three times the students of a master's; units weigh as was chosen."""
    own = {
        code: float(stream(seed, "programme", code).lognormal(0, 0.6))
        * (3.0 if programmes[code].croho_type == "ba" else 1.0)
        for code in codes
    }
    per_unit: dict[str, float] = {}
    for code in codes:
        per_unit[programmes[code].unit] = per_unit.get(programmes[code].unit, 0.0) + own[code]
    return [
        own[code] / per_unit[programmes[code].unit] * choices.units[programmes[code].unit].students for code in codes
    ]


def _rows(profile: Profile, choices: Choices, now: Mapping[str, list[int]], year: int, seed: int) -> list[Row]:
    on = reference_date(year, profile.institution.student_reference_date)
    students = sorted((number, code) for code, numbers in now.items() for number in numbers)
    rng = stream(seed, "secondary", year)
    funded = [p.programme for p in profile.programmes if p.funded and p.unit]
    beside: dict[int, str] = {}
    for place in rng.permutation(len(students))[: choices.years[year].students.secondary]:
        number, code = students[place]
        others = [p for p in funded if p != code]
        beside[number] = others[int(rng.integers(len(others)))]
    rows: list[Row] = []
    for number, code in students:
        both = [(code, "main")] + ([(beside[number], "secondary")] if number in beside else [])
        rows += [
            {"reference_date": on, "student": f"S-{number:06d}", "programme": programme, "enrolment": enrolment}
            for programme, enrolment in sorted(both)
        ]
    return rows


def _verify(profile: Profile, targets: Targets, rows: Iterable[Row], year: int) -> None:
    programmes = {p.programme: p for p in profile.programmes}
    facts = [as_facts(row, programmes) for row in rows]
    problems = [
        f"{aim.name}: the enrolments give a {part} of {actual}; expected {wanted}"
        for aim, part, term, wanted in targets.of(year, FACTS)
        if (actual := amount(term, facts, year)) != Decimal(wanted)
    ]
    if problems:
        raise ProfileError("sample", problems)
