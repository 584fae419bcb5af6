"""From which columns each column of a published table follows, by the rules, the definitions and the contracts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from kwaliteitsmonitor.methods.figures.arithmetic import names_in
from kwaliteitsmonitor.methods.figures.formulas import RULES, rules
from schemas.contract import Table
from schemas.profile import Profile, Term
from schemas.profile.flow import FACTS_STEP, STAGED_STEP
from schemas.tables import CATALOGUE


class Column(NamedTuple):
    """A column of a table that a step of the flow makes."""

    step: str
    table: str
    name: str


ANSWERS, INVITED, SPENDING = "fact_answers", "fact_population", "fact_spending"
PLAN = "spending_plan"
GIVEN = "fact_figures"
READS: Mapping[str, tuple[tuple[str, str], ...]] = {
    "indicator_values": (),
    "evaluation_results": ((FACTS_STEP, ANSWERS), (FACTS_STEP, INVITED)),
    "evaluation_shares": ((FACTS_STEP, ANSWERS),),
    "spending_overview": ((FACTS_STEP, SPENDING),),
    "spending_by_unit": ((FACTS_STEP, SPENDING),),
    "spending_rounds": ((FACTS_STEP, SPENDING),),
    "carry_over": ((FACTS_STEP, SPENDING),),
    "spending_forecasts": ((FACTS_STEP, SPENDING),),
    "spending_explanations": ((FACTS_STEP, SPENDING), (STAGED_STEP, "bfr")),
    "spending_plan_versions": ((STAGED_STEP, PLAN),),
    "measures": ((FACTS_STEP, "fact_measures"), (FACTS_STEP, SPENDING)),
    "council_consultations": ((STAGED_STEP, "faculty_consultations"),),
    "panel_discussions": ((STAGED_STEP, "faculty_panels"),),
    **dict.fromkeys(("indicator_targets", "reference_values"), (("indicators", "indicator_values"),)),
    "spending_by_national_theme": (("spending", "spending_overview"),),
    "spending_by_parent": (("spending", "spending_by_unit"),),
    "measures_by_class": (("progress", "measures"),),
    **dict.fromkeys(("crosswalk", "national_theme_counts", "classifications", "units", "unit_changes"), ()),
}
"""Per published table the tables that it is made of; those of the indicators stand in their definitions."""

KINDS: Mapping[str, str] = {
    "evaluation_results": "evaluation",
    "evaluation_shares": "share",
    "spending_overview": "spending",
    "spending_by_unit": "unit_spending",
    "spending_rounds": "round",
    "carry_over": "carry_over",
    "spending_forecasts": "forecast",
    "spending_plan_versions": "plan",
    "measures": "measure",
}
"""Per published table the kind of figure whose rules its numbers follow."""

_SCORES = ("score", "worst", "best", "answers")
PARTS: Mapping[str, tuple[tuple[str, str], ...]] = {
    **dict.fromkeys(("amount", "earlier_amount"), ((PLAN, "amount"),)),
    **{part: ((SPENDING, part),) for part in ("budget", "realised", "forecast")},
    "carried_over": ((SPENDING, "budget"), (SPENDING, "realised")),
    "n": ((ANSWERS, "answers"),),
    "answers": ((ANSWERS, "score"), (ANSWERS, "answers")),
    "score": ((ANSWERS, "score"),),
    **{part: tuple((ANSWERS, name) for name in _SCORES) for part in ("sum", "squares", "mean")},
    "courses": ((ANSWERS, "course"),),
    "coded": ((ANSWERS, "course"),),
    **{
        part: tuple((ANSWERS, name) for name in ("course", *_SCORES))
        for part in ("course_sum", "course_squares", "course_mean")
    },
    "invited": ((INVITED, "invited"),),
    "cases": ((GIVEN, "n"),),
    "weight": ((GIVEN, "n"),),
    "value": ((GIVEN, "value"),),
    "spread": ((GIVEN, "spread"),),
    "weighted": ((GIVEN, "value"), (GIVEN, "n")),
    "squared": ((GIVEN, "value"), (GIVEN, "n"), (GIVEN, "spread")),
}
"""The columns of facts that a part of a figure is taken from."""


def columns(profile: Profile, table: str) -> dict[str, list[Column]]:
    """Per column of a published table the columns that it follows from; those that follow from no data are left out."""
    contract = CATALOGUE[table]
    origins: dict[str, dict[Column, None]] = {name: {} for name in contract.names}
    for step, read in READS[table]:
        _by_name(origins, contract, step, CATALOGUE[read])
    for number, rule in RULES.get(KINDS.get(table, ""), {}).items():
        if number in origins:
            origins[number] |= dict.fromkeys(_of_rule(rule))
    if table == "indicator_values":
        _of_indicators(origins, profile)
    return {name: sorted(of) for name, of in origins.items() if of}


def _by_name(origins: Mapping[str, dict[Column, None]], contract: Table, step: str, read: Table) -> None:
    """What is passed on as it is has the same name."""
    for name in contract.names:
        if name in read.names:
            origins[name][Column(step, read.name, name)] = None


def _of_rule(rule: str, terms: Mapping[str, Iterable[Column]] | None = None) -> Iterable[Column]:
    for name in names_in(rule):
        part = name.rpartition(".")[2]
        if terms and part in terms:
            yield from terms[part]
        yield from (
            Column(STAGED_STEP if table == PLAN else FACTS_STEP, table, column) for table, column in PARTS.get(part, ())
        )


def _of_indicators(origins: Mapping[str, dict[Column, None]], profile: Profile) -> None:
    """The numbers of an indicator follow from what its definition counts, adds up and filters by."""
    definitions = {f"indicator:{one.id}:{one.version}": one for one in profile.indicators}
    for row in rules(profile):
        one = definitions.get(row["kind"].removesuffix(":unit"))
        if one is not None:
            terms = {
                name: list(_of_term(term))
                for name, term in (("numerator", one.numerator), ("denominator", one.denominator))
                if term is not None
            }
            if one.delivered is not None:
                terms = {name: [Column(FACTS_STEP, GIVEN, name)] for name in ("numerator", "denominator")}
            origins[row["number"]].update(dict.fromkeys(_of_rule(row["rule"], terms)))
    for one in profile.indicators:
        terms_of = [t.facts for t in (one.numerator, one.denominator) if t]
        for table in [ANSWERS] if one.answers else [GIVEN] if one.delivered else terms_of:
            if "reporting_year" in CATALOGUE[table].names:
                origins["reporting_year"][Column(FACTS_STEP, table, "reporting_year")] = None


def _of_term(term: Term) -> Iterable[Column]:
    names = [term.count, term.sum, term.less, *(["unit"] if term.less_units else [])]
    for condition in term.where:
        names.extend([condition.field, *(condition.any_of or ())])
    return (Column(FACTS_STEP, term.facts, name) for name in dict.fromkeys(names) if name)
