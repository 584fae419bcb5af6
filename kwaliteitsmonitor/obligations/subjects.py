"""What a delivery is about: its period, its unit, and the name of what is pulled from a database."""

from __future__ import annotations

from collections.abc import Mapping

from schemas.profile import Feed, Profile
from schemas.profile.feeds import SqlSource


def unit_names(profile: Profile) -> Mapping[str, str]:
    """Each name by which a unit is delivered, and the unit that it stands for."""
    return {alias: u.id for u in profile.units for alias in (u.id, *u.aliases)}


def period_of(fields: Mapping[str, str]) -> str:
    """The period of a delivery by the fields in its path; empty if it is delivered when it changes."""
    if "academic_year" in fields:
        return fields["academic_year"]
    if "reporting_year" in fields:
        return f"{fields['reporting_year']}-{int(fields['round'])}" if "round" in fields else fields["reporting_year"]
    return ""


def pulled_name(feed: Feed, position: int, period: str) -> str:
    """The name under which what is pulled from a database stands, as a path does for a file."""
    source = feed.sources[position]
    assert isinstance(source, SqlSource)  # noqa: S101 - for the type checker
    what = source.database_table or f"{source.tables[0]}-{position}"
    return f"{source.connection}/{what}/{period or 'all'}"
