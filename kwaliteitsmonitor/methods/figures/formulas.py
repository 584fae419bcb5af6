"""Formulas of each kind of figure over its parts, as rows of `lineage_rules`.

A rule is arithmetic over parts (`realised - budget`). `whole.budget` is that part of the figure it is derived from by
the relation `whole`; `units.mean` is a number for each of the units. The result that a share belongs to, and the shares
of a result, are found by their ids, and called `result` and `shares`. `kwaliteitsmonitor.methods.figures.arithmetic`
works them out; `schemas.figures` declares them.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from schemas.figures import FIGURES
from schemas.figures.indicators import SPREAD_OVER, of_answers, of_delivered, of_terms
from schemas.formula import Formula
from schemas.profile import Indicator, Profile


def rules(profile: Profile) -> list[dict[str, Any]]:
    """Every rule, as rows of `lineage_rules`: of each kind of figure, and of each version of an indicator."""
    triples = [(kind, number, rule) for kind, of in FIGURES.items() for number, rule in of.numbers.items()]
    for one in profile.indicators:
        kind = f"indicator:{one.id}:{one.version}"
        triples.extend((kind, number, rule) for number, rule in _of_indicator(one).items())
        if one.answers is not None and one.spread_kind == "sd_units":
            # Within one unit the spread is that between its courses.
            triples.append((f"{kind}:unit", "spread", SPREAD_OVER["sd_courses"]))
    return [{"kind": kind, "number": number, "rule": rule} for kind, number, rule in triples]


def names(profile: Profile) -> list[dict[str, Any]]:
    """What the codes of a release mean, as rows of `names`: one for each code.

    A code of two measures, each of a theme of its own, has the names of both.
    """
    lists: dict[str, tuple[Any, ...]] = {
        "units": profile.units,
        "themes": profile.themes,
        "measures": profile.measures,
        "national_themes": profile.national_themes,
        "questions": profile.questions,
    }
    rows = [{"list": of, "code": one.id, "nl": one.nl, "en": one.en} for of, every in lists.items() for one in every]
    programmes = ({"list": "programmes", "code": p.programme, "nl": p.name, "en": p.name} for p in profile.programmes)
    by_code: dict[tuple[str, str], list[dict[str, Any]]] = {}
    for row in (*rows, *programmes):
        by_code.setdefault((row["list"], row["code"]), []).append(row)
    return [
        {**of[0], **{name: "; ".join(dict.fromkeys(row[name] for row in of)) for name in ("nl", "en")}}
        for of in by_code.values()
    ]


def _of_indicator(one: Indicator) -> Mapping[str, Formula]:
    if one.answers is not None:
        return of_answers(one.kind, one.unit_of_analysis or "respondent", one.spread_kind or "")
    if one.delivered is not None:
        return of_delivered(one.delivered.combine, one.spread_kind or "")
    return of_terms(one.kind, divided=one.denominator is not None, people=one.unit_of_measure == "persons")
