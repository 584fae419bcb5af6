"""What of the flow an institution uses: which delivered tables each table needs, by the profile alone."""

from __future__ import annotations

from collections.abc import Mapping

from schemas.profile.models import Profile
from schemas.tables.conformed import FACTS

STAGED_STEP, FACTS_STEP = "staged", "facts"
"""Steps whose tables others read."""
ANSWERS, REGISTER = "evaluations", "programmes"
"""The delivered tables of answers, and of the register of programmes."""

NEEDS: Mapping[str, tuple[str, ...]] = {
    **dict.fromkeys(("evaluation_results", "evaluation_shares"), (ANSWERS,)),
    **dict.fromkeys(
        (
            "spending_overview",
            "spending_by_unit",
            "spending_rounds",
            "carry_over",
            "spending_explanations",
            "spending_plan_versions",
            "spending_forecasts",
        ),
        ("bfr", "spending_plan"),
    ),
    **dict.fromkeys(("spending_by_national_theme", "spending_by_parent"), ("bfr",)),
    "measures_by_class": ("faculty_measures", "bfr"),
    "measures": ("faculty_measures", "bfr"),
    "council_consultations": ("faculty_consultations",),
    "panel_discussions": ("faculty_panels",),
}
"""Per published table the delivered tables of which at least one makes it; what is not among them is always made."""


def makes(profile: Profile, table: str) -> bool:
    """Whether the flow makes a published table, or a table of facts, for an institution."""
    if table in FACTS:
        return profile.uses(FACTS[table].reads[0])
    if table == "indicator_values":
        return bool(profile.indicators)
    return table not in NEEDS or any(profile.uses(read) for read in NEEDS[table])


def facts_of(profile: Profile, *names: str) -> list[str]:
    """Of these tables of facts, or of all, those that an institution has; in the order given."""
    return [name for name in names or FACTS if makes(profile, name)]


def staged_of(profile: Profile, *names: str) -> list[str]:
    """Of these delivered tables those that an institution delivers, in the order given."""
    return [name for name in names if profile.uses(name)]
