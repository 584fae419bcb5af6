"""A course is a course, whatever the programmes of its students; what rests on one is about one teacher."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import duckdb
import pytest

from kwaliteitsmonitor.methods.disclosure.cells import Population, populations
from kwaliteitsmonitor.methods.disclosure.gate import primary
from kwaliteitsmonitor.methods.statistics.sums import Cell
from tests.institutions.running import run_cycle
from tests.methods.statistics.counts import Count, counted, each_score

CASE = Path(__file__).parents[2] / "cases" / "course-of-two-programmes"


@pytest.fixture(scope="module")
def release(tmp_path_factory: pytest.TempPathFactory) -> Path:
    base = tmp_path_factory.mktemp("courses")
    shutil.copytree(CASE / "landing", base / "landing")
    return run_cycle(CASE / "profile", base / "landing", base / "out", "2022-04")


def ask(release: Path, table: str, columns: str, where: str = "true") -> list[tuple[Any, ...]]:
    file = release / "tables" / f"{table}.parquet"
    return duckdb.sql(f"SELECT {columns} FROM '{file}' WHERE {where} ORDER BY ALL").fetchall()


def test_the_school_has_four_courses_and_what_rests_on_one_of_them_is_hidden(release: Path) -> None:
    whole = "unit IS NULL AND level IS NULL"
    assert ask(release, "evaluation_results", "courses, n, status", whole) == [(4, 100, "ok")]
    assert ask(release, "evaluation_results", "DISTINCT unit, courses, n, mean, status", "unit = 'A'") == [
        ("A", None, None, None, "suppressed")
    ]


def test_a_mean_over_courses_is_over_four(release: Path) -> None:
    """C1 has a mean of 3 over 40 answers of two programmes, and the three courses of B 3 each."""
    assert ask(release, "indicator_values", "value, spread, status", "indicator = 'rating_courses'") == [
        (3.0, 0.0, "ok")
    ]


def populated(*counts: Count) -> Population:
    return populations(counted(counts).counted, 5)[(2020, "course")]


def hidden(population: Population, several: tuple[str, ...] = ()) -> dict[Cell, str]:
    return primary(population, population.answers(population.scores), 5, several)


def test_a_unit_with_one_course_for_students_of_two_programmes_and_levels_rests_on_one() -> None:
    east = [one for c in ("C2", "C3") for one in each_score(4, unit="East", programme="P3", course=c)]
    found = populated(*each_score(4), *each_score(4, programme="P2", level="Ma"), *east)
    assert Cell("North") in hidden(found)
    assert {Cell("East"), Cell()}.isdisjoint(hidden(found).keys())
    assert found.alone[Cell("North")] == {"C1"}


def test_a_level_of_the_whole_that_rests_on_one_course_is_hidden() -> None:
    found = populated(*each_score(4), *each_score(4, course="C2"), *each_score(4, unit="East", level="Ma", course="C2"))
    assert Cell(level="Ma") in hidden(found)
    assert {Cell(level="Ba"), Cell()}.isdisjoint(hidden(found).keys())


def test_a_question_of_one_course_hides_the_cell_though_another_question_is_of_many() -> None:
    found = populated(*each_score(4), *each_score(4, course="C2"), *each_score(4, question="of the tutor"))
    assert Cell("North") in hidden(found)
    assert Cell("North") not in hidden(found, several=("C1",)), "several people teach that course"


def test_each_question_of_another_course_rests_on_both_and_hides_unless_both_are_taught_by_several() -> None:
    found = populated(*each_score(4), *each_score(4, course="C2", question="of the tutor"))
    assert found.alone[Cell("North")] == {"C1", "C2"}
    assert [Cell("North") in hidden(found, several) for several in (("C1",), ("C1", "C2"))] == [True, False]


def test_answers_without_a_course_beside_one_course_do_not_hide_that_it_is_one() -> None:
    assert Cell("North") in hidden(populated(*each_score(4), Count(3, 1, course=None)))
    assert Cell("North") not in hidden(populated(*each_score(4), *each_score(1, course="C2")))


def test_a_course_that_two_units_write_otherwise_is_one_and_meets_the_profile(tmp_path: Path) -> None:
    """C1 of unit A is `c1` in the file of unit B, and `c1` in the profile as taught by several.

    Two answers of unit B are on no scale: its figures and those of the whole say that they go without them.
    """
    shutil.copytree(CASE, tmp_path / "case")
    profile, landing = tmp_path / "case" / "profile", tmp_path / "case" / "landing" / "evaluations"
    whole = landing / "2020-2021.csv"
    header, *lines = whole.read_text().splitlines()
    whole.unlink()
    for unit in "AB":
        mine = [line.replace(",C2,", ",c1,") for line in lines if line.split(",")[2] == unit]
        mine += ["98,c1,B,B1,9", "99,c1,B,B1,0"] if unit == "B" else []
        (landing / f"{unit}_2020-2021.csv").write_text("\n".join([header, *mine, ""]))
    feeds, own = profile / "feeds.yaml", profile / "profile.yaml"
    feeds.write_text(feeds.read_text().replace("{academic_year}", "{unit}_{academic_year}"))
    own.write_text(own.read_text().replace("threshold: 5", "threshold: 5\n  courses_taught_by_several: [c1]"))
    release = run_cycle(profile, tmp_path / "case" / "landing", tmp_path / "out", "2022-04")
    of_units = ask(release, "evaluation_results", "unit, courses, n, status", "level IS NULL AND programme IS NULL")
    assert of_units == [("A", 1, 40, "ok"), ("B", 3, 60, "ok"), (None, 3, 100, "ok")]
    told = ask(release, "quality_results", "checked, failed, detail", "rule = 'evaluations.course.spelling'")
    assert [(checked, failed, detail.partition(":")[0]) for checked, failed, detail in told] == [
        (40, 40, "evaluations/A_2020-2021.csv")
    ]
    aside = "zonder 2 antwoorden die apart zijn gezet, alle vragen van de levering{} samen"
    notes = ask(release, "evaluation_results", "unit, note", "level IS NULL AND programme IS NULL")
    assert [(unit, aside.format("en" * (unit is None)) in note) for unit, note in notes] == [
        ("A", False), ("B", True), (None, True),
    ]  # fmt: skip
    ((note,),) = ask(release, "indicator_values", "note_nl", "indicator = 'rating_courses' AND unit IS NULL")
    assert aside.format("en") in note
