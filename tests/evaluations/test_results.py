"""Results of evaluations: every cell with n, response and spread, what is to be said of it, and what it rests on."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from assets.evaluations.findings import ANOTHERS, MORE_ANSWERS, OTHER_YEARS, UNKNOWN_SIZE, findings
from assets.evaluations.results import MANY_COURSES, Results, results
from assets.indicators.figures import Absent, figures
from kwaliteitsmonitor.methods.checks.outcomes import validate
from kwaliteitsmonitor.methods.figures.wording import indicator_rows, result_rows
from schemas.exports.arrow import to_arrow
from schemas.profile import Profile
from schemas.profile.breaks import Break
from schemas.profile.questions import Evaluations, Scale
from schemas.rules import declared
from schemas.tables import CATALOGUE
from schemas.words import Words
from tests.made_up import mean, table, told
from tests.methods.statistics.counts import TEACHING, Count, Invited, answer_rows, counted, institution

BOTH = (2019, 2020)
WHOLE = "2021-03:evaluation:2020:teaching:all:all:all"
BREAK = {"break": {"nl": "andere vraag", "en": "another question"}}
BROKEN = "not comparable with the year before: another question"


def made(
    counts: Iterable[Count],
    invited: Iterable[Invited] = (Invited(100), Invited(100, year=2019)),
    of: Profile | None = None,
    missing: Mapping[tuple[str, int], Sequence[Words]] | None = None,
) -> Results:
    of = of or institution()
    return worded(results(of, of.cycle("2021-03"), counted(counts, invited, of, BOTH), missing or {}))


def worded(of: Results) -> Results:
    return replace(of, results=result_rows(of.results))


def row(of: Results, identity: str = WHOLE) -> dict[str, Any]:
    (one,) = [r for r in of.results if r["figure_id"] == identity]
    return one


def indicators(of: Profile, counts: Iterable[Count], invited: Iterable[Invited]) -> list[dict[str, Any]]:
    """The figures of the indicators over these counts."""
    facts = {name: table(name, ()) for name in CATALOGUE if name.startswith("fact_")}
    facts |= {"fact_answers": answer_rows(counts)}
    facts |= {"fact_population": table("fact_population", [one.row() for one in invited])}
    return indicator_rows(figures(of, of.cycle("2021-03"), facts, Absent()).rows, of.indicators)


def versions(**later: Any) -> dict[str, Any]:
    return {"versions": [{"version": "1", "valid_until": 2019}, {"version": "2", "valid_from": 2020} | later]}


SAME = {"equivalent_to_previous": True, "reason_nl": "zelfde", "reason_en": "same"}


def test_a_result_has_its_number_response_spread_interval_and_median() -> None:
    result = row(made([Count(3, 20), Count(5, 20, course="C2")], [Invited(60), Invited(40, course="C2")]))
    expected = {"mean": 4.0, "n": 40, "invited": 100, "response_rate": 0.4, "courses": 2, "median": 4.0}
    expected |= {"status": "ok", "question_version": "1"}
    assert {name: result[name] for name in expected} == expected
    assert (result["sd_respondents"], result["sd_courses"]) == pytest.approx((1.012739, 2**0.5), abs=1e-6)
    assert (result["ci95_low"], result["ci95_high"]) == pytest.approx((3.676110, 4.323890), abs=1e-6)


def test_there_is_a_result_for_the_whole_each_level_unit_unit_by_level_and_programme() -> None:
    some = [Count(4, 5), Count(4, 5, unit="East", programme="P2", level="other")]
    ids = [r["figure_id"].removeprefix("2021-03:evaluation:2020:teaching:") for r in made(some).results]
    assert " ".join(ids) == (
        "all:all:all all:all:Ba all:all:other East:all:all East:all:other East:P2:other "
        "North:all:all North:all:Ba North:P1:Ba"
    )


@pytest.mark.parametrize(
    ("counts", "shares"),
    [
        ([Count(3, 15), Count(5, 5)], "1 0 0.0, 2 0 0.0, 3 15 0.75, 4 0 0.0, 5 5 0.25"),
        ([Count(2, 5, scale=Scale(worst=1, best=4))], "1 0 0.0, 2.3333 5 1.0, 3.6667 0 0.0, 5 0 0.0"),
    ],
)
def test_shares_hold_every_answer_that_could_be_given_and_add_up(counts: list[Count], shares: str) -> None:
    rows = [s for s in made(counts).shares if s["figure_id"].startswith(f"{WHOLE}:share:")]
    of_each = (f"{s['figure_id'].rpartition(':')[2]} {s['answers']} {s['share']}" for s in rows)
    assert ", ".join(of_each) == shares


def test_rows_meet_their_contracts() -> None:
    of = institution(versions(**SAME))
    both = made([Count(4, 5), Count(2, 5, year=2019)], of=of)
    silent = made([Count(3, 20)], [Invited(60), Invited(39, programme="P2")])
    codes = {**of.code_lists(), "programmes": ("P1", "P2")}
    for name, rows in (
        ("evaluation_results", both.results),
        ("evaluation_results", silent.results),
        ("evaluation_shares", both.shares),
    ):
        assert [r.rule for r in validate(CATALOGUE[name].bind(codes), to_arrow(name, rows)) if r.failed] == []


def test_the_change_has_an_interval_and_no_note() -> None:
    result = row(made([Count(3, 20), Count(5, 20), Count(2, 20, year=2019), Count(4, 20, year=2019)]))
    assert (result["change"], result["note_en"]) == (1.0, None)
    assert result["change_low"] < 1.0 < result["change_high"]
    assert result["change_high"] - 1.0 == pytest.approx(1.0 - result["change_low"])
    before = row(made([Count(3, 20, year=2019)]), WHOLE.replace(":2020:", ":2019:"))
    assert (before["change"], before["note_en"]) == (None, None), "the year before has no change of its own"


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
    result = row(made([Count(3, 20), Count(5, 20), *before]))
    assert (result["change"], result["change_low"], result["change_high"]) == (None, None, None)
    assert words in result["note_en"]


def test_units_that_merged_are_compared_with_what_they_were() -> None:
    of = institution()
    was = [unit.model_copy(update={"valid_until": 2019, "becomes": ["West"]}) for unit in of.units[:2]]
    of = replace(of, units=(*was, *of.units[2:]))
    before = [Count(2, 20, year=2019, unit="North"), Count(4, 20, year=2019, unit="East")]
    result = row(made([Count(3, 20, unit="West"), Count(5, 20, unit="West"), *before], of=of))
    assert result["change"] == 1.0
    assert "compared" not in result["note_en"]
    alone = row(made([Count(3, 20, unit="South"), Count(5, 20, unit="South"), *before], of=of))
    assert "units are missing in one of both years (South, West)" in alone["note_en"]


def test_a_year_that_lacks_a_delivery_is_not_compared_with() -> None:
    some = [Count(3, 20), Count(3, 20, year=2019)]
    lacking = made(some, missing={("evaluations", 2019): [Words("zonder East", "without East")]})
    assert "no figure of the year before" in row(lacking)["note_en"]
    assert row(lacking, WHOLE.replace(":2020:", ":2019:"))["status"] == "not_available"
    assert row(lacking, WHOLE.replace("all:all:all", "North:all:all"))["change"] == 0.0


def test_a_break_between_versions_is_said_and_nothing_is_compared_over_it_also_in_an_indicator() -> None:
    of, counts = institution(versions(**BREAK)), [Count(3, 20), Count(5, 20, year=2019)]
    result = row(made(counts, of=of))
    assert (result["change"], result["question_version"]) == (None, "2")
    assert result["note_nl"] == "niet vergelijkbaar met het jaar ervoor: andere vraag"
    assert result["note_en"] == BROKEN
    rows = indicators(replace(of, indicators=(mean(),)), counts, [Invited(50, year=year) for year in BOTH])
    notes = {r["reporting_year"]: r["break_note_en"] for r in rows}
    assert notes[2019] is None
    assert BROKEN in notes[2020]


def test_a_version_that_is_equivalent_is_compared_on_the_same_scale() -> None:
    old = {"version": "1", "valid_until": 2019, "scale": {"worst": 5, "best": 1}}
    of, turned = institution({"versions": [old, {"version": "2", "valid_from": 2020} | SAME]}), Scale(worst=5, best=1)
    before = [Count(score, 20, year=2019, scale=turned) for score in (1, 2)]
    result = row(made([Count(4, 20), Count(5, 20), *before], of=of))
    assert (result["change"], result["note_en"]) == (0.0, None)


def test_a_break_of_a_year_is_of_all_its_questions_and_of_no_other_year() -> None:
    """Said once in the profile: of each result, whether or not an indicator is taken over it, and of each indicator."""
    broken = Evaluations(breaks=[Break(reporting_year=2020, nl="corona", en="pandemic")])
    of = institution()
    of = replace(of, institution=of.institution.model_copy(update={"evaluations": broken}), indicators=(mean(),))
    counts, invited = [Count(3, 20), Count(5, 20, year=2019)], [Invited(50, year=year) for year in BOTH]
    notes = {r["reporting_year"]: r["break_note_en"] for r in indicators(of, counts, invited)}
    assert notes == {2019: None, 2020: "pandemic"}
    notes = {r["reporting_year"]: r["note_en"] for r in made(counts, invited, of=replace(of, indicators=())).results}
    assert ["pandemic" in (notes[year] or "") for year in BOTH] == [False, True]


def test_an_indicator_split_by_level_says_how_many_answers_it_leaves_out() -> None:
    of = replace(institution(), indicators=(mean(split_level=True),))
    counts = [Count(3, n, level=level) for n, level in ((20, "Ba"), (20, "Ma"), (12, "other"))]
    every = indicators(of, counts, [Invited(50, level=count.level) for count in counts])
    rows = [r for r in every if r["reporting_year"] == 2020]
    assert [(r["level"], r["n"]) for r in rows] == [("Ba", 20), ("Ma", 20)]
    assert all("in neither bachelor nor master: 12 answers of another level" in r["note_en"] for r in rows)
    others = counted([Count(3, 4), Count(3, 5, level="Ma"), Count(3, 7, unit="East", programme="P2", level="Ma")])
    assert [others.answers_of_levels(TEACHING, unit, ["Ba"]) for unit in ("North", "East", None)] == [5, 7, 12]
    assert others.answers_of_levels(TEACHING, None, ["Ba", "Ma"]) == 0


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
    result = row(made([Count(3, 20)], invited))
    assert (result["response_rate"], result["mean"]) == (None, 3.0)
    assert words in result["note_en"]


def test_an_open_link_in_one_course_leaves_no_response_rate_in_any_cell_that_holds_it() -> None:
    invited = [Invited(50), Invited(50, unit="East", open_link=True)]
    rows = made([Count(3, 20), Count(3, 20, unit="East")], invited).results
    rates = {r["unit"]: r["response_rate"] for r in rows if r["level"] is None}
    assert rates == {None: None, "East": None, "North": 0.4}


MINIMUM = ({"class_size": 10, "responses": 5}, {"class_size": 50, "share": 0.3})


@pytest.mark.parametrize(
    ("class_size", "responses", "left_out"),
    [
        (9, 1, ""),
        (10, 4, "without <5 answers"),
        (10, 5, ""),
        (49, 5, ""),
        (50, 14, "zonder 14 antwoorden van 1 cursus met te weinig respons"),
        (50, 14, "without 14 answers to 1 course with too low a response"),
        (50, 15, ""),
        (101, 30, "without 30 answers to 1 course"),
    ],
)
def test_a_course_counts_from_the_response_that_its_class_asks_for_and_few_are_not_counted_out_loud(
    class_size: int, responses: int, left_out: str
) -> None:
    invited = [Invited(class_size), Invited(9, course="C2")]
    result = row(made([Count(1, responses), Count(5, 8, course="C2")], invited, institution(minimum=MINIMUM)))
    counts = not left_out
    assert (result["courses"], result["n"]) == (1 + counts, 8 + responses * counts)
    assert left_out in f"{result['note_nl']} {result['note_en']}"


def test_a_class_of_two_units_is_as_large_as_both_together() -> None:
    of, some = institution(minimum=MINIMUM), [Count(1, 8), Count(5, 8, unit="East")]
    large = row(made(some, [Invited(30), Invited(30, unit="East")], of))
    assert (large["status"], large["n"], large["mean"]) == ("not_available", None, None)
    assert "without 16 answers to 1 course" in large["note_en"]
    assert row(made(some, [Invited(20), Invited(20, unit="East")], of))["n"] == 16


def checked(counts: list[Count], invited: list[Invited], files: dict[str, str], units: Any = None) -> list[Any]:
    """What the rules about answers say."""
    return findings(counted(counts, invited, years=BOTH), answer_rows(counts), BOTH, files, units or {})


def test_other_years_and_populations_that_do_not_fit_are_warned_of() -> None:
    counts = [Count(3, 20), Count(3, 7, year=2012, delivery="old"), Count(3, 5, unit="East"), Count(3, 3, year=2017)]
    rules = checked(counts, [Invited(15)], {"old": "a.csv"})
    years = "niet geteld: de cyclus leest 2019, 2020 / not counted: the cycle reads 2019, 2020"
    response = "geen respons berekend / no response rate computed"
    assert {r.rule: (r.table, r.checked, r.failed, r.cells, told(r)) for r in rules} == {
        OTHER_YEARS: ("evaluations", 35, 10, ("a.csv, 2011-2012", "d, 2016-2017"), years),
        MORE_ANSWERS: ("evaluation_population", 2, 1, ("2020, course, North, P1, Ba",), response),
        ANOTHERS: ("evaluations", 0, 0, (), ""),
        UNKNOWN_SIZE: ("evaluation_population", 2, 1, ("2020, course, East, P1, Ba",), response),
    }
    for rule in rules:
        words = declared(rule.rule)
        assert words is not None
        assert words.nl.startswith(rule.nl)
        assert (str(rule.severity), str(rule.outcome)) == ("warning", "failed" if rule.failed else "passed")
    fitting = checked([Count(3, 20)], [Invited(20)], {})
    assert [(r.failed, str(r.outcome), told(r)) for r in fitting] == [(0, "passed", "")] * 4


def test_answers_about_a_programme_of_another_unit_are_counted_and_told_with_the_file_and_what_to_do() -> None:
    counts = [Count(3, 20), Count(4, 6, unit="East", delivery="e"), Count(4, 9, programme="P9", delivery="e")]
    rules = checked(counts, [Invited(20)], {"e": "East.csv"}, {"P1": "North", "P9": ""})
    [result] = [r for r in rules if r.rule == ANOTHERS]
    assert (result.checked, result.failed, result.cells) == (26, 6, ("East.csv, P1 (North)",))
    assert told(result).startswith("volgens programmes.csv van een andere eenheid; geteld bij wie ze leverde.")
    assert told(result).endswith("deliver the file for that unit or mend programmes.csv")


def test_a_programme_of_which_nobody_answered_has_a_row_with_a_response_of_0_unless_answers_are_not_there() -> None:
    of = institution()
    invited = [Invited(60), Invited(39, programme="P2"), Invited(4, programme="P3"), Invited(39, unit="South")]
    statistics = counted([Count(3, 20)], invited, of, BOTH)
    of_all = worded(results(of, of.cycle("2021-03"), statistics, {}))
    silent = row(of_all, "2021-03:evaluation:2020:teaching:North:P2:Ba")
    expected = {"n": 0, "invited": 39, "response_rate": 0.0, "mean": None, "status": "not_available"}
    assert {name: silent[name] for name in expected} == expected
    assert "niemand van de uitgenodigden antwoordde" in silent["note_nl"]
    assert not [r for r in of_all.results if r["programme"] == "P3"]  # fewer people than a row may be about
    without = results(of, of.cycle("2021-03"), statistics, {}, lacking={("evaluations", 2020): ("South",)})
    assert [any(r["unit"] == "South" for r in one.results) for one in (of_all, without)] == [True, False]


ENOUGH = [Count(2 + number % 3, 10, course=f"C{number}") for number in range(MANY_COURSES)]


def evidence(counts: list[Count]) -> dict[str, dict[str, tuple[Decimal, int | None]]]:
    """The evidence by figure and part: the contribution, and the rows."""
    by_figure: dict[str, dict[str, tuple[Decimal, int | None]]] = {}
    for one in made(counts, [Invited(500)]).contributions:
        place = by_figure.setdefault(one.figure_id, {})
        assert one.part not in place or one.part == "n", "a sum is of one delivery"
        place[one.part] = (one.contribution, one.rows)
    return by_figure


def test_a_mean_and_its_spreads_follow_from_these_sums() -> None:
    answers, scores = MANY_COURSES * 10, [2 + number % 3 for number in range(MANY_COURSES)]
    assert evidence(ENOUGH)[WHOLE] == {
        "n": (Decimal(answers), answers),
        "sum": (Decimal(10 * sum(scores)), answers),
        "squares": (Decimal(10 * sum(s * s for s in scores)), answers),
        "coded": (Decimal(MANY_COURSES), answers),
        "courses": (Decimal(MANY_COURSES), answers),
        "course_sum": (Decimal(sum(scores)), answers),
        "course_squares": (Decimal(sum(s * s for s in scores)), answers),
    }


NUMBERS = {"n", "sum", "squares", "coded"}


def test_sums_over_few_courses_or_over_those_of_a_programme_are_not_told() -> None:
    assert set(evidence(ENOUGH[1:])[WHOLE]) == NUMBERS
    of_programme = [parts for figure, parts in evidence(ENOUGH).items() if ":P1:" in figure and "share" not in figure]
    assert [set(parts) for parts in of_programme] == [NUMBERS] * len(of_programme)
    assert of_programme


def test_of_several_deliveries_the_numbers_are_told_and_no_sums() -> None:
    both = evidence([Count(3, 20), Count(4, 20, unit="East", programme="P2", delivery="e")])
    assert set(both[WHOLE]) == {"n"}
    assert not any("share" in figure and ":all:all:all" in figure for figure in both), "they follow from the units"
    one = evidence([Count(3, 20), Count(4, 5)])
    shares = {figure.rpartition(":")[2]: parts for figure, parts in one.items() if figure.startswith(f"{WHOLE}:share:")}
    given = {"1": 0, "2": 0, "3": 20, "4": 5, "5": 0}
    assert {score: parts["answers"] for score, parts in shares.items()} == {
        score: (Decimal(n), n) for score, n in given.items()
    }
    parts = made([Count(3, 20, delivery="a"), Count(3, 5, delivery="b")]).contributions
    of_whole = [(e.delivery, e.contribution, e.people) for e in parts if e.figure_id == WHOLE]
    assert of_whole == [("a", 20, 20), ("b", 5, 5)]
