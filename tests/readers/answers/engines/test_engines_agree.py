"""The same counts, to the last one, from DuckDB, PostgreSQL and Spark, whatever stands in the answers."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, example, given, settings
from hypothesis import strategies as st

from schemas.profile import Profile
from tests.readers.answering import answer, as_parquet
from tests.readers.answers.engines.counting import SOURCE, in_database, outcome, pulled, staged

FEW = settings(
    max_examples=5,
    deadline=None,
    phases=(Phase.explicit, Phase.reuse, Phase.generate),
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
TEXTS = ["", " ", "\xa0", " C-1", "C-1\t", "C'1", 'C"1', "%s", ":x", "Ünï-€", "C\n1", "\\", "C-1"]
TEXTS += ["n/a", "6-jan", "c-1", '="C-1"', "C\u20101"]
ANSWERS = st.lists(
    st.builds(
        answer,
        respondent=st.sampled_from([None, "", " ", "R-1", "R-1 ", "r-1", "R-2", "R-3", "\xa0R-2", "R'4"]),
        score=st.sampled_from([None, 0, 1, 2, 3, 4, 5, 6, 334]),
        unit=st.sampled_from(["FGW", "FdA", "FA", " FGW ", "fgw", None, "XX"]),
        programme=st.sampled_from(["56034", "50700", "99999", None]),
        level=st.sampled_from(["Ba", "Ma", "ba", None, "PhD"]),
        course=st.sampled_from([None, *TEXTS]),
        question=st.sampled_from(["teaching_methods", "TEACHING_METHODS", " organisation", "organisation", None]),
    ),
    max_size=40,
)


def alike(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The answers such that of several by one respondent it does not matter which stays."""
    same = {"score": 4, "unit": "FGW", "level": "Ba"}
    return [
        {**row, **same, **({"programme": "56034"} if (row["course"] or "").strip() else {})}
        if row["respondent"]
        else row
        for row in rows
    ]


TWICE = [
    answer("R-1", programme="56034"),
    answer("R-1", programme="50700"),
    answer("R-1", programme="50700", course="C-2"),
    answer("R-1", programme="56034", course=None),
    answer("R-1", programme="50700", course=" "),
]
"""One course answered in two programmes is answered twice; without a course it is the programme that is judged."""


@pytest.mark.parametrize("rows", [TWICE, TWICE[::-1]])
def test_a_student_of_two_programmes_answers_a_course_once(
    rows: list[dict[str, Any]], profile: Profile, tmp_path: Path, postgres_url: str
) -> None:
    in_database(postgres_url, rows)
    for content, source in ((as_parquet(rows), None), (pulled(postgres_url, profile), SOURCE)):
        _, tally, failed = outcome(staged(tmp_path, profile, content, source))
        assert (tally.received, tally.accepted, failed["evaluations.one_answer"]) == (5, 4, 1)


UNREAD = [
    answer("R-1", course=None),
    answer("R-1", course="\\"),
    answer("R-1", course="6-jan"),
    answer("R-1", course="n/a", programme="50700"),
    answer("R-1", question="#N/A"),
    answer("R-1", question="#REF!"),
    answer("R-1", course=None, programme="#N/A"),
]
"""Of all but the first it cannot be read what was answered: they are neither second answers nor make the first one."""

NO_COURSE = [
    answer("R-1", evaluation="programme", course=None),
    answer("R-1", evaluation="Programma-evaluatie", course="-"),
    answer("R-1", evaluation="programme", course="\\", programme="50700"),
    answer("R-1", evaluation="programme", course="6-jan"),
]
"""In a programme evaluation a sign for nothing is no course, and it is the programme that is judged."""

RESPELLED = [
    answer("R-1", course="C-101"),
    answer("R-1", course=" c-101"),
    answer("R-1", course='="C-101"', question='="teaching_methods"'),
    answer("R-1", course="C\u2010101", programme="50700", evaluation="Cursusevaluatie"),
    answer("R-2", course=None),
    answer("R-2", course="", programme='="56034"'),
]
"""One course, question or programme, written in several ways."""


@pytest.mark.parametrize("backwards", [False, True])
@pytest.mark.parametrize(
    ("rows", "accepted", "second"),
    [(UNREAD, 1, 0), (NO_COURSE, 2, 1), (RESPELLED, 2, 4)],
    ids=["unread", "no course", "respelled"],
)
def test_what_is_answered_once_is_told_as_it_is_read(
    rows: list[dict[str, Any]],
    accepted: int,
    second: int,
    backwards: bool,
    profile: Profile,
    tmp_path: Path,
    postgres_url: str,
) -> None:
    rows = rows[::-1] if backwards else rows
    in_database(postgres_url, rows)
    for content, source in ((as_parquet(rows), None), (pulled(postgres_url, profile), SOURCE)):
        _, tally, failed = outcome(staged(tmp_path, profile, content, source))
        assert (tally.received, tally.accepted, failed.get("evaluations.one_answer", 0)) == (
            len(rows), accepted, second,
        )  # fmt: skip


@FEW
@given(rows=ANSWERS)
def test_postgresql_counts_as_duckdb_does(
    rows: list[dict[str, Any]], postgres_url: str, profile: Profile, tmp_path: Path
) -> None:
    rows = [*alike(rows), answer("always")]
    in_database(postgres_url, rows)
    by_database = staged(tmp_path, profile, pulled(postgres_url, profile), SOURCE)
    by_duckdb = staged(tmp_path, profile, as_parquet(rows))
    assert outcome(by_database) == outcome(by_duckdb)
    assert outcome(by_duckdb)[1].received == len(rows)


SHIFTED = [answer(unit=None, programme="FGW"), answer("R-2", unit="FGW", programme=None)]
"""The same texts in another column are another combination."""


@FEW
@example(rows=TWICE)
@example(rows=SHIFTED)
@given(rows=ANSWERS)
def test_spark_counts_as_duckdb_does(rows: list[dict[str, Any]], spark: None, profile: Profile, tmp_path: Path) -> None:
    content = as_parquet([*rows, answer("always")])
    by_spark = staged(tmp_path, profile, content, engine="spark")
    by_duckdb = staged(tmp_path, profile, content, engine="duckdb")
    assert outcome(by_spark) == outcome(by_duckdb)
    assert by_spark.quarantine == by_duckdb.quarantine
