"""What of the flow an institution uses: which delivered tables each table needs, by the profile alone."""

from __future__ import annotations

from collections.abc import Iterable

from schemas.figures import PUBLISHED, tables_of
from schemas.profile.models import Profile
from schemas.tables.facts import FACTS

ANSWERS, REGISTER = "evaluations", "programmes"
"""The delivered tables of answers, and of the register of programmes."""


def makes(profile: Profile, table: str) -> bool:
    """Whether the flow makes a published table, or a table of facts, for an institution."""
    if table in FACTS:
        return profile.uses(FACTS[table].reads[0])
    if table == "indicator_values":
        return bool(profile.indicators)
    needs = PUBLISHED[table].needs if table in PUBLISHED else ()
    return not needs or any(profile.uses(read) for read in needs)


def tables_made(profile: Profile, steps: Iterable[str]) -> dict[str, str]:
    """The published tables that these steps make for an institution, and the step that makes each."""
    return {table: step for step in steps for table in tables_of(step) if makes(profile, table)}


def facts_of(profile: Profile, *names: str) -> list[str]:
    """Of these tables of facts, or of all, those that an institution has; in the order given."""
    return [name for name in names or FACTS if makes(profile, name)]


def facts_counted(profile: Profile) -> list[str]:
    """The tables of facts from which indicators are made: of answers, of delivered figures, and what terms name."""
    named = (term.facts for definition in profile.indicators for term in definition.terms)
    counted = {"fact_answers", "fact_population", "fact_figures", *named}
    return [name for name in FACTS if name in counted]


def staged_of(profile: Profile, *names: str) -> list[str]:
    """Of these delivered tables those that an institution delivers, in the order given."""
    return [name for name in names if profile.uses(name)]
