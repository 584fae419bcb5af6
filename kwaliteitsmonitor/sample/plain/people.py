"""Students and staff in a plain sample: most are there the next year too."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal

from kwaliteitsmonitor.sample.apportion import divide, stream
from kwaliteitsmonitor.sample.plain.setting import Contents, Occasion, Setting
from schemas.calendar import reference_date
from schemas.errors import UsageError
from schemas.profile.registers import Programme
from schemas.values import Row

STAYING = 0.74
"""Of the students of a programme, the share that is still there a year later."""
PER_TEACHER = 21.0
"""Students to a full-time teacher."""
CATEGORIES = {
    "wo": {"professor": 0.10, "associate_professor": 0.14, "assistant_professor": 0.26, "lecturer": 0.50},
    "hbo": {"lecturer": 1.0},
}
PHASES = {"ba": "Bachelor", "ma": "Master"}
ORIGINS = {"NL": 0.82, "EER": 0.12, "niet-EER": 0.06}


def programmes(setting: Setting, _occasion: Occasion) -> list[Row]:
    """The register of programmes as the profile has it."""
    return [
        {
            "programme": p.programme,
            "name": p.name,
            "croho_type": p.croho_type,
            "funded": p.funded,
            "unit": p.unit or None,
        }
        for p in setting.profile.programmes
    ]


def taught(setting: Setting, feed: str, year: int) -> list[Programme]:
    """The programmes with students in a year. Raises `UsageError` if the profile has none."""
    there = {unit.id for unit in setting.profile.units_in(year)}
    programmes = [p for p in setting.profile.programmes if p.unit in there and p.croho_type != "on"]
    if not programmes:
        raise UsageError(
            f"the feed '{feed}' is about programmes, and no unit has one in {year}",
            where=str(setting.profile.folder / "programmes.csv"),
            expected="at least one programme with a unit",
            remedy="Add the programmes, or leave the feed out of feeds.yaml.",
        )
    return programmes


def students(setting: Setting, programme: Programme, year: int) -> range:
    """The numbers of the students who have their main enrolment in a programme in a year.

    Each programme has numbers of its own; those who stay are the newest of the year before.
    """
    base = float(stream(setting.seed, "programme", programme.programme).lognormal(0, 0.4))
    size = int((140 if programme.croho_type == "ba" else 60) * base) + 12
    first = 0
    for later in range(setting.years[0], year):
        change = float(stream(setting.seed, "growth", programme.programme, later).uniform(0.96, 1.06))
        stay = int(size * STAYING)
        first, size = first + size - stay, max(stay, int(size * change))
    return range(first, first + size)


def enrolments(setting: Setting, occasion: Occasion) -> list[Row]:
    """Each student's main enrolment; every fortieth has a second one beside it."""
    rows: list[Row] = []
    for year in _years(setting, occasion):
        on = reference_date(year, setting.profile.institution.student_reference_date)
        there = taught(setting, occasion.feed.id, year)
        for place, programme in enumerate(there):
            other = there[(place + 1) % len(there)]
            for number in students(setting, programme, year):
                student = f"S-{programme.programme}-{number:05d}"
                rows.append(_enrolment(on, student, programme.programme, "main"))
                if number % 40 == 0 and other is not programme:
                    rows.append(_enrolment(on, student, other.programme, "secondary"))
    return rows


def enrolment_counts(setting: Setting, occasion: Occasion) -> list[Row]:
    """The main enrolments per programme and origin, as many as there are enrolments."""
    rows: list[Row] = []
    for year in _years(setting, occasion):
        for programme in taught(setting, occasion.feed.id, year):
            sizes = divide(len(students(setting, programme, year)), list(ORIGINS.values()))
            rows += [
                {
                    "year": year,
                    "programme": programme.programme,
                    "origin": origin,
                    "phase": PHASES.get(programme.croho_type),
                    "first_years": round(size * (1 - STAYING)),
                    "main_enrolments": size,
                }
                for origin, size in zip(ORIGINS, sizes, strict=True)
            ]
    return rows


def staff(setting: Setting, occasion: Occasion) -> list[Row]:
    """Teachers to the number of students, and others; most teachers have a qualification or get one."""
    rows: list[Row] = []
    for year in _years(setting, occasion):
        on = reference_date(year, "10-01")
        for unit in setting.units(occasion.feed, year):
            own = [p for p in setting.profile.programmes if p.unit == unit.id and p.croho_type != "on"]
            pupils = sum(len(students(setting, p, year)) for p in own)
            teachers = max(12, round(pupils / PER_TEACHER / 0.8))
            rows += [_teacher(setting, unit.id, number, on) for number in range(1, teachers + 1)]
            rows += [_other(setting, unit.id, number, on) for number in range(1, teachers // 4 + 1)]
    return rows


def _years(setting: Setting, occasion: Occasion) -> Sequence[int]:
    return setting.years if occasion.year is None else (occasion.year,)


def _enrolment(on: date, student: str, programme: str, enrolment: str) -> Row:
    return {"reference_date": on, "student": student, "programme": programme, "enrolment": enrolment}


def _teacher(setting: Setting, unit: str, number: int, on: date) -> Row:
    """A teacher: hired in some year, qualified after two years in service or so, and a senior one now and then."""
    rng = stream(setting.seed, "teacher", unit, number)
    shares = CATEGORIES.get(setting.profile.institution.sector, CATEGORIES["wo"])
    category = list(shares)[int(rng.choice(len(shares), p=list(shares.values())))]
    fte = Decimal(int(rng.integers(4, 11))) / 10
    start = date(setting.years[0] - int(rng.integers(0, 15)), 9, 1) - timedelta(int(rng.integers(0, 300)))
    qualified = start + timedelta(int(rng.integers(300, 1100)))
    has = rng.random() < 0.88 and qualified <= on
    senior = qualified + timedelta(1500)
    return {
        "reference_date": on,
        "person": f"E-{unit}-{number:05d}",
        "unit": unit,
        "category": category,
        "fte": fte,
        "start_date": start,
        "bko_date": qualified if has else None,
        "sko_date": senior if has and senior <= on and rng.random() < 0.15 else None,
    }


def _other(setting: Setting, unit: str, number: int, on: date) -> Row:
    rng = stream(setting.seed, "support", unit, number)
    return {
        "reference_date": on,
        "person": f"E-{unit}-{90_000 + number}",
        "unit": unit,
        "category": "support" if number % 3 else "researcher",
        "fte": Decimal(int(rng.integers(4, 11))) / 10,
        "start_date": date(setting.years[0] - int(rng.integers(1, 20)), 3, 1),
        "bko_date": None,
        "sko_date": None,
    }


CONTENTS: Mapping[str, Contents] = {
    "programmes": programmes,
    "enrolments": enrolments,
    "enrolment_counts": enrolment_counts,
    "staff": staff,
}
"""What each of these tables holds."""
