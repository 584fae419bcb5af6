"""Making the published tables of evaluations from invented answers, by the same functions as a cycle."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from assets.evaluations.results import results
from assets.publication.lineage.tables import lineage
from kwaliteitsmonitor.methods.disclosure import applying
from kwaliteitsmonitor.methods.disclosure.cells import populations
from kwaliteitsmonitor.methods.disclosure.evaluations import Shown, withhold
from kwaliteitsmonitor.methods.disclosure.lineage_control import Contributions
from kwaliteitsmonitor.methods.disclosure.pattern import points_of
from kwaliteitsmonitor.methods.statistics.summaries import statistics
from kwaliteitsmonitor.methods.statistics.sums import Cell
from schemas.calendar import Cycle
from schemas.profile import Profile
from schemas.profile.questions import Question
from tests.made_up import profile, table

Leaf = tuple[str, str, str]
Counts = Mapping[Leaf, Mapping[str, Sequence[int]]]
"""Per unit, programme and level, and per question, how many gave the answers 1, 2 and so on."""

QUESTIONS = ("teaching", "content")
YEAR = 2020


def who(threshold: int) -> Profile:
    made = profile(threshold=threshold)
    asked = tuple(Question(id=q, evaluation="programme", nl="…", en="…") for q in QUESTIONS)
    return replace(made, questions=asked)


def facts(
    counts: Counts, year: int = YEAR, course: str | None = None, evaluation: str = "programme"
) -> list[dict[str, Any]]:
    """Rows of `fact_answers`, from a delivery per unit that is the same where its answers are."""
    return [
        {
            "reporting_year": year,
            "evaluation": evaluation,
            "unit": unit,
            "programme": programme,
            "level": level,
            "course": course,
            "question": question,
            "question_version": "1",
            "score": score,
            "worst": 1,
            "best": 5,
            "answers": answers,
            "_delivery": delivery(counts, unit),
        }
        for (unit, programme, level), questions in counts.items()
        for question, given in questions.items()
        for score, answers in enumerate(given, 1)
        if answers
    ]


def delivery(counts: Counts, unit: str) -> str:
    own = sorted((leaf, sorted((q, tuple(c)) for q, c in a.items())) for leaf, a in counts.items() if leaf[0] == unit)
    return hashlib.sha256(repr((unit, own)).encode()).hexdigest()[:16]


def release(
    who: Profile, rows: Sequence[dict[str, Any]], earlier: Sequence[Shown] = (), *, gate: bool = True
) -> tuple[dict[str, list[dict[str, Any]]], Shown]:
    """The published tables, and what is remembered of them; without the gate, only what is small itself is hidden."""
    cycle: Cycle = who.cycle("2021-03")
    found = statistics(who, table("fact_answers", rows), table("fact_population", []), [2019, 2020])
    made = results(who, cycle, found, {})
    sums = {asked: {cell: one.sums for cell, one in cells.items()} for asked, cells in found.summaries.items()}
    counted = populations(sums, who.institution.disclosure.threshold if gate else 1)
    rules = who.institution.disclosure
    withheld = withhold(
        counted, rules.threshold if gate else 1, rules.courses_taught_by_several, earlier, points_of(found)
    )
    tables = {
        "evaluation_results": applying.results(made.results, withheld),
        "evaluation_shares": applying.shares(made.shares, withheld),
    }
    sources: dict[Any, dict[Cell, frozenset[str]]] = {}
    for row in rows:
        leaf = Cell(row["unit"], row["programme"], row["level"])
        sources.setdefault((row["reporting_year"], row["evaluation"]), {})[leaf] = frozenset({row["_delivery"]})
    figures = {
        r["figure_id"]: ((r["reporting_year"], r["evaluation"]), Cell(r["unit"], r["programme"], r["level"]))
        for r in made.results
    }
    hidden = [r["figure_id"] for r in tables["evaluation_results"] if r["status"] == "suppressed"]
    tables["delivery_status"] = [
        {"feed": "evaluations", "unit": unit, "delivery": name, "file": f"{unit}.csv"}
        for unit, name in sorted({(row["unit"], row["_delivery"]) for row in rows})
    ]
    deliveries = {r["delivery"]: r for r in tables["delivery_status"]}
    asked = {r["figure_id"]: r["question"] for r in made.results}
    told = Contributions(figures, sources, withheld, asked)
    tables["lineage"] = lineage(made.evidence, deliveries, hidden, rules.threshold, None, told)
    return tables, Shown(counted, withheld)


def only_what_was_shown(last: Mapping[str, Any], before: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """A release without the figures that no earlier one showed the same."""
    known = {repr(one(r)) for release in before for r in release["evaluation_results"] if r["status"] == "ok"}
    rows = [
        r if r["status"] != "ok" or repr(one(r)) in known else {**r, "status": "suppressed"}
        for r in last["evaluation_results"]
    ]
    return {**last, "evaluation_results": rows, "evaluation_shares": [], "lineage": []}


def one(row: Mapping[str, Any]) -> tuple[Any, ...]:
    names = ("reporting_year", "question", "unit", "programme", "level", "n", "mean", "sd_respondents")
    return tuple(row[name] for name in names)
