"""What versions of the spending plan are called where people read of them: by their order and the day of consent."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from schemas.words import Words
from schemas.written import day_in_words

ORIGINAL = Words("oorspronkelijk plan", "original plan")


def plan_names(versions: Iterable[tuple[str, date | None]]) -> dict[str, Words]:
    """Per version what it is called, from the versions in their order, each with the day of consent, if there was one.

    The first is the original plan, each later one an amended plan, numbered where there are several; behind it stands
    the day on which a council consented: `oorspronkelijk plan (10 december 2018)`.
    """
    days: dict[str, date | None] = {}
    for version, consent_on in versions:
        days[version] = days.get(version) or consent_on
    names: dict[str, Words] = {}
    for number, (version, day) in enumerate(days.items()):
        which = f" {number}" if len(days) > 2 else ""
        name = Words(f"gewijzigd plan{which}", f"amended plan{which}") if number else ORIGINAL
        on = None if day is None else day_in_words(day)
        names[version] = name if on is None else Words(f"{name.nl} ({on.nl})", f"{name.en} ({on.en})")
    return names
