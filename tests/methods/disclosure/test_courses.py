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


def populated(*counts: Count) -> Population:
    return populations(counted(counts).counted, 5)[(2020, "course")]


def hidden(population: Population, several: tuple[str, ...] = ()) -> dict[Cell, str]:
    return primary(population, population.answers(population.scores), 5, several)


NORTH, SECOND = each_score(4), each_score(4, course="C2")
TUTOR = each_score(4, question="of the tutor")
OTHERS = each_score(4, course="C2", question="of the tutor")
EAST = [one for c in ("C2", "C3") for one in each_score(4, unit="East", programme="P3", course=c)]


@pytest.mark.parametrize(
    ("counts", "several", "cell", "rests_on_one"),
    [
        ([*NORTH, *each_score(4, programme="P2", level="Ma"), *EAST], (), Cell("North"), True),
        ([*NORTH, *each_score(4, programme="P2", level="Ma"), *EAST], (), Cell("East"), False),
        ([*NORTH, *each_score(4, programme="P2", level="Ma"), *EAST], (), Cell(), False),
        ([*NORTH, *SECOND, *each_score(4, unit="East", level="Ma", course="C2")], (), Cell(level="Ma"), True),
        ([*NORTH, *SECOND, *each_score(4, unit="East", level="Ma", course="C2")], (), Cell(level="Ba"), False),
        ([*NORTH, *SECOND, *TUTOR], (), Cell("North"), True),  # a question of one course, another of many
        ([*NORTH, *SECOND, *TUTOR], ("C1",), Cell("North"), False),  # several people teach that course
        ([*NORTH, *OTHERS], ("C1",), Cell("North"), True),  # each question of another course
        ([*NORTH, *OTHERS], ("C1", "C2"), Cell("North"), False),
        ([*NORTH, Count(3, 1, course=None)], (), Cell("North"), True),  # answers without a course hide nothing of that
        ([*NORTH, *each_score(1, course="C2")], (), Cell("North"), False),
    ],
)
def test_a_cell_that_rests_on_one_course_is_hidden_whatever_the_programmes_and_levels_of_its_students(
    counts: list[Count], several: tuple[str, ...], cell: Cell, rests_on_one: bool
) -> None:
    assert (cell in hidden(populated(*counts), several)) is rests_on_one


def test_the_courses_on_which_a_cell_rests_are_known() -> None:
    assert populated(*NORTH, *OTHERS).alone[Cell("North")] == {"C1", "C2"}


def ask(release: Path, table: str, columns: str, where: str = "true") -> list[tuple[Any, ...]]:
    file = release / "tables" / f"{table}.parquet"
    return duckdb.sql(f"SELECT {columns} FROM '{file}' WHERE {where} ORDER BY ALL").fetchall()


def test_the_school_has_four_courses_what_rests_on_one_is_hidden_and_a_mean_over_courses_is_over_four(
    tmp_path: Path,
) -> None:
    """C1 has a mean of 3 over 40 answers of two programmes, and the three courses of B 3 each."""
    shutil.copytree(CASE / "landing", tmp_path / "landing")
    release = run_cycle(CASE / "profile", tmp_path / "landing", tmp_path / "out", "2022-04")
    whole = "unit IS NULL AND level IS NULL"
    assert ask(release, "evaluation_results", "courses, n, status", whole) == [(4, 100, "ok")]
    of_a = ask(release, "evaluation_results", "DISTINCT unit, courses, n, mean, status", "unit = 'A'")
    assert of_a == [("A", None, None, None, "suppressed")]
    courses = ask(release, "indicator_values", "value, spread, status", "indicator = 'rating_courses'")
    assert courses == [(3.0, 0.0, "ok")]


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
