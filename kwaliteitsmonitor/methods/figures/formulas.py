"""Formulas of each kind of figure over its parts, as rows of `lineage_rules`.

A rule is arithmetic over parts (`realised - budget`). `whole.budget` is that part of the figure it is derived from by
the relation `whole`; `units.mean` is a number for each of the units. The result that a share belongs to, and the shares
of a result, are found by their ids, and called `result` and `shares`. `kwaliteitsmonitor.methods.figures.arithmetic`
works them out; `schemas.figures` declares them.
"""

from __future__ import annotations

from collections.abc import Mapping

from schemas.figures import FIGURES
from schemas.figures.indicators import SPREAD_OVER, of_answers, of_delivered, of_terms
from schemas.formula import Formula
from schemas.profile import Indicator, Profile
from schemas.rows import LineageRulesRow, NamesRow
from schemas.words import Words


def rules(profile: Profile) -> list[LineageRulesRow]:
    """Every rule, as rows of `lineage_rules`: of each kind of figure, and of each version of an indicator."""
    triples = [(kind, number, rule) for kind, of in FIGURES.items() for number, rule in of.numbers.items()]
    for one in profile.indicators:
        kind = f"indicator:{one.id}:{one.version}"
        triples.extend((kind, number, rule) for number, rule in formulas_of(one).items())
        if one.answers is not None and one.spread_kind == "sd_units":
            # Within one unit the spread is that between its courses.
            triples.append((f"{kind}:unit", "spread", SPREAD_OVER["sd_courses"]))
    return [{"kind": kind, "number": number, "rule": rule} for kind, number, rule in triples]


def names(profile: Profile) -> list[NamesRow]:
    """What the codes of a release mean, as rows of `names`: one for each code.

    A code of two measures, each of a theme of its own, has the names of both.
    """
    named = [
        *(("units", one.id, one.nl, one.en) for one in profile.units),
        *(("themes", one.id, one.nl, one.en) for one in profile.themes),
        *(("measures", one.id, one.nl, one.en) for one in profile.measures),
        *(("national_themes", one.id, one.nl, one.en) for one in profile.national_themes),
        *(("questions", one.id, one.nl, one.en) for one in profile.questions),
        *(("programmes", one.programme, one.name, one.name) for one in profile.programmes),
    ]
    by_code: dict[tuple[str, str], list[Words]] = {}
    for of, code, nl, en in named:
        by_code.setdefault((of, code), []).append(Words(nl, en))
    return [
        {
            "list": of,
            "code": code,
            "nl": "; ".join(dict.fromkeys(name.nl for name in every)),
            "en": "; ".join(dict.fromkeys(name.en for name in every)),
        }
        for (of, code), every in by_code.items()
    ]


def formulas_of(one: Indicator) -> Mapping[str, Formula]:
    """The formula of each number of an indicator, by its definition."""
    if one.answers is not None:
        return of_answers(one.kind, one.unit_of_analysis or "respondent", one.spread_kind or "")
    if one.delivered is not None:
        return of_delivered(one.delivered.combine, one.spread_kind or "")
    return of_terms(one.kind, people=one.unit_of_measure == "persons")
