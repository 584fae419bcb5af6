"""The release of a whole cycle, and the one after it, as someone reads them who wants to know what is suppressed."""

from __future__ import annotations

from typing import Any

from kwaliteitsmonitor.methods.disclosure.applying import RESULTS
from tests.methods.disclosure.attacker import recovered, told_shares
from tests.sample_year import SampleYear

THRESHOLD = 5
QUESTIONS = {
    "course_evaluation_teaching_methods": "teaching_methods",
    "programme_evaluation_career_options": "career_options",
    "programme_evaluation_field_skills": "field_skills",
}


def attacked(ran: SampleYear, *parts: str) -> dict[str, list[dict[str, Any]]]:
    """The published tables, of the evaluations that have something to hide, as far as one question of each goes."""
    tables = {name: ran.published(name) for name in ("evaluation_results", "evaluation_shares", "delivery_status")}
    wanted = {"teaching_methods", "career_options"}
    for name in ("evaluation_results", "evaluation_shares"):
        tables[name] = [r for r in tables[name] if r["question"] in wanted and r["reporting_year"] == 2020]
    figures = {r["figure_id"] for r in tables["evaluation_results"]}
    lineage = [r for r in ran.published("lineage") if r["figure_id"] in figures and r["part"] in parts]
    return tables | {"lineage": lineage}


def test_nothing_that_the_sample_release_suppresses_can_be_recovered(ran: SampleYear) -> None:
    tables = attacked(ran, "n")
    suppressed = [r for r in tables["evaluation_results"] if r["status"] == "suppressed"]
    assert len(suppressed) > 10, "there is something to recover"
    assert recovered([tables], THRESHOLD) == []


def test_of_no_answer_that_few_gave_the_number_follows_from_what_is_shown_of_the_cell(ran: SampleYear) -> None:
    tables = attacked(ran, "n", "sum", "squares")
    assert told_shares([tables], THRESHOLD, exactly=4, most=40) == []
    spreads = [r["sd_respondents"] for r in tables["evaluation_results"] if r["status"] == "ok"]
    assert 10 < spreads.count(None) < len(spreads) - 10, "some spreads are withheld, others are shown"


def test_no_published_figure_over_answers_is_about_fewer_people_than_the_threshold(ran: SampleYear) -> None:
    for row in ran.published("evaluation_results"):
        if row["status"] == "suppressed":
            assert not [name for name in RESULTS if row[name] is not None]
        else:
            assert row["n"] >= THRESHOLD
            assert row["courses"] is None or row["courses"] > 1
    for row in ran.published("evaluation_shares"):
        # An answer that nobody in the whole institution gave tells of nobody.
        answers = row["answers"]
        assert answers is None if row["status"] == "suppressed" else answers == 0 or answers >= THRESHOLD


def test_tables_hide_the_same_cells(ran: SampleYear) -> None:
    place = ("reporting_year", "question", "unit", "level")
    published = ran.published("evaluation_results")
    results = {tuple(r[name] for name in place): r for r in published if r["programme"] is None}
    compared = 0
    for row in ran.published("indicator_values"):
        if row["indicator"] in QUESTIONS and row["status"] != "not_available":
            cell = results[row["reporting_year"], QUESTIONS[row["indicator"]], row["unit"], row["level"]]
            assert row["status"] == cell["status"], row["figure_id"]
            assert row["spread_kind"] != "sd_respondents" or row["spread"] == cell["sd_respondents"], row["figure_id"]
            compared += 1
    assert compared > 20
    suppressed = {r["figure_id"] for r in published if r["status"] == "suppressed"}
    assert not suppressed & {r["figure_id"] for r in ran.published("lineage")}
