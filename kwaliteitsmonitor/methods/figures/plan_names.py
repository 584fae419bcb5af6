"""What versions of the spending plan are called where people read of them: by their order and the day of consent."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from schemas.words import Words
from schemas.written import day_in_words

ORIGINAL = Words("oorspronkelijk plan", "original plan")


def plan_names(rows: Iterable[Mapping[str, Any]]) -> dict[str, Words]:
    """Per version what it is called, from rows of `spending_plan_versions`, which are in the order of the versions.

    The first is the original plan, each later one an amended plan, numbered where there are several; behind it stands
    the day on which a council consented: `oorspronkelijk plan (10 december 2018)`.
    """
    days: dict[str, Any] = {}
    for row in rows:
        days[row["version"]] = days.get(row["version"]) or row.get("consent_on")
    names: dict[str, Words] = {}
    for number, (version, day) in enumerate(days.items()):
        which = f" {number}" if len(days) > 2 else ""
        name = Words(f"gewijzigd plan{which}", f"amended plan{which}") if number else ORIGINAL
        on = None if day is None else day_in_words(day)
        names[version] = name if on is None else Words(f"{name.nl} ({on.nl})", f"{name.en} ({on.en})")
    return names
