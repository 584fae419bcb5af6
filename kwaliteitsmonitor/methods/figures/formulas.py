"""Formulas of each kind of figure over its parts, as rows of `lineage_rules`.

A rule is arithmetic over parts (`realised - budget`). `whole.budget` is that part of the figure it is derived from by
the relation `whole`; `units.mean` is a number for each of the units. The result that a share belongs to, and the shares
of a result, are found by their ids, and called `result` and `shares`. `kwaliteitsmonitor.methods.figures.arithmetic`
works them out.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from schemas.profile import Indicator, Profile

_AMOUNTS = {
    "budget": "budget",
    "realised": "realised",
    "forecast": "forecast",
    "difference": "realised - budget",
    "difference_pct": "(realised - budget) / budget",
}
_OVER_ANSWERS = "deviation(n, sum, squares)"
_OVER_COURSES = "deviation(courses, course_sum, course_squares)"
_WELCH = "welch(n, sum, squares, before.n, before.sum, before.squares)"

RULES: Mapping[str, Mapping[str, str]] = {
    "spending": {
        **_AMOUNTS,
        "share_of_budget": "budget / whole.budget",
        "share_of_realised": "realised / whole.realised",
        "share_shift_pp": "(realised / whole.realised - budget / whole.budget) * 100",
        "realised_pct_of_budget": "realised / budget",
        "carried_over": "carried_over",
        "available": "budget + carried_over",
        "left_over": "budget + carried_over - realised",
    },
    "unit_spending": {**_AMOUNTS, "realised_pct_of_budget": "realised / budget"},
    "parent_spending": {**_AMOUNTS, "realised_pct_of_budget": "realised / budget"},
    "round": {
        **_AMOUNTS,
        "budget_drift": "budget - earlier.budget",
        "realised_drift": "realised - earlier.realised",
        "forecast_drift": "forecast - earlier.forecast",
    },
    "forecast": {
        "forecast": "forecast",
        "realised": "realised",
        "deviation": "realised - forecast",
        "deviation_pct": "(realised - forecast) / forecast",
    },
    "plan": {"amount": "amount", "shift": "amount - earlier_amount"},
    "carry_over": {"left_over": "budget + carried_over - realised"},
    "measure": {"budget": "budget", "realised": "realised"},
    "national": {
        **_AMOUNTS,
        "realised_pct_of_budget": "realised / budget",
        "share_of_budget": "budget / whole.budget",
        "share_of_realised": "realised / whole.realised",
        "carried_over": "carried_over",
        "available": "budget + carried_over",
        "left_over": "budget + carried_over - realised",
    },
    "evaluation": {
        "n": "n",
        "invited": "invited",
        "response_rate": "n / invited",
        "mean": "sum / n",
        "median": "median(shares.score, shares.answers)",
        "sd_respondents": _OVER_ANSWERS,
        "courses": "coded",
        "course_mean": "course_sum / courses",
        "sd_courses": _OVER_COURSES,
        "sd_units": "spread(units.mean)",
        "ci95_low": "sum / n - half_width(n, sum, squares)",
        "ci95_high": "sum / n + half_width(n, sum, squares)",
        "change": "sum / n - before.sum / before.n",
        "change_low": f"sum / n - before.sum / before.n - {_WELCH}",
        "change_high": f"sum / n - before.sum / before.n + {_WELCH}",
    },
    "share": {"answers": "answers", "share": "answers / result.n"},
}
"""Per kind of figure, the rule of each of its numbers."""

_MEANS = {"respondent": "same.sum / same.n", "course": "same.course_sum / same.courses", "unit": "average(units.mean)"}
_SPREADS = {
    "sd_respondents": "deviation(same.n, same.sum, same.squares)",
    "sd_courses": "deviation(same.courses, same.course_sum, same.course_squares)",
    "ci95": "half_width(same.n, same.sum, same.squares)",
}


def rules(profile: Profile) -> list[dict[str, Any]]:
    """Every rule, as rows of `lineage_rules`: of each kind of figure, and of each version of an indicator."""
    triples = [(kind, number, rule) for kind, of_kind in RULES.items() for number, rule in of_kind.items()]
    for one in profile.indicators:
        kind = f"indicator:{one.id}:{one.version}"
        triples.extend((kind, number, rule) for number, rule in _of_indicator(one))
        if one.answers is not None and one.spread_kind == "sd_units":
            # Within one unit the spread is that between its courses.
            triples.append((f"{kind}:unit", "spread", _SPREADS["sd_courses"]))
    return [{"kind": kind, "number": number, "rule": rule} for kind, number, rule in triples]


def names(profile: Profile) -> list[dict[str, Any]]:
    """What the codes of a release mean, as rows of `names`."""
    lists: dict[str, tuple[Any, ...]] = {
        "units": profile.units,
        "themes": profile.themes,
        "measures": profile.measures,
        "national_themes": profile.national_themes,
        "questions": profile.questions,
    }
    rows = [{"list": of, "code": one.id, "nl": one.nl, "en": one.en} for of, every in lists.items() for one in every]
    programmes = ({"list": "programmes", "code": p.programme, "nl": p.name, "en": p.name} for p in profile.programmes)
    return [*rows, *programmes]


def _of_indicator(one: Indicator) -> Iterator[tuple[str, str]]:
    if one.answers is not None:
        inner = "course_mean" if one.unit_of_analysis == "course" else "mean"
        yield "value", _MEANS[one.unit_of_analysis or "respondent"]
        yield "spread", _SPREADS.get(one.spread_kind or "", f"spread(units.{inner})")
        yield "n", "n"
        yield "invited", "same.invited"
        yield "response_rate", "n / same.invited"
        return
    if one.delivered is not None:
        yield from _of_delivered(one)
        return
    yield "numerator", "numerator"
    if one.denominator is not None:
        yield "denominator", "denominator"
    yield "value", "numerator / denominator" if one.denominator is not None else "numerator"
    if one.kind == "share":
        yield "n", "denominator"
    elif one.kind == "ratio" or one.unit_of_measure == "persons":
        yield "n", "numerator"


def _of_delivered(one: Indicator) -> Iterator[tuple[str, str]]:
    """A figure that was delivered follows from what stands in the delivery; see `assets.indicators.delivered.parts`."""
    yield "n", "cases"
    match one.delivered.combine if one.delivered else "none":
        case "ratio":
            yield "numerator", "numerator"
            yield "denominator", "denominator"
            yield "value", "numerator / denominator"
        case "weighted_by_n":
            yield "value", "weighted / weight"
            yield "spread", "deviation(cases, weighted, squared)" if one.spread_kind == "sd_respondents" else "spread"
        case _:
            yield "value", "value"
            yield "spread", "spread"
