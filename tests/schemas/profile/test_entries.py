"""Entries of a profile by themselves: versions of a question, the years of a form, queries and misprints."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import BaseModel, ValidationError

from schemas.profile.feeds import FileSource
from schemas.profile.forms import Form, Split
from schemas.profile.misprints import Misprint
from schemas.profile.queries import parameters, query_problem
from schemas.profile.questions import Evaluations, Question, Scale, scale_problems

SAME = {"equivalent_to_previous": True, "reason_nl": "zelfde", "reason_en": "same"}
BROKEN = {"break": {"nl": "andere vraag", "en": "another question"}}


def of_versions(*versions: dict[str, Any], **more: Any) -> dict[str, Any]:
    """A question with these versions."""
    return {"id": "q", "evaluation": "course", "nl": "vraag", "en": "question", "versions": list(versions)} | more


def question(*versions: dict[str, Any], **more: Any) -> Question:
    return Question.model_validate(of_versions(*versions, **more))


def first(**more: Any) -> dict[str, Any]:
    return {"version": "1", "valid_until": 2019} | more


def second(**more: Any) -> dict[str, Any]:
    return {"version": "2", "valid_from": 2020} | more


def test_the_version_of_a_year_has_its_own_scale_or_that_of_the_question() -> None:
    one = question(first(scale={"worst": 5, "best": 1}, no_answer=[0]), second(**SAME), scale={"worst": 1, "best": 7})
    versions = [one.version_in(2019), one.version_in(2020), question().version_in(2031)]
    assert [(v.version, v.scale, v.no_answer) for v in versions if v] == [
        ("1", Scale(worst=5, best=1), [0]),
        ("2", Scale(worst=1, best=7), []),
        ("1", Scale(worst=1, best=5), []),
    ]


def test_a_break_lies_between_the_years_around_it_alone_and_every_wording_stands_for_the_question() -> None:
    one = question(first(wordings=["oud"]), second(wordings=["nieuw"], **BROKEN), wordings=["ook"])
    assert [b.en for b in one.breaks_between(2019, 2020)] == ["another question"]
    assert one.breaks_between(2020, 2021) == question(first(), second(**SAME)).breaks_between(2019, 2020) == ()
    assert one.words == ("vraag", "question", "ook", "oud", "nieuw")


def minimum(*rules: dict[str, Any]) -> dict[str, Any]:
    return {"minimum_response": list(rules)}


OF_MONEY = {"table": "spending", "reporting_year": 2019, "part": "difference"}
OF_INDICATOR = {"table": "indicators", "reporting_year": 2019, "indicator": "bko_share", "level": "Ba"}
PRINTED = {"printed": "-359", "nl": "Was -359.", "en": "Was -359."}


@pytest.mark.parametrize(
    ("model", "entry", "message"),
    [
        (Question, of_versions(first(), second()), "version 2 says nothing of the one before"),
        (Question, of_versions(first(), second(**SAME, **BROKEN)), "version 2 is both equivalent_to_previous and a"),
        (Question, of_versions(first(), second(equivalent_to_previous=True)), "without reason_nl and reason_en"),
        (Question, of_versions(first(**BROKEN)), "version 1 is the first"),
        (
            Question,
            of_versions(first(), second(valid_from=2022, **SAME)),
            "versions 1 (…-2019) and 2 (2022-…) is a gap",
        ),
        (Question, of_versions(first(), second(valid_from=2019, **SAME)), "1 (…-2019) and 2 (2019-…) overlap"),
        (Question, of_versions(first(valid_until=None), second(**SAME)), "versions 1 (…-…) and 2 (2020-…) overlap"),
        (Question, of_versions(first(), second(version="1", **SAME)), "version 1 stands there twice"),
        (Question, of_versions(first(valid_from=2021)), "version 1 ends before it begins (2021-2019)"),
        (Question, of_versions(first(no_answer=[3])), "no_answer 3 lies within the scale 1 to 5"),
        (Question, of_versions(first(scale={"worst": 3, "best": 3})), "begins and ends at 3"),
        (Question, of_versions(first(), second(equivalent_to_previous=False)), "equivalent_to_previous"),
        (Question, of_versions(first(scael={"worst": 1, "best": 5})), "scael"),
        (Evaluations, minimum({"class_size": 10}), "expected either responses or share"),
        (Evaluations, minimum({"class_size": 10, "responses": 5, "share": 0.3}), "expected either responses or share"),
        (Evaluations, minimum({"class_size": 10, "responses": 11}), "asks 11 responses of a class of 10"),
        (
            Evaluations,
            minimum({"class_size": 50, "share": 0.3}, {"class_size": 10, "responses": 5}),
            "do not rise",
        ),
        (Evaluations, minimum({"class_size": 50, "share": 1.3}), "less than or equal to 1"),
        (Misprint, OF_MONEY | PRINTED | {"part": ""}, "expected a `part`"),
        (Misprint, OF_MONEY | PRINTED | {"indicator": "bko_share"}, "expected an `indicator`"),
        (Misprint, OF_INDICATOR | PRINTED | {"indicator": ""}, "expected an `indicator`"),
        (Misprint, OF_INDICATOR | PRINTED | {"theme": "guidance"}, "expected a `part`"),
        (Misprint, OF_MONEY | PRINTED | {"nederlands": "Was -359."}, "nederlands"),
    ],
    ids=lambda one: one if isinstance(one, str) else "",
)
def test_an_entry_that_leaves_a_doubt_is_refused(model: type[BaseModel], entry: dict[str, Any], message: str) -> None:
    with pytest.raises(ValidationError) as refused:
        model.model_validate(entry)
    assert message in str(refused.value)


@pytest.mark.parametrize(
    ("keys", "subject"), [(OF_MONEY, ("", "difference")), (OF_INDICATOR, ("bko_share", "Ba"))], ids=["money", "other"]
)
def test_a_misprint_is_about_a_figure(keys: dict[str, Any], subject: tuple[str, str]) -> None:
    assert Misprint.model_validate(keys | PRINTED).subject == subject


def test_scales_of_a_form_name_questions_that_there_are() -> None:
    ten = Scale(worst=1, best=10)
    assert list(scale_problems(("evaluations",), {"q": ten, "*": ten}, "evaluations", ["q"])) == []
    (unknown,) = scale_problems(("evaluations",), {"p": ten}, "evaluations", ["q"])
    assert (unknown.actual, unknown.expected) == ("there is no question 'p'", "one of q, *")
    (elsewhere,) = scale_problems(("staff",), {"*": ten}, "staff", ["q"])
    assert "means nothing for staff" in elsewhere.actual


YEARS = (2000, 2019, 2020, 2021, None)


@pytest.mark.parametrize(
    ("first_year", "last_year", "holds"),
    [(None, None, YEARS), (2020, None, (2020, 2021, None)), (None, 2020, (2000, 2019, 2020)), (2020, 2020, (2020,))],
)
def test_a_form_holds_from_its_first_year_up_to_its_last(
    first_year: int | None, last_year: int | None, holds: tuple[int | None, ...]
) -> None:
    form = Form(table="bfr", valid_from=first_year, valid_until=last_year)
    assert tuple(year for year in YEARS if form.holds_in(year)) == holds


def test_the_columns_of_a_source_hold_for_its_forms_and_an_ignored_group_gives_no_field() -> None:
    keys = {"kind": "files", "path": "x", "format": "csv", "tables": ["bfr", "evaluations"]}
    of = {"columns": {"A": "unit", "B": "theme"}, "forms": [{"table": "bfr", "columns": {"B": "measure"}}]}
    source = FileSource.model_validate(keys | of)
    forms = [source.form(table, 2020) for table in ("bfr", "evaluations")]
    assert [one and one.columns for one in forms] == [{"A": "unit", "B": "measure"}, {"A": "unit", "B": "theme"}]
    split = Split(header="h", pattern="(?P<fte>a)(?P<ignored>b)?(?P<ignored_too>c)?", example="abc")
    assert split.fields == ("fte",)


@pytest.mark.parametrize(
    ("query", "problem"),
    [
        ("SELECT a::date, 'x:y' FROM t WHERE year = :reporting_year;", ""),
        ("with t as (select 1) select * from t -- ; drop table t", ""),
        ("SELECT \"update\", [delete], `drop`, $a$ insert; $a$ /* ; grant */ FROM t WHERE n = 'it''s; into'", ""),
        ("SELECT 1; DROP TABLE t", "expected one statement: a semicolon ends it"),
        ("DELETE FROM t", "expected a query that begins with SELECT or WITH"),
        ("SELECT 1 INTO t", "expected a query that only reads, without INTO"),
        ("SELECT 1 WHERE a = :year", "unknown parameter :year; expected :reporting_year, :academic_year"),
    ],
)
def test_a_query_is_one_statement_that_only_reads_with_parameters_that_there_are(query: str, problem: str) -> None:
    message = query_problem(query)
    assert message.startswith(problem)
    assert bool(message) == bool(problem)


def test_parameters_are_what_sqlalchemy_binds() -> None:
    assert parameters(r"SELECT a::date, '\:no' WHERE b = :round AND c = :unit") == {"round", "unit"}
