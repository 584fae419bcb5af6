"""Making the published tables of evaluations from invented answers, by the same functions as a cycle."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from assets.evaluations.results import results
from assets.publication.lineage.tables import lineage
from kwaliteitsmonitor.methods.disclosure import applying
from kwaliteitsmonitor.methods.disclosure.cells import populations
from kwaliteitsmonitor.methods.disclosure.evaluations import Shown, withhold
from kwaliteitsmonitor.methods.disclosure.lineage_control import Contributions
from kwaliteitsmonitor.methods.disclosure.pattern import points_of
from kwaliteitsmonitor.methods.figures.wording import result_rows
from kwaliteitsmonitor.methods.statistics.summaries import Statistics, statistics
from kwaliteitsmonitor.methods.statistics.sums import Cell
from schemas.profile import Profile
from schemas.profile.questions import Question
from tests.made_up import profile, table
from tests.methods.statistics.counts import Count

Leaf = tuple[str, str, str]
Counts = Mapping[Leaf, Mapping[str, Sequence[int]]]
"""Per unit, programme and level, and per question, how many gave the answers 1, 2 and so on."""

QUESTIONS = ("teaching", "content")
YEAR = 2020


def who(threshold: int) -> Profile:
    questions = tuple(Question(id=q, evaluation="programme", nl="…", en="…") for q in QUESTIONS)
    return replace(profile(threshold=threshold), questions=questions)


def facts(
    counts: Counts, year: int = YEAR, course: str | None = None, evaluation: str = "programme"
) -> list[dict[str, Any]]:
    """Rows of `fact_answers`, from a delivery per unit that is the same if its answers are."""
    deliveries = {unit: delivery(counts, unit) for unit, _, _ in counts}
    about = {"evaluation": evaluation, "course": course, "year": year}
    return [
        Count(score, answers, *leaf, question=question, delivery=deliveries[leaf[0]], **about).row()
        for leaf, questions in counts.items()
        for question, of_score in questions.items()
        for score, answers in enumerate(of_score, 1)
        if answers
    ]


def delivery(counts: Counts, unit: str) -> str:
    own = sorted((leaf, sorted((q, tuple(c)) for q, c in a.items())) for leaf, a in counts.items() if leaf[0] == unit)
    return hashlib.sha256(repr((unit, own)).encode()).hexdigest()[:16]


def statistics_of(institution: Profile, rows: Iterable[dict[str, Any]]) -> Statistics:
    return statistics(institution, table("fact_answers", rows), table("fact_population", []), [2019, 2020])


def release(
    institution: Profile, rows: Sequence[dict[str, Any]], earlier: Sequence[Shown] = (), *, gate: bool = True
) -> tuple[dict[str, list[dict[str, Any]]], Shown]:
    """The published tables, and what is remembered of them; without the gate, only what is small itself is hidden."""
    counts, rules = statistics_of(institution, rows), institution.institution.disclosure
    made = results(institution, institution.cycle("2021-03"), counts, {})
    threshold = rules.threshold if gate else 1
    counted = populations(counts.counted, threshold)
    withheld = withhold(counted, threshold, rules.courses_taught_by_several, earlier, points_of(counts))
    tables = {
        "evaluation_results": result_rows(applying.results(made.results, withheld)),
        "evaluation_shares": applying.shares(made.shares, withheld),
        "delivery_status": [
            {"feed": "evaluations", "unit": unit, "delivery": name, "file": f"{unit}.csv"}
            for unit, name in sorted({(row["unit"], row["_delivery"]) for row in rows})
        ],
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
    deliveries = {r["delivery"]: r for r in tables["delivery_status"]}
    questions = {r["figure_id"]: r["question"] for r in made.results}
    contributions = Contributions(figures, sources, withheld, questions)
    tables["lineage"] = lineage(made.contributions, deliveries, hidden, rules.threshold, None, contributions)
    return tables, Shown(counted, withheld)


def only_what_was_shown(last: Mapping[str, Any], before: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """A release without the figures that no earlier one showed the same."""
    known = {repr(figure(r)) for release in before for r in release["evaluation_results"] if r["status"] == "ok"}
    rows = [
        r if r["status"] != "ok" or repr(figure(r)) in known else {**r, "status": "suppressed"}
        for r in last["evaluation_results"]
    ]
    return {**last, "evaluation_results": rows, "evaluation_shares": [], "lineage": []}


def figure(row: Mapping[str, Any]) -> tuple[Any, ...]:
    names = ("reporting_year", "question", "unit", "programme", "level", "n", "mean", "sd_respondents")
    return tuple(row[name] for name in names)
