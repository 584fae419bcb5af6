"""Figures that are delivered as such: how those of units make that of their whole.

Sums add up, means combine through the number behind each, ratios through their numerators and denominators. If a
figure lacks what that takes, nothing is combined: a mean of means is not the mean. A figure that is delivered for the
whole then counts as it is, and otherwise there is none.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction

from assets.indicators.scale import possible
from kwaliteitsmonitor.methods.statistics.moments import Moments
from schemas.calendar import Cycle
from schemas.profile import Indicator, Profile
from schemas.profile.units import Unit
from schemas.rows import FactFiguresRow
from schemas.words import Words

NO_N = Words("het aantal waarop dit cijfer berust is niet bekend", "the number on which this figure rests is not known")
NOT_COMBINED = Words(
    "als cijfer van het geheel geleverd, niet samengesteld uit de eenheden",
    "delivered as a figure of the whole, not made of those of the units",
)
NO_FIGURE = Words("geen cijfer geleverd", "no figure delivered")
WITHOUT_N = Words(
    "niet elk cijfer heeft het aantal waarop het berust, en een gemiddelde van gemiddelden wordt niet genomen",
    "not every figure has the number on which it rests, and a mean of means is not taken",
)
WITHOUT_PARTS = Words(
    "niet elk cijfer heeft een teller en een noemer", "not every figure has a numerator and a denominator"
)
IMPOSSIBLE = Words("ligt buiten de schaal van de indicator", "lies outside the scale of the indicator")
DISPUTED = Words(
    "is meer dan een keer geleverd, met andere getallen", "was delivered more than once, with other numbers"
)
Numbers = tuple[Decimal | None, int | None, Decimal | None, Decimal | None, Decimal | None]
"""The value, n, spread, numerator and denominator: in these two rows about the same may say otherwise."""


@dataclass(frozen=True)
class Given:
    """A figure as it was delivered, for a unit or, without one, the whole institution.

    If it is `disputed`, another row says otherwise of the same, and nobody knows which of them is right.
    """

    unit: str | None
    value: Decimal
    n: int | None
    spread: Decimal | None
    numerator: Decimal | None
    denominator: Decimal | None
    delivery: str
    row: int
    counted_by: str = "n"
    """The field that `n` was read from."""
    sheet: str | None = None
    column: str | None = None
    disputed: bool = False

    @property
    def by_parts(self) -> bool:
        """Whether it follows from a numerator and a denominator."""
        return self.numerator is not None and bool(self.denominator)


@dataclass(frozen=True)
class Made:
    """The figure of a unit or of the whole, with the delivered figures it is made of."""

    value: Decimal
    n: int | None
    spread: Decimal | None
    numerator: Decimal | None
    denominator: Decimal | None
    of: tuple[Given, ...]
    notes: tuple[Words, ...] = ()
    combined: bool = False
    without: tuple[str, ...] = ()
    """The units that it goes without, because what they delivered is not there or was set aside."""


@dataclass(frozen=True)
class Lacking:
    """That there is no figure: the units that did not deliver one, and why in words."""

    units: tuple[str, ...]
    why: Words


def figure_of(indicator: Indicator, row: FactFiguresRow) -> Given | None:
    """A row of `fact_figures` as a figure; `None` if it has neither a value nor a numerator and a denominator."""
    numerator, denominator = row["numerator"], row["denominator"]
    combine = indicator.delivered.combine if indicator.delivered else "none"
    if combine != "ratio" or numerator is None or not denominator:
        numerator, denominator = None, None
    value = row["value"] if numerator is None or denominator is None else numerator / denominator
    if value is None:
        return None
    n, counted_by = _n(indicator, row)
    place = (row["_delivery"], row["_row"], counted_by, row.get("_sheet"), row.get("_column"))
    return Given(row["unit"], value, n, row["spread"], numerator, denominator, *place)


def _n(indicator: Indicator, row: FactFiguresRow) -> tuple[int | None, str]:
    """The number of people or cases of a delivered figure, by what its definition says counts them; and its field."""
    n = row["n"]
    match indicator.delivered.n_is if indicator.delivered else "none":
        case "none":
            return None, "n"
        case "denominator" if n is None and row["denominator"] is not None:
            return int(row["denominator"]), "denominator"
    return n, "n"


def unanimous(indicator: Indicator, value: Decimal, spread: Decimal | None) -> bool:
    """Whether a figure says of everybody in it what they said or are: a mean or share at an end of its scale.

    Such a figure is hidden like one about few people (group disclosure); an amount that is added up says no such thing.
    """
    if indicator.delivered is None or indicator.delivered.combine == "sum":
        return False
    return spread == 0 or value in (indicator.lowest, indicator.highest)


def by_level(
    indicator: Indicator, rows: Iterable[FactFiguresRow], year: int
) -> dict[str | None, dict[str | None, Given]]:
    """Per level and unit the figure that was delivered of an indicator in a year: once, however often it comes.

    If it comes with other numbers as well it is disputed.
    """
    figures: dict[str | None, dict[str | None, Given]] = defaultdict(dict)
    published: dict[tuple[str | None, str | None], Numbers] = {}
    for row in rows:
        one = figure_of(indicator, row) if (row["indicator"], row["reporting_year"]) == (indicator.id, year) else None
        if one is None:
            continue
        first = figures[row["level"]].setdefault(row["unit"], one)
        if published.setdefault((row["level"], row["unit"]), numbers(row)) != numbers(row):
            figures[row["level"]][row["unit"]] = replace(first, disputed=True)
    return dict(figures)


def numbers(row: FactFiguresRow) -> Numbers:
    """The numbers of a row of `fact_figures`, by which it says the same as another or otherwise."""
    return row["value"], row["n"], row["spread"], row["numerator"], row["denominator"]


def unfit(indicator: Indicator, one: Given) -> Words | None:
    """Why a delivered figure is not used in computations; `None` if it is."""
    if one.disputed:
        return DISPUTED
    return None if possible(indicator, one.value, one.spread) else IMPOSSIBLE


def earlier(profile: Profile, cycle: Cycle, rows: Iterable[FactFiguresRow]) -> dict[int, tuple[str, ...]]:
    """The years before those of a cycle of which figures were delivered along, oldest first, each with its indicators.

    A delivery without a clock holds a run of years, and whoever delivers it means all of them to be seen.
    """
    first = min(cycle.years(profile.institution.first_year), default=cycle.indicator_year)
    met = {(row["reporting_year"], row["indicator"]) for row in rows if row["reporting_year"] < first}
    by_year: dict[int, tuple[str, ...]] = {}
    for year in sorted({year for year, _ in met}):
        defined = {name: profile.indicator(name, year) for of_year, name in met if of_year == year}
        names = tuple(sorted(name for name, one in defined.items() if one is not None and one.delivered is not None))
        if names:
            by_year[year] = names
    return by_year


@dataclass(frozen=True)
class Whole:
    """The units of an institution in a year, for one indicator at one level, with what was delivered.

    `deliverers` are the units that deliver it, `excused` those that a decision lets the figure do without, `lost` those
    of which something is not there or was set aside: figures that combine are made without these, and say so.
    """

    indicator: Indicator
    units: Sequence[Unit]
    deliverers: Collection[str]
    figures: Mapping[str | None, Given]
    excused: Collection[str] = ()
    lost: Collection[str] = ()

    @property
    def combine(self) -> str:
        """How figures of units combine."""
        return self.indicator.delivered.combine if self.indicator.delivered else "none"

    def made(self, unit: str | None = None) -> Made | Lacking:
        """The figure of a unit or, without one, of the institution."""
        own = self.figures.get(unit)
        below = self._below(unit)
        made = [(one, self.made(one)) for one in below] if self.combine != "none" else []
        there = [figure for _, figure in made if isinstance(figure, Made)]
        absent = [name for one, figure in made if isinstance(figure, Lacking) for name in figure.units or (one,)]
        lacking = Lacking(tuple(absent) or ((unit,) if unit else ()), NO_FIGURE)
        if there and all(name in self.excused for name in absent):
            whole = combined(self.indicator, [one for figure in there for one in figure.of])
            if whole is not None:
                return whole
            lacking = Lacking((), WITHOUT_PARTS if self.combine == "ratio" else WITHOUT_N)
        elif own is None and there and all(name in self.excused or name in self.lost for name in absent):
            some = combined(self.indicator, [one for figure in there for one in figure.of])
            if some is not None:
                return replace(some, without=tuple(sorted(set(absent) - set(self.excused))))
        if own is None:
            return lacking
        return _as_delivered(self.indicator, own, (NOT_COMBINED,) if there else ())

    def shown(self) -> list[str]:
        """The units of which there is a figure or should be, in the order of the profile."""
        some = any(unit is not None for unit in self.figures)
        within = {one for unit in self.figures if unit for one in self._above(unit)}
        return [unit.id for unit in self.units if some and (unit.id in self.deliverers or unit.id in within)]

    def _below(self, unit: str | None) -> list[str]:
        """The units just below a unit or the institution that deliver, or of which a part does."""
        there = {one.id for one in self.units}
        children = [one.id for one in self.units if (one.parent if one.parent in there else None) == unit]
        return [one for one in children if one in self.deliverers or any(self._below(one))]

    def _above(self, unit: str) -> list[str]:
        """A unit and the units that it is part of."""
        parents = {one.id: one.parent for one in self.units}
        units = [unit]
        while (parent := parents.get(units[-1])) and parent not in units:
            units.append(parent)
        return units


def combined(indicator: Indicator, figures: Sequence[Given]) -> Made | None:
    """The figure that delivered figures make together; `None` if one lacks what that takes."""
    combine = indicator.delivered.combine if indicator.delivered else "none"
    sizes = [one.n for one in figures]
    n = sum(size for size in sizes if size is not None) if None not in sizes else None
    of = tuple(figures)
    notes = _notes(indicator, n)
    if combine == "sum":
        total = sum((one.value for one in figures), Decimal(0))
        return Made(total, n, None, None, None, of, notes, combined=True)
    if combine == "ratio" and all(one.by_parts for one in figures):
        numerator = sum((one.numerator or Decimal(0) for one in figures), Decimal(0))
        denominator = sum((one.denominator or Decimal(0) for one in figures), Decimal(0))
        return Made(numerator / denominator, n, None, numerator, denominator, of, notes, combined=True)
    if combine == "weighted_by_n" and n:
        weighted = sum((one.value * (one.n or 0) for one in figures), Decimal(0))
        return Made(weighted / n, n, _pooled(indicator, figures), None, None, of, notes, combined=True)
    return None


def _as_delivered(indicator: Indicator, one: Given, remarks: tuple[Words, ...]) -> Made:
    notes = (*remarks, *_notes(indicator, one.n))
    return Made(one.value, one.n, one.spread, one.numerator, one.denominator, (one,), notes)


def _notes(indicator: Indicator, n: int | None) -> tuple[Words, ...]:
    """That it is not known how many a figure rests on; an amount that is added up need not rest on a number."""
    of = indicator.delivered
    return (NO_N,) if n is None and of is not None and of.combine != "sum" and of.n_is != "none" else ()


def squares(one: Given) -> Decimal | None:
    """The sum of the squares of what a mean with its standard deviation was taken over; `None` if that is not known.

    Of n values with mean m and sample standard deviation s it is (n - 1)s² + nm².
    """
    if one.spread is None or not one.n:
        return None
    return (one.n - 1) * one.spread**2 + one.n * one.value**2


def _pooled(indicator: Indicator, figures: Sequence[Given]) -> Decimal | None:
    """The standard deviation over all respondents together; spreads of another kind do not combine."""
    sums = [squares(one) for one in figures]
    if indicator.spread_kind != "sd_respondents" or None in sums:
        return None
    n = sum(one.n or 0 for one in figures)
    first = sum((one.value * (one.n or 0) for one in figures), Decimal(0))
    second = sum((one for one in sums if one is not None), Decimal(0))
    return Moments(n, Fraction(first), Fraction(second)).deviation


def parts(indicator: Indicator, made: Made) -> dict[str, list[tuple[Given, Decimal]]]:
    """The parts from which the numbers of a figure follow, each with what every delivered figure contributes."""
    combine = indicator.delivered.combine if indicator.delivered else "none"
    by_part: dict[str, list[tuple[Given, Decimal]]] = {}
    if made.n is not None:
        by_part["cases"] = [(one, Decimal(one.n or 0)) for one in made.of]
    if combine == "ratio":
        by_part["numerator"] = [(one, one.value if one.numerator is None else one.numerator) for one in made.of]
        by_part["denominator"] = [(one, Decimal(1) if one.numerator is None else _of(one)) for one in made.of]
    elif combine == "weighted_by_n":
        weights = [(one, Decimal((one.n or 0) if made.n else 1)) for one in made.of]
        by_part["weighted"] = [(one, one.value * weight) for one, weight in weights]
        by_part["weight"] = weights
        sums = [(one, squares(one)) for one in made.of]
        if made.n and made.spread is not None and indicator.spread_kind == "sd_respondents":
            by_part["squared"] = [(one, second) for one, second in sums if second is not None]
    else:
        by_part["value"] = [(one, one.value) for one in made.of]
    if "squared" not in by_part and made.spread is not None:
        by_part["spread"] = [(one, one.spread or Decimal(0)) for one in made.of]
    return by_part


def _of(one: Given) -> Decimal:
    return one.denominator or Decimal(1)


FIELDS = {"weighted": "value", "weight": "n", "squared": "spread"}
"""The field that a part is read from, where it has another name."""


def field_of(part: str, one: Given) -> str:
    """The field that a part was read from in the row of a delivered figure; empty if it was not in the row."""
    read = one.counted_by if part == "cases" else FIELDS.get(part, part)
    if read == "numerator" and one.numerator is None:
        return "value"
    return "" if (read == "n" and one.n is None) or (read == "denominator" and one.denominator is None) else read
