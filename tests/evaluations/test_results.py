"""Results of evaluations: every cell with n, response and spread, and what is to be said of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import pytest

from assets.evaluations.findings import ANOTHERS, MORE_ANSWERS, OTHER_YEARS, UNKNOWN_SIZE, findings
from assets.evaluations.results import Results, results
from assets.indicators.figures import figures
from kwaliteitsmonitor.methods.checks.expectations import validate
from schemas.exports.arrow import to_arrow
from schemas.profile import Profile
from schemas.profile.breaks import Break
from schemas.profile.questions import Evaluations, Scale
from schemas.tables import CATALOGUE
from tests.made_up import mean, table
from tests.methods.statistics.counts import Count, Invited, answer_rows, counted, institution

BOTH = (2019, 2020)
WHOLE = "2021-03:evaluation:2020:teaching:all:all:all"
BREAK = {"nl": "andere vraag", "en": "another question"}


def made(
    counts: Iterable[Count],
    invited: Iterable[Invited] = (Invited(100), Invited(100, year=2019)),
    of: Profile | None = None,
    missing: Mapping[tuple[str, int], Sequence[str]] | None = None,
) -> Results:
    of = of or institution()
    return results(of, of.cycle("2021-03"), counted(counts, invited, of, BOTH), missing or {})


def row(found: Results, identity: str = WHOLE) -> dict[str, Any]:
    (one,) = [r for r in found.results if r["figure_id"] == identity]
    return one


def indicators(of: Profile, counts: Iterable[Count], invited: Iterable[Invited]) -> list[dict[str, Any]]:
    """The figures of the indicators over these counts."""
    facts = {name: table(name, ()) for name in CATALOGUE if name.startswith("fact_")}
    facts |= {"fact_answers": answer_rows(counts)}
    facts |= {"fact_population": table("fact_population", [one.row() for one in invited])}
    return figures(of, of.cycle("2021-03"), facts, {}).rows


def versions(**later: Any) -> dict[str, Any]:
    return {"versions": [{"version": "1", "valid_until": 2019}, {"version": "2", "valid_from": 2020} | later]}


SAME = {"equivalent_to_previous": True, "reason_nl": "zelfde", "reason_en": "same"}


def test_a_result_has_its_number_response_spread_interval_and_median() -> None:
    found = row(made([Count(3, 20), Count(5, 20, course="C2")], [Invited(60), Invited(40, course="C2")]))
    expected = {"mean": 4.0, "n": 40, "invited": 100, "response_rate": 0.4, "courses": 2, "median": 4.0}
    assert {name: found[name] for name in expected} == expected
    assert found["sd_respondents"] == pytest.approx(1.012739, abs=1e-6)
    assert found["sd_courses"] == pytest.approx(2**0.5)
    assert (found["ci95_low"], found["ci95_high"]) == pytest.approx((3.676110, 4.323890), abs=1e-6)
    assert (found["status"], found["question_version"]) == ("ok", "1")


def test_there_is_a_result_for_the_whole_each_level_unit_unit_by_level_and_programme() -> None:
    some = [Count(4, 5), Count(4, 5, unit="East", programme="P2", level="other")]
    ids = [r["figure_id"].removeprefix("2021-03:evaluation:2020:teaching:") for r in made(some).results]
    assert " ".join(ids) == (
        "all:all:all all:all:Ba all:all:other East:all:all East:all:other East:P2:other "
        "North:all:all North:all:Ba North:P1:Ba"
    )


def shares(*counts: Count) -> list[tuple[str, int, float]]:
    """Of the whole: the end of its id, how many gave the answer, and their share."""
    found = [s for s in made(counts).shares if s["figure_id"].startswith(WHOLE)]
    return [(s["figure_id"].removeprefix(f"{WHOLE}:share:"), s["answers"], s["share"]) for s in found]


def test_shares_hold_every_answer_that_could_be_given_and_add_up() -> None:
    assert shares(Count(3, 15), Count(5, 5)) == [
        ("1", 0, 0.0), ("2", 0, 0.0), ("3", 15, 0.75), ("4", 0, 0.0), ("5", 5, 0.25),
    ]  # fmt: skip
    other = shares(Count(2, 5, scale=Scale(worst=1, best=4)))
    assert [one[:2] for one in other] == [("1", 0), ("2.3333", 5), ("3.6667", 0), ("5", 0)], "on that of the question"


def test_rows_meet_their_contracts() -> None:
    of = institution(versions(**SAME))
    found = made([Count(4, 5), Count(2, 5, year=2019)], of=of)
    codes = {**of.code_lists(), "programmes": ("P1",)}
    for name, rows in (("evaluation_results", found.results), ("evaluation_shares", found.shares)):
        assert [r.rule for r in validate(CATALOGUE[name].bind(codes), to_arrow(name, rows)) if r.failed] == []


def test_the_change_has_an_interval_and_no_note() -> None:
    found = row(made([Count(3, 20), Count(5, 20), Count(2, 20, year=2019), Count(4, 20, year=2019)]))
    assert (found["change"], found["note"]) == (1.0, None)
    assert found["change_low"] < 1.0 < found["change_high"]
    assert found["change_high"] - 1.0 == pytest.approx(1.0 - found["change_low"])
    before = row(made([Count(3, 20, year=2019)]), WHOLE.replace(":2020:", ":2019:"))
    assert (before["change"], before["note"]) == (None, None), "the year before has no change of its own"


@pytest.mark.parametrize(
    ("before", "words"),
    [
        ([], "no figure of the year before"),
        ([Count(3, 20, year=2019, unit="East")], "units are missing in one of both years (East, North)"),
        ([Count(3, 20, year=2019, level="Ma")], "levels are missing in one of both years (Ba, Ma)"),
        ([Count(3, 1, year=2019)], "too few answers for an interval of the change"),
    ],
)
def test_a_comparison_that_would_not_be_one_is_refused_with_the_reason(before: list[Count], words: str) -> None:
    found = row(made([Count(3, 20), Count(5, 20), *before]))
    assert (found["change"], found["change_low"], found["change_high"]) == (None, None, None)
    assert words in found["note"]


def test_units_that_merged_are_compared_with_what_they_were() -> None:
    of = institution()
    was = [unit.model_copy(update={"valid_until": 2019, "becomes": ["West"]}) for unit in of.units[:2]]
    of = replace(of, units=(*was, *of.units[2:]))
    before = [Count(2, 20, year=2019, unit="North"), Count(4, 20, year=2019, unit="East")]
    found = row(made([Count(3, 20, unit="West"), Count(5, 20, unit="West"), *before], of=of))
    assert found["change"] == 1.0
    assert "compared" not in found["note"]
    alone = row(made([Count(3, 20, unit="South"), Count(5, 20, unit="South"), *before], of=of))
    assert "units are missing in one of both years (South, West)" in alone["note"]


def test_a_year_that_lacks_a_delivery_is_not_compared_with() -> None:
    some = [Count(3, 20), Count(3, 20, year=2019)]
    found = made(some, missing={("evaluations", 2019): ["zonder East / without East"]})
    assert "no figure of the year before" in row(found)["note"]
    assert row(found, WHOLE.replace(":2020:", ":2019:"))["status"] == "not_available"
    assert row(found, WHOLE.replace("all:all:all", "North:all:all"))["change"] == 0.0


def test_a_break_between_versions_is_said_and_nothing_is_compared_over_it() -> None:
    of = institution(versions(**{"break": BREAK}))
    found = row(made([Count(3, 20), Count(5, 20, year=2019)], of=of))
    assert (found["change"], found["question_version"]) == (None, "2")
    assert found["note"] == (
        "niet vergelijkbaar met het jaar ervoor: andere vraag / not comparable with the year before: another question"
    )


def test_a_version_that_is_equivalent_is_compared_on_the_same_scale() -> None:
    of = institution({"versions": [
        {"version": "1", "valid_until": 2019, "scale": {"worst": 5, "best": 1}},
        {"version": "2", "valid_from": 2020} | SAME,
    ]})  # fmt: skip
    turned = Scale(worst=5, best=1)
    found = row(made([Count(4, 20), Count(5, 20), *(Count(s, 20, year=2019, scale=turned) for s in (1, 2))], of=of))
    assert (found["change"], found["note"]) == (0.0, None)


def test_a_break_of_a_question_follows_into_the_indicator() -> None:
    of = replace(institution(versions(**{"break": BREAK})), indicators=(mean(),))
    counts = [Count(3, 20), Count(5, 20, year=2019)]
    rows = indicators(of, counts, [Invited(50, year=year) for year in BOTH])
    notes = {r["reporting_year"]: r["break_note"] for r in rows}
    assert notes[2019] is None
    assert "not comparable with the year before: another question" in notes[2020]


def test_a_break_of_a_year_is_of_all_its_questions_and_of_no_other_year() -> None:
    """Said once in the profile: of each result, whether or not an indicator is taken over it, and of each indicator."""
    broken = Evaluations(breaks=[Break(reporting_year=2020, nl="corona", en="pandemic")])
    of = institution()
    of = replace(of, institution=of.institution.model_copy(update={"evaluations": broken}), indicators=(mean(),))
    counts, invited = [Count(3, 20), Count(5, 20, year=2019)], [Invited(50, year=year) for year in BOTH]
    notes = {r["reporting_year"]: r["break_note"] for r in indicators(of, counts, invited)}
    assert notes == {2019: None, 2020: "corona / pandemic"}
    alone = replace(of, indicators=())
    found = made(counts, invited, of=alone)
    notes = {r["reporting_year"]: r["note"] for r in found.results}
    assert "pandemic" in notes[2020]
    assert "pandemic" not in (notes[2019] or "")


def test_an_indicator_split_by_level_says_how_many_answers_it_leaves_out() -> None:
    of = replace(institution(), indicators=(mean(split_level=True),))
    levels = ((20, "Ba"), (20, "Ma"), (12, "other"))
    counts = [Count(3, n, level=level) for n, level in levels]
    every = indicators(of, counts, [Invited(50, level=level) for _, level in levels])
    rows = [r for r in every if r["reporting_year"] == 2020]
    assert [(r["level"], r["n"]) for r in rows] == [("Ba", 20), ("Ma", 20)]
    assert all("in neither bachelor nor master: 12 answers of another level" in r["note_en"] for r in rows)


@pytest.mark.parametrize(
    ("invited", "words"),
    [
        ([], "it is not known for all who answered"),
        ([Invited(100, unit="East")], "it is not known for all who answered"),
        ([Invited(15)], "more answers than people invited"),
        ([Invited(100, open_link=True)], "open to anyone with the link"),
    ],
)
def test_where_a_response_rate_would_not_hold_there_is_none_and_the_reason(invited: list[Invited], words: str) -> None:
    found = row(made([Count(3, 20)], invited))
    assert found["response_rate"] is None
    assert found["mean"] == 3.0
    assert words in found["note"]


def test_an_open_link_in_one_course_leaves_no_response_rate_in_any_cell_that_holds_it() -> None:
    invited = [Invited(50), Invited(50, unit="East", open_link=True)]
    found = made([Count(3, 20), Count(3, 20, unit="East")], invited)
    rates = {r["unit"]: r["response_rate"] for r in found.results if r["level"] is None}
    assert rates == {None: None, "East": None, "North": 0.4}


MINIMUM = ({"class_size": 10, "responses": 5}, {"class_size": 50, "share": 0.3})


@pytest.mark.parametrize(
    ("class_size", "responses", "counts"),
    [(9, 1, True), (10, 4, False), (10, 5, True), (49, 5, True), (50, 14, False), (50, 15, True), (101, 30, False)],
)
def test_a_course_counts_from_the_response_that_its_class_asks_for(
    class_size: int, responses: int, counts: bool
) -> None:
    of = institution(minimum=MINIMUM)
    others = [Count(5, 8, course="C2")], [Invited(9, course="C2")]
    found = row(made([Count(1, responses), *others[0]], [Invited(class_size), *others[1]], of))
    assert found["courses"] == (2 if counts else 1)
    assert found["n"] == 8 + responses * counts


@pytest.mark.parametrize(
    ("responses", "words"),
    [
        (14, "zonder 14 antwoorden van 1 cursus met te weinig respons"),
        (14, "without 14 answers to 1 course with too low a response"),
        (2, "without <5 answers"),
    ],
)
def test_what_a_minimum_response_leaves_out_is_said_and_few_are_not_counted_out_loud(
    responses: int, words: str
) -> None:
    invited = [Invited(60), Invited(9, course="C2")]
    found = row(made([Count(1, responses), Count(5, 8, course="C2")], invited, institution(minimum=MINIMUM)))
    assert words in found["note"]


def test_a_class_of_two_units_is_as_large_as_both_together() -> None:
    of = institution(minimum=MINIMUM)
    some = [Count(1, 8), Count(5, 8, unit="East")]
    large = row(made(some, [Invited(30), Invited(30, unit="East")], of))
    assert (large["status"], large["n"], large["mean"]) == ("not_available", None, None)
    assert "without 16 answers to 1 course" in large["note"]
    assert row(made(some, [Invited(20), Invited(20, unit="East")], of))["n"] == 16


def test_the_evidence_of_a_result_adds_up_to_its_answers() -> None:
    found = made([Count(3, 20, delivery="a"), Count(3, 5, delivery="b")])
    of_whole = [(e.delivery, e.contribution, e.people) for e in found.evidence if e.figure_id == WHOLE]
    assert of_whole == [("a", 20, 20), ("b", 5, 5)]


def checked(counts: list[Count], invited: list[Invited], files: dict[str, str], units: Any = None) -> list[Any]:
    """What the rules about answers found."""
    return findings(counted(counts, invited, years=BOTH), answer_rows(counts), BOTH, files, units or {})


def test_other_years_and_populations_that_do_not_fit_are_warned_of() -> None:
    counts = [Count(3, 20), Count(3, 7, year=2012, delivery="old"), Count(3, 5, unit="East")]
    found = checked(counts, [Invited(15)], {"old": "a.csv"})
    assert {r.rule: (r.failed, r.cells, str(r.severity)) for r in found} == {
        OTHER_YEARS: (7, ("a.csv, 2011-2012",), "warning"),
        MORE_ANSWERS: (1, ("2020, course, North, P1, Ba",), "warning"),
        ANOTHERS: (0, (), "warning"),
        UNKNOWN_SIZE: (1, ("2020, course, East, P1, Ba",), "warning"),
    }
    fitting = checked([Count(3, 20)], [Invited(20)], {})
    assert [(r.failed, str(r.outcome), r.detail) for r in fitting] == [(0, "passed", "")] * 4


def test_answers_about_a_programme_of_another_unit_are_counted_and_told_with_the_file_and_what_to_do() -> None:
    counts = [Count(3, 20), Count(4, 6, unit="East", delivery="e"), Count(4, 9, programme="P9", delivery="e")]
    found = checked(counts, [Invited(20)], {"e": "East.csv"}, {"P1": "North", "P9": ""})
    [result] = [r for r in found if r.rule == ANOTHERS]
    assert (result.checked, result.failed, result.cells) == (26, 6, ("East.csv, P1 (North)",))
    assert "deliver the file for that unit or mend programmes.csv" in result.detail


def test_a_programme_of_which_nobody_answered_has_a_row_with_a_response_of_0() -> None:
    found = made([Count(3, 20)], [Invited(60), Invited(39, programme="P2"), Invited(4, programme="P3")])
    silent = row(found, "2021-03:evaluation:2020:teaching:North:P2:Ba")
    expected = {"n": 0, "invited": 39, "response_rate": 0.0, "mean": None, "status": "not_available"}
    assert {name: silent[name] for name in expected} == expected
    assert "niemand van de uitgenodigden antwoordde" in silent["note"]
    assert not [r for r in found.results if r["programme"] == "P3"]  # fewer people than a row may be about


def test_answers_that_are_not_there_are_no_response_of_0() -> None:
    invited = [Invited(60), Invited(39, unit="South", programme="P2")]
    of = institution()
    statistics = counted([Count(3, 20)], invited, of, BOTH)
    lacking = {("evaluations", 2020): ("South",)}
    found = results(of, of.cycle("2021-03"), statistics, {}, lacking=lacking)
    assert not [r for r in found.results if r["unit"] == "South"]
    assert [r for r in results(of, of.cycle("2021-03"), statistics, {}).results if r["unit"] == "South"]


def test_rows_of_which_nobody_answered_meet_the_published_contract() -> None:
    found = made([Count(3, 20)], [Invited(60), Invited(39, programme="P2")])
    contract = CATALOGUE["evaluation_results"].bind(institution().code_lists())
    failed = [r.rule for r in validate(contract, to_arrow("evaluation_results", found.results)) if r.failed]
    assert failed == ["evaluation_results.programme.codes"]  # these programmes are in no register
