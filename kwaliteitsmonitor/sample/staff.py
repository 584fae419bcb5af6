"""Staff on the reference date: the fte and the qualified teachers that the figures need, and those they leave out.

Made of four kinds of appointments: of those who must have the qualification, of those in their first year, of those too
small to count, and of others than teachers. Most people are there the next year too, a year longer in service.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal

import numpy as np

from kwaliteitsmonitor.sample.apportion import divide_among, stream
from kwaliteitsmonitor.sample.choices import Choices, StaffChoices
from kwaliteitsmonitor.sample.targets import Targets
from kwaliteitsmonitor.sample.terms import amount, counted, years_before
from schemas.calendar import reference_date
from schemas.errors import ProfileError
from schemas.profile import Profile, Term
from schemas.values import Row

FACTS = "fact_staff"
QUALIFICATIONS = ("bko_date", "sko_date")
WINDOW = 40
"""Days after the reference date on which what is exported then may still have happened."""

FULL, HALF = 10, 5
SMALL_LEAVE = 0.12


@dataclass
class Appointment:
    """An appointment; `tenths` is its fte in tenths. `kind` is must, first_year, small or other."""

    person: int
    unit: str
    category: str
    tenths: int
    start: date
    kind: str


@dataclass
class _Wanted:
    """What the figures of a year need: the sum of fte, the number who must qualify, and who has qualified."""

    year: int
    reference: date
    size: tuple[Term, int] | None
    duty: tuple[Term, int] | None
    qualified: list[tuple[str, Term, int]]


@dataclass
class _Staff:
    """Everyone in service, and the dates of their qualifications by field and person."""

    appointments: list[Appointment] = field(default_factory=list)
    dates: dict[str, dict[int, date]] = field(default_factory=lambda: {name: {} for name in QUALIFICATIONS})
    newest: int = 0
    snapshot: date | None = None

    def of(self, *kinds: str) -> list[Appointment]:
        """The appointments of these kinds."""
        return [a for a in self.appointments if a.kind in kinds]


def staff_rows(profile: Profile, choices: Choices, targets: Targets, seed: int) -> dict[int, list[Row]]:
    """The appointments of each reporting year, by staff number.

    Raises `ProfileError` if the choices cannot be reached together.
    """
    staff = _Staff()
    years = {}
    for year in sorted(choices.years):
        rng = stream(seed, "staff", year)
        wanted = _wanted(profile, targets, year)
        chosen = choices.years[year].staff
        _pass_time(staff, wanted, chosen, rng)
        _fill(staff, profile, choices, wanted, chosen, rng)
        _fit_fte(staff, wanted, rng)
        for name, term, number in wanted.qualified:
            _qualify(staff, wanted, name, term, number, chosen.obtained_later.get(name, 0), rng)
        staff.snapshot = wanted.reference + timedelta(WINDOW)
        in_order = sorted(staff.appointments, key=lambda a: (a.person, -a.tenths, a.unit))
        years[year] = [_row(staff, a, wanted.reference) for a in in_order]
        _verify(targets, years[year], year)
    return years


def _wanted(profile: Profile, targets: Targets, year: int) -> _Wanted:
    size: tuple[Term, int] | None = None
    duty: tuple[Term, int] | None = None
    qualified = []
    for aim, part, term, wanted in targets.of(year, FACTS):
        named = [c.field for c in term.where if c.field in QUALIFICATIONS]
        if term.sum:
            size = (term, int(wanted * 10))
        elif named:
            qualified.append((named[0], term, int(wanted)))
        elif aim.indicator.kind == "share" and part == "denominator":
            duty = (term, int(wanted))
    leading = duty or size
    month_day = leading[0].reference_date if leading else profile.institution.student_reference_date
    # Those who must qualify come first: the other qualifications are found among them.
    qualified.sort(key=lambda person: QUALIFICATIONS.index(person[0]))
    return _Wanted(year, reference_date(year, month_day), size, duty, qualified)


def _pass_time(staff: _Staff, wanted: _Wanted, chosen: StaffChoices, rng: np.random.Generator) -> None:
    """A year later: who was new no longer is, and some have left. Those with a rare qualification stay."""
    for a in staff.of("first_year"):
        a.kind = "must"
    leaving: set[int] = set()
    must = staff.of("must")
    surplus = len(must) - (wanted.duty[1] if wanted.duty else len(must))
    may_leave = [a.person for a in must if not any(a.person in staff.dates[name] for name in QUALIFICATIONS[1:])]
    leaving.update(may_leave[i] for i in rng.permutation(len(may_leave))[: max(surplus, 0)])
    small = [a.person for a in staff.of("small")]
    stay_small = min(chosen.small - chosen.second, round(len(small) * (1 - SMALL_LEAVE)))
    gone = {small[i] for i in rng.permutation(len(small))[stay_small:]}
    others = staff.of("other")
    gone_others = {others[i].person for i in rng.permutation(len(others))[: round(len(others) * SMALL_LEAVE)]}
    staff.appointments = [
        a
        for a in staff.appointments
        if a.person not in leaving
        and not (a.kind == "small" and a.person in gone)
        and not (a.kind == "other" and a.person in gone_others)
    ]


def _fill(
    staff: _Staff, profile: Profile, choices: Choices, wanted: _Wanted, chosen: StaffChoices, rng: np.random.Generator
) -> None:
    """New appointments, until there are as many of each kind as was chosen."""
    reference = wanted.reference
    a_year = years_before(reference, 1)
    weights = {unit: c.teachers for unit, c in choices.units.items()}
    teachers = choices.teachers

    def some_day(first: date, last: date) -> date:
        return first + timedelta(int(rng.integers((last - first).days + 1)))

    def hire(
        number: int, kind: str, low: int, high: int, first: date, last: date, categories: dict[str, float]
    ) -> None:
        names = list(categories)
        chances = np.array([categories[n] for n in names])
        for unit, places in divide_among(max(number, 0), weights).items():
            for _ in range(places):
                staff.newest += 1
                category = names[int(rng.choice(len(names), p=chances / chances.sum()))]
                tenths = min(high, max(low, round(float(rng.normal((low + 2 * high) / 3, 2)))))
                staff.appointments.append(
                    Appointment(staff.newest, unit, category, tenths, some_day(first, last), kind)
                )

    def edge(kind: str, *days: date) -> None:
        # Appointments on the very edge: a year to the day, a day less, and on the day itself.
        for a, day in zip((a for a in staff.of(kind) if a.person > before), days, strict=False):
            a.start = day

    before = staff.newest
    must = wanted.duty[1] if wanted.duty else len(staff.of("must"))
    hire(must - len(staff.of("must")), "must", HALF, FULL, years_before(reference, 24), a_year, teachers)
    edge("must", a_year)
    hire(chosen.first_year, "first_year", HALF, FULL, a_year + timedelta(1), reference, teachers)
    edge("first_year", a_year + timedelta(1), reference)
    room = chosen.small - len(staff.of("small"))
    hire(room - chosen.second, "small", 1, HALF - 1, years_before(reference, 12), reference, teachers)
    _second(staff, min(chosen.second, room), profile, rng)
    have = {c: sum(a.category == c for a in staff.of("other")) for c in chosen.others}
    for category, number in chosen.others.items():
        hire(number - have[category], "other", 4, FULL, years_before(reference, 8), reference, {category: 1.0})
    _elsewhere(staff, before, rng)


def _second(staff: _Staff, number: int, profile: Profile, rng: np.random.Generator) -> None:
    """Small appointments in another unit of people who have one already: a count of persons counts them once."""
    must = staff.of("must")
    units = [u.id for u in profile.units]
    for i in rng.permutation(len(must))[: max(number, 0)]:
        first = must[i]
        if sum(a.person == first.person for a in staff.appointments) > 1:
            continue
        others = [u for u in units if u != first.unit]
        staff.appointments.append(
            Appointment(first.person, others[int(rng.integers(len(others)))], first.category, 2, first.start, "small")
        )


def _elsewhere(staff: _Staff, before: int, rng: np.random.Generator) -> None:
    """Some of those who need not qualify, or not yet, did so before they came."""
    dates = staff.dates[QUALIFICATIONS[0]]
    for a in staff.of("first_year", "small", "other"):
        if a.person > before and rng.random() < (0.02 if a.kind == "other" else 0.3):
            dates[a.person] = a.start - timedelta(int(rng.integers(30, 2500)))


def _fit_fte(staff: _Staff, wanted: _Wanted, rng: np.random.Generator) -> None:
    """Make appointments a tenth larger or smaller, each within its kind, until the fte add up."""
    if wanted.size is None:
        return
    term, total = wanted.size
    members = [a for a in staff.appointments if counted(term, _row(staff, a, wanted.reference), wanted.year)]
    gap = total - sum(a.tenths for a in members)
    while gap:
        before = gap
        for i in rng.permutation(len(members)):
            a = members[i]
            low, high = (1, HALF - 1) if a.kind == "small" else (HALF, FULL)
            step = (gap > 0) - (gap < 0)
            if step and low <= a.tenths + step <= high:
                a.tenths += step
                gap -= step
        if gap == before:
            raise ProfileError(
                "sample.yaml",
                [
                    f"years.{wanted.year}.staff: {len(members)} appointments cannot add up to "
                    f"{Decimal(total) / 10} fte; expected other numbers of teachers"
                ],
            )


def _qualify(
    staff: _Staff, wanted: _Wanted, name: str, term: Term, number: int, later: int, rng: np.random.Generator
) -> None:
    """Give a number of those whom a term would count the date of a qualification, and some others one too late."""
    dates, reference = staff.dates[name], wanted.reference
    members = {
        a.person: a
        for a in staff.appointments
        if a.kind != "small" and counted(term, _row(staff, a, reference), wanted.year, without=[name])
    }
    have = [p for p in members if p in dates and dates[p] <= reference]
    earlier = staff.dates[QUALIFICATIONS[0]] if name != QUALIFICATIONS[0] else None
    floor = staff.snapshot
    first = {
        p: max([a.start] + ([floor] if floor else []) + ([earlier[p]] if earlier and p in earlier else []))
        + timedelta(1 if earlier is None else 60)
        for p, a in members.items()
        if p not in dates and (earlier is None or p in earlier)
    }
    able = [p for p, day in first.items() if day <= reference]
    need = number - len(have)
    if not 0 <= need <= len(able):
        raise ProfileError(
            "sample.yaml",
            [
                f"years.{wanted.year}: {number} people with a {name} cannot be reached: {len(have)} have one and "
                f"{len(able)} can get one; expected other numbers"
            ],
        )
    order = [able[i] for i in rng.permutation(len(able))]
    for place, person in enumerate(order[:need]):
        days = (reference - first[person]).days
        # One of them on the reference date itself, which still counts.
        dates[person] = reference if place == 0 else first[person] + timedelta(int(rng.integers(days + 1)))
    for person in order[need : need + later]:
        dates[person] = reference + timedelta(int(rng.integers(1, WINDOW)))


def _row(staff: _Staff, a: Appointment, reference: date) -> Row:
    return {
        "reference_date": reference,
        "person": f"E-{a.person:05d}",
        "unit": a.unit,
        "category": a.category,
        "fte": Decimal(a.tenths) / 10,
        "start_date": a.start,
        **{name: staff.dates[name].get(a.person) for name in QUALIFICATIONS},
    }


def _verify(targets: Targets, rows: Iterable[Row], year: int) -> None:
    problems = [
        f"{aim.name}: the staff give a {part} of {actual}; expected {wanted}"
        for aim, part, term, wanted in targets.of(year, FACTS)
        if (actual := amount(term, rows, year)) != wanted
    ]
    if problems:
        raise ProfileError("sample", problems)
