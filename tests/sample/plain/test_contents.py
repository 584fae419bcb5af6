"""What a plain sample holds: people, money, figures, reports and answers that fit each other and the profile."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from kwaliteitsmonitor.sample.plain.evaluations import evaluations, groups, population
from kwaliteitsmonitor.sample.plain.faculty import consultations, measures, panels, programmes, study_advisers
from kwaliteitsmonitor.sample.plain.figures import delivered_figures
from kwaliteitsmonitor.sample.plain.money import plan_lines
from kwaliteitsmonitor.sample.plain.people import enrolments, staff, students, taught
from kwaliteitsmonitor.sample.plain.setting import Occasion, Setting, arrives, occasions
from kwaliteitsmonitor.sample.plain.words import OUTCOMES, PROGRESS, in_language
from schemas.errors import UsageError
from schemas.profile import Feed, Profile
from schemas.profile.consultations import Consultation
from schemas.profile.forms import Form
from schemas.profile.questions import Question
from tests import made_up
from tests.sample.plain.institution import MONEY, YEARS, feed, institution, rows_of

ANY = feed("""{id: any, period: none, sources: [{path: a.csv, format: csv, tables: [staff]}]}""")
ALWAYS = Occasion(ANY, None)


def setting(profile: Profile, years: Sequence[int] = YEARS, responses: int = 500) -> Setting:
    return Setting(profile, tuple(years), 2020, responses)


@pytest.mark.parametrize("plan", [(), (("a", "small_classes", 2019, "100.01"), ("b", "small_classes", 2019, "90.00"))])
def test_budgets_are_the_newest_plan_and_totals_are_those_of_the_lines(plan: Any) -> None:
    profile = institution(*map(feed, MONEY), plan=plan)
    newest = {(r["unit"], r["theme"], r["year"]): r["amount"] for r in rows_of(profile, "spending_plan")}
    planned: dict[tuple[str, int], Decimal] = defaultdict(Decimal)
    for (_, theme, year), amount in newest.items():
        planned[theme, year] += amount
    budgets: dict[tuple[str, int], Decimal] = defaultdict(Decimal)
    spent: dict[tuple[str, int, int], Decimal] = defaultdict(Decimal)
    for line in rows_of(profile, "bfr"):
        spent[line["unit"], line["reporting_year"], line["round"]] += line["realised"]
        if line["round"] == 3:
            budgets[line["theme"], line["reporting_year"]] += line["budget"]
            assert abs(line["realised"] - line["budget"]) <= line["budget"] / 2
    assert budgets == {place: amount for place, amount in planned.items() if place[1] in YEARS}
    assert {(theme, year) for _, theme, year, _ in plan_lines(setting(profile))} == set(planned)
    if plan:
        assert budgets == {("small_classes", 2019): Decimal("90.00")}
    totals = {
        (r["unit"], r["reporting_year"], r["round"]): r["value"]
        for r in rows_of(profile, "control_totals")
        if r["subject"] == "realised"
    }
    assert totals == spent


def test_enrolments_are_as_many_as_their_counts_and_most_stay() -> None:
    profile = institution(
        feed("""{id: counts, period: none, sources: [{path: b.csv, format: csv, tables: [enrolment_counts]}]}""")
    )
    counted: dict[tuple[int, str], int] = defaultdict(int)
    for row in rows_of(profile, "enrolment_counts"):
        counted[row["year"], row["programme"]] += row["main_enrolments"]
    main: dict[tuple[int, str], set[str]] = defaultdict(set)
    for row in enrolments(setting(profile), ALWAYS):
        if row["enrolment"] == "main":
            main[row["reference_date"].year, row["programme"]].add(row["student"])
    assert {place: len(numbers) for place, numbers in main.items()} == counted
    stayed = main[2019, "North-ba"] & main[2020, "North-ba"]
    assert 0.6 < len(stayed) / len(main[2019, "North-ba"]) < 0.85
    with pytest.raises(UsageError, match="no unit has one in 2020"):
        taught(setting(replace(profile, programmes=())), "any", 2020)


def test_there_are_teachers_to_the_number_of_students_and_some_are_qualified() -> None:
    profile = institution()
    everybody = staff(setting(profile), ALWAYS)
    people = [row for row in everybody if row["unit"] == "North"]
    own = [p for p in profile.programmes if p.unit == "North"]
    for year in YEARS:
        of_year = [row for row in people if row["reference_date"] == date(year, 10, 1)]
        teachers = [row for row in of_year if row["category"] not in ("support", "researcher")]
        pupils = sum(len(students(setting(profile), programme, year)) for programme in own)
        assert len(teachers) == max(12, round(pupils / 21 / 0.8))
        assert len(of_year) == len(teachers) + len(teachers) // 4
    qualified = [row["bko_date"] <= row["reference_date"] for row in everybody if row["bko_date"]]
    assert all(qualified)
    assert 0 < len(qualified) < len(everybody)


def figures(**more: Any) -> Mapping[tuple[str | None, int], dict[str, Any]]:
    profile = institution(indicators=[made_up.indicator("watched", "delivered", **more)])
    return {(row["unit"], row["reporting_year"]): row for row in delivered_figures(setting(profile), ALWAYS)}


def test_a_delivered_figure_is_on_its_way_from_baseline_to_target() -> None:
    found = figures(
        delivered={"combine": "none"},
        direction="lower_is_better",
        baselines=[{"reporting_year": 2019, "value": "1000"}],
        targets=[{"reporting_year": 2024, "value": "500"}],
    )
    assert [unit for unit, _ in found] == [None, None]
    assert 500 < found[None, 2020]["value"] < found[None, 2019]["value"] < 1200


def test_a_figure_that_combines_comes_per_unit_with_what_that_takes() -> None:
    means = figures(delivered={"combine": "weighted_by_n"}, minimum=1, maximum=10, spread_kind="sd_respondents")
    assert {unit for unit, _ in means} == set(made_up.UNITS)
    assert all(1 <= row["value"] <= 10 and row["n"] >= 60 and row["spread"] > 0 for row in means.values())
    ratios = figures(delivered={"combine": "ratio", "n_is": "denominator"}, minimum=0, maximum=1)
    assert all(row["value"] is None and row["numerator"] <= row["denominator"] for row in ratios.values())


def test_units_report_on_their_own_measures_with_words_of_the_language_and_what_is_done_stays_done() -> None:
    made = setting(institution(), years=range(2019, 2025))
    rows = measures(made, ALWAYS)
    assert {(r["unit"], r["measure"]) for r in rows} == {
        (u.id, m.id) for u in made.profile.units for m in made.profile.measures
    }
    states: dict[tuple[str, str], list[str]] = defaultdict(list)
    for row in rows:
        states[row["unit"], row["measure"]].append(row["progress"])
        assert row["explanation"] in [in_language(words, "nl") for words in PROGRESS[row["progress"]]]
    for way in states.values():
        assert set(way[way.index("done") :] if "done" in way else ["done"]) == {"done"}
    assert [in_language(PROGRESS["done"][0], language) for language in ("nl", "en")] == [
        "Afgerond en opgenomen in de gewone werkwijze.",
        "Completed and part of the usual way of working.",
    ]


def test_units_report_advisers_programmes_consultations_and_talks_with_students() -> None:
    profile = institution()
    asked = [
        Consultation(subject="bfr", decision="discussed"),
        Consultation(subject="bfr", decision="advised", valid_from=2030),
    ]
    made = setting(replace(profile, institution=profile.institution.model_copy(update={"consultations": asked})))
    advisers = study_advisers(made, ALWAYS)
    assert len(advisers) == len(made_up.UNITS) * len(YEARS)
    assert all(r["certified"] + r["in_training"] <= r["fte"] / Decimal("0.8") for r in advisers)
    offers = {year: [r for r in programmes(made, ALWAYS) if r["academic_year"].endswith(str(year))] for year in YEARS}
    assert {r["programme"] for r in offers[2020]} == {p.programme for p in profile.programmes}
    online = [sum(r["online_trial_study"] for r in rows) for rows in offers.values()]
    assert online == [1, 2], "each year one more"
    assert {(r["unit"], r["decision"]) for r in consultations(made, ALWAYS)} == {
        (u, "discussed") for u in made_up.UNITS
    }
    talks = panels(made, ALWAYS)
    assert min(r["participants"] for r in talks) >= 8
    assert {r["outcome"] for r in talks} <= {in_language(words, "nl") for words in OUTCOMES}
    assert all(r["held_on"].weekday() < 5 for r in talks)


def test_answers_are_on_the_scale_of_their_question_and_everybody_was_invited() -> None:
    questions = [
        Question.model_validate({"id": "teaching", "evaluation": "course", "nl": "a", "en": "a"}),
        Question.model_validate({"id": "content", "evaluation": "programme", "nl": "b", "en": "b"}),
    ]
    made = setting(replace(institution(), questions=tuple(questions)), years=(2020,))
    form = Form.model_validate({"table": "evaluations", "scales": {"teaching": {"worst": 10, "best": 1}}})
    rows = evaluations(made, ALWAYS, form)
    scores = {q.id: {row["score"] for row in rows if row["question"] == q.id} for q in questions}
    assert scores["teaching"] <= set(range(1, 11))
    assert max(scores["teaching"]) > 5 >= max(scores["content"])
    assert sum(r["score"] for r in rows if r["question"] == "teaching") < 5 * len(rows), "1 is the best here"
    invited = {tuple(r[name] for name in ("programme", "course")): r["invited"] for r in population(made, ALWAYS)}
    for group in groups(made, ALWAYS, 2020):
        there = {r["respondent"] for r in rows if (r["programme"], r["course"]) == (group.programme, group.course)}
        assert made.profile.institution.disclosure.threshold < len(there) == group.respondents
        assert group.respondents < invited[group.programme, group.course]
    assert {group.unit for group in groups(made, ALWAYS, 2020)} == set(made_up.UNITS)


ROUNDS = feed(MONEY[0])


@pytest.mark.parametrize(
    ("fed", "deadlines", "year", "number", "latest"),
    [
        (ROUNDS, {3: {"month_day": "02-28", "years": 1}}, 2020, 3, date(2021, 2, 28)),
        (ROUNDS, {}, 2020, 1, date(2020, 5, 1)),
        (ROUNDS, {}, 2020, 3, date(2021, 3, 1)),
        (ANY, {}, None, None, date(2019, 12, 31)),
    ],
)
def test_a_delivery_arrives_before_its_deadline_or_the_cycle_that_reads_it(
    fed: Feed, deadlines: dict[int, dict[str, Any]], year: int | None, number: int | None, latest: date
) -> None:
    own = Feed.model_validate({**fed.model_dump(), "deadlines": deadlines})
    on = arrives(setting(institution()), Occasion(own, year, number))
    assert 2 <= (latest - on).days < 10


def test_a_feed_is_delivered_at_each_time_of_its_own_clock() -> None:
    made = setting(institution())
    assert [(o.year, o.round) for o in occasions(made, ROUNDS)] == [(y, n) for y in YEARS for n in (1, 2, 3)]
    assert list(occasions(made, ANY)) == [ALWAYS]
    assert Occasion(ROUNDS, 2020, 1).shared_fields == {"reporting_year": 2020, "round": 1}
    assert ALWAYS.shared_fields == {}
