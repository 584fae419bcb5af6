"""What units report of a year in a plain sample: progress, study advisers, programmes, consultations and panels."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal

import numpy as np

from kwaliteitsmonitor.sample.apportion import stream
from kwaliteitsmonitor.sample.plain.setting import Contents, Occasion, Setting
from kwaliteitsmonitor.sample.plain.words import OUTCOMES, PROGRESS, WITHOUT_REMARKS, in_language
from schemas.calendar import academic_year
from schemas.values import Row

LIKELY = (
    {"not_started": 0.30, "on_course": 0.60, "at_risk": 0.10, "done": 0.0},
    {"not_started": 0.08, "on_course": 0.70, "at_risk": 0.14, "done": 0.08},
    {"not_started": 0.02, "on_course": 0.55, "at_risk": 0.13, "done": 0.30},
)
"""How far measures are in the first, the second and every later year of the sample."""


def measures(setting: Setting, occasion: Occasion) -> list[Row]:
    """The progress of each measure of a unit, with a sentence; what was done stays done."""
    return [
        {
            "academic_year": academic_year(year),
            "unit": unit.id,
            "theme": measure.theme,
            "measure": measure.id,
            "progress": (progress := _progress(setting, unit.id, measure.id, year)),
            "explanation": _sentence(setting, unit.id, measure.id, year, progress),
        }
        for year in _years(setting, occasion)
        for unit in setting.units(occasion.feed, year)
        for measure in setting.measures(unit.id, year)
    ]


def study_advisers(setting: Setting, occasion: Occasion) -> list[Row]:
    """The study advisers of each unit."""
    rows: list[Row] = []
    for year in _years(setting, occasion):
        for unit in setting.units(occasion.feed, year):
            people = int(stream(setting.seed, "advisers", unit.id).integers(4, 14)) + year - setting.years[0]
            rng = stream(setting.seed, "advisers", unit.id, year)
            certified = int(people * float(rng.uniform(0.3, 0.6)))
            rows.append(
                {
                    "academic_year": academic_year(year),
                    "unit": unit.id,
                    "fte": Decimal(people * 8) / 10,
                    "fte_temporary": Decimal(int(rng.integers(0, 3)) * 5) / 10,
                    "certified": certified,
                    "in_training": int(rng.integers(0, people - certified)),
                }
            )
    return rows


def programmes(setting: Setting, occasion: Occasion) -> list[Row]:
    """Matching and trial study of the programmes of each unit: half of the bachelor's, and each year one more."""
    rows: list[Row] = []
    for year in _years(setting, occasion):
        units = {unit.id for unit in setting.units(occasion.feed, year)}
        own = [p for p in setting.profile.programmes if p.unit in units and p.croho_type in ("ba", "ma")]
        bachelors = [p.programme for p in own if p.croho_type == "ba"]
        further = year - setting.years[0]
        rows += [
            {
                "academic_year": academic_year(year),
                "unit": programme.unit,
                "programme": programme.programme,
                "compulsory_matching": programme.programme in bachelors[::2],
                "online_trial_study": programme.programme in bachelors[1 : 2 + further],
            }
            for programme in own
        ]
    return rows


def consultations(setting: Setting, occasion: Occasion) -> list[Row]:
    """What the council of each unit, if it has one, said of all that is put before it; it approved the report."""
    return [
        {
            "academic_year": academic_year(year),
            "unit": unit.id,
            "council": unit.council,
            "subject": consultation.subject,
            "consulted_on": _weekday(date(year, 11, 16), stream(setting.seed, "consulted", unit.id, year)),
            "decision": consultation.decision,
            "remark": in_language(WITHOUT_REMARKS, setting.language),
        }
        for year in _years(setting, occasion)
        for unit in setting.units(occasion.feed, year)
        if unit.council
        for consultation in setting.profile.institution.consultations
        if consultation.holds_in(year) and not consultation.council
    ]


def panels(setting: Setting, occasion: Occasion) -> list[Row]:
    """Panel discussions with students, on up to two themes of each unit."""
    fewest = max(8, setting.profile.institution.disclosure.threshold)
    rows: list[Row] = []
    for year in _years(setting, occasion):
        for unit in setting.units(occasion.feed, year):
            rng = stream(setting.seed, "panels", unit.id, year)
            themes = list(dict.fromkeys(measure.theme for measure in setting.measures(unit.id, year)))
            kept = sorted(int(place) for place in rng.permutation(len(themes))[:2])
            rows += [
                {
                    "academic_year": academic_year(year),
                    "unit": unit.id,
                    "theme": themes[place],
                    "held_on": _weekday(date(year, 10, 5), rng),
                    "participants": int(rng.integers(fewest, fewest + 14)),
                    "outcome": in_language(OUTCOMES[int(rng.integers(len(OUTCOMES)))], setting.language),
                }
                for place in kept
            ]
    return rows


def _years(setting: Setting, occasion: Occasion) -> tuple[int, ...]:
    return setting.years if occasion.year is None else (occasion.year,)


def _progress(setting: Setting, unit: str, measure: str, year: int) -> str:
    progress = "not_started"
    for place, earlier in enumerate(y for y in setting.years if y <= year):
        if progress != "done":
            likely = LIKELY[min(place, len(LIKELY) - 1)]
            drawn = stream(setting.seed, "progress", unit, measure, earlier).choice(4, p=list(likely.values()))
            progress = list(likely)[int(drawn)]
    return progress


def _sentence(setting: Setting, unit: str, measure: str, year: int, progress: str) -> str:
    sentences = PROGRESS[progress]
    drawn = stream(setting.seed, "sentence", unit, measure, year).integers(len(sentences))
    return in_language(sentences[int(drawn)], setting.language)


def _weekday(day: date, rng: np.random.Generator) -> date:
    """A weekday in the three weeks from a day on."""
    drawn = day + timedelta(int(rng.integers(21)))
    return drawn - timedelta(max(0, drawn.weekday() - 4))


CONTENTS: Mapping[str, Contents] = {
    "faculty_measures": measures,
    "faculty_study_advisers": study_advisers,
    "faculty_programmes": programmes,
    "faculty_consultations": consultations,
    "faculty_panels": panels,
}
"""What each of these tables holds."""
