"""People are counted, not answers, and only where it is in doubt whether there are enough of them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from kwaliteitsmonitor.methods.disclosure.respondents import FewPeople, Respondents
from schemas.profile import Profile
from tests.readers.answering import answer, as_parquet
from tests.readers.answers.engines.counting import SOURCE, in_database, pulled, staged
from tests.readers.answers.engines.test_engines_agree import FEW

THRESHOLD = 5
BUSY = [answer("R-1", score=1, course=f"C-{n}") for n in range(10)]
"""One student who gave ten answers to one question."""
OTHERS = [answer(f"R-{n}", score=1 + n, course="C-0") for n in range(2, 5)]


SPELLED = [("C-1", "teaching_methods"), ("C-2", '="teaching_methods"')]


def behind(found: Any) -> Respondents:
    (one,) = found.people.values()
    return one


def people(found: Respondents, **wanted: Any) -> list[int]:
    return [one.people for one in found.few if all(getattr(one, name) == value for name, value in wanted.items())]


def test_thirteen_answers_of_four_people_are_few_in_every_cell_that_they_are_in(
    profile: Profile, tmp_path: Path
) -> None:
    found = behind(staged(tmp_path, profile, as_parquet([*BUSY, *OTHERS]), threshold=THRESHOLD))
    assert found.up_to == THRESHOLD
    cells = [
        (None, None, None), (None, None, "Ba"), ("FGW", None, None), ("FGW", None, "Ba"), ("FGW", "56034", "Ba")
    ]  # fmt: skip
    key = ("course", "2019-2020", "teaching_methods")
    of_all = {FewPeople(*key, *cell, None, 4) for cell in cells}
    assert {one for one in found.few if one.score is None} == of_all
    assert {one for one in found.few if one.score is not None} == {FewPeople(*key, *cell, 1, 1) for cell in cells}


def test_people_of_answers_that_are_set_aside_do_not_count(profile: Profile, tmp_path: Path) -> None:
    """R-6 answers the same course in a second programme: the second answer goes, and its cell has four people left."""
    there = [answer(f"R-{n}", course=f"C-{n % 3}", programme="50700") for n in range(4)]
    there += [answer("R-0", course="C-7", programme="50700")]
    rows = [answer("R-6", course="C-9"), *there, answer("R-6", course="C-9", programme="50700", score=2)]
    rows += [answer("R-8", level="PhD", programme="50700")]
    found = behind(staged(tmp_path, profile, as_parquet(rows), threshold=THRESHOLD))
    assert people(found, programme="50700", score=None) == [4]


def test_a_database_counts_its_people_and_only_their_number_travels(
    profile: Profile, tmp_path: Path, postgres_url: str
) -> None:
    in_database(postgres_url, [*BUSY, *OTHERS, answer("R-2 ", course="c-7", unit="fgw")])
    content = pulled(postgres_url, profile, threshold=THRESHOLD)
    assert b"R-1" not in content
    found = behind(staged(tmp_path, profile, content, SOURCE, threshold=THRESHOLD))
    assert people(found, unit="FGW", level=None, score=None) == [4]


def test_people_are_those_of_answers_that_are_read_alike_however_they_are_spelled(
    profile: Profile, tmp_path: Path, postgres_url: str
) -> None:
    """Six answers of three people: by spelling they would be two cells of three, in which nobody is looked for."""
    rows = [answer(f"R-{n}", course=course, question=question) for n in range(3) for course, question in SPELLED]
    in_database(postgres_url, rows)
    by_database = behind(staged(tmp_path, profile, pulled(postgres_url, profile, threshold=5), SOURCE, threshold=5))
    by_file = behind(staged(tmp_path, profile, as_parquet(rows), threshold=5))
    assert people(by_file, unit=None, level=None, score=None) == [3]
    assert by_database == by_file


def test_where_a_database_counted_answers_that_are_set_aside_people_are_not_known(
    profile: Profile, tmp_path: Path, postgres_url: str
) -> None:
    in_database(postgres_url, [*BUSY, *OTHERS, answer("R-9", level="PhD")])
    content = pulled(postgres_url, profile, threshold=THRESHOLD)
    assert behind(staged(tmp_path, profile, content, SOURCE, threshold=THRESHOLD)) == Respondents()


ANSWERS = st.lists(
    st.builds(
        answer,
        respondent=st.sampled_from(["R-1", "R-1 ", "R-2", "R-3", "R-4", "R-5", "R-6"]),
        score=st.integers(1, 2),
        unit=st.sampled_from(["FGW", "fgw "]),
        programme=st.sampled_from(["56034", "50700"]),
        level=st.sampled_from(["Ba", "Ma"]),
        course=st.sampled_from([None, "C-1", " C-1", "C-2", "C-3", "C-4", "C-5"]),
    ),
    max_size=40,
    unique_by=lambda row: (row["respondent"].strip(), (row["course"] or row["programme"]).strip()),
)


@FEW
@given(rows=ANSWERS)
def test_duckdb_and_postgresql_count_the_same_people_as_a_set_of_them_has(
    rows: list[dict[str, Any]], postgres_url: str, profile: Profile, tmp_path: Path
) -> None:
    rows = [*rows, answer("always")]
    in_database(postgres_url, rows)
    by_duckdb = behind(staged(tmp_path, profile, as_parquet(rows), threshold=3))
    assert (
        behind(staged(tmp_path, profile, pulled(postgres_url, profile, threshold=3), SOURCE, threshold=3)) == by_duckdb
    )
    for unit, programme, level in [(None, None, None), ("FGW", "56034", "Ba"), (None, None, "Ma")]:
        own = [
            row for row in rows
            if (programme or row["programme"]) == row["programme"] and (level or row["level"]) == row["level"]
        ]  # fmt: skip
        for score in (None, 1, 2):
            given_ = [row for row in own if score in (None, row["score"])]
            different = len({row["respondent"].strip() for row in given_})
            expected = [different] if len(given_) >= 3 > different else []
            assert people(by_duckdb, unit=unit, programme=programme, level=level, score=score) == expected


def test_spark_counts_people_without_second_answers(spark: None, profile: Profile, tmp_path: Path) -> None:
    content = as_parquet([*BUSY, *OTHERS, BUSY[1]])
    found = behind(staged(tmp_path, profile, content, threshold=THRESHOLD, engine="spark"))
    assert people(found, unit="FGW", level=None, score=None) == [4]


@FEW
@given(rows=ANSWERS)
def test_spark_counts_the_same_people(
    rows: list[dict[str, Any]], spark: None, profile: Profile, tmp_path: Path
) -> None:
    content = as_parquet([*rows, answer("always"), *BUSY, *OTHERS])
    by_duckdb = behind(staged(tmp_path, profile, content, threshold=THRESHOLD))
    assert behind(staged(tmp_path, profile, content, threshold=THRESHOLD, engine="spark")) == by_duckdb
    assert by_duckdb.up_to == THRESHOLD
