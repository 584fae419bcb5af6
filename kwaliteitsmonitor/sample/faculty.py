"""The annual education report of each unit: measures, study advisers, programmes, consultations and panels."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from itertools import chain, zip_longest

import numpy as np

from kwaliteitsmonitor.sample.answers import LEVEL_OF
from kwaliteitsmonitor.sample.apportion import divide_among, stream
from kwaliteitsmonitor.sample.choices import Choices
from kwaliteitsmonitor.sample.defects import Planter
from kwaliteitsmonitor.sample.evaluations import Arrival
from kwaliteitsmonitor.sample.targets import Targets
from kwaliteitsmonitor.sample.terms import amount
from kwaliteitsmonitor.sample.writing import LandingFolder, file_source, letter
from schemas.calendar import academic_year
from schemas.errors import ProfileError
from schemas.profile import Profile, Term
from schemas.profile.registers import Programme
from schemas.tables import CATALOGUE
from schemas.values import AnyRow, Row

Numbers = dict[str, int | Decimal]
"""What a unit reports of its study advisers, by field."""

ADVISERS = "fact_study_advisers"
OFFERS = "fact_programme_offers"
SHEET = "faculty_study_advisers"
MASTERS = 6
"""Of its master's programmes, a unit reports on every so-many-th."""


def write_reports(
    landing: LandingFolder, choices: Choices, targets: Targets, seed: int, planter: Planter, arrival: Arrival
) -> None:
    """Write the workbook of every unit and year; with defects the first unit's is spoiled, the last one's left out."""
    profile = landing.profile
    feed = next(f for f in profile.feeds if SHEET in f.tables)
    source = file_source(feed)
    units = feed.units or [u.id for u in profile.units]
    for year in sorted(choices.years):
        advisers = adviser_rows(choices, targets, units, year)
        offers = offer_rows(profile, choices, targets, units, year)
        place: dict[str, str | int] = {"academic_year": academic_year(year), "reporting_year": year}
        for unit in units:
            path = landing.path_of(source, **place, unit=unit)
            if planter.here(year) and unit == units[-1]:
                planter.note("missing_unit", path)
                continue
            if planter.here(year) and unit == units[0]:
                column = letter(CATALOGUE[SHEET], "fte", [*place, "unit"])
                planter.spoil_advisers(advisers[unit], path, CATALOGUE[SHEET].sheet, column)
            sheets: dict[str, Sequence[AnyRow]] = {
                "faculty_measures": measure_rows(profile, choices, unit, year, seed),
                SHEET: [advisers[unit]],
                "faculty_programmes": offers[unit],
                "faculty_consultations": consultation_rows(profile, choices, unit, year, seed),
                "faculty_panels": panel_rows(profile, choices, unit, year, seed),
            }
            landing.write(
                source, {name: sheets[name] for name in source.tables}, arrival(feed.id, year), **place, unit=unit
            )


def adviser_rows(choices: Choices, targets: Targets, units: Sequence[str], year: int) -> dict[str, Numbers]:
    """Study advisers per unit by field, adding up to each figure; temporary fte come on top if they do not count."""
    weights = {unit: choices.units[unit].advisers for unit in units}
    temporary = choices.years[year].temporary_advisers
    rows: dict[str, Numbers] = {
        unit: {
            "fte": Decimal(0),
            "fte_temporary": temporary.get(unit, Decimal(0)),
            "certified": 0,
            "in_training": 0,
        }
        for unit in units
    }
    for _, _, term, wanted in targets.of(year, ADVISERS):
        if term.less:
            for unit, tenths in divide_among(int(wanted * 10), weights).items():
                on_top = not term.less_units or unit in term.less_units
                rows[unit][term.sum] = Decimal(tenths) / 10 + (rows[unit][term.less] if on_top else 0)
        else:
            for unit, number in divide_among(int(wanted), weights).items():
                rows[unit][term.sum] = number
    _verify(targets, ADVISERS, [{"unit": unit, **numbers} for unit, numbers in rows.items()], year)
    return rows


def offer_rows(
    profile: Profile, choices: Choices, targets: Targets, units: Sequence[str], year: int
) -> dict[str, list[Row]]:
    """The programmes on which each unit reports: all bachelor's, some master's. All units have some with matching."""
    chosen = choices.years[year].offers
    bachelors = {unit: _of(profile, unit, "ba") for unit in units}
    masters = {unit: _of(profile, unit, "ma")[::MASTERS] for unit in units}
    in_turn = [p for p in chain(*zip_longest(*bachelors.values())) if p]
    others = [p for p in chain(*zip_longest(*masters.values())) if p]
    matching = {p.programme for p in in_turn[: chosen.compulsory_matching]}
    online = {p.programme for p in [*in_turn[: chosen.online_trial_study], *others[: chosen.other_levels]]}
    rows: dict[str, list[Row]] = {
        unit: [
            {
                "unit": unit,
                "programme": p.programme,
                "level": LEVEL_OF[p.croho_type],
                "funded": p.funded,
                "compulsory_matching": p.programme in matching,
                "online_trial_study": p.programme in online,
            }
            for p in [*bachelors[unit], *masters[unit]]
        ]
        for unit in units
    }
    _verify(targets, OFFERS, list(chain(*rows.values())), year)
    return rows


def measure_rows(profile: Profile, choices: Choices, unit: str, year: int, seed: int) -> list[Row]:
    """The progress of each measure that a unit has: in later years further."""
    rng = stream(seed, "progress", unit, year)
    first = year == choices.first_year
    states = ["not_started", "on_course", "at_risk"] if first else ["on_course", "at_risk", "done"]
    chances = [0.25, 0.65, 0.10] if first else [0.66, 0.16, 0.18]
    explanations = {
        "not_started": "Start in het volgende studiejaar",
        "on_course": "Loopt volgens plan",
        "at_risk": "Vertraagd",
        "done": "Afgerond",
    }
    rows: list[Row] = []
    for measure in profile.measures:
        if unit in measure.units:
            progress = states[int(rng.choice(3, p=chances))]
            rows.append(
                {
                    "theme": measure.theme,
                    "measure": measure.id,
                    "progress": progress,
                    "explanation": explanations[progress],
                }
            )
    return rows


def consultation_rows(profile: Profile, choices: Choices, unit: str, year: int, seed: int) -> list[Row]:
    """The council that approves the unit's report, and has discussed the financial round of the autumn.

    Units with bachelor's programmes also ask whom the choices name.
    """
    council = next(u.council for u in profile.units if u.id == unit)
    rng = stream(seed, "consultation", unit, year)
    others: list[Row] = [
        {
            "council": consultation.council,
            "subject": consultation.subject,
            "consulted_on": _day(year, *consultation.begins, stream(seed, consultation.council, unit, year), 9),
            "decision": consultation.decision,
            "remark": None,
        }
        for consultation in (choices.also_consulted if _of(profile, unit, "ba") else ())
    ]
    return [
        {
            "council": council,
            "subject": "bfr",
            "consulted_on": _day(year, 9, 21, rng, 18),
            "decision": "discussed",
            "remark": None,
        },
        {
            "council": council,
            "subject": "faculty_report",
            "consulted_on": _day(year, 11, 16, rng, 24),
            "decision": "approved",
            "remark": "Zonder opmerkingen",
        },
        *others,
    ]


def panel_rows(profile: Profile, choices: Choices, unit: str, year: int, seed: int) -> list[Row]:
    """The panel discussions with students that were chosen, else one to three on themes of the unit's measures."""
    rng = stream(seed, "panels", unit, year)
    fewest = max(8, profile.institution.disclosure.threshold)
    if held := choices.years[year].panels.get(unit):
        return [
            {
                "theme": talk.theme,
                "held_on": _day(year, 10, 1 + 7 * at, rng, 6),
                "participants": int(rng.integers(fewest, fewest + 14)),
                "outcome": talk.outcome,
            }
            for at, talk in enumerate(held)
        ]
    themes = [t.id for t in profile.funded_themes if any(m.theme == t.id and unit in m.units for m in profile.measures)]
    kept = [themes[i] for i in rng.permutation(len(themes))[: int(rng.integers(1, 4))]]
    outcomes = ["Meer contacturen gewenst", "Tevreden over de begeleiding", "Eerder informatie over keuzes gewenst"]
    return [
        {
            "theme": theme,
            "held_on": _day(year, 10, 1, rng, 30),
            "participants": int(rng.integers(fewest, fewest + 14)),
            "outcome": outcomes[int(rng.integers(len(outcomes)))],
        }
        for theme in themes
        if theme in kept
    ]


def _of(profile: Profile, unit: str, croho_type: str) -> list[Programme]:
    return [p for p in profile.programmes if p.unit == unit and p.croho_type == croho_type]


def _day(year: int, month: int, day: int, rng: np.random.Generator, within: int) -> date:
    """A weekday in the days after a date."""
    drawn = date(year, month, day) + timedelta(int(rng.integers(within)))
    return drawn - timedelta(max(0, drawn.weekday() - 4))


def _verify(targets: Targets, facts: str, rows: Sequence[Row], year: int) -> None:
    wanted: list[tuple[str, str, Term, Decimal]] = [
        (aim.name, part, term, value) for aim, part, term, value in targets.of(year, facts)
    ]
    problems = [
        f"{name}: the reports give a {part} of {actual}; expected {value}"
        for name, part, term, value in wanted
        if (actual := amount(term, rows, year)) != value
    ]
    if problems:
        raise ProfileError("sample", problems)
