"""Figures: every indicator, year, level and unit that the definitions ask for, on its scale and with its evidence."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assets.indicators.contributions import contributed
from assets.indicators.delivered import Given
from assets.indicators.figures import Absent, Figures, figures
from assets.indicators.scale import off_scale
from kwaliteitsmonitor.methods.figures.contributions import Contribution, as_table, per_delivery
from kwaliteitsmonitor.methods.figures.left_out import Lacking
from kwaliteitsmonitor.methods.figures.wording import indicator_rows
from schemas.profile import Indicator
from schemas.tables.facts import FACTS
from schemas.words import Words
from tests.made_up import indicator, mean, profile, table, told
from tests.methods.statistics.counts import Count, Invited

LECTURER = {"field": "category", "is": "lecturer", "reason_nl": "geen docent", "reason_en": "no lecturer"}
QUALIFIED = {"field": "bko_date", "filled": True, "reason_nl": "zonder BKO", "reason_en": "without BKO"}
STAFF = {"facts": "fact_staff", "count": "person"}
TERMS = {"numerator": STAFF | {"where": [LECTURER, QUALIFIED]}, "denominator": STAFF | {"where": [LECTURER]}}
SHARE = indicator("qualified", "share", "percentage", unit_of_measure="fraction", **TERMS)
STUDENTS, FTE_OF_STAFF = {"facts": "fact_enrolments", "count": "student"}, {"facts": "fact_staff", "sum": "fte"}
RATIO = indicator("students_per_fte", "ratio", numerator=STUDENTS, denominator=FTE_OF_STAFF)
CERTIFIED = indicator(
    "certified",
    "sum",
    unit_of_measure="persons",
    decimals=0,
    numerator={"facts": "fact_study_advisers", "sum": "certified"},
    beside={"facts": "fact_study_advisers", "sum": "in_training"},
    printing={"style": "count_and_beside", "beside_nl": "in traject", "beside_en": "in training"},
)
FTE = indicator("adviser_fte", "sum", unit_of_measure="fte", numerator={"facts": "fact_study_advisers", "sum": "fte"})
PROGRAMMES = {"facts": "fact_programme_offers", "count": "programme"}
OFFERS = indicator("offers", "count", unit_of_measure="programmes", decimals=0, numerator=PROGRAMMES)
OFFER = {"reporting_year": 2020, "unit": "North", "programme": "P1", "level": "Ba", "funded": True} | dict.fromkeys(
    ("compulsory_matching", "online_trial_study"), True
)


def answered(score: int, answers: int, *, unit: str = "North", delivery: str = "", **more: Any) -> dict[str, Any]:
    return Count(score, answers, unit, delivery=delivery or unit, **more).row()


def invited(number: int, **more: Any) -> dict[str, Any]:
    return Invited(number, **more).row()


def teacher(name: str, *, qualified: bool = True, category: str = "lecturer", delivery: str = "hr") -> dict[str, Any]:
    days = {"start_date": date(2010, 1, 1), "bko_date": date(2012, 1, 1) if qualified else None}
    counted = {"reporting_year": 2020, "reference_date": date(2020, 10, 1), "_delivery": delivery}
    return {"person": name, "unit": "North", "category": category, "fte": Decimal("0.5")} | days | counted


def student(name: str, unit: str | None = None) -> dict[str, Any]:
    of = {"reporting_year": 2020, "student": name, "programme": "P1", "unit": unit}
    return of | {"funded": True, "enrolment": "main", "_delivery": "counted"}


def advisers(unit: str, certified: int, in_training: int = 0) -> dict[str, Any]:
    of = {"reporting_year": 2020, "unit": unit, "fte": Decimal("1.5"), "fte_temporary": Decimal(0), "_delivery": unit}
    return of | {"certified": certified, "in_training": in_training}


def made(
    *indicators: Indicator,
    missing: Mapping[tuple[str, int], Sequence[Words]] | None = None,
    waived: Mapping[tuple[str, int], Sequence[Words]] | None = None,
    cycle: str = "2021-03",
    lacking: Lacking | None = None,
    **rows: list[dict[str, Any]],
) -> Figures:
    who = profile(indicators=indicators)
    facts: dict[str, pa.Table] = {name: table(name, rows.get(name, ())) for name in FACTS}
    result = figures(who, who.cycle(cycle), facts, Absent(missing or {}, waived or {}, lacking=lacking or {}))
    return replace(result, rows=indicator_rows(result.rows, indicators))


def row_of(result: Figures, unit: str | None = None, year: int = 2020) -> dict[str, Any]:
    (row,) = [r for r in result.rows if (r["unit"], r["level"], r["reporting_year"]) == (unit, None, year)]
    return row


THREE = [teacher("a"), teacher("b"), teacher("c", qualified=False), teacher("d", category="other")]
TEN = [teacher(name) for name in "0123456789"]
STAFF_AND_STUDENTS = {"fact_enrolments": [student(str(i)) for i in range(29)], "fact_staff": TEN}
FIGURES: dict[str, tuple[Indicator, dict[str, Any], dict[str, Any]]] = {
    "a share is about the people in its denominator": (
        SHARE,
        {"fact_staff": THREE},
        {"value": pytest.approx(2 / 3), "numerator": 2, "denominator": 3, "n": 3, "printed_nl": "66,7%"}
        | {"printed_en": "66.7%", "status": "ok", "definition_version": "1"}
        | {"figure_id": "2021-03:indicator:2020:qualified:all:all"},
    ),
    "a ratio is about the people in its numerator": (
        RATIO,
        STAFF_AND_STUDENTS,
        {"value": 5.8, "numerator": 29, "denominator": 5.0, "n": 29, "printed_nl": "5,8"},
    ),
    "a count of things is about no people": (
        OFFERS,
        {"fact_programme_offers": [OFFER]},
        {"value": 1, "n": None, "denominator": None},
    ),
    "those in training stand beside the certified and are not counted": (
        CERTIFIED,
        {"fact_study_advisers": [advisers("North", 8, 9), advisers("East", 4)]},
        {"value": 12, "n": 12, "printed_nl": "12 (+ 9 in traject)", "printed_en": "12 (+ 9 in training)"},
    ),
}


@pytest.mark.parametrize("case", FIGURES)
def test_a_figure_says_what_it_is_made_of_and_about_whom(case: str) -> None:
    definition, facts, expected = FIGURES[case]
    row = row_of(made(definition, **facts))
    assert {name: row[name] for name in expected} == expected


@pytest.mark.parametrize(
    ("definition", "tables"),
    [
        (SHARE, ("staff",)),
        (RATIO, ("staff", "enrolments", "programmes")),
        (OFFERS, ("programmes", "faculty_programmes")),
        (FTE, ("faculty_study_advisers",)),
        (mean(), ("evaluations", "evaluation_population")),
    ],
)
def test_without_a_delivery_that_it_needs_a_figure_is_not_available_and_says_what_is_missing(
    definition: Indicator, tables: tuple[str, ...]
) -> None:
    facts = {"fact_staff": [teacher("a")], "fact_enrolments": [student("s")], "fact_answers": [answered(4, 10)]}
    facts |= {"fact_study_advisers": [advisers("North", 1)], "fact_programme_offers": [OFFER]}
    for name in tables:
        result = made(
            definition, missing={(name, 2020): [Words("niet geleverd: East", "not delivered: East")]}, **facts
        )
        row = row_of(result)
        assert (row["status"], row["value"], row["n"], row["printed_nl"]) == ("not_available", None, None, "–")
        assert "not delivered: East" in row["note_en"]
        assert [e for e in result.contributions if e.figure_id == row["figure_id"]] == []


@pytest.mark.parametrize(("unit", "value"), [("North", 4.0), (None, None)])
def test_a_ratio_goes_without_a_unit_on_both_sides_or_is_not_available(unit: str | None, value: float | None) -> None:
    """Students of whom no unit is known are of the lost one too: the staff of others alone would be divided by them."""
    students = [*(student(f"s{n}", unit and ("East" if n else unit)) for n in range(4)), student("t", unit)]
    lacking = {("staff", 2020): ["East"]}
    row = row_of(made(RATIO, lacking=lacking, fact_staff=[teacher("a")], fact_enrolments=students))
    assert row["note_nl"] == "zonder East"
    assert (row["value"], row["status"]) == (value, "ok" if value else "not_available")


def test_a_figure_without_a_waived_delivery_is_computed_and_says_so_once() -> None:
    words = Words("zonder verslag, East (ontheffing: gefuseerd)", "without report, East (waived: gefuseerd)")
    waived = {(name, 2020): [words] for name in ("faculty_programmes", "programmes", "faculty_study_advisers")}
    result = made(FTE, OFFERS, SHARE, waived=waived, fact_study_advisers=[advisers("North", 1)])
    rows = {r["indicator"]: r for r in result.rows if r["reporting_year"] == 2020}
    assert (rows["adviser_fte"]["status"], rows["adviser_fte"]["value"]) == ("ok", 1.5)
    assert words.nl == rows["adviser_fte"]["note_nl"]
    assert rows["offers"]["note_en"].count(words.en) == 1, "two tables lack the same delivery"
    assert words.nl not in (rows["qualified"]["note_nl"] or "")
    without = {("evaluations", 2020): [Words("zonder East", "without East")]}
    by_unit = made(mean(by_unit=True), waived=without, fact_answers=[answered(4, 9)], fact_population=[invited(20)])
    assert (row_of(by_unit)["note_nl"], row_of(by_unit)["break_note_nl"]) == ("zonder East", None)
    assert row_of(by_unit, unit="North")["note_nl"] is None


def test_what_is_missing_in_another_year_or_for_another_table_does_not_matter() -> None:
    answers = [answered(4, 10), answered(4, 10, year=2019)]
    result = made(mean(), missing={("evaluations", 2019): [Words("weg", "gone")]}, fact_answers=answers)
    assert [row_of(result, year=year)["status"] for year in (2019, 2020)] == ["not_available", "ok"]
    of_students = {("enrolments", 2020): [Words("weg", "gone")]}
    assert row_of(made(SHARE, missing=of_students, fact_staff=[teacher("a")]))["status"] == "ok"


@pytest.mark.parametrize("definition", [SHARE, FTE, CERTIFIED, OFFERS, mean()])
def test_if_there_is_nothing_to_count_the_figure_is_not_zero_but_not_available(definition: Indicator) -> None:
    row = row_of(made(definition, fact_answers=[answered(3, 20, question="other")]))
    assert (row["status"], row["value"]) == ("not_available", None)
    assert row["note_nl"] == "geen antwoorden" if definition.kind == "mean" else "no rows" in row["note_en"]


def test_if_all_that_was_counted_is_left_out_the_figure_is_zero_and_a_share_of_it_is_none() -> None:
    qualified = indicator("qualified", "count", numerator=SHARE.numerator, unit_of_measure="fte")
    row = row_of(made(qualified, fact_staff=[teacher("a", qualified=False)]))
    assert (row["status"], row["value"], row["printed_nl"]) == ("ok", 0, "0,0")
    result = made(SHARE, fact_staff=[teacher("a", category="support")])
    share = row_of(result)
    assert (share["status"], share["value"], result.contributions) == ("not_available", None, [])
    assert "the denominator is zero" in share["note_en"]


def test_a_mean_has_its_spread_its_number_and_its_response() -> None:
    answers = [answered(3, 20), answered(5, 20, unit="East")]
    people = [invited(60), invited(40, unit="East"), invited(999, year=2019)]
    row = row_of(made(mean(), fact_answers=answers, fact_population=people))
    assert (row["value"], row["n"], row["invited"], row["response_rate"]) == (4.0, 40, 100, 0.4)
    assert row["spread"] == pytest.approx(1.0127, abs=1e-4)
    assert (row["spread_kind"], row["printed_nl"]) == ("sd_respondents", "4,0 ± 1,0")
    alone = row_of(made(mean(), fact_answers=[answered(3, 20)]))
    assert (alone["n"], alone["invited"], alone["response_rate"]) == (20, None, None), "without a population"


def test_levels_are_apart_and_never_added_and_each_unit_that_has_answers_has_a_row() -> None:
    answers = [answered(2, 10), answered(5, 30, level="Ma", unit="South")]
    people = [invited(40), invited(60, level="Ma", unit="South")]
    for split in ({"split_level": True}, {"by_unit": True}):
        rows = made(mean(**split), fact_answers=answers, fact_population=people).rows
        by_place = {r["level"] or r["unit"]: (r["n"], r["invited"]) for r in rows if r["reporting_year"] == 2020}
        apart = {"Ba": (10, 40), "Ma": (30, 60)}
        assert by_place == (
            apart if "split_level" in split else {None: (40, 100), "North": (10, 40), "South": (30, 60)}
        )


def test_a_spread_between_units_is_one_between_courses_within_a_unit() -> None:
    answers = [answered(2, 10), answered(4, 10, course="C2"), answered(5, 10, unit="East")]
    result = made(mean(by_unit=True, spread_kind="sd_units", unit_of_analysis="course"), fact_answers=answers)
    whole, north, east = (row_of(result, unit) for unit in (None, "North", "East"))
    assert [r["spread_kind"] for r in (whole, north, east)] == ["sd_units", "sd_courses", "sd_courses"]
    assert (whole["spread"], north["spread"]) == pytest.approx((2**0.5, 2**0.5))
    assert (east["spread"], east["printed_nl"]) == (None, "5,0")


@pytest.mark.parametrize("kind", ["sd_respondents", "sd_courses", "ci95"])
def test_other_spreads_are_the_same_for_a_unit_as_for_the_whole(kind: str) -> None:
    result = made(mean(by_unit=True, spread_kind=kind), fact_answers=[answered(3, 20)])
    assert {r["spread_kind"] for r in result.rows if r["status"] == "ok"} == {kind}


def test_a_break_in_the_series_is_said_in_its_own_year_alone_also_if_there_is_no_figure() -> None:
    broken = mean(breaks=[{"reporting_year": 2020, "nl": "corona", "en": "pandemic"}])
    result = made(broken, fact_answers=[answered(4, 10), answered(4, 10, year=2019)])
    assert [row_of(result, year=year)["break_note_nl"] for year in (2019, 2020)] == [None, "corona"]
    row = row_of(made(broken))
    assert (row["break_note_en"], row["note_en"]) == ("pandemic", "no answers")


@pytest.mark.parametrize(
    ("definitions", "cycle", "expected"),
    [
        ([mean(valid_until=2019, decimals=2), mean(version="2", valid_from=2020)], "2021-03", [(2019, 2), (2020, 1)]),
        ([mean(valid_from=2020)], "2021-03", [(2020, 1)]),
        ([mean()], "2020-03", [(2019, 1)]),  # in the first year there is no year before
    ],
)
def test_each_year_is_computed_by_the_definition_that_holds_in_it(
    definitions: list[Indicator], cycle: str, expected: list[tuple[int, int]]
) -> None:
    result = made(*definitions, cycle=cycle, fact_answers=[answered(4, 10), answered(4, 10, year=2019)])
    assert sorted((r["reporting_year"], r["decimals"]) for r in result.rows) == expected


def evidence_of(result: Figures) -> dict[tuple[str, str], list[Contribution]]:
    parts: dict[tuple[str, str], list[Contribution]] = defaultdict(list)
    for e in result.contributions:
        parts[(e.figure_id, e.part)].append(e)
    return parts


NORTH_OR_EAST, DELIVERIES = st.sampled_from(["North", "East"]), st.sampled_from(["one", "two"])
ANSWERS = st.builds(
    answered,
    st.integers(1, 5),
    st.integers(1, 40),
    unit=NORTH_OR_EAST,
    level=st.sampled_from(["Ba", "Ma"]),
    year=st.sampled_from([2019, 2020]),
    delivery=DELIVERIES,
)
TEACHERS = st.builds(teacher, st.sampled_from("abcde"), qualified=st.booleans(), delivery=DELIVERIES)
ADVISERS = st.builds(advisers, NORTH_OR_EAST, st.integers(0, 20), st.integers(0, 9))


@settings(max_examples=12, deadline=None)
@given(st.lists(ANSWERS, max_size=8), st.lists(TEACHERS, max_size=8), st.lists(ADVISERS, max_size=4))
def test_the_evidence_of_every_figure_adds_up_to_it(
    answers: list[dict[str, Any]], staff: list[dict[str, Any]], of_advisers: list[dict[str, Any]]
) -> None:
    facts = {"fact_answers": answers, "fact_staff": staff, "fact_study_advisers": of_advisers}
    definitions = (mean(split_level=True, by_unit=True), SHARE, RATIO, CERTIFIED, FTE)
    result = made(*definitions, fact_enrolments=[student("a"), student("b")], **facts)
    evidence = evidence_of(result)
    ids = [r["figure_id"] for r in result.rows]
    assert len(set(ids)) == len(ids)
    for row in result.rows:
        for part in ("n",) if row["indicator"] == "satisfaction" else ("numerator", "denominator"):
            own = evidence.pop((row["figure_id"], part), [])
            if row["status"] == "ok" and row[part] is not None:
                assert float(sum(e.contribution for e in own)) == row[part], (row["figure_id"], part)
            else:
                assert own == []
    assert {part for _, part in evidence} <= {"beside"}


def test_evidence_says_what_the_filters_left_out_but_not_how_few_people_that_were() -> None:
    qualified, support = [teacher(f"q{i}") for i in range(9)], [teacher(f"s{i}", category="other") for i in range(7)]
    evidence = evidence_of(made(SHARE, fact_staff=[*qualified, *support, teacher("x", qualified=False)]))
    assert {part: one[0].note for (_, part), one in evidence.items()} == {
        "numerator": Words("-7: geen docent; <5: zonder BKO", "-7: no lecturer; <5: without BKO"),
        "denominator": Words("-7: geen docent", "-7: no lecturer"),
    }


def test_evidence_knows_how_many_people_it_is_about() -> None:
    facts = {"fact_staff": [teacher("a"), teacher("b", qualified=False)], "fact_answers": [answered(4, 9)]}
    facts |= {"fact_enrolments": [student("s")], "fact_study_advisers": [advisers("North", 7, 3)]}
    result = made(SHARE, RATIO, CERTIFIED, FTE, mean(), **facts)
    assert {(e.figure_id.split(":")[3], e.part): e.people for e in result.contributions} == {
        ("qualified", "numerator"): 1,
        ("qualified", "denominator"): 2,
        ("students_per_fte", "numerator"): 1,
        ("students_per_fte", "denominator"): 2,
        ("certified", "numerator"): 7,
        ("certified", "beside"): 3,
        ("adviser_fte", "numerator"): None,
        ("satisfaction", "n"): 9,
    }


def test_each_delivery_contributes_the_sum_of_its_rows_and_is_about_their_people_if_all_are_known() -> None:
    of = (("b", 4, "2"), ("a", 30, "0.5"), ("b", None, "3"), ("a", 10, "1"))
    parts = [(Given("North", Decimal(1), n, None, None, None, to, 2), Decimal(value)) for to, n, value in of]
    few = contributed("f", "weighted", parts, few=True)
    assert not [one for one in few if one.place is not None], "what a unit of few people delivered is not traced"
    assert list(per_delivery(as_table(contributed("f", "weighted", parts, few=True)))) == [
        Contribution("f", "weighted", "a", 2, Decimal("1.5"), people=40),
        Contribution("f", "weighted", "b", 2, Decimal(5), people=0),
    ]


def figure(value: float | None, spread: float | None = 0.5, status: str = "ok") -> dict[str, Any]:
    about = {"indicator": "satisfaction", "definition_version": "1", "figure_id": "x"}
    return about | {"value": value, "spread": spread, "status": status}


@pytest.mark.parametrize("row", [figure(334.0, 1.1), figure(0.9), figure(5.01), figure(3.0, 4.5)])
def test_a_figure_off_its_scale_blocks_by_its_id_and_without_its_value(row: dict[str, Any]) -> None:
    who, hidden = profile(indicators=[mean()]), [figure(None, None, one) for one in ("suppressed", "not_available")]
    result = off_scale(who, [row, figure(1.0), figure(5.0, None), *hidden])
    assert (result.blocks, result.checked, result.failed, result.cells, told(result)) == (True, 3, 1, ("x",), "")
    assert not off_scale(who, [figure(1.0), figure(5.0, None), *hidden]).blocks
