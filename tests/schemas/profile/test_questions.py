"""Versions of questions: each says how it relates to the one before, and no year is without or in two."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from schemas.profile.questions import Evaluations, Question, Scale, scale_problems

SAME = {"equivalent_to_previous": True, "reason_nl": "zelfde", "reason_en": "same"}
BROKEN = {"break": {"nl": "andere vraag", "en": "another question"}}


def question(*versions: dict[str, Any], **more: Any) -> Question:
    return Question.model_validate(
        {"id": "q", "evaluation": "course", "nl": "vraag", "en": "question", "versions": list(versions)} | more
    )


def first(**more: Any) -> dict[str, Any]:
    return {"version": "1", "valid_until": 2019} | more


def second(**more: Any) -> dict[str, Any]:
    return {"version": "2", "valid_from": 2020} | more


def problem(*versions: dict[str, Any], **more: Any) -> str:
    with pytest.raises(ValidationError) as refused:
        question(*versions, **more)
    return str(refused.value)


def test_a_question_without_versions_was_asked_on_five_points_in_every_year() -> None:
    version = question().version_in(2031)
    assert version is not None
    assert (version.version, version.scale, version.no_answer) == ("1", Scale(worst=1, best=5), [])


def test_the_version_of_a_year_has_its_own_scale_or_that_of_the_question() -> None:
    one = question(first(scale={"worst": 5, "best": 1}, no_answer=[0]), second(**SAME), scale={"worst": 1, "best": 7})
    versions = {year: one.version_in(year) for year in (2019, 2020)}
    assert {year: (v.version, v.scale, v.no_answer) for year, v in versions.items() if v} == {
        2019: ("1", Scale(worst=5, best=1), [0]),
        2020: ("2", Scale(worst=1, best=7), []),
    }


def test_a_break_lies_between_the_years_around_it_alone() -> None:
    one = question(first(), second(**BROKEN))
    assert [b.en for b in one.breaks_between(2019, 2020)] == ["another question"]
    assert one.breaks_between(2020, 2021) == ()
    assert question(first(), second(**SAME)).breaks_between(2019, 2020) == ()


def test_every_wording_stands_for_the_question() -> None:
    one = question(first(wordings=["oud"]), second(wordings=["nieuw"], **SAME), wordings=["ook"])
    assert one.words == ("vraag", "question", "ook", "oud", "nieuw")


@pytest.mark.parametrize(
    ("versions", "message"),
    [
        ([first(), second()], "version 2 says nothing of the one before"),
        ([first(), second(**SAME, **BROKEN)], "version 2 is both equivalent_to_previous and a break"),
        ([first(), second(equivalent_to_previous=True)], "without reason_nl and reason_en"),
        ([first(**BROKEN)], "version 1 is the first"),
        ([first(), second(valid_from=2022, **SAME)], "between versions 1 (…-2019) and 2 (2022-…) is a gap"),
        ([first(), second(valid_from=2019, **SAME)], "versions 1 (…-2019) and 2 (2019-…) overlap"),
        ([first(valid_until=None), second(**SAME)], "versions 1 (…-…) and 2 (2020-…) overlap"),
        ([first(), second(version="1", **SAME)], "version 1 stands there twice"),
        ([first(valid_from=2021)], "version 1 ends before it begins (2021-2019)"),
        ([first(no_answer=[3])], "no_answer 3 lies within the scale 1 to 5"),
        ([first(scale={"worst": 3, "best": 3})], "begins and ends at 3"),
        ([first(), second(equivalent_to_previous=False)], "equivalent_to_previous"),
        ([first(scael={"worst": 1, "best": 5})], "scael"),
    ],
)
def test_versions_that_leave_a_doubt_are_refused(versions: list[dict[str, Any]], message: str) -> None:
    assert message in problem(*versions)


@pytest.mark.parametrize(
    ("rules", "message"),
    [
        ([{"class_size": 10}], "expected either responses or share"),
        ([{"class_size": 10, "responses": 5, "share": 0.3}], "expected either responses or share"),
        ([{"class_size": 10, "responses": 11}], "asks 11 responses of a class of 10"),
        ([{"class_size": 50, "share": 0.3}, {"class_size": 10, "responses": 5}], "do not rise"),
        ([{"class_size": 50, "share": 1.3}], "less than or equal to 1"),
    ],
)
def test_a_minimum_response_that_cannot_be_meant_is_refused(rules: list[dict[str, Any]], message: str) -> None:
    with pytest.raises(ValidationError) as refused:
        Evaluations.model_validate({"minimum_response": rules})
    assert message in str(refused.value)


def test_scales_of_a_form_name_questions_that_there_are() -> None:
    ten = Scale(worst=1, best=10)
    assert list(scale_problems(("evaluations",), {"q": ten, "*": ten}, "evaluations", ["q"])) == []
    (unknown,) = scale_problems(("evaluations",), {"p": ten}, "evaluations", ["q"])
    assert (unknown.actual, unknown.expected) == ("there is no question 'p'", "one of q, *")
    (elsewhere,) = scale_problems(("staff",), {"*": ten}, "staff", ["q"])
    assert "means nothing for staff" in elsewhere.actual
