"""Measures by another classification than the themes, and what units say of them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from assets.comparison.classes import classifications, measures_by_class
from assets.progress.tables import measures
from schemas.profile import Profile
from schemas.profile.progress import Progress
from schemas.profile.themes import Classification
from tests.made_up import profile, table


def grouped() -> Profile:
    who = profile()
    classes = [{"id": c, "nl": f"{c} nl", "en": f"{c} en"} for c in ("health", "safety", "nature")]
    focus = Classification.model_validate({"id": "focus", "nl": "zwaartepunt", "en": "focus", "classes": classes})
    of = {"tutors": ["health", "safety"], "groups": ["health"]}
    own = tuple(m.model_copy(update={"classes": {"focus": of[m.id]} if m.id in of else {}}) for m in who.measures)
    return replace(who, measures=own, classifications=(focus,))


def reported(measure: str, unit: str, progress: str | None) -> dict[str, Any]:
    theme = "teachers" if measure == "courses" else "small_classes"
    return {"reporting_year": 2020, "theme": theme, "measure": measure, "unit": unit, "progress": progress}


def test_a_measure_counts_in_every_class_to_which_it_belongs() -> None:
    who = grouped()
    accounts = (
        ("tutors", "North", "on_course"),
        ("tutors", "East", "on_course"),
        ("groups", "North", "on_course"),
        ("groups", "East", None),
        ("courses", "North", "done"),
    )
    found = measures_by_class(who, who.cycle("2021-03"), [reported(*one) for one in accounts])
    assert [(r["class"], r["progress"], r["reports"], r["measures"]) for r in found] == [
        ("health", "on_course", 3, 2),
        ("health", None, 1, 1),
        ("safety", "on_course", 2, 1),
        (None, "done", 1, 1),
    ]


def test_the_classes_of_each_measure_are_published() -> None:
    who = grouped()
    rows = classifications(who, who.cycle("2021-03"))
    assert [(r["class"], r["class_en"], r["measure"]) for r in rows] == [
        ("health", "health en", "tutors"),
        ("health", "health en", "groups"),
        ("safety", "safety en", "tutors"),
    ]


def test_a_profile_without_classifications_has_no_rows() -> None:
    who = profile()
    rows = [reported("tutors", "North", "done")]
    assert measures_by_class(who, who.cycle("2021-03"), rows) == []


def test_what_a_unit_says_of_its_progress_stands_with_the_measure_if_the_profile_says_so() -> None:
    who = profile()
    assert who.open_text("faculty_measures") == frozenset()
    published = {"progress": Progress(publish_explanations=True)}
    open_ = replace(who, institution=who.institution.model_copy(update=published))
    assert open_.open_text("faculty_measures") == {"explanation"}
    about = {"unit": "North", "theme": "small_classes", "measure": "tutors"}
    facts = [about | {"reporting_year": 2020, "progress": "done"}]
    words = [about | {"academic_year": "2019-2020", "explanation": "  Klaar,\n vanaf mei. "}]
    rows, _ = measures(who, who.cycle("2021-03"), table("fact_measures", facts), table("fact_spending", []), words)
    found = {(r["reporting_year"], r["unit"], r["measure"]): r["explanation"] for r in rows}
    assert found[(2020, "North", "tutors")] == "Klaar, vanaf mei."
    assert found[(2020, "East", "tutors")] is None
