"""What results of evaluations rest on, as lineage tells it: exact, per delivery, and no mean of a few courses."""

from __future__ import annotations

from decimal import Decimal

from assets.evaluations.findings import findings
from assets.evaluations.results import MANY_COURSES, results
from kwaliteitsmonitor.methods.checks.results import Outcome, RuleResult
from kwaliteitsmonitor.methods.statistics.comparison import another_spread
from schemas.consequences import Costs
from tests.methods.statistics.counts import TEACHING, Count, Invited, answer_rows, counted, institution

WHOLE = "2021-03:evaluation:2020:teaching:all:all:all"
ENOUGH = [Count(2 + number % 3, 10, course=f"C{number}") for number in range(MANY_COURSES)]


def evidence(counts: list[Count]) -> dict[str, dict[str, tuple[Decimal, int | None]]]:
    """The evidence by figure and part: the contribution, and the rows."""
    of = institution()
    made = results(of, of.cycle("2021-03"), counted(counts, [Invited(500)], of, (2019, 2020)), {})
    found: dict[str, dict[str, tuple[Decimal, int | None]]] = {}
    for one in made.evidence:
        place = found.setdefault(one.figure_id, {})
        assert one.part not in place or one.part == "n", "a sum is of one delivery"
        place[one.part] = (one.contribution, one.rows)
    return found


def test_a_mean_and_its_spreads_follow_from_these_sums() -> None:
    found = evidence(ENOUGH)
    answers, scores = MANY_COURSES * 10, [2 + number % 3 for number in range(MANY_COURSES)]
    assert found[WHOLE] == {
        "n": (Decimal(answers), answers),
        "sum": (Decimal(10 * sum(scores)), answers),
        "squares": (Decimal(10 * sum(s * s for s in scores)), answers),
        "coded": (Decimal(MANY_COURSES), answers),
        "courses": (Decimal(MANY_COURSES), answers),
        "course_sum": (Decimal(sum(scores)), answers),
        "course_squares": (Decimal(sum(s * s for s in scores)), answers),
    }


def test_sums_over_few_courses_are_not_told() -> None:
    assert set(evidence(ENOUGH[1:])[WHOLE]) == {"n", "sum", "squares", "coded"}


def test_sums_over_the_courses_of_a_programme_are_not_told_however_many() -> None:
    of_programme = {
        figure: parts for figure, parts in evidence(ENOUGH).items() if ":P1:" in figure and "share" not in figure
    }
    assert of_programme
    assert {part for parts in of_programme.values() for part in parts} == {"n", "sum", "squares", "coded"}


def test_of_several_deliveries_the_numbers_are_told_and_no_sums() -> None:
    both = evidence([Count(3, 20), Count(4, 20, unit="East", programme="P2", delivery="e")])
    assert set(both[WHOLE]) == {"n"}
    assert not any("share" in figure and ":all:all:all" in figure for figure in both), "they follow from the units"
    one = evidence([Count(3, 20), Count(4, 5)])
    shares = {figure.rpartition(":")[2]: parts for figure, parts in one.items() if figure.startswith(f"{WHOLE}:share:")}
    given = {"1": 0, "2": 0, "3": 20, "4": 5, "5": 0}
    assert {score: parts["answers"] for score, parts in shares.items()} == {
        s: (Decimal(n), n) for s, n in given.items()
    }


def test_answers_of_other_levels_are_those_of_the_unit_itself() -> None:
    found = counted([Count(3, 4), Count(3, 5, level="Ma"), Count(3, 7, unit="East", programme="P2", level="Ma")])
    assert found.answers_of_levels(TEACHING, "North", ["Ba"]) == 5
    assert found.answers_of_levels(TEACHING, "East", ["Ba"]) == 7
    assert found.answers_of_levels(TEACHING, None, ["Ba"]) == 12
    assert found.answers_of_levels(TEACHING, None, ["Ba", "Ma"]) == 0


def test_the_rules_about_answers_say_this() -> None:
    counts = [Count(3, 60), Count(3, 2, year=2018), Count(3, 3, year=2017, delivery="unread")]
    found = counted(counts, [Invited(50)], None, (2019, 2020))
    files, units = {"d": "a.csv"}, {"P1": "East"}
    years, another, more, unknown = findings(found, answer_rows(counts), (2019, 2020), files, units)
    words = (
        "antwoorden zijn van een studiejaar dat deze cyclus leest",
        "answers are of an academic year that this cycle reads",
    )
    rule = ("evaluations", "evaluations.other_years", Costs.NOTE, Outcome.FAILED, 65, 5, *words)
    detail = "niet geteld: de cyclus leest 2019, 2020 / not counted: the cycle reads 2019, 2020"
    assert years == RuleResult(*rule, cells=("a.csv, 2017-2018", "unread, 2016-2017"), detail=detail)
    assert (another.outcome, another.checked, another.failed) == (Outcome.FAILED, 65, 65)
    assert another.detail.startswith("volgens programmes.csv van een andere eenheid; geteld bij wie ze leverde.")
    assert another.detail.endswith("deliver the file for that unit or mend programmes.csv")
    of, words = (
        "evaluation_population",
        (
            "er zijn niet meer antwoorden op een vraag dan uitgenodigden",
            "there are no more answers to a question than people invited",
        ),
    )
    rule = (of, "evaluations.more_answers_than_invited", Costs.NOTE, Outcome.FAILED, 1, 1, *words)
    detail = "geen respons berekend / no response rate computed"
    assert more == RuleResult(*rule, cells=("2020, course, North, P1, Ba",), detail=detail)
    words = (
        "van elke opleiding met antwoorden is bekend hoeveel er zijn uitgenodigd",
        "of each programme with answers it is known how many were invited",
    )
    assert unknown == RuleResult(of, "evaluations.invited_unknown", Costs.NOTE, Outcome.PASSED, 1, 0, *words)


def test_another_kind_of_spread_is_said_in_both_languages() -> None:
    words = another_spread("sd_units")
    assert (words.nl, words.en) == (
        "een ander soort spreiding dan het jaar ervoor (sd_units)",
        "another kind of spread than the year before (sd_units)",
    )
