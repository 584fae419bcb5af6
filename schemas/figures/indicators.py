"""The published tables of indicators and evaluations, and the formulas that a definition gives an indicator."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from schemas import flow
from schemas.figures.model import Derived, Part, Published
from schemas.formula import Formula, names_in
from schemas.tables import CATALOGUE
from schemas.words import Words

_SCORED = ("fact_answers.score", "fact_answers.worst", "fact_answers.best", "fact_answers.answers")
_PER_COURSE = ("fact_answers.course", *_SCORED)
_OF_ANSWERS = {
    "n": Part(("fact_answers.answers",), Words("aantal antwoorden", "number of answers")),
    "invited": Part(("fact_population.invited",), Words("aantal uitgenodigd", "number invited")),
    "sum": Part(_SCORED, Words("som van de antwoorden", "sum of the answers")),
    "squares": Part(_SCORED, Words("som van de kwadraten van de antwoorden", "sum of the squares of the answers")),
    "courses": Part(("fact_answers.course",), Words("aantal cursussen", "number of courses")),
    "coded": Part(("fact_answers.course",), Words("aantal cursussen met een code", "number of courses with a code")),
    "course_sum": Part(
        _PER_COURSE, Words("som van de gemiddelden van de cursussen", "sum of the means of the courses")
    ),
    "course_squares": Part(
        _PER_COURSE,
        Words(
            "som van de kwadraten van de gemiddelden van de cursussen", "sum of the squares of the means of the courses"
        ),
    ),
}
_WELCH = "welch(n, sum, squares, before.n, before.sum, before.squares)"
_FIGURES = "fact_figures"
OF_INDICATORS: Mapping[str, Part] = {
    "numerator": Part((), Words("teller", "numerator")),
    "denominator": Part((), Words("noemer", "denominator")),
    "beside": Part((), Words("ernaast vermeld", "shown beside it")),
    "n": _OF_ANSWERS["n"],
    "cases": Part((f"{_FIGURES}.n",), Words("aantal mensen of gevallen", "number of people or cases")),
    "weight": Part((f"{_FIGURES}.n",), Words("aantal waarmee het meetelt", "number by which it counts")),
    "value": Part((f"{_FIGURES}.value",), Words("geleverde waarde", "delivered value")),
    "spread": Part((f"{_FIGURES}.spread",), Words("geleverde spreiding", "delivered spread")),
    "weighted": Part((f"{_FIGURES}.value", f"{_FIGURES}.n"), Words("waarde maal aantal", "value times number")),
    "squared": Part(
        (f"{_FIGURES}.value", f"{_FIGURES}.n", f"{_FIGURES}.spread"),
        Words("som van de kwadraten, uit spreiding en aantal", "sum of the squares, from spread and number"),
    ),
}
"""The parts of indicators; what numerator and denominator are taken from, a definition says."""

VALUES_OVER: Mapping[str, Mapping[str, Formula]] = {
    "mean": {
        "respondent": "same.sum / same.n",
        "course": "same.course_sum / same.courses",
        "unit": "average(units.mean)",
    },
    "median": {"respondent": "same.median"},
}
"""The value of an indicator over answers, by its kind and its unit of analysis."""
VALUES_OF_TERMS: Mapping[str, Formula] = {
    "share": "numerator / denominator",
    "sum": "numerator",
    "count": "numerator",
    "ratio": "numerator / denominator",
}
"""The value of an indicator over terms, by its kind."""
NUMBER_OF_TERMS: Mapping[str, Formula] = {"share": "denominator", "ratio": "numerator"}
"""The number on which one rests, by its kind; another has one if it counts people, and that is what it counts."""
SPREAD_OVER: Mapping[str, Formula] = {
    "sd_respondents": "deviation(same.n, same.sum, same.squares)",
    "sd_courses": "deviation(same.courses, same.course_sum, same.course_squares)",
    "ci95": "half_width(same.n, same.sum, same.squares)",
}
"""The spread of an indicator over answers, by its kind; another kind is that between units."""


def of_answers(kind: str, unit_of_analysis: str, spread_kind: str) -> dict[str, Formula]:
    """The formulas of an indicator over answers; it has a spread if its definition names a kind of one."""
    inner = "course_mean" if unit_of_analysis == "course" else "mean"
    spread = {"spread": SPREAD_OVER.get(spread_kind, f"spread(units.{inner})")} if spread_kind else {}
    return {
        "value": VALUES_OVER[kind][unit_of_analysis],
        **spread,
        "n": "n",
        "invited": "same.invited",
        "response_rate": "n / same.invited",
    }


def of_terms(kind: str, *, people: bool) -> dict[str, Formula]:
    """The formulas of an indicator over terms; `people` says that what it counts are people."""
    value = VALUES_OF_TERMS[kind]
    numbers = {**{part: part for part in names_in(value)}, "value": value}
    counted = NUMBER_OF_TERMS.get(kind, "numerator" if people else "")
    return numbers | {"n": counted} if counted else numbers


def of_delivered(combine: str, spread_kind: str) -> dict[str, Formula]:
    """The formulas of an indicator that is delivered as such, by how figures of units combine."""
    match combine:
        case "ratio":
            of_kind = {"numerator": "numerator", "denominator": "denominator", "value": "numerator / denominator"}
        case "weighted_by_n":
            spread = "deviation(cases, weighted, squared)" if spread_kind == "sd_respondents" else "spread"
            of_kind = {"value": "weighted / weight", "spread": spread}
        case _:
            of_kind = {"value": "value", "spread": "spread"}
    return {"n": "cases", **of_kind}


def _every_formula() -> dict[str, tuple[Formula, ...]]:
    """Per number of an indicator every formula that a definition can give it, those over most parts first."""
    kinds = [
        of_terms("share", people=True),
        of_delivered("ratio", ""),
        *(of_terms(kind, people=False) for kind in VALUES_OF_TERMS),
        of_delivered("weighted_by_n", "sd_respondents"),
        of_delivered("weighted_by_n", ""),
        of_delivered("sum", ""),
        *(
            of_answers(kind, analysis, spread)
            for kind, over in VALUES_OVER.items()
            for analysis in over
            for spread in (*SPREAD_OVER, "sd_units")
        ),
    ]
    numbers = dict.fromkeys(number for kind in kinds for number in kind)
    return {number: tuple(dict.fromkeys(kind[number] for kind in kinds if number in kind)) for number in numbers}


BY_DEFINITION: Mapping[str, tuple[Formula, ...]] = MappingProxyType(_every_formula())
"""Per number of `indicator_values` the formulas that a definition can give it."""

INDICATORS: tuple[Published, ...] = (
    Published(
        CATALOGUE["indicator_values"],
        flow.INDICATORS,
        kind="indicator",
        called=Words("Indicator", "Indicator"),
        about=("reporting_year", "indicator", "unit", "level"),
        parts=OF_INDICATORS,
        taken={"decimals": "the definition"},
        derived=(
            Derived("same", "evaluation_results", by="cells"),
            Derived("units", "evaluation_results", by="cells"),
            Derived("below", "indicator_values", by="units"),
        ),
    ),
    Published(
        CATALOGUE["evaluation_results"],
        flow.STATISTICS,
        needs=("evaluations",),
        reads=("fact_answers", "fact_population"),
        kind="evaluation",
        called=Words("Uitkomst van een evaluatie", "Result of an evaluation"),
        about=("reporting_year", "evaluation", "question", "unit", "programme", "level"),
        parts=_OF_ANSWERS,
        numbers={
            "n": "n",
            "invited": "invited",
            "response_rate": "n / invited",
            "mean": "sum / n",
            "median": "median(shares.score, shares.answers)",
            "sd_respondents": "deviation(n, sum, squares)",
            "courses": "coded",
            "course_mean": "course_sum / courses",
            "sd_courses": "deviation(courses, course_sum, course_squares)",
            "sd_units": "spread(units.mean)",
            "ci95_low": "sum / n - half_width(n, sum, squares)",
            "ci95_high": "sum / n + half_width(n, sum, squares)",
            "change": "sum / n - before.sum / before.n",
            "change_low": f"sum / n - before.sum / before.n - {_WELCH}",
            "change_high": f"sum / n - before.sum / before.n + {_WELCH}",
        },
        derived=(
            Derived("below", "evaluation_results", by="cells"),
            Derived("units", "evaluation_results", by="cells"),
            Derived("before", "evaluation_results", by="cells"),
            Derived("shares", "evaluation_shares", by="id"),
        ),
    ),
    Published(
        CATALOGUE["evaluation_shares"],
        flow.STATISTICS,
        needs=("evaluations",),
        reads=("fact_answers",),
        kind="share",
        called=Words("Hoe vaak een antwoord is gegeven", "How often an answer was given"),
        about=("reporting_year", "evaluation", "question", "unit", "programme", "level", "score"),
        parts={
            "answers": Part(
                ("fact_answers.score", "fact_answers.answers"), Words("aantal keer gegeven", "times given")
            ),
            "score": Part(("fact_answers.score",), Words("antwoord", "answer")),
        },
        numbers={"answers": "answers", "share": "answers / result.n"},
        derived=(
            Derived("below", "evaluation_shares", by="cells"),
            Derived("result", "evaluation_results", by="id"),
        ),
    ),
)
