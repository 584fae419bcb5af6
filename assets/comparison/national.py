"""One's own themes as the national themes: the spending divided over them, and what is counted of each.

Money is divided by the parts that the profile gives (`assets.comparison.apportionment`), so that the total by national
theme is the total by own theme, to the cent. Measures and indicators are not divided: one of a theme that belongs to
several national themes is counted under each of them, and once in the total.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import partial

from assets.common.rows import amount, as_values, notes_in
from assets.comparison.apportionment import apportioned
from kwaliteitsmonitor.methods.figures.contributions import Contribution, together
from kwaliteitsmonitor.methods.figures.identity import figure_id
from kwaliteitsmonitor.methods.figures.numbers import numbers
from schemas.calendar import Cycle
from schemas.figures import PUBLISHED
from schemas.profile import Indicator, Profile
from schemas.rows import CrosswalkRow, NationalThemeCountsRow, SpendingOverviewRow
from schemas.values import Row, Value
from schemas.words import in_columns

AMOUNTS = tuple(PUBLISHED["spending_by_national_theme"].parts)
"""What is divided; all other amounts follow from these."""


@dataclass(frozen=True)
class Place:
    """Where amounts go: a national theme, an own theme without one, or the total."""

    kind: str
    national_theme: str | None = None
    theme: str | None = None

    @property
    def identity(self) -> str | None:
        """By what it is known in the id of a figure; a theme of one's own is marked, for it may have the same name."""
        return f"own.{self.theme}" if self.theme else self.national_theme


TOTAL = Place("total")


def crosswalk(profile: Profile, cycle: Cycle) -> list[CrosswalkRow]:
    """The parts of each theme, as rows of `crosswalk`; a theme without a national one is whole in a row without it."""
    names = {one.id: one for one in profile.national_themes}
    return [
        {
            "cycle": cycle.key,
            "theme": theme.id,
            "national_theme": national or None,
            "national_nl": names[national].nl if national else None,
            "national_en": names[national].en if national else None,
            "part": part,
        }
        for theme in profile.themes
        for national, part in (theme.national or {"": Decimal(1)}).items()
    ]


def places_of(profile: Profile, theme: str) -> dict[Place, Decimal]:
    """Where a theme goes and with which part, in the order of the national themes."""
    national = next((one.national for one in profile.themes if one.id == theme), {})
    if not national:
        return {Place("not_mapped", None, theme): Decimal(1)}
    return {Place("national", one.id): national[one.id] for one in profile.national_themes if one.id in national}


def every_place(profile: Profile) -> list[Place]:
    """Every place that a theme goes to, in the order of the national themes, then of one's own, then the total."""
    used = {place for theme in profile.themes for place in places_of(profile, theme.id)}
    national = [Place("national", one.id) for one in profile.national_themes]
    own = [Place("not_mapped", None, theme.id) for theme in profile.themes]
    return [*(place for place in (*national, *own) if place in used), TOTAL]


def spending(
    profile: Profile, cycle: Cycle, overview: Iterable[SpendingOverviewRow], contributions: Iterable[Contribution]
) -> tuple[list[Row], list[Contribution]]:
    """Rows of `spending_by_national_theme` from those of the themes (`overview`), with what contributed to them.

    A national theme of which one of the own themes is not available is not available either.
    """
    kept: dict[str, list[Contribution]] = defaultdict(list)
    for one in contributions:
        kept[one.figure_id].append(one)
    by_year: dict[tuple[int, int], list[SpendingOverviewRow]] = defaultdict(list)
    for row in overview:
        by_year[(row["reporting_year"], row["round"])].append(row)
    rows: list[Row] = []
    made: list[Contribution] = []
    for (year, number), of_year in by_year.items():
        whole = next((row for row in of_year if row["theme"] is None), None)
        own = [row for row in of_year if row["theme"] is not None]
        for place in every_place(profile):
            of_place = [row for row in own if place in _places(profile, row)]
            if place is TOTAL or of_place:
                identity = figure_id(cycle, "national", year, place.identity)
                of = [whole] if place is TOTAL and whole is not None else of_place
                spent: Row = {
                    "reporting_year": year,
                    "cycle": cycle.key,
                    "round": number,
                    "figure_id": identity,
                    "kind": place.kind,
                    "national_theme": place.national_theme,
                    "theme": place.theme,
                    **_spent(profile, place, of, whole),
                }
                rows.append(spent)
                if spent["status"] == "ok":
                    made.extend(_contributed(profile, place, identity, spent, of, kept))
    return rows, made


def _places(profile: Profile, row: SpendingOverviewRow) -> dict[Place, Decimal]:
    """Where the theme of a row goes and with which part; nowhere if the row is of all themes."""
    return {} if row["theme"] is None else places_of(profile, row["theme"])


def _spent(
    profile: Profile, place: Place, of: Sequence[SpendingOverviewRow], whole: SpendingOverviewRow | None
) -> dict[str, Value]:
    """The amounts of a place, from the rows of the themes that go to it."""
    absent = [row for row in of if row["status"] != "ok"]
    if absent or not of:
        return {"status": "not_available", **as_values(in_columns(partial(_notes, absent)))}
    sums = {name: _sum(profile, place, of, name) for name in AMOUNTS}
    shown = whole if whole is not None and whole["status"] == "ok" else None
    of_whole = {} if shown is None else {name: amount(shown, name) for name in AMOUNTS}
    # What is carried over is added to a budget only where both are of the same units, as the overview has it.
    alike = all(row["available"] is not None for row in of)
    units = sorted({unit for row in of for unit in (row.get("without") or "").split(", ") if unit})
    return {
        **numbers("spending_by_national_theme", sums, {"whole": of_whole}),
        **({} if alike else dict.fromkeys(("available", "left_over"))),
        "status": "ok",
        **as_values(in_columns(partial(_notes, of))),
        "without": ", ".join(units) or None,
    }


def _notes(of: Iterable[SpendingOverviewRow], language: str) -> Iterator[str]:
    """What is said of these rows in a language."""
    return (note for row in of for note in notes_in(row, language))


def _sum(profile: Profile, place: Place, of: Iterable[SpendingOverviewRow], name: str) -> Decimal | None:
    """What the themes bring to a place; `None` if one of them has no such amount."""
    amounts = [_brought(profile, place, row, name) for row in of]
    known = [one for one in amounts if one is not None]
    return sum(known, Decimal("0.00")) if len(known) == len(amounts) else None


def _brought(profile: Profile, place: Place, row: SpendingOverviewRow, name: str) -> Decimal | None:
    """The part of the amount of a theme that goes to a place; all of the total to the total."""
    whole = amount(row, name)
    if whole is None or place is TOTAL:
        return whole
    parts = {one.identity or "": part for one, part in _places(profile, row).items()}
    return apportioned(whole, parts)[place.identity or ""]


def _contributed(
    profile: Profile,
    place: Place,
    identity: str,
    row: Row,
    of: Iterable[SpendingOverviewRow],
    kept: Mapping[str, Sequence[Contribution]],
) -> Iterator[Contribution]:
    """What each delivery contributed: its part, and to the largest what rounding to cents made of it."""
    sums: dict[str, dict[str, list[tuple[Contribution, Decimal]]]] = defaultdict(lambda: defaultdict(list))
    for theme in of:
        part = Decimal(1) if place is TOTAL else _places(profile, theme)[place]
        for one in kept.get(theme["figure_id"], ()):
            sums[one.part][one.delivery].append((one, one.contribution * part))
    for name, deliveries in sums.items():
        published = amount(row, name) if name in AMOUNTS else None
        if published is None:
            continue
        totals = {
            delivery: sum((c for _, c in contributions), Decimal(0)) for delivery, contributions in deliveries.items()
        }
        largest = max(sorted(totals), key=lambda delivery: abs(totals[delivery]))
        totals[largest] += published - sum(totals.values(), Decimal(0))
        for delivery, contributions in sorted(deliveries.items()):
            notes = together(one.note for one, _ in contributions)
            lines = sum(one.rows or 0 for one, _ in contributions)
            yield Contribution(identity, name, delivery, lines, totals[delivery], notes)


def counts(profile: Profile, cycle: Cycle, years: Iterable[int]) -> list[NationalThemeCountsRow]:
    """How many measures and indicators belong to each national theme, as rows of `national_theme_counts`."""
    rows: list[NationalThemeCountsRow] = []
    for year in years:
        measures = {(one.id, one.theme) for one in profile.measures_in(year)}
        indicators = {(one.id, one.theme) for one in _indicators(profile, year)}
        for place in every_place(profile):
            of_measures, of_indicators = _themes(profile, place, measures), _themes(profile, place, indicators)
            rows.append(
                {
                    "reporting_year": year,
                    "cycle": cycle.key,
                    "kind": place.kind,
                    "national_theme": place.national_theme,
                    "theme": place.theme,
                    "measures": len(of_measures),
                    "measures_shared": _shared(profile, of_measures),
                    "indicators": len(of_indicators),
                    "indicators_shared": _shared(profile, of_indicators),
                }
            )
    return rows


def _themes(profile: Profile, place: Place, every: Iterable[tuple[str, str]]) -> list[str]:
    """The theme of each of these, given with their theme, that belongs to a place."""
    return [theme for _, theme in every if place is TOTAL or place in places_of(profile, theme)]


def _shared(profile: Profile, themes: Iterable[str]) -> int:
    """How many of these belong to another place as well."""
    return sum(len(places_of(profile, theme)) > 1 for theme in themes)


def _indicators(profile: Profile, year: int) -> list[Indicator]:
    indicators = (profile.indicator(name, year) for name in dict.fromkeys(one.id for one in profile.indicators))
    return [one for one in indicators if one is not None]
