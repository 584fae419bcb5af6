"""Whether a delivered table can hold a row at all: what each row of it has to name is in the profile."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping

from schemas.figures import PUBLISHED
from schemas.profile.feeds import Feed
from schemas.profile.models import Profile
from schemas.tables import CATALOGUE, DELIVERED
from schemas.tables.delivered import DECISIONS
from schemas.tables.delivered.money import CONTROL_TOTALS
from schemas.tables.facts import FACTS

FILES: Mapping[str, str] = {
    "measures": "measures.yaml",
    "questions": "questions.yaml",
    "indicators": "indicators.yaml",
    "programmes": "programmes.csv",
    "councils": "profile.yaml",
}
"""The lists of a profile that may be empty, by the file that holds them."""

_READ = {
    *(read for fact in FACTS.values() for read in fact.reads),
    *(read for table in PUBLISHED.values() for read in table.sources),
    *(table.name for table in DECISIONS),
    CONTROL_TOTALS.name,
}
NO_FIGURES = frozenset(table.name for table in DELIVERED) - _READ
"""Delivered tables that are held against their contract and kept, and that nothing reads: no figure is made of them."""


def filled_by_nothing(profile: Profile) -> Iterator[str]:
    """Tables that feeds deliver and that can hold no row yet, as notes."""
    codes = profile.code_lists()
    for table, name in _naming(profile.feeds, [name for name in FILES if not codes[name]]):
        yield f"each row of {table} names one of the {name}, and {FILES[name]} has none: none of them will count"


def makes_no_figures(profile: Profile) -> Iterator[str]:
    """What feeds deliver and plan.csv holds that no figure is made of, as notes."""
    for feed in profile.feeds:
        for table in feed.tables:
            if table in NO_FIGURES:
                yield f"feed {feed.id} delivers {table}, which is kept; no figure is made of it"
    if profile.plan and not profile.uses("spending_plan"):
        yield "plan.csv has a plan, and no feed delivers spending_plan: what is published is what is delivered"


def _naming(feeds: Iterable[Feed], empty: Collection[str]) -> Iterator[tuple[str, str]]:
    """Per table of feeds each list that is empty and that every row has to name something of."""
    for table in dict.fromkeys(table for feed in feeds for table in feed.tables):
        for name in dict.fromkeys(f.code_list for f in CATALOGUE[table].fields if not f.nullable):
            if name in empty:
                yield table, name
