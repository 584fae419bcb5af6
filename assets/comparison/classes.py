"""Measures by another classification than the themes: which belong to a class, and how far they are.

A measure may belong to several classes and counts in each; classes are therefore never added up.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from schemas.calendar import Cycle
from schemas.profile import Profile
from schemas.rows import MeasuresRow
from schemas.tables.shared.code_words import PROGRESS
from schemas.values import Row


def classifications(profile: Profile, cycle: Cycle) -> list[Row]:
    """Which measure belongs to which class, as rows of `classifications`."""
    return [
        {
            "cycle": cycle.key,
            "classification": one.id,
            "classification_nl": one.nl,
            "classification_en": one.en,
            "class": of.id,
            "class_nl": of.nl,
            "class_en": of.en,
            "theme": measure.theme,
            "measure": measure.id,
        }
        for one in profile.classifications
        for of in one.classes
        for measure in profile.measures
        if of.id in measure.classes.get(one.id, [])
    ]


def measures_by_class(profile: Profile, cycle: Cycle, measures: Iterable[MeasuresRow]) -> list[Row]:
    """How far the measures of each class are, as rows of `measures_by_class`; a class without measures has none."""
    classes = {(one.theme, one.id): one.classes for one in profile.measures}
    by_class: dict[tuple[int, str, str | None, str | None], list[str]] = defaultdict(list)
    for row in measures:
        of_measure = classes.get((row["theme"], row["measure"]), {})
        for one in profile.classifications:
            for name in dict.fromkeys(of_measure.get(one.id, [])) or (None,):
                by_class[(row["reporting_year"], one.id, name, row["progress"])].append(
                    f"{row['theme']}/{row['measure']}"
                )
    years = sorted({key[0] for key in by_class})
    return [
        {
            "reporting_year": year,
            "cycle": cycle.key,
            "classification": one.id,
            "class": name,
            "progress": progress,
            "reports": len(of),
            "measures": len(set(of)),
        }
        for year in years
        for one in profile.classifications
        for name in (*(of.id for of in one.classes), None)
        for progress in (*PROGRESS, None)
        if (of := by_class.get((year, one.id, name, progress)))
    ]
