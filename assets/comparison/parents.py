"""Units and what they are part of: the register of a release, and the money of each unit together with its parts."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from functools import partial

from assets.common.rows import amount, as_values, notes_in
from kwaliteitsmonitor.methods.figures.contributions import Contribution
from kwaliteitsmonitor.methods.figures.identity import figure_id
from kwaliteitsmonitor.methods.figures.numbers import numbers
from schemas.calendar import Cycle
from schemas.figures import PUBLISHED
from schemas.profile import Profile
from schemas.rows import SpendingByUnitRow, UnitChangesRow, UnitsRow
from schemas.values import Row, Value
from schemas.words import in_columns

AMOUNTS = tuple(PUBLISHED["spending_by_parent"].parts)
ZERO = Decimal("0.00")


def units(profile: Profile) -> list[UnitsRow]:
    """Every unit, as rows of `units`."""
    return [
        {
            "unit": one.id,
            "unit_nl": one.nl,
            "unit_en": one.en,
            "parent": one.parent or None,
            "valid_from": one.valid_from,
            "valid_until": one.valid_until,
        }
        for one in profile.units
    ]


def unit_changes(profile: Profile) -> list[UnitChangesRow]:
    """What units became that are no longer there, as rows of `unit_changes`."""
    return [
        {"unit": one.id, "becomes": later, "from_year": one.valid_until + 1}
        for one in profile.units
        if one.valid_until is not None
        for later in one.becomes
    ]


def parents(profile: Profile) -> dict[str, tuple[str, ...]]:
    """Each unit that has parts, with itself and all of these, in the profile's order."""
    wholes = {one.parent for one in profile.units if one.parent}
    return {one.id: profile.within(one.id) for one in profile.units if one.id in wholes}


def spending_by_parent(
    profile: Profile, cycle: Cycle, by_unit: Iterable[SpendingByUnitRow], contributions: Iterable[Contribution]
) -> tuple[list[Row], list[Contribution]]:
    """Rows of `spending_by_parent` from those of `spending_by_unit`, with what contributed to them.

    Amounts are added up to the cent. If a part is not available, its whole is not either.
    """
    kept: dict[str, list[Contribution]] = defaultdict(list)
    for one in contributions:
        kept[one.figure_id].append(one)
    by_year: dict[tuple[int, int], list[SpendingByUnitRow]] = defaultdict(list)
    for row in by_unit:
        by_year[(row["reporting_year"], row["round"])].append(row)
    rows: list[Row] = []
    made: list[Contribution] = []
    for (year, number), of_year in by_year.items():
        for parent, within in parents(profile).items():
            inside = [row for row in of_year if row["unit"] in within]
            themes = [one.id for one in profile.themes if any(row["theme"] == one.id for row in inside)]
            for theme in (None,) if _not_there(inside) else (*themes, None):
                of = [row for row in inside if row["theme"] == theme]
                absent = [row for row in of if row["status"] != "ok"]
                identity = figure_id(cycle, "parent_spending", year, parent, theme)
                if of:
                    rows.append(
                        {
                            "reporting_year": year,
                            "cycle": cycle.key,
                            "round": number,
                            "figure_id": identity,
                            "unit": parent,
                            "theme": theme,
                            **_summed(of, absent),
                        }
                    )
                    made.extend(() if absent else _contributed(identity, of, kept))
    return rows, made


def _not_there(inside: Sequence[SpendingByUnitRow]) -> bool:
    """Whether a part is missing as a whole: of one of which a row was set aside other themes are still published."""
    published = {row["unit"] for row in inside if row["theme"] is not None}
    return any(row["status"] != "ok" and row["unit"] not in published for row in inside)


def _summed(of: Sequence[SpendingByUnitRow], absent: Sequence[SpendingByUnitRow]) -> dict[str, Value]:
    if absent:
        return {"units": None, "status": "not_available", **as_values(in_columns(partial(_of_units, absent)))}
    sums = {name: _sum(amount(row, name) for row in of) for name in AMOUNTS}
    return {
        **numbers("spending_by_parent", sums),
        "units": len({row["unit"] for row in of}),
        "status": "ok",
        **as_values(in_columns(lambda language: (note for row in of for note in notes_in(row, language)))),
    }


def _of_units(of: Iterable[SpendingByUnitRow], language: str) -> Iterator[str]:
    """The notes of parts in a language, each with whose it is if it does not say so itself."""
    for row in of:
        for note in notes_in(row, language):
            yield note if row["unit"] in note.replace(",", " ").split() else f"{row['unit']}: {note}"


def _sum(amounts: Iterable[Decimal | None]) -> Decimal | None:
    """The sum; `None` if one of the amounts is not there."""
    every = list(amounts)
    known = [one for one in every if one is not None]
    return sum(known, ZERO) if len(known) == len(every) else None


def _contributed(
    identity: str, of: Iterable[SpendingByUnitRow], kept: Mapping[str, Sequence[Contribution]]
) -> Iterator[Contribution]:
    """What each delivery contributed to the figures of the units."""
    sums: dict[tuple[str, str], list[Contribution]] = defaultdict(list)
    for row in of:
        for one in kept.get(row["figure_id"], ()):
            if one.part in AMOUNTS:
                sums[(one.part, one.delivery)].append(one)
    for (part, delivery), contributions in sorted(sums.items()):
        lines = sum(one.rows or 0 for one in contributions)
        yield Contribution(
            identity, part, delivery, lines, sum((one.contribution for one in contributions), Decimal(0))
        )
