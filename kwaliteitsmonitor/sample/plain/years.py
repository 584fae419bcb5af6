"""Which reporting years a plain sample is about, and which cycles find in it all that they read."""

from __future__ import annotations

import re
from collections.abc import Collection

from schemas.calendar import Cycle
from schemas.errors import UsageError
from schemas.profile import Profile

_YEARS = re.compile(r"(\d{4})(?:-(\d{4}))?")


def sample_years(profile: Profile, *, years: str = "", cycle: str = "") -> tuple[int, ...]:
    """The reporting years that were asked for: `years` as 2023 or 2023-2024, or all that a cycle reads.

    Without either they are the first two years of the plan, so that a figure has one of the year before beside it.
    Nothing here asks what day it is. Raises `UsageError` if both are given, or one that cannot be read.
    """
    institution = profile.institution
    if years and cycle:
        raise UsageError(
            "both years and a cycle were named", where="--years and --cycle", expected="one of them at most"
        )
    if cycle:
        read = profile.cycle(cycle)
        return tuple(sorted(_read(profile, read)))
    match = _YEARS.fullmatch(years) if years else None
    if years and match is None:
        raise UsageError(f"'{years}' names no years", where="--years", expected="a year or two, as 2023 or 2023-2024")
    if match is None:
        return tuple(range(institution.first_year, min(institution.first_year + 1, institution.last_year) + 1))
    return tuple(range(int(match[1]), int(match[2] or match[1]) + 1))


def cycles_with(profile: Profile, years: Collection[int]) -> list[str]:
    """The cycles that find everything that they read in these years, oldest first."""
    first, last = min(years), max(years)
    keys = []
    for year in range(first, last + 3):
        for month in sorted(rule.month for rule in profile.cycle_rules):
            cycle = profile.cycle(f"{year}-{month:02d}")
            read = _read(profile, cycle)
            if read and read <= set(years) and cycle.indicator_year >= profile.institution.first_year:
                keys.append(cycle.key)
    return keys


def _read(profile: Profile, cycle: Cycle) -> set[int]:
    """The years that a cycle reads: those of its indicators, and those of the money since the plan began."""
    first = profile.institution.first_year
    rounds = cycle.rounds(first, profile.rounds)
    return {*cycle.years(first), *(year for year, _ in rounds)}
